//! Reading a file of records for the roles that may: agencies, and the laboratory.

use std::path::Path;

use crate::agreement::Schema;
use crate::failure::Failure;
use crate::office::files;
use crate::records::{self, ColumnMap, Format, Input, Limits, RawRecords, ReadOptions, RecordError};

/// A file whose columns were found.
pub(crate) struct Opened {
    input: Input,
    options: ReadOptions,
    limits: Limits,
}

/// Opens `path` (`-` is standard input) and completes `map` from well-known column names where it is silent.
pub(crate) fn open(
    path: &Path,
    mut options: ReadOptions,
    map: &mut ColumnMap,
    schema: &Schema,
) -> Result<Opened, Failure> {
    let piped = path == Path::new("-");
    let input = if piped { Input::Stream(Box::new(std::io::stdin())) } else { Input::File(files::open_given(path)?) };
    let limits = Limits::default();
    options.format = options.format.or(map.format()).or_else(|| Format::from_path(path));
    let complete = || {
        let (header, input) = records::header(input, &options, &limits)?;
        map.complete(&header, schema)?;
        Ok(input)
    };
    let completed: Result<Input, RecordError> = complete();
    let input = completed.map_err(|e| Failure::from(e).at(path))?;
    Ok(Opened { input, options, limits })
}

impl Opened {
    /// Reads the columns of `map`, table by table.
    pub(crate) fn read_tables(self, map: &ColumnMap, each: &mut dyn FnMut(RawRecords)) -> Result<(), RecordError> {
        records::read_tables(self.input, &self.options, map, &self.limits, each)
    }
}

/// Reads `path` under `map`, which is completed, into one table.
pub(crate) fn read(
    path: &Path,
    options: ReadOptions,
    map: &mut ColumnMap,
    schema: &Schema,
) -> Result<RawRecords, Failure> {
    let Opened { input, options, limits } = open(path, options, map, schema)?;
    records::read(input, &options, map, &limits).map_err(|e| Failure::from(e).at(path))
}
