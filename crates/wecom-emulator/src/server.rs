//! From a request to an answer: token, right, rate, then the call; faults where they were ordered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderValue, Method as HttpMethod, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::answer::{Payload, Refusal};
use crate::ask::Ask;
use crate::bucket::Buckets;
use crate::call_log::{Call, CallLog};
use crate::calls::{self, Method, Right, Spec};
use crate::clock::Clockwork;
use crate::data_folder::DataFolder;
use crate::day::{DAY_SEC, Day};
use crate::day_cache::DayCache;
use crate::faults::{FaultBook, FaultKind};
use crate::login::LoginCodes;
use crate::messages::Messages;
use crate::record::Recorder;
use crate::routes;
use crate::scenario::Script;
use crate::settings::Config;
use crate::spoil::{instead, spoil};
use crate::token::Tokens;
use crate::turns::Turns;
use crate::wire::Peer;
use crate::world::{View, World};

/// The largest request body read; a face photo is the largest that a call documents.
const BODY_LIMIT: usize = 4 << 20;

/// The app that may read check-ins and write messages.
const AGENT_ID: i64 = 1_000_002;

/// Everything an answer may need.
pub(crate) struct Server {
    config: RwLock<Arc<Config>>,
    pub(crate) script: Script,
    pub(crate) corp_id: String,
    pub(crate) secret: String,
    pub(crate) contact_secret: String,
    /// `agentid` of the app.
    pub(crate) agent_id: i64,
    /// What opens the robot of the company's group.
    pub(crate) webhook_key: String,
    pub(crate) clock: Clockwork,
    pub(crate) tokens: Tokens,
    pub(crate) world: World,
    pub(crate) faults: FaultBook,
    pub(crate) log: CallLog,
    pub(crate) messages: Messages,
    pub(crate) logins: LoginCodes,
    data: Option<DataFolder>,
    recorder: Option<Recorder>,
    buckets: Mutex<HashMap<&'static str, Buckets>>,
    turns: Turns,
    pub(crate) days: DayCache,
    hints: AtomicU64,
    wrong_secrets: Mutex<Vec<i64>>,
}

impl Server {
    pub(crate) fn new(
        config: Config,
        world: World,
        data: Option<DataFolder>,
        recorder: Option<Recorder>,
    ) -> Self {
        let company = &world.company;
        Self {
            corp_id: company.corp_id(),
            secret: company.secret(),
            contact_secret: company.contact_secret(),
            agent_id: AGENT_ID,
            webhook_key: company.webhook_key(),
            clock: Clockwork::start(config.clock),
            tokens: Tokens::new(format!("emu{}", company.seed)),
            faults: FaultBook::new(company.seed, config.faults.clone()),
            log: CallLog::default(),
            messages: Messages::default(),
            logins: LoginCodes::default(),
            data,
            recorder,
            buckets: Mutex::default(),
            turns: Turns::default(),
            days: DayCache::default(),
            hints: AtomicU64::new(0),
            wrong_secrets: Mutex::default(),
            world,
            script: Script::new(config.scenario.clone()),
            config: RwLock::new(Arc::new(config)),
        }
    }

