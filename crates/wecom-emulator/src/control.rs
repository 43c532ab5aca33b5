//! `/_emulator/`: looking into the emulator and steering it. See the crate's README for the list.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use crate::clock::Clock;
use crate::company::Person;
use crate::day::{Day, beijing};
use crate::faults::Faults;
use crate::scenario::Action;
use crate::server::Server;
use crate::settings::Source;
use crate::truth::Truth;

type Shared = State<Arc<Server>>;

pub(crate) fn routes() -> axum::Router<Arc<Server>> {
    axum::Router::new()
        .route("/_emulator/", get(about))
        .route("/_emulator/truth", get(truth))
        .route("/_emulator/calls", get(calls).delete(forget_calls))
        .route("/_emulator/messages", get(messages).delete(forget_messages))
        .route("/_emulator/tokens/expire", post(expire))
        .route("/_emulator/tokens/revoke", post(revoke))
        .route("/_emulator/faults", post(faults).delete(no_faults))
        .route("/_emulator/clock", get(clock).post(set_clock))
        .route("/_emulator/do", post(act))
        .route("/_emulator/people", get(people))
        .route("/_emulator/openapi.json", get(openapi))
}

async fn about(State(server): Shared) -> Response {
    let config = server.config();
    Json(json!({
        "corp_id": server.corp_id,
        "agentid": server.agent_id,
        "webhook_key": server.webhook_key,
        "people": server.world.company.people,
        "seed": server.world.company.seed,
        "now": beijing(server.clock.now()),
        "features": config.features,
        "limits": config.limits,
        "manners": config.manners,
    }))
    .into_response()
}

fn bad_request(reason: impl std::fmt::Display) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": reason.to_string()}))).into_response()
}

/// `?userid=a,b&from=2026-06-01&to=2026-06-30`; without `userid` everyone, without days the current month.
async fn truth(State(server): Shared, Query(query): Query<HashMap<String, String>>) -> Response {
    match truth_rows(&server, &query) {
        Ok(rows) => Json(rows).into_response(),
        Err(reason) => bad_request(reason),
    }
}

/// Person-days in one answer.
const MOST_ROWS: i64 = 1_000_000;

fn truth_rows(server: &Server, query: &HashMap<String, String>) -> Result<Vec<Truth>, String> {
    if !matches!(server.config().source, Source::Generated) {
        return Err("only a generated company has a planned truth".to_owned());
    }
    let now = server.clock.now();
    let today = Day::of(now);
    let date = |key: &str| match query.get(key) {
        Some(text) => text
            .parse::<Date>()
            .map(|date| Some(Day::from_date(date)))
            .map_err(|_| format!("{key}: {text} is not a date like 2026-06-01")),
        None => Ok(None),
    };
    let first = date("from")?.unwrap_or_else(|| Day::from_date(today.date().first_of_month()));
    let last = date("to")?.unwrap_or(today).min(today);
    let view = server.view();
    let people: Vec<Person> = if let Some(list) = query.get("userid") {
        let known = |userid| {
            view.company.find(userid).ok_or_else(|| format!("userid: {userid} is unknown"))
        };
        list.split(',').map(known).collect::<Result<_, _>>()?
    } else {
        let days = (last.number() - first.number() + 1).max(0);
        if i64::from(view.company.people) * days > MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} person-days: name users or fewer days"));
        }
        view.company.everyone().collect()
    };
    Ok(people
        .iter()
        .flat_map(|person| first.through(last).map(move |day| (person, day)))
        .filter_map(|(person, day)| view.truth(person, day))
        .collect())
}

async fn calls(State(server): Shared) -> Response {
    Json(server.log.all()).into_response()
}

async fn forget_calls(State(server): Shared) -> StatusCode {
    server.log.clear();
    StatusCode::NO_CONTENT
}

async fn messages(State(server): Shared) -> Response {
    Json(server.messages.all()).into_response()
}

async fn forget_messages(State(server): Shared) -> StatusCode {
    server.messages.clear();
    StatusCode::NO_CONTENT
}

async fn expire(State(server): Shared) -> Response {
    Json(json!({"expired": server.tokens.expire_all()})).into_response()
}

async fn revoke(State(server): Shared) -> Response {
    Json(json!({"revoked": server.tokens.revoke_all()})).into_response()
}

async fn faults(State(server): Shared, body: String) -> Response {
    match serde_json::from_str::<Faults>(&body) {
        Ok(faults) => {
            server.faults.replace(faults);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => bad_request(error),
    }
}

async fn no_faults(State(server): Shared) -> StatusCode {
    server.faults.replace(Faults::default());
    StatusCode::NO_CONTENT
}

/// One action or a list of them; those before one that does not fit are done.
async fn act(State(server): Shared, body: String) -> Response {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Order {
        Several(Vec<Action>),
        One(Box<Action>),
    }
    let actions = match serde_json::from_str(&body) {
        Ok(Order::Several(actions)) => actions,
        Ok(Order::One(action)) => vec![*action],
        Err(_) => {
            // The untagged reading hides the reason; reading one action alone tells it.
            let reason = serde_json::from_str::<Action>(&body).err().map(|error| error.to_string());
            return bad_request(reason.unwrap_or_default());
        }
    };
    for action in actions {
        if let Err(reason) = action.apply(&server) {
            return bad_request(reason);
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Everybody on a page of at most a thousand: `?from=0`.
async fn people(State(server): Shared, Query(query): Query<HashMap<String, String>>) -> Response {
    const PAGE: u32 = 1_000;
    let from: u32 = query.get("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let company = &server.world.company;
    let rows: Vec<_> = (from..from.saturating_add(PAGE))
        .map_while(|index| company.person(index))
        .map(|person| {
            json!({"userid": person.userid, "name": person.name, "departments": person.departments,
                   "division": person.division,
                   "joined": person.joined.map(|day| day.date().to_string()),
                   "left": person.left.map(|day| day.date().to_string())})
        })
        .collect();
    Json(rows).into_response()
}

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("openapi.json")).into_response()
}

async fn clock(State(server): Shared) -> Response {
    Json(json!({"now": beijing(server.clock.now())})).into_response()
}

/// `{"advance_sec":60}`, `{"fixed":"2026-06-01T09:00:00+08:00"}`, `{"running":"…","speed":60}` or `{"system":true}`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ClockOrder {
    advance_sec: Option<i64>,
    fixed: Option<Timestamp>,
    running: Option<Timestamp>,
    speed: Option<u32>,
    system: bool,
}

async fn set_clock(State(server): Shared, body: String) -> Response {
    let order: ClockOrder = match serde_json::from_str(&body) {
        Ok(order) => order,
        Err(error) => return bad_request(error),
    };
    if let Some(at) = order.fixed {
        server.clock.set(Clock::Fixed(at));
    }
    if let Some(from) = order.running {
        server.clock.set(Clock::Running { from, speed: order.speed.unwrap_or(1) });
    }
    if order.system {
        server.clock.set(Clock::System);
    }
    if let Some(seconds) = order.advance_sec {
        server.clock.advance(seconds);
    }
    clock(State(server)).await
}
