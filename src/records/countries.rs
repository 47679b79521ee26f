//! Countries and issuers of documents: ISO 3166-1, the codes that ICAO Doc 9303 adds, and lengths of IBANs.

/// What an issuer's code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issuer {
    /// A state or another issuer of passports: two letters.
    State([u8; 2]),
    /// United Nations laissez-passer and documents for refugees and stateless persons: never linked.
    Protected,
    /// Not in the tables.
    Unknown,
}

/// Codes of ICAO Doc 9303 for refugees, stateless persons, persons of unspecified nationality and United Nations issuers,
/// with the two-letter codes that exports shorten them to.
const PROTECTED: [&str; 9] = ["XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "UNK", "UN", "XX"];

/// Codes of Doc 9303 and of common use outside ISO 3166-1, with the two letters that they become.
const ADDED: [(&str, &str); 10] = [
    ("D", "DE"),
    ("EUE", "EU"),
    ("EU", "EU"),
    ("GBD", "GB"),
    ("GBN", "GB"),
    ("GBO", "GB"),
    ("GBP", "GB"),
    ("GBS", "GB"),
    ("RKS", "XK"),
    ("XKX", "XK"),
];

/// Looks an issuer up by its code of one to three capital letters.
pub(crate) fn issuer(code: &str) -> Issuer {
    let added = || ADDED.iter().find(|(from, _)| *from == code).map(|(_, to)| *to);
    match country(code).or_else(added) {
        _ if PROTECTED.contains(&code) => Issuer::Protected,
        Some(two) => Issuer::State([two.as_bytes()[0], two.as_bytes()[1]]),
        None => Issuer::Unknown,
    }
}

/// Codes that ISO 3166-1 leaves to its users: AA, QM to QZ, XA to XZ, ZZ. Kosovo's XK is one, invented countries are others.
fn is_user_assigned(a: u8, b: u8) -> bool {
    matches!((a, b), (b'A', b'A') | (b'Q', b'M'..=b'Z') | (b'X', b'A'..=b'Z') | (b'Z', b'Z'))
}

fn user_assigned(a: u8, b: u8) -> Option<&'static str> {
    const CODES: &str = "AAQMQNQOQPQQQRQSQTQUQVQWQXQYQZXAXBXCXDXEXFXGXHXIXJXKXLXMXNXOXPXQXRXSXTXUXVXWXXXYXZZZ";
    let at = CODES.as_bytes().chunks(2).position(|code| code == [a, b])?;
    Some(&CODES[2 * at..2 * at + 2])
}

/// The two letters of a country given by two or three.
pub(crate) fn country(code: &str) -> Option<&'static str> {
    // Entries have five letters and a space; every document's row walks them, so bytes by stride and no splitting.
    let mut entries = COUNTRIES.as_bytes().chunks(6);
    let index = match *code.as_bytes() {
        [a, b] if is_user_assigned(a, b) => return user_assigned(a, b),
        [a, b] => entries.position(|entry| entry[3] == a && entry[4] == b),
        [a, b, c] => entries.position(|entry| entry[0] == a && entry[1] == b && entry[2] == c),
        _ => None,
    };
    let at = index? * 6;
    Some(&COUNTRIES[at + 3..at + 5])
}

/// Length of a country's IBANs (SWIFT IBAN registry), if it has any.
pub(crate) fn iban_length(country: &str) -> Option<usize> {
    let entry = IBAN_LENGTHS.split_ascii_whitespace().find(|entry| &entry[..2] == country)?;
    entry[2..].parse().ok()
}

/// Alpha-3 and alpha-2 of every entry of ISO 3166-1.
const COUNTRIES: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI \
    BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT \
    BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU \
    CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET \
    FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR \
    GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR \
    IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB \
    LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH \
    MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE \
    NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL \
    PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ \
    SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC \
    TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY \
    USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW";

/// Alpha-2 and length.
const IBAN_LENGTHS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 \
    EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 \
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 \
    PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 \
    UA29 VA22 VG24 XK20 YE30";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_two_and_three_letters_meet() {
        assert_eq!(issuer("ITA"), issuer("IT"));
        assert_eq!(issuer("D"), issuer("DEU"));
        assert_eq!(issuer("RKS"), issuer("XK"));
        assert_eq!(issuer("QQQ"), Issuer::Unknown);
        assert_eq!(issuer("ITALY"), Issuer::Unknown);
    }

    #[test]
    fn refugee_and_united_nations_issuers_are_protected() {
        assert!(PROTECTED.iter().all(|code| issuer(code) == Issuer::Protected));
    }

    #[test]
    fn tables_are_well_formed() {
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 249);
        assert_eq!(COUNTRIES.len(), 249 * 6 - 1);
        assert!(COUNTRIES.split_ascii_whitespace().all(|e| e.len() == 5 && e.bytes().all(|b| b.is_ascii_uppercase())));
        assert!(IBAN_LENGTHS.split_ascii_whitespace().all(|e| (15..=34).contains(&iban_length(&e[..2]).unwrap())));
    }
}
