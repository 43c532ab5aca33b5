//! Random numbers that can be had again: a test names its seed when it fails.

use std::hash::{BuildHasher as _, RandomState};

/// A small generator (xorshift).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).unwrap() % n
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// `DAKA_TEST_SEED`, else another one each time. Also the seed of the company, so that a server
/// which has served an earlier run has never seen it.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("DAKA_TEST_SEED").ok();
    let seed =
        given.map_or_else(|| RandomState::new().hash_one(0) >> 16, |seed| seed.parse().unwrap());
    println!("DAKA_TEST_SEED={seed}");
    seed
}
