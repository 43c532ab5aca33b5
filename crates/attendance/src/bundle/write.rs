//! Writing a bundle: what a reader judges to the same verdicts.

use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde_json::{Map, Value, json};
use wecom_checkin::{GroupId, approval::Approval, units::UnixTime};

use super::Bundle;
use crate::{
    calendar::Calendar,
    employment::Employment,
    facts::{Asked, Person},
};

/// How far around the days their facts may lie: as far as attribution looks.
const MARGIN_DAYS: i64 = 4;

impl Bundle {
    /// The bundle as JSON, in the shape that [`Bundle::parse`] reads. Of each person it has what
    /// bears on the days: the rules from the eve on, all records and schedules handed over, the
    /// approvals that touch the days or their margins; of the company rules those of these people;
    /// of the calendar the years that are not built in.
    pub fn to_json(&self) -> Value {
        let company = &self.company;
        let mut root = Map::new();
        let mut put = |key: &str, value: Value| root.insert(key.to_owned(), value);
        if let Some(zone) = company.zone().iana_name() {
            put("timezone", zone.into());
        }
        let zones: Map<String, Value> = company
            .rule_zones()
            .filter_map(|(id, zone)| Some((id.0.to_string(), zone.iana_name()?.into())))
            .collect();
        if !zones.is_empty() {
            put("rule_timezones", zones.into());
        }
        put("from", self.from.to_string().into());
        put("to", self.to.to_string().into());
        put("now", company.now().to_string().into());
        put("users", self.people.iter().map(|person| json!(person.userid)).collect());
        let mut coverage = self.asked();
        if let Some(until) = self.synced_until() {
            put("synced_until", until.to_string().into());
        } else {
            coverage.extend(self.coverage());
        }
        put("coverage", coverage.into());
        put("checkinoption", self.rules());
        put("corpcheckinoption", self.corp_rules());
        let people = || self.people.iter();
        let records = people().flat_map(|person| &person.records);
        put("checkindata", json!([answer("checkindata", records.map(|r| json!(r)).collect())]));
        let schedules = people().flat_map(|person| &person.schedules);
        let schedules = schedules.map(|schedule| json!(schedule)).collect();
        put("checkinschedulist", json!([answer("schedule_list", schedules)]));
        let approvals = people().flat_map(|person| &person.approvals);
        let near = approvals.filter(|approval| self.is_near(approval));
        put("approvals", near.map(|approval| answer("info", json!(approval))).collect());
        let employment = self.employment();
        if !employment.is_empty() {
            put("employment", employment.into());
        }
        let decided = people().flat_map(|person| {
            let days = self.from..=self.to;
            let of_days = person.overrides.iter().filter(move |o| days.contains(&o.date));
            of_days.map(|decided| {
                let mut row = json!(decided);
                if let Some(row) = row.as_object_mut() {
                    row.insert("userid".to_owned(), json!(person.userid));
                }
                row
            })
        });
        let decided: Vec<Value> = decided.collect();
        if !decided.is_empty() {
            put("overrides", decided.into());
        }
        put("calendar", self.calendar());
        put("policy", json!(company.policy()));
        root.into()
    }

    /// First and last day of what bears on the days.
    fn span(&self) -> (Date, Date) {
        let from = self.company.facts_from(self.from);
        (from.saturating_sub(MARGIN_DAYS.days()), self.to.saturating_add(MARGIN_DAYS.days()))
    }

    /// When all of the days were last asked for, where that is one instant for all of them.
    fn synced_until(&self) -> Option<Timestamp> {
        let days = || self.from.series(1.day()).take_while(|day| *day <= self.to);
        let mut told =
            self.people.iter().flat_map(|person| days().map(|day| person.known_until(day)));
        let first = told.next()??;
        told.all(|until| until == Some(first)).then_some(first)
    }

    /// Of which days rules and schedules were asked for, and for which approvals, unless for all.
    fn asked(&self) -> Vec<Value> {
        let days = |person: &Person, call: &str, asked: &Asked| -> Vec<Value> {
            let (always, userid) = ([self.span()], &person.userid);
            let days = match asked {
                Asked::Always => always.as_slice(),
                Asked::On(days) => days.as_slice(),
            };
            let entries = days.iter().map(|(from, to)| {
                let (from, to) = (from.to_string(), to.to_string());
                json!({ "userid": userid, "call": call, "from": from, "to": to })
            });
            match days {
                [] => vec![json!({ "userid": userid, "call": call })],
                _ => entries.collect(),
            }
        };
        let of_person = |person: &Person| {
            let rules = days(person, "rules", &person.rules_asked);
            let schedules = days(person, "schedules", &person.schedules_asked);
            let approvals = match &person.approvals_asked {
                Asked::Always => Vec::new(),
                asked @ Asked::On(_) => days(person, "approvals", asked),
            };
            rules.into_iter().chain(schedules).chain(approvals)
        };
        self.people.iter().flat_map(of_person).collect()
    }

