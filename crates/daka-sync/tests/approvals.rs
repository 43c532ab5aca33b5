//! The register of approvals: found however long before or after they were filed, by few calls,
//! whatever is refused, and whenever a run is killed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod bench;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use bench::{Company, ledger, now};
use daka_ledger::{Call, Ledger};
use daka_sync::{ApprovalsGap, Days, Event, Extras, People, Request, Sources, sync};
use futures::TryStreamExt as _;
use jiff::{ToSpan as _, civil::Date, civil::date, tz::TimeZone};
use tokio::sync::Notify;
use wecom_checkin::{UserId, calls::get_approval_info::ApprovalFilter, plan};
use wecom_emulator::{Config, Fault, FaultKind, Faults, Features};

const FROM: Date = date(2026, 6, 1);
const TO: Date = date(2026, 6, 19);
const JUNE: Days = Days::All { from: FROM, to: TO };

async fn company(people: u32, faults: Vec<Fault>) -> Company {
    let features = Features { approvals: true, ..Features::default() };
    let config = Config { people, features, faults: Faults { faults }, ..Config::default() };
    Company::at(now(), config).await
}

fn refused(call: &str, errcode: i64, count: Option<u64>) -> Fault {
    let kind = FaultKind::Errcode { errcode, errmsg: None };
    Fault { call: Some(call.to_owned()), skip: 0, count, probability: None, kind }
}

/// The numbers of each person's approvals, as the ledger has them.
async fn on_file(ledger: &Ledger) -> BTreeMap<UserId, BTreeSet<String>> {
    let mut persons = ledger.persons(None, FROM, TO, None).await.unwrap();
    let mut found = BTreeMap::new();
    while let Some(batch) = persons.next().await.unwrap() {
        for person in batch {
            let numbers = person.approvals.iter().map(|a| a.sp_no.clone().unwrap());
            found.insert(person.userid.clone(), numbers.collect());
        }
    }
    found
}

/// The same as WeCom has them, of what was handed in since a day.
async fn at_wecom(company: &Company, since: Date) -> BTreeMap<UserId, BTreeSet<String>> {
    let mut all: BTreeMap<UserId, BTreeSet<String>> =
        company.users().await.into_iter().map(|user| (user, BTreeSet::new())).collect();
    let days = plan::Days::new(since, date(2026, 6, 20)).unwrap();
    for kind in 1..=5 {
        let filters = [ApprovalFilter::record_type(kind)];
        let rows: Vec<_> = company.client.approvals(days, &filters).try_collect().await.unwrap();
        for row in rows {
            for user in row.applicants() {
                all.entry(user.clone()).or_default().insert(row.sp_no.clone().unwrap());
            }
        }
    }
    all
}

async fn gap(ledger: &Ledger, users: &[UserId]) -> Option<ApprovalsGap> {
    ApprovalsGap::of(ledger, users, (FROM, TO)).await.unwrap()
}

#[tokio::test]
async fn what_was_filed_long_before_or_after_its_days_is_found() {
    let mut company = company(40, Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &company).await;
    company.sync(&ledger, People::Everyone, JUNE).await.unwrap();
    // A year before the eve of the first day.
    let expected = at_wecom(&company, date(2025, 5, 31)).await;
    assert_eq!(on_file(&ledger).await, expected);
    let (mut early, mut late, mut together) = (0, 0, 0);
    for user in company.users().await {
        let person = ledger.person(&user, FROM, TO, None).await.unwrap().unwrap();
        for approval in &person.approvals {
            let filed = approval.apply_time.unwrap().beijing_date().unwrap();
            let number = approval.sp_no.as_deref().unwrap();
            // The emulator numbers approvals by the week that they are for.
            let week = Date::strptime("%Y%m%d", number.get(..8).unwrap()).unwrap();
            early += usize::from(filed < week - 40.days());
            late += usize::from(filed > week + 14.days());
            together += usize::from(approval.applicants().count() > 1);
        }
    }
    assert!(early > 0 && late > 0 && together > 0, "{early} {late} {together}");
    assert_eq!(gap(&ledger, &company.users().await).await, None);

    // Nothing is listed twice, and nobody is asked about what is decided.
    company.reconnect();
    let before = (company.calls("getapprovalinfo"), company.calls("getapprovaldetail"));
    company.sync(&ledger, People::OnFile, Days::Moving).await.unwrap();
    let listed = company.calls("getapprovalinfo") - before.0;
    let looked_at = company.calls("getapprovaldetail") - before.1;
    // Five kinds of the last days, and two states of 14 months in spans of 28 days.
    assert!(listed <= 5 + 2 * 16, "{listed}");
    assert!(looked_at < 25, "{looked_at}");
    assert_eq!(on_file(&ledger).await, expected);
}

