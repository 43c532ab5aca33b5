//! Calls that change something: checked here first, shown before they are sent, sent once.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::{Client, Error, calls::Call};

/// A request that changes something at WeCom's.
pub trait Write: Serialize + Sync {
    /// The call that it is for.
    const CALL: &'static Call;

    /// Checks everything that is documented about the request. `now` is for times that must lie
    /// ahead or behind.
    ///
    /// # Errors
    /// The first field that WeCom would refuse.
    fn check(&self, now: Timestamp) -> Result<(), BadField>;
}

/// A field that WeCom would refuse, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The field's path in the request, such as `group.checkindate[0].workdays`.
    pub field: String,
    /// What is wrong with it.
    pub complaint: String,
}

impl BadField {
    pub(crate) fn new(field: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self { field: field.into(), complaint: complaint.into() }
    }

    /// The same complaint, seen from outside: `outer` is where the checked value sits.
    pub(crate) fn within(self, outer: &str) -> Self {
        Self { field: format!("{outer}.{}", self.field), ..self }
    }
}

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.complaint)
    }
}

impl std::error::Error for BadField {}

/// Fails with the complaint unless the condition holds.
pub(crate) fn ensure(
    holds: bool,
    field: impl Into<String>,
    complaint: impl Into<String>,
) -> Result<(), BadField> {
    if holds { Ok(()) } else { Err(BadField::new(field, complaint)) }
}

/// A checked request that has not been sent: what `--dry-run` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The call.
    pub call: &'static Call,
    /// The body, as it would be sent.
    pub body: String,
}

impl Client {
    /// Checks a write and returns what would be sent. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `input`, naming the field that WeCom would refuse.
    pub fn dry_run<W: Write>(&self, request: &W) -> Result<DryRun, Error> {
        let now = (self.0.company.clock)();
        request.check(now).map_err(|bad| Error::bad_field(W::CALL.name, bad))?;
        let body = serde_json::to_string(request)
            .map_err(|e| Error::input(format!("{}: the request is no JSON: {e}", W::CALL.name)))?;
        Ok(DryRun { call: W::CALL, body })
    }

    /// Checks a write and sends it. Sent again only when it certainly did not happen.
    pub(crate) async fn write<W: Write>(&self, request: &W) -> Result<(), Error> {
        let DryRun { call, body } = self.dry_run(request)?;
        self.send_write(call, body).await
    }
}
