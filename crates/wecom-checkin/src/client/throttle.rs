//! How fast one company's calls may go: quotas, concurrency, and what refusals teach about both.

mod tally;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, Semaphore},
    time::Instant,
};

use tally::Tally;

use crate::{
    Pace, QuotaUsage,
    calls::{self, Call},
    limits::{LONGEST, MINUTE_PENALTY, Quota},
};

/// The gates of one company, one a call. Shared by every client of the company.
pub(crate) struct Throttle {
    gates: HashMap<&'static str, Arc<Gate>>,
    /// For calls outside the table.
    other: Arc<Gate>,
}

impl Throttle {
    pub(crate) fn new(concurrency: usize) -> Self {
        let gate = |call: &Call| Arc::new(Gate::new(call.quotas, concurrency));
        let gates = calls::ALL.iter().map(|call| (call.path, gate(call))).collect();
        Self { gates, other: gate(&calls::GETTOKEN) }
    }

    pub(crate) fn gate(&self, call: &Call) -> &Arc<Gate> {
        self.gates.get(call.path).unwrap_or(&self.other)
    }

    /// What was sent through these gates, as long as a quota remembers it.
    pub(crate) fn usage(&self) -> Vec<QuotaUsage> {
        let now = Instant::now();
        let of_call = |call: &&'static Call| {
            let call = *call;
            let sent = self.gate(call).state().own.ages(now);
            sent.into_iter().map(move |(age, calls)| QuotaUsage { call, age, calls })
        };
        calls::ALL.iter().flat_map(of_call).collect()
    }

    /// Counts what others sent.
    pub(crate) fn count_usage(&self, usage: &[QuotaUsage]) {
        let now = Instant::now();
        for QuotaUsage { call, age, calls } in usage {
            let mut state = self.gate(call).state();
            state.quotas.iter_mut().for_each(|meter| meter.sent.add(now, *age, *calls));
        }
    }
}

/// Lets the requests of one call through, in the order in which they came.
pub(crate) struct Gate {
    /// Whose turn it is to look at the state; fair, so nobody is overtaken.
    turn: Semaphore,
    state: Mutex<State>,
    left: Notify,
}

struct State {
    quotas: Vec<Meter>,
    /// What went through this gate, whatever others are said to have sent.
    own: Tally,
    blocked_until: Option<Instant>,
    in_flight: usize,
    /// How many may be in flight now, and at most.
    allowed: usize,
    ceiling: usize,
    /// Successes since `allowed` last changed.
    streak: usize,
    /// Begins anew with every lesson taken: of one burst of refusals the first teaches.
    epoch: u64,
}

/// A request's leave to be in flight.
pub(crate) struct Permit {
    gate: Arc<Gate>,
    epoch: u64,
}

/// How a request ended, as far as the gate cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Fine,
    /// 45009.
    QuotaUsedUp,
    /// 45033.
    TooMany,
}

impl Gate {
    fn new(quotas: &'static [Quota], ceiling: usize) -> Self {
        let ceiling = ceiling.max(1);
        Self {
            turn: Semaphore::new(1),
            state: Mutex::new(State {
                quotas: quotas.iter().map(|quota| Meter::new(*quota)).collect(),
                own: Tally::over(LONGEST),
                blocked_until: None,
                in_flight: 0,
                allowed: ceiling,
                ceiling,
                streak: 0,
                epoch: 0,
            }),
            left: Notify::new(),
        }
    }

    /// Waits until one more request may be sent, and counts it as sent.
    pub(crate) async fn enter(self: &Arc<Self>) -> Permit {
        // The semaphore is never closed.
        let _turn = self.turn.acquire().await;
        loop {
            // On its own line: a match would hold the lock across the waits.
            let entry = self.state().try_enter(Instant::now());
            match entry {
                Ok(epoch) => return Permit { gate: self.clone(), epoch },
                Err(Wait::Until(free_at)) => tokio::time::sleep_until(free_at).await,
                Err(Wait::ForPlace) => self.left.notified().await,
            }
        }
    }

