//! `daka demo`: the whole job against a made-up company.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use daka_ledger::Ledger;
use daka_sync::{Days as SyncDays, Extras, People, Request, plan::LOOK_BACK_DAYS};
use jiff::civil::Date;
use wecom_emulator::{Clock, Config};

use super::{
    Context, emulate, report, shortfall, sync,
    wecom::{self, Clients},
};
use crate::{
    days::{Days, Month, MonthArg},
    failure::{Failure, FileWork},
    judging::Judging,
    lang::text,
    ledger,
    metrics::Metrics,
    output::Sink,
    settings::Settings,
    shell,
};

/// Run the whole job against a made-up company, nothing to set up
///
/// Starts the emulator, syncs one month into a fresh ledger, judges it and writes the workbook.
/// Running it again replaces both files.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// People in the made-up company
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    people: u32,
    /// Which company is made up
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The month [default: the last whole one]
    #[arg(long, value_name = "YYYY-MM", default_value = "last", hide_default_value = true)]
    month: MonthArg,
    /// Where ledger and workbook go
    #[arg(long, value_name = "DIR", default_value = "daka-demo")]
    dir: PathBuf,
}

/// Runs the demo.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let month = args.month.on(context.today()).ok_or_else(|| {
        Failure::usage(
            text!("the clock of this machine shows no usable date", "本机时钟显示的日期不可用"),
            text!("give --month YYYY-MM", "请给出 --month YYYY-MM"),
        )
    })?;
    let days = over(month, context.today())?;
    // A month that lies ahead has happened already in a made-up company.
    let (context, clock) = if days == month.days() {
        let then = context.not_before(wecom::midday_after(month));
        (then, emulate::clock_after(month, context.now))
    } else {
        (context.by_now(), Clock::System)
    };
    let emulator =
        emulate::start(Config { people: args.people, seed: args.seed, clock, ..Config::default() })
            .await?;
    fs::create_dir_all(&args.dir).map_err(|e| Failure::file(&args.dir, FileWork::Make, &e))?;
    let ledger_path = args.dir.join("daka.db");
    let clients = Clients::of_emulator(&emulator)?;
    let ledger = fresh_ledger(&context, &ledger_path, &clients).await?;
    let request = Request {
        people: People::Everyone,
        days: SyncDays::All { from: days.first(), to: days.last() },
        zone: context.settings.zone.clone(),
        look_back: LOOK_BACK_DAYS,
        approvals_back_months: context.settings.approvals_back_months,
        extras: Extras::default(),
    };
    let metrics = Metrics::default();
    let lock = ledger.lock_sync().await.map_err(|e| ledger::failure(&e))?;
    let outcome = sync::bring_up_to_date(&context, &clients, lock, &request, &metrics).await?;
    let judging = Judging::new(&context.settings, context.now, &ledger, None).await?;
    let workbook = args.dir.join(format!("attendance-{month}.xlsx"));
    let sink = Sink::open(Some(&workbook))?;
    let report::Written { summary, gaps, .. } = report::write_book(
        &context,
        judging,
        &ledger,
        None,
        days,
        (report::Bound::Xlsx, sink, None),
    )
    .await?;
    ledger.close().await;
    emulator.stop().await;

    let lang = context.settings.lang;
    let (workbook, ledger_path) = (shell_word(&workbook), shell_word(&ledger_path));
    let text = [
        sync::sentence(&outcome, lang),
        summary.tables(lang),
        text!("workbook: {workbook}", "月报工作簿：{workbook}").in_lang(lang).to_owned(),
        text!("ledger: {ledger_path}", "账本：{ledger_path}").in_lang(lang).to_owned(),
    ];
    let text = text.join("\n") + "\n";
    // A reader that has gone away is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    let gaps = shortfall::said(&gaps, true, lang);
    let problems = sync::problems(&outcome, Some(days));
    Failure::unless_whole(problems.into_iter().chain(gaps).collect(), true)
}

/// A path as it can be pasted into a shell, from any folder.
fn shell_word(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    shell::word(&path.to_string_lossy())
}

/// The days of a month that can be judged: of the one that runs, those that are over.
fn over(month: Month, today: Date) -> Result<Days, Failure> {
    let days = month.days();
    if !days.contains(today) {
        return Ok(days);
    }
    let yesterday = today.yesterday().ok().filter(|day| *day >= days.first());
    let over = yesterday.and_then(|day| Days::new(days.first(), day).ok());
    over.ok_or_else(|| {
        Failure::usage(
            text!("no day of {month} is over yet", "{month} 还没有一天结束"),
            text!("name the month before with --month", "请用 --month 指定前一个月"),
        )
    })
}

/// A new ledger; one of an earlier demo gives way.
async fn fresh_ledger(
    context: &Context,
    path: &Path,
    clients: &Clients,
) -> Result<Ledger, Failure> {
    for ending in ["", "-wal", "-shm", ".1.lock"] {
        let mut old = path.as_os_str().to_owned();
        old.push(ending);
        let old = PathBuf::from(old);
        match fs::remove_file(&old) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::file(&old, FileWork::Replace, &e));
            }
            _ => {}
        }
    }
    let settings =
        Settings { ledger: format!("sqlite:{}", path.display()), ..context.settings.clone() };
    ledger::create_or_open(&settings, clients.checkin.corp()).await
}
