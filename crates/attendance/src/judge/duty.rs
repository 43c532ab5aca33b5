//! A day with segments: late, early, missing, absent, and the hours.

use super::{
    LatesOfMonth,
    day::{Conclusion, Session, Tally},
};
use crate::{
    matching::{Matched, Pair},
    overtime::Evidence,
    plan::{DayPlan, PlanKind, PlannedSegment},
    policy::{LateCountsFrom, OneSideOutdoor, Policy, SinglePunchHours},
    punch::Side,
    reason::{Allowance, Extent, Reason},
    time::Stretch,
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
}

pub(super) fn conclude(
    session: &Session<'_>,
    lates: &mut LatesOfMonth,
    exempt: bool,
    reasons: &mut Vec<Reason>,
    warnings: &mut Vec<Warning>,
) -> Conclusion {
    let plan = session.plan;
    let policy = session.case.company.policy();
    let matched = Matched::new(plan, session.duty_punches());
    let owed: Vec<Option<Owed>> =
        plan.segments.iter().map(|segment| owed(plan, segment, session.away, reasons)).collect();
    let slid = slide(plan, policy, &matched, owed.first().copied().flatten());
    let mut conclusion = Conclusion {
        worked_sec: worked(session, policy, &matched, slid, reasons, warnings),
        evidence: Evidence {
            first: matched.first_on(),
            last: matched.last_off(),
            due_off: plan.segments.last().map(|segment| segment.off + slid),
            due_on: plan.segments.first().map(|segment| segment.on),
            ..Evidence::default()
        },
        ..Conclusion::default()
    };
    if exempt {
        return conclusion;
    }
    let anything_required = owed.iter().flatten().any(|owed| owed.on.required || owed.off.required);
    let outdoor_only =
        session.seen.outdoor > 0 && policy.one_side_outdoor == OneSideOutdoor::Missing;
    if session.closed && session.seen.duty == 0 && anything_required && !outdoor_only {
        let away_sec = plan.owed_within(session.away);
        let seconds = plan.standard_sec - away_sec;
        reasons.push(Reason::Absent { standard_sec: plan.standard_sec, away_sec });
        conclusion.absent = Some(seconds);
        return conclusion;
    }
    let last = plan.segments.len().wrapping_sub(1);
    let each = owed.iter().zip(&matched.pairs).enumerate();
    for (index, owed, pair) in each.filter_map(|(i, (owed, pair))| Some((i, (*owed)?, pair))) {
        judge_on(session, policy, index, owed.on, pair, lates, &mut conclusion, reasons);
        let slid = if index == last { slid } else { 0 };
        judge_off(session, policy, owed.off, slid, pair, &mut conclusion, reasons);
    }
    finish(session, policy, &matched, &mut conclusion, reasons);
    conclusion
}

