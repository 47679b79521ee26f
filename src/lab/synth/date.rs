//! Birth dates: how agencies write them, and what goes wrong when they do.

use super::draws::Draws;
use super::mistakes::{ErrorRates, Mistake};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: i32,
    /// Day of the month.
    pub day: i32,
}

/// How an agency writes dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// `1980-05-17`.
    Iso,
    /// `17.05.1980`.
    Dots,
    /// `17/05/1980`.
    Slashes,
}

impl Date {
    /// A date; the caller knows that it exists.
    pub(super) fn new(year: i32, month: i32, day: i32) -> Self {
        Self { year, month, day }
    }

    /// Days in a month.
    pub(super) fn days(year: i32, month: i32) -> i32 {
        match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Whether the date exists and belongs to somebody who was an adult on 1 January 2026.
    fn is_plausible(self) -> bool {
        (1930..=2007).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=Self::days(self.year, self.month)).contains(&self.day)
    }
}

impl DateFormat {
    /// The format as the column map states it.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Iso => "%Y-%m-%d",
            Self::Dots => "%d.%m.%Y",
            Self::Slashes => "%d/%m/%Y",
        }
    }

    /// Writes a date, or three numbers that are none.
    pub(super) fn write(self, year: i32, month: i32, day: i32) -> String {
        match self {
            Self::Iso => format!("{year:04}-{month:02}-{day:02}"),
            Self::Dots => format!("{day:02}.{month:02}.{year:04}"),
            Self::Slashes => format!("{day:02}/{month:02}/{year:04}"),
        }
    }
}

/// Writes a birth date down as a clerk does: mostly right. At most one thing goes wrong with it.
pub(super) fn record(
    born: Date,
    new_year_share: f64,
    format: DateFormat,
    rates: &ErrorRates,
    draws: &mut Draws,
    mistakes: &mut Vec<Mistake>,
) -> String {
    // Where registers at home are patchy, registration by year is common abroad as well.
    let patchy = if new_year_share >= 0.05 { 3.0 } else { 1.0 };
    let kinds = [
        (Mistake::MissingDate, rates.missing_date),
        (Mistake::PlaceholderDate, rates.placeholder_date * patchy),
        (Mistake::PartialDate, rates.partial_date * patchy),
        (Mistake::DayMonthSwap, rates.day_month_swap),
        (Mistake::YearSlip, rates.year_slip),
        (Mistake::WrongDigit, rates.wrong_digit),
    ];
    let mut at = draws.below(1_000_000) as f64 / 1_000_000.0;
    let kind = kinds.into_iter().find(|(_, rate)| {
        at -= rate;
        at < 0.0
    });
    let Date { year, month, day } = born;
    let Some((kind, _)) = kind else { return format.write(year, month, day) };
    let changed = match kind {
        Mistake::MissingDate => {
            mistakes.push(kind);
            return String::new();
        }
        Mistake::PartialDate => {
            mistakes.push(kind);
            return match draws.below(3) {
                0 => year.to_string(),
                1 => format.write(year, 0, 0),
                _ => format.write(year, month, 0),
            };
        }
        Mistake::PlaceholderDate => Date::new(year, 1, 1),
        Mistake::DayMonthSwap => Date::new(year, day, month),
        Mistake::YearSlip => Date::new(year + draws.pick(&[-1, 1]), month, day),
        _ => wrong_digit(born, draws),
    };
    if changed == born || !changed.is_plausible() {
        return format.write(year, month, day);
    }
    mistakes.push(kind);
    format.write(changed.year, changed.month, changed.day)
}

/// One of the last two digits of the year, or a digit of the day, is another.
fn wrong_digit(born: Date, draws: &mut Draws) -> Date {
    let digit = draws.between(0, 9);
    match draws.below(4) {
        0 => Date { year: born.year / 100 * 100 + digit * 10 + born.year % 10, ..born },
        1 => Date { year: born.year / 10 * 10 + digit, ..born },
        2 => Date { day: digit % 4 * 10 + born.day % 10, ..born },
        _ => Date { day: born.day / 10 * 10 + digit, ..born },
    }
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::*;

    #[test]
    fn formats_write_the_same_day_in_their_own_order() {
        let text = [DateFormat::Iso, DateFormat::Dots, DateFormat::Slashes].map(|format| format.write(1980, 5, 7));
        assert_eq!(text, ["1980-05-07", "07.05.1980", "07/05/1980"]);
    }

    #[test]
    fn without_errors_the_date_is_written_as_it_is() {
        let mut mistakes = Vec::new();
        let mut draws = Draws::new(1, Purpose::Recording, 0, 0);
        for day in 1..=28 {
            let born = Date::new(1980, 2, day);
            let text = record(born, 0.1, DateFormat::Iso, &ErrorRates::NONE, &mut draws, &mut mistakes);
            assert_eq!(text, format!("1980-02-{day:02}"));
        }
        assert!(mistakes.is_empty());
    }

    #[test]
    fn a_date_written_in_full_exists_and_is_an_adults() {
        let rates = ErrorRates { year_slip: 0.3, wrong_digit: 0.5, day_month_swap: 0.2, ..ErrorRates::NONE };
        let mut draws = Draws::new(2, Purpose::Recording, 0, 0);
        for _ in 0..2000 {
            let born = Date::new(draws.between(1945, 2006), draws.between(1, 12), draws.between(1, 28));
            let text = record(born, 0.0, DateFormat::Iso, &rates, &mut draws, &mut Vec::new());
            let numbers: Vec<i32> = text.split('-').map(|number| number.parse().unwrap()).collect();
            assert!(Date::new(numbers[0], numbers[1], numbers[2]).is_plausible(), "{text}");
        }
    }
}
