//! Reading a file of records for the roles that may: agencies, and the laboratory.

use std::path::Path;

use super::failure::Failure;
use super::files;
use crate::agreement::Schema;
use crate::records::{self, ColumnMap, Format, Input, Limits, RawRecords, ReadOptions};

/// Reads `path` (`-` is standard input) under `map`, which is completed from well-known column names where it is silent.
pub(crate) fn read(
    path: &Path,
    mut options: ReadOptions,
    map: &mut ColumnMap,
    schema: &Schema,
) -> Result<RawRecords, Failure> {
    let piped = path == Path::new("-");
    let input = if piped { Input::Stream(Box::new(std::io::stdin())) } else { Input::File(files::open(path)?) };
    let limits = Limits::default();
    options.format = options.format.or(map.format()).or_else(|| Format::from_path(path));
    let read = || {
        let (header, input) = records::header(input, &options, &limits)?;
        map.complete(&header, schema)?;
        records::read(input, &options, map, &limits)
    };
    let read: Result<RawRecords, records::RecordError> = read();
    read.map_err(|e| Failure::from(e).at(path))
}
