//! A day with segments: late, early, missing, absent, and the hours.

use super::{
    LatesOfMonth,
    session::{Conclusion, Notes, Readiness, Session, Tally},
};
use crate::{
    judged::{Outcome, Slot},
    matching::Matched,
    overtime::Evidence,
    plan::{DayPlan, PlanKind, PlannedSegment},
    policy::{LateCountsFrom, OneSideOutdoor, PartDayLeavePunches, Policy, SinglePunchHours},
    punch::Side,
    reason::{Allowance, Extent, Reason},
    time::Interval,
    warning::Warning,
};

/// What is owed of one segment once leave is taken off.
#[derive(Debug, Clone, Copy)]
struct Owed {
    on: Due,
    off: Due,
}

/// A due time once leave is taken off.
#[derive(Debug, Clone, Copy)]
struct Due {
    at: i64,
    required: bool,
    /// Leave has moved it.
    moved: bool,
}

pub(super) fn conclude(
    session: &Session<'_>,
    lates: &mut LatesOfMonth,
    notes: &mut Notes,
) -> Conclusion {
    let plan = session.plan;
    let policy = session.case.company.policy();
    let matched = Matched::new(plan, session.duty_punches());
    let away = session.away.intervals.as_slice();
    let stays_due = policy.part_day_leave_punches == PartDayLeavePunches::Edge;
    let owed: Vec<Option<Owed>> = (plan.segments.iter())
        .map(|segment| owed(plan, segment, away, stays_due, &mut notes.reasons))
        .collect();
    let slid = slide(plan, policy, &matched, owed.first().copied().flatten());
    let mut conclusion = Conclusion {
        worked_sec: worked(session, &matched, slid, notes),
        evidence: Evidence {
            first: matched.first_on(),
            last: matched.last_off(),
            due_off: plan.segments.last().map(|segment| segment.off + slid),
            due_on: plan.segments.first().map(|segment| segment.on),
            ..Evidence::default()
        },
        slots: slots(session, &matched, &owed),
        ..Conclusion::default()
    };
    if session.exempt {
        return Conclusion { matched, ..conclusion };
    }
    let anything_required = owed.iter().flatten().any(|owed| owed.on.required || owed.off.required);
    let seen = &session.seen;
    let outdoor_only = seen.outdoor > 0 && policy.one_side_outdoor == OneSideOutdoor::Missing;
    if session.is_final() && seen.duty == 0 && anything_required && !outdoor_only {
        let (standard_sec, away_sec) = (plan.standard_sec, plan.owed_within(away));
        notes.reasons.push(Reason::Absent { standard_sec, away_sec });
        conclusion.absent = Some(standard_sec - away_sec);
        return Conclusion { matched, ..conclusion };
    }
    let Notes { reasons, warnings } = notes;
    let mut judging = Judging { session, policy, lates, conclusion, reasons, warnings };
    let last = plan.segments.len().wrapping_sub(1);
    for (index, (owed, pair)) in owed.iter().zip(&matched.pairs).enumerate() {
        let Some(owed) = owed else { continue };
        judging.on(index, owed.on, pair.on);
        judging.off(index, owed.off, if index == last { slid } else { 0 }, pair.off);
    }
    judging.round();
    judging.count_as_absence(&matched);
    Conclusion { matched, ..judging.conclusion }
}

/// The punches of a day on their way to findings.
struct Judging<'a> {
    session: &'a Session<'a>,
    policy: &'a Policy,
    lates: &'a mut LatesOfMonth,
    conclusion: Conclusion,
    reasons: &'a mut Vec<Reason>,
    warnings: &'a mut Vec<Warning>,
}

/// Every due time with its punch, before late and early are judged.
fn slots(session: &Session<'_>, matched: &Matched, owed: &[Option<Owed>]) -> Vec<Slot> {
    let plan = session.plan;
    let moment = |at| plan.moment(at);
    let mut slots = Vec::with_capacity(2 * plan.segments.len());
    for ((segment, pair), owed) in plan.segments.iter().zip(&matched.pairs).zip(owed) {
        let required = |due: fn(&Owed) -> Due| owed.as_ref().is_some_and(|o| due(o).required);
        for (side, punch, required) in
            [(Side::On, pair.on, required(|o| o.on)), (Side::Off, pair.off, required(|o| o.off))]
        {
            let outcome = match (punch, required) {
                (Some(_), _) => Outcome::InTime,
                (None, true) if session.is_final() => Outcome::Missing,
                (None, true) if !session.exempt => Outcome::Open,
                (None, _) => Outcome::NotRequired,
            };
            let due = moment(segment.due(side));
            slots.push(Slot { side, due, punch: punch.map(moment), outcome });
        }
    }
    slots
}

