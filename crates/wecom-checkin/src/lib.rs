//! The WeCom (企业微信) check-in API: its records, rules, schedules and approvals as types.
//!
//! Every row keeps the JSON it came as ([`Row`]), so nothing that WeCom sends is ever lost: not a
//! field that this crate has never heard of, not the difference between absent, `null`, `0` and
//! `""`. The typed view beside it is tolerant: a number may come as a string, a list as a single
//! object, a value of the wrong kind reads as absent and stays in the raw row.

pub mod approval;
pub mod ids;
pub mod record;
mod row;
pub mod rule;
pub mod schedule;
mod tolerant;
pub mod units;
mod wire;

pub use ids::{GroupId, ScheduleId, TimeId, UserId, UserKey};
pub use record::Record;
pub use row::Row;
pub use rule::Rule;

/// Fields that WeCom sent and this crate does not know, in the order they came.
pub type Extra = serde_json::Map<String, serde_json::Value>;
