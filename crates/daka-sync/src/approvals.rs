//! Approvals that bear on the days: leave, corrections, trips, outings, overtime.

use std::collections::HashSet;

use daka_ledger::FailedSlice;
use futures::StreamExt as _;
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{
    Error as ApiError, Row, UserId, UserKey, approval::Approval,
    calls::get_approval_info::ApprovalFilter, plan::Days as Span,
};

use crate::{Error, Event, Failure, run::Run};

const CALL: &str = "getapprovalinfo";

/// `record_type` of the forms that bear on attendance: leave, correction, trip, outing, overtime.
const RECORD_TYPES: [u8; 5] = [1, 2, 3, 4, 5];

/// WeCom lists approvals by the day they were handed in, which may be well before or after the
/// days they are about. Nobody documents how far; a month each way is our choice.
const REACH_DAYS: i64 = 31;

/// Approvals committed at a time.
const BATCH: usize = 100;

impl Run<'_> {
    /// Fetches the approvals of these people around these days.
    pub(crate) async fn approvals(
        &mut self,
        people: &[UserId],
        (first, last): (Date, Date),
        today: Date,
    ) -> Result<(), Error> {
        let from = first.saturating_sub(REACH_DAYS.days());
        let to = last.saturating_add(REACH_DAYS.days()).min(today);
        let Ok(span) = Span::new(from, to) else { return Ok(()) };
        let asked: HashSet<UserKey> = people.iter().map(UserId::key).collect();
        (self.progress)(Event::Planned { call: CALL, slices: RECORD_TYPES.len() });
        for kind in RECORD_TYPES {
            let filters = [ApprovalFilter::record_type(kind)];
            let mut found = self.from.client.approvals(span, &filters);
            let mut batch: Vec<Row<Approval>> = Vec::new();
            while let Some(approval) = found.next().await {
                match approval {
                    Ok(row) if is_of(&row, &asked) => batch.push(row),
                    Ok(_) => {}
                    Err(error) if is_refusal(&error) => {
                        self.outcome.refused.push(error);
                        return Ok(());
                    }
                    Err(error) => self.miss_approvals(span, error),
                }
                if batch.len() == BATCH {
                    self.commit_approvals(&mut batch).await?;
                }
            }
            self.commit_approvals(&mut batch).await?;
            self.done(CALL, self.outcome.approvals).await?;
        }
        Ok(())
    }

    async fn commit_approvals(&mut self, batch: &mut Vec<Row<Approval>>) -> Result<(), Error> {
        let at = self.now();
        self.outcome.approvals += self.ledger.commit_approvals(at, batch).await?;
        batch.clear();
        Ok(())
    }

    fn miss_approvals(&mut self, span: Span, error: ApiError) {
        let slice = FailedSlice {
            call: error.call().unwrap_or(CALL).to_owned(),
            users: Vec::new(),
            from: span.first(),
            to: span.last(),
            reason: error.to_string(),
        };
        self.outcome.failed.push(Failure { error, slices: vec![slice] });
    }
}

/// Handed in by one of the people asked about.
fn is_of(approval: &Approval, asked: &HashSet<UserKey>) -> bool {
    let applicant = approval.applyer.as_ref().and_then(|applicant| applicant.userid.as_ref());
    applicant.is_some_and(|userid| asked.contains(&userid.key()))
}

/// WeCom said no for good: the app may not read approvals. A sync can do without them.
fn is_refusal(error: &ApiError) -> bool {
    error.errcode().is_some() && !error.is_retryable() && !error.is_auth()
}
