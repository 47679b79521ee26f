//! Linkage: compares encodings and decides which pairs belong together. Knows neither records nor keys.
