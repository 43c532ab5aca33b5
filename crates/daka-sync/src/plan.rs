//! What to fetch: decided from what is covered and the date, and from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use attendance::Known;
use daka_ledger::FailedSlice;
use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use wecom_checkin::{
    UserId,
    plan::{CORE_DAYS, Days as Span},
    units::UnixTime,
};

use crate::Days;

/// A day may still move for so long after it ended, unless somebody says otherwise: late uploads,
/// corrections, approvals.
pub const LOOK_BACK_DAYS: i64 = 3;

/// So many months before a day leave for it may have been handed in, unless somebody says otherwise:
/// maternity leave is filed long before it ends.
pub const APPROVALS_BACK_MONTHS: i64 = 12;

/// When days stop moving.
#[derive(Debug, Clone)]
pub struct Settling {
    /// The company's zone, in which days begin and end.
    pub zone: TimeZone,
    /// Today in that zone.
    pub today: Date,
    /// Days for which a day moves after it ended.
    pub look_back: i64,
}

impl Settling {
    /// Whether a day was asked for after it could no longer move.
    ///
    /// It moves until the look-back is over, and once more when its month has ended: corrections of
    /// a whole month are approved before it is paid.
    fn is_settled(&self, date: Date, known: &[Known]) -> bool {
        let looked_back = date.saturating_add((1 + self.look_back).days());
        let month_ended = date.first_of_month().saturating_add(1.month());
        let settled =
            if month_ended <= self.today { looked_back.max(month_ended) } else { looked_back };
        let Ok(settled) = settled.to_zoned(self.zone.clone()) else { return false };
        let settled = settled.timestamp();
        known.iter().any(|k| k.from <= date && date <= k.to && k.until >= settled)
    }
}

/// Some people, and the days to fetch of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The people.
    pub people: Vec<UserId>,
    /// The days; each fits one call.
    pub spans: Vec<Span>,
}

impl Work {
    /// The jobs of the client that fetch it.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&[UserId], Span)> {
        self.spans.iter().map(|span| (self.people.as_slice(), *span))
    }
}

/// The days that a request is about: what it says, but nothing after today.
///
/// [`Days::Moving`] begins with the first day that the ledger covers, though not before the month
/// that precedes this one; with this month, when the ledger covers nothing.
pub fn horizon(days: Days, first_covered: Option<Date>, today: Date) -> Option<(Date, Date)> {
    let (from, to) = match days {
        Days::All { from, to } => (from, to.min(today)),
        Days::Moving => {
            let this_month = today.first_of_month();
            let last_month = this_month.saturating_sub(1.month());
            (first_covered.map_or(this_month, |first| first.max(last_month)), today)
        }
    };
    (from <= to).then_some((from, to))
}

/// What to fetch of each person. `known` says what is covered, in the order of `people`.
///
/// Of [`Days::Moving`] it is the days that were never asked for, and those that were last asked for
/// before they were settled. People who need the same are put together.
pub fn work(
    days: Days,
    span: (Date, Date),
    settling: &Settling,
    people: &[UserId],
    known: &[Vec<Known>],
) -> Vec<Work> {
    let all = matches!(days, Days::All { .. });
    needed(span, people, known, |date, known| all || !settling.is_settled(date, known))
}

/// Of a slice that a run could not get, what nobody got since; of the days before `horizon` only,
/// as [`work`] sees to the others. `known` says what is covered, in the order of the slice's people.
pub fn still_missing(
    slice: &FailedSlice,
    tried_at: Timestamp,
    horizon: Date,
    known: &[Vec<Known>],
) -> Vec<Work> {
    let last = slice.to.min(horizon.saturating_sub(1.day()));
    needed((slice.from, last), &slice.users, known, |date, known| {
        !known.iter().any(|k| k.from <= date && date <= k.to && k.until >= tried_at)
    })
}

/// Which days of handing in are to be listed of each person: those never listed, those listed before
/// they were over, and all from the first to the last of `afresh`. `known` says what was listed, in
/// the order of `people`.
pub fn hand_ins(
    span: (Date, Date),
    afresh: Option<(Date, Date)>,
    people: &[UserId],
    known: &[Vec<Known>],
) -> Vec<Work> {
    let is_afresh = |date| afresh.is_some_and(|(from, to)| from <= date && date <= to);
    needed(span, people, known, |date, known| is_afresh(date) || !is_listed(date, known))
}

