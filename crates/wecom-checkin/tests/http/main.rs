//! The client over real HTTP, against servers that answer as the tests tell them to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod around;
mod calling;
mod codes;
mod first_call;
mod limits;
mod samples;
mod scripted;
mod settings;
mod tokens;
mod whole_jobs;
mod writes;