    /// The settings as they are now.
    pub(crate) fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes settings for the requests to come. Buckets begin anew, since their sizes may have changed.
    pub(crate) fn configure(&self, change: impl FnOnce(&mut Config)) {
        let mut config = self.config.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut config));
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The company as it stands now.
    pub(crate) fn view(&self) -> View<'_> {
        self.world.view(self.clock.now())
    }

    /// The given answers, in that mode.
    pub(crate) fn data(&self) -> Option<&DataFolder> {
        self.data.as_ref()
    }

    /// Somebody of the company as it spells them, whatever the case of the letters.
    pub(crate) fn member(&self, userid: &str) -> Option<String> {
        match &self.data {
            Some(data) => {
                data.userids().into_iter().find(|known| known.eq_ignore_ascii_case(userid))
            }
            None => routes::known(&self.view(), userid).map(|person| person.userid),
        }
    }

    /// Everybody of the company today, at most so many.
    pub(crate) fn members(&self, most: usize) -> Vec<String> {
        let today = Day::of(self.clock.now());
        if let Some(data) = &self.data {
            return data.userids().into_iter().take(most).collect();
        }
        let employed = self.world.company.everyone().filter(|one| one.employed(today));
        employed.take(most).map(|person| person.userid).collect()
    }

    /// Counts a wrong secret: from a number on the address is refused for an hour.
    pub(crate) fn wrong_secret(&self, now_ms: i64) -> Refusal {
        const HOUR_MS: i64 = 3_600_000;
        let mut times = self.wrong_secrets.lock().unwrap_or_else(PoisonError::into_inner);
        times.retain(|at| now_ms - at < HOUR_MS);
        if times.len() >= self.config().limits.wrong_secrets {
            return Refusal::new(45009);
        }
        times.push(now_ms);
        Refusal::new(40001)
    }

    fn may_call(&self, spec: &Spec, ask: &Ask, peer: &Peer) -> Result<(), Refusal> {
        let config = self.config();
        let limits = &config.limits;
        let now_ms = self.clock.wire_ms();
        if spec.right != Right::Anyone {
            let token = ask.parameter("access_token").ok_or_else(|| Refusal::new(41001))?;
            let holder = self.tokens.holder(token, now_ms).map_err(Refusal::new)?;
            let closed = |call: &String| call == spec.name || call == spec.path;
            if !spec.right.includes(holder) || limits.closed_calls.iter().any(closed) {
                return Err(Refusal::new(48002));
            }
        }
        let trusted = &limits.trusted_ips;
        if !trusted.is_empty() && !trusted.contains(&peer.addr.ip()) {
            return Err(Refusal::new(60020));
        }
        let percent = limits.rate_percent;
        if percent == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket =
            buckets.entry(spec.path).or_insert_with(|| Buckets::new(spec.per_minute, percent));
        if bucket.take(now_ms) { Ok(()) } else { Err(Refusal::new(45009)) }
    }

    fn answer(&self, spec: &Spec, ask: &Ask, peer: &Peer) -> Result<Payload, Refusal> {
        self.may_call(spec, ask, peer)?;
        match (&self.data, spec.plays) {
            (Some(data), true) if spec.path.starts_with("checkin/getcheckin_") => {
                routes::reports::play(data, &self.config().limits, spec, ask)
            }
            (Some(data), true) => data.play(spec, ask),
            _ => (spec.answer)(self, ask),
        }
    }

    /// What is answered to a body that is not JSON says so, even where it needs none.
    fn warned(&self, payload: Payload, ask: &Ask) -> Payload {
        match payload {
            Payload::Json(body) if ask.malformed && self.config().manners.wrong_json_warning => {
                let ok = r#""errmsg":"ok""#;
                let warned = r#""errmsg":"Warning: wrong json format. ok""#;
                let text = String::from_utf8_lossy(&body).replacen(ok, warned, 1);
                Payload::Json(text.into_bytes())
            }
            payload => payload,
        }
    }

    pub(crate) fn refuse(
        &self,
        spec: &Spec,
        refusal: &Refusal,
        malformed: bool,
        peer: &Peer,
    ) -> Response {
        let manners = self.config().manners;
        let number = self.hints.fetch_add(1, Ordering::Relaxed);
        let mut errmsg = refusal.text.to_string();
        if malformed && manners.wrong_json_warning {
            errmsg = format!("Warning: wrong json format. {errmsg}");
        }
        if manners.long_errmsg {
            let now = self.clock.now();
            let Refusal { code, .. } = refusal;
            let ip = peer.addr.ip();
            errmsg = format!(
                "{errmsg}, hint: [{now}{number:015}], from ip: {ip}, more info at \
                 https://open.work.weixin.qq.com/devtool/query?e={code}"
            );
        }
        let mut body = serde_json::json!({"errcode": refusal.code, "errmsg": errmsg});
        if let (true, Some(key), Some(fields)) =
            (manners.empty_payload_on_error, spec.payload, body.as_object_mut())
        {
            fields.insert(key.to_owned(), Value::Array(Vec::new()));
        }
        let mut response = json_response(body.to_string().into_bytes());
        if manners.error_headers {
            let headers = response.headers_mut();
            headers.insert("error-code", HeaderValue::from(refusal.code));
            if let Ok(text) = HeaderValue::from_str(&errmsg) {
                headers.insert("error-msg", text);
            }
        }
        response
    }
}

