//! The rules of a month: how each reads, from when, and whom it is of.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use wecom_checkin::UserId;

use crate::{
    lang::text,
    ledger,
    report::{RuleText, rule_kind},
    web::{
        frame::{Frame, html},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// People whose rules are read at once.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "pages/rules.html")]
struct OfMonth {
    frame: Frame,
    rules: Vec<Shown>,
    without: usize,
}

/// A rule as it read for a while.
struct Shown {
    name: String,
    number: String,
    kind: String,
    hours: Vec<String>,
    from: Date,
    to: Date,
    people: usize,
    /// The same rule read otherwise on other days of the month.
    changed: bool,
}

#[derive(Default)]
struct Seen {
    span: Option<(Date, Date)>,
    people: BTreeSet<UserId>,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let title = text!("Rules", "规则");
    let (frame, month) = Frame::of_month(site, question, "/rules", &title).await?;
    let (lang, days) = (frame.lang, month.days());
    let people: Vec<UserId> =
        site.members().await?.into_iter().map(|member| member.userid).collect();
    let failed = |e| ledger::failure(&e);
    let mut history = site.ledger.history(None).await.map_err(failed)?;
    let mut seen: BTreeMap<RuleText, Seen> = BTreeMap::new();
    let mut with_rule: BTreeSet<UserId> = BTreeSet::new();
    for some in people.chunks(AT_ONCE) {
        for stretch in history.rules(some, days.first(), days.last()).await.map_err(failed)? {
            let Some(rule) = &stretch.rule else { continue };
            let seen = seen.entry(RuleText::of(rule, lang)).or_default();
            let to = stretch.until.yesterday().unwrap_or(stretch.until);
            let (first, last) = seen.span.unwrap_or((stretch.from, to));
            seen.span = Some((first.min(stretch.from), last.max(to)));
            with_rule.insert(stretch.userid.clone());
            seen.people.insert(stretch.userid);
        }
    }
    let mut versions: BTreeMap<_, usize> = BTreeMap::new();
    for text in seen.keys() {
        *versions.entry(text.groupid).or_default() += 1;
    }
    let shown = seen.into_iter().filter_map(|(text, seen)| {
        let (from, to) = seen.span?;
        Some(Shown {
            changed: versions.get(&text.groupid).is_some_and(|many| *many > 1),
            number: text.groupid.map(|id| id.to_string()).unwrap_or_default(),
            kind: text.kind.map(|kind| rule_kind(kind, lang)).unwrap_or_default(),
            hours: text.hours.lines().map(str::to_owned).collect(),
            name: text.name,
            from,
            to,
            people: seen.people.len(),
        })
    });
    let rules = shown.collect();
    html(&OfMonth { frame, rules, without: people.len() - with_rule.len() })
}
