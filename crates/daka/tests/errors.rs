//! What a person reads, and a script gets, when something is wrong.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::fmt::Write as _;

use support::{Clock, Config, Done, Stage};

/// Exit status and standard error, without what differs from run to run.
fn seen(stage: &Stage, done: &Done) -> String {
    assert_eq!(done.stdout, "", "an error leaves standard output alone");
    let port = stage.emulator.base_url();
    let stderr =
        done.stderr.replace(&port, "http://API").replace(stage.emulator.secret(), "SECRET");
    format!("exit {}\n{stderr}", done.code)
}

#[test]
fn bad_input_gets_one_clear_line() {
    let stage = Stage::company(5);
    std::fs::write(stage.folder.path().join("empty.txt"), "\n \n").unwrap();
    let many: Vec<String> = (0..101).map(|n| format!("\"u{n}\"")).collect();
    let many = format!(
        "{{\"opencheckindatatype\":3,\"starttime\":1,\"endtime\":2,\"useridlist\":[{}]}}",
        many.join(",")
    );
    let mut book = String::new();
    for args in [
        &["records", "--users", "a", "--from", "2026-10-31", "--to", "2026-10-01"][..],
        &["records", "--users", "a"],
        &["records", "--month", "2026-10"],
        &["records", "--users", "a", "--month", "2026-13"],
        &["records", "--users-file", "empty.txt", "--month", "2026-10"],
        &["records", "--users-file", "nowhere.txt", "--month", "2026-10"],
        &["records", "--users", "a b", "--month", "2026-10"],
        &["call", "getcheckindata", "--json", &many],
        &["call", "getcheckindata", "--json", "{"],
        &["call", "getnothing"],
        &["judge", "--month", "2026-10"],
        &["report", "--month", "2026-10", "--ledger", "mysql:x"],
        &["records", "--nonsense"],
        &["records", "--nonsense", "--format", "json"],
        &["records", "--month", "2026-10", "--format", "jsonl"],
        &["--timezone", "Mars/Olympus", "rules", "--users", "a"],
        &["--lang", "zh", "records", "--month", "2026-10"],
        &["--lang", "zh", "records", "--users", "a", "--month", "2026-13"],
        &["--lang", "zh", "judge", "--month", "2026-10"],
        &["--lang", "zh", "records", "--nonsense"],
    ] {
        let shown = args.join(" ").replace(&many, "101-PEOPLE");
        writeln!(book, "$ daka {shown}\n{}", seen(&stage, &stage.daka(args))).unwrap();
    }
    assert_eq!(stage.calls("getcheckindata"), 0, "nothing was sent");
    insta::assert_snapshot!(book);
}

#[test]
fn a_bare_call_shows_what_there_is() {
    let stage = Stage::company(1);
    let bare = stage.daka(&[]);
    assert_eq!((bare.code, bare.stderr.as_str()), (0, ""));
    assert!(bare.stdout.contains("Usage: daka") && bare.stdout.contains("  sync"));
}

#[test]
fn missing_and_wrong_credentials_are_settings() {
    let stage = Stage::company(5);
    let args = ["records", "--users", "a", "--month", "2026-10"];
    let mut book = String::new();
    for (what, environment) in [
        ("no corp id", [("WECOM_CORP_ID", "")]),
        ("no secret", [("WECOM_SECRET", "")]),
        ("wrong secret", [("WECOM_SECRET", "wrong")]),
        ("wrong corp id", [("WECOM_CORP_ID", "wwwrong")]),
        ("no server", [("WECOM_BASE_URL", "http://127.0.0.1:9")]),
        ("no address", [("WECOM_BASE_URL", "ftp://x")]),
    ] {
        let before = stage.calls("gettoken");
        let done = stage.daka_with(&args, &environment);
        writeln!(book, "# {what}\n{}", seen(&stage, &done)).unwrap();
        assert!(stage.calls("gettoken") - before <= 2, "{what}: asked too often");
    }
    let all = stage
        .daka_with(&["records", "--all", "--month", "2026-10"], &[("WECOM_CONTACT_SECRET", "")]);
    writeln!(book, "# no contact secret\n{}", seen(&stage, &all)).unwrap();
    insta::assert_snapshot!(book);
}

#[test]
fn a_server_that_answers_html_is_named_after_four_tries() {
    let stage = Stage::faulty("[[fault]]\ncall = \"getcheckindata\"\nkind = \"html\"\n");
    let userid = stage.emulator.userids().remove(0);
    let args = ["records", "--users", &userid, "--from", "2026-10-12", "--to", "2026-10-13"];
    let done = stage.daka(&args);
    assert_eq!(done.code, 1);
    assert_eq!(stage.calls("getcheckindata"), 4);
    assert!(done.stderr.starts_with("error: getcheckindata: "), "{}", done.stderr);
    assert!(done.stderr.contains("HTML"), "{}", done.stderr);
    assert_eq!(done.stderr.lines().count(), 1);
}

#[test]
fn an_output_file_stays_until_the_new_one_is_whole() {
    let stage =
        Stage::faulty("[[fault]]\ncall = \"gettoken\"\nkind = \"http_status\"\nstatus = 502\n");
    let file = stage.folder.path().join("records.jsonl");
    std::fs::write(&file, "precious").unwrap();
    let done =
        stage.daka(&["records", "--users", "a", "--month", "2026-10", "-o", "records.jsonl"]);
    assert_ne!(done.code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn a_token_that_dies_early_is_replaced_unseen() {
    let stage = Stage::new(Config {
        people: 5,
        clock: Clock::Fixed("2026-11-05T12:00:00+08:00".parse().unwrap()),
        ..Config::default()
    });
    let userid = stage.emulator.userids().remove(0);
    let args = ["records", "--users", &userid, "--from", "2026-10-12", "--to", "2026-10-16"];
    let before = stage.daka(&args);
    assert_eq!(stage.calls("gettoken"), 1, "{}", before.stderr);
    let again = stage.daka(&args);
    assert_eq!(stage.calls("gettoken"), 1, "the token is shared between processes");
    stage.revoke_tokens();
    let after = stage.daka(&args);
    assert_eq!((after.code, after.stderr.as_str()), (0, ""));
    assert_eq!(stage.calls("gettoken"), 2);
    assert_eq!(before.stdout, after.stdout);
    assert_eq!(before.stdout, again.stdout);
}
