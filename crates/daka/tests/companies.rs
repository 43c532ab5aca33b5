//! Several companies in one ledger, and several workers who share them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    process::{Child, Command, Stdio},
    time::Duration,
};

use daka_ledger::{Error, Ledger, Run};
use jiff::civil::date;
use serde_json::Value;
use support::{Clock, Config, Done, Emulator, Features, daka, done};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const DAYS: [&str; 4] = ["--from", "2026-10-20", "--to", "2026-10-31"];

/// A provider with several companies, each with an emulator of its own.
struct Provider {
    emulators: Vec<Emulator>,
    folder: TempDir,
    runtime: Runtime,
}

impl Provider {
    /// Companies of so many people each, unlike those of any earlier test on a lasting server.
    fn new(companies: u64, people: u32) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut fresh = DefaultHasher::new();
        folder.path().hash(&mut fresh);
        let start = |nth| Config {
            people,
            seed: (fresh.finish() >> 8) + nth,
            // Nobody leaves or joins: some seeds would leave a small company empty.
            features: Features { turnover: false, ..Features::ALL },
            clock: Clock::Fixed("2026-11-05T12:00:00+08:00".parse().unwrap()),
            ..Config::default()
        };
        let emulators =
            (0..companies).map(|nth| runtime.block_on(Emulator::start(start(nth))).unwrap());
        let provider = Self { emulators: emulators.collect(), folder, runtime };
        provider.write_settings(|_, secret| secret.to_owned());
        provider
    }

    /// Writes `daka.toml`; `secret` may give a company another secret than its own.
    fn write_settings(&self, secret: impl Fn(usize, &str) -> String) {
        let mut toml = String::new();
        for (nth, emulator) in self.emulators.iter().enumerate() {
            let (checkin, contact) = (format!("{nth}.secret"), format!("{nth}.contact"));
            self.write(&checkin, &secret(nth, emulator.secret()));
            self.write(&contact, emulator.contact_secret());
            let (corp_id, base_url) = (emulator.corp_id(), emulator.base_url());
            write!(
                toml,
                "[[company]]\ncorp_id = '{corp_id}'\nname = 'Company {nth}'\nbase_url = '{base_url}'\n\
                 secret_file = '{checkin}'\ncontact_secret_file = '{contact}'\n"
            )
            .unwrap();
        }
        self.write("daka.toml", &toml);
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.folder.path().join(name), content).unwrap();
    }

    fn corp_id(&self, nth: usize) -> &str {
        self.emulators[nth].corp_id()
    }

    fn command(&self, ledger: &str, args: &[&str]) -> Command {
        let mut command = daka(self.folder.path());
        command.args(args).args(["--ledger", ledger]);
        command
    }

    fn daka(&self, ledger: &str, args: &[&str]) -> Done {
        done(self.command(ledger, args).output().unwrap())
    }

    fn ledger(&self, address: &str, nth: usize) -> Option<Ledger> {
        let address = match address.strip_prefix("sqlite:") {
            Some(file) => format!("sqlite:{}", self.folder.path().join(file).display()),
            None => address.to_owned(),
        };
        self.runtime.block_on(async {
            match Ledger::open(&address).await.unwrap().company(self.corp_id(nth)).await {
                Err(Error::Company { .. }) => None,
                ledger => Some(ledger.unwrap()),
            }
        })
    }

    fn runs(&self, address: &str, nth: usize) -> Vec<Run> {
        match self.ledger(address, nth) {
            Some(ledger) => self.runtime.block_on(ledger.runs(100)).unwrap(),
            None => Vec::new(),
        }
    }

    /// All that a ledger says of a company's people: what they are judged by.
    fn content(&self, address: &str, nth: usize) -> BTreeMap<String, String> {
        let ledger = self.ledger(address, nth).unwrap();
        self.runtime.block_on(async {
            let (from, to) = (date(2026, 9, 1), date(2026, 11, 30));
            let mut persons = ledger.persons(None, from, to, None).await.unwrap();
            let mut content = BTreeMap::new();
            while let Some(batch) = persons.next().await.unwrap() {
                for mut person in batch {
                    // The one thing that differs from run to run.
                    person.known.iter_mut().for_each(|known| known.until = jiff::Timestamp::MIN);
                    person.records.sort_by_key(|record| format!("{record:?}"));
                    content.insert(person.userid.to_string(), format!("{person:?}"));
                }
            }
            content
        })
    }
}

