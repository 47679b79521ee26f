//! Symbolon: privacy-preserving record linkage across borders.

#![cfg_attr(not(feature = "lab"), allow(dead_code, reason = "role builds leave out callers of shared functions"))]

pub mod code;

pub mod primitives;

pub mod note;

pub mod protocol;

pub mod agreement;

#[cfg(feature = "agency")]
pub mod records;

#[cfg(feature = "agency")]
pub mod encoding;

pub mod parcel;

#[cfg(feature = "operator")]
pub mod linkage;

pub mod release;

#[cfg(feature = "lab")]
pub mod lab;

pub mod cli;
