//! Dates of birth: formats, precision, and the age test.
//!
//! - What is not known is not invented: zero or missing parts, and the placeholders 1 January, 1 July and 31 December, are
//!   unknown parts.
//! - Years have four digits. Digits may be Arabic-Indic, Persian or Devanagari; the calendar is the Gregorian one, and
//!   years of others fall outside 1850 to 2100. Ethiopian years do not, being seven or eight behind: only their thirteenth
//!   month is seen, so such lists are converted before they are read.
//! - Age has three values. Only who is adult by the *latest* date that the birth date can mean is an adult.

use jiff::civil::Date;

use super::error::RecordError;
use super::reason::Reason;
use super::value::BirthDate;

/// The longest date in characters.
const MAX_CHARS: usize = 40;

/// Age of majority.
const ADULT_YEARS: u16 = 18;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// How dates are written: `%Y`, `%m`, `%d`, `%B` or `%b` (English name of the month, whole or three letters), and literals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    /// The format itself, then without its day, then the year alone.
    variants: [Vec<Item>; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Year,
    Month,
    MonthName,
    Day,
    Literal(char),
}

/// Age of a person at a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// 18 or over, whatever the birth date means.
    Adult,
    /// Under 18, whatever the birth date means.
    Minor,
    /// One or the other.
    Unknown,
}

impl Default for DateFormat {
    /// ISO 8601: `%Y-%m-%d`.
    fn default() -> Self {
        Self::of(vec![Item::Year, Item::Literal('-'), Item::Month, Item::Literal('-'), Item::Day])
    }
}

impl DateFormat {
    /// Parses a format such as `%d.%m.%Y`.
    pub fn parse(format: &str) -> Result<Self, RecordError> {
        let mut items = Vec::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            items.push(match c {
                '%' => match chars.next() {
                    Some('Y') => Item::Year,
                    Some('m') => Item::Month,
                    Some('b' | 'B') => Item::MonthName,
                    Some('d') => Item::Day,
                    Some('%') => Item::Literal('%'),
                    Some('y') => {
                        return Err(RecordError::unfit_map(
                            "%y: two-digit years are not read; they are ambiguous for persons",
                        ));
                    }
                    _ => {
                        return Err(RecordError::unfit_map(
                            "a date format is made of %Y, %m, %b, %B, %d, and other characters as they are",
                        ));
                    }
                },
                digit if digit.is_numeric() => {
                    return Err(RecordError::unfit_map("a date format has no digits of its own"));
                }
                c => Item::Literal(c),
            });
        }
        let count = |wanted: &[Item]| items.iter().filter(|item| wanted.contains(item)).count();
        if count(&[Item::Year]) != 1 || count(&[Item::Month, Item::MonthName]) > 1 || count(&[Item::Day]) > 1 {
            return Err(RecordError::unfit_map("a date format has %Y once, and %m and %d at most once"));
        }
        Ok(Self::of(items))
    }

    fn of(items: Vec<Item>) -> Self {
        let mut without_day = items.clone();
        if let Some(day) = without_day.iter().position(|item| *item == Item::Day) {
            without_day.remove(day);
            // One literal goes with the day: the one before it at the end of a format, else the one after it.
            let beside = if day == without_day.len() { day.checked_sub(1) } else { Some(day) };
            if let Some(beside) = beside.filter(|beside| matches!(without_day.get(*beside), Some(Item::Literal(_)))) {
                without_day.remove(beside);
            }
        }
        Self { variants: [items, without_day, vec![Item::Year]] }
    }

    /// Writes a whole date, for readers whose files hold typed dates.
    pub(crate) fn write(&self, date: Date, text: &mut String) {
        use std::fmt::Write;
        for item in &self.variants[0] {
            let written = match item {
                Item::Year => write!(text, "{:04}", date.year()),
                Item::Month => write!(text, "{:02}", date.month()),
                Item::MonthName => write!(text, "{}", MONTHS[usize::from(date.month().unsigned_abs() - 1)]),
                Item::Day => write!(text, "{:02}", date.day()),
                Item::Literal(c) => write!(text, "{c}"),
            };
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        }
    }
}

