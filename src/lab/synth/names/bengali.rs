//! Bengali names: a title-like first name, a given name, a surname; spelt in English in many ways.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, transliteration};

pub(super) static SYSTEM: System = System {
    name: "bengali",
    script: Script::Bengali,
    new_year: 70,
    person,
    given,
    alias: given,
    romanise: transliteration::romanise,
};

static TITLES: LazyLock<Table> = LazyLock::new(|| Table::lines(TITLE_TEXT, 1));
static MEN: LazyLock<Table> = LazyLock::new(|| Table::lines(MEN_TEXT, 8));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::lines(WOMEN_TEXT, 8));
static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::lines(SURNAME_TEXT, 4));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = given(gender, draws);
    // Many have no inherited surname: another given name of a man stands last.
    let table = if draws.chance(0.35) { &MEN } else { &SURNAMES };
    parts.push(super::part(PartKind::Family, table, draws));
    parts
}

fn given(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    if gender == Gender::Female {
        return vec![super::part(PartKind::Given, &WOMEN, draws)];
    }
    let own = super::part(PartKind::Given, &MEN, draws);
    if draws.chance(0.5) {
        let title = super::part(PartKind::Given, &TITLES, draws);
        return vec![title, Part { kind: PartKind::SecondGiven, ..own }];
    }
    vec![own]
}

