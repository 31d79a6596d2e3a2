//! A shop, and what one takes a number for there.

use kernel::{Both, CentreId, ServiceClass};
use web::Errand;

kernel::coded! {
    /// What a shop does (业态).
    Trade {
        Pharmacy = "pharmacy", "药店", "Pharmacy";
        Clinic = "clinic", "门诊", "Clinic";
        Laundry = "laundry", "洗衣", "Laundry";
        Hair = "hair", "理发", "Haircuts";
        Tailor = "tailor", "裁缝", "Tailor";
        Shoes = "shoes", "修鞋", "Shoe repair";
        Keys = "keys", "配钥匙", "Keys";
        Appliance = "appliance", "家电维修", "Appliance repair";
        Watch = "watch", "修表", "Watch repair";
        Repair = "repair", "维修", "Repairs";
        Print = "print", "打印复印", "Printing and copies";
        Other = "other", "其他", "Other";
    }
}

impl Trade {
    /// 生活; a clinic is 社会事务, as the centre's function is.
    pub fn class(self) -> ServiceClass {
        match self {
            Self::Clinic => ServiceClass::B,
            _ => ServiceClass::C,
        }
    }
    /// Its icon.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Pharmacy => "med",
            Self::Clinic => "pulse",
            _ => "shop",
        }
    }
}

/// The longest short name of an errand, for the kiosk's button: Han characters (hall §2.1).
pub const SHORT_HAN: usize = 6;

/// A shop of a centre (小店). Its rows come from `shops.csv`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shop {
    /// Where.
    pub centre: CentreId,
    /// `pharmacy-1`; also the code of its errand.
    pub code: String,
    /// What it does.
    pub trade: Trade,
    /// As on its sign.
    pub name: Both,
    /// Code of its zone.
    pub zone: String,
    /// In words; a shop's own, not the hall's.
    pub hours: Both,
    /// Whom to call.
    pub phone: String,
    /// The line it calls from; `None`: one walks in.
    pub served: Option<Served>,
    /// Given up: no longer shown, no numbers.
    pub closed: bool,
    /// Made-up data.
    pub sample: bool,
}

/// What one takes a number for, in which line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Served {
    /// Code of the line in that centre.
    pub line: String,
    /// As people say it: 取药、问药.
    pub errand: Both,
    /// At most [`SHORT_HAN`] Han, for the kiosk.
    pub short: Both,
    /// Usual minutes at the counter.
    pub minutes: i64,
}

impl Shop {
    /// What `queue` is told: nothing for a shop without a line, or one that is given up.
    pub fn errand(&self) -> Option<Errand> {
        let served = self.served.as_ref().filter(|_| !self.closed)?;
        Some(Errand {
            code: self.code.clone(),
            name: served.errand.clone(),
            short: served.short.clone(),
            class: self.trade.class(),
            line: served.line.clone(),
            minutes: served.minutes,
            // There is nothing to bring that this program may know of.
            papers: None,
        })
    }
}

/// Whether this is a telephone number as signs have it: digits with `-` between, 3 to 20 characters.
pub fn is_phone(text: &str) -> bool {
    (3..=20).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
}
