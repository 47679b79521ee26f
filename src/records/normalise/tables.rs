//! Tables of normalisation: titles, particles, legal forms, words of places, readings of names.
//!
//! All are written by hand from common knowledge of the languages; none is drawn from anybody's records.

/// Forms of address and ranks that are not part of a name.
pub(super) const TITLES: &[&str] = &[
    "MR", "MRS", "MS", "MISS", "DR", "PROF", "PROFESSOR", "SIR", "DAME", "LORD", "LADY", "REV", "FR", "HON", "HE", "HRH",
    "HERR", "FRAU", "DOTT", "SIG", "SRA", "SR", "JR", "MME", "MLLE", "MONSIEUR", "MADAME", "ING", "DIPL", "MAG", "ENG",
    "GEN", "GENERAL", "COL", "COLONEL", "CAPT", "CAPTAIN", "MAJ", "LT", "SGT", "ADM", "SHEIKH", "SHAIKH", "SHEIK",
    "SHAYKH", "HAJJI", "HAJI", "HAJ", "HADJI", "ALHAJ", "ALHAJI", "MULLAH", "MULLA", "MAULANA", "MAWLAWI", "MOLVI",
    "AYATOLLAH", "SAYYID", "TUN", "DATO", "DATUK", "TENGKU", "PHD", "MD", "ESQ", "II", "III",
];

/// Linking words that are dropped unless they are the last part.
pub(super) const DROPPED: &[&str] = &[
    "AL", "EL", "UL", "AR", "ASH", "AZ", "AD", "BIN", "IBN", "BINT", "BINTI", "BINTE", "OULD", "WALAD", "WULD", "MINT",
    "VON", "VOM", "ZU", "ZUM", "ZUR", "DER", "HET", "DE", "DEL", "DELLA", "DELLO", "DI", "DAS", "DOS", "DES", "LOS",
    "LAS", "LES", "AF", "OF", "THE", "UND", "ET", "AND", "OGLU", "KYZY", "KIZI", "UULU",
];

/// Linking words that are dropped only between two other parts, because they are names of their own elsewhere.
pub(super) const DROPPED_INSIDE: &[&str] = &[
    "BEN", "BAN", "AIT", "VAN", "DEN", "TEN", "TER", "AN", "AS", "AT", "DA", "DO", "DU", "LA", "LE", "Y", "E", "I", "B", "AV",
];

/// Parts that are glued to the next one.
pub(super) const GLUED: &[&str] = &["MC", "MAC", "O", "FITZ", "ABU", "ABOU", "ABI", "ABO", "UMM", "UM", "BU", "SIDI"];

/// Spellings of "servant of", which is glued with its article to the next part.
pub(super) const SERVANT: &[&str] = &["ABD", "ABDUL", "ABDEL", "ABDAL", "ABDOL", "ABDIL", "ABDOUL", "ABDU", "ABDUR", "ABDER", "ABDUS", "ABDES"];

/// Words of places and their full form.
pub(super) const PLACE_WORDS: &[(&str, &str)] = &[
    ("ST", "SAINT"), ("STE", "SAINTE"), ("MT", "MOUNT"), ("FT", "FORT"), ("PT", "PORT"), ("N", "NORTH"), ("S", "SOUTH"),
    ("E", "EAST"), ("W", "WEST"), ("NTH", "NORTH"), ("STH", "SOUTH"), ("HTS", "HEIGHTS"), ("BCH", "BEACH"),
    ("PK", "PARK"), ("VLY", "VALLEY"), ("JCT", "JUNCTION"), ("SPGS", "SPRINGS"), ("IS", "ISLAND"),
];

