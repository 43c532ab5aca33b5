//! `daka notify --status`: what was told, and what waits.

use daka_ledger::{Ledger, Progress};
use jiff::Timestamp;
use serde_json::json;

use super::super::Context;
use crate::{days::Days, failure::Failure, ledger, output::OutputArgs};

const COLUMNS: [&str; 10] = [
    "receiver",
    "recipient",
    "userid",
    "date",
    "kind",
    "amount",
    "progress",
    "at",
    "tries",
    "trouble",
];

pub(super) async fn print(
    context: &Context,
    ledger: &Ledger,
    days: Days,
    receivers: &[String],
    output: &OutputArgs,
) -> Result<(), Failure> {
    let noted = ledger.tellings(days.first(), days.last(), context.now).await;
    let mut output = output.open(&COLUMNS)?;
    let shown = |at: Timestamp| {
        at.to_zoned(context.settings.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    for one in noted.map_err(|e| ledger::failure(&e))? {
        let telling = &one.telling;
        if !(receivers.is_empty() || receivers.contains(&telling.receiver)) {
            continue;
        }
        // When it was told, until when it is claimed, or since when it waits.
        let (progress, at) = match one.progress {
            Progress::Told { at } => ("told", shown(at)),
            Progress::Claimed { until } => ("claimed", shown(until)),
            Progress::Waiting => ("waiting", shown(one.noted_at)),
        };
        let object = json!({
            "receiver": telling.receiver, "recipient": telling.recipient,
            "userid": telling.userid, "date": telling.date,
            "kind": telling.kind, "amount": telling.amount,
            "progress": progress, "at": at, "tries": one.tries, "trouble": one.trouble,
        });
        output.row(
            || object.to_string(),
            || {
                let cell = |key: &&str| match object.get(*key) {
                    Some(serde_json::Value::String(text)) => text.clone(),
                    Some(serde_json::Value::Null) | None => String::new(),
                    Some(other) => other.to_string(),
                };
                COLUMNS.iter().map(cell).collect()
            },
        )?;
    }
    output.finish()
}
