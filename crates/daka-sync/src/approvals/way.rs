//! Two ways to what some people handed in: to list the company's approvals and look at each that is
//! new, or to list each person's own. Which takes fewer calls is counted.
//!
//! The company's lists are short, but what they name must be looked at to know whose it is. Nobody
//! knows beforehand how much that is, so it is begun, and given up when it has taken as many calls
//! as the other way would take: never much more than twice as many as the better way.
//!
//! What somebody handed in for others too is on the lists of the company, and on the person's own
//! only if WeCom counts everyone it is for as its creator, which is not documented.

use std::collections::HashMap;

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use wecom_checkin::{
    Error as ApiError, Row, UserId,
    approval::{Approval, ApprovalStatus},
    calls::get_approval_info::{ApprovalFilter, GetApprovalInfo},
    plan::{Days as Span, UserBatch},
};

use super::{BATCH, CALL, Lost, NO_RIGHT, Register, Stop, is_closed_for_all};
use crate::{plan::Work, refusal::is_closed, run::Run};

/// `record_type` of the forms that bear on attendance: leave, correction, trip, outing, overtime.
const RECORD_TYPES: [u8; 5] = [1, 2, 3, 4, 5];

/// So few people are asked about one by one without trying the other way.
const FEW: usize = 4;

/// A way to list approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Company,
    OneByOne,
}

/// How the walk along the company's lists of a span ended.
enum Walked {
    /// Everything is on file.
    Whole,
    /// Some of it is.
    InPart,
    /// It takes more calls than it is worth.
    GivenUp,
}

