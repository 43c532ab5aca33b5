//! Whose turn it is: how workers share companies out among themselves.
//!
//! They do not talk to each other. Each goes through the companies in the order of [`in_turn`],
//! takes the right to sync one if it is free ([`daka_ledger::Ledger::lock_sync`]), and looks once
//! more whether another worker has been faster ([`is_done`]).

use daka_ledger::Run;
use jiff::Timestamp;

/// The companies that were not brought up to date since an instant, given with their last runs:
/// first those that were never synced, then by when their last run began, longest ago first. A
/// company whose runs are killed again and again goes to the end like any other.
pub fn in_turn<C>(
    companies: impl IntoIterator<Item = (C, Option<Run>)>,
    since: Timestamp,
) -> Vec<C> {
    let mut waiting: Vec<(Option<Timestamp>, C)> = companies
        .into_iter()
        .filter(|(_, last)| !is_done(last.as_ref(), since))
        .map(|(company, last)| (last.map(|run| run.started_at), company))
        .collect();
    // Stable: companies that never ran keep their order.
    waiting.sort_by_key(|(began, _)| *began);
    waiting.into_iter().map(|(_, company)| company).collect()
}

/// Whether a company was brought up to date since an instant: its last run began no earlier, and
/// ended. A run that was killed does not count.
pub fn is_done(last: Option<&Run>, since: Timestamp) -> bool {
    last.is_some_and(|run| run.ended_at.is_some() && run.started_at >= since)
}
