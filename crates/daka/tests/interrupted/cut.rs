//! Cut off in the middle: from WeCom, and from the ledger's server.

use sqlx::Connection as _;
use wecom_emulator::Emulator;

use crate::{
    chance::seed,
    company, sqlite, stage,
    support::{Done, Stage, done},
    sync_until, sync_whole,
    whole::{assert_same, changed, whole},
};

/// What an undisturbed sync leaves, and the calls that it makes.
fn undisturbed(stage: &Stage) -> (Vec<String>, Vec<&'static str>) {
    let ledger = sqlite(stage, "undisturbed.db");
    sync_whole(stage, &ledger);
    let calls = stage.emulator.calls().into_iter().map(|call| call.name).collect();
    (whole(stage, &ledger), calls)
}

#[test]
fn a_network_that_goes_away_leaves_holes_which_the_next_sync_fills() {
    let seed = seed();
    let mut stage = stage(seed);
    let (expected, calls) = undisturbed(&stage);
    let ledger = sqlite(&stage, "cut.db");
    let rules = calls.iter().rposition(|call| *call == "getcheckinoption").unwrap();
    let child = sync_until(&stage, &ledger, rules);
    let elsewhere = stage.block_on(Emulator::start(company(seed))).unwrap();
    let gone = std::mem::replace(&mut stage.emulator, elsewhere);
    stage.block_on(gone.stop());
    let Done { code, stderr, .. } = done(child.wait_with_output().unwrap());
    assert_eq!(code, 3, "seed {seed}: {stderr}");
    for line in stderr.lines().filter(|line| line.starts_with("error")) {
        assert!(line.contains("no connection") && line.contains("[not done: "), "{line}");
    }
    assert!(whole(&stage, &ledger).len() < expected.len(), "seed {seed}");

    sync_whole(&stage, &ledger);
    assert_same(&whole(&stage, &ledger), &expected, &format!("seed {seed}"));
    assert!(!changed(&stage, &ledger), "seed {seed}");
}

/// Ends all sessions of that name, as their own role may.
async fn end_sessions(server: &mut sqlx::PgConnection, name: &str) {
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
    )
    .bind(name)
    .execute(server)
    .await
    .unwrap();
}

#[test]
fn a_server_that_ends_sessions_is_named_and_the_next_sync_completes() {
    let Ok(address) = std::env::var("DAKA_TEST_POSTGRES") else { return };
    let seed = seed();
    let stage = stage(seed);
    let (expected, calls) = undisturbed(&stage);
    let name = format!("daka-cut-{seed}");
    let separator = if address.contains('?') { '&' } else { '?' };
    let ledger = format!("{address}{separator}application_name={name}");
    let mut server = stage.block_on(sqlx::PgConnection::connect(&address)).unwrap();
    // What one run keeps the next need not ask again: together they stay below a whole sync.
    for share in [1, 1, 2, 4] {
        let mut child = sync_until(&stage, &ledger, calls.len() * share / 10);
        while child.try_wait().unwrap().is_none() {
            stage.block_on(end_sessions(&mut server, &name));
        }
        let Done { code, stderr, .. } = done(child.wait_with_output().unwrap());
        let said = format!("seed {seed}: {stderr}");
        assert_eq!((code, stderr.lines().count()), (1, 1), "{said}");
        // Whichever session the sync was using: one that writes, or the one that holds its right.
        let whose = [
            "terminating connection due to administrator command;",
            "error communicating with database",
            "is gone;",
        ];
        assert!(whose.iter().any(|words| stderr.contains(words)), "{said}");
        assert!(stderr.contains("run it again"), "{said}");
    }
    sync_whole(&stage, &ledger);
    assert_same(&whole(&stage, &ledger), &expected, &format!("seed {seed}"));
    assert!(!changed(&stage, &ledger), "seed {seed}");
}
