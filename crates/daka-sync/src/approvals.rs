//! Approvals that bear on the days: leave, corrections, trips, outings, overtime.

use std::collections::HashSet;

use daka_ledger::FailedSlice;
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{
    Error as ApiError, Row, UserId, UserKey,
    approval::{Approval, ApprovalStatus},
    calls::get_approval_info::ApprovalFilter,
    plan::Days as Span,
};

use crate::{Days, Error, Event, Failure, refusal::is_refusal, run::Run};

const CALL: &str = "getapprovalinfo";

/// `record_type` of the forms that bear on attendance: leave, correction, trip, outing, overtime.
const RECORD_TYPES: [u8; 5] = [1, 2, 3, 4, 5];

/// What may become of an approval after it was granted.
const AFTER_APPROVAL: [ApprovalStatus; 2] =
    [ApprovalStatus::WithdrawnAfterApproval, ApprovalStatus::Deleted];

/// WeCom lists approvals by the day they were handed in, which may be well before or after the
/// days they are about. Nobody documents how far; a month each way is our choice.
const REACH_DAYS: i64 = 31;

/// Approvals looked at, and committed, at a time.
const BATCH: usize = 100;

/// So many people at most are asked about one by one; for more, everybody's approvals are listed.
const ONE_BY_ONE: usize = 20;

impl Run<'_> {
    /// Fetches the approvals of these people around these days. Without days of their own they are
    /// listed, and only those are fetched that are not on file or may still change.
    pub(crate) async fn approvals(
        &mut self,
        days: Days,
        people: &[UserId],
        (first, last): (Date, Date),
        today: Date,
    ) -> Result<(), Error> {
        let from = first.saturating_sub(REACH_DAYS.days());
        let to = last.saturating_add(REACH_DAYS.days()).min(today);
        let Ok(span) = Span::new(from, to) else { return Ok(()) };
        let asked: HashSet<UserKey> = people.iter().map(UserId::key).collect();
        let lists = lists(days, people);
        (self.progress)(Event::Planned { call: CALL, slices: lists.len() });
        for List { filters, only } in &lists {
            let before = self.outcome.approvals;
            let mut numbers = self.from.client.approval_numbers(span, filters).chunks(BATCH);
            while let Some(listed) = numbers.next().await {
                let mut details = self.unsettled(days, listed, *only).await?;
                let mut batch: Vec<Row<Approval>> = Vec::new();
                while let Some(approval) = details.next().await {
                    match approval {
                        Ok(row) if is_of(&row, &asked) => batch.push(row),
                        Ok(_) => {}
                        Err(error) if is_refusal(&error) => {
                            self.outcome.refused.push(error);
                            return Ok(());
                        }
                        Err(error) => self.miss_approvals(span, error),
                    }
                }
                let at = self.now();
                self.outcome.approvals += self.ledger.commit_approvals(at, &batch).await?;
            }
            self.done(CALL, self.outcome.approvals - before).await?;
        }
        Ok(())
    }

    /// The details of what was listed, as far as they are worth asking for. An error of the listing
    /// stays in its place.
    async fn unsettled(
        &self,
        days: Days,
        listed: Vec<Result<String, ApiError>>,
        only: Option<ApprovalStatus>,
    ) -> Result<BoxStream<'static, Result<Row<Approval>, ApiError>>, Error> {
        let mut wanted = listed;
        if days == Days::Moving {
            let numbers: Vec<String> = wanted.iter().flatten().cloned().collect();
            let on_file = self.ledger.approval_states(&numbers, None).await?;
            let moves = |number: &String| match (on_file.get(number), only) {
                (None, _) => true,
                (Some(state), Some(listed_as)) => *state != Some(listed_as),
                (Some(state), None) => matches!(state, None | Some(ApprovalStatus::Pending)),
            };
            wanted.retain(|number| number.as_ref().map_or(true, moves));
        }
        Ok(self.from.client.approval_details(stream::iter(wanted)))
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

/// One list of approvals to walk.
struct List {
    filters: Vec<ApprovalFilter>,
    /// The state that everything on the list is in.
    only: Option<ApprovalStatus>,
}

/// The lists to walk: each kind, and, where not everything is fetched again, once more what was
/// granted and then taken back, which a list of all does not tell from what still stands.
fn lists(days: Days, people: &[UserId]) -> Vec<List> {
    let one_by_one = if people.len() <= ONE_BY_ONE { people } else { &[] };
    let creators: Vec<Option<&UserId>> =
        if one_by_one.is_empty() { vec![None] } else { one_by_one.iter().map(Some).collect() };
    let later = if days == Days::Moving { &AFTER_APPROVAL[..] } else { &[] };
    let states: Vec<Option<ApprovalStatus>> =
        std::iter::once(None).chain(later.iter().copied().map(Some)).collect();
    let mut lists = Vec::new();
    for creator in creators {
        for kind in RECORD_TYPES {
            for &only in &states {
                let mut filters = vec![ApprovalFilter::record_type(kind)];
                filters.extend(creator.map(ApprovalFilter::creator));
                filters.extend(only.map(ApprovalFilter::status));
                lists.push(List { filters, only });
            }
        }
    }
    lists
}

/// Handed in for one of the people asked about.
fn is_of(approval: &Approval, asked: &HashSet<UserKey>) -> bool {
    approval.applicants().any(|userid| asked.contains(&userid.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists of one kind of form, each as its filters.
    fn shown(days: Days, people: usize) -> Vec<String> {
        let people: Vec<UserId> = (0..people).map(|n| format!("u{n}").into()).collect();
        lists(days, &people)
            .iter()
            .map(|list| {
                let filters = list.filters.iter().map(|f| format!("{}={}", f.key, f.value));
                filters.collect::<Vec<_>>().join(" ")
            })
            .filter(|filters| filters.starts_with("record_type=1"))
            .collect()
    }

    #[test]
    fn what_was_taken_back_is_listed_where_not_everything_is_fetched_again() {
        let day = jiff::civil::date(2026, 6, 1);
        let all = Days::All { from: day, to: day };
        assert_eq!(shown(all, 21), ["record_type=1"]);
        let moving = ["record_type=1", "record_type=1 sp_status=6", "record_type=1 sp_status=7"];
        assert_eq!(shown(Days::Moving, 21), moving);
        assert_eq!(shown(all, 2), ["record_type=1 creator=u0", "record_type=1 creator=u1"]);
        assert_eq!(shown(Days::Moving, 1)[2], "record_type=1 creator=u0 sp_status=7");
    }
}
