//! Every cryptographic call of the program, each named by its formula. No other file imports a cryptographic crate.
//!
//! - digests: SHA-256 (FIPS 180-4)
//! - MACs and key derivation: HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869)
//! - signatures: Ed25519 (RFC 8032)
//! - sealing: age v1 to X25519 recipients (C2SP `age.md`)
//! - sealing under a key that is in shares: ChaCha20-Poly1305 (RFC 8439)
//! - randomness: the operating system's, by `ring`
//!
//! Secrets live in types that are neither `Clone` nor `Debug` with content, and that wipe themselves on drop. `ring` keeps
//! expanded keys of its own, which it does not wipe; this is stated in `docs/threat-model.md`.

use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use base64::prelude::{BASE64_STANDARD, Engine};
use ring::rand::SecureRandom;
use ring::signature::KeyPair;
use ring::{aead, digest, hkdf, hmac, rand, signature};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A SHA-256 digest; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// `SHA-256(bytes)`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::of_parts(&[bytes])
    }

    /// `SHA-256(parts[0] ‖ parts[1] ‖ …)`; the caller makes the concatenation unambiguous.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// The first eight hexadecimal digits, for messages and file names.
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let bytes = unhex(text).ok_or(Malformed)?;
        Ok(Self(bytes.try_into().map_err(|_| Malformed)?))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|Malformed| serde::de::Error::custom("a digest is 64 lower-case hexadecimal digits"))
    }
}

/// A text that does not have the form of what it should encode. Says nothing about its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed")]
pub struct Malformed;

/// SHA-256 over a stream.
pub struct Hasher(digest::Context);

impl Hasher {
    /// An empty stream.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Appends bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// `SHA-256` of everything appended.
    pub fn finish(self) -> Digest {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        Digest(out)
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// 32 secret bytes: a contribution, a share or a derived key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Fresh secret bytes.
    pub fn generate(entropy: &mut Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Takes 32 bytes that were stored or received.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(bytes.try_into().map_err(|_| Malformed)?))
    }

    /// The bytes, for sealing and for a key file.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// `HKDF-Expand(HKDF-Extract(salt, ikm), info, 32)` with SHA-256; `info` is the concatenation of its parts.
    pub(crate) fn derive(salt: &[u8], ikm: &[u8], info: &[&[u8]]) -> Self {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ikm);
        let mut out = Self([0; 32]);
        match prk.expand(info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut out.0)) {
            Ok(()) => out,
            Err(ring::error::Unspecified) => unreachable!("32 bytes are within HKDF's limit of 255 blocks"),
        }
    }

    /// `self ⊕ other`: a key that needs both, when one of them is uniformly random.
    pub(crate) fn xor(&self, other: &Self) -> Self {
        let mut out = Self([0; 32]);
        for (byte, (a, b)) in out.0.iter_mut().zip(self.0.iter().zip(&other.0)) {
            *byte = a ^ b;
        }
        out
    }

    /// `HKDF-Expand(self, info, 32)`: a sub-key of a uniformly random key.
    #[cfg(feature = "agency")]
    pub(crate) fn expand(&self, info: &[&[u8]]) -> Self {
        let mut out = Self([0; 32]);
        let prk = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &self.0);
        match prk.expand(info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut out.0)) {
            Ok(()) => out,
            Err(ring::error::Unspecified) => unreachable!("32 bytes are within HKDF's limit of 255 blocks"),
        }
    }

    /// A MAC under this key.
    #[cfg(feature = "agency")]
    pub(crate) fn mac_key(&self) -> MacKey {
        MacKey(hmac::Key::new(hmac::HMAC_SHA256, &self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

/// A key of HMAC-SHA-256.
pub(crate) struct MacKey(hmac::Key);

impl MacKey {
    /// `HMAC-SHA-256(key, parts[0] ‖ parts[1] ‖ …)`; the caller makes the concatenation unambiguous.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MacKey").finish_non_exhaustive()
    }
}

/// A source of random bytes: the operating system's, or for the laboratory a seeded stream.
pub struct Entropy(Source);

enum Source {
    System(rand::SystemRandom),
    Seeded { key: MacKey, counter: u64 },
}

impl Entropy {
    /// The operating system's randomness.
    pub fn system() -> Self {
        Self(Source::System(rand::SystemRandom::new()))
    }

    /// A reproducible stream, `HMAC-SHA-256(seed, counter)`: for tests and the laboratory, never for real keys.
    pub fn seeded(seed: u64) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &seed.to_be_bytes());
        Self(Source::Seeded { key: MacKey(key), counter: 0 })
    }

    /// Fills `out` with random bytes.
    ///
    /// # Panics
    /// If the operating system has no randomness to give: nothing that follows would be safe.
    pub fn fill(&mut self, out: &mut [u8]) {
        match &mut self.0 {
            Source::System(system) => {
                if system.fill(out).is_err() {
                    panic!("the operating system gives no randomness");
                }
            }
            Source::Seeded { key, counter } => {
                for chunk in out.chunks_mut(32) {
                    let block = key.mac(&[&counter.to_be_bytes()]);
                    *counter += 1;
                    chunk.copy_from_slice(&block[..chunk.len()]);
                }
            }
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entropy").finish_non_exhaustive()
    }
}

/// An Ed25519 signing key.
pub struct SigningKey(signature::Ed25519KeyPair);

impl SigningKey {
    /// The key whose private seed (RFC 8032, 5.1.5) is `seed`.
    pub(crate) fn from_seed(seed: &Secret) -> Self {
        match signature::Ed25519KeyPair::from_seed_unchecked(seed.expose()) {
            Ok(pair) => Self(pair),
            Err(_) => unreachable!("every 32 bytes are an Ed25519 seed"),
        }
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.public_key().as_ref());
        VerifyingKey(out)
    }

    /// `Ed25519(message)`.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut out = [0; 64];
        out.copy_from_slice(self.0.sign(message).as_ref());
        out
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}

