//! `/api/v1`: what programs ask.

mod coverage;
mod openapi;
mod people;
mod records;
mod reports;
mod rules;
mod runs;
mod verdicts;

use std::sync::Arc;

use axum::{Router, http::header, routing::get};

pub(super) use self::{records::without_place, reports::WORKBOOK};
use super::{
    parameters as says,
    route::{Content, Operation},
    site::Site,
};

/// Everything the API answers, beside the document that describes it.
const OPERATIONS: [Operation; 9] = [
    Operation {
        path: "/api/v1/people",
        route: "/api/v1/people",
        id: "people",
        summary: "Who is in the company, in byte order of userid",
        parameters: &[says::USERIDS, says::DEPARTMENT, says::CURSOR, says::LIMIT, says::LANG],
        content: Content::PagesOf("Person"),
        answer: |site, question| Box::pin(people::list(site, question)),
    },
    Operation {
        path: "/api/v1/verdicts",
        route: "/api/v1/verdicts",
        id: "verdicts",
        summary: "Verdicts as `daka judge` has them, by userid, then date",
        parameters: &[
            says::MONTH,
            says::FROM,
            says::TO,
            says::USERIDS,
            says::DEPARTMENT,
            says::STATUS,
            says::FINDING,
            says::CURSOR,
            says::LIMIT,
            says::LANG,
        ],
        content: Content::PagesOf("Verdict"),
        answer: |site, question| Box::pin(verdicts::list(site, question)),
    },
    Operation {
        path: "/api/v1/verdicts/{userid}/{date}",
        route: "/api/v1/verdicts/{userid}/{date}",
        id: "verdict",
        summary: "The verdict on one person's day",
        parameters: &[says::USERID, says::DATE, says::LANG],
        content: Content::One("Verdict"),
        answer: |site, question| Box::pin(verdicts::one(site, question)),
    },
    Operation {
        path: "/api/v1/verdicts/{userid}/{date}/explanation",
        route: "/api/v1/verdicts/{userid}/{date}/explanation",
        id: "explanation",
        summary: "Why the day was judged so, as `daka explain --format json` has it",
        parameters: &[says::USERID, says::DATE, says::LANG],
        content: Content::One("Explanation"),
        answer: |site, question| Box::pin(verdicts::explanation(site, question)),
    },
    Operation {
        path: "/api/v1/records",
        route: "/api/v1/records",
        id: "records",
        summary: "Check-in records as WeCom sent them, by userid, then time; places, networks and photos only with `place=true`",
        parameters: &[
            says::MONTH,
            says::FROM,
            says::TO,
            says::USERIDS,
            says::DEPARTMENT,
            says::PLACE,
            says::CURSOR,
            says::LIMIT,
            says::LANG,
        ],
        content: Content::PagesOf("Record"),
        answer: |site, question| Box::pin(records::list(site, question)),
    },
    Operation {
        path: "/api/v1/rules",
        route: "/api/v1/rules",
        id: "rules",
        summary: "Who had which rule on which days, by userid, then day",
        parameters: &[
            says::MONTH,
            says::FROM,
            says::TO,
            says::USERIDS,
            says::DEPARTMENT,
            says::CURSOR,
            says::LIMIT,
            says::LANG,
        ],
        content: Content::PagesOf("RuleStretch"),
        answer: |site, question| Box::pin(rules::list(site, question)),
    },
    Operation {
        path: "/api/v1/coverage",
        route: "/api/v1/coverage",
        id: "coverage",
        summary: "Which days of whose records were asked for, and when last",
        parameters: &[
            says::MONTH,
            says::FROM,
            says::TO,
            says::USERIDS,
            says::DEPARTMENT,
            says::CURSOR,
            says::LIMIT,
            says::LANG,
        ],
        content: Content::PagesOf("Coverage"),
        answer: |site, question| Box::pin(coverage::list(site, question)),
    },
    Operation {
        path: "/api/v1/runs",
        route: "/api/v1/runs",
        id: "runs",
        summary: "What `daka sync` did, latest first",
        parameters: &[says::BEFORE, says::LIMIT, says::LANG],
        content: Content::PagesOf("Run"),
        answer: |site, question| Box::pin(runs::list(site, question)),
    },
    Operation {
        path: "/api/v1/reports/{month}.xlsx",
        // The router takes no name with an ending.
        route: "/api/v1/reports/{month}",
        id: "report",
        summary: "The month's workbook, as `daka report` writes it",
        parameters: &[says::OF_MONTH, says::LANG],
        content: Content::Workbook,
        answer: |site, question| Box::pin(reports::workbook(site, question)),
    },
];

pub(super) fn routes() -> Router<Arc<Site>> {
    let document = openapi::document(&OPERATIONS).to_string();
    let described = get(async move || ([(header::CONTENT_TYPE, "application/json")], document));
    let router = OPERATIONS.into_iter().fold(Router::new(), |all, one| one.add_to(all));
    router.route("/api/v1/openapi.json", described)
}
