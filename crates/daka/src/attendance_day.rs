//! Which of the records that a window brought count for the days asked for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use attendance::{Company, Person, attribute};
use futures::StreamExt as _;
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{
    Client, Record, Row, Rule, UserId, UserKey,
    rule::{MemberRule, RuleKind},
    schedule::Schedule,
    units::UnixTime,
};

use crate::days::Days;

/// Sorts records by attendance day.
///
/// A record's attendance day is at most one off its calendar date, so the rules matter only for
/// records at either edge of the days, and only they are asked about.
pub(crate) struct AttendanceDays {
    client: Client,
    company: Company,
    days: Days,
    /// One copy of each rule, by its text.
    rules: HashMap<String, Arc<Rule>>,
}

impl AttendanceDays {
    /// `company` supplies zone and clock.
    pub(crate) fn new(client: Client, company: Company, days: Days) -> Self {
        Self { client, company, days, rules: HashMap::new() }
    }

    /// The records whose attendance day is one of the days.
    pub(crate) async fn keep(&mut self, rows: Vec<Row<Record>>) -> Vec<Row<Record>> {
        let (mut kept, edge): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| self.is_well_inside(row));
        if edge.is_empty() {
            return kept;
        }
        let mut people = self.people(&edge).await;
        let mut by_person: BTreeMap<UserKey, Vec<Row<Record>>> = BTreeMap::new();
        for row in edge {
            by_person.entry(row.userid.key()).or_default().push(row);
        }
        for (key, rows) in by_person {
            let mut person = people.remove(&key).unwrap_or_default();
            person.records = rows.iter().map(|row| Record::clone(row)).collect();
            let attributed = attribute(&self.company, &person);
            let days = attributed.into_iter().map(|attributed| attributed.day);
            let inside = rows.into_iter().zip(days).filter(|(_, day)| self.days.contains(*day));
            kept.extend(inside.map(|(row, _)| row));
        }
        kept
    }

    fn is_well_inside(&self, record: &Record) -> bool {
        let Some(at) = record.checkin_time.and_then(UnixTime::timestamp) else { return false };
        let date = at.to_zoned(self.company.zone().clone()).date();
        self.days.first() < date && date < self.days.last()
    }

    /// The dates whose rules may claim a record at the edge.
    fn edge_dates(&self) -> Vec<Date> {
        let (first, last) = (self.days.first(), self.days.last());
        let mut dates =
            vec![first.saturating_sub(1.day()), first, last, last.saturating_add(1.day())];
        dates.dedup();
        dates
    }

    /// The rules and schedules at the edges. What cannot be had is done without: the record itself
    /// then says where it belongs.
    async fn people(&mut self, edge: &[Row<Record>]) -> HashMap<UserKey, Person> {
        let mut userids: Vec<UserId> = edge.iter().map(|row| row.userid.clone()).collect();
        userids.sort_unstable();
        userids.dedup();
        let mut people: HashMap<UserKey, Person> = HashMap::new();
        let mut by_shift = Vec::new();
        let mut rules = self.client.rules(userids, self.edge_dates()).slices();
        while let Some(slice) = rules.next().await {
            match slice.rows {
                Ok(rows) => {
                    for row in rows {
                        self.add_rule(&mut people, &mut by_shift, slice.core.first(), &row);
                    }
                }
                Err(error) => tracing::warn!(%error, "attendance days are told without rules"),
            }
        }
        for schedule in self.schedules(by_shift).await {
            let userid = schedule.userid.clone().unwrap_or_default();
            people.entry(userid.key()).or_default().schedules.push(schedule);
        }
        people
    }

    fn add_rule(
        &mut self,
        people: &mut HashMap<UserKey, Person>,
        by_shift: &mut Vec<UserId>,
        date: Date,
        row: &Row<MemberRule>,
    ) {
        let Some(userid) = &row.userid else { return };
        let rule = row.field("group").zip(row.group.as_ref()).map(|(text, rule)| {
            let known = self.rules.entry(text.get().to_owned());
            Arc::clone(known.or_insert_with(|| Arc::new(rule.clone())))
        });
        if rule.as_ref().is_some_and(|rule| rule.grouptype == Some(RuleKind::Shift)) {
            by_shift.push(userid.clone());
        }
        people.entry(userid.key()).or_default().rules.push((date, rule));
    }

    async fn schedules(&self, people: Vec<UserId>) -> Vec<Schedule> {
        let edges = self.edge_dates();
        let span = edges.first().zip(edges.last()).and_then(|(&a, &b)| Days::new(a, b).ok());
        let Some(span) = span.filter(|_| !people.is_empty()) else { return Vec::new() };
        let mut schedules = Vec::new();
        let mut slices = self.client.schedules(people, span).slices();
        while let Some(slice) = slices.next().await {
            match slice.rows {
                Ok(rows) => schedules.extend(rows.into_iter().map(Row::into_typed)),
                Err(error) => tracing::warn!(%error, "attendance days are told without schedules"),
            }
        }
        schedules
    }
}
