//! The register of approvals: leave, corrections, trips, outings, overtime.
//!
//! WeCom lists approvals by when they were handed in, which tells nothing of the days they are for:
//! maternity leave of October is filed in May, a sick note of September in November. So the sync
//! keeps account of the days of handing in that it has listed of each person
//! ([`Call::HandIns`]), goes on from there, and begins far enough back. What is on file and may
//! still change is looked at again: what was not decided, by its number; what was granted, in the
//! lists of what was taken back. When all of that is done for somebody, and only then, approvals
//! are known for the days of the sync ([`Call::Approvals`]).

mod gap;
mod way;

pub use gap::ApprovalsGap;

use std::collections::{BTreeSet, HashMap, HashSet};

use daka_ledger::{Call, FailedSlice};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{
    Error as ApiError, Row, UserId, UserKey,
    approval::{Approval, ApprovalStatus},
    calls::get_approval_info::ApprovalFilter,
    plan::{Days as Span, UserBatch},
};

use crate::{
    Days, Error, Event, Failure, Request,
    plan::{self, Work},
    refusal::is_closed,
    run::Run,
};

const CALL: &str = "getapprovalinfo";

/// Of days that are asked for by name, what was handed in so many days before or after is fetched
/// again whatever is on file.
const AFRESH_DAYS: i64 = 31;

/// Approvals looked at, and committed, at a time.
const BATCH: usize = 100;

/// What may become of an approval after it was granted.
const TAKEN_BACK: [ApprovalStatus; 2] =
    [ApprovalStatus::WithdrawnAfterApproval, ApprovalStatus::Deleted];

/// What a sync of approvals has in hand.
struct Register {
    asked: HashSet<UserKey>,
    /// What was handed in on these days is fetched whatever is on file.
    afresh: Option<(Date, Date)>,
    /// Numbers on file that were not decided, and not looked at yet.
    pending: BTreeSet<String>,
    lost: Lost,
}

/// Whose approvals are not known, after all.
#[derive(Debug, PartialEq, Eq)]
enum Lost {
    These(HashSet<UserKey>),
    Everybody,
}

impl Lost {
    fn add(&mut self, people: impl Iterator<Item = UserKey>) {
        if let Self::These(lost) = self {
            lost.extend(people);
        }
    }

    fn holds(&self, user: &UserId) -> bool {
        match self {
            Self::These(lost) => lost.contains(&user.key()),
            Self::Everybody => true,
        }
    }
}

/// What keeps approvals from being fetched.
enum Stop {
    /// They are closed to this secret.
    Refused(ApiError),
    Sync(Error),
}

impl From<daka_ledger::Error> for Stop {
    fn from(error: daka_ledger::Error) -> Self {
        Self::Sync(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Sync(error)
    }
}

impl Run<'_> {
    /// Brings the register up to date for these people, so that approvals are known for these days.
    pub(crate) async fn approvals(
        &mut self,
        request: &Request,
        people: &[UserId],
        (first, last): (Date, Date),
        today: Date,
    ) -> Result<(), Error> {
        let people = self.known_people(people);
        match self.register(request, &people, (first, last), today).await {
            Ok(()) => Ok(()),
            Err(Stop::Sync(error)) => Err(error),
            Err(Stop::Refused(error)) => {
                self.without.push(FailedSlice {
                    call: CALL.to_owned(),
                    users: Vec::new(),
                    from: first,
                    to: last,
                    reason: error.to_string(),
                });
                self.outcome.refused.push(error);
                Ok(())
            }
        }
    }

    async fn register(
        &mut self,
        request: &Request,
        people: &[UserId],
        (first, last): (Date, Date),
        today: Date,
    ) -> Result<(), Stop> {
        let from = first.saturating_sub(request.approvals_back_months.months());
        let afresh = match request.days {
            Days::Moving => None,
            Days::All { .. } => Some((
                first.saturating_sub(AFRESH_DAYS.days()),
                last.saturating_add(AFRESH_DAYS.days()),
            )),
        };
        let listed = self.ledger.known(Call::HandIns, people, from, today, None).await?;
        let work = plan::hand_ins((from, today), afresh, people, &listed);
        let slices = work.iter().map(|work| work.spans.len()).sum();
        (self.progress)(Event::Planned { call: CALL, slices });
        let mut register = Register {
            asked: people.iter().map(UserId::key).collect(),
            afresh,
            pending: self.ledger.pending_approvals(people).await?,
            lost: Lost::These(HashSet::new()),
        };
        for work in &work {
            self.walk(&mut register, work).await?;
        }
        let again = plan::listed_days((from, today), &listed);
        self.look_again(&mut register, &again).await?;
        let known = self.known(Call::Approvals, request, people, (first, last)).await?;
        let settling = request.settling(self.now());
        let days = plan::work(request.days, (first, last), &settling, people, &known);
        self.note_known_days(&register, &days).await
    }

