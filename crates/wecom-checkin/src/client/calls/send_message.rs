//! `message/send` (document 90236): an app writes to people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, UserId,
    calls::{self, Call},
    limits::MESSAGE_TEXT_BYTES,
    write::{BadField, Write, ensure},
};

/// A text for people. WeCom shows `<a href>` in it as a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// Whom: userids with `|` between, see [`SendMessage::text`].
    pub touser: String,
    /// `text`.
    pub msgtype: String,
    /// The app that writes; its secret must be the client's.
    pub agentid: i64,
    /// The text, up to 2048 bytes; WeCom cuts what is longer.
    pub text: MessageText,
    /// 1: WeCom drops what says the same to the same people within the interval.
    pub enable_duplicate_check: u8,
    /// The interval, seconds, up to four hours.
    pub duplicate_check_interval: u32,
}

/// The content of a text message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageText {
    /// The text.
    pub content: String,
}

/// What became of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSent {
    /// Who does not exist or may not see the app, with `|` between.
    #[serde(default)]
    pub invaliduser: String,
    /// Who has no licence for the app, with `|` between.
    #[serde(default)]
    pub unlicenseduser: String,
}

impl SendMessage {
    /// A text for one person, dropped where it was said within four hours.
    pub fn text(agentid: i64, to: &UserId, content: String) -> Self {
        Self {
            touser: to.to_string(),
            msgtype: "text".into(),
            agentid,
            text: MessageText { content },
            enable_duplicate_check: 1,
            duplicate_check_interval: 4 * 60 * 60,
        }
    }
}

impl Write for SendMessage {
    const CALL: &'static Call = &calls::MESSAGE_SEND;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        ensure(!self.touser.is_empty(), "touser", "must name somebody")?;
        let bytes = self.text.content.len();
        let fits = (1..=MESSAGE_TEXT_BYTES).contains(&bytes);
        ensure(fits, "text.content", format!("must be 1 to {MESSAGE_TEXT_BYTES} bytes, is {bytes}"))
    }
}

impl Client {
    /// One call of `message/send`. Somebody whom it did not reach is no error, see [`MessageSent`].
    pub async fn send_message(&self, request: &SendMessage) -> Result<MessageSent, Error> {
        self.dry_run(request)?;
        Ok(self
            .call_whole::<crate::Row<MessageSent>>(SendMessage::CALL, request)
            .await?
            .into_typed())
    }
}
