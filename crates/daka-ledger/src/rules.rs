//! Rules: who had which rule from which day on, and the company's own list of its rules.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::{Row, Rule, UserId, rule::MemberRule};

use crate::{
    Call, Counts, Error, Ledger, Result, RunId, Slice, coverage,
    db::Tx,
    diff::Fact,
    intern, people,
    shape::minified,
    time::{self, date_of, day_number, millis},
    versioned::{Scope, VersionedTable, later},
};

pub(crate) const RULE_FROM: VersionedTable = VersionedTable {
    name: "rule_from",
    key: &["person", "day"],
    numbered: false,
    content: &["rule"],
};
pub(crate) const CORP_RULE: VersionedTable =
    VersionedTable { name: "corp_rule", key: &["groupid"], numbered: true, content: &["rule"] };

/// Where a person's rule changes: from that day on it is this text (`None` for no rule), until the
/// next change. Never twice the same in a row.
type Changes = BTreeMap<i64, Option<i64>>;

/// A person's rules: each from a day on, until the next; `None` for no rule.
type Rules = Vec<(Date, Option<Arc<Rule>>)>;

/// What one commit says of one person: the rule of each day it asked about.
type Answer = BTreeMap<i64, Option<i64>>;

/// The changes after an answer is taken in.
///
/// `asked_until` is the last day that was ever asked about before: what is on file of the days up
/// to it was told, what is on file beyond it only continues the last answer.
fn merged(on_file: &Changes, answer: &Answer, asked_until: Option<i64>) -> Changes {
    let in_force = |day: i64| on_file.range(..=day).next_back().map(|(_, rule)| *rule);
    let mut told: Changes = on_file.clone();
    for (&day, &rule) in answer {
        let next = day + 1;
        if asked_until.is_some_and(|last| next <= last)
            && !answer.contains_key(&next)
            && let Some(rule) = in_force(next)
        {
            told.insert(next, rule);
        }
        told.insert(day, rule);
    }
    let mut last: Option<Option<i64>> = None;
    told.retain(|_, rule| last.replace(*rule) != Some(*rule));
    told
}

