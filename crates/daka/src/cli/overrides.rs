//! `daka override`: what people decided about a day.

use attendance::{Override, verdict::FindingKind};
use clap::Subcommand;
use daka_ledger::{Decided, Removal};
use jiff::Timestamp;

use super::Context;
use crate::{
    days::{DateArg, parse_instant},
    failure::{Exit, Failure},
    lang::{Lang, Refusal, text},
    ledger,
    output::{Output, OutputArgs},
    people,
    table::{Column, Unit, Value},
};

/// Excuse findings of a day, list what was decided, take a decision back
///
/// A decision is applied after the day is judged: what it excuses is no finding any more, and the
/// day says who decided and why, wherever it is shown. Hours stay as they were judged.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka override add zhangsan 2026-10-12 --excuse late --why 'the metro stood still' --by wangwu
  daka override list
  daka override remove 3 --why 'entered for the wrong day'")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Excuse findings of a person's day
    #[command(after_help = "\
Example:
  daka override add zhangsan 2026-10-12 --excuse late,missing --why 'the metro stood still'")]
    Add(AddArgs),
    /// List what was decided; one taken back stays listed
    #[command(after_help = "\
Example:
  daka override list --format csv")]
    List(ListArgs),
    /// Take a decision back; it stays on file
    #[command(after_help = "\
Example:
  daka override remove 3 --why 'entered for the wrong day'")]
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Whose day
    #[arg(value_name = "USER")]
    user: String,
    /// The attendance day, such as 2026-10-12
    #[arg(value_name = "DATE")]
    date: DateArg,
    /// Kinds of finding, separated by commas: late, early, missing, absent, place, device, other; or all
    #[arg(long, value_name = "KINDS", required = true, value_delimiter = ',', value_parser = excused)]
    excuse: Vec<Excused>,
    #[command(flatten)]
    said: Said,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// List what was known at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// The number of the decision
    #[arg(value_name = "ID")]
    id: i64,
    #[command(flatten)]
    said: Said,
}

/// Who decided and why.
#[derive(Debug, clap::Args)]
struct Said {
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who decides
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// A word of `--excuse`.
#[derive(Debug, Clone, Copy)]
enum Excused {
    All,
    Kind(FindingKind),
}

impl Args {
    /// How it prints.
    pub(super) fn output(&self) -> &OutputArgs {
        match &self.action {
            Action::Add(args) => &args.said.output,
            Action::List(args) => &args.output,
            Action::Remove(args) => &args.said.output,
        }
    }
}

/// Does what was asked for, and prints what came of it.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let failed = |e| ledger::failure(&e);
    let decided = match &args.action {
        Action::List(args) => {
            let ledger = ledger::open(&context.settings).await?;
            ledger.overrides(args.as_of).await.map_err(failed)?
        }
        Action::Add(args) => {
            let userid = people::userid(&args.user)?;
            let decision = Override {
                id: 0,
                date: args.date.on(context.today()),
                excuse: kinds(&args.excuse),
                by: args.said.by.clone(),
                at: context.now,
                why: why(&args.said)?,
            };
            let ledger = ledger::open(&context.settings).await?;
            let added =
                ledger.add_override(context.now, &userid, decision).await.map_err(failed)?;
            vec![added.ok_or_else(|| {
                Failure::one(
                    Exit::Failed,
                    "ledger",
                    text!("the ledger knows nothing of {userid}", "账本中没有 {userid}"),
                    text!(
                        "check the spelling, or `daka sync` that person first",
                        "请检查拼写，或先用 `daka sync` 同步此人"
                    ),
                )
            })?]
        }
        Action::Remove(args) => {
            let removal =
                Removal { by: args.said.by.clone(), at: context.now, why: why(&args.said)? };
            let ledger = ledger::open(&context.settings).await?;
            let removed = ledger.remove_override(args.id, removal).await.map_err(failed)?;
            vec![removed.ok_or_else(|| {
                let id = args.id;
                Failure::one(
                    Exit::Failed,
                    "ledger",
                    text!("no decision {id} holds", "没有生效中的人工处理 {id}"),
                    text!("`daka override list` names them", "请用 `daka override list` 查看"),
                )
            })?]
        }
    };
    let mut output = open(args.output(), context.settings.lang)?;
    output.push(&decided)?;
    output.finish()
}

fn open(args: &OutputArgs, lang: Lang) -> Result<Output<Decided>, Failure> {
    let columns = vec![
        Column::number("id", Unit::Long, |d: &Decided| d.decision.id).named("编号", "id"),
        Column::text("userid", |d: &Decided| Some(d.userid.as_str().into()))
            .named("账号", "userid"),
        Column::date("date", |d: &Decided| Some(d.decision.date)).named("日期", "date"),
        Column::new("excuse", Unit::Text, move |d: &Decided| {
            let words: Vec<&str> =
                d.decision.excuse.iter().map(|kind| kind.word(lang.into())).collect();
            Value::text(words.join(lang.pick("、", ", ")))
        })
        .named("免除", "excuse"),
        Column::text("by", |d: &Decided| Some(d.decision.by.as_deref()?.into()))
            .named("处理人", "by"),
        Column::new("at", Unit::Instant, |d: &Decided| Value::Instant(d.decision.at))
            .named("处理时间", "at")
            .wide(),
        Column::text("why", |d: &Decided| Some(d.decision.why.as_str().into()))
            .named("原因", "why"),
        Column::text("removed", |d: &Decided| Some(d.removed.as_ref()?.why.as_str().into()))
            .named("撤销原因", "taken back"),
    ];
    args.table(lang, columns, |decided: &Decided| {
        serde_json::to_string(decided).unwrap_or_default()
    })
}

fn kinds(excused: &[Excused]) -> Vec<FindingKind> {
    let is_excused = |kind: &FindingKind| {
        excused.iter().any(|word| match word {
            Excused::All => true,
            Excused::Kind(named) => named == kind,
        })
    };
    FindingKind::ALL.into_iter().filter(is_excused).collect()
}

fn why(said: &Said) -> Result<String, Failure> {
    let why = said.why.trim();
    if why.is_empty() {
        return Err(Failure::usage(
            text!("--why says nothing", "--why 没有内容"),
            text!("say why; it is shown with the day", "请写明原因；它会与当天一同显示"),
        ));
    }
    Ok(why.to_owned())
}

fn excused(word: &str) -> Result<Excused, Refusal> {
    if word == "all" {
        return Ok(Excused::All);
    }
    let known = FindingKind::ALL.into_iter().find(|kind| kind.word(attendance::Lang::En) == word);
    known.map(Excused::Kind).ok_or_else(|| {
        Refusal(text!(
            "{word:?} is no kind of finding; choose late, early, missing, absent, place, device, other, or all",
            "{word:?} 不是异常种类；请选 late、early、missing、absent、place、device、other 或 all"
        ))
    })
}
