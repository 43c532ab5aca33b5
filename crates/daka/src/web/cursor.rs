//! Cursors: where the next page of a list begins.
//!
//! A cursor names the last entry that was given, not its number, so that it stays valid while the
//! ledger grows: what is new behind it comes, what is new before it does not move it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use wecom_checkin::UserId;

/// The entry after which a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor<K> {
    /// Whose entry.
    pub(super) userid: UserId,
    /// Which of that person's.
    pub(super) key: K,
}

impl<K: Serialize + for<'de> Deserialize<'de>> Cursor<K> {
    /// As a text that means nothing to whoever carries it.
    pub(super) fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads what [`Cursor::written`] has written.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let cursor = Cursor { userid: UserId::from("张三"), key: date(2026, 10, 31) };
        assert_eq!(Cursor::read(&cursor.written()), Some(cursor));
        for text in ["", "no", "e30", "W10", "!!!", "eyJ1c2VyaWQiOiJhIiwia2V5IjoxfQ"] {
            assert_eq!(Cursor::<Date>::read(text), None, "{text}");
        }
    }
}
