//! Notes as they should be, and as they should not.

use super::*;
use crate::primitives::{Entropy, Secret};

fn party(name: &str, seed: u64) -> (Verifier, SigningKey) {
    let key = SigningKey::from_seed(&Secret::generate(&mut Entropy::seeded(seed)));
    (Verifier::new(name, key.verifying_key()).expect("a name"), key)
}

fn signed() -> (Note, Vec<Verifier>) {
    let (a, a_key) = party("fiu-a", 1);
    let (b, b_key) = party("fiu-b", 2);
    let mut note = Note::unsigned("symbolon = \"test v1\"\nx = 1\n".to_owned()).expect("a text");
    note.sign(&a, &a_key);
    note.sign(&b, &b_key);
    (note, vec![a, b])
}

#[test]
fn a_note_reads_back_as_written_and_names_its_signers() {
    let (note, parties) = signed();
    let parsed = Note::parse(note.to_string().as_bytes()).expect("own output");
    assert_eq!(parsed, note);
    let verifiers: Vec<&Verifier> = parties.iter().collect();
    assert_eq!(parsed.signers(&verifiers).expect("valid").len(), 2);
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let (note, parties) = signed();
    let verifiers: Vec<&Verifier> = parties.iter().collect();
    let bytes = note.to_string().into_bytes();
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        let accepted = Note::parse(&bad).is_ok_and(|n| n.signers(&verifiers).is_ok_and(|s| s.len() == 2));
        assert!(!accepted, "byte {at}");
    }
}

#[test]
fn a_foreign_signature_is_refused_even_if_all_others_are_there() {
    let (mut note, parties) = signed();
    let (c, c_key) = party("fiu-c", 3);
    note.sign(&c, &c_key);
    let verifiers: Vec<&Verifier> = parties.iter().collect();
    assert_eq!(note.signers(&verifiers), Err(NoteError::Foreign { name: "fiu-c".to_owned() }));
}

#[test]
fn a_signature_under_anothers_name_is_foreign() {
    let (a, _) = party("fiu-a", 1);
    let (impostor, key) = party("fiu-a", 9);
    let mut note = Note::unsigned("symbolon = \"test v1\"\n".to_owned()).expect("a text");
    note.sign(&impostor, &key);
    assert!(matches!(note.signers(&[&a]), Err(NoteError::Foreign { .. })));
}

#[test]
fn verifier_keys_read_back_and_refuse_a_wrong_key_id() {
    let (a, _) = party("fiu-a", 1);
    assert_eq!(a.to_string().parse(), Ok(a.clone()));
    let swapped = a.to_string().replacen("fiu-a", "fiu-b", 1);
    assert_eq!(swapped.parse::<Verifier>(), Err(Malformed));
}

#[test]
fn the_key_id_is_that_of_the_specification() {
    // C2SP signed-note: SHA-256(name || 0x0A || 0x01 || key), first four bytes; computed here the long way.
    let (a, _) = party("fiu-a", 1);
    let mut input = b"fiu-a\n\x01".to_vec();
    input.extend(a.key.0);
    assert_eq!(a.key_id(), Digest::of(&input).0[..4]);
}

#[test]
fn names_are_plain() {
    let key = party("x", 1).1.verifying_key();
    let long = "x".repeat(65);
    for bad in [
        "",
        "A",
        "a b",
        "a+b",
        "../a",
        "a/b",
        "a/routine",
        "a/routine/routine",
        "9a",
        "a..b",
        "a--b",
        "a-",
        "a.",
        "a-.b",
        "-a",
        ".a",
        "a.-b",
        "a.1",
        "a.deadbeef",
        "deadbeef",
        "con",
        "nul.a",
        "com1",
        "a_b",
        "\u{430}",
        &long,
    ] {
        assert!(Verifier::new(bad, key).is_err(), "{bad}");
    }
    for good in ["a", "fiu-a", "fiu-a.unit-2", "x1", "contact", "com10", "a.con", &long[1..]] {
        assert!(Verifier::new(good, key).is_ok(), "{good}");
    }
}

