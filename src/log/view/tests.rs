//! Logs in memory: grown, cut, changed, split.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Store for Memory {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.0.get(path).filter(|bytes| bytes.len() as u64 <= limit).cloned())
    }
}

fn entry(number: u64) -> Entry {
    let kind = Kind::ALL[(number % 9) as usize];
    Entry::new(kind, (number % 7) as u32, "party-a", "-", Digest::of(&number.to_be_bytes()))
}

/// A log grown by steps, with the checkpoint after each.
fn grown(steps: &[u64]) -> (Memory, Vec<Checkpoint>) {
    let (mut store, mut view, mut checkpoints) = (Memory::default(), View::empty("symbolon/test"), Vec::new());
    for &step in steps {
        let from = view.checkpoint().size;
        let new: Vec<Entry> = (from..from + step).map(entry).collect();
        let (files, checkpoint) = view.grow(&new).expect("in memory");
        for (path, bytes) in files {
            let before = store.0.insert(path.clone(), bytes.clone());
            assert!(before.is_none_or(|before| before == bytes), "{path} was rewritten");
        }
        view = View::read(&store, &checkpoint).expect("an own log");
        checkpoints.push(checkpoint);
    }
    (store, checkpoints)
}

#[test]
fn a_log_grown_in_steps_is_the_log_grown_at_once() {
    let (store, checkpoints) = grown(&[1, 2, 252, 1, 256, 1, 300]);
    let (whole, once) = grown(&[813]);
    assert_eq!(checkpoints.last(), once.last());
    for (path, bytes) in &whole.0 {
        assert_eq!(store.0.get(path), Some(bytes), "{path}");
    }
    let view = View::read(&store, &checkpoints[6]).expect("an own log");
    for earlier in &checkpoints {
        view.continues(earlier, "somebody").expect("its own past");
        // Tiles stand for every checkpoint that was published.
        View::read(&store, earlier).expect("its own past");
    }
    assert_eq!(view.entries().len(), 813);
    assert_eq!(view.find(&entry(700)), Some(700));
    assert_eq!(view.find(&entry(813)), None);
}

#[test]
fn a_missing_cut_or_changed_file_is_found() {
    let (store, checkpoints) = grown(&[300]);
    for path in store.0.keys() {
        let mut missing = store.clone();
        missing.0.remove(path);
        assert!(matches!(View::read(&missing, &checkpoints[0]), Err(LogError::Torn { .. })), "{path}");
        let whole = &store.0[path];
        for at in [0, 1, whole.len() / 2, whole.len() - 1] {
            let mut cut = store.clone();
            cut.0.insert(path.clone(), whole[..at].to_vec());
            assert!(matches!(View::read(&cut, &checkpoints[0]), Err(LogError::Torn { .. })), "{path} cut at {at}");
            let mut changed = store.clone();
            changed.0.get_mut(path).expect("there")[at] ^= 1;
            assert!(View::read(&changed, &checkpoints[0]).is_err(), "{path} changed at {at}");
        }
    }
}

#[test]
fn tiles_and_entries_of_another_log_do_not_give_the_signed_root() {
    let (store, checkpoints) = grown(&[5]);
    let mut other = checkpoints[0].clone();
    other.root.0[0] ^= 1;
    assert!(matches!(View::read(&store, &other), Err(LogError::Torn { .. })));
}

#[test]
fn a_shorter_log_and_a_forked_one_are_told_apart() {
    let (store, checkpoints) = grown(&[3, 4]);
    let short = View::read(&store, &checkpoints[0]).expect("an own log");
    let expected = LogError::Truncated { found: 3, seen: 7, seen_by: "witness".to_owned() };
    assert_eq!(short.continues(&checkpoints[1], "witness"), Err(expected));
    let (_, fork) = short.grow(&[entry(50), entry(51)]).expect("in memory");
    let whole = View::read(&store, &checkpoints[1]).expect("an own log");
    let expected = LogError::Split { size: 5, seen_by: "witness".to_owned() };
    assert_eq!(whole.continues(&fork, "witness"), Err(expected));
}

#[test]
fn an_entry_must_be_there_be_cosigned_and_come_in_order() {
    let (store, checkpoints) = grown(&[6]);
    let view = View::read(&store, &checkpoints[0]).expect("an own log");
    assert_eq!(view.require(&entry(3), 4, 2), Ok(3));
    assert!(matches!(view.require(&entry(3), 3, 2), Err(LogError::NotCosigned { needed: 2, .. })));
    assert!(matches!(view.require(&entry(9), 6, 2), Err(LogError::NotLogged { .. })));
    assert_eq!(view.after(&entry(2), &entry(3)), Ok(()));
    assert!(matches!(view.after(&entry(3), &entry(2)), Err(LogError::Order { .. })));
    assert!(matches!(view.after(&entry(2), &entry(2)), Err(LogError::Order { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn proofs_from_tiles_hold(size in 1_u64..1200, a in any::<u64>(), b in any::<u64>()) {
        let (store, checkpoints) = grown(&[b % size, size - b % size]);
        let (old, new) = (&checkpoints[0], &checkpoints[1]);
        let index = a % size;
        let proof = prove_inclusion(&store, new, index).expect("a proof");
        let leaf = leaf_hash(&entry(index).to_bytes());
        prop_assert!(tree::verify_inclusion(&leaf, index, size, &proof, &new.root).is_ok());
        let proof = prove_consistency(&store, new, old.size).expect("a proof");
        prop_assert!(tree::verify_consistency((old.size, &old.root), (size, &new.root), &proof).is_ok());
        prop_assert!(prove_inclusion(&store, new, size).is_err());
        prop_assert!(prove_consistency(&store, new, size + 1).is_err());
    }
}
