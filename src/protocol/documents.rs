//! The documents themselves, compiled in, and how each kind is read.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::vocabulary::Mechanism;
use super::{Clause, Protocol, Realm, Terms};
use crate::primitives::Digest;

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../protocols/", $name, ".md")))),+]
    };
}

/// Protocols of the enforcement realm, in the order of the statement's tasks.
pub(super) const PROTOCOLS: &[(&str, &str)] = embedded![
    "fin-1", "fin-2", "fin-3", "fin-4", "san-1", "san-2", "bor-1", "bor-2", "bor-3", "soc-1", "soc-2", "tra-1",
    "tra-2", "leg-1", "leg-2",
];

/// Documents of the humanitarian realm.
pub(super) const HUMANITARIAN: &[(&str, &str)] = embedded!["hum-1", "hum-2", "hum-3"];

/// What is refused for good.
const REFUSED: &str = include_str!("../../protocols/refused.md");

/// The block of a protocol. Every key is used; a test holds that.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    symbolon: String,
    code: String,
    title: String,
    clause: Clause,
    realm: Realm,
    natural_persons: bool,
    needs: Vec<Mechanism>,
    terms: Terms,
}

/// The block and the prose below it.
pub(super) fn split(document: &str) -> Result<(&str, &str), String> {
    let block = document.strip_prefix("+++\n").ok_or("it does not begin with a `+++` line")?;
    Ok(block.split_once("\n+++\n").ok_or("the block has no closing `+++` line")?)
}

fn block<T: DeserializeOwned>(document: &str) -> Result<T, String> {
    toml::from_str(split(document)?.0).map_err(|e| e.message().to_owned())
}

/// Reads a protocol.
pub(super) fn protocol(document: &str) -> Result<Protocol, String> {
    let Block { symbolon, code, title, clause, realm, natural_persons, needs, terms } = block(document)?;
    if symbolon != "protocol v1" {
        return Err("it is not a `protocol v1`".to_owned());
    }
    let digest = Digest::of(document.as_bytes());
    Ok(Protocol { code, title, clause, realm, natural_persons, needs, terms, digest })
}

pub(super) fn protocols() -> &'static [Protocol] {
    static ALL: LazyLock<Vec<Protocol>> =
        LazyLock::new(|| PROTOCOLS.iter().map(|(name, text)| sound(name, protocol(text))).collect());
    &ALL
}

fn sound<T>(name: &str, read: Result<T, String>) -> T {
    match read {
        Ok(document) => document,
        Err(problem) => unreachable!("the embedded document {name} is malformed, which a test excludes: {problem}"),
    }
}

/// A document of another realm: known by name, so that it is refused by name. It has no terms, and no type of this program
/// can hold a record of its kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// `document v1`.
    symbolon: String,
    /// Short name, `hum-1`.
    pub code: String,
    /// What it is for, in a line.
    pub title: String,
    /// The clause of the G7 statement that it serves.
    pub clause: Clause,
    /// Name of its realm, as the document states it.
    pub realm: String,
    /// What there is of it in this program, as the document states it.
    pub status: String,
}

impl Elsewhere {
    /// Every document of another realm.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Elsewhere>> =
            LazyLock::new(|| HUMANITARIAN.iter().map(|(name, text)| sound(name, elsewhere(text))).collect());
        &ALL
    }
}

pub(super) fn elsewhere(document: &str) -> Result<Elsewhere, String> {
    let read: Elsewhere = block(document)?;
    if read.symbolon != "document v1" || read.realm != "humanitarian" || read.status != "another realm, not built" {
        return Err("it is not a `document v1` of the humanitarian realm that says it is not built".to_owned());
    }
    Ok(read)
}

/// One use that is refused for good.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The use, in a word.
    #[serde(rename = "use")]
    pub use_of: String,
    /// Why, in a sentence.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedBlock {
    symbolon: String,
    refused: Vec<Refused>,
}

impl Refused {
    /// Every such use.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Refused>> = LazyLock::new(|| sound("refused", refused(REFUSED)));
        &ALL
    }
}

pub(super) fn refused(document: &str) -> Result<Vec<Refused>, String> {
    let RefusedBlock { symbolon, refused } = block(document)?;
    if symbolon != "refused v1" {
        return Err("it is not a `refused v1`".to_owned());
    }
    Ok(refused)
}
