//! `daka serve`: the attendance in a browser, and as an API.
//!
//! A request passes, from outside in: the log, the check of its `Host`, the headers that keep a
//! browser safe, compression, the `ETag`; then the one table of routes.

mod api;
mod assets;
mod cursor;
mod door;
mod etag;
mod frame;
mod mark;
mod page_of;
mod pages;
mod parameters;
mod problem;
mod question;
mod route;
mod site;
mod timeline;
mod watch;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::State, http::Uri, middleware, response::Response};
use daka_ledger::Ledger;
use tokio::net::TcpListener;
use tower_http::compression::{
    CompressionLayer, Predicate as _,
    predicate::{DefaultPredicate, NotForContentType},
};

use self::{door::Door, problem::Problem, site::Site};
use crate::{
    cli::Context,
    failure::{Exit, Failure},
    lang::text,
};

/// How long requests that are under way may take to finish once the service is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(30);

/// Serves a ledger until told to stop, then finishes the requests that are under way. `ready` is
/// told the address when the service is up.
pub(crate) async fn serve(
    context: Context,
    ledger: Ledger,
    address: SocketAddr,
    ready: impl FnOnce(&str),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let failed = |e: std::io::Error| {
        Failure::one(
            Exit::Failed,
            "network",
            text!("listening on {address} failed: {e}", "无法监听 {address}：{e}"),
            text!(
                "choose another address with --listen; port 0 takes a free one",
                "请用 --listen 另选地址；端口 0 取一个空闲端口"
            ),
        )
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let routes = routes(Arc::new(Site::new(context, ledger)), Door::of(bound));
    ready(&format!("http://{bound}"));
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let told = async move {
        stop.await;
        // Nobody listens when serving has failed.
        let _ = stopping.send(());
    };
    let late = async {
        let _ = stopped.await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        served = axum::serve(listener, routes).with_graceful_shutdown(told).into_future() => {
            served.map_err(failed)
        }
        () = late => Ok(()),
    }
}

fn routes(site: Arc<Site>, door: Door) -> Router {
    let worth = DefaultPredicate::new().and(NotForContentType::const_new(api::WORKBOOK));
    Router::new()
        .merge(api::routes())
        .merge(pages::routes())
        .merge(assets::routes())
        .merge(watch::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(async || Problem::only_reading())
        .layer(middleware::from_fn(etag::tag))
        .layer(CompressionLayer::new().compress_when(worth))
        .layer(middleware::from_fn(door::harden))
        .layer(middleware::from_fn_with_state(Arc::new(door), door::check))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), watch::note))
        .with_state(site)
}

/// An address that no route has, told as its neighbours tell it.
async fn nothing_here(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let problem = Problem::nothing_here();
    let mut said = uri.query().into_iter().flat_map(|query| query.split('&'));
    let said = said.find_map(|part| part.strip_prefix("lang=")?.parse().ok());
    let lang = said.unwrap_or(site.lang());
    if uri.path().starts_with("/api/") {
        return problem.response(lang);
    }
    frame::problem(&problem, lang)
}
