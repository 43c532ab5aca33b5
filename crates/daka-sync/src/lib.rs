//! Brings a ledger up to date with WeCom: plans what to fetch, fetches it, commits it slice by
//! slice.

mod request;

pub use request::{Days, Event, Failure, Outcome, People, Request};
