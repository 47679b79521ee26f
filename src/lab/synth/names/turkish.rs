//! Turkish names: one or two given names and a surname, with ı, ğ, ş and their kin.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, as_written};

pub(super) static SYSTEM: System =
    System { name: "turkish", script: Script::Latin, new_year: 30, person, given, alias: given, romanise: as_written };

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 5));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 5));
static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(SURNAME_TEXT, 8));
static FIRST: LazyLock<Table> = LazyLock::new(|| Table::words(FIRST_TEXT, 20));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = given(gender, draws);
    if draws.chance(0.65) {
        parts.push(super::part(PartKind::Family, &SURNAMES, draws));
    } else {
        // Surnames of the law of 1934 are often two words run together.
        let second =
            draws.pick(&["türk", "oğlu", "kaya", "er", "taş", "demir", "bulut", "han", "can", "soy", "kan", "su"]);
        parts.push(Part::new(PartKind::Family, format!("{}{second}", FIRST.pick(draws).native)));
    }
    parts
}

fn given(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let table = if gender == Gender::Male { &MEN } else { &WOMEN };
    let mut parts = vec![super::part(PartKind::Given, table, draws)];
    if draws.chance(0.22) {
        let second = super::part(PartKind::SecondGiven, table, draws);
        if second.native != parts[0].native {
            parts.push(second);
        }
    }
    parts
}

const MEN_TEXT: &str = "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman \
    Abdullah Mahmut Salih Fatih Emre Burak Can Serkan Hakan Volkan Gökhan Orhan Erhan Kemal Cemal Bülent Levent Erkan \
    Uğur Onur Barış Deniz Yiğit Kaan Berk Tolga Tuncay Turgut Oğuz Oğuzhan Selçuk Şükrü Şahin Şenol Çağlar Çetin Cengiz \
    Recep Bayram Kadir Kenan Metin Müslüm Necati Nihat Rıza Rıdvan Sabri Selim Sinan Tahir Tarık Veli Vedat Yaşar \
    Yılmaz Yavuz Zeki Ziya Umut Ufuk Taner Suat Soner Sedat Savaş Özgür Özkan Nuri Muharrem Ferhat Engin Ercan Emin Eren";
const WOMEN_TEXT: &str = "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Merve Havva Zeliha Esra \
    Özlem Fadime Yasemin Hacer Melek Rabia Hülya Cemile Sevim Gülsüm Leyla Dilek Büşra Aysel Songül Kübra Halime Esma \
    Aynur Hayriye Kadriye Tuğba Rukiye Sevgi Sibel Nurcan Asiye Gülşen Nazlı Derya Filiz Gamze Gizem Gül Güler Ebru \
    Betül Beyza Burcu Canan Ceren Çiğdem Defne Duygu Ece Eda Feride İpek İrem Müzeyyen Nermin Nesrin Nilüfer Nuray \
    Özge Pelin Pınar Seda Selin Serpil Sevda Sıla Şeyma Şükran Tülay Ülkü Yıldız Zübeyde Ayten Bahar Buse";
const SURNAME_TEXT: &str = "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan \
    Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Bulut Can Acar Avcı Aktaş Keskin Yavuz Güneş Tekin \
    Turan Güler Karaca Bozkurt Taş Yüksel Ateş Aksoy Ünal Işık Tunç Gül Uçar Köse Duman Coşkun Karataş Alkan Ceylan \
    Karakaya Özer Şen Sarı Ekinci Albayrak Bayram Toprak Altun Bilgin Kaplan Yalçın Çiftçi Demirci Akın Durmaz Uysal \
    Akgül Özcan Balcı Kartal Erdem Başaran Gündüz Gök Soylu Tosun Durmuş Ergün Uzun Orhan Çoban Deniz Sönmez Karadağ \
    Tan Çınar Oral Ay Esen Eren Bal Aydoğan Sağlam Kalkan Kocaman Şeker Göçer Güven Ertürk Gökçe İnce Öz Ulusoy Pehlivan";
const FIRST_TEXT: &str = "Ak Kara Gök Öz Er Demir Kaya Ay Gün Yıl Taş Bay Tur Ulu Kızıl Yeşil Boz Sarı Altın Gümüş Çelik \
    Dağ Deniz Doğan Şen Can Tok Sağ Ün Güç Güneş Yurt Bil Sel Uz Tan Tuğ Batu İl Kut Başar Yaman Yağız Korkut Toprak";