impl BirthDate {
    /// Parses a date; `Err` is the reason for which its row is quarantined. A date of which nothing is known is the default.
    pub fn parse(text: &str, format: &DateFormat) -> Result<Self, Reason> {
        let mut chars = ['\0'; MAX_CHARS];
        let mut len = 0;
        for c in text.trim().chars() {
            *chars.get_mut(len).ok_or(Reason::DateShape)? = western_digit(c);
            len += 1;
        }
        let chars = &chars[..len];
        for items in &format.variants {
            if let Some((year, month, day)) = scan(chars, items, 4) {
                return Self::from_parts(year, month, day);
            }
        }
        match scan(chars, &format.variants[0], 2) {
            Some(_) => Err(Reason::TwoDigitYear),
            None => Err(Reason::DateShape),
        }
    }

    /// The parts of a malformed date that could stand in a date, each by itself: for the laboratory.
    pub(crate) fn readable(text: &str, format: &DateFormat) -> Self {
        let chars: Vec<char> = text.trim().chars().take(MAX_CHARS).map(western_digit).collect();
        let Some((year, month, day)) = format.variants.iter().find_map(|items| scan(&chars, items, 4)) else {
            return Self::default();
        };
        Self {
            year: (1850..=2100).contains(&year).then_some(year),
            month: (1..=12).contains(&month).then_some(month),
            day: (1..=31).contains(&day).then_some(day),
        }
    }

