//! What the service tells whoever watches it: whether it lives, whether it can answer, its numbers,
//! and a line of log a request.

use std::{
    fmt,
    hash::BuildHasher as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};
use tokio::time::Instant;

use super::site::Site;
use crate::{lang::Lang, ledger, metrics::Metrics};

/// The label of requests that no route takes.
const NO_ROUTE: &str = "none";

/// Requests, by route and outcome; nothing of what they asked for.
pub(crate) struct Numbers {
    registry: Registry,
    requests: Family<OfAnswer, Counter>,
    duration: Family<OfRoute, Histogram, fn() -> Histogram>,
    under_way: Gauge,
    last_sync: Gauge,
    /// Tells requests of this process from those of another.
    process: u32,
    count: AtomicU64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAnswer {
    route: String,
    status: u16,
}

impl Default for Numbers {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("daka");
        let program = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("program", "The program that tells this", program);
        let requests = Family::default();
        registry.register("http_requests", "Requests answered, by outcome", requests.clone());
        let buckets: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 2.5, 11));
        let duration = Family::new_with_constructor(buckets);
        let (help, seconds) = ("How long a request took until its answer began", Unit::Seconds);
        registry.register_with_unit("http_request_duration", help, seconds, duration.clone());
        let (under_way, last_sync) = (Gauge::default(), Gauge::default());
        registry.register("http_requests_under_way", "Requests at work", under_way.clone());
        let (help, seconds) = ("When the last sync of the ledger ended", Unit::Seconds);
        registry.register_with_unit("sync_last_ended_timestamp", help, seconds, last_sync.clone());
        // A hasher's random keys are all the chance that this needs.
        let chance = std::hash::RandomState::new().hash_one(()) % u64::from(u32::MAX);
        let process = u32::try_from(chance).unwrap_or_default();
        let count = AtomicU64::new(0);
        Self { registry, requests, duration, under_way, last_sync, process, count }
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Numbers")
    }
}

impl Numbers {
    fn next_request(&self) -> String {
        format!("{:08x}-{}", self.process, self.count.fetch_add(1, Ordering::Relaxed))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// The addresses for whoever watches.
pub(super) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(numbers))
}

/// Whether the ledger can be read.
async fn ready(State(site): State<Arc<Site>>) -> (StatusCode, String) {
    match site.ledger.last_run().await {
        Ok(_) => (StatusCode::OK, "ok\n".to_owned()),
        Err(error) => {
            let said = ledger::said(&error);
            (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", said.in_lang(Lang::En)))
        }
    }
}

async fn numbers(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let numbers = &site.numbers;
    // The lag is the watcher's sum to do: it knows what time it is.
    if let Ok(Some(ended_at)) = site.ledger.last_run().await.map(|run| run.and_then(|r| r.ended_at))
    {
        numbers.last_sync.set(ended_at.as_second());
    }
    ([(CONTENT_TYPE, Metrics::CONTENT_TYPE)], numbers.text())
}

/// Counts a request and writes it into the log: its route, not its address, which names people.
pub(super) async fn note(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let numbers = &site.numbers;
    let id = numbers.next_request();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let began = Instant::now();
    let under_way = UnderWay::begin(&numbers.under_way);
    let mut response = next.run(request).await;
    drop(under_way);
    let (took, status) = (began.elapsed(), response.status().as_u16());
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(request = %id, %method, route, status, millis, "answered");
    numbers.duration.get_or_create(&OfRoute { route: route.clone() }).observe(took.as_secs_f64());
    numbers.requests.get_or_create(&OfAnswer { route, status }).inc();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A request at work, until it is answered or its caller goes away.
struct UnderWay<'a>(&'a Gauge);

impl<'a> UnderWay<'a> {
    fn begin(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
