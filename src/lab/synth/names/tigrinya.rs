//! Tigrinya and Amharic names in Ethiopic letters: own name, father's name, grandfather's name; no surname.
//!
//! The syllabary is romanised by rule. The sixth order stands for a consonant with a short vowel or none, and that
//! one ambiguity makes most of the variants found in registers.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table, capitalised};

pub(super) static SYSTEM: System = System {
    name: "tigrinya",
    script: Script::Ethiopic,
    new_year: 120,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![given(gender, draws)],
    romanise,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::lines(MEN_TEXT, 6));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::lines(WOMEN_TEXT, 6));
static FIRST: LazyLock<Table> = LazyLock::new(|| Table::lines(FIRST_TEXT, 2));
static SECOND: LazyLock<Table> = LazyLock::new(|| Table::lines(SECOND_TEXT, 3));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    vec![given(gender, draws), man(PartKind::Father, draws), man(PartKind::Grandfather, draws)]
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    if gender == Gender::Male {
        return man(PartKind::Given, draws);
    }
    super::part(PartKind::Given, &WOMEN, draws)
}

/// A man's name; one in five is a phrase such as Gebre Medhin, "servant of the Redeemer".
fn man(kind: PartKind, draws: &mut Draws) -> Part {
    if draws.chance(0.8) {
        return super::part(kind, &MEN, draws);
    }
    let (first, second) = (FIRST.pick(draws), SECOND.pick(draws));
    Part::new(kind, format!("{}{}", first.native, second.native))
}

fn romanise(part: &Part, standard: Romanisation) -> String {
    if let (Romanisation::English | Romanisation::Passport, Some(known)) = (standard, part.spellings.first()) {
        return known.clone();
    }
    by_rule(&part.native, standard)
}

/// Consonants by row of the syllabary (its first code point): English, French, German, scholarly.
const ROWS: [(u32, [&str; 4]); 35] = [
    (0x1200, ["h", "h", "h", "h"]),
    (0x1208, ["l", "l", "l", "l"]),
    (0x1210, ["h", "h", "h", "ḥ"]),
    (0x1218, ["m", "m", "m", "m"]),
    (0x1220, ["s", "s", "s", "ś"]),
    (0x1228, ["r", "r", "r", "r"]),
    (0x1230, ["s", "s", "s", "s"]),
    (0x1238, ["sh", "ch", "sch", "š"]),
    (0x1240, ["k", "q", "k", "q"]),
    (0x1250, ["k", "q", "k", "q"]),
    (0x1260, ["b", "b", "b", "b"]),
    (0x1268, ["v", "v", "w", "v"]),
    (0x1270, ["t", "t", "t", "t"]),
    (0x1278, ["ch", "tch", "tsch", "č"]),
    (0x1280, ["h", "h", "h", "ḫ"]),
    (0x1290, ["n", "n", "n", "n"]),
    (0x1298, ["gn", "gn", "nj", "ñ"]),
    (0x12A0, ["", "", "", ""]),
    (0x12A8, ["k", "k", "k", "k"]),
    (0x12B8, ["kh", "kh", "ch", "ḵ"]),
    (0x12C8, ["w", "w", "w", "w"]),
    (0x12D0, ["", "", "", "ʿ"]),
    (0x12D8, ["z", "z", "s", "z"]),
    (0x12E0, ["zh", "j", "sch", "ž"]),
    (0x12E8, ["y", "y", "j", "y"]),
    (0x12F0, ["d", "d", "d", "d"]),
    (0x1300, ["j", "dj", "dsch", "ǧ"]),
    (0x1308, ["g", "gu", "g", "g"]),
    (0x1320, ["t", "t", "t", "ṭ"]),
    (0x1328, ["ch", "tch", "tsch", "č"]),
    (0x1330, ["p", "p", "p", "ṗ"]),
    (0x1338, ["ts", "ts", "z", "ṣ"]),
    (0x1340, ["ts", "ts", "z", "ṣ"]),
    (0x1348, ["f", "f", "f", "f"]),
    (0x1350, ["p", "p", "p", "p"]),
];

