//! Bytes to UTF-8, while streaming.
//!
//! Without a stated encoding, bytes pass as they are and readers insist on UTF-8, unless a byte-order mark says UTF-16.
//! With one, what cannot be decoded becomes U+FFFD, for which the table sets the row aside.

use std::io::Read;

use encoding_rs::{Encoding, REPLACEMENT};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::super::error::RecordError;
use super::input::ReadOptions;

/// A reader of the decoded text, without its byte-order mark.
pub(crate) fn decode<R: Read>(reader: R, options: &ReadOptions) -> Result<impl Read + use<R>, RecordError> {
    let encoding = match &options.encoding {
        None => None,
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding != REPLACEMENT => Some(encoding),
            _ => return Err(RecordError::EncodingLabel(label.clone())),
        },
    };
    Ok(DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .utf8_passthru(encoding.is_none())
        .strip_bom(true)
        .bom_override(true)
        .build(reader))
}
