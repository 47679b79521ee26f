//! Arabic names: own name, `bin` father's name, grandfather's name, `al-` name of descent; the kunya as alias.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, transliteration};

pub(super) static SYSTEM: System = System {
    name: "arabic",
    script: Script::Arabic,
    new_year: 60,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias,
    romanise: transliteration::romanise,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::lines(MEN_TEXT, 4));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::lines(WOMEN_TEXT, 6));
static DESCENT: LazyLock<Table> = LazyLock::new(|| Table::lines(DESCENT_TEXT, 20));
static PARTICLES: LazyLock<Table> = LazyLock::new(|| Table::lines("بن ibn bin ben ibn\nبنت bint bint bent", 1));
static ARTICLE: LazyLock<Table> = LazyLock::new(|| Table::lines("_ al al el", 1));
static KUNYA: LazyLock<Table> = LazyLock::new(|| Table::lines("أبو Abū Abu Abou\nأم Umm Umm Oum", 1));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = vec![given(gender, draws)];
    if draws.chance(0.35) {
        let word = &PARTICLES.entries[usize::from(gender == Gender::Female)];
        parts.push(Part::of(PartKind::Particle, word));
    }
    parts.push(super::part(PartKind::Father, &MEN, draws));
    if draws.chance(0.4) {
        parts.push(super::part(PartKind::Grandfather, &MEN, draws));
    }
    // A third of the surnames are an ancestor's own name, without the article.
    if draws.chance(0.3) {
        parts.push(super::part(PartKind::Family, &MEN, draws));
    } else {
        parts.push(super::part(PartKind::Particle, &ARTICLE, draws));
        parts.push(super::part(PartKind::Family, &DESCENT, draws));
    }
    parts
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &MEN } else { &WOMEN }, draws)
}

/// `Abu` or `Umm` with a son's name.
fn alias(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let word = &KUNYA.entries[usize::from(gender == Gender::Female)];
    vec![Part::of(PartKind::Particle, word), super::part(PartKind::Given, &MEN, draws)]
}

