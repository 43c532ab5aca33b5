//! Syncing against the emulator: what WeCom has is what the ledger has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bench;

use std::{collections::BTreeMap, time::Duration};

use bench::{Company, ledger, now};
use daka_ledger::{Call, Counts, Ledger, Minute, Spent};
use daka_sync::{
    Days, Error, Outcome, People, pending,
    plan::{LOOK_BACK_DAYS, Settling},
};
use futures::StreamExt as _;
use jiff::{SignedDuration, civil::date, tz::TimeZone};
use wecom_checkin::{Client, UserId, approval::Approval, calls, merge::merge, plan};
use wecom_emulator::{Config, Fault, FaultKind, Faults, Features};

struct Bench {
    company: Company,
    ledger: Ledger,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new(people: u32) -> Self {
        let company = Company::new(people, Faults::default()).await;
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        Self { company, ledger, _folder: folder }
    }

    async fn sync(&self, people: People, days: Days) -> Result<Outcome, Error> {
        self.company.sync(&self.ledger, people, days).await
    }
}

fn settling() -> Settling {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let today = now().to_zoned(zone.clone()).date();
    Settling { zone, today, look_back: LOOK_BACK_DAYS }
}

#[tokio::test]
async fn a_month_is_in_the_ledger_as_wecom_has_it() {
    let bench = Bench::new(120).await;
    let (from, to) = (date(2026, 6, 1), date(2026, 6, 19));
    let outcome = bench.sync(People::Everyone, Days::All { from, to }).await.unwrap();
    assert_eq!((outcome.people, outcome.failed.len(), outcome.unknown.len()), (120, 0, 0));
    assert_eq!(outcome.members.new, 120);
    assert!(outcome.records.new > 1_000 && outcome.schedules.new > 0);

    let people = bench.company.users().await;
    let days = plan::Days::new(from, to).unwrap();
    let mut expected: Vec<String> = Vec::new();
    let slices: Vec<_> =
        bench.company.client.records(people.clone(), days).slices().collect().await;
    for row in merge(slices.into_iter().map(|slice| slice.rows.unwrap())) {
        if row.filing_date().is_some_and(|date| days.contains(date)) {
            expected.push(row.raw().to_owned());
        }
    }
    expected.sort_unstable();
    let stored = bench.ledger.records(&people, from, to, None).await.unwrap();
    let mut stored: Vec<String> = stored.iter().map(|row| row.raw().to_owned()).collect();
    stored.sort_unstable();
    assert_eq!(stored.len(), expected.len());
    assert!(stored == expected);

    // Rules of every day, as the call tells them.
    for date in [from, date(2026, 6, 10), to] {
        let mut told: BTreeMap<UserId, i64> = BTreeMap::new();
        let slices: Vec<_> =
            bench.company.client.rules(people.clone(), [date]).slices().collect().await;
        for row in slices.into_iter().flat_map(|slice| slice.rows.unwrap()) {
            let member = row.into_typed();
            told.insert(member.userid.unwrap(), member.group.unwrap().groupid.unwrap().0);
        }
        let stored = bench.ledger.rules(&people, date, None).await.unwrap();
        for (userid, rule) in people.iter().zip(stored) {
            assert_eq!(rule.and_then(|r| r.groupid).map(|id| id.0), told.get(userid).copied());
        }
    }
    for known in bench.ledger.known(Call::Records, &people, from, to, None).await.unwrap() {
        assert_eq!((known[0].from, known[0].to, known[0].until), (from, to, now()));
    }
    let end = bench.ledger.runs(1).await.unwrap().remove(0).end.unwrap();
    assert_eq!((end.records, end.failed), (outcome.records, vec![]));
}

#[tokio::test]
async fn a_second_sync_asks_for_what_moves_and_changes_nothing() {
    let bench = Bench::new(30).await;
    let first = bench.sync(People::Everyone, Days::Moving).await.unwrap();
    assert!(first.records.new > 0);
    let (records, rules) =
        (bench.company.calls("getcheckindata"), bench.company.calls("getcheckinoption"));
    // The rules of the eve too: its night shifts end on the first day.
    assert_eq!((records, rules), (1, 21));
    let next = pending(&bench.ledger, &bench.company.users().await, &settling()).await.unwrap();
    assert_eq!((next.len(), next[0].people.len()), (1, 30));
    assert_eq!(next[0].spans[0].to_string(), "2026-06-17..2026-06-20");
    let second = bench.sync(People::OnFile, Days::Moving).await.unwrap();
    assert_eq!(second.people, 30);
    for counts in [second.records, second.rules, second.schedules, second.corp_rules] {
        assert!(!counts.changed(), "{counts:?}");
    }
    // Today and the three days before it.
    assert_eq!(bench.company.calls("getcheckinoption") - rules, 4);
    let (from, to) = (date(2026, 6, 1), date(2026, 6, 20));
    let again = bench.sync(People::OnFile, Days::All { from, to }).await.unwrap();
    assert!(!again.records.changed());
    assert_eq!(again.records.unchanged, first.records.new);
}

