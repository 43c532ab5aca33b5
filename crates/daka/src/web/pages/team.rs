//! People by days: one line a person, one mark a day.

use askama::Template;
use attendance::{Totals, Verdict};
use axum::response::Response;
use jiff::civil::{Date, Weekday};
use wecom_checkin::UserId;

use crate::{
    days::Days,
    lang::{Lang, text},
    report::{Names, words},
    web::{
        cursor::Cursor,
        frame::{Frame, html},
        mark::{LegendEntry, Mark},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// Lines of a page.
const LINES: usize = 50;
/// People who are judged for one page, shown or not.
const MOST_JUDGED: usize = 2_000;

#[derive(Template)]
#[template(path = "pages/team.html")]
struct Team {
    frame: Frame,
    sought: String,
    chosen: Option<i64>,
    departments: Vec<(i64, String)>,
    filters: Vec<Choice>,
    findings: Vec<Choice>,
    days: Vec<DayHead>,
    lines: Vec<Line>,
    next: Option<String>,
    legend: Vec<LegendEntry>,
    first_page: bool,
}

/// Something to choose in a list.
struct Choice {
    value: &'static str,
    name: &'static str,
    chosen: bool,
}

/// A day as the head of a column.
pub(super) struct DayHead {
    pub(super) number: i8,
    pub(super) weekday: &'static str,
    pub(super) class: &'static str,
}

struct Line {
    userid: String,
    name: String,
    department: String,
    findings: u32,
    marks: Vec<(Date, Mark)>,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let title = text!("Team", "团队");
    let (frame, month) = Frame::of_month(site, question, "/team", &title).await?;
    let (lang, days) = (frame.lang, month.days());
    let wanted = question.wanted()?;
    let people = site.users(question).await?;
    let names = site.names(&people, days).await?;
    let sought = question.text("q").unwrap_or_default().to_lowercase();
    let after = question.cursor::<()>()?;
    let people: Vec<UserId> = people
        .into_iter()
        .filter(|userid| after.as_ref().is_none_or(|after| *userid > after.userid))
        .filter(|userid| sought.is_empty() || is_sought(&names, userid, &sought))
        .collect();
    let judging = site.judging().await?;
    let mut lines: Vec<Line> = Vec::new();
    let (mut left, mut judged, mut last) = (people.as_slice(), 0, None);
    while !left.is_empty() && lines.len() < LINES && judged < MOST_JUDGED {
        let (now, later) = left.split_at(LINES.min(left.len()));
        for person in site.judge(&judging, now, days).await? {
            if lines.len() == LINES {
                break;
            }
            last = Some(person.person.userid.clone());
            if wanted.as_ref().is_none_or(|wanted| person.verdicts().any(wanted)) {
                lines.push(Line::new(&names, &person.person.userid, person.verdicts(), lang));
            }
        }
        judged += now.len();
        left = later;
    }
    let next = last.filter(|last| people.last().is_some_and(|end| end > last));
    let tree = site.tree().await?;
    html(&Team {
        sought: question.text("q").unwrap_or_default().to_owned(),
        chosen: question.department()?,
        departments: tree.listed().map(|(id, path)| (id.0, path)).collect(),
        filters: status_choices(question.text("status"), lang),
        findings: finding_choices(question.text("finding"), lang),
        days: heads(days, site.today(), lang),
        lines,
        next: next.map(|userid| Cursor { userid, key: () }.written()),
        legend: Mark::legend(lang),
        first_page: after.is_none(),
        frame,
    })
}

impl Line {
    fn new<'a>(
        names: &Names,
        userid: &UserId,
        verdicts: impl Iterator<Item = &'a Verdict> + Clone,
        lang: Lang,
    ) -> Self {
        let who = names.of(userid);
        Self {
            userid: who.userid,
            name: who.name,
            department: who.departments,
            findings: Totals::of(verdicts.clone()).finding_count(),
            marks: verdicts.map(|verdict| (verdict.date, Mark::of(verdict, lang))).collect(),
        }
    }
}

fn is_sought(names: &Names, userid: &UserId, sought: &str) -> bool {
    let who = names.of(userid);
    who.userid.to_lowercase().contains(sought) || who.name.to_lowercase().contains(sought)
}

/// The heads of the columns of some days.
pub(super) fn heads(days: Days, today: Date, lang: Lang) -> Vec<DayHead> {
    let head = |date: Date| DayHead {
        number: date.day(),
        weekday: weekday(date.weekday(), lang),
        class: match date.weekday() {
            _ if date == today => "today",
            Weekday::Saturday | Weekday::Sunday => "weekend",
            _ => "",
        },
    };
    days.iter().map(head).collect()
}

/// A day of the week, as short as it goes.
pub(super) fn weekday(day: Weekday, lang: Lang) -> &'static str {
    match day {
        Weekday::Monday => lang.pick("一", "Mo"),
        Weekday::Tuesday => lang.pick("二", "Tu"),
        Weekday::Wednesday => lang.pick("三", "We"),
        Weekday::Thursday => lang.pick("四", "Th"),
        Weekday::Friday => lang.pick("五", "Fr"),
        Weekday::Saturday => lang.pick("六", "Sa"),
        Weekday::Sunday => lang.pick("日", "Su"),
    }
}

fn status_choices(chosen: Option<&str>, lang: Lang) -> Vec<Choice> {
    [
        ("abnormal", lang.pick("有异常", "with findings")),
        ("incomplete", lang.pick("未取数", "not fetched")),
        ("pending", lang.pick("未结束", "still open")),
        ("unscheduled", lang.pick("未排班", "not scheduled")),
        ("no_rule", lang.pick("无规则", "no rule")),
    ]
    .into_iter()
    .map(|(value, name)| Choice { value, name, chosen: chosen == Some(value) })
    .collect()
}

fn finding_choices(chosen: Option<&str>, lang: Lang) -> Vec<Choice> {
    use attendance::verdict::FindingKind::{Absent, Device, Early, Late, Missing, Other, Place};
    [
        ("late", Late),
        ("early", Early),
        ("missing", Missing),
        ("absent", Absent),
        ("place", Place),
        ("device", Device),
        ("other", Other),
    ]
    .into_iter()
    .map(|(value, kind)| Choice {
        value,
        name: words::kind(kind, lang),
        chosen: chosen == Some(value),
    })
    .collect()
}
