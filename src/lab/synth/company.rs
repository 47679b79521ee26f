//! Companies, accounts and wallets, and how agencies write them down.

use std::borrow::Cow;

use super::Options;
use super::draws::{Draws, Purpose};
use super::fold::fold;
use super::identifiers::{iban, lei, wallet};
use super::mistakes::{ErrorRates, Mistake, misnumber, mistype};
use super::names::{NamingSystem, Part, PartKind, Romanisation, Script};
use super::style::{Case, Diacritics, Style};

/// What a row of the second file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A company.
    LegalPerson,
    /// An account or wallet.
    Asset,
}

/// One row of an agency's file of companies and accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyRow {
    /// The agency's own reference.
    pub id: String,
    /// Values, aligned with [`COMPANY_COLUMNS`].
    pub cells: Vec<String>,
    /// What it is about.
    pub subject: Subject,
    /// The company or asset, by its number in the population.
    pub company: usize,
    /// What went wrong in this record.
    pub mistakes: Vec<Mistake>,
}

/// Columns of every file of companies and accounts.
pub const COMPANY_COLUMNS: [&str; 8] = ["ref", "role", "company", "reg_no", "reg_country", "lei", "iban", "wallet"];

/// One invented company or asset.
#[derive(Clone, Debug)]
pub(super) struct Company {
    subject: Subject,
    country: &'static Country,
    name: String,
    form: &'static [&'static str],
    registration: String,
    lei: Option<String>,
    iban: Option<String>,
    wallet: Option<String>,
}

/// What differs between countries. Accounts need true country codes, since their lengths follow from them.
#[derive(Debug)]
struct Country {
    code: &'static str,
    /// Pattern of the account number within the IBAN.
    account: &'static str,
    registration: &'static str,
    /// Legal forms, each in the ways it is written.
    forms: &'static [&'static [&'static str]],
    /// Naming system of founders' names.
    founders: NamingSystem,
    branches: &'static [&'static str],
}

impl Subject {
    /// The subject as the role column states it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LegalPerson => "legal-person",
            Self::Asset => "asset",
        }
    }
}

/// The first `shared_companies` are known to every agency, then come those of the first agency alone, and so on.
pub(super) fn companies(options: &Options) -> Vec<Company> {
    let shared = options.shared_companies;
    (0..shared + options.agencies * (options.companies - shared))
        .map(|index| company(&mut Draws::new(options.seed, Purpose::Company, 0, index)))
        .collect()
}

fn company(draws: &mut Draws) -> Company {
    let country = &COUNTRIES[draws.below(COUNTRIES.len())];
    let subject = if draws.chance(0.6) { Subject::LegalPerson } else { Subject::Asset };
    let wallet_only = subject == Subject::Asset && draws.chance(0.4);
    let account = !wallet_only && (subject == Subject::Asset || draws.chance(0.8));
    Company {
        subject,
        country,
        name: name(country, draws),
        form: country.forms[draws.weighted(&[5, 2, 1][..country.forms.len().min(3)])],
        registration: draws.pattern(country.registration),
        lei: draws.chance(0.35).then(|| lei(draws)),
        iban: account.then(|| iban(country.code, country.account, draws)),
        wallet: (wallet_only || draws.chance(0.1)).then(|| wallet(draws)),
    }
}

/// A coined word or a founder's surname, and what the company does.
fn name(country: &Country, draws: &mut Draws) -> String {
    let branch = draws.pick(country.branches);
    let cyrillic = Script::Cyrillic.contains(branch.chars().next().unwrap_or(' '));
    let founder = draws.chance(0.3);
    let first = if founder {
        let parts = country.founders.person(super::names::Gender::Male, draws);
        let family = parts.into_iter().find(|part| part.kind == PartKind::Family);
        family.map(|part| match cyrillic {
            true => part.native.into_owned(),
            false => country.founders.romanise(&part, Romanisation::Passport),
        })
    } else {
        None
    };
    let first = first.unwrap_or_else(|| {
        let (starts, ends) = if cyrillic { (CYRILLIC_STARTS, CYRILLIC_ENDS) } else { (STARTS, ENDS) };
        format!("{}{}", pick_word(starts, draws), pick_word(ends, draws))
    });
    if draws.chance(0.12) && !cyrillic {
        return format!("{first} & {} {branch}", pick_word(SECOND, draws));
    }
    format!("{first} {branch}")
}

