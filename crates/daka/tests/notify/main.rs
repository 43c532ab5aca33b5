//! Telling people, with receivers that are real servers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod receivers;
#[path = "../support/mod.rs"]
mod support;
mod told;