/// What is owed of a segment; `None` where leave and rests cover all of it.
///
/// A covered due time moves to the edge of the leave, and through a rest that touches the edge;
/// there it stays due, unless the policy asks for no punch inside leave.
fn owed(
    plan: &DayPlan,
    segment: &PlannedSegment,
    away: &[Interval],
    stays_due: bool,
    reasons: &mut Vec<Reason>,
) -> Option<Owed> {
    let mut on = Due { at: segment.on, required: segment.needs_on, moved: false };
    let mut off = Due { at: segment.off, required: segment.needs_off, moved: false };
    if away.is_empty() {
        return Some(Owed { on, off });
    }
    let after = |at| away.iter().find(|leave| leave.contains(at)).map(|leave| leave.end);
    let before = |at| away.iter().find(|l| l.begin < at && at <= l.end).map(|leave| leave.begin);
    let rest_after = |at| plan.rests.iter().find(|rest| rest.contains(at)).map(|rest| rest.end);
    let rest_before =
        |at| plan.rests.iter().find(|r| r.begin < at && at <= r.end).map(|rest| rest.begin);
    if let Some(end) = after(on.at) {
        on = Due { at: end, required: on.required && stays_due, moved: true };
        while let Some(later) = rest_after(on.at).or_else(|| after(on.at)) {
            on.at = later;
        }
    }
    if let Some(begin) = before(off.at) {
        off = Due { at: begin, required: off.required && stays_due, moved: true };
        while let Some(earlier) = rest_before(off.at).or_else(|| before(off.at)) {
            off.at = earlier;
        }
    }
    let nothing_left = on.at >= segment.off || off.at <= segment.on || on.at >= off.at;
    let moment = |at| plan.moment(at);
    for (side, due, moved) in [(Side::On, segment.on, on.at), (Side::Off, segment.off, off.at)] {
        if nothing_left || due != moved {
            let moved = (!nothing_left).then(|| moment(moved));
            reasons.push(Reason::DueMoved { side, due: moment(due), moved, stays_due });
        }
    }
    (!nothing_left).then_some(Owed { on, off })
}

/// How far the first on punch slides the last off.
fn slide(plan: &DayPlan, policy: &Policy, matched: &Matched, first: Option<Owed>) -> i64 {
    let flex = &plan.flex;
    if flex.slide_early == 0 && flex.slide_late == 0 {
        return 0;
    }
    let on = matched.pairs.first().and_then(|pair| pair.on);
    on.zip(first).map_or(0, |(on, first)| {
        (compared(plan, policy, on) - first.on.at).clamp(-flex.slide_early, flex.slide_late)
    })
}

/// A punch as late and early compare it.
fn compared(plan: &DayPlan, policy: &Policy, at: i64) -> i64 {
    if policy.truncate_to_minute { plan.clock.whole_minute(at) } else { at }
}

