//! An agency contributes a key for each partner: once for an agreement.

use crate::agreement::Contribution;
use crate::cleared::by;
use crate::failure::Failure;
use crate::gate::Case;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::seat::Office;
use crate::outcome::agency::Join;

/// Contributes what is not there yet.
pub fn join(desk: &Desk) -> Result<Join, Failure> {
    let office = Office::open(desk, None)?;
    let cleared = office.clear::<by::Join>(Case::default())?;
    let (agreement, own) = (office.agreement()?, office.own());
    let mut made = Vec::new();
    for partner in agreement.body().partners(own) {
        let path = office.exchange.contribution_path(own, &partner.name);
        if office.exchange.there(&path)? {
            continue;
        }
        let mut entropy = desk.entropy(&format!("join {}", partner.name));
        let note = Contribution::issue(agreement, &office.home.secrets, &cleared, &partner.name, &mut entropy)?;
        let entry = Entry::new(Kind::Contribution, 0, own, &partner.name, note.digest());
        made.push((path, note.to_string(), entry));
    }
    let contributions = office.publish_all(&made)?.into_iter().map(Into::into).collect();
    Ok(Join { agency: own.to_owned(), contributions })
}
