//! Brings a ledger up to date with WeCom: plans what to fetch, fetches it, commits it slice by
//! slice.
//!
//! [`plan`] decides, from what is covered and the clock alone. [`sync`] does: every slice that
//! arrives is committed whole before the next, so a run may be killed anywhere; the next one
//! fetches what the ledger does not have. [`turn`] shares companies out among workers, and what one
//! of them spends of a company's quotas, the next keeps off.

mod approvals;
mod error;
pub mod plan;
mod request;
mod run;
mod spending;
pub mod turn;

pub use error::Error;
pub use request::{Days, Event, Failure, Outcome, People, Request};
pub use run::{Sources, pending, sync, sync_locked};
