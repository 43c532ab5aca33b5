//! Logging in with WeCom: the pages that a browser is sent to, and the codes that they hand out.
//!
//! The real pages live on hosts of their own; here they are below the emulator's address. A page
//! lists who may log in; `as=USERID` in its address chooses without asking, for tests without hands.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use reqwest::Url;

use crate::chance::{Chance, Purpose};
use crate::server::Server;

/// A code is good for five minutes, and once.
const LIFETIME_MS: i64 = 300_000;
/// People whom a page lists.
const LISTED: usize = 50;

/// Codes that nobody has used yet, with the person and the end of their life.
#[derive(Default)]
pub(crate) struct LoginCodes(Mutex<Issued>);

#[derive(Default)]
struct Issued {
    count: i64,
    codes: HashMap<String, (String, i64)>,
}

impl LoginCodes {
    fn issue(&self, seed: u64, userid: String, now_ms: i64) -> String {
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        issued.codes.retain(|_, (_, ends_ms)| now_ms < *ends_ms);
        issued.count += 1;
        let code = Chance::new(seed, 1, -issued.count, Purpose::Secret).text(43);
        issued.codes.insert(code.clone(), (userid, now_ms + LIFETIME_MS));
        code
    }

    /// Whose code it is; it is used up.
    pub(crate) fn redeem(&self, code: &str, now_ms: i64) -> Option<String> {
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (userid, ends_ms) = issued.codes.remove(code)?;
        (now_ms < ends_ms).then_some(userid)
    }
}

type Shared = State<Arc<Server>>;
type Asked = Query<HashMap<String, String>>;

pub(crate) fn routes() -> axum::Router<Arc<Server>> {
    axum::Router::new()
        .route("/connect/oauth2/authorize", get(authorize))
        .route("/wwopen/sso/qrConnect", get(scan))
        .route("/wwlogin/sso/login", get(scan))
}

/// In WeCom's own browser: who has it open is known.
async fn authorize(State(server): Shared, Query(asked): Asked) -> Response {
    answer(&server, "/connect/oauth2/authorize", &asked, false)
}

/// On a computer: somebody scans a picture with the phone.
async fn scan(State(server): Shared, Query(asked): Asked) -> Response {
    answer(&server, "/wwlogin/sso/login", &asked, true)
}

fn answer(
    server: &Server,
    path: &str,
    asked: &HashMap<String, String>,
    needs_agent: bool,
) -> Response {
    let given = |key: &str| asked.get(key).map(String::as_str).unwrap_or_default();
    if given("appid") != server.corp_id {
        return refused("appid is not the company's");
    }
    if needs_agent && given("agentid") != server.agent_id.to_string() {
        return refused("agentid is not the app's");
    }
    let back = Url::parse(given("redirect_uri")).ok();
    let Some(back) = back.filter(|back| matches!(back.scheme(), "http" | "https")) else {
        return refused("redirect_uri is no address");
    };
    let chosen = given("as");
    if chosen.is_empty() {
        return page(server, path, asked);
    }
    let Some(userid) = server.member(chosen) else { return refused("nobody has this userid") };
    let code = server.logins.issue(server.world.company.seed, userid, server.clock.wire_ms());
    let mut back = back;
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", given("state"));
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

/// The people to choose from, each as a link to this page with the choice made.
fn page(server: &Server, path: &str, asked: &HashMap<String, String>) -> Response {
    let mut items = String::new();
    for userid in server.members(LISTED) {
        let Ok(mut link) = Url::parse("http://emulator") else { continue };
        link.set_path(path);
        let mut keys: Vec<_> = asked.iter().collect();
        keys.sort();
        link.query_pairs_mut().extend_pairs(keys).append_pair("as", &userid);
        let query = link.query().unwrap_or_default().replace('&', "&amp;");
        let name = userid.replace('&', "&amp;").replace('<', "&lt;");
        items.extend(["<li><a href=\"", path, "?", &query, "\">", &name, "</a></li>\n"]);
    }
    let text = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Log in</title></head>\
         <body><h1>Who is logging in?</h1><ul>\n{items}</ul></body></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

fn refused(reason: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, reason).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_once_and_for_five_minutes() {
        let codes = LoginCodes::default();
        let code = codes.issue(7, "lin.xia".to_owned(), 0);
        let other = codes.issue(7, "lin.xia".to_owned(), 0);
        assert_ne!(code, other);
        assert_eq!(codes.redeem(&code, LIFETIME_MS - 1).as_deref(), Some("lin.xia"));
        assert_eq!(codes.redeem(&code, 1), None);
        assert_eq!(codes.redeem(&other, LIFETIME_MS), None);
    }
}
