//! Approvals at the door: leave, trips, outings, overtime and corrections that were granted.
//!
//! Where the reference is silent: of several copies of one approval the one that has gone furthest
//! (`sp_status`) counts; a form with several controls is several approvals; an interval of length 0
//! is none; leave of one kind and name is one entry a day; leave without an hour in common with the
//! time owed is cut by nothing but the day's standard.

mod interval;

use jiff::civil::Date;
use wecom_checkin::{
    approval::{Approval, ApprovalStatus, Attendance, AttendanceKind, PunchCorrection},
    units::UnixTime,
};

pub(crate) use interval::{ApprovedInterval, Around};

use crate::{
    plan::{DayPlan, PlanKind},
    punch::Side,
    reason::Reason,
    time::{Interval, bounded_instant, merge},
    verdict::{Leave, LeaveKind},
};

/// Everything granted to a person.
#[derive(Debug, Default)]
pub(crate) struct Approved {
    /// In the order in which they were applied for.
    absences: Vec<Absence>,
    /// In the order in which it was applied for.
    pub(crate) overtime: Vec<ApprovedInterval>,
    pub(crate) corrections: Vec<Correction>,
}

/// A granted leave, trip or outing.
#[derive(Debug)]
struct Absence {
    kind: LeaveKind,
    name: String,
    number: Option<String>,
    interval: ApprovedInterval,
}

/// A granted correction.
#[derive(Debug, Clone)]
pub(crate) struct Correction {
    pub(crate) at: i64,
    pub(crate) side: Option<Side>,
    /// The attendance day that the form names.
    pub(crate) day: Option<Date>,
    /// The approval's number.
    pub(crate) number: Option<String>,
}

/// What leave takes out of one day.
#[derive(Debug, Default)]
pub(crate) struct OnLeave {
    /// When, merged.
    pub(crate) intervals: Vec<Interval>,
    /// By kind and name.
    pub(crate) leave: Vec<Leave>,
}

impl Approved {
    pub(crate) fn new(approvals: &[Approval]) -> Self {
        let mut approved = Self::default();
        let status = |a: &Approval| a.sp_status.map_or(0, ApprovalStatus::number);
        let mut standing: Vec<&Approval> = (approvals.iter().enumerate())
            .filter(|(index, approval)| {
                let outrun = approvals.iter().enumerate().any(|(other_index, other)| {
                    approval.sp_no.is_some()
                        && other.sp_no == approval.sp_no
                        && (status(other), std::cmp::Reverse(other_index))
                            > (status(approval), std::cmp::Reverse(*index))
                });
                let approved = Some(ApprovalStatus::Approved);
                (approval.sp_status == approved || approval.sp_status == Some(ApprovalStatus::Paid))
                    && !outrun
            })
            .map(|(_, approval)| approval)
            .collect();
        standing.sort_by(|a, b| (a.apply_time, &a.sp_no).cmp(&(b.apply_time, &b.sp_no)));
        for approval in standing {
            approved.add(approval);
        }
        approved.corrections.sort_by(|a, b| (a.at, &a.number).cmp(&(b.at, &b.number)));
        approved
    }

    fn add(&mut self, approval: &Approval) {
        let controls = approval.apply_data.iter().flat_map(|data| data.contents.iter().flatten());
        let form = approval.sp_name.as_deref().filter(|name| !name.is_empty());
        for value in controls.filter_map(|control| control.value.as_ref()) {
            if let Some(vacation) = &value.vacation {
                let option = vacation.selector.as_ref().and_then(|s| s.options.as_deref()?.first());
                let texts = option.and_then(|option| option.value.as_deref()).unwrap_or_default();
                let name = texts.iter().find_map(|text| text.text.as_deref());
                if let Some(attendance) = &vacation.attendance {
                    let name = name.or(form).unwrap_or("请假");
                    self.interval(approval, attendance, Some(AttendanceKind::Leave), name);
                }
            }
            if let Some(attendance) = &value.attendance {
                self.interval(approval, attendance, None, form.unwrap_or_default());
            }
            let correction = value.punch_correction.as_ref();
            let correction =
                correction.and_then(|wire| Correction::new(wire, approval.sp_no.as_ref()));
            self.corrections.extend(correction);
        }
    }

