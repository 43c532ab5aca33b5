//! Faults on order: which call goes wrong, how often, and how.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::chance::{Chance, Purpose};

/// A list of faults; the first one that applies to a request is done.
///
/// As a file (JSON or TOML by its ending):
///
/// ```toml
/// [[fault]]
/// call = "getcheckindata"   # without it: every call
/// skip = 2                  # let two pass first
/// count = 3                 # then three times; without it: for ever
/// probability = 0.5         # of the requests that it could hit; without it: all
/// kind = "errcode"          # see `FaultKind`
/// errcode = 301022
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// In order of precedence.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
}

/// One fault and when it strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Name of a call (`getcheckindata`), or its path below `/cgi-bin/`. Every call without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// Matching requests that pass unharmed first.
    #[serde(default)]
    pub skip: u64,
    /// How many times it strikes; for ever without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Share of the matching requests that it strikes, 0 to 1; all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The call is not done and answers this `errcode` in WeCom's manner.
    Errcode {
        /// The code.
        errcode: i64,
        /// Begins `errmsg`; the code's usual words without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        errmsg: Option<String>,
    },
    /// The call is not done; a gateway answers with this HTTP status.
    HttpStatus {
        /// The status, 500 for example.
        status: u16,
    },
    /// The call is not done; a page of HTML comes back with status 200.
    Html,
    /// The call is done; the body ends in the middle, as if it were complete.
    Truncated,
    /// The call is done; the body is empty.
    EmptyBody,
    /// The call is done; the answer has no `Content-Type`.
    NoContentType,
    /// The call is done; every number in the answer is a string.
    NumbersAsStrings,
    /// The call is done; the answer comes this much later.
    Delay {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// The connection closes before the call is done.
    DropBefore,
    /// The connection closes in the middle of the body.
    DropDuring,
    /// The call is done, and the connection closes without an answer.
    DropAfter,
}

/// Why a file of faults was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// The file cannot be read.
    #[error("faults file {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The text is not a list of faults.
    #[error("faults file {path}: {reason}")]
    Parse {
        /// The file.
        path: String,
        /// What does not fit, and where.
        reason: String,
    },
}

impl Faults {
    /// Reads a file; its ending decides between JSON (`.json`) and TOML (all others).
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a list of faults.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, FaultsError> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| FaultsError::Read { path: shown.clone(), source })?;
        from_text(path, &text).map_err(|reason| FaultsError::Parse { path: shown, reason })
    }
}

/// JSON by the file's ending, else TOML; the error says what does not fit.
pub(crate) fn from_text<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, String> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

/// The faults in force and how often each has struck.
pub(crate) struct FaultBook {
    seed: u64,
    state: Mutex<(Vec<Tally>, u32)>,
}

struct Tally {
    fault: Fault,
    matched: u64,
    struck: u64,
}

impl FaultBook {
    pub(crate) fn new(seed: u64, faults: Faults) -> Self {
        let book = Self { seed, state: Mutex::default() };
        book.replace(faults);
        book
    }

    pub(crate) fn replace(&self, faults: Faults) {
        let tallies =
            faults.faults.into_iter().map(|fault| Tally { fault, matched: 0, struck: 0 }).collect();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = tallies;
    }

    /// The fault that this request meets.
    pub(crate) fn strike(&self, name: &str, path: &str) -> Option<FaultKind> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = state.1.wrapping_add(1);
        let mut chance = Chance::new(self.seed, state.1, 0, Purpose::Fault);
        for tally in &mut state.0 {
            let fault = &tally.fault;
            if fault.call.as_deref().is_some_and(|call| call != name && call != path) {
                continue;
            }
            tally.matched += 1;
            let spent = fault.count.is_some_and(|count| tally.struck >= count);
            if tally.matched <= fault.skip || spent || !lucky(&mut chance, fault.probability) {
                continue;
            }
            tally.struck += 1;
            return Some(tally.fault.kind.clone());
        }
        None
    }
}

fn lucky(chance: &mut Chance, probability: Option<f64>) -> bool {
    const PARTS: i32 = 1_000_000;
    let Some(share) = probability else { return true };
    let draw = i32::try_from(chance.below(i64::from(PARTS))).unwrap_or(PARTS);
    f64::from(draw) < share * f64::from(PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(text: &str) -> FaultBook {
        FaultBook::new(1, toml::from_str(text).unwrap())
    }

    #[test]
    fn a_fault_strikes_its_call_after_the_skip_and_so_often() {
        let book = book("[[fault]]\ncall='x'\nskip=1\ncount=2\nkind='errcode'\nerrcode=-1\n");
        let hits: Vec<bool> = (0..5).map(|_| book.strike("x", "a/x").is_some()).collect();
        assert_eq!(hits, [false, true, true, false, false]);
        assert!(book.strike("y", "a/y").is_none());
    }

    #[test]
    fn probability_is_a_share_of_the_requests() {
        let book = book("[[fault]]\nprobability=0.3\nkind='html'\n");
        let hits = (0..10_000).filter(|_| book.strike("x", "a/x").is_some()).count();
        assert!((2_700..3_300).contains(&hits), "{hits}");
    }

    #[test]
    fn a_file_that_does_not_fit_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("faults.json");
        std::fs::write(&path, r#"{"fault":[{"kind":"no such"}]}"#).unwrap();
        assert!(matches!(Faults::from_file(&path), Err(FaultsError::Parse { .. })));
        std::fs::write(&path, r#"{"fault":[{"kind":"delay","delay_ms":5}]}"#).unwrap();
        assert_eq!(Faults::from_file(&path).unwrap().faults.len(), 1);
        let missing = dir.path().join("none.toml");
        assert!(matches!(Faults::from_file(missing), Err(FaultsError::Read { .. })));
    }
}