/// What is owed of a segment; `None` where leave and rests cover all of it.
///
/// A covered due time moves to the edge of the leave, and through a rest that touches the edge.
fn owed(
    plan: &DayPlan,
    segment: &PlannedSegment,
    away: &[Stretch],
    reasons: &mut Vec<Reason>,
) -> Option<Owed> {
    let mut on = Due { at: segment.on, required: segment.needs_on };
    let mut off = Due { at: segment.off, required: segment.needs_off };
    if away.is_empty() {
        return Some(Owed { on, off });
    }
    let after = |at| away.iter().find(|leave| leave.contains(at)).map(|leave| leave.end);
    let before = |at| away.iter().find(|l| l.begin < at && at <= l.end).map(|leave| leave.begin);
    let rest_after = |at| plan.rests.iter().find(|rest| rest.contains(at)).map(|rest| rest.end);
    let rest_before =
        |at| plan.rests.iter().find(|r| r.begin < at && at <= r.end).map(|rest| rest.begin);
    if let Some(end) = after(on.at) {
        on = Due { at: end, required: false };
        while let Some(later) = rest_after(on.at).or_else(|| after(on.at)) {
            on.at = later;
        }
    }
    if let Some(begin) = before(off.at) {
        off = Due { at: begin, required: false };
        while let Some(earlier) = rest_before(off.at).or_else(|| before(off.at)) {
            off.at = earlier;
        }
    }
    let nothing_left = on.at >= segment.off || off.at <= segment.on || on.at >= off.at;
    let moment = |at| plan.clock.moment(at);
    for (side, due, moved) in [(Side::On, segment.on, on.at), (Side::Off, segment.off, off.at)] {
        if nothing_left || due != moved {
            let moved = (!nothing_left).then(|| moment(moved));
            reasons.push(Reason::Away { side, due: moment(due), moved });
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

#[expect(clippy::too_many_arguments, reason = "one caller, and a struct would only rename them")]
fn judge_on(
    session: &Session<'_>,
    policy: &Policy,
    index: usize,
    due: Due,
    pair: &Pair,
    lates: &mut LatesOfMonth,
    conclusion: &mut Conclusion,
    reasons: &mut Vec<Reason>,
) {
    let plan = session.plan;
    let moment = |at| plan.clock.moment(at);
    let Some(on) = pair.on else {
        if due.required && session.closed {
            conclusion.missing += 1;
            reasons.push(Reason::Missing { side: Side::On, due: moment(due.at) });
        }
        return;
    };
    let punch = compared(plan, policy, on);
    let behind = punch - due.at;
    if behind <= 0 {
        return;
    }
    let (allowance, allowance_sec) = allowance(session, index, behind);
    if behind <= allowance_sec {
        let (punch, due) = (moment(on), moment(due.at));
        reasons.push(Reason::Allowed { punch, due, allowance, allowance_sec });
        return;
    }
    let from = policy.late_counts_from;
    let begin = match from {
        LateCountsFrom::Work => due.at,
        LateCountsFrom::Allowance => due.at + allowance_sec,
    };
    let late = Stretch::new(begin, punch);
    let rest_sec = if policy.deduct_rest_from_late { late.covered_by(&plan.rests) } else { 0 };
    let seconds = late.seconds() - rest_sec;
    let free = policy.late_free_max_min.is_none_or(|min| seconds <= i64::from(min) * 60);
    if free && let Some(nth) = lates.forgive(plan.date, policy.late_free_per_month) {
        let of = policy.late_free_per_month;
        reasons.push(Reason::LateForgiven { punch: moment(on), seconds, nth, of });
        return;
    }
    conclusion.late.add(seconds);
    reasons.push(Reason::Late {
        punch: moment(on),
        due: moment(due.at),
        allowance,
        allowance_sec,
        from,
        rest_sec,
        seconds,
    });
    let tier = policy.late_tiers.iter().filter(|tier| seconds >= i64::from(tier.from_min) * 60);
    if let Some(tier) = tier.max_by_key(|tier| tier.from_min) {
        reasons.push(Reason::LateTier { name: tier.name.clone(), seconds });
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
            offer(Allowance::LateLeave, late_right(session));
        }
    }
    best
}

/// How late a late leave yesterday lets one come.
fn late_right(session: &Session<'_>) -> i64 {
    let rights = &session.plan.flex.late_rights;
    if rights.is_empty() {
        return 0;
    }
    let case = session.case;
    let number = session.number - 1;
    let Some(day) = case.days.get(number) else { return 0 };
    let yesterday = day.plan.as_ref();
    let punches = case.punches_on(number).iter().map(|(_, punch)| punch);
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
    let earned = rights.iter().rev().find(|right| left >= due + right.left_after);
    earned.map_or(0, |right| right.may_be_late)
}

fn judge_off(
    session: &Session<'_>,
    policy: &Policy,
    due: Due,
    slid: i64,
    pair: &Pair,
    conclusion: &mut Conclusion,
    reasons: &mut Vec<Reason>,
) {
    let plan = session.plan;
    let moment = |at| plan.clock.moment(at);
    let Some(off) = pair.off else {
        if due.required && session.closed {
            conclusion.missing += 1;
            reasons.push(Reason::Missing { side: Side::Off, due: moment(due.at) });
        }
        return;
    };
    if !session.closed {
        return;
    }
    let slid = if due.required { slid } else { 0 };
    let must_stay_until = due.at + slid;
    let allowance_sec = plan.flex.off_allowance;
    // Leaving early by the slide and by the allowance do not add up.
    let excused_from = must_stay_until.min(due.at.max(must_stay_until) - allowance_sec);
    let punch = compared(plan, policy, off);
    if punch >= excused_from {
        return;
    }
    let seconds = must_stay_until - punch;
    conclusion.early.add(seconds);
    reasons.push(Reason::Early {
        punch: moment(off),
        due: moment(must_stay_until),
        slid_sec: slid,
        allowance_sec,
        seconds,
    });
}

/// Seconds worked: last off minus first on, less rests and gaps.
fn worked(
    session: &Session<'_>,
    policy: &Policy,
    matched: &Matched,
    slid: i64,
    reasons: &mut Vec<Reason>,
    warnings: &mut Vec<Warning>,
) -> i64 {
    let plan = session.plan;
    let between = |first, last| {
        let presence = Stretch::new(first, last);
        presence.seconds() - presence.covered_by(&plan.breaks)
    };
    match (matched.first_on(), matched.last_off()) {
        (Some(on), Some(off)) if off < on => {
            warnings.push(Warning::OffBeforeOn);
            0
        }
        (Some(on), Some(off)) => between(on, off),
        (None, None) => 0,
        (on, off) if policy.single_punch_hours == SinglePunchHours::Schedule => {
            let due_on = plan.segments.first().map(|segment| segment.on);
            let due_off = plan.segments.last().map(|segment| segment.off + slid);
            let seconds =
                on.or(due_on).zip(off.or(due_off)).map_or(0, |(on, off)| between(on, off));
            reasons.push(Reason::SinglePunch { seconds });
            seconds
        }
        _ => 0,
    }
}

/// What the company adds on top: rounding, and too late or too short a day as absence.
fn finish(
    session: &Session<'_>,
    policy: &Policy,
    matched: &Matched,
    conclusion: &mut Conclusion,
    reasons: &mut Vec<Reason>,
) {
    if let Some(step) = policy.round_duration_min {
        for tally in [&mut conclusion.late, &mut conclusion.early] {
            let rounded_sec = policy.round_duration.apply(tally.seconds, i64::from(step) * 60);
            if rounded_sec != tally.seconds {
                reasons.push(Reason::Rounded { seconds: tally.seconds, rounded_sec });
                tally.seconds = rounded_sec;
            }
        }
    }
    if !session.closed {
        return;
    }
    let standard = session.plan.standard_sec;
    let steps = |whole: Option<u32>, half: Option<u32>| {
        [
            whole.map(|minutes| (minutes, Extent::Whole, standard)),
            half.map(|minutes| (minutes, Extent::Half, standard / 2)),
        ]
        .into_iter()
        .flatten()
    };
    let late_sec = conclusion.late.seconds;
    let too_late = steps(policy.late_to_absent_min, policy.late_to_half_absent_min)
        .find(|(minutes, ..)| conclusion.late.count > 0 && late_sec >= i64::from(*minutes) * 60);
    if let Some((limit_min, extent, seconds)) = too_late {
        conclusion.late = Tally::default();
        conclusion.absent = Some(seconds);
        reasons.push(Reason::LateIsAbsence { late_sec, limit_min, extent, seconds });
    }
    let worked_sec = conclusion.worked_sec + session.plan.owed_within(session.away);
    let both_sides = matched.first_on().is_some() && matched.last_off().is_some();
    let too_short = steps(policy.absent_below_min, policy.half_absent_below_min)
        .find(|(minutes, ..)| both_sides && worked_sec < i64::from(*minutes) * 60);
    if let Some((limit_min, extent, seconds)) = too_short {
        conclusion.absent = Some(conclusion.absent.unwrap_or(0).max(seconds));
        reasons.push(Reason::ShortIsAbsence { worked_sec, limit_min, extent, seconds });
    }
}