    /// How things stand.
    pub(crate) fn pace(&self) -> Pace {
        let now = Instant::now();
        let mut state = self.state();
        let free_at = state.free_at(now);
        Pace {
            in_flight: state.in_flight,
            allowed_in_flight: state.allowed,
            sent_lately: state.quotas.first().map_or(0, |meter| meter.sent.total()),
            waits_for: free_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a request may not be sent yet.
enum Wait {
    Until(Instant),
    ForPlace,
}

impl State {
    /// Counts one more request as sent, if it may be; tells its epoch.
    fn try_enter(&mut self, now: Instant) -> Result<u64, Wait> {
        if self.in_flight >= self.allowed {
            return Err(Wait::ForPlace);
        }
        if let Some(free_at) = self.free_at(now) {
            return Err(Wait::Until(free_at));
        }
        self.in_flight += 1;
        self.own.count(now);
        self.quotas.iter_mut().for_each(|meter| meter.sent.count(now));
        Ok(self.epoch)
    }

    /// When the quotas and penalties allow the next request, unless now.
    fn free_at(&mut self, now: Instant) -> Option<Instant> {
        let blocked = self.blocked_until.filter(|until| *until > now);
        self.quotas.iter_mut().filter_map(|meter| meter.free_at(now)).chain(blocked).max()
    }
}

impl Permit {
    /// Leaves, and tells the gate how it went.
    pub(crate) fn leave(self, signal: Signal) {
        let mut state = self.gate.state();
        match signal {
            Signal::Fine => {
                state.streak += 1;
                if state.streak >= state.allowed && state.allowed < state.ceiling {
                    state.allowed += 1;
                    state.streak = 0;
                }
            }
            Signal::QuotaUsedUp => {
                let until = Instant::now() + MINUTE_PENALTY;
                state.blocked_until = state.blocked_until.max(Some(until));
                if state.epoch == self.epoch {
                    state.epoch += 1;
                    state.quotas.iter_mut().for_each(|meter| meter.tighten(Instant::now()));
                }
            }
            Signal::TooMany => {
                if state.epoch == self.epoch {
                    state.epoch += 1;
                    state.allowed = (state.allowed / 2).max(1);
                    state.streak = 0;
                }
            }
        }
        drop(state);
        // Dropping `self` frees the place.
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.in_flight -= 1;
        drop(state);
        self.gate.left.notify_one();
    }
}

/// How much of a quota is used.
struct Meter {
    quota: Quota,
    sent: Tally,
    /// The part of the quota that is ours, in thousandths: others may use the same app.
    share: u32,
    share_changed: Instant,
}

const WHOLE: u32 = 1000;

impl Meter {
    fn new(quota: Quota) -> Self {
        let sent = Tally::over(quota.per);
        Self { quota, sent, share: WHOLE, share_changed: Instant::now() }
    }

    fn free_at(&mut self, now: Instant) -> Option<Instant> {
        self.sent.forget(now);
        if self.share < WHOLE && now >= self.share_changed + self.quota.per {
            self.share = (self.share + WHOLE / 10).min(WHOLE);
            self.share_changed = now;
        }
        let calls = u64::from(self.quota.calls) * u64::from(self.share) / u64::from(WHOLE);
        if u64::from(self.sent.total()) < calls.max(1) {
            return None;
        }
        self.sent.next_forgotten()
    }

    fn tighten(&mut self, now: Instant) {
        self.share = (self.share / 2).max(WHOLE / 20);
        self.share_changed = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(calls: u32, concurrency: usize) -> Arc<Gate> {
        let quotas = Box::leak(Box::new([Quota { calls, per: Duration::from_mins(1) }]));
        Arc::new(Gate::new(quotas, concurrency))
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_holds_more_than_the_quota() {
        let gate = gate(10, 4);
        let start = Instant::now();
        let mut sent = Vec::new();
        for _ in 0..35 {
            gate.enter().await.leave(Signal::Fine);
            sent.push(start.elapsed());
        }
        assert!(sent.windows(11).all(|w| w[10] >= w[0] + Duration::from_mins(1)), "{sent:?}");
        assert!(start.elapsed() < Duration::from_secs(3 * 61 + 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_sent_counts_as_long_as_it_would_have_if_it_were_ours() {
        /// Calls that were sent so many seconds ago, of ten a minute, and the waits of the next ten.
        type Case = (&'static [(u64, u32)], [u64; 10]);
        let cases: [Case; 6] = [
            (&[], [0; 10]),
            (&[(0, 8)], [0, 0, 61, 61, 61, 61, 61, 61, 61, 61]),
            (&[(0, 10)], [61; 10]),
            (&[(50, 10)], [11; 10]),
            (&[(58, 4), (20, 4), (58, 4)], [3, 3, 3, 3, 3, 3, 41, 41, 41, 41]),
            (&[(61, 10), (3_600, 10)], [0; 10]),
        ];
        for (sent, expected) in cases {
            let throttle = Throttle { gates: HashMap::new(), other: gate(10, 4) };
            let spent: Vec<QuotaUsage> = sent
                .iter()
                .map(|(age, calls)| {
                    let age = Duration::from_secs(*age);
                    QuotaUsage { call: &calls::GETCHECKINDATA, age, calls: *calls }
                })
                .collect();
            throttle.count_usage(&spent);
            let start = Instant::now();
            let mut waits = Vec::new();
            for _ in 0..10 {
                throttle.other.enter().await.leave(Signal::Fine);
                waits.push(start.elapsed().as_secs());
            }
            assert_eq!(waits, expected, "{sent:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn workers_who_tell_each_other_keep_inside_the_quota_together() {
        let call = &calls::GETCORPCHECKINOPTION;
        let start = Instant::now();
        let (mut earlier, mut sent): (Vec<Throttle>, _) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let worker = Throttle::new(8);
            for other in &earlier {
                worker.count_usage(&other.usage());
            }
            for _ in 0..35 {
                worker.gate(call).enter().await.leave(Signal::Fine);
                sent.push(start.elapsed());
            }
            assert_eq!(worker.usage().iter().map(|spent| spent.calls).sum::<u32>(), 35);
            earlier.push(worker);
        }
        assert!(sent.windows(61).all(|w| w[60] >= w[0] + Duration::from_mins(1)), "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_used_up_quota_blocks_everyone_for_a_minute_and_halves_the_pace_once() {
        let gate = gate(100, 4);
        let start = Instant::now();
        let (first, second) = (gate.enter().await, gate.enter().await);
        first.leave(Signal::QuotaUsedUp);
        second.leave(Signal::QuotaUsedUp);
        gate.enter().await.leave(Signal::Fine);
        assert_eq!(start.elapsed(), Duration::from_mins(1));
        assert_eq!(gate.state().quotas[0].share, 600, "halved once, then a minute's recovery");
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_at_once_lowers_the_concurrency_which_recovers() {
        let gate = gate(10_000, 8);
        let mut passes = Vec::new();
        for _ in 0..8 {
            passes.push(gate.enter().await);
        }
        passes.drain(..).for_each(|pass| pass.leave(Signal::TooMany));
        assert_eq!(gate.state().allowed, 4, "one burst, one lesson");
        for _ in 0..100 {
            gate.enter().await.leave(Signal::Fine);
        }
        assert_eq!(gate.state().allowed, 8);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_request_frees_its_place() {
        let gate = gate(100, 1);
        let pass = gate.enter().await;
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter().await.leave(Signal::Fine) }
        });
        drop(pass);
        waiting.await.unwrap();
        assert_eq!(gate.state().in_flight, 0);
    }
}
