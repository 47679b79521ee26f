//! Georgian names: given name, surname from a stem and -shvili, -dze, -ia and their kin; romanised by rule.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table, capitalised};

pub(super) static SYSTEM: System = System {
    name: "georgian",
    script: Script::Georgian,
    new_year: 6,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![given(gender, draws)],
    romanise,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 6));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 6));
static STEMS: LazyLock<Table> = LazyLock::new(|| Table::words(STEM_TEXT, 15));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let endings = ["შვილი", "შვილი", "შვილი", "ძე", "ძე", "ძე", "ია", "უა", "ანი", "იანი", "ური", "ავა"];
    let given = given(gender, draws);
    let stem = &STEMS.pick(draws).native;
    let ending = draws.pick(&endings);
    // A stem in a vowel takes the long endings as it is and loses the vowel before the others.
    let stem = if ["შვილი", "ძე"].contains(&ending) {
        stem
    } else {
        stem.trim_end_matches(['ა', 'ი', 'ე', 'უ'])
    };
    vec![given, Part::new(PartKind::Family, format!("{stem}{ending}"))]
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &MEN } else { &WOMEN }, draws)
}

/// Letters under, in this order: the national system of 2002 (passport, English), French, German, ISO 9984.
const LETTERS: [(char, [&str; 4]); 33] = [
    ('ა', ["a", "a", "a", "a"]),
    ('ბ', ["b", "b", "b", "b"]),
    ('გ', ["g", "gu", "g", "g"]),
    ('დ', ["d", "d", "d", "d"]),
    ('ე', ["e", "é", "e", "e"]),
    ('ვ', ["v", "v", "w", "v"]),
    ('ზ', ["z", "z", "s", "z"]),
    ('თ', ["t", "t", "t", "t’"]),
    ('ი', ["i", "i", "i", "i"]),
    ('კ', ["k", "k", "k", "k"]),
    ('ლ', ["l", "l", "l", "l"]),
    ('მ', ["m", "m", "m", "m"]),
    ('ნ', ["n", "n", "n", "n"]),
    ('ო', ["o", "o", "o", "o"]),
    ('პ', ["p", "p", "p", "p"]),
    ('ჟ', ["zh", "j", "sch", "ž"]),
    ('რ', ["r", "r", "r", "r"]),
    ('ს', ["s", "s", "s", "s"]),
    ('ტ', ["t", "t", "t", "t"]),
    ('უ', ["u", "ou", "u", "u"]),
    ('ფ', ["p", "p", "p", "p’"]),
    ('ქ', ["k", "k", "k", "k’"]),
    ('ღ', ["gh", "gh", "gh", "ḡ"]),
    ('ყ', ["q", "q", "q", "q"]),
    ('შ', ["sh", "ch", "sch", "š"]),
    ('ჩ', ["ch", "tch", "tsch", "č’"]),
    ('ც', ["ts", "ts", "z", "c’"]),
    ('ძ', ["dz", "dz", "ds", "j"]),
    ('წ', ["ts", "ts", "z", "c"]),
    ('ჭ', ["ch", "tch", "tsch", "č"]),
    ('ხ', ["kh", "kh", "ch", "x"]),
    ('ჯ', ["j", "dj", "dsch", "ǰ"]),
    ('ჰ', ["h", "h", "h", "h"]),
];

fn romanise(part: &Part, standard: Romanisation) -> String {
    let column = match standard {
        Romanisation::Passport | Romanisation::English => 0,
        Romanisation::French => 1,
        Romanisation::German => 2,
        Romanisation::Scholarly => 3,
    };
    let letter = |sign| LETTERS.iter().find(|(georgian, _)| *georgian == sign).map_or("", |(_, latin)| latin[column]);
    capitalised(&part.native.chars().map(letter).collect::<String>())
}

const MEN_TEXT: &str = "გიორგი დავით ლუკა ნიკა ლევან ზურაბ ირაკლი თორნიკე ალექსანდრე მიხეილ ვახტანგ თემურ გელა მამუკა \
    ზაზა კახა გოჩა ვაჟა თენგიზ ოთარ ნოდარ შალვა რამაზ ავთანდილ ბესიკ გია დიმიტრი ემზარ ზვიად თამაზ იოსებ კობა ლაშა \
    მალხაზ მერაბ ნუგზარ პაატა რევაზ სანდრო საბა სერგო ტარიელ უშანგი ფრიდონ ქართლოს ჯემალ ჯუმბერ ბაჩო გურამ დათო \
    ელგუჯა ვანო ილია კონსტანტინე მათე ნიკოლოზ პეტრე რატი სოსო შოთა ცოტნე არჩილ ბადრი გივი";
const WOMEN_TEXT: &str = "ნინო მარიამ თამარ ანა ნანა ეკა მაია ქეთევან ნათია სალომე თეა ლელა მანანა ნატო ელენე ირმა ლიანა \
    მზია ეთერ ციცინო თინათინ ნესტან მედეა დალი ლია ნუცა ლანა სოფიო ხატია თეონა ქრისტინე მაკა შორენა ინგა რუსუდან გვანცა \
    ელისო ლამარა ნელი ოლღა პიკრია ჟუჟუნა სოფიკო ფატი ღვთისო ჩიორა ციალა ძიძია ჯულიეტა ბელა დარეჯან ევა ვარდო ია";
const STEM_TEXT: &str = "გიორგი ბერი მამა კვარაცხელი ლომი მაისურა ჯავახი წიკლაურა გელა კაპანა ნოზა ბოლქვა მიქა დოლი \
    ხუციშა ქავთარა ჩხეი ბურჯანა ღვინია აბრამი მელი ტაბატა ჭანტურა ბაღათურა თოფური ვაშა ცინცა კობა ლაბა მჭედლი ნადირა \
    ოქრო პაპა რობაქი სამხარა ტყემალა ურუშა ფარცხალა ქუთათელა ყიფი შენგელი ჩიქო ცაგარე ძნელა წერე ჭავჭავა ხარა ჯანაში \
    ასათი ბარათა გოგი დათუა ელი ვარდო ზარნა თოდა იმნა კიკნა ლორთქიფანი მაჭარა ნაცვლი ომა პეტრია რამი სულხანი";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_surname_has_a_form_under_each_standard() {
        let part = Part::new(PartKind::Family, "ჭავჭავაძე");
        assert_eq!(romanise(&part, Romanisation::Passport), "Chavchavadze");
        assert_eq!(romanise(&part, Romanisation::French), "Tchavtchavadzé");
        assert_eq!(romanise(&part, Romanisation::German), "Tschawtschawadse");
        assert_eq!(romanise(&part, Romanisation::Scholarly), "Čavčavaje");
    }
}
