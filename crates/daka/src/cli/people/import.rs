//! `daka people import`: what the company's own list says goes into the ledger.

use std::{collections::HashMap, fmt::Write as _, io::Write as _, path::PathBuf};

use daka_ledger::RosterEntry;
use jiff::civil::Date;
use wecom_checkin::UserKey;

use super::super::Context;
use crate::{
    failure::Failure,
    lang::{Lang, Text, text},
    ledger,
    roster::Roster,
};

/// Take in a roster: a CSV file or an .xlsx workbook with a head line
///
/// Columns by name, in any order: 账号/userid (needed), 姓名/name, 工号/employee_no,
/// 部门/department (several separated by ;), 职务/position, 入职日期/joined, 离职日期/left (the last
/// day); others are ignored with a word. It replaces what an earlier roster said of the people it
/// names, and says nothing of others. When a line is wrong nothing is imported. In a workbook,
/// format ids with zeros in front as text.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka people import roster.csv --dry-run
  daka people import 花名册.xlsx")]
pub(super) struct Args {
    /// The file; - reads standard input
    file: PathBuf,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads, compares, and files.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let lang = context.settings.lang;
    let roster = Roster::read(&args.file)?;
    if !roster.ignored.is_empty() {
        let (en, zh) = (roster.ignored.join(", "), roster.ignored.join("、"));
        context.remark(&text!("ignored columns: {en}", "忽略的列：{zh}"));
    }
    let failed = |e| ledger::failure(&e);
    let ledger = ledger::open(&context.settings).await?;
    let before = ledger.history(None).await.map_err(failed)?.roster().await.map_err(failed)?;
    let before: HashMap<UserKey, RosterEntry> =
        before.into_iter().map(|entry| (entry.userid.key(), entry)).collect();
    let changes = Changes::between(&before, &roster.entries, lang);
    let counts = changes.counts(roster.entries.len());
    let said = if args.dry_run {
        let end = text!([counts], "{counts}; nothing was changed", "{counts}；未作改动");
        format!("{}{}\n", changes.lines, end.in_lang(lang))
    } else {
        ledger.commit_roster(context.now, &roster.entries).await.map_err(failed)?;
        format!("{}\n", counts.in_lang(lang))
    };
    // A reader that has gone away is no failure.
    let _ = std::io::stdout().write_all(said.as_bytes());
    Ok(())
}

/// What a roster changes, counted and line by line.
#[derive(Default)]
struct Changes {
    new: usize,
    changed: usize,
    unchanged: usize,
    lines: String,
}

impl Changes {
    fn between(before: &HashMap<UserKey, RosterEntry>, now: &[RosterEntry], lang: Lang) -> Self {
        let mut changes = Self::default();
        let nothing = RosterEntry::default();
        for entry in now {
            let earlier = before.get(&entry.userid.key());
            let differences = differences(earlier.unwrap_or(&nothing), entry, lang);
            match earlier {
                None => changes.new += 1,
                Some(_) if differences.is_empty() => changes.unchanged += 1,
                Some(_) => changes.changed += 1,
            }
            for (what, was, is) in differences {
                // Writing to a string does not fail.
                let _ = writeln!(changes.lines, "{}  {what}: {was} → {is}", entry.userid);
            }
        }
        changes
    }

    fn counts(&self, people: usize) -> Text {
        let Self { new, changed, unchanged, .. } = self;
        text!(
            "{people} people: {new} new, {changed} changed, {unchanged} unchanged",
            "共 {people} 人：新增 {new}，变更 {changed}，未变 {unchanged}"
        )
    }
}

/// What differs between two entries of one person: its name, before and after.
fn differences(
    before: &RosterEntry,
    now: &RosterEntry,
    lang: Lang,
) -> Vec<(&'static str, String, String)> {
    let shown = |entry: &RosterEntry| {
        let date = |date: Option<Date>| date.map(|date| date.to_string());
        let departments = entry.departments.join(";");
        [
            (lang.pick("姓名", "name"), entry.name.clone()),
            (lang.pick("工号", "employee_no"), entry.employee_no.clone()),
            (lang.pick("部门", "departments"), Some(departments).filter(|all| !all.is_empty())),
            (lang.pick("职务", "position"), entry.position.clone()),
            (lang.pick("入职日期", "joined"), date(entry.joined)),
            (lang.pick("离职日期", "left"), date(entry.left)),
        ]
    };
    let told = |value: Option<String>| value.unwrap_or_else(|| "--".to_owned());
    let both = shown(before).into_iter().zip(shown(now));
    both.filter(|((_, was), (_, is))| was != is)
        .map(|((what, was), (_, is))| (what, told(was), told(is)))
        .collect()
}
