//! A list of records as a person gives it: where the file is, how it is to be read, and what the agreement asks of it.

use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::files::{self, Access};
use super::source;
use crate::agreement::{self, AgreementBody, Party};
use crate::encoding::design::{Strangers, profile};
use crate::encoding::{EncodedList, Encoder, screen_and_encode};
use crate::failure::{ARGUMENT, Failure};
use crate::gate::limits::{self, Listed};
use crate::outcome::agency::Encoding;
use crate::protocol::{Grounds, Protocol, SourceKind};
use crate::records::{
    ColumnMap, GroundsRule, ListFormat, Malformed, Manifest, RawRecords, ReadOptions, RecordError, Screening,
    ScreeningReport, Subjects, write_rejected,
};
use crate::text::quoted;

/// A file of records, and how to read it.
#[derive(Debug, Clone)]
pub struct Input {
    /// The file; `-` is standard input.
    pub file: PathBuf,
    /// Column map in TOML.
    pub columns: Option<PathBuf>,
    /// Source manifest in TOML.
    pub manifest: Option<PathBuf>,
    /// `FIELD=COLUMN` entries that override the map.
    pub map: Vec<String>,
    /// Character encoding.
    pub encoding: Option<String>,
    /// Delimiter of CSV.
    pub delimiter: Option<char>,
}

impl Input {
    /// The arguments, as a shell takes them. Standard input cannot be given twice.
    pub(crate) fn arguments(&self) -> String {
        let mut words = if self.file == Path::new("-") { "FILE".to_owned() } else { quoted(&self.file) };
        for (option, path) in [("--columns", &self.columns), ("--manifest", &self.manifest)] {
            if let Some(path) = path {
                words += &format!(" {option} {}", quoted(path));
            }
        }
        let texts = self.map.iter().map(|entry| ("--map", entry.clone()));
        let encoding = self.encoding.iter().map(|name| ("--encoding", name.clone()));
        let delimiter = self.delimiter.iter().map(|c| ("--delimiter", c.to_string()));
        for (option, text) in texts.chain(encoding).chain(delimiter) {
            words += &format!(" {option} {}", quoted(Path::new(&text)));
        }
        words
    }

    /// How the file is to be read.
    pub(crate) fn options(&self) -> Result<ReadOptions, Failure> {
        let delimiter = match self.delimiter {
            Some(c) => Some(u8::try_from(c).map_err(|_| Failure::new(ARGUMENT, "a delimiter is one ASCII character"))?),
            None => None,
        };
        Ok(ReadOptions { format: None, delimiter, encoding: self.encoding.clone() })
    }

    /// The column map, with what overrides it.
    pub(crate) fn map(&self) -> Result<ColumnMap, Failure> {
        let mut map = match &self.columns {
            Some(path) => {
                ColumnMap::parse(&files::read_text_given(path, 1 << 20)?).map_err(|e| Failure::from(e).at(path))?
            }
            None => ColumnMap::default(),
        };
        for entry in &self.map {
            map.apply(entry).map_err(|e| Failure::from(e).at(&self.file))?;
        }
        Ok(map)
    }

    fn source(&self, body: &AgreementBody) -> Result<Option<Manifest>, Failure> {
        match &self.manifest {
            Some(path) => {
                let manifest = Manifest::parse(&files::read_text_given(path, 1 << 16)?);
                manifest.map(Some).map_err(|e| Failure::from(e).at(path))
            }
            None if body.terms.grounds == Grounds::CaseFile => {
                Err(Failure::from(RecordError::NoManifest).at(&self.file))
            }
            None => Ok(None),
        }
    }
}

