//! Judges attendance: a rule as it was that day, a calendar and punches in; a verdict with its
//! reasons out.
//!
//! Pure: no I/O, no clock, no `async`, and it does not fail. Odd input becomes a finding or a
//! warning.
//!
//! Facts about a [`Person`] and what holds for the [`Company`] go into [`judge`]; a [`Verdict`] a
//! day comes out. In between, each step in its own module:
//!
//! 1. `rule`: WeCom's rule becomes terms, with units resolved and defaults filled in;
//! 2. [`plan`]: terms, schedule, calendar and date become a day plan, shared between people;
//! 3. [`attribution`]: every record gets its attendance day, once, with the basis;
//! 4. `judge`: plan, punches, approvals and the day before become a verdict.
//!
//! Where the evaluator had to choose what a fair clerk would, the module that chose says so.

pub mod attribution;
pub mod bundle;
pub mod calendar;
pub mod company;
mod days;
pub mod explain;
pub mod facts;
mod judge;
mod leave;
mod matching;
pub mod month;
mod overtime;
pub mod plan;
pub mod policy;
pub mod punch;
pub mod reason;
pub mod reconcile;
mod rule;
pub mod time;
pub mod verdict;
pub mod warning;

pub use attribution::{Attributed, attribute};
pub use bundle::{Bundle, BundleError, judge_bundle};
pub use calendar::Calendar;
pub use company::Company;
pub use explain::{Explanation, explain};
pub use facts::{Known, Person};
pub use judge::judge;
pub use month::{PersonMonth, Totals};
pub use policy::Policy;
pub use reason::{Lang, Reason};
pub use reconcile::Reconciliation;
pub use verdict::Verdict;
pub use warning::Warning;
