//! Screened records: what may be encoded, and the agency's own ids beside it.

use std::fmt;

use super::super::read::table::Column;
use super::super::value::Record;
use crate::protocol::FieldKind;

/// Records that passed screening; there is no other way to make them. Wiped on drop.
pub struct ScreenedRecords {
    pub(super) records: Vec<Record>,
    pub(super) ids: Column,
    pub(super) rows: Vec<u64>,
    pub(super) fields: Vec<FieldKind>,
}

impl ScreenedRecords {
    /// The records, in the order of their rows; values are aligned with [`fields`](Self::fields).
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The fields of the schema that the records were screened for.
    pub fn fields(&self) -> &[FieldKind] {
        &self.fields
    }

    /// The agency's own id of a record.
    pub fn id(&self, index: usize) -> &str {
        self.ids.get(index)
    }

    /// Row numbers in the file, aligned with the records.
    pub fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// The records that `keep` wants by their row numbers, and the ids; all others are wiped.
    pub(crate) fn into_parts(self, mut keep: impl FnMut(u64) -> bool) -> (Vec<(u64, Record)>, Ids) {
        let Self { records, ids, rows, .. } = self;
        let kept = rows.iter().copied().zip(records).filter(|(row, _)| keep(*row)).collect();
        (kept, Ids(ids))
    }

    /// How many records there are; at least one where they are a whole list.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// An agency's own ids of records, by their places among the accepted.
pub struct Ids(Column);

impl Ids {
    /// The id of the record at `index`.
    pub fn get(&self, index: usize) -> &str {
        self.0.get(index)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").finish_non_exhaustive()
    }
}

impl fmt::Debug for ScreenedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScreenedRecords").field("records", &self.records.len()).finish_non_exhaustive()
    }
}
