//! Grammars of exact identifiers. Each gives one canonical text, or says why there is none.
//!
//! | kind | grammar | canonical |
//! | --- | --- | --- |
//! | IBAN | ISO 13616: country, its length, mod 97 | capitals, no separators |
//! | LEI | ISO 17442: 18 characters and two digits, mod 97 | capitals |
//! | document | 4 to 20 of `A`–`Z`, `0`–`9`, and an issuer (ICAO Doc 9303) | `ISSUER:NUMBER`, issuer in two letters |
//! | registration | 1 to 32 of the same, and a country | `COUNTRY:NUMBER` |
//! | wallet | EVM, bech32 with its checksum, base58 by alphabet and length | lower case; base58 as it is |
//! | postcode | 2 to 12 of `A`–`Z`, `0`–`9` | capitals, no separators |
//!
//! Not checked: EIP-55 capitals and base58 checksums, which differ between chains. A refugee's travel document is known by
//! its issuer here; where a state issues it under its own code, only the role and the guardian's register protect.

use super::countries::{Issuer, country, iban_length, issuer};
use super::reason::FieldProblem;

/// Why an identifier has no canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is unusable, and its value missing.
    Problem(FieldProblem),
    /// It is a document of a refugee, a stateless person or the United Nations: its row is not linked.
    Protected,
}

impl From<FieldProblem> for Refusal {
    fn from(problem: FieldProblem) -> Self {
        Self::Problem(problem)
    }
}

/// International bank account number.
pub(crate) fn iban(text: &str) -> Result<String, FieldProblem> {
    let iban = clean(text, 15..=34)?;
    let length = iban_length(&iban[..2]).ok_or(FieldProblem::UnknownCountry)?;
    if iban.len() != length || !iban.as_bytes()[2..4].iter().all(u8::is_ascii_digit) {
        return Err(FieldProblem::Shape);
    }
    match mod_97(iban[4..].bytes().chain(iban[..4].bytes())) {
        1 => Ok(iban),
        _ => Err(FieldProblem::CheckDigits),
    }
}

/// Legal entity identifier.
pub(crate) fn lei(text: &str) -> Result<String, FieldProblem> {
    let lei = clean(text, 20..=20)?;
    if !lei.as_bytes()[18..].iter().all(u8::is_ascii_digit) {
        return Err(FieldProblem::Shape);
    }
    match mod_97(lei.bytes()) {
        1 => Ok(lei),
        _ => Err(FieldProblem::CheckDigits),
    }
}

/// Travel or identity document, from number and issuer, or from `ISSUER:NUMBER` in one cell.
pub(crate) fn document(number: &str, issued_by: &str) -> Result<String, Refusal> {
    let (number, issued_by) = halves(number, issued_by);
    // The issuer first: a protected person's document is recognised even where its number is unusable or missing.
    let code: String = issued_by.trim().trim_end_matches('<').to_ascii_uppercase();
    let state = match issuer(&code) {
        Issuer::Protected => return Err(Refusal::Protected),
        Issuer::Unknown if code.is_empty() => return Err(FieldProblem::NoCountry.into()),
        Issuer::Unknown => return Err(FieldProblem::UnknownCountry.into()),
        Issuer::State(letters) => letters,
    };
    let number = clean(number, 4..=20)?;
    Ok(joined(&state, &number))
}

/// Company registration, from number and country, or from `COUNTRY:NUMBER` in one cell.
pub(crate) fn registration(number: &str, register: &str) -> Result<String, FieldProblem> {
    let (number, register) = halves(number, register);
    let code = register.trim().to_ascii_uppercase();
    if code.is_empty() {
        return Err(FieldProblem::NoCountry);
    }
    let country = country(&code).ok_or(FieldProblem::UnknownCountry)?;
    Ok(joined(country.as_bytes(), &clean(number, 1..=32)?))
}

/// Address of a wallet.
pub(crate) fn wallet(text: &str) -> Result<String, FieldProblem> {
    const HUMAN_PARTS: [&str; 9] = ["bc", "tb", "ltc", "addr", "stake", "cosmos", "dgb", "grs", "btg"];
    let text = text.trim();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return match hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            true => Ok(format!("0x{}", hex.to_ascii_lowercase())),
            false => Err(FieldProblem::Shape),
        };
    }
    let one_case = !(text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().any(|b| b.is_ascii_uppercase()));
    if one_case {
        let lower = text.to_ascii_lowercase();
        if let Some((human, data)) = lower.rsplit_once('1').filter(|(human, _)| HUMAN_PARTS.contains(human)) {
            return match bech32_holds(human, data) {
                Some(true) => Ok(lower),
                Some(false) => Err(FieldProblem::CheckDigits),
                None => Err(FieldProblem::Shape),
            };
        }
    }
    let base58 = |b: u8| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l');
    match (25..=110).contains(&text.len()) && text.bytes().all(base58) {
        true => Ok(text.to_owned()),
        false => Err(FieldProblem::Shape),
    }
}

/// Postal code.
pub(crate) fn postcode(text: &str) -> Result<String, FieldProblem> {
    clean(text, 2..=12)
}

/// Capitals and digits without separators; anything else is no identifier.
pub(super) fn clean(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Result<String, FieldProblem> {
    let mut clean = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => clean.push(c.to_ascii_uppercase()),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2015}' | '/' | '.' | '_' | '<' => {}
            _ => return Err(FieldProblem::Shape),
        }
    }
    match lengths.contains(&clean.len()) {
        true => Ok(clean),
        false => Err(FieldProblem::Shape),
    }
}

/// Number and country from two cells, or from one with a colon between country and number.
pub(super) fn halves<'a>(number: &'a str, country: &'a str) -> (&'a str, &'a str) {
    match number.split_once(':') {
        Some((before, after)) if country.is_empty() => (after, before),
        _ => (number, country),
    }
}

