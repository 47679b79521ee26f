//! Persian and Dari names: one or two given names, surname from a table or with an ending such as -zada or -i.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, transliteration};

pub(super) static SYSTEM: System = System {
    name: "persian",
    script: Script::Arabic,
    new_year: 80,
    person,
    given,
    alias: given,
    romanise: transliteration::romanise,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::lines(MEN_TEXT, 5));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::lines(WOMEN_TEXT, 6));
static SURNAMES: LazyLock<Table> = LazyLock::new(surnames);
static FIRST: LazyLock<Table> = LazyLock::new(|| Table::lines(FIRST_TEXT, 2));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = given(gender, draws);
    parts.push(super::part(PartKind::Family, &SURNAMES, draws));
    parts
}

/// Men often carry a devotional name before or after their own.
fn given(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    if gender == Gender::Female {
        return vec![super::part(PartKind::Given, &WOMEN, draws)];
    }
    let own = super::part(PartKind::Given, &MEN, draws);
    if !draws.chance(0.3) {
        return vec![own];
    }
    let mut devotional = super::part(PartKind::SecondGiven, &FIRST, draws);
    if draws.chance(0.5) {
        return vec![own, devotional];
    }
    devotional.kind = PartKind::Given;
    vec![devotional, Part { kind: PartKind::SecondGiven, ..own }]
}

/// The fixed surnames, then every stem with every ending, rarer and rarer.
fn surnames() -> Table {
    let mut text = String::from(SURNAME_TEXT);
    for ending in ENDING_TEXT.lines().filter(|line| !line.is_empty()) {
        let ending: Vec<&str> = ending.split(' ').collect();
        for stem in STEM_TEXT.lines().filter(|line| !line.is_empty()) {
            let stem: Vec<&str> = stem.split(' ').collect();
            let joined: Vec<String> =
                stem.iter().zip(&ending).map(|(stem, ending)| format!("{stem}{ending}")).collect();
            text.push_str(&joined.join(" "));
            text.push('\n');
        }
    }
    Table::lines(&text, 25)
}

const FIRST_TEXT: &str = "
محمد Moḥammad Mohammad Mohammad Mohammed Muhammad
علی ʿAlī Ali Ali
غلام Ghulām Ghulam Gholam Gulam
سید Sayyid Sayed Seyed Said Sayyed
امیر Amīr Amir Amir
عبدال ʿAbdul Abdul Abdol
";

