//! Gathering: from an exchange and a home to facts, each verified once.
//!
//! What cannot be read or does not hold becomes the failure of that fact alone. What must never be unseen is kept in the home on the way.

use jiff::Timestamp;

use super::exchange::Exchange;
use super::home::Home;
use super::memory::{Kept, Memory};
use super::released::Released;
use super::store::Name;
use super::{duties, ledger, released, sign_offs};
use crate::agreement::{
    AgreementError, CommitmentRef, Contribution, DraftAgreement, Grant, GrantedRun, Key, Party, PartyRole, Permit,
    Resume, RunNumber, SignedAgreement, Stop,
};
use crate::failure::Failure;
use crate::gate::facts::{Fact, Facts, Filed, RunFacts};
use crate::gate::logged::Logged;
use crate::log::Kind;
use crate::note::Note;
use crate::parcel::Commitment;
use crate::primitives::Digest;
use crate::release::destruction::{Destruction, attests};
use crate::release::{Shares, Withdrawal, Withdrawals, issuer};

/// Gathers everything that the party in `home` can verify, at least of the runs up to `upto`.
pub(crate) fn facts(exchange: &Exchange, home: &Home, now: Timestamp, upto: Option<RunNumber>) -> Facts {
    let draft = exchange.draft();
    let parent = match &draft {
        Ok(draft) if draft.body().parent.is_some() => exchange.parent(draft).map(Some),
        _ => Ok(None),
    };
    let amends = match (&draft, &parent) {
        (Ok(draft), Ok(Some(parent))) => draft.amends(parent).map_err(|e| exchange.failed(&exchange.parent_path(), e)),
        (_, Err(failure)) => Err(failure.clone()),
        _ => Ok(()),
    };
    let agreement = draft.clone().and_then(|draft: DraftAgreement| {
        let parent = parent.clone()?;
        let signed = draft.accept_any_time(parent.as_ref());
        signed.map_err(|e| exchange.failed(&exchange.agreement_path(), e))
    });
    let digest = draft.as_ref().map(|draft| draft.note().digest()).unwrap_or(Digest([0; 32]));
    let memory = Memory::of(home, digest);
    let opinions = match &draft {
        Ok(draft) => sign_offs::opinions(exchange, draft.body(), digest, home),
        Err(failure) => Err(failure.clone()),
    };
    let mut facts = Facts {
        now,
        own: home.party.clone(),
        keys: [Key::Consent, Key::Routine].into_iter().filter(|key| home.secrets.holds(*key)).collect(),
        seen: home.seen(),
        draft,
        parent: amends,
        log: Err(crate::log::LogError::Absent.into()),
        unlogged: Ok(Vec::new()),
        has_log: ledger::is_begun(&exchange.log(), digest, home),
        opinions,
        attestations: Ok(Vec::new()),
        contributions: Vec::new(),
        runs: Vec::new(),
        own_acts: memory.acts(),
        agreement,
    };
    let Ok(agreement) = &facts.agreement else { return facts };
    facts.log = ledger::open(exchange, agreement, home);
    facts.attestations = sign_offs::attestations(exchange, agreement);
    facts.contributions = contributions(exchange, agreement);
    let gather = Gather { exchange, agreement, log: &facts.log, memory: &memory, home, now };
    facts.runs = gather.runs(upto);
    facts
}

fn contributions(exchange: &Exchange, agreement: &SignedAgreement) -> Vec<Filed<Contribution>> {
    let one = |(from, to): (&Party, &Party)| {
        let path = exchange.contribution_path(&from.name, &to.name);
        let found = exchange.note_if(&path).and_then(|note| {
            let read = note.map(|note| Contribution::read(agreement, &from.name, &to.name, &note)).transpose();
            read.map_err(|e| exchange.failed(&path, e))
        });
        Filed { from: from.name.clone(), to: to.name.clone(), found }
    };
    agreement.ordered_pairs().map(one).collect()
}

struct Gather<'a> {
    exchange: &'a Exchange,
    agreement: &'a SignedAgreement,
    log: &'a Fact<Logged>,
    memory: &'a Memory,
    home: &'a Home,
    now: Timestamp,
}

