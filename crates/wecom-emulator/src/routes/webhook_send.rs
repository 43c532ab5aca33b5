//! `POST webhook/send?key=`: the robot of a group writes to it. No token, only the key.

use crate::answer::{Payload, Refusal, done};
use crate::ask::Ask;
use crate::messages::{Message, Sender};
use crate::server::Server;

use super::message_send::content;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    if ask.parameter("key") != Some(server.webhook_key.as_str()) {
        return Err(Refusal::new(93000));
    }
    let (msgtype, content) = content(ask, &["text", "markdown", "markdown_v2"])?;
    let most = if msgtype == "text" { 2_048 } else { 4_096 };
    if content.len() > most {
        let reason =
            format!("{msgtype}.content exceed max length {most}. invalid Request Parameter");
        return Err(Refusal::saying(40058, reason));
    }
    server.messages.add(Message {
        number: 0,
        sender: Sender::Robot,
        userids: Vec::new(),
        msgtype: msgtype.to_owned(),
        content: content.to_owned(),
        at: server.clock.now(),
    });
    done()
}
