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
    judging::Judging,
    lang::{Lang, text},
    ledger,
    output::{Output, OutputArgs},
    people::{PeopleArgs, Selection},
    report::words,
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
    /// Succeed although days were never fetched; they are still counted and named
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

const COLUMNS: [&str; 14] = [
    "userid",
    "date",
    "status",
    "day_type",
    "rule",
    "findings",
    "checkin_count",
    "first",
    "last",
    "standard_sec",
    "worked_sec",
    "overtime_sec",
    "reasons",
    "warnings",
];

/// Judges and prints.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let lang = context.settings.lang;
    if let Some(path) = &args.bundle {
        let verdicts = read_bundle(path)?.judge();
        let mut output = args.output.open(&COLUMNS)?;
        verdicts.iter().try_for_each(|verdict| print(&mut output, verdict, lang))?;
        return output.finish();
    }
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let ledger = ledger::open(&context.settings).await?;
    let judging =
        Judging::new(&context.settings, args.as_of.unwrap_or(context.now), &ledger, args.as_of)
            .await?;
    let mut output = args.output.open(&COLUMNS)?;
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
            judged.verdicts().try_for_each(|verdict| print(&mut output, verdict, lang))
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

fn print(output: &mut Output, verdict: &Verdict, lang: Lang) -> Result<(), Failure> {
    let verdict_in = || verdict.in_lang(lang.into());
    output.row(
        || serde_json::to_string(&verdict_in()).unwrap_or_default(),
        || cells(&serde_json::json!(verdict_in()), verdict, lang),
    )
}

/// The verdict under [`COLUMNS`].
fn cells(json: &serde_json::Value, verdict: &Verdict, lang: Lang) -> Vec<String> {
    let text = |key: &str| json.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let list = |key: &str| {
        let list = json.get(key).and_then(|v| v.as_array()).into_iter().flatten();
        list.filter_map(|v| v.as_str()).collect::<Vec<_>>().join("; ")
    };
    let findings: Vec<String> = verdict.findings.iter().map(|f| words::finding(f, lang)).collect();
    vec![
        verdict.userid.to_string(),
        verdict.date.to_string(),
        text("status"),
        text("day_type"),
        verdict.rule.as_ref().map(|rule| rule.groupname.clone()).unwrap_or_default(),
        findings.join("; "),
        verdict.checkin_count.to_string(),
        text("first"),
        text("last"),
        verdict.standard_sec.to_string(),
        verdict.worked_sec.to_string(),
        verdict.overtime.seconds.to_string(),
        list("reasons"),
        list("warnings"),
    ]
}
