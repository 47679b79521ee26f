//! The protocol documents that the program enforces.

mod vocabulary;

pub use vocabulary::{Comparison, FieldKind, SubjectRole};
