//! Consonant skeletons: what is left of a name part when vowels go and letters that romanisations exchange are merged.
//!
//! `MUHAMMAD`, `MOHAMED` and the romanised Arabic `MHMD` share the skeleton `MHMD`. The alphabet is small on purpose:
//! every merger forgives a variant and forgets a distinction.

/// Writes the skeleton of a part (`A`–`Z`, digits) to `out`. A part of vowels alone has the skeleton `A`.
pub(super) fn skeleton(part: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut at = 0;
    while at < part.len() {
        let (class, length) = group(part, at);
        at += length;
        for letter in class {
            if out.last() != Some(letter) {
                out.push(*letter);
            }
        }
    }
}

/// Groups of letters that count as one sound, longest first.
const GROUPS: &[(&[u8], &[u8])] = &[
    (b"SHCH", b"S"),
    (b"TSCH", b"S"),
    (b"TSH", b"S"),
    (b"TCH", b"S"),
    (b"SCH", b"S"),
    (b"DZH", b"J"),
    (b"CH", b"S"),
    (b"SH", b"S"),
    (b"ZH", b"J"),
    (b"KH", b"H"),
    (b"GH", b"G"),
    (b"PH", b"F"),
    (b"TH", b"T"),
    (b"DH", b"D"),
    (b"RH", b"R"),
    (b"DJ", b"J"),
    (b"DZ", b"S"),
    (b"TS", b"S"),
    (b"TZ", b"S"),
    (b"CZ", b"S"),
    (b"SZ", b"S"),
    (b"CS", b"S"),
    (b"CK", b"K"),
    (b"QU", b"K"),
    (b"CE", b"S"),
    (b"CI", b"S"),
    (b"CY", b"S"),
];

/// The class letters of the sound at `at`, and how many letters it takes.
fn group(part: &[u8], at: usize) -> (&'static [u8], usize) {
    let rest = &part[at..];
    if let Some((letters, class)) = GROUPS.iter().find(|(letters, _)| rest.starts_with(letters)) {
        return (class, letters.len());
    }
    let vowel = |b: Option<&u8>| b.is_some_and(|b| b"AEIOUY".contains(b));
    let (first, next) = (at == 0, rest.get(1));
    match rest[0] {
        b'Y' | b'I' if first && next == Some(&b'E') => (b"A", 2),
        b'U' if first && vowel(next) => (b"F", 1),
        b'C' if rest.len() == 1 && at > 1 && part[at - 1] == b'I' => (b"S", 1),
        b'Y' if first && vowel(next) => (b"J", 1),
        b'I' if first && matches!(next, Some(b'A' | b'O' | b'U')) => (b"J", 1),
        b'J' if !first && !vowel(next) => (b"", 1),
        b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' if first => (b"A", 1),
        b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => (b"", 1),
        b'H' if !first && !vowel(next) && (next.is_none() || vowel(part.get(at - 1))) => (b"", 1),
        b'C' | b'K' | b'Q' => (b"K", 1),
        b'S' | b'Z' => (b"S", 1),
        b'X' if first && matches!(next, Some(b'I' | b'U')) => (b"S", 1),
        b'X' => (b"KS", 1),
        b'B' => (b"B", 1),
        b'D' => (b"D", 1),
        b'F' | b'V' | b'W' => (b"F", 1),
        b'G' => (b"G", 1),
        b'H' => (b"H", 1),
        b'J' => (b"J", 1),
        b'L' => (b"L", 1),
        b'M' => (b"M", 1),
        b'N' => (b"N", 1),
        b'P' => (b"P", 1),
        b'R' => (b"R", 1),
        b'T' => (b"T", 1),
        digit => (&DIGITS[usize::from(digit & 0xF) % 10..][..1], 1),
    }
}

const DIGITS: &[u8; 10] = b"0123456789";

/// Hands the rules to `put`, for the digest of the scheme; rules of single letters are covered by the version.
pub(super) fn visit(put: &mut impl FnMut(&[u8])) {
    put(b"skeleton@2");
    for (letters, class) in GROUPS {
        put(letters);
        put(class);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(part: &str) -> String {
        let mut out = Vec::new();
        skeleton(part.as_bytes(), &mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn romanisations_of_one_name_share_a_skeleton() {
        for (a, b) in [
            ("MUHAMMAD", "MHMD"),
            ("YUSUF", "YUSF"),
            ("SERGEI", "SERGEY"),
            ("SERGEJ", "SERGEI"),
            ("SMIRNOFF", "SMIRNOV"),
            ("UILSON", "WILSON"),
            ("PETROVIC", "PETROVICH"),
            ("YELENA", "ELENA"),
            ("FILIPP", "PHILIP"),
            ("ZAKARIA", "ZAKARIYYA"),
            ("AHMED", "AHMD"),
            ("QASIM", "KASSEM"),
            ("WALID", "VALID"),
            ("SARAH", "SARA"),
            ("MUELLER", "MULLER"),
            ("ALEXANDER", "ALEKSANDR"),
            ("KHALED", "HALID"),
        ] {
            assert_eq!(of(a).trim_end_matches('A'), of(b).trim_end_matches('A'), "{a} {b}");
        }
    }

    /// Spellings of one name in many scripts share parts or skeletons, or the vectors say that and why they do not.
    #[test]
    fn spellings_of_a_name_are_related_as_the_vectors_say() {
        use crate::records::normalise::vectors;
        let sorted = |output: &str, of: &dyn Fn(&str) -> String| {
            let mut parts: Vec<String> = output.split(' ').map(of).collect();
            parts.sort_unstable();
            parts
        };
        let (mut reference, mut across) = (String::new(), 0);
        for vector in vectors().filter(|vector| vector.set.is_some()) {
            if vector.relation == "reference" {
                vector.output.clone_into(&mut reference);
                continue;
            }
            let same = sorted(vector.output, &str::to_owned) == sorted(&reference, &str::to_owned);
            let skeletons = sorted(vector.output, &of) == sorted(&reference, &of);
            let relation = vector.relation.split(':').next().unwrap_or_default();
            let seen = if same {
                "same"
            } else if skeletons {
                "skeleton"
            } else {
                "differs"
            };
            assert_eq!(relation, seen, "{vector:?} {reference}");
            let latin = |c: char| !c.is_alphabetic() || ('a'..='z').contains(&c.to_ascii_lowercase()) || c < '\u{250}';
            across += usize::from(skeletons && !vector.cells.iter().all(|cell| cell.chars().all(latin)));
        }
        assert!(across >= 100, "{across}");
    }

    #[test]
    fn vowels_alone_and_digits_keep_a_skeleton() {
        assert_eq!(of("AOI"), "A");
        assert_eq!(of("24"), "24");
    }
}
