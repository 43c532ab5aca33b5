//! The day plan: what a person owed on one attendance day, in instants.
//!
//! A plan depends on the rule snapshot, the schedule, the calendar and the date, not on the person:
//! it is made once and shared.

use std::sync::Arc;

use jiff::civil::Date;
use wecom_checkin::{ScheduleId, TimeId, schedule::ScheduleInfo};

use crate::{
    calendar::{Calendar, CalendarDay},
    reason::DayBasis,
    rule::{DayHours, Flex, Free, Hours, Kind, Shifts, Terms, Week, Window},
    time::{DAY_SEC, DayClock, Interval, Moment, date_of, day_number, merge},
    verdict::{DayType, RuleName},
    warning::Warning,
};

/// What was owed on one attendance day.
#[derive(Debug, Clone)]
pub struct DayPlan {
    /// The day.
    pub date: Date,
    /// What kind of day it is.
    pub kind: PlanKind,
    /// What made it that.
    pub basis: DayBasis,
    /// Duty or off, for the verdict.
    pub day_type: DayType,
    /// What overtime is paid as.
    pub bucket: DayType,
    /// The rule, with the shift; `None` for "no rule".
    pub rule: Option<Arc<RuleName>>,
    /// The segments, in order.
    pub segments: Vec<PlannedSegment>,
    /// Rests and the gaps between segments: time that is never worked time.
    pub breaks: Vec<Interval>,
    /// Rests alone.
    pub rests: Vec<Interval>,
    /// Seconds owed: the segments without their rests, as they elapse.
    pub standard_sec: i64,
    /// When the day opens and closes for punches.
    pub window: Interval,
    /// What the window is made of.
    pub window_kind: WindowKind,
    pub(crate) flex: Flex,
    pub(crate) clock: DayClock,
    pub(crate) warnings: Vec<Warning>,
}

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlanKind {
    /// Segments are owed.
    Duty,
    /// A free rule's work day: hours are owed, no times.
    Free,
    /// Off.
    Off,
    /// A shift rule, and no shift set.
    Unscheduled,
    /// No rule.
    NoRule,
    /// A rule of a kind that cannot be judged.
    Unsupported,
    /// Not in the company on that day.
    NotEmployed,
}

/// Where the bounds of a day come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WindowKind {
    /// Punch windows of the rule.
    Printed,
    /// An older rule without punch windows: from its opening until the next day opens.
    NextOpening,
    /// Limits before and after a shift; a punch in the very minute of the end still counts.
    Limits,
    /// A roll-over time.
    RollOver,
    /// Nothing: the calendar date decides.
    Date,
}

/// One on/off pair, in Unix seconds.
#[derive(Debug, Clone)]
pub struct PlannedSegment {
    /// Its id inside the day, where the rule has one.
    pub id: Option<TimeId>,
    /// Due on.
    pub on: i64,
    /// Due off.
    pub off: i64,
    /// An on punch is required.
    pub needs_on: bool,
    /// An off punch is required.
    pub needs_off: bool,
    pub(crate) on_window: Option<Interval>,
    pub(crate) off_window: Option<Interval>,
}

impl DayPlan {
    /// An instant (Unix seconds) on the clock of the day's zone.
    pub fn moment(&self, at: i64) -> Moment {
        self.clock.moment(at)
    }

    /// Whether segments or hours are owed.
    pub fn is_duty(&self) -> bool {
        matches!(self.kind, PlanKind::Duty | PlanKind::Free)
    }

    /// Whether a punch falls into the day's window.
    pub(crate) fn admits(&self, at: i64) -> bool {
        let at = match self.window_kind {
            WindowKind::Date => return false,
            WindowKind::Limits if at >= self.window.end => self.clock.whole_minute(at) - 1,
            _ => at,
        };
        self.window.contains(at)
    }

