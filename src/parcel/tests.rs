//! The tampering table: every way a parcel can differ from what was agreed and committed is refused.
