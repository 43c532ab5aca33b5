//! The program as a process, against an emulator in this one.
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
pub(crate) use wecom_emulator::{Clock, Config, Emulator, Faults, Features, Manners, Source};

/// An emulator and a folder to run the program in.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) folder: TempDir,
    runtime: Runtime,
}

/// What the program did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    pub(crate) fn new(config: Config) -> Self {
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(config)).unwrap();
        Self { emulator, folder: tempfile::tempdir().unwrap(), runtime }
    }

    /// A made-up company of so many people, whose clock shows noon of 2026-11-05.
    pub(crate) fn company(people: u32) -> Self {
        Self::new(Config { people, clock: noon(), ..Config::default() })
    }

    /// A small company whose API has the faults of a TOML text.
    pub(crate) fn faulty(toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("faults.toml");
        std::fs::write(&path, toml).unwrap();
        let faults = Faults::from_file(&path).unwrap();
        Self::new(Config { people: 5, faults, clock: noon(), ..Config::default() })
    }

    /// The answers in a folder of fixtures.
    pub(crate) fn answers(fixture: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
        Self::new(Config { source: Source::Data(folder), ..Config::default() })
    }

    /// Runs `daka` with what the emulator printed as settings.
    pub(crate) fn daka(&self, args: &[&str]) -> Done {
        self.daka_with(args, &[])
    }

    /// The same, with other environment variables; an empty value takes one away.
    pub(crate) fn daka_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Done {
        done(self.command(args).envs(environment.iter().copied()).output().unwrap())
    }

    /// The program with what the emulator printed as settings, not yet started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = daka(self.folder.path());
        command.args(args).env("WECOM_BASE_URL", self.emulator.base_url());
        command.env("WECOM_CORP_ID", self.emulator.corp_id());
        command.env("WECOM_SECRET", self.emulator.secret());
        command.env("WECOM_CONTACT_SECRET", self.emulator.contact_secret());
        command
    }

    /// Runs something that waits.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Has every token refused from now on.
    pub(crate) fn revoke_tokens(&self) {
        let base_url = self.emulator.base_url();
        let address = base_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "POST /_emulator/tokens/revoke HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// How often a call was answered.
    pub(crate) fn calls(&self, name: &str) -> usize {
        self.emulator.calls().iter().filter(|call| call.name == name).count()
    }

    /// What was planned for these days.
    pub(crate) fn truth(&self, from: &str, to: &str) -> Vec<Value> {
        let (from, to): (jiff::civil::Date, jiff::civil::Date) =
            (from.parse().unwrap(), to.parse().unwrap());
        let mut rows = Vec::new();
        for userid in self.emulator.userids() {
            let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
            rows.extend(
                days.filter_map(|day| self.emulator.truth(&userid, day))
                    .map(|truth| serde_json::to_value(truth).unwrap()),
            );
        }
        rows
    }
}

/// The program in a folder of its own, with nothing of the host's settings.
pub(crate) fn daka(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daka"));
    command.current_dir(folder).env_clear();
    command.env("HOME", folder).env("XDG_CACHE_HOME", folder.join("cache"));
    command
}

pub(crate) fn done(output: Output) -> Done {
    Done {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Done {
    /// The lines of standard output as JSON; the program must have succeeded.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Noon of 2026-11-05 at UTC+8, an hour to the hour.
pub(crate) fn noon() -> Clock {
    Clock::Running { from: "2026-11-05T12:00:00+08:00".parse().unwrap(), speed: 1 }
}
