//! The verdict that each person-day was planned to have. Derived from the plan, never from an evaluator.

use serde::Serialize;

use crate::approvals::Matter;
use crate::calendar;
use crate::day::{Day, beijing};
use crate::duty::Owed;
use crate::plan::{DayPlan, Flaw, Mark, MarkKind, Side};
use crate::rule::{Kind, Overtime, Rule};

/// The planned verdict of one person and day, in the shape of `daka judge`.
///
/// Seconds throughout; instants are RFC 3339 in UTC+8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Truth {
    /// The person.
    pub userid: String,
    /// The attendance day.
    pub date: String,
    /// `grouptype` of the rule, 0 without one; also inside `rule`.
    pub grouptype: i64,
    /// `normal`, `abnormal`, `rest`, `exempt`, `unscheduled`, `no_rule` or `pending`.
    pub status: &'static str,
    /// `workday`, `restday` or `holiday`.
    pub day_type: &'static str,
    /// The rule in force; null without one.
    pub rule: Option<TruthRule>,
    /// Each kind at most once: late, early, missing, absent, place, device, other.
    pub exceptions: Vec<TruthException>,
    /// Real duty punches.
    pub checkin_count: i64,
    /// The earliest of them.
    pub first: Option<String>,
    /// The latest of them.
    pub last: Option<String>,
    /// Seconds due.
    pub standard_sec: i64,
    /// Seconds worked.
    pub worked_sec: i64,
    /// Overtime.
    pub overtime: TruthOvertime,
    /// Approved leave, trips and outings.
    pub leave: Vec<TruthLeave>,
    /// Duty punches made away from the office that the rule allows.
    pub field_count: i64,
    /// 外出打卡.
    pub outdoor_count: i64,
    /// Approved make-up punches.
    pub correction_count: i64,
    /// Warnings that the day's data deserves.
    pub warnings: Vec<String>,
}

/// The rule of a [`Truth`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TruthRule {
    /// `groupid`.
    pub groupid: i64,
    /// `groupname`.
    pub groupname: String,
    /// `grouptype`.
    pub grouptype: i64,
    /// The shift's id, 0 for other rules and rest days.
    pub schedule_id: i64,
    /// The shift's name.
    pub schedule_name: String,
}

/// One kind of finding of a [`Truth`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TruthException {
    /// `late`, `early`, `missing`, `absent`, `place`, `device` or `other`.
    pub kind: &'static str,
    /// How many punches (1 for a whole absent day).
    pub count: i64,
    /// For late, early and absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<i64>,
}

/// The overtime of a [`Truth`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TruthOvertime {
    /// Seconds counted.
    pub seconds: i64,
    /// `workday`, `restday` or `holiday`.
    pub bucket: &'static str,
    /// `none`, `ok` or `short`.
    pub status: &'static str,
    /// Approved minus counted.
    pub short_sec: i64,
    /// `time_off` or `pay`, where there is some and the rule says what it turns into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<&'static str>,
}

impl TruthOvertime {
    fn none(bucket: &'static str) -> Self {
        Self { seconds: 0, bucket, status: "none", short_sec: 0, compensation: None }
    }
}

/// One approval that touches the day of a [`Truth`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TruthLeave {
    /// `leave`, `trip` or `out`.
    pub kind: &'static str,
    /// The vacation's name.
    pub name: String,
    /// Seconds on this day.
    pub seconds: i64,
}