/// Native, scholarly, English, French, others.
const MEN_TEXT: &str = "
محمد Moḥammad Mohammad Mohammad Mohammed Muhammad
علی ʿAlī Ali Ali Aly
رضا Riżā Reza Reza Riza Raza
حسین Ḥusayn Hossein Hossein Hussain Hosain
حسن Ḥasan Hassan Hassan Hasan
مهدی Mahdī Mehdi Mehdi Mahdi
احمد Aḥmad Ahmad Ahmad Ahmed
عباس ʿAbbās Abbas Abbas
حمید Ḥamīd Hamid Hamid Hameed
سعید Saʿīd Saeed Said Saeid
مجید Majīd Majid Madjid Majeed
محسن Muḥsin Mohsen Mohsen Mohsin
ابراهیم Ibrāhīm Ebrahim Ebrahim Ibrahim
اسماعیل Ismāʿīl Esmail Esmail Ismail
یوسف Yūsuf Yousef Youssef Yusuf Yusof
داوود Dāvūd Davood Davoud Dawood Daud
جواد Javād Javad Djavad Jawad
کریم Karīm Karim Karim Kareem
رحیم Raḥīm Rahim Rahim Raheem
نعمت Niʿmat Nemat Nemat Niamat
فرهاد Farhād Farhad Farhad
بهرام Bahrām Bahram Bahram
کامران Kāmrān Kamran Kamran
آرش Ārash Arash Arach
امید Umīd Omid Omid Umid Omeed
فرید Farīd Farid Farid Fareed
جمشید Jamshīd Jamshid Djamchid Jamsheed
نادر Nādir Nader Nader Nadir
قاسم Qāsim Ghasem Ghassem Qasim
صادق Ṣādiq Sadegh Sadegh Sadiq
مرتضی Murtażá Morteza Morteza Murtaza
مصطفی Muṣṭafá Mostafa Mostafa Mustafa
مجتبی Mujtabá Mojtaba Modjtaba Mujtaba
عزیز ʿAzīz Aziz Aziz Azeez
نجیب Najīb Najib Nadjib Najeeb
همایون Humāyūn Homayoun Homayoun Humayun
شاپور Shāpūr Shapour Chapour Shapoor
بهزاد Bihzād Behzad Behzad
پرویز Parvīz Parviz Parviz Parwiz
هوشنگ Hūshang Houshang Houchang Hoshang
ایرج Īraj Iraj Iradj
منوچهر Manūchihr Manouchehr Manoutchehr Manuchehr
تورج Tūraj Touraj Touradj
سهراب Suhrāb Sohrab Sohrab
کاوه Kāvah Kaveh Kaveh Kawa
بابک Bābak Babak Babak
روح‌الله Rūḥullāh Rouhollah Rouhollah Ruhullah
نصرالله Naṣrullāh Nasrollah Nasrollah Nasrullah
حبیب‌الله Ḥabībullāh Habibollah Habibollah Habibullah
عبدالله ʿAbdullāh Abdollah Abdollah Abdullah
امان‌الله Amānullāh Amanullah Amanoullah Amanollah
ذبیح‌الله Ẕabīḥullāh Zabihullah Zabihoullah Zabihollah
گل‌محمد Gulmuḥammad Gul_Mohammad Goul_Mohammad Gulmohammad
شیر Shīr Sher Cher Shir
خان Khān Khan Khan
زلمی Zalmay Zalmai Zalmaï Zalmay
اجمل Ajmal Ajmal Adjmal
فواد Fuʾād Foad Fouad Fawad
نورالدین Nūruddīn Nooruddin Nouroddine Nuruddin
شمس‌الدین Shamsuddīn Shamsuddin Chamseddine Shamsoddin
غلامرضا Ghulāmriżā Gholamreza Gholamreza Ghulam_Reza
عبدالرحیم ʿAbdurraḥīm Abdul_Rahim Abdolrahim Abdurrahim
";

/// Native, scholarly, English, French, others.
const WOMEN_TEXT: &str = "
فاطمه Fāṭimah Fatemeh Fatemeh Fatima Fatema
زهرا Zahrā Zahra Zahra
مریم Maryam Maryam Maryam Mariam
معصومه Maʿṣūmah Masoumeh Massoumeh Masuma
زینب Zaynab Zeinab Zeinab Zainab
لیلا Laylā Leila Leïla Laila
نرگس Nargis Narges Narguess Nargis
سکینه Sakīnah Sakineh Sakineh Sakina
خدیجه Khadījah Khadijeh Khadidjeh Khadija
رقیه Ruqayyah Roghayeh Roghayeh Ruqia
صدیقه Ṣiddīqah Sedigheh Sedigheh Sediqa
طاهره Ṭāhirah Tahereh Tahereh Tahira
مهناز Mahnāz Mahnaz Mahnaz
شهناز Shahnāz Shahnaz Chahnaz
فرشته Firishtah Fereshteh Ferechteh Fereshta
پروین Parvīn Parvin Parvine Parwin
نسرین Nasrīn Nasrin Nasrine Nasreen
شیرین Shīrīn Shirin Chirine Shireen
آزاده Āzādah Azadeh Azadeh Azada
سمیرا Samīrā Samira Samira
مینا Mīnā Mina Mina Meena
نازنین Nāzanīn Nazanin Nazanine
پریسا Parīsā Parisa Parissa
سارا Sārā Sara Sara
الهام Ilhām Elham Elham Ilham
فریبا Farībā Fariba Fariba
سهیلا Suhaylā Soheila Soheila Suhaila
ناهید Nāhīd Nahid Nahid Naheed
فرزانه Farzānah Farzaneh Farzaneh Farzana
مژگان Muzhgān Mozhgan Mojgan Muzhgan
گلناز Gulnāz Golnaz Golnaz Gulnaz
بهار Bahār Bahar Bahar
روشن Rawshan Roshan Rochan
ملالی Malālay Malalai Malalaï Malaly
زرغونه Zarghūnah Zarghuna Zarghouna Zarghoona
پلوشه Palwashah Palwasha Palwacha
حمیرا Ḥumayrā Homeira Homeïra Humaira
شکیلا Shakīlā Shakila Chakila Shakeela
عایشه ʿĀyishah Ayesheh Aïcheh Aisha
حلیمه Ḥalīmah Halimeh Halimeh Halima
رویا Ruʾyā Roya Roya
نیلوفر Nīlūfar Niloufar Niloufar Nilofar
یاسمن Yāsaman Yasaman Yassaman
پری Parī Pari Pari
گل Gul Gol Gol Gul
آرزو Ārzū Arezou Arezou Arzu
سحر Saḥar Sahar Sahar
ستاره Sitārah Setareh Setareh Sitara
";

