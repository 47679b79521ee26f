//! Chinese names: surname of one character, given name of one or two; pinyin, and Wade–Giles by rule.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Romanisation, Script, System, Table, capitalised};

pub(super) static SYSTEM: System = System {
    name: "chinese",
    script: Script::Han,
    new_year: 8,
    person,
    given: |gender, draws| vec![given(gender, draws)],
    alias: |gender, draws| vec![given(gender, draws)],
    romanise,
};

static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(&signs(SURNAME_TEXT), 3));
static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(&signs(&[MEN_TEXT, BOTH_TEXT].concat()), 25));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(&signs(&[WOMEN_TEXT, BOTH_TEXT].concat()), 25));
/// Reading of each character; characters with several readings are left out of the tables.
static READINGS: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    [SURNAME_TEXT, MEN_TEXT, WOMEN_TEXT, BOTH_TEXT]
        .into_iter()
        .flat_map(str::split_whitespace)
        .filter_map(|item| item.chars().next().map(|sign| (sign, &item[sign.len_utf8()..])))
        .collect()
});

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    vec![super::part(PartKind::Family, &SURNAMES, draws), given(gender, draws)]
}

fn given(gender: Gender, draws: &mut Draws) -> Part {
    let table = if gender == Gender::Male { &MEN } else { &WOMEN };
    let mut native = table.pick(draws).native.clone();
    if draws.chance(0.82) {
        native.push_str(&table.pick(draws).native);
    }
    Part::new(PartKind::Given, native)
}

/// The characters of a table without their readings.
fn signs(text: &str) -> String {
    text.split_whitespace().filter_map(|item| item.chars().next()).flat_map(|sign| [sign, ' ']).collect()
}

/// Pinyin in one word; French registries hyphenate it; scholars of the older school write Wade–Giles.
fn romanise(part: &Part, standard: Romanisation) -> String {
    let syllables: Vec<String> = part
        .native
        .chars()
        .map(|sign| {
            let pinyin = READINGS.get(&sign).copied().unwrap_or("xx");
            if standard == Romanisation::Scholarly { wade_giles(pinyin) } else { pinyin.replace('v', "ü") }
        })
        .collect();
    match standard {
        Romanisation::Scholarly => capitalised(&syllables.join("-")),
        Romanisation::French => syllables.iter().map(|s| capitalised(s)).collect::<Vec<_>>().join("-"),
        // Chinese passports print ü as YU.
        Romanisation::Passport => capitalised(&syllables.concat().replace('ü', "yu")),
        Romanisation::English | Romanisation::German => capitalised(&syllables.concat()),
    }
}

/// One syllable of pinyin (ü written v) in Wade–Giles.
fn wade_giles(pinyin: &str) -> String {
    match pinyin {
        "zhi" => return "chih".to_owned(),
        "chi" => return "ch’ih".to_owned(),
        "shi" => return "shih".to_owned(),
        "ri" => return "jih".to_owned(),
        "zi" => return "tzu".to_owned(),
        "ci" => return "tz’u".to_owned(),
        "si" => return "ssu".to_owned(),
        "yi" => return "i".to_owned(),
        "you" => return "yu".to_owned(),
        "yan" => return "yen".to_owned(),
        "ye" => return "yeh".to_owned(),
        "yong" => return "yung".to_owned(),
        "yu" | "yue" | "yuan" | "yun" => return final_part(&pinyin.replacen('u', "v", 1), "y"),
        "er" => return "erh".to_owned(),
        "he" => return "ho".to_owned(),
        "ke" => return "k’o".to_owned(),
        "ge" => return "ko".to_owned(),
        "gui" => return "kuei".to_owned(),
        "kui" => return "k’uei".to_owned(),
        _ => {}
    }
    const INITIALS: [(&str, &str); 16] = [
        ("zh", "ch"),
        ("ch", "ch’"),
        ("sh", "sh"),
        ("b", "p"),
        ("p", "p’"),
        ("d", "t"),
        ("t", "t’"),
        ("g", "k"),
        ("k", "k’"),
        ("j", "ch"),
        ("q", "ch’"),
        ("x", "hs"),
        ("z", "ts"),
        ("c", "ts’"),
        ("r", "j"),
        ("", ""),
    ];
    for (from, to) in INITIALS {
        let Some(rest) = pinyin.strip_prefix(from) else { continue };
        // After j, q and x a written u is ü.
        let fronted = matches!(from, "j" | "q" | "x") && rest.starts_with('u');
        let rest = if fronted { rest.replacen('u', "v", 1) } else { rest.to_owned() };
        return final_part(&rest, to);
    }
    pinyin.to_owned()
}

