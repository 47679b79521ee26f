//! Identifiers of companies and accounts, with valid check digits: LEI, IBAN, wallet addresses.

use super::draws::Draws;

/// Remainder by 97 of a text in which letters count as 10 to 35 (ISO 7064, as used by ISO 13616 and ISO 17442).
pub(super) fn modulo_97(text: &str) -> u32 {
    text.chars().filter_map(|sign| sign.to_digit(36)).fold(0, |remainder, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (remainder * shift + value) % 97
    })
}

/// A legal entity identifier: 18 signs and two check digits.
pub(super) fn lei(draws: &mut Draws) -> String {
    let body = format!("{}00{}", draws.pattern("4n"), draws.pattern("12c"));
    let check = 98 - modulo_97(&format!("{body}00"));
    format!("{body}{check:02}")
}

/// An IBAN of a country whose account numbers follow `pattern`.
pub(super) fn iban(country: &str, pattern: &str, draws: &mut Draws) -> String {
    let account = draws.pattern(pattern);
    let check = 98 - modulo_97(&format!("{account}{country}00"));
    format!("{country}{check:02}{account}")
}

/// A wallet address: Ethereum-like hexadecimal, or Bitcoin-like Bech32 with a valid checksum.
pub(super) fn wallet(draws: &mut Draws) -> String {
    if draws.chance(0.5) { format!("0x{}", draws.pattern("40h")) } else { bech32("bc", draws) }
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Version 0 and a random program of 20 bytes (BIP 173).
fn bech32(prefix: &str, draws: &mut Draws) -> String {
    let mut values = vec![0];
    values.extend((0..32).map(|_| draws.below(32) as u32));
    let mut summed = expanded(prefix);
    summed.extend(&values);
    summed.extend([0; 6]);
    let checksum = polymod(&summed) ^ 1;
    values.extend((0..6).map(|at| checksum >> (5 * (5 - at)) & 31));
    let data = values.iter().map(|&value| BECH32[value as usize] as char);
    format!("{prefix}1{}", data.collect::<String>())
}

fn expanded(prefix: &str) -> Vec<u32> {
    let high = prefix.bytes().map(|sign| u32::from(sign) >> 5);
    let low = prefix.bytes().map(|sign| u32::from(sign) & 31);
    high.chain([0]).chain(low).collect()
}

fn polymod(values: &[u32]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ value;
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(shifted, |sum, bit| sum ^ GENERATOR[bit])
    })
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::*;

    #[test]
    fn published_examples_have_remainder_one() {
        assert_eq!(modulo_97("7H6GLXDRUGQFU57RNE97"), 1);
        assert_eq!(modulo_97("370400440532013000DE89"), 1);
    }

    #[test]
    fn generated_lei_and_iban_have_remainder_one() {
        let mut draws = Draws::new(4, Purpose::Company, 0, 0);
        for _ in 0..200 {
            let lei = lei(&mut draws);
            assert_eq!((lei.len(), modulo_97(&lei)), (20, 1), "{lei}");
            let iban = iban("GB", "4a14n", &mut draws);
            assert_eq!((iban.len(), modulo_97(&format!("{}{}", &iban[4..], &iban[..4]))), (22, 1), "{iban}");
        }
    }

    #[test]
    fn a_published_bech32_address_and_every_generated_one_verify() {
        let verifies = |address: &str| {
            let mut values = expanded("bc");
            values.extend(address[3..].bytes().map(|sign| BECH32.iter().position(|&b| b == sign).unwrap() as u32));
            polymod(&values) == 1
        };
        assert!(verifies("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
        let mut draws = Draws::new(4, Purpose::Company, 0, 1);
        for _ in 0..100 {
            let address = bech32("bc", &mut draws);
            assert!(address.len() == 42 && verifies(&address), "{address}");
        }
    }
}
