//! `daka report`: the month's workbook, or its sums as rows.

mod sums;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use daka_ledger::Ledger;
use jiff::Timestamp;
use wecom_checkin::UserId;

use super::{Context, shortfall};
use crate::{
    days::{DayArgs, Days, parse_instant},
    failure::{Failure, Problem},
    gaps::Gaps,
    judging::{Judged, Judging},
    lang::text,
    ledger,
    output::{Format, OutputArgs, Sink, is_stdout},
    people::{PeopleArgs, Selection},
    report::{self, Heading, Names, PersonReport, summary::Summary},
};

/// Write the month's workbook from the ledger
///
/// Sheets 月报 (a line a person) and 日报 (a line a person-day), with the titles, groups, units and
/// order of WeCom's own exports. With --format, prints the sums instead: a row a person, a
/// department or the company. Without people: everyone in the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka report --month 2026-10
  daka report --month 2026-10 --users zhangsan,lisi -o two.xlsx --lang en
  daka report --month 2026-10 --format csv --by department -o departments.csv")]
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
    /// What a row of the sums is
    #[arg(long, value_enum, default_value_t = sums::By::Person, requires = "format")]
    by: sums::By,
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
        let output = OutputArgs { format: args.format, output: args.output.clone() };
        let members = ledger.people(args.as_of).await.map_err(|e| ledger::failure(&e))?;
        let gaps = Gaps::new(days, context.today());
        let wanted = sums::Wanted { people, days, by: args.by, output: &output };
        let sums = sums::print(&judging, members, &wanted, gaps).await?;
        return end(context, args, sums.strangers, &sums.gaps, sums.wrote);
    }
    let path = args.output.clone().unwrap_or_else(|| {
        PathBuf::from(format!("attendance-{}-{}.xlsx", days.first(), days.last()))
    });
    let Written { summary, strangers, gaps } =
        write_workbook(context, &judging, &ledger, people, days, &path).await?;
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
pub(super) struct Written {
    pub(super) summary: Summary,
    pub(super) strangers: Option<Problem>,
    pub(super) gaps: Gaps,
}

/// Judges and writes the workbook.
pub(super) async fn write_workbook(
    context: &Context,
    judging: &Judging<'_>,
    ledger: &Ledger,
    people: Option<&[UserId]>,
    days: Days,
    path: &Path,
) -> Result<Written, Failure> {
    let sink = Sink::open(Some(path))?;
    let names = Names::new(ledger.people(None).await.map_err(|e| ledger::failure(&e))?);
    let lang = context.settings.report_lang;
    let mut reports = Vec::new();
    let mut summary = Summary::default();
    let mut gaps = Gaps::new(days, context.today());
    let strangers = judging
        .each(people, days, |judged| {
            gaps.add(&judged.person, judged.verdicts());
            let Judged { person, days } = judged;
            let report = PersonReport::new(&person.userid, days, &names, lang);
            if let Some(report) = report {
                summary.add(&report.month);
                reports.push(report);
            }
            Ok(())
        })
        .await?;
    if reports.is_empty() && strangers.is_some() {
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
    report::write(sink, &heading, &reports)?;
    Ok(Written { summary, strangers, gaps })
}
