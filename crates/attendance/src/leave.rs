//! Approvals at the door: leave, trips, outings, overtime and corrections that were granted.
//!
//! Where the reference is silent: of several copies of one approval the one that has gone furthest
//! (`sp_status`) counts; a form with several controls is several approvals; an interval of length 0
//! is none; leave of one kind and name is one entry a day.

use jiff::civil::Date;
use wecom_checkin::{
    approval::{Approval, ApprovalStatus, Attendance, AttendanceKind, PunchCorrection},
    units::UnixTime,
};

use crate::{
    plan::{DayPlan, PlanKind},
    punch::Side,
    time::{DAY_SEC, Stretch, bounded_instant, bounded_sec, merge},
    verdict::{Leave, LeaveKind},
};

/// Everything granted to a person.
#[derive(Debug, Default)]
pub(crate) struct Granted {
    pub(crate) absences: Vec<Absence>,
    pub(crate) overtime: Vec<Interval>,
    pub(crate) corrections: Vec<Correction>,
}

/// A granted leave, trip or outing.
#[derive(Debug)]
pub(crate) struct Absence {
    kind: LeaveKind,
    name: String,
    when: Interval,
}

/// A granted interval.
#[derive(Debug)]
pub(crate) struct Interval {
    pub(crate) stretch: Stretch,
    /// Seconds of a day item are shares of 86400, which is one standard day.
    in_days: bool,
    items: Vec<(Date, i64)>,
}

/// A granted correction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Correction {
    pub(crate) at: i64,
    pub(crate) side: Option<Side>,
    /// The attendance day that the form names.
    pub(crate) day: Option<Date>,
}

impl Granted {
    pub(crate) fn new(approvals: &[Approval]) -> Self {
        let mut granted = Self::default();
        for (index, approval) in approvals.iter().enumerate() {
            let status = |a: &Approval| a.sp_status.map_or(0, ApprovalStatus::number);
            let same = |other: &Approval| approval.sp_no.is_some() && other.sp_no == approval.sp_no;
            let outrun = approvals.iter().enumerate().any(|(other_index, other)| {
                same(other)
                    && (status(other), std::cmp::Reverse(other_index))
                        > (status(approval), std::cmp::Reverse(index))
            });
            let approved =
                matches!(approval.sp_status, Some(ApprovalStatus::Approved | ApprovalStatus::Paid));
            if approved && !outrun {
                granted.add(approval);
            }
        }
        granted.corrections.sort_by_key(|correction| correction.at);
        granted
    }

    fn add(&mut self, approval: &Approval) {
        let controls = approval.apply_data.iter().flat_map(|data| data.contents.iter().flatten());
        let form = approval.sp_name.as_deref().filter(|name| !name.is_empty());
        for value in controls.filter_map(|control| control.value.as_ref()) {
            if let Some(vacation) = &value.vacation {
                let option = vacation.selector.as_ref().and_then(|s| s.options.as_deref()?.first());
                let texts = option.and_then(|option| option.value.as_deref()).unwrap_or_default();
                let name = texts.iter().find_map(|text| text.text.clone());
                if let Some(attendance) = &vacation.attendance {
                    let name =
                        name.or(form.map(str::to_owned)).unwrap_or_else(|| "请假".to_owned());
                    self.interval(attendance, Some(AttendanceKind::Leave), name);
                }
            }
            if let Some(attendance) = &value.attendance {
                self.interval(attendance, None, form.unwrap_or_default().to_owned());
            }
            self.corrections.extend(value.punch_correction.as_ref().and_then(Correction::new));
        }
    }

    fn interval(&mut self, attendance: &Attendance, kind: Option<AttendanceKind>, name: String) {
        let Some(when) = Interval::new(attendance) else { return };
        let kind = match kind.or(attendance.kind) {
            Some(AttendanceKind::Overtime) => return self.overtime.push(when),
            Some(AttendanceKind::Leave) => LeaveKind::Leave,
            Some(AttendanceKind::Trip) => LeaveKind::Trip,
            Some(AttendanceKind::Out) => LeaveKind::Out,
            Some(AttendanceKind::Other(_)) | None => return,
        };
        let name = if name.is_empty() { kind.word().to_owned() } else { name };
        self.absences.push(Absence { kind, name, when });
    }

