//! Russian names: given name, patronymic, surname, both latter by gender.

use std::sync::LazyLock;

use super::slavic::{self, Language};
use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table};

pub(super) static SYSTEM: System = System {
    name: "russian",
    script: Script::Cyrillic,
    new_year: 4,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![alias(gender, draws)],
    romanise: |part: &Part, standard: Romanisation| slavic::romanise(&part.native, standard, Language::Russian),
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 4));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 4));
static SHORT_MEN: LazyLock<Table> = LazyLock::new(|| Table::words(SHORT_MEN_TEXT, 6));
static SHORT_WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(SHORT_WOMEN_TEXT, 6));
static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(SURNAME_TEXT, 12));
static STEMS: LazyLock<Table> = LazyLock::new(|| Table::words(STEM_TEXT, 40));

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

fn alias(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &SHORT_MEN } else { &SHORT_WOMEN }, draws)
}

/// The father's name with its patronymic ending.
fn patronymic(father: &str, gender: Gender) -> String {
    let (man, woman) = match father {
        "Илья" => return by_gender("Ильич", "Ильинична", gender),
        "Никита" => return by_gender("Никитич", "Никитична", gender),
        "Лев" => return by_gender("Львович", "Львовна", gender),
        "Павел" => return by_gender("Павлович", "Павловна", gender),
        "Пётр" => return by_gender("Петрович", "Петровна", gender),
        _ => ("ович", "овна"),
    };
    let (soft_man, soft_woman) = ("евич", "евна");
    let stem = father.trim_end_matches(['й', 'ь']);
    match father.strip_suffix("ий") {
        Some(stem) => format!("{stem}ь{}", if gender == Gender::Male { soft_man } else { soft_woman }),
        None if stem.len() < father.len() => {
            format!("{stem}{}", if gender == Gender::Male { soft_man } else { soft_woman })
        }
        None => format!("{father}{}", if gender == Gender::Male { man } else { woman }),
    }
}

fn by_gender(man: &str, woman: &str, gender: Gender) -> String {
    if gender == Gender::Male { man } else { woman }.to_owned()
}

/// A common surname, or a rarer one from a stem and an ending, in the person's gender.
fn surname(gender: Gender, draws: &mut Draws) -> String {
    let man = if draws.chance(0.6) {
        SURNAMES.pick(draws).native.clone()
    } else {
        let ending = draws.pick(&["ов", "ов", "ин", "ский", "енко", "ук", "ников", "цев", "овский", "яков"]);
        format!("{}{ending}", STEMS.pick(draws).native)
    };
    if gender == Gender::Male {
        return man;
    }
    match (man.strip_suffix("ий"), man.strip_suffix("ой")) {
        (Some(stem), _) | (_, Some(stem)) => format!("{stem}ая"),
        _ if ["ов", "ев", "ёв", "ин", "ын"].iter().any(|ending| man.ends_with(ending)) => format!("{man}а"),
        _ => man,
    }
}

const MEN_TEXT: &str = "Александр Сергей Дмитрий Андрей Алексей Максим Евгений Иван Михаил Николай Владимир Артём \
    Денис Павел Роман Игорь Антон Илья Юрий Олег Виктор Константин Никита Кирилл Вадим Руслан Анатолий Виталий \
    Станислав Василий Тимур Вячеслав Егор Валерий Данил Геннадий Борис Леонид Григорий Пётр Степан Валентин Эдуард \
    Георгий Марат Ярослав Семён Фёдор Артур Глеб Матвей Владислав Лев Тимофей Ростислав Аркадий Захар Герман Арсений \
    Богдан Платон Всеволод Филипп Родион Давид Мирослав Святослав Альберт Игнат Макар Прохор Савелий Мирон Назар";
