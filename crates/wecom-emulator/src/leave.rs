//! What leave for a part of a day takes out of it, and what stays owed.
//!
//! Halves are those of the attendance day: they meet at noon where that lies inside the day's hours, else
//! in the middle of the time due. A due punch inside leave moves to the leave's edge; a rest that touches
//! the edge is free too; a segment that leave covers owes nothing.

use crate::approvals::{Approval, Extent, Matter};
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::plan::{DayPlan, Side};

const NOON_SEC: i64 = DAY_SEC / 2;

impl Duty {
    /// The time due, in order: segments without their rests, as seconds of day.
    fn pieces(&self) -> Vec<(i64, i64)> {
        let mut pieces = Vec::new();
        for segment in &self.segments {
            let mut from = segment.work_sec;
            for (begin, end) in segment.rests() {
                pieces.push((from, begin));
                from = end;
            }
            pieces.push((from, segment.off_work_sec));
        }
        pieces
    }

    /// Seconds due between two seconds of day.
    pub(crate) fn due_within(&self, from: i64, to: i64) -> i64 {
        self.pieces().into_iter().map(|(begin, end)| (end.min(to) - begin.max(from)).max(0)).sum()
    }

    /// The second of day at which the two halves of the day meet.
    pub(crate) fn split_sec(&self) -> i64 {
        let pieces = self.pieces();
        let (Some((opens, _)), Some((_, closes))) = (pieces.first(), pieces.last()) else {
            return NOON_SEC;
        };
        if (opens + 1..*closes).contains(&NOON_SEC) {
            return NOON_SEC;
        }
        let mut left = self.standard_sec / 2;
        for (begin, end) in pieces {
            if left <= end - begin {
                return begin + left;
            }
            left -= end - begin;
        }
        NOON_SEC
    }
}

impl Approval {
    /// Leave for a part of the day.
    pub(crate) fn is_part_leave(&self) -> bool {
        matches!(self.matter, Matter::Leave(_)) && self.extent != Extent::WholeDays
    }

    /// The seconds of day that leave for a part of the day takes out of it.
    fn takes_out(&self, duty: &Duty, day: Day) -> (i64, i64) {
        let closes = duty.segments.last().map_or(DAY_SEC, |segment| segment.off_work_sec);
        match (self.extent, self.by_day) {
            (Extent::Morning, true) => (0, duty.split_sec()),
            (Extent::Afternoon, true) => (duty.split_sec(), closes),
            _ => (self.begin - day.midnight(), self.end - day.midnight()),
        }
    }

    /// Seconds of required time that it takes from a day; days count as the day's standard.
    pub(crate) fn seconds_on(&self, duty: &Duty, day: Day) -> i64 {
        if !self.covers(day) || duty.owed != Owed::Work {
            return 0;
        }
        match (self.extent, self.by_day) {
            (Extent::WholeDays, _) => duty.standard_sec,
            (Extent::Morning | Extent::Afternoon, true) => duty.standard_sec / 2,
            _ => duty.due_within(self.begin - day.midnight(), self.end - day.midnight()),
        }
    }
}

impl DayPlan {
    /// Moves the due punches to the edges of part-day leave: all that was asked for, or what stands approved.
    pub(crate) fn excuse(&mut self, granted_only: bool) {
        let mut taken: Vec<(i64, i64)> = self
            .asked
            .iter()
            .filter(|asked| asked.approval.is_part_leave() && (asked.approved || !granted_only))
            .map(|asked| asked.approval.takes_out(&self.duty, self.day))
            .collect();
        taken.sort_unstable();
        for segment in &self.duty.segments {
            let (mut on, mut off) = (segment.work_sec, segment.off_work_sec);
            for (from, to) in &taken {
                let touches = |at: i64| {
                    segment.rests().into_iter().find(|(begin, end)| (*begin..=*end).contains(&at))
                };
                if (*from..*to).contains(&on) {
                    on = touches(*to).map_or(*to, |(_, end)| end);
                }
                if (from + 1..=*to).contains(&off) {
                    off = touches(*from).map_or(*from, |(begin, _)| begin);
                }
            }
            for slot in &mut self.slots {
                if slot.timeline_id != segment.time_id {
                    continue;
                }
                slot.excused = on >= off;
                let edge = if slot.side == Side::On { on } else { off };
                let due = if slot.excused { slot.due } else { self.day.midnight() + edge };
                slot.counts_from = due;
            }
        }
    }
}
