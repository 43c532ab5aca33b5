//! What nobody ever fetched of the days that were judged, and what else makes their figures doubtful:
//! counted while they pass, said in one place, with the command that closes it.

use std::collections::BTreeMap;

use attendance::{
    Person, Verdict, Warning,
    verdict::{DayType, Status},
};
use daka_sync::ApprovalsGap;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use wecom_checkin::UserId;

use crate::{
    days::Days,
    failure::{Problem, Undone},
    lang::{Text, text},
    shell,
};

/// People who are named in a command; more are meant by `--all`.
const MOST_NAMED: usize = 20;
/// People who are named in a sentence.
const MOST_SHOWN: usize = 3;
/// So few people may well all be on leave.
const FEW_PEOPLE: usize = 3;

/// What is missing, and how fresh the rest is.
#[derive(Debug, Clone)]
pub(crate) struct Gaps {
    days: Days,
    today: Date,
    /// People who were judged.
    people: usize,
    /// Who lacks which run of days.
    missing: BTreeMap<(Date, Date), Vec<UserId>>,
    /// The same, in person-days and people.
    person_days: usize,
    people_missing: usize,
    /// Days that are judged, and whose approvals are not known.
    approvals: Option<ApprovalsGap>,
    known_until: Option<Timestamp>,
    due_days: usize,
    punches: u64,
}

impl Gaps {
    /// Of nobody yet. Days after today can be fetched by nobody and are no gap.
    pub(crate) fn new(days: Days, today: Date) -> Self {
        Self {
            days,
            today,
            people: 0,
            missing: BTreeMap::new(),
            person_days: 0,
            people_missing: 0,
            approvals: None,
            known_until: None,
            due_days: 0,
            punches: 0,
        }
    }

