//! Signed notes: a text that a person can read, and one signature line for each party that signs it.
//!
//! The form is C2SP's `signed-note`: the text ends in a newline, then a blank line, then lines
//! `— NAME BASE64(key id ‖ signature)`. Key ids are `SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key)[..4]`, signatures are
//! Ed25519 over the text with its last newline. The first line of every text of ours says what it is
//! (`symbolon = "agreement v1"`), so that a signature on one kind of artefact is none on another.
//!
//! What was received is what is verified: a note keeps its bytes, and nothing here writes a text anew.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::{Code, codes};
use crate::primitives::{self, Digest, Malformed, SigningKey, VerifyingKey};
use crate::text;

/// Largest note that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// Largest number of signature lines that are read.
pub const MAX_SIGNATURES: usize = 64;

const ED25519: u8 = 1;
const COSIGNATURE: u8 = 4;
const DASH: &str = "\u{2014} ";
/// What stands behind a party's name on the lines of its routine key. No name has a `/`, so no party can be called so.
const ROUTINE: &str = "/routine";

codes! {
    FORM = "SYM-0501", Authenticity,
        "the file is not a signed note: text, blank line, signature lines (docs/formats/note.md)",
        "ask its sender for the file again; it may have been cut or re-encoded on the way";
    MISSING = "SYM-0502", Authenticity,
        "a signature that is needed is not on the note",
        "ask the named party to sign; `symbolon agreement show` lists who has signed";
    INVALID = "SYM-0503", Authenticity,
        "a signature line bears a party's key, but the signature is not that key's over this text",
        "the text or the line was changed after signing: ask the sender for the original";
    FOREIGN = "SYM-0504", Authenticity,
        "a signature line bears a key that belongs to nobody named in the agreement, or stands there twice",
        "remove the line, or draft an agreement that names the party";
    KIND = "SYM-0505", Authenticity,
        "the note is authentic in form but of another kind or version than needed here",
        "check which file was given; `symbolon inspect FILE` says what it is";
    BODY = "SYM-0506", Authenticity,
        "the text of the note does not have the fields of its kind: unknown, missing, duplicate or malformed keys are errors",
        "compare it with the format of its kind, for an agreement `symbolon explain docs/formats/agreement.md`; the sender's program may be of another version";
    HIDDEN = "SYM-0113", Authenticity,
        "a note shows every character that it has: what acts on a terminal, turns the direction of writing or has no width would let a reader sign another text than the one that is seen",
        "ask its sender for a note without such characters";
}

/// Why a note was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The text does not parse as its kind; the position and the rule are told, not the content.
    #[error("the {kind} note is malformed: {problem}")]
    Body {
        /// What it should be.
        kind: &'static str,
        /// The parser's complaint.
        problem: String,
    },
    /// A signature by somebody who is not a party, or a second one by the same.
    #[error("a signature line of `{name}` is foreign or stands there twice")]
    Foreign {
        /// The name on the line.
        name: String,
    },
    /// Not a note at all.
    #[error("not a signed note: {0}")]
    Form(&'static str),
    /// A text with something in it that a reader does not see.
    #[error(
        "the text of the note has control characters, or some that change the direction of writing or have no width"
    )]
    Hidden,
    /// A signature that does not verify.
    #[error("the signature of `{name}` does not hold for this text")]
    Invalid {
        /// The name on the line.
        name: String,
    },
    /// Another kind of note than needed.
    #[error("expected {expected}, found another kind of note")]
    Kind {
        /// What was needed.
        expected: &'static str,
    },
    /// A needed signature is not there.
    #[error("the signature of `{name}` is missing")]
    Missing {
        /// Whose.
        name: String,
    },
}

impl NoteError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Body { .. } => BODY,
            Self::Foreign { .. } => FOREIGN,
            Self::Form(_) => FORM,
            Self::Hidden => HIDDEN,
            Self::Invalid { .. } => INVALID,
            Self::Kind { .. } => KIND,
            Self::Missing { .. } => MISSING,
        }
    }
}

