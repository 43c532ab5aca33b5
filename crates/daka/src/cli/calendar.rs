//! `daka calendar`: which public holidays judging goes by.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use attendance::{Calendar, calendar::CalendarYear};
use jiff::{ToSpan as _, civil::Date};

use super::Context;
use crate::{
    calendars,
    failure::{Exit, Failure, FileWork, Problem},
    lang::text,
    output::{Format, OutputArgs, Sink},
};

/// Public holidays: which years are known, and adding one
///
/// The State Council's arrangements for 2024 to 2026 are built in. A year that nobody arranged is
/// never guessed: its days carry a warning. A file adds years or replaces them.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"A file holds one year:
  {"year": 2027, "off": ["2027-01-01"], "work": [], "statutory": ["2027-01-01"], "source": "..."}
or several: {"2027": {"off": [], "work": [], "statutory": []}}
  off        days off, the weekends among them included
  work       weekend days that are worked
  statutory  the 300 % days among off

Examples:
  daka calendar list
  daka calendar list 2026
  daka calendar check calendar-2027.json
  daka calendar import calendar-2027.json

In place of importing, daka.toml may name files, relative to itself:
  [calendar]
  files = ["calendar-2027.json"]"#)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Check a calendar file, and say which years are known
    Check {
        /// The file
        file: PathBuf,
    },
    /// Check a calendar file and keep a copy where every command finds it
    Import {
        /// The file
        file: PathBuf,
    },
    /// List the years that are known, or the days of one
    List {
        /// A year, such as 2026
        year: Option<i16>,
        #[command(flatten)]
        output: OutputArgs,
    },
}

impl Args {
    /// The format of errors.
    pub(super) fn error_format(&self) -> Option<Format> {
        match &self.action {
            Action::List { output, .. } => output.format,
            Action::Check { .. } | Action::Import { .. } => None,
        }
    }
}

/// Checks, imports or lists.
pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    match &args.action {
        Action::Check { file } => check(context, file),
        Action::Import { file } => import(context, file),
        Action::List { year: None, output } => list(context, output),
        Action::List { year: Some(year), output } => list_year(context, *year, output),
    }
}

fn check(context: &Context, file: &Path) -> Result<(), Failure> {
    let years = sound(file)?;
    let known = calendars::known(&context.settings)?;
    let mut text = String::new();
    for (year, days) in &years {
        let calendar = Calendar::empty().with_years([(*year, days.clone())]);
        // Writing to a string does not fail.
        let _ = writeln!(text, "{year}: {}", sentence(&calendar, *year, days, context));
    }
    let names: Vec<String> = known.calendar.years().map(|(year, _)| year.to_string()).collect();
    let names = names.join(", ");
    let known = text!("known years: {names}", "已知年份：{names}");
    let _ = writeln!(text, "{}", known.in_lang(context.settings.lang));
    say(&text);
    Ok(())
}

fn import(context: &Context, file: &Path) -> Result<(), Failure> {
    let lang = context.settings.lang;
    let years = sound(file)?;
    let Some(folder) = calendars::folder() else {
        let path = file.display();
        let advice = text!(
            "this system has no config folder; add to daka.toml:",
            "此系统没有用户配置目录；请在 daka.toml 中加入："
        );
        say(&format!("{}\n[calendar]\nfiles = [\"{path}\"]\n", advice.in_lang(lang)));
        return Ok(());
    };
    fs::create_dir_all(&folder).map_err(|e| Failure::file(&folder, FileWork::Make, &e))?;
    for (year, days) in years {
        let path = folder.join(format!("calendar-{year}.json"));
        let mut file = serde_json::json!({ "year": year });
        if let (Some(file), Ok(serde_json::Value::Object(days))) =
            (file.as_object_mut(), serde_json::to_value(&days))
        {
            file.extend(days);
        }
        Sink::open(Some(&path))?.fill(format!("{file:#}\n").as_bytes())?;
        let shown = path.display();
        let done = text!("{year} imported into {shown}", "{year} 年已导入 {shown}");
        say(&format!("{}\n", done.in_lang(lang)));
    }
    Ok(())
}

