//! The backlog: what earlier runs could not get, beside what moves.

use std::collections::HashSet;

use daka_ledger::{Call, FailedSlice, Ledger};
use jiff::civil::Date;
use wecom_checkin::{UserId, UserKey};

use crate::{
    Days, Error,
    plan::{self, Settling, Work},
};

/// How many runs are looked through for slices that failed.
const RUNS: u32 = 32;

/// The call as a failed slice names it.
fn name(call: Call) -> &'static str {
    match call {
        Call::Records => "getcheckindata",
        Call::Rules => "getcheckinoption",
        Call::Schedules => "getcheckinschedulist",
        Call::DayReports => "getcheckin_daydata",
        Call::MonthReports => "getcheckin_monthdata",
        Call::HandIns | Call::Approvals => "getapprovalinfo",
    }
}

/// What earlier runs could not get of these people's days before `horizon`, and nobody got since.
pub(crate) async fn backlog(
    ledger: &Ledger,
    call: Call,
    people: &[UserId],
    horizon: Date,
) -> Result<Vec<Work>, Error> {
    let wanted: HashSet<UserKey> = people.iter().map(UserId::key).collect();
    let mut work: Vec<Work> = Vec::new();
    for run in ledger.runs(RUNS).await? {
        let failed = run.end.into_iter().flat_map(|end| end.failed);
        for slice in failed.filter(|slice| slice.call == name(call) && slice.from < horizon) {
            let users = slice.users.iter().filter(|user| wanted.contains(&user.key()));
            let slice = FailedSlice { users: users.cloned().collect(), ..slice };
            let known = ledger.known(call, &slice.users, slice.from, slice.to, None).await?;
            let missing = plan::still_missing(&slice, run.started_at, horizon, &known);
            // A slice that fails run after run is to be fetched once.
            work.extend(
                missing.into_iter().filter(|more| !work.contains(more)).collect::<Vec<_>>(),
            );
        }
    }
    Ok(work)
}

/// What a sync with [`Days::Moving`] would fetch now: the days of records that are missing or may
/// still move, and those that earlier runs could not get.
pub async fn pending(
    ledger: &Ledger,
    people: &[UserId],
    settling: &Settling,
) -> Result<Vec<Work>, Error> {
    let first = ledger.first_covered().await?;
    let Some((from, to)) = plan::horizon(Days::Moving, first, settling.today) else {
        return Ok(Vec::new());
    };
    let known = ledger.known(Call::Records, people, from, to, None).await?;
    let mut work = plan::work(Days::Moving, (from, to), settling, people, &known);
    work.extend(backlog(ledger, Call::Records, people, from).await?);
    Ok(work)
}