fn joined(country: &[u8], number: &str) -> String {
    let mut text = String::with_capacity(country.len() + 1 + number.len());
    text.extend(country.iter().map(|b| char::from(*b)));
    text.push(':');
    text.push_str(number);
    text
}

/// ISO 7064 mod 97-10 of capitals and digits.
fn mod_97(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

/// Whether the checksum of a bech32 or bech32m address holds (BIP 173, BIP 350); `None` if it has other characters.
fn bech32_holds(human: &str, data: &str) -> Option<bool> {
    const CHARSET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    const BECH32M: u32 = 0x2bc8_30a3;
    if !(7..=110).contains(&data.len()) {
        return None;
    }
    let step = |sum: u32, value: u32| {
        let top = sum >> 25;
        let mut sum = (sum & 0x1ff_ffff) << 5 ^ value;
        for (bit, generator) in GENERATOR.into_iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
        sum
    };
    let mut sum = human.bytes().fold(1, |sum, b| step(sum, u32::from(b >> 5)));
    sum = step(sum, 0);
    sum = human.bytes().fold(sum, |sum, b| step(sum, u32::from(b & 31)));
    for byte in data.bytes() {
        let value = CHARSET.iter().position(|known| *known == byte)?;
        sum = step(sum, value as u32);
    }
    Some(sum == 1 || sum == BECH32M)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_are_checked_and_made_canonical() {
        assert_eq!(iban("gb82 west 1234 5698 7654 32"), Ok("GB82WEST12345698765432".to_owned()));
        assert_eq!(iban("DE89-3704-0044-0532-0130-00"), Ok("DE89370400440532013000".to_owned()));
        assert_eq!(iban("NO9386011117947"), Ok("NO9386011117947".to_owned()));
        assert_eq!(iban("GB82WEST12345698765433"), Err(FieldProblem::CheckDigits));
        assert_eq!(iban("GB82WEST1234569876543"), Err(FieldProblem::Shape));
        assert_eq!(iban("ZZ82WEST12345698765432"), Err(FieldProblem::UnknownCountry));
        assert_eq!(iban("GB82"), Err(FieldProblem::Shape));
        assert_eq!(iban("ÀB82WEST12345698765432"), Err(FieldProblem::Shape));
    }

    #[test]
    fn leis_are_checked() {
        assert_eq!(lei("5493001kjtiigc8y1r12"), Ok("5493001KJTIIGC8Y1R12".to_owned()));
        assert_eq!(lei("5493001KJTIIGC8Y1R13"), Err(FieldProblem::CheckDigits));
        assert_eq!(lei("5493001KJTIIGC8Y1R1"), Err(FieldProblem::Shape));
        assert_eq!(lei("5493001KJTIIGC8Y1RAA"), Err(FieldProblem::Shape));
    }

    #[test]
    fn documents_meet_whatever_way_the_issuer_is_written() {
        let canonical = Ok("IT:YA1234567".to_owned());
        assert_eq!(document("ya 1234567", "ITA"), canonical);
        assert_eq!(document("YA-1234567", "it"), canonical);
        assert_eq!(document("ITA:YA1234567", ""), canonical);
        assert_eq!(document("C01X00T47", "D<<"), Ok("DE:C01X00T47".to_owned()));
        assert_eq!(document("YA1234567", ""), Err(Refusal::Problem(FieldProblem::NoCountry)));
        assert_eq!(document("YA1234567", "Italy"), Err(Refusal::Problem(FieldProblem::UnknownCountry)));
        assert_eq!(document("12", "ITA"), Err(Refusal::Problem(FieldProblem::Shape)));
    }

    #[test]
    fn documents_of_refugees_stateless_persons_and_the_united_nations_are_protected() {
        for issuer in ["XXA", "xxb", "XXC", "XXX", "UNO", "UNA", " unk ", "UN"] {
            assert_eq!(document("A1234567", issuer), Err(Refusal::Protected), "{issuer}");
            assert_eq!(document("?", issuer), Err(Refusal::Protected), "{issuer} with an unusable number");
        }
        assert_eq!(document("XXB:A1234567", ""), Err(Refusal::Protected));
    }

    #[test]
    fn registrations_carry_their_country() {
        assert_eq!(registration("HRB 12345", "DEU"), Ok("DE:HRB12345".to_owned()));
        assert_eq!(registration("MT:C-4711", ""), Ok("MT:C4711".to_owned()));
        assert_eq!(registration("C4711", ""), Err(FieldProblem::NoCountry));
        assert_eq!(registration("C4711", "ZQ"), Err(FieldProblem::UnknownCountry));
    }

    #[test]
    fn wallets_keep_the_shape_of_their_chain() {
        let evm = "0x52908400098527886E0F7030069857D2E4169EE7";
        assert_eq!(wallet(evm), Ok(evm.to_lowercase()));
        assert_eq!(wallet("0x5290"), Err(FieldProblem::Shape));
        let segwit = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4";
        assert_eq!(wallet(segwit), Ok(segwit.to_lowercase()));
        let taproot = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0";
        assert_eq!(wallet(taproot), Ok(taproot.to_owned()));
        assert_eq!(wallet("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), Err(FieldProblem::CheckDigits));
        let base58 = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        assert_eq!(wallet(base58), Ok(base58.to_owned()));
        assert_eq!(wallet("1A1zP1eP5QGefi2DMPTfTL5SLmv7Div0OI"), Err(FieldProblem::Shape));
    }

    #[test]
    fn postcodes_lose_separators_only() {
        assert_eq!(postcode("sw1a 1aa"), Ok("SW1A1AA".to_owned()));
        assert_eq!(postcode("1"), Err(FieldProblem::Shape));
    }
}
