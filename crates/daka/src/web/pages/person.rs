//! One person's month as a calendar: each day's outcome, its plan as a bar, its punches on it.

use askama::Template;
use attendance::{JudgedDay, Totals, verdict::FindingKind};
use axum::response::Response;
use jiff::civil::Date;

use crate::{
    lang::{Lang, text},
    report::{Who, words},
    web::{
        frame::{Frame, html},
        mark::{LegendEntry, Mark},
        problem::Problem,
        question::Question,
        site::Site,
        timeline::{Timeline, WIDTH},
    },
};

#[derive(Template)]
#[template(path = "pages/person.html")]
struct PersonPage {
    frame: Frame,
    who: Who,
    weekdays: Vec<&'static str>,
    /// Empty cells before the first day.
    lead: usize,
    days: Vec<Day>,
    figures: Vec<(&'static str, String)>,
    legend: Vec<LegendEntry>,
    width: i64,
}

struct Day {
    date: Date,
    mark: Mark,
    today: bool,
    punched: String,
    leave: Vec<String>,
    overtime: Option<String>,
    timeline: Timeline,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let userid = question.userid()?;
    let (mut frame, month) =
        Frame::of_month(site, question, "/team", &text!("Person", "人员")).await?;
    let lang = frame.lang;
    let judged = site.judge_one(&userid, month.days()).await?;
    let names = site.names(std::slice::from_ref(&judged.person.userid), month.days()).await?;
    let who = names.of(&judged.person.userid);
    frame.title.clone_from(&who.name);
    let today = site.today();
    let weekdays =
        month.days().iter().skip_while(|day| day.weekday() != jiff::civil::Weekday::Monday);
    html(&PersonPage {
        who,
        weekdays: weekdays.take(7).map(|day| super::team::weekday(day.weekday(), lang)).collect(),
        lead: usize::try_from(month.days().first().weekday().to_monday_zero_offset())
            .unwrap_or_default(),
        days: judged.days.iter().map(|day| Day::new(day, today, lang)).collect(),
        figures: figures(&Totals::of(judged.verdicts()), lang),
        legend: Mark::legend(lang),
        width: WIDTH,
        frame,
    })
}

impl Day {
    fn new(day: &JudgedDay, today: Date, lang: Lang) -> Self {
        let verdict = &day.verdict;
        let clock = |at: &attendance::time::Moment| at.datetime().strftime("%H:%M").to_string();
        let punched = match (&verdict.first, &verdict.last) {
            (Some(first), Some(last)) if first != last => {
                format!("{}–{}", clock(first), clock(last))
            }
            (Some(one), _) | (None, Some(one)) => clock(one),
            (None, None) => String::new(),
        };
        let hours = |seconds: i64| format!("{}.{}", seconds / 3_600, seconds % 3_600 / 360);
        let leave = verdict.leave.iter().map(|leave| {
            let unit = lang.pick("小时", "h");
            format!("{} {} {unit}", leave.name, hours(leave.seconds))
        });
        let overtime = (verdict.overtime.seconds > 0).then(|| {
            let hours = hours(verdict.overtime.seconds);
            lang.pick(format!("加班 {hours} 小时"), format!("overtime {hours} h"))
        });
        Self {
            date: verdict.date,
            mark: Mark::of(verdict, lang),
            today: verdict.date == today,
            punched,
            leave: leave.collect(),
            overtime,
            timeline: Timeline::of(day),
        }
    }
}

/// The month in figures.
fn figures(totals: &Totals, lang: Lang) -> Vec<(&'static str, String)> {
    let hours = |seconds: i64| format!("{}.{}", seconds / 3_600, seconds % 3_600 / 360);
    let overtime: i64 = totals.overtime.values().map(|sum| sum.seconds).sum();
    let mut figures = vec![
        (lang.pick("应出勤（天）", "days due"), totals.due_days.to_string()),
        (lang.pick("实出勤（天）", "days attended"), totals.attended_days.to_string()),
        (lang.pick("实际工时", "hours worked"), hours(totals.worked_sec)),
        (lang.pick("标准工时", "hours due"), hours(totals.standard_sec)),
        (lang.pick("加班（小时）", "overtime hours"), hours(overtime)),
    ];
    for kind in [FindingKind::Late, FindingKind::Early, FindingKind::Missing, FindingKind::Absent] {
        figures.push((words::kind(kind, lang), totals.finding(kind).count.to_string()));
    }
    figures
}
