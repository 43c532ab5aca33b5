//! From a request to an answer: token, right, rate, then the call; faults where they were ordered.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderValue, Method as HttpMethod, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde_json::Value;

use crate::answer::{Payload, Refusal};
use crate::ask::Ask;
use crate::bucket::Buckets;
use crate::call_log::{Call, CallLog};
use crate::calls::{self, Method, Right, Spec};
use crate::clock::Clockwork;
use crate::data_folder::DataFolder;
use crate::day::DAY_SEC;
use crate::faults::{FaultBook, FaultKind};
use crate::scenario::Script;
use crate::settings::Config;
use crate::token::Tokens;
use crate::wire::Peer;
use crate::world::{View, World};

/// The largest request body read; a face photo is the largest that a call documents.
const BODY_LIMIT: usize = 4 << 20;

/// Everything an answer may need.
pub(crate) struct Server {
    config: RwLock<Arc<Config>>,
    pub(crate) script: Script,
    pub(crate) corp_id: String,
    pub(crate) secret: String,
    pub(crate) contact_secret: String,
    pub(crate) clock: Clockwork,
    pub(crate) tokens: Tokens,
    pub(crate) world: World,
    pub(crate) faults: FaultBook,
    pub(crate) log: CallLog,
    data: Option<DataFolder>,
    buckets: Mutex<HashMap<&'static str, Buckets>>,
    running: AtomicUsize,
    hints: AtomicU64,
    wrong_secrets: Mutex<Vec<i64>>,
}

impl Server {
    pub(crate) fn new(config: Config, world: World, data: Option<DataFolder>) -> Self {
        let company = &world.company;
        Self {
            corp_id: company.corp_id(),
            secret: company.secret(),
            contact_secret: company.contact_secret(),
            clock: Clockwork::start(config.clock),
            tokens: Tokens::new(format!("emu{}", company.seed)),
            faults: FaultBook::new(company.seed, config.faults.clone()),
            log: CallLog::default(),
            data,
            buckets: Mutex::default(),
            running: AtomicUsize::new(0),
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
        let running = self.running.fetch_add(1, Ordering::Relaxed);
        let result = if running >= self.config().limits.concurrent {
            Err(Refusal::new(45033))
        } else {
            self.may_call(spec, ask, peer).and_then(|()| match (&self.data, spec.plays) {
                (Some(data), true) => data.play(spec, ask),
                _ => (spec.answer)(self, ask),
            })
        };
        self.running.fetch_sub(1, Ordering::Relaxed);
        result
    }

    fn refuse(&self, spec: &Spec, refusal: &Refusal, malformed: bool, peer: &Peer) -> Response {
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
    let path = request.uri().path().trim_start_matches("/cgi-bin/").to_owned();
    let Some(spec) = calls::find(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
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
    let result = server.answer(spec, &ask, &peer);
    entry.errcode = Some(result.as_ref().err().map_or(0, |refusal| refusal.code));
    server.log.add(entry);
    let response = match result {
        Ok(payload) => deliver(payload, &ask),
        Err(refusal) => server.refuse(spec, &refusal, ask.malformed, &peer),
    };
    match fault {
        Some(fault) => spoil(response, fault, &peer).await,
        None => response,
    }
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

/// The answer of a fault that comes in place of the call.
fn instead(server: &Server, spec: &Spec, fault: &FaultKind, peer: &Peer) -> Option<Response> {
    match fault {
        FaultKind::Errcode { errcode, errmsg } => {
            let refusal = match errmsg {
                Some(text) => Refusal::saying(*errcode, text.clone()),
                None => Refusal::new(*errcode),
            };
            Some(server.refuse(spec, &refusal, false, peer))
        }
        FaultKind::HttpStatus { status } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            Some((status, "the gateway is not well").into_response())
        }
        FaultKind::Html => {
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head>\
                        <body><h1>Network sign-in</h1></body></html>";
            Some(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
        }
        FaultKind::DropBefore => {
            peer.cut();
            Some(StatusCode::NO_CONTENT.into_response())
        }
        _ => None,
    }
}

/// The answer of a fault that spoils what the call answered.
async fn spoil(mut response: Response, fault: FaultKind, peer: &Peer) -> Response {
    match fault {
        FaultKind::Delay { delay_ms } => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            response
        }
        FaultKind::EmptyBody => with_body(response, |_| Bytes::new()).await,
        FaultKind::Truncated => with_body(response, |bytes| half(&bytes)).await,
        FaultKind::NumbersAsStrings => with_body(response, |bytes| strings(&bytes)).await,
        FaultKind::NoContentType => {
            response.headers_mut().remove(header::CONTENT_TYPE);
            response
        }
        FaultKind::DropDuring => {
            let (mut parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            let length = HeaderValue::from(bytes.len());
            parts.headers.insert(header::CONTENT_LENGTH, length);
            let first = futures::stream::iter([Ok(half(&bytes))]);
            let broken = futures::stream::once(async {
                // Lets the first half reach the line before it breaks.
                tokio::task::yield_now().await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            });
            Response::from_parts(parts, Body::from_stream(first.chain(broken)))
        }
        FaultKind::DropAfter => {
            peer.cut();
            response
        }
        _ => response,
    }
}

async fn with_body(response: Response, change: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(bytes)))
}

fn half(bytes: &Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

fn strings(bytes: &Bytes) -> Bytes {
    fn restate(value: Value) -> Value {
        match value {
            Value::Number(number) => Value::String(number.to_string()),
            Value::Array(items) => items.into_iter().map(restate).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key, restate(value))).collect()
            }
            other => other,
        }
    }
    serde_json::from_slice::<Value>(bytes)
        .map_or_else(|_| bytes.clone(), |value| Bytes::from(restate(value).to_string()))
}