const TITLE_TEXT: &str = "
মোহাম্মদ Mohāmmad Mohammad Mohammad Md Mohammed Muhammad Mohd
আবদুল Ābdul Abdul Abdoul Abdool Abd
শেখ Shekh Sheikh Cheikh Sk Shaikh
সৈয়দ Saiyad Syed Sayed Sayeed
";
/// Native, scholarly, English, French, others.
const MEN_TEXT: &str = "
রহিম Rahim Rahim Rahim Raheem
করিম Karim Karim Karim Kareem
রহমান Rahmān Rahman Rahman Rahaman
হাসান Hāsān Hasan Hassan Hassan
হোসেন Hosen Hossain Hossein Hussain Hossen
আলম Ālam Alam Alam
ইসলাম Islām Islam Islam
কামাল Kāmāl Kamal Kamal
জামাল Jāmāl Jamal Djamal
রফিক Raphik Rafiq Rafic Rafik Rafique
শফিক Shaphik Shafiq Chafic Shafik
সালাম Sālām Salam Salam
সেলিম Selim Selim Selim Salim
নাসির Nāsir Nasir Nassir Naser
জহির Jahir Zahir Zahir Jahir
আনোয়ার Ānoyār Anwar Anouar Anowar
মনির Manir Monir Monir Munir
বাবুল Bābul Babul Baboul
মিজান Mijān Mizan Mizan Mijan
ফারুক Phāruk Faruk Farouk Farooq
মাসুদ Māsud Masud Massoud Masood
তারেক Tārek Tareq Tarek Tarik
রাসেল Rāsel Rasel Rassel Russell
সোহেল Sohel Sohel Sohel Suhel
শাহিন Shāhin Shahin Chahine Shaheen
আরিফ Āriph Arif Arif
সুমন Suman Sumon Soumon Suman
রাজু Rāju Raju Radjou
মামুন Māmun Mamun Mamoun Mamoon
হাবিব Hābib Habib Habib
ইমরান Imrān Imran Imran Emran
সাইফুল Sāiphul Saiful Saïfoul Syful
নজরুল Najarul Nazrul Nazroul Nozrul
শহিদুল Shahidul Shahidul Chahidoul
আমিনুল Āminul Aminul Aminoul
মাহবুব Māhabub Mahbub Mahboub Mahabub
জাহাঙ্গীর Jāhāṅgīr Jahangir Djahanguir Jahangeer
আজিজ Ājij Aziz Aziz
বেলাল Belāl Belal Bilal
রুবেল Rubel Rubel Roubel
সজীব Sajīb Sajib Sadjib Sajeeb
তানভীর Tānabhīr Tanvir Tanvir Tanveer
নাঈম Nāīm Naim Naïm Nayeem
শুভ Shubha Shuvo Chouvo
অনিক Anik Anik Anik
গোপাল Gopāl Gopal Gopal
সুব্রত Subrata Subrata Soubrata
দীপক Dīpak Dipak Dipak Deepak
রতন Ratan Ratan Ratan Roton
মিলন Milan Milon Milon
";
/// Native, scholarly, English, French, others.
const WOMEN_TEXT: &str = "
ফাতেমা Phātemā Fatema Fatéma Fatima
আয়েশা Āyeshā Ayesha Aïcha Aysha
খাদিজা Khādijā Khadija Khadidja
রহিমা Rahimā Rahima Rahima
সালমা Sālmā Salma Salma
নাসরিন Nāsrin Nasrin Nasrine Nasreen
শারমিন Shārmin Sharmin Charmine Sharmeen
রোকেয়া Rokeyā Rokeya Rokeya Rokea
জেসমিন Jesmin Jesmin Yasmine Jasmin
পারভীন Pārbhīn Parvin Parvine Parveen
তাসলিমা Tāslimā Taslima Taslima
সুমাইয়া Sumāiyā Sumaiya Soumaya
মরিয়ম Mariyam Mariam Mariam Moriom
নাজমা Nājmā Nazma Nazma Najma
হালিমা Hālimā Halima Halima
রুমা Rumā Ruma Rouma
লিপি Lipi Lipi Lipi
শিরিন Shirin Shirin Chirine
কুলসুম Kulsum Kulsum Koulsoum
সাবিনা Sābinā Sabina Sabina
মুন্নী Munnī Munni Mounni
রিনা Rinā Rina Rina
বিলকিস Bilkis Bilkis Bilkis Bilqis
তানিয়া Tāniyā Tania Tania
সাদিয়া Sādiyā Sadia Sadia
নুসরাত Nusrāt Nusrat Nousrat
মিতু Mitu Mitu Mitou
প্রিয়া Priyā Priya Priya
গীতা Gītā Gita Guita Geeta
লক্ষ্মী Lakshmī Lakshmi Lakchmi Laxmi
";
const SURNAME_TEXT: &str = "
হোসেন Hosen Hossain Hossein Hussain
ইসলাম Islām Islam Islam
রহমান Rahmān Rahman Rahman
আহমেদ Āhmed Ahmed Ahmed Ahmad
খান Khān Khan Khan
মিয়া Miyā Mia Mia Miah
আক্তার Āktār Akter Akter Akhtar
বেগম Begam Begum Begoum
খাতুন Khātun Khatun Khatoun
চৌধুরী Chaudhurī Chowdhury Chowdhury Choudhury Chaudhuri
সরকার Sarkār Sarkar Sarkar Sarker
হক Hak Haque Haque Hoque Huq
উদ্দিন Uddin Uddin Ouddine Uddeen
আলী Ālī Ali Ali
শেখ Shekh Sheikh Cheikh Shaikh
মোল্লা Mollā Molla Molla Mollah
তালুকদার Tālukdār Talukder Taloukder Talukdar
হাওলাদার Hāolādār Howlader Howlader Hawlader
সিকদার Sikdār Sikder Sikder Sikdar
মণ্ডল Maṇḍal Mondal Mondal Mandal
বিশ্বাস Bishbās Biswas Biswas Bishwas
দাস Dās Das Das Dass
রায় Rāy Roy Roy Ray
পাল Pāl Paul Paul Pal
সাহা Sāhā Saha Saha Shaha
ঘোষ Ghosh Ghosh Ghoch Ghose
মজুমদার Majumdār Majumder Mazoumder Mazumdar
ভূঁইয়া Bhūiyā Bhuiyan Bhouiyan Bhuiya
পাটোয়ারী Pāṭoyārī Patwary Patoari Patwari
ফকির Phakir Fakir Fakir
গাজী Gājī Gazi Gazi
কাজী Kājī Kazi Kazi Qazi
মির্জা Mirjā Mirza Mirza
প্রামাণিক Prāmāṇik Pramanik Pramanik
দেওয়ান Deoyān Dewan Dewan
ব্যাপারী Byāpārī Bepari Bepari Byapari
মাতুব্বর Mātubbar Matubbar Matoubbar
খন্দকার Khandakār Khandaker Khandaker Khondoker
আকন্দ Ākand Akand Akand Akanda
লস্কর Laskar Laskar Lascar Lashkar
সেন Sen Sen Sen
দত্ত Datta Dutta Dutta Datta
বর্মন Barman Barman Barman Burman
হালদার Hāldār Halder Halder Haldar
শিকারী Shikārī Shikari Chikari
জমাদার Jamādār Jamadar Djamadar
";
