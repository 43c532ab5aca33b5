//! When a failed call is made again, and after how long.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use crate::{Error, calls::Call, codes::Reaction};

/// How often and how soon a failed call is made again.
///
/// A read is made again after anything that passes by itself; a write only when it certainly did
/// not happen ([`Error::did_not_happen`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first included, for everything but a used-up quota.
    pub tries: u32,
    /// How often a used-up quota (45009) is waited out.
    pub quota_waits: u32,
    /// The pause before the second try. Doubles with every further one.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Four tries, half a second apart at first; a used-up quota is waited out ten times.
    fn default() -> Self {
        Self {
            tries: 4,
            quota_waits: 10,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
        }
    }
}

/// What a call has been through.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) tries: u32,
    quota_waits: u32,
}

/// What to do after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The gate knows how long.
    AgainWhenFree,
    AgainAfter(Duration),
    GiveUp,
}

impl RetryPolicy {
    /// Decides, and writes the failure down.
    pub(crate) fn next(&self, history: &mut History, call: &Call, error: &Error) -> Next {
        if !error.is_retryable() || (call.writes && !error.did_not_happen()) {
            return Next::GiveUp;
        }
        if error.reaction() == Some(Reaction::WaitOut) {
            history.quota_waits += 1;
            return if history.quota_waits > self.quota_waits {
                Next::GiveUp
            } else {
                Next::AgainWhenFree
            };
        }
        history.tries += 1;
        if history.tries >= self.tries {
            return Next::GiveUp;
        }
        let doublings = history.tries.saturating_sub(1).min(16);
        let pause = self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause);
        Next::AgainAfter(jittered(pause))
    }
}

/// Half to one and a half of it, so that those who failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    // Every `RandomState` is keyed afresh; no more randomness is needed here.
    let random = RandomState::new().hash_one(0_u8) % 1024;
    let thousandths = u32::try_from(512 + random).unwrap_or(1024);
    pause.saturating_mul(thousandths) / 1024
}
