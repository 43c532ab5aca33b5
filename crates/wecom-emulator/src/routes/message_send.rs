//! `POST message/send`: the app writes to people.

use serde_json::json;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::messages::{Message, Sender};
use crate::server::Server;

/// Bytes of a text; what is longer is cut off.
const TEXT: usize = 2_048;
/// Receivers of one message.
const RECEIVERS: usize = 1_000;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    if ask.int("agentid") != Some(server.agent_id) {
        return Err(Refusal::new(40056));
    }
    let named = |key: &str| ask.text(key).unwrap_or("").split('|').filter(|name| !name.is_empty());
    let receivers: Vec<&str> = named("touser").collect();
    // Departments and tags are looked at for being there only: the emulator writes to people.
    if receivers.is_empty() {
        let nobody = named("toparty").chain(named("totag")).next().is_none();
        return Err(Refusal::new(if nobody { 82001 } else { 81013 }));
    }
    if receivers.len() > RECEIVERS {
        return Err(Refusal::new(40032));
    }
    let (msgtype, content) = content(ask, &["text", "markdown"])?;
    if msgtype == "markdown" && content.len() > TEXT {
        return Err(Refusal::new(45002));
    }
    let everybody = receivers == ["@all"];
    let (userids, unknown): (Vec<String>, Vec<&str>) = if everybody {
        (server.members(usize::MAX), Vec::new())
    } else {
        let known = receivers.iter().filter_map(|name| server.member(name)).collect();
        let unknown = receivers.into_iter().filter(|name| server.member(name).is_none()).collect();
        (known, unknown)
    };
    if userids.is_empty() {
        return Err(Refusal::new(81013));
    }
    let number = server.messages.add(Message {
        number: 0,
        sender: Sender::App,
        userids,
        msgtype: msgtype.to_owned(),
        content: cut(content, TEXT).to_owned(),
        at: server.clock.now(),
    });
    success(&json!({
        "invaliduser": unknown.join("|"), "invalidparty": "", "invalidtag": "",
        "unlicenseduser": "", "msgid": format!("emu{number:012}"), "response_code": "",
    }))
}

/// The kind of a message, one of those known, and its text.
pub(super) fn content<'a>(
    ask: &'a Ask,
    known: &[&'static str],
) -> Result<(&'static str, &'a str), Refusal> {
    let msgtype = known.iter().find(|kind| ask.text("msgtype") == Some(**kind));
    let msgtype = *msgtype.ok_or_else(|| Refusal::new(40008))?;
    let content = ask.field(msgtype).and_then(|body| body.get("content")?.as_str());
    let content = content.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::new(44004))?;
    Ok((msgtype, content))
}

/// At most so many bytes of a text, and no half letter.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
