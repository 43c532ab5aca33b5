//! A question: what a request asks for, read by the parameters that its route declares.

use std::collections::BTreeMap;

use attendance::{
    Verdict,
    verdict::{FindingKind, Status},
};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wecom_checkin::UserId;

use super::{cursor::Cursor, problem::Problem, route::Parameter};
use crate::{
    days::{self, DateArg, Days, Month, MonthArg},
    failure::Failure,
    lang::{Lang, Refusal, Text, text},
    people,
};

/// Entries of a page where nobody says how many.
const USUAL_LIMIT: i64 = 100;
/// The most entries of a page.
pub(super) const MOST_ITEMS: i64 = 1_000;

/// What is asked for, by name.
#[derive(Debug)]
pub(super) struct Question {
    said: BTreeMap<&'static str, String>,
    /// The language to answer in.
    pub(super) lang: Lang,
}

impl Question {
    /// Reads what was said, of which the route must know everything, and nothing twice.
    pub(super) fn read(
        parameters: &[Parameter],
        said: impl IntoIterator<Item = (String, String)>,
        usual_lang: Lang,
    ) -> Result<Self, Problem> {
        let mut question = Self { said: BTreeMap::new(), lang: usual_lang };
        for (name, value) in said {
            let Some(known) = parameters.iter().find(|known| known.name == name) else {
                let names: Vec<&str> = parameters.iter().map(|known| known.name).collect();
                let names = names.join(", ");
                return Err(Problem::bad(
                    text!("there is no parameter {name:?}", "没有参数 {name:?}"),
                    text!("there are: {names}", "可用参数：{names}"),
                ));
            };
            if question.said.insert(known.name, value).is_some() {
                return Err(Problem::bad(
                    text!("{name} is said twice", "{name} 出现了两次"),
                    text!(
                        "separate values by commas where there may be several",
                        "可多选时用逗号分隔"
                    ),
                ));
            }
        }
        if let Some(lang) = question.one("lang")? {
            question.lang = lang;
        }
        Ok(question)
    }

