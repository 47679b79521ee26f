//! A party signs the agreement, after it has read it.

use std::path::Path;

use crate::agreement::{DraftAgreement, Key};
use crate::cleared::by;
use crate::failure::{Failure, OTHER_TEXT};
use crate::gate::Case;
use crate::note;
use crate::office::desk::Desk;
use crate::office::files;
use crate::office::seat::Office;
use crate::outcome::agreement::Sign;

/// Signs once `read` says that this very text was read. A copy of the same text, from another exchange, may bring more signatures; one
/// that this party gave before, and that a copy has lost, is put back.
pub fn sign(
    desk: &Desk,
    copy: Option<&Path>,
    read: impl FnOnce(&DraftAgreement) -> Result<(), Failure>,
) -> Result<Sign, Failure> {
    let office = Office::open(desk, None)?;
    let (exchange, home) = (&office.exchange, &office.home);
    let mut draft = exchange.draft()?;
    if let Some(path) = copy {
        let copy = DraftAgreement::read(&files::read_given(path, note::MAX_BYTES as u64)?);
        merge(&mut draft, &copy.map_err(|e| Failure::from(e).at(path))?, path)?;
    }
    let cleared = office.clear::<by::Sign>(Case::default())?;
    draft.unsigned()?;
    let given = home.own_signature(&draft);
    let signed_before = given.is_some();
    if let Some(given) = given {
        draft.merge(&given)?;
    } else {
        home.secrets.require(Key::Consent)?;
        read(&draft)?;
        draft.sign(&home.secrets, &cleared)?;
        home.remember_signature(&draft)?;
    }
    // Others may have signed while the party read: what is there now is kept.
    let _lock = exchange.lock()?;
    let mut there = exchange.draft()?;
    merge(&mut there, &draft, &exchange.place(&exchange.agreement_path()))?;
    exchange.replace_agreement(&there)?;
    let not_signed = there.unsigned()?.into_iter().map(str::to_owned).collect();
    Ok(Sign { digest: there.note().digest(), by: home.party.name.clone(), not_signed, signed_before })
}

/// Takes over the signatures of `other`, a copy of the same text; a line that does not hold in either copy is refused.
fn merge(draft: &mut DraftAgreement, other: &DraftAgreement, at: &Path) -> Result<(), Failure> {
    if draft.merge(other).map_err(|e| Failure::from(e).at(at))? {
        return Ok(());
    }
    let (one, two) = (draft.note().digest().short(), other.note().digest().short());
    Err(Failure::new(OTHER_TEXT, format!("two texts, sha256:{one} and sha256:{two}")).at(at))
}
