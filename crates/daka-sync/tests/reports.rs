//! WeCom's own reports: kept as it sends them, asked for again while they move.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bench;

use bench::{Company, ledger};
use daka_ledger::{Call, Counts};
use daka_sync::{Days, Extras, People};
use futures::StreamExt as _;
use jiff::{SignedDuration, civil::date};
use serde_json::json;
use wecom_checkin::{Row, plan};
use wecom_emulator::{Fault, FaultKind, Faults};

const REPORTS: Extras = Extras { reports: true, photos: None };

fn sorted<T>(rows: impl IntoIterator<Item = Row<T>>) -> Vec<String> {
    let mut texts: Vec<String> = rows.into_iter().map(|row| row.raw().to_owned()).collect();
    texts.sort_unstable();
    texts
}

#[tokio::test]
async fn reports_are_in_the_ledger_as_wecom_has_them() {
    let company = Company::new(12, Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &company).await;
    let (from, today) = (date(2026, 5, 1), date(2026, 6, 20));
    let days = Days::All { from, to: today };
    let outcome = company.sync_with(&ledger, People::Everyone, days, REPORTS).await.unwrap();
    let people = company.users().await;

    let span = plan::Days::new(from, today).unwrap();
    let slices: Vec<_> = company.client.day_reports(people.clone(), span).slices().collect().await;
    let expected = sorted(slices.into_iter().flat_map(|slice| slice.rows.unwrap()));
    let stored = ledger.day_reports(&people, from, today, None).await.unwrap();
    assert!(stored.iter().all(|(day, row)| {
        Some(*day) == row.base_info.as_ref().unwrap().date.unwrap().beijing_date()
    }));
    assert_eq!(outcome.day_reports.new, 12 * 50);
    assert!(sorted(stored.into_iter().map(|(_, row)| row)) == expected);

    let june = date(2026, 6, 30);
    let mut expected = Vec::new();
    for (first, last) in [(from, date(2026, 5, 31)), (date(2026, 6, 1), june)] {
        let month = plan::Days::new(first, last).unwrap();
        let slices: Vec<_> =
            company.client.month_reports(people.clone(), month).slices().collect().await;
        expected.extend(slices.into_iter().flat_map(|slice| slice.rows.unwrap()));
    }
    let stored = ledger.month_reports(&people, from, june, None).await.unwrap();
    assert_eq!(outcome.month_reports.new, 24);
    assert!(sorted(stored.into_iter().map(|(_, row)| row)) == sorted(expected));

    // Today has no report yet, and nobody says that it is known.
    for known in ledger.known(Call::DayReports, &people, from, june, None).await.unwrap() {
        assert_eq!((known[0].from, known[0].to), (from, date(2026, 6, 19)));
    }
}

#[tokio::test]
async fn reports_move_until_they_are_settled() {
    let mut company = Company::new(5, Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &company).await;
    let sync = async |company: &Company| {
        let people = People::Everyone;
        company.sync_with(&ledger, people, Days::Moving, REPORTS).await.unwrap()
    };
    let first = sync(&company).await;
    assert_eq!((first.day_reports.new, first.month_reports.new), (5 * 19, 5));
    let again = sync(&company).await;
    // The three days before today, and the month that still runs.
    assert_eq!(again.day_reports, Counts { unchanged: 5 * 3, ..Counts::default() });
    assert_eq!(again.month_reports, Counts { unchanged: 5, ..Counts::default() });

    let before = company.now();
    company.advance(SignedDuration::from_hours(1)).await;
    let user = company.users().await.remove(0);
    let late = "2026-06-18T23:30:00+08:00".parse::<jiff::Timestamp>().unwrap().as_second();
    let punch = json!({"do": "add_punch", "userid": user, "date": "2026-06-18",
        "checkin_time": late});
    company.act(&punch).await;
    let revised = sync(&company).await;
    assert_eq!((revised.day_reports.revised, revised.day_reports.unchanged), (1, 14));
    let day = date(2026, 6, 18);
    let then = ledger.day_reports(std::slice::from_ref(&user), day, day, Some(before)).await;
    let now = ledger.day_reports(&[user], day, day, None).await.unwrap();
    assert_ne!(then.unwrap(), now);

    company.advance(SignedDuration::from_hours(24 * 14)).await;
    let july = sync(&company).await;
    assert_eq!(july.month_reports.new, 5, "July is another month");
    assert_eq!(july.month_reports.revised, 5, "June was asked for when it was over");
    assert!(!sync(&company).await.month_reports.changed());
}

#[tokio::test]
async fn a_sync_does_without_reports_that_are_refused() {
    // Two slices each: people of two batches, and two months.
    for (call, people, from) in [
        ("getcheckin_daydata", 101, date(2026, 6, 19)),
        ("getcheckin_monthdata", 1, date(2026, 5, 1)),
    ] {
        let kind = FaultKind::Errcode { errcode: 48_002, errmsg: None };
        let fault =
            Fault { call: Some(call.to_owned()), skip: 0, count: None, probability: None, kind };
        let company = Company::new(people, Faults { faults: vec![fault] }).await;
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        let days = Days::All { from, to: date(2026, 6, 20) };
        let outcome = company.sync_with(&ledger, People::Everyone, days, REPORTS).await.unwrap();
        assert!(outcome.failed.is_empty() && outcome.records.new > 0);
        let refused: Vec<_> = outcome.refused.iter().map(|e| (e.call(), e.errcode())).collect();
        assert_eq!(refused, [(Some(call), Some(48_002))], "said once");
        assert_eq!(outcome.day_reports.new > 0, call == "getcheckin_monthdata");
        assert_eq!(outcome.month_reports.new, 0);
    }
}
