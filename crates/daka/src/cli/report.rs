//! `daka report`: the month's workbook, or its sums as rows.

mod sums;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
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
    judging::{Judged, Judging, frozen::ClosedArgs},
    lang::text,
    ledger,
    output::{Format, OutputArgs, Sink, is_stdout},
    people::{PeopleArgs, Selection},
    report::{
        Binding, Book, Heading, Html, Names, SheetName, Survey, Told, Tree, Xlsx, summary::Summary,
    },
};

/// Write the month's workbook from the ledger
///
/// Sheets 概览, 月报 (a line a person), 日报 (a line a person-day), 打卡时间, 原始记录, 异常明细,
/// 假勤, 规则, 对账 (where `daka sync --reports` has kept WeCom's own) and 说明; 月报 and 日报 with the titles, groups, units and order of WeCom's own exports.
/// --format html writes the same sheets, but for 概览, as one page to print; the other formats print
/// the sums instead: a row a person, a department or the company. Without people: everyone in the
/// ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka report --month 2026-10
  daka report --month 2026-10 --users zhangsan,lisi -o two.xlsx --lang en
  daka report --month 2026-10 --format html --sheets 月报,异常明细 -o october.html
  daka report --month 2026-10 --format csv --by department --level 1 -o departments.csv")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// Report what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    closed: ClosedArgs,
    /// A workbook, a page to print, or the sums in one of the other formats [default: xlsx]
    #[arg(long, value_enum)]
    format: Option<Shape>,
    /// Show all columns of a table, however wide
    #[arg(long, requires = "format")]
    wide: bool,
    /// The sheets of workbook or page, by their names in either language [default: all that have something]
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = SheetName::parse)]
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
    /// Where it goes [default: workbook and page to attendance-FROM-TO, sums to standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// The workbook.
    Xlsx,
    /// The same sheets as one page to print.
    Html,
    /// The sums in columns for a person.
    Table,
    /// The sums as one JSON array.
    Json,
    /// The sums as one JSON object a line.
    Jsonl,
    /// The sums comma-separated, safe to open in a spreadsheet.
    Csv,
}

impl Args {
    /// The format of errors.
    pub(super) fn format(&self) -> Option<Format> {
        self.sums()
    }

    /// How sums are printed, where they are asked for.
    fn sums(&self) -> Option<Format> {
        match self.format? {
            Shape::Xlsx | Shape::Html => None,
            Shape::Table => Some(Format::Table),
            Shape::Json => Some(Format::Json),
            Shape::Jsonl => Some(Format::Jsonl),
            Shape::Csv => Some(Format::Csv),
        }
    }

    /// Refuses what the chosen shape does not have.
    fn check(&self) -> Result<(), Failure> {
        let sums = self.sums().is_some();
        let misplaced = if sums && self.sheets.is_some() {
            Some("--sheets")
        } else if !sums && (self.by != sums::By::Person || self.level.is_some() || self.wide) {
            Some("--by, --level, --wide")
        } else {
            None
        };
        misplaced.map_or(Ok(()), |flag| {
            Err(Failure::usage(
                text!("{flag} cannot be used with this --format", "{flag} 不能与此 --format 同用"),
                text!(
                    "sheets are of workbook and page; sums are of table, json, jsonl and csv",
                    "工作表只用于 xlsx 和 html；汇总用于 table、json、jsonl 和 csv"
                ),
            ))
        })
    }
}

