//! Polish, Czech, Romanian and German names: Latin letters with ogoneks, háčeks, commas below and umlauts.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, as_written};

pub(super) static SYSTEM: System = System {
    name: "european",
    script: Script::Latin,
    new_year: 2,
    person,
    given: |gender, draws| {
        let language = language(draws);
        given(language, gender, draws)
    },
    alias: |gender, draws| {
        let language = language(draws);
        given(language, gender, draws).into_iter().take(1).collect()
    },
    romanise: as_written,
};

/// The tables of one language, and how its surnames vary and grow.
struct Language {
    men: Table,
    women: Table,
    surnames: Table,
    stems: Table,
    endings: &'static [&'static str],
    /// Ending of a man's surname and the woman's instead; an empty ending is added to any consonant.
    feminine: &'static [(&'static str, &'static str)],
}

static LANGUAGES: LazyLock<[Language; 4]> = LazyLock::new(|| {
    let language = |[men, women, surnames, stems]: [&str; 4], endings, feminine| Language {
        men: Table::words(men, 5),
        women: Table::words(women, 5),
        surnames: Table::words(surnames, 8),
        stems: Table::words(stems, 30),
        endings,
        feminine,
    };
    [
        language(
            POLISH,
            &["owski", "iński", "ak", "czyk", "ewicz", "ski", "ka"],
            &[("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"), ("ny", "na")],
        ),
        language(
            CZECH,
            &["ek", "ka", "ák", "ovský", "ec", "il"],
            &[("ský", "ská"), ("ý", "á"), ("ek", "ková"), ("", "ová")],
        ),
        language(ROMANIAN, &["escu", "eanu", "aru", "oiu", "iță"], &[]),
        language(GERMAN, &["mann", "meier", "bauer", "hofer", "müller", "berger", "ner", "schläger"], &[]),
    ]
});

fn language(draws: &mut Draws) -> &'static Language {
    &LANGUAGES[draws.weighted(&[4, 2, 3, 4])]
}

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let language = language(draws);
    let mut parts = given(language, gender, draws);
    let man = if draws.chance(0.6) {
        language.surnames.pick(draws).native.clone()
    } else {
        format!("{}{}", language.stems.pick(draws).native, draws.pick(language.endings))
    };
    let feminine = language.feminine.iter().find(|(ending, _)| {
        man.ends_with(ending) && !(ending.is_empty() && man.ends_with(|last| "aáeéiíoóuúůyý".contains(last)))
    });
    let surname = match feminine {
        Some((ending, woman)) if gender == Gender::Female => format!("{}{woman}", &man[..man.len() - ending.len()]),
        _ => man,
    };
    parts.push(Part::new(PartKind::Family, surname));
    parts
}

fn given(language: &'static Language, gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let table = if gender == Gender::Male { &language.men } else { &language.women };
    let mut parts = vec![super::part(PartKind::Given, table, draws)];
    if draws.chance(0.25) {
        let second = super::part(PartKind::SecondGiven, table, draws);
        if second.native != parts[0].native {
            parts.push(second);
        }
    }
    parts
}

