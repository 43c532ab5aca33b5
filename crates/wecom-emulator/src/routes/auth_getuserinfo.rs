//! `GET auth/getuserinfo`: who logged in, for a code that the login page handed out.

use serde_json::json;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::server::Server;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let invalid = || Refusal::new(40029);
    let code = ask.parameter("code").ok_or_else(invalid)?;
    let userid = server.logins.redeem(code, server.clock.wire_ms()).ok_or_else(invalid)?;
    success(&json!({"userid": userid, "user_ticket": ""}))
}