impl Judging<'_> {
    fn on(&mut self, index: usize, due: Due, on: Option<i64>) {
        let (plan, policy) = (self.session.plan, self.policy);
        let Some(on) = on else { return self.missing(Side::On, due) };
        let compared = compared(plan, policy, on);
        let behind = compared - due.at;
        if behind <= 0 {
            return;
        }
        let (punch, due_moment) = (plan.moment(on), plan.moment(due.at));
        let (allowance, allowance_sec) = allowance(self.session, index, behind);
        if index == 0 && behind > allowance_sec && late_credit_is_unknown(self.session, behind) {
            self.warnings.push(Warning::DayBeforeUnknown);
        }
        if behind <= allowance_sec {
            let due = due_moment;
            return self.reasons.push(Reason::Allowed { punch, due, allowance, allowance_sec });
        }
        let from = policy.late_counts_from;
        let begin = match from {
            LateCountsFrom::Work => due.at,
            LateCountsFrom::Allowance => due.at + allowance_sec,
        };
        let late = Interval::new(begin, compared);
        let rest_sec = if policy.deduct_rest_from_late { late.covered_by(&plan.rests) } else { 0 };
        let seconds = late.seconds() - rest_sec;
        let of = policy.late_free_per_month;
        let free = policy.late_free_max_min.is_none_or(|min| seconds <= i64::from(min) * 60);
        if free && let Some(nth) = self.lates.forgive(plan.date, of) {
            return self.reasons.push(Reason::LateForgiven { punch, seconds, nth, of });
        }
        self.conclusion.late.add(seconds);
        self.settle(index, Side::On, Outcome::Late(seconds));
        let due = due_moment;
        self.reasons.push(Reason::Late {
            punch,
            due,
            allowance,
            allowance_sec,
            from,
            rest_sec,
            seconds,
        });
        let tiers = policy.late_tiers.iter();
        let tier = tiers.filter(|tier| seconds >= i64::from(tier.from_min) * 60);
        if let Some(tier) = tier.max_by_key(|tier| tier.from_min) {
            self.reasons.push(Reason::LateTier { name: tier.name.clone(), seconds });
        }
    }

    fn off(&mut self, index: usize, due: Due, slid: i64, off: Option<i64>) {
        let plan = self.session.plan;
        let Some(off) = off else { return self.missing(Side::Off, due) };
        if !self.session.is_final() {
            return;
        }
        let slid_sec = if due.required && !due.moved { slid } else { 0 };
        let must_stay_until = due.at + slid_sec;
        let allowance_sec = plan.flex.off_allowance;
        // Leaving early by the slide and by the allowance do not add up.
        let excused_from = must_stay_until.min(due.at.max(must_stay_until) - allowance_sec);
        let compared = compared(plan, self.policy, off);
        if compared >= excused_from {
            return;
        }
        let seconds = must_stay_until - compared;
        self.conclusion.early.add(seconds);
        self.settle(index, Side::Off, Outcome::Early(seconds));
        let (punch, due) = (plan.moment(off), plan.moment(must_stay_until));
        self.reasons.push(Reason::Early { punch, due, slid_sec, allowance_sec, seconds });
    }

    fn settle(&mut self, segment: usize, side: Side, outcome: Outcome) {
        let mut slots = self.conclusion.slots.iter_mut().filter(|slot| slot.side == side);
        if let Some(slot) = slots.nth(segment) {
            slot.outcome = outcome;
        }
    }

    fn missing(&mut self, side: Side, due: Due) {
        if due.required && self.session.is_final() {
            self.conclusion.missing += 1;
            let due = self.session.plan.moment(due.at);
            self.reasons.push(Reason::Missing { side, due });
        }
    }

    /// Rounds durations as the company asks for.
    fn round(&mut self) {
        let Some(step) = self.policy.round_duration_min else { return };
        for tally in [&mut self.conclusion.late, &mut self.conclusion.early] {
            let seconds = tally.seconds;
            let rounded_sec = self.policy.round_duration.apply(seconds, i64::from(step) * 60);
            if rounded_sec != seconds {
                self.reasons.push(Reason::Rounded { seconds, rounded_sec });
                tally.seconds = rounded_sec;
            }
        }
    }

    /// Too late or too short a day, where the company counts that as absence.
    fn count_as_absence(&mut self, matched: &Matched) {
        if !self.session.is_final() {
            return;
        }
        let (plan, policy) = (self.session.plan, self.policy);
        let steps = |whole: Option<u32>, half: Option<u32>| {
            let whole = whole.map(|minutes| (minutes, Extent::Whole, plan.standard_sec));
            let half = half.map(|minutes| (minutes, Extent::Half, plan.standard_sec / 2));
            whole.into_iter().chain(half)
        };
        let late = self.conclusion.late;
        let too_late = steps(policy.late_to_absent_min, policy.late_to_half_absent_min)
            .find(|(minutes, ..)| late.count > 0 && late.seconds >= i64::from(*minutes) * 60);
        if let Some((limit_min, extent, seconds)) = too_late {
            let late_sec = late.seconds;
            self.conclusion.late = Tally::default();
            self.conclusion.absent = Some(seconds);
            self.reasons.push(Reason::LateIsAbsence { late_sec, limit_min, extent, seconds });
        }
        let worked_sec =
            self.conclusion.worked_sec + plan.owed_within(&self.session.away.intervals);
        let both_sides = matched.first_on().is_some() && matched.last_off().is_some();
        let too_short = steps(policy.absent_below_min, policy.half_absent_below_min)
            .find(|(minutes, ..)| both_sides && worked_sec < i64::from(*minutes) * 60);
        if let Some((limit_min, extent, seconds)) = too_short {
            let absent = self.conclusion.absent.unwrap_or(0).max(seconds);
            self.conclusion.absent = Some(absent);
            self.reasons.push(Reason::ShortIsAbsence { worked_sec, limit_min, extent, seconds });
        }
    }
}

