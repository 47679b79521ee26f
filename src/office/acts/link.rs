//! The operator compares what was permitted, and seals what it finds.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::agreement::{AgreementError, PartyRole, PermittedRun, RunNumber};
use crate::cleared::{Cleared, by};
use crate::failure::Failure;
use crate::gate::limits::{self, Measured};
use crate::linkage::{self, Kernel, LinkageError, Linked, LinkedRow, Plan};
use crate::log::{Entry, Kind};
use crate::note::Note;
use crate::office::bands::{KeptBands, interrupts};
use crate::office::desk::Desk;
use crate::office::keeper;
use crate::office::seat::Office;
use crate::outcome::operator::{Link, Pair};
use crate::parcel::size::{most_file_bytes, row_bytes};
use crate::parcel::{OpenedParcel, ReceivedParcel, container};
use crate::release::{self, Band, Candidate, CandidatePairs, Found, Withdrawals};
use crate::text::quoted;

/// Told how far a comparison is.
pub trait Pace: Sync {
    /// So many pairs more were compared.
    fn add(&self, pairs: u64);
    /// The comparison ended; gives its seconds.
    fn finish(&self) -> f64;
}

/// How a run is compared.
pub struct How<'a> {
    /// Which run.
    pub run: RunNumber,
    /// Time between two files of finished bands.
    pub every: Duration,
    /// Whether it is said when there was nothing to go on with.
    pub resume: bool,
    /// Who is told how far it is: given the number of pairs and the two agencies.
    pub pace: &'a dyn Fn(u64, String) -> Box<dyn Pace>,
}

impl std::fmt::Debug for How<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { run, every, resume, pace: _ } = self;
        f.debug_struct("How").field("run", run).field("every", every).field("resume", resume).finish_non_exhaustive()
    }
}

/// What linking came to.
#[derive(Debug)]
pub struct Done {
    /// The result of each pair of agencies.
    pub outcome: Link,
    /// What else there is to say.
    pub remarks: Vec<String>,
    /// The refusal, where some results are held.
    pub held: Option<Failure>,
}