const SURNAME_TEXT: &str = "
محمدی Moḥammadī Mohammadi Mohammadi Muhammadi
احمدی Aḥmadī Ahmadi Ahmadi
حسینی Ḥusaynī Hosseini Hosseini Hussaini Husaini
رضایی Riżāʾī Rezaei Rezaï Rezai Rezayi
کریمی Karīmī Karimi Karimi
موسوی Mūsavī Mousavi Moussavi Musawi
جعفری Jaʿfarī Jafari Djafari Jaafari
نظری Naẓarī Nazari Nazari
رحیمی Raḥīmī Rahimi Rahimi
حیدری Ḥaydarī Heydari Heidari Haidari
قاسمی Qāsimī Ghasemi Ghassemi Qasimi
صادقی Ṣādiqī Sadeghi Sadeghi Sadiqi
نوری Nūrī Nouri Nouri Noori
عزیزی ʿAzīzī Azizi Azizi
یوسفی Yūsufī Yousefi Youssefi Yusufi
سلطانی Sulṭānī Soltani Soltani Sultani
شریفی Sharīfī Sharifi Charifi
امینی Amīnī Amini Amini
";
const STEM_TEXT: &str = "
علی ʿAlī Ali Ali
حسن Ḥasan Hassan Hassan
قلی Qulī Gholi Gholi
میرزا Mīrzā Mirza Mirza
نبی Nabī Nabi Nabi
شاه Shāh Shah Chah
رحمان Raḥmān Rahman Rahman
یعقوب Yaʿqūb Yaghoub Yaghoub
ابراهیم Ibrāhīm Ebrahim Ebrahim
عباس ʿAbbās Abbas Abbas
خلیل Khalīl Khalil Khalil
فرج Faraj Faraj Faradj
کاظم Kāẓim Kazem Kazem
جلیل Jalīl Jalil Djalil
صمد Ṣamad Samad Samad
رسول Rasūl Rasoul Rassoul
بهرام Bahrām Bahram Bahram
فرهاد Farhād Farhad Farhad
اکبر Akbar Akbar Akbar
اصغر Aṣghar Asghar Asghar
ملک Malik Malek Malek
حکیم Ḥakīm Hakim Hakim
نادر Nādir Nader Nader
هاشم Hāshim Hashem Hachem
کمال Kamāl Kamal Kamal
جمال Jamāl Jamal Djamal
عظیم ʿAẓīm Azim Azim
سلیم Salīm Salim Salim
فقیر Faqīr Faghir Faghir
گل Gul Gol Gol
";
/// Endings aligned with the columns of the stems.
const ENDING_TEXT: &str = "
ی ī i i
زاده zādah zadeh zadeh
پور pūr pour pour
زی zay zai zaï
یان iyān ian ian
نژاد nizhād nejad nejad
خیل khayl khel khel
فر far far far
";
