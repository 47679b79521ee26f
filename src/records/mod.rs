//! Records of an agency, from files to screened, typed values. Compiled for agencies only.

pub mod normalise;
mod value;

pub use value::{BirthDate, Record, Value};