/// Runs a test on every store there is.
fn on_every_store(test: impl Fn(&str)) {
    test("sqlite:daka.db");
    if let Some(server) = postgres() {
        test(&server);
    }
}

fn postgres() -> Option<String> {
    std::env::var("DAKA_TEST_POSTGRES").ok()
}

fn sync(more: &[&'static str]) -> Vec<&'static str> {
    [&["sync", "--all"], &DAYS[..], more].concat()
}

#[test]
fn all_companies_are_synced_into_one_ledger() {
    on_every_store(|ledger| {
        let provider = Provider::new(3, 4);
        let synced = provider.daka(ledger, &sync(&["--format", "jsonl"])).json_lines();
        let mut corp_ids: Vec<&str> =
            synced.iter().map(|line| line["corp_id"].as_str().unwrap()).collect();
        corp_ids.sort_unstable();
        let mut expected = [0, 1, 2].map(|nth| provider.corp_id(nth));
        expected.sort_unstable();
        assert_eq!(corp_ids, expected);
        assert!(synced.iter().all(|line| line["records"]["new"].as_u64().unwrap() > 0));
        for nth in 0..3 {
            assert_eq!(provider.content(ledger, nth).len(), 4, "company {nth}");
        }
        let said = provider.daka(ledger, &sync(&[])).stdout;
        assert!(said.contains(&format!("Company 1 ({}): synced", provider.corp_id(1))), "{said}");
        let status = provider.daka(ledger, &["sync", "--status", "--format", "jsonl"]).json_lines();
        let of: Vec<(&Value, &Value)> =
            status.iter().map(|line| (&line["corp_id"], &line["covered_from"])).collect();
        assert_eq!(of[2], (&Value::from(provider.corp_id(2)), &Value::from("2026-10-20")));
        assert_eq!(status[0]["runs"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_company_with_a_wrong_secret_does_not_stop_the_others() {
    on_every_store(|ledger| {
        let provider = Provider::new(3, 3);
        let wrong = |wrong: &'static [usize]| {
            provider.write_settings(|nth, secret| {
                if wrong.contains(&nth) { "not it".to_owned() } else { secret.to_owned() }
            });
        };
        wrong(&[1]);
        let in_part = provider.daka(ledger, &sync(&["--format", "json"]));
        assert_eq!((in_part.code, in_part.stdout.lines().count()), (3, 2), "{}", in_part.stderr);
        let error: Value = serde_json::from_str(in_part.stderr.trim()).unwrap();
        assert_eq!(error["error"]["company"]["corp_id"], provider.corp_id(1));
        assert_eq!(error["error"]["errcode"], 40001);
        assert!(!in_part.stderr.contains("not it"));
        wrong(&[0, 1, 2]);
        assert_eq!(provider.daka(ledger, &sync(&[])).code, 2, "nobody's setting is right");
        wrong(&[]);
        std::fs::remove_file(provider.folder.path().join("2.secret")).unwrap();
        let in_part = provider.daka(ledger, &sync(&[]));
        assert_eq!((in_part.code, in_part.stdout.lines().count()), (3, 2), "{}", in_part.stderr);
        let said = format!("Company 2 ({}): the secret file", provider.corp_id(2));
        assert!(in_part.stderr.contains(&said), "{}", in_part.stderr);
    });
}

#[test]
fn a_command_on_one_company_asks_which() {
    on_every_store(|ledger| {
        let provider = Provider::new(2, 3);
        let one = provider.daka(ledger, &sync(&["--company", "Company 1"]));
        assert_eq!((one.code, one.stdout.lines().count()), (0, 1), "{}", one.stderr);
        assert!(provider.emulators[0].calls().is_empty());
        let judge = ["judge", "--allow-incomplete", "--month", "2026-10", "--format", "jsonl"];
        for args in [
            &judge[..],
            &["report", "--month", "2026-10", "-o", "book.xlsx"],
            &["explain", "li", "2026-10-21"],
            &["records", "--users", "li", "--month", "2026-10"],
            &["call", "getcorpcheckinoption"],
        ] {
            let unsaid = provider.daka(ledger, args);
            assert_eq!((unsaid.code, unsaid.stdout.as_str()), (2, ""), "{args:?}");
            assert!(unsaid.stderr.contains("Company 0 ("), "{args:?} {}", unsaid.stderr);
            assert_eq!(unsaid.stderr.lines().count(), 1, "{args:?} {}", unsaid.stderr);
        }
        let named = provider.daka(ledger, &sync(&["--users", "li"]));
        assert_eq!(named.code, 2);
        let corp_id = provider.corp_id(1);
        let judged = |mut command: Command| done(command.output().unwrap()).json_lines();
        let by_name =
            judged(provider.command(ledger, &[&judge[..], &["--company", "Company 1"]].concat()));
        assert!(by_name.len() > 30);
        let mut by_variable = provider.command(ledger, &judge);
        by_variable.env("WECOM_CORP_ID", corp_id);
        assert_eq!(judged(by_variable), by_name);
        // Without any settings, a ledger's company is chosen by its id.
        assert_eq!(provider.daka(ledger, &sync(&["--company", "Company 0"])).code, 0);
        provider.write("daka.toml", "");
        if ledger.starts_with("sqlite") {
            let unsaid = provider.daka(ledger, &judge);
            assert_eq!(unsaid.code, 2, "{}", unsaid.stderr);
            assert!(unsaid.stderr.contains(provider.corp_id(0)), "{}", unsaid.stderr);
        }
        let by_id =
            judged(provider.command(ledger, &[&judge[..], &["--company", corp_id]].concat()));
        assert_eq!(by_id, by_name);
    });
}

/// Waits for something that another process does.
fn until(mut done: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if done() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
    panic!("it did not come about within a minute");
}

fn quiet(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn workers_share_the_companies() {
    let Some(server) = postgres() else { return };
    let provider = Provider::new(4, 3);
    // An hour's pause: every worker goes through the companies once.
    let service = ["sync", "--all", "--every", "1h"];
    let mut workers: Vec<Child> =
        (0..3).map(|_| quiet(provider.command(&server, &service))).collect();
    let ended = |nth| provider.runs(&server, nth).iter().any(|run| run.ended_at.is_some());
    until(|| (0..4).all(ended));
    for worker in &mut workers {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    let single = "sqlite:single.db";
    assert_eq!(provider.daka(single, &["sync", "--all"]).code, 0);
    for nth in 0..4 {
        assert_eq!(provider.runs(&server, nth).len(), 1, "company {nth}");
        let content = provider.content(&server, nth);
        assert!(!content.is_empty() && content == provider.content(single, nth), "company {nth}");
    }
}

#[test]
fn a_killed_worker_leaves_its_company_to_the_next() {
    on_every_store(|ledger| {
        let provider = Provider::new(2, 20);
        let mut killed = quiet(provider.command(ledger, &sync(&["--company", "Company 1"])));
        until(|| {
            let calls = provider.emulators[1].calls();
            calls.iter().filter(|call| call.name == "getcheckinoption").count() >= 2
        });
        killed.kill().unwrap();
        killed.wait().unwrap();
        let completed = || provider.daka(ledger, &sync(&["--company", "Company 1"]));
        // A server notices a moment after the process is gone.
        until(|| {
            let done = completed();
            assert!(done.code == 0 || done.stderr.contains("another sync"), "{}", done.stderr);
            done.code == 0
        });
        let single = "sqlite:single.db";
        assert_eq!(provider.daka(single, &sync(&["--company", "Company 1"])).code, 0);
        let content = provider.content(ledger, 1);
        assert!(content.len() > 10 && content == provider.content(single, 1));
    });
}

#[test]
fn a_company_in_other_hands_is_left_to_them() {
    on_every_store(|ledger| {
        let provider = Provider::new(2, 3);
        assert_eq!(provider.daka(ledger, &sync(&[])).code, 0);
        let held = provider.ledger(ledger, 1).unwrap();
        let lock = provider.runtime.block_on(held.lock_sync()).unwrap();
        let left = provider.daka(ledger, &["sync", "--all"]);
        assert_eq!((left.code, left.stdout.lines().count()), (0, 1), "{}", left.stderr);
        assert!(
            left.stderr.contains("left to another sync at work: Company 1 ("),
            "{}",
            left.stderr
        );
        // Who names days wants them fetched, and who names the company wants that one.
        let in_part = provider.daka(ledger, &sync(&[]));
        assert_eq!((in_part.code, in_part.stdout.lines().count()), (3, 1), "{}", in_part.stderr);
        let alone = provider.daka(ledger, &["sync", "--all", "--company", "Company 1"]);
        assert_eq!(alone.code, 1);
        assert!(alone.stderr.contains("another sync of this company runs"), "{}", alone.stderr);
        provider.runtime.block_on(lock.release());
        assert_eq!(provider.daka(ledger, &sync(&[])).code, 0);
    });
}
