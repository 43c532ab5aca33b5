//! Recorded mode: requests go on to a real API, answers come back unchanged, and a masked copy is kept as a data folder.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::ask::int;
use crate::calls::Spec;
use crate::chance::{Chance, Purpose};
use crate::day::Day;
use crate::mask::Mask;

/// A recording in progress.
pub(crate) struct Recorder {
    upstream: String,
    folder: PathBuf,
    http: reqwest::Client,
    state: Mutex<Recording>,
}

struct Recording {
    mask: Mask,
    /// What was recorded so far, by file name.
    answers: BTreeMap<String, Value>,
}

/// How far places are moved at most, in microdegrees: about fifty kilometres.
const SHIFT: i64 = 450_000;

impl Recorder {
    /// Begins a recording in a folder that exists or can be made.
    pub(crate) fn begin(upstream: &str, folder: &Path, seed: u64) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        // Another part of the program may have chosen a provider before: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().build().map_err(std::io::Error::other)?;
        let mut chance = Chance::new(seed, 0, -5, Purpose::Secret);
        let shift = (chance.between(-SHIFT, SHIFT), chance.between(-SHIFT, SHIFT));
        Ok(Self {
            upstream: upstream.trim_end_matches('/').to_owned(),
            folder: folder.to_owned(),
            http,
            state: Mutex::new(Recording { mask: Mask::new(shift), answers: BTreeMap::new() }),
        })
    }

    /// Passes a request on. The answer's body comes along when it is JSON and was recorded or could have been.
    pub(crate) async fn pass(
        &self,
        spec: &Spec,
        method: Method,
        query: Option<&str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{}/cgi-bin/{}{query}", self.upstream, spec.path);
        let mut request = self.http.request(method, url).body(body.clone());
        for name in [header::CONTENT_TYPE, header::RANGE] {
            if let Some(value) = headers.get(&name) {
                request = request.header(name, value);
            }
        }
        let answered = match request.send().await {
            Ok(answered) => answered,
            Err(error) => return unreachable_upstream(error),
        };
        let status = answered.status();
        let headers = answered.headers().clone();
        let bytes = match answered.bytes().await {
            Ok(bytes) => bytes,
            Err(error) => return unreachable_upstream(error),
        };
        if let Err(error) = self.keep(spec, &body, &bytes) {
            tracing::warn!(%error, call = spec.name, "the answer was not recorded");
        }
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = status;
        for name in
            ["content-type", "error-code", "error-msg", "content-disposition", "content-range"]
        {
            if let Some(value) = headers.get(name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
        response
    }

    /// Adds a good answer to its file. Tokens are never kept.
    fn keep(&self, spec: &Spec, asked: &[u8], answered: &[u8]) -> std::io::Result<()> {
        let Ok(mut answer) = serde_json::from_slice::<Value>(answered) else { return Ok(()) };
        let good = answer.get("errcode").and_then(int).unwrap_or(0) == 0;
        if spec.name == "gettoken" || !good {
            return Ok(());
        }
        let name = file_name(spec, asked);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.mask.hide(&mut answer);
        let recorded = match state.answers.remove(&name) {
            Some(earlier) => joined(spec, earlier, answer),
            None => answer,
        };
        let text = serde_json::to_string_pretty(&recorded)?;
        state.answers.insert(name.clone(), recorded);
        std::fs::write(self.folder.join(name), text)
    }
}

/// One file a call; rules have one for each day asked for.
fn file_name(spec: &Spec, asked: &[u8]) -> String {
    let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
    let day = asked.get("datetime").and_then(int).map(|at| Day::of(at).date());
    match day {
        Some(day) if spec.name == "getcheckinoption" => format!("{}.{day}.json", spec.name),
        _ => format!("{}.json", spec.name),
    }
}

/// Rows of both answers, each once; the rest from the later one.
fn joined(spec: &Spec, mut earlier: Value, mut later: Value) -> Value {
    let Some(key) = spec.payload else { return later };
    let (Some(Value::Array(earlier)), Some(Value::Array(rows))) =
        (earlier.get_mut(key).map(Value::take), later.get_mut(key))
    else {
        return later;
    };
    let newer = std::mem::replace(rows, earlier);
    let known: HashSet<String> = rows.iter().map(Value::to_string).collect();
    rows.extend(newer.into_iter().filter(|row| !known.contains(&row.to_string())));
    // Pages were joined: nothing comes after them.
    if let Some(cursor) = later.get_mut("next_cursor") {
        *cursor = Value::from("");
    }
    later
}

fn unreachable_upstream(error: reqwest::Error) -> Response {
    // The address carries the token.
    let reason = format!("upstream: {}", error.without_url());
    (StatusCode::BAD_GATEWAY, reason).into_response()
}
