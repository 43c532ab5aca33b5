//! Judges attendance: a rule as it was that day, a calendar and punches in; a verdict with its
//! reasons out.
//!
//! Pure: no I/O, no clock, no `async`, and it does not fail. Odd input becomes a finding or a
//! warning.

pub mod facts;
pub mod verdict;

pub use facts::{Known, Person};
pub use verdict::Verdict;