/// Compares every pair of agencies and seals what was found, to the guardian, or without one as leads.
pub fn link(desk: &Desk, how: &How<'_>) -> Result<Done, Failure> {
    let run = how.run;
    let office = Office::open(desk, Some(run))?;
    if let (Ok(agreement), PartyRole::Operator) = (office.agreement(), office.facts.own.role) {
        // Whatever is decided now: what a killed command left of the log is swept up.
        keeper::tidy(&office.exchange, agreement, &office.home)?;
    }
    let cleared = office.clear::<by::Link>(run)?;
    let permitted = office.run(run)?.permitted()?;
    keeper::tidy(&office.exchange, permitted.agreement(), &office.home)?;
    let directory = office.run_dir(run)?;
    let interrupted = interrupts();
    let body = permitted.agreement().body();
    let agencies: Vec<&str> = body.of_role(PartyRole::Agency).map(|agency| agency.name.as_str()).collect();
    let (mut pairs, mut remarks, mut seconds, mut measured) = (Vec::new(), Vec::new(), 0.0, 0u64);
    for (i, first) in agencies.iter().enumerate() {
        for second in &agencies[i + 1..] {
            let [one, other] = open(&office, permitted, &cleared, [first, second])?;
            let total = one.len() as u64 * other.len() as u64;
            let meter = (how.pace)(total, format!("{first} x {second}"));
            let journal = KeptBands::new(&directory, [first, second], how.every);
            let linked = linkage::link_kept(one, other, &plan(permitted), &journal, &|pairs| {
                meter.add(pairs);
                if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let took = meter.finish();
            let kept = journal.flush();
            let linked = match linked {
                Err(LinkageError::Stopped) => return Err(kept.err().unwrap_or_else(|| stopped(desk, run))),
                linked => linked?,
            };
            if let Err(failure) = kept {
                remarks.push(format!("a checkpoint could not be written: {}", failure.message));
            }
            if how.resume && journal.resumed() == 0 {
                remarks.push(format!("{first} x {second}: nothing was kept that fits these lists, all was compared"));
            }
            let before = journal.resumed() * (linkage::BAND_ROWS * linked.records[1]) as u64;
            measured += linked.pairs_compared.saturating_sub(before);
            seconds += took;
            let released = release_pair(&office, permitted, &cleared, [first, second], &linked)?;
            pairs.push(pair([first, second], &linked, took, journal.resumed(), released));
        }
    }
    keeper::append(&office.exchange, permitted.agreement(), &office.home)?;
    KeptBands::clear(&directory)?;
    let held = pairs.iter().filter(|pair| pair.held).count();
    let held = (held > 0).then(|| {
        let mut failure = limits::held(body, held, pairs.len());
        failure.written = Some("leads of the pairs that are not held were written".to_owned());
        failure
    });
    let outcome = Link {
        run,
        kernel: Kernel::detect().name().to_owned(),
        pairs_compared: pairs.iter().map(|pair| pair.pairs_compared).sum(),
        pairs_per_second: if seconds > 0.0 { measured as f64 / seconds } else { 0.0 },
        pairs,
        to_guardian: guarded(permitted),
    };
    Ok(Done { outcome, remarks, held })
}

fn pair([first, second]: [&str; 2], linked: &Linked, seconds: f64, resumed: u64, released: bool) -> Pair {
    Pair {
        agencies: [first.to_owned(), second.to_owned()],
        records: linked.records,
        set_aside: linked.set_aside,
        pairs_compared: linked.pairs_compared,
        seconds,
        threshold: linked.threshold,
        expected_false_links: linked.expected_false,
        visible_degree: linked.visible_degree,
        balance: linked.balance.to_vec(),
        by_identifier: linked.by_identifier,
        ties: linked.ties,
        resumed_bands: resumed,
        links_digest: linked.digest(),
        held: !released,
        leads: released.then_some(linked.links.len()),
    }
}

/// Interrupted: nothing is lost, and this is how to go on.
fn stopped(desk: &Desk, run: RunNumber) -> Failure {
    let mut again = format!("symbolon operator link --resume --run {run}");
    for (option, path) in [("--home", &desk.home), ("--exchange", &desk.exchange_path())] {
        if let Some(path) = path {
            again += &format!(" {option} {}", quoted(path));
        }
    }
    let mut failure = Failure::from(LinkageError::Stopped).next(again);
    failure.written =
        Some("what was compared is kept in the operator's home; nothing of this pair was handed on".to_owned());
    failure
}

/// Whether a guardian screens the pairs.
fn guarded(run: &PermittedRun) -> bool {
    run.agreement().body().of_role(PartyRole::Guardian).next().is_some()
}

fn plan(run: &PermittedRun) -> Plan {
    let limits = limits::compared(&run.agreement().body().terms);
    Plan { alike: limits.alike, ..Plan::with_target(limits.false_links) }
}

fn open(
    office: &Office<'_>,
    run: &PermittedRun,
    cleared: &Cleared<by::Link>,
    [first, second]: [&str; 2],
) -> Result<[OpenedParcel; 2], Failure> {
    let commitments = office.run(run.number())?.committed()?;
    let one = |from: &str, to: &str| {
        let path = office.exchange.pair_path(run.number(), from, to, "parcel");
        let absent =
            |artefact| office.exchange.failed(&path, AgreementError::Absent { artefact, from: from.to_owned() });
        let commitment = commitments.iter().find(|c| c.from == from && c.to == to);
        let commitment = commitment.ok_or_else(|| absent("commitment"))?;
        if !office.exchange.there(&path)? {
            return Err(absent("parcel"));
        }
        let most = most_file_bytes(commitment.rows, row_bytes(&run.agreement().body().schema));
        let parcel = ReceivedParcel::read(office.exchange.sealed(&path, most, "parcel", from)?);
        let opened = parcel.and_then(|parcel| parcel.open(run, &office.home.secrets, cleared, commitment));
        opened.map_err(|e| office.exchange.failed(&path, e))
    };
    Ok([one(first, second)?, one(second, first)?])
}

/// Seals what was found to the guardian, or without one as leads to both agencies; or holds all of it if it is more than agreed. What is
/// in the log already stays as it is, for ever.
fn release_pair(
    office: &Office<'_>,
    run: &PermittedRun,
    cleared: &Cleared<by::Link>,
    pair: [&str; 2],
    linked: &Linked,
) -> Result<bool, Failure> {
    let (number, own) = (run.number(), office.own());
    let records = office.run(number)?.withdrawals.clone()?;
    let found = found(linked, &records);
    let shorter = linked.records[0].min(linked.records[1]);
    let measured = Measured { visible_degree: linked.visible_degree, links: found.len(), shorter };
    let judged = limits::linked(run.agreement(), number, measured).map_err(|mut failure| {
        failure.written = Some("no lead of this pair was written; leads of pairs before it may be there".to_owned());
        failure
    })?;
    let Some(within) = judged else { return Ok(false) };
    let (exchange, secrets) = (&office.exchange, &office.home.secrets);
    let shown = (cleared, &within);
    let mut entropy = office.desk.entropy(&format!("leads {}", pair.join(" ")));
    let path = |from: &str, to: &str, kind| exchange.pair_path(number, from, to, kind);
    if guarded(run) {
        let entry = |digest| Entry::about(Kind::Pairs, number.number(), own, pair, digest);
        if office.is_logged(&entry(run.agreement().digest())) {
            return Ok(true);
        }
        let rows = found.into_iter().map(|(found, [a, b])| Candidate {
            handles: found.handles,
            words: [a.words, b.words],
            keys: [a.keys, b.keys],
            band: Some(found.band),
        });
        let (threshold, rows) = (linked.threshold, rows.collect());
        let file = CandidatePairs::seal(run, secrets, shown, pair, rows, threshold, &mut entropy)?;
        office.record(&[entry(manifest(&file)?.digest())])?;
        exchange.publish_again(&path(pair[0], pair[1], "pairs"), &file)?;
        return Ok(true);
    }
    let found: Vec<Found> = found.into_iter().map(|(found, _)| found).collect();
    let issued = release::issue(run.agreement(), secrets, shown, pair, &found, &mut entropy)?;
    office.issue(number, pair, &issued)?;
    Ok(true)
}

/// The manifest before a sealed part.
pub(crate) fn manifest(file: &[u8]) -> Result<Note, Failure> {
    Ok(container::split(&file.to_vec().into())?.0)
}

/// The links of which neither record was withdrawn.
fn found(linked: &Linked, records: &Withdrawals) -> Vec<(Found, [LinkedRow; 2])> {
    let links = linked.links.iter().zip(&linked.rows).map(|(link, rows)| {
        let band = match link.firmness {
            linkage::Firmness::Strong => Band::Strong,
            linkage::Firmness::Possible => Band::Possible,
        };
        (Found { handles: link.handles, band }, rows.clone())
    });
    let withdrawn = |found: &Found| {
        let record = found.handles.map(release::withdrawal);
        records.all.iter().any(|w| record.contains(&w.record))
    };
    links.filter(|(found, _)| !withdrawn(found)).collect()
}
