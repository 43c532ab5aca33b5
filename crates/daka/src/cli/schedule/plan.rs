//! The requests that a file or flags come to: one a rule and month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use wecom_checkin::{
    Client, GroupId, ScheduleId, UserId,
    calls::set_checkin_schedule_list::{ScheduledDay, SetCheckinScheduleList},
    units::YearMonth,
};

use super::write::{self, Rest};
use crate::{
    days::Days,
    failure::Failure,
    lang::{Text, text},
};

/// One line of a CSV file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    groupid: i64,
    userid: String,
    date: Date,
    schedule_id: i64,
}

/// The requests in a file. A line that WeCom would refuse is named by its number.
pub(super) fn of_file(client: &Client, file: &str) -> Result<Vec<SetCheckinScheduleList>, Failure> {
    let text = write::text(file)?;
    if write::is_csv(file) {
        return of_csv(client, &text);
    }
    let requests = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)
    } else {
        serde_json::from_str(&text).map(|one| vec![one])
    };
    requests.map_err(|e| write::not_json(&text!("the schedule", "排班"), &e))
}

fn of_csv(client: &Client, text: &str) -> Result<Vec<SetCheckinScheduleList>, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut months = Months::default();
    for line in reader.deserialize() {
        let line: Line = line.map_err(|e| {
            Failure::usage(
                text!("the schedule: {e}", "排班：{e}"),
                text!(
                    "the columns are groupid, userid, date and schedule_id; see `daka schedule set --help`",
                    "列为 groupid、userid、date 和 schedule_id；见 `daka schedule set --help`"
                ),
            )
        })?;
        let at = reader_line(months.count);
        let userid = UserId::from(line.userid);
        let mut alone = Months::default();
        let (rule, shift) = (GroupId(line.groupid), ScheduleId(line.schedule_id));
        for months in [&mut alone, &mut months] {
            months.add(rule, userid.clone(), line.date, shift);
        }
        for request in alone.requests() {
            write::check_part(client, &request, "items[0].", &at)?;
        }
    }
    if months.count == 0 {
        return Err(Failure::usage(
            text!("the schedule has no lines below its heads", "排班表表头之下没有内容"),
            text!("add one line a person and day", "请每人每天写一行"),
        ));
    }
    Ok(months.requests())
}

/// The heads are line 1.
fn reader_line(lines_before: usize) -> Text {
    text!("line {n}: ", "第 {n} 行：", n = lines_before + 2)
}

/// The same shift for everyone on every day.
pub(super) fn of_flags(
    rule: GroupId,
    shift: ScheduleId,
    people: &[UserId],
    days: Days,
) -> Vec<SetCheckinScheduleList> {
    let mut months = Months::default();
    for userid in people {
        for date in days.iter() {
            months.add(rule, userid.clone(), date, shift);
        }
    }
    months.requests()
}

/// The requests from the n-th on, as something that was not done.
pub(super) fn rest(requests: &[SetCheckinScheduleList], done: usize) -> Rest {
    let rest = || requests.iter().skip(done);
    let months: Vec<String> = rest().map(|request| request.yearmonth.to_string()).collect();
    let items = || rest().flat_map(|request| &request.items);
    let dates = || {
        rest().flat_map(|request| {
            request.items.iter().filter_map(|item| request.yearmonth.day(item.day))
        })
    };
    Rest {
        place: Text::as_is(months.join(", ")),
        users: items().map(|item| item.userid.clone()).collect(),
        days: dates().min().zip(dates().max()).and_then(|(a, b)| Days::new(a, b).ok()),
    }
}

/// Days gathered by rule and month.
#[derive(Default)]
struct Months {
    items: BTreeMap<(GroupId, YearMonth), Vec<ScheduledDay>>,
    count: usize,
}

impl Months {
    fn add(&mut self, rule: GroupId, userid: UserId, date: Date, schedule_id: ScheduleId) {
        let item = ScheduledDay { userid, day: i64::from(date.day()), schedule_id };
        self.items.entry((rule, date.into())).or_default().push(item);
        self.count += 1;
    }

    fn requests(self) -> Vec<SetCheckinScheduleList> {
        let requests = self.items.into_iter();
        requests
            .map(|((groupid, yearmonth), items)| SetCheckinScheduleList {
                groupid,
                items,
                yearmonth,
            })
            .collect()
    }
}