/// Native, scholarly, English, French, others.
const MEN_TEXT: &str = "
محمد Muḥammad Mohammed Mohamed Muhammad Mohamad Mohammad Mouhamed
أحمد Aḥmad Ahmed Ahmed Ahmad Achmed
علي ʿAlī Ali Ali Aly
حسن Ḥasan Hassan Hassan Hasan
حسين Ḥusayn Hussein Hocine Husain Hussain Houssein
إبراهيم Ibrāhīm Ibrahim Brahim Ebrahim
محمود Maḥmūd Mahmoud Mahmoud Mahmud
مصطفى Muṣṭafá Mustafa Mostefa Moustafa Mostafa
عمر ʿUmar Omar Omar Umar
خالد Khālid Khaled Khaled Khalid
يوسف Yūsuf Yousef Youssef Yusuf Yousuf
عبد_الله ʿAbd_Allāh Abdullah Abdallah Abdulla Abdellah
عبد_الرحمن ʿAbd_al-Raḥmān Abdulrahman Abderrahmane Abdelrahman Abdul_Rahman
عبد_العزيز ʿAbd_al-ʿAzīz Abdulaziz Abdelaziz Abdul_Aziz
عبد_القادر ʿAbd_al-Qādir Abdulkader Abdelkader Abdul_Qadir
عبد_الكريم ʿAbd_al-Karīm Abdulkarim Abdelkrim Abdul_Karim
عبد_الحميد ʿAbd_al-Ḥamīd Abdulhamid Abdelhamid Abdul_Hamid
سعيد Saʿīd Saeed Said Sayeed
طارق Ṭāriq Tariq Tarek Tarik
سامي Sāmī Sami Samy
كريم Karīm Karim Karim Kareem
رشيد Rashīd Rashid Rachid Rasheed
جمال Jamāl Jamal Djamal Gamal
ناصر Nāṣir Nasser Naceur Nasir
ياسر Yāsir Yasser Yassir Yasir
وليد Walīd Waleed Oualid Walid
حمزة Ḥamzah Hamza Hamza Hamzeh
بلال Bilāl Bilal Bilel Belal
أنس Anas Anas Anas Anass
زياد Ziyād Ziad Ziad Zeyad Ziyad
فادي Fādī Fadi Fady
ماجد Mājid Majed Majid Maged
صالح Ṣāliḥ Saleh Salah Salih
صلاح Ṣalāḥ Salah Salah Saleh
سليمان Sulaymān Suleiman Slimane Sulaiman Soliman
إسماعيل Ismāʿīl Ismail Smail Esmail
موسى Mūsá Musa Moussa Mousa
عيسى ʿĪsá Issa Aissa Eisa
فيصل Fayṣal Faisal Faycal Feisal
عثمان ʿUthmān Othman Otmane Osman Uthman
هشام Hishām Hisham Hicham Hesham
منصور Manṣūr Mansour Mansour Mansoor
مروان Marwān Marwan Marouane Marwane
نبيل Nabīl Nabil Nabil Nabeel
رامي Rāmī Rami Ramy
باسم Bāsim Basem Bassem Basim
عماد ʿImād Imad Imed Emad
هيثم Haytham Haitham Haythem Haytham
قاسم Qāsim Qasim Kacem Kassem Qassem
جعفر Jaʿfar Jaafar Djaafar Jafar Gafar
زكريا Zakarīyā Zakaria Zakaria Zakariya
أيمن Ayman Ayman Aymen Aiman
عادل ʿĀdil Adel Adel Adil
فهد Fahd Fahad Fahd
راشد Rāshid Rashed Rached Rashid
شريف Sharīf Sharif Cherif Shareef
توفيق Tawfīq Tawfiq Toufik Tewfik
لطفي Luṭfī Lutfi Lotfi
غسان Ghassān Ghassan Ghassane
بشير Bashīr Bashir Bachir Basheer
منير Munīr Munir Mounir Muneer
هاني Hānī Hani Hany
رضا Riḍā Rida Redha Reda Ridha
جابر Jābir Jaber Djaber Gaber Jabir
حاتم Ḥātim Hatem Hatem Hatim
أسامة Usāmah Osama Oussama Usama
معاذ Muʿādh Moaz Mouad Muath
ضياء Ḍiyāʾ Diaa Dhia Zia
لؤي Luʾayy Loay Louay Luay
أكرم Akram Akram Akrem
فؤاد Fuʾād Fouad Fouad Fuad
إدريس Idrīs Idris Driss Edris
أمين Amīn Amin Amine Ameen
خليل Khalīl Khalil Khelil Khaleel
حبيب Ḥabīb Habib Habib Habeeb
سالم Sālim Salem Salem Salim
";

