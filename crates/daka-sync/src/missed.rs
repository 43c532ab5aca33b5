//! What could not be fetched and is no slice of people and days.

use std::{fmt, sync::Arc};

use daka_ledger::FailedSlice;
use jiff::civil::Date;

use crate::FetchError;

/// A department, tag or photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A department that a rule covers.
    Department(i64),
    /// A tag that a rule covers.
    Tag(i64),
    /// The photo of a record, by its media id.
    Photo(String),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Department(id) => write!(f, "department {id}"),
            Self::Tag(id) => write!(f, "tag {id}"),
            Self::Photo(id) => write!(f, "media id {id}"),
        }
    }
}

/// Something that could not be fetched, and why. The next sync tries again.
#[derive(Debug, Clone)]
pub struct Missed {
    /// What.
    pub thing: Thing,
    /// Why.
    pub error: Arc<FetchError>,
}

impl Missed {
    pub(crate) fn new(thing: Thing, error: impl Into<FetchError>) -> Self {
        Self { thing, error: Arc::new(error.into()) }
    }

    pub(crate) fn api_error(&self) -> Option<&wecom_checkin::Error> {
        match &*self.error {
            FetchError::WeCom(error) => Some(error),
            _ => None,
        }
    }

    /// As a run remembers it: nobody's slice, of the day it was tried on.
    pub(crate) fn slice(&self, today: Date) -> FailedSlice {
        let call = self.api_error().and_then(wecom_checkin::Error::call).unwrap_or("media/get");
        FailedSlice {
            call: call.to_owned(),
            users: Vec::new(),
            from: today,
            to: today,
            reason: format!("{}: {}", self.thing, self.error),
        }
    }
}
