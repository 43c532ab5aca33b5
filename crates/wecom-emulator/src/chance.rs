//! Chance that repeats: every draw depends on (seed, person, day, purpose) only,
//! so that any person-day can be computed alone and comes out the same.

/// What a stream of numbers is drawn for. Separate purposes never disturb each other.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Secret,
    Name,
    Department,
    Employment,
    Shift,
    Story,
    Punch,
    Place,
    Upload,
    Approval,
    Device,
    Fault,
    Filing,
}

impl Purpose {
    fn salt(self) -> u64 {
        let place = match self {
            Self::Secret => 1,
            Self::Name => 2,
            Self::Department => 3,
            Self::Employment => 4,
            Self::Shift => 5,
            Self::Story => 6,
            Self::Punch => 7,
            Self::Place => 8,
            Self::Upload => 9,
            Self::Approval => 10,
            Self::Device => 11,
            Self::Fault => 12,
            Self::Filing => 13,
        };
        mix(place)
    }
}

/// A stream of reproducible numbers (splitmix64).
#[derive(Clone)]
pub(crate) struct Chance(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl Chance {
    /// The stream of one person on one day for one purpose.
    pub(crate) fn new(seed: u64, person: u32, day: i64, purpose: Purpose) -> Self {
        let day = u64::from_ne_bytes(day.to_ne_bytes());
        let mut state = mix(seed.wrapping_add(GOLDEN));
        state = mix(state ^ u64::from(person).wrapping_mul(GOLDEN));
        state = mix(state ^ day.wrapping_mul(0xD1B5_4A32_D192_ED03));
        Self(state ^ purpose.salt())
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// 0 up to, not including, `bound`; 0 when there is nothing to choose from.
    pub(crate) fn below(&mut self, bound: i64) -> i64 {
        let Ok(bound) = u64::try_from(bound) else { return 0 };
        if bound == 0 {
            return 0;
        }
        i64::try_from(self.word() % bound).unwrap_or(0)
    }

    /// `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    /// True in `share` of 1000 draws.
    pub(crate) fn per_mille(&mut self, share: i64) -> bool {
        self.below(1_000) < share
    }

    /// One of the choices.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T], otherwise: T) -> T {
        let len = i64::try_from(choices.len()).unwrap_or(0);
        let at = usize::try_from(self.below(len)).unwrap_or(0);
        choices.get(at).copied().unwrap_or(otherwise)
    }

    /// `len` letters and digits.
    pub(crate) fn text(&mut self, len: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..len).map(|_| char::from(self.pick(LETTERS, b'x'))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_differ_by_key() {
        let draw = |seed, person, day, purpose| Chance::new(seed, person, day, purpose).word();
        let first = draw(7, 1, 20_000, Purpose::Story);
        assert_eq!(first, draw(7, 1, 20_000, Purpose::Story));
        for other in [
            draw(8, 1, 20_000, Purpose::Story),
            draw(7, 2, 20_000, Purpose::Story),
            draw(7, 1, 20_001, Purpose::Story),
            draw(7, 1, 20_000, Purpose::Punch),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn shares_come_out_about_right() {
        let mut chance = Chance::new(1, 1, 1, Purpose::Story);
        let hits = (0..100_000).filter(|_| chance.per_mille(250)).count();
        assert!((24_000..26_000).contains(&hits), "{hits}");
    }
}