    /// What was said under a name; nothing where it is empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.said.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn one<T: std::str::FromStr<Err = Refusal>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Problem> {
        let value = self.text(name).map(str::parse).transpose();
        value.map_err(|Refusal(why)| wrong(name, &why))
    }

    /// The days of `month`, or from `from` to `to`.
    pub(super) fn days(&self, today: Date) -> Result<Option<Days>, Problem> {
        let month: Option<MonthArg> = self.one("month")?;
        let (from, to): (Option<DateArg>, Option<DateArg>) = (self.one("from")?, self.one("to")?);
        match (month, from, to) {
            (Some(month), None, None) => Ok(month.on(today).map(Month::days)),
            (None, None, None) => Ok(None),
            (None, Some(from), to) => {
                let to = to.unwrap_or(DateArg::Today).on(today);
                Ok(Some(days::from_to(from.on(today), to)?))
            }
            (Some(_), ..) | (None, None, Some(_)) => Err(Problem::bad(
                text!(
                    "the days are said by month, or by from with or without to",
                    "日期请用 month，或用 from（可加 to）"
                ),
                text!(
                    "send month=2026-10, or from=2026-10-01&to=2026-10-31",
                    "例如 month=2026-10，或 from=2026-10-01&to=2026-10-31"
                ),
            )),
        }
    }

    /// The month; nothing where none is said.
    pub(super) fn month(&self, today: Date) -> Result<Option<Month>, Problem> {
        let month: Option<MonthArg> = self.one("month")?;
        Ok(month.and_then(|month| month.on(today)))
    }

    /// What chooses among the people and days of a page.
    pub(super) fn filters(&self) -> Vec<(&'static str, String)> {
        const NOT: [&str; 5] = ["month", "lang", "cursor", "userid", "date"];
        let filters =
            self.said.iter().filter(|(name, value)| !NOT.contains(*name) && !value.is_empty());
        filters.map(|(name, value)| (*name, value.clone())).collect()
    }

    /// The days, which must be said.
    pub(super) fn required_days(&self, today: Date) -> Result<Days, Problem> {
        self.days(today)?.ok_or_else(|| {
            Problem::bad(
                text!("no days are named", "没有指定日期"),
                text!(
                    "send month=2026-10, or from=2026-10-01&to=2026-10-31",
                    "例如 month=2026-10，或 from=2026-10-01&to=2026-10-31"
                ),
            )
        })
    }

    /// One day, as a part of the address.
    pub(super) fn day(&self, today: Date) -> Result<Days, Problem> {
        let date: Option<DateArg> = self.one("date")?;
        let date = date.map(|date| date.on(today)).ok_or_else(Problem::nothing_here)?;
        Ok(days::from_to(date, date)?)
    }

    /// A person, as a part of the address.
    pub(super) fn userid(&self) -> Result<UserId, Problem> {
        Ok(people::userid(self.text("userid").unwrap_or_default())?)
    }

    /// The people who are named; `None` where nobody is.
    pub(super) fn users(&self) -> Result<Option<Vec<UserId>>, Problem> {
        let Some(text) = self.text("userid") else { return Ok(None) };
        let users: Result<Vec<UserId>, Failure> = text.split(',').map(people::userid).collect();
        Ok(Some(users?))
    }

    /// A department's number.
    pub(super) fn department(&self) -> Result<Option<i64>, Problem> {
        self.whole("department")
    }

    /// How many entries a page may have.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        let limit = self.whole("limit")?.unwrap_or(USUAL_LIMIT);
        let within = (1..=MOST_ITEMS).contains(&limit);
        usize::try_from(limit).ok().filter(|_| within).ok_or_else(|| {
            wrong("limit", &text!("it is from 1 to {MOST_ITEMS}", "应为 1 至 {MOST_ITEMS}"))
        })
    }

    /// A number.
    pub(super) fn whole(&self, name: &'static str) -> Result<Option<i64>, Problem> {
        let number = self.text(name).map(str::parse).transpose();
        number.map_err(|_| wrong(name, &text!("it is a whole number", "应为整数")))
    }

    /// Whether something is wanted: `true` or `false`.
    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(wrong(name, &text!("it is true or false", "应为 true 或 false"))),
        }
    }

    /// Whether a day is among the outcomes and has one of the findings that are asked for; `None`
    /// where nothing of that kind is.
    pub(super) fn wanted(&self) -> Result<Option<impl Fn(&Verdict) -> bool + use<>>, Problem> {
        let statuses: Vec<Status> = self.words("status")?;
        let findings: Vec<FindingKind> = self.words("finding")?;
        let any = statuses.is_empty() && findings.is_empty();
        Ok((!any).then_some(move |verdict: &Verdict| {
            let found = |kind: &FindingKind| verdict.finding(*kind).is_some();
            (statuses.is_empty() || statuses.contains(&verdict.status))
                && (findings.is_empty() || findings.iter().any(found))
        }))
    }

    /// Words as the verdict's JSON has them.
    fn words<T: DeserializeOwned>(&self, name: &'static str) -> Result<Vec<T>, Problem> {
        let words = self.text(name).into_iter().flat_map(|text| text.split(','));
        words
            .map(|word| {
                serde_json::from_value(Value::String(word.to_owned()))
                    .map_err(|why| wrong(name, &text!("{why}", "{word:?} 无效；{why}")))
            })
            .collect()
    }

    /// Where the page begins.
    pub(super) fn cursor<K: serde::Serialize + DeserializeOwned>(
        &self,
    ) -> Result<Option<Cursor<K>>, Problem> {
        let Some(text) = self.text("cursor") else { return Ok(None) };
        Cursor::read(text).map(Some).ok_or_else(|| {
            wrong("cursor", &text!("it is no next_cursor of this list", "不是本列表的 next_cursor"))
        })
    }
}

fn wrong(name: &'static str, why: &Text) -> Problem {
    Problem::bad(
        text!([why], "{name}: {why}", "{name}：{why}"),
        text!("/api/v1/openapi.json describes the parameters", "参数说明见 /api/v1/openapi.json"),
    )
}
