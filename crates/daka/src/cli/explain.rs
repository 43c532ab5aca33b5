//! `daka explain`: why a day was judged so.

use std::{io::Write as _, path::PathBuf, time::Duration};

use attendance::{Company, JudgedDay, Person, judge};
use clap::ValueEnum;
use futures::StreamExt as _;
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{Row, UserId, report::DayReport};

use super::{
    Context,
    judge::read_bundle,
    wecom::{self, Clients},
};
use crate::{
    days::{self, DateArg, Days, parse_instant},
    explaining,
    failure::{Exit, Failure},
    judging::{Judging, frozen::ClosedArgs},
    lang::{Lang, Text, text},
    ledger,
    output::Format,
    people,
};

/// Why a person's day was judged so, on a page to read aloud
///
/// The rule as it was that day, what was owed, each punch and where it went, each step of
/// arithmetic, the outcome; and, where the check-in secret is set, what WeCom itself says of the
/// day (getcheckin_daydata).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka explain zhangsan 2026-10-12
  daka explain zhangsan 2026-10-12 --lang zh
  daka explain zhangsan 2026-10-12 --as-of 2026-11-02T09:00:00+08:00
  daka explain zhangsan 2026-10-12 --bundle report.json --format json")]
pub(super) struct Args {
    /// Whose day
    #[arg(value_name = "USER")]
    user: String,
    /// The attendance day, such as 2026-10-12
    #[arg(value_name = "DATE")]
    date: DateArg,
    /// Explain a day of this bundle; neither the ledger nor WeCom is asked
    #[arg(long, value_name = "FILE", conflicts_with = "as_of")]
    bundle: Option<PathBuf>,
    /// Explain what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    closed: ClosedArgs,
    /// How to print
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
}

/// How a page is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// One fact a line.
    Text,
    /// One JSON object.
    Json,
}

impl Args {
    /// The format of errors.
    pub(super) fn error_format(&self) -> Option<Format> {
        (self.format == Shape::Json).then_some(Format::Json)
    }
}

/// What came of asking WeCom.
enum Theirs {
    /// It was not asked.
    Unasked,
    /// It could not be asked; why.
    Unreachable(Text),
    /// Its report, if it has one.
    Told(Option<Box<Row<DayReport>>>),
}

/// Explains and prints.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let userid = people::userid(&args.user)?;
    let date = args.date.on(context.today());
    let (explanation, theirs) = if let Some(path) = &args.bundle {
        (of_bundle(path, &userid, date)?, Theirs::Unasked)
    } else {
        let explanation = of_ledger(context, args, &userid, date).await?;
        (explanation, ask_wecom(context, &userid, date).await)
    };
    let lang = context.settings.lang;
    let text = match args.format {
        Shape::Text => page(&explanation, &theirs, lang),
        Shape::Json => json(&explanation, &theirs, lang),
    };
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}

async fn of_ledger(
    context: &Context,
    args: &Args,
    userid: &UserId,
    date: Date,
) -> Result<JudgedDay, Failure> {
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging =
        Judging::with(&context.settings, now, &ledger, args.as_of, args.closed.which()).await?;
    let day = days::from_to(date, date)?;
    judging.closed_among(day)?;
    let person = judging.person(userid, day).await?;
    let judged = judging.judged(vec![person], day).await?;
    let judged = judged.into_iter().next().and_then(|mut judged| judged.days.pop());
    judged.ok_or_else(|| {
        Failure::one(
            Exit::Failed,
            "ledger",
            text!(
                "{userid} has no {date}: nothing was known of {userid} when the month was closed",
                "{userid} 没有 {date}：该月封存时账本中还没有此人"
            ),
            text!("add --live to judge the day afresh", "加 --live 可重新判定当天"),
        )
    })
}

fn of_bundle(path: &std::path::Path, userid: &UserId, date: Date) -> Result<JudgedDay, Failure> {
    let bundle = read_bundle(path)?;
    let person = bundle.people.iter().find(|person| person.userid.key() == userid.key());
    let person = person.ok_or_else(|| {
        Failure::one(
            Exit::Failed,
            "bundle",
            text!(
                "the bundle {path} has nobody called {userid}",
                "bundle {path} 中没有 {userid}",
                path = path.display()
            ),
            text!("name one of its people", "请指定其中的人"),
        )
    })?;
    judged(&bundle.company, person, date)
}

fn judged(company: &Company, person: &Person, date: Date) -> Result<JudgedDay, Failure> {
    judge(company, person, date..=date).pop().ok_or_else(|| {
        Failure::usage(
            text!("{date} cannot be judged", "{date} 无法判定"),
            text!("name a day on which somebody may have worked", "请指定可能上班的日期"),
        )
    })
}

/// Asks for WeCom's own report. A page without it is whole: whatever goes wrong is said, no more.
async fn ask_wecom(context: &Context, userid: &UserId, date: Date) -> Theirs {
    const PATIENCE: Duration = Duration::from_secs(15);
    let settings = &context.settings;
    if settings.corp_id.is_none() || settings.secret.is_none() {
        return Theirs::Unasked;
    }
    let said = |failure: Failure| {
        Theirs::Unreachable(failure.problems.into_iter().next().unwrap_or_default().errmsg)
    };
    let (clients, day) = match (Clients::new(settings), Days::one(date)) {
        (Ok(clients), Ok(day)) => (clients, day),
        (Err(failure), _) => return said(failure),
        (_, Err(error)) => return Theirs::Unreachable(Text::as_is(error.to_string())),
    };
    let mut reports = clients.checkin.day_reports([userid.clone()], day).slices();
    match tokio::time::timeout(PATIENCE, reports.next()).await {
        Err(_) => Theirs::Unreachable(text!(
            "getcheckin_daydata: no answer in time",
            "getcheckin_daydata：等待应答超时"
        )),
        Ok(None) => Theirs::Told(None),
        Ok(Some(slice)) => match slice.rows {
            Ok(_) if !slice.unknown.is_empty() => Theirs::Unreachable(text!(
                "getcheckin_daydata: WeCom does not know {userid}",
                "getcheckin_daydata：企业微信不认识 {userid}"
            )),
            Ok(rows) => Theirs::Told(rows.into_iter().next_back().map(Box::new)),
            Err(error) => said(wecom::failure(&error)),
        },
    }
}

fn page(explanation: &JudgedDay, theirs: &Theirs, lang: Lang) -> String {
    let page = explanation.page(lang.into());
    match theirs {
        Theirs::Unasked => page.to_string(),
        Theirs::Unreachable(why) => {
            let said = text!([why], "WeCom could not be asked: {why}", "未能查询企业微信：{why}");
            format!("{page}\n\n{}", said.in_lang(lang))
        }
        Theirs::Told(report) => {
            let report = report.as_deref().map(|row| &**row);
            format!("{page}\n\n{}", explanation.beside(report, lang.into()))
        }
    }
}

fn json(explanation: &JudgedDay, theirs: &Theirs, lang: Lang) -> String {
    let row = match theirs {
        Theirs::Told(Some(row)) => Some(row.raw()),
        _ => None,
    };
    serde_json::to_string(&explaining::explained(explanation, row, lang)).unwrap_or_default()
}
