//! Normalisation of names, as named and versioned steps.
