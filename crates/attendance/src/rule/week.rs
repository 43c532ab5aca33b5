//! Which day of a fixed or free rule is worked, and with which hours.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use wecom_checkin::{Rule, rule::CheckinDate};

use super::{hours::Hours, special::Dates};
use crate::{
    calendar::{Calendar, CalendarDay},
    time::day_number,
};

/// Monday, 2024-01-01: the first day of the first odd week.
const FIRST_ODD_WEEK: i64 = 19_723;

/// The weeks of a fixed or free rule.
#[derive(Debug)]
pub(crate) struct Week {
    rows: Vec<Row>,
    /// The row with most work days: Monday to Friday, as a rule.
    main: Option<usize>,
    special_work: Vec<SpecialWork>,
    special_off: Vec<Dates>,
    pub(crate) follows_calendar: bool,
    pub(crate) has_invalid_weekday: bool,
}

/// An entry of `spe_workdays`, with its hours in the frame of each row.
#[derive(Debug)]
struct SpecialWork {
    dates: Dates,
    /// As many as there are rows; one where there is none.
    hours: Vec<Arc<Hours>>,
}

#[derive(Debug)]
struct Row {
    /// Bit 0 Sunday to bit 6 Saturday, in odd and in even weeks.
    odd: u8,
    even: u8,
    hours: Arc<Hours>,
}

/// What makes a day a work day or a day off: the step of section 1.4 of the reference that spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DayBasis {
    /// The rule's weekdays, big and small weeks included.
    Weekday,
    /// Listed in `spe_workdays`.
    SpecialWorkday,
    /// Listed in `spe_offdays`.
    SpecialOffday,
    /// Off by the public calendar.
    Holiday,
    /// Made up for by the public calendar.
    MakeUpDay,
    /// The schedule.
    Schedule,
    /// A shift rule without an entry in the schedule.
    Unscheduled,
    /// No rule.
    NoRule,
}

/// What a date is, and why.
#[derive(Debug, Clone)]
pub(crate) struct DayHours {
    /// The hours owed; `None` for a day off.
    pub(crate) hours: Option<Arc<Hours>>,
    pub(crate) basis: DayBasis,
    /// It is on both lists of special days.
    pub(crate) conflicting: bool,
}

impl Week {
    pub(crate) fn new(rule: &Rule) -> Self {
        let mut has_invalid_weekday = false;
        let wire_rows = rule.checkindate.as_deref().unwrap_or_default();
        let rows: Vec<Row> =
            wire_rows.iter().map(|row| Row::new(row, &mut has_invalid_weekday)).collect();
        let main = (0..rows.len()).rev().max_by_key(|&index| {
            rows.get(index).map(|row| row.odd.count_ones() + row.even.count_ones())
        });
        let special_work = rule.spe_workdays.iter().flatten().filter_map(|entry| {
            let own = entry.checkintime.as_deref().unwrap_or_default();
            let framed = rows.iter().zip(wire_rows).map(|(row, wire)| {
                if own.is_empty() {
                    Arc::clone(&row.hours)
                } else {
                    let noneed_offwork = wire.noneed_offwork == Some(true);
                    Arc::new(Hours::of_special_day(own, &row.hours, noneed_offwork))
                }
            });
            let mut hours: Vec<_> = framed.collect();
            if hours.is_empty() {
                hours.push(Arc::new(Hours::of_special_day(own, &Hours::default(), false)));
            }
            Some(SpecialWork { dates: Dates::new(entry)?, hours })
        });
        Self {
            special_work: special_work.collect(),
            special_off: rule.spe_offdays.iter().flatten().filter_map(Dates::new).collect(),
            rows,
            main,
            follows_calendar: rule.sync_holidays == Some(true),
            has_invalid_weekday,
        }
    }

    /// Section 1.4 of the reference, steps 2 to 6, in this order.
    pub(crate) fn day(&self, date: Date, calendar: &Calendar) -> DayHours {
        let row = self.rows.iter().position(|row| row.covers(date));
        let frame = row.or(self.main).unwrap_or(0);
        let special = self.special_work.iter().find(|s| s.dates.contains(date));
        let special_off = self.special_off.iter().any(|dates| dates.contains(date));
        let day = |hours: Option<Arc<Hours>>, basis| DayHours {
            hours,
            basis,
            conflicting: special.is_some() && special_off,
        };
        if let Some(special) = special {
            let hours = special.hours.get(frame).or(special.hours.first());
            return day(hours.map(Arc::clone), DayBasis::SpecialWorkday);
        }
        if special_off {
            return day(None, DayBasis::SpecialOffday);
        }
        let hours_of = |index| self.rows.get(index).map(|row: &Row| Arc::clone(&row.hours));
        if self.follows_calendar {
            match calendar.day(date) {
                CalendarDay::Off { .. } => return day(None, DayBasis::Holiday),
                CalendarDay::Work => return day(hours_of(frame), DayBasis::MakeUpDay),
                CalendarDay::Plain | CalendarDay::Unknown => {}
            }
        }
        day(row.and_then(hours_of), DayBasis::Weekday)
    }

    /// Where days open that print nothing of their own.
    pub(crate) fn usual_opening_sec(&self) -> Option<i64> {
        self.rows.get(self.main?).and_then(|row| row.hours.opens_sec)
    }

    /// The rule prints no hours at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.special_work.is_empty()
    }
}

impl Row {
    fn new(row: &CheckinDate, invalid: &mut bool) -> Self {
        let mut bits = |days: Option<&Vec<i64>>| {
            days.into_iter().flatten().fold(0_u8, |bits, &day| {
                if let Ok(day @ 0..=6) = u8::try_from(day) {
                    bits | 1 << day
                } else {
                    *invalid = true;
                    bits
                }
            })
        };
        let alternating =
            row.biweekly.as_ref().filter(|b| b.enable_weekday_recurrence == Some(true));
        let (odd, even) = if let Some(b) = alternating {
            (bits(b.odd_workdays.as_ref()), bits(b.even_workdays.as_ref()))
        } else {
            let days = bits(row.workdays.as_ref());
            (days, days)
        };
        Self { odd, even, hours: Arc::new(Hours::of_row(row)) }
    }

    fn covers(&self, date: Date) -> bool {
        let week = (day_number(date) - FIRST_ODD_WEEK).div_euclid(7);
        let bits = if week % 2 == 0 { self.odd } else { self.even };
        bits & (1 << date.weekday().to_sunday_zero_offset()) != 0
    }
}
