//! What a service tells whoever watches it, over HTTP: `/healthz` and `/metrics`.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    http::{StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    cli::Context,
    failure::{Exit, Failure},
    lang::text,
    metrics::Metrics,
};

/// A service is well as long as a round got everything within so many pauses.
const PAUSES: u32 = 3;

/// How a service's rounds went.
#[derive(Debug)]
pub(super) struct Health {
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// When a round last got everything; at first, when the service began.
    whole_at: Instant,
    /// How the last round went wrong, if it did.
    wrong: Option<&'static str>,
}

impl Health {
    /// Of a service that pauses for so long between two rounds.
    pub(super) fn new(pause: Duration) -> Self {
        let state = State { whole_at: Instant::now(), wrong: None };
        Self { patience: pause * PAUSES, state: Mutex::new(state) }
    }

    /// A round has ended.
    pub(super) fn round(&self, ended: &Result<(), Failure>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match ended {
            Ok(()) => *state = State { whole_at: Instant::now(), wrong: None },
            Err(failure) if failure.exit == Exit::Partial => state.wrong = Some("was done in part"),
            Err(_) => state.wrong = Some("failed"),
        }
    }

    /// Whether the service is well, and a sentence about it.
    fn answer(&self) -> (StatusCode, String) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let since = state.whole_at.elapsed();
        let last = state.wrong.map(|wrong| format!("; the last {wrong}")).unwrap_or_default();
        if since <= self.patience {
            return (StatusCode::OK, format!("ok{last}\n"));
        }
        let minutes = since.as_secs() / 60;
        let text = format!("no sync got everything for {minutes} minutes{last}\n");
        (StatusCode::SERVICE_UNAVAILABLE, text)
    }
}

/// Listens and answers in the background for as long as the program runs.
pub(super) async fn serve(
    context: &Context,
    address: SocketAddr,
    metrics: Arc<Metrics>,
    health: Arc<Health>,
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
    let numbers = async move || ([(CONTENT_TYPE, Metrics::CONTENT_TYPE)], metrics.text());
    let routes = Router::new()
        .route("/healthz", get(async move || health.answer()))
        .route("/metrics", get(numbers));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    context.remark(&text!(
        "health and metrics on http://{bound}/healthz and http://{bound}/metrics",
        "健康检查与指标：http://{bound}/healthz 与 http://{bound}/metrics"
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Text;

    #[tokio::test(start_paused = true)]
    async fn a_service_is_ill_when_no_round_was_whole_for_three_pauses() {
        let health = Health::new(Duration::from_mins(10));
        let failed = || Err(Failure::one(Exit::Failed, "test", Text::default(), Text::default()));
        assert_eq!(health.answer(), (StatusCode::OK, "ok\n".to_owned()));
        tokio::time::advance(Duration::from_mins(20)).await;
        health.round(&failed());
        assert_eq!(health.answer(), (StatusCode::OK, "ok; the last failed\n".to_owned()));
        tokio::time::advance(Duration::from_mins(11)).await;
        let text = "no sync got everything for 31 minutes; the last failed\n".to_owned();
        assert_eq!(health.answer(), (StatusCode::SERVICE_UNAVAILABLE, text));
        health.round(&Ok(()));
        assert_eq!(health.answer(), (StatusCode::OK, "ok\n".to_owned()));
    }
}