/// Native, scholarly, English, French, others.
const WOMEN_TEXT: &str = "
فاطمة Fāṭimah Fatima Fatma Fatimah Fatema
عائشة ʿĀʾishah Aisha Aicha Ayesha Aysha
مريم Maryam Mariam Meriem Maryam Maream
خديجة Khadījah Khadija Khadidja Khadijah
زينب Zaynab Zainab Zineb Zeinab
نور Nūr Nour Nour Noor Nur
سارة Sārah Sara Sarah
أمينة Amīnah Amina Amina Ameena
هدى Hudá Huda Houda Hoda
ليلى Laylá Layla Leila Laila
سلمى Salmá Salma Selma
رانيا Rāniyā Rania Rania Raniya
نادية Nādiyah Nadia Nadia Nadya
سميرة Samīrah Samira Samira Sameera
حنان Ḥanān Hanan Hanane
منى Muná Mona Mouna Muna
سعاد Suʿād Suad Souad
أسماء Asmāʾ Asma Asma Asmaa
إيمان Īmān Iman Imane Eman
رحمة Raḥmah Rahma Rahma Rahmah
هناء Hanāʾ Hana Hana Hanaa
دعاء Duʿāʾ Doaa Doua Duaa
شيماء Shaymāʾ Shaima Chaima Shaimaa
بشرى Bushrá Bushra Bouchra
سهام Sihām Siham Siham Seham
وفاء Wafāʾ Wafa Ouafa Wafaa
رشا Rashā Rasha Racha
ريم Rīm Reem Rim
لينا Līnā Lina Lina Leena
دينا Dīnā Dina Dina
حليمة Ḥalīmah Halima Halima Haleema
جميلة Jamīlah Jamila Djamila Gamila
كريمة Karīmah Karima Karima Kareema
نجوى Najwá Najwa Nedjoua Nagwa
سناء Sanāʾ Sana Sana Sanaa
غادة Ghādah Ghada Ghada
آمنة Āminah Amna Amna Aminah
ابتسام Ibtisām Ibtisam Ibtissam Ebtesam
إكرام Ikrām Ikram Ikram Ekram
أمل Amal Amal Amel
بسمة Basmah Basma Besma
تهاني Tahānī Tahani Tahani
جيهان Jīhān Jihan Djihane Gehan
حفصة Ḥafṣah Hafsa Hafsa
دلال Dalāl Dalal Dalel
رقية Ruqayyah Ruqaya Rokia Ruqayyah
زهرة Zahrah Zahra Zohra
سمية Sumayyah Sumaya Soumia Sumayya
صفاء Ṣafāʾ Safa Safa Safaa
عبير ʿAbīr Abeer Abir
فريدة Farīdah Farida Farida Fareeda
لطيفة Laṭīfah Latifa Latifa
نعيمة Naʿīmah Naima Naima
هاجر Hājar Hajar Hadjer Hager
ياسمين Yāsmīn Yasmin Yasmine Jasmin
يسرى Yusrá Yusra Yousra
وردة Wardah Warda Ouarda
نسرين Nasrīn Nisreen Nesrine Nasrin
رنا Ranā Rana Rana
شهد Shahd Shahd Chahd
";