impl Gather<'_> {
    /// The runs that have begun, and those up to the one that is asked about.
    fn runs(&self, upto: Option<RunNumber>) -> Vec<RunFacts> {
        let allowed = self.agreement.body().terms.max.runs;
        // One that cannot be looked at may have begun: what is in it says what is wrong.
        let there = |run| self.exchange.there(&self.exchange.run(run)).unwrap_or(true);
        let begun = (1..=allowed).filter(|run| RunNumber::new(*run).is_some_and(there));
        let logged = self.log.as_ref().ok().map_or(0, |log| log.view.highest_run(Kind::Grant));
        let last = begun.max().unwrap_or(0).max(logged).max(upto.map_or(1, RunNumber::number)).min(allowed);
        (1..=last).filter_map(RunNumber::new).map(|run| self.run(run)).collect()
    }

    fn run(&self, number: RunNumber) -> RunFacts {
        let (exchange, agreement) = (self.exchange, self.agreement);
        let stewards = || agreement.body().of_role(PartyRole::Steward);
        let grants = stewards().map(|steward| {
            self.own(steward, &exchange.grant_path(number, &steward.name), |note| {
                Grant::read(agreement, number, steward, note).map_err(Failure::from)
            })
        });
        let granted: Fact<GrantedRun> = agreement.clone().grant(number, |steward| {
            let path = exchange.grant_path(number, &steward.name);
            exchange.note(&path, || AgreementError::Absent { artefact: "grant", from: steward.name.clone() })
        });
        let commitments = agreement.ordered_pairs().map(|(from, to)| {
            let path = exchange.pair_path(number, &from.name, &to.name, "commitment");
            let found = exchange.note_if(&path).and_then(|note| {
                let read = |note| Commitment::of_run(agreement, number, &from.name, &to.name, &note);
                note.map(read).transpose().map_err(|e| exchange.failed(&path, e))
            });
            Filed { from: from.name.clone(), to: to.name.clone(), found }
        });
        let permits = stewards().map(|steward| {
            self.own(steward, &exchange.permit_path(number, &steward.name), |note| {
                Permit::of_run(agreement, number, steward, note).map_err(Failure::from)
            })
        });
        let committed = granted.clone().and_then(|granted| exchange.commitments(&granted));
        let permitted = granted.clone().and_then(|granted| {
            let references: Vec<CommitmentRef> = committed.clone()?.iter().map(Commitment::reference).collect();
            granted.permit(references, self.now, |steward| {
                let path = exchange.permit_path(number, &steward.name);
                exchange.note(&path, || AgreementError::Absent { artefact: "permit", from: steward.name.clone() })
            })
        });
        let pairs = released::pairs(agreement);
        let keeper = ledger::keeper(agreement.body());
        let from_keeper = |path: &Name, kind| match &keeper {
            Ok(keeper) => exchange.manifest(path, keeper, kind),
            Err(failure) => Err(failure.clone()),
        };
        let from_issuer = |path: &Name, kind| match issuer(agreement) {
            Ok(issuer) => exchange.manifest(path, issuer, kind),
            Err(error) => Err(error.into()),
        };
        let file = |from: &Party, to: &Party, extension| exchange.pair_path(number, &from.name, &to.name, extension);
        let shares: Vec<Filed<Shares>> =
            pairs.iter().map(|[a, b]| filed(a, b, exchange.shares(agreement, number, &a.name, &b.name))).collect();
        let records = self.withdrawals(number).map(|records| self.in_order(number, records, &shares));
        RunFacts {
            number,
            grants: grants.collect(),
            granted,
            commitments: commitments.collect(),
            committed,
            earlier: self.earlier_commitments(number),
            permits: permits.collect(),
            permitted,
            parcels: agreement
                .ordered_pairs()
                .map(|(from, to)| filed(from, to, exchange.manifest(&file(from, to, "parcel"), from, Kind::Parcel)))
                .collect(),
            pairs: pairs.iter().map(|[a, b]| filed(a, b, from_keeper(&file(a, b, "pairs"), Kind::Pairs))).collect(),
            leads: agreement
                .ordered_pairs()
                .map(|(to, partner)| filed(to, partner, from_issuer(&file(to, partner, "leads"), Kind::Leads)))
                .collect(),
            shares,
            stops: self.stops(number),
            resumes: exchange.stops(agreement, number).map(|(_, resumes)| resumes),
            answered: self.answered(number, &records),
            withdrawals: records,
            over: self.log.as_ref().map_err(Clone::clone).and_then(|log| exchange.over(log, agreement, number)),
            destroyed: agreement
                .body()
                .parties
                .iter()
                .filter(|party| attests(party.role))
                .map(|party| {
                    self.own(party, &exchange.destruction_path(number, &party.name), |note| {
                        Destruction::read(agreement, number, party, note).map(drop).map_err(Failure::from)
                    })
                })
                .collect(),
            remains: exchange.remains(agreement, number),
        }
    }

    /// A note of one party for nobody in particular.
    fn own<T>(&self, party: &Party, path: &Name, read: impl Fn(&Note) -> Fact<T>) -> Filed<T> {
        let found = self.exchange.note_if(path).and_then(|note| {
            note.as_ref().map(read).transpose().map_err(|failure| self.exchange.failed(path, failure))
        });
        Filed { from: party.name.clone(), to: "-".to_owned(), found }
    }

    /// Refuses while a commitment of an earlier run is in the log and not in the exchange: a list is compared with all before it.
    fn earlier_commitments(&self, run: RunNumber) -> Fact<()> {
        let Ok(log) = self.log else { return Ok(()) };
        for entry in log.view.entries().iter().filter(|e| e.kind == Kind::Commitment && e.run < run.number()) {
            let Some(before) = RunNumber::new(entry.run) else { continue };
            let path = self.exchange.pair_path(before, &entry.by, &entry.to, "commitment");
            let absent = || AgreementError::Absent { artefact: "commitment", from: entry.by.clone() };
            if self.exchange.note(&path, absent)?.digest() != entry.digest {
                return Err(self.exchange.failed(&path, absent()).next("the log has another: put that note back"));
            }
        }
        Ok(())
    }

    /// Stops in the exchange, which the home keeps from now on, and those that it kept before.
    fn stops(&self, run: RunNumber) -> Fact<Vec<Stop>> {
        let (mut stops, _): (Vec<Stop>, Vec<Resume>) = self.exchange.stops(self.agreement, run)?;
        for note in self.exchange.stop_notes(run)? {
            self.memory.keep(Kept::Stop, run.number(), &note)?;
        }
        for note in self.memory.kept(Kept::Stop, run.number())? {
            let stop = Stop::read(self.agreement, run, &note)?;
            if !stops.contains(&stop) {
                stops.push(stop);
            }
        }
        Ok(stops)
    }

    fn answered(&self, run: RunNumber, records: &Fact<Withdrawals>) -> Fact<()> {
        let (ledger, records) = (self.log.as_ref().map_err(Clone::clone)?, records.as_ref().map_err(Clone::clone)?);
        let (exchange, agreement, home, now) = (self.exchange, self.agreement, self.home, self.now);
        duties::answered(&Released { exchange, agreement, run, ledger, home, now, records })
    }

    /// Takes a withdrawal that is not in the log before an issue of leads as made no earlier than that: its own date cannot make it one
    /// that the guardian could have seen.
    fn in_order(&self, run: RunNumber, mut records: Withdrawals, shares: &[Filed<Shares>]) -> Withdrawals {
        let Ok(log) = self.log else { return records };
        let issued = |shares: &Shares| {
            let mut entries = log.view.entries().iter();
            entries.position(|e| e.kind == Kind::Shares && e.run == run.number() && e.digest == shares.issue)
        };
        for withdrawal in &mut records.all {
            let at = log.view.find(&released::withdrawn(run, withdrawal));
            let of = shares.iter().filter_map(Filed::held).filter(|shares| shares.agencies.contains(&withdrawal.by));
            let later = of.filter(|shares| issued(shares).is_some_and(|issued| at.is_none_or(|at| at > issued as u64)));
            let created = later.map(|shares| shares.created).max();
            withdrawal.created = withdrawal.created.max(created.unwrap_or(withdrawal.created));
        }
        records
    }

    /// The same for withdrawals; one that the log has, and neither exchange nor home, is a reason to refuse.
    fn withdrawals(&self, run: RunNumber) -> Fact<Withdrawals> {
        let mut records = self.exchange.withdrawals(self.agreement, run)?;
        for note in self.exchange.withdrawal_notes(run)? {
            self.memory.keep(Kept::Withdrawal, run.number(), &note)?;
        }
        for note in self.memory.kept(Kept::Withdrawal, run.number())? {
            let by = note.claimed_parties().next().unwrap_or_default().to_owned();
            let withdrawal = Withdrawal::read(self.agreement, run, &by, &note)?;
            if !records.all.contains(&withdrawal) {
                records.all.push(withdrawal);
            }
        }
        let known: Vec<Digest> = records.all.iter().map(|withdrawal| withdrawal.digest).collect();
        let entries = self.log.as_ref().map_or(&[][..], |log| log.view.entries());
        if let Some(entry) = released::missing(entries, Kind::Withdrawal, run, &known) {
            let absent = AgreementError::Absent { artefact: "withdrawal", from: entry.by.clone() };
            return Err(Failure::from(absent).next("the log has it: put the note back into the exchange"));
        }
        Ok(records)
    }
}

fn filed<T>(from: &Party, to: &Party, found: Fact<Option<T>>) -> Filed<T> {
    Filed { from: from.name.clone(), to: to.name.clone(), found }
}
