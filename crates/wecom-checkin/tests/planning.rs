//! The planner: no slice above the limits, the union covers, the count is the least.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, HashSet};

use jiff::{ToSpan, civil::date};
use proptest::{collection::vec, prelude::*};
use wecom_checkin::{
    Record, Row, UserId, UserKey,
    merge::merge,
    plan::{self, CORE_DAYS, Days, PlannedSlice, UserBatch, Window},
    units::UnixTime,
};

const DAY: i64 = 86_400;

fn users() -> impl Strategy<Value = Vec<UserId>> {
    prop_oneof![
        vec("[A-Ca-c][0-9]{1,2}", 0..120),
        (0_usize..350).prop_map(|count| (0..count).map(|n| format!("u{n}")).collect()),
    ]
    .prop_map(|ids| ids.into_iter().map(UserId::from).collect())
}

fn days() -> impl Strategy<Value = Days> {
    (0_i64..20_000, 0_i64..400).prop_map(|(from, more)| {
        let first = date(1990, 1, 1) + from.days();
        Days::new(first, first + more.days()).unwrap()
    })
}

fn keys(users: &[UserId]) -> HashSet<UserKey> {
    users.iter().map(UserId::key).collect()
}

proptest! {
    #[test]
    fn records_are_planned_with_the_fewest_slices(users in users(), days in days()) {
        let slices: Vec<PlannedSlice> = plan::records(users.clone(), days).collect();
        let people = keys(&users).len();
        let batches = people.div_ceil(UserBatch::MAX);
        let windows = usize::try_from((days.count() + CORE_DAYS - 1) / CORE_DAYS).unwrap();
        prop_assert_eq!(slices.len(), batches * windows);

        let mut covered: BTreeMap<UserKey, usize> = BTreeMap::new();
        for slice in &slices {
            let PlannedSlice { users, core, window } = slice;
            prop_assert!((1..=100).contains(&users.users().len()));
            prop_assert!(users.users().is_sorted());
            prop_assert!(core.count() <= CORE_DAYS);
            let (start, end) = (window.start().0, window.end().0);
            prop_assert!(end - start <= 30 * DAY);
            // A whole day of margin before and after.
            prop_assert_eq!(start, UnixTime::beijing_midnight(core.first()).0 - DAY);
            prop_assert_eq!(end, UnixTime::beijing_midnight(core.last()).0 + 2 * DAY - 1);
        }
        for batch in slices.chunk_by(|a, b| a.users == b.users) {
            for user in batch[0].users.users() {
                *covered.entry(user.key()).or_default() += 1;
            }
            let each: Vec<_> = batch.iter().flat_map(|slice| slice.core.iter()).collect();
            prop_assert_eq!(each, days.iter().collect::<Vec<_>>());
            let lengths = || batch.iter().map(|slice| slice.core.count());
            prop_assert!(lengths().max().unwrap() - lengths().min().unwrap() <= 1, "uneven");
        }
        prop_assert_eq!(covered.len(), people);
        prop_assert!(covered.values().all(|times| *times == 1), "in two batches");
        let order: Vec<_> = slices.iter().map(|s| (s.users.users()[0].clone(), s.core)).collect();
        prop_assert!(order.is_sorted(), "batch by batch, then by time");
    }

    #[test]
    fn months_cover_and_fit(days in days()) {
        let slices: Vec<_> = plan::months([UserId::from("li")], days).collect();
        let each: Vec<_> = slices.iter().flat_map(|slice| slice.core.iter()).collect();
        prop_assert_eq!(each, days.iter().collect::<Vec<_>>());
        for PlannedSlice { core, window, .. } in slices {
            prop_assert_eq!(core.first().first_of_month(), core.last().first_of_month());
            prop_assert_eq!(window.start(), UnixTime::beijing_midnight(core.first()));
            prop_assert!(window.end() >= UnixTime::beijing_midnight(core.last()));
        }
    }

    /// However the days of a month's rows are spread over overlapping windows, each row comes out
    /// as often as it is there.
    #[test]
    fn merging_undoes_the_overlap(
        rows in vec((0_i64..60, 0_u8..3), 0..200),
        cuts in vec((0_i64..60, 1_i64..30), 1..6),
    ) {
        let row = |&(day, kind): &(i64, u8)| {
            let text = format!(r#"{{"userid":"li","checkin_time":{day},"checkin_type":"{kind}"}}"#);
            serde_json::from_str::<Row<Record>>(&text).unwrap()
        };
        let inside = |day: i64| cuts.iter().any(|&(from, len)| (from..from + len).contains(&day));
        let windows: Vec<Vec<_>> = cuts
            .iter()
            .map(|&(from, len)| rows.iter().filter(|r| (from..from + len).contains(&r.0)).map(row).collect())
            .collect();
        let texts = |rows: &[Row<Record>]| {
            let mut texts: Vec<String> = rows.iter().map(|row| row.raw().to_owned()).collect();
            texts.sort();
            texts
        };
        let expected: Vec<_> = rows.iter().filter(|r| inside(r.0)).map(row).collect();
        prop_assert_eq!(texts(&merge(windows)), texts(&expected));
    }
}

#[test]
fn limits_name_themselves() {
    let batch = |count: usize| {
        UserBatch::new((0..count).map(|n| UserId::from(format!("u{n}"))).collect::<Vec<_>>())
    };
    assert_eq!(batch(0).unwrap_err().to_string(), "a call needs at least one member");
    assert!(batch(100).is_ok());
    let error = batch(101).unwrap_err().to_string();
    assert_eq!(error, "a call takes at most 100 members, 101 were given");

    let window = |start, end| Window::new(UnixTime(start), UnixTime(end));
    assert!(window(1, 1 + 30 * DAY).is_ok());
    let error = window(1, 1 + 31 * DAY).unwrap_err().to_string();
    assert_eq!(error, "a window may span 30 days, 31.0 were given");
    assert!(window(5, 5).is_err() && window(5, 4).is_err() && window(0, 4).is_err());

    let error = Days::new(date(2026, 6, 2), date(2026, 6, 1)).unwrap_err().to_string();
    assert_eq!(error, "the days end (2026-06-01) before they begin (2026-06-02)");
    assert!(Days::one(date(1, 1, 1)).is_err() && Days::one(date(9999, 12, 31)).is_err());
}

#[test]
fn slices_can_be_planned_one_by_one() {
    let days = |last| Days::new(date(2026, 7, 1), date(2026, 7, last)).unwrap();
    let users = || UserBatch::one(UserId::from("li"));
    let planned = PlannedSlice::of_records(users(), days(28)).unwrap();
    assert_eq!(Some(planned), plan::records([UserId::from("li")], days(28)).next());
    let error = PlannedSlice::of_records(users(), days(29)).unwrap_err().to_string();
    assert_eq!(error, "a window may span 30 days, 31.0 were given");
    let planned = PlannedSlice::of_days(users(), days(31)).unwrap();
    assert_eq!(Some(planned), plan::months([UserId::from("li")], days(31)).next());
}

#[test]
fn requests_are_read_inside_their_limits_only() {
    use wecom_checkin::calls::get_checkin_data::GetCheckinData;
    let read = |name: &str| {
        let path =
            format!("{}/tests/fixtures/getcheckindata.{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str::<GetCheckinData>(&std::fs::read_to_string(path).unwrap())
    };
    assert!(read("req").is_ok() && read("req.limit_30d_100u").is_ok());
    for (name, limit) in [("req.too_many_101u", "100 members"), ("req.too_long_31d", "30 days")] {
        let error = read(name).unwrap_err().to_string();
        assert!(error.contains(limit), "{error}");
    }
}
