//! `daka report`: the month's workbook, or its sums as rows.

mod sums;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use daka_ledger::Ledger;
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{
    UserId,
    report::{DayReport, MonthReport},
};

use super::{
    Context,
    reconcile::{kept::Kept, told},
    shortfall,
};
use crate::{
    days::{DayArgs, Days, parse_instant},
    failure::{Failure, Problem},
    gaps::Gaps,
    judging::{Judged, Judging},
    lang::text,
    ledger,
    output::{Format, OutputArgs, Sink, is_stdout},
    people::{PeopleArgs, Selection},
    report::{Book, Heading, Names, SheetName, Survey, Told, Tree, summary::Summary},
};

/// Write the month's workbook from the ledger
///
/// Sheets 概览, 月报 (a line a person), 日报 (a line a person-day), 打卡时间, 原始记录, 异常明细,
/// 假勤, 规则, 对账 (where `daka sync --reports` has kept WeCom's own) and 说明; 月报 and 日报 with the titles, groups, units and order of WeCom's own exports.
/// With --format, prints the sums instead: a row a person, a department or the company. Without
/// people: everyone in the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka report --month 2026-10
  daka report --month 2026-10 --users zhangsan,lisi -o two.xlsx --lang en
  daka report --month 2026-10 --format csv --by department --level 1 -o departments.csv")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// Report what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    /// Print the sums in this format instead of writing the workbook
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Show all columns of a table, however wide
    #[arg(long, requires = "format")]
    wide: bool,
    /// The sheets of the workbook, by their names in either language [default: all that have something]
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = SheetName::parse, conflicts_with = "format")]
    sheets: Option<Vec<SheetName>>,
    /// What a row of the sums is
    #[arg(long, value_enum, default_value_t = sums::By::Person, requires = "format")]
    by: sums::By,
    /// Sum up at so many levels below the root: 1 for its children [default: each department]
    #[arg(long, value_name = "N", requires = "format")]
    level: Option<usize>,
    /// Succeed although days were never fetched; they are still counted and named
    #[arg(long)]
    allow_incomplete: bool,
    /// Where it goes [default: the workbook to attendance-FROM-TO.xlsx, sums to standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Judges and writes.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging = Judging::new(&context.settings, now, &ledger, args.as_of).await?;
    let people = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    if args.format.is_some() {
        let (output, wide) = (args.output.clone(), args.wide);
        let output = OutputArgs { format: args.format, wide, output };
        let members = ledger.people(args.as_of).await.map_err(|e| ledger::failure(&e))?;
        let gaps = Gaps::new(days, context.today());
        let lang = context.settings.lang;
        let tree = ledger.departments(args.as_of).await.map_err(|e| ledger::failure(&e))?;
        let tree = Tree::new(tree);
        let (by, level) = (args.by, args.level);
        let wanted = sums::Wanted { people, days, by, level, output: &output, lang };
        let sums = sums::print(&judging, members, &tree, &wanted, gaps).await?;
        return end(context, args, sums.strangers, &sums.gaps, sums.wrote);
    }
    let path = args.output.clone().unwrap_or_else(|| {
        PathBuf::from(format!("attendance-{}-{}.xlsx", days.first(), days.last()))
    });
    let Written { summary, strangers, gaps } = write_workbook(
        context,
        &judging,
        &ledger,
        people,
        days,
        (Sink::open(Some(&path))?, args.sheets.as_deref()),
    )
    .await?;
    let wrote = summary.people() > 0 || strangers.is_none();
    if wrote && !is_stdout(&path) {
        // A reader that has gone away is no failure.
        let _ = writeln!(std::io::stdout(), "{}", said(context, summary.people(), &path));
    }
    end(context, args, strangers, &gaps, wrote)
}

/// Ends the command: who and what is missing is said.
fn end(
    context: &Context,
    args: &Args,
    strangers: Option<Problem>,
    gaps: &Gaps,
    wrote: bool,
) -> Result<(), Failure> {
    let gaps = shortfall::said(gaps, args.allow_incomplete, context.settings.lang);
    Failure::unless_whole(strangers.into_iter().chain(gaps).collect(), wrote)
}