fn final_part(rest: &str, initial: &str) -> String {
    let rest = rest.strip_prefix('y').unwrap_or(rest);
    let (head, tail) = match rest.find(|sign| "aeiouv".contains(sign)) {
        Some(at) => rest.split_at(at),
        None => ("", rest),
    };
    let tail = match tail {
        "ian" => "ien",
        "ie" => "ieh",
        "ong" => "ung",
        "iong" => "iung",
        "uo" if !["k", "k’", "h", "sh"].contains(&initial) && head != "h" => "o",
        "ve" => "üeh",
        "van" => "üan",
        "vn" => "ün",
        "v" => "ü",
        "e" => "ê",
        "en" => "ên",
        "eng" => "êng",
        other => other,
    };
    format!("{initial}{head}{tail}")
}

const SURNAME_TEXT: &str = "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu \
    郭guo 何he 林lin 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 邓deng 韩han 冯feng 曹cao 彭peng 曾zeng 肖xiao \
    田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang 余yu 于yu 杜du 叶ye 程cheng 魏wei 苏su 吕lv 丁ding 任ren 卢lu 姚yao 沈shen \
    钟zhong 姜jiang 崔cui 谭tan 陆lu 范fan 汪wang 廖liao 石shi 金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai \
    孟meng 秦qin 邱qiu 侯hou 江jiang 尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li 史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong \
    邵shao 万wan 覃qin 武wu 钱qian 戴dai 严yan 莫mo 孔kong 向xiang 常chang 汤tang 康kang 易yi 乔qiao 文wen 赖lai 牛niu";
const MEN_TEXT: &str = "伟wei 强qiang 军jun 杰jie 勇yong 涛tao 磊lei 明ming 超chao 刚gang 平ping 辉hui 鹏peng 飞fei \
    波bo 斌bin 宇yu 浩hao 凯kai 健jian 俊jun 龙long 亮liang 东dong 峰feng 建jian 国guo 志zhi 海hai 鑫xin 博bo 晨chen \
    毅yi 锋feng 旭xu 威wei 彬bin 雄xiong 松song 林lin 庆qing 祥xiang 荣rong 福fu 贵gui 德de 义yi 忠zhong 炎yan \
    坤kun 震zhen 帅shuai 琦qi 铭ming 泽ze 轩xuan 昊hao 豪hao 睿rui 翔xiang 胜sheng 学xue 士shi 振zhen 正zheng 立li ";
const WOMEN_TEXT: &str = "芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 燕yan 玲ling 红hong 梅mei 萍ping 莉li 婷ting \
    雪xue 慧hui 莹ying 倩qian 琴qin 兰lan 洁jie 丹dan 颖ying 琳lin 蕾lei 薇wei 菲fei 琼qiong 岚lan 凤feng 桂gui 秀xiu \
    英ying 珍zhen 玉yu 淑shu 惠hui 珠zhu 翠cui 雅ya 芝zhi 香xiang 月yue 莺ying 媛yuan 姗shan 娇jiao 雯wen 瑶yao 怡yi \
    婵chan 璐lu 露lu 蓉rong 眉mei 纯chun 晶jing 妍yan 茜qian 秋qiu 珊shan 莎sha 锦jin 青qing 婉wan 娴xian 瑾jin ";
const BOTH_TEXT: &str = "华hua 晓xiao 文wen 小xiao 春chun 新xin 云yun 欣xin 佳jia 嘉jia 思si 子zi 雨yu 天tian 一yi 永yong \
    成cheng 清qing 光guang 丰feng 瑞rui 如ru 安an 心xin 梦meng 诗shi 可ke 悦yue 宁ning 景jing 亚ya 宏hong 世shi 金jin \
    少shao 元yuan 利li 美mei 爱ai 家jia 信xin 良liang 希xi 书shu 友you 彦yan 若ruo 恩en 奇qi 千qian 君jun 之zhi 存cun";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_has_pinyin_and_wade_giles() {
        let part = Part::new(PartKind::Given, "晓强");
        assert_eq!(romanise(&part, Romanisation::English), "Xiaoqiang");
        assert_eq!(romanise(&part, Romanisation::French), "Xiao-Qiang");
        assert_eq!(romanise(&part, Romanisation::Scholarly), "Hsiao-ch’iang");
    }

    #[test]
    fn wade_giles_follows_its_table() {
        let pairs = [("zhang", "chang"), ("deng", "têng"), ("xu", "hsü"), ("jie", "chieh"), ("qian", "ch’ien")];
        for (pinyin, expected) in
            [pairs.as_slice(), &[("yu", "yü"), ("zhong", "chung"), ("luo", "lo"), ("guo", "kuo")]].concat()
        {
            assert_eq!(wade_giles(pinyin), expected, "{pinyin}");
        }
    }

    #[test]
    fn every_character_has_one_reading() {
        let mut seen: HashMap<char, &str> = HashMap::new();
        for item in [SURNAME_TEXT, MEN_TEXT, WOMEN_TEXT, BOTH_TEXT].into_iter().flat_map(str::split_whitespace) {
            let sign = item.chars().next().unwrap();
            let reading = &item[sign.len_utf8()..];
            assert_eq!(*seen.entry(sign).or_insert(reading), reading, "{item}");
        }
    }
}