    fn employment(&self) -> Vec<Value> {
        let known = self.people.iter().filter(|person| !person.employment.is_unknown());
        known
            .map(|person| {
                let Employment { joined, left, unreported } = &person.employment;
                let stretch = |(from, to): &(Date, Date)| json!({ "from": from, "to": to });
                let unreported: Vec<Value> = unreported.iter().map(stretch).collect();
                let userid = &person.userid;
                json!({ "userid": userid, "joined": joined, "left": left, "unreported": unreported })
            })
            .collect()
    }

    fn coverage(&self) -> Vec<Value> {
        let of_person = |person: &Person| -> Vec<Value> {
            let userid = &person.userid;
            let known = person.known.iter().map(|known| {
                let (from, to) = (known.from.to_string(), known.to.to_string());
                let until = known.until.to_string();
                json!({ "userid": userid, "from": from, "to": to, "until": until })
            });
            match person.known.as_slice() {
                [] => vec![json!({ "userid": userid, "call": "records" })],
                _ => known.collect(),
            }
        };
        self.people.iter().flat_map(of_person).collect()
    }

    fn rules(&self) -> Value {
        let (first, last) = self.span();
        let mut entries = Vec::new();
        for person in &self.people {
            let before = person.rules.iter().filter(|(date, _)| *date <= first);
            let eve = before.map(|(date, _)| *date).max().unwrap_or(first);
            for (date, rule) in &person.rules {
                if (eve..=last).contains(date) {
                    let mut row = json!({ "userid": person.userid });
                    if let (Some(rule), Some(row)) = (rule, row.as_object_mut()) {
                        row.insert("group".to_owned(), json!(**rule));
                    }
                    let response = answer("info", json!([row]));
                    entries.push(json!({ "date": date.to_string(), "response": response }));
                }
            }
        }
        entries.into()
    }

    fn corp_rules(&self) -> Value {
        let mut ids: Vec<GroupId> = (self.people.iter())
            .flat_map(|person| person.rules.iter().filter_map(|(_, rule)| rule.as_ref()?.groupid))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let rules = ids.iter().filter_map(|id| self.company.corp_rule(*id));
        answer("group", rules.map(|rule| json!(rule)).collect())
    }

    /// Whether an approval names an instant near the days, or spans them.
    fn is_near(&self, approval: &Approval) -> bool {
        let (first, last) = self.span();
        let contents = approval.apply_data.iter().flat_map(|data| data.contents.iter().flatten());
        let mut intervals =
            contents.filter_map(|control| control.value.as_ref()).flat_map(|value| {
                let leave =
                    value.vacation.as_ref().and_then(|vacation| vacation.attendance.as_ref());
                let ranges = [leave, value.attendance.as_ref()].into_iter().flatten();
                let ranges = ranges.filter_map(|attendance| {
                    let range = attendance.date_range.as_ref()?;
                    let end =
                        range.new_begin.zip(range.new_duration).map(|(at, length)| at.0 + length.0);
                    Some((range.new_begin?, range.new_end.or(end.map(UnixTime))?))
                });
                let corrected = value.punch_correction.as_ref();
                let corrected = corrected.into_iter().flat_map(|c| [c.time, c.daymonthyear]);
                ranges.chain(corrected.flatten().map(|at| (at, at))).collect::<Vec<_>>()
            });
        intervals.any(|(begin, end)| {
            let date = |at: UnixTime, otherwise| at.beijing_date().unwrap_or(otherwise);
            date(begin, Date::MIN) <= last && first <= date(end, Date::MAX)
        })
    }

    fn calendar(&self) -> Value {
        let built_in = Calendar::default();
        let (first, last) = self.span();
        let near = first.year()..=last.year().saturating_add(1);
        let years = self.company.calendar().years().filter(|(year, days)| {
            near.contains(year) && !built_in.years().any(|known| known == (*year, *days))
        });
        years.map(|(year, days)| (year.to_string(), json!(days))).collect::<Map<_, _>>().into()
    }
}

/// An answer of the API around its payload.
fn answer(payload: &str, rows: Value) -> Value {
    let mut answer = Map::new();
    answer.insert("errcode".to_owned(), 0.into());
    answer.insert("errmsg".to_owned(), "ok".into());
    answer.insert(payload.to_owned(), rows);
    answer.into()
}
