//! Calendar months as the ledger numbers them.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// A month as the API numbers it: 202611.
pub(crate) fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 100 + i64::from(date.month())
}

/// The first day of a month; `None` for a number that is no month.
pub(crate) fn first_of(month: i64) -> Option<Date> {
    let (year, month) = (month.div_euclid(100), month.rem_euclid(100));
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()
}

/// The months that lie wholly within some days.
pub(crate) fn whole_months(from: Date, to: Date) -> BTreeSet<i64> {
    let mut months = BTreeSet::new();
    let mut day = from.first_of_month();
    while day.last_of_month() <= to {
        if day >= from {
            months.insert(month_number(day));
        }
        match day.last_of_month().tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    months
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_has_a_number_and_a_first_day() {
        assert_eq!(first_of(month_number(date(2026, 11, 23))), Some(date(2026, 11, 1)));
        assert_eq!((first_of(202_613), first_of(-1)), (None, None));
    }

    #[test]
    fn a_month_is_whole_from_its_first_to_its_last_day() {
        let check = |from, to, expected: &[i64]| {
            assert_eq!(whole_months(from, to).into_iter().collect::<Vec<_>>(), expected);
        };
        check(date(2026, 2, 1), date(2026, 2, 28), &[202_602]);
        check(date(2026, 2, 2), date(2026, 2, 28), &[]);
        check(date(2026, 1, 31), date(2026, 3, 30), &[202_602]);
        check(date(2025, 12, 1), date(2026, 1, 31), &[202_512, 202_601]);
    }
}
