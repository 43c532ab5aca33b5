//! What may happen on a day besides coming and going: absences with an approval, second thoughts, strange places.

use crate::chance::{Chance, Purpose};
use crate::day::DAY_SEC;
use crate::plan::{DayPlan, Flaw, Mark, MarkKind, Side};
use crate::planner::{Planner, bare_mark, duty_mark};

impl Planner<'_> {
    /// A phone that is offline all day and uploads one to four days later.
    pub(crate) fn delay(&self, plan: &mut DayPlan) {
        let mut chance = self.chance(Purpose::Upload, 0);
        // What a leave earns that nobody has heard of yet is not settled.
        if self.duty.terms.late_rule.allow_offwork_after_time {
            return;
        }
        if chance.per_mille(15) {
            let later = chance.between(DAY_SEC, 4 * DAY_SEC);
            for mark in &mut plan.marks {
                mark.uploaded = mark.uploaded.max(mark.at + later);
            }
        }
    }

    /// Leave or a trip for whole days: nobody punches, and nothing is owed once it is approved.
    pub(crate) fn stays_away(&self, plan: &mut DayPlan) {
        plan.away = self.approved();
        for slot in &mut plan.slots {
            slot.excused = plan.away;
        }
    }

    /// A make-up punch: known once approved, sometimes as a record of its own.
    pub(crate) fn correct(&self, plan: &mut DayPlan, side: Side, at: i64) {
        let Some(approval) = self.asked().filter(|_| self.approved()) else { return };
        let Some(slot) = plan.slots.iter().find(|slot| slot.side == side).copied() else { return };
        plan.corrections = 1;
        let delivered = self.chance(Purpose::Approval, 1).per_mille(500);
        let mark = duty_mark(slot, at);
        plan.marks.push(Mark { uploaded: approval.decided_at, delivered, ..mark });
    }

    /// Someone who punches out, and again when really leaving.
    pub(crate) fn punches_twice(plan: &mut DayPlan, story: &mut Chance) {
        if !story.per_mille(30) {
            return;
        }
        let Some(last) = plan.slots.last().copied() else { return };
        let Some(mark) = plan.marks.last().cloned() else { return };
        let spare = mark.at - last.due;
        if mark.kind == MarkKind::Duty(Side::Off) && mark.flaws.is_empty() && spare > 1_200 {
            let at = last.due + story.between(60, spare - 600);
            plan.marks.push(Mark { at, uploaded: at, ..mark });
        }
    }

    /// Bad places, unknown phones, words nobody listed.
    pub(crate) fn flaws(&self, plan: &mut DayPlan, story: &mut Chance) {
        let (away, elsewhere) = match self.rule.option_out_range {
            1 => (60, Flaw::Field),
            _ => (12, Flaw::Place),
        };
        let kinds = [(away, elsewhere), (8, Flaw::Wifi), (8, Flaw::Device), (3, Flaw::Unlisted)];
        for (share, flaw) in kinds {
            if !story.per_mille(share) {
                continue;
            }
            let len = i64::try_from(plan.marks.len()).unwrap_or(0);
            let at = usize::try_from(story.below(len)).unwrap_or(0);
            let Some(mark) = plan.marks.get_mut(at) else { continue };
            // One place complaint a punch: whether two would count twice is not settled.
            let elsewhere = [Flaw::Place, Flaw::Field];
            if flaw == Flaw::Wifi && mark.flaws.iter().any(|flaw| elsewhere.contains(flaw)) {
                continue;
            }
            mark.flaws.push(flaw);
        }
    }

    /// A record of time and place only, on a day that has duty punches too.
    pub(crate) fn notes_a_place(&self, plan: &mut DayPlan, story: &mut Chance) {
        let at = self.instant(story.between(10 * 3_600, 16 * 3_600));
        let mark = bare_mark(Side::On, at);
        plan.marks.push(Mark { kind: MarkKind::RecordOnly, ..mark });
    }

    pub(crate) fn outdoors(&self, plan: &mut DayPlan, story: &mut Chance, times: i64) {
        for _ in 0..times {
            let at = self.instant(story.between(10 * 3_600, 16 * 3_600));
            plan.marks.push(Mark {
                kind: MarkKind::Outdoor,
                at,
                due: 0,
                timeline_id: 0,
                flaws: Vec::new(),
                uploaded: at,
                delivered: true,
                written: None,
            });
        }
    }

    /// Free hours: pairs of on and off, no segment to be late for.
    pub(crate) fn free_day(&self, plan: &mut DayPlan) {
        let mut story = self.chance(Purpose::Story, 0);
        if story.per_mille(20) {
            // Absent.
            return;
        }
        let on = story.between(8 * 3_600, 10 * 3_600 + 1_800);
        let night = if self.day.is_month_end() { 200 } else { 30 };
        let off = if story.per_mille(night) {
            DAY_SEC + story.between(600, 6_600)
        } else {
            on + story.between(7 * 3_600, 10 * 3_600)
        };
        let mut pairs = vec![(on, off)];
        if self.rule.checkin_method_type == 0 && story.per_mille(200) {
            let out = story.between(11 * 3_600 + 1_800, 12 * 3_600);
            let back = story.between(13 * 3_600, 13 * 3_600 + 1_800);
            pairs = vec![(on, out), (back, off)];
        }
        for (on, off) in pairs {
            for (side, second) in [(Side::On, on), (Side::Off, off)] {
                let at = self.instant(second);
                plan.marks.push(bare_mark(side, at));
            }
        }
        self.flaws(plan, &mut story);
        if story.per_mille(80) {
            self.outdoors(plan, &mut story, 1);
        }
    }

    /// Some come in on a day off, after lunch.
    pub(crate) fn day_off(&self, plan: &mut DayPlan) {
        let mut story = self.chance(Purpose::Story, 0);
        if !self.rule.allow_checkin_offworkday || !story.per_mille(25) {
            return;
        }
        let on = self.instant(story.between(13 * 3_600, 14 * 3_600));
        let off = on + story.between(2 * 3_600, 4 * 3_600);
        plan.marks.push(bare_mark(Side::On, on));
        plan.marks.push(bare_mark(Side::Off, off));
    }
}
