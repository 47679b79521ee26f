//! Outcomes: what an act gives, as a type, before anybody words it.
//!
//! ```text
//! act ─► outcome ─┬─► `--json`, with a first member `symbolon` that names verb and version
//!                 ├─► words on a terminal
//!                 └─► the dossier, which reads the same types back as evidence
//! ```
//!
//! One file a role. `docs/schemas` has a JSON Schema of each, made from these types; a member that is removed, renamed or means
//! something else makes another version. An outcome holds no key, no record and no value of one: counts, digests, names of
//! parties, paths.

pub mod agency;
pub mod agreement;
#[cfg(feature = "lab")]
pub mod bench;
pub mod demo;
pub mod error;
pub mod guardian;
pub mod laboratory;
pub mod log;
pub mod operator;
pub mod program;
pub mod purge;
pub mod release;
pub mod reviewer;
pub mod status;
pub mod steward;

use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What an act gives.
pub trait Outcome: Serialize {
    /// Verb and version: `agency encode v1`.
    const KIND: &'static str;
}

/// Declares which kind a type is the outcome of.
macro_rules! kinds {
    ($($outcome:ty = $kind:literal;)+) => {
        $(impl $crate::outcome::Outcome for $outcome {
            const KIND: &'static str = $kind;
        })+
    };
}
pub(crate) use kinds;

/// The member that names the kind.
const NAME: &str = "symbolon";

/// An outcome with its kind, as it is printed and read back: the member `symbolon` beside the outcome's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled<T>(pub T);

impl<T: Outcome> Serialize for Labelled<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ok(Value::Object(mut members)) = serde_json::to_value(&self.0) else {
            return Err(S::Error::custom("an outcome is an object with text for names"));
        };
        members.insert(NAME.to_owned(), T::KIND.into());
        members.serialize(serializer)
    }
}

impl<'de, T: Outcome + DeserializeOwned> Deserialize<'de> for Labelled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        if members.remove(NAME).is_none_or(|kind| kind != T::KIND) {
            return Err(D::Error::custom(format_args!("not of the kind `{}`", T::KIND)));
        }
        serde_json::from_value(members.into()).map(Self).map_err(D::Error::custom)
    }
}

/// A path as people read it: what of it is no Unicode is replaced, and never a reason to fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Location(String);

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self(path.to_string_lossy().into_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        path.as_path().into()
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        path.as_path().into()
    }
}

#[cfg(test)]
mod tests {
    use super::program::Text;
    use super::*;

    #[test]
    fn an_outcome_is_printed_with_its_kind_and_read_back_as_that_kind_alone() {
        let text = serde_json::to_string(&Labelled(agency::Join {
            agency: "fiu-a".to_owned(),
            contributions: vec![Location::from(Path::new("exchange/contributions/fiu-a--fiu-b"))],
        }));
        let text = text.expect("an object");
        assert_eq!(
            text,
            r#"{"agency":"fiu-a","contributions":["exchange/contributions/fiu-a--fiu-b"],"symbolon":"agency join v1"}"#
        );
        let back: Labelled<agency::Join> = serde_json::from_str(&text).expect("the same");
        assert_eq!(back.0.agency, "fiu-a");
        let other = serde_json::from_str::<Labelled<agency::Send>>(&text).expect_err("another kind");
        assert!(other.to_string().contains("not of the kind `agency send v1`"), "{other}");
        let none = serde_json::from_str::<Labelled<agency::Join>>(r#"{"agency":"a","contributions":[]}"#);
        none.expect_err("no kind at all");
        assert_eq!(serde_json::to_string(&Labelled(Text {})).expect("an object"), r#"{"symbolon":"text v1"}"#);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_unicode_is_shown_and_fails_nothing() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"lists/\xffa.csv"));
        assert_eq!(serde_json::to_string(&Location::from(path)).expect("text"), "\"lists/\u{fffd}a.csv\"");
    }
}
