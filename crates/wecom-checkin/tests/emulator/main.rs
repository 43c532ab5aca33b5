//! The client against the emulator.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod calls;
mod jobs;

use jiff::{Timestamp, civil::date};
use secrecy::SecretString;
use wecom_checkin::{Client, ClientBuilder, UserId, plan::Days, token::TokenCache};
use wecom_emulator::{Clock, Config, Emulator};

/// 1 October 2026, 12:00 in Shanghai.
const NOW: &str = "2026-10-01T04:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn config(people: u32) -> Config {
    Config { people, clock: Clock::Fixed(now()), ..Config::default() }
}

async fn start(config: Config) -> Emulator {
    Emulator::start(config).await.unwrap()
}

fn builder(emulator: &Emulator) -> ClientBuilder {
    Client::builder(emulator.corp_id(), SecretString::from(emulator.secret()))
        .base_url(emulator.base_url())
        .token_cache(TokenCache::Memory)
        .clock(now)
}

fn client(emulator: &Emulator) -> Client {
    builder(emulator).build().unwrap()
}

fn everyone(emulator: &Emulator) -> Vec<UserId> {
    emulator.userids().into_iter().map(UserId::from).collect()
}

fn count(emulator: &Emulator, name: &str) -> usize {
    emulator.calls().iter().filter(|call| call.name == name).count()
}

fn september() -> Days {
    Days::new(date(2026, 9, 1), date(2026, 9, 30)).unwrap()
}
