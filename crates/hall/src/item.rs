//! A service item (事项) as the catalogue holds it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use kernel::{Both, CentreId, ServiceClass};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }
        impl $name {
            /// Every code, in the order of the catalogue's guide.
            pub const CODES: &'static [&'static str] = &[$($code),*];
            /// As written in a file.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
            /// From its written form.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// What an item does in law (办件类型).
    Kind {
        /// 行政许可
        Licence = "licence",
        /// 行政确认
        Confirmation = "confirmation",
        /// 行政裁决
        Ruling = "ruling",
        /// 行政给付
        Benefit = "benefit",
        /// 行政奖励
        Reward = "reward",
        /// 备案
        Filing = "filing",
        /// 其他
        Other = "other",
        /// 公共服务
        PublicService = "public_service",
    }
}
named! {
    /// Whom it is for (服务对象).
    Target {
        /// 个人
        Person = "person",
        /// 单位
        Firm = "firm",
        /// 都可以
        Both = "both",
    }
}
named! {
    /// How far a centre goes with it (办理深度).
    Depth {
        /// 咨询
        Inform = "inform",
        /// 收件
        TakeIn = "take_in",
        /// 受理
        Accept = "accept",
        /// 办结
        Decide = "decide",
        /// 发证
        Deliver = "deliver",
    }
}
named! {
    /// When it is done (即办件、承诺件).
    Mode {
        /// 当场
        OnTheSpot = "on_the_spot",
        /// 承诺期限
        Promised = "promised",
    }
}
named! {
    /// How a result is handed over (送达方式).
    How {
        /// 窗口领取
        Counter = "counter",
        /// 邮寄
        Post = "post",
        /// 自助领取
        SelfPickup = "self_pickup",
        /// 电子
        Electronic = "electronic",
    }
}
named! {
    /// The form of a paper (材料形式).
    Form {
        /// 原件
        Original = "original",
        /// 复印件
        Copy = "copy",
        /// 电子
        Electronic = "electronic",
        /// 读卡
        Reader = "reader",
    }
}
named! {
    /// What kind of answer a question takes.
    Answer {
        /// 是或否
        YesNo = "yes_no",
        /// 选一个
        Choice = "choice",
        /// 日期
        Date = "date",
        /// 整数
        Number = "number",
    }
}
named! {
    /// Whether it can be done online (网上办).
    Online {
        /// 不能
        None = "none",
        /// 可先填
        Prepare = "prepare",
        /// 全程
        Full = "full",
    }
}

/// Processes that exist (decision depth needs one); `cases` will bring them as tables.
pub const PROCESSES: &[&str] = &["on_the_spot@1", "promised@1"];

/// One version of one item: the shape of its file.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Item {
    /// Opaque code (事项编码): 1–40 of letters, digits, `-`, `_`, `.`.
    pub code: String,
    /// What it does in law.
    pub kind: Kind,
    /// Service class.
    pub class: ServiceClass,
    /// Made-up content.
    pub sample: bool,
    /// Official name.
    pub name: Both,
    /// As people say it.
    pub plain: Both,
    /// At most six Han, for the kiosk.
    pub short: Both,
    /// The authority (主管部门).
    pub owner: Both,
    /// Whom it is for.
    pub target: Target,
    /// Life events it belongs to.
    pub life_events: Vec<String>,
    /// Legal basis, with whether it was verified.
    pub basis: Vec<Basis>,
    /// A few sentences before the list of papers; may be empty.
    pub guide: Both,
    /// What else people call it; search only.
    pub synonyms: Vec<String>,
    /// Papers.
    pub need: Vec<Need>,
    /// Conditions that must hold.
    pub condition: Vec<Condition>,
    /// Questions that decide which papers are needed.
    pub question: Vec<Question>,
    /// Where and how it is done; one a centre.
    pub offer: Vec<Offer>,
}

/// A law's article.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Basis {
    /// Title of the law, Chinese in both languages.
    pub law: String,
    /// Article.
    pub article: String,
    /// Where it can be read; may be empty.
    pub url: String,
    /// `unverified` until somebody checked it with the authority.
    pub status: String,
}

/// A paper that an item needs (材料).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Need {
    /// Id in the list of documents.
    pub document: String,
    /// Without it the errand cannot go on; else "if you have it".
    pub required: bool,
    /// Another form than the document's usual one.
    pub form: Option<Form>,
    /// Already handed in once: not asked again.
    pub reusable: bool,
    /// Only when an answer says so.
    pub when: Option<When>,
    /// May follow within this many days (容缺受理).
    pub follow_days: Option<i64>,
    /// A note; may be empty.
    pub note: Both,
}

/// A condition that must hold.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Condition {
    /// What must hold.
    pub text: Both,
    /// Only when an answer says so.
    pub when: Option<When>,
    /// Where it is written; may be empty.
    pub source: String,
}

/// A question of the guide.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// Name of the answer.
    pub id: String,
    /// What is asked.
    pub text: Both,
    /// Kind of answer.
    pub kind: Answer,
    /// Of a choice: value and label. Empty for the others.
    pub options: Vec<(String, Both)>,
}