#[test]
fn no_two_lists_of_names_share_a_file() {
    // Every name of a few letters over the characters that could confuse.
    let mut names: Vec<String> = Vec::new();
    for length in 1..=4 {
        for mut number in 0..4_usize.pow(length) {
            let mut name = String::new();
            for _ in 0..length {
                name.push(['a', '1', '-', '.'][number % 4]);
                number /= 4;
            }
            names.extend(is_party_name(&name).then_some(name));
        }
    }
    assert!(
        names.len() > 10 && names.iter().any(|name| name.contains('-')) && names.iter().any(|name| name.contains('.'))
    );
    let mut files = std::collections::HashSet::new();
    for (one, other) in names.iter().flat_map(|one| names.iter().map(move |other| (one, other))) {
        assert!(files.insert(format!("{one}--{other}.x")), "{one} {other}");
        for slot in [1, 11] {
            assert!(files.insert(format!("{one}.{slot}.{other}.x")), "{one} {slot} {other}");
            assert!(files.insert(format!("a--{one}.{slot}.{other}.x")), "{one} {slot} {other}");
        }
    }
    // A digest among the parts of a name, which the three-letter names above cannot hold.
    assert!(!is_party_name("a.0123abcd.b") && !is_party_name("a.abcdef01.b"));
}

#[test]
fn what_a_reader_would_not_see_is_in_no_note() {
    let (verifier, key) = party("fiu-a", 1);
    let read = |text: &str| -> Result<toml::Table, NoteError> {
        let mut note = Note::unsigned(text.to_owned())?;
        note.sign(&verifier, &key);
        Note::parse(note.to_string().as_bytes())?.body("test v1")
    };
    let first = "symbolon = \"test v1\"\n";
    for bad in [
        "x = \"\\u001b[2J\"\n",
        "x = \"\\u009b\"\n",
        "x = \"\\u202Eabc\"\n",
        "x = \"\\U000E0041\"\n",
        "x = \"\\t\"\n",
        "x = \"\u{202e}\"\n",
        "x = \"\u{200b}\"\n",
        "# \u{2066}\nx = 1\n",
        "\"\\u0007\" = 1\n",
        "x = [{ y = \"\\u2028\" }]\n",
    ] {
        assert_eq!(read(&format!("{first}{bad}")), Err(NoteError::Hidden), "{bad:?}");
    }
    for good in ["x = \"Île \\\\ \\\"a\\\" \\u00e9\"\n", "x = \"审计署\"\n", "# a remark\nx = 1\n"] {
        assert!(read(&format!("{first}{good}")).is_ok(), "{good:?}");
    }
}

#[test]
fn a_routine_key_is_told_from_every_party_s_name() {
    let key = party("x", 1).1.verifying_key();
    let (routine, dotted) =
        (Verifier::routine("fiu-a", key).expect("a name"), Verifier::new("fiu-a.routine", key).expect("a name"));
    assert_eq!(routine.name(), "fiu-a/routine");
    assert_ne!(routine.key_id(), dotted.key_id());
    assert_eq!(routine.to_string().parse(), Ok(routine.clone()));
    for bad in ["fiu-a/routine", "", "A", "a/b"] {
        assert!(Verifier::routine(bad, key).is_err(), "{bad}");
    }
    for bad in ["fiu-a/consent", "fiu-a/routine/routine", "/routine"] {
        let text = routine.to_string().replacen("fiu-a/routine", bad, 1);
        assert_eq!(text.parse::<Verifier>(), Err(Malformed), "{bad}");
    }
}

#[test]
fn two_copies_signed_side_by_side_merge_to_one_note() {
    let (note, parties) = signed();
    let verifiers: Vec<&Verifier> = parties.iter().collect();
    let [mut one, other] = [&parties[0], &parties[1]].map(|party| note.signed_by(party));
    assert_eq!(one.signers(&verifiers).expect("valid"), [verifiers[0]]);
    assert!(one.merge(&other) && one.merge(&other));
    assert_eq!(one, note);
    assert!(!one.merge(&Note::unsigned("symbolon = \"test v1\"\nx = 2\n".to_owned()).expect("a text")));
}

#[test]
fn a_second_line_of_one_key_is_neither_merged_nor_added() {
    let (note, parties) = signed();
    let mut twisted = note.clone();
    twisted.lines[0].signature[0] ^= 1;
    let mut merged = note.clone();
    assert!(merged.merge(&twisted));
    assert_eq!(merged, note);
    twisted.sign(&parties[0], &party("fiu-a", 1).1);
    assert_eq!(twisted, note);
}