/// Names of descent and trade: native with the article, scholarly without it, English, French, others.
const DESCENT_TEXT: &str = "
الهاشمي Hāshimī Hashimi Hachemi Hashemi
المصري Miṣrī Masri Masri Masry
الشامي Shāmī Shami Chami
الحلبي Ḥalabī Halabi Halabi
الدمشقي Dimashqī Dimashqi Dimachki Dimashki
البغدادي Baghdādī Baghdadi Baghdadi
الموصلي Mawṣilī Mosuli Moussali Mawsili
البصري Baṣrī Basri Basri
الكوفي Kūfī Kufi Koufi
النجار Najjār Najjar Nedjar Naggar
الحداد Ḥaddād Haddad Haddad
الخياط Khayyāṭ Khayat Khayat Khayyat
الصباغ Ṣabbāgh Sabbagh Sebbagh
العطار ʿAṭṭār Attar Attar
القاضي Qāḍī Qadi Kadi Kazi
الخطيب Khaṭīb Khatib Khatib Khateeb
الإمام Imām Imam Imam
الشيخ Shaykh Sheikh Cheikh Shaikh
السيد Sayyid Sayed Sayed Sayyid
العلي ʿAlī Ali Ali
الأحمد Aḥmad Ahmad Ahmed
المحمد Muḥammad Mohammad Mohamed Muhammad
الحسن Ḥasan Hassan Hassan Hasan
الحسين Ḥusayn Hussein Houssein Hussain
الصالح Ṣāliḥ Saleh Salah
العمري ʿUmarī Omari Omari Umari
الأنصاري Anṣārī Ansari Ansari
القرشي Qurashī Qurashi Korachi Qureshi
التميمي Tamīmī Tamimi Tamimi
الزهراني Zahrānī Zahrani Zahrani
الغامدي Ghāmidī Ghamdi Ghamdi
القحطاني Qaḥṭānī Qahtani Kahtani
الشمري Shammarī Shammari Chammari
العنزي ʿAnazī Anazi Anezi Enezi
الدوسري Dawsarī Dosari Dossari Dawsari
الحربي Ḥarbī Harbi Harbi
المطيري Muṭayrī Mutairi Moutairi
العتيبي ʿUtaybī Otaibi Otaibi Utaybi
الزبيدي Zubaydī Zubaidi Zoubeidi Zubaydi
الجبوري Jubūrī Jubouri Djoubouri Juburi
الدليمي Dulaymī Dulaimi Doulaimi
العبيدي ʿUbaydī Obaidi Obeidi Ubaidi
الربيعي Rubayʿī Rubaie Roubaii
التكريتي Tikrītī Tikriti Tikriti
السامرائي Sāmarrāʾī Samarrai Samarrai
الكردي Kurdī Kurdi Kurdi
التركي Turkī Turki Tourki
المغربي Maghribī Maghribi Maghrebi
التونسي Tūnisī Tunisi Tounsi
الجزائري Jazāʾirī Jazairi Djazairi
الطرابلسي Ṭarābulusī Tarabulsi Trabelsi
الفاسي Fāsī Fasi Fassi
التلمساني Tilimsānī Tilimsani Tlemcani
القيرواني Qayrawānī Qayrawani Kairouani
السوسي Sūsī Susi Soussi
الناصري Nāṣirī Nasiri Naciri
العلوي ʿAlawī Alawi Alaoui
الإدريسي Idrīsī Idrisi Idrissi
البكري Bakrī Bakri Bekri
الرفاعي Rifāʿī Rifai Rifai Refaie
الجيلاني Jīlānī Jilani Djilani
القادري Qādirī Qadiri Kadiri
الحموي Ḥamawī Hamawi Hamaoui
الحمصي Ḥimṣī Homsi Homsi
الديري Dayrī Dairi Deiri
الرقاوي Raqqāwī Raqqawi Rakkaoui
النابلسي Nābulusī Nabulsi Naboulsi
الغزاوي Ghazzāwī Ghazzawi Ghazaoui
المقدسي Maqdisī Maqdisi Makdissi
الخليلي Khalīlī Khalili Khelili
السوداني Sūdānī Sudani Soudani
النوبي Nūbī Nubi Noubi
الصعيدي Ṣaʿīdī Saidi Saidi
الإسكندراني Iskandarānī Iskandarani Iskandarani
البحري Baḥrī Bahri Bahri
الجمال Jammāl Jammal Djemmal Gammal
الزيات Zayyāt Zayat Zayat
الحلاق Ḥallāq Hallaq Hallak
البناء Bannāʾ Banna Banna
الصياد Ṣayyād Sayyad Sayad
السقا Saqqā Saqqa Sakka
الطحان Ṭaḥḥān Tahhan Tahan
اللحام Laḥḥām Lahham Laham
الفران Farrān Farran Ferrane
القصاب Qaṣṣāb Qassab Kassab
الصراف Ṣarrāf Sarraf Serraf
الوزير Wazīr Wazir Ouazir
الأمير Amīr Amir Amir
الفقيه Faqīh Faqih Fekih
الكاتب Kātib Katib Kateb
";

#[cfg(test)]
mod tests {
    use super::super::Romanisation;
    use super::*;

    #[test]
    fn one_name_has_an_english_a_french_and_a_scholarly_form() {
        let part = Part::of(PartKind::Given, &MEN.entries[4]);
        let forms = [Romanisation::English, Romanisation::French, Romanisation::Scholarly]
            .map(|standard| transliteration::romanise(&part, standard));
        assert_eq!(forms, ["Hussein", "Hocine", "Ḥusayn"]);
    }
}
