//! Killed at random moments.

use std::process::{Child, Command};

use crate::{
    chance::{Chance, seed},
    sqlite, stage,
    support::Stage,
    sync_until, sync_whole,
    whole::{assert_same, changed, whole},
};

/// How often a ledger's sync is killed before one may finish.
const KILLS: usize = 8;
const FILES: usize = 2;
/// Spins after an answer is out: the process is taking it in, or just has.
const SPINS: usize = 400_000;

#[test]
fn a_killed_sync_is_completed_by_the_next() {
    let seed = seed();
    let stage = stage(seed);
    let undisturbed = sqlite(&stage, "undisturbed.db");
    sync_whole(&stage, &undisturbed);
    let calls: Vec<&str> = stage.emulator.calls().into_iter().map(|call| call.name).collect();
    let expected = whole(&stage, &undisturbed);
    let records = expected.iter().filter(|line| line.starts_with("record")).count();
    assert!(records > 1_000, "only {records} records");

    let mut chance = Chance::new(seed);
    let files = (0..FILES).map(|nr| sqlite(&stage, &format!("killed{nr}.db")));
    for ledger in files.chain(std::env::var("DAKA_TEST_POSTGRES")) {
        let said: Vec<String> =
            (0..KILLS).map(|_| kill_somewhere(&stage, &ledger, &calls, &mut chance)).collect();
        sync_whole(&stage, &ledger);
        let said = format!("seed {seed}, {}", said.join(", "));
        assert_same(&whole(&stage, &ledger), &expected, &said);
        assert!(!changed(&stage, &ledger), "{said}");
    }
}

/// Starts a sync and ends it at a random moment, which is named: every call is as likely as any
/// other, however often it is made.
fn kill_somewhere(stage: &Stage, ledger: &str, calls: &[&str], chance: &mut Chance) -> String {
    let mut names = calls.to_vec();
    names.sort_unstable();
    names.dedup();
    let name = chance.one(&names);
    let times: Vec<usize> = (1..).zip(calls).filter(|(_, c)| *c == name).map(|(n, _)| n).collect();
    let nth = *chance.one(&times);
    let spins = chance.below(SPINS);
    let signal = *chance.one(&["KILL", "KILL", "TERM", "INT"]);

    let mut child = sync_until(stage, ledger, nth);
    for _ in 0..spins {
        std::hint::spin_loop();
    }
    send(signal, &child);
    child.wait().unwrap();
    format!("{signal} {spins} spins after call {nth}, {name}")
}

fn send(signal: &str, to: &Child) {
    // It may be gone already, which is a moment too.
    let kill = format!("kill -{signal} {} 2>/dev/null || true", to.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}
