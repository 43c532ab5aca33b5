//! `-o`: a file is there whole or not at all, and everything else stays what it is.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{self, Done, Stage};

const BUNDLE: &str = r#"{"from": "2026-06-01", "to": "2026-06-02", "users": ["bo"],
    "checkinoption": [{"date": "2026-06-01", "response": {"errcode": 0, "errmsg": "ok", "info": [
        {"userid": "bo", "group": {"grouptype": 1, "groupid": 7, "groupname": "总部", "checkindate": [
            {"workdays": [1, 2, 3, 4, 5], "checkintime": [{"work_sec": 32400, "off_work_sec": 64800}]}
        ]}}
    ]}}],
    "checkindata": [{"errcode": 0, "errmsg": "ok", "checkindata": []}]}"#;

/// A folder with a bundle, in which `daka judge` writes JSON lines.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("bundle.json"), BUNDLE).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn judge(&self, to: &str) -> Command {
        let mut daka = support::daka(self.0.path());
        daka.args(["judge", "--bundle", "bundle.json", "--format", "jsonl", "-o", to]);
        daka
    }

    fn judge_to(&self, to: &str) -> Done {
        support::done(self.judge(to).output().unwrap())
    }

    /// Makes a node with one of the system's own programs; false where that is not allowed.
    fn make(&self, program: &str, args: &[&str]) -> bool {
        let made = Command::new(program).args(args).current_dir(self.0.path()).output().unwrap();
        made.status.success()
    }

    fn names(&self) -> Vec<String> {
        names(self.0.path())
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_dash_and_a_name_of_standard_output_are_standard_output() {
    let folder = Folder::new();
    let plain = folder.judge_to("-");
    assert_eq!((plain.code, plain.stdout.lines().count()), (0, 2), "{}", plain.stderr);
    let own = folder.path("out");
    symlink("/proc/self/fd/1", &own).unwrap();
    assert_eq!(folder.judge_to("out").stdout, plain.stdout);
    assert!(own.is_symlink());
    assert_eq!(folder.names(), ["bundle.json", "out"]);
}

#[test]
fn devices_pipes_and_sockets_are_written_into() {
    let folder = Folder::new();
    let expected = folder.judge_to("-").stdout;

    assert!(folder.make("mkfifo", &["pipe"]));
    let cat = Command::new("cat").arg(folder.path("pipe")).stdout(Stdio::piped()).spawn().unwrap();
    assert_eq!(folder.judge_to("pipe").code, 0);
    assert_eq!(cat.wait_with_output().unwrap().stdout, expected.as_bytes());
    assert!(fs::symlink_metadata(folder.path("pipe")).unwrap().file_type().is_fifo());

    let listener = std::os::unix::net::UnixListener::bind(folder.path("socket")).unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut listener.accept().unwrap().0, &mut text).unwrap();
        text
    });
    assert_eq!(folder.judge_to("socket").code, 0);
    assert_eq!(reader.join().unwrap(), expected);
    assert!(fs::symlink_metadata(folder.path("socket")).unwrap().file_type().is_socket());

    // Only root makes devices, and only root could have replaced one.
    if folder.make("mknod", &["null", "c", "1", "3"]) {
        symlink("null", folder.path("link")).unwrap();
        for name in ["null", "link"] {
            let done = folder.judge_to(name);
            assert_eq!(done.code, 0, "{}", done.stderr);
        }
        assert!(fs::metadata(folder.path("null")).unwrap().file_type().is_char_device());
        assert!(folder.path("link").is_symlink());
    }
}

#[test]
fn a_file_keeps_its_mode_its_links_and_its_other_names() {
    let folder = Folder::new();
    let expected = folder.judge_to("-").stdout;
    let old = "what was there and is longer than what comes\n".repeat(100);
    let inode = |name: &str| fs::metadata(folder.path(name)).unwrap().ino();

    fs::write(folder.path("kept"), &old).unwrap();
    fs::set_permissions(folder.path("kept"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("kept", folder.path("second")).unwrap();
    symlink("second", folder.path("first")).unwrap();
    symlink("nowhere-yet", folder.path("dangling")).unwrap();
    fs::write(folder.path("one"), &old).unwrap();
    fs::hard_link(folder.path("one"), folder.path("two")).unwrap();

    for name in ["kept", "first", "dangling", "one"] {
        let done = folder.judge_to(name);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""));
        assert_eq!(fs::read_to_string(folder.path(name)).unwrap(), expected, "{name}");
    }
    assert_eq!(fs::metadata(folder.path("kept")).unwrap().mode() & 0o7777, 0o640);
    assert!(folder.path("first").is_symlink() && folder.path("second").is_symlink());
    assert!(folder.path("nowhere-yet").is_file() && folder.path("dangling").is_symlink());
    assert_eq!(inode("one"), inode("two"));
    let names = folder.names();
    assert!(!names.iter().any(|name| name.contains(".part")), "{names:?}");
}

