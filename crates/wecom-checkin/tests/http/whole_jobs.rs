//! Any number of people and days: which calls are made, what comes back, in which order.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::scripted::{Asked, Reply, Server};
use futures::{StreamExt as _, stream};
use jiff::civil::date;
use serde_json::json;
use wecom_checkin::{Client, Record, Slice, UserId, merge::batches, plan::Days};

const RECORDS: &str = "checkin/getcheckindata";
const DAY: i64 = 86_400;

fn people(count: usize) -> Vec<UserId> {
    (0..count).map(|n| UserId::from(format!("user{n:04}"))).collect()
}

fn june() -> Days {
    Days::new(date(2026, 6, 1), date(2026, 6, 30)).unwrap()
}

/// One punch a person and day, at 09:00, for every day that the window touches.
fn punches(asked: &Asked) -> Reply {
    let window = |key: &str| asked.body[key].as_i64().unwrap();
    let (start, end) = (window("starttime"), window("endtime"));
    assert!(end - start <= 30 * DAY && asked.users().len() <= 100, "{:?}", asked.body);
    let mut rows = Vec::new();
    for user in asked.users() {
        let mut at = start + 9 * 3600;
        while at <= end {
            rows.push(json!({"userid": user, "checkin_time": at}));
            at += DAY;
        }
    }
    Reply::rows("checkindata", &json!(rows))
}

async fn all(client: &Client, users: Vec<UserId>, days: Days) -> Vec<Slice<Record>> {
    client.records(users, days).slices().collect().await
}

#[tokio::test]
async fn each_record_comes_once_with_the_fewest_calls() {
    let server = Server::with_token(|asked, _| punches(asked)).await;
    let days = Days::new(date(2026, 6, 1), date(2026, 8, 14)).unwrap();
    let slices = all(&server.client(), people(250), days).await;
    assert_eq!(server.count(RECORDS), 9, "three batches, three windows");
    assert_eq!(server.count("gettoken"), 1);

    let order: Vec<_> = slices.iter().map(|s| (s.users.users()[0].clone(), s.core)).collect();
    assert!(order.is_sorted(), "{order:?}");

    let mut records = BTreeSet::new();
    let batches: Vec<_> = batches(stream::iter(slices)).collect().await;
    assert_eq!(batches.len(), 3);
    for batch in batches {
        assert!(batch.failed.is_empty());
        for row in batch.rows.iter().filter(|row| days.contains(row.filing_date().unwrap())) {
            assert!(records.insert(row.raw().to_owned()), "twice: {}", row.raw());
        }
    }
    assert_eq!(records.len(), 250 * 75);
}

#[tokio::test]
async fn slices_come_in_order_and_side_by_side() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let gauge = (now.clone(), most.clone());
    let server = Server::with_token(move |_, n| {
        gauge.1.fetch_max(gauge.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let gauge = gauge.0.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            gauge.fetch_sub(1, Ordering::SeqCst);
        });
        // The first of each four is the slowest.
        let late = Duration::from_millis(40 - 10 * u64::try_from(n % 4).unwrap());
        Reply::rows("checkindata", &json!([])).after(late)
    })
    .await;
    let client = server.builder().concurrency(4).build().unwrap();
    let slices = all(&client, people(1_150), june()).await;
    assert_eq!(slices.len(), 24);
    let order: Vec<_> = slices.iter().map(|s| (s.users.users()[0].clone(), s.core)).collect();
    assert!(order.is_sorted());
    assert!((2..=4).contains(&most.load(Ordering::SeqCst)), "{most:?}");
}

