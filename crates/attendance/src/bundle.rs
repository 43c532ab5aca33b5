//! Judging without a ledger: a JSON file that carries the API's own answers.
//!
//! Section 5 of the contract. Where it is silent:
//!
//! - an answer with an `errcode` other than 0 was not delivered: its rows are not read; where every
//!   rules answer or every record answer was refused, no day is known;
//! - a member twice in one rules answer is judged by the rule that names them (`range.userid` of
//!   the company answer), never by one that has them on its white list if there is another, else
//!   by the last;
//! - one answer may stand where a list of answers is expected;
//! - `now` defaults to 40 days after the last day;
//! - `rule_timezones` (`{"507": "America/New_York"}`) sets another zone for one rule;
//! - `coverage` (`[{"userid", "from", "to", "until"}]`, without `userid` for everyone) says which
//!   days were asked for and when, in place of `synced_until`, where that is not one instant; with
//!   `"call": "rules"`, `"schedules"` or `"approvals"` it says the same of those (`until` is then not needed), and
//!   an entry with a `call` and without days says that no day was asked for;
//! - without such an entry the rule was asked for from a person's first entry of `checkinoption`
//!   on, or from the first of all for somebody whom none names;
//! - `employment` (`[{"userid", "joined", "left", "unreported": [{"from", "to"}]}]`, each but the
//!   first optional) bounds what is judged of a person; `unreported` are stretches at the ends of
//!   months for which WeCom's day reports were kept and have none;
//! - `overrides` (`[{"userid", "id", "date", "excuse": ["late"], "by", "at", "why"}]`) are what people
//!   decided, applied after judging;
//! - keys that nobody has described are skipped.

mod json;
mod mask;
mod people;
mod write;

use std::{collections::BTreeMap, fmt, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use wecom_checkin::{GroupId, Rule, UserId};

pub use self::mask::mask;
use self::{json::Node, people::People};
use crate::{
    calendar::{Calendar, CalendarYear},
    company::{Company, default_zone},
    facts::{Known, Person},
    judge::judge,
    policy::Policy,
    verdict::Verdict,
};

/// How long after the last day "well after" is.
const NOW_AFTER_DAYS: i64 = 40;

/// A bundle, read: what holds for the company, the people, and the days asked for.
#[derive(Debug)]
pub struct Bundle {
    /// Zone, calendar, policy, company rules, clock.
    pub company: Company,
    /// The people to judge, by userid in byte order.
    pub people: Vec<Person>,
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
}

/// What is wrong with a bundle, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleError {
    field: String,
    problem: String,
}

impl BundleError {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The path of the field: `checkinoption[0].date`; empty for the file as a whole.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            write!(f, "the bundle {}", self.problem)
        } else {
            write!(f, "the bundle's {} {}", self.field, self.problem)
        }
    }
}

impl std::error::Error for BundleError {}

/// Reads a bundle and judges everyone in it: by userid in byte order, then by date.
///
/// # Errors
/// When the text is no JSON object, a required field is absent, or a field cannot be read; the
/// error names it.
///
/// ```
/// let bundle = r#"{
///     "from": "2026-06-01", "to": "2026-06-01", "users": ["li"],
///     "checkinoption": [], "checkindata": []
/// }"#;
/// let verdicts = attendance::judge_bundle(bundle)?;
/// assert_eq!(verdicts[0].status, attendance::verdict::Status::NoRule);
/// # Ok::<(), attendance::BundleError>(())
/// ```
pub fn judge_bundle(text: &str) -> Result<Vec<Verdict>, BundleError> {
    Ok(Bundle::parse(text)?.judge())
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// As [`judge_bundle`].
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|e| BundleError::new("", format!("is not JSON: {e}")))?;
        let root = Node::root(&value);
        root.object()?;
        let from = root.required("from")?.date()?;
        let to = root.required("to")?.date()?;
        if to < from {
            return Err(root.required("to")?.error("is before from"));
        }
        let zone = root.optional("timezone")?.map(|node| node.zone()).transpose()?;
        let mut company = Company::new(now(&root, to, zone.as_ref())?);
        let until = match root.optional("synced_until")? {
            Some(node) => node.timestamp()?,
            None => company.now(),
        };
        company = company_facts(company, &root, zone)?;
        let corp_rules = corp_rules(&root)?;

        let mut people = People::default();
        for user in root.list("users")? {
            people.named(&UserId::from(user.text()?));
        }
        let only_named = !people.by_key.is_empty();
        let rules_delivered = people.rules(&root, &corp_rules)?;
        let delivered = people.records(&root)? && rules_delivered;
        people.schedules(&root)?;
        people.approvals(&root)?;
        people.employment(&root)?;
        people.overrides(&root)?;
        people.asked(&root)?;
        let says_coverage = people.coverage(&root)?;

        let company = company.with_corp_rules(corp_rules.into_values());
        let known = Known { from: Date::MIN, to: Date::MAX, until };
        let mut people: Vec<Person> = people
            .by_key
            .into_values()
            .filter(|p| p.named || !only_named)
            .map(|p| p.person)
            .collect();
        if delivered && !says_coverage {
            for person in &mut people {
                person.known.push(known);
            }
        }
        people.sort_by(|a, b| a.userid.cmp(&b.userid));
        Ok(Self { company, people, from, to })
    }

    /// Judges everyone: by userid in byte order, then by date.
    pub fn judge(&self) -> Vec<Verdict> {
        self.people
            .iter()
            .flat_map(|person| judge(&self.company, person, self.from..=self.to))
            .map(|day| day.verdict)
            .collect()
    }
}

fn now(root: &Node<'_>, to: Date, zone: Option<&TimeZone>) -> Result<Timestamp, BundleError> {
    if let Some(node) = root.optional("now")? {
        return node.timestamp();
    }
    let later = to.saturating_add(jiff::Span::new().days(NOW_AFTER_DAYS));
    let zone = zone.cloned().unwrap_or_else(default_zone);
    Ok(later.to_zoned(zone).map_or(Timestamp::MAX, |zoned| zoned.timestamp()))
}

fn company_facts(
    mut company: Company,
    root: &Node<'_>,
    zone: Option<TimeZone>,
) -> Result<Company, BundleError> {
    if let Some(zone) = zone {
        company = company.with_zone(zone);
    }
    if let Some(zones) = root.optional("rule_timezones")? {
        for (id, node) in zones.entries()? {
            let id = id.parse().map_err(|_| node.error("is not under a groupid"))?;
            company = company.with_rule_zone(GroupId(id), node.zone()?);
        }
    }
    if let Some(policy) = root.optional("policy")? {
        company = company.with_policy(policy.read::<Policy>()?);
    }
    if let Some(years) = root.optional("calendar")? {
        let mut calendar = Calendar::default();
        for (year, node) in years.entries()? {
            let year: i16 = year.parse().map_err(|_| node.error("is not under a year"))?;
            calendar = calendar.with_years([(year, node.read::<CalendarYear>()?)]);
        }
        company = company.with_calendar(calendar);
    }
    Ok(company)
}

fn corp_rules(root: &Node<'_>) -> Result<BTreeMap<GroupId, Arc<Rule>>, BundleError> {
    let mut rules = BTreeMap::new();
    for answer in root.list("corpcheckinoption")? {
        for row in answer.delivered("group")? {
            let rule: Rule = row.read()?;
            if let Some(id) = rule.groupid {
                rules.insert(id, Arc::new(rule));
            }
        }
    }
    Ok(rules)
}
