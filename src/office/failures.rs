//! What rooms above the gate refuse with, as failures.
#![cfg(feature = "agency")]

use crate::failure::Failure;
use crate::lab::attack::{AttackError, AttestError};

impl From<AttackError> for Failure {
    fn from(error: AttackError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<AttestError> for Failure {
    fn from(error: AttestError) -> Self {
        Self::new(error.code(), &error)
    }
}
