//! Brings a ledger up to date with WeCom: plans what to fetch, fetches it, commits it slice by
//! slice.
//!
//! [`plan`] decides, from what is covered and the clock alone. [`sync`] does: every slice that
//! arrives is committed whole before the next, so a run may be killed anywhere; the next one
//! fetches what the ledger does not have.

mod approvals;
mod error;
mod missed;
pub mod plan;
mod request;
mod run;

pub use error::Error;
pub use missed::pending;
pub use request::{Days, Event, Failure, Outcome, People, Request};
pub use run::{Sources, sync};
