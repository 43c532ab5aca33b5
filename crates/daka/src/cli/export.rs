//! `daka export`: history for people's own tools.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::PathBuf,
};

use clap::ValueEnum;
use jiff::Timestamp;
use wecom_checkin::{UserId, UserKey};

use super::{Context, shortfall, usage};
use crate::{
    days::{DayArgs, parse_instant},
    export::{
        Export, Layout, Source,
        format::FileFormat,
        table::{Covered, Punches, Records, Rules, Schedules, Shown, VerdictDays, VerdictMonths},
    },
    failure::{Failure, Problem},
    gaps::Gaps,
    judging,
    lang::{Lang, text},
    ledger,
    output::Format,
    people::{PeopleArgs, Selection},
};

/// Write history out of the ledger, partitioned by company and month, for DuckDB, Spark or pandas
///
/// Each table has a folder, each company and month a folder in it, in the Hive layout:
/// DIR/punch/company=ww0123456789abcdef/month=2026-10/part-0.parquet. A file is there whole or not
/// at all. An export replaces the partitions it writes, so give another format, or fewer people or
/// days, a DIR of its own. Without people: everyone in the ledger. docs/export.md has the columns.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka export --month 2026-10 -o lake
  daka export --from 2026-01-01 --to 2026-10-31 --tables record,covered --format csv -o records
  daka export --month 2026-10 --tables punch --personal --raw --format jsonl -o everything
  duckdb -c \"SELECT day, count(*) FROM read_parquet('lake/punch/**/*.parquet', hive_partitioning=true) GROUP BY day\"")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// The folder to write into; made when it is not there
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The kind of file
    #[arg(long, value_enum, default_value_t = FileFormat::Parquet)]
    format: FileFormat,
    /// The tables, separated by commas
    #[arg(long, value_enum, value_name = "A,B", value_delimiter = ',', default_values_t = DEFAULT)]
    tables: Vec<Name>,
    /// Export what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    /// Succeed although days were never fetched; they are still counted and named
    #[arg(long)]
    allow_incomplete: bool,
    /// Add what is personal to records and punches: place, Wi-Fi, device, notes, photo ids
    #[arg(long)]
    personal: bool,
    /// Add rows as WeCom sent them, in a column of JSON; personal data and all
    #[arg(long, requires = "personal")]
    raw: bool,
}

/// The tables by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Name {
    /// Punches: what happened
    Punch,
    /// Every row of getcheckindata, 未打卡 rows included
    Record,
    /// Who had which rule from which day until which
    Rule,
    /// Verdicts on file, a row a person and day
    VerdictDay,
    /// The same, added up by person
    VerdictMonth,
    /// Who was to work which shift on which day
    Schedule,
    /// Which days of whom were asked for, and when
    Covered,
}

const DEFAULT: [Name; 4] = [Name::Punch, Name::Rule, Name::VerdictDay, Name::VerdictMonth];

impl Args {
    /// The format that errors are printed in.
    pub(super) fn error_format(&self) -> Option<Format> {
        (self.format == FileFormat::Jsonl).then_some(Format::Jsonl)
    }
}

/// Exports, table by table.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let failed = |e| ledger::failure(&e);
    let days = args.days.required(context.today())?;
    let named = match args.people.resolve()? {
        Selection::Named(people) => Some(people),
        Selection::All | Selection::Unsaid => None,
    };
    let ledger = ledger::open(&context.settings).await?;
    let mut history = ledger.history(args.as_of).await.map_err(failed)?;
    let people = history.people(named.as_deref()).await.map_err(failed)?;
    let found: BTreeSet<UserKey> = people.iter().map(UserId::key).collect();
    let strangers: Vec<UserId> =
        named.into_iter().flatten().filter(|userid| !found.contains(&userid.key())).collect();
    let wrote = strangers.is_empty() || !people.is_empty();
    let mut problems: Vec<Problem> =
        judging::unknown_to_ledger(&strangers, days).into_iter().collect();
    if wrote {
        let corp_id = history.corp_id().await.map_err(failed)?;
        let layout = Layout::new(args.output.clone(), &corp_id, args.format);
        let source = Source {
            history,
            zone: context.settings.zone.clone(),
            unjudged: 0,
            incomplete: BTreeMap::new(),
        };
        let shown = Shown { personal: args.personal, raw: args.raw };
        let export = Export { source, people, days, shown, layout: &layout };
        let gaps = Gaps::new(days, context.today());
        let lang = context.settings.lang;
        let gaps = write(export, &args.tables, lang, gaps).await?;
        problems.extend(shortfall::said(&gaps, args.allow_incomplete, lang));
    }
    Failure::unless_whole(problems, wrote)
}

/// Writes the tables, each once, and says what became of them; hands back what was never fetched.
async fn write(
    mut export: Export<'_>,
    tables: &[Name],
    lang: Lang,
    mut gaps: Gaps,
) -> Result<Gaps, Failure> {
    let said = |path: &std::path::Path, rows: u64| {
        let line = text!("{path}: {rows} rows", "{path}：{rows} 行", path = path.display());
        // A reader that has gone away is no failure.
        let _ = writeln!(std::io::stdout(), "{}", line.in_lang(lang));
    };
    let mut unjudged = 0;
    for table in tables.iter().collect::<BTreeSet<_>>() {
        export.source.unjudged = 0;
        match table {
            Name::Punch => export.write::<Punches>(said).await,
            Name::Record => export.write::<Records>(said).await,
            Name::Rule => export.write::<Rules>(said).await,
            Name::VerdictDay => export.write::<VerdictDays>(said).await,
            Name::VerdictMonth => export.write::<VerdictMonths>(said).await,
            Name::Schedule => export.write::<Schedules>(said).await,
            Name::Covered => export.write::<Covered>(said).await,
        }?;
        unjudged = unjudged.max(export.source.unjudged);
    }
    if unjudged > 0 {
        usage::remark(
            &text!(
                "no verdict on file for {unjudged} person-days; `daka judge` files them",
                "{unjudged} 个人日尚无结论；运行 `daka judge` 即可补上"
            ),
            lang,
        );
    }
    let mut incomplete = export.source.incomplete;
    for userid in &export.people {
        gaps.add_incomplete(userid, incomplete.remove(userid).unwrap_or_default());
    }
    Ok(gaps)
}
