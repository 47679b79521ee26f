//! Ukrainian names: given name, patronymic, surname, often in -енко, -чук, -ський.

use std::sync::LazyLock;

use super::slavic::{self, Language};
use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table};

pub(super) static SYSTEM: System = System {
    name: "ukrainian",
    script: Script::Cyrillic,
    new_year: 4,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![given(gender, draws)],
    romanise: |part: &Part, standard: Romanisation| slavic::romanise(&part.native, standard, Language::Ukrainian),
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 4));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 4));
static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(SURNAME_TEXT, 12));
static STEMS: LazyLock<Table> = LazyLock::new(|| Table::words(STEM_TEXT, 30));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let given = given(gender, draws);
    let father = MEN.pick(draws);
    vec![
        given,
        Part::new(PartKind::Patronymic, patronymic(&father.native, gender)),
        Part::new(PartKind::Family, surname(gender, draws)),
    ]
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &MEN } else { &WOMEN }, draws)
}

fn patronymic(father: &str, gender: Gender) -> String {
    let stem = match father {
        "Микола" => "Микол",
        "Ілля" => "Іллі",
        "Петро" | "Павло" | "Дмитро" => father.trim_end_matches('о'),
        _ => father,
    };
    let (man, woman) = match stem.strip_suffix('й') {
        Some(stem) => (format!("{stem}йович"), format!("{stem}ївна")),
        None if stem.ends_with('і') => (format!("{stem}ч"), format!("{stem}вна")),
        None => {
            let stem = stem.trim_end_matches('ь');
            (format!("{stem}ович"), format!("{stem}івна"))
        }
    };
    if gender == Gender::Male { man } else { woman }
}

fn surname(gender: Gender, draws: &mut Draws) -> String {
    let man = if draws.chance(0.55) {
        SURNAMES.pick(draws).native.clone()
    } else {
        let ending = draws.pick(&["енко", "енко", "чук", "ський", "ак", "ишин", "івець", "ецький", "ко", "ук"]);
        format!("{}{ending}", STEMS.pick(draws).native)
    };
    if gender == Gender::Male {
        return man;
    }
    match man.strip_suffix("ий") {
        Some(stem) => format!("{stem}а"),
        None if ["ов", "ев", "ів", "ин"].iter().any(|ending| man.ends_with(ending)) => format!("{man}а"),
        None => man,
    }
}

const MEN_TEXT: &str = "Олександр Андрій Сергій Володимир Микола Іван Дмитро Віталій Юрій Роман Ігор Василь Михайло \
    Олег Богдан Петро Павло Тарас Ярослав Віктор Назар Євген Максим Артем Денис Владислав Анатолій Руслан Ростислав \
    Степан Григорій Остап Олексій Вадим Любомир Святослав Данило Кирило Орест Зеновій Мирослав Станіслав Валентин \
    Леонід Борис Тимофій В’ячеслав Антон Маркіян Ілля Матвій Ждан Лук’ян Захар Юліан Федір Гнат Гордій Панас Омелян";
const WOMEN_TEXT: &str = "Олена Наталія Тетяна Ірина Оксана Людмила Світлана Марія Галина Юлія Ганна Анна Катерина \
    Надія Ольга Вікторія Інна Валентина Любов Лариса Алла Анастасія Христина Мар’яна Леся Соломія Дарина Богдана \
    Софія Яна Лілія Аліна Зоряна Уляна Роксолана Марта Іванна Мирослава Оляна Руслана Зінаїда Ніна Раїса Віра Ярослава \
    Стефанія Ілона Діана Злата Поліна Євгенія Емілія Лідія Тамара Жанна Антоніна Олеся Квітка Меланія Параска";
const SURNAME_TEXT: &str = "Мельник Шевченко Коваленко Бондаренко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник \
    Шевчук Поліщук Ткачук Савченко Бондар Марченко Руденко Мороз Лисенко Петренко Кравчук Клименко Павленко Савчук \
    Кузьменко Левченко Пономаренко Василенко Волошин Гаврилюк Романенко Харченко Карпенко Мазур Хоменко Мартинюк \
    Козак Литвиненко Костенко Ковальов Пилипенко Данилюк Гончаренко Панченко Яременко Гончарук Козлюк Приходько \
    Сидоренко Тимошенко Демченко Пархоменко Федоренко Остапчук Іваненко Ярошенко Зінченко Тимченко Назаренко Власенко \
    Гуменюк Кириченко Дяченко Степаненко Кучер Дорошенко Андрущенко Іванчук Литвин Семенюк Гриценко Білоус Мельничук \
    Зайченко Палій Ігнатенко Яковенко Антоненко Вовк Кушнір Паламарчук Романюк Яценко Москаленко Гордієнко Кулик \
    Стельмах Швець Білик Ляшенко Бабенко Чорний Білий Кравець Онищенко Юрченко Ющук Рибак Нестеренко Горбань Жук Сорока";
const STEM_TEXT: &str = "Бар Берез Бор Вар Верб Вишн Галаг Глух Гол Горд Гриц Данил Дерев Дорош Дуб Жар Завад Зел Іщ \
    Калин Кам Кир Клим Кол Кос Крив Куз Лев Лит Лук Мак Мартин Мат Медв Мир Мих Нау Ник Онищ Остап Пав Панас Пет Пил \
    Прок Рад Ром Руд Сав Сем Сид Скор Солов Степ Стец Тар Тим Тищ Федор Хар Хом Цимб Чер Чуб Шап Щер Юр Яким Яр Ярош";
