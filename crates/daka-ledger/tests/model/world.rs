//! A ledger, what it must say, and what it must have said.

use std::{
    fmt::Debug,
    pin::pin,
    task::{Context, Waker},
};

use daka_ledger::{Counts, Ledger, Result, RunId};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use proptest::prelude::*;

use crate::store::{Store, instant};

const FIRST: Date = jiff::civil::date(2026, 6, 1);

/// Days are counted from the first of a June.
pub(crate) fn day(number: i64) -> Date {
    FIRST.saturating_add(number.days())
}

/// What becomes of a commit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    Done,
    /// The process dies after so many steps of it.
    Dies(usize),
}

pub(crate) fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![3 => Just(Fate::Done), 1 => (0..60_usize).prop_map(Fate::Dies)]
}

/// All that a ledger says, as far as a test goes.
pub(crate) trait State: Clone + Debug + Default + PartialEq {
    async fn read(ledger: &Ledger, as_of: Option<Timestamp>) -> Self;
}

pub(crate) struct World<S> {
    store: Store,
    pub(crate) ledger: Ledger,
    pub(crate) run: RunId,
    /// Seconds since the first day began.
    pub(crate) now: i64,
    /// What the ledger must say now.
    pub(crate) model: S,
    history: Vec<(i64, S)>,
}

impl<S: State> World<S> {
    pub(crate) async fn new(store: Store) -> Self {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        Self { store, ledger, run, now: 0, model: S::default(), history: Vec::new() }
    }

    /// Goes through with a commit, or dies on the way; what the ledger says then, unless that is
    /// what it said before.
    pub(crate) async fn commit(
        &mut self,
        fate: Fate,
        work: impl Future<Output = Result<Counts>>,
    ) -> Option<S> {
        if let Fate::Dies(steps) = fate {
            dies_after(steps, work).await;
            self.ledger.clone().close().await;
            self.ledger = self.store.ledger().await;
        } else {
            work.await.unwrap();
        }
        let found = S::read(&self.ledger, None).await;
        let died = matches!(fate, Fate::Dies(_)) && found == self.model;
        (!died).then_some(found)
    }

    /// The ledger says this from now on.
    pub(crate) fn remember(&mut self, state: S) {
        self.history.push((self.now, state.clone()));
        self.model = state;
    }

    /// Every state that ever was can still be read.
    pub(crate) async fn look_back(&self) {
        let mut expected = S::default();
        for (at, state) in &self.history {
            for (second, expected) in [(*at - 1, &expected), (*at, state)] {
                assert_eq!(S::read(&self.ledger, Some(instant(second))).await, *expected);
            }
            expected = state.clone();
        }
    }
}

/// Runs a future for so many steps and drops it.
async fn dies_after(steps: usize, work: impl Future) {
    let mut work = pin!(work);
    for _ in 0..steps {
        let mut context = Context::from_waker(Waker::noop());
        if work.as_mut().poll(&mut context).is_ready() {
            return;
        }
        // The database works in a thread of its own; let it.
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
}
