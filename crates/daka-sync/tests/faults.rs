//! Every fault at every call: the ledger ends up as if nothing had happened, or the outcome names
//! exactly the holes, and the next sync fills them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bench;

use std::collections::BTreeSet;

use bench::{Company, ledger};
use daka_ledger::{Call, Ledger};
use daka_sync::{Days, Error, Extras, Outcome, People};
use jiff::{ToSpan as _, civil::Date, civil::date};
use wecom_checkin::UserId;
use wecom_emulator::{Fault, FaultKind, Faults};

/// Few enough to go through all faults quickly; one slice a call and day.
const FEW: u32 = 6;
/// Two batches.
const MANY: u32 = 101;
const FROM: Date = date(2026, 6, 17);
const TO: Date = date(2026, 6, 18);
const DAYS: Days = Days::All { from: FROM, to: TO };
const PLAIN: Extras = Extras { reports: false, photos: None };
const REPORTS: Extras = Extras { reports: true, photos: None };

const CALLS: [&str; 6] = [
    "gettoken",
    "user/list_id",
    "getcorpcheckinoption",
    "getcheckinoption",
    "getcheckinschedulist",
    "getcheckindata",
];
/// Calls that a sync can do without, or makes on purpose only.
const CALLS_BESIDE: [&str; 2] = ["department/list", "getcheckin_daydata"];

/// Documented refusals of each kind of reaction (45009 apart, which is waited out for a minute).
const ERRCODES: [i64; 11] =
    [-1, 6000, 40001, 40014, 42001, 45033, 48002, 60020, 301_021, 301_022, 301_070];

fn kinds() -> Vec<FaultKind> {
    let errcode = |errcode| FaultKind::Errcode { errcode, errmsg: None };
    ERRCODES
        .into_iter()
        .map(errcode)
        .chain([
            FaultKind::HttpStatus { status: 502 },
            FaultKind::Html,
            FaultKind::Truncated,
            FaultKind::EmptyBody,
            FaultKind::NoContentType,
            FaultKind::NumbersAsStrings,
            FaultKind::DropBefore,
            FaultKind::DropDuring,
            FaultKind::DropAfter,
        ])
        .collect()
}

/// All that a ledger holds of the days, for comparing.
async fn content(ledger: &Ledger) -> Vec<String> {
    let mut persons = ledger.persons(None, FROM, TO, None).await.unwrap();
    let mut all = Vec::new();
    while let Some(batch) = persons.next().await.unwrap() {
        for mut person in batch {
            person.records.sort_by_key(|record| format!("{record:?}"));
            all.push(format!("{person:?}"));
        }
    }
    let people: Vec<UserId> =
        ledger.people(None).await.unwrap().into_iter().map(|m| m.userid).collect();
    let mut rows = ledger.records(&people, FROM, TO, None).await.unwrap();
    rows.sort_by_key(|row| row.raw().to_owned());
    all.extend(rows.iter().map(|row| row.raw().to_owned()));
    let reports = ledger.day_reports(&people, FROM, TO, None).await.unwrap();
    assert!(reports.is_empty() || reports.len() == people.len() * 2, "half a slice of reports");
    all.extend(reports.iter().map(|(_, row)| row.raw().to_owned()));
    // Without names and heads where only the ids were told.
    let tree = ledger.departments(None).await.unwrap();
    all.extend(tree.iter().map(|row| format!("{:?} below {:?}", row.id, row.parentid)));
    all.extend(ledger.corp_rules(None).await.unwrap().iter().map(|rule| rule.raw().to_owned()));
    all
}

type PersonDays = BTreeSet<(UserId, Date)>;

fn dates(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |date| *date <= to)
}

