//! What is said when the ledger refuses: each hint, provoked.

use std::fs;

use crate::support::{Stage, daka, done};

/// What a command says that opens a ledger.
fn said(stage: &Stage, ledger: &str, making: bool) -> String {
    let mut command = if making {
        stage.command(&["sync", "--users", &stage.emulator.userids()[0]])
    } else {
        daka(stage.folder.path())
    };
    if !making {
        command.arg("judge").args(["--company", stage.emulator.corp_id()]);
    }
    let days = ["--from", "2026-10-12", "--to", "2026-10-12", "--lang", "en"];
    let done = done(command.args(days).args(["--ledger", ledger]).output().unwrap());
    let exit = if done.stderr.contains("--ledger sqlite:PATH") { 2 } else { 1 };
    assert_eq!((done.code, done.stderr.lines().count()), (exit, 1), "{ledger}: {}", done.stderr);
    done.stderr.trim_end().to_owned()
}

#[test]
fn a_file_that_refuses_is_told_apart() {
    let stage = Stage::company(2);
    let folder = stage.folder.path();
    assert_eq!(
        stage.daka(&["sync", "--all", "--from", "2026-10-12", "--to", "2026-10-12"]).code,
        0
    );
    let whole = fs::read(folder.join("daka.db")).unwrap();
    let with = |name: &str, at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file.splice(at..at + bytes.len(), bytes.iter().copied());
        fs::write(folder.join(name), file).unwrap();
    };
    with("newer.db", 60, &[0, 0, 0, 99]);
    with("broken.db", 4096, &[0xff; 4096]);
    fs::write(folder.join("foreign.db"), "userid,day\n").unwrap();
    for (ledger, making, words, hint) in [
        ("mysql:x", false, "is no ledger address", "write --ledger sqlite:PATH"),
        ("sqlite:none.db", false, "there is no ledger", "check --ledger and the folder"),
        ("sqlite:foreign.db", false, "is not a daka ledger", "choose another path"),
        ("sqlite:foreign.db", true, "is not a daka ledger", "choose another path"),
        ("sqlite:broken.db", false, "is damaged", "restore a backup"),
        ("sqlite:newer.db", false, "has schema 99", "install the newer daka"),
        ("sqlite:no/folder/x.db", true, "No such file", "check that the folder is there"),
        ("sqlite:daka.db/x.db", true, "Not a directory", "check that the folder is there"),
        ("sqlite:.", true, "Is a directory", "check that the folder is there"),
        #[cfg(target_os = "linux")]
        ("sqlite:/proc/self/mem", false, "Input/output error", "check the disk"),
    ] {
        let said = said(&stage, ledger, making);
        assert!(said.contains(words) && said.contains(hint), "{ledger}: {said}");
        assert_eq!(said.contains("the disk"), hint.contains("the disk"), "{said}");
    }
    let mut other = daka(folder);
    other.args(["judge", "--month", "2026-10", "--company", "ww-other", "--lang", "en"]);
    let other = done(other.output().unwrap());
    assert!(other.stderr.contains("check --company"), "{}", other.stderr);
}

#[test]
fn a_server_that_refuses_is_told_apart() {
    let Ok(server) = std::env::var("DAKA_TEST_POSTGRES") else { return };
    let stage = Stage::company(2);
    let (head, host) = server.split_once('@').unwrap();
    let (port, _) = host.split_once('/').unwrap();
    let read_only = format!("{server}?options=-c%20default_transaction_read_only%3Don");
    for (ledger, words, hint) in [
        (format!("{head}@127.0.0.1:1/daka"), "refused", "see that its server runs"),
        (format!("postgres://no-such-role@{host}"), "no-such-role", "check user and password"),
        (format!("{head}@{port}/no-such-database"), "no-such-database", "CREATE DATABASE"),
        (format!("{head}@{port}/postgres"), "permission denied", "own the database"),
        (read_only, "read-only", "name the server that takes writes"),
        (format!("{server}?options=-c%20work_mem%3Dnone"), "work_mem", "own words tell why"),
    ] {
        let said = said(&stage, &ledger, true);
        assert!(said.contains(words) && said.contains(hint), "{ledger}: {said}");
        assert!(!said.contains("the disk"), "{said}");
    }
}

#[test]
fn a_crowded_server_says_so() {
    let Ok(admin) = std::env::var("DAKA_TEST_POSTGRES_SUPERUSER") else { return };
    let stage = Stage::company(2);
    let fresh = stage.folder.path().file_name().unwrap().to_str().unwrap().to_lowercase();
    let role = format!("crowded{}", fresh.replace('.', ""));
    let psql = |sql: String| {
        let done = std::process::Command::new("psql").args([&admin, "-qc", &sql]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    psql(format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0"));
    let (_, host) = admin.split_once('@').unwrap();
    let said = said(&stage, &format!("postgres://{role}@{host}"), true);
    psql(format!("DROP ROLE {role}"));
    assert!(said.contains("too many connections") && said.contains("fewer workers"), "{said}");
}

#[test]
fn a_pooler_works_or_says_what_to_set() {
    let Ok(pooler) = std::env::var("DAKA_TEST_PGBOUNCER") else { return };
    let stage = Stage::company(2);
    for mode in ["transaction", "session"] {
        let ledger = format!("{pooler}/{mode}");
        let days = ["--from", "2026-10-12", "--to", "2026-10-12", "--ledger", &ledger];
        for command in [&["sync", "--all"][..], &["sync", "--all"], &["judge"]] {
            let done = stage.daka(&[command, &days].concat());
            assert_eq!(done.code, 0, "{mode}: {}", done.stderr);
        }
    }
    let options = format!("{pooler}/transaction?options=-c%20work_mem%3D1MB");
    for ledger in [format!("{pooler}/statement"), format!("{pooler}/none"), options] {
        let said = said(&stage, &ledger, true);
        assert!(said.contains("pool_mode"), "{said}");
        let doctor =
            stage.daka(&["doctor", "--ledger", &ledger, "--format", "json", "--lang", "en"]);
        assert!(doctor.code == 1 && doctor.stdout.contains("pool_mode"), "{}", doctor.stdout);
    }
}

#[test]
fn a_role_above_the_walls_is_named() {
    let (Ok(above), Ok(within)) =
        (std::env::var("DAKA_TEST_POSTGRES_SUPERUSER"), std::env::var("DAKA_TEST_POSTGRES"))
    else {
        return;
    };
    let stage = Stage::company(2);
    let days = ["--from", "2026-10-12", "--to", "2026-10-12"];
    let synced = stage.daka(&[&["sync", "--all", "--ledger", &within][..], &days].concat());
    assert_eq!(synced.code, 0, "{}", synced.stderr);
    for (ledger, level) in [(within, "ok"), (above, "warn")] {
        let doctor =
            stage.daka(&["doctor", "--ledger", &ledger, "--format", "json", "--lang", "en"]);
        let findings: serde_json::Value = serde_json::from_str(&doctor.stdout).unwrap();
        let walls = findings.as_array().unwrap();
        let walls = walls.iter().find(|finding| finding["check"] == "walls between companies");
        assert_eq!(walls.unwrap()["level"], level, "{findings}");
    }
}
