//! The month at a glance: sums beside last month's, departments by day, who is worth a look.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use attendance::{Totals, verdict::FindingKind};
use axum::response::Response;
use jiff::civil::Date;
use wecom_checkin::{DepartmentId, UserId};

use crate::{
    days::{Days, Month},
    gaps::Gaps,
    lang::{Lang, text},
    report::{Names, words},
    web::{
        frame::{Frame, html},
        pages::team::{DayHead, heads},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// People who are judged for one look. More are looked at a department at a time.
const MOST_PEOPLE: usize = 3_000;
/// People whom the page names.
const NAMED: usize = 8;
/// People who are judged at once.
const AT_ONCE: usize = 200;

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct Overview {
    frame: Frame,
    people: usize,
    department: Option<String>,
    /// Where there are too many people for one look, the departments to look at.
    choose: Vec<(i64, String)>,
    tiles: Vec<Tile>,
    gaps: Vec<String>,
    last_sync: Option<String>,
    days: Vec<DayHead>,
    rows: Vec<(String, Vec<Heat>)>,
    watched: Vec<Watched>,
}

/// A figure, and what it was the month before.
struct Tile {
    name: &'static str,
    value: String,
    before: Option<String>,
    /// How the style sheet knows it.
    class: &'static str,
}

/// A department's day: how many findings, and how dark.
struct Heat {
    class: &'static str,
    figure: String,
    says: String,
}

/// Somebody with findings.
struct Watched {
    userid: String,
    name: String,
    says: String,
}

#[derive(Default)]
struct Sums {
    people: u32,
    totals: Totals,
    by_day: BTreeMap<String, BTreeMap<Date, Totals>>,
    watched: Vec<(u32, Watched)>,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let title = text!("Overview", "概览");
    let (frame, month) = Frame::of_month(site, question, "/", &title).await?;
    let lang = frame.lang;
    let people = site.users(question).await?;
    let tree = site.tree().await?;
    let department = question.department()?.map(|id| tree.path(DepartmentId(id)));
    let last_sync = site.last_sync(lang).await?;
    let mut page = Overview {
        frame,
        people: people.len(),
        department,
        choose: Vec::new(),
        tiles: Vec::new(),
        gaps: Vec::new(),
        last_sync,
        days: heads(month.days(), site.today(), lang),
        rows: Vec::new(),
        watched: Vec::new(),
    };
    if people.len() > MOST_PEOPLE {
        page.choose = tree.listed().map(|(id, path)| (id.0, path)).collect();
        return html(&page);
    }
    let names = site.names(&people, month.days()).await?;
    let mut gaps = Gaps::new(month.days(), site.today());
    let sums = sums(site, &people, month.days(), Some(&names), &mut gaps, lang).await?;
    let before = match month.before() {
        Some(before) => Some(last(site, &people, before, lang).await?),
        None => None,
    };
    page.tiles = tiles(&sums, before.as_ref(), lang);
    page.gaps = gaps.sentences().iter().map(|said| said.in_lang(lang).to_owned()).collect();
    page.rows =
        sums.by_day.iter().map(|(name, days)| heat(name, days, month.days(), lang)).collect();
    let mut watched = sums.watched;
    watched.sort_by_key(|(gravity, _)| std::cmp::Reverse(*gravity));
    page.watched = watched.into_iter().take(NAMED).map(|(_, watched)| watched).collect();
    html(&page)
}

async fn last(site: &Site, people: &[UserId], month: Month, lang: Lang) -> Result<Sums, Problem> {
    let mut gaps = Gaps::new(month.days(), site.today());
    sums(site, people, month.days(), None, &mut gaps, lang).await
}

/// Adds up a month; with names also by department and person.
async fn sums(
    site: &Site,
    people: &[UserId],
    days: Days,
    names: Option<&Names>,
    gaps: &mut Gaps,
    lang: Lang,
) -> Result<Sums, Problem> {
    let judging = site.judging().await?;
    let mut sums = Sums::default();
    for some in people.chunks(AT_ONCE) {
        for judged in site.judge(&judging, some, days).await? {
            gaps.add(&judged.person, judged.verdicts());
            let totals = Totals::of(judged.verdicts());
            sums.people += 1;
            sums.totals.merge(&totals);
            let Some(names) = names else { continue };
            let who = names.of(&judged.person.userid);
            // A line a department right below the root.
            let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
            let tops: BTreeSet<String> = who.departments.split(';').map(top).collect();
            for top in tops {
                let of_top = sums.by_day.entry(top).or_default();
                for verdict in judged.verdicts() {
                    of_top.entry(verdict.date).or_default().add(verdict);
                }
            }
            if totals.finding_count() > 0 {
                let found = totals
                    .findings
                    .iter()
                    .map(|(kind, sum)| format!("{} {}", words::kind(*kind, lang), sum.count));
                let says = found.collect::<Vec<_>>().join(lang.pick("，", ", "));
                let count = |kind| totals.finding(kind).count;
                let gravity = count(FindingKind::Absent) * 100
                    + count(FindingKind::Missing) * 10
                    + totals.finding_count();
                sums.watched.push((gravity, Watched { userid: who.userid, name: who.name, says }));
            }
        }
    }
    Ok(sums)
}

fn tiles(now: &Sums, before: Option<&Sums>, lang: Lang) -> Vec<Tile> {
    let known = before.filter(|before| before.totals.due_days > 0);
    let tile = |name, class, of: &dyn Fn(&Sums) -> String| Tile {
        name,
        class,
        value: of(now),
        before: known.map(of),
    };
    let count = |kind: FindingKind| move |sums: &Sums| sums.totals.finding(kind).count.to_string();
    vec![
        tile(lang.pick("出勤率", "Attendance"), "ok", &|sums| {
            let (due, came) = (sums.totals.due_days, sums.totals.attended_days);
            share(came.min(due), due).map_or_else(
                || "–".to_owned(),
                |tenths| format!("{}.{}%", tenths / 10, tenths % 10),
            )
        }),
        tile(lang.pick("异常人日", "Days with findings"), "odd", &|sums| {
            sums.totals.abnormal_days.to_string()
        }),
        tile(words::kind(FindingKind::Late, lang), "late", &count(FindingKind::Late)),
        tile(words::kind(FindingKind::Missing, lang), "miss", &count(FindingKind::Missing)),
        tile(words::kind(FindingKind::Absent, lang), "absent", &count(FindingKind::Absent)),
        tile(lang.pick("加班小时", "Overtime hours"), "leave", &|sums| {
            let seconds: i64 = sums.totals.overtime.values().map(|sum| sum.seconds).sum();
            (seconds / 3_600).to_string()
        }),
    ]
}

/// A share in tenths of a per cent.
fn share(part: u32, whole: u32) -> Option<u64> {
    (u64::from(part) * 1_000).checked_div(u64::from(whole))
}

fn heat(
    name: &str,
    by_day: &BTreeMap<Date, Totals>,
    days: Days,
    lang: Lang,
) -> (String, Vec<Heat>) {
    let name = if name.is_empty() { lang.pick("未分部门", "no department") } else { name };
    let none = Totals::default();
    let cells = days.iter().map(|date| {
        let totals = by_day.get(&date).unwrap_or(&none);
        let settled = totals.normal_days + totals.abnormal_days;
        let class = match (share(totals.abnormal_days, settled), totals.incomplete_days) {
            (None, 1..) => "gap",
            (None, _) => "rest",
            (Some(0), _) => "h0",
            (Some(1..=100), _) => "h1",
            (Some(101..=200), _) => "h2",
            (Some(201..=350), _) => "h3",
            (Some(_), _) => "h4",
        };
        let figure = match class {
            "gap" => "?".to_owned(),
            "rest" => String::new(),
            "h0" => "·".to_owned(),
            _ => totals.abnormal_days.to_string(),
        };
        let says = lang.pick(
            format!("{name} {date}：{settled} 人日中 {} 异常", totals.abnormal_days),
            format!("{name} {date}: {} of {settled} with findings", totals.abnormal_days),
        );
        Heat { class, figure, says }
    });
    (name.to_owned(), cells.collect())
}
