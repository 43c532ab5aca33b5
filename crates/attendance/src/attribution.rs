//! Attribution: which attendance day a record counts for, decided once, with the reason.
//!
//! In this order: the due time that the record names; the window of a day; where a free rule's day
//! rolls over; the calendar date, where the day has no window.
//!
//! Where the reference is silent:
//!
//! - a due time further than two days from the punch is not believed;
//! - a punch inside two windows goes to the day whose due time of its side is nearer, without due
//!   times an off punch to the earlier day and any other to the later;
//! - where a rule has no punch windows and a day lasts until the next one opens, an on punch after
//!   midnight opens its own date: it cannot close the day before;
//! - a punch outside every window is listed under its calendar date, counts for no day, and the
//!   warning goes to the day whose window it missed by least;
//! - a day without a usable rule takes a record by the date of its due time, else of its time.

use jiff::civil::Date;
use serde::Serialize;
use wecom_checkin::Record;

use crate::{
    company::Company,
    days::Days,
    facts::Person,
    plan::{DayPlan, PlanKind, PlannedSegment, WindowKind},
    punch::{Punch, Side},
    time::{DAY_SEC, date_in, date_of, day_number},
};

/// A due time up to this is seconds of day, above it Unix time: two days of seconds.
const SECONDS_OF_DAY_UP_TO: i64 = 2 * DAY_SEC;

/// A due time further from the punch is not believed.
const DUE_REACH_SEC: i64 = 2 * DAY_SEC;

/// The attendance day of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Attributed {
    /// Where the record stands in [`Person::records`].
    pub record: usize,
    /// Its day.
    pub day: Date,
    /// What decided.
    pub basis: Basis,
}

/// What an attribution rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// The due time that the record names.
    DueTime,
    /// The window of the day.
    Window,
    /// Where the day rolls over.
    RollOver,
    /// The calendar date.
    Date,
    /// The day that an approval names.
    Approval,
    /// Outside every window: listed, counted for no day.
    Outside,
    /// A time that cannot be: listed, never used.
    Impossible,
}

/// Where a punch went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Day number that lists it.
    pub(crate) day: i64,
    pub(crate) basis: Basis,
    /// Day number whose verdict should mention it, where it is not used.
    pub(crate) mentioned: i64,
}

/// The attendance day of every record of a person, in the order of [`Person::records`].
///
/// Every record gets exactly one day: placeholders, record-only rows and impossible times too.
pub fn attribute(company: &Company, person: &Person) -> Vec<Attributed> {
    let now = company.now().as_second();
    let calendar_day = |record: &Record| {
        let punch = Punch::of_record(record, 0);
        // An impossible time may still name a day; plan around that.
        let named = punch.at <= 0 && punch.due > SECONDS_OF_DAY_UP_TO;
        let anchor = if named { punch.due } else { punch.at };
        day_number(date_in(company.zone(), anchor))
    };
    let mut order: Vec<(i64, usize)> =
        person.records.iter().enumerate().map(|(index, r)| (calendar_day(r), index)).collect();
    order.sort_unstable();
    let mut attributed = Vec::with_capacity(order.len());
    for run in order.chunk_by(|(a, _), (b, _)| b - a <= 31) {
        let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else { continue };
        let days = Days::new(company, person, first - 4, last + 4);
        for &(_, index) in run {
            let Some(record) = person.records.get(index) else { continue };
            let punch = Punch::of_record(record, index);
            let placed = place(company, &days, &punch, now);
            attributed.push(Attributed {
                record: index,
                day: date_of(placed.day),
                basis: placed.basis,
            });
        }
    }
    attributed.sort_unstable_by_key(|a| a.record);
    attributed
}