    fn interval(
        &mut self,
        approval: &Approval,
        attendance: &Attendance,
        kind: Option<AttendanceKind>,
        name: &str,
    ) {
        let Some(interval) = ApprovedInterval::new(attendance) else { return };
        let kind = match kind.or(attendance.kind) {
            Some(AttendanceKind::Overtime) => return self.overtime.push(interval),
            Some(AttendanceKind::Leave) => LeaveKind::Leave,
            Some(AttendanceKind::Trip) => LeaveKind::Trip,
            Some(AttendanceKind::Out) => LeaveKind::Out,
            Some(AttendanceKind::Other(_)) | None => return,
        };
        let name = if name.is_empty() { kind.word() } else { name }.to_owned();
        self.absences.push(Absence { kind, name, number: approval.sp_no.clone(), interval });
    }

    /// What leave, trips and outings take out of a day. What two of them cover counts once, for the
    /// one applied for first, and no day gives more than its standard.
    pub(crate) fn away(&self, around: Around<'_>, reasons: &mut Vec<Reason>) -> OnLeave {
        let plan = around.plan;
        let mut away = OnLeave::default();
        let mut left_sec = plan.standard_sec;
        for absence in &self.absences {
            let covered = absence.interval.within(plan);
            let claimed_sec = absence.interval.seconds_on(around);
            if covered.is_none() && claimed_sec <= 0 {
                continue;
            }
            let free_sec = covered.map_or(claimed_sec, |covered| {
                let all = plan.owed_within(&[covered]);
                let taken = away.intervals.iter().map(|taken| taken.common(covered));
                let taken = plan.owed_within(&taken.collect::<Vec<_>>());
                if all > 0 { claimed_sec * (all - taken) / all } else { claimed_sec }
            });
            let seconds = match plan.kind {
                // Hours that nobody counts.
                PlanKind::Free if plan.standard_sec == 0 => free_sec,
                _ => free_sec.min(left_sec),
            };
            left_sec -= seconds;
            if claimed_sec > 0 {
                away.take(absence, seconds);
                reasons.push(absence.reason(plan, seconds, claimed_sec));
            }
            away.intervals.extend(covered);
            merge(&mut away.intervals);
        }
        away.leave.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        away
    }
}

impl OnLeave {
    fn take(&mut self, absence: &Absence, seconds: i64) {
        let mut same = self.leave.iter_mut();
        let same = same.find(|leave| leave.kind == absence.kind && leave.name == absence.name);
        if let Some(leave) = same {
            leave.seconds += seconds;
        } else {
            let (kind, name) = (absence.kind, absence.name.clone());
            self.leave.push(Leave { kind, name, seconds });
        }
    }

    /// Its seconds, all kinds together.
    pub(crate) fn seconds(&self) -> i64 {
        self.leave.iter().map(|leave| leave.seconds).sum()
    }
}

impl Absence {
    fn reason(&self, plan: &DayPlan, seconds: i64, claimed_sec: i64) -> Reason {
        Reason::Leave {
            name: self.name.clone(),
            number: self.number.clone(),
            when: self.interval.when,
            from: plan.moment(self.interval.when.by_clock().begin),
            to: plan.moment(self.interval.when.by_clock().end),
            seconds,
            claimed_sec,
        }
    }
}

impl Correction {
    fn new(wire: &PunchCorrection, number: Option<&String>) -> Option<Self> {
        let state = wire.state.as_deref().unwrap_or_default();
        let side = if state.contains("迟到") || state.contains("上班") {
            Some(Side::On)
        } else if state.contains("早退") || state.contains("下班") {
            Some(Side::Off)
        } else {
            None
        };
        Some(Self {
            at: bounded_instant(wire.time?.0),
            side,
            day: wire.daymonthyear.filter(|t| t.0 > 0).and_then(UnixTime::beijing_date),
            number: number.cloned(),
        })
    }
}

impl LeaveKind {
    /// Its Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leave => "请假",
            Self::Trip => "出差",
            Self::Out => "外出",
        }
    }
}