/// Legal forms as sequences of parts; matched longest first, at any place but never so that nothing is left.
pub(super) const LEGAL_FORMS: &[&str] = &[
    // English-speaking
    "LIMITED LIABILITY COMPANY", "LIMITED LIABILITY PARTNERSHIP", "PUBLIC LIMITED COMPANY", "PRIVATE LIMITED",
    "PROPRIETARY LIMITED", "PTY LTD", "PTY LIMITED", "PVT LTD", "PTE LTD", "LTD", "LTDA", "LIMITED", "PLC", "LLC", "LLP",
    "LP", "INC", "INCORPORATED", "CORP", "CORPORATION", "COMPANY", "CO", "FZE", "FZCO", "FZ LLC", "FZLLC", "DMCC", "WLL",
    "PTY", "PVT", "PTE", "SDN BHD", "BHD", "HOLDING", "HOLDINGS", "GROUP",
    // German-speaking
    "GESELLSCHAFT MIT BESCHRANKTER HAFTUNG", "AKTIENGESELLSCHAFT", "KOMMANDITGESELLSCHAFT", "GMBH AND KG", "GMBH",
    "GGMBH", "AG", "KG", "KGAA", "OHG", "GBR", "UG HAFTUNGSBESCHRANKT", "UG", "EV", "EK", "MBH",
    // Romance
    "SOCIEDAD ANONIMA", "SOCIEDAD LIMITADA", "SOCIEDAD DE RESPONSABILIDAD LIMITADA", "SOCIETE ANONYME",
    "SOCIETE A RESPONSABILITE LIMITEE", "SOCIETE PAR ACTIONS SIMPLIFIEE", "SOCIETA PER AZIONI",
    "SOCIETA A RESPONSABILITA LIMITATA", "SOCIEDADE ANONIMA", "SA", "SAS", "SASU", "SARL", "EURL", "SNC", "SCI", "SPA",
    "SRL", "SRLS", "SS", "SL", "SLU", "SAU", "SA DE CV", "S DE RL DE CV", "LDA", "EIRELI", "ME", "SPRL",
    // Dutch, Nordic, Baltic
    "BESLOTEN VENNOOTSCHAP", "NAAMLOZE VENNOOTSCHAP", "BV", "NV", "VOF", "CV", "AB", "AKTIEBOLAG", "AS", "ASA",
    "AKSJESELSKAP", "APS", "OY", "OYJ", "OSAKEYHTIO", "OU", "UAB", "SIA", "HF", "EHF",
    // Central and eastern Europe, central Asia
    "SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA", "SPOLKA AKCYJNA", "SP ZOO", "SP Z OO", "SPZOO", "SRO", "SPOL SRO", "KFT",
    "ZRT", "NYRT", "BT", "DOO", "DD", "AD", "EOOD", "OOD", "ET", "OOO", "OAO", "ZAO", "PAO", "AO", "IP", "TOO", "TOV",
    "TZOV", "PP", "PRAT", "PAT", "MCHJ", "OBSHCHESTVO S OGRANICHENNOY OTVETSTVENNOSTYU", "AKTSIONERNOE OBSHCHESTVO",
    // Greece, Turkey, Middle East, Asia
    "AE", "EPE", "IKE", "OE", "EE", "ANONIM SIRKETI", "LIMITED SIRKETI", "LTD STI", "AS STI", "STI", "SIRKETI", "SAL",
    "SAE", "SPC", "KK", "KABUSHIKI KAISHA", "GODO KAISHA", "GK", "PT", "TBK", "JSC", "CJSC", "OJSC", "PJSC", "PCL", "EURO SE", "SE",
];

/// Legal forms as they are written, without spaces, in Chinese, Japanese, Korean and Arabic.
pub(super) const NATIVE_FORMS: &[&str] = &[
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "公司", "集团", "株式会社", "有限会社", "合同会社", "주식회사", "유한회사",
    "ش.م.م", "ذ.م.م", "ش.ذ.م.م", "شركة",
];

/// Chinese family names of two characters, simplified and traditional.
pub(super) const HAN_DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "夏侯", "东方", "東方", "皇甫", "尉迟", "尉遲", "公孙", "公孫", "慕容", "令狐", "宇文",
    "长孙", "長孫", "司徒", "端木", "南宫", "南宮", "独孤", "獨孤",
];

/// Korean family names whose customary romanisation is not the regular one, and those of two syllables.
pub(super) const HANGUL_FAMILY: &[(&str, &str)] = &[
    ("남궁", "NAMGUNG"), ("황보", "HWANGBO"), ("제갈", "JEGAL"), ("선우", "SUNWOO"), ("독고", "DOKGO"), ("서문", "SEOMUN"),
    ("김", "KIM"), ("이", "LEE"), ("박", "PARK"), ("최", "CHOI"), ("정", "JUNG"), ("조", "CHO"), ("강", "KANG"),
    ("임", "LIM"), ("노", "ROH"), ("유", "YOO"), ("류", "RYU"), ("구", "KOO"), ("우", "WOO"), ("오", "OH"), ("심", "SHIM"),
    ("신", "SHIN"), ("반", "BAN"), ("문", "MOON"), ("여", "YEO"), ("권", "KWON"),
];

