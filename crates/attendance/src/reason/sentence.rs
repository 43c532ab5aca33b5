//! Reasons in words.

mod chinese;
mod english;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Lang, Reason};
use crate::{finding::FindingKind, time::Moment};

impl Reason {
    /// One sentence, with the punch, the rule's number and the arithmetic.
    pub fn sentence(&self, lang: Lang) -> impl fmt::Display + Serialize + '_ {
        Sentence { reason: self, lang }
    }
}

struct Sentence<'a> {
    reason: &'a Reason,
    lang: Lang,
}

impl<'de> Deserialize<'de> for Reason {
    /// Written reasons are words, and are read as such.
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Self::Told)
    }
}

impl Serialize for Sentence<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lang {
            Lang::En => english::sentence(self.reason, f),
            Lang::Zh => chinese::sentence(self.reason, f),
        }
    }
}

/// A wall-clock time: `09:01:07`, with its date where a sentence needs it.
struct Clock(Moment);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0.datetime().time())
    }
}

impl FindingKind {
    /// The kind in a word.
    pub fn word(self, lang: Lang) -> &'static str {
        let (english, chinese) = match self {
            Self::Late => ("late", "迟到"),
            Self::Early => ("early", "早退"),
            Self::Missing => ("missing", "缺卡"),
            Self::Absent => ("absent", "旷工"),
            Self::Place => ("place", "地点异常"),
            Self::Device => ("device", "设备异常"),
            Self::Other => ("other", "其他异常"),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

/// Kinds of finding in a row.
fn kinds(kinds: &[FindingKind], lang: Lang, between: &str) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.word(lang)).collect();
    words.join(between)
}

/// A date and a wall-clock time.
pub(crate) struct Full(pub(crate) Moment);

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.datetime();
        write!(f, "{} {:.0}", at.date(), at.time())
    }
}

/// Seconds as people say them: `1 h 5 min`, `1小时5分`.
pub(crate) struct Length(pub(crate) i64, pub(crate) Lang);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(seconds, lang) = *self;
        let units = match lang {
            Lang::En => [" h", " min", " s"],
            Lang::Zh => ["小时", "分钟", "秒"],
        };
        let gap = if lang == Lang::En { " " } else { "" };
        if seconds < 0 {
            f.write_str("-")?;
        }
        let seconds = seconds.abs();
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
        let mut written = false;
        for (part, unit) in parts.into_iter().zip(units) {
            if part > 0 {
                write!(f, "{}{part}{unit}", if written { gap } else { "" })?;
                written = true;
            }
        }
        if !written {
            write!(f, "0{}", if lang == Lang::En { " min" } else { "分钟" })?;
        }
        Ok(())
    }
}
