//! How `getcheckindata` turns two bounds into days.
//!
//! Observed (2020, 2023): the answer is not a filter on `checkin_time`. Bounds become attendance days and whole days come back;
//! from 20:00 on a bound counts as the next day. And a punch that is made in the next calendar month is not found
//! unless the bounds themselves reach into that month.

use std::ops::Range;

use crate::day::{DAY_SEC, Day};
use crate::settings::Manners;

/// From this second of the day a bound means the next day.
const TURN_SEC: i64 = 20 * 3_600;

/// Until this second of the day a punch may end a night that began the day before.
const NIGHT_ENDS_SEC: i64 = 10 * 3_600;

/// The bounds of one request and what they cover.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    start: i64,
    end: i64,
    first: Day,
    last: Day,
    whole_days: bool,
    month_end_hole: bool,
    /// The calendar months that the bounds touch, as instants.
    months: Range<i64>,
}

impl Window {
    pub(crate) fn new(start: i64, end: i64, manners: Manners) -> Self {
        let day = |at: i64| {
            if manners.attendance_day_window {
                Day::of(at + DAY_SEC - TURN_SEC)
            } else {
                Day::of(at)
            }
        };
        Self {
            start,
            end,
            first: day(start),
            last: day(end),
            whole_days: manners.attendance_day_window,
            month_end_hole: manners.month_end_hole,
            months: Day::of(start).month().start..Day::of(end).month().end,
        }
    }

    /// The attendance days that may have rows in the answer.
    pub(crate) fn days(&self) -> impl Iterator<Item = Day> + use<> {
        // A plain filter on the instant also meets punches filed under the day before.
        let first = if self.whole_days { self.first } else { self.first.plus(-1) };
        first.through(self.last)
    }

    /// Whether a row that happened at `at` goes out, given that its attendance day is among [`days`](Self::days).
    pub(crate) fn lets_out(&self, at: i64) -> bool {
        if !self.whole_days {
            return (self.start..=self.end).contains(&at);
        }
        if !self.month_end_hole {
            return true;
        }
        self.months.contains(&at)
    }

    /// Whether an instant lies within the bounds or on one of the days, for rows whose attendance day is not known.
    pub(crate) fn holds(&self, at: i64) -> bool {
        let covered = |at: i64| (self.first..=self.last).contains(&Day::of(at));
        (self.start..=self.end).contains(&at)
            || (self.whole_days && (covered(at) || covered(at - NIGHT_ENDS_SEC)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(day: jiff::civil::Date, hour: i64, minute: i64) -> i64 {
        Day::from_date(day).midnight() + hour * 3_600 + minute * 60
    }

    fn window(start: i64, end: i64) -> Window {
        Window::new(start, end, Manners::default())
    }

    #[test]
    fn an_evening_hour_returns_the_next_day() {
        let asked = window(at(date(2020, 1, 19), 22, 45), at(date(2020, 1, 19), 23, 0));
        let days: Vec<_> = asked.days().map(Day::date).collect();
        assert_eq!(days, [date(2020, 1, 20)]);
    }

    #[test]
    fn an_hour_at_noon_returns_its_whole_day() {
        let asked = window(at(date(2020, 1, 19), 12, 0), at(date(2020, 1, 19), 13, 0));
        assert_eq!(asked.days().map(Day::date).collect::<Vec<_>>(), [date(2020, 1, 19)]);
        assert!(asked.lets_out(at(date(2020, 1, 19), 18, 0)));
    }

    #[test]
    fn a_night_punch_at_the_month_end_falls_between_two_months() {
        let punch = at(date(2023, 6, 1), 0, 35);
        let filed = date(2023, 5, 31);
        let found = |start, end| {
            let asked = window(start, end);
            asked.days().any(|day| day.date() == filed) && asked.lets_out(punch)
        };
        let last_second = |day| at(day, 23, 59) + 59;
        assert!(!found(at(date(2023, 5, 31), 0, 0), last_second(date(2023, 5, 31))));
        assert!(!found(at(date(2023, 6, 1), 0, 0), last_second(date(2023, 6, 1))));
        assert!(found(at(date(2023, 5, 31), 4, 0), at(date(2023, 6, 1), 3, 59)));
    }

    #[test]
    fn a_night_punch_within_the_month_is_found_by_its_own_day() {
        let punch = at(date(2023, 6, 15), 0, 35);
        let asked = window(at(date(2023, 6, 14), 0, 0), at(date(2023, 6, 14), 23, 59));
        assert!(asked.days().any(|day| day.date() == date(2023, 6, 14)));
        assert!(asked.lets_out(punch));
    }
}
