//! Identifiers, each its own type so that one cannot be handed over for another.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::tolerant;

/// A member's userid, spelled as WeCom spells it (1 to 64 bytes).
///
/// Two userids that differ only in case are the same person: compare [`UserId::key`]s. The `Ord`
/// of this type is byte order, which is the order of every listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Default)]
#[serde(transparent)]
pub struct UserId(Box<str>);

/// What two spellings of one person's [`UserId`] have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserKey(Box<str>);

/// A company's id (`corpid`), the half of its credentials that is no secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorpId(Box<str>);

impl CorpId {
    /// The id as WeCom shows it under 我的企业.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for CorpId {
    /// Takes the id as the admin console shows it; spaces around it are a paste's.
    fn from(text: &str) -> Self {
        Self(text.trim().into())
    }
}

impl From<String> for CorpId {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Display for CorpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no userid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUserId(String);

impl UserId {
    /// The most bytes a userid may have.
    pub const MAX_BYTES: usize = 64;

    /// Checks a userid that a person typed: 1 to 64 bytes, no white space, no control characters.
    ///
    /// # Errors
    /// [`InvalidUserId`], which says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidUserId> {
        let complaint = if text.is_empty() {
            "a userid is empty".to_owned()
        } else if text.len() > Self::MAX_BYTES {
            format!(
                "the userid {:?}… is longer than 64 bytes",
                text.chars().take(16).collect::<String>()
            )
        } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            format!("the userid {text:?} holds white space or control characters")
        } else {
            return Ok(Self(text.into()));
        };
        Err(InvalidUserId(complaint))
    }

    /// The userid as WeCom spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The case-insensitive identity of the person.
    pub fn key(&self) -> UserKey {
        UserKey(self.0.to_ascii_lowercase().into_boxed_str())
    }
}

impl From<String> for UserId {
    /// Takes what WeCom sent, unchecked.
    fn from(text: String) -> Self {
        Self(text.into_boxed_str())
    }
}

impl From<&str> for UserId {
    /// Takes what WeCom sent, unchecked.
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

tolerant::reads_as!(text: UserId);

impl tolerant::Slot<Self> for UserId {
    fn fill(&mut self, value: Option<Self>) {
        if let Some(userid) = value.filter(|_| self.0.is_empty()) {
            *self = userid;
        }
    }
}

impl<'de> Deserialize<'de> for UserId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        tolerant::required(d)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl UserKey {
    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InvalidUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidUserId {}

macro_rules! number_id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            Default,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        tolerant::reads_as!(int: $name);

        impl TryFrom<i128> for $name {
            type Error = std::num::TryFromIntError;

            fn try_from(value: i128) -> Result<Self, Self::Error> {
                i64::try_from(value).map(Self)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

number_id! {
    /// A rule's id (`groupid`).
    GroupId,
    /// A shift's id (`schedule_id`, `scheduleid` in reports). 0 is the rest shift in a schedule, and "no shift" in a record.
    ScheduleId,
    /// A department's id; 1 is the company.
    DepartmentId,
    /// A tag's id.
    TagId,
    /// The id of a kind of leave; 0 is no leave.
    VacationId,
    /// A segment's id: `time_id` in rules, `id` in schedules, `timeline_id` in records.
    TimeId,
}
