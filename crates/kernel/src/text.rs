//! Language, a text in both languages, and the three service classes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The language a page speaks. Chinese is written first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}
impl Lang {
    /// `zh` or `en`, as the `lang` attribute has it (`zh-CN` is written by the frame).
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

/// A text that exists in both languages, as data does (a line's name, a centre's address).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Both {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}
impl Both {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The three service classes of the programme: A 政务, B 社会事务, C 生活.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum ServiceClass {
    /// 政务 (indigo)
    A,
    /// 社会事务 (bamboo green)
    B,
    /// 生活 (persimmon)
    C,
}
impl ServiceClass {
    /// The class's CSS name: `gov`, `soc`, `liv`.
    pub fn css(self) -> &'static str {
        match self {
            Self::A => "gov",
            Self::B => "soc",
            Self::C => "liv",
        }
    }
    /// `A`, `B` or `C`.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}
impl fmt::Display for ServiceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}
impl FromStr for ServiceClass {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "A" => Ok(Self::A),
            "B" => Ok(Self::B),
            "C" => Ok(Self::C),
            _ => Err("a class is A, B or C"),
        }
    }
}
