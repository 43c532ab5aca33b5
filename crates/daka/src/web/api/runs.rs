//! What syncs did.

use axum::response::Response;

use crate::{
    ledger,
    web::{
        page_of::{answer, item},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let (limit, before) = (question.limit()?, question.whole("cursor")?);
    let many = u32::try_from(limit).unwrap_or(u32::MAX);
    // One more than fit says whether there are more.
    let runs = site.ledger.runs_before(before, many.saturating_add(1)).await;
    let mut runs = runs.map_err(|e| ledger::failure(&e))?;
    let more = runs.len() > limit;
    runs.truncate(limit);
    let next = runs.last().filter(|_| more).map(|run| run.id.number().to_string());
    let items = runs.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Ok(answer(&items, next.as_deref()))
}
