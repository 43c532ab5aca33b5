//! The State Council's arrangement of holidays and make-up work days, 2024 to 2026.

use crate::day::Day;

/// What the arrangement says of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrangement {
    /// A listed day off.
    Off,
    /// A weekend day that is worked.
    Work,
    /// Not listed: the weekday decides.
    Ordinary,
}

struct Notice {
    year: i64,
    /// First and last day of each holiday, as month × 100 + day.
    off: &'static [(i64, i64)],
    work: &'static [i64],
    /// The days paid at 300 %.
    statutory: &'static [i64],
}

const NOTICES: [Notice; 3] = [
    Notice {
        year: 2024,
        off: &[
            (101, 101),
            (210, 217),
            (404, 406),
            (501, 505),
            (610, 610),
            (915, 917),
            (1001, 1007),
        ],
        work: &[204, 218, 407, 428, 511, 914, 929, 1012],
        statutory: &[101, 210, 211, 212, 404, 501, 610, 917, 1001, 1002, 1003],
    },
    Notice {
        year: 2025,
        off: &[(101, 101), (128, 204), (404, 406), (501, 505), (531, 602), (1001, 1008)],
        work: &[126, 208, 427, 928, 1011],
        statutory: &[101, 128, 129, 130, 131, 404, 501, 502, 531, 1001, 1002, 1003, 1006],
    },
    Notice {
        year: 2026,
        off: &[
            (101, 103),
            (215, 223),
            (404, 406),
            (501, 505),
            (619, 621),
            (925, 927),
            (1001, 1007),
        ],
        work: &[104, 214, 228, 509, 920, 1010],
        statutory: &[101, 216, 217, 218, 219, 405, 501, 502, 619, 925, 1001, 1002, 1003],
    },
];

fn year_of(day: Day) -> Option<&'static Notice> {
    let year = day.year();
    NOTICES.iter().find(|known| known.year == year)
}

fn month_day(day: Day) -> i64 {
    let date = day.date();
    i64::from(date.month()) * 100 + i64::from(date.day())
}

/// Whether the arrangement of the day's year is in the table.
pub(crate) fn known(day: Day) -> bool {
    year_of(day).is_some()
}

pub(crate) fn arrangement(day: Day) -> Arrangement {
    let Some(year) = year_of(day) else { return Arrangement::Ordinary };
    let at = month_day(day);
    if year.off.iter().any(|&(first, last)| (first..=last).contains(&at)) {
        Arrangement::Off
    } else if year.work.contains(&at) {
        Arrangement::Work
    } else {
        Arrangement::Ordinary
    }
}

/// One of the statutory days, paid at 300 %.
pub(crate) fn statutory(day: Day) -> bool {
    year_of(day).is_some_and(|year| year.statutory.contains(&month_day(day)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn work_days_of_each_month_match_the_published_counts() {
        let published = [
            (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
            (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
            (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        ];
        for (year, months) in published {
            for (month, expected) in (1_i8..).zip(months) {
                let first = date(year, month, 1);
                let days = Day::from_date(first).through(Day::from_date(first.last_of_month()));
                let worked = days
                    .filter(|day| match arrangement(*day) {
                        Arrangement::Off => false,
                        Arrangement::Work => true,
                        Arrangement::Ordinary => (1..=5).contains(&day.weekday()),
                    })
                    .count();
                assert_eq!(worked, expected, "{year}-{month}");
            }
        }
    }

    #[test]
    fn statutory_days_are_days_off() {
        for day in Day::from_date(date(2024, 1, 1)).through(Day::from_date(date(2026, 12, 31))) {
            assert!(!statutory(day) || arrangement(day) == Arrangement::Off, "{}", day.date());
        }
    }
}
