//! A disk without room: what was committed stays whole, the error says what to do, and with room
//! again the next sync completes it.

use std::{fs, process::Command};

use crate::support::{Done, Stage, done};

const DAYS: [&str; 4] = ["--from", "2026-10-01", "--to", "2026-10-31"];

/// Syncs under a shell that lets no file grow beyond so many blocks of 512 bytes.
fn sync_with_room(stage: &Stage, blocks: u64) -> Done {
    let daka = stage.command(&[&["sync", "--all", "--lang", "en"][..], &DAYS].concat());
    let mut shell = Command::new("sh");
    // Without the trap the system would end the program instead of telling it.
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    shell.args(["-c", &limit]).arg(daka.get_program()).args(daka.get_args());
    shell.current_dir(stage.folder.path()).env_clear();
    shell.envs(daka.get_envs().filter_map(|(name, value)| Some((name, value?))));
    done(shell.output().unwrap())
}

/// The records on file, word for word.
fn records(stage: &Stage) -> Vec<String> {
    let address = format!("sqlite:{}", stage.folder.path().join("daka.db").display());
    stage.block_on(async {
        let ledger = daka_ledger::Ledger::open(&address).await.unwrap();
        let people = ledger.people(None).await.unwrap();
        let people: Vec<_> = people.into_iter().map(|member| member.userid).collect();
        let (from, to) = (jiff::civil::date(2026, 10, 1), jiff::civil::date(2026, 10, 31));
        let rows = ledger.records(&people, from, to, None).await.unwrap();
        ledger.close().await;
        rows.iter().map(|row| row.raw().to_owned()).collect()
    })
}

#[test]
fn a_full_disk_is_named_and_nothing_is_half() {
    let stage = Stage::company(120);
    let undisturbed = Stage::company(120);
    assert_eq!(undisturbed.daka(&[&["sync", "--all"][..], &DAYS].concat()).code, 0);
    let expected = records(&undisturbed);
    let size = fs::metadata(undisturbed.folder.path().join("daka.db")).unwrap().len();

    // From no room for the first table on, a little more room each time, until it is enough.
    let (mut failures, mut parts) = (0, 0);
    for share in [1].into_iter().chain((40..).step_by(10)) {
        let ended = sync_with_room(&stage, size / 512 * share / 100);
        if ended.code == 0 {
            break;
        }
        failures += 1;
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{share}: {}", ended.stderr);
        assert!(ended.stderr.contains("the disk is full; make room"), "{}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 1, "{share}: {}", ended.stderr);
        if share > 1 {
            // The last of them may lack no more than the end of the run.
            let kept = records(&stage).len();
            parts += u32::from(0 < kept && kept < expected.len());
        }
    }
    assert!(failures > 2 && parts > 0, "{failures} failures, {parts} of them kept a part");
    assert_eq!(records(&stage), expected);
}