/// An Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifyingKey(pub [u8; 32]);

impl VerifyingKey {
    /// Whether `signature` is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        signature::UnparsedPublicKey::new(&signature::ED25519, &self.0).verify(message, signature).is_ok()
    }
}

/// To whom something is sealed: an age X25519 recipient, `age1…`.
#[derive(Clone)]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        text.parse().map(Self).map_err(|_| Malformed)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Recipient {}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|Malformed| serde::de::Error::custom("a recipient is an age X25519 recipient, `age1…`"))
    }
}

/// The private half: opens what was sealed to its recipient.
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// A fresh identity.
    pub fn generate(entropy: &mut Entropy) -> Self {
        let secret = Secret::generate(entropy);
        let hrp = bech32::Hrp::parse_unchecked("age-secret-key-");
        let text = bech32::encode_upper::<bech32::Bech32>(hrp, secret.expose()).map(Zeroizing::new);
        match text.map(|text| Self::parse(&text)) {
            Ok(Ok(identity)) => identity,
            _ => unreachable!("every 32 bytes are an age identity"),
        }
    }

    /// Parses `AGE-SECRET-KEY-1…`.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        text.parse().map(Self).map_err(|_| Malformed)
    }

    /// To whom others seal.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// `AGE-SECRET-KEY-1…`, for the key file.
    pub(crate) fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// Seals what is written to it; without [`Sealing::finish`] the result does not open.
pub struct Sealing<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Sealing<W> {
    /// Starts an age file to all of `recipients` on `output`.
    pub fn to(recipients: &[&Recipient], output: W) -> io::Result<Self> {
        let encryptor = age::Encryptor::with_recipients(recipients.iter().map(|r| &r.0 as &dyn age::Recipient))
            .map_err(io::Error::other)?;
        Ok(Self(encryptor.wrap_output(output)?))
    }

    /// Writes the last, authenticated chunk.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> fmt::Debug for Sealing<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealing").finish_non_exhaustive()
    }
}

/// `ChaCha20-Poly1305(key, nonce, context, plain)` (RFC 8439) with a small counter for nonce; under one key each is used once.
pub(crate) fn seal_under(key: &Secret, nonce: u8, context: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut bytes = plain.to_vec();
    match under(key).seal_in_place_append_tag(counter(nonce), aead::Aad::from(context), &mut bytes) {
        Ok(()) => bytes,
        Err(ring::error::Unspecified) => unreachable!("what is sealed is far shorter than the cipher's limit"),
    }
}

/// Opens what [`seal_under`] sealed; any failure is the same [`Malformed`].
pub(crate) fn open_under(
    key: &Secret,
    nonce: u8,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let mut bytes = Zeroizing::new(sealed.to_vec());
    let length = match under(key).open_in_place(counter(nonce), aead::Aad::from(context), &mut bytes) {
        Ok(plain) => plain.len(),
        Err(ring::error::Unspecified) => return Err(Malformed),
    };
    bytes.truncate(length);
    Ok(bytes)
}

