//! Checkpoints: the size and root of a log, signed by its keeper and cosigned by those who saw it grow.
//!
//! The form is C2SP's `tlog-checkpoint`; cosignatures are its `cosignature/v1`, which carry the time at which somebody other
//! than the keeper verified the log. The keeper's signature has no time: how fresh a checkpoint is, others say.

use std::fmt;

use jiff::Timestamp;

use super::LogError;
use crate::note::Verifier;
use crate::primitives::{self, Digest, SigningKey};
use crate::text;

/// Most entries of a log. A log of one agreement has some hundreds; a claim of more than this is refused before anything is made
/// for it.
pub const MAX_ENTRIES: u64 = 1 << 22;

/// Largest checkpoint that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 16;

const DASH: &str = "\u{2014} ";
const MAX_LINES: usize = 64;

/// The state of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Merkle tree hash over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, primitives::base64(&self.root.0))
    }

    /// Refuses a size that no log has.
    pub(super) fn bounded(&self) -> Result<(), LogError> {
        if self.size > MAX_ENTRIES {
            return Err(LogError::Entries { claimed: self.size, most: MAX_ENTRIES });
        }
        Ok(())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root = Digest(primitives::unbase64(root)?.try_into().ok()?);
        let checkpoint = Self { origin: origin.to_owned(), size: size.parse().ok()?, root };
        // One state has one text: no extension lines, no zeros before the size.
        (checkpoint.text() == text && !origin.is_empty()).then_some(checkpoint)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

/// A checkpoint with signature lines, which nobody has verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    lines: Vec<Line>,
}

impl SignedCheckpoint {
    /// Signs a state as the keeper.
    pub(crate) fn sign(checkpoint: Checkpoint, verifier: &Verifier, key: &SigningKey) -> Self {
        let signature = key.sign(checkpoint.text().as_bytes()).to_vec();
        let line = Line { name: verifier.name().to_owned(), key_id: verifier.key_id(), signature };
        Self { checkpoint, lines: vec![line] }
    }

    /// Adds a cosignature in place of an earlier one of the same party. The caller has verified the log.
    pub(crate) fn cosign(&mut self, verifier: &Verifier, key: &SigningKey, now: Timestamp) {
        let time = u64::try_from(now.as_second()).unwrap_or(0);
        let mut signature = time.to_be_bytes().to_vec();
        signature.extend(key.sign(&cosigned(time, &self.checkpoint)));
        let line = Line { name: verifier.name().to_owned(), key_id: verifier.cosigner_id(), signature };
        self.lines.retain(|l| (&l.name, l.key_id) != (&line.name, line.key_id));
        self.lines.push(line);
    }

    /// The same checkpoint with the keeper's signature alone.
    pub fn without_cosignatures(&self, keeper: &Verifier) -> Self {
        let mut own = self.clone();
        own.lines.retain(|l| l.name == keeper.name() && l.key_id == keeper.key_id());
        own
    }

    /// Takes over the lines of another copy of the same checkpoint.
    pub fn join(&mut self, other: &Self) {
        if self.checkpoint == other.checkpoint {
            let new = other.lines.iter().filter(|line| !self.lines.contains(line)).cloned().collect::<Vec<_>>();
            self.lines.extend(new);
        }
    }

    /// Parses the form, strictly; lines of unknown keys are kept and say nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        let malformed = || LogError::Form { what: "checkpoint" };
        let whole = std::str::from_utf8(bytes).map_err(|_| malformed())?;
        let (text, block) = whole.split_once("\n\n").ok_or_else(malformed)?;
        let checkpoint = Checkpoint::parse(&format!("{text}\n")).ok_or_else(malformed)?;
        checkpoint.bounded()?;
        let mut lines = Vec::new();
        for line in block.split_inclusive('\n') {
            if lines.len() == MAX_LINES {
                return Err(malformed());
            }
            lines.push(parse_line(line).ok_or_else(malformed)?);
        }
        Ok(Self { checkpoint, lines })
    }

    /// What it says, unverified.
    pub fn claim(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// What it says, if it is of the log `origin` and `keeper` has signed it.
    pub fn verify(&self, origin: &str, keeper: &Verifier) -> Result<&Checkpoint, LogError> {
        if self.checkpoint.origin != origin {
            return Err(LogError::Origin { found: self.checkpoint.origin.chars().take(100).collect() });
        }
        let text = self.checkpoint.text();
        let holds = |line: &&Line| keeper.verifies(text.as_bytes(), &line.signature);
        match self.of(keeper.name(), keeper.key_id()).filter(holds) {
            Some(_) => Ok(&self.checkpoint),
            None => Err(LogError::Keeper { keeper: keeper.name().to_owned() }),
        }
    }

    /// When `party` cosigned it, if it did.
    pub fn cosigned_at(&self, party: &Verifier) -> Option<Timestamp> {
        let line = self.of(party.name(), party.cosigner_id())?;
        let (time, signature) = line.signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let holds = party.verifies(&cosigned(time, &self.checkpoint), signature);
        Timestamp::from_second(i64::try_from(time).ok()?).ok().filter(|_| holds)
    }

    fn of(&self, name: &str, key_id: [u8; 4]) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name && line.key_id == key_id)
    }
}