    /// The plan of a date under a rule; `shift` is what the schedule says, for shift rules.
    pub(crate) fn new(
        terms: &Terms,
        calendar: &Calendar,
        date: Date,
        shift: Option<&ScheduleInfo>,
    ) -> Self {
        let mut plan = Self::blank(terms, date);
        let said = calendar.day(date);
        match &terms.kind {
            Kind::None => return plan,
            Kind::Unsupported => {
                plan.kind = PlanKind::Unsupported;
                return plan;
            }
            Kind::Fixed(week) => plan.fix(terms, week, calendar),
            Kind::Shift(shifts) => plan.shift(shifts, shift),
            Kind::Free(free) => plan.free(free, calendar),
        }
        let duty = plan.is_duty();
        let follows = match &terms.kind {
            Kind::Fixed(week) | Kind::Free(Free { week, .. }) => week.follows_calendar,
            _ => false,
        };
        plan.day_type = match (duty, said.is_statutory() && follows) {
            (true, _) => DayType::Workday,
            (false, true) => DayType::Holiday,
            (false, false) => DayType::Restday,
        };
        let holiday = said.is_statutory() && (!duty || matches!(terms.kind, Kind::Shift(_)));
        plan.bucket = if holiday { DayType::Holiday } else { plan.day_type };
        if said == CalendarDay::Unknown {
            plan.warnings.push(Warning::CalendarMissing);
        }
        plan
    }

    /// The same day for somebody who is not in the company: nothing is owed.
    pub(crate) fn not_employed(&self) -> Self {
        Self {
            kind: PlanKind::NotEmployed,
            segments: Vec::new(),
            breaks: Vec::new(),
            rests: Vec::new(),
            standard_sec: 0,
            flex: Flex::default(),
            warnings: Vec::new(),
            ..self.clone()
        }
    }

    /// A calendar date on which nothing is owed.
    fn blank(terms: &Terms, date: Date) -> Self {
        let clock = DayClock::new(&terms.zone, date);
        Self {
            date,
            kind: PlanKind::NoRule,
            basis: DayBasis::NoRule,
            day_type: DayType::Workday,
            bucket: DayType::Workday,
            rule: terms.name.clone(),
            segments: Vec::new(),
            breaks: Vec::new(),
            rests: Vec::new(),
            standard_sec: 0,
            window: Interval::new(clock.midnight(), clock.instant(DAY_SEC)),
            window_kind: WindowKind::Date,
            flex: Flex::default(),
            clock,
            warnings: Vec::new(),
        }
    }

    fn fix(&mut self, terms: &Terms, week: &Week, calendar: &Calendar) {
        let usual = week.usual_opening_sec();
        let day = |offset: i64| week.day(date_of(day_number(self.date) + offset), calendar);
        let opening = |day: &DayHours| match &day.hours {
            Some(hours) => hours.opens_sec.or(usual),
            None => usual,
        };
        let (yesterday, today, tomorrow) = (day(-1), day(0), day(1));
        let roll_over = terms.rest_roll_over_sec();
        let rest_end = |day: &DayHours| roll_over.filter(|_| day.hours.is_none());
        let opens = match &today.hours {
            None if rest_end(&yesterday).is_some() => roll_over,
            _ => opening(&today),
        };
        let next_opening = opening(&tomorrow).unwrap_or(0) + DAY_SEC;
        let printed = today.hours.as_ref().and_then(|hours| hours.closes_sec);
        let closes = printed.or(rest_end(&today).map(|sec| sec + DAY_SEC)).unwrap_or(next_opening);
        // A segment that ends after the next day opens keeps its night.
        let last_off =
            today.hours.as_ref().and_then(|hours| hours.segments.last().map(|s| s.off_sec));
        let closes = match last_off {
            Some(off) if off >= closes => off + 4 * 3600,
            _ => closes,
        };
        self.window =
            Interval::new(self.clock.instant(opens.unwrap_or(0)), self.clock.instant(closes));
        if printed.is_some() || closes != next_opening {
            self.window_kind = WindowKind::Printed;
        } else if opens.is_some() {
            self.window_kind = WindowKind::NextOpening;
        }
        self.basis = today.basis;
        if today.conflicting {
            self.warnings.push(Warning::ConflictingSpecialDay);
        }
        if week.has_invalid_weekday {
            self.warnings.push(Warning::InvalidWeekday);
        }
        if week.is_empty() {
            self.warnings.push(Warning::RuleWithoutHours);
        }
        match &today.hours {
            Some(hours) => self.owe(hours),
            None => self.kind = PlanKind::Off,
        }
    }

