//! What a listing over slices could not get: collected on the way, told at the end.

use wecom_checkin::{Error, Row, Slice, UserId, merge::Batch};

use super::{usage, wecom};
use crate::{
    days::Days,
    failure::{Failure, Problem},
    gaps::Gaps,
    lang::{Lang, Text, text},
    output::Output,
};

/// Says on standard error what a reader must know before believing a figure; hands back the gaps as
/// a problem where they are not allowed.
pub(super) fn said(gaps: &Gaps, allowed: bool, lang: Lang) -> Option<Problem> {
    let warn = |what: &Text| {
        usage::remark(&text!([what], "warning: {what}", "警告：{what}"), lang);
    };
    gaps.doubts().for_each(|doubt| warn(&doubt));
    let problem = gaps.problem()?;
    if allowed {
        let told = Problem { hint: Text::default(), ..problem };
        warn(&Text::as_is(told.line(lang)));
        return None;
    }
    Some(problem)
}

/// The problems of a listing, and whether it got anything at all.
pub(super) struct Shortfall {
    call: &'static str,
    problems: Vec<Problem>,
    did_something: bool,
}

impl Shortfall {
    /// Of a listing by that call.
    pub(super) fn of(call: &'static str) -> Self {
        Self { call, problems: Vec::new(), did_something: false }
    }

    /// The slice's rows; `None`, and noted, when there are none to be had. People whom WeCom does
    /// not know are noted, too. Wrong credentials end the listing at once.
    pub(super) fn rows<T>(&mut self, slice: Slice<T>) -> Result<Option<Vec<Row<T>>>, Failure> {
        let people = slice.users.users();
        self.did_something |= slice.rows.is_ok() && slice.unknown.len() < people.len();
        self.problems.extend(wecom::unknown_people(self.call, &slice.unknown, slice.core));
        match slice.rows {
            Ok(rows) => Ok(Some(rows)),
            Err(error) => {
                self.miss(people, slice.core, &error)?;
                Ok(None)
            }
        }
    }

    /// The rows of a batch, and what it lacks noted likewise; `days` are those of the whole listing.
    pub(super) fn batch<T>(&mut self, batch: Batch<T>, days: Days) -> Result<Vec<Row<T>>, Failure> {
        let people = batch.users.users();
        self.did_something |= !batch.answered.is_empty() && batch.unknown.len() < people.len();
        self.problems.extend(wecom::unknown_people(self.call, &batch.unknown, days));
        for (missed, error) in &batch.failed {
            self.miss(people, *missed, error)?;
        }
        Ok(batch.rows)
    }

    fn miss(&mut self, people: &[UserId], days: Days, error: &Error) -> Result<(), Failure> {
        if error.is_auth() {
            return Err(wecom::failure(error));
        }
        self.problems.push(wecom::problem(error).undone(people, days));
        Ok(())
    }

    /// Closes the output and tells the problems. Where nothing at all was got, an output file stays
    /// as it was.
    pub(super) fn end<R>(self, output: Output<R>) -> Result<(), Failure> {
        if self.did_something || self.problems.is_empty() {
            output.finish()?;
        }
        Failure::unless_whole(self.problems, self.did_something)
    }
}
