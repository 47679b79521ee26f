//! What a reader is given: the bytes, how to understand them, and how much of them to accept.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::super::error::RecordError;

/// Formats of record files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text with a header.
    Csv,
    /// A JSON object a line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format that a file's name promises.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" | "tab" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Where the bytes come from. The caller opens files; nothing here does.
pub enum Input {
    /// An open file, read from its start.
    File(File),
    /// A pipe or anything else that can be read once.
    Stream(Box<dyn Read + Send>),
}

impl Input {
    /// Bytes in memory.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Stream(Box::new(Cursor::new(Zeroizing::new(bytes.into()))))
    }

    /// The bytes, from the start.
    pub(crate) fn into_reader(self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::File(mut file) => {
                file.rewind()?;
                Ok(Box::new(file))
            }
            Self::Stream(stream) => Ok(stream),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(_) => "Input::File",
            Self::Stream(_) => "Input::Stream",
        })
    }
}

/// How to understand the bytes, where the column map or the bytes themselves do not say.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Format; the column map's counts if this is `None`.
    pub format: Option<Format>,
    /// Delimiter of CSV; found on the header if `None`.
    pub delimiter: Option<u8>,
    /// Label of the character encoding (WHATWG: `utf-16le`, `windows-1251`, `koi8-r`, …); `None` is strict UTF-8, or UTF-16
    /// where a byte-order mark says so. A byte-order mark wins over a label.
    pub encoding: Option<String>,
}

/// How much is accepted.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Rows of a file, malformed ones included.
    pub rows: u64,
    /// Most columns that a file may have, mapped or not.
    pub columns: usize,
    /// Bytes of a cell, in UTF-8; never more than [`Limits::MAX_CELL_BYTES`]. A longer one quarantines its row.
    pub cell_bytes: usize,
    /// Bytes of a row. A longer one refuses the file: most likely a quote was not closed.
    pub row_bytes: u64,
    /// Lines that quoted cells may spread a row over. More refuse the file, for the same reason.
    pub row_lines: u64,
    /// Bytes of kept text, in UTF-8; and of Parquet columns after decompression, by their metadata.
    pub text_bytes: u64,
    /// Bytes of one Parquet page after decompression.
    pub page_bytes: u64,
    /// Bytes of a Parquet file that comes through a pipe and is held in memory.
    pub piped_bytes: u64,
}

impl Limits {
    /// The longest cell that the table can hold.
    pub const MAX_CELL_BYTES: usize = u16::MAX as usize;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 100_000_000,
            columns: 4096,
            cell_bytes: 4096,
            row_bytes: 16 << 20,
            row_lines: 64,
            text_bytes: 16 << 30,
            page_bytes: 64 << 20,
            piped_bytes: 1 << 30,
        }
    }
}

/// Remembers what passes through, so that it can be read again.
pub(crate) struct Tee<R> {
    inner: R,
    passed: std::sync::Arc<std::sync::Mutex<Zeroizing<Vec<u8>>>>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        match self.passed.lock() {
            Ok(mut passed) => passed.extend_from_slice(&buffer[..n]),
            Err(_) => return Err(io::ErrorKind::Other.into()),
        }
        Ok(n)
    }
}

/// Lets `look` read the beginning of `input`, and gives the input back as it was.
pub(crate) fn peek<T>(
    input: Input,
    look: impl FnOnce(&mut dyn Read) -> Result<T, RecordError>,
) -> Result<(T, Input), RecordError> {
    match input {
        Input::File(mut file) => {
            file.rewind()?;
            let seen = look(&mut file)?;
            Ok((seen, Input::File(file)))
        }
        Input::Stream(mut stream) => {
            let passed = std::sync::Arc::default();
            let seen = look(&mut Tee { inner: &mut stream, passed: std::sync::Arc::clone(&passed) })?;
            let bytes = match passed.lock() {
                Ok(mut bytes) => std::mem::take(&mut *bytes),
                Err(_) => return Err(RecordError::Io(io::ErrorKind::Other)),
            };
            Ok((seen, Input::Stream(Box::new(Cursor::new(bytes).chain(stream)))))
        }
    }
}
