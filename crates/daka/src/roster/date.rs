//! Dates as people write them in lists.

use jiff::civil::Date;

/// `2026-06-01`, `2026/6/1`, `2026.6.1`, `2026年6月1日`, `20260601`, each with a time of day that
/// says nothing or without.
pub(super) fn parse(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let time = text.get(day.len()..)?.trim_start_matches([' ', 'T']);
    if !time.chars().all(|c| matches!(c, '0' | ':' | '.')) {
        return None;
    }
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return of_parts(day.get(..4)?, day.get(4..6)?, day.get(6..)?);
    }
    let day = day.strip_suffix('日').unwrap_or(day);
    let mut parts = day.split(['-', '/', '.', '年', '月']);
    let date = of_parts(parts.next()?, parts.next()?, parts.next()?);
    date.filter(|_| parts.next().is_none())
}

fn of_parts(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_however_it_is_written() {
        for text in [
            "2026-06-01",
            "2026/6/1",
            "2026.06.1",
            "2026年6月1日",
            "20260601",
            "2026-06-01 00:00:00",
            "2026-06-01T00:00:00.000",
        ] {
            assert_eq!(parse(text), Some(jiff::civil::date(2026, 6, 1)), "{text}");
        }
        for text in [
            "2026-13-01",
            "2026-02-29",
            "1/6/2026",
            "26-6-1",
            "46174",
            "6月1日",
            "x",
            "2026-06-01 09:00",
            "2026-06-01-02",
            "2026-+6-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