    fn shift(&mut self, shifts: &Shifts, shift: Option<&ScheduleInfo>) {
        let Some(info) = shift else {
            self.kind = PlanKind::Unscheduled;
            self.basis = DayBasis::Unscheduled;
            return;
        };
        self.basis = DayBasis::Schedule;
        let name =
            |id, name: &str| self.rule.as_ref().map(|rule| Arc::new(rule.with_shift(id, name)));
        let (rule, hours) = match shifts.of(info) {
            ShiftHours::Rest(id) => (name(id, rest_name(info, shifts)), None),
            ShiftHours::Known(id, shift_name, hours) => (name(id, shift_name), Some(hours)),
            ShiftHours::Foreign(id, hours) => {
                self.warnings.push(Warning::RuleFallback);
                let shift_name = info.schedule_name.as_deref().unwrap_or_default();
                (name(id, shift_name), Some(Arc::new(hours)))
            }
        };
        self.rule = rule;
        let Some(hours) = hours else {
            self.kind = PlanKind::Off;
            return;
        };
        if let (Some(opens), Some(closes)) = (hours.opens_sec, hours.closes_sec) {
            self.window = Interval::new(self.clock.instant(opens), self.clock.instant(closes));
            self.window_kind = WindowKind::Limits;
        }
        self.owe(&hours);
    }

    fn free(&mut self, free: &Free, calendar: &Calendar) {
        let day = free.week.day(self.date, calendar);
        self.window = Interval::new(
            self.clock.instant(free.roll_over_sec),
            self.clock.instant(free.roll_over_sec + DAY_SEC),
        );
        self.window_kind = WindowKind::RollOver;
        self.basis = day.basis;
        if day.conflicting {
            self.warnings.push(Warning::ConflictingSpecialDay);
        }
        if free.week.has_invalid_weekday {
            self.warnings.push(Warning::InvalidWeekday);
        }
        if day.hours.is_some() {
            self.kind = PlanKind::Free;
            self.standard_sec = free.standard_sec;
        } else {
            self.kind = PlanKind::Off;
        }
    }

    fn owe(&mut self, hours: &Hours) {
        let at = |sec| self.clock.instant(sec);
        let interval = |window: Option<Window>| {
            window.map(|w| {
                Interval::new(w.from_sec.map_or(i64::MIN, at), w.until_sec.map_or(i64::MAX, at))
            })
        };
        self.segments = hours
            .segments
            .iter()
            .map(|segment| PlannedSegment {
                id: segment.id,
                on: at(segment.on_sec),
                off: at(segment.off_sec),
                needs_on: segment.needs_on,
                needs_off: segment.needs_off,
                on_window: interval(segment.on_window),
                off_window: interval(segment.off_window),
            })
            .collect();
        self.rests = hours
            .segments
            .iter()
            .flat_map(|segment| &segment.rests)
            .map(|rest| Interval::new(at(rest.begin_sec), at(rest.end_sec)))
            .collect();
        merge(&mut self.rests);
        let gaps = self.segments.windows(2).filter_map(|pair| match pair {
            [before, after] => Some(Interval::new(before.off, after.on)),
            _ => None,
        });
        self.breaks = self.rests.iter().copied().chain(gaps).collect();
        merge(&mut self.breaks);
        self.standard_sec = self
            .segments
            .iter()
            .map(|segment| Interval::new(segment.on, segment.off))
            .map(|segment| segment.seconds() - segment.covered_by(&self.rests))
            .sum();
        self.flex = hours.flex.clone();
        if hours.flex.ms_suspected {
            self.warnings.push(Warning::MsSuspected);
        }
        self.kind = PlanKind::Duty;
    }
}

/// What a schedule's entry means under a rule.
pub(crate) enum ShiftHours<'a> {
    Rest(ScheduleId),
    Known(ScheduleId, &'a str, Arc<Hours>),
    /// Not in the rule: the schedule's own hours.
    Foreign(ScheduleId, Hours),
}

impl Shifts {
    pub(crate) fn of(&self, info: &ScheduleInfo) -> ShiftHours<'_> {
        let id = info.schedule_id.unwrap_or_default();
        let sections = info.time_section.as_deref();
        if id == ScheduleId(0) || sections.is_some_and(<[_]>::is_empty) {
            return ShiftHours::Rest(id);
        }
        match (self.by_id.get(&id), sections) {
            (Some((name, hours)), _) => ShiftHours::Known(id, name, Arc::clone(hours)),
            (None, Some(sections)) => ShiftHours::Foreign(id, Hours::of_schedule(sections)),
            (None, None) => ShiftHours::Rest(id),
        }
    }
}

/// The name of a rest: the rule's own, unless the schedule rests under a shift's id.
fn rest_name<'a>(info: &'a ScheduleInfo, shifts: &'a Shifts) -> &'a str {
    match info.schedule_name.as_deref() {
        Some(name) if info.schedule_id != Some(ScheduleId(0)) => name,
        _ => &shifts.rest_name,
    }
}