fn by_rule(native: &str, standard: Romanisation) -> String {
    let column = match standard {
        Romanisation::Passport | Romanisation::English => 0,
        Romanisation::French => 1,
        Romanisation::German => 2,
        Romanisation::Scholarly => 3,
    };
    let syllables: Vec<(&str, u32)> = native.chars().filter_map(|sign| syllable(sign, column)).collect();
    let mut out = String::new();
    let mut bare = false;
    for (index, &(consonant, order)) in syllables.iter().enumerate() {
        out.push_str(consonant);
        let first = index == 0;
        let last = index + 1 == syllables.len();
        // Another sixth order follows, and is not itself the end.
        let cluster = syllables.get(index + 1).is_some_and(|&(_, order)| order == 5) && index + 2 < syllables.len();
        let vowel = match (order, column) {
            // The first order of the gutturals is read a.
            (0, _) if ["", "h", "ḥ", "ʿ"].contains(&consonant) => "a",
            (0, 0..=2) => "e",
            (0, _) => "ä",
            (1, 1) => "ou",
            (1, _) => "u",
            (2, _) => "i",
            (3, _) => "a",
            (4, 1) => "é",
            (4, 3) => "é",
            (4, _) => "ie",
            (6, _) => "o",
            (7, 2) => "ua",
            (7, _) => "wa",
            // A sixth order is bare at the end and after a vowel, unless another bare consonant follows.
            _ if last || !(first || bare || cluster) => "",
            (_, 3) => "ə",
            _ if first || consonant.is_empty() => "i",
            _ => "e",
        };
        out.push_str(vowel);
        bare = vowel.is_empty();
    }
    capitalised(&out)
}

/// Consonant and order (0 to 7) of one sign.
fn syllable(sign: char, column: usize) -> Option<(&'static str, u32)> {
    let code = u32::from(sign);
    ROWS.iter().find(|(row, _)| *row == code & !7).map(|(_, latin)| (latin[column], code & 7))
}

