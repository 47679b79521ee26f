//! An agency reads its list, screens and encodes it for every partner, and commits to the result.

use std::path::{Path, PathBuf};

use crate::agreement::{GrantedRun, PairKey, Party, RunNumber};
use crate::cleared::{Cleared, by};
use crate::encoding::{Encoder, HandleMap, ListIds, Roster, Tags};
use crate::failure::{COMMITTED, Failure, IO};
use crate::gate::limits;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::files::{self, Access, Existing};
use crate::office::list::{self, Input};
use crate::office::memory::{self, Given};
use crate::office::seat::Office;
use crate::outcome::agency::{Encode, Parcel};
use crate::parcel::{self, SealedParcel, Sketch};
use crate::primitives;

/// An encoded list, and where the rows that were set aside are listed.
#[derive(Debug)]
pub struct Encoded {
    /// What was made.
    pub outcome: Encode,
    /// Rows that were set aside, by number and reason.
    pub quarantine: PathBuf,
}

/// Encodes for every partner and publishes the commitments. Interrupted, it goes on where it was.
pub fn encode(desk: &Desk, input: &Input, run: RunNumber) -> Result<Encoded, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Encode>(run)?;
    let (own, directory) = (office.own().to_owned(), office.run_dir(run)?);
    let granted = office.run(run)?.granted()?;
    let body = granted.agreement().body();
    let partners: Vec<&Party> = body.partners(&own).collect();
    let quarantine = directory.join("quarantine.csv");
    let sealed = directory.join("sealed");
    if sealed.exists() {
        let outcome = resume(&office, &partners, run, &directory)?;
        return Ok(Encoded { outcome, quarantine });
    }
    for partner in &partners {
        let path = office.exchange.pair_path(run, &own, &partner.name, "commitment");
        let committed = |message: String| office.exchange.failed(&path, Failure::new(COMMITTED, message));
        if office.exchange.there(&path)? {
            return Err(committed(format!("a commitment for `{}` is published", partner.name)));
        }
        // What was encoded is gone from this home, and the commitment from the exchange: the log still has it.
        let slot = Entry::new(Kind::Commitment, run.number(), &own, &partner.name, office.digest());
        if office.is_logged(&slot) {
            return Err(committed(format!("the log has a commitment for `{}` in run {run}", partner.name)));
        }
    }
    memory::note_given(&office.home, Given::List, input);
    let encoders = encoders(&office, granted, &cleared, &partners)?;
    let list = list::load(input, body, &office.home.party, desk, &quarantine, &encoders)?;
    let measures = list::measure(&list, body)?;
    let measured = (measures.visible_degree, list.report.accepted);
    let within = limits::encoded(granted.agreement(), run, measured).map_err(|failure| failure.at(&input.file))?;
    list::write_quarantine(&list.report, &quarantine)?;
    let report = list.report.clone();
    let mut entropy = desk.entropy(&format!("encode {run}"));
    // The same in every run of the agreement: the guardian's coin falls as before for a record that is sent again.
    let tags = Tags::new(&office.home.secrets.own_secret(b"symbolon/v1/tags", granted.agreement().digest())?);
    let (encoded, ids) = list.finish(&encoders, &tags, parcel::size_class, &mut entropy);
    drop(encoders);
    for ((records, _), partner) in encoded.iter().zip(&partners) {
        let sketch = Sketch(records.sketch());
        office.exchange.refuse_near(granted.agreement(), run, (&own, &partner.name), &sketch)?;
    }
    let mut parcels = Vec::new();
    for ((records, handles), partner) in encoded.into_iter().zip(&partners) {
        let parcel = parcel::seal(records, granted, &office.home.secrets, (&cleared, &within), &partner.name)?;
        write_parcel(&directory, &partner.name, &parcel, &handles, &ids)?;
        parcels.push(Parcel {
            partner: partner.name.clone(),
            records: parcel.records,
            rows: parcel.rows,
            bytes: parcel.file.len(),
            left_out: handles.left_out.len(),
            identifiers_only: handles.identifiers_only,
            commitment: parcel.commitment.digest(),
        });
    }
    files::write(&sealed, b"every parcel and commitment is in this directory\n", Access::Private, Existing::Replace)?;
    publish(&office, &partners, run, &directory)?;
    office.cosign()?;
    let outcome = Encode {
        agency: own,
        run,
        screening: Some(report),
        encoding: Some(measures),
        parcels: Some(parcels),
        resumed: false,
    };
    Ok(Encoded { outcome, quarantine })
}

