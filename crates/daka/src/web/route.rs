//! The routes of the API, each declared once: what it is called, what it takes and answers, and
//! who answers it. The router and the OpenAPI document are both made of the declaration.

use std::{collections::HashMap, pin::Pin, sync::Arc};

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{frame, problem::Problem, question::Question, site::Site};
use crate::lang::{Lang, text};

/// What a route answers, in the making.
pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send + 'a>>;

/// One address of the API.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    /// As the OpenAPI document has it.
    pub(super) path: &'static str,
    /// The same where a router writes it otherwise.
    pub(super) route: &'static str,
    pub(super) id: &'static str,
    /// What it answers, in a line.
    pub(super) summary: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) content: Content,
    pub(super) answer: for<'a> fn(&'a Site, &'a Question) -> Answer<'a>,
}

/// What comes back.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// Pages of items of that shape.
    PagesOf(&'static str),
    /// An object of that shape.
    One(&'static str),
    /// A workbook.
    Workbook,
}

/// Something that a request may say.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) says: &'static str,
}

/// Where a request says it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
}

/// How it is written.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Date,
    Month,
    /// A whole number, not below the first and not above the second.
    Whole(Option<i64>, Option<i64>),
    Flag,
    Lang,
}

type Said = (
    Result<Path<HashMap<String, String>>, PathRejection>,
    Result<Query<Vec<(String, String)>>, QueryRejection>,
);

fn read(parameters: &[Parameter], said: Said, usual: Lang) -> Result<Question, Problem> {
    let Path(path) = said.0.map_err(|e| unreadable(&e.body_text()))?;
    let Query(query) = said.1.map_err(|e| unreadable(&e.body_text()))?;
    Question::read(parameters, path.into_iter().chain(query), usual)
}

impl Operation {
    /// Adds the route to a router.
    pub(super) fn add_to(self, router: Router<Arc<Site>>) -> Router<Arc<Site>> {
        let handler = move |State(site): State<Arc<Site>>, path, query| async move {
            let usual = site.lang();
            let question = match read(self.parameters, (path, query), usual) {
                Ok(question) => question,
                Err(problem) => return problem.response(usual),
            };
            let answer = (self.answer)(&site, &question).await;
            answer.unwrap_or_else(|problem| problem.response(question.lang))
        };
        router.route(self.route, get(handler))
    }
}

/// One page for people.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) path: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) show: for<'a> fn(&'a Site, &'a Question) -> Answer<'a>,
}

impl Page {
    /// Adds the page to a router.
    pub(super) fn add_to(self, router: Router<Arc<Site>>) -> Router<Arc<Site>> {
        let handler = move |State(site): State<Arc<Site>>, path, query| async move {
            let usual = site.lang();
            let question = match read(self.parameters, (path, query), usual) {
                Ok(question) => question,
                Err(problem) => return frame::problem(&problem, usual),
            };
            let shown = (self.show)(&site, &question).await;
            shown.unwrap_or_else(|problem| frame::problem(&problem, question.lang))
        };
        router.route(self.path, get(handler))
    }
}

fn unreadable(why: &str) -> Problem {
    Problem::bad(
        text!("the address cannot be read: {why}", "无法解析地址：{why}"),
        text!("write it in UTF-8 with percent signs", "请用 UTF-8 和百分号编码书写"),
    )
}

/// An answer as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Response {
    axum::Json(value).into_response()
}
