//! The file of a ledger: who may read it, and under which names it is found.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::Command,
};

use crate::support::{Done, Stage, daka, done};

/// Syncs a day of one person under a umask.
fn sync(stage: &Stage, umask: &str, ledger: &str) -> Done {
    let user = &stage.emulator.userids()[0];
    let days = ["--from", "2026-10-12", "--to", "2026-10-12"];
    let to = ["sync", "--users", user, "--ledger", ledger, "--lang", "en"];
    let daka = stage.command(&[&to[..], &days].concat());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]);
    shell.arg(daka.get_program()).args(daka.get_args());
    shell.current_dir(stage.folder.path()).env_clear();
    shell.envs(daka.get_envs().filter_map(|(name, value)| Some((name, value?))));
    done(shell.output().unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The files of a folder whose names begin so, each with its mode.
fn modes(folder: &Path, name: &str) -> BTreeMap<String, u32> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let named = |file: &fs::DirEntry| file.file_name().into_string().unwrap();
    files.filter(|f| named(f).starts_with(name)).map(|f| (named(&f), mode(&f.path()))).collect()
}

#[test]
fn a_new_ledger_is_its_owners_alone() {
    let stage = Stage::company(3);
    let folder = stage.folder.path();
    for (umask, ledger) in [("000", "open.db"), ("022", "usual.db"), ("277", "shut.db")] {
        let synced = sync(&stage, umask, &format!("sqlite:{ledger}"));
        assert_eq!(synced.code, 0, "{}", synced.stderr);
        let modes = modes(folder, ledger);
        assert!(modes.contains_key(ledger) && modes.values().all(|m| *m == 0o600), "{modes:?}");
    }
    // What is there keeps the mode that somebody gave it, and those beside it follow.
    for mode in [0o660, 0o644] {
        for name in modes(folder, "usual.db").into_keys() {
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::remove_file(folder.join("usual.db.1.lock")).unwrap();
        assert_eq!(sync(&stage, "077", "sqlite:usual.db").code, 0);
        let modes = modes(folder, "usual.db");
        assert!(modes.len() > 1 && modes.values().all(|m| *m == mode), "{modes:?}");
    }
    // A file that was made beforehand, empty.
    fs::write(folder.join("given.db"), "").unwrap();
    fs::set_permissions(folder.join("given.db"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(sync(&stage, "022", "sqlite:given.db").code, 0);
    assert_eq!(mode(&folder.join("given.db")), 0o640);
}

#[test]
fn links_lead_to_the_ledger() {
    let stage = Stage::company(3);
    let folder = stage.folder.path();
    fs::create_dir(folder.join("far")).unwrap();
    // To a file that is not there yet.
    symlink("far/real.db", folder.join("link.db")).unwrap();
    assert_eq!(sync(&stage, "022", "sqlite:link.db").code, 0);
    assert!(folder.join("link.db").is_symlink() && mode(&folder.join("far/real.db")) == 0o600);
    // Whoever comes by the link meets the lock of whoever came by the name.
    let names: Vec<String> = modes(folder, "link.db").into_keys().collect();
    assert_eq!(names, ["link.db"]);
    assert_eq!(sync(&stage, "022", "sqlite:far/real.db").code, 0);
}

#[test]
fn a_ledger_may_lie_anywhere() {
    let stage = Stage::company(3);
    for place in ["a b#?%20", "账 本/一?x=1&mode=ro", "50%", "file:x", "'; --", "q\"uote"] {
        fs::create_dir_all(stage.folder.path().join(place)).unwrap();
        let ledger = format!("sqlite:{place}/账.db");
        let synced = sync(&stage, "022", &ledger);
        assert_eq!(synced.code, 0, "{place}: {}", synced.stderr);
        assert!(stage.folder.path().join(place).join("账.db").exists());
        let mut people = daka(stage.folder.path());
        people.args(["judge", "--from", "2026-10-12", "--to", "2026-10-12"]);
        people.args(["--ledger", &ledger, "--format", "jsonl"]);
        assert_eq!(done(people.output().unwrap()).json_lines().len(), 1, "{place}");
    }
}
