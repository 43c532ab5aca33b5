//! How many requests went out lately, by the second.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// What the clocks of sender and receiver may differ by over one window: a request counts until
/// its whole second has passed.
const GRAIN: Duration = Duration::from_secs(1);

/// Requests of the last `per`, by the second.
pub(super) struct Tally {
    per: Duration,
    /// When the tally was begun. Seconds are counted from `per` before it, so that what was sent
    /// earlier has a place too.
    start: Instant,
    /// (second, requests in it), oldest first.
    sent: VecDeque<(u64, u32)>,
    total: u32,
}

impl Tally {
    pub(super) fn over(per: Duration) -> Self {
        Self { per, start: Instant::now(), sent: VecDeque::new(), total: 0 }
    }

    /// Requests that were not forgotten yet.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    /// One request, sent now.
    pub(super) fn count(&mut self, now: Instant) {
        self.add(now, Duration::ZERO, 1);
    }

    /// Requests that were sent so long ago.
    pub(super) fn add(&mut self, now: Instant, age: Duration, requests: u32) {
        let Some(second) = self.second(now).checked_sub(age.as_secs()) else { return };
        if requests == 0 || self.forgotten_at(second) <= now {
            return;
        }
        let at = self.sent.partition_point(|(earlier, _)| *earlier < second);
        match self.sent.get_mut(at) {
            Some((same, count)) if *same == second => *count = count.saturating_add(requests),
            _ => self.sent.insert(at, (second, requests)),
        }
        self.total = self.total.saturating_add(requests);
    }

    /// Forgets what is older than `per`.
    pub(super) fn forget(&mut self, now: Instant) {
        while let Some(&(second, count)) = self.sent.front() {
            if self.forgotten_at(second) > now {
                break;
            }
            self.sent.pop_front();
            self.total = self.total.saturating_sub(count);
        }
    }

    /// When the oldest requests will be forgotten.
    pub(super) fn next_forgotten(&self) -> Option<Instant> {
        self.sent.front().map(|&(second, _)| self.forgotten_at(second))
    }

    /// (age, requests), oldest first. Ages are whole seconds, never older than the requests are.
    pub(super) fn ages(&mut self, now: Instant) -> Vec<(Duration, u32)> {
        self.forget(now);
        let second = self.second(now);
        let age = |sent: u64| Duration::from_secs(second.saturating_sub(sent));
        self.sent.iter().map(|&(sent, count)| (age(sent), count)).collect()
    }

    fn second(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.start).as_secs() + self.per.as_secs()
    }

    fn forgotten_at(&self, second: u64) -> Instant {
        self.start + Duration::from_secs(second) + GRAIN
    }
}