fn said(context: &Context, people: u32, path: &Path) -> String {
    let done = text!(
        "attendance of {people} people written to {path}",
        "{people} 人的考勤已写入 {path}",
        path = path.display()
    );
    done.in_lang(context.settings.lang).to_owned()
}

/// A workbook's sums, who was named and is not on file, and what was never fetched.
pub(crate) struct Written {
    pub(crate) summary: Summary,
    pub(crate) strangers: Option<Problem>,
    pub(crate) gaps: Gaps,
}

/// Judges and writes the workbook: a first look for heads and columns, then a person at a time.
pub(crate) async fn write_workbook(
    context: &Context,
    judging: &Judging<'_>,
    ledger: &Ledger,
    people: Option<&[UserId]>,
    days: Days,
    (sink, sheets): (Sink, Option<&[SheetName]>),
) -> Result<Written, Failure> {
    let failed = |e| ledger::failure(&e);
    let members = ledger.people(None).await.map_err(failed)?;
    let tree = Tree::new(ledger.departments(None).await.map_err(failed)?);
    let users: Vec<UserId> = match people {
        Some(people) => people.to_vec(),
        None => members.iter().map(|member| member.userid.clone()).collect(),
    };
    let told = Told::read(ledger, &users, days).await?;
    let names = Names::new(members, &tree, &told);
    let lang = context.settings.report_lang;
    let kept = Kept::new(ledger, None, context.today());
    let sheets = match sheets {
        Some(sheets) => sheets.to_vec(),
        None => by_themselves(kept.has_any(&users, days).await?),
    };
    let mut survey = Survey::new(Gaps::new(days, context.today()), lang);
    survey.tell(&told);
    let strangers = judging
        .each(people, days, |judged| {
            survey.add(&judged, &names);
            Ok(())
        })
        .await?;
    let (summary, gaps) = (survey.summary.clone(), survey.gaps.clone());
    if summary.people() == 0 && strangers.is_some() {
        return Ok(Written { summary, strangers, gaps });
    }
    let zone = &context.settings.zone;
    let heading = Heading {
        days,
        made: context.zoned_now(),
        data_until: gaps.known_until().map(|at| at.to_zoned(zone.clone())),
        gaps: gaps.sentences().iter().map(|said| said.in_lang(lang).to_owned()).collect(),
        lang,
    };
    let mut book = Book::begin(&heading, survey, judging.company().policy(), &sheets)?;
    judging.each_again(people, days, |judged| book.add(&judged, &names)).await?;
    if sheets.contains(&SheetName::Reconcile) {
        compare(judging, kept, people, days, |judged, days, months| {
            book.compare(judged, &names, days, months)
        })
        .await?;
    }
    book.finish(sink)?;
    Ok(Written { summary, strangers, gaps })
}

/// The sheets of a workbook that nobody has chosen from.
fn by_themselves(reports_are_kept: bool) -> Vec<SheetName> {
    let has_something = |sheet: &SheetName| *sheet != SheetName::Reconcile || reports_are_kept;
    SheetName::ALL.into_iter().filter(has_something).collect()
}

/// Hands over each person with what WeCom's own reports, as the ledger keeps them, say of the days.
async fn compare(
    judging: &Judging<'_>,
    mut kept: Kept<'_>,
    people: Option<&[UserId]>,
    days: Days,
    mut take: impl FnMut(
        &Judged,
        &BTreeMap<Date, Option<DayReport>>,
        &[(Days, MonthReport)],
    ) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let whole_months = told::whole_months(days);
    let mut persons = judging.persons(people, days).await?;
    while let Some(batch) = persons.next().await.map_err(|e| ledger::failure(&e))? {
        let users: Vec<UserId> = batch.iter().map(|person| person.userid.clone()).collect();
        let mut of_days = kept.days(&users, days).await?;
        let mut of_months = kept.months(&users, &whole_months).await?;
        for judged in judging.batch(batch, days) {
            let key = judged.person.userid.key();
            let days = of_days.remove(&key).unwrap_or_default();
            let months = of_months.remove(&key).unwrap_or_default();
            take(&judged, &days, &months)?;
        }
    }
    Ok(())
}
