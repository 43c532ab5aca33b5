//! An emulated company and a ledger beside it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    dead_code,
    unreachable_pub
)]

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use daka_ledger::Ledger;
use daka_sync::{
    Days, Error, Event, Extras, Outcome, People, Request, Sources,
    plan::{APPROVALS_BACK_MONTHS, LOOK_BACK_DAYS},
    sync,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Notify,
};
use wecom_checkin::{Client, RetryPolicy, UserId, token::TokenCache};
use wecom_emulator::{Clock, Config, Emulator, Faults, Limits};

const NOW: &str = "2026-06-20T12:00:00+08:00";

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A company, and clients for it.
pub struct Company {
    now: Timestamp,
    pub approvals_back_months: i64,
    pub emulator: Emulator,
    pub client: Client,
    pub contacts: Client,
}

impl Company {
    pub async fn new(people: u32, faults: Faults) -> Self {
        Self::at(now(), Config { people, faults, ..Config::default() }).await
    }

    /// A company at an instant, without rates.
    pub async fn at(now: Timestamp, config: Config) -> Self {
        let limits = Limits { rate_percent: 0, ..Limits::default() };
        let config = Config { clock: Clock::Fixed(now), limits, ..config };
        let emulator = Emulator::start(config).await.unwrap();
        let (client, contacts) = clients(&emulator);
        Self { now, approvals_back_months: APPROVALS_BACK_MONTHS, emulator, client, contacts }
    }

    /// Forgets how often this company was called, which clients keep inside the documented rates.
    pub fn reconnect(&mut self) {
        (self.client, self.contacts) = clients(&self.emulator);
    }

    pub async fn users(&self) -> Vec<UserId> {
        self.contacts.user_ids().await.unwrap()
    }

    pub async fn sync(&self, into: &Ledger, people: People, days: Days) -> Result<Outcome, Error> {
        self.sync_with(into, people, days, Extras::default()).await
    }

    pub async fn sync_with(
        &self,
        into: &Ledger,
        people: People,
        days: Days,
        extras: Extras,
    ) -> Result<Outcome, Error> {
        let clock = || self.now();
        let sources =
            Sources { client: &self.client, contacts: Some(&self.contacts), clock: &clock };
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let request = Request {
            people,
            days,
            zone,
            look_back: LOOK_BACK_DAYS,
            approvals_back_months: self.approvals_back_months,
            extras,
        };
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        let mut progress = |event| match event {
            Event::Planned { call, slices } => assert_eq!(left.insert(call, slices), None),
            Event::Done { call, .. } => *left.get_mut(call).unwrap() -= 1,
        };
        let outcome = sync(sources, into, &request, &mut progress).await?;
        let whole = left.values().all(|slices| *slices == 0);
        let stopped = !outcome.refused.is_empty() || !outcome.missed.is_empty();
        assert!(whole || stopped, "{left:?}");
        Ok(outcome)
    }

    /// What time it is, as far as this company was moved on.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves company and client on.
    pub async fn advance(&mut self, by: SignedDuration) {
        self.now += by;
        self.act(&serde_json::json!({"do": "advance", "seconds": by.as_secs()})).await;
        self.reconnect();
    }

    /// Has the emulator do something.
    pub async fn act(&self, action: &serde_json::Value) {
        let address = self.emulator.base_url();
        let address = address.strip_prefix("http://").unwrap();
        let body = action.to_string();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "POST /_emulator/do HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    /// A sync that is dropped as soon as it turns to a call, by a clock that goes on by three
    /// seconds whenever it is looked at.
    pub async fn sync_until(&self, into: &Ledger, days: Days, call: &str) {
        let looks = AtomicI64::new(0);
        let clock = || {
            let seconds = 3 * looks.fetch_add(1, Ordering::Relaxed);
            now() + SignedDuration::from_secs(seconds)
        };
        let sources =
            Sources { client: &self.client, contacts: Some(&self.contacts), clock: &clock };
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let request = Request {
            people: People::Everyone,
            days,
            zone,
            look_back: LOOK_BACK_DAYS,
            approvals_back_months: self.approvals_back_months,
            extras: Extras::default(),
        };
        let turned = Notify::new();
        let mut progress = |event| match event {
            Event::Planned { call: planned, .. } if planned == call => turned.notify_one(),
            _ => {}
        };
        tokio::select! {
            () = turned.notified() => {}
            done = sync(sources, into, &request, &mut progress) => panic!("{done:?}"),
        }
    }

    pub fn calls(&self, name: &str) -> usize {
        self.emulator.calls().iter().filter(|call| call.path.ends_with(name)).count()
    }
}

fn clients(emulator: &Emulator) -> (Client, Client) {
    let no_pause = RetryPolicy { first_pause: Duration::ZERO, ..RetryPolicy::default() };
    let client = Client::builder(emulator.corp_id(), emulator.secret())
        .base_url(emulator.base_url())
        .token_cache(TokenCache::Memory)
        .retry(no_pause)
        .build()
        .unwrap();
    let contacts = client.with_secret(emulator.contact_secret());
    (client, contacts)
}

/// A fresh ledger in a folder.
pub async fn ledger(folder: &tempfile::TempDir, company: &Company) -> Ledger {
    let address = format!("sqlite:{}", folder.path().join("daka.db").display());
    let ledger = Ledger::create_or_open(&address).await.unwrap();
    ledger.add_company(company.emulator.corp_id()).await.unwrap()
}