    /// Looks at a person's days.
    pub(crate) fn add<'a>(
        &mut self,
        person: &Person,
        verdicts: impl IntoIterator<Item = &'a Verdict>,
    ) {
        let mut incomplete = Vec::new();
        let mut without_approvals = Vec::new();
        for verdict in verdicts {
            if verdict.warnings.contains(&Warning::ApprovalsUnknown) {
                without_approvals.push(verdict.date);
            }
            if verdict.status == Status::Incomplete {
                incomplete.push(verdict.date);
            } else if let Some(until) = person.known_until(verdict.date) {
                self.known_until = Some(self.known_until.map_or(until, |known| known.min(until)));
            }
            let over = verdict.date < self.today;
            let due = verdict.day_type == DayType::Workday && verdict.standard_sec > 0;
            self.due_days += usize::from(over && due && verdict.status != Status::Incomplete);
            self.punches += u64::from(verdict.checkin_count)
                + u64::from(verdict.outdoor_count)
                + u64::from(verdict.field_count);
        }
        self.add_without_approvals(&without_approvals);
        self.add_incomplete(&person.userid, incomplete);
    }

    /// Counts a person's days of which approvals are not known, in order of date.
    fn add_without_approvals(&mut self, days: &[Date]) {
        let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return };
        let gap = self.approvals.get_or_insert(ApprovalsGap {
            people: 0,
            person_days: 0,
            from: first,
            to: last,
        });
        gap.people += 1;
        gap.person_days += days.len();
        gap.from = gap.from.min(first);
        gap.to = gap.to.max(last);
    }

    /// Counts a person and the days that are incomplete, in order of date.
    pub(crate) fn add_incomplete(&mut self, userid: &UserId, days: impl IntoIterator<Item = Date>) {
        self.people += 1;
        let mut runs: Vec<(Date, Date)> = Vec::new();
        for day in days.into_iter().filter(|day| *day <= self.today) {
            self.person_days += 1;
            match runs.last_mut() {
                Some((_, last)) if last.checked_add(1.day()).is_ok_and(|next| next == day) => {
                    *last = day;
                }
                _ => runs.push((day, day)),
            }
        }
        self.people_missing += usize::from(!runs.is_empty());
        for run in runs {
            self.missing.entry(run).or_default().push(userid.clone());
        }
    }

    /// Until when the data of every day that is there is known: as of its oldest part.
    pub(crate) fn known_until(&self) -> Option<Timestamp> {
        self.known_until
    }

    /// What a reader must know before believing a figure, a sentence each.
    pub(crate) fn sentences(&self) -> Vec<Text> {
        let missing = (self.person_days > 0).then(|| {
            let (what, who) = (&self.what(), &self.who());
            text!(
                [what, who],
                "{what}: {who}; `{command}` fetches them",
                "{what}：{who}；运行 {command} 补取",
                command = self.command()
            )
        });
        missing.into_iter().chain(self.doubts()).collect()
    }

    /// What makes figures doubtful though their days were fetched, a sentence each.
    pub(crate) fn doubts(&self) -> impl Iterator<Item = Text> {
        self.silence().into_iter().chain(self.approvals.as_ref().map(approvals_unknown))
    }

    /// The gaps as what a command left undone.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let undone = |((from, to), users): (&(Date, Date), &Vec<UserId>)| Undone {
            users: users.clone(),
            from: *from,
            to: *to,
        };
        (self.person_days > 0).then(|| Problem {
            kind: "incomplete".into(),
            errmsg: self.what(),
            hint: text!(
                "`{command}` fetches them, --allow-incomplete does without",
                "运行 `{command}` 补取，或加 --allow-incomplete",
                command = self.command()
            ),
            failed: self.missing.iter().map(undone).collect(),
            ..Problem::default()
        })
    }

    /// A company in which nobody punches is a setting gone wrong far more often than a strike.
    fn silence(&self) -> Option<Text> {
        let closed = self.days.last() < self.today;
        let silent = closed && self.punches == 0 && self.due_days > 0 && self.people > FEW_PEOPLE;
        silent.then(|| {
            text!(
                "not one of {people} people punched from {from} to {to}: check what the app may see (daka doctor) before using a figure",
                "{from} 至 {to} 全公司 {people} 人没有任何打卡记录：请检查应用的可见范围与权限（daka doctor），勿直接使用本表",
                people = self.people,
                from = self.days.first(),
                to = self.days.last()
            )
        })
    }

    fn what(&self) -> Text {
        text!(
            "{days} person-days of {people} people were never fetched",
            "{people} 人共 {days} 个人日从未取数",
            days = self.person_days,
            people = self.people_missing
        )
    }

    /// The first names, and how many more.
    fn who(&self) -> Text {
        let users = self.users();
        let names: Vec<&str> = users.iter().take(MOST_SHOWN).map(|user| user.as_str()).collect();
        let names = Text::of(names.join(", "), names.join("、"));
        match users.len().saturating_sub(MOST_SHOWN) {
            0 => names,
            more => text!([names], "{names} and {more} more", "{names} 等，另有 {more} 人"),
        }
    }

    /// Everybody who lacks a day, sorted, each once.
    fn users(&self) -> Vec<&UserId> {
        let mut users: Vec<&UserId> = self.missing.values().flatten().collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// The command that closes the gaps, to be pasted.
    fn command(&self) -> String {
        let people = if self.people_missing == self.people || self.people_missing > MOST_NAMED {
            "--all".to_owned()
        } else {
            let names: Vec<&str> = self.users().into_iter().map(UserId::as_str).collect();
            format!("--users {}", shell::word(&names.join(",")))
        };
        let from = self.missing.keys().map(|(from, _)| *from).min().unwrap_or(self.days.first());
        let to = self.missing.keys().map(|(_, to)| *to).max().unwrap_or(self.days.last());
        if from == from.first_of_month() && to == from.last_of_month() {
            return format!("daka sync {people} --month {}", from.strftime("%Y-%m"));
        }
        format!("daka sync {people} --from {from} --to {to}")
    }
}