/// Reads and screens a list, and encodes it for each of `encoders`, which may be none.
pub(crate) fn load(
    input: &Input,
    body: &AgreementBody,
    own: &Party,
    desk: &Desk,
    quarantine: &Path,
    encoders: &[Encoder],
) -> Result<EncodedList, Failure> {
    let manifest = input.source(body)?;
    let mut map = input.map()?;
    let opened = source::open(&input.file, input.options()?, &mut map, &body.schema)?;
    let screening = screening(body, own, desk)?;
    let mut is_read = true;
    let read = |each: &mut dyn FnMut(RawRecords)| opened.read_tables(&map, each).inspect_err(|_| is_read = false);
    let list = screen_and_encode(read, &body.schema, &screening, desk.today(), encoders);
    let list = list.or_else(|error| {
        let mut kept = None;
        if let Some(report) = error.report() {
            write_quarantine(report, quarantine)?;
            kept = Some(format!("only the list of rows was written: {}", quarantine.display()));
        }
        let mut failure = Failure::from(error).at(&input.file);
        if is_read {
            failure = failure.under(format!("agreement {}", body.name));
        }
        failure.written = kept;
        Err(failure)
    })?;
    if let Some(manifest) = manifest {
        let rows = list.report.rows;
        manifest.check(rows, own.source, desk.today()).map_err(|e| Failure::from(e).at(&input.file))?;
    }
    Ok(list)
}

/// How an agreement has a list screened.
fn screening(body: &AgreementBody, own: &Party, desk: &Desk) -> Result<Screening, Failure> {
    let protocol = Protocol::cited(&body.protocol)?;
    let mut seed = [0; 32];
    desk.entropy("duplicates").fill(&mut seed);
    let limits = limits::listed(&body.terms);
    Ok(Screening {
        roles: limits.roles.to_vec(),
        natural_persons: protocol.natural_persons,
        subjects: subjects(body, own, &limits),
        quarantine_limit_permille: limits.quarantine_permille,
        min_records: limits.min_records,
        malformed: Malformed::Quarantine,
        seed,
    })
}

/// Grounds as the terms ask for them, and every jurisdiction that a partner's knowledge can reach.
fn subjects(body: &AgreementBody, own: &Party, limits: &Listed<'_>) -> Subjects {
    let days = limits.grounds_days;
    let register = matches!(own.source, Some(SourceKind::AssetRegister | SourceKind::CompanyRegister));
    let grounds = match limits.grounds {
        Grounds::RoleOnly => GroundsRule::RoleOnly,
        Grounds::CaseFile if register => GroundsRule::Register { days },
        Grounds::CaseFile => GroundsRule::CaseFile { days },
    };
    let reach = body.partners(&own.name).flat_map(|partner| agreement::reach(body, partner)).collect();
    Subjects { grounds, reach, min_cases: limits.min_cases }
}

/// Writes the rows that were set aside, by number and reason.
pub(crate) fn write_quarantine(report: &ScreeningReport, path: &Path) -> Result<(), Failure> {
    let mut list = Vec::new();
    write_rejected(&report.rejected, ListFormat::Csv, &mut list)?;
    if let Some(parent) = path.parent() {
        files::make_dir(parent, Access::Private)?;
    }
    files::write_passing(path, &list, Access::Private)
}

/// What a list's encodings are like under the agreement: tokens, fill, visible degree.
pub(crate) fn measure(list: &EncodedList, body: &AgreementBody) -> Result<Encoding, Failure> {
    let (schema, encoding, sample) = (&body.schema, &body.schema.encoding, &list.sample);
    let profile = profile(sample, schema);
    // The partner's list is not known here: it is taken to be as long as this one.
    let population = 2 * list.report.accepted;
    let strangers = Strangers::sample(&[sample], schema, 2_000_000, 0)?;
    Ok(Encoding {
        tokens: profile.mean_tokens,
        tokens_min: profile.min_tokens,
        tokens_max: profile.max_tokens,
        too_few_tokens: profile.too_few,
        fill: profile.expected_fill(encoding.length, encoding.insertions),
        visible_degree: strangers.visible_degree(encoding.diffusion, population),
        population,
        sample: sample.len(),
    })
}
