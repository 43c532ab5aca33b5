//! `daka serve`: the attendance in a browser, and as an API.

use std::{io::Write as _, net::SocketAddr};

use super::Context;
use crate::{failure::Failure, lang::text, ledger, stop_signal, web};

/// Serve the ledger as a JSON API, until told to stop
///
/// Prints `ready base=URL` when it is up. It answers only on a loopback address, and only who calls
/// it by that address or by localhost. /api/v1/openapi.json describes the API; /healthz, /readyz and
/// /metrics are for whoever watches it. Verdicts are judged when they are asked for: an answer
/// after a sync shows the sync. A signal to stop lets requests that are under way finish.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka serve
  daka serve --listen 127.0.0.1:8900 -v
  curl 'http://127.0.0.1:8900/api/v1/verdicts?month=2026-10&status=abnormal'")]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8900")]
    listen: SocketAddr,
}

/// Serves.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let address = args.listen;
    if !address.ip().is_loopback() {
        return Err(Failure::usage(
            text!(
                "--listen {address} can be reached from elsewhere, and the service asks nobody who they are",
                "--listen {address} 可被其他机器访问，而本服务不验证访问者身份"
            ),
            text!(
                "listen on a loopback address such as 127.0.0.1:8900",
                "请监听回环地址，例如 127.0.0.1:8900"
            ),
        ));
    }
    let ledger = ledger::open(&context.settings).await?;
    let ready = |base: &str| {
        let mut out = std::io::stdout();
        // A caller that does not read the line can still use the service.
        let _ = writeln!(out, "ready base={base}").and_then(|()| out.flush());
    };
    web::serve(context.by_now(), ledger, address, ready, stop_signal::arrived()).await
}