impl Run<'_> {
    /// Lists what these people handed in on these days, span by span, and commits it.
    pub(super) async fn walk(&mut self, register: &mut Register, work: &Work) -> Result<(), Stop> {
        let mut way = if work.people.len() <= FEW { Way::OneByOne } else { Way::Company };
        // Who has been refused in one span would be refused in the next.
        let mut refused: Vec<UserId> = Vec::new();
        for &span in &work.spans {
            let before = self.outcome.approvals;
            let asked_at = self.now();
            let mut listed = work.people.clone();
            if way == Way::Company {
                match self.along_the_company(register, &work.people, span).await? {
                    Walked::Whole => {}
                    Walked::InPart => listed.clear(),
                    Walked::GivenUp => way = Way::OneByOne,
                }
            }
            if way == Way::OneByOne {
                self.one_by_one(register, &mut listed, &mut refused, span).await?;
            }
            for people in listed.chunks(UserBatch::MAX) {
                let slice = self.slice(people, span, asked_at);
                self.ledger.commit_hand_ins(self.id, slice).await?;
            }
            self.done(CALL, self.outcome.approvals - before).await?;
        }
        Ok(())
    }

    async fn along_the_company(
        &mut self,
        register: &mut Register,
        people: &[UserId],
        span: Span,
    ) -> Result<Walked, Stop> {
        let walked = self.along_the_company_once(register, people, span).await;
        // A refusal that is repeated is meant.
        match walked {
            Err(Stop::Refused(_)) => self.along_the_company_once(register, people, span).await,
            walked => walked,
        }
    }

    async fn along_the_company_once(
        &mut self,
        register: &mut Register,
        people: &[UserId],
        span: Span,
    ) -> Result<Walked, Stop> {
        let worth = RECORD_TYPES.len() * people.len();
        let mut calls = RECORD_TYPES.len();
        let mut walked = Walked::Whole;
        let mut numbers = self.numbers(span, None).chunks(BATCH);
        while let Some(listed) = numbers.next().await {
            let (listed, errors) = apart(listed);
            let before = self.outcome.approvals;
            let on_file = self.ledger.approvals_numbered(&listed).await?;
            let wanted = unsettled(register, span, listed, &on_file);
            calls += 1 + wanted.len();
            let missed = self.fetch_details(register, wanted, &on_file).await?;
            for error in errors.into_iter().chain(missed) {
                if is_closed(&error) {
                    return Err(Stop::Refused(error));
                }
                register.lost = Lost::Everybody;
                walked = Walked::InPart;
                self.miss_approvals(error, Vec::new(), Some(span));
            }
            // Those of the people asked about would have to be looked at either way.
            let theirs = self.outcome.approvals - before;
            let theirs = usize::try_from(theirs.new + theirs.revised + theirs.unchanged);
            calls = calls.saturating_sub(theirs.unwrap_or_default());
            if calls > worth {
                return Ok(Walked::GivenUp);
            }
        }
        Ok(walked)
    }

    /// Takes out of `people` those who could not be listed.
    async fn one_by_one(
        &mut self,
        register: &mut Register,
        people: &mut Vec<UserId>,
        refused: &mut Vec<UserId>,
        span: Span,
    ) -> Result<(), Stop> {
        let mut whole = Vec::new();
        for person in people.drain(..) {
            if refused.contains(&person) {
                continue;
            }
            match self.of_one(register, &person, span).await? {
                None => whole.push(person),
                Some(error) => {
                    if error.errcode() == Some(NO_RIGHT) {
                        self.ask_whether_it_is_everybody(span).await?;
                        refused.push(person.clone());
                    }
                    register.lost.add(std::iter::once(person.key()));
                    self.miss_approvals(error, vec![person], Some(span));
                }
            }
        }
        *people = whole;
        Ok(())
    }

    /// Fetches what one person handed in; hands back what kept it from being whole.
    async fn of_one(
        &mut self,
        register: &mut Register,
        person: &UserId,
        span: Span,
    ) -> Result<Option<ApiError>, Stop> {
        let mut failed = None;
        let mut numbers = self.numbers(span, Some(person)).chunks(BATCH);
        while let Some(listed) = numbers.next().await {
            let (listed, errors) = apart(listed);
            if let Some(error) = errors.iter().find(|error| is_closed_for_all(error)) {
                return Err(Stop::Refused(error.clone()));
            }
            let on_file = self.ledger.approvals_numbered(&listed).await?;
            let wanted = unsettled(register, span, listed, &on_file);
            let missed = self.fetch_details(register, wanted, &on_file).await?;
            failed = errors.into_iter().chain(missed).last().or(failed);
        }
        Ok(failed)
    }

    /// A person was refused: one who has left, or is the call closed to this secret?
    async fn ask_whether_it_is_everybody(&self, span: Span) -> Result<(), Stop> {
        let filters = RECORD_TYPES.iter().take(1).map(|kind| ApprovalFilter::record_type(*kind));
        let Ok(request) = GetApprovalInfo::new(span, filters.collect()) else { return Ok(()) };
        match self.from.client.get_approval_info(&request).await {
            Err(error) if is_closed(&error) => Err(Stop::Refused(error)),
            _ => Ok(()),
        }
    }

    /// The numbers of every kind, side by side.
    fn numbers(
        &self,
        span: Span,
        creator: Option<&UserId>,
    ) -> BoxStream<'static, Result<String, ApiError>> {
        let of_kind = |kind: u8| {
            let mut filters = vec![ApprovalFilter::record_type(kind)];
            filters.extend(creator.map(ApprovalFilter::creator));
            self.from.client.approval_numbers(span, &filters)
        };
        stream::select_all(RECORD_TYPES.map(of_kind)).boxed()
    }
}

fn apart(listed: Vec<Result<String, ApiError>>) -> (Vec<String>, Vec<ApiError>) {
    let (mut numbers, mut errors) = (Vec::new(), Vec::new());
    for number in listed {
        match number {
            Ok(number) => numbers.push(number),
            Err(error) => errors.push(error),
        }
    }
    (numbers, errors)
}

/// Those of the numbers whose approvals are worth asking for: not on file, not decided, or wanted
/// whatever is on file.
fn unsettled(
    register: &Register,
    span: Span,
    listed: Vec<String>,
    on_file: &HashMap<String, Row<Approval>>,
) -> Vec<String> {
    let overlaps = |(from, to)| span.first() <= to && from <= span.last();
    let afresh = register.afresh.is_some_and(overlaps);
    let moves = |number: &String| {
        let status = on_file.get(number).map(|row| row.sp_status);
        afresh || matches!(status, None | Some(None | Some(ApprovalStatus::Pending)))
    };
    listed.into_iter().filter(moves).collect()
}
