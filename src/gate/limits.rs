//! Limits on what comes in and out: asked of every list before it is encoded, and of every result before anything of it is sealed. The
//! numbers come from the agreement's terms, here and nowhere else.

use crate::agreement::{AgreementBody, RunNumber, SignedAgreement};
use crate::cleared::{Within, by};
use crate::failure::{Failure, HELD, VISIBLE};
use crate::protocol::{Grounds, Output, SubjectRole, Terms};

/// What the terms ask of a list of records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed<'t> {
    /// Roles that a record may have.
    pub(crate) roles: &'t [SubjectRole],
    /// What a record says about why it is there.
    pub(crate) grounds: Grounds,
    /// Days since a person last reviewed the grounds.
    pub(crate) grounds_days: u32,
    /// Malformed rows among all rows, in thousandths.
    pub(crate) quarantine_permille: u16,
    /// Fewest records.
    pub(crate) min_records: usize,
    /// Fewest distinct cases.
    pub(crate) min_cases: usize,
}

/// What a list must keep.
pub(crate) fn listed(terms: &Terms) -> Listed<'_> {
    Listed {
        roles: &terms.roles,
        grounds: terms.grounds,
        grounds_days: terms.max.grounds_days,
        // Thousandths: whatever is above all rows is all rows.
        quarantine_permille: terms.max.quarantine_permille.min(1000) as u16,
        min_records: terms.min.records as usize,
        min_cases: terms.cases() as usize,
    }
}

/// What the terms ask of a comparison.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared {
    /// Records of one list that may be alike.
    pub(crate) alike: usize,
    /// Expected false links of a pair of agencies.
    pub(crate) false_links: f64,
}

/// What a comparison must keep.
pub(crate) fn compared(terms: &Terms) -> Compared {
    Compared { alike: terms.max.alike as usize, false_links: terms.max.false_links.into() }
}

/// Refuses encodings of which too many strangers stand out from the noise. Unit: strangers a record.
fn visible(body: &AgreementBody, degree: f64) -> Result<(), Failure> {
    let most = body.terms.max.visible_degree;
    if degree <= f64::from(most) {
        return Ok(());
    }
    let message = format!("the visible degree of these lists is {degree:.1}");
    Err(Failure::new(VISIBLE, message).under(format!("agreement {}, `max.visible_degree` = {most}", body.name)))
}

/// Judges a list of `records` records by what was measured of its encodings.
pub(crate) fn encoded(
    agreement: &SignedAgreement,
    run: RunNumber,
    (degree, records): (f64, u64),
) -> Result<Within<by::Encode>, Failure> {
    visible(agreement.body(), degree)?;
    Ok(Within::judged(agreement.digest(), run.number(), records))
}

/// A result of two agencies, as it was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Strangers that stand out from the noise, a record.
    pub(crate) visible_degree: f64,
    /// Links that are left.
    pub(crate) links: usize,
    /// Rows of the shorter list.
    pub(crate) shorter: usize,
}

/// Judges a result; nothing where it is held, because it has more links than were agreed, or because leads were not agreed at all.
pub(crate) fn linked(
    agreement: &SignedAgreement,
    run: RunNumber,
    measured: Measured,
) -> Result<Option<Within<by::Link>>, Failure> {
    visible(agreement.body(), measured.visible_degree)?;
    let terms = &agreement.body().terms;
    if !terms.outputs.contains(&Output::Leads) {
        return Ok(None);
    }
    let (links, max) = (measured.links as u64, &terms.max);
    let agreed = u64::from(max.leads).min(measured.shorter as u64 * u64::from(max.match_permille) / 1000);
    Ok((links <= agreed).then(|| Within::judged(agreement.digest(), run.number(), links)))
}

/// The refusal of a run of which `held` results are held.
pub(crate) fn held(body: &AgreementBody, held: usize, of: usize) -> Failure {
    let max = &body.terms.max;
    let failure = Failure::new(HELD, format!("{held} of {of} results are held"));
    if !body.terms.outputs.contains(&Output::Leads) {
        return failure.under("`outputs` without leads");
    }
    failure.under(format!("`max.leads` = {}, `max.match_permille` = {}", max.leads, max.match_permille))
}

#[cfg(feature = "agency")]
impl super::Rehearsal {
    /// Lets a result of this size pass unmeasured: it is of nobody.
    pub(crate) fn within<K: crate::cleared::Kind>(&self, run: RunNumber, size: usize) -> Within<K> {
        Within::judged(self.agreement, run.number(), size as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::World;
    use crate::cleared::Limit;

    #[test]
    fn where_leads_were_not_agreed_every_result_is_held() {
        let mut world = World::new();
        world.body.terms.outputs.clear();
        let (agreement, run) = (world.signed(), World::run());
        let measured = Measured { visible_degree: 0.0, links: 0, shorter: 1000 };
        assert!(linked(&agreement, run, measured).expect("little stands out").is_none());
        let refused = held(agreement.body(), 1, 1);
        assert_eq!((refused.code, refused.term.as_deref()), (HELD, Some("`outputs` without leads")));
    }

    #[test]
    fn a_result_is_sealed_up_to_the_tighter_of_two_limits_and_up_to_the_visible_degree() {
        let mut world = World::new();
        (world.body.terms.max.leads, world.body.terms.max.match_permille) = (12, 100);
        let (agreement, run) = (world.signed(), World::run());
        let most = f64::from(agreement.body().terms.max.visible_degree);
        let judge =
            |visible_degree, links, shorter| linked(&agreement, run, Measured { visible_degree, links, shorter });
        for (links, shorter, within) in
            [(12, 120, true), (12, 119, false), (13, 1000, false), (0, 0, true), (1, 9, false)]
        {
            let judged = judge(most, links, shorter).expect("little stands out");
            assert_eq!(judged.is_some(), within, "{links} of {shorter}");
            if let Some(judged) = judged {
                assert!(judged.covers(agreement.digest(), 1, links as u64));
                assert!(!judged.covers(agreement.digest(), 1, links as u64 + 1), "another result");
                assert!(!judged.covers(agreement.digest(), 2, links as u64), "another run");
            }
        }
        assert_eq!(judge(most + 0.1, 1, 1000).expect_err("much stands out").code, VISIBLE);
        assert_eq!(judge(f64::NAN, 1, 1000).expect_err("nobody knows").code, VISIBLE);
        assert_eq!(encoded(&agreement, run, (most + 0.1, 60)).expect_err("much stands out").code, VISIBLE);
        assert!(encoded(&agreement, run, (most, 60)).expect("little does").covers(agreement.digest(), 1, 60));
    }
}
