//! Grammars of identifiers of things: craft, vehicles, equipment, accounts and contacts of advertisers.
//!
//! | kind | grammar | canonical |
//! | --- | --- | --- |
//! | vessel | IMO number of 7 digits with its check digit, or MMSI of 9 | `IMO1234567`, `MMSI123456789` |
//! | aircraft | registration mark, 3 to 8 of `A`–`Z`, `0`–`9` with a letter | capitals, no dash |
//! | vehicle | ISO 3779: 17 of `A`–`Z`, `0`–`9` without `I`, `O`, `Q` | capitals |
//! | serial | 3 to 40 of `A`–`Z`, `0`–`9`, and a maker | `MAKER:NUMBER` |
//! | phone | E.164: `+` or `00` and 8 to 15 digits | `+` and digits |
//! | domain | labels of `a`–`z`, `0`–`9`, `-`; at least two | lower case |
//! | account | 2 to 64 printable, and a platform | `platform:account`, lower case |
//!
//! Not checked: the check digit of a vehicle number, which only some countries use; whether a number is in service.

use super::identifiers::{clean, halves};
use super::reason::FieldProblem;

/// Ship: IMO number or MMSI.
pub(super) fn vessel(text: &str) -> Result<String, FieldProblem> {
    let text = clean(text, 7..=13)?;
    let digits = text.strip_prefix("IMO").or_else(|| text.strip_prefix("MMSI")).unwrap_or(&text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FieldProblem::Shape);
    }
    match digits.len() {
        7 if text.starts_with("MMSI") => Err(FieldProblem::Shape),
        7 => {
            let value = |at: usize| u32::from(digits.as_bytes()[at] - b'0');
            let sum: u32 = (0..6).map(|at| value(at) * (7 - at as u32)).sum();
            if sum % 10 == value(6) { Ok(format!("IMO{digits}")) } else { Err(FieldProblem::CheckDigits) }
        }
        9 if text.starts_with("IMO") => Err(FieldProblem::Shape),
        9 => Ok(format!("MMSI{digits}")),
        _ => Err(FieldProblem::Shape),
    }
}

/// Aircraft: registration mark.
pub(super) fn aircraft(text: &str) -> Result<String, FieldProblem> {
    let mark = clean(text, 3..=8)?;
    if mark.bytes().any(|b| b.is_ascii_uppercase()) { Ok(mark) } else { Err(FieldProblem::Shape) }
}

/// Road vehicle.
pub(super) fn vehicle(text: &str) -> Result<String, FieldProblem> {
    let number = clean(text, 17..=17)?;
    if number.bytes().any(|b| matches!(b, b'I' | b'O' | b'Q')) { Err(FieldProblem::Shape) } else { Ok(number) }
}

/// Serial number and maker, from two cells or from `MAKER:NUMBER` in one.
pub(super) fn serial(number: &str, maker: &str) -> Result<String, FieldProblem> {
    let (number, maker) = halves(number, maker);
    Ok(format!("{}:{}", clean(maker, 2..=32)?, clean(number, 3..=40)?))
}

/// Telephone number in international form.
pub(super) fn phone(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).ok_or(FieldProblem::NoCountry)?;
    let mut digits = String::with_capacity(rest.len());
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '\u{a0}' | '-' | '/' | '.' | '(' | ')' => {}
            _ => return Err(FieldProblem::Shape),
        }
    }
    match (8..=15).contains(&digits.len()) && !digits.starts_with('0') {
        true => Ok(format!("+{digits}")),
        false => Err(FieldProblem::Shape),
    }
}

/// Domain name, or the host of an address.
pub(super) fn domain(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim().to_ascii_lowercase();
    let host = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_name = host.split('.').count() >= 2 && host.len() <= 253 && host.split('.').all(label);
    let has_letters = host.rsplit('.').next().is_some_and(|top| top.bytes().any(|b| b.is_ascii_lowercase()));
    if is_name && has_letters { Ok(host.to_owned()) } else { Err(FieldProblem::Shape) }
}

/// Account or handle on a platform, from two cells or from `PLATFORM:ACCOUNT` in one.
pub(super) fn account(account: &str, platform: &str) -> Result<String, FieldProblem> {
    let (account, platform) = halves(account, platform);
    let platform = clean(platform, 2..=32)?.to_ascii_lowercase();
    let account = account.trim().trim_start_matches('@').to_lowercase();
    let fits =
        (2..=64).contains(&account.chars().count()) && !account.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits { Ok(format!("{platform}:{account}")) } else { Err(FieldProblem::Shape) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ships_have_a_check_digit() {
        assert_eq!(vessel("IMO 9074729"), Ok("IMO9074729".to_owned()));
        assert_eq!(vessel("9074729"), vessel("imo9074729"));
        assert_eq!(vessel("9074728"), Err(FieldProblem::CheckDigits));
        assert_eq!(vessel("211 331 640"), Ok("MMSI211331640".to_owned()));
        for bad in ["MMSI9074729", "IMO211331640", "90747", "SEAGULL"] {
            assert_eq!(vessel(bad), Err(FieldProblem::Shape), "{bad}");
        }
    }

    #[test]
    fn marks_and_numbers_have_one_writing() {
        assert_eq!(aircraft("D-EXYZ"), aircraft("dexyz"));
        assert_eq!(aircraft("1234"), Err(FieldProblem::Shape));
        assert_eq!(vehicle("WVWZZZ1JZXW000001"), Ok("WVWZZZ1JZXW000001".to_owned()));
        assert_eq!(vehicle("WVWZZZ1JZXWO00001"), Err(FieldProblem::Shape));
        assert_eq!(serial("40-C 1234", "Nordmotor"), serial("nordmotor:40c1234", ""));
        assert_eq!(serial("40C1234", ""), Err(FieldProblem::Shape));
    }

    #[test]
    fn contacts_are_international_and_name_their_platform() {
        assert_eq!(phone("+39 (06) 698-1234"), Ok("+39066981234".to_owned()));
        assert_eq!(phone("0039 06 698 1234"), phone("+39066981234"));
        assert_eq!(phone("06 698 1234"), Err(FieldProblem::NoCountry));
        assert_eq!(domain("https://www.Example.org/boats?x=1"), Ok("example.org".to_owned()));
        for bad in ["localhost", "192.168.0.1", "-a.org", "a b.org"] {
            assert_eq!(domain(bad), Err(FieldProblem::Shape), "{bad}");
        }
        assert_eq!(account("@Boats_2026", "Platform One"), Ok("platformone:boats_2026".to_owned()));
        assert_eq!(account("someone", ""), Err(FieldProblem::Shape));
    }
}