#[tokio::test]
async fn what_failed_of_days_long_past_is_got_by_the_next_sync() {
    let kind = FaultKind::Errcode { errcode: 48002, errmsg: None };
    let refused = |call: &str| Fault {
        call: Some(call.to_owned()),
        skip: 0,
        count: Some(1),
        probability: None,
        kind: kind.clone(),
    };
    let faults = ["getcheckinoption", "getcheckindata"].map(refused).to_vec();
    let company = Company::new(5, Faults { faults }).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &company).await;
    let days = Days::All { from: date(2026, 3, 2), to: date(2026, 3, 4) };
    let first = company.sync(&ledger, People::Everyone, days).await.unwrap();
    let failed: Vec<String> = first
        .failed
        .iter()
        .flat_map(|failure| &failure.slices)
        .map(|slice| format!("{} {}..{}", slice.call, slice.from, slice.to))
        .collect();
    // The rules of the eve are asked for first.
    let (rule, records) =
        ("getcheckinoption 2026-03-01..2026-03-01", "getcheckindata 2026-03-02..2026-03-04");
    assert_eq!(failed, [rule, records]);
    assert_eq!(first.records.new, 0);

    let users = company.users().await;
    let next = pending(&ledger, &users, &settling()).await.unwrap();
    assert!(next.iter().any(|work| work.spans[0].to_string() == "2026-03-02..2026-03-04"));
    let second = company.sync(&ledger, People::OnFile, Days::Moving).await.unwrap();
    assert!(second.failed.is_empty());
    let march = date(2026, 3, 1)..=date(2026, 3, 4);
    for (call, from) in [(Call::Rules, march.start()), (Call::Records, &date(2026, 3, 2))] {
        for known in ledger.known(call, &users, *from, *march.end(), None).await.unwrap() {
            assert_eq!((known[0].from, known[0].to), (*from, *march.end()), "{call:?}");
        }
    }
    let records = ledger.records(&users, *march.start(), *march.end(), None).await.unwrap();
    assert!(records.len() > 10);
    // Got is got.
    let next = pending(&ledger, &users, &settling()).await.unwrap();
    assert!(next.iter().all(|work| work.spans[0].first() > date(2026, 3, 31)), "{next:?}");
}

/// Each person's approvals, as the ledger has them.
async fn approvals(ledger: &Ledger) -> BTreeMap<String, String> {
    let (from, to) = (date(2026, 5, 1), date(2026, 6, 30));
    let mut persons = ledger.persons(None, from, to, None).await.unwrap();
    let mut found = BTreeMap::new();
    while let Some(batch) = persons.next().await.unwrap() {
        for person in batch {
            found.insert(person.userid.to_string(), format!("{:?}", person.approvals));
        }
    }
    found
}

