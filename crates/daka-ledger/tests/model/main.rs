//! Random histories: what WeCom has changes, is read, is read again, and the process dies in
//! between. The ledger must equal a model that keeps every state it ever had.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod closings;
mod facts;
mod records;
#[path = "../store/mod.rs"]
mod store;
mod tellings;
mod world;