/// A gap of approvals in words.
pub(crate) fn approvals_unknown(gap: &ApprovalsGap) -> Text {
    let ApprovalsGap { people, person_days, from, to } = gap;
    text!(
        "approvals are not known for {person_days} person-days of {people} people from {from} to \
         {to}: leave that was granted may be missing there",
        "{from} 至 {to} 有 {people} 人共 {person_days} 人日没有审批数据：已批准的假可能未计入"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{days::Month, lang::Lang};

    fn october(missing: &[(&str, &[i8])], whole: usize) -> Gaps {
        let today = jiff::civil::date(2026, 10, 20);
        let mut gaps = Gaps::new("2026-10".parse::<Month>().unwrap().days(), today);
        for (user, days) in missing {
            let days = days.iter().map(|day| jiff::civil::date(2026, 10, *day));
            gaps.add_incomplete(&UserId::from(*user), days);
        }
        for n in 0..whole {
            gaps.add_incomplete(&UserId::from(format!("w{n}").as_str()), []);
        }
        gaps
    }

    #[test]
    fn the_command_closes_the_gaps_and_no_more() {
        let month: Vec<i8> = (1..=31).collect();
        for (gaps, command) in [
            (october(&[("bo", &month)], 0), "daka sync --all --from 2026-10-01 --to 2026-10-20"),
            (
                october(&[("bo", &[3, 4]), ("cy", &[9])], 1),
                "daka sync --users bo,cy --from 2026-10-03 --to 2026-10-09",
            ),
            (
                october(&[("O'Brien", &[5])], 1),
                r"daka sync --users 'O'\''Brien' --from 2026-10-05 --to 2026-10-05",
            ),
        ] {
            assert_eq!(gaps.command(), command);
        }
        let mut september =
            Gaps::new("2026-09".parse::<Month>().unwrap().days(), jiff::civil::date(2026, 10, 20));
        september.add_incomplete(&"bo".into(), (1..=30).map(|day| jiff::civil::date(2026, 9, day)));
        assert_eq!(september.command(), "daka sync --all --month 2026-09");
    }

    #[test]
    fn gaps_are_counted_and_named() {
        let gaps = october(&[("a", &[1, 2, 5]), ("b", &[1, 2]), ("c", &[1]), ("d", &[1])], 9);
        assert_eq!(
            gaps.sentences().iter().map(|said| said.in_lang(Lang::En)).collect::<Vec<_>>(),
            ["7 person-days of 4 people were never fetched: a, b, c and 1 more; \
              `daka sync --users a,b,c,d --from 2026-10-01 --to 2026-10-05` fetches them"]
        );
        let problem = gaps.problem().unwrap();
        let runs: Vec<usize> = problem.failed.iter().map(|undone| undone.users.len()).collect();
        assert_eq!(runs, [2, 2, 1], "one entry a run of days");
        assert!(october(&[("a", &[25])], 0).problem().is_none(), "a day to come is no gap");
    }

    /// Days of which nothing is known at all are gaps, and make the rest no older.
    #[test]
    fn the_oldest_part_of_the_data_speaks_for_all_of_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let day = |day| jiff::civil::date(2026, 10, day);
        let (old, new) = (at("2026-10-06T01:00:00Z"), at("2026-11-05T01:00:00Z"));
        let person = Person {
            userid: "bo".into(),
            known: vec![
                attendance::Known { from: day(1), to: day(5), until: old },
                attendance::Known { from: day(4), to: day(20), until: new },
            ],
            ..Person::default()
        };
        let company = attendance::Company::new(at("2026-11-05T02:00:00Z"));
        for ((from, to), until) in [((1, 20), Some(old)), ((4, 20), Some(new)), ((25, 26), None)] {
            let verdicts = attendance::judge(&company, &person, day(from)..=day(to));
            let days = Days::new(day(from), day(to)).unwrap();
            let mut gaps = Gaps::new(days, jiff::civil::date(2026, 11, 5));
            gaps.add(&person, verdicts.iter().map(|day| &day.verdict));
            assert_eq!(gaps.known_until(), until, "{from} to {to}");
        }
    }
}
