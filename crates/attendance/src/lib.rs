//! Judges attendance: a rule as it was that day, a calendar and punches in; a verdict with its
//! reasons out.
//!
//! Pure: no I/O, no clock, no `async`, and it does not fail. Odd input becomes a finding or a
//! warning.
//!
//! Facts about a [`Person`] and what holds for the [`Company`] go into [`judge()`]; a [`JudgedDay`] a
//! day comes out: the [`Verdict`] with all that it was made from. In between, each step in its own
//! module:
//!
//! 1. `rule`: WeCom's rule becomes terms, with units resolved and defaults filled in;
//! 2. [`plan`]: terms, schedule, calendar and date become a day plan, shared between people;
//! 3. [`attribution`]: every record gets its attendance day, once, with the basis;
//! 4. [`mod@judge`]: plan, punches, approvals and the day before become a [`JudgedDay`];
//! 5. [`month`]: verdicts add up; [`mod@explain`]: a judged day is laid open.
//!
//! [`Bundle`] is the same door for a JSON file of WeCom's own answers. Where the evaluator had to
//! choose what a fair clerk would, the module that chose says so at its top.
//!
//! ```
//! use std::sync::Arc;
//!
//! use attendance::{Company, Known, Person, judge, verdict::FindingKind};
//! use jiff::civil::date;
//! use wecom_checkin::{Record, Rule};
//!
//! // 09:00 to 18:00, Monday to Friday.
//! let rule: Rule = serde_json::from_str(
//!     r#"{"grouptype": 1, "groupid": 7, "groupname": "总部", "checkindate": [{
//!         "workdays": [1, 2, 3, 4, 5],
//!         "checkintime": [{"work_sec": 32400, "off_work_sec": 64800}]
//!     }]}"#,
//! )?;
//! let record = |json| serde_json::from_str::<Record>(json);
//! let monday = date(2026, 6, 1);
//! let now = "2026-06-20T00:00:00+08:00".parse()?;
//! let person = Person {
//!     userid: "li".into(),
//!     rules: vec![(monday, Some(Arc::new(rule)))],
//!     records: vec![
//!         record(r#"{"userid": "li", "checkin_type": "上班打卡", "checkin_time": 1780275667}"#)?,
//!         record(r#"{"userid": "li", "checkin_type": "下班打卡", "checkin_time": 1780308000}"#)?,
//!     ],
//!     known: vec![Known { from: monday, to: monday, until: now }],
//!     ..Person::default()
//! };
//! let verdict = judge(&Company::new(now), &person, monday..=monday).remove(0).verdict;
//! assert_eq!(verdict.finding(FindingKind::Late).unwrap().duration_sec, Some(60));
//! assert_eq!(
//!     verdict.reasons[0].sentence(attendance::Lang::En).to_string(),
//!     "late by 1 min: on punch at 09:01:07, due at 09:00:00",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod attribution;
pub mod bundle;
pub mod calendar;
pub mod company;
mod days;
pub mod employment;
pub mod explain;
pub mod facts;
mod finding;
pub mod judge;
pub mod judged;
mod leave;
mod matching;
pub mod month;
mod overtime;
pub mod plan;
mod plan_cache;
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
pub use employment::Employment;
pub use facts::{Asked, Known, Override, Person};
pub use judge::judge;
pub use judged::JudgedDay;
pub use month::{PersonMonth, Totals};
pub use policy::Policy;
pub use reason::{Lang, Reason};
pub use reconcile::Reconciliation;
pub use verdict::Verdict;
pub use warning::Warning;
