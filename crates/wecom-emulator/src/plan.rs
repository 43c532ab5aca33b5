//! The planned day: what a person means to happen on one attendance day. Punches and the truth both follow from it.
//!
//! A plan says "arrives 7 minutes late, forgets to punch out"; the instants are drawn to fit the saying, never judged afterwards.

use std::sync::Arc;

use crate::approvals::{Approval, Extent, Matter};
use crate::chance::{Chance, Purpose};
use crate::changes::Written;
use crate::company::{Company, Person};
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::rule::{Kind, Overtime, Rule, Segment, Terms};

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
    /// An approved leave, trip or outing touches the day.
    pub(crate) away: bool,
    /// Approved make-up punches whose time falls on the day.
    pub(crate) corrections: i64,
    pub(crate) approval: Option<Approval>,
    /// The approval stands approved.
    pub(crate) approved: bool,
}

/// What befalls a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
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
    /// The approval that covers the day.
    pub(crate) approval: Option<Approval>,
    /// Whether it stands approved now.
    pub(crate) approved: bool,
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
            approval: self.approval.clone(),
            approved: self.approved,
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

    /// A phone that is offline all day and uploads one to four days later.
    fn delay(&self, plan: &mut DayPlan) {
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

    fn chance(&self, purpose: Purpose, stream: i64) -> Chance {
        // Streams of one day never meet those of the next: a day has at most 16.
        Chance::new(self.company.seed, self.person.index, self.day.number() * 16 + stream, purpose)
    }

    fn instant(&self, second_of_day: i64) -> i64 {
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
        let asked = self.approval.as_ref().map(|approval| (approval.matter, approval.extent));
        match asked {
            Some((Matter::Leave(_) | Matter::Trip, Extent::WholeDays)) => {
                return self.stays_away(plan);
            }
            // Absent.
            None if roll < 15 => return,
            // Out all day, and not one duty punch.
            None if roll < 19 && self.daytime() => return self.outdoors(plan, &mut story, 1),
            _ => {}
        }
        let mut fates = self.fates(plan, &mut story);
        match asked {
            Some((Matter::Leave(_), extent)) => self.half_away(plan, extent, &mut fates),
            Some((Matter::Out, _)) => plan.away = self.approved,
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
        if self.half() && !self.approved {
            // Refused after all: came and went as if it had been granted.
            plan.refuse();
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
    }

    /// Leave or a trip for whole days: nobody punches, and nothing is owed once it is approved.
    fn stays_away(&self, plan: &mut DayPlan) {
        plan.away = self.approved;
        for slot in &mut plan.slots {
            slot.excused = self.approved;
        }
    }

    /// Leave for a morning or an afternoon: the punch inside it is owed at its edge instead, lunch being free too.
    fn half_away(&self, plan: &mut DayPlan, extent: Extent, fates: &mut [Fate]) {
        plan.away = true;
        let (side, edge) = match extent {
            Extent::Morning => (Side::On, self.instant(13 * 3_600)),
            _ => (Side::Off, self.instant(12 * 3_600)),
        };
        for (slot, fate) in plan.slots.iter_mut().zip(fates) {
            if slot.side == side {
                slot.excused = true;
                slot.counts_from = edge;
            }
            // Everybody on half a day's leave comes and goes for the other half.
            if *fate == Fate::Forgotten {
                *fate = Fate::InTime;
            }
        }
    }

    /// A make-up punch: known once approved, sometimes as a record of its own.
    fn correct(&self, plan: &mut DayPlan, side: Side, at: i64) {
        let Some(approval) = self.approval.as_ref().filter(|_| self.approved) else { return };
        let Some(slot) = plan.slots.iter().find(|slot| slot.side == side).copied() else { return };
        plan.corrections = 1;
        let delivered = self.chance(Purpose::Approval, 1).per_mille(500);
        let mark = duty_mark(slot, at);
        plan.marks.push(Mark { uploaded: approval.decided_at, delivered, ..mark });
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
        if let Some(Matter::Overtime) = self.approval.as_ref().map(|approval| approval.matter) {
            // Stays for all of the approved two hours, or not quite.
            return if chance.per_mille(600) {
                chance.between(9_000, 10_800)
            } else {
                chance.between(3_600, 8_400)
            };
        }
        if self.half() || (forgot && self.rule.overtime("workday") != Overtime::None) {
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

    /// Half a day's leave covers the day.
    fn half(&self) -> bool {
        let extent = self.approval.as_ref().map(|approval| approval.extent);
        matches!(extent, Some(Extent::Morning | Extent::Afternoon))
    }

    /// A day on which nobody makes use of an allowance: whether it holds there is not settled.
    fn plain(&self) -> bool {
        self.duty.special || self.half()
    }

    /// Whether the windows allow an off punch in the small hours.
    fn stays_past_midnight(&self) -> bool {
        let window = self.duty.segments.last().and_then(|segment| segment.latest_off_work_sec);
        self.duty.schedule_id == 0 && window.is_some_and(|latest| latest > DAY_SEC + 2 * 3_600)
    }

    /// Someone who punches out, and again when really leaving.
    fn punches_twice(plan: &mut DayPlan, story: &mut Chance) {
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
    fn flaws(&self, plan: &mut DayPlan, story: &mut Chance) {
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

    fn outdoors(&self, plan: &mut DayPlan, story: &mut Chance, times: i64) {
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
    fn free_day(&self, plan: &mut DayPlan) {
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
    fn day_off(&self, plan: &mut DayPlan) {
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

fn duty_mark(slot: Slot, at: i64) -> Mark {
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

fn bare_mark(side: Side, at: i64) -> Mark {
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

impl Slot {
    /// Whether the mark answers this slot.
    pub(crate) fn takes(&self, mark: &Mark) -> bool {
        mark.kind == MarkKind::Duty(self.side) && mark.timeline_id == self.timeline_id
    }
}

impl Terms {
    /// Seconds that may pass before an arrival is late, on every segment.
    pub(crate) fn allowance_on(&self) -> i64 {
        self.allowance(self.flex_on_duty_time)
    }

    /// Seconds that a leave may be early, on every segment.
    pub(crate) fn allowance_off(&self) -> i64 {
        self.allowance(self.flex_off_duty_time)
    }

    fn allowance(&self, own: i64) -> i64 {
        if !self.allow_flex {
            0
        } else if self.flex_on_duty_time == -1 && self.flex_off_duty_time == -1 {
            self.flex_time / 1_000
        } else {
            own.max(0)
        }
    }

    /// How far the day may slide: (earlier, later), in seconds.
    pub(crate) fn slide(&self) -> (i64, i64) {
        if self.allow_flex {
            (self.max_allow_arrive_early, self.max_allow_arrive_late)
        } else {
            (0, 0)
        }
    }

    /// The lateness that leaving `after` seconds past the due off earns for the next morning.
    pub(crate) fn earned(&self, after: i64) -> i64 {
        let rule = &self.late_rule;
        if !rule.allow_offwork_after_time {
            return 0;
        }
        if rule.timerules.is_empty() {
            let reached = rule.offwork_after_time > 0 && after >= rule.offwork_after_time;
            return if reached { rule.onwork_flex_time } else { 0 };
        }
        rule.timerules
            .iter()
            .filter(|step| after >= step.offwork_after_time)
            .max_by_key(|step| step.offwork_after_time)
            .map_or(0, |step| step.onwork_flex_time)
    }
}

impl DayPlan {
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