    /// Looks at what is on file and may have changed: what was not decided, and what was taken back
    /// after it was granted, of what was handed in on these days.
    async fn look_again(&mut self, register: &mut Register, days: &[Span]) -> Result<(), Stop> {
        let pending: Vec<String> = register.pending.iter().cloned().collect();
        for numbers in pending.chunks(BATCH) {
            let on_file = self.ledger.approvals_numbered(numbers).await?;
            if let Some(error) = self.fetch_details(register, numbers.to_vec(), &on_file).await? {
                let applicants = on_file.values().flat_map(|row| row.applicants());
                register.lost.add(applicants.map(UserId::key));
                self.miss_approvals(error, Vec::new(), days.first().copied());
            }
        }
        let lists = days.iter().flat_map(|days| TAKEN_BACK.map(|status| (*days, status)));
        for (days, status) in lists {
            let filters = [ApprovalFilter::status(status)];
            let mut numbers = self.from.client.approval_numbers(days, &filters).try_chunks(BATCH);
            while let Some(listed) = numbers.next().await {
                let (listed, error) = match listed {
                    Ok(listed) => (listed, None),
                    Err(stream::TryChunksError(listed, error)) => (listed, Some(error)),
                };
                let on_file = self.ledger.approvals_numbered(&listed).await?;
                let stands = |row: &Row<Approval>| row.sp_status != Some(status);
                let changed = on_file.iter().filter(|(_, row)| stands(row));
                let changed = changed.map(|(number, _)| number.clone()).collect();
                let missed = self.fetch_details(register, changed, &on_file).await?;
                for error in error.into_iter().chain(missed) {
                    if is_closed(&error) {
                        return Err(Stop::Refused(error));
                    }
                    register.lost = Lost::Everybody;
                    self.miss_approvals(error, Vec::new(), Some(days));
                }
            }
        }
        Ok(())
    }

    /// Fetches and commits the approvals of these numbers, as far as they are somebody's who was
    /// asked about. What is on file for several people may be new to one of them.
    ///
    /// Hands back the last error that concerns a single approval.
    async fn fetch_details(
        &mut self,
        register: &mut Register,
        numbers: Vec<String>,
        on_file: &HashMap<String, Row<Approval>>,
    ) -> Result<Option<ApiError>, Stop> {
        let fetched: HashSet<&String> = numbers.iter().collect();
        let mut batch: Vec<Row<Approval>> = on_file
            .iter()
            .filter(|(number, row)| !fetched.contains(number) && row.applicants().count() > 1)
            .map(|(_, row)| row.clone())
            .collect();
        let mut missed = None;
        let wanted = stream::iter(numbers.clone().into_iter().map(Ok));
        let mut details = self.from.client.approval_details(wanted);
        while let Some(detail) = details.next().await {
            match detail {
                Ok(row) => batch.push(row),
                Err(error) if is_closed_for_all(&error) => return Err(Stop::Refused(error)),
                Err(error) => missed = Some(error),
            }
        }
        for number in &numbers {
            register.pending.remove(number);
        }
        batch.retain(|row| row.applicants().any(|user| register.asked.contains(&user.key())));
        let people: Vec<UserId> = batch
            .iter()
            .flat_map(|row| row.applicants())
            .filter(|user| register.asked.contains(&user.key()))
            .cloned()
            .collect();
        let at = self.now();
        self.outcome.approvals += self.ledger.commit_approvals(at, &people, &batch).await?;
        Ok(missed)
    }

    /// Notes of which days approvals are known now.
    async fn note_known_days(&mut self, register: &Register, days: &[Work]) -> Result<(), Stop> {
        for (people, span) in days.iter().flat_map(Work::calls) {
            for people in people.chunks(UserBatch::MAX) {
                let known: Vec<UserId> =
                    people.iter().filter(|user| !register.lost.holds(user)).cloned().collect();
                let slice = self.slice(&known, span, self.now());
                self.ledger.commit_approval_days(self.id, slice).await?;
            }
        }
        Ok(())
    }

    fn miss_approvals(&mut self, error: ApiError, users: Vec<UserId>, days: Option<Span>) {
        let Some(days) = days else { return };
        let slice = FailedSlice {
            call: error.call().unwrap_or(CALL).to_owned(),
            users,
            from: days.first(),
            to: days.last(),
            reason: error.to_string(),
        };
        self.outcome.failed.push(Failure { error, slices: vec![slice] });
    }
}

/// What WeCom answers when approvals are closed to this secret, and when somebody who has left is
/// named as their creator.
const NO_RIGHT: i64 = 301_055;

/// Approvals are closed to this secret, whatever is asked for.
fn is_closed_for_all(error: &ApiError) -> bool {
    is_closed(error) && error.errcode() != Some(NO_RIGHT)
}
