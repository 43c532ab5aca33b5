//! Whole jobs, each fault, and the calls that they cost.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use jiff::civil::date;
use secrecy::SecretString;
use wecom_checkin::{Client, Record, Row, UserId, merge::merge, plan::Days};
use wecom_emulator::{Config, Fault, FaultKind, Faults, Limits};

use crate::{builder, client, config, count, everyone, september, start};

const RECORDS: &str = "getcheckindata";

/// Every record filed under the days, and how often it came.
async fn records(client: &Client, users: Vec<UserId>, days: Days) -> BTreeMap<String, usize> {
    let slices: Vec<_> = client.records(users, days).slices().collect().await;
    let mut found = BTreeMap::new();
    for batch in slices.chunk_by(|a, b| a.users == b.users) {
        let rows: Vec<Row<Record>> = merge(batch.iter().map(|slice| slice.rows.clone().unwrap()));
        for row in rows.iter().filter(|row| days.contains(row.filing_date().unwrap())) {
            *found.entry(row.raw().to_owned()).or_default() += 1;
        }
    }
    found
}

#[tokio::test]
async fn each_record_of_250_people_over_75_days_comes_once() {
    let emulator = start(config(250)).await;
    let client = client(&emulator);
    let days = Days::new(date(2026, 7, 10), date(2026, 9, 22)).unwrap();
    let found = records(&client, everyone(&emulator), days).await;
    assert_eq!(count(&emulator, RECORDS), 9, "3 batches of people, 3 windows of days");
    assert_eq!(count(&emulator, "gettoken"), 1);
    assert!(found.len() > 20_000, "{}", found.len());
    assert!(found.values().all(|times| *times == 1));

    // Asked for in other pieces, the same turns up.
    let mut pieces = BTreeSet::new();
    for days in days.split(8) {
        pieces.extend(records(&client, everyone(&emulator), days).await.into_keys());
    }
    assert_eq!(found.into_keys().collect::<BTreeSet<_>>(), pieces);
}

#[tokio::test]
async fn members_and_rules_and_schedules_come_whole() {
    let emulator = start(config(250)).await;
    let client = client(&emulator);
    let contacts = client.with_secret(SecretString::from(emulator.contact_secret()));
    let users = contacts.user_ids().await.unwrap();
    let mut expected = everyone(&emulator);
    expected.sort();
    assert_eq!(users, expected);

    let dates = [date(2026, 9, 1), date(2026, 9, 2)];
    let slices: Vec<_> = client.rules(users.clone(), dates).slices().collect().await;
    assert_eq!((slices.len(), count(&emulator, "getcheckinoption")), (6, 6));
    let ruled = slices.iter().map(|slice| slice.rows.as_ref().unwrap().len()).sum::<usize>();
    assert!(ruled > 400, "{ruled}");

    assert!(!client.get_corp_checkin_option().await.unwrap().is_empty());

    let days = Days::new(date(2026, 8, 1), date(2026, 9, 30)).unwrap();
    let slices: Vec<_> = client.schedules(users, days).slices().collect().await;
    assert!(slices.iter().all(|slice| slice.rows.is_ok()), "{slices:?}");
    let last_days: BTreeSet<i64> = slices
        .iter()
        .flat_map(|slice| slice.rows.as_ref().unwrap())
        .filter(|row| row.yearmonth == Some(wecom_checkin::units::YearMonth(202_608)))
        .flat_map(|row| row.schedule.clone().unwrap().schedule_list.unwrap())
        .filter_map(|day| day.day)
        .collect();
    assert!(last_days.contains(&31), "a long month is asked for whole: {last_days:?}");
}

fn fault(kind: FaultKind, skip: u64, count: u64) -> Faults {
    let call = Some(RECORDS.to_owned());
    Faults { faults: vec![Fault { call, skip, count: Some(count), probability: None, kind }] }
}

/// Each fault that passes by itself: same records, and exactly the calls that it took.
#[tokio::test(start_paused = true)]
async fn a_passing_fault_costs_calls_and_nothing_else() {
    let calm = start(config(120)).await;
    let expected = records(&client(&calm), everyone(&calm), september()).await;
    let usual = count(&calm, RECORDS);
    let code = |errcode| FaultKind::Errcode { errcode, errmsg: None };
    for (kind, extra) in [
        (code(-1), 2),
        (code(6000), 2),
        (code(301_022), 2),
        (code(301_070), 2),
        (code(45033), 2),
        (code(45009), 2),
        (FaultKind::HttpStatus { status: 500 }, 2),
        (FaultKind::HttpStatus { status: 502 }, 2),
        (FaultKind::Html, 2),
        (FaultKind::Truncated, 2),
        (FaultKind::EmptyBody, 2),
        (FaultKind::DropBefore, 2),
        (FaultKind::DropDuring, 2),
        (FaultKind::DropAfter, 2),
        (FaultKind::NoContentType, 0),
        (FaultKind::Delay { delay_ms: 300 }, 0),
    ] {
        let name = format!("{kind:?}");
        let emulator = start(Config { faults: fault(kind, 1, 2), ..config(120) }).await;
        let found = records(&client(&emulator), everyone(&emulator), september()).await;
        assert_eq!(found, expected, "{name}");
        assert_eq!(count(&emulator, RECORDS), usual + extra, "{name}");
        assert_eq!(count(&emulator, "gettoken"), 1, "{name}");
    }
}

