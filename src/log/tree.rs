//! The Merkle tree of RFC 6962: leaf and node hashes, roots, inclusion and consistency proofs.
//!
//! Hashes of complete subtrees come from a function, so that the same code serves leaves in memory and tiles on a disk. The
//! commitments of parcels are roots of the same tree.

use rayon::prelude::*;

use super::LogError;
use crate::primitives::Digest;

/// `SHA-256(0x00 ‖ data)`.
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], data])
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
pub(super) fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], &left.0, &right.0])
}

/// The Merkle tree hash over leaf hashes; of none it is `SHA-256("")`.
pub(crate) fn root(mut level: Vec<Digest>) -> Digest {
    if level.is_empty() {
        return Digest::of(b"");
    }
    // Pairing from the left, an odd one moving up as it is, gives RFC 6962's split at the largest power of two.
    while level.len() > 1 {
        let pair = |pair: &[Digest]| match pair {
            [left, right] => node_hash(left, right),
            _ => pair[0],
        };
        // A thread costs more than a few hashes.
        level = if level.len() > 512 {
            level.par_chunks(2).map(pair).collect()
        } else {
            level.chunks(2).map(pair).collect()
        };
    }
    level[0]
}

/// Gives the hash of the complete subtree of `2^height` leaves that is number `index` among those of its height.
pub(super) trait Subtrees {
    /// That hash.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Digest, LogError>;
}

