//! The planned day: what a person means to happen on one attendance day. Punches and the truth both follow from it.
//!
//! A plan says "arrives 7 minutes late, forgets to punch out"; the instants are drawn to fit the saying, never judged afterwards.

use std::sync::Arc;

use crate::approvals::Approval;
use crate::changes::Written;
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::rule::{Rule, Segment};

/// Which punch of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    On,
    Off,
}

/// What a mark is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MarkKind {
    Duty(Side),
    /// 外出打卡.
    Outdoor,
    /// 仅记录打卡时间和位置: neither on nor off.
    RecordOnly,
}

/// What is wrong with a mark, in the words of `exception_type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flaw {
    Time,
    Place,
    Wifi,
    Device,
    /// A word that no document lists.
    Unlisted,
    /// Made elsewhere under a rule that takes it as field work: no word in `exception_type`.
    Field,
}

/// Something that happens: a punch.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) kind: MarkKind,
    /// Unix seconds.
    pub(crate) at: i64,
    /// The instant it answers to; 0 when there is none.
    pub(crate) due: i64,
    pub(crate) timeline_id: i64,
    pub(crate) flaws: Vec<Flaw>,
    /// When the server first knows of it: `at`, or days later for a phone that was offline.
    pub(crate) uploaded: i64,
    /// Among the records; an approved make-up punch may exist only in its approval.
    pub(crate) delivered: bool,
    /// The punch as it was written through the API.
    pub(crate) written: Option<Arc<Written>>,
}

/// A punch that the rule expects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slot {
    pub(crate) side: Side,
    /// Unix seconds, as the rule says.
    pub(crate) due: i64,
    pub(crate) timeline_id: i64,
    /// The instant lateness or earliness counts from: `due`, moved by a slide or to the edge of a leave.
    pub(crate) counts_from: i64,
    /// Seconds that are forgiven.
    pub(crate) lenient_sec: i64,
    /// Seconds late or early as planned; 0 when in time.
    pub(crate) off_by_sec: i64,
    /// An approved leave covers the due instant: no punch is owed.
    pub(crate) excused: bool,
}

/// The plan of one person-day.
#[derive(Clone, Debug)]
pub(crate) struct DayPlan {
    pub(crate) day: Day,
    pub(crate) duty: Duty,
    pub(crate) slots: Vec<Slot>,
    /// In the order of time.
    pub(crate) marks: Vec<Mark>,
    /// An approved trip, outing or leave of the whole day.
    pub(crate) away: bool,
    /// Approved make-up punches whose time falls on the day.
    pub(crate) corrections: i64,
    pub(crate) asked: Vec<Asked>,
}

/// An approval that touches the day.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) approval: Approval,
    /// It stands approved.
    pub(crate) approved: bool,
}

impl Slot {
    /// Whether the mark answers this slot.
    pub(crate) fn takes(&self, mark: &Mark) -> bool {
        mark.kind == MarkKind::Duty(self.side) && mark.timeline_id == self.timeline_id
    }
}

impl DayPlan {
    /// The approvals of the day that stand.
    pub(crate) fn granted(&self) -> impl Iterator<Item = &Approval> {
        self.asked.iter().filter(|asked| asked.approved).map(|asked| &asked.approval)
    }

    /// Seconds due that granted leave, trips and outings take.
    pub(crate) fn granted_sec(&self) -> i64 {
        let absences = self.granted().filter(|approval| approval.is_absence());
        absences.map(|approval| approval.seconds_on(&self.duty, self.day)).sum()
    }

    /// The real duty punches known at `now`, in the order of time.
    pub(crate) fn punches(&self, now: i64) -> impl Iterator<Item = &Mark> {
        self.marks
            .iter()
            .filter(move |mark| mark.uploaded <= now && matches!(mark.kind, MarkKind::Duty(_)))
    }

    /// Seconds between the due off and the last off punch of a worked day; `None` without one.
    pub(crate) fn left_after(&self) -> Option<i64> {
        let due = self.slots.last().filter(|slot| slot.side == Side::Off)?.due;
        let last = self.marks.iter().rfind(|mark| mark.kind == MarkKind::Duty(Side::Off))?;
        Some(last.at - due)
    }

    /// From when on nothing about the day changes by itself: it is closed, all is uploaded and every approval decided.
    pub(crate) fn settled_at(&self, rule: &Rule) -> i64 {
        /// An approval of the day before may still change what that day earned for this one.
        const LONGEST_WAIT_SEC: i64 = 10 * DAY_SEC;
        let uploaded = self.marks.iter().map(|mark| mark.uploaded).max().unwrap_or(0);
        let decided = |asked: &Asked| {
            asked.approval.decided_at.max(asked.approval.taken_back_at.unwrap_or(0))
        };
        let decided = self.asked.iter().map(decided).max().unwrap_or(0);
        let settled = self.duty.closes(rule, self.day).max(uploaded).max(decided);
        let earns = self.duty.terms.late_rule.allow_offwork_after_time;
        settled + if earns { LONGEST_WAIT_SEC } else { 0 }
    }

    /// Slots that owe a punch and have none.
    pub(crate) fn missing(&self, now: i64) -> i64 {
        let missing = self.slots.iter().filter(|slot| !slot.excused && !self.answered(slot, now));
        i64::try_from(missing.count()).unwrap_or(0)
    }

    /// Nobody came: not a single punch of any kind on a day that owes one.
    pub(crate) fn absent(&self, now: i64) -> bool {
        let owes = self.slots.is_empty() || self.slots.iter().any(|slot| !slot.excused);
        let seen = self.marks.iter().any(|mark| mark.uploaded <= now);
        self.duty.owed == Owed::Work && owes && !seen && !self.away
    }

    /// Whether a punch that answers the slot has reached the server.
    pub(crate) fn answered(&self, slot: &Slot, now: i64) -> bool {
        self.punches(now).any(|mark| slot.takes(mark))
    }

    /// Where the plan's segments do not count as work: rests and the gaps between segments.
    pub(crate) fn breaks(&self) -> Vec<(i64, i64)> {
        let segments = &self.duty.segments;
        let gaps = segments
            .iter()
            .zip(segments.iter().skip(1))
            .map(|(before, after)| (before.off_work_sec, after.work_sec));
        let rests = segments.iter().flat_map(Segment::rests);
        let midnight = self.day.midnight();
        rests.chain(gaps).map(|(from, to)| (midnight + from, midnight + to)).collect()
    }
}
