//! What people read: one file a page, its template beside it.

mod day;
mod overview;
mod person;
mod reports;
mod rules;
mod sync;
mod team;

use std::sync::Arc;

use axum::Router;

use super::{parameters as says, route::Page, site::Site};

/// Every page.
const PAGES: [Page; 7] = [
    Page {
        path: "/",
        parameters: &[says::MONTH, says::DEPARTMENT, says::LANG],
        show: |site, question| Box::pin(overview::show(site, question)),
    },
    Page {
        path: "/team",
        parameters: &[
            says::MONTH,
            says::DEPARTMENT,
            says::STATUS,
            says::FINDING,
            says::SOUGHT,
            says::CURSOR,
            says::LANG,
        ],
        show: |site, question| Box::pin(team::show(site, question)),
    },
    Page {
        path: "/people/{userid}",
        parameters: &[says::USERID, says::MONTH, says::LANG],
        show: |site, question| Box::pin(person::show(site, question)),
    },
    Page {
        path: "/people/{userid}/{date}",
        parameters: &[says::USERID, says::DATE, says::MONTH, says::PLACE, says::LANG],
        show: |site, question| Box::pin(day::show(site, question)),
    },
    Page {
        path: "/rules",
        parameters: &[says::MONTH, says::LANG],
        show: |site, question| Box::pin(rules::show(site, question)),
    },
    Page {
        path: "/reports",
        parameters: &[says::MONTH, says::LANG],
        show: |site, question| Box::pin(reports::show(site, question)),
    },
    Page {
        path: "/sync",
        parameters: &[says::MONTH, says::LANG],
        show: |site, question| Box::pin(sync::show(site, question)),
    },
];

pub(super) fn routes() -> Router<Arc<Site>> {
    PAGES.into_iter().fold(Router::new(), |all, page| page.add_to(all))
}
