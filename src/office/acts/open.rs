//! An agency opens its leads, and answers for those that need no person.

use std::path::Path;

use super::opening::{Agency, Opening};
use super::receipt;
use crate::agreement::{PartyRole, RunNumber};
use crate::cleared::by;
use crate::failure::{Failure, IO};
use crate::office::desk::Desk;
use crate::office::files::{self, Access, Existing};
use crate::outcome::release::{Opened, OwnLead};
use crate::release::{Band, Outcome};

/// Opens this agency's leads of a run, writes them to `output` or gives them, and answers for those that need no person.
pub fn leads(desk: &Desk, run: RunNumber, output: Option<&Path>) -> Result<Opened, Failure> {
    let agency = Agency::<by::Open>::cleared(desk, run)?;
    let openings = agency.open()?;
    let found = in_order(&openings);
    let table = table(&found)?;
    if let Some(path) = output {
        files::write(path, table.as_bytes(), Access::Private, Existing::Refuse)?;
    }
    let (mut waiting, mut receipts) = (0, Vec::new());
    for opening in &openings {
        let answered = receipt::answer(&agency, opening, None, desk).map_err(|mut failure| {
            failure.written = output.map(|path| format!("the leads are in {}", path.display()));
            failure
        })?;
        waiting += answered.waiting;
        receipts.extend(answered.path.map(Into::into));
    }
    let settled = |outcome| openings.iter().map(|opening| opening.settled(outcome)).sum();
    Ok(Opened {
        run,
        screened_by_guardian: agency.agreement.body().of_role(PartyRole::Guardian).next().is_some(),
        leads_count: found.len(),
        empty: settled(Outcome::Empty),
        sealed: openings.iter().map(|opening| opening.sealed).sum(),
        withdrawn: settled(Outcome::Withdrawn),
        unlogged: openings.iter().map(|opening| opening.unlogged).sum(),
        closed: openings.iter().filter_map(|opening| opening.closed.clone()).collect(),
        waiting,
        receipts,
        leads: output.is_none().then_some(found),
        table: output.is_none().then_some(table),
    })
}

/// Opens this agency's leads of a run and does nothing else.
#[cfg(feature = "lab")]
pub(crate) fn own_leads(desk: &Desk, run: RunNumber) -> Result<Vec<OwnLead>, Failure> {
    Ok(in_order(&Agency::<by::Open>::cleared(desk, run)?.open()?))
}

/// Whether a slot that everybody has consented to opened to nothing.
#[cfg(feature = "lab")]
pub(crate) fn is_filler(desk: &Desk, run: RunNumber, partner: &str, slot: u32) -> Result<bool, Failure> {
    let openings = Agency::<by::Open>::cleared(desk, run)?.open()?;
    let of = openings.iter().filter(|opening| opening.partner == partner);
    Ok(of.flat_map(|opening| &opening.settled).any(|settled| *settled == (slot, Outcome::Empty)))
}

fn in_order(openings: &[Opening]) -> Vec<OwnLead> {
    let mut found: Vec<OwnLead> = openings.iter().flat_map(|opening| &opening.found).cloned().collect();
    found.sort_by(|a, b| (a.row, &a.partner).cmp(&(b.row, &b.partner)));
    found
}

fn table(found: &[OwnLead]) -> Result<String, Failure> {
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |_| Failure::new(IO, "the leads could not be written to memory");
    list.write_record(["id", "row", "partner", "lead", "band", "expires"]).map_err(failed)?;
    for own in found {
        let band = match own.band {
            Band::Strong => "strong",
            Band::Possible => "possible",
        };
        let (row, expires) = (own.row.to_string(), own.expires.to_string());
        list.write_record([own.id.as_str(), &row, &own.partner, &own.lead, band, &expires]).map_err(failed)?;
    }
    let list = list.into_inner().map_err(|_| Failure::new(IO, "the leads could not be written to memory"))?;
    Ok(String::from_utf8_lossy(&list).into_owned())
}
