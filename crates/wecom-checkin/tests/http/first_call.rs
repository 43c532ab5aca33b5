//! The first call that a newcomer makes, async and blocking, against the emulator.

use wecom_checkin::{Client, Days, blocking, token::TokenCache};
use wecom_emulator::{Clock, Config, Emulator};

use crate::scripted::{Reply, Server};

const DAY: i64 = 86_400;

/// Every day of these, at 00:30 (filed the day before), 09:00, and a row that is filed nowhere.
fn june_and_more(asked: &crate::scripted::Asked) -> Reply {
    let at = |key: &str| asked.body[key].as_i64().unwrap();
    let mut rows = Vec::new();
    for user in asked.users() {
        rows.push(serde_json::json!({"userid": user, "checkin_time": 0}));
        for midnight in (at("starttime")..=at("endtime")).step_by(86_400) {
            let due = midnight - 6 * 3600;
            rows.push(serde_json::json!({
                "userid": user, "checkin_time": midnight + 1_800, "sch_checkin_time": due,
            }));
            rows.push(serde_json::json!({"userid": user, "checkin_time": midnight + 9 * 3_600}));
        }
    }
    Reply::rows("checkindata", &serde_json::json!(rows))
}

#[tokio::test]
async fn a_first_call_has_the_days_asked_for_and_each_record_once() {
    let server = Server::with_token(|asked, _| june_and_more(asked)).await;
    let june: Days = "2026-06".parse().unwrap();
    let fetched = server.client().records(["li", "Li", "wu"], june).all().await;
    assert!(fetched.failed.is_empty() && fetched.unknown.is_empty());
    let filed: Vec<_> = fetched.rows.iter().map(|row| row.filing_date()).collect();
    assert_eq!(filed.iter().filter(|date| date.is_none()).count(), 2, "filed nowhere, yet kept");
    assert!(filed.iter().flatten().all(|date| june.contains(*date)));
    assert_eq!(filed.iter().flatten().count(), 2 * 2 * 30);
}

#[tokio::test]
async fn what_failed_is_named_and_costs_nothing_else() {
    let second_window = 1_781_452_800 - DAY;
    let server = Server::with_token(move |asked, _| {
        if asked.users().contains(&"nobody") {
            Reply::errcode(301_021)
        } else if asked.body["starttime"].as_i64().unwrap() >= second_window {
            Reply::errcode(50_002)
        } else {
            june_and_more(asked)
        }
    })
    .await;
    let june: Days = "2026-06".parse().unwrap();
    let fetched = server.client().records(["nobody", "li"], june).all().await;
    assert_eq!(fetched.unknown, ["nobody".into()]);
    let failed = &fetched.failed[0];
    assert_eq!(
        (fetched.failed.len(), failed.days.to_string()),
        (1, "2026-06-16..2026-06-30".into())
    );
    assert_eq!(failed.error.errcode(), Some(50_002));
    assert!(fetched.rows.len() >= 30);
}

#[test]
fn days_are_read_from_text() {
    for (text, days) in [
        ("2026-06", "2026-06-01..2026-06-30"),
        ("2028-02", "2028-02-01..2028-02-29"),
        ("2026-06-09", "2026-06-09..2026-06-09"),
        (" 2026-06-01 .. 2026-06-30 ", "2026-06-01..2026-06-30"),
        ("2025-12-31..2026-01-01", "2025-12-31..2026-01-01"),
    ] {
        assert_eq!(text.parse::<Days>().unwrap().to_string(), days, "{text}");
    }
    for text in
        ["", "june", "2026", "2026-13", "2026-06-31", "2026-06-30..2026-06-01", "..", "1066-10"]
    {
        let error = text.parse::<Days>().unwrap_err();
        assert!(!error.to_string().is_empty(), "{text}");
    }
}

/// An emulator on a thread of its own, as a program that is not async would meet WeCom.
fn beside() -> (Emulator, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Clock::Fixed("2026-10-01T04:00:00Z".parse().unwrap());
    let config = Config { people: 120, clock, ..Config::default() };
    (runtime.block_on(Emulator::start(config)).unwrap(), runtime)
}

fn client(emulator: &Emulator) -> blocking::Client {
    Client::builder(emulator.corp_id(), emulator.secret())
        .base_url(emulator.base_url())
        .token_cache(TokenCache::Memory)
        .build_blocking()
        .unwrap()
}

#[test]
fn a_program_that_is_not_async_makes_the_same_calls() {
    let (emulator, _runtime) = beside();
    let client = client(&emulator);
    let people = client.with_secret(emulator.contact_secret()).user_ids().unwrap();
    assert!(people.len() >= 120);
    assert!(!client.get_corp_checkin_option().unwrap().is_empty());
    let week: Days = "2026-09-07..2026-09-13".parse().unwrap();
    let all = client.records(people.clone(), week).all();
    assert!(all.failed.is_empty() && !all.rows.is_empty());
    let batches: Vec<_> = client.records(people.clone(), week).batches().collect();
    assert_eq!(batches.len(), people.len().div_ceil(100));
    assert_eq!(batches.iter().map(|batch| batch.rows.len()).sum::<usize>(), all.rows.len());
    assert_eq!(client.day_reports(people, week).slices().count(), batches.len());
    let refused = client.call_raw("getcheckindata", "{}").unwrap_err();
    assert!(refused.errcode().is_some());
}

/// Nothing panics where a blocking client is used, and let go of, inside an async program.
#[tokio::test]
async fn a_blocking_client_works_inside_an_async_program_too() {
    let (emulator, runtime) = std::thread::spawn(beside).join().unwrap();
    let client = client(&emulator);
    assert!(client.check_credentials().is_ok());
    let copy = client.clone();
    drop(client);
    assert!(copy.ping().is_ok());
    drop(copy);
    runtime.shutdown_background();
}
