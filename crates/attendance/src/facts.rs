//! What is known about a person: the door through which WeCom's answers enter the evaluator.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use wecom_checkin::{Record, Rule, UserId, approval::Approval, schedule::Schedule};

use crate::{employment::Employment, finding::FindingKind};

/// All facts about one person that bear on the days to judge.
///
/// The order of the lists means nothing, and more than the days need does no harm: hand over a
/// day or two on either side, because a night punch answers to the day before.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The person, spelled as the output shall spell it.
    pub userid: UserId,
    /// The person's rule from a date on, until the next entry; `None` for "no rule". Days before
    /// the first entry have no rule either.
    pub rules: Vec<(Date, Option<Arc<Rule>>)>,
    /// Records, placeholders included.
    pub records: Vec<Record>,
    /// Schedules by month, for shift rules.
    pub schedules: Vec<Schedule>,
    /// Approvals of any status.
    pub approvals: Vec<Approval>,
    /// Which days have been asked for, and when. A day outside is `incomplete`, never absent.
    pub known: Vec<Known>,
    /// Of which days the rule was asked for. A day outside is `incomplete`, never without a rule.
    pub rules_asked: Asked,
    /// Of which days the schedule was asked for. Under a shift rule a day outside is `incomplete`,
    /// never unscheduled.
    pub schedules_asked: Asked,
    /// For which days approvals are known: all that could bear on the day was asked for, far enough
    /// back and after the day had ended. What is found on a day outside is doubtful.
    pub approvals_asked: Asked,
    /// From when until when the person is in the company. On days outside nothing is owed.
    pub employment: Employment,
    /// What people decided about the days.
    pub overrides: Vec<Override>,
}

/// Somebody's decision that findings of a person's day do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its number in the company.
    pub id: i64,
    /// The attendance day that it is about.
    pub date: Date,
    /// Kinds of finding that it excuses, should the day have them.
    pub excuse: Vec<FindingKind>,
    /// Who decided, where that was said.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// Which days something was asked for; that nothing was answered is then an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Asked {
    /// Every day.
    #[default]
    Always,
    /// These days, both ends included.
    On(Vec<(Date, Date)>),
}

impl Asked {
    /// Whether it was asked for on a day.
    pub fn on(&self, date: Date) -> bool {
        match self {
            Self::Always => true,
            Self::On(days) => days.iter().any(|(from, to)| (*from..=*to).contains(&date)),
        }
    }
}

/// What was never asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unasked {
    /// The records of the day.
    Records,
    /// The rule of the day.
    Rule,
    /// The schedule of the day.
    Schedule,
}

/// The records of these attendance days were asked for, last at this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// When they were last asked for.
    pub until: Timestamp,
}

impl Person {
    /// When the records of a day were last asked for; `None` for never.
    pub fn known_until(&self, date: Date) -> Option<Timestamp> {
        let known = self.known.iter().filter(|known| known.from <= date && date <= known.to);
        known.map(|known| known.until).max()
    }
}