    /// Whether there is any leave, trip or outing at all.
    pub(crate) fn is_away(&self) -> bool {
        !self.absences.is_empty()
    }

    /// The stretches of leave that reach into a span of time, merged.
    pub(crate) fn away(&self, reach: Stretch) -> Vec<Stretch> {
        let mut away: Vec<Stretch> = self
            .absences
            .iter()
            .map(|absence| absence.when.stretch)
            .filter(|stretch| stretch.common(reach).seconds() > 0)
            .collect();
        merge(&mut away);
        away
    }

    /// What of it falls on a day, by kind and name.
    pub(crate) fn on_day(&self, plan: &DayPlan) -> Vec<Leave> {
        let mut leave: Vec<Leave> = Vec::new();
        for absence in &self.absences {
            let seconds = absence.when.seconds_on(plan);
            if seconds <= 0 {
                continue;
            }
            let same = leave.iter_mut().find(|l| l.kind == absence.kind && l.name == absence.name);
            match same {
                Some(entry) => entry.seconds += seconds,
                None => {
                    leave.push(Leave { kind: absence.kind, name: absence.name.clone(), seconds });
                }
            }
        }
        leave.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        leave
    }
}

impl Interval {
    fn new(attendance: &Attendance) -> Option<Self> {
        let range = attendance.date_range.as_ref()?;
        let begin = bounded_instant(range.new_begin?.0);
        let by_length = || range.new_duration.map(|sec| begin.saturating_add(sec));
        let end = bounded_instant(range.new_end.map(|end| end.0).or_else(by_length)?);
        let items = attendance.slice_info.iter().flat_map(|info| info.day_items.iter().flatten());
        let stretch = Stretch::new(begin, end);
        (stretch.seconds() > 0).then(|| Self {
            stretch,
            in_days: range.unit.as_deref() == Some("halfday"),
            items: items
                .filter_map(|i| {
                    let day = i.daytime.and_then(UnixTime::beijing_date)?;
                    Some((day, bounded_sec(i.duration?)))
                })
                .collect(),
        })
    }

    /// Whether the approval says which day has how much of it.
    pub(crate) fn has_items(&self) -> bool {
        !self.items.is_empty()
    }

    /// The day item of a date, in seconds of a day so long.
    pub(crate) fn item(&self, date: Date, day_sec: i64) -> Option<i64> {
        let mut items = self.items.iter().filter(|(day, _)| *day == date).peekable();
        items.peek()?;
        let seconds: i64 = items.map(|(_, seconds)| seconds).sum();
        Some(if self.in_days { seconds * day_sec / DAY_SEC } else { seconds })
    }

    /// Its share of a day: the approval's own day item, else the overlap with the time owed.
    fn seconds_on(&self, plan: &DayPlan) -> i64 {
        if let Some(seconds) = self.item(plan.date, plan.standard_sec) {
            return seconds;
        }
        match plan.kind {
            PlanKind::Free if self.stretch.common(plan.window) == plan.window => plan.standard_sec,
            PlanKind::Free => self.stretch.common(plan.window).seconds().min(plan.standard_sec),
            _ => plan.owed_within(&[self.stretch]),
        }
    }
}

impl Correction {
    fn new(wire: &PunchCorrection) -> Option<Self> {
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

impl DayPlan {
    /// From the first due time to the last, and the window around: what leave can touch.
    pub(crate) fn reach(&self) -> Stretch {
        let first = self.segments.first().map_or(self.window.begin, |segment| segment.on);
        let last = self.segments.last().map_or(self.window.end, |segment| segment.off);
        Stretch::new(self.window.begin.min(first), self.window.end.max(last) + 1)
    }

    /// Seconds of the time owed, rests left out, that lie in the stretches (merged).
    pub(crate) fn owed_within(&self, stretches: &[Stretch]) -> i64 {
        self.segments
            .iter()
            .flat_map(|segment| {
                stretches.iter().map(move |s| s.common(Stretch::new(segment.on, segment.off)))
            })
            .map(|part| part.seconds() - part.covered_by(&self.rests))
            .sum()
    }
}
