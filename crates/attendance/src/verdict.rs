//! Everything concluded for one person and day, in the shape that the program prints.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    ser::{SerializeSeq, SerializeStruct},
};
use wecom_checkin::UserId;

pub use crate::{
    calendar::DayType,
    finding::{Finding, FindingKind},
    rule::{Compensation, RuleName},
};
use crate::{
    reason::{Lang, Reason},
    time::Moment,
    warning::Warning,
};

/// The verdict on one person's attendance day.
///
/// Serialises as section 4 of the contract has it, reasons in English; [`Verdict::in_lang`] for
/// another language. Read back, its reasons are the words that were written
/// ([`Reason::Told`]), and it is written again to the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verdict {
    /// The person.
    pub userid: UserId,
    /// The attendance day.
    pub date: Date,
    /// The outcome in one word.
    pub status: Status,
    /// What the person owed that day.
    pub day_type: DayType,
    /// The rule that judged, if any.
    #[serde(deserialize_with = "shared")]
    pub rule: Option<Arc<RuleName>>,
    /// What was wrong: each kind at most once, in the order of [`FindingKind`].
    #[serde(rename = "exceptions")]
    pub findings: Vec<Finding>,
    /// Duty punches of the day.
    pub checkin_count: u32,
    /// Earliest duty punch.
    pub first: Option<Moment>,
    /// Latest duty punch.
    pub last: Option<Moment>,
    /// Seconds owed.
    pub standard_sec: i64,
    /// Seconds worked.
    pub worked_sec: i64,
    /// Overtime.
    pub overtime: Overtime,
    /// Leave, trips and outings that touch the day, by kind and name.
    pub leave: Vec<Leave>,
    /// Punches counted as field work.
    pub field_count: u32,
    /// Outdoor punches.
    pub outdoor_count: u32,
    /// Approved corrections.
    pub correction_count: u32,
    /// Why, step by step: the punch, the rule's number, the arithmetic.
    pub reasons: Vec<Reason>,
    /// What a clerk should know about the input.
    pub warnings: Vec<Warning>,
    /// What people decided about the day; what they excused is no finding any more.
    #[serde(default)]
    pub overrides: Vec<Decision>,
}

impl Verdict {
    /// The verdict with its reasons in a language, for serialising.
    pub fn in_lang(&self, lang: Lang) -> InLang<'_> {
        InLang(self, lang)
    }

    /// The finding of a kind, if there is one.
    pub fn finding(&self, kind: FindingKind) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.kind == kind)
    }
}

/// A verdict with its reasons in one language.
#[derive(Debug, Clone, Copy)]
pub struct InLang<'a>(&'a Verdict, Lang);

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.in_lang(Lang::En).serialize(s)
    }
}

impl Serialize for InLang<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let Self(verdict, lang) = self;
        let mut fields = s.serialize_struct("Verdict", 19)?;
        fields.serialize_field("userid", &verdict.userid)?;
        fields.serialize_field("date", &verdict.date)?;
        fields.serialize_field("status", &verdict.status)?;
        fields.serialize_field("day_type", &verdict.day_type)?;
        fields.serialize_field("rule", &verdict.rule.as_deref())?;
        fields.serialize_field("exceptions", &verdict.findings)?;
        fields.serialize_field("checkin_count", &verdict.checkin_count)?;
        fields.serialize_field("first", &verdict.first)?;
        fields.serialize_field("last", &verdict.last)?;
        fields.serialize_field("standard_sec", &verdict.standard_sec)?;
        fields.serialize_field("worked_sec", &verdict.worked_sec)?;
        fields.serialize_field("overtime", &verdict.overtime)?;
        fields.serialize_field("leave", &verdict.leave)?;
        fields.serialize_field("field_count", &verdict.field_count)?;
        fields.serialize_field("outdoor_count", &verdict.outdoor_count)?;
        fields.serialize_field("correction_count", &verdict.correction_count)?;
        fields.serialize_field("reasons", &Sentences(&verdict.reasons, *lang))?;
        fields.serialize_field("warnings", &verdict.warnings)?;
        if verdict.overrides.is_empty() {
            fields.skip_field("overrides")?;
        } else {
            fields.serialize_field("overrides", &verdict.overrides)?;
        }
        fields.end()
    }
}