impl Ledger {
    /// Takes in answers of `getcheckinoption`: the slice's people, asked day by day.
    ///
    /// Someone whom the answer of a day does not name, or names without a rule, has none that day.
    pub async fn commit_rules(
        &self,
        run: RunId,
        slice: Slice<'_>,
        days: &[(Date, Vec<Row<MemberRule>>)],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let fetched_at = millis(slice.fetched_at);
        let mut tx = self.write("filing rules").await?;
        let filed = people::file(&mut tx, company, fetched_at, slice.people).await?;
        let asked: BTreeSet<i64> = filed.values().map(|p| p.person).collect();
        let ids: Vec<i64> = asked.iter().copied().collect();

        let mut told: BTreeMap<(i64, i64), String> = BTreeMap::new();
        for (date, rows) in days {
            for row in rows {
                let Some(userid) = &row.userid else { continue };
                let Some(person) = filed.get(&userid.key()) else { continue };
                let Some(rule) = rule_text(row) else { continue };
                told.insert((person.person, day_number(*date)), rule);
            }
        }
        let texts = told.values().cloned().collect();
        let numbers = intern::texts(&mut tx, company, texts).await?;

        let (on_file, mut taken) = changes(&mut tx, company, &ids).await?;
        let known = coverage::last_days(&mut tx, company, Call::Rules, &ids).await?;
        let mut counts = Counts::default();
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for &person in &asked {
            let answer: Answer = days
                .iter()
                .map(|(date, _)| {
                    let day = day_number(*date);
                    let text = told.get(&(person, day));
                    (day, text.and_then(|text| numbers.get(text).copied()))
                })
                .collect();
            let before = on_file.get(&person).cloned().unwrap_or_default();
            let now = merged(&before, &answer, known.get(&person).copied());
            counts += tally(&before, &answer);
            for (&day, &rule) in &now {
                if before.get(&day) != Some(&rule) {
                    opened.push([person.into(), day.into(), rule.into()]);
                }
            }
            closed.extend(
                before
                    .iter()
                    .filter(|(day, rule)| now.get(day) != Some(rule))
                    .map(|(day, _)| vec![person.into(), (*day).into()]),
            );
        }
        if opened.is_empty() && closed.is_empty() {
            taken = None;
        }
        let at = later(fetched_at, [taken]);
        RULE_FROM.close(&mut tx, company, at, closed).await?;
        RULE_FROM.open(&mut tx, company, at, opened).await?;
        coverage::mark(&mut tx, company, Call::Rules, slice, &asked, at, run).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Takes in an answer of `getcorpcheckinoption`: all rules there are.
    pub async fn commit_corp_rules(&self, at: Timestamp, rules: &[Row<Rule>]) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing the company's rules").await?;
        let texts: Vec<(i64, String)> = rules
            .iter()
            .map(|rule| (rule.groupid.map_or(0, |id| id.0), minified(rule.raw()).into_owned()))
            .collect();
        let wanted = texts.iter().map(|(_, text)| text.clone()).collect();
        let numbers = intern::texts(&mut tx, company, wanted).await?;
        let told = texts
            .into_iter()
            .filter_map(|(id, text)| {
                let number = *numbers.get(&text)?;
                Some(Fact { identity: vec![id.into()], content: vec![number.into()] })
            })
            .collect();
        let all = Scope::default();
        let (counts, _) =
            CORP_RULE.replace(&mut tx, company, millis(at), &all, |_| true, told).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// The company's rules as `getcorpcheckinoption` last told them.
    pub async fn corp_rules(&self, as_of: Option<Timestamp>) -> Result<Vec<Row<Rule>>> {
        let mut tx = self.read("reading the company's rules").await?;
        corp_rules(&mut tx, self.company_id()?, time::as_of(as_of)).await
    }

    /// The rule that each person had on a day, as `getcheckinoption` told it; `None` for someone
    /// without, in the order of `users`.
    pub async fn rules(
        &self,
        users: &[UserId],
        on: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Option<Arc<Rule>>>> {
        let company = self.company_id()?;
        let mut tx = self.read("reading rules").await?;
        let filed = people::find(&mut tx, company, users.iter().map(UserId::key).collect()).await?;
        let ids: Vec<i64> = filed.values().map(|p| p.person).collect();
        let as_of = time::as_of(as_of);
        let found = Shelf::default().rules(&mut tx, company, &ids, on, as_of).await?;
        Ok(users
            .iter()
            .map(|userid| {
                let changes = found.get(&filed.get(&userid.key())?.person)?;
                changes.iter().rev().find(|(from, _)| *from <= on)?.1.clone()
            })
            .collect())
    }
}

/// The text of a member's rule; `None` where there is none.
fn rule_text(row: &Row<MemberRule>) -> Option<String> {
    let field = row.field("group")?;
    let text = minified(field.get()).into_owned();
    (text.starts_with('{') && text != "{}").then_some(text)
}

/// What an answer changes, counted by person-day.
fn tally(before: &Changes, answer: &Answer) -> Counts {
    let mut counts = Counts::default();
    for (day, rule) in answer {
        let was = before.range(..=*day).next_back().and_then(|(_, rule)| *rule);
        match (was, rule) {
            (None, None) => {}
            (None, Some(_)) => counts.new += 1,
            (Some(_), None) => counts.withdrawn += 1,
            (Some(was), Some(is)) if was == *is => counts.unchanged += 1,
            (Some(_), Some(_)) => counts.revised += 1,
        }
    }
    counts
}

/// The open changes of some people, and the latest instant that any version of theirs bears.
async fn changes(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
) -> Result<(HashMap<i64, Changes>, Option<i64>)> {
    let lines = tx
        .rows(
            "SELECT person, day, rule, known_from, known_to FROM rule_from
             WHERE company = $1 AND person IN $[2]",
            vec![company.into(), people.into()],
        )
        .await?;
    let (mut changes, mut latest): (HashMap<i64, Changes>, _) = (HashMap::new(), None);
    for mut line in lines {
        let (person, day, rule) = (line.int()?, line.int()?, line.opt_int()?);
        let (from, to) = (line.int()?, line.opt_int()?);
        latest = latest.max(to).max(Some(from));
        if to.is_none() {
            changes.entry(person).or_default().insert(day, rule);
        }
    }
    Ok((changes, latest))
}

async fn corp_rules(tx: &mut Tx, company: i64, as_of: i64) -> Result<Vec<Row<Rule>>> {
    let lines = CORP_RULE.read(tx, company, &Scope::default(), as_of).await?;
    let numbers = lines
        .into_iter()
        .map(|mut line| {
            line.int()?;
            line.int()
        })
        .collect::<Result<Vec<_>>>()?;
    let texts = intern::contents(tx, company, numbers.iter().copied().collect()).await?;
    numbers.into_iter().filter_map(|number| texts.get(&number).cloned()).map(typed).collect()
}

pub(crate) fn typed<T: for<'a> serde::Deserialize<'a>>(text: String) -> Result<Row<T>> {
    const ODD: Error = Error::Content("a rule that is no JSON object");
    Row::from_raw(RawValue::from_string(text).map_err(|_| ODD)?).map_err(|_| ODD)
}

/// Where the rules of these people change, up to a day: who, from which day on, and to which rule.
/// Each person's changes come by day.
pub(crate) async fn changes_until(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    to: i64,
    as_of: i64,
) -> Result<Vec<(i64, i64, Option<i64>)>> {
    let scope = Scope::among("person", people).within("day", (i64::MIN, to));
    let lines = RULE_FROM.read(tx, company, &scope, as_of).await?;
    lines.into_iter().map(|mut line| Ok((line.int()?, line.int()?, line.opt_int()?))).collect()
}

/// Rules by number, each read once.
#[derive(Debug, Default)]
pub(crate) struct Shelf(HashMap<i64, Arc<Rule>>);

impl Shelf {
    /// Each person's rules up to a day, earliest first.
    pub(crate) async fn rules(
        &mut self,
        tx: &mut Tx,
        company: i64,
        people: &[i64],
        to: Date,
        as_of: i64,
    ) -> Result<HashMap<i64, Rules>> {
        let changes = changes_until(tx, company, people, day_number(to), as_of).await?;
        let missing: BTreeSet<i64> = changes
            .iter()
            .filter_map(|(_, _, rule)| *rule)
            .filter(|rule| !self.0.contains_key(rule))
            .collect();
        for (number, text) in intern::contents(tx, company, missing).await? {
            self.0.insert(number, Arc::new(typed::<Rule>(text)?.into_typed()));
        }
        let mut by_person: HashMap<i64, Rules> = HashMap::new();
        for (person, day, rule) in changes {
            let rule = rule.and_then(|number| self.0.get(&number).cloned());
            by_person.entry(person).or_default().push((date_of(day), rule));
        }
        Ok(by_person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days as a text: a letter a day for its rule, `-` for none, a blank for not asked.
    fn answer(days: &str) -> Answer {
        (0..)
            .zip(days.chars())
            .filter(|(_, c)| *c != ' ')
            .map(|(day, c)| (day, (c != '-').then_some(i64::from(u32::from(c)))))
            .collect()
    }

    fn shown(changes: &Changes, days: i64) -> String {
        (0..days)
            .map(|day| match changes.range(..=day).next_back() {
                None => ' ',
                Some((_, None)) => '-',
                Some((_, Some(rule))) => char::from_u32(u32::try_from(*rule).unwrap()).unwrap(),
            })
            .collect()
    }

    #[test]
    fn answers_merge_into_changes() {
        for (told, expected, changes) in [
            (&["aaaa"][..], "aaaa", 1),
            (&["a", " a", "  b"], "aab", 2),
            // A day in the middle is told anew; what was told of the days after it stays.
            (&["aaaa", " b"], "abaa", 3),
            (&["aaaa", " b", " a"], "aaaa", 1),
            // Nothing was told of the days after the last: the newest answer continues.
            (&["aa", "  b"], "aabb", 2),
            (&["  b", "aa"], "aabb", 2),
            (&["--aa", "----"], "----", 1),
            (&["a", "    b", "  c"], "aacab", 4),
        ] {
            let (mut on_file, mut until) = (Changes::new(), None);
            for days in told {
                let answer = answer(days);
                on_file = merged(&on_file, &answer, until);
                until = until.max(answer.keys().next_back().copied());
            }
            let days = i64::try_from(expected.len()).unwrap();
            assert_eq!(shown(&on_file, days), expected, "{told:?}");
            assert_eq!(on_file.len(), changes, "{told:?}: {on_file:?}");
        }
    }
}