/// The person-days of which the ledger has no records, and those that the outcome says failed.
async fn holes(ledger: &Ledger, users: &[UserId], outcome: &Outcome) -> (PersonDays, PersonDays) {
    let known = ledger.known(Call::Records, users, FROM, TO, None).await.unwrap();
    let missing = users.iter().zip(known).flat_map(|(user, known)| {
        dates(FROM, TO)
            .filter(|date| !known.iter().any(|k| k.from <= *date && *date <= k.to))
            .map(|date| (user.clone(), date))
            .collect::<Vec<_>>()
    });
    let failed = outcome
        .failed
        .iter()
        .flat_map(|failure| &failure.slices)
        .filter(|slice| slice.call == "getcheckindata")
        .flat_map(|slice| {
            slice
                .users
                .iter()
                .flat_map(|user| dates(slice.from, slice.to).map(|date| (user.clone(), date)))
        });
    (missing.collect(), failed.collect())
}

/// Syncs a struck company, then the same company undisturbed.
async fn check(
    sound: &mut Company,
    expected: &[String],
    people: u32,
    extras: &Extras,
    fault: Fault,
) {
    let said = format!("{fault:?}");
    let call = fault.call.clone().unwrap();
    let alters = fault.kind == FaultKind::NumbersAsStrings;
    let struck = Company::new(people, Faults { faults: vec![fault] }).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &struck).await;
    match struck.sync_with(&ledger, People::Everyone, DAYS, extras.clone()).await {
        Ok(outcome) => {
            let users = sound.users().await;
            let (missing, mut failed) = holes(&ledger, &users, &outcome).await;
            if call == "getcheckindata" {
                let unknown = outcome.unknown.iter();
                failed.extend(
                    unknown.flat_map(|user| dates(FROM, TO).map(|date| (user.clone(), date))),
                );
            }
            assert_eq!(missing, failed, "{said}");
            let nothing_lost = outcome.failed.is_empty()
                && outcome.unknown.is_empty()
                && outcome.refused.is_empty();
            if nothing_lost && !alters {
                assert!(content(&ledger).await == expected, "{said}: silently different");
            }
        }
        Err(Error::WeCom(_)) => {
            let first = ["gettoken", "user/list_id"].contains(&call.as_str());
            assert!(first, "{said}: gave up for a slice's sake");
        }
        Err(error) => panic!("{said}: {error}"),
    }
    sound.reconnect();
    sound.sync_with(&ledger, People::Everyone, DAYS, extras.clone()).await.unwrap();
    assert!(content(&ledger).await == expected, "{said}: not mended");
}

/// A company, and what a ledger holds after an undisturbed sync of it.
async fn undisturbed(people: u32, extras: &Extras) -> (Company, Vec<String>) {
    let sound = Company::new(people, Faults::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &sound).await;
    sound.sync_with(&ledger, People::Everyone, DAYS, extras.clone()).await.unwrap();
    let expected = content(&ledger).await;
    assert!(expected.len() > usize::try_from(people * 2).unwrap());
    (sound, expected)
}

fn fault(call: &str, kind: FaultKind) -> Fault {
    Fault { call: Some(call.to_owned()), skip: 0, count: None, probability: None, kind }
}

async fn every_fault(calls: &[&str], extras: &Extras) {
    let (mut sound, expected) = undisturbed(FEW, extras).await;
    for call in calls {
        for kind in kinds() {
            for count in [Some(1), None] {
                let fault = Fault { count, ..fault(call, kind.clone()) };
                check(&mut sound, &expected, FEW, extras, fault).await;
            }
        }
    }
}

#[tokio::test]
async fn every_fault_at_every_call_is_survived() {
    every_fault(&CALLS, &PLAIN).await;
}

#[tokio::test]
async fn every_fault_at_the_calls_beside_is_survived() {
    every_fault(&CALLS_BESIDE, &REPORTS).await;
}

#[tokio::test]
async fn what_succeeded_before_a_fault_is_kept() {
    let (mut sound, expected) = undisturbed(MANY, &PLAIN).await;
    for call in ["getcheckinoption", "getcheckindata"] {
        let kind = FaultKind::Errcode { errcode: 301_022, errmsg: None };
        check(&mut sound, &expected, MANY, &PLAIN, Fault { skip: 1, ..fault(call, kind) }).await;
    }
}