fn shared<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Arc<RuleName>>, D::Error> {
    Ok(Option::<RuleName>::deserialize(d)?.map(Arc::new))
}

/// Reasons, written out only now.
struct Sentences<'a>(&'a [Reason], Lang);

impl Serialize for Sentences<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut list = s.serialize_seq(Some(self.0.len()))?;
        for reason in self.0 {
            list.serialize_element(&reason.sentence(self.1))?;
        }
        list.end()
    }
}

/// The outcome of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing wrong.
    Normal,
    /// At least one finding.
    Abnormal,
    /// A day off.
    Rest,
    /// On the rule's white list.
    Exempt,
    /// Shift rule, no shift set.
    Unscheduled,
    /// No rule on that day.
    NoRule,
    /// The day is still open.
    Pending,
    /// Not fetched, or not since it closed.
    Incomplete,
    /// A rule of a kind that cannot be judged.
    UnsupportedRule,
    /// Before the person joined the company, or after leaving it.
    NotEmployed,
}

impl Status {
    /// Whether no later fact of the same day is outstanding: it is over, and was asked for since.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Incomplete)
    }

    /// The status as the verdict's JSON has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Abnormal => "abnormal",
            Self::Rest => "rest",
            Self::Exempt => "exempt",
            Self::Unscheduled => "unscheduled",
            Self::NoRule => "no_rule",
            Self::Pending => "pending",
            Self::Incomplete => "incomplete",
            Self::UnsupportedRule => "unsupported_rule",
            Self::NotEmployed => "not_employed",
        }
    }

    /// The status in words, the Chinese ones as WeCom's own exports have them.
    pub fn word(self, lang: Lang) -> &'static str {
        let (english, chinese) = match self {
            Self::Normal => ("normal", "正常"),
            Self::Abnormal => ("abnormal", "异常"),
            Self::Rest => ("rest", "正常（休息）"),
            Self::Exempt => ("exempt", "正常（免打卡）"),
            Self::Unscheduled => ("unscheduled", "正常（未排班）"),
            Self::NoRule => ("no rule", "无规则"),
            Self::Pending => ("pending", "未结束"),
            Self::Incomplete => ("incomplete", "数据不全"),
            Self::UnsupportedRule => ("unsupported rule", "规则类型暂不支持"),
            Self::NotEmployed => ("not employed", "不在职"),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }
}

/// What somebody decided about a day, and what that excused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The number of the override.
    pub id: i64,
    /// Who decided, where that was said.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
    /// The kinds of finding that the day had and that do not count; none where it had none of them.
    pub excused: Vec<FindingKind>,
}

/// Overtime of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overtime {
    /// Counted seconds.
    pub seconds: i64,
    /// Which of the three it is paid as: its pay category, under the contract's name.
    pub bucket: DayType,
    /// Whether what was approved was worked.
    pub status: OvertimeStatus,
    /// Approved but not worked.
    pub short_sec: i64,
    /// What it turns into, where the rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Compensation>,
}

/// Whether approved overtime was worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OvertimeStatus {
    /// There was none.
    None,
    /// All of it.
    Ok,
    /// Less than approved.
    Short,
}

/// Leave, trip or outing on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Which of the three.
    pub kind: LeaveKind,
    /// Its name, such as 年假.
    pub name: String,
    /// Its share of the day.
    pub seconds: i64,
}

/// Leave, trip or outing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaveKind {
    /// 请假.
    Leave,
    /// 出差.
    Trip,
    /// 外出.
    Out,
}
