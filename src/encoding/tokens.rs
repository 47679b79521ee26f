//! Tokens of a record: what is hashed into its encoding, each with a weight.
//!
//! All parts of a personal name share one namespace, so their order does not matter; so do the parts of a company's name
//! in theirs. A missing field or an unknown part of a date gives no token. A token that occurs twice counts once.
//!
//! A token is a class byte followed by its text. Weights are in sixteenths of a token of unit weight: the positions that
//! a token sets are in proportion to how much it says, by class and, for personal names, less if the name is frequent.
//!
//! Where a date of birth is missing or in part unknown, one token of the whole name takes its place. Without it two short
//! records would look alike because neither has much to differ in; with it names that agree entirely still do, and names
//! that agree in part are no longer enough.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::protocol::FieldKind;
use crate::records::{BirthDate, Record, Value};

use super::common::{self, is_common};
use super::skeleton::skeleton;

/// What weights are counted in: one token of unit weight has this many.
pub(crate) const UNIT: u32 = 16;

/// The longest text of a token in bytes; longer parts are cut, which costs nothing that names need.
const LONGEST: usize = 64;

/// The longest token that its prefix tells from all others and its length.
pub(crate) const SHORT: usize = 14;

/// Whose tokens share a key: a token means something else in each namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Namespace {
    Name,
    Company,
    Date,
    Place,
    Postcode,
}

impl Namespace {
    pub(crate) const ALL: [Self; 5] = [Self::Name, Self::Company, Self::Date, Self::Place, Self::Postcode];

    /// The label under which the namespace's key is derived.
    pub(crate) fn label(self) -> &'static [u8] {
        match self {
            Self::Name => b"person-name",
            Self::Company => b"company-name",
            Self::Date => b"birth-date",
            Self::Place => b"place",
            Self::Postcode => b"postcode",
        }
    }
}

/// What a token says. The discriminant is the token's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    /// Two consonants of a skeleton, or two letters of a place.
    Bigram = b'b',
    /// Two letters of a part, vowels included.
    Letters = b'l',
    Part = b'p',
    Skeleton = b's',
    /// All skeletons of a name, for the parts of a birth date that are missing.
    Entire = b'e',
    Year = b'Y',
    Decade = b'y',
    Month = b'm',
    Day = b'd',
    DayMonth = b'x',
    Date = b'D',
    Digit = b'n',
    Whole = b'w',
}

/// The weight of a token in sixteenths.
const fn weight(namespace: Namespace, class: Class) -> u16 {
    match (namespace, class) {
        (Namespace::Place, Class::Bigram) => 7,
        (_, Class::Bigram) => 15,
        (_, Class::Letters) => 3,
        (_, Class::Part) => 2,
        (_, Class::Skeleton) => 18,
        (_, Class::Entire) => 0,
        (_, Class::Year) => 22,
        (_, Class::Decade) => 16,
        (_, Class::Month) => 16,
        (_, Class::Day) => 20,
        (_, Class::DayMonth) => 22,
        (_, Class::Date) => 40,
        (_, Class::Digit) => 10,
        (_, Class::Whole) => 16,
    }
}

/// Weight of [`Class::Entire`] for a missing year.
const NO_YEAR: u16 = 20;

/// Weight of [`Class::Entire`] for a missing day.
const NO_DAY: u16 = 30;

/// One token: where its bytes lie in the buffer of its set, and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) namespace: Namespace,
    pub(crate) weight: u16,
    /// Namespace, length and first bytes: orders tokens, and names those of at most [`SHORT`] bytes.
    pub(crate) prefix: u128,
    start: u32,
    end: u32,
}

/// The tokens of one record; reused from record to record.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct TokenSet {
    bytes: Vec<u8>,
    #[zeroize(skip)]
    tokens: Vec<Token>,
    skeleton: Vec<u8>,
}

