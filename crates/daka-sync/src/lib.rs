//! Brings a ledger up to date with WeCom: plans what to fetch, fetches it, commits it slice by
//! slice.
//!
//! [`plan`] decides, from what is covered and the clock alone. [`sync`] does: every slice that
//! arrives is committed whole before the next, so a run may be killed anywhere; the next one
//! fetches what the ledger does not have. [`turn`] shares companies out among workers, and what one
//! of them spends of a company's quotas, the next keeps off.

mod approvals;
mod backlog;
mod departments;
mod download;
mod error;
mod missed;
mod people;
mod photo_folder;
mod photos;
pub mod plan;
mod ranges;
mod refusal;
mod reports;
mod request;
mod run;
mod spending;
pub mod turn;

pub use approvals::ApprovalsGap;
pub use backlog::pending;
pub use download::{Download, FetchError};
pub use error::Error;
pub use missed::{Missed, Thing};
pub use photo_folder::PhotoFolder;
pub use request::{Days, Event, Extras, Failure, Outcome, People, Photos, Request};
pub use run::{Sources, sync, sync_locked};
