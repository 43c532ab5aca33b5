//! `daka sync --status`: what the ledger covers, how the last runs went, what comes next.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use daka_ledger::{Error, FailedSlice, Ledger, Run};
use daka_sync::{
    ApprovalsGap,
    plan::{Settling, Work},
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use wecom_checkin::UserId;

use crate::{
    cli::Context,
    failure::Failure,
    gaps,
    lang::{Lang, text},
    ledger,
    output::Format,
    table::terminal::Grid,
};

/// How many runs are listed.
const RUNS: u32 = 5;

/// Prints the status of the company that is meant, or of all; asks WeCom nothing.
pub(super) async fn print(
    context: &Context,
    look_back: i64,
    format: Option<Format>,
) -> Result<(), Failure> {
    if context.settings.several.is_empty() {
        let ledger = ledger::open(&context.settings).await?;
        return print_one(context, Some(&ledger), look_back, format).await;
    }
    let failed = |e| ledger::failure(&e);
    let ledger = Ledger::open(&context.settings.ledger).await.map_err(failed)?;
    for company in &context.settings.several {
        let Some(label) = company.label() else { continue };
        let company = context.settings.without_secrets(company)?;
        let of_company = match ledger.company(&label.corp_id).await {
            Ok(of_company) => Some(of_company),
            Err(Error::Company { .. }) => None,
            Err(error) => return Err(failed(error)),
        };
        print_one(&context.by_now_for(company), of_company.as_ref(), look_back, format).await?;
    }
    Ok(())
}

/// The status of a company; nothing is known of one that is in no ledger yet.
async fn print_one(
    context: &Context,
    ledger: Option<&Ledger>,
    look_back: i64,
    format: Option<Format>,
) -> Result<(), Failure> {
    let status = match ledger {
        Some(ledger) => {
            Status::of(ledger, context, look_back).await.map_err(|e| ledger::failure(&e))?
        }
        None => Status::default(),
    };
    let text = match format {
        Some(Format::Json | Format::Jsonl) => status.json(context).to_string(),
        _ => status.text(context),
    };
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}

#[derive(Default)]
struct Status {
    people: usize,
    covered_from: Option<Date>,
    runs: Vec<Run>,
    /// What the next sync without days would fetch.
    next: Vec<Work>,
    /// Where approvals are not known.
    approvals_unknown: Option<ApprovalsGap>,
}

impl Status {
    async fn of(ledger: &Ledger, context: &Context, look_back: i64) -> daka_ledger::Result<Self> {
        let members = ledger.people(None).await?;
        let present: Vec<UserId> =
            members.into_iter().filter(|member| member.present).map(|m| m.userid).collect();
        let zone = context.settings.zone.clone();
        let settling = Settling { zone, today: context.today(), look_back };
        let next = match daka_sync::pending(ledger, &present, &settling).await {
            Ok(next) => next,
            Err(daka_sync::Error::Ledger(error)) => return Err(error),
            // It asks nobody but the ledger.
            Err(_) => Vec::new(),
        };
        let covered_from = ledger.first_covered().await?;
        let span = (covered_from, context.today());
        Ok(Self {
            people: present.len(),
            covered_from,
            approvals_unknown: approvals_unknown(ledger, &present, span).await?,
            runs: ledger.runs(RUNS).await?,
            next,
        })
    }

    /// People and days still to be fetched, stretch by stretch.
    fn stretches(&self) -> impl Iterator<Item = (usize, Date, Date)> {
        self.next.iter().flat_map(|work| {
            work.spans.iter().map(|span| (work.people.len(), span.first(), span.last()))
        })
    }

    /// What the last run that ended could not get, cause by cause.
    fn missing(&self) -> BTreeMap<&str, Missing<'_>> {
        let end = self.runs.iter().find_map(|run| run.end.as_ref());
        let mut missing: BTreeMap<&str, Missing<'_>> = BTreeMap::new();
        for slice in end.into_iter().flat_map(|end| &end.failed) {
            let of_cause = missing.entry(&slice.reason).or_insert_with(|| Missing::of(slice));
            of_cause.slices += 1;
            of_cause.people.extend(&slice.users);
            of_cause.from = of_cause.from.min(slice.from);
            of_cause.to = of_cause.to.max(slice.to);
        }
        missing
    }

    fn json(&self, context: &Context) -> serde_json::Value {
        let next = self.stretches();
        serde_json::json!({
            "corp_id": context.settings.corp_id,
            "people": self.people,
            "covered_from": self.covered_from,
            "approvals_unknown": self.approvals_unknown,
            "runs": self.runs,
            "next": next
                .map(|(people, from, to)| serde_json::json!({"people": people, "from": from, "to": to}))
                .collect::<Vec<_>>(),
        })
    }

    fn text(&self, context: &Context) -> String {
        let lang = context.settings.lang;
        let mut lines = Vec::new();
        let people = text!("{people} people", "{people} 人", people = self.people);
        let covered = self.covered_from.map_or_else(
            || text!("no day covered", "尚未取数"),
            |day| text!("days from {day} covered", "自 {day} 起已取数"),
        );
        let of_company = context.settings.label.as_ref().map(|label| format!("{label}: "));
        let head = text!([people, covered], "{people}, {covered}", "{people}，{covered}");
        lines.push(format!("{}{}", of_company.unwrap_or_default(), head.in_lang(lang)));
        let approvals = self.approvals_unknown.as_ref().map(gaps::approvals_unknown);
        lines.extend(approvals.map(|said| said.in_lang(lang).to_owned()));
        lines.push(self.runs_table(context).to_string());
        let missing = self.missing();
        if !missing.is_empty() {
            lines.push(missing_table(&missing, lang).to_string());
        }
        lines.push(self.next_table(lang).to_string());
        lines.join("\n")
    }

    fn runs_table(&self, context: &Context) -> Grid {
        let lang = context.settings.lang;
        let at = |at: Timestamp| {
            at.to_zoned(context.settings.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
        };
        let heads = lang.pick(
            ["开始", "结束", "新增", "更改", "撤回", "失败"],
            ["run", "ended", "new", "revised", "withdrawn", "failed"],
        );
        let mut runs = Grid::new(&heads);
        for run in &self.runs {
            let not_ended = || lang.pick("未结束", "not ended").to_owned();
            let ended = run.ended_at.map_or_else(not_ended, at);
            let records = run.end.as_ref().map(|end| end.records).unwrap_or_default();
            let failed = run.end.as_ref().map_or(0, |end| end.failed.len());
            let numbers = [records.new, records.revised, records.withdrawn];
            let mut row = vec![at(run.started_at), ended];
            row.extend(numbers.iter().map(ToString::to_string));
            row.push(failed.to_string());
            runs.add_row(row);
        }
        runs
    }

    fn next_table(&self, lang: Lang) -> Grid {
        let mut next = Grid::new(&lang.pick(["下次取数", "从", "到"], ["next", "from", "to"]));
        for (people, from, to) in self.stretches() {
            let people = text!("{people} people", "{people} 人");
            next.add_row([people.in_lang(lang).to_owned(), from.to_string(), to.to_string()]);
        }
        next
    }
}

/// How many months are looked through for days of which approvals are not known.
const MONTHS: i64 = 13;

/// Where approvals are not known among the days that are covered, of the last months.
pub(crate) async fn approvals_unknown(
    ledger: &Ledger,
    people: &[UserId],
    (covered_from, today): (Option<Date>, Date),
) -> daka_ledger::Result<Option<ApprovalsGap>> {
    let Some(covered_from) = covered_from else { return Ok(None) };
    let from = covered_from.max(today.saturating_sub(MONTHS.months()));
    ApprovalsGap::of(ledger, people, (from, today)).await
}

/// What one cause kept from a run.
struct Missing<'a> {
    slices: usize,
    people: BTreeSet<&'a UserId>,
    from: Date,
    to: Date,
}

impl Missing<'_> {
    /// Nothing yet, around the days of a slice.
    fn of(slice: &FailedSlice) -> Self {
        Self { slices: 0, people: BTreeSet::new(), from: slice.from, to: slice.to }
    }
}

fn missing_table(missing: &BTreeMap<&str, Missing<'_>>, lang: Lang) -> Grid {
    let mut table = Grid::new(&lang.pick(
        ["上次未能取到", "人数", "从", "到", "原因"],
        ["the last run could not get", "people", "from", "to", "because"],
    ));
    for (reason, Missing { slices, people, from, to }) in missing {
        // The reason may hold WeCom's own words.
        let reason = reason.replace(char::is_control, " ");
        let slices = text!("{slices} slices", "{slices} 批").in_lang(lang).to_owned();
        let people = match people.len() {
            // Of a call that is not asked by people.
            0 => lang.pick("全员", "all").to_owned(),
            people => people.to_string(),
        };
        table.add_row([slices, people, from.to_string(), to.to_string(), reason]);
    }
    table
}