/// Largest power of two below `n`, which is at least 2.
fn split(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// The hash of the leaves `start..end`, where `start` is a multiple of the power of two that `end - start` fits in.
pub(super) fn range(tree: &mut impl Subtrees, start: u64, end: u64) -> Result<Digest, LogError> {
    let n = end - start;
    if n.is_power_of_two() {
        let height = n.trailing_zeros();
        return tree.subtree(height, start >> height);
    }
    if n == 0 {
        return Ok(Digest::of(b""));
    }
    let k = split(n);
    Ok(node_hash(&range(tree, start, start + k)?, &range(tree, start + k, end)?))
}

/// The proof that leaf `index` stands in the tree of `size` leaves (RFC 6962, 2.1.1).
pub(super) fn inclusion(tree: &mut impl Subtrees, index: u64, size: u64) -> Result<Vec<Digest>, LogError> {
    let (mut start, mut end, mut path) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range(tree, middle, end)?);
            end = middle;
        } else {
            path.push(range(tree, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `old` leaves is the beginning of that of `new` (RFC 6962, 2.1.2).
pub(super) fn consistency(tree: &mut impl Subtrees, old: u64, new: u64) -> Result<Vec<Digest>, LogError> {
    let (mut start, mut end, mut path, mut whole) = (0, new, Vec::new(), true);
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range(tree, middle, end)?);
            end = middle;
        } else {
            path.push(range(tree, start, middle)?);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(range(tree, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether `path` proves that `leaf` is number `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, path: &[Digest], root: &Digest) -> Result<(), LogError> {
    let refused = Err(LogError::Proof { what: "inclusion" });
    if index >= size {
        return refused;
    }
    let (mut first, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return refused;
        }
        if first & 1 == 1 || first == last {
            hash = node_hash(sibling, &hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        first >>= 1;
        last >>= 1;
    }
    if last == 0 && hash == *root { Ok(()) } else { refused }
}

/// Whether `path` proves that the tree `old` is the beginning of the tree `new`, each a size and a root (RFC 9162, 2.1.4.2).
pub fn verify_consistency(old: (u64, &Digest), new: (u64, &Digest), path: &[Digest]) -> Result<(), LogError> {
    let refused = Err(LogError::Proof { what: "consistency" });
    let holds = |yes: bool| if yes { Ok(()) } else { Err(LogError::Proof { what: "consistency" }) };
    if old.0 > new.0 {
        return refused;
    }
    if old.0 == new.0 {
        return holds(path.is_empty() && old.1 == new.1);
    }
    if old.0 == 0 {
        return holds(path.is_empty() && *old.1 == root(Vec::new()));
    }
    // The old root is left out of the proof where the new tree shows it as it is.
    let mut path = path.iter();
    let seed = if old.0.is_power_of_two() { Some(old.1) } else { path.next() };
    let Some(&seed) = seed else { return refused };
    let (mut first, mut last) = (old.0 - 1, new.0 - 1);
    while first & 1 == 1 {
        first >>= 1;
        last >>= 1;
    }
    let (mut before, mut after) = (seed, seed);
    for hash in path {
        if last == 0 {
            return refused;
        }
        if first & 1 == 1 || first == last {
            before = node_hash(hash, &before);
            after = node_hash(hash, &after);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                last >>= 1;
            }
        } else {
            after = node_hash(&after, hash);
        }
        first >>= 1;
        last >>= 1;
    }
    holds(last == 0 && before == *old.1 && after == *new.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::primitives::unhex;

    /// The definition of RFC 6962, word for word and slow.
    fn naive(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(b""),
            [one] => *one,
            _ => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                node_hash(&naive(&leaves[..k]), &naive(&leaves[k..]))
            }
        }
    }

    struct Leaves<'a>(&'a [Digest]);

    impl Subtrees for Leaves<'_> {
        fn subtree(&mut self, height: u32, index: u64) -> Result<Digest, LogError> {
            let (width, index) = (1 << height, index as usize);
            Ok(naive(&self.0[index * width..(index + 1) * width]))
        }
    }

    fn leaves(n: u64) -> Vec<Digest> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn reference() -> Vec<Digest> {
        let inputs =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        inputs.iter().map(|hex| leaf_hash(&unhex(hex).expect("hex"))).collect()
    }

    fn digests(list: &[&str]) -> Vec<Digest> {
        list.iter().map(|hex| hex.parse().expect("a digest")).collect()
    }

    #[test]
    fn roots_are_those_of_rfc_6962() {
        // Leaves and roots of Certificate Transparency's reference implementation.
        let roots = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ];
        for (count, expected) in roots {
            assert_eq!(root(reference()[..count].to_vec()).to_string(), expected, "{count} leaves");
        }
    }

    #[test]
    fn proofs_are_those_of_the_reference_implementation() {
        let leaves = reference();
        let of = |index, size: usize| inclusion(&mut Leaves(&leaves), index, size as u64).expect("in memory");
        assert_eq!(
            of(0, 8),
            digests(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ])
        );
        assert_eq!(
            of(5, 8),
            digests(&[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        );
        let proof = consistency(&mut Leaves(&leaves), 6, 8).expect("in memory");
        assert_eq!(
            proof,
            digests(&[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        );
    }

    #[test]
    fn every_proof_of_every_small_tree_holds_and_no_changed_one_does() {
        for size in 1..=33_u64 {
            let leaves = leaves(size);
            let root = naive(&leaves);
            for index in 0..size {
                let proof = inclusion(&mut Leaves(&leaves), index, size).expect("in memory");
                let leaf = leaves[index as usize];
                verify_inclusion(&leaf, index, size, &proof, &root).expect("an own proof");
                assert!(verify_inclusion(&leaf, index + 1, size, &proof, &root).is_err());
                for at in 0..proof.len() {
                    let mut bad = proof.clone();
                    bad[at].0[3] ^= 1;
                    assert!(verify_inclusion(&leaf, index, size, &bad, &root).is_err());
                    bad.remove(at);
                    assert!(verify_inclusion(&leaf, index, size, &bad, &root).is_err());
                }
            }
            for old in 0..=size {
                let before = naive(&leaves[..old as usize]);
                let proof =
                    if old == 0 { Vec::new() } else { consistency(&mut Leaves(&leaves), old, size).expect("ok") };
                verify_consistency((old, &before), (size, &root), &proof).expect("an own proof");
                let mut fork = leaves.clone();
                if let Some(first) = fork[..old as usize].first_mut() {
                    first.0[0] ^= 1;
                    let other = naive(&fork[..old as usize]);
                    assert!(verify_consistency((old, &other), (size, &root), &proof).is_err());
                }
                for at in 0..proof.len() {
                    let mut bad = proof.clone();
                    bad[at].0[31] ^= 0x80;
                    assert!(verify_consistency((old, &before), (size, &root), &bad).is_err());
                }
                let longer = [proof, vec![root]].concat();
                assert!(verify_consistency((old, &before), (size, &root), &longer).is_err());
            }
        }
    }

    proptest! {
        #[test]
        fn root_range_and_proofs_agree_with_the_definition(size in 1_u64..700, a in any::<u64>(), b in any::<u64>()) {
            let leaves = leaves(size);
            let expected = naive(&leaves);
            prop_assert_eq!(root(leaves.clone()), expected);
            prop_assert_eq!(range(&mut Leaves(&leaves), 0, size).expect("in memory"), expected);
            let (index, old) = (a % size, 1 + b % size);
            let proof = inclusion(&mut Leaves(&leaves), index, size).expect("in memory");
            prop_assert!(verify_inclusion(&leaves[index as usize], index, size, &proof, &expected).is_ok());
            let proof = consistency(&mut Leaves(&leaves), old, size).expect("in memory");
            let before = naive(&leaves[..old as usize]);
            prop_assert!(verify_consistency((old, &before), (size, &expected), &proof).is_ok());
        }
    }
}
