//! The ledger of a company's attendance: append-only, versioned, readable as of any instant.
//!
//! Facts come in by [`Slice`]: one answer's people and days, compared as a whole with what is on
//! file and committed in one transaction together with the mark that says these person-days are
//! known. Nothing is overwritten: a changed fact closes its version and opens another, so every
//! reader takes an instant (`as_of`) and sees what was known then.

mod approvals;
mod closings;
mod coverage;
mod db;
mod departments;
mod diff;
mod employment;
mod error;
#[cfg(test)]
mod histories;
mod history;
mod intern;
mod last_reports;
mod ledger;
mod media;
mod months;
mod overrides;
mod people;
mod persons;
mod records;
mod reports;
mod roster;
mod rule_stretches;
mod rules;
mod run;
mod schedules;
mod shape;
mod slice;
mod spent;
mod sync_lock;
mod tellings;
mod time;
mod turns;
mod verdicts;
mod versioned;

pub use closings::{Closing, ClosingDraft, Frozen, FrozenDay, NewClosing, Reopening};
pub use error::{Error, Result, Trouble};
pub use history::History;
pub use last_reports::LastReport;
pub use ledger::{Ledger, Role};
pub use media::Media;
pub use overrides::{Decided, Removal};
pub use people::{Contact, Extent, Member};
pub use persons::Persons;
pub use roster::RosterEntry;
pub use rule_stretches::RuleStretch;
pub use run::{FailedSlice, Run, RunEnd, RunId};
pub use slice::{Call, Counts, Slice};
pub use spent::{Minute, Spent};
pub use sync_lock::SyncLock;
pub use tellings::{Claim, Noted, Progress, Telling, Untold};
pub use turns::Turn;
