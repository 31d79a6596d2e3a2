//! Who is acting.

use std::fmt;

use crate::{AccountId, CentreId, DeviceId, VisitId};

/// What a device is for; its duties follow from this alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum DeviceKind {
    /// 自助机
    Kiosk,
    /// 大屏
    Display,
    /// 窗口电脑
    Desk,
    /// 打印机
    Printer,
    /// 评价器
    Rating,
}
impl DeviceKind {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Display => "display",
            Self::Desk => "desk",
            Self::Printer => "printer",
            Self::Rating => "rating",
        }
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Kiosk, Self::Display, Self::Desk, Self::Printer, Self::Rating].into_iter().find(|k| k.code() == code)
    }
}

/// Who acts: written in every journal row.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Actor {
    /// Nobody known: an open route.
    Open,
    /// A signed-in account.
    Account(AccountId),
    /// An enrolled device.
    Device(DeviceId, DeviceKind, CentreId),
    /// The holder of a visit's token or code.
    Holder(VisitId),
    /// The machine's shell: the operating system's user name.
    Shell(String),
    /// The program itself: a timer or a reaction, by name.
    System(&'static str),
}
impl Actor {
    /// The `actor_kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Account(_) => "account",
            Self::Device(..) => "device",
            Self::Holder(_) => "holder",
            Self::Shell(_) => "shell",
            Self::System(_) => "system",
        }
    }
}
/// The `actor` column: an id or a name, never a person's name.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => Ok(()),
            Self::Account(id) => id.fmt(f),
            Self::Device(id, ..) => id.fmt(f),
            Self::Holder(id) => id.fmt(f),
            Self::Shell(user) => write!(f, "shell:{user}"),
            Self::System(name) => f.write_str(name),
        }
    }
}