/// Root may give a file away; a new one in its stead must not come back as root's.
#[test]
fn a_file_keeps_its_owner() {
    let folder = Folder::new();
    fs::write(folder.path("theirs"), "old").unwrap();
    if std::os::unix::fs::chown(folder.path("theirs"), Some(12), Some(13)).is_err() {
        return;
    }
    assert_eq!(folder.judge_to("theirs").code, 0);
    let found = fs::metadata(folder.path("theirs")).unwrap();
    assert_eq!((found.uid(), found.gid()), (12, 13));
}

#[test]
fn a_folder_is_a_wrong_command_line() {
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    for name in ["folder", "folder/", ".", "new/"] {
        let done = folder.judge_to(name);
        assert_eq!(done.code, 2, "{name}: {}", done.stderr);
        assert!(done.stderr.contains(&format!("\"{name} is a folder\"")), "{}", done.stderr);
    }
    assert_eq!(folder.names(), ["bundle.json", "folder"]);
    assert!(names(&folder.path("folder")).is_empty());
}

#[test]
fn a_run_that_is_stopped_leaves_what_was_there_and_nothing_beside_it() {
    let stage = Stage::faulty(
        "[[fault]]\ncall = \"getcheckindata\"\nskip = 1\nkind = \"delay\"\ndelay_ms = 600000\n",
    );
    let folder = stage.folder.path().join("out");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("old.jsonl"), "old\n").unwrap();
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        for name in ["old.jsonl", "new.jsonl"] {
            let path = format!("out/{name}");
            let args = ["records", "--all", "--month", "2026-10", "--format", "jsonl", "-o", &path];
            let mut child = stage.command(&args).stderr(Stdio::null()).spawn().unwrap();
            while !names(&folder).iter().any(|name| name.contains(".part")) {
                assert!(child.try_wait().unwrap().is_none(), "ended before it was stopped");
                std::thread::yield_now();
            }
            let pid = child.id().to_string();
            assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
            assert_eq!(child.wait().unwrap().code(), Some(status));
            assert_eq!(names(&folder), ["old.jsonl"], "{signal} {name}");
        }
    }
    assert_eq!(fs::read_to_string(folder.join("old.jsonl")).unwrap(), "old\n");
}

/// Whatever an editor on Windows put around it.
#[test]
fn texts_that_people_hand_in_are_taken_from_any_editor() {
    let folder = Folder::new();
    let expected = folder.judge_to("-").stdout;
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    fs::write(folder.path("bundle.json"), windows(BUNDLE)).unwrap();
    assert_eq!(folder.judge_to("-").stdout, expected);

    let stage = Stage::company(3);
    let write = |name: &str, text: &str| {
        fs::write(stage.folder.path().join(name), windows(text)).unwrap();
    };
    write("secret.txt", &format!("{}\n", stage.emulator.secret()));
    write("daka.toml", "[wecom]\nsecret_file = \"secret.txt\"\n");
    write("people.txt", &format!("{}\n", stage.emulator.userids()[0]));
    write("request.json", r#"{"datetime": 1790784000, "useridlist": ["nobody"]}"#);
    let without = [("WECOM_SECRET", "")];
    let day = ["--from", "2026-10-12", "--to", "2026-10-12", "--users-file", "people.txt"];
    let done = stage.daka_with(&[&["records"], &day[..]].concat(), &without);
    assert_eq!((done.code, done.stdout.is_empty()), (0, false), "{}", done.stderr);
    let call = ["call", "getcheckinoption", "--json", "@request.json"];
    let done = stage.daka_with(&call, &without);
    assert!(done.stdout.contains("\"errcode\":"), "{}", done.stderr);
}

/// Workbooks go back and forth while they are written, pipes do not; CSV of a report is for Excel.
#[test]
fn a_report_goes_through_a_pipe_and_into_excel() {
    let stage = Stage::company(3);
    let month = ["--month", "2026-10"];
    assert_eq!(stage.daka(&[&["sync", "--all"], &month[..]].concat()).code, 0);
    let out = stage.command(&[&["report", "-o", "-"], &month[..]].concat()).output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let csv = |command: &str| {
        let args = [&[command, "--format", "csv", "-o", "out.csv"], &month[..]].concat();
        assert_eq!(stage.daka(&args).code, 0);
        fs::read_to_string(stage.folder.path().join("out.csv")).unwrap()
    };
    let (report, judge) = (csv("report"), csv("judge"));
    assert!(report.starts_with('\u{feff}') && !judge.starts_with('\u{feff}'));
    assert!(report.split_inclusive('\n').all(|line| line.ends_with("\r\n")));
    assert!(!judge.contains('\r'));

    let book = std::io::Cursor::new(out.stdout);
    let book: calamine::Xlsx<_> = calamine::Reader::new(book).unwrap();
    assert!(!calamine::Reader::sheet_names(&book).is_empty());
}
