//! The State Council's arrangements, as published; one line a year in each table.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::CalendarYear;

/// Month and day.
type Day = (i8, i8);

struct Notice {
    year: i16,
    /// First and last day of each holiday, weekends inside included.
    off: &'static [(Day, Day)],
    work: &'static [Day],
    statutory: &'static [Day],
}

const NOTICES: &[Notice] = &[
    Notice {
        year: 2024,
        off: &[
            ((1, 1), (1, 1)),
            ((2, 10), (2, 17)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 10), (6, 10)),
            ((9, 15), (9, 17)),
            ((10, 1), (10, 7)),
        ],
        work: &[(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)],
        statutory: &[
            (1, 1),
            (2, 10),
            (2, 11),
            (2, 12),
            (4, 4),
            (5, 1),
            (6, 10),
            (9, 17),
            (10, 1),
            (10, 2),
            (10, 3),
        ],
    },
    Notice {
        year: 2025,
        off: &[
            ((1, 1), (1, 1)),
            ((1, 28), (2, 4)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((5, 31), (6, 2)),
            ((10, 1), (10, 8)),
        ],
        work: &[(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
        statutory: &[
            (1, 1),
            (1, 28),
            (1, 29),
            (1, 30),
            (1, 31),
            (4, 4),
            (5, 1),
            (5, 2),
            (5, 31),
            (10, 1),
            (10, 2),
            (10, 3),
            (10, 6),
        ],
    },
    Notice {
        year: 2026,
        off: &[
            ((1, 1), (1, 3)),
            ((2, 15), (2, 23)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 19), (6, 21)),
            ((9, 25), (9, 27)),
            ((10, 1), (10, 7)),
        ],
        work: &[(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
        statutory: &[
            (1, 1),
            (2, 16),
            (2, 17),
            (2, 18),
            (2, 19),
            (4, 5),
            (5, 1),
            (5, 2),
            (6, 19),
            (9, 25),
            (10, 1),
            (10, 2),
            (10, 3),
        ],
    },
];

pub(super) fn years() -> BTreeMap<i16, CalendarYear> {
    NOTICES.iter().map(|notice| (notice.year, notice.days())).collect()
}

impl Notice {
    fn days(&self) -> CalendarYear {
        let day = |&(month, day): &Day| date(self.year, month, day);
        let range = |(first, last): &(Day, Day)| {
            let last = day(last);
            std::iter::successors(Some(day(first)), |date: &Date| date.tomorrow().ok())
                .take_while(move |date| *date <= last)
        };
        CalendarYear {
            off: self.off.iter().flat_map(range).collect(),
            work: self.work.iter().map(day).collect(),
            statutory: self.statutory.iter().map(day).collect(),
            source: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Calendar, CalendarDay};

    /// Work days per month of a Monday-to-Friday company, as the reference counts them.
    #[test]
    fn work_days_per_month() {
        let expected: [(i16, [usize; 12]); 3] = [
            (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
            (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
            (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        ];
        let calendar = Calendar::default();
        for (year, months) in expected {
            for (month, work_days) in (1i8..).zip(months) {
                let first = date(year, month, 1);
                let worked = first
                    .series(jiff::Span::new().days(1))
                    .take_while(|day| day.month() == month)
                    .filter(|&day| match calendar.day(day) {
                        CalendarDay::Off { .. } => false,
                        CalendarDay::Work => true,
                        _ => day.weekday().to_monday_zero_offset() < 5,
                    })
                    .count();
                assert_eq!(worked, work_days, "{year}-{month:02}");
            }
            let (_, days) = calendar.years().find(|&(y, _)| y == year).unwrap();
            assert_eq!(days.problems(year), [""; 0]);
            assert_eq!(days.statutory.len(), if year == 2024 { 11 } else { 13 });
        }
    }
}
