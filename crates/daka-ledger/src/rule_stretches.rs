//! Rule stretches: from which day until which day someone had a rule.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;
use wecom_checkin::{Row, Rule, UserId};

use crate::{
    History, Result, intern, people,
    rules::{changes_until, typed},
    time::{date_of, day_number},
};

/// Days in a row on which someone had one rule, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleStretch {
    /// Whose.
    pub userid: UserId,
    /// First day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// The rule as WeCom sent it; `None` for no rule.
    pub rule: Option<Arc<Row<Rule>>>,
}

impl History {
    /// The rules of these people from day to day, sorted by userid, then day: no two stretches of
    /// a person overlap, and none reaches beyond the days asked for. The last rule on file goes on.
    pub async fn rules(
        &mut self,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<RuleStretch>> {
        let Self { tx, company, as_of } = self;
        let names = people::names(tx, *company, users).await?;
        let people: Vec<i64> = names.keys().copied().collect();
        let lines = changes_until(tx, *company, &people, day_number(to), *as_of).await?;
        let (first, end) = (day_number(from), day_number(to) + 1);
        let mut changes: BTreeMap<&UserId, Vec<(i64, Option<i64>)>> = BTreeMap::new();
        for (person, day, rule) in lines {
            let Some(userid) = names.get(&person) else { continue };
            let changes = changes.entry(userid).or_default();
            if day <= first {
                // Only the last change before the days still holds on them.
                changes.clear();
            }
            changes.push((day.max(first), rule));
        }
        let wanted: BTreeSet<i64> =
            changes.values().flatten().filter_map(|(_, rule)| *rule).collect();
        let mut rules: HashMap<i64, Arc<Row<Rule>>> = HashMap::new();
        for (number, text) in intern::contents(tx, *company, wanted).await? {
            rules.insert(number, Arc::new(typed(text)?));
        }
        let mut stretches = Vec::new();
        for (userid, changes) in changes {
            let ends = changes.iter().skip(1).map(|(day, _)| *day).chain([end]);
            stretches.extend(changes.iter().zip(ends).map(|(&(day, rule), until)| RuleStretch {
                userid: userid.clone(),
                from: date_of(day),
                until: date_of(until),
                rule: rule.and_then(|number| rules.get(&number).cloned()),
            }));
        }
        Ok(stretches)
    }
}
