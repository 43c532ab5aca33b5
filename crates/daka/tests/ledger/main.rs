//! The ledger as a command meets it: its file, its server, and what is said when they refuse.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod closing;
#[cfg(unix)]
mod disk_full;
#[cfg(unix)]
mod file;
mod hints;
mod overrides;
#[path = "../support/mod.rs"]
mod support;