/// The day of one punch.
pub(crate) fn place(company: &Company, days: &Days, punch: &Punch, now: i64) -> Placed {
    let calendar = days.number_at(company, punch.at);
    let settled = |day, basis| Placed { day, basis, mentioned: day };
    let by_due = by_due_time(company, days, punch);
    if punch.is_impossible(now) {
        let named = (punch.due > SECONDS_OF_DAY_UP_TO).then(|| days.number_at(company, punch.due));
        return settled(by_due.or(named).unwrap_or(calendar), Basis::Impossible);
    }
    if let Some(day) = by_due {
        return settled(day, Basis::DueTime);
    }
    let reach = calendar - 2..=calendar + 1;
    let admitting = reach.clone().filter_map(|number| days.plan(number).map(|plan| (number, plan)));
    let admitting = admitting.filter(|(_, plan)| plan.admits(punch.at));
    let nearest = admitting.min_by_key(|&(number, plan)| {
        let distance = due_distance(plan, punch);
        (distance, if punch.side() == Some(Side::Off) { number } else { -number })
    });
    if let Some((number, plan)) = nearest {
        let closes_yesterday = number < calendar && plan.window_kind == WindowKind::NextOpening;
        if closes_yesterday && punch.side() == Some(Side::On) {
            return settled(calendar, Basis::Date);
        }
        let rolls = plan.window_kind == WindowKind::RollOver;
        return settled(number, if rolls { Basis::RollOver } else { Basis::Window });
    }
    let today = days.plan(calendar);
    // A day off prints no window: its bounds are borrowed, and a gap beside them is its own.
    let by_date =
        |plan: &DayPlan| plan.window_kind == WindowKind::Date || plan.kind == PlanKind::Off;
    if today.is_none_or(by_date) {
        let unusable = today.is_none_or(|plan| {
            matches!(plan.kind, PlanKind::NoRule | PlanKind::Unsupported | PlanKind::Unscheduled)
        });
        if unusable && punch.due > SECONDS_OF_DAY_UP_TO && is_near(punch.due, punch.at) {
            return settled(days.number_at(company, punch.due), Basis::DueTime);
        }
        return settled(calendar, Basis::Date);
    }
    let missed = reach
        .filter_map(|number| days.plan(number).map(|plan| (number, plan)))
        .filter(|(_, plan)| plan.window_kind != WindowKind::Date)
        .min_by_key(|(_, plan)| {
            (plan.window.begin - punch.at).max(punch.at - plan.window.end).max(0)
        });
    Placed {
        day: calendar,
        basis: Basis::Outside,
        mentioned: missed.map_or(calendar, |(number, _)| number),
    }
}

/// The day that owes the due time which a record names.
fn by_due_time(company: &Company, days: &Days, punch: &Punch) -> Option<i64> {
    // A placeholder stands at its due time.
    let due = if punch.due == 0 && punch.is_placeholder() { punch.at } else { punch.due };
    if due <= 0 {
        return None;
    }
    let of_day = due <= SECONDS_OF_DAY_UP_TO;
    let around = days.number_at(company, if of_day { punch.at } else { due });
    (around - 2..=around + 1)
        .filter_map(|number| {
            let plan = days.plan(number)?;
            let due = if of_day { plan.clock.instant(due) } else { due };
            let believed = punch.at <= 0 || is_near(due, punch.at);
            let fit = plan.segments.iter().filter_map(|s| due_fit(s, due, punch)).max()?;
            believed.then_some(((fit, -(due - punch.at).abs()), number))
        })
        .max()
        .map(|(_, number)| number)
}

fn is_near(due: i64, at: i64) -> bool {
    (due - at).abs() <= DUE_REACH_SEC
}

/// How well a segment answers to a due time: its side first, its id second.
fn due_fit(segment: &PlannedSegment, due: i64, punch: &Punch) -> Option<(bool, bool)> {
    let (on, off) = (segment.on == due, segment.off == due);
    let side = match punch.side() {
        Some(Side::On) => on,
        Some(Side::Off) => off,
        None => true,
    };
    (on || off).then_some((side, segment.id.is_some() && segment.id == punch.segment))
}

/// How far the nearest due time of the punch's side is.
fn due_distance(plan: &DayPlan, punch: &Punch) -> i64 {
    let distances = plan.segments.iter().flat_map(|segment| {
        let on = (punch.side() != Some(Side::Off)).then_some(segment.on);
        let off = (punch.side() != Some(Side::On)).then_some(segment.off);
        [on, off].into_iter().flatten().map(|due| (due - punch.at).abs())
    });
    distances.min().unwrap_or(i64::MAX)
}
