//! The emulator's two times: the company's (which day it is) and the wire's (token lifetimes, rate buckets).
//!
//! They are apart so that a company frozen at one instant still refills its buckets.
//! Advancing the clock by hand moves both.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tokio::time::Instant;

/// Where the company's "now" comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The host's clock.
    #[default]
    System,
    /// Stands still until it is advanced through `/_emulator/clock`.
    Fixed(Timestamp),
    /// Starts at `from` and runs `speed` times as fast as the host.
    Running {
        /// The instant at the start.
        from: Timestamp,
        /// Company seconds for each real second.
        speed: u32,
    },
}

/// A clock that has been started.
pub(crate) struct Clockwork {
    started: Instant,
    hands: Mutex<Hands>,
}

struct Hands {
    clock: Clock,
    set_at_ms: i64,
    advanced_ms: i64,
}

impl Clockwork {
    pub(crate) fn start(clock: Clock) -> Self {
        Self {
            started: Instant::now(),
            hands: Mutex::new(Hands { clock, set_at_ms: 0, advanced_ms: 0 }),
        }
    }

    fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX / 4)
    }

    /// The company's now, Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        let elapsed = self.elapsed_ms();
        let hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        let base = match hands.clock {
            Clock::System => system_sec(),
            Clock::Fixed(at) => at.as_second(),
            Clock::Running { from, speed } => {
                from.as_second() + (elapsed - hands.set_at_ms) * i64::from(speed) / 1_000
            }
        };
        base + hands.advanced_ms / 1_000
    }

    /// The wire's time in milliseconds since the start.
    pub(crate) fn wire_ms(&self) -> i64 {
        let elapsed = self.elapsed_ms();
        let hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        elapsed + hands.advanced_ms
    }

    /// Moves both times forward.
    pub(crate) fn advance(&self, seconds: i64) {
        let mut hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        hands.advanced_ms += seconds * 1_000;
    }

    /// Replaces the company's clock; the wire's time goes on.
    pub(crate) fn set(&self, clock: Clock) {
        let elapsed = self.elapsed_ms();
        let mut hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        // What was advanced by hand so far stays with the wire only.
        let advanced = hands.advanced_ms / 1_000;
        let clock = match clock {
            Clock::System => Clock::System,
            Clock::Fixed(at) => Clock::Fixed(earlier(at, advanced)),
            Clock::Running { from, speed } => {
                Clock::Running { from: earlier(from, advanced), speed }
            }
        };
        hands.clock = clock;
        hands.set_at_ms = elapsed;
    }
}

fn earlier(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second() - seconds).unwrap_or(at)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the emulator reads the host's clock"
)]
fn system_sec() -> i64 {
    Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_by_hand() {
        let at = Timestamp::from_second(1_780_000_000).unwrap();
        let clock = Clockwork::start(Clock::Fixed(at));
        assert_eq!(clock.now(), 1_780_000_000);
        let wire = clock.wire_ms();
        clock.advance(60);
        assert_eq!(clock.now(), 1_780_000_060);
        assert!(clock.wire_ms() >= wire + 60_000);
        clock.set(Clock::Fixed(at));
        assert_eq!(clock.now(), 1_780_000_000);
    }
}
