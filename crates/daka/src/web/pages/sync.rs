//! What syncs did: each run, what it changed, what it could not get.

use askama::Template;
use axum::response::Response;
use daka_ledger::Run;
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    lang::text,
    ledger,
    web::{
        frame::{Frame, html},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// Runs that are shown.
const RUNS: u32 = 50;

#[derive(Template)]
#[template(path = "pages/sync.html")]
struct Sync {
    frame: Frame,
    covered: Option<(String, String)>,
    runs: Vec<Shown>,
}

struct Shown {
    number: i64,
    began: String,
    /// Minutes and seconds; nothing while it runs, or when it was killed.
    took: Option<String>,
    counts: Option<[u64; 3]>,
    failed: Vec<Failed>,
}

struct Failed {
    call: String,
    people: usize,
    days: String,
    why: String,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let frame = Frame::new(question, "/sync", &text!("Sync", "同步"));
    let failed = |e| ledger::failure(&e);
    let runs = site.ledger.runs(RUNS).await.map_err(failed)?;
    let covered = site.ledger.covered().await.map_err(failed)?;
    html(&Sync {
        frame,
        covered: covered.map(|(first, last)| (first.to_string(), last.to_string())),
        runs: runs.into_iter().map(|run| Shown::new(run, site.zone())).collect(),
    })
}

impl Shown {
    fn new(run: Run, zone: &TimeZone) -> Self {
        let shown =
            |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
        let took = run.ended_at.map(|ended| {
            let seconds = ended.duration_since(run.started_at).as_secs();
            format!("{}:{:02}", seconds / 60, seconds % 60)
        });
        let end = run.end.unwrap_or_default();
        let failed = end.failed.into_iter().map(|slice| Failed {
            call: slice.call,
            people: slice.users.len(),
            days: format!("{} – {}", slice.from, slice.to),
            why: slice.reason,
        });
        Self {
            number: run.id.number(),
            began: shown(run.started_at),
            counts: took
                .as_ref()
                .map(|_| [end.records.new, end.records.revised, end.records.withdrawn]),
            took,
            failed: failed.collect(),
        }
    }
}
