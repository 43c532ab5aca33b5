//! Watching a client at work: one observation a request, and the state of its quotas.

use std::{sync::Arc, time::Duration};

use super::{Client, ClientBuilder};
use crate::{Error, calls::Call};

pub(crate) type Observer = Arc<dyn Fn(&Observation<'_>) + Send + Sync>;

/// One request and how it ended. A call that is tried three times makes three.
#[derive(Debug)]
#[non_exhaustive]
pub struct Observation<'a> {
    /// The call.
    pub call: &'static Call,
    /// How long it waited for the quota and its place among the others.
    pub waited: Duration,
    /// How long sending, answering and reading took.
    pub took: Duration,
    /// Why it failed, if it did.
    pub error: Option<&'a Error>,
}

/// How fast a call may go at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// Requests in flight.
    pub in_flight: usize,
    /// How many may be; fewer than configured after a 45033.
    pub allowed_in_flight: usize,
    /// Requests that count against the quota of the minute.
    pub sent_lately: u32,
    /// How long the next request will wait for the quota.
    pub waits_for: Duration,
}

impl ClientBuilder {
    /// Calls `observer` after every request: for metrics. It runs where the request ran, so it must
    /// be quick.
    pub fn observer(mut self, observer: impl Fn(&Observation<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl Client {
    /// How fast a call may go at the moment.
    pub fn pace(&self, call: &Call) -> Pace {
        self.0.company.throttle.gate(call).pace()
    }
}