/// Whether a party can have this name: 1 to 64 of `a`–`z`, `0`–`9`, `-` and `.`; each part between points begins with a letter and ends
/// with a letter or digit, is no digest, and has no `--`.
///
/// Names become names of files, such as `A--B.commitment`, `A.DIGEST.B.acknowledgement` or `A--B.SLOT.C.consent`: with these rules no two
/// lists of names, numbers and digests give one file. The names of devices on Windows are none, because an exchange may stand there.
pub fn is_party_name(name: &str) -> bool {
    let device = |part: &str| {
        matches!(part, "con" | "prn" | "aux" | "nul")
            || part
                .strip_prefix("com")
                .or(part.strip_prefix("lpt"))
                .is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    };
    let fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !part.ends_with('-')
            && !part.contains("--")
            && !(part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    (1..=64).contains(&name.len()) && name.split('.').all(fits) && !name.split('.').next().is_some_and(device)
}

/// A name and a public key: `NAME+KEYID+BASE64(0x01 ‖ public key)`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    /// Joins a name to a key; see [`is_party_name`].
    pub fn new(name: &str, key: VerifyingKey) -> Result<Self, Malformed> {
        if is_party_name(name) { Ok(Self { name: name.to_owned(), key }) } else { Err(Malformed) }
    }

    /// Joins a party's name to its routine key, which signs as `NAME/routine`.
    pub fn routine(party: &str, key: VerifyingKey) -> Result<Self, Malformed> {
        let plain = Self::new(party, key)?;
        Ok(Self { name: plain.name + ROUTINE, key })
    }

    /// The name on its signature lines: a party's, or `NAME/routine`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key itself.
    #[cfg(test)]
    pub(crate) fn key(&self) -> VerifyingKey {
        self.key
    }

    /// Whether both are one key, under whatever names.
    pub fn same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// The four bytes that stand before each signature.
    pub fn key_id(&self) -> [u8; 4] {
        self.id_of(ED25519)
    }

    /// The four bytes that stand before each cosignature on a checkpoint (C2SP tlog-cosignature, type 0x04).
    pub fn cosigner_id(&self) -> [u8; 4] {
        self.id_of(COSIGNATURE)
    }

    fn id_of(&self, kind: u8) -> [u8; 4] {
        let digest = Digest::of_parts(&[self.name.as_bytes(), b"\n", &[kind], &self.key.0]);
        [digest.0[0], digest.0[1], digest.0[2], digest.0[3]]
    }

    /// Whether `signature` is this party's over exactly these bytes.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.try_into().is_ok_and(|signature| self.key.verifies(message, signature))
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend(self.key.0);
        write!(f, "{}+{}+{}", self.name, primitives::hex(&self.key_id()), primitives::base64(&key))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({self})")
    }
}

impl FromStr for Verifier {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Malformed);
        };
        let key = primitives::unbase64(key).ok_or(Malformed)?;
        let (&ED25519, key) = key.split_first().ok_or(Malformed)? else { return Err(Malformed) };
        let key = VerifyingKey(key.try_into().map_err(|_| Malformed)?);
        let verifier = match name.strip_suffix(ROUTINE) {
            Some(party) => Self::routine(party, key)?,
            None => Self::new(name, key)?,
        };
        if primitives::hex(&verifier.key_id()) == id { Ok(verifier) } else { Err(Malformed) }
    }
}

impl Serialize for Verifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Verifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|Malformed| serde::de::Error::custom("a verifier key is `NAME+KEYID+BASE64`"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    key_id: [u8; 4],
    signature: [u8; 64],
}

impl Line {
    fn same_key(&self, other: &Self) -> bool {
        (&self.name, self.key_id) == (&other.name, other.key_id)
    }
}

/// A note as received: its form is checked, its signatures are not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    lines: Vec<Line>,
}

impl Note {
    /// A note without signatures over `text`, which must end in a newline.
    pub fn unsigned(text: String) -> Result<Self, NoteError> {
        if !text.ends_with('\n') || text.chars().any(|c| c != '\n' && c.is_control()) {
            return Err(NoteError::Form("the text must end in a newline and hold no control characters"));
        }
        if text.chars().any(|c| c != '\n' && text::hides(c)) {
            return Err(NoteError::Hidden);
        }
        Ok(Self { text, lines: Vec::new() })
    }

    /// Parses a note, strictly: no trailing bytes, no carriage returns, limits on every size.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_BYTES {
            return Err(NoteError::Form("longer than a note may be"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Form("not UTF-8"))?;
        let split = whole.rfind("\n\n").ok_or(NoteError::Form("no blank line before the signatures"))?;
        let mut note = Self::unsigned(whole[..=split].to_owned())?;
        let block = &whole[split + 2..];
        if !block.is_empty() && !block.ends_with('\n') {
            return Err(NoteError::Form("the last signature line is cut"));
        }
        for line in block.lines() {
            if note.lines.len() == MAX_SIGNATURES {
                return Err(NoteError::Form("more signature lines than a note may have"));
            }
            note.lines.push(parse_line(line).ok_or(NoteError::Form("a signature line is malformed"))?);
        }
        Ok(note)
    }

