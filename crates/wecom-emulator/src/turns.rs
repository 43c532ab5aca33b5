//! How many requests of one call run at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Running = Arc<Mutex<HashMap<&'static str, usize>>>;

/// Running requests by call.
#[derive(Default)]
pub(crate) struct Turns(Running);

/// One running request; its turn ends when this is dropped.
pub(crate) struct Turn {
    running: Running,
    path: &'static str,
}

impl Turns {
    /// A turn, unless `most` are running.
    pub(crate) fn take(&self, path: &'static str, most: usize) -> Option<Turn> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(path).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Turn { running: Arc::clone(&self.0), path })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(self.path) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_free_again_when_it_ends() {
        let turns = Turns::default();
        let first = turns.take("a", 1);
        assert!(first.is_some());
        assert!(turns.take("a", 1).is_none());
        assert!(turns.take("b", 1).is_some());
        drop(first);
        assert!(turns.take("a", 1).is_some());
    }
}
