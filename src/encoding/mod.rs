//! Encoding: screened records to keyed, diffused Bloom filters.