const FIRST_TEXT: &str = "
ገብረ Gebre
ሃይለ Haile
ወልደ Wolde
ተስፋ Tesfa
ክፍለ Kifle
ሳህለ Sahle
ፍቕረ Fikre
ዘርአ Zera
";
const SECOND_TEXT: &str = "
ማርያም Mariam
መድህን Medhin
ስላሴ Selassie
ሚካኤል Michael
እግዚአብሄር Egziabher
ጊዮርጊስ Giorgis
የሱስ Yesus
ጻድቅ Tsadik
ትንሳኤ Tinsae
ህይወት Hiwet
";
/// Native, usual English spelling, others.
const MEN_TEXT: &str = "
ተስፋይ Tesfay Tesfai Tesfaye
ዮሃንስ Yohannes Johannes Yohanes
ሰመረ Semere Semereh
ዳዊት Dawit Dawid
ኪዳነ Kidane Kidaneh
ብርሃነ Berhane Birhane Brhane
ኣብርሃም Abraham Abrham
ሚካኤል Michael Mikael Mikiel
ዳንኤል Daniel Danel
ሳሙኤል Samuel Samiel
ፍስሃየ Fisehaye Fesehaye Fissehaye
ሃብቶም Habtom Habtu
መሓሪ Mehari Meharie
ኣማኑኤል Amanuel Emanuel Amaniel
ሮቤል Robel Robiel
ፊልሞን Filmon Filimon Philemon
ሄኖክ Henok Hienok
ኢሳቕ Isaac Isak Yisak
ሃይለ Haile Hayle
ገረሱ Geresu
መንግስቱ Mengistu Mengstu
ተኽለ Tekle Teklay Tecle
ክብሮም Kibrom Kubrom
ኣስመላሽ Asmelash Asmelach
ጎይትኦም Goitom Goytom
ዘርኣይ Zeray Zerai
ኣርኣያ Araya Arayah
ሰለሞን Solomon Selemon
ሙሉጌታ Mulugeta Mulgeta
ኣለም Alem
ብንያም Biniam Binyam Benyam
ኤፍሬም Efrem Ephrem
ዮናስ Yonas Jonas
ያሬድ Yared Jared
ናሆም Nahom Nahum
ኤርምያስ Ermias Yermias Ermiyas
ጸጋይ Tsegay Tsegai
በረከት Bereket Berket
ሓጎስ Hagos
ግርማይ Girmay Ghirmay Girmai
ኣፈወርቂ Afewerki Afeworki
ኢያሱ Eyasu Iyasu Yeyasu
ስዩም Seyoum Siyum Seyum
ሃብተ Habte
ረዘነ Rezene
መኮነን Mekonnen Mekonen
ደስታ Desta
ጥላሁን Tilahun
ካሳ Kassa Kasa
ተወልደ Tewelde Teweldeh
ዘካርያስ Zekarias Zacharias
እስጢፋኖስ Estifanos Stefanos
ማቴዎስ Mateos Matheos
ሉቃስ Lukas Luqas
ጴጥሮስ Petros
ጳውሎስ Paulos Pawlos
ኣስገዶም Asghedom Asgedom
ውበት Wubet
ኣሰፋ Asefa Assefa
ከበደ Kebede
በቀለ Bekele Beqele
ኣበበ Abebe
ታደሰ Tadesse Tadese
ወርቁ Worku Werku
ግርማ Girma
ደረጀ Dereje
ሙሴ Mussie Muse
ሃርነት Harnet
";
/// Native, usual English spelling, others.
const WOMEN_TEXT: &str = "
ለተብርሃን Letebrhan Letebirhan
ኣልማዝ Almaz
ሰላም Selam Salam
ራሄል Rahel Rachel
ሄለን Helen Hellen
ትርሓስ Tirhas Trhas
ሳባ Saba
ሓረጉ Haregu
ኣበባ Abeba
ፍርወይኒ Firweyni Frweyni
ማርታ Marta Martha
ሶስና Sosna Sosina
ሩታ Ruta
ሜሮን Meron
ሚልየን Milion
ብርኽቲ Birkti Brkti
ዘውዲ Zewdi
ለምለም Lemlem
ጽጌ Tsige Tsighe
ኣስቴር Aster
ገነት Genet Ghenet
ህይወት Hiwet Hiwot
ኤልሳ Elsa
ዮርዳኖስ Yordanos Jordanos
ሊድያ Lidya Lydia
በጺሔ Betsihe
ንግስቲ Nigisti Nighisti
ኣዜብ Azeb Azieb
መብራት Mebrat Mebrahtu
ዊንታ Winta
ሰናይት Senait Senayt
ፍዮሪ Fiori Fiyori
ሃና Hana Hanna
ምህረት Mihret Mehret
ማህሌት Mahlet Mahliet
ትእግስቲ Tigisti Tigist
ናርዶስ Nardos
ቤተልሄም Betelhem Bethlehem
ኤደን Eden
ሰብለ Seble
ሰንበት Senbet
ኣመተ Amete
ወይኒ Weyni
ሮማን Roman
ደሃብ Dehab
ሓዳስ Hadas
ሉላ Lula Lulla
ሚኪያ Mikia
ዝማም Zimam
ጓል Gual
ኣስመረት Asmeret
ወለላ Welela
ዘነበች Zenebech
ብርቱካን Birtukan
የሺ Yeshi
ሙሉ Mulu
ትርንጎ Tringo
እየሩሳሌም Eyerusalem Yerusalem
ደናሽ Denash
ፋና Fana
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_syllabary_is_romanised_by_rule() {
        assert_eq!(by_rule("ሃይለ", Romanisation::English), "Hayle");
        assert_eq!(by_rule("ኪዳነ", Romanisation::English), "Kidane");
        assert_eq!(by_rule("ብርሃነ", Romanisation::English), "Birhane");
        assert_eq!(by_rule("ብርሃነ", Romanisation::Scholarly), "Bərhanä");
        assert_eq!(by_rule("ገብረ", Romanisation::French), "Guebre");
    }
}