#[tokio::test]
async fn only_approvals_that_may_have_changed_are_fetched_again() {
    let config = || Config {
        people: 40,
        features: Features { approvals: true, ..Features::default() },
        ..Config::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let early = Company::at("2026-06-12T12:00:00+08:00".parse().unwrap(), config()).await;
    let ledger = ledger(&folder, &early).await;
    let first = early.sync(&ledger, People::Everyone, Days::Moving).await.unwrap();
    let details = early.calls("getapprovaldetail");
    assert!(details > 20, "only {details} approvals");
    assert_eq!(first.approvals.new, u64::try_from(details).unwrap());
    early.sync(&ledger, People::Everyone, Days::Moving).await.unwrap();
    let again = early.calls("getapprovaldetail") - details;

    // A week later some are decided, and some that were granted are taken back.
    let late = Company::at("2026-06-19T12:00:00+08:00".parse().unwrap(), config()).await;
    let second = late.sync(&ledger, People::Everyone, Days::Moving).await.unwrap();
    let asked = late.calls("getapprovaldetail");
    assert!(second.approvals.revised > 0 && second.approvals.new > 0, "{:?}", second.approvals);
    assert!(again < details / 4 && asked < details, "{details}, then {again}, then {asked}");

    let fresh = tempfile::tempdir().unwrap();
    let fresh = bench::ledger(&fresh, &late).await;
    let days_of_june = (date(2026, 6, 1), date(2026, 6, 19));
    let days = Days::All { from: days_of_june.0, to: days_of_june.1 };
    late.sync(&fresh, People::Everyone, days).await.unwrap();
    assert_eq!(approvals(&ledger).await, approvals(&fresh).await);

    // For a few people only their own are listed; what was handed in around the days is fetched
    // again, the rest is on file.
    let (mut few, mut on_file, mut around) = (Vec::new(), 0, 0);
    for user in late.users().await {
        let person = fresh.person(&user, days_of_june.0, days_of_june.1, None).await.unwrap();
        let approvals = person.unwrap().approvals;
        let since_may = |approval: &&Approval| {
            approval.apply_time.unwrap().beijing_date().unwrap() >= date(2026, 5, 1)
        };
        let recent = approvals.iter().filter(since_may).count();
        if recent > 0 && few.len() < 4 {
            few.push(user);
            on_file += approvals.len();
            around += recent;
        }
    }
    let calls = late.calls("getapprovaldetail");
    late.sync(&fresh, People::Named(few), days).await.unwrap();
    let theirs = late.calls("getapprovaldetail") - calls;
    assert!(around > 0 && around < on_file, "{around} of {on_file}");
    assert_eq!(theirs, around);
}

#[tokio::test]
async fn unknown_people_are_named_and_the_others_served() {
    let bench = Bench::new(5).await;
    let mut people = bench.company.users().await;
    people.truncate(2);
    people.push("nobody.here".into());
    let (from, to) = (date(2026, 6, 1), date(2026, 6, 3));
    let outcome = bench.sync(People::Named(people), Days::All { from, to }).await.unwrap();
    assert_eq!(outcome.unknown, [UserId::from("nobody.here")]);
    assert_eq!(outcome.failed.len(), 0);
    assert!(outcome.records.new > 0);
    assert_eq!(bench.ledger.people(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_is_fetched_of_days_to_come() {
    let bench = Bench::new(5).await;
    let days = Days::All { from: date(2026, 6, 21), to: date(2026, 6, 30) };
    let outcome = bench.sync(People::Everyone, days).await.unwrap();
    assert_eq!(outcome.records, Counts::default());
    assert_eq!(bench.company.calls("getcheckindata"), 0);
    assert!(matches!(bench.sync(People::Named(vec![]), days).await, Err(Error::Nobody)));
}

/// What each of these calls counts towards its quota of the minute.
fn counted(client: &Client) -> Vec<u32> {
    [&calls::GETCORPCHECKINOPTION, &calls::GETCHECKINOPTION, &calls::GETCHECKINDATA]
        .map(|call| client.pace(call).sent_lately)
        .to_vec()
}

#[tokio::test]
async fn who_takes_a_company_over_keeps_off_what_was_spent() {
    let mut bench = Bench::new(5).await;
    // Notes are of minutes: far from the edges of one, so that no slow run falls into two.
    bench.company.advance(SignedDuration::from_secs(30)).await;
    let days = Days::All { from: date(2026, 6, 1), to: date(2026, 6, 10) };
    bench.sync(People::Everyone, days).await.unwrap();
    let first = counted(&bench.company.client);
    assert_eq!(first, [1, 11, 1]);
    // The same client knows it already.
    bench.sync(People::Everyone, days).await.unwrap();
    assert_eq!(counted(&bench.company.client), [2, 22, 2]);
    // Another worker, with a client of its own.
    bench.company.reconnect();
    assert_eq!(counted(&bench.company.client), [0, 0, 0]);
    bench.sync(People::Everyone, days).await.unwrap();
    assert_eq!(counted(&bench.company.client), [3, 33, 3]);
}

#[tokio::test]
async fn the_last_call_of_a_quota_makes_the_next_worker_wait() {
    let bench = Bench::new(5).await;
    let run = bench.ledger.begin_run(now()).await.unwrap();
    let minute = Minute::of(now());
    let spent = Spent { call: "getcorpcheckinoption".to_owned(), minute, calls: 59 };
    bench.ledger.note_spent(run, &[spent], minute).await.unwrap();
    let days = Days::All { from: date(2026, 6, 1), to: date(2026, 6, 1) };
    bench.sync(People::Everyone, days).await.unwrap();
    let pace = bench.company.client.pace(&calls::GETCORPCHECKINOPTION);
    assert_eq!(pace.sent_lately, 60);
    assert!(pace.waits_for > Duration::from_secs(55), "{pace:?}");
}

#[tokio::test]
async fn a_killed_run_has_told_what_it_spent() {
    let mut bench = Bench::new(5).await;
    let days = Days::All { from: date(2026, 6, 1), to: date(2026, 6, 10) };
    bench.company.sync_until(&bench.ledger, days, "getapprovalinfo").await;
    assert_eq!(bench.ledger.last_run().await.unwrap().unwrap().ended_at, None);
    let killed = counted(&bench.company.client);
    assert_eq!(killed, [1, 11, 1]);
    bench.company.reconnect();
    bench.sync(People::Everyone, days).await.unwrap();
    assert_eq!(counted(&bench.company.client), [2, 22, 2]);
}
