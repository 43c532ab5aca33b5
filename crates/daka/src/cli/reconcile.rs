//! `daka reconcile`: our verdicts beside WeCom's own reports.

mod asking;
pub(super) mod kept;
pub(super) mod told;

use std::{collections::HashSet, io::Write as _};

use attendance::{
    Person, Reconciliation, Verdict,
    reconcile::{Compared, Explained, Line, Tallies},
};
use jiff::Timestamp;
use wecom_checkin::{UserId, UserKey};

use self::{
    asking::Asking,
    kept::Kept,
    told::{MonthsTold, Reports},
};
use super::{Context, wecom::Clients};
use crate::{
    days::{DayArgs, Days, parse_instant},
    failure::{Failure, Problem},
    judging::Judging,
    lang::{Text, text},
    ledger,
    output::{Cells, Format, Output, OutputArgs},
    people::{PeopleArgs, Selection},
    table::terminal::Grid,
};

/// Compare our verdicts with WeCom's own day and month reports
///
/// Judges the days from the ledger, asks WeCom for its reports of the same days
/// (getcheckin_daydata, and getcheckin_monthdata for whole months) and prints what is not the same:
/// person, day, number, ours and theirs. Then it counts, and names the policy key that would
/// explain the differences, if one would. Differences are an answer, not a failure.
///
/// With --from-ledger WeCom is not asked: its reports are those that `daka sync --reports` kept,
/// and days without one are listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka reconcile --month 2026-10
  daka reconcile --users zhangsan --from 2026-10-12 --to 2026-10-16 --same
  daka reconcile --month 2026-10 --summary
  daka reconcile --month 2026-10 --from-ledger --as-of 2026-11-04T00:00:00+08:00
  daka reconcile --month 2026-10 --format csv -o differences.csv")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// Compare with the reports that the ledger keeps, and ask WeCom nothing
    #[arg(long)]
    from_ledger: bool,
    /// Compare what the ledger knew at this instant, such as 2026-11-04T00:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant, requires = "from_ledger")]
    as_of: Option<Timestamp>,
    /// Print what is the same, too
    #[arg(long, conflicts_with = "summary")]
    same: bool,
    /// Print the counts by field, and policy keys that would explain differences
    #[arg(long)]
    summary: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

const COLUMNS: [&str; 6] = ["userid", "days", "field", "outcome", "ours", "theirs"];
const SUMMARY_COLUMNS: [&str; 8] =
    ["of", "name", "same", "differs", "only_ours", "only_theirs", "removes", "adds"];

/// Compares and prints.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let named = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging = Judging::new(&context.settings, now, &ledger, args.as_of).await?;
    let mut reports = if args.from_ledger {
        let today = now.to_zoned(context.settings.zone.clone()).date();
        Reports::Kept(Kept::new(&ledger, args.as_of, today))
    } else {
        Reports::Asked(Asking::new(Clients::new(&context.settings)?.checkin))
    };
    let columns: &[&str] = if args.summary { &SUMMARY_COLUMNS } else { &COLUMNS };
    let mut output = args.output.open(columns)?;
    let mut reconciliation = Reconciliation::new(judging.company());
    let mut met: HashSet<UserKey> = HashSet::new();
    let mut persons = judging.persons(named, days).await?;
    while let Some(batch) = persons.next().await.map_err(|e| ledger::failure(&e))? {
        let people: Vec<UserId> = batch.iter().map(|person| person.userid.clone()).collect();
        met.extend(people.iter().map(UserId::key));
        let mut told = reports.days(&people, days).await?;
        let months = reports.months(&people, days).await?;
        for person in &batch {
            let told = told.remove(&person.userid.key()).unwrap_or_default();
            let compared = reconciliation.person(person, days.first()..=days.last(), &told);
            let of_months = of_months(&mut reconciliation, &compared.verdicts, &months);
            if !args.summary {
                print(&mut output, person, &compared, &of_months, args.same)?;
            }
        }
    }
    let (mut problems, answered) = reports.end();
    let strangers = named.into_iter().flatten().filter(|user| !met.contains(&user.key()));
    problems.extend(strangers.map(|user| not_in_ledger(user, days)));
    if args.summary {
        print_summary(&mut output, &reconciliation)?;
    }
    output.finish()?;
    conclude(context, args, &reconciliation);
    Failure::unless_whole(problems, answered)
}

fn not_in_ledger(user: &UserId, days: Days) -> Problem {
    let problem = Problem {
        kind: "ledger".into(),
        errmsg: text!("the ledger knows nothing of {user}", "账本中没有 {user}"),
        hint: text!(
            "check the spelling, or `daka sync` that person first",
            "请检查拼写，或先用 `daka sync` 同步此人"
        ),
        ..Problem::default()
    };
    problem.undone(std::slice::from_ref(user), days)
}