/// The verdict that `plan` was made to have, as far as it can be known at `now`.
pub(crate) fn of(userid: &str, rule: &Rule, plan: &DayPlan, now: i64) -> Truth {
    let duty = &plan.duty;
    let day_type = day_type(rule, plan);
    let open = duty.owed != Owed::Unscheduled && now < duty.closes(rule, plan.day);
    let exempt = rule.white_users.iter().any(|user| user.eq_ignore_ascii_case(userid));
    let mut exceptions = if exempt { Vec::new() } else { exceptions(plan, now) };
    if open {
        // What was seen stands; a punch still to come may make up for these.
        exceptions.retain(|one| !["early", "missing", "absent"].contains(&one.kind));
    }
    let status = match duty.owed {
        _ if open => "pending",
        _ if exempt => "exempt",
        Owed::Off => "rest",
        Owed::Unscheduled => "unscheduled",
        Owed::Work if exceptions.is_empty() => "normal",
        Owed::Work => "abnormal",
    };
    let punches: Vec<i64> = plan.punches(now).map(|mark| mark.at).collect();
    Truth {
        userid: userid.to_owned(),
        date: plan.day.date().to_string(),
        grouptype: rule.grouptype(),
        status,
        day_type,
        rule: Some(TruthRule {
            groupid: rule.groupid,
            groupname: rule.groupname.clone(),
            grouptype: rule.grouptype(),
            schedule_id: duty.schedule_id,
            schedule_name: duty.schedule_name.clone(),
        }),
        exceptions,
        checkin_count: count(&punches),
        first: punches.first().copied().map(beijing),
        last: punches.last().copied().map(beijing),
        standard_sec: duty.standard_sec,
        worked_sec: worked(rule, plan, now),
        overtime: overtime(rule, plan, bucket(rule, plan, day_type), now),
        leave: leave(plan),
        field_count: flawed(plan, &[Flaw::Field], now),
        outdoor_count: outdoor_count(plan, now),
        correction_count: plan.corrections,
        warnings: warnings(plan, open, now),
    }
}

fn count<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

fn day_type(rule: &Rule, plan: &DayPlan) -> &'static str {
    if plan.duty.owed == Owed::Work {
        "workday"
    } else if rule.sync_holidays && calendar::statutory(plan.day) {
        "holiday"
    } else {
        "restday"
    }
}

