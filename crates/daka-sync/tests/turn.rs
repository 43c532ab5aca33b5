//! The order in which a worker goes through the companies.
#![allow(clippy::unwrap_used)]

use daka_ledger::{Ledger, Run, RunEnd};
use daka_sync::turn::{in_turn, is_done};
use jiff::Timestamp;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// When a last run began and, unless it was killed, ended.
type Ran = (i64, Option<i64>);

/// A last run that began and ended at these seconds.
async fn run(ledger: &Ledger, began: i64, ended: Option<i64>) -> Run {
    let id = ledger.begin_run(at(began)).await.unwrap();
    if let Some(ended) = ended {
        ledger.end_run(id, at(ended), &RunEnd::default()).await.unwrap();
    }
    ledger.last_run().await.unwrap().unwrap()
}

#[tokio::test]
async fn who_waited_longest_comes_first_and_who_was_served_does_not_come() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("daka.db").display());
    let ledger = Ledger::create_or_open(&address).await.unwrap().add_company("ww1").await.unwrap();
    // A worker's round began at second 100.
    let since = at(100);
    let cases: [(&str, Option<Ran>, Option<usize>); 8] = [
        ("never synced", None, Some(0)),
        ("killed in this round", Some((110, None)), Some(5)),
        ("synced in this round", Some((100, Some(130))), None),
        ("begun just before it", Some((99, Some(140))), Some(4)),
        ("synced long ago", Some((10, Some(20))), Some(2)),
        ("never synced either", None, Some(1)),
        ("killed since", Some((50, None)), Some(3)),
        ("synced later", Some((200, Some(201))), None),
    ];
    let mut companies = Vec::new();
    for (name, last, place) in cases {
        let last = match last {
            Some((began, ended)) => Some(run(&ledger, began, ended).await),
            None => None,
        };
        assert_eq!(is_done(last.as_ref(), since), place.is_none(), "{name}");
        companies.push((name, last));
    }
    let mut expected: Vec<_> =
        cases.into_iter().filter_map(|(name, _, place)| Some((place?, name))).collect();
    expected.sort_unstable();
    let expected: Vec<_> = expected.into_iter().map(|(_, name)| name).collect();
    assert_eq!(in_turn(companies, since), expected);
}
