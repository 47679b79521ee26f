//! A made-up list to measure speed on: people in CSV whose values repeat as real ones do.
//!
//! Parts of names, places and postcodes are drawn with a frequency of about one over their rank, from 60,000, 8,000 and 20,000
//! that there are; birth dates evenly from 60 years, one in twenty without its day; document numbers are all different.

use std::fmt::Write;

use crate::protocol::FieldKind;

/// The fields, five of them, of which the document is compared exactly.
pub(super) const FIELDS: [FieldKind; 5] =
    [FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document, FieldKind::Place, FieldKind::Postcode];

/// Which columns they are in.
pub(super) const COLUMNS: &str = r#"
id = "ref"
[role]
column = "role"
[person-name]
columns = ["family", "given"]
[birth-date]
columns = ["dob"]
[document]
columns = ["doc_no", "doc_country"]
[place]
columns = ["place"]
[postcode]
columns = ["postcode"]
"#;

const NAMES: u64 = 60_000;
const PLACES: u64 = 8_000;
const POSTCODES: u64 = 20_000;

/// A list of so many people, the same each time.
pub fn csv(people: usize) -> Vec<u8> {
    let mut text = String::with_capacity(people * 88 + 80);
    text.push_str("ref,role,family,given,dob,doc_no,doc_country,place,postcode\n");
    let mut draws = Draws(0x5EED);
    for person in 0..people {
        let written = write!(text, "R{person:08},suspected-organiser,");
        debug_assert!(written.is_ok(), "writing to a string does not fail");
        name(&mut text, draws.rank(NAMES), "k");
        text.push(',');
        name(&mut text, draws.rank(NAMES), "");
        if draws.below(4) == 0 {
            text.push(' ');
            name(&mut text, draws.rank(NAMES), "");
        }
        let (year, month, day) = (1940 + draws.below(60), 1 + draws.below(12), 2 + draws.below(27));
        let _ = match draws.below(20) {
            0 => write!(text, ",{year}-{month:02},"),
            _ => write!(text, ",{year}-{month:02}-{day:02},"),
        };
        let country = ["XA", "XB", "QM", "QN"][draws.below(4) as usize];
        let _ = write!(text, "{:09},{country},", (person as u64 * 7_368_787 + 11) % 1_000_000_007);
        name(&mut text, draws.rank(PLACES), "v");
        let _ = writeln!(text, ",{:05}", draws.rank(POSTCODES) * 31 % 100_000);
    }
    text.into_bytes()
}

/// The name of a rank: syllables, the frequent ones shorter; one in four has a letter beyond ASCII.
fn name(text: &mut String, rank: u64, ending: &str) {
    const SYLLABLES: [&str; 24] = [
        "ba", "dor", "kel", "mi", "nur", "sa", "tev", "ril", "go", "fen", "las", "hu", "pik", "van", "zo", "jer", "ra",
        "lin", "mé", "osh", "che", "wo", "tsa", "şi",
    ];
    let mut rest = rank + 24;
    let mut first = true;
    while rest > 0 {
        let syllable = SYLLABLES[(rest % 18 + if rank.is_multiple_of(4) { 6 } else { 0 }) as usize];
        match first {
            true => text.extend(syllable.chars().take(1).flat_map(char::to_uppercase).chain(syllable.chars().skip(1))),
            false => text.push_str(syllable),
        }
        first = false;
        rest /= 18;
    }
    text.push_str(ending);
}

/// A linear congruential generator: nothing here is worth more.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// A rank below `count`, each about as likely as one over itself.
    fn rank(&mut self, count: u64) -> u64 {
        let share = self.below(1 << 30) as f64 / f64::from(1 << 30);
        ((count as f64).powf(share) as u64).min(count) - 1
    }
}