/// The years of a file without problems.
fn sound(file: &Path) -> Result<std::collections::BTreeMap<i16, CalendarYear>, Failure> {
    let years = calendars::read(file)?;
    let problems: Vec<Problem> = years
        .iter()
        .flat_map(|(year, days)| days.problems(*year))
        .map(|problem| Problem {
            kind: "calendar".into(),
            errmsg: text!("{path}: {problem}", "{path}：{problem}", path = file.display()),
            hint: text!("mend the file and try again", "请改正文件后重试"),
            ..Problem::default()
        })
        .collect();
    if problems.is_empty() { Ok(years) } else { Err(Failure { exit: Exit::Failed, problems }) }
}

fn sentence(calendar: &Calendar, year: i16, days: &CalendarYear, context: &Context) -> String {
    let (off, work, statutory) = (days.off.len(), days.work.len(), days.statutory.len());
    let work_days = work_days(calendar, year);
    let sentence = text!(
        "{off} days off, {work} made up, {statutory} statutory; {work_days} work days in the year",
        "放假 {off} 天，调休上班 {work} 天，法定节假日 {statutory} 天，全年工作日 {work_days} 天"
    );
    sentence.in_lang(context.settings.lang).to_owned()
}

fn work_days(calendar: &Calendar, year: i16) -> usize {
    let Ok(first) = Date::new(year, 1, 1) else { return 0 };
    let days = first.series(1.day()).take_while(|date| date.year() == year);
    days.filter(|date| calendar.is_work_day(*date)).count()
}

fn list(context: &Context, output: &OutputArgs) -> Result<(), Failure> {
    let lang = context.settings.lang;
    let known = calendars::known(&context.settings)?;
    let mut output =
        output.open(&["year", "work_days", "off", "work", "statutory", "file", "source"])?;
    for (year, days) in known.calendar.years() {
        let work_days = work_days(&known.calendar, year);
        let (off, work, statutory) = (days.off.len(), days.work.len(), days.statutory.len());
        let file = known.files.get(&year).map(|path| path.display().to_string());
        output.row(
            || {
                serde_json::json!({
                    "year": year, "work_days": work_days, "off": off, "work": work,
                    "statutory": statutory, "file": file, "source": days.source,
                })
                .to_string()
            },
            || {
                let built_in = text!("built in", "内置");
                let file = file.clone().unwrap_or_else(|| built_in.in_lang(lang).to_owned());
                let counts = [work_days, off, work, statutory].map(|count| count.to_string());
                let mut cells = vec![year.to_string()];
                cells.extend(counts);
                cells.extend([file, days.source.clone().unwrap_or_default()]);
                cells
            },
        )?;
    }
    output.finish()
}

fn list_year(context: &Context, year: i16, output: &OutputArgs) -> Result<(), Failure> {
    let known = calendars::known(&context.settings)?;
    let Some((_, days)) = known.calendar.years().find(|(known, _)| *known == year) else {
        return Err(Failure::one(
            Exit::Failed,
            "calendar",
            text!("nobody has arranged {year}", "没有 {year} 年的放假安排"),
            text!(
                "`daka calendar import FILE` adds a year",
                "用 `daka calendar import FILE` 添加年份"
            ),
        ));
    };
    let mut output = output.open(&["date", "weekday", "kind"])?;
    let dates: std::collections::BTreeSet<Date> = days.off.union(&days.work).copied().collect();
    for date in dates {
        let kind = match () {
            () if days.work.contains(&date) => "work",
            () if days.statutory.contains(&date) => "statutory",
            () => "off",
        };
        let weekday = date.strftime("%a").to_string();
        output.row(
            || serde_json::json!({"date": date, "weekday": weekday, "kind": kind}).to_string(),
            || vec![date.to_string(), weekday.clone(), kind.to_owned()],
        )?;
    }
    output.finish()
}

fn say(text: &str) {
    // A reader that has gone away is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
