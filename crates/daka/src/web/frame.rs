//! The frame around every page: its head, the way to the other pages, month and language.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};

use super::{problem::Problem, question::Question, site::Site};
use crate::{
    days::Month,
    lang::{Lang, Text, text},
};

/// What the frame shows.
pub(super) struct Frame {
    pub(super) lang: Lang,
    pub(super) title: String,
    /// The page that is shown, as its address begins.
    here: &'static str,
    pub(super) month: Option<Month>,
    /// The language where the address names it; links then name it too.
    pub(super) said_lang: bool,
    /// What else the address says, which another month or language keeps.
    pub(super) kept: Vec<(&'static str, String)>,
}

/// The pages that the frame leads to.
const WAYS: [(&str, &str, &str); 5] = [
    ("/", "概览", "Overview"),
    ("/team", "团队", "Team"),
    ("/rules", "规则", "Rules"),
    ("/reports", "报表", "Reports"),
    ("/sync", "同步", "Sync"),
];

impl Frame {
    /// The frame of a page that shows a month: the one that is asked for, else the last of which
    /// anything is known.
    pub(super) async fn of_month(
        site: &Site,
        question: &Question,
        here: &'static str,
        title: &Text,
    ) -> Result<(Self, Month), Problem> {
        let month = match question.month(site.today())? {
            Some(month) => month,
            None => site.last_month().await?,
        };
        let frame = Self { month: Some(month), ..Self::new(question, here, title) };
        Ok((frame, month))
    }

    /// The frame of a page that shows no month.
    pub(super) fn new(question: &Question, here: &'static str, title: &Text) -> Self {
        Self {
            lang: question.lang,
            title: title.in_lang(question.lang).to_owned(),
            here,
            month: None,
            said_lang: question.text("lang").is_some(),
            kept: question.filters(),
        }
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let (lang, here) = (self.lang, self.here);
        WAYS.into_iter().map(move |(way, zh, en)| (way, lang.pick(zh, en), way == here))
    }

    /// What a link says after its question mark, so that month and language stay.
    pub(super) fn query(&self) -> String {
        let month = self.month.map(|month| format!("month={month}"));
        let lang = self.said_lang.then(|| format!("lang={}", self.code()));
        month.into_iter().chain(lang).collect::<Vec<_>>().join("&")
    }

    pub(super) fn code(&self) -> &'static str {
        self.lang.pick("zh", "en")
    }

    pub(super) fn html_lang(&self) -> &'static str {
        self.lang.pick("zh-Hans", "en")
    }

    pub(super) fn other_lang(&self) -> (&'static str, &'static str) {
        self.lang.pick(("en", "English"), ("zh", "中文"))
    }

    pub(super) fn month_before(&self) -> Option<Month> {
        self.month?.before()
    }

    pub(super) fn month_after(&self) -> Option<Month> {
        self.month?.after()
    }
}

/// A page as an answer.
pub(super) fn html(page: &impl Template) -> Result<Response, Problem> {
    let text = page.render().map_err(|e| {
        Problem::broken(text!("the page cannot be written: {e}", "页面无法生成：{e}"))
    })?;
    Ok(Html(text).into_response())
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame,
    status: u16,
    detail: &'a str,
    hint: &'a str,
}

/// A problem as a page that says what to do.
pub(super) fn problem(problem: &Problem, lang: Lang) -> Response {
    let title = if problem.status == StatusCode::NOT_FOUND {
        text!("Not found", "没有找到")
    } else {
        text!("Not answered", "无法回答")
    };
    let frame = Frame {
        lang,
        title: title.in_lang(lang).to_owned(),
        here: "",
        month: None,
        said_lang: true,
        kept: Vec::new(),
    };
    let page = ProblemPage {
        frame,
        status: problem.status.as_u16(),
        detail: problem.detail.in_lang(lang),
        hint: problem.hint.in_lang(lang),
    };
    match page.render() {
        Ok(text) => (problem.status, Html(text)).into_response(),
        Err(_) => problem.response(lang),
    }
}