/// Judges and writes.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    args.check()?;
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging =
        Judging::with(&context.settings, now, &ledger, args.as_of, args.closed.which()).await?;
    judging.closed_among(days)?;
    let people = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    if let Some(format) = args.sums() {
        let (output, wide) = (args.output.clone(), args.wide);
        let output = OutputArgs { format: Some(format), wide, output };
        let as_of = judging.as_of(days);
        let members = ledger.people(as_of).await.map_err(|e| ledger::failure(&e))?;
        let gaps = Gaps::new(days, context.today());
        let lang = context.settings.lang;
        let tree = ledger.departments(as_of).await.map_err(|e| ledger::failure(&e))?;
        let tree = Tree::new(tree);
        let users: Vec<UserId> = members.iter().map(|member| member.userid.clone()).collect();
        let told = Told::lately(&ledger, &users, as_of).await?;
        let judging = judging.in_order(Names::new(members.clone(), &tree, &told).places());
        let (by, level) = (args.by, args.level);
        let wanted = sums::Wanted { people, days, by, level, output: &output, lang };
        let sums = sums::print(&judging, members, &tree, &wanted, gaps).await?;
        return end(context, args, sums.strangers, &sums.gaps, sums.wrote);
    }
    let bound = if args.format == Some(Shape::Html) { Bound::Html } else { Bound::Xlsx };
    let path = args.output.clone().unwrap_or_else(|| {
        PathBuf::from(format!("attendance-{}-{}.{}", days.first(), days.last(), bound.ending()))
    });
    let (sink, sheets) = (Sink::open(Some(&path))?, args.sheets.as_deref());
    let Written { summary, strangers, gaps } =
        write_book(context, judging, &ledger, people, days, (bound, sink, sheets)).await?;
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

/// What the sheets are bound into.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Xlsx,
    Html,
}

impl Bound {
    fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }
}

/// A report's sums, who was named and is not on file, and what was never fetched.
pub(crate) struct Written {
    pub(crate) summary: Summary,
    pub(crate) strangers: Option<Problem>,
    pub(crate) gaps: Gaps,
}

/// Judges and writes the sheets: a first look for heads and columns, then a person at a time.
pub(crate) async fn write_book(
    context: &Context,
    judging: Judging<'_>,
    ledger: &Ledger,
    people: Option<&[UserId]>,
    days: Days,
    (bound, sink, sheets): (Bound, Sink, Option<&[SheetName]>),
) -> Result<Written, Failure> {
    let failed = |e| ledger::failure(&e);
    let as_of = judging.as_of(days);
    let members = ledger.people(as_of).await.map_err(failed)?;
    let tree = Tree::new(ledger.departments(as_of).await.map_err(failed)?);
    let users: Vec<UserId> = match people {
        Some(people) => people.to_vec(),
        None => members.iter().map(|member| member.userid.clone()).collect(),
    };
    let told = Told::read(ledger, &users, days, as_of).await?;
    let names = Names::new(members, &tree, &told);
    let judging = judging.in_order(names.places());
    let lang = context.settings.report_lang;
    let kept = Kept::new(ledger, as_of, context.today());
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
    let policy = judging.company_of(days).policy();
    let of = Of { judging: &judging, kept, people, days, names: &names };
    match bound {
        Bound::Xlsx => {
            let binding = Xlsx::new(sink, lang);
            of.fill(Book::begin(binding, &heading, survey, policy, &sheets)?).await?;
        }
        Bound::Html => {
            let binding = Html::begin(sink, &heading)?;
            of.fill(Book::begin(binding, &heading, survey, policy, &sheets)?).await?;
        }
    }
    Ok(Written { summary, strangers, gaps })
}

/// Whose days a book is filled with.
struct Of<'a> {
    judging: &'a Judging<'a>,
    kept: Kept<'a>,
    people: Option<&'a [UserId]>,
    days: Days,
    names: &'a Names,
}

impl Of<'_> {
    async fn fill<B: Binding>(self, mut book: Book<B>) -> Result<(), Failure> {
        let Self { judging, kept, people, days, names } = self;
        judging.each_again(people, days, |judged| book.add(&judged, names)).await?;
        if book.compares() {
            compare(judging, kept, people, days, |judged, days, months| {
                book.compare(judged, names, days, months)
            })
            .await?;
        }
        book.finish()
    }
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
        for judged in judging.judged(batch, days).await? {
            let key = judged.person.userid.key();
            let days = of_days.remove(&key).unwrap_or_default();
            let months = of_months.remove(&key).unwrap_or_default();
            take(&judged, &days, &months)?;
        }
    }
    Ok(())
}
