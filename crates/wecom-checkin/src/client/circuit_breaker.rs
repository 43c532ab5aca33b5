//! A circuit breaker: while there is no way to WeCom at all, a call is tried once only.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::Error;

/// After so many calls in a row that found no way, with all their tries, a call is tried once.
const IN_A_ROW: u32 = 3;

/// Calls in a row that never got a connection, by all clients of a company.
///
/// A job of thousands of calls whose network is gone would try each of them again and again, for
/// hours. The first call that gets a connection makes everything as it was.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreaker {
    missed: AtomicU32,
}

impl CircuitBreaker {
    /// One request was sent and answered, or not.
    pub(crate) fn note_request(&self, error: Option<&Error>) {
        if !error.is_some_and(Error::never_connected) {
            self.missed.store(0, Ordering::Relaxed);
        }
    }

    /// A call has failed. Says whether to leave it at that, however many tries are left.
    pub(crate) fn is_open(&self, error: &Error) -> bool {
        error.never_connected() && self.missed.load(Ordering::Relaxed) >= IN_A_ROW
    }

    /// A call is given up.
    pub(crate) fn note_given_up(&self, error: &Error) {
        if error.never_connected() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_connection_ends_an_outage() {
        let breaker = CircuitBreaker::default();
        let no_way = Error::no_connection("getcheckindata");
        for _ in 0..IN_A_ROW {
            assert!(!breaker.is_open(&no_way));
            breaker.note_request(Some(&no_way));
            breaker.note_given_up(&no_way);
        }
        assert!(breaker.is_open(&no_way));
        let refused = Error::input("a refusal");
        assert!(!breaker.is_open(&refused));
        breaker.note_request(Some(&refused));
        assert!(!breaker.is_open(&no_way));
    }
}