fn json_response(body: Vec<u8>) -> Response {
    let content_type = HeaderValue::from_static("application/json; charset=UTF-8");
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Handles everything below `/cgi-bin/`.
pub(crate) async fn cgi(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let path = request.uri().path().strip_prefix("/cgi-bin/").unwrap_or_default().to_owned();
    let Some(spec) = calls::find(&path) else {
        // Which code the real server gives is not known; it answers JSON.
        let body = serde_json::json!({"errcode": 48002, "errmsg": "api forbidden, no such api"});
        return json_response(body.to_string().into_bytes());
    };
    if let Some(recorder) = &server.recorder {
        return record(&server, recorder, spec, request).await;
    }
    let turn = server.turns.take(spec.path, server.config().limits.concurrent);
    server.script.play(&server);
    let method = request.method().clone();
    let Some(ask) = read(spec, request).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let fault = server.faults.strike(spec.name, spec.path);
    let mut entry = Call {
        number: 0,
        path,
        name: spec.name,
        method: method.to_string(),
        errcode: None,
        users: ask.texts("useridlist").len(),
        window: window(&ask),
        at_ms: server.clock.wire_ms(),
        fault: fault.as_ref().map(|fault| format!("{fault:?}")),
    };
    if let Some(response) = fault.as_ref().and_then(|fault| instead(&server, spec, fault, &peer)) {
        if let Some(FaultKind::Errcode { errcode, .. }) = fault {
            entry.errcode = Some(errcode);
        }
        server.log.add(entry);
        return response;
    }
    let result = match turn {
        Some(_) => server.answer(spec, &ask, &peer),
        None => Err(Refusal::new(45033)),
    };
    entry.errcode = Some(result.as_ref().err().map_or(0, |refusal| refusal.code));
    server.log.add(entry);
    let response = match result {
        Ok(payload) => deliver(server.warned(payload, &ask), &ask),
        Err(refusal) => server.refuse(spec, &refusal, ask.malformed, &peer),
    };
    match fault {
        Some(fault) => spoil(response, fault, &peer).await,
        None => response,
    }
}

/// Passes a request on to the real API, and keeps what it answered.
async fn record(
    server: &Server,
    recorder: &Recorder,
    spec: &'static Spec,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    server.log.add(Call {
        number: 0,
        path: spec.path.to_owned(),
        name: spec.name,
        method: parts.method.to_string(),
        errcode: None,
        users: 0,
        window: None,
        at_ms: server.clock.wire_ms(),
        fault: None,
    });
    recorder.pass(spec, parts.method, parts.uri.query(), &parts.headers, body).await
}

/// The request as the server understands it; none when the body is too large.
async fn read(spec: &Spec, request: Request) -> Option<Ask> {
    let query = Query::<HashMap<String, String>>::try_from_uri(request.uri());
    let query = query.map(|query| query.0).unwrap_or_default();
    let range = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    let range = range.map(str::to_owned);
    // A POST route asked with GET behaves as if the body were empty.
    let reads_body = spec.method == Method::Post && request.method() == HttpMethod::POST;
    let bytes = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.ok()?;
    let blank = bytes.iter().all(u8::is_ascii_whitespace);
    let (body, malformed) = if !reads_body || blank {
        (Value::Null, false)
    } else {
        match serde_json::from_slice(&bytes) {
            Ok(body) => (body, false),
            Err(_) => (Value::Null, true),
        }
    };
    Some(Ask { query, body, malformed, range })
}

fn window(ask: &Ask) -> Option<(i64, i64)> {
    let between = ask.int("starttime").zip(ask.int("endtime"));
    between.or_else(|| ask.int("datetime").map(|day| (day, day + DAY_SEC)))
}

fn deliver(payload: Payload, ask: &Ask) -> Response {
    match payload {
        Payload::Json(body) => json_response(body),
        Payload::File { bytes, content_type, name } => {
            crate::routes::file(bytes, content_type, &name, ask.range.as_deref())
        }
    }
}
