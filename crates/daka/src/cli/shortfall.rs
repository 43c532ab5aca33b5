//! What a listing over slices could not get: collected on the way, told at the end.

use wecom_checkin::{Row, Slice};

use super::wecom;
use crate::{
    failure::{Failure, Problem},
    output::Output,
};

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
        self.problems.extend(wecom::unknown_people(self.call, &slice.unknown, slice.core));
        match slice.rows {
            Ok(rows) => {
                self.did_something |= slice.unknown.len() < people.len();
                Ok(Some(rows))
            }
            Err(error) if error.is_auth() => Err(wecom::failure(&error)),
            Err(error) => {
                self.problems.push(wecom::problem(&error).undone(people, slice.core));
                Ok(None)
            }
        }
    }

    /// Closes the output and tells the problems. Where nothing at all was got, an output file stays
    /// as it was.
    pub(super) fn end(self, output: Output) -> Result<(), Failure> {
        if self.did_something || self.problems.is_empty() {
            output.finish()?;
        }
        Failure::unless_whole(self.problems, self.did_something)
    }
}
