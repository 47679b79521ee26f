//! Greek names: given name, father's name, surname in the person's gender; ELOT 743 and its rivals.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table, capitalised};

pub(super) static SYSTEM: System = System {
    name: "greek",
    script: Script::Greek,
    new_year: 3,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![given(gender, draws)],
    romanise,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 4));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 4));
static STEMS: LazyLock<Table> = LazyLock::new(|| Table::words(STEM_TEXT, 15));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = vec![given(gender, draws)];
    if draws.chance(0.5) {
        parts.push(super::part(PartKind::Father, &MEN, draws));
    }
    let endings = [
        ("όπουλος", "οπούλου"),
        ("ίδης", "ίδου"),
        ("άκης", "άκη"),
        ("άκος", "άκου"),
        ("έας", "έα"),
        ("ιάδης", "ιάδου"),
    ];
    let (man, woman) = draws.pick(&endings);
    let stem = &STEMS.pick(draws).native;
    parts.push(Part::new(PartKind::Family, format!("{stem}{}", if gender == Gender::Male { man } else { woman })));
    parts
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &MEN } else { &WOMEN }, draws)
}

/// Digraphs first, then letters: passport and English (ELOT 743), French, German, scholarly.
const SOUNDS: [(&str, [&str; 4]); 35] = [
    ("ου", ["ou", "ou", "u", "ou"]),
    ("αυ", ["af", "av", "au", "au"]),
    ("ευ", ["ef", "ev", "eu", "eu"]),
    ("μπ", ["b", "b", "b", "mp"]),
    ("ντ", ["nt", "nd", "nd", "nt"]),
    ("γγ", ["ng", "ng", "ng", "gg"]),
    ("γκ", ["gk", "gk", "gk", "gk"]),
    ("αι", ["ai", "é", "ai", "ai"]),
    ("ει", ["ei", "i", "ei", "ei"]),
    ("οι", ["oi", "i", "oi", "oi"]),
    ("ψ", ["ps", "ps", "ps", "ps"]),
    ("θ", ["th", "th", "th", "th"]),
    ("χ", ["ch", "kh", "ch", "ch"]),
    ("φ", ["f", "ph", "ph", "ph"]),
    ("β", ["v", "v", "w", "b"]),
    ("γ", ["g", "g", "g", "g"]),
    ("δ", ["d", "d", "d", "d"]),
    ("ζ", ["z", "z", "s", "z"]),
    ("η", ["i", "i", "i", "ē"]),
    ("κ", ["k", "k", "k", "k"]),
    ("λ", ["l", "l", "l", "l"]),
    ("μ", ["m", "m", "m", "m"]),
    ("ν", ["n", "n", "n", "n"]),
    ("ξ", ["x", "x", "x", "x"]),
    ("π", ["p", "p", "p", "p"]),
    ("ρ", ["r", "r", "r", "r"]),
    ("σ", ["s", "s", "s", "s"]),
    ("ς", ["s", "s", "s", "s"]),
    ("τ", ["t", "t", "t", "t"]),
    ("υ", ["y", "y", "y", "y"]),
    ("ω", ["o", "o", "o", "ō"]),
    ("α", ["a", "a", "a", "a"]),
    ("ε", ["e", "e", "e", "e"]),
    ("ι", ["i", "i", "i", "i"]),
    ("ο", ["o", "o", "o", "o"]),
];

fn romanise(part: &Part, standard: Romanisation) -> String {
    let column = match standard {
        Romanisation::Passport | Romanisation::English => 0,
        Romanisation::French => 1,
        Romanisation::German => 2,
        Romanisation::Scholarly => 3,
    };
    let plain: String = part.native.to_lowercase().chars().map(without_accent).collect();
    let mut rest = plain.as_str();
    let mut out = String::with_capacity(rest.len());
    while let Some(first) = rest.chars().next() {
        match SOUNDS.iter().find(|(greek, _)| rest.starts_with(greek)) {
            Some((greek, latin)) => {
                out.push_str(latin[column]);
                rest = &rest[greek.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    capitalised(&out)
}

fn without_accent(sign: char) -> char {
    match sign {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' => 'υ',
        'ώ' => 'ω',
        other => other,
    }
}

const MEN_TEXT: &str = "Γεώργιος Ιωάννης Κωνσταντίνος Δημήτριος Νικόλαος Παναγιώτης Βασίλειος Χρήστος Αθανάσιος Μιχαήλ \
    Ευάγγελος Σπυρίδων Αντώνιος Αναστάσιος Θεόδωρος Ανδρέας Χαράλαμπος Αλέξανδρος Εμμανουήλ Ηλίας Σταύρος Πέτρος \
    Σωτήριος Στυλιανός Ελευθέριος Απόστολος Φώτιος Διονύσιος Γρηγόριος Άγγελος Στέφανος Ευστάθιος Παύλος Παρασκευάς \
    Αριστείδης Αργύριος Λεωνίδας Μάρκος Θωμάς Σάββας Ιάκωβος Κυριάκος Λάμπρος Νεκτάριος Περικλής Ραφαήλ Φίλιππος Ορέστης \
    Μάριος Ζήσης Άρης Θεμιστοκλής Αχιλλέας Ιάσων Οδυσσέας Κλεάνθης";
const WOMEN_TEXT: &str = "Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Παρασκευή Άννα \
    Ευαγγελία Ιωάννα Αναστασία Χριστίνα Ειρήνη Παναγιώτα Φωτεινή Ευτυχία Χρυσούλα Στυλιανή Αλεξάνδρα Ευφροσύνη Θεοδώρα \
    Κυριακή Σταυρούλα Ζωή Καλλιόπη Αθανασία Δέσποινα Ευγενία Μαρίνα Αντωνία Σταματία Ανδριάνα Πηνελόπη Ουρανία Λαμπρινή \
    Νίκη Όλγα Ραλλού Σμαράγδα Τριανταφυλλιά Φανή Χαρίκλεια Αγλαΐα Ισμήνη Θάλεια Ναταλία Μυρτώ Δανάη Άρτεμις Ιφιγένεια";
const STEM_TEXT: &str = "Παπαδ Νικολ Γεωργ Δημητρ Κωνσταντιν Ιωανν Αντων Αναγνωστ Βασιλ Θεοδωρ Χριστοδουλ Αθανασ Οικονομ \
    Αλεξ Καραγιανν Μιχαλ Πετρ Σταυρ Μακρ Λαμπρ Ζαχαρ Ηλι Καλογερ Κυριακ Λεωνιδ Μαυρ Ξανθ Παναγιωτ Ραφτ Σωτηρ Τσακ Φωτ \
    Χατζ Ψαρ Αγγελ Βλαχ Γιαννακ Διαμαντ Ευθυμ Ζερβ Θωμ Κουρ Λιακ Μπακ Ντιν Πανταζ Ρουσσ Σαμαρ Τριανταφυλλ Φραγκ Χαραλαμπ \
    Αρβαν Βουτσ Γκικ Δρακ Καρ Κοντ Λουκ Μαντ Στεφαν Σπυρ Στρατ Τσιμ Μελ Κεραμιδ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digraphs_are_one_sound() {
        let part = Part::new(PartKind::Given, "Ευάγγελος");
        assert_eq!(romanise(&part, Romanisation::Passport), "Efangelos");
        assert_eq!(romanise(&part, Romanisation::Scholarly), "Euaggelos");
        let part = Part::new(PartKind::Family, "Παπαδόπουλος");
        assert_eq!(romanise(&part, Romanisation::German), "Papadopulos");
    }
}
