//! Which passwords are good enough (QUALITY §13, profile `nist`): long, and not what everybody would try first. No composition rules, no rotation.

use kernel::Refusal;

/// Fewest characters while the password is the only factor. Source: NIST SP 800-63B-4.
pub const FEWEST: usize = 15;
/// Most characters; more is no safer and costs hashing time [A].
pub const MOST: usize = 128;
/// How many characters must be left when everything common was taken away [A].
const LEFT: usize = 8;

/// Words that people put into passwords first: our own short list, looked for in lower case with the usual figures read as letters.
/// A password is common when hardly anything is left without them.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passphrase",
    "passcode",
    "administrator",
    "superuser",
    "changeme",
    "default",
    "welcome",
    "letmein",
    "whatever",
    "dragon",
    "monkey",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "master",
    "shadow",
    "secret",
    "security",
    "system",
    "server",
    "computer",
    "internet",
    "windows",
    "google",
    "huawei",
    "tencent",
    "weixin",
    "wechat",
    "alipay",
    "iloveyou",
    "loveyou",
    "forever",
    "hello",
    "world",
    "login",
    "signin",
    "account",
    "user",
    "guest",
    "test",
    "demo",
    "temp",
    "admin",
    "root",
    "manager",
    "office",
    "service",
    "center",
    "centre",
    "government",
    "staff",
    "clerk",
    "counter",
    "ticket",
    "queue",
    "yizhan",
    "bianmin",
    "zhengwu",
    "fuwu",
    "zhongxin",
    "dating",
    "chuangkou",
    "jiaohao",
    "quhao",
    "mima",
    "zhanghao",
    "guanliyuan",
    "guanli",
    "woaini",
    "woaizhongguo",
    "zhongguo",
    "china",
    "henan",
    "zhengzhou",
    "zhengdong",
    "xinqu",
    "longhu",
    "wangjie",
    "zhangwei",
    "liwei",
    "wangwei",
    "laopo",
    "laogong",
    "baobao",
    "gongxifacai",
    "nihao",
    "woshi",
    "qwerty",
    "qwertz",
    "azerty",
    "asdf",
    "zxcv",
    "qazwsx",
    "wsxedc",
    "abc",
    "xyz",
    "spring",
    "summer",
    "autumn",
    "winter",
    "monday",
    "january",
    "correcthorsebatterystaple",
    "密码",
    "管理员",
    "中国",
    "河南",
    "郑州",
    "郑东",
    "新区",
    "便民",
    "服务",
    "中心",
    "政务",
    "大厅",
    "窗口",
    "一站",
    "我爱你",
    "你好",
];
/// Rows of keyboards, walked in either direction.
const ROWS: &[&str] = &[
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()",
];

/// Checks a new password. `known` are names it must not lean on: the login, the shown name, the district's names.
///
/// # Errors
/// `password.short`, `password.long`, `password.common`, at the field `new`.
pub fn check(password: &str, known: &[&str]) -> Result<(), Refusal> {
    let n = password.chars().count();
    if n < FEWEST {
        return Err(Refusal::invalid("password.short").arg("n", FEWEST).at("new"));
    }
    if n > MOST {
        return Err(Refusal::invalid("password.long").arg("n", MOST).at("new"));
    }
    if left(password, known) < LEFT { Err(Refusal::invalid("password.common").at("new")) } else { Ok(()) }
}

/// How many characters are left when common words, known names, runs and repetitions are gone.
fn left(password: &str, known: &[&str]) -> usize {
    let lower = password.to_lowercase();
    let read_as_letters: String = lower.chars().map(letter).collect();
    let names: Vec<String> = known
        .iter()
        .flat_map(|k| k.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>())
        .filter(|k| k.chars().count() >= 2)
        .collect();
    let words = || COMMON.iter().copied().chain(names.iter().map(String::as_str));
    [lower, read_as_letters].iter().map(|text| fresh(&without(text, words()))).min().unwrap_or(0)
}

/// The text without these words, longest first, each place filled by a space so that nothing grows together.
fn without<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words.into_iter().fold(text.to_owned(), |text, word| text.replace(word, " "))
}

/// Characters that say something new: not a step of a run, not the same as a few places before, not a separator.
fn fresh(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let again = |i: usize| (1..=6).any(|back| i >= 2 * back && (0..back).all(|k| chars[i - k] == chars[i - k - back])) || (i >= 1 && chars[i] == chars[i - 1]);
    (0..chars.len()).filter(|&i| chars[i].is_alphanumeric() && !again(i) && !(i > 0 && next_to(chars[i - 1], chars[i]))).count()
}

/// Whether two characters follow each other on a keyboard row, in the alphabet, or in a row of figures.
fn next_to(a: char, b: char) -> bool {
    ROWS.iter().any(|row| row.chars().zip(row.chars().skip(1)).any(|(x, y)| (x, y) == (a, b) || (y, x) == (a, b)))
}

/// Figures and signs as people put them for letters.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}
