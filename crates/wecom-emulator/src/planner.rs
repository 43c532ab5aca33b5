//! Draws the plan of a day: what befalls each punch that is owed, and the instants that fit it.

use crate::approvals::{Approval, Extent, Matter};
use crate::chance::{Chance, Purpose};
use crate::company::{Company, Person};
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::plan::{Asked, DayPlan, Flaw, Mark, MarkKind, Side, Slot};
use crate::rule::{Kind, Overtime, Rule};

/// What befalls a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    InTime,
    /// Late or early by so many minutes.
    OffBy(i64),
    Forgotten,
}

/// Draws the plan of one day.
pub(crate) struct Planner<'a> {
    pub(crate) company: &'a Company,
    pub(crate) person: &'a Person,
    pub(crate) rule: &'a Rule,
    pub(crate) day: Day,
    pub(crate) duty: Duty,
    /// Seconds of lateness that yesterday's late leave forgives today.
    pub(crate) earned_sec: i64,
    /// The approvals that touch the day: one, or leave twice with time owed between.
    pub(crate) asked: Vec<Asked>,
    /// Some phones are offline and upload days later.
    pub(crate) late_uploads: bool,
}

impl Planner<'_> {
    pub(crate) fn draw(self) -> DayPlan {
        let mut plan = DayPlan {
            day: self.day,
            duty: self.duty.clone(),
            slots: self.slots(),
            marks: Vec::new(),
            away: false,
            corrections: 0,
            asked: self.asked.clone(),
        };
        match (self.duty.owed, self.rule.kind()) {
            (Owed::Work, Some(Kind::Free)) => self.free_day(&mut plan),
            (Owed::Work, _) => self.segmented_day(&mut plan),
            (Owed::Off, Some(Kind::Fixed)) => self.day_off(&mut plan),
            (Owed::Off | Owed::Unscheduled, _) => {}
        }
        if self.late_uploads {
            self.delay(&mut plan);
        }
        plan.marks.sort_by_key(|mark| mark.at);
        plan
    }

    pub(crate) fn chance(&self, purpose: Purpose, stream: i64) -> Chance {
        // Streams of one day never meet those of the next: a day has at most 16.
        Chance::new(self.company.seed, self.person.index, self.day.number() * 16 + stream, purpose)
    }

    pub(crate) fn instant(&self, second_of_day: i64) -> i64 {
        self.day.midnight() + second_of_day
    }

    fn slots(&self) -> Vec<Slot> {
        let terms = &self.duty.terms;
        let slot = |side, second, timeline_id, lenient_sec| {
            let due = self.instant(second);
            Slot {
                side,
                due,
                timeline_id,
                counts_from: due,
                lenient_sec,
                off_by_sec: 0,
                excused: false,
            }
        };
        let mut slots = Vec::new();
        for segment in &self.duty.segments {
            let id = segment.time_id;
            if !segment.no_need_checkon {
                let first = slots.is_empty();
                let lenient = if first { self.tolerance_on() } else { terms.allowance_on() };
                slots.push(slot(Side::On, segment.work_sec, id, lenient));
            }
            if !segment.no_need_checkoff && !terms.noneed_offwork {
                slots.push(slot(Side::Off, segment.off_work_sec, id, terms.allowance_off()));
            }
        }
        slots
    }

    fn segmented_day(&self, plan: &mut DayPlan) {
        let mut story = self.chance(Purpose::Story, 0);
        let roll = story.below(1_000);
        let asked = self.asked().map(|approval| (approval.matter, approval.extent));
        match asked {
            Some((Matter::Leave(_) | Matter::Trip, Extent::WholeDays)) => {
                return self.stays_away(plan);
            }
            // Absent, for all of the day or for what leave leaves of it.
            Some((Matter::Leave(_), _)) if roll < 15 => return plan.excuse(true),
            None if roll < 15 => return,
            // Out all day, and not one duty punch.
            None if roll < 19 && self.daytime() => return self.outdoors(plan, &mut story, 1),
            _ => {}
        }
        let mut fates = self.fates(plan, &mut story);
        match asked {
            Some((Matter::Leave(_), _)) => {
                // Comes and goes as if all that was asked for were granted.
                plan.excuse(false);
                let several = plan.slots.len() > 2;
                for (slot, fate) in plan.slots.iter().zip(&mut fates) {
                    *fate = match *fate {
                        _ if slot.excused => Fate::Forgotten,
                        // What the hours are with one segment on leave and half of the other missing is not settled.
                        Fate::Forgotten if several => Fate::InTime,
                        other => other,
                    };
                }
            }
            Some((Matter::Out, _)) => plan.away = self.approved(),
            Some((Matter::Correction { side, .. }, _)) => {
                for (slot, fate) in plan.slots.iter().zip(&mut fates) {
                    *fate = match *fate {
                        _ if slot.side == side => Fate::Forgotten,
                        Fate::Forgotten => Fate::InTime,
                        other => other,
                    };
                }
            }
            Some((Matter::Overtime, _)) => {
                fates.fill(Fate::InTime);
            }
            _ => {}
        }
        self.punch_all(plan, &fates);
        if self.part_leave() && !self.approved() {
            plan.excuse(true);
            plan.judge();
        }
        if let Some((Matter::Correction { side, at }, _)) = asked {
            self.correct(plan, side, at);
        }
        self.flaws(plan, &mut story);
        Self::punches_twice(plan, &mut story);
        if self.daytime() && story.per_mille(30) {
            let times = story.between(1, 2);
            self.outdoors(plan, &mut story, times);
        }
        let varied = self.company.features.more_rules && self.daytime();
        if varied && !plan.marks.is_empty() && story.per_mille(20) {
            self.notes_a_place(plan, &mut story);
        }
    }

    /// Whether the whole day's duty lies within its calendar day.
    fn daytime(&self) -> bool {
        self.duty.segments.iter().all(|segment| segment.off_work_sec < DAY_SEC)
            && self.duty.schedule_id == 0
    }

    fn fates(&self, plan: &DayPlan, story: &mut Chance) -> Vec<Fate> {
        let count = plan.slots.len();
        let mut fates = vec![Fate::InTime; count];
        let mut set = |at: Option<usize>, fate| {
            if let Some(place) = at.and_then(|at| fates.get_mut(at)) {
                *place = fate;
            }
        };
        let side_at = |story: &mut Chance, side: Side| {
            let places: Vec<usize> = (0..)
                .zip(&plan.slots)
                .filter(|(_, slot)| slot.side == side)
                .map(|(at, _)| at)
                .collect();
            places
                .get(usize::try_from(story.below(i64::try_from(places.len()).ok()?)).ok()?)
                .copied()
        };
        if story.per_mille(70) {
            let least = self.tolerance_on() / 60 + 1;
            let minutes = story.between(least, least + 50);
            let at = side_at(story, Side::On);
            // Beyond the tolerance of the first arrival; later segments forgive no more than that.
            set(at, Fate::OffBy(minutes));
        }
        if story.per_mille(45) {
            let least = self.duty.terms.allowance_off() / 60 + 1;
            let minutes = story.between(least, least + 45);
            let at = side_at(story, Side::Off);
            set(at, Fate::OffBy(minutes));
        }
        if story.per_mille(55) {
            match count {
                0 | 1 => {}
                2 => set(Some(usize::from(story.per_mille(500))), Fate::Forgotten),
                // With more segments the day's first and last punch are always made:
                // what the hours are without them is not settled.
                _ => {
                    let last = i64::try_from(count).unwrap_or(2) - 2;
                    let first = story.between(1, last);
                    set(usize::try_from(first).ok(), Fate::Forgotten);
                    if story.per_mille(300) {
                        let second = story.between(1, last);
                        set(usize::try_from(second).ok(), Fate::Forgotten);
                    }
                }
            }
        }
        fates
    }

    /// Seconds of lateness that the first arrival is forgiven, whatever forgives them.
    fn tolerance_on(&self) -> i64 {
        let terms = &self.duty.terms;
        terms.allowance_on().max(terms.slide().1).max(self.earned_sec)
    }

    /// Makes a mark for every slot that is not forgotten, and writes into the slot how it was answered.
    fn punch_all(&self, plan: &mut DayPlan, fates: &[Fate]) {
        let last = plan.slots.len().saturating_sub(1);
        let forgot = fates.contains(&Fate::Forgotten);
        let mut slide = 0;
        let (slide_early, slide_late) = self.duty.terms.slide();
        for (place, (slot, fate)) in plan.slots.iter_mut().zip(fates).enumerate() {
            let stream = i64::try_from(place).unwrap_or(0);
            let mut chance = self.chance(Purpose::Punch, stream);
            let (first, last) = (place == 0, place == last);
            if slot.side == Side::Off && last {
                slot.counts_from += slide;
            }
            let minutes = match fate {
                Fate::Forgotten => continue,
                Fate::InTime => 0,
                Fate::OffBy(minutes) => *minutes,
            };
            slot.off_by_sec = minutes * 60;
            let at = match (slot.side, minutes) {
                (Side::On, 0) => slot.counts_from + self.arrives(&mut chance, first),
                (Side::Off, 0) => slot.counts_from + self.leaves(&mut chance, last, forgot, *slot),
                (Side::On, _) => slot.counts_from + slot.off_by_sec + chance.below(60),
                (Side::Off, _) => slot.counts_from - slot.off_by_sec + chance.below(60),
            };
            if slot.side == Side::On && first {
                // Late and early compare whole minutes, so the slide does too.
                let moved = (at - slot.due).div_euclid(60).saturating_mul(60);
                slide = moved.clamp(-slide_early, slide_late);
            }
            plan.marks.push(duty_mark(*slot, at));
        }
    }

    /// Seconds before (negative) or after the due arrival that still count as in time.
    fn arrives(&self, chance: &mut Chance, first: bool) -> i64 {
        let terms = &self.duty.terms;
        let allowance = terms.allowance_on();
        let (slide_early, slide_late) = if first { terms.slide() } else { (0, 0) };
        let earned = if first { self.earned_sec } else { 0 };
        if self.plain() {
            return -chance.between(1, 1_500);
        }
        let roll = chance.below(100);
        if roll < 5 {
            // The last second of the due minute is not late.
            return chance.between(0, 59);
        }
        if earned > 0 && roll < 60 {
            return chance.between(60, earned + 59);
        }
        if slide_late > 0 && roll < 35 {
            return chance.between(60, slide_late + 59);
        }
        if slide_early > 0 && roll < 60 {
            return -chance.between(60, slide_early + 600);
        }
        if allowance > 0 && roll < 20 {
            return chance.between(60, allowance + 59);
        }
        -chance.between(1, 1_500)
    }

    /// Seconds after (or within the allowance, before) the due leave.
    fn leaves(&self, chance: &mut Chance, last: bool, forgot: bool, slot: Slot) -> i64 {
        let allowance = self.duty.terms.allowance_off();
        if !last {
            return chance.between(0, 1_200);
        }
        if let Some(Matter::Overtime) = self.asked().map(|approval| approval.matter) {
            // Stays for all of the approved two hours, or not quite.
            return if chance.per_mille(600) {
                chance.between(9_000, 10_800)
            } else {
                chance.between(3_600, 8_400)
            };
        }
        if self.part_leave() || (forgot && self.rule.overtime("workday") != Overtime::None) {
            // Overtime on a day without an arrival is not settled: nobody makes any.
            return chance.between(0, 1_500);
        }
        let night = if self.day.is_month_end() { 200 } else { 15 };
        if self.stays_past_midnight() && chance.per_mille(night) {
            let midnight = self.day.plus(1).midnight();
            return midnight + chance.between(600, 6_600) - slot.counts_from;
        }
        let roll = chance.below(100);
        if allowance > 0 && !self.plain() && roll < 10 {
            return -chance.between(0, allowance);
        }
        if roll < 25 && self.duty.schedule_id == 0 {
            return chance.between(1_800, 4 * 3_600);
        }
        chance.between(0, 1_800)
    }

    /// The approval of the day; of two, the one asked for first.
    pub(crate) fn asked(&self) -> Option<&Approval> {
        self.asked.first().map(|asked| &asked.approval)
    }

    /// All that was asked for stands approved.
    pub(crate) fn approved(&self) -> bool {
        self.asked.iter().all(|asked| asked.approved)
    }

    /// Leave covers a part of the day.
    fn part_leave(&self) -> bool {
        self.asked().is_some_and(Approval::is_part_leave)
    }

    /// A day on which nobody makes use of an allowance: whether it holds there is not settled.
    fn plain(&self) -> bool {
        self.duty.special || self.part_leave()
    }

    /// Whether the windows allow an off punch in the small hours.
    fn stays_past_midnight(&self) -> bool {
        let window = self.duty.segments.last().and_then(|segment| segment.latest_off_work_sec);
        self.duty.schedule_id == 0 && window.is_some_and(|latest| latest > DAY_SEC + 2 * 3_600)
    }
}

pub(crate) fn duty_mark(slot: Slot, at: i64) -> Mark {
    let flaws = if slot.off_by_sec > 0 { vec![Flaw::Time] } else { Vec::new() };
    Mark {
        kind: MarkKind::Duty(slot.side),
        at,
        due: slot.due,
        timeline_id: slot.timeline_id,
        flaws,
        uploaded: at,
        delivered: true,
        written: None,
    }
}

pub(crate) fn bare_mark(side: Side, at: i64) -> Mark {
    Mark {
        kind: MarkKind::Duty(side),
        at,
        due: 0,
        timeline_id: 0,
        flaws: Vec::new(),
        uploaded: at,
        delivered: true,
        written: None,
    }
}
