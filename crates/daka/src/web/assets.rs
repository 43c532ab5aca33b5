//! The style sheet, the script and the icon of the pages, as they were written.

use std::sync::Arc;

use axum::{Router, http::header::CONTENT_TYPE, routing::get};

use super::site::Site;

const STYLE: &str = include_str!("assets/daka.css");
const SCRIPT: &str = include_str!("assets/daka.js");
const ICON: &str = include_str!("assets/daka.svg");

pub(super) fn routes() -> Router<Arc<Site>> {
    let style = get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE));
    let script = get(async || ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT));
    let icon = get(async || ([(CONTENT_TYPE, "image/svg+xml")], ICON));
    Router::new()
        .route("/assets/daka.css", style)
        .route("/assets/daka.js", script)
        .route("/assets/daka.svg", icon)
}
