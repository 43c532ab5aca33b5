//! `daka judge`: day verdicts with their reasons.

use std::path::{Path, PathBuf};

use attendance::{Bundle, Verdict};
use jiff::Timestamp;

use super::{Context, shortfall};
use crate::{
    days::{DayArgs, parse_instant},
    failure::{Exit, Failure},
    gaps::Gaps,
    handed_in,
    judging::{Judging, frozen::ClosedArgs},
    lang::{Lang, text},
    ledger,
    output::{Output, OutputArgs},
    people::{PeopleArgs, Selection},
    report::verdicts,
};

/// Judge days: from the ledger, or from a bundle of the API's own answers
///
/// One verdict a person and day, with the reasons for it: the punch, the rule's number, the
/// arithmetic. Verdicts from the ledger are filed there. Without people: everyone in the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka judge --month 2026-10
  daka judge --users zhangsan --from 2026-10-12 --to 2026-10-12 --format json
  daka judge --bundle report.json --format jsonl")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// A JSON file with the API's answers, judged without a ledger
    #[arg(long, value_name = "FILE", conflicts_with_all = ["users", "users_file", "all", "from", "to", "month", "as_of"])]
    bundle: Option<PathBuf>,
    /// Judge what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    closed: ClosedArgs,
    /// Succeed although days were never fetched; they are still counted and named
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Judges and prints.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let lang = context.settings.lang;
    if let Some(path) = &args.bundle {
        let verdicts = read_bundle(path)?.judge().into_iter();
        let line = |verdict: &Verdict| serde_json::to_string(&verdict.in_lang(lang.into()));
        let lines = verdicts.map(|verdict| {
            let line = line(&verdict).unwrap_or_default();
            (verdict, line)
        });
        let mut output = open(args, lang)?;
        output.push(&lines.collect::<Vec<_>>())?;
        return output.finish();
    }
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging =
        Judging::with(&context.settings, now, &ledger, args.as_of, args.closed.which()).await?;
    judging.closed_among(days)?;
    let mut output = open(args, lang)?;
    let people = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    let mut printed = false;
    let mut gaps = Gaps::new(days, context.today());
    let strangers = judging
        .each(people, days, |judged| {
            printed = true;
            gaps.add(&judged.person, judged.verdicts());
            output.push(&judged.into_lines(lang).collect::<Vec<_>>())
        })
        .await?;
    if printed || strangers.is_none() {
        output.finish()?;
    }
    let gaps = shortfall::said(&gaps, args.allow_incomplete, lang);
    Failure::unless_whole(strangers.into_iter().chain(gaps).collect(), printed)
}

/// Reads a bundle; `-` is standard input.
pub(super) fn read_bundle(path: &Path) -> Result<Bundle, Failure> {
    let shown = path.display();
    let text = handed_in::file_or_stdin(path).map_err(|e| {
        Failure::usage(
            text!("the bundle {shown} cannot be read: {e}", "无法读取 bundle {shown}：{e}"),
            text!("check --bundle", "请检查 --bundle"),
        )
    })?;
    Bundle::parse(&text).map_err(|e| {
        Failure::one(
            Exit::Usage,
            "bundle",
            text!("{shown}: {e}", "{shown}：{e}"),
            text!(
                "the bundle's fields are those of the API's answers; `daka judge --help` names an example",
                "bundle 的字段就是接口应答的字段；示例见 `daka judge --help`"
            ),
        )
    })
}

/// The output for verdicts and their JSON.
fn open(args: &Args, lang: Lang) -> Result<Output<(Verdict, String)>, Failure> {
    let columns =
        verdicts::columns(lang).into_iter().map(|column| column.of(|(verdict, _)| verdict));
    args.output.table(lang, columns.collect(), |(_, line): &(Verdict, String)| line.clone())
}
