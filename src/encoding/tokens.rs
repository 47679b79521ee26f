//! Tokens of a record: what is hashed into its encoding, each with a weight.
//!
//! All parts of a personal name share one namespace, so their order does not matter; so do the parts of a company's name
//! in theirs. A missing field or an unknown part of a date gives no token. A token that occurs twice counts once.
//!
//! A token is a class byte followed by its text. Weights are in sixteenths of a token of unit weight: the positions that
//! a token sets are in proportion to how much it says, by class and, for parts of names, by how rare their letters are.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::protocol::FieldKind;
use crate::records::{BirthDate, Record, Value};

use super::skeleton::skeleton;

/// What weights are counted in: one token of unit weight has this many.
pub(crate) const UNIT: u32 = 16;

/// The longest text of a token in bytes; longer parts are cut, which costs nothing that names need.
const LONGEST: usize = 48;

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
    Bigram = b'b',
    Part = b'p',
    Skeleton = b's',
    Year = b'Y',
    Decade = b'y',
    Month = b'm',
    Day = b'd',
    DayMonth = b'x',
    Date = b'D',
    Digit = b'n',
    Whole = b'w',
}

/// Weights by namespace and class, in sixteenths.
const WEIGHTS: &[(Namespace, Class, u16)] = &[
    (Namespace::Name, Class::Bigram, 16),
    (Namespace::Name, Class::Part, 20),
    (Namespace::Name, Class::Skeleton, 20),
    (Namespace::Company, Class::Bigram, 16),
    (Namespace::Company, Class::Part, 20),
    (Namespace::Company, Class::Skeleton, 20),
    (Namespace::Date, Class::Year, 16),
    (Namespace::Date, Class::Decade, 12),
    (Namespace::Date, Class::Month, 12),
    (Namespace::Date, Class::Day, 14),
    (Namespace::Date, Class::DayMonth, 16),
    (Namespace::Date, Class::Date, 24),
    (Namespace::Place, Class::Bigram, 8),
    (Namespace::Place, Class::Whole, 16),
    (Namespace::Postcode, Class::Digit, 8),
    (Namespace::Postcode, Class::Whole, 16),
];

/// One token: where its bytes lie in the buffer of its set, and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) namespace: Namespace,
    pub(crate) weight: u16,
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
                (FieldKind::PersonName, Value::Parts(parts)) => self.names(Namespace::Name, parts),
                (FieldKind::CompanyName, Value::Parts(parts)) => self.names(Namespace::Company, parts),
                (FieldKind::Place, Value::Parts(parts)) => self.place(parts),
                (FieldKind::BirthDate, Value::Date(date)) => self.date(date),
                (FieldKind::Postcode, Value::Text(text)) => self.postcode(text),
                _ => {}
            }
        }
        self.deduplicate();
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn bytes(&self, token: &Token) -> &[u8] {
        &self.bytes[token.start as usize..token.end as usize]
    }

    /// Sum of the tokens' weights, in sixteenths.
    pub(crate) fn weight(&self) -> u32 {
        self.tokens.iter().map(|token| u32::from(token.weight)).sum()
    }

    fn names(&mut self, namespace: Namespace, parts: &[String]) {
        let mut letters = std::mem::take(&mut self.skeleton);
        for part in parts {
            skeleton(part.as_bytes(), &mut letters);
            self.push(namespace, Class::Part, part.as_bytes());
            self.push(namespace, Class::Skeleton, &letters);
            self.bigrams(namespace, &letters);
        }
        self.skeleton = letters;
    }

    fn place(&mut self, parts: &[String]) {
        for part in parts {
            self.push(Namespace::Place, Class::Whole, part.as_bytes());
            self.bigrams(Namespace::Place, part.as_bytes());
        }
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
    fn bigrams(&mut self, namespace: Namespace, letters: &[u8]) {
        let mut before = b'_';
        for &letter in letters.iter().take(LONGEST) {
            self.push(namespace, Class::Bigram, &[before, letter]);
            before = letter;
        }
        self.push(namespace, Class::Bigram, &[before, b'_']);
    }

    fn push(&mut self, namespace: Namespace, class: Class, text: &[u8]) {
        let base = WEIGHTS.iter().find(|(of, kind, _)| *of == namespace && *kind == class).map_or(0, |(.., weight)| *weight);
        let start = self.bytes.len() as u32;
        self.bytes.push(class as u8);
        self.bytes.extend_from_slice(&text[..text.len().min(LONGEST)]);
        self.tokens.push(Token { namespace, weight: base, start, end: self.bytes.len() as u32 });
    }

    fn deduplicate(&mut self) {
        let Self { bytes, tokens, .. } = self;
        let key = |token: &Token| (token.namespace, &bytes[token.start as usize..token.end as usize]);
        tokens.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        tokens.dedup_by(|a, b| key(a) == key(b));
    }
}