impl TokenSet {
    /// Collects the tokens of a record, each once.
    pub(crate) fn collect(&mut self, fields: &[FieldKind], record: &Record) {
        self.bytes.clear();
        self.tokens.clear();
        for (kind, value) in fields.iter().zip(&record.values) {
            match (kind, value) {
                (FieldKind::PersonName, Value::Parts(parts)) => {
                    parts.iter().for_each(|part| self.name(Namespace::Name, part));
                }
                (FieldKind::CompanyName, Value::Parts(parts)) => {
                    parts.iter().for_each(|part| self.name(Namespace::Company, part));
                }
                (FieldKind::Place, Value::Parts(parts)) => parts.iter().for_each(|part| self.place_part(part)),
                (FieldKind::BirthDate, Value::Date(date)) => self.date(date),
                (FieldKind::Postcode, Value::Text(text)) => self.postcode(text),
                _ => {}
            }
        }
        self.entire(missing(fields, record));
        self.deduplicate();
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Tokens that say something of their own: those of half a unit of weight or more.
    pub(crate) fn telling(&self) -> usize {
        self.tokens.iter().filter(|token| u32::from(token.weight) >= UNIT / 2).count()
    }

    pub(crate) fn bytes(&self, token: &Token) -> &[u8] {
        &self.bytes[token.start as usize..token.end as usize]
    }

    fn name(&mut self, namespace: Namespace, part: &str) {
        let mut letters = std::mem::take(&mut self.skeleton);
        skeleton(part.as_bytes(), &mut letters);
        let first = self.tokens.len();
        self.push(namespace, Class::Part, part.as_bytes());
        self.push(namespace, Class::Skeleton, &letters);
        self.bigrams(namespace, Class::Bigram, &letters);
        if namespace == Namespace::Name && is_common(&letters) {
            self.tokens[first..].iter_mut().for_each(|token| token.weight = token.weight * common::TENTHS / 10);
        }
        self.bigrams(namespace, Class::Letters, part.as_bytes());
        self.skeleton = letters;
    }

    /// The token that stands in for what is missing of a birth date: the skeletons of the name in alphabetic order.
    fn entire(&mut self, missing: u16) {
        if missing == 0 {
            return;
        }
        let of_name =
            |token: &&Token| token.namespace == Namespace::Name && self.bytes(token)[0] == Class::Skeleton as u8;
        let mut skeletons: Vec<Token> = self.tokens.iter().filter(of_name).copied().collect();
        if skeletons.is_empty() {
            return;
        }
        skeletons.sort_unstable_by(|a, b| self.bytes(a).cmp(self.bytes(b)));
        skeletons.dedup_by(|a, b| self.bytes(a) == self.bytes(b));
        let start = self.bytes.len();
        self.bytes.push(Class::Entire as u8);
        for token in skeletons {
            let room = (LONGEST + 1).saturating_sub(self.bytes.len() - start);
            let end = token.end.min(token.start + room as u32);
            self.bytes.extend_from_within(token.start as usize..end as usize);
        }
        let end = self.bytes.len() as u32;
        let prefix = prefix(Namespace::Name, &self.bytes[start..]);
        self.tokens.push(Token { namespace: Namespace::Name, weight: missing, prefix, start: start as u32, end });
    }

    /// The tokens of one value alone, each once.
    pub(crate) fn collect_piece(&mut self, piece: Piece<'_>) {
        self.bytes.clear();
        self.tokens.clear();
        match piece {
            Piece::Part(namespace @ (Namespace::Name | Namespace::Company), part) => self.name(namespace, part),
            Piece::Part(_, part) => self.place_part(part),
            Piece::Date(date) => self.date(&date),
            Piece::Postcode(text) => self.postcode(text),
        }
        self.deduplicate();
    }

    /// The one token for a birth date of which `missing` is not known, if the name has parts.
    pub(crate) fn collect_entire(&mut self, parts: &[String], missing: u16) {
        self.bytes.clear();
        self.tokens.clear();
        let mut letters = std::mem::take(&mut self.skeleton);
        for part in parts {
            skeleton(part.as_bytes(), &mut letters);
            self.push(Namespace::Name, Class::Skeleton, &letters);
        }
        self.skeleton = letters;
        self.entire(missing);
        let entire = self.tokens.len().saturating_sub(1);
        if self.tokens.last().is_some_and(|last| self.bytes(last)[0] == Class::Entire as u8) {
            self.tokens.drain(..entire);
        } else {
            self.tokens.clear();
        }
    }

    fn place_part(&mut self, part: &str) {
        self.push(Namespace::Place, Class::Whole, part.as_bytes());
        self.bigrams(Namespace::Place, Class::Bigram, part.as_bytes());
    }

    fn date(&mut self, date: &BirthDate) {
        let BirthDate { year, month, day } = *date;
        if let Some(year) = year {
            self.push(Namespace::Date, Class::Year, &year.to_be_bytes());
            self.push(Namespace::Date, Class::Decade, &[(year % 100) as u8]);
        }
        if let Some(month) = month {
            self.push(Namespace::Date, Class::Month, &[month]);
        }
        if let Some(day) = day {
            self.push(Namespace::Date, Class::Day, &[day]);
        }
        if let (Some(month), Some(day)) = (month, day) {
            self.push(Namespace::Date, Class::DayMonth, &[month.min(day), month.max(day)]);
            if let Some(year) = year {
                let [high, low] = year.to_be_bytes();
                self.push(Namespace::Date, Class::Date, &[high, low, month, day]);
            }
        }
    }

    fn postcode(&mut self, text: &str) {
        self.push(Namespace::Postcode, Class::Whole, text.as_bytes());
        for (at, digit) in text.bytes().enumerate().take(LONGEST) {
            self.push(Namespace::Postcode, Class::Digit, &[at as u8, digit]);
        }
    }

    /// Bigrams with a pad before and after.
    fn bigrams(&mut self, namespace: Namespace, class: Class, letters: &[u8]) {
        let (mut before, weight) = (b'_', weight(namespace, class));
        for &letter in letters.iter().take(LONGEST).chain(b"_") {
            let start = self.bytes.len() as u32;
            self.bytes.extend_from_slice(&[class as u8, before, letter]);
            let prefix = pair(namespace, class, before, letter);
            self.tokens.push(Token { namespace, weight, prefix, start, end: start + 3 });
            before = letter;
        }
    }

    fn push(&mut self, namespace: Namespace, class: Class, text: &[u8]) {
        let start = self.bytes.len();
        self.bytes.push(class as u8);
        self.bytes.extend_from_slice(&text[..text.len().min(LONGEST)]);
        let (prefix, end) = (prefix(namespace, &self.bytes[start..]), self.bytes.len() as u32);
        self.tokens.push(Token { namespace, weight: weight(namespace, class), prefix, start: start as u32, end });
    }

    /// Keeps each token once, with the greatest of its weights.
    fn deduplicate(&mut self) {
        let Self { bytes, tokens, .. } = self;
        let tail = |token: &Token| &bytes[(token.start as usize + SHORT).min(token.end as usize)..token.end as usize];
        let same = |a: &Token, b: &Token| a.prefix == b.prefix && tail(a) == tail(b);
        tokens.sort_unstable_by(|a, b| {
            let prefix = a.prefix.cmp(&b.prefix);
            prefix.then_with(|| tail(a).cmp(tail(b))).then(b.weight.cmp(&a.weight))
        });
        tokens.dedup_by(|a, b| same(a, b));
    }
}

/// What is not known of a birth date that the schema compares, in sixteenths of a token.
pub(crate) fn missing(fields: &[FieldKind], record: &Record) -> u16 {
    let of = |(kind, value): (&FieldKind, &Value)| match (kind, value) {
        (FieldKind::BirthDate, Value::Date(date)) => {
            (if date.year.is_none() { NO_YEAR } else { 0 }) + if date.day.is_none() { NO_DAY } else { 0 }
        }
        (FieldKind::BirthDate, _) => NO_YEAR + NO_DAY,
        _ => 0,
    };
    fields.iter().zip(&record.values).map(of).sum()
}

/// One value that gives tokens of its own, whatever else is in its record.
#[derive(Clone, Copy)]
pub(crate) enum Piece<'a> {
    /// A part of the name of a person, a company or a place.
    Part(Namespace, &'a str),
    Date(BirthDate),
    Postcode(&'a str),
}

/// Namespace, length and first bytes of a token as one number.
pub(crate) fn prefix(namespace: Namespace, token: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    bytes[0] = namespace as u8;
    bytes[1] = token.len() as u8;
    let short = token.len().min(SHORT);
    bytes[2..2 + short].copy_from_slice(&token[..short]);
    u128::from_be_bytes(bytes)
}

/// [`prefix`] of a bigram, most tokens being one.
fn pair(namespace: Namespace, class: Class, before: u8, letter: u8) -> u128 {
    let bytes = [namespace as u8, 3, class as u8, before, letter, 0, 0, 0];
    u128::from(u64::from_be_bytes(bytes)) << 64
}

/// Hands everything that decides on tokens and weights to `put`, for the digest of the scheme.
pub(super) fn visit(put: &mut impl FnMut(&[u8])) {
    const CLASSES: [Class; 13] = [
        Class::Bigram,
        Class::Letters,
        Class::Part,
        Class::Skeleton,
        Class::Entire,
        Class::Year,
        Class::Decade,
        Class::Month,
        Class::Day,
        Class::DayMonth,
        Class::Date,
        Class::Digit,
        Class::Whole,
    ];
    put(b"tokens@1");
    for namespace in Namespace::ALL {
        put(namespace.label());
        for class in CLASSES {
            put(&[class as u8]);
            put(&weight(namespace, class).to_be_bytes());
        }
    }
    put(&NO_YEAR.to_be_bytes());
    put(&NO_DAY.to_be_bytes());
    common::visit(put);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(fields: &[FieldKind], values: Vec<Value>) -> Vec<(Vec<u8>, u16)> {
        let mut set = TokenSet::default();
        set.collect(fields, &Record { values });
        set.tokens().iter().map(|token| (set.bytes(token).to_vec(), token.weight)).collect()
    }

    fn parts(names: &[&str]) -> Value {
        Value::Parts(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn order_and_repetition_of_name_parts_make_no_difference() {
        let fields = [FieldKind::PersonName, FieldKind::BirthDate];
        let straight = texts(&fields, vec![parts(&["ANNA", "NOVAK"]), Value::Missing]);
        let turned = texts(&fields, vec![parts(&["NOVAK", "ANNA", "NOVAK"]), Value::Missing]);
        assert_eq!(straight, turned);
    }

    #[test]
    fn a_date_gives_a_token_for_each_thing_known() {
        let date =
            |year, month, day| texts(&[FieldKind::BirthDate], vec![Value::Date(BirthDate { year, month, day })]).len();
        assert_eq!(date(Some(1980), Some(4), Some(17)), 6);
        assert_eq!(date(Some(1980), Some(4), None), 3);
        assert_eq!(date(Some(1980), None, None), 2);
        assert_eq!(date(None, None, None), 0);
    }

    #[test]
    fn exchanged_day_and_month_share_their_pair() {
        let tokens = |month, day| {
            let date = BirthDate { year: Some(1980), month: Some(month), day: Some(day) };
            texts(&[FieldKind::BirthDate], vec![Value::Date(date)])
        };
        let (straight, turned) = (tokens(4, 7), tokens(7, 4));
        assert_eq!(straight.iter().filter(|token| turned.contains(token)).count(), 3);
    }

    #[test]
    fn a_missing_field_gives_no_token_and_leaves_others_alone() {
        let fields = [FieldKind::BirthDate, FieldKind::Place];
        let place = || parts(&["PERTH"]);
        assert_eq!(texts(&fields, vec![Value::Missing, place()]), texts(&fields[1..], vec![place()]));
        assert!(texts(&fields, vec![Value::Missing, Value::Missing]).is_empty());
    }

    #[test]
    fn a_bigrams_prefix_is_that_of_its_bytes() {
        assert_eq!(pair(Namespace::Place, Class::Bigram, b'_', b'K'), prefix(Namespace::Place, b"b_K"));
    }

    #[test]
    fn exact_fields_never_become_tokens() {
        assert!(texts(&[FieldKind::Iban], vec![Value::Text("DE00".to_owned())]).is_empty());
    }
}