impl Question {
    /// The label of an answer: the option's, yes or no as given, else the answer itself.
    pub fn label<'a>(&'a self, answer: &'a str) -> Option<&'a Both> {
        self.options.iter().find(|(value, _)| value == answer).map(|(_, label)| label)
    }
    /// Whether this could be an answer.
    pub fn takes(&self, answer: &str) -> bool {
        match self.kind {
            Answer::YesNo => matches!(answer, "yes" | "no"),
            Answer::Choice => self.label(answer).is_some(),
            Answer::Date => answer.parse::<kernel::Day>().is_ok(),
            Answer::Number => answer.parse::<i64>().is_ok_and(|n| (0..=1_000_000_000).contains(&n)),
        }
    }
}

/// How an item is done in some centres (实施清单).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Empty: every centre that has the line.
    pub centres: Vec<CentreId>,
    /// Code of the line.
    pub queue: String,
    /// How far it goes here.
    pub depth: Depth,
    /// On the spot or within days.
    pub mode: Mode,
    /// Working days the law allows.
    pub statutory_days: Option<i64>,
    /// Working days that are promised.
    pub promised_days: Option<i64>,
    /// How often one has to come, 0…3.
    pub visits_max: i64,
    /// Usual minutes at the counter.
    pub typical_min: i64,
    /// What it costs.
    pub fee: Fee,
    /// `name@version`; may be empty below the depth `decide`.
    pub process: String,
    /// Who accepts and who decides: `any_centre` or `home`.
    pub scope: BTreeMap<String, String>,
    /// Online.
    pub online: Online,
    /// Where online; may be empty.
    pub online_url: String,
    /// Whether a time can be booked (later).
    pub bookable: bool,
    /// What one gets, and how.
    pub results: Vec<Outcome>,
    /// What one can do against a decision; may be empty.
    pub remedies: Both,
}

/// A fee.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fee {
    /// In fen; 0 is free of charge.
    pub fen: i64,
    /// How it is reckoned when it is no fixed sum; may be empty.
    pub rule: Both,
    /// Where the fee is set; may be empty.
    pub basis: String,
}

/// What one gets.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Its name.
    pub name: Both,
    /// How it is handed over.
    pub how: How,
}

/// When a paper is needed: one comparison with one answer of the same item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum When {
    /// `proxy == "yes"`
    Is(String, String),
    /// `age < 1`
    Below(String, i64),
    /// `age >= 1`
    AtLeast(String, i64),
}

impl When {
    /// Name of the answer.
    pub fn id(&self) -> &str {
        match self {
            Self::Is(id, _) | Self::Below(id, _) | Self::AtLeast(id, _) => id,
        }
    }
    /// Whether it holds; `None` while the question is not answered.
    pub fn holds(&self, answers: &BTreeMap<String, String>) -> Option<bool> {
        let answer = answers.get(self.id())?;
        let number = answer.parse::<i64>();
        match self {
            Self::Is(_, value) => Some(answer == value),
            Self::Below(_, n) => number.ok().map(|a| a < *n),
            Self::AtLeast(_, n) => number.ok().map(|a| a >= *n),
        }
    }
}
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(id, value) => write!(f, "{id} == \"{value}\""),
            Self::Below(id, n) => write!(f, "{id} < {n}"),
            Self::AtLeast(id, n) => write!(f, "{id} >= {n}"),
        }
    }
}
impl FromStr for When {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "id == \"value\" | id < number | id >= number";
        let [id, sign, value] = s.split_whitespace().collect::<Vec<_>>()[..] else { return Err(SHAPE) };
        let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        match (sign, quoted, value.parse()) {
            ("==", Some(text), _) => Ok(Self::Is(id.into(), text.into())),
            ("<", _, Ok(n)) => Ok(Self::Below(id.into(), n)),
            (">=", _, Ok(n)) => Ok(Self::AtLeast(id.into(), n)),
            _ => Err(SHAPE),
        }
    }
}
impl Serialize for When {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

impl Item {
    /// How it is done in `centre`: an offer that names the centre goes before one for every centre that has the line.
    pub fn offer_in(&self, centre: CentreId, lines: &[String]) -> Option<&Offer> {
        let here = |o: &&Offer| lines.contains(&o.queue);
        self.offer.iter().filter(here).find(|o| o.centres.contains(&centre)).or_else(|| self.offer.iter().filter(here).find(|o| o.centres.is_empty()))
    }
    /// Whether somebody else may come for the person (代办): the list says which letter that takes.
    pub fn by_proxy(&self) -> bool {
        self.question.iter().any(|q| q.id == "proxy") || self.need.iter().any(|n| n.document == "proxy_letter")
    }
}

/// Where a version stands (事项状态).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// 草稿: being written, nobody outside sees it.
    Draft,
    /// 在用: never edited again.
    Published,
    /// 暂停办理
    Suspended,
    /// 已取消: keeps its page and names its successor.
    Withdrawn,
}
impl State {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Suspended, Self::Withdrawn].into_iter().find(|s| s.code() == code)
    }
    /// Whether a person with the right to publish may bring it from here to `to`. Publishing a draft is [`crate::api::publish`]'s two-person act.
    pub fn may_become(self, to: Self) -> bool {
        match self {
            Self::Draft | Self::Withdrawn => false,
            Self::Published => matches!(to, Self::Suspended | Self::Withdrawn),
            Self::Suspended => matches!(to, Self::Published | Self::Withdrawn),
        }
    }
}

/// A code as it may stand in an address.
pub fn well_formed(code: &str) -> bool {
    (1..=40).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !code.starts_with('.')
        && code != "new"
}