/// The largest of what excuses a late on punch.
fn allowance(session: &Session<'_>, index: usize, behind: i64) -> (Allowance, i64) {
    let flex = &session.plan.flex;
    let mut best = (Allowance::None, 0);
    let mut offer = |allowance, seconds| {
        if seconds > best.1 {
            best = (allowance, seconds);
        }
    };
    offer(Allowance::Minutes, flex.on_allowance);
    if index == 0 {
        offer(Allowance::Slide, flex.slide_late);
        // Yesterday is looked at only where it can matter.
        if behind > flex.on_allowance.max(flex.slide_late) {
            offer(Allowance::LateLeave, late_credit(session));
        }
    }
    best
}

/// Whether a late leave yesterday might have allowed a late, had yesterday been asked for.
fn late_credit_is_unknown(session: &Session<'_>, behind: i64) -> bool {
    let credits = session.plan.flex.late_credits.iter();
    let most = credits.map(|credit| credit.may_be_late).max().unwrap_or(0);
    let yesterday = session.case.days.get(session.number - 1);
    let yesterday = yesterday.filter(|day| day.not_employed.is_none()).map(|day| &day.plan);
    let Some(yesterday) = yesterday else { return false };
    let asked = session.case.person.known_until(yesterday.date);
    behind <= most
        && yesterday.kind == PlanKind::Duty
        && asked.is_none_or(|asked| asked.as_second() < yesterday.window.end)
}

/// How late a late leave yesterday lets one come.
fn late_credit(session: &Session<'_>) -> i64 {
    let credits = &session.plan.flex.late_credits;
    if credits.is_empty() {
        return 0;
    }
    let case = session.case;
    let number = session.number - 1;
    let Some(day) = case.days.get(number) else { return 0 };
    let yesterday = day.plan.as_ref();
    let punches = case.punches_on(number).iter().map(|attributed| &attributed.punch);
    let punches = punches.filter(|punch| punch.is_duty(day.terms.outdoor_counts));
    let left = match yesterday.kind {
        PlanKind::Duty => {
            let due = yesterday.segments.last().map(|segment| segment.off);
            Matched::new(yesterday, punches).last_off().zip(due)
        }
        PlanKind::Off if case.company.policy().late_rule_after_restday => {
            // A day off has no due off: today's, a day earlier.
            let due = session.plan.segments.last().map(|segment| {
                segment.off - session.plan.clock.midnight() + yesterday.clock.midnight()
            });
            punches.map(|punch| punch.at).max().zip(due)
        }
        _ => None,
    };
    let Some((left, due)) = left else { return 0 };
    let earned = credits.iter().rev().find(|credit| left >= due + credit.left_after);
    earned.map_or(0, |credit| credit.may_be_late)
}

/// Seconds worked: last off minus first on, less rests and gaps.
fn worked(session: &Session<'_>, matched: &Matched, slid: i64, notes: &mut Notes) -> i64 {
    let plan = session.plan;
    let single = session.case.company.policy().single_punch_hours;
    let between = |first, last| {
        let presence = Interval::new(first, last);
        presence.seconds() - presence.covered_by(&plan.breaks)
    };
    match (matched.first_on(), matched.last_off()) {
        (Some(on), Some(off)) if off < on => {
            notes.warnings.push(Warning::OffBeforeOn);
            0
        }
        (Some(on), Some(off)) => between(on, off),
        (None, None) => 0,
        (on, off) => {
            let due_on = plan.segments.first().map(|segment| segment.on);
            let due_off = plan.segments.last().map(|segment| segment.off + slid);
            let seconds = match single {
                SinglePunchHours::Schedule => {
                    on.or(due_on).zip(off.or(due_off)).map_or(0, |(on, off)| between(on, off))
                }
                SinglePunchHours::Zero => 0,
            };
            if single == SinglePunchHours::Schedule || session.readiness == Readiness::Closed {
                notes.reasons.push(Reason::SinglePunch { seconds, by: single });
            }
            seconds
        }
    }
}
