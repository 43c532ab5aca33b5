//! Why: the steps of a verdict as data, written out in English or Chinese only when asked.

mod sentence;

pub(crate) use sentence::{Full, Length};

pub use crate::rule::DayBasis;
use crate::{
    calendar::DayType,
    employment::NotEmployed,
    facts::Unasked,
    finding::FindingKind,
    policy::{LateCountsFrom, SinglePunchHours},
    punch::Side,
    time::{Moment, When},
};

/// A language for sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 中文.
    Zh,
}

/// What allowed a late arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Allowance {
    /// Nothing.
    None,
    /// A: the allowed lateness.
    Minutes,
    /// B: the slide.
    Slide,
    /// C: a late leave the day before.
    LateLeave,
}

/// How far a day counts as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Half of what was owed.
    Half,
    /// All of it.
    Whole,
}

/// One step of a verdict. Durations in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// What kind of day it is, where that is not plain from the weekday.
    Day(DayBasis, DayType),
    /// Not in the company that day.
    NotEmployed(NotEmployed),
    /// On the rule's white list.
    WhiteListed,
    /// The day is open until then.
    Open(Moment),
    /// Nobody ever asked for something that the day cannot be judged without.
    NeverAsked(Unasked),
    /// The day closed, and its records were last asked for before that, or never.
    Unknown {
        /// When it closed.
        closed: Moment,
        /// When the records were last asked for.
        asked: Option<Moment>,
    },
    /// Arrived late.
    Late {
        /// The punch.
        punch: Moment,
        /// The due time.
        due: Moment,
        /// The allowance that held.
        allowance: Allowance,
        /// Its length.
        allowance_sec: i64,
        /// Where the late counts from.
        from: LateCountsFrom,
        /// Rest not counted.
        rest_sec: i64,
        /// How late.
        seconds: i64,
    },
    /// Arrived after the due time, within an allowance.
    Allowed {
        /// The punch.
        punch: Moment,
        /// The due time.
        due: Moment,
        /// The allowance that held.
        allowance: Allowance,
        /// Its length.
        allowance_sec: i64,
    },
    /// A late that the company forgives.
    LateForgiven {
        /// The punch.
        punch: Moment,
        /// How late.
        seconds: i64,
        /// Which one of the month.
        nth: u32,
        /// How many a month.
        of: u32,
    },
    /// A late that has a name.
    LateTier {
        /// Its name.
        name: String,
        /// How late.
        seconds: i64,
    },
    /// The lates count as absence.
    LateIsAbsence {
        /// How late.
        late_sec: i64,
        /// From how many minutes.
        limit_min: u32,
        /// Half or whole.
        extent: Extent,
        /// How much.
        seconds: i64,
    },
    /// Too little work counts as absence.
    ShortIsAbsence {
        /// Worked.
        worked_sec: i64,
        /// Below how many minutes.
        limit_min: u32,
        /// Half or whole.
        extent: Extent,
        /// How much.
        seconds: i64,
    },
    /// Left early.
    Early {
        /// The punch.
        punch: Moment,
        /// The due time, slid.
        due: Moment,
        /// How far the slide moved it.
        slid_sec: i64,
        /// Allowed earliness.
        allowance_sec: i64,
        /// How early.
        seconds: i64,
    },
    /// A required punch is missing.
    Missing {
        /// On or off.
        side: Side,
        /// The due time.
        due: Moment,
    },
    /// Nobody punched.
    Absent {
        /// What was owed.
        standard_sec: i64,
        /// Of that, what leave covers.
        away_sec: i64,
    },
    /// Leave, a trip or an outing on the day.
    Leave {
        /// Its name.
        name: String,
        /// The approval's number.
        number: Option<String>,
        /// Instants, or half days.
        when: When,
        /// From when by the clock.
        from: Moment,
        /// Until when by the clock.
        to: Moment,
        /// Its share of the day.
        seconds: i64,
        /// What it would be, had no earlier approval covered some of it.
        claimed_sec: i64,
    },
    /// Leave moved a due time, or took it away.
    DueMoved {
        /// On or off.
        side: Side,
        /// The due time of the plan.
        due: Moment,
        /// Where it moved to; `None` for nothing owed.
        moved: Option<Moment>,
        /// It is still due there (`part_day_leave_punches`).
        stays_due: bool,
    },
    /// A punch marked by WeCom: place, Wi-Fi.
    Place(Moment),
    /// A punch on an unusual device.
    Device(Moment),
    /// A punch with a mark that nobody has described.
    Other(Moment, String),
    /// A correction stands in for a punch.
    Corrected {
        /// The punch.
        punch: Moment,
        /// The approval's number.
        number: Option<String>,
    },
    /// A correction sets a punch right that happened in another place or on another device.
    Cleared {
        /// The punch.
        punch: Moment,
        /// The approval's number.
        number: Option<String>,
    },
    /// One side is not punched: the due time stands in for it, or the hours are 0
    /// (`single_punch_hours`).
    SinglePunch {
        /// What that makes.
        seconds: i64,
        /// Which rule made it.
        by: SinglePunchHours,
    },
    /// The second punch came too soon to be an off punch.
    TooSoonForOff {
        /// The punch.
        punch: Moment,
        /// How long it should have been.
        wait_sec: i64,
    },
    /// A free rule's hours were not reached; no finding.
    ShortHours {
        /// Worked.
        worked_sec: i64,
        /// Owed.
        standard_sec: i64,
    },
    /// Durations were rounded.
    Rounded {
        /// Before.
        seconds: i64,
        /// After.
        rounded_sec: i64,
    },
    /// People decided that findings do not count.
    Excused {
        /// The number of the override.
        id: i64,
        /// Who decided.
        by: Option<String>,
        /// Why.
        why: String,
        /// What the day had of what they excused.
        excused: Vec<FindingKind>,
    },
    /// A step that a verdict read back from JSON brings as words.
    Told(String),
    /// The same, kept in both languages.
    Kept {
        /// In English.
        en: String,
        /// In Chinese.
        zh: String,
    },
    /// Overtime.
    Overtime {
        /// What it is paid as.
        bucket: DayType,
        /// Before rest, bounds and rounding.
        raw_sec: i64,
        /// The longest that the rule counts, where that cut it.
        cap_sec: Option<i64>,
        /// Counted.
        seconds: i64,
        /// Approved and not worked.
        short_sec: i64,
    },
}