    /// The signed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `SHA-256(text)`: the artefact's digest; signatures are not part of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Names on the signature lines, unverified.
    pub fn claimed_signers(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.name.as_str())
    }

    /// Names of the parties on the signature lines, whichever of their keys signed, unverified.
    pub fn claimed_parties(&self) -> impl Iterator<Item = &str> {
        self.claimed_signers().map(|name| name.strip_suffix(ROUTINE).unwrap_or(name))
    }

    /// Adds a signature, in place of an earlier line of the same key.
    pub(crate) fn sign(&mut self, verifier: &Verifier, key: &SigningKey) {
        debug_assert_eq!(verifier.key, key.verifying_key(), "the verifier is this key's");
        let line =
            Line { name: verifier.name.clone(), key_id: verifier.key_id(), signature: key.sign(self.text.as_bytes()) };
        match self.lines.iter_mut().find(|own| own.same_key(&line)) {
            Some(own) => *own = line,
            None => self.lines.push(line),
        }
    }

    /// Joins the signature lines of two copies of one note, so that parties may sign side by side; `false` if the texts differ.
    /// Of each key one line is kept, the own: with two, by whoever signs the same text in two ways, nobody would take the note.
    /// Verify both copies first.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.text != other.text {
            return false;
        }
        for line in &other.lines {
            if !self.lines.iter().any(|own| own.same_key(line)) && self.lines.len() < MAX_SIGNATURES {
                self.lines.push(line.clone());
            }
        }
        true
    }

    /// The same text with the lines of `verifier` alone.
    pub(crate) fn signed_by(&self, verifier: &Verifier) -> Self {
        let own = |line: &&Line| line.name == verifier.name && line.key_id == verifier.key_id();
        Self { text: self.text.clone(), lines: self.lines.iter().filter(own).cloned().collect() }
    }

    /// Which of `verifiers` have signed. Every line must be by one of them, once, and hold.
    pub fn signers<'v>(&self, verifiers: &[&'v Verifier]) -> Result<Vec<&'v Verifier>, NoteError> {
        let mut found: Vec<&Verifier> = Vec::new();
        for line in &self.lines {
            let verifier = verifiers.iter().find(|v| v.name == line.name && v.key_id() == line.key_id);
            let Some(verifier) = verifier.filter(|v| !found.contains(*v)) else {
                return Err(NoteError::Foreign { name: line.name.clone() });
            };
            if !verifier.key.verifies(self.text.as_bytes(), &line.signature) {
                return Err(NoteError::Invalid { name: line.name.clone() });
            }
            found.push(verifier);
        }
        Ok(found)
    }

    /// Verifies that exactly `verifier` has signed.
    pub fn verify_single(&self, verifier: &Verifier) -> Result<(), NoteError> {
        if self.signers(&[verifier])?.is_empty() {
            return Err(NoteError::Missing { name: verifier.name.clone() });
        }
        Ok(())
    }

    /// Parses the text as the TOML body `T` of kind `kind`, whose first line must be `symbolon = "KIND"`.
    pub fn body<T: for<'de> Deserialize<'de>>(&self, kind: &'static str) -> Result<T, NoteError> {
        if self.text.lines().next() != Some(&format!("symbolon = \"{kind}\"")) {
            return Err(NoteError::Kind { expected: kind });
        }
        let malformed = |error| NoteError::Body { kind, problem: one_line(&error) };
        // What does not show can be written with an escape. Line ends stay: sealed parts have them.
        if self.text.contains('\\') {
            let table: toml::Table = toml::from_str(&self.text).map_err(malformed)?;
            if !shows(&toml::Value::Table(table)) {
                return Err(NoteError::Hidden);
            }
        }
        toml::from_str(&self.text).map_err(malformed)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.lines {
            let mut bytes = line.key_id.to_vec();
            bytes.extend(line.signature);
            writeln!(f, "{DASH}{} {}", line.name, primitives::base64(&bytes))?;
        }
        Ok(())
    }
}

/// Whether every key and string in a value shows as what it is.
fn shows(value: &toml::Value) -> bool {
    match value {
        toml::Value::String(text) => !text.chars().any(|c| c != '\n' && text::hides(c)),
        toml::Value::Array(list) => list.iter().all(shows),
        toml::Value::Table(table) => table.iter().all(|(key, value)| text::is_plain(key) && shows(value)),
        _ => true,
    }
}

fn parse_line(line: &str) -> Option<Line> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = primitives::unbase64(encoded)?;
    if name.is_empty() || name.contains('+') || bytes.len() != 68 {
        return None;
    }
    let (key_id, signature) = bytes.split_at(4);
    Some(Line { name: name.to_owned(), key_id: key_id.try_into().ok()?, signature: signature.try_into().ok()? })
}

/// The parser's complaint on one line, without the quoted source text.
pub(crate) fn one_line(error: &toml::de::Error) -> String {
    error.message().replace('\n', "; ")
}

#[cfg(test)]
mod tests;