#[tokio::test]
async fn a_dropped_stream_stops_asking() {
    let server = Server::with_token(|asked, _| punches(asked)).await;
    let client = server.builder().concurrency(2).build().unwrap();
    let mut stream = client.records(people(2_000), june()).slices();
    stream.next().await.unwrap();
    drop(stream);
    let asked = server.count(RECORDS);
    assert!(asked <= 4, "{asked}");
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(server.count(RECORDS) <= asked + 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_slice_costs_no_other() {
    let server = Server::with_token(|asked, _| {
        if asked.users()[0] == "user0100" { Reply::errcode(301_022) } else { punches(asked) }
    })
    .await;
    let slices = all(&server.client(), people(250), june()).await;
    let failed: Vec<bool> = slices.iter().map(|slice| slice.rows.is_err()).collect();
    assert_eq!(failed, [false, false, true, true, false, false]);
    assert_eq!(server.count(RECORDS), 4 + 2 * 4);
    assert_eq!(slices[2].rows.as_ref().unwrap_err().errcode(), Some(301_022));

    let batches: Vec<_> = batches(stream::iter(slices)).collect().await;
    let failed = batches.iter().map(|batch| batch.failed.len()).collect::<Vec<_>>();
    assert_eq!(failed, [0, 2, 0]);
    assert_eq!(batches[2].rows.len(), 50 * 32, "June and its margins, each once");
}

/// Positions of unknown people in a batch of 100, and how many calls it takes to find them.
#[tokio::test]
async fn unknown_people_are_found_and_cost_nobody_else() {
    for (unknown, calls) in [(vec![], 1), (vec![0], 13), (vec![99], 9), (vec![0, 99], 20)] {
        let wrong: BTreeSet<String> = unknown.iter().map(|n| format!("user{n:04}")).collect();
        let strangers = wrong.clone();
        let server = Server::with_token(move |asked, _| {
            let stranger = asked.users().iter().any(|user| strangers.contains(*user));
            if stranger { Reply::errcode(301_021) } else { punches(asked) }
        })
        .await;
        let days = Days::one(date(2026, 6, 1)).unwrap();
        let slices = all(&server.client(), people(100), days).await;
        let found: BTreeSet<String> = slices[0].unknown.iter().map(ToString::to_string).collect();
        assert_eq!(found, wrong);
        let rows = slices[0].rows.as_ref().unwrap();
        assert_eq!(rows.len(), (100 - wrong.len()) * 3, "a day and its margins");
        assert_eq!(server.count(RECORDS), calls, "{unknown:?}");
    }
}

#[tokio::test]
async fn an_unknown_person_is_looked_for_once() {
    let server = Server::with_token(|asked, _| {
        if asked.users().contains(&"user0000") { Reply::errcode(301_021) } else { punches(asked) }
    })
    .await;
    let client = server.builder().concurrency(1).build().unwrap();
    let year = Days::new(date(2026, 1, 1), date(2026, 12, 31)).unwrap();
    let slices = all(&client, people(100), year).await;
    assert!(slices.iter().all(|slice| slice.rows.is_ok() && slice.unknown.len() == 1));
    assert_eq!(server.count(RECORDS), 13 + slices.len() - 1);
}

#[tokio::test]
async fn nobody_known_is_no_error() {
    let server = Server::with_token(|_, _| Reply::errcode(301_021)).await;
    let days = Days::one(date(2026, 6, 1)).unwrap();
    let slices = all(&server.client(), people(2), days).await;
    assert_eq!((slices[0].rows.as_ref().unwrap().len(), slices[0].unknown.len()), (0, 2));
}

#[tokio::test]
async fn rules_are_asked_for_day_by_day() {
    let server = Server::with_token(|asked, _| {
        let rows: Vec<_> = asked.users().iter().map(|user| json!({"userid": user})).collect();
        Reply::rows("info", &json!(rows))
    })
    .await;
    let days = Days::new(date(2026, 6, 1), date(2026, 6, 3)).unwrap();
    let slices: Vec<_> = server.client().rules(people(150), days.iter()).slices().collect().await;
    let seen = slices.iter().map(|s| (s.core.first(), s.rows.as_ref().unwrap().len()));
    let day = |day| date(2026, 6, day);
    let expected = [(1, 100), (2, 100), (3, 100), (1, 50), (2, 50), (3, 50)];
    assert_eq!(seen.collect::<Vec<_>>(), expected.map(|(d, n)| (day(d), n)));
}

#[tokio::test]
async fn schedules_are_asked_for_month_by_month() {
    let server = Server::with_token(|_, _| Reply::rows("schedule_list", &json!([]))).await;
    let days = Days::new(date(2026, 1, 15), date(2026, 3, 31)).unwrap();
    let slices: Vec<_> = server.client().schedules(people(1), days).slices().collect().await;
    let cores: Vec<String> = slices.iter().map(|slice| slice.core.to_string()).collect();
    let months = ["2026-01-15..2026-01-31", "2026-02-01..2026-02-28", "2026-03-01..2026-03-31"];
    assert_eq!(cores, months);
}

#[tokio::test]
async fn members_are_listed_page_by_page_and_once() {
    let server = Server::with_token(|asked, _| match asked.body["cursor"].as_str() {
        None => Reply::json(&json!({"errcode": 0, "next_cursor": "p2", "dept_user": [
            {"userid": "wu", "department": 3}, {"userid": "wu", "department": 18}]})),
        Some("p2") => Reply::json(&json!({"errcode": 0, "next_cursor": "", "dept_user": [
            {"userid": "Li", "department": 3}, {"userid": "an", "department": 3}]})),
        Some(_) => Reply::errcode(40058),
    })
    .await;
    let users = server.client().user_ids().await.unwrap();
    assert_eq!(users, ["Li", "an", "wu"].map(UserId::from));
    assert_eq!(server.asked()[1].body, json!({"limit": 10_000}));

    let endless = Server::with_token(|_, _| {
        Reply::json(&json!({"errcode": 0, "next_cursor": "p", "dept_user": []}))
    })
    .await;
    assert_eq!(endless.client().user_ids().await.unwrap_err().kind().as_str(), "decode");
}