/// What a cosignature signs.
fn cosigned(time: u64, checkpoint: &Checkpoint) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{}", checkpoint.text()).into_bytes()
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.checkpoint.text())?;
        for line in &self.lines {
            let bytes = [&line.key_id[..], &line.signature].concat();
            writeln!(f, "{DASH}{} {}", line.name, primitives::base64(&bytes))?;
        }
        Ok(())
    }
}

fn parse_line(line: &str) -> Option<Line> {
    let (name, encoded) = line.strip_suffix('\n')?.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = primitives::unbase64(encoded)?;
    let (key_id, signature) = bytes.split_first_chunk::<4>()?;
    let fits = !name.is_empty() && text::is_plain(name) && !name.contains('+') && !signature.is_empty();
    fits.then(|| Line { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::{Entropy, Secret};

    fn party(name: &str, seed: u64) -> (Verifier, SigningKey) {
        let key = SigningKey::from_seed(&Secret::generate(&mut Entropy::seeded(seed)));
        (Verifier::new(name, key.verifying_key()).expect("a name"), key)
    }

    fn state() -> Checkpoint {
        Checkpoint { origin: "symbolon/test".to_owned(), size: 3, root: Digest::of(b"root") }
    }

    #[test]
    fn a_signed_and_cosigned_checkpoint_reads_back() {
        let ((keeper, key), (witness, other)) = (party("keeper", 1), party("witness", 2));
        let mut signed = SignedCheckpoint::sign(state(), &keeper, &key);
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().expect("a time");
        signed.cosign(&witness, &other, now);
        signed.cosign(&witness, &other, now);
        let read = SignedCheckpoint::parse(signed.to_string().as_bytes()).expect("own text");
        assert_eq!(read, signed);
        assert_eq!(read.verify("symbolon/test", &keeper), Ok(&state()));
        assert_eq!(read.cosigned_at(&witness), Some(now));
        assert_eq!(read.cosigned_at(&keeper), None);
        let err = LogError::Origin { found: "symbolon/test".to_owned() };
        assert_eq!(read.verify("symbolon/other", &keeper), Err(err));
        assert!(matches!(read.verify("symbolon/test", &witness), Err(LogError::Keeper { .. })));
        assert_eq!(read.without_cosignatures(&keeper).cosigned_at(&witness), None);
    }

    #[test]
    fn no_flipped_bit_keeps_both_signatures() {
        let ((keeper, key), (witness, other)) = (party("keeper", 1), party("witness", 2));
        let mut signed = SignedCheckpoint::sign(state(), &keeper, &key);
        let now = Timestamp::from_second(1_780_000_000).expect("a time");
        signed.cosign(&witness, &other, now);
        let bytes = signed.to_string().into_bytes();
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            let both = SignedCheckpoint::parse(&bad).is_ok_and(|read| {
                read.verify("symbolon/test", &keeper).is_ok() && read.cosigned_at(&witness) == Some(now)
            });
            assert!(!both, "byte {at}");
        }
    }

    #[test]
    fn a_size_that_no_log_has_is_refused_though_it_is_signed() {
        let (keeper, key) = party("keeper", 1);
        let of = |size| {
            let signed = SignedCheckpoint::sign(Checkpoint { size, ..state() }, &keeper, &key);
            SignedCheckpoint::parse(signed.to_string().as_bytes())
        };
        assert!(of(MAX_ENTRIES).is_ok());
        for claimed in [MAX_ENTRIES + 1, 10_000_000_000_000, u64::MAX] {
            assert_eq!(of(claimed), Err(LogError::Entries { claimed, most: MAX_ENTRIES }));
        }
    }

    #[test]
    fn one_state_has_one_text() {
        let ((keeper, key), text) = (party("keeper", 1), state().text());
        let signed = SignedCheckpoint::sign(state(), &keeper, &key).to_string();
        for bad in [text.replace("\n3\n", "\n03\n"), text.replace("\n3\n", "\n+3\n"), format!("{text}extension\n")] {
            assert!(SignedCheckpoint::parse(signed.replace(&text, &bad).as_bytes()).is_err(), "{bad}");
        }
        assert!(SignedCheckpoint::parse(signed.trim_end().as_bytes()).is_err());
    }
}
