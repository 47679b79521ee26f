//! Handles: random to everybody but the guardian, who finds a tag of the record in them.
//!
//! `handle = r ‖ (tag ⊕ HMAC(mask key, r))`, eight bytes each; `r` is random, the mask key follows from the run's key. The tag is
//! `HMAC(agency's own secret, id)`: the same for one record in every run of an agreement, and nothing to who does not know the
//! agency's secret. The operator has no key, so to it a handle is sixteen random bytes. The guardian tosses its coin on the tag
//! (see `release`).

use std::fmt;

use crate::primitives::{Digest, MacKey, Secret};

/// Masks and unmasks tags under the key of a pair of agencies and a run.
pub struct HandleMask(MacKey);

impl HandleMask {
    /// The mask of a run.
    pub fn derive(run_key: &Secret) -> Self {
        Self(run_key.expand(&[b"symbolon/v1/handle"]).mac_key())
    }

    /// The handle with this tag inside that begins with `random`, which is fresh for each.
    pub(super) fn handle(&self, tag: [u8; 8], random: [u8; 8]) -> [u8; 16] {
        let mut handle = [0; 16];
        handle[..8].copy_from_slice(&random);
        let mask = self.0.mac(&[&random]);
        for at in 0..8 {
            handle[8 + at] = tag[at] ^ mask[at];
        }
        handle
    }

    /// The tag inside a handle.
    pub fn tag(&self, handle: &[u8; 16]) -> [u8; 8] {
        let mask = self.0.mac(&[&handle[..8]]);
        std::array::from_fn(|at| handle[8 + at] ^ mask[at])
    }
}

impl fmt::Debug for HandleMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandleMask").finish_non_exhaustive()
    }
}

/// Makes tags from an agency's own ids.
pub struct Tags(MacKey);

impl Tags {
    /// Tags under an agency's own secret for one agreement.
    pub fn new(secret: &Secret) -> Self {
        Self(secret.mac_key())
    }

    /// The tag of an id.
    pub(super) fn of(&self, id: &str) -> [u8; 8] {
        let digest = Digest(self.0.mac(&[id.as_bytes()]));
        std::array::from_fn(|at| digest.0[at])
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tags").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Entropy;

    fn secret(seed: u64) -> Secret {
        Secret::generate(&mut Entropy::seeded(seed))
    }

    fn fresh(entropy: &mut Entropy) -> [u8; 8] {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        random
    }

    #[test]
    fn the_tag_comes_back_under_the_runs_key_and_no_other() {
        let (one, other) = (HandleMask::derive(&secret(1)), HandleMask::derive(&secret(2)));
        let tag = Tags::new(&secret(3)).of("AUR-17");
        let mut entropy = Entropy::seeded(4);
        let handles: Vec<[u8; 16]> = (0..100).map(|_| one.handle(tag, fresh(&mut entropy))).collect();
        assert!(handles.iter().all(|handle| one.tag(handle) == tag && other.tag(handle) != tag));
    }

    #[test]
    fn one_id_has_one_tag_and_handles_that_share_no_byte_pattern() {
        let tags = Tags::new(&secret(5));
        assert!(tags.of("a") == tags.of("a") && tags.of("a") != tags.of("b"));
        assert_ne!(tags.of("a"), Tags::new(&secret(6)).of("a"));
        let (mask, mut entropy) = (HandleMask::derive(&secret(7)), Entropy::seeded(8));
        let mut handles: Vec<[u8; 16]> = (0..1000).map(|_| mask.handle(tags.of("a"), fresh(&mut entropy))).collect();
        // The same record a thousand times: the halves with the tag are all different, and each bit is a coin.
        for bit in 0..128 {
            let ones = handles.iter().filter(|handle| handle[bit / 8] >> (bit % 8) & 1 == 1).count();
            assert!((400..600).contains(&ones), "bit {bit}: {ones}");
        }
        handles.sort_unstable_by_key(|handle| handle[8..].to_vec());
        assert!(handles.windows(2).all(|pair| pair[0][8..] != pair[1][8..]));
    }
}
