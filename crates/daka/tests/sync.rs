//! `daka sync` beyond records and rules: people from the rules, photos, and what a status says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use support::{Config, Faults, Stage};

const NO_CONTACTS: [(&str, &str); 1] = [("WECOM_CONTACT_SECRET", "")];
const DAYS: [&str; 4] = ["--from", "2026-11-01", "--to", "2026-11-04"];

fn with(args: &[&str]) -> Vec<String> {
    args.iter().chain(&DAYS).map(ToString::to_string).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn without_a_contact_secret_the_rules_name_the_people() {
    let stage = Stage::company(30);
    let sync = |args: &[&str], environment: &[(&str, &str)]| {
        let args = with(args);
        stage.daka_with(&args.iter().map(String::as_str).collect::<Vec<_>>(), environment)
    };
    let refused = sync(&["sync", "--all"], &NO_CONTACTS);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--from-rules"), "{}", refused.stderr);
    let found = sync(&["sync", "--from-rules", "--format", "json"], &NO_CONTACTS);
    assert_eq!((found.code, found.stderr.as_str()), (0, ""));
    let listed = sync(&["sync", "--all", "--format", "json"], &[]).json_lines().remove(0);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!((&found["people"], &listed["people"]), (&30.into(), &30.into()));
    assert_eq!(listed["members"]["unchanged"], 30, "the list names nobody else");
    assert_eq!(listed["records"]["new"], 0);
    for also in ["--all", "--users=a"] {
        let both = sync(&["sync", "--from-rules", also], &[]);
        assert_eq!(both.code, 2, "{also}");
    }
}

#[test]
fn a_department_that_may_not_be_seen_is_named() {
    let toml = "[[fault]]\ncall = \"user/simplelist\"\nskip = 1\ncount = 1\nkind = \"errcode\"\nerrcode = 60011\n";
    let stage = Stage::faulty(toml);
    let args = with(&["sync", "--from-rules"]);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = stage.daka_with(&args, &NO_CONTACTS);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    assert!(done.stderr.contains("60011") && done.stderr.contains("(department "));
    assert!(done.stderr.contains("可见范围"), "{}", done.stderr);
}

#[test]
fn photos_are_fetched_once() {
    let stage = Stage::company(60);
    let sync = || {
        let args = with(&["sync", "--all", "--media", "kept/photos", "--format", "json"]);
        stage.daka(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let first = sync().json_lines().remove(0);
    let (kept, gone) = (&first["photos"]["kept"], &first["photos"]["gone"]);
    assert!(kept.as_u64() > Some(0) && gone.as_u64() > Some(0), "{first}");
    let asked = stage.calls("media_get");
    assert_eq!(u64::try_from(asked).ok(), Some(kept.as_u64().unwrap() + gone.as_u64().unwrap()));
    let photos = files(&stage.folder.path().join("kept/photos"));
    let names: BTreeSet<_> = photos.iter().map(|path| path.file_stem().unwrap()).collect();
    assert!(names.len() == photos.len() && names.iter().all(|name| name.len() == 64));
    let again = sync().json_lines().remove(0);
    assert_eq!(again["photos"], serde_json::json!({"kept": 0, "gone": 0}));
    assert_eq!(stage.calls("media_get"), asked);

    fs::write(stage.folder.path().join("file"), "").unwrap();
    let unusable = stage.daka(&["sync", "--all", "--media", "file"]);
    assert_eq!(unusable.code, 1, "{}", unusable.stderr);
    assert_eq!(unusable.stderr.lines().count(), 1, "{}", unusable.stderr);
}

#[test]
fn a_photo_that_breaks_off_is_named_and_comes_with_the_next_sync() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faults.toml");
    let toml = "[[fault]]\ncall = \"media/get\"\nskip = 4\ncount = 1\nkind = \"drop_during\"\n";
    fs::write(&path, toml).unwrap();
    let faults = Faults::from_file(&path).unwrap();
    let stage =
        Stage::new(Config { people: 60, faults, clock: support::noon(), ..Config::default() });
    let args = ["sync", "--all", "--from", "2026-11-02", "--to", "2026-11-04", "--media", "photos"];
    let broken = stage.daka(&args);
    assert_eq!(broken.code, 3, "{}", broken.stderr);
    assert!(broken.stderr.contains("(media id WWCISP_"), "{}", broken.stderr);
    assert!(!broken.stderr.contains("access_token"), "{}", broken.stderr);
    let whole = stage.daka(&args);
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""));
    assert!(whole.stdout.contains("photos: 1 kept, 0 gone"), "{}", whole.stdout);
}

#[test]
fn the_status_says_what_the_last_run_could_not_get_cause_by_cause() {
    let stage = Stage::faulty(
        "[[fault]]\ncall = \"getcheckinoption\"\nkind = \"errcode\"\nerrcode = 48002\n",
    );
    let days = ["--from", "2026-10-12", "--to", "2026-10-16"];
    let synced = stage.daka(&[&["sync", "--all"][..], &days].concat());
    assert_eq!(synced.code, 3, "{}", synced.stderr);
    let status = stage.daka(&["sync", "--status"]).stdout;
    // The rules of five days and of the eve: one cause, one line.
    let lines: Vec<&str> = status.lines().filter(|line| line.contains("48002")).collect();
    assert_eq!(lines.len(), 1, "{status}");
    let cells: Vec<&str> = lines[0].split_whitespace().take(6).collect();
    assert_eq!(cells, ["6", "slices", "5", "2026-10-11", "2026-10-16", "getcheckinoption:"]);
}
