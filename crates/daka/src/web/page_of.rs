//! A page of a list that is sorted by userid, then by a key of its own.

use std::borrow::Cow;

use axum::response::Response;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use super::{cursor::Cursor, problem::Problem, question::Question, route::json};
use crate::lang::text;

/// Items as JSON and the cursor of the page after them.
#[derive(Debug, Serialize)]
struct Items<'a> {
    items: &'a [Box<RawValue>],
    /// `None` after the last page. A page may be shorter than its limit before that.
    next_cursor: Option<Cow<'a, str>>,
}

/// A page as JSON.
pub(super) fn answer(items: &[Box<RawValue>], next_cursor: Option<&str>) -> Response {
    json(&Items { items, next_cursor: next_cursor.map(Cow::Borrowed) })
}

/// An item as JSON.
pub(super) fn item(value: &impl Serialize) -> Result<Box<RawValue>, Problem> {
    serde_json::value::to_raw_value(value).map_err(|why| {
        Problem::broken(text!("an item is no JSON: {why}", "条目无法写成 JSON：{why}"))
    })
}

/// A page in the making.
#[derive(Debug)]
pub(super) struct PageOf<K> {
    after: Option<Cursor<K>>,
    limit: usize,
    items: Vec<Box<RawValue>>,
    last: Option<Cursor<K>>,
    more: bool,
}

impl<K: Ord + Serialize + DeserializeOwned> PageOf<K> {
    /// The page that a question asks for.
    pub(super) fn begin(question: &Question) -> Result<Self, Problem> {
        let (after, limit) = (question.cursor()?, question.limit()?);
        Ok(Self { after, limit, items: Vec::new(), last: None, more: false })
    }

    /// The most items that it takes.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether nothing more fits.
    pub(super) fn is_full(&self) -> bool {
        self.more
    }

    /// The people, in byte order of userid, from whom on it goes.
    pub(super) fn of<'a>(&self, users: &'a [UserId]) -> &'a [UserId] {
        let Some(after) = &self.after else { return users };
        let begin = users.partition_point(|userid| *userid < after.userid);
        users.get(begin..).unwrap_or_default()
    }

    /// Looks at an entry: one that an earlier page has had is left out, one that is not wanted is
    /// passed by.
    pub(super) fn look(
        &mut self,
        (userid, key): (&UserId, K),
        wanted: bool,
        entry: impl FnOnce() -> Result<Box<RawValue>, Problem>,
    ) -> Result<(), Problem> {
        let had =
            self.after.as_ref().is_some_and(|after| after.userid == *userid && key <= after.key);
        if had || self.more {
            return Ok(());
        }
        if wanted {
            if self.items.len() == self.limit {
                self.more = true;
                return Ok(());
            }
            self.items.push(entry()?);
        }
        self.last = Some(Cursor { userid: userid.clone(), key });
        Ok(())
    }

    /// The answer; `left` says whether people have not been looked at.
    pub(super) fn end(self, left: bool) -> Response {
        let next = self.last.filter(|_| self.more || left).map(|last| last.written());
        answer(&self.items, next.as_deref())
    }
}