/// One person's months, those that can be compared.
fn of_months(
    reconciliation: &mut Reconciliation<'_>,
    verdicts: &[Verdict],
    told: &MonthsTold,
) -> Vec<(Days, Vec<Line>)> {
    let Some(first) = verdicts.first() else { return Vec::new() };
    let told = told.get(&first.userid.key()).into_iter().flatten();
    told.filter_map(|(month, report)| {
        let of_month = |v: &&Verdict| month.first() <= v.date && v.date <= month.last();
        let verdicts: Vec<Verdict> = verdicts.iter().filter(of_month).cloned().collect();
        Some((*month, reconciliation.month(&verdicts, report)?))
    })
    .collect()
}

fn print(
    output: &mut Output<Cells>,
    person: &Person,
    compared: &Compared,
    months: &[(Days, Vec<Line>)],
    same: bool,
) -> Result<(), Failure> {
    let days = compared.days.iter().map(|(date, lines)| (date.to_string(), lines));
    let months = months.iter().map(|(m, lines)| (m.first().strftime("%Y-%m").to_string(), lines));
    for (days, lines) in days.chain(months) {
        for line in lines.iter().filter(|line| same || !line.is_same()) {
            let json = || {
                serde_json::json!({
                    "userid": person.userid, "days": days, "field": line.field,
                    "outcome": line.outcome, "ours": line.ours, "theirs": line.theirs,
                })
            };
            let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
            output.row(
                || json().to_string(),
                || {
                    let outcome = json().get("outcome").and_then(|o| o.as_str()).map(str::to_owned);
                    vec![
                        person.userid.to_string(),
                        days.clone(),
                        line.field.name().to_owned(),
                        outcome.unwrap_or_default(),
                        number(line.ours),
                        number(line.theirs),
                    ]
                },
            )?;
        }
    }
    Ok(())
}

fn print_summary(
    output: &mut Output<Cells>,
    reconciliation: &Reconciliation<'_>,
) -> Result<(), Failure> {
    for cells in summary(reconciliation) {
        let json = || {
            let filled = SUMMARY_COLUMNS.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty());
            let fields = filled.map(|(name, cell)| {
                let number = cell.parse::<u64>().map(serde_json::Value::from);
                ((*name).to_owned(), number.unwrap_or_else(|_| cell.as_str().into()))
            });
            serde_json::Value::Object(fields.collect()).to_string()
        };
        output.row(json, || cells.clone())?;
    }
    Ok(())
}

/// Rows under [`SUMMARY_COLUMNS`].
fn summary(reconciliation: &Reconciliation<'_>) -> Vec<Vec<String>> {
    let counted = |of: &'static str, tallies: &Tallies| -> Vec<Vec<String>> {
        let rows = tallies.iter().map(|(field, tally)| {
            let counts = [tally.same, tally.differs, tally.only_ours, tally.only_theirs];
            let mut row = vec![of.to_owned(), field.name().to_owned()];
            row.extend(counts.map(|count| count.to_string()));
            row.extend([String::new(), String::new()]);
            row
        });
        rows.collect()
    };
    let mut rows = counted("day", reconciliation.day_tallies());
    rows.extend(counted("month", reconciliation.month_tallies()));
    rows.extend(reconciliation.explained().into_iter().map(|explained| {
        let mut row = vec!["policy".to_owned(), setting(&explained)];
        row.extend(std::iter::repeat_n(String::new(), 4));
        row.extend([explained.removes.to_string(), explained.adds.to_string()]);
        row
    }));
    rows
}

/// A key and its value as a line of `daka.toml`.
fn setting(explained: &Explained) -> String {
    format!("{} = {}", explained.key, explained.value)
}

/// The counts in words: below the table, else on standard error.
fn conclude(context: &Context, args: &Args, reconciliation: &Reconciliation<'_>) {
    let in_table = args.output.format() == Format::Table;
    let said = conclusion(reconciliation);
    if !in_table || args.output.output.is_some() {
        context.remark(&said);
        return;
    }
    let mut text = said.in_lang(context.settings.lang).to_owned();
    if !args.summary {
        let heads = ["类别", "名称", "一致", "不一致", "仅我方", "仅对方", "可消除", "会新增"];
        let mut counts = Grid::new(&context.settings.lang.pick(heads, SUMMARY_COLUMNS));
        for row in summary(reconciliation) {
            counts.add_row(row);
        }
        text = format!("{counts}\n{text}");
    }
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn conclusion(reconciliation: &Reconciliation<'_>) -> Text {
    let tallies =
        reconciliation.day_tallies().values().chain(reconciliation.month_tallies().values());
    let (same, differences) = tallies.fold((0, 0), |(same, differences), tally| {
        (same + tally.same, differences + tally.differences())
    });
    let best = reconciliation.explained().into_iter().next();
    match best {
        None => text!(
            "{same} numbers are the same, {differences} are not",
            "{same} 项一致，{differences} 项不一致"
        ),
        Some(best) => text!(
            "{same} numbers are the same, {differences} are not; {setting} in [policy] would remove {removes} of those of days and add {adds}",
            "{same} 项一致，{differences} 项不一致；[policy] 中设 {setting} 可消除日报差异 {removes} 项，新增 {adds} 项",
            setting = setting(&best),
            removes = best.removes,
            adds = best.adds
        ),
    }
}
