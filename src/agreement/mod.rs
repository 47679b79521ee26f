//! Agreements: from draft to signed, keys and permits.

mod schema;

pub use schema::{EncodingParams, Schema};
