//! A judged day: the verdict together with what it was made from.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    attribution::Basis,
    plan::DayPlan,
    punch::{Marks, Nature, Side},
    time::Moment,
    verdict::Verdict,
};

/// One attendance day of one person, judged once. Explaining, drawing and tabulating read this;
/// nothing attributes or judges again.
#[derive(Debug, Clone)]
pub struct JudgedDay {
    /// What was concluded.
    pub verdict: Verdict,
    /// What was owed.
    pub plan: Arc<DayPlan>,
    /// 上班1, 下班1, 上班2, …: each due time with its punch. Empty on days without due times.
    pub slots: Vec<Slot>,
    /// What was punched, in order of time: the day's records and corrections, and the records that
    /// the day might miss.
    pub punches: Vec<JudgedPunch>,
    /// Rests and gaps between the first on and the last off, seconds.
    pub break_sec: i64,
    /// When the day's records were last asked for.
    pub asked: Option<Timestamp>,
}

/// A due time of the day, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// On or off.
    pub side: Side,
    /// When it was due by the plan.
    pub due: Moment,
    /// The punch that counts.
    pub punch: Option<Moment>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Punched, and nothing wrong with the time.
    InTime,
    /// Punched so many seconds late.
    Late(i64),
    /// Punched so many seconds early.
    Early(i64),
    /// Required and not punched; on an absent day too.
    Missing,
    /// Not punched, and not required.
    NotRequired,
    /// Not punched, and the day is open or was not asked for.
    Open,
}

/// A record or correction, and what it did for its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedPunch {
    /// When.
    pub at: Moment,
    /// What it is.
    pub nature: Nature,
    /// Its place in [`Person::records`](crate::Person::records); `None` for a correction that no
    /// record shows.
    pub record: Option<usize>,
    /// What WeCom marked it with, less what a correction has cleared.
    pub marks: Marks,
    /// An approved correction has cleared its marks.
    pub cleared: bool,
    /// What its day rests on.
    pub basis: Basis,
    /// What it did.
    pub role: Role,
}

/// What a punch did for its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The on or off of a segment, counted from 0.
    Used(usize, Side),
    /// A duty punch that another one outdid, or that a day without segments only counts.
    Counted,
    /// Nothing: no duty punch, or not used.
    None,
}

impl JudgedPunch {
    /// Whether somebody did something at that time: no 未打卡 row, and a time that can be.
    pub fn is_real(&self) -> bool {
        !matches!(self.nature, Nature::Placeholder(_)) && self.basis != Basis::Impossible
    }
}

impl JudgedDay {
    /// What WeCom marked the punch that fills a slot with.
    pub fn marks_of(&self, slot: &Slot) -> Marks {
        let fills = |punch: &&JudgedPunch| {
            Some(punch.at) == slot.punch
                && matches!(punch.role, Role::Used(_, side) if side == slot.side)
        };
        self.punches.iter().find(fills).map(|punch| punch.marks).unwrap_or_default()
    }
}
