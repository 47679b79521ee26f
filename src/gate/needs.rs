//! What must be in the log before an act: groups of entries, each of which must stand behind all of the group before it.

use super::Case;
use super::facts::{Fact, Facts, Filed, RunFacts};
use super::logged;
use crate::agreement::PartyRole;
use crate::cleared::Act;
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::primitives::Digest;

/// The entries that an act depends on.
pub(super) fn of(facts: &Facts, act: Act, case: &Case) -> Fact<Vec<Vec<Entry>>> {
    let agreement = facts.agreement()?;
    let Some(run) = case.run.and_then(|number| facts.run(number)) else {
        return Ok(vec![vec![Entry::agreement(agreement.digest())]]);
    };
    let number = run.number.number();
    let committed = |run: &RunFacts| run.committed().map(|all| logged::commitments(number, all));
    Ok(match act {
        Act::Encode => vec![[logged::grants(run.granted()?), contributions(facts, |a, b| mine(facts, a, b))?].concat()],
        Act::Permit => vec![logged::grants(run.granted()?), committed(run)?],
        // The register is encoded under every pair's key: a contribution that was replaced since would make it fit nothing.
        Act::Screen => vec![
            [logged::grants(run.granted()?), contributions(facts, |_, _| true)?].concat(),
            committed(run)?,
            logged::permits(run.permitted()?),
        ],
        Act::Send | Act::Link => {
            vec![logged::grants(run.granted()?), committed(run)?, logged::permits(run.permitted()?)]
        }
        Act::Open | Act::Receipt => vec![vec![Entry::agreement(agreement.digest())], issued(facts, run, act, case)?],
        // A reviewer with a share often is one of the few that cosign, and its own does not count for itself.
        Act::Consent => Vec::new(),
        _ => vec![vec![Entry::agreement(agreement.digest())]],
    })
}

/// What must be in the log, as the only one of its kind, while nobody need have cosigned it yet: the party that acts on it cosigns next,
/// and is bound by what it saw.
pub(super) fn uncovered(facts: &Facts, act: Act, case: &Case) -> Fact<Vec<Entry>> {
    match (act, case.run.and_then(|number| facts.run(number))) {
        (Act::Consent, Some(run)) => issued(facts, run, act, case),
        (Act::Screen, Some(run)) => {
            manifests(&run.pairs, Kind::Pairs, run.number.number(), &operator(facts)?, |_, _| true)
        }
        _ => Ok(Vec::new()),
    }
}

/// Lists of leads that concern this party, and the shares of their keys.
fn issued(facts: &Facts, run: &RunFacts, act: Act, case: &Case) -> Fact<Vec<Entry>> {
    let number = run.number.number();
    let issuer = crate::release::issuer(facts.agreement()?)?.name.clone();
    let own = |from: &str, to: &str| concerns(facts, case, [from, to]) || concerns(facts, case, [to, from]);
    let mut lists = manifests(&run.leads, Kind::Leads, number, &issuer, |from, to| match act {
        Act::Consent => own(from, to),
        _ => from == facts.own.name,
    })?;
    for shares in run.shares.iter().filter(|shares| own(&shares.from, &shares.to)) {
        let found = shares.found.as_ref().map_err(Clone::clone)?;
        refuse_lost(facts, Kind::Shares, number, shares, found.is_none())?;
        if let Some(found) = found {
            lists.push(Entry::about(Kind::Shares, number, &issuer, [&shares.from, &shares.to], found.issue));
        }
    }
    for list in run.leads.iter().filter(|list| act != Act::Consent && list.from == facts.own.name) {
        refuse_lost(facts, Kind::Leads, number, list, !list.is_there())?;
    }
    Ok(lists)
}

/// Refuses where the log has what the exchange lost.
fn refuse_lost<T>(facts: &Facts, kind: Kind, run: u32, filed: &Filed<T>, is_gone: bool) -> Fact<()> {
    let to = format!("{}--{}", filed.from, filed.to);
    match facts.log()?.of(kind, run).find(|entry| is_gone && entry.to == to) {
        None => Ok(()),
        Some(entry) => Err(absent(kind.name(), &entry.by).next("the log has it: put the note back into the exchange")),
    }
}

fn operator(facts: &Facts) -> Fact<String> {
    let operator = facts.agreement()?.body().of_role(PartyRole::Operator).next();
    Ok(operator.map(|party| party.name.clone()).unwrap_or_default())
}

fn mine(facts: &Facts, from: &str, to: &str) -> bool {
    from == facts.own.name || to == facts.own.name
}

/// Contributions by whom and for whom they are made.
fn contributions(facts: &Facts, wanted: impl Fn(&str, &str) -> bool) -> Fact<Vec<Entry>> {
    let wanted = facts.contributions.iter().filter(|c| wanted(&c.from, &c.to));
    wanted
        .map(|filed| match filed.found.as_ref().map_err(Clone::clone)? {
            Some(found) => Ok(Entry::new(Kind::Contribution, 0, &filed.from, &filed.to, found.digest)),
            None => Err(absent("contribution", &filed.from)),
        })
        .collect()
}

fn manifests(
    list: &[Filed<Digest>],
    kind: Kind,
    run: u32,
    by: &str,
    wanted: impl Fn(&str, &str) -> bool,
) -> Fact<Vec<Entry>> {
    let mut found = Vec::new();
    for filed in list.iter().filter(|filed| wanted(&filed.from, &filed.to)) {
        if let Some(digest) = filed.found.as_ref().map_err(Clone::clone)? {
            found.push(Entry::about(kind, run, by, [&filed.from, &filed.to], *digest));
        }
    }
    Ok(found)
}

fn absent(artefact: &'static str, from: &str) -> Failure {
    crate::agreement::AgreementError::Absent { artefact, from: from.to_owned() }.into()
}

/// Whether the leads of two agencies are this party's business: its own, or those of the case.
pub(super) fn concerns(facts: &Facts, case: &Case, [first, second]: [&str; 2]) -> bool {
    match (&case.pair, facts.own.role) {
        (Some([one, other]), _) => first == one && second == other,
        (None, PartyRole::Agency) => facts.own.name == first || facts.own.name == second,
        (None, _) => true,
    }
}
