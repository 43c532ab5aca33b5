//! `GET gettoken?corpid=&corpsecret=`.

use serde::Serialize;

use crate::answer::{Payload, Refusal, json, success};
use crate::ask::Ask;
use crate::server::Server;
use crate::token::Holder;

#[derive(Serialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let corp_id = ask.parameter("corpid").ok_or_else(|| Refusal::new(41002))?;
    let secret = ask.parameter("corpsecret").ok_or_else(|| Refusal::new(41004))?;
    if corp_id != server.corp_id {
        return Err(Refusal::new(40013));
    }
    let now_ms = server.clock.wire_ms();
    let holder = if secret == server.secret {
        Holder::Checkin
    } else if secret == server.contact_secret {
        Holder::Contacts
    } else {
        return Err(server.wrong_secret(now_ms));
    };
    let lifetime = i64::from(server.config().token_lifetime_sec);
    if let Some(given) = server.data().and_then(|data| data.given("gettoken")) {
        if let Some(token) = given.text("access_token") {
            let lifetime = given.int("expires_in").unwrap_or(lifetime);
            server.tokens.admit(&token, holder, lifetime, now_ms);
        }
        return Ok(Payload::Json(given.body(None, |_| true)));
    }
    let repeat = server.config().manners.token_repeats;
    let grant = server.tokens.grant(holder, lifetime, repeat, now_ms);
    if server.config().manners.token_without_errcode {
        return json(&Granted { access_token: grant.token, expires_in: grant.expires_in_sec });
    }
    success(&Granted { access_token: grant.token, expires_in: grant.expires_in_sec })
}
