//! The WeCom (企业微信) check-in API: its records, rules, schedules and approvals as types, and a client
//! that calls it.
//!
//! Every row keeps the JSON it came as ([`Row`]), so nothing that WeCom sends is ever lost: not a
//! field that this crate has never heard of, not the difference between absent, `null`, `0` and
//! `""`. The typed view beside it is tolerant: a number may come as a string, a list as a single
//! object, a value of the wrong kind reads as absent and stays in the raw row.
//!
//! With the default feature `client` there is [`Client`]: each documented call as a method that
//! keeps the documented limits, and whole jobs over any number of people and days. Start with
//! [`guide::first_call`] and [`guide::whole_company`]. Without the feature the crate is types only and
//! depends on no network.
//!
//! | to find | look in |
//! |---|---|
//! | a call: request, checks, answer | [`calls`], one file each |
//! | what is documented about its size and pace | [`calls::ALL`], and [`limits`] for texts and files |
//! | what an error code means | [`codes`] |
//! | which calls a job makes | [`plan`] |
#![cfg_attr(
    not(feature = "client"),
    allow(rustdoc::broken_intra_doc_links, reason = "the client is documented with the client")
)]

pub mod approval;
pub mod codes;
pub mod contact;
pub mod days;
pub mod device;
pub mod ids;
pub mod limits;
pub mod record;
pub mod report;
mod row;
pub mod rule;
pub mod schedule;
mod tolerant;
pub mod units;
pub mod vacation;
mod wire;

#[cfg(feature = "client")]
mod client;

#[cfg(feature = "blocking")]
pub use client::blocking;
#[cfg(feature = "client")]
pub use client::{
    Client, ClientBuilder, Error, ErrorKind, Fetched, Job, Observation, Pace, PartialFailure, Ping,
    QuotaUsage, RawAnswer, RetryPolicy, Slice, bytes, calls, futures, guide, merge, plan, reqwest,
    secrecy, token, write,
};
pub use days::Days;
pub use ids::{
    CorpId, DepartmentId, GroupId, ScheduleId, TagId, TimeId, UserId, UserKey, VacationId,
};
pub use record::Record;
pub use row::Row;
pub use rule::Rule;
/// The crates whose types this one shows, in the versions that it uses.
pub use {jiff, serde_json};

/// Fields that WeCom sent and this crate does not know, in the order they came.
pub type Extra = serde_json::Map<String, serde_json::Value>;
