//! Messages that were sent through the API, kept for whoever looks.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// A message that was taken: one of the app's, or one of the group robot's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// Counts from 1.
    pub number: u64,
    /// Who sent it.
    pub sender: Sender,
    /// Whom it reached, as the company spells them; empty for the robot's, which go to its group.
    pub userids: Vec<String>,
    /// `text`, `markdown` or `markdown_v2`.
    pub msgtype: String,
    /// The text, cut off where WeCom cuts it off.
    pub content: String,
    /// The company's now, Unix seconds.
    pub at: i64,
}

/// Who sends messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sender {
    /// The app, through `message/send`.
    App,
    /// The group's robot, through `webhook/send`.
    Robot,
}

/// The newest messages; older ones are dropped, the count goes on.
#[derive(Default)]
pub(crate) struct Messages(Mutex<(u64, VecDeque<Message>)>);

/// How many are kept.
const KEPT: usize = 10_000;

impl Messages {
    /// Keeps a message and gives it its number.
    pub(crate) fn add(&self, mut message: Message) -> u64 {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        message.number = kept.0;
        if kept.1.len() == KEPT {
            kept.1.pop_front();
        }
        kept.1.push_back(message);
        kept.0
    }

    pub(crate) fn all(&self) -> Vec<Message> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }
}