/// The days of handing in that were listed of somebody after they were over.
pub fn listed_days((from, to): (Date, Date), known: &[Vec<Known>]) -> Vec<Span> {
    // People who were asked about together know the same.
    let mut distinct: Vec<&[Known]> = known.iter().map(Vec::as_slice).collect();
    distinct.dedup();
    let listed = |date: &Date| distinct.iter().any(|known| is_listed(*date, known));
    spans(&dates(from, to).filter(listed).collect::<Vec<_>>())
}

/// Whether a day, as WeCom counts days, was over for an hour when what was handed in on it was
/// listed: nothing is added to it then. The hour is for clocks that differ.
fn is_listed(date: Date, known: &[Known]) -> bool {
    let over = UnixTime::beijing_midnight(date).0 + 25 * 3_600;
    known.iter().any(|k| k.from <= date && date <= k.to && k.until.as_second() >= over)
}

/// The days that each person needs; people who need the same are put together.
fn needed(
    (from, to): (Date, Date),
    people: &[UserId],
    known: &[Vec<Known>],
    needs: impl Fn(Date, &[Known]) -> bool,
) -> Vec<Work> {
    let mut by_need: BTreeMap<Vec<Date>, Vec<UserId>> = BTreeMap::new();
    for (at, person) in people.iter().enumerate() {
        let known = known.get(at).map(Vec::as_slice).unwrap_or_default();
        let needed = dates(from, to).filter(|&date| needs(date, known)).collect();
        by_need.entry(needed).or_default().push(person.clone());
    }
    by_need
        .into_iter()
        .filter(|(needed, _)| !needed.is_empty())
        .map(|(needed, people)| Work { people, spans: spans(&needed) })
        .collect()
}

/// The same work by whole calendar months, each once.
pub fn by_month(work: Vec<Work>) -> Vec<Work> {
    let whole = |Work { people, spans }: Work| {
        let firsts: BTreeSet<Date> = spans
            .iter()
            .flat_map(|span| span.months())
            .map(|month| month.first().first_of_month())
            .collect();
        let months = firsts.into_iter().filter_map(|day| Span::new(day, day.last_of_month()).ok());
        Work { people, spans: months.collect() }
    };
    work.into_iter().map(whole).collect()
}

/// The calendar months that begin in these days and end in them, or that these days reach today in.
pub fn months((from, to): (Date, Date), today: Date) -> Vec<Span> {
    let firsts = from.first_of_month().series(1.month()).take_while(|first| *first <= to);
    firsts
        .filter(|first| from <= *first && (first.last_of_month() <= to || to == today))
        .filter_map(|first| Span::new(first, first.last_of_month()).ok())
        .collect()
}

/// Whose months to fetch; `known` as in [`work`]. Of [`Days::Moving`] it is the months that were
/// last asked for before their last day was settled.
pub fn month_work(
    days: Days,
    months: &[Span],
    settling: &Settling,
    people: &[UserId],
    known: &[Vec<Known>],
) -> Vec<Work> {
    let of_month = |month: Span| {
        let last = (month.last(), month.last());
        let work = work(days, last, settling, people, known);
        work.into_iter().map(move |work| Work { spans: vec![month], ..work })
    };
    months.iter().copied().flat_map(of_month).collect()
}

/// The fewest spans that hold these days, each no longer than one call may ask for.
fn spans(days: &[Date]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut left = days;
    while let [first, ..] = left {
        let end = first.saturating_add(CORE_DAYS.days());
        let taken = left.partition_point(|date| *date < end);
        let (these, rest) = left.split_at(taken.max(1));
        spans.extend(these.last().and_then(|last| Span::new(*first, *last).ok()));
        left = rest;
    }
    spans
}

