//! The form of every table that is sealed: columns of fixed width, plain pages, no statistics, no dictionary, no compression.
//!
//! So the size of a table says nothing but the number of its rows, and a reader can refuse anything that would unfold.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, FixedSizeBinaryArray};
use arrow_buffer::Buffer;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

/// Rows of a row group: bounds what a reader holds at a time.
pub(crate) const GROUP: usize = 1 << 16;

/// A column of fixed-size values.
pub(crate) fn fixed(width: usize, bytes: Vec<u8>) -> Result<ArrayRef, arrow_schema::ArrowError> {
    Ok(Arc::new(FixedSizeBinaryArray::try_new(width as i32, Buffer::from_vec(bytes), None)?))
}

/// The bytes of a column of fixed-size values without nulls.
pub(crate) fn bytes_of(column: &ArrayRef) -> Result<&[u8], String> {
    let array = column.as_any().downcast_ref::<FixedSizeBinaryArray>().ok_or("a column of another type")?;
    if array.null_count() > 0 {
        return Err("a null where none may be".to_owned());
    }
    let width = array.value_length() as usize;
    Ok(&array.value_data()[..array.len() * width])
}

/// Plain pages, uncompressed, without statistics or dictionaries.
pub(crate) fn properties(metadata: Vec<KeyValue>) -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_encoding(Encoding::PLAIN)
        .set_created_by("symbolon".to_owned())
        .set_key_value_metadata(Some(metadata))
        .set_max_row_group_row_count(Some(GROUP))
        .build()
}