#[tokio::test]
async fn numbers_that_come_as_strings_are_read() {
    let emulator =
        start(Config { faults: fault(FaultKind::NumbersAsStrings, 0, 99), ..config(20) }).await;
    let slices: Vec<_> =
        client(&emulator).records(everyone(&emulator), september()).slices().collect().await;
    let rows = slices[0].rows.as_ref().unwrap();
    assert!(rows.iter().all(|row| row.checkin_time.is_some() && row.filing_date().is_some()));
    assert!(rows[0].field("checkin_time").unwrap().get().starts_with('"'), "and kept as they came");
}

#[tokio::test]
async fn a_token_that_dies_on_the_way_is_replaced_once() {
    for how in ["expire", "revoke"] {
        let emulator = start(config(120)).await;
        let client = client(&emulator);
        let before = records(&client, everyone(&emulator), september()).await;
        let control = format!("{}/_emulator/tokens/{how}", emulator.base_url());
        reqwest::Client::new().post(control).send().await.unwrap().error_for_status().unwrap();
        let after = records(&client, everyone(&emulator), september()).await;
        assert_eq!(before, after, "{how}");
        assert_eq!(count(&emulator, "gettoken"), 2, "{how}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_asked_about_once() {
    let emulator = start(config(5)).await;
    let wrong = client(&emulator).with_secret(SecretString::from("wrong"));
    for _ in 0..3 {
        let slices: Vec<_> =
            wrong.records(everyone(&emulator), september()).slices().collect().await;
        assert!(slices[0].rows.as_ref().unwrap_err().is_auth());
    }
    assert_eq!(count(&emulator, "gettoken"), 1);
    assert_eq!(count(&emulator, RECORDS), 0);
}

#[tokio::test]
async fn the_wrong_kind_of_secret_is_told() {
    let emulator = start(config(5)).await;
    let contacts = client(&emulator).with_secret(SecretString::from(emulator.contact_secret()));
    let error = contacts.get_corp_checkin_option().await.unwrap_err();
    assert_eq!(error.errcode(), Some(48002));
    assert!(error.hint().en.contains("可调用接口的应用") && !error.is_retryable());
}

#[tokio::test]
async fn an_unknown_person_costs_nobody_else() {
    let emulator = start(config(99)).await;
    let client = client(&emulator);
    let known = records(&client, everyone(&emulator), september()).await;
    let mut users = everyone(&emulator);
    users.push(UserId::from("nobody.at.all"));
    let slices: Vec<_> = client.records(users.clone(), september()).slices().collect().await;
    assert!(slices.iter().all(|slice| slice.unknown == [UserId::from("nobody.at.all")]));
    assert_eq!(records(&client, users, september()).await, known);
}

#[tokio::test]
async fn more_at_once_than_the_server_likes_settles() {
    let limits = Limits { concurrent: 2, ..Limits::default() };
    let emulator = start(Config { limits, ..config(1000) }).await;
    let client = builder(&emulator).concurrency(16).build().unwrap();
    let slices: Vec<_> = client.records(everyone(&emulator), september()).slices().collect().await;
    assert!(slices.iter().all(|slice| slice.rows.is_ok()));
}

#[tokio::test(start_paused = true)]
async fn the_quota_is_used_up_and_never_exceeded() {
    let emulator = start(config(5)).await;
    let client = client(&emulator);
    let began = tokio::time::Instant::now();
    for _ in 0..130 {
        client.get_corp_checkin_option().await.unwrap();
    }
    assert!((120..130).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert!(emulator.calls().iter().all(|call| call.errcode == Some(0)));
}

/// The server allows a tenth of what is documented, as if others used the rest.
#[tokio::test(start_paused = true)]
async fn a_quota_that_others_use_up_slows_the_job_down_and_ends_well() {
    let limits = Limits { rate_percent: 10, ..Limits::default() };
    let emulator = start(Config { limits, ..config(5) }).await;
    let client = client(&emulator);
    for _ in 0..40 {
        client.get_corp_checkin_option().await.unwrap();
    }
    let refused = emulator.calls().iter().filter(|call| call.errcode == Some(45009)).count();
    assert!((1..=10).contains(&refused), "{refused}");
}