/// Men's names, women's names, surnames, stems of surnames.
const POLISH: [&str; 4] = [
    "Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jan Jakub Grzegorz Łukasz Wojciech Mateusz Zbigniew Dariusz Kamil \
     Jarosław Sławomir Kazimierz Władysław Bartłomiej Rafał Mirosław Stanisław Przemysław Zdzisław Bogusław Radosław",
    "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Magdalena Elżbieta Krystyna Joanna Zofia Wiesława Bożena Grażyna \
     Stanisława Danuta Iwona Halina Paulina Żaneta Jadwiga Łucja Kazimiera Świętosława Beata Dorota Urszula Kinga",
    "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur \
     Jankowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Król Wróbel Wieczorek Jabłoński Dudek \
     Adamczyk Nowicki Pająk Stępień Górski Sikora Walczak Rutkowski Baran Michalak Szewczyk Ostrowski Pietrzak Jasiński \
     Wróblewski Sadowski Zalewski Duda Jakubowski Gołębiowski Cieślak Kołodziej Błaszczyk Sobczak Świątek Mróz Żak",
    "Brzez Chmiel Dąb Gór Jarz Klim Łuk Maj Ogród Pawl Rój Sław Świerk Wierzb Wilcz Wron Zbroj Żelaz Borow Czarn Drozd \
     Gaj Janus Kras Lip Malin Nied Orl Piask Rogal Sosn Toma Urban Warz Zimn",
];
const CZECH: [&str; 4] = [
    "Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František Jakub Milan Karel Lukáš David \
     Vladimír Ondřej Ladislav Roman Stanislav Marek Radek Vojtěch Antonín Daniel Matěj Filip",
    "Jana Marie Eva Hana Anna Lenka Kateřina Lucie Věra Alena Petra Veronika Jaroslava Tereza Martina Michaela Jitka Helena \
     Ludmila Zdeňka Ivana Jarmila Monika Zuzana Božena Markéta Marcela Dagmar Růžena Vlasta Šárka Žofie",
    "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Pospíšil Marek Hájek Jelínek Král \
     Růžička Beneš Fiala Sedláček Doležal Zeman Kolář Krejčí Navrátil Čermák Urban Vaněk Blažek Kříž Kopecký \
     Kovář Konečný Malý Holub Čech Štěpánek Staněk Kadlec Dostál Soukup Šťastný Mareš Moravec Sýkora Tichý Vávra Matoušek",
    "Beran Bílo Bouř Čáp Dráb Holeč Hrub Chlád Jaroš Javor Klouč Kott Liš Mach Mráz Olš Pol Řeh Sluneč Šim Trn Válk Vich \
     Zám Halam Kos Pech Ryb",
];
const ROMANIAN: [&str; 4] = [
    "Ion Vasile Gheorghe Constantin Nicolae Andrei Mihai Alexandru Ștefan Ionuț Florin Marian Adrian Cristian Daniel \
     Gabriel Bogdan Dumitru Marius Cătălin Răzvan Ciprian Lucian Sorin Costel Cosmin Sebastian Liviu Octavian Petre",
    "Maria Elena Ana Ioana Mihaela Andreea Cristina Daniela Alexandra Mariana Florentina Gabriela Ecaterina Simona Raluca \
     Ștefania Nicoleta Anca Roxana Loredana Camelia Luminița Viorica Aurelia Tatiana Lăcrămioara Sânziana Doina Rodica",
    "Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu Constantin Dinu Șerban Marin Lazăr \
     Moldovan Florea Pârvu Nistor Oprea Tudor Sandu Preda Barbu Dobre Enache Voicu Bălan Pop Mureșan Câmpeanu Țurcanu \
     Dragomir Ungureanu Mocanu Cojocaru Bucur Neagu Văduva Tănase Ștefănescu Crăciun Chiriță Anghel Iacob Vlad Negru",
    "Albu Bogd Bușt Călin Crist Dan Dumitr Fil Geor Grig Ilie Ionaș Lup Mărg Mih Negr Olt Petr Rădul Săv Stăn Șerb Tod Țig \
     Vas Văc Vlăd Zamf",
];
const GERMAN: [&str; 4] = [
    "Thomas Michael Andreas Stefan Christian Peter Klaus Jürgen Günther Wolfgang Hans Jörg Björn Sören Jürg Uwe Matthias \
     Markus Bernd Ralf Frank Martin Dieter Rainer Götz Lüder Florian Sebastian Tobias Jan Felix Jonas Lukas Lennart",
    "Sabine Petra Monika Ursula Renate Andrea Claudia Birgit Susanne Karin Gisela Brigitte Heike Ute Käthe Bärbel Jördis \
     Stefanie Nicole Anja Katrin Julia Sandra Lena Laura Johanna Hannelore Helga Inge Gerda Ulrike Dörte Silke",
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf \
     Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Lehmann Köhler Maier \
     Möller König Huber Kaiser Fuchs Böhm Jäger Groß Weiß Günther Schütz Lübke Hähnel Kühn Böttcher Strauß Voß Büchner",
    "Acker Bach Berg Birn Brück Buch Eich Feld Forst Göd Grün Hirsch Hof Holz Kirch Kös Lind Löw Mühl Neu Nieder Ober Öhl \
     Rös Sand Stein Süß Thal Wald Wies Wün Zell",
];
