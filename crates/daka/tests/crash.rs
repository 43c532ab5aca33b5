//! A sync that is killed anywhere, run again, ends at the ledger of an undisturbed one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::{collections::BTreeMap, time::Duration};

use daka_ledger::Ledger;
use jiff::civil::date;
use support::{Config, Features, Stage};
use wecom_checkin::UserId;

const DAYS: [&str; 4] = ["--from", "2026-09-20", "--to", "2026-10-31"];

fn stage() -> Stage {
    Stage::new(Config {
        people: 60,
        features: Features::ALL,
        clock: support::noon(),
        ..Config::default()
    })
}

/// All that a ledger says of everybody: records word for word, and what they are judged by.
fn content(stage: &Stage, ledger: &str) -> BTreeMap<String, (Vec<String>, String)> {
    let address = format!("sqlite:{}", stage.folder.path().join(ledger).display());
    stage.block_on(async {
        let ledger = Ledger::open(&address).await.unwrap();
        let (from, to) = (date(2026, 9, 1), date(2026, 11, 30));
        let mut persons = ledger.persons(None, from, to, None).await.unwrap();
        let mut content = BTreeMap::new();
        while let Some(batch) = persons.next().await.unwrap() {
            for mut person in batch {
                // When something was asked for is the one thing that a second run changes.
                person.known.iter_mut().for_each(|known| known.until = jiff::Timestamp::MIN);
                person.records.clear();
                let users: [UserId; 1] = [person.userid.clone()];
                let rows = ledger.records(&users, from, to, None).await.unwrap();
                let rows = rows.iter().map(|row| row.raw().to_owned()).collect();
                content.insert(person.userid.to_string(), (rows, format!("{person:?}")));
            }
        }
        content
    })
}

#[test]
fn a_killed_sync_is_completed_by_the_next() {
    let stage = stage();
    let sync = |ledger: &str| {
        let mut args = vec!["sync", "--all", "--ledger", ledger];
        args.extend(DAYS);
        stage.command(&args)
    };
    assert!(sync("sqlite:undisturbed.db").output().unwrap().status.success());
    let calls_of_a_run = stage.emulator.calls().len();

    // Killed when the emulator has answered so many calls: from before the first slice to the last.
    for nth in 1..=6 {
        let before = stage.emulator.calls().len();
        let mut child = sync("sqlite:killed.db").spawn().unwrap();
        let until = before + nth * calls_of_a_run / 6;
        while stage.emulator.calls().len() < until && child.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(sync("sqlite:killed.db").output().unwrap().status.success());

    let (undisturbed, killed) = (content(&stage, "undisturbed.db"), content(&stage, "killed.db"));
    assert!(undisturbed.len() >= 50, "only {} people", undisturbed.len());
    for (userid, expected) in &undisturbed {
        assert_eq!(killed.get(userid), Some(expected), "{userid}");
    }
    assert_eq!(killed.len(), undisturbed.len());
}