/// Bytes that [`seal_under`] adds.
pub(crate) const TAG_BYTES: usize = 16;

fn under(key: &Secret) -> aead::LessSafeKey {
    match aead::UnboundKey::new(&aead::CHACHA20_POLY1305, key.expose()) {
        Ok(key) => aead::LessSafeKey::new(key),
        Err(ring::error::Unspecified) => unreachable!("the key has the cipher's 32 bytes"),
    }
}

fn counter(nonce: u8) -> aead::Nonce {
    let mut bytes = [0; 12];
    bytes[11] = nonce;
    aead::Nonce::assume_unique_for_key(bytes)
}

/// Seals a small secret to `recipients` in age's ASCII armour.
pub(crate) fn seal_armored(recipients: &[&Recipient], secret: &Secret) -> io::Result<String> {
    seal_armored_bytes(recipients, secret.expose())
}

/// Seals several secrets, one after another.
pub(crate) fn seal_armored_bytes(recipients: &[&Recipient], secrets: &[u8]) -> io::Result<String> {
    let armor = age::armor::ArmoredWriter::wrap_output(Vec::new(), age::armor::Format::AsciiArmor)?;
    let mut sealing = Sealing::to(recipients, armor)?;
    sealing.write_all(secrets)?;
    let bytes = sealing.finish()?.finish()?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Opens a small secret; any failure (another recipient, a flipped byte, a cut file) is the same [`Malformed`].
pub(crate) fn open_armored(identity: &Identity, armored: &str) -> Result<Secret, Malformed> {
    Secret::from_bytes(&open_armored_bytes(identity, armored, 64)?)
}

/// Opens several secrets, of at most `limit` bytes together.
pub(crate) fn open_armored_bytes(
    identity: &Identity,
    armored: &str,
    limit: usize,
) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let reader = age::armor::ArmoredReader::new(armored.as_bytes());
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 1));
    open(identity, reader)?.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|_| Malformed)?;
    if bytes.len() > limit { Err(Malformed) } else { Ok(bytes) }
}

/// Opens an age file; reading fails at the first chunk that is not authentic, and at a missing end.
pub fn open<'a, R: Read + 'a>(identity: &Identity, input: R) -> Result<Box<dyn Read + 'a>, Malformed> {
    let decryptor = age::Decryptor::new(input).map_err(|_| Malformed)?;
    let reader = decryptor.decrypt(std::iter::once(&identity.0 as &dyn age::Identity)).map_err(|_| Malformed)?;
    Ok(Box::new(reader))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The bytes of lower-case hexadecimal text, or nothing if it is not that.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Standard base64 with padding (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes of standard base64 with padding.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_abc_is_the_standards_vector() {
        assert_eq!(Digest::of(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn hkdf_matches_rfc_5869_case_1_cut_to_32_bytes() {
        let ikm = [0x0b; 22];
        let salt = unhex("000102030405060708090a0b0c").expect("hex");
        let info = unhex("f0f1f2f3f4f5f6f7f8f9").expect("hex");
        let okm = Secret::derive(&salt, &ikm, &[&info]);
        assert_eq!(hex(okm.expose()), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    #[test]
    fn a_sealed_secret_opens_only_for_its_recipient_and_unchanged() {
        let mut entropy = Entropy::seeded(1);
        let (own, other) = (Identity::generate(&mut entropy), Identity::generate(&mut entropy));
        let secret = Secret::generate(&mut entropy);
        let armored = seal_armored(&[&own.recipient()], &secret).expect("sealing to memory");
        assert_eq!(open_armored(&own, &armored).expect("own").expose(), secret.expose());
        assert!(open_armored(&other, &armored).is_err());
        let cut = &armored[..armored.len() - 40];
        assert!(open_armored(&own, cut).is_err());
    }

    #[test]
    fn a_signature_holds_for_its_message_alone() {
        let key = SigningKey::from_seed(&Secret::generate(&mut Entropy::seeded(2)));
        let signature = key.sign(b"message");
        assert!(key.verifying_key().verifies(b"message", &signature));
        assert!(!key.verifying_key().verifies(b"massage", &signature));
    }

    #[test]
    fn secrets_show_nothing_in_debug() {
        let secret = Secret::generate(&mut Entropy::seeded(3));
        assert_eq!(format!("{secret:?}"), "Secret { .. }");
    }

    #[test]
    fn hexadecimal_is_strict() {
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("FF"), None);
    }
}
