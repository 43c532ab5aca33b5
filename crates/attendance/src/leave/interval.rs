//! Which time an approval means.
//!
//! Item 4.0.6 of the reference and section 16.1 of the API's. With `hour` the stamps are instants.
//! With `halfday` they are markers: days and halves of the attendance day, not of the clock. Where
//! they are silent:
//!
//! - a `halfday` stamp that is neither 00:00 nor 12:00 means the half that it lies in;
//! - an item of hours that two attendance days can claim is split by what each of them covers of
//!   its calendar day;
//! - half of a free rule's day is half of its hours.

use wecom_checkin::{
    approval::{Attendance, DateRange},
    units::UnixTime,
};

use crate::{
    plan::{DayPlan, PlanKind},
    time::{
        DAY_SEC, HALF_DAY_SEC, HalfDay, Interval, When, bounded_instant, bounded_sec, date_of,
        day_number,
    },
};

/// A granted interval.
#[derive(Debug)]
pub(crate) struct ApprovedInterval {
    pub(crate) when: When,
    /// Its share of calendar days by number, where the approval says so.
    items: Vec<(i64, i64)>,
    /// The items count a day as 86400, which is one standard day.
    in_days: bool,
}

/// A day's plan between those of the day before and the day after: a night has hours on two dates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) before: Option<&'a DayPlan>,
    pub(crate) plan: &'a DayPlan,
    pub(crate) after: Option<&'a DayPlan>,
}

impl ApprovedInterval {
    pub(crate) fn new(attendance: &Attendance) -> Option<Self> {
        let range = attendance.date_range.as_ref()?;
        let begin = bounded_instant(range.new_begin?.0);
        let duration = range.new_duration.map(i64::from).filter(|&sec| sec > 0);
        let by_length = || duration.map(|sec| begin.saturating_add(sec));
        let end = bounded_instant(range.new_end.map(|end| end.0).or_else(by_length)?);
        let items = attendance.slice_info.iter().flat_map(|info| info.day_items.iter().flatten());
        let items: Vec<(i64, i64)> = items
            .filter_map(|item| {
                let day = item.daytime.and_then(UnixTime::beijing_date)?;
                Some((day_number(day), bounded_sec(item.duration?.0)))
            })
            .collect();
        let sum: i64 = items.iter().map(|(_, seconds)| seconds).sum();
        let (when, in_days) = if range.unit.as_deref() == Some("halfday") {
            let when = halves(range, begin, end, duration.unwrap_or(sum))?;
            let counted = duration.unwrap_or_else(|| when.by_clock().seconds());
            (when, sum > 0 && sum % HALF_DAY_SEC == 0 && sum == counted)
        } else {
            (When::Hours(Interval::new(begin, end)), false)
        };
        (when.by_clock().seconds() > 0).then_some(Self { when, items, in_days })
    }

    /// What of a day's plan it covers; `None` where nothing is owed or nothing covered.
    pub(crate) fn within(&self, plan: &DayPlan) -> Option<Interval> {
        let reach = plan.reach()?;
        let covered = match self.when {
            When::Hours(interval) => interval.common(reach),
            When::Halves(first, last) => {
                let morning = HalfDay::morning(day_number(plan.date));
                let covers = |half: HalfDay| first <= half && half <= last;
                match (covers(morning), covers(morning.next())) {
                    (true, true) => reach,
                    (true, false) => Interval::new(reach.begin, plan.split()),
                    (false, true) => Interval::new(plan.split(), reach.end),
                    (false, false) => return None,
                }
            }
        };
        (covered.seconds() > 0).then_some(covered)
    }

    /// Its seconds on a day with duty: what its items say, else what it covers of the time owed.
    pub(crate) fn seconds_on(&self, around: Around<'_>) -> i64 {
        let plan = around.plan;
        let number = day_number(plan.date);
        let given = match self.when {
            When::Hours(interval) => self.hours_given(interval, number, around),
            When::Halves(..) => self.item(number),
        };
        match (given, self.within(plan)) {
            _ if !plan.is_duty() => 0,
            (Some(seconds), _) if self.in_days => seconds * plan.standard_sec / DAY_SEC,
            (Some(seconds), _) => seconds,
            (None, Some(covered)) => match (plan.kind, self.when) {
                (PlanKind::Free, _) if covered == plan.window => plan.standard_sec,
                (PlanKind::Free, When::Halves(..)) => plan.standard_sec / 2,
                (PlanKind::Free, When::Hours(_)) => covered.seconds().min(plan.standard_sec),
                _ => plan.owed_within(&[covered]),
            },
            (None, None) => 0,
        }
    }

    /// The item of a calendar day.
    fn item(&self, number: i64) -> Option<i64> {
        let mut items = self.items.iter().filter(|(day, _)| *day == number).peekable();
        items.peek()?;
        Some(items.map(|(_, seconds)| seconds).sum())
    }

