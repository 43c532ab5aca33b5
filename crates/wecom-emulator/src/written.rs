//! A written punch finds its slot, and the day is judged again as the server would.

use std::sync::Arc;

use crate::changes::Written;
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::plan::{DayPlan, Flaw, Mark, MarkKind, Side, Slot};
use crate::rule::{Rule, Segment};

/// Whether an attendance day takes a punch made at `at`.
pub(crate) fn takes(rule: &Rule, duty: &Duty, day: Day, at: i64) -> bool {
    let second = at - day.midnight();
    let opens = match duty.segments.first() {
        Some(first) => opening(first, duty),
        None => rule.span_day_time,
    };
    second >= opens && at < duty.closes(rule, day)
}

fn opening(first: &Segment, duty: &Duty) -> i64 {
    /// Where a rule names no opening: four hours early.
    const UNNAMED: i64 = 4 * 3_600;
    let ahead = duty.terms.limit_aheadtime / 1_000;
    let ahead = if ahead > 0 { ahead } else { UNNAMED };
    first.earliest_work_sec.unwrap_or(first.work_sec - ahead)
}

impl DayPlan {
    /// Adds written punches, takes withdrawn ones away, and judges the slots again.
    pub(crate) fn rewrite(&mut self, added: &[Arc<Written>], withdrawn: &[i64]) {
        self.marks.retain(|mark| !withdrawn.contains(&mark.at));
        for written in added {
            let slot = match written.due {
                Some(due) => self.slots.iter().find(|slot| slot.due == due).copied(),
                None => self.slot_for(written.at),
            };
            let side = slot.map_or_else(|| self.next_side(written.at), |slot| slot.side);
            self.marks.push(Mark {
                kind: MarkKind::Duty(side),
                at: written.at,
                due: slot.map_or(0, |slot| slot.due),
                timeline_id: slot.map_or(0, |slot| slot.timeline_id),
                flaws: Vec::new(),
                uploaded: written.at,
                delivered: true,
                written: Some(Arc::clone(written)),
            });
        }
        self.marks.sort_by_key(|mark| mark.at);
        self.judge();
    }

    /// The slot that a punch of its own accord answers.
    fn slot_for(&self, at: i64) -> Option<Slot> {
        let second = at - self.day.midnight();
        let within = |slot: &Slot| {
            let segment =
                self.duty.segments.iter().find(|segment| segment.time_id == slot.timeline_id);
            segment.is_some_and(|segment| window(segment, slot.side).contains(&second))
        };
        let open = |slot: &&Slot| within(slot) && !self.answered(slot, i64::MAX);
        // An open slot first; else the latest that the windows allow, as somebody punching once more.
        let slots = &self.slots;
        slots.iter().find(open).or_else(|| slots.iter().rfind(|slot| within(slot))).copied()
    }

    /// On and off in turn, where no slot says which.
    fn next_side(&self, at: i64) -> Side {
        let earlier = self.punches(i64::MAX).filter(|mark| mark.at < at).count();
        if earlier % 2 == 0 { Side::On } else { Side::Off }
    }

    /// Says of each slot how late or early its punch is, and of each punch whether it is in time.
    pub(crate) fn judge(&mut self) {
        if self.duty.owed != Owed::Work || self.slots.is_empty() {
            return;
        }
        let (early, late) = self.duty.terms.slide();
        let mut slide = 0;
        let last = self.slots.len().saturating_sub(1);
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let mut answers = self.marks.iter().filter(|mark| slot.takes(mark));
            let at = match slot.side {
                Side::On => answers.next(),
                Side::Off => answers.next_back(),
            };
            let at = at.map(|mark| mark.at - mark.at.rem_euclid(60)).filter(|_| !slot.excused);
            let Some(at) = at else {
                slot.off_by_sec = 0;
                continue;
            };
            // Leave moves no end of a day that slides.
            if slot.side == Side::Off && place == last && (early, late) != (0, 0) {
                slot.counts_from = slot.due + slide;
            }
            let off_by = match slot.side {
                Side::On => at - slot.counts_from,
                Side::Off => slot.counts_from - at,
            };
            slot.off_by_sec = if off_by > slot.lenient_sec { off_by } else { 0 };
            if slot.side == Side::On && place == 0 {
                slide = (at - slot.due).clamp(-early, late);
            }
        }
        for mark in &mut self.marks {
            let off_by = self.slots.iter().any(|slot| slot.takes(mark) && slot.off_by_sec > 0);
            mark.flaws.retain(|flaw| *flaw != Flaw::Time);
            if off_by {
                mark.flaws.insert(0, Flaw::Time);
            }
        }
    }
}

/// Seconds of day within which a punch may answer one side of a segment.
fn window(segment: &Segment, side: Side) -> std::ops::Range<i64> {
    let middle = i64::midpoint(segment.work_sec, segment.off_work_sec);
    match side {
        Side::On => {
            let from = segment.earliest_work_sec.unwrap_or(segment.work_sec - DAY_SEC / 6);
            from..segment.latest_work_sec.map_or(middle, |latest| latest + 60)
        }
        Side::Off => {
            let from = segment.earliest_off_work_sec.unwrap_or(middle);
            let until = segment.latest_off_work_sec.map(|latest| latest + 60);
            from..until.unwrap_or(segment.off_work_sec + DAY_SEC / 2)
        }
    }
}