    /// A date from its parts, of which zero is unknown.
    fn from_parts(year: u16, month: u8, day: u8) -> Result<Self, Reason> {
        if year != 0 && !(1850..=2100).contains(&year) {
            return Err(Reason::DateOutOfRange);
        }
        let longest = if month == 0 { 31 } else { days_in_month(if year == 0 { 2000 } else { year }, month) };
        if month > 12 || day > longest {
            return Err(Reason::ImpossibleDate);
        }
        let placeholder = matches!((month, day), (1, 1) | (7, 1) | (12, 31));
        let known_month = month != 0 && !placeholder;
        Ok(Self {
            year: (year != 0).then_some(year),
            month: known_month.then_some(month),
            day: (known_month && day != 0).then_some(day),
        })
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The age on `today`. Who is born on 29 February comes of age on 1 March.
    pub fn age(&self, today: Date) -> Age {
        let Some(year) = self.year else { return Age::Unknown };
        let of_age = |(month, day): (u8, u8)| {
            let (month, day) = if (month, day) == (2, 29) { (3, 1) } else { (month, day) };
            (year + ADULT_YEARS, month, day) <= parts(today)
        };
        let earliest = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if of_age(self.latest(year)) {
            Age::Adult
        } else if of_age(earliest) {
            Age::Unknown
        } else {
            Age::Minor
        }
    }

    /// Whether the date is later than `today`, whatever it means.
    pub(crate) fn is_after(&self, today: Date) -> bool {
        self.year.is_some_and(|year| (year, self.month.unwrap_or(1), self.day.unwrap_or(1)) > parts(today))
    }

    fn latest(&self, year: u16) -> (u8, u8) {
        let month = self.month.unwrap_or(12);
        (month, self.day.unwrap_or_else(|| days_in_month(year, month)))
    }
}

fn parts(date: Date) -> (u16, u8, u8) {
    (date.year().max(0).unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads year, month and day; parts that are missing from `items` or marked unknown are zero.
fn scan(mut chars: &[char], items: &[Item], year_digits: usize) -> Option<(u16, u8, u8)> {
    let (mut year, mut month, mut day) = (0, 0, 0);
    for (i, item) in items.iter().enumerate() {
        match item {
            Item::Literal(c) => chars = chars.strip_prefix(std::slice::from_ref(c))?,
            Item::MonthName => {
                let len = chars.iter().take_while(|c| c.is_ascii_alphabetic()).count();
                month = month_by_name(&chars[..len])?;
                chars = &chars[len..];
            }
            Item::Year => year = number(&mut chars, year_digits, year_digits)?,
            Item::Month | Item::Day => {
                // Without a literal between two numbers, only the width tells them apart.
                let numeric = |item: Option<&Item>| matches!(item, Some(Item::Year | Item::Month | Item::Day));
                let fixed = numeric(items.get(i + 1)) || (i > 0 && numeric(items.get(i - 1)));
                let value = u8::try_from(number(&mut chars, if fixed { 2 } else { 1 }, 2)?).ok()?;
                *(if *item == Item::Month { &mut month } else { &mut day }) = value;
            }
        }
    }
    chars.is_empty().then_some((year, month, day))
}

/// Reads a number of `least` to `most` digits; a part with a mark of the unknown (`X`, `?`, `<`) is zero.
fn number(chars: &mut &[char], least: usize, most: usize) -> Option<u16> {
    let unknown = |c: &char| matches!(c, 'X' | 'x' | '?' | '<');
    let len = chars.iter().take(most).take_while(|c| c.is_ascii_digit() || unknown(c)).count();
    let (part, rest) = chars.split_at(len);
    *chars = rest;
    if len < least {
        return None;
    }
    match part.iter().any(unknown) {
        true => Some(0),
        false => part.iter().try_fold(0, |value: u16, c| Some(value * 10 + c.to_digit(10)? as u16)),
    }
}

fn month_by_name(chars: &[char]) -> Option<u8> {
    let is =
        |name: &str| name.len() == chars.len() && name.chars().zip(chars).all(|(a, b)| a == b.to_ascii_lowercase());
    let index = MONTHS.iter().position(|name| is(name) || is(&name[..3]))?;
    u8::try_from(index + 1).ok()
}

fn western_digit(c: char) -> char {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        _ => return c,
    };
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn parse(text: &str, format: &str) -> Result<(u16, u8, u8), Reason> {
        let date = BirthDate::parse(text, &DateFormat::parse(format).unwrap())?;
        Ok((date.year.unwrap_or(0), date.month.unwrap_or(0), date.day.unwrap_or(0)))
    }

    #[test]
    fn whole_dates_are_read_in_their_format() {
        for (text, format) in [
            ("1980-05-12", "%Y-%m-%d"),
            ("12.05.1980", "%d.%m.%Y"),
            ("12.5.1980", "%d.%m.%Y"),
            ("19800512", "%Y%m%d"),
            ("12051980", "%d%m%Y"),
            ("05/12/1980", "%m/%d/%Y"),
            ("12 May 1980", "%d %B %Y"),
            ("12-MAY-1980", "%d-%b-%Y"),
            ("1980年5月12日", "%Y年%m月%d日"),
            ("١٢.٠٥.١٩٨٠", "%d.%m.%Y"),
            ("۱۹۸۰-۰۵-۱۲", "%Y-%m-%d"),
        ] {
            assert_eq!(parse(text, format), Ok((1980, 5, 12)), "{text}");
        }
    }

    #[test]
    fn partial_dates_keep_what_is_known() {
        for (text, format, known) in [
            ("1980", "%Y-%m-%d", (1980, 0, 0)),
            ("1980-05", "%Y-%m-%d", (1980, 5, 0)),
            ("1980-05-00", "%Y-%m-%d", (1980, 5, 0)),
            ("1980-00-00", "%Y-%m-%d", (1980, 0, 0)),
            ("1980-00-15", "%Y-%m-%d", (1980, 0, 0)),
            ("1980-XX-XX", "%Y-%m-%d", (1980, 0, 0)),
            ("198005<<", "%Y%m%d", (1980, 5, 0)),
            ("198005", "%Y%m%d", (1980, 5, 0)),
            ("1980", "%Y%m%d", (1980, 0, 0)),
            ("00.00.1980", "%d.%m.%Y", (1980, 0, 0)),
            ("05.1980", "%d.%m.%Y", (1980, 5, 0)),
            ("1980", "%d.%m.%Y", (1980, 0, 0)),
            ("0000-05-12", "%Y-%m-%d", (0, 5, 12)),
            ("0000-00-00", "%Y-%m-%d", (0, 0, 0)),
        ] {
            assert_eq!(parse(text, format), Ok(known), "{text}");
        }
    }

    #[test]
    fn placeholder_days_are_the_year_only() {
        for text in ["1980-01-01", "1980-07-01", "1980-12-31"] {
            assert_eq!(parse(text, "%Y-%m-%d"), Ok((1980, 0, 0)), "{text}");
        }
        assert_eq!(parse("1980-01-02", "%Y-%m-%d"), Ok((1980, 1, 2)));
    }

    #[test]
    fn dates_that_cannot_be_are_refused_with_a_reason() {
        for (text, format, reason) in [
            ("31.02.1980", "%d.%m.%Y", Reason::ImpossibleDate),
            ("29.02.1981", "%d.%m.%Y", Reason::ImpossibleDate),
            ("29.02.1900", "%d.%m.%Y", Reason::ImpossibleDate),
            ("01.13.1980", "%d.%m.%Y", Reason::ImpossibleDate),
            ("12.05.80", "%d.%m.%Y", Reason::TwoDigitYear),
            ("800512", "%y%m%d".replace('y', "Y").as_str(), Reason::DateOutOfRange),
            ("1359-02-22", "%Y-%m-%d", Reason::DateOutOfRange),
            ("0999-05-12", "%Y-%m-%d", Reason::DateOutOfRange),
            // Hijri, Buddhist, and the thirteenth month of the Ethiopian year
            ("1401-06-29", "%Y-%m-%d", Reason::DateOutOfRange),
            ("2523-05-12", "%Y-%m-%d", Reason::DateOutOfRange),
            ("1972-13-05", "%Y-%m-%d", Reason::ImpossibleDate),
            ("12/05/1980", "%d.%m.%Y", Reason::DateShape),
            ("about 1980", "%Y-%m-%d", Reason::DateShape),
            ("1980-05-12T00:00", "%Y-%m-%d", Reason::DateShape),
            (&"1".repeat(60), "%Y-%m-%d", Reason::DateShape),
        ] {
            assert_eq!(parse(text, format), Err(reason), "{text}");
        }
        assert_eq!(parse("29.02.2000", "%d.%m.%Y"), Ok((2000, 2, 29)));
    }

    #[test]
    fn formats_that_lose_the_century_or_the_year_are_refused() {
        for bad in ["%d.%m.%y", "%d.%m", "%Y%Y", "%Y-%j", "%", "%Y-05-%d"] {
            assert!(DateFormat::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_written_date_is_read_back() {
        for format in ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %B %Y"] {
            let mut text = String::new();
            DateFormat::parse(format).unwrap().write(date(1980, 5, 12), &mut text);
            assert_eq!(parse(&text, format), Ok((1980, 5, 12)), "{text}");
        }
    }

    #[test]
    fn only_who_is_certainly_of_age_is_an_adult() {
        let today = date(2026, 6, 15);
        for (text, age) in [
            ("2008-06-15", Age::Adult),
            ("2008-06-16", Age::Minor),
            ("2008-06", Age::Unknown),
            ("2008-05", Age::Adult),
            ("2008-08", Age::Minor),
            ("2008", Age::Unknown),
            ("2008-01-01", Age::Unknown),
            ("2007-12-31", Age::Adult),
            ("2007", Age::Adult),
            ("2009", Age::Minor),
            ("0000-05-12", Age::Unknown),
            ("0000-00-00", Age::Unknown),
        ] {
            assert_eq!(BirthDate::parse(text, &DateFormat::default()).unwrap().age(today), age, "{text}");
        }
    }

    #[test]
    fn leap_day_children_come_of_age_on_the_first_of_march() {
        let born = BirthDate::parse("2008-02-29", &DateFormat::default()).unwrap();
        assert_eq!(born.age(date(2026, 2, 28)), Age::Minor);
        assert_eq!(born.age(date(2026, 3, 1)), Age::Adult);
        let february = BirthDate::parse("2008-02", &DateFormat::default()).unwrap();
        assert_eq!(february.age(date(2026, 2, 28)), Age::Unknown);
        assert_eq!(february.age(date(2026, 3, 1)), Age::Adult);
    }
}
