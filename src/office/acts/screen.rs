//! The guardian keeps protected people out of what was found, and issues the rest.

use std::collections::HashSet;

use crate::agreement::{PairKey, PermittedRun, RunNumber};
use crate::cleared::{Cleared, by};
use crate::encoding::Encoder;
use crate::encoding::variants::variants;
use crate::failure::Failure;
use crate::office::desk::Desk;
use crate::office::list::Input;
use crate::office::memory::{self, Given};
use crate::office::released::pairs;
use crate::office::seat::Office;
use crate::office::source;
use crate::outcome::guardian::Screen as Screened;
use crate::protocol::FieldKind;
use crate::records::{Malformed, Record, ScreenedRecords, Screening, Subjects};
use crate::release::{self, CandidatePairs, Coin, Register, Screen};

/// Screens every pair of agencies whose leads are not issued, and issues them.
pub fn screen(desk: &Desk, input: &Input, run: RunNumber) -> Result<Screened, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Screen>(run)?;
    let permitted = office.run(run)?.permitted()?;
    let agreement = permitted.agreement();
    let coin = Coin::of(agreement, &office.home.secrets)?;
    let records = office.run(run)?.withdrawals.clone()?;
    let withdrawn: HashSet<[u8; 16]> = records.all.iter().map(|w| w.record).collect();
    let mut due = Vec::new();
    for [first, second] in pairs(agreement) {
        let pair = [first.name.as_str(), second.name.as_str()];
        let is_there = office.exchange.shares(agreement, run, pair[0], pair[1])?.is_some();
        // A result that is held has no file; the others go on.
        let is_found = office.exchange.there(&office.exchange.pair_path(run, pair[0], pair[1], "pairs"))?;
        if is_found && !is_there && !office.is_issued(run, pair) {
            due.push((pair, candidates(&office, permitted, &cleared, pair)?));
        }
    }
    memory::note_given(&office.home, Given::Register, input);
    let protected = register(input, permitted, desk)?;
    let mut issued = Vec::new();
    for (pair, candidates) in due {
        let encoder = encoder(&office, permitted, &cleared, pair)?;
        let register = encoded(&protected, &agreement.body().schema.fields, &encoder)?;
        let screen = Screen {
            register: &register,
            coin: &coin,
            tag: &|handle| encoder.mask().tag(&handle.0),
            withdrawn: &withdrawn,
        };
        let mut entropy = desk.entropy(&format!("screen {}", pair.join(" ")));
        let found = screen.apply(candidates, &mut entropy)?;
        let leads = release::issue(agreement, &office.home.secrets, (&cleared, &()), pair, &found, &mut entropy)?;
        office.issue(run, pair, &leads)?;
        issued.push(pair.map(str::to_owned));
    }
    office.cosign()?;
    // Neither here nor in the files: how many pairs there were, and how many are left.
    Ok(Screened { run, issued })
}

fn candidates(
    office: &Office<'_>,
    run: &PermittedRun,
    cleared: &Cleared<by::Screen>,
    pair: [&str; 2],
) -> Result<CandidatePairs, Failure> {
    let path = office.exchange.pair_path(run.number(), pair[0], pair[1], "pairs");
    let most = release::pairs::most_bytes(run.agreement());
    let file = office.exchange.sealed(&path, most, "file of candidate pairs", "the operator")?;
    let opened = CandidatePairs::open(file, run, &office.home.secrets, cleared, pair);
    opened.map_err(|e| office.exchange.failed(&path, e))
}

/// Reads the register: everybody in it, children and malformed rows too, as far as they can be read.
fn register(input: &Input, run: &PermittedRun, desk: &Desk) -> Result<ScreenedRecords, Failure> {
    let schema = &run.agreement().body().schema;
    let mut map = input.map()?;
    let raw = source::read(&input.file, input.options()?, &mut map, schema)?;
    let mut seed = [0; 32];
    desk.entropy("duplicates").fill(&mut seed);
    let screening = Screening {
        roles: Vec::new(),
        subjects: Subjects::default(),
        natural_persons: false,
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Protected,
        seed,
    };
    Ok(raw.screen(schema, &screening, desk.today()).map_err(|e| Failure::from(e).at(&input.file))?.0)
}

fn encoder(
    office: &Office<'_>,
    run: &PermittedRun,
    cleared: &Cleared<by::Screen>,
    pair: [&str; 2],
) -> Result<Encoder, Failure> {
    let one = office.exchange.contribution(run.agreement(), pair[0], pair[1])?;
    let other = office.exchange.contribution(run.agreement(), pair[1], pair[0])?;
    let key = PairKey::derive_for_guardian(run.granted(), &office.home.secrets, cleared, &one, &other)?;
    // A short record protects too: it is compared here and never leaves.
    let mut schema = run.agreement().body().schema.clone();
    schema.encoding.min_tokens = 0;
    Ok(Encoder::new(&schema, key.secret())?)
}

/// Everybody in the register under this run's key, each in every way in which others may have written them down.
fn encoded(protected: &ScreenedRecords, fields: &[FieldKind], encoder: &Encoder) -> Result<Register, Failure> {
    /// People whose variants are in memory at a time.
    const CHUNK: usize = 4096;
    let mut words = Vec::new();
    for people in protected.records().chunks(CHUNK) {
        let list: Vec<Record> = people.iter().flat_map(|record| variants(fields, record)).collect();
        words.extend(encoder.encode_all(&list).words);
    }
    let keys = protected.records().iter().flat_map(|record| encoder.exact_keys(record)).collect();
    Ok(Register::new(encoder.words(), words, keys)?)
}
