//! What was asked and answered, for tests and for looking at a client's manners.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// One request that was answered (or deliberately not).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Call {
    /// Counts from 1.
    pub number: u64,
    /// Below `/cgi-bin/`.
    pub path: String,
    /// The call's name; `unknown` for a path that is not served.
    pub name: &'static str,
    /// HTTP method.
    pub method: String,
    /// The `errcode` answered; `None` when the answer was a fault without one.
    pub errcode: Option<i64>,
    /// How many people were asked for.
    pub users: usize,
    /// `starttime` and `endtime`, or twice `datetime`, where the request had them.
    pub window: Option<(i64, i64)>,
    /// Milliseconds since the emulator's start, on the wire's clock.
    pub at_ms: i64,
    /// The fault that struck, if one did.
    pub fault: Option<String>,
}

/// The newest calls; older ones are dropped, the count goes on.
#[derive(Default)]
pub(crate) struct CallLog(Mutex<(u64, VecDeque<Call>)>);

/// How many calls are kept.
const KEPT: usize = 100_000;

impl CallLog {
    pub(crate) fn add(&self, mut call: Call) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.0 += 1;
        call.number = log.0;
        if log.1.len() == KEPT {
            log.1.pop_front();
        }
        log.1.push_back(call);
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.1.iter().cloned().collect()
    }

    /// How many requests came, dropped ones too.
    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    pub(crate) fn clear(&self) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.1.clear();
    }
}