/// A sync that is killed when so many slices of approvals are done; whether it was.
async fn killed_after(company: &Company, into: &Ledger, slices: usize) -> bool {
    let clock = now;
    let sources =
        Sources { client: &company.client, contacts: Some(&company.contacts), clock: &clock };
    let request = Request {
        people: People::Everyone,
        days: JUNE,
        zone: TimeZone::get("Asia/Shanghai").unwrap(),
        look_back: 3,
        approvals_back_months: 12,
        extras: Extras::default(),
    };
    let (done, enough) = (AtomicUsize::new(0), Notify::new());
    let mut progress = |event| {
        if matches!(event, Event::Done { call: "getapprovalinfo", .. })
            && done.fetch_add(1, Ordering::Relaxed) + 1 == slices
        {
            enough.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = enough.notified() => true,
        ended = sync(sources, into, &request, &mut progress) => {
            ended.unwrap();
            false
        }
    }
}

#[tokio::test]
async fn a_walk_that_is_killed_goes_on_where_it_was() {
    let mut company = company(30, Vec::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = ledger(&folder, &company).await;
    assert!(!killed_after(&company, &undisturbed, usize::MAX).await);
    let expected = on_file(&undisturbed).await;
    let whole = company.calls("getapprovaldetail");
    let users = company.users().await;
    for slices in [1, 4, 9] {
        company.reconnect();
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        let before = company.calls("getapprovaldetail");
        assert!(killed_after(&company, &ledger, slices).await);
        // Whatever is on file, nobody may rely on it yet.
        assert!(gap(&ledger, &users).await.unwrap().person_days >= 30 * 18);
        let (first, last) = (date(2025, 6, 1), TO);
        for known in ledger.known(Call::HandIns, &users, first, last, None).await.unwrap() {
            assert!(!known.is_empty(), "a slice was done");
        }
        company.sync(&ledger, People::Everyone, JUNE).await.unwrap();
        assert_eq!(on_file(&ledger).await, expected, "killed after {slices}");
        assert_eq!(gap(&ledger, &users).await, None);
        // What was handed in around June is fetched again, and what was in flight.
        let asked = company.calls("getapprovaldetail") - before;
        assert!(asked < whole + whole / 2, "{asked} of {whole}");
    }
}

#[tokio::test]
async fn who_has_left_costs_nobody_else_anything() {
    let sound = company(40, Vec::new()).await;
    let three = sound.users().await[3..6].to_vec();
    let struck = company(40, vec![refused("getapprovalinfo", 301_055, Some(1))]).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &struck).await;
    let outcome = struck.sync(&ledger, People::Named(three.clone()), JUNE).await.unwrap();
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    let named: BTreeSet<&UserId> =
        outcome.failed.iter().flat_map(|f| &f.slices).flat_map(|slice| &slice.users).collect();
    assert_eq!(Vec::from_iter(named), [&three[0]]);
    let (found, expected) = (on_file(&ledger).await, at_wecom(&sound, date(2025, 5, 31)).await);
    for user in &three[1..] {
        assert_eq!(found[user], expected[user], "{user}");
        assert_eq!(gap(&ledger, std::slice::from_ref(user)).await, None);
    }
    assert_eq!(gap(&ledger, &three).await.unwrap().people, 1);
    // Once more, and nothing is amiss.
    let outcome = struck.sync(&ledger, People::Named(three.clone()), JUNE).await.unwrap();
    assert!(outcome.failed.is_empty());
    assert_eq!(on_file(&ledger).await[&three[0]], expected[&three[0]]);
    assert_eq!(gap(&ledger, &three).await, None);
}

#[tokio::test]
async fn where_approvals_are_closed_every_day_is_said_to_be_unknown() {
    for few in [false, true] {
        let company = company(12, vec![refused("getapprovalinfo", 301_055, None)]).await;
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        let users = company.users().await;
        let people = if few { People::Named(users[..2].to_vec()) } else { People::Everyone };
        let outcome = company.sync(&ledger, people, JUNE).await.unwrap();
        assert_eq!(outcome.refused.len(), 1);
        assert_eq!(outcome.refused[0].errcode(), Some(301_055));
        assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
        // The ledger remembers why.
        let failed = ledger.last_run().await.unwrap().unwrap().end.unwrap().failed;
        assert!(failed[0].reason.contains("301055"), "{failed:?}");
        let asked = if few { 2 } else { 12 };
        let gap = gap(&ledger, &users).await.unwrap();
        assert_eq!((gap.people, gap.person_days, gap.from, gap.to), (asked, asked * 19, FROM, TO));
        assert!(company.calls("getapprovalinfo") <= 16, "asked again and again");
    }
}

#[tokio::test]
async fn the_way_of_fewer_calls_is_taken() {
    let mut company = company(60, Vec::new()).await;
    let users = company.users().await;
    let calls =
        |company: &Company| (company.calls("getapprovalinfo"), company.calls("getapprovaldetail"));
    let mut first: Vec<usize> = Vec::new();
    let mut then: Vec<usize> = Vec::new();
    for people in [1, 20, 21, 60] {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        for spent in [&mut first, &mut then] {
            company.reconnect();
            let before = calls(&company);
            let named = People::Named(users[..people].to_vec());
            company.sync(&ledger, named, Days::Moving).await.unwrap();
            let after = calls(&company);
            spent.push(after.0 - before.0 + after.1 - before.1);
        }
    }
    let shown = format!("at first {first:?}, then {then:?}");
    // Fifteen spans of five kinds each: 75 lists for one person, 1,500 for twenty.
    assert!(first[0] < 100, "{shown}");
    assert!(first[1] < 600 && first[1].abs_diff(first[2]) < 20, "{shown}");
    assert!(then.iter().all(|calls| *calls < 60), "{shown}");
}

#[tokio::test]
async fn a_span_that_holds_too_much_is_divided() {
    let sound = company(20, Vec::new()).await;
    let struck = company(20, vec![refused("getapprovalinfo", 301_112, Some(9))]).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &struck).await;
    let outcome = struck.sync(&ledger, People::Everyone, JUNE).await.unwrap();
    assert!(outcome.failed.is_empty() && outcome.refused.is_empty());
    assert_eq!(on_file(&ledger).await, at_wecom(&sound, date(2025, 5, 31)).await);
}
