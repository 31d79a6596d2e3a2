//! A wish (想约什么): what is wanted, by whom, from where. Stored with a waiting entry, so it is plain data.

use kernel::{Minutes, PersonId, ResourceId};
use serde::{Deserialize, Serialize};

use crate::Channel;

/// Everything that is needed to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Which slice's: `venues.booking`.
    pub purpose: String,
    /// Id of the thing in the slice; scopes quotas of an item.
    pub subject: String,
    /// The person served; nobody for staff blocks.
    pub holder: Option<PersonId>,
    /// Full years of the holder, when known.
    pub age: Option<i64>,
    /// Who makes it, as the journal names them.
    pub made_by: String,
    /// Code of [`Channel`].
    pub channel: String,
    /// What is wanted, all together or nothing.
    pub lines: Vec<Want>,
    /// A clash with another booking of the holder was seen and is accepted.
    pub clash_accepted: bool,
}

/// One line of a wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// What.
    pub what: What,
    /// First minute since 1970 UTC.
    pub from: Minutes,
    /// Minute after the last.
    pub to: Minutes,
    /// How many.
    pub units: i64,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// This one.
    Resource(ResourceId),
    /// One of these, whichever keeps long gaps whole.
    AnyOf(String),
}

impl Wish {
    /// A wish for one resource.
    pub fn one(purpose: &str, subject: &str, holder: PersonId, made_by: &str, channel: Channel, want: Want) -> Self {
        Self {
            purpose: purpose.into(),
            subject: subject.into(),
            holder: Some(holder),
            age: None,
            made_by: made_by.into(),
            channel: channel.code().into(),
            lines: vec![want],
            clash_accepted: false,
        }
    }
    /// From where.
    pub fn channel(&self) -> Channel {
        Channel::parse(&self.channel).unwrap_or(Channel::Phone)
    }
    /// First minute of all lines.
    pub fn start(&self) -> Minutes {
        self.lines.iter().map(|l| l.from).min().unwrap_or(0)
    }
    /// Minute after the last of all lines.
    pub fn end(&self) -> Minutes {
        self.lines.iter().map(|l| l.to).max().unwrap_or(0)
    }
}