const WOMEN_TEXT: &str = "Елена Ольга Анна Татьяна Наталья Екатерина Мария Ирина Анастасия Светлана Юлия Марина \
    Виктория Дарья Людмила Оксана Ксения Галина Алина Александра Валентина Надежда Любовь Евгения Полина Вера Кристина \
    Лариса Алёна Елизавета Яна Нина Инна Тамара Маргарита Диана Лидия Вероника Софья Валерия Зоя Регина Раиса Жанна \
    Эльвира Антонина Карина Ангелина Снежана Варвара Милана Арина Василиса Ульяна Злата Таисия Инесса Клавдия Римма \
    Эмма Лилия Розалия Фаина Майя Зинаида Агата Есения Камила Аделина Мирослава";
const SHORT_MEN_TEXT: &str = "Саша Серёжа Дима Лёша Женя Ваня Миша Коля Вова Паша Рома Костя Витя Толя Слава Вася Боря \
    Гриша Петя Стёпа Федя Гоша Юра Олежа";
const SHORT_WOMEN_TEXT: &str = "Лена Оля Аня Таня Наташа Катя Маша Ира Настя Света Юля Вика Даша Люда Ксюша Галя Надя \
    Люба Лиза Рита Соня Лера Тоня Варя";
const SURNAME_TEXT: &str = "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов \
    Волков Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев \
    Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев \
    Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов \
    Комаров Давыдов Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов \
    Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов \
    Ефимов Федотов Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев Воронин Климов \
    Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов Журавлёв Овчинников Трофимов Леонов Соболев Ермаков \
    Колесников Гончаров Емельянов Никифоров Грачёв Котов Гришин Ефремов Архипов Громов Кириллов Малышев Панов Моисеев \
    Румянцев Акимов Кондратьев Бирюков Горбунов Анисимов Еремин Тихомиров Галкин Лукьянов Михеев Скворцов Юдин \
    Белоусов Нестеров Симонов Прокофьев Харитонов Князев Цветков Левин Митрофанов Воронов Аксёнов Софронов Мальцев \
    Логинов Горшков Савин Краснов Майоров Демидов Елисеев Рыбаков Сафонов Плотников Демин Хохлов Фадеев Молчанов \
    Игнатов Литвинов Ершов Ушаков Дементьев Рябов Мухин Калашников Леонтьев Лобанов Кузин Корнеев Евдокимов Бородин \
    Платонов Некрасов Балашов Бобров Жданов Блинов Игнатьев Коротков Муравьёв Крюков Беляков Богомолов Дроздов \
    Лавров Зуев Петухов Ларин Никулин Серов Терентьев Зотов Устинов Фокин Самойлов Константинов Сахаров Шишкин \
    Самсонов Черкасов Чистяков Носов Спиридонов Карасёв Авдеев Воронцов Зверев Владимиров Селезнёв Нечаев Кудряшов \
    Седов Фирсов Андрианов Панфилов Головин Терехов Ульянов Шестаков Агеев Никонов Селиванов Баженов Гордеев";
const STEM_TEXT: &str = "Бар Берез Бел Бог Бур Вал Вес Вин Вор Глин Гор Град Гром Дуб Жар Жел Завад Зим Зол Камен Кар \
    Кос Крас Крут Кур Лев Лип Луг Мал Мар Мел Мор Нов Остр Пав Пес Плот Пол Раз Рыб Сав Сад Сер Скоб Слав Снег Сол Стар \
    Степ Сух Твер Тер Тул Туман Хват Хлеб Холм Цар Черн Чуб Шап Шум Щег Южан Ягод Ясен Баб Верх Голов Дем Драг Зар Ключ \
    Кол Лад Лос Мир Мос Ник Осин Пар Пет Пуш Род Рус Сид Сот Тар Тим Труб Фил Хар Цвет Чар Чист Шад Шир Юр Яр";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patronymic_follows_the_fathers_ending_and_the_childs_gender() {
        assert_eq!(patronymic("Иван", Gender::Male), "Иванович");
        assert_eq!(patronymic("Сергей", Gender::Female), "Сергеевна");
        assert_eq!(patronymic("Юрий", Gender::Male), "Юрьевич");
        assert_eq!(patronymic("Игорь", Gender::Female), "Игоревна");
        assert_eq!(patronymic("Илья", Gender::Female), "Ильинична");
    }
}
