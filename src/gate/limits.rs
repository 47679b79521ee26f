//! Limits on what comes out: asked of every result before anything of it is sealed.

use crate::agreement::AgreementBody;
use crate::failure::{Failure, HELD, VISIBLE};

/// Refuses encodings of which too many strangers stand out from the noise. Unit: strangers a record.
pub(crate) fn visible(body: &AgreementBody, degree: f64) -> Result<(), Failure> {
    let most = body.terms.max.visible_degree;
    if degree <= f64::from(most) {
        return Ok(());
    }
    let message = format!("the visible degree of these lists is {degree:.1}");
    Err(Failure::new(VISIBLE, message).under(format!("agreement {}, `max.visible_degree` = {most}", body.name)))
}

/// Whether so many links are more than was agreed, for lists of which the shorter has so many rows.
pub(crate) fn holds_back(body: &AgreementBody, links: u64, shorter: u64) -> bool {
    let max = &body.terms.max;
    links > u64::from(max.leads) || links > shorter * u64::from(max.match_permille) / 1000
}

/// The refusal of a run of which `held` results are held.
pub(crate) fn held(body: &AgreementBody, held: usize, of: usize) -> Failure {
    let max = &body.terms.max;
    let message = format!("{held} of {of} results are held");
    Failure::new(HELD, message)
        .under(format!("`max.leads` = {}, `max.match_permille` = {}", max.leads, max.match_permille))
}
