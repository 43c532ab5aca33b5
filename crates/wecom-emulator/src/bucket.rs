//! Rate limits: so many calls in a period, and a block when there are more.

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// One counter. The period begins with the first call in it; exceeding it blocks for the same length of time.
#[derive(Clone, Debug)]
struct Bucket {
    limit: u64,
    period_ms: i64,
    begun_ms: i64,
    used: u64,
    blocked_until_ms: i64,
}

impl Bucket {
    fn new(limit: u64, period_ms: i64) -> Self {
        Self { limit, period_ms, begun_ms: 0, used: 0, blocked_until_ms: 0 }
    }

    fn take(&mut self, now_ms: i64) -> bool {
        if now_ms < self.blocked_until_ms {
            return false;
        }
        if self.used == 0 || now_ms - self.begun_ms >= self.period_ms {
            self.begun_ms = now_ms;
            self.used = 0;
        }
        self.used += 1;
        if self.used <= self.limit {
            return true;
        }
        self.blocked_until_ms = now_ms + self.period_ms;
        self.used = 0;
        false
    }
}

/// The buckets of one call.
#[derive(Clone, Debug)]
pub(crate) struct Buckets(Vec<Bucket>);

/// Calls of one API that a company may make in an hour, whatever the API.
const PER_HOUR: u64 = 150_000;

impl Buckets {
    /// `per_minute` is the call's own limit; `percent` scales it and the hour's.
    pub(crate) fn new(per_minute: u64, percent: u32) -> Self {
        let scaled = |limit: u64| (limit * u64::from(percent) / 100).max(1);
        Self(vec![
            Bucket::new(scaled(per_minute), MINUTE_MS),
            Bucket::new(scaled(PER_HOUR), HOUR_MS),
        ])
    }

    /// Counts a call; false when it is too many.
    pub(crate) fn take(&mut self, now_ms: i64) -> bool {
        let refused = self.0.iter_mut().filter_map(|bucket| (!bucket.take(now_ms)).then_some(()));
        refused.count() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_too_many_blocks_for_a_minute() {
        let mut buckets = Buckets::new(3, 100);
        let calls = [
            (0, true),
            (10, true),
            (20, true),
            (30, false),
            (60_000, false),
            (60_029, false),
            (60_030, true),
            (120_029, true),
            (120_030, true),
        ];
        for (at, open) in calls {
            assert_eq!(buckets.take(at), open, "at {at} ms");
        }
    }

    #[test]
    fn the_hour_has_a_limit_of_its_own() {
        let mut buckets = Buckets::new(1_000_000, 100);
        assert!((0..150_000).all(|_| buckets.take(0)));
        assert!(!buckets.take(0));
        assert!(!buckets.take(HOUR_MS - 1));
        assert!(buckets.take(HOUR_MS));
    }
}