fn dates(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |date| *date <= to)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn settling(today: Date) -> Settling {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        Settling { zone, today, look_back: LOOK_BACK_DAYS }
    }

    fn shown(work: &[Work]) -> Vec<String> {
        work.iter()
            .map(|w| {
                let people: Vec<_> = w.people.iter().map(UserId::as_str).collect();
                let spans: Vec<_> = w.spans.iter().map(ToString::to_string).collect();
                format!("{} {}", people.join("+"), spans.join(" "))
            })
            .collect()
    }

    fn known(from: Date, to: Date, until: &str) -> Known {
        Known { from, to, until: until.parse::<Timestamp>().unwrap() }
    }

    #[test]
    fn a_horizon_ends_today() {
        let today = date(2026, 11, 23);
        let check = |days, first, expected: Option<(Date, Date)>| {
            assert_eq!(horizon(days, first, today), expected);
        };
        let (d, all) = (date, |from, to| Days::All { from, to });
        check(Days::Moving, None, Some((d(2026, 11, 1), today)));
        check(Days::Moving, Some(d(2026, 11, 7)), Some((d(2026, 11, 7), today)));
        check(Days::Moving, Some(d(2020, 1, 1)), Some((d(2026, 10, 1), today)));
        check(all(d(2020, 1, 1), d(2020, 1, 2)), None, Some((d(2020, 1, 1), d(2020, 1, 2))));
        check(all(d(2026, 11, 1), d(2026, 11, 30)), None, Some((d(2026, 11, 1), today)));
        check(all(d(2026, 12, 1), d(2026, 12, 2)), None, None);
    }

    #[test]
    fn only_what_is_missing_or_moves_is_fetched() {
        let people = ["a", "b", "c", "d"].map(UserId::from);
        let (from, to) = (date(2026, 11, 1), date(2026, 11, 10));
        let known = [
            vec![],
            // Everything up to the 6th was settled at that instant: the 6th ended with the 7th,
            // three days and it is the 10th.
            vec![known(from, to, "2026-11-10T00:00:00+08:00")],
            vec![known(from, date(2026, 11, 9), "2026-11-20T00:00:00+08:00")],
            vec![known(from, to, "2026-11-20T00:00:00+08:00")],
        ];
        let settling = settling(date(2026, 11, 20));
        assert_eq!(
            shown(&work(Days::Moving, (from, to), &settling, &people, &known)),
            ["a 2026-11-01..2026-11-10", "b 2026-11-07..2026-11-10", "c 2026-11-10..2026-11-10",]
        );
        let all = Days::All { from, to };
        assert_eq!(
            shown(&work(all, (from, to), &settling, &people, &known)),
            ["a+b+c+d 2026-11-01..2026-11-10"]
        );
    }

    #[test]
    fn a_month_is_fetched_once_more_when_it_has_ended() {
        let people = [UserId::from("a")];
        let (from, to) = (date(2026, 10, 1), date(2026, 11, 2));
        let check = |today, until, look_back, expected: &[&str]| {
            let known = [vec![known(from, to, until)]];
            let settling = Settling { look_back, ..settling(today) };
            let work = work(Days::Moving, (from, to), &settling, &people, &known);
            assert_eq!(shown(&work), expected, "{today} {until}");
        };
        let (last, first) = (date(2026, 10, 31), date(2026, 11, 1));
        check(last, "2026-10-31T23:00:00+08:00", 3, &["a 2026-10-28..2026-11-02"]);
        check(
            first,
            "2026-10-31T23:00:00+08:00",
            3,
            &["a 2026-10-01..2026-10-28 2026-10-29..2026-11-02"],
        );
        check(first, "2026-11-01T00:00:00+08:00", 3, &["a 2026-10-29..2026-11-02"]);
        check(first, "2026-11-01T00:00:00+08:00", 0, &["a 2026-11-01..2026-11-02"]);
        check(
            first,
            "2026-11-01T00:00:00+08:00",
            40,
            &["a 2026-10-01..2026-10-28 2026-10-29..2026-11-02"],
        );
    }

    #[test]
    fn what_failed_long_ago_is_tried_until_somebody_gets_it() {
        let slice = FailedSlice {
            call: "getcheckindata".into(),
            users: ["a", "b"].map(UserId::from).to_vec(),
            from: date(2026, 7, 30),
            to: date(2026, 8, 2),
            reason: "errcode -1".into(),
        };
        let tried_at: Timestamp = "2026-08-03T00:00:00Z".parse().unwrap();
        let check = |horizon, known: &[Vec<Known>], expected: &[&str]| {
            assert_eq!(shown(&still_missing(&slice, tried_at, horizon, known)), expected);
        };
        let horizon = date(2026, 10, 1);
        check(horizon, &[], &["a+b 2026-07-30..2026-08-02"]);
        check(date(2026, 8, 1), &[], &["a+b 2026-07-30..2026-07-31"]);
        check(date(2026, 7, 30), &[], &[]);
        let earlier = vec![known(slice.from, slice.to, "2026-08-02T00:00:00Z")];
        let later = vec![known(slice.from, date(2026, 8, 1), "2026-08-03T00:00:00Z")];
        check(
            horizon,
            &[earlier, later],
            &["a 2026-07-30..2026-08-02", "b 2026-08-02..2026-08-02"],
        );
    }

    #[test]
    fn months_are_whole_and_come_once() {
        let check = |from, to, expected: &[&str]| {
            let work = vec![Work {
                people: vec!["a".into()],
                spans: spans(&dates(from, to).collect::<Vec<_>>()),
            }];
            assert_eq!(shown(&by_month(work)), expected);
        };
        check(date(2026, 2, 3), date(2026, 2, 3), &["a 2026-02-01..2026-02-28"]);
        check(
            date(2026, 1, 31),
            date(2026, 3, 1),
            &["a 2026-01-01..2026-01-31 2026-02-01..2026-02-28 2026-03-01..2026-03-31"],
        );
    }

    #[test]
    fn months_are_whole_or_still_run() {
        let today = date(2026, 11, 23);
        let check = |from, to, expected: &str| {
            let months: Vec<_> =
                months((from, to), today).iter().map(ToString::to_string).collect();
            assert_eq!(months.join(" "), expected, "{from} to {to}");
        };
        let (october, november) = ("2026-10-01..2026-10-31", "2026-11-01..2026-11-30");
        check(date(2026, 10, 1), today, &format!("{october} {november}"));
        check(date(2026, 10, 2), today, november);
        check(date(2026, 11, 2), today, "");
        check(date(2026, 10, 1), date(2026, 11, 22), october);
        check(date(2026, 10, 1), date(2026, 10, 30), "");
    }

    #[test]
    fn a_month_moves_until_its_last_day_is_settled() {
        let people = ["a", "b", "c"].map(UserId::from);
        let (first, last) = (date(2026, 10, 1), date(2026, 10, 31));
        let october = Span::new(first, last).unwrap();
        let known = [
            vec![],
            vec![known(first, last, "2026-11-03T23:59:59+08:00")],
            vec![known(first, last, "2026-11-04T00:00:00+08:00")],
        ];
        let shown_work = |days| {
            shown(&month_work(days, &[october], &settling(date(2026, 11, 20)), &people, &known))
        };
        assert_eq!(shown_work(Days::Moving), ["a+b 2026-10-01..2026-10-31"]);
        let all = Days::All { from: first, to: last };
        assert_eq!(shown_work(all), ["a+b+c 2026-10-01..2026-10-31"]);
    }

    #[test]
    fn holes_within_one_call_cost_one_call() {
        let day = |n| date(2026, 1, 1).saturating_add(jiff::Span::new().days(n));
        let check = |days: &[i64], expected: &str| {
            let days: Vec<Date> = days.iter().map(|n| day(*n)).collect();
            let spans: Vec<_> = spans(&days).iter().map(ToString::to_string).collect();
            assert_eq!(spans.join(" "), expected);
        };
        check(&[], "");
        check(&[0], "2026-01-01..2026-01-01");
        check(&[0, 5, 27], "2026-01-01..2026-01-28");
        check(&[0, 28], "2026-01-01..2026-01-01 2026-01-29..2026-01-29");
        check(
            &(0..60).collect::<Vec<_>>(),
            "2026-01-01..2026-01-28 2026-01-29..2026-02-25 2026-02-26..2026-03-01",
        );
    }
}