fn pick_word(text: &'static str, draws: &mut Draws) -> &'static str {
    let words: Vec<&str> = text.split_whitespace().collect();
    draws.pick(&words)
}

/// Writes a company or asset down. The row has no reference yet.
pub(super) fn record(
    company: &Company,
    index: usize,
    style: &Style,
    rates: &ErrorRates,
    draws: &mut Draws,
) -> CompanyRow {
    let mut mistakes = Vec::new();
    let asset = company.subject == Subject::Asset;
    let named = draws.chance(if asset { 0.4 } else { 0.98 });
    let name = written_name(company, style, rates, draws, &mut mistakes);
    let registered = !asset && draws.chance(0.7);
    let registration = number(&company.registration, &[2, 5], rates, draws, &mut mistakes);
    let mut identifier = |value: &Option<String>, share: f64, groups: &[usize]| {
        let known = draws.chance(share);
        let value = value.as_ref().filter(|_| known);
        value.map(|value| number(value, groups, rates, draws, &mut mistakes)).unwrap_or_default()
    };
    let lei = if asset { String::new() } else { identifier(&company.lei, 0.65, &[4, 8, 12, 16]) };
    // An asset without its account or wallet would be nothing.
    let iban = identifier(&company.iban, if asset { 1.0 } else { 0.65 }, &[4, 8, 12, 16, 20, 24, 28]);
    let wallet = identifier(&company.wallet, if asset { 1.0 } else { 0.7 }, &[]);
    let cells = vec![
        String::new(),
        company.subject.name().to_owned(),
        if named || (!registered && !asset) { name } else { String::new() },
        if registered { registration } else { String::new() },
        if registered { company.country.code.to_owned() } else { String::new() },
        lei,
        iban,
        wallet,
    ];
    CompanyRow { id: String::new(), cells, subject: company.subject, company: index, mistakes }
}

/// The name with one of the ways to write its legal form, in the agency's script and case.
fn written_name(
    company: &Company,
    style: &Style,
    rates: &ErrorRates,
    draws: &mut Draws,
    mistakes: &mut Vec<Mistake>,
) -> String {
    let cyrillic = company.name.chars().any(|sign| Script::Cyrillic.contains(sign));
    let native = style.native.contains(&Script::Cyrillic);
    let mut name = company.name.clone();
    if cyrillic && !native {
        let part = Part { kind: PartKind::Family, native: Cow::Owned(name), spellings: &[] };
        name = company.country.founders.romanise(&part, style.romanisation);
    }
    if draws.chance(rates.typing) {
        let typed = mistype(&name, draws);
        if typed != name {
            name = typed;
            mistakes.push(Mistake::Typing);
        }
    }
    if draws.chance(0.3) {
        name = name.replace(" & ", draws.pick(&[" and ", " und ", " et ", " y ", " u. ", " + "]));
    }
    let forms: Vec<&str> = company
        .form
        .iter()
        .copied()
        .filter(|form| !cyrillic || native == form.chars().any(|sign| Script::Cyrillic.contains(sign)))
        .collect();
    let form = draws.pick(&forms);
    if !draws.chance(rates.dropped_part) {
        // In the east the form stands first.
        name = if cyrillic { format!("{form} «{name}»") } else { format!("{name} {form}") };
    } else {
        mistakes.push(Mistake::DroppedPart);
    }
    if cyrillic && (!native || draws.chance(0.3)) {
        let quotes: &[_] = &['«', '»'];
        let marks = draws.pick(&["\"", "", "'"]);
        name = name.replace(quotes, marks);
    }
    let name = if style.romanisation == Romanisation::English && !native {
        fold(&name, Diacritics::Stripped)
    } else {
        fold(&name, style.diacritics)
    };
    if style.case == Case::Upper { name.to_uppercase() } else { name }
}

/// An identifier as somebody typed it: as it is, with spaces or hyphens, in small letters; at times wrong.
fn number(value: &str, groups: &[usize], rates: &ErrorRates, draws: &mut Draws, mistakes: &mut Vec<Mistake>) -> String {
    let form = draws.below(10);
    let mut value = value.to_owned();
    if draws.chance(rates.wrong_number) {
        value = misnumber(&value, draws);
        mistakes.push(Mistake::WrongNumber);
    }
    match form {
        0..=3 if value.contains(' ') => value.replace(' ', ""),
        0..=2 => grouped(&value, groups, ' '),
        3 => grouped(&value, groups, '-'),
        4 => value.to_lowercase(),
        _ => value,
    }
}

fn grouped(value: &str, groups: &[usize], between: char) -> String {
    let mut out = String::new();
    for (at, sign) in value.chars().enumerate() {
        if groups.contains(&at) && sign != ' ' {
            out.push(between);
        }
        out.push(sign);
    }
    out
}

const STARTS: &str = "Nor Sud Alt Ver Cal Med Tri Mar Lum Sol Aer Bal Cor Del Fer Gal Hel Ish Jov Kar Lex Mon Nav Opt Pan \
    Quant Ros Sil Ter Uni Val West Xan Zen Atl Bor Cen Dor Est Fal Gran Hor";
const ENDS: &str = "tex ora ix anta ium eon ara ex ona istra alis emar intra oplan amed avia ent esta ival orix umara eko inor \
    atec osan ulon ydra olin";
const SECOND: &str = "Partner Söhne Hijos Figli Sons Brothers Associés Kollegen Cie Fratelli";
const CYRILLIC_STARTS: &str = "Север Юг Вест Ост Транс Рос Бел Пром Агро Строй Нефте Лес Метал Сиб Волга Днепр Альфа Мега \
    Техно Евро Авто Эко Омега Кристал";
const CYRILLIC_ENDS: &str =
    "торг логистик строй сервис транс инвест комплект ресурс маш импорт снаб пром капитал гарант";

const COUNTRIES: [Country; 16] = [
    Country {
        code: "DE",
        account: "18n",
        registration: "HRB 5n",
        forms: &[
            &["GmbH", "Gesellschaft mit beschränkter Haftung", "G.m.b.H."],
            &["UG (haftungsbeschränkt)", "UG"],
            &["AG", "Aktiengesellschaft"],
        ],
        founders: NamingSystem::European,
        branches: &["Handel", "Logistik", "Transporte", "Spedition", "Bau", "Immobilien", "Reisen", "Personalservice"],
    },
    Country {
        code: "AT",
        account: "16n",
        registration: "FN 6n",
        forms: &[&["GmbH", "Ges.m.b.H.", "Gesellschaft m.b.H."], &["KG", "Kommanditgesellschaft"]],
        founders: NamingSystem::European,
        branches: &["Handels", "Güterbeförderung", "Tourismus", "Bauträger", "Reinigung", "Vermittlung"],
    },
    Country {
        code: "FR",
        account: "5n5n11c2n",
        registration: "9n",
        forms: &[
            &["SARL", "S.A.R.L.", "Société à responsabilité limitée"],
            &["SAS", "S.A.S."],
            &["SA", "S.A.", "Société anonyme"],
        ],
        founders: NamingSystem::Arabic,
        branches: &["Transports", "Négoce", "Voyages", "Bâtiment", "Services", "Import Export", "Immobilier"],
    },
    Country {
        code: "ES",
        account: "20n",
        registration: "B8n",
        forms: &[&["S.L.", "SL", "Sociedad Limitada"], &["S.A.", "SA", "Sociedad Anónima"]],
        founders: NamingSystem::Spanish,
        branches: &["Transportes", "Construcciones", "Viajes", "Comercio", "Inversiones", "Servicios", "Hostelería"],
    },
    Country {
        code: "IT",
        account: "1a10n12c",
        registration: "11n",
        forms: &[&["S.r.l.", "SRL", "Srl"], &["S.p.A.", "SpA", "SPA"]],
        founders: NamingSystem::European,
        branches: &["Trasporti", "Costruzioni", "Viaggi", "Servizi", "Commerciale", "Immobiliare"],
    },
    Country {
        code: "GB",
        account: "4a14n",
        registration: "8n",
        forms: &[&["Ltd", "Limited", "Ltd."], &["PLC", "plc", "P.L.C."], &["LLP", "L.L.P."]],
        founders: NamingSystem::Bengali,
        branches: &["Trading", "Logistics", "Travel", "Holdings", "Construction", "Services", "Payments"],
    },
    Country {
        code: "PL",
        account: "24n",
        registration: "10n",
        forms: &[
            &["sp. z o.o.", "Sp. z o.o.", "Sp z oo", "Spółka z ograniczoną odpowiedzialnością"],
            &["S.A.", "SA", "Spółka Akcyjna"],
        ],
        founders: NamingSystem::European,
        branches: &["Transport", "Budownictwo", "Handel", "Usługi", "Spedycja", "Praca Tymczasowa"],
    },
    Country {
        code: "TR",
        account: "22n",
        registration: "6n-n",
        forms: &[&["A.Ş.", "AŞ", "AS", "Anonim Şirketi"], &["Ltd. Şti.", "Limited Şirketi", "LTD STI"]],
        founders: NamingSystem::Turkish,
        branches: &["Nakliyat", "Turizm", "İnşaat", "Ticaret", "Lojistik", "Dış Ticaret", "Gıda"],
    },
    Country {
        code: "RO",
        account: "4a16c",
        registration: "J2n/4n/2n",
        forms: &[&["SRL", "S.R.L.", "S.R.L"], &["SA", "S.A."]],
        founders: NamingSystem::European,
        branches: &["Trans", "Construct", "Comerț", "Logistic", "Turism", "Consulting"],
    },
    Country {
        code: "UA",
        account: "6n19c",
        registration: "8n",
        forms: &[&["ТОВ", "TOV", "LLC", "LLC TOV"], &["ПП", "PP", "Private Enterprise"]],
        founders: NamingSystem::Ukrainian,
        branches: &["Трейд", "Логістика", "Буд", "Агро", "Сервіс", "Тур"],
    },
    Country {
        code: "BY",
        account: "4c4n16c",
        registration: "9n",
        forms: &[&["ООО", "OOO", "LLC", "Ltd"], &["ОАО", "OAO", "JSC"]],
        founders: NamingSystem::Russian,
        branches: &["Трейд", "Логистика", "Строй", "Экспорт", "Сервис", "Тур"],
    },
    Country {
        code: "KZ",
        account: "3n13c",
        registration: "12n",
        forms: &[&["ТОО", "TOO", "LLP"], &["АО", "AO", "JSC"]],
        founders: NamingSystem::Russian,
        branches: &["Транзит", "Логистик", "Курылыс", "Инвест", "Трейдинг", "Сервис"],
    },
    Country {
        code: "AE",
        account: "19n",
        registration: "7n",
        forms: &[&["LLC", "L.L.C.", "L.L.C"], &["FZE", "F.Z.E."], &["FZCO", "FZ-LLC"]],
        founders: NamingSystem::Persian,
        branches: &["General Trading", "Shipping", "Exchange", "Tourism", "Real Estate", "Gold"],
    },
    Country {
        code: "CY",
        account: "8n16c",
        registration: "HE 6n",
        forms: &[&["Ltd", "Limited"]],
        founders: NamingSystem::European,
        branches: &["Shipping", "Holdings", "Nominees", "Trading", "Ventures", "Marine"],
    },
    Country {
        code: "GE",
        account: "2a16n",
        registration: "9n",
        forms: &[&["LLC", "Ltd", "L.L.C."]],
        founders: NamingSystem::Turkish,
        branches: &["Transit", "Cargo", "Travel", "Trade", "Logistics", "Group"],
    },
    Country {
        code: "GR",
        account: "7n16c",
        registration: "12n",
        forms: &[&["A.E.", "AE", "S.A."], &["E.P.E.", "EPE", "Ltd"]],
        founders: NamingSystem::European,
        branches: &["Naftiliaki", "Emporiki", "Techniki", "Metafores", "Touristiki"],
    },
];