    /// What items of hours say of an attendance day. They are by calendar day; the hours of a night
    /// stand on two of them and belong to the one attendance day whose plan they overlap.
    fn hours_given(&self, interval: Interval, number: i64, around: Around<'_>) -> Option<i64> {
        let shared = |date: i64, night: Option<&DayPlan>, day: Option<&DayPlan>| {
            let item = self.item(date)?;
            let midnight = UnixTime::beijing_midnight(date_of(date)).0;
            let part = interval.common(Interval::new(midnight, midnight + DAY_SEC));
            let claim = |plan: Option<&DayPlan>| plan.map_or(0, |plan| plan.owed_within(&[part]));
            let (night, day) = (claim(night), claim(day));
            let of_night = if night > 0 { item * night / (night + day) } else { 0 };
            Some((of_night, item - of_night))
        };
        let today = shared(number, around.before, Some(around.plan)).map(|(_, day)| day);
        let tonight = shared(number + 1, Some(around.plan), around.after).map(|(night, _)| night);
        match (today, tonight.filter(|&seconds| seconds > 0)) {
            (None, None) => None,
            (today, tonight) => Some(today.unwrap_or(0) + tonight.unwrap_or(0)),
        }
    }

    /// As approved overtime: the attendance day of its begin, as `day_at` finds it, when, and how
    /// long where a day of it counts `day_sec`. Half days stand by the clock, each on its own day.
    pub(crate) fn as_overtime(
        &self,
        day_at: impl Fn(i64) -> i64,
        day_sec: impl Fn(i64) -> i64,
    ) -> Vec<(i64, Interval, i64)> {
        let (first, last) = match self.when {
            When::Halves(first, last) => (first, last),
            When::Hours(interval) => {
                let seconds: i64 = self.items.iter().map(|(_, seconds)| seconds).sum();
                let seconds = if self.items.is_empty() { interval.seconds() } else { seconds };
                return vec![(day_at(interval.begin), interval, seconds)];
            }
        };
        (first.day()..=last.day())
            .map(|number| {
                let morning = HalfDay::morning(number);
                let (from, to) = (first.max(morning), last.min(morning.next()));
                let by_clock = When::Halves(from, to).by_clock();
                let seconds = match self.item(number) {
                    Some(item) if !self.in_days => item,
                    item => {
                        item.unwrap_or(from.count_to(to) * HALF_DAY_SEC) * day_sec(number) / DAY_SEC
                    }
                };
                (number, by_clock, seconds)
            })
            .collect()
    }
}

impl DayPlan {
    /// What leave can take out: from the first due time to the last with the window around, or a
    /// free rule's day. `None` where nothing is owed.
    pub(crate) fn reach(&self) -> Option<Interval> {
        match (self.kind, self.segments.first(), self.segments.last()) {
            (PlanKind::Duty, Some(first), Some(last)) => Some(Interval::new(
                self.window.begin.min(first.on),
                self.window.end.max(last.off) + 1,
            )),
            (PlanKind::Free, ..) => Some(self.window),
            _ => None,
        }
    }

    /// Where the day's two halves meet: at 12:00 where that lies inside the plan, else in the
    /// middle of the time owed.
    pub(crate) fn split(&self) -> i64 {
        let noon = self.clock.instant(HALF_DAY_SEC);
        let (Some(first), Some(last)) = (self.segments.first(), self.segments.last()) else {
            return noon;
        };
        if first.on < noon && noon < last.off {
            return noon;
        }
        let mut left = self.standard_sec / 2;
        for segment in &self.segments {
            let mut at = segment.on;
            for rest in self.rests.iter().filter(|r| segment.on <= r.begin && r.end <= segment.off)
            {
                if left <= rest.begin - at {
                    return at + left;
                }
                left -= rest.begin - at;
                at = rest.end;
            }
            if left <= segment.off - at {
                return at + left;
            }
            left -= segment.off - at;
        }
        last.off
    }

    /// Seconds of the time owed, rests left out, that lie in the intervals (merged); of a free
    /// rule's day, seconds of it.
    pub(crate) fn owed_within(&self, intervals: &[Interval]) -> i64 {
        if self.kind == PlanKind::Free {
            return self.window.covered_by(intervals);
        }
        self.segments
            .iter()
            .flat_map(|segment| {
                intervals.iter().map(move |s| s.common(Interval::new(segment.on, segment.off)))
            })
            .map(|part| part.seconds() - part.covered_by(&self.rests))
            .sum()
    }
}

/// The half days that a range in days means; markers, unless the range's own length says that
/// its stamps are instants.
fn halves(range: &DateRange, begin: i64, end: i64, length: i64) -> Option<When> {
    let first = HalfDay::of(begin)?;
    let marked = HalfDay::of(end)?;
    let counted = first.count_to(marked) * HALF_DAY_SEC;
    let is_marker = first.begin() == begin && marked.begin() == end;
    // 23:59:59 is how some forms write the end of a day.
    let literal_sec = end - begin + i64::from(end.rem_euclid(60) == 59);
    let by_length = length == literal_sec && length != counted;
    let literal = !is_marker || range.new_end.is_none() || by_length;
    let last = if literal { HalfDay::of(end - 1)? } else { marked };
    (first <= last).then_some(When::Halves(first, last))
}
