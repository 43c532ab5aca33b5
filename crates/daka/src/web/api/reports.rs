//! The month's workbook.

use std::io::Seek as _;

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse as _, Response},
};
use tokio::runtime::Handle;
use tokio_util::io::ReaderStream;

use crate::{
    cli::{Bound, write_book},
    days::Month,
    failure::{Failure, FileWork},
    judging::Judging,
    lang::text,
    output::Sink,
    web::{problem::Problem, question::Question, site::Site},
};

/// What a workbook is called on the wire.
pub(in crate::web) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn workbook(site: &Site, question: &Question) -> Result<Response, Problem> {
    let month = question.text("month").and_then(|file| file.strip_suffix(".xlsx"));
    let month: Month =
        month.and_then(|month| month.parse().ok()).ok_or_else(Problem::nothing_here)?;
    let mut context = site.context();
    if question.text("lang").is_some() {
        context.settings.report_lang = question.lang;
    }
    let _turn = site.reports.acquire().await;
    let unwritable = |e| Failure::file(&std::env::temp_dir(), FileWork::Write, &e);
    let mut file = tempfile::tempfile().map_err(unwritable)?;
    let sink = Sink::nameless(file.try_clone().map_err(unwritable)?);
    let ledger = site.ledger.clone();
    // A report judges a company; its threads are not those that answer requests.
    let runtime = Handle::current();
    let written = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let judging = Judging::new(&context.settings, context.now, &ledger, None).await?;
            write_book(&context, judging, &ledger, None, month.days(), (Bound::Xlsx, sink, None))
                .await
        })
    });
    written
        .await
        .map_err(|e| Problem::broken(text!("the report broke off: {e}", "报表中断：{e}")))??;
    file.rewind().map_err(unwritable)?;
    let bytes = ReaderStream::new(tokio::fs::File::from_std(file));
    let name = format!("attachment; filename=\"attendance-{month}.xlsx\"");
    let head = [(header::CONTENT_TYPE, WORKBOOK.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, Body::from_stream(bytes)).into_response())
}