fn bucket(rule: &Rule, plan: &DayPlan, day_type: &'static str) -> &'static str {
    let free_of_duty = plan.duty.owed != Owed::Work;
    let may_be_holiday = free_of_duty || rule.kind() == Some(Kind::Shift);
    if may_be_holiday && calendar::statutory(plan.day) { "holiday" } else { day_type }
}

fn exceptions(plan: &DayPlan, now: i64) -> Vec<TruthException> {
    let off_by = |side| -> Vec<i64> {
        let slots = plan.slots.iter().filter(|slot| slot.side == side);
        slots
            .filter(|slot| slot.off_by_sec > 0 && plan.answered(slot, now))
            .map(|slot| slot.off_by_sec)
            .collect()
    };
    let timed = |durations: &[i64]| (count(durations), Some(durations.iter().sum()));
    let absent = i64::from(plan.absent(now));
    let missing = if plan.absent(now) { 0 } else { plan.missing(now) };
    let rows = [
        ("late", timed(&off_by(Side::On))),
        ("early", timed(&off_by(Side::Off))),
        ("missing", (missing, None)),
        ("absent", (absent, Some(absent * (plan.duty.standard_sec - plan.granted_sec())))),
        ("place", (flawed(plan, &[Flaw::Place, Flaw::Wifi], now), None)),
        ("device", (flawed(plan, &[Flaw::Device], now), None)),
        ("other", (flawed(plan, &[Flaw::Unlisted], now), None)),
    ];
    rows.into_iter()
        .filter(|(_, (count, _))| *count > 0)
        .map(|(kind, (count, duration_sec))| TruthException { kind, count, duration_sec })
        .collect()
}

fn flawed(plan: &DayPlan, flaws: &[Flaw], now: i64) -> i64 {
    let complaints = |mark: &Mark| mark.flaws.iter().filter(|flaw| flaws.contains(flaw)).count();
    i64::try_from(plan.punches(now).map(complaints).sum::<usize>()).unwrap_or(0)
}

/// The leave, trips and outings that stand approved, of one kind and name together.
fn leave(plan: &DayPlan) -> Vec<TruthLeave> {
    let mut leave: Vec<TruthLeave> = Vec::new();
    for approval in plan.granted() {
        let kind = match approval.matter {
            Matter::Leave(_) => "leave",
            Matter::Trip => "trip",
            Matter::Out => "out",
            Matter::Overtime | Matter::Correction { .. } => continue,
        };
        let seconds = approval.seconds_on(&plan.duty, plan.day);
        leave.push(TruthLeave { kind, name: approval.name().to_owned(), seconds });
    }
    // Two on one day are of two kinds of leave.
    leave.sort_by(|a, b| a.name.cmp(&b.name));
    leave
}

fn overtime(rule: &Rule, plan: &DayPlan, bucket: &'static str, now: i64) -> TruthOvertime {
    let worked = unrounded(rule, plan, bucket, now);
    let seconds = worked.seconds - worked.seconds % rule.overtime_step();
    let compensation = rule.overtime_turns_into(bucket).filter(|_| seconds > 0);
    let status = if seconds == 0 && worked.short_sec == 0 { "none" } else { worked.status };
    TruthOvertime { seconds, status, compensation, ..worked }
}

fn unrounded(rule: &Rule, plan: &DayPlan, bucket: &'static str, now: i64) -> TruthOvertime {
    let none = TruthOvertime::none(bucket);
    let punches: Vec<i64> = plan.punches(now).map(|mark| mark.at).collect();
    let (Some(&first), Some(&last)) = (punches.first(), punches.last()) else { return none };
    let due_off = plan.slots.last().filter(|slot| slot.side == Side::Off).map(|slot| slot.due);
    let left = plan.punches(now).filter(|mark| mark.kind == MarkKind::Duty(Side::Off)).last();
    match (rule.overtime(bucket), due_off, left) {
        (Overtime::Punches { start, least, most }, Some(due), Some(left)) => {
            counted(left.at - due - start, least, most, none)
        }
        (Overtime::Punches { least, most, .. }, None, _) if plan.duty.owed == Owed::Off => {
            counted(last - first, least, most, none)
        }
        (Overtime::Both, Some(due), Some(left)) => {
            let approval = plan.granted().find(|approval| approval.matter == Matter::Overtime);
            let Some(approval) = approval else { return none };
            let seconds = (left.at.min(approval.end) - due.max(approval.begin)).max(0);
            let short_sec = approval.end - approval.begin - seconds;
            let status = if short_sec > 0 { "short" } else { "ok" };
            TruthOvertime { seconds, status, short_sec, ..none }
        }
        _ => none,
    }
}

fn counted(seconds: i64, least: i64, most: i64, none: TruthOvertime) -> TruthOvertime {
    if seconds < least.max(1) {
        return none;
    }
    TruthOvertime { seconds: seconds.min(most), status: "ok", ..none }
}

/// The day of somebody whom no rule covers.
pub(crate) fn without_rule(userid: &str, day: Day) -> Truth {
    Truth {
        userid: userid.to_owned(),
        date: day.date().to_string(),
        grouptype: 0,
        status: "no_rule",
        day_type: "workday",
        rule: None,
        exceptions: Vec::new(),
        checkin_count: 0,
        first: None,
        last: None,
        standard_sec: 0,
        worked_sec: 0,
        overtime: TruthOvertime::none("workday"),
        leave: Vec::new(),
        field_count: 0,
        outdoor_count: 0,
        correction_count: 0,
        warnings: Vec::new(),
    }
}

fn outdoor_count(plan: &DayPlan, now: i64) -> i64 {
    let outdoor = plan
        .marks
        .iter()
        .filter(|mark| mark.kind == MarkKind::Outdoor && mark.uploaded <= now)
        .count();
    i64::try_from(outdoor).unwrap_or(0)
}

fn warnings(plan: &DayPlan, open: bool, now: i64) -> Vec<String> {
    let mut warnings: Vec<String> =
        plan.duty.warnings.iter().map(|&warning| warning.to_owned()).collect();
    let seen = plan.marks.iter().any(|mark| mark.uploaded <= now);
    if !open && !seen && !plan.slots.is_empty() {
        warnings.push("placeholder_only".to_owned());
    }
    if plan.punches(now).any(|mark| mark.flaws.contains(&Flaw::Unlisted)) {
        warnings.push(format!("unknown_exception:{}", crate::records::UNLISTED));
    }
    warnings
}

/// Seconds between the first and the last punch of the plan, without its breaks; by pairs where the rule alternates.
fn worked(rule: &Rule, plan: &DayPlan, now: i64) -> i64 {
    let at = |side| {
        plan.punches(now).filter(move |mark| mark.kind == MarkKind::Duty(side)).map(|mark| mark.at)
    };
    let (Some(first_on), Some(last_off)) = (at(Side::On).next(), at(Side::Off).last()) else {
        return 0;
    };
    if rule.kind() == Some(Kind::Free)
        && rule.checkin_method_type == 0
        && plan.duty.owed == Owed::Work
    {
        return at(Side::On).zip(at(Side::Off)).map(|(on, off)| off - on).sum();
    }
    let first = plan.punches(now).map(|mark| mark.at).next().unwrap_or(first_on);
    let broken: i64 = plan
        .breaks()
        .into_iter()
        .map(|(from, to)| (to.min(last_off) - from.max(first)).max(0))
        .sum();
    (last_off - first - broken).max(0)
}
