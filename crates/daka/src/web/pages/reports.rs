//! Workbooks to take away.

use askama::Template;
use axum::response::Response;

use crate::{
    days::Month,
    lang::text,
    web::{
        frame::{Frame, html},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// Months that are offered.
const MONTHS: usize = 12;

#[derive(Template)]
#[template(path = "pages/reports.html")]
struct Reports {
    frame: Frame,
    months: Vec<Month>,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let frame = Frame::new(question, "/reports", &text!("Reports", "报表"));
    let covered = site.ledger.covered().await.map_err(|e| crate::ledger::failure(&e))?;
    let months = covered.map(|(first, _)| {
        let latest = Month::of(site.today());
        let back = std::iter::successors(latest, |month| month.before());
        back.take_while(|month| month.days().last() >= first).take(MONTHS).collect()
    });
    html(&Reports { frame, months: months.unwrap_or_default() })
}