/// Characters that `any_ascii` reads otherwise than names are usually romanised.
pub(super) const CHARACTERS: &[(char, &str)] = &[
    // Arabic and Persian; vowel letters are decided by their neighbours in `romanise`
    ('ا', "A"), ('أ', "A"), ('إ', "I"), ('آ', "A"), ('ٱ', "A"), ('ء', ""), ('ؤ', "U"), ('ئ', "I"), ('ى', "A"), ('ة', "A"),
    ('ع', "A"), ('ث', "TH"), ('خ', "KH"), ('ذ', "DH"), ('ش', "SH"), ('غ', "GH"), ('ق', "Q"), ('ژ', "J"), ('چ', "CH"),
    ('گ', "G"), ('ک', "K"), ('پ', "P"), ('ہ', "H"), ('ھ', "H"), ('ں', "N"), ('ٹ', "T"), ('ڈ', "D"), ('ڑ', "R"),
    ('ڤ', "V"), ('ۆ', "O"), ('ێ', "E"), ('ە', "A"), ('ڵ', "L"), ('ڕ', "R"), ('ګ', "G"), ('ځ', "Z"), ('څ', "TS"),
    ('ړ', "R"), ('ښ', "SH"), ('ږ', "G"), ('ډ', "D"), ('ټ', "T"), ('ڼ', "N"),
    // Hebrew; ב, ו, י, כ, פ are decided by their neighbours
    ('א', "A"), ('ב', "B"), ('ג', "G"), ('ד', "D"), ('ה', "H"), ('ז', "Z"), ('ח', "H"), ('ט', "T"), ('כ', "K"), ('ך', "K"),
    ('ל', "L"), ('מ', "M"), ('ם', "M"), ('נ', "N"), ('ן', "N"), ('ס', "S"), ('ע', "A"), ('פ', "P"), ('ף', "F"),
    ('צ', "TS"), ('ץ', "TS"), ('ק', "K"), ('ר', "R"), ('ש', "SH"), ('ת', "T"),
    // Cyrillic
    ('ъ', ""), ('ь', ""), ('Ъ', ""), ('Ь', ""), ('є', "E"), ('Є', "E"), ('ё', "E"), ('Ё', "E"), ('ғ', "G"), ('қ', "K"),
    ('ө', "O"), ('ү', "U"), ('ұ', "U"), ('һ', "H"), ('ҳ', "H"), ('ҷ', "J"), ('ӣ', "I"), ('ӯ', "U"), ('ќ', "K"), ('ѓ', "G"),
    // Turkic Latin
    ('ə', "A"), ('Ə', "A"), ('ı', "I"), ('İ', "I"), ('ğ', "G"), ('Ğ', "G"), ('ş', "SH"), ('Ş', "SH"), ('ç', "CH"),
    // Greek
    ('υ', "Y"), ('Υ', "Y"), ('ύ', "Y"), ('χ', "CH"), ('Χ', "CH"), ('η', "I"), ('Η', "I"), ('ή', "I"),
];

/// Greek letter groups, accents removed, lower case.
pub(super) const GREEK_GROUPS: &[(&str, &str)] = &[
    ("μπ", "b"), ("ντ", "nt"), ("γκ", "gk"), ("γγ", "ng"), ("ου", "u"), ("αυ", "av"), ("ευ", "ev"), ("τζ", "tz"), ("οι", "i"),
    ("ει", "i"), ("αι", "e"),
];

/// Hands every entry of every table to `put`, in a fixed order, for the digest.
pub(super) fn visit(put: &mut impl FnMut(&str)) {
    for table in [TITLES, DROPPED, DROPPED_INSIDE, GLUED, SERVANT, LEGAL_FORMS, NATIVE_FORMS, HAN_DOUBLE] {
        put("table");
        table.iter().for_each(|entry| put(entry));
    }
    for table in [PLACE_WORDS, HANGUL_FAMILY, GREEK_GROUPS] {
        put("pairs");
        for (from, to) in table {
            put(from);
            put(to);
        }
    }
    put("characters");
    for (from, to) in CHARACTERS {
        put(from.encode_utf8(&mut [0; 4]));
        put(to);
    }
}