fn encoders(
    office: &Office<'_>,
    granted: &GrantedRun,
    cleared: &Cleared<by::Encode>,
    partners: &[&Party],
) -> Result<Vec<Encoder>, Failure> {
    let own = office.own();
    let one = |partner: &&Party| {
        let mine = office.exchange.contribution(granted.agreement(), own, &partner.name)?;
        let theirs = office.exchange.contribution(granted.agreement(), &partner.name, own)?;
        let key = PairKey::derive(granted, &office.home.secrets, cleared, &mine, &theirs)?;
        let roster = office.home.secrets.own_secret(b"symbolon/v1/roster", granted.agreement().digest())?;
        let encoder = Encoder::new(&granted.agreement().body().schema, key.secret())?;
        Ok(encoder.with_roster(Roster::new(&roster)))
    };
    partners.iter().map(one).collect()
}

fn write_parcel(
    directory: &Path,
    partner: &str,
    parcel: &SealedParcel,
    handles: &HandleMap,
    ids: &ListIds,
) -> Result<(), Failure> {
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |_| Failure::new(IO, "the handle map could not be written to memory");
    list.write_record(["handle", "row", "id"]).map_err(failed)?;
    for entry in &handles.entries {
        let (handle, row) = (primitives::hex(&entry.handle), entry.row.to_string());
        list.write_record([handle.as_str(), &row, ids.get(entry.place as usize)]).map_err(failed)?;
    }
    for handle in &handles.dummies {
        // Row 0 is the header: no record is there.
        list.write_record([primitives::hex(handle).as_str(), "0", ""]).map_err(failed)?;
    }
    let list = zeroize::Zeroizing::new(
        list.into_inner().map_err(|_| failed(std::io::Error::from(std::io::ErrorKind::Other).into()))?,
    );
    let path = |extension: &str| directory.join(format!("{partner}.{extension}"));
    files::write(&path("handles.csv"), &list, Access::Private, Existing::Replace)?;
    files::write(&path("parcel"), &parcel.file, Access::Private, Existing::Replace)?;
    files::write(&path("commitment"), parcel.commitment.to_string().as_bytes(), Access::Private, Existing::Replace)
}

/// Publishes the commitments that are not published yet: the last step, and all that is left after a crash.
fn publish(office: &Office<'_>, partners: &[&Party], run: RunNumber, directory: &Path) -> Result<u32, Failure> {
    let mut new = Vec::new();
    for partner in partners {
        let from = directory.join(format!("{}.commitment", partner.name));
        let bytes = files::read(&from, 1 << 20)?;
        let note = crate::note::Note::parse(&bytes).map_err(|e| Failure::from(e).at(&from))?;
        let path = office.exchange.pair_path(run, office.own(), &partner.name, "commitment");
        if !office.exchange.there(&path)? {
            let entry = Entry::new(Kind::Commitment, run.number(), office.own(), &partner.name, note.digest());
            new.push((path, note.to_string(), entry));
        }
    }
    Ok(office.publish_all(&new)?.len() as u32)
}

fn resume(office: &Office<'_>, partners: &[&Party], run: RunNumber, directory: &Path) -> Result<Encode, Failure> {
    if publish(office, partners, run, directory)? == 0 {
        let message = format!("`{}` has encoded for run {run} already", office.own());
        return Err(Failure::new(COMMITTED, message).at(&directory.join("sealed")));
    }
    let agency = office.own().to_owned();
    Ok(Encode { agency, run, screening: None, encoding: None, parcels: None, resumed: true })
}
