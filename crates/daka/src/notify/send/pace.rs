//! Not more often than a receiver takes.

use std::{collections::VecDeque, time::Duration};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// So many turns in so much time.
pub(super) struct Pace {
    most: usize,
    per: Duration,
    taken: Mutex<VecDeque<Instant>>,
}

impl Pace {
    pub(super) fn new(most: usize, per: Duration) -> Self {
        Self { most, per, taken: Mutex::default() }
    }

    /// Waits for a turn and takes it.
    pub(super) async fn turn(&self) {
        let mut taken = self.taken.lock().await;
        if taken.len() >= self.most
            && let Some(first) = taken.pop_front()
        {
            sleep_until(first + self.per).await;
        }
        taken.push_back(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_twenty_first_of_a_minute_waits() {
        let pace = Pace::new(20, Duration::from_mins(1));
        let began = Instant::now();
        for n in 0..41_u64 {
            pace.turn().await;
            assert_eq!(began.elapsed(), Duration::from_mins(n / 20));
        }
    }
}
