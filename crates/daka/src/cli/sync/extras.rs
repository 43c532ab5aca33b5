//! What `daka sync` fetches on purpose only, and what it says of it.

use std::{collections::BTreeMap, path::PathBuf};

use daka_ledger::Counts;
use daka_sync::{Extras, Missed, Outcome, PhotoFolder, Photos, Thing};

use crate::{
    cli::fetch,
    failure::{Failure, FileWork, Problem},
    lang::{Lang, Text, text},
};

#[derive(Debug, clap::Args)]
pub(super) struct ExtraArgs {
    /// Keep WeCom's own day and month reports too, for `daka reconcile --from-ledger`
    #[arg(long)]
    reports: bool,
    /// Keep the photos of check-ins in this folder, each under the hash of its bytes; WeCom
    /// forgets them after three days, and they are personal
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
}

impl ExtraArgs {
    /// Makes the folder of photos where it is missing.
    pub(super) fn resolve(&self) -> Result<Extras, Failure> {
        let open = |path: &PathBuf| {
            PhotoFolder::open(path.clone()).map_err(|e| Failure::file(path, FileWork::Make, &e))
        };
        let photos = self.media.as_ref().map(open).transpose()?;
        Ok(Extras { reports: self.reports, photos })
    }
}

/// What was done beyond records and rules, as the rest of a sentence; empty when nothing was.
pub(super) fn sentence(outcome: &Outcome, lang: Lang) -> String {
    let mut reports = outcome.day_reports;
    reports += outcome.month_reports;
    let Photos { kept, gone } = outcome.photos;
    let mut parts = Vec::new();
    if reports != Counts::default() {
        let Counts { new, revised, withdrawn, .. } = reports;
        parts.push(text!(
            "; WeCom's reports: {new} new, {revised} revised, {withdrawn} withdrawn",
            "；企业微信报表新增 {new}，更正 {revised}，撤回 {withdrawn}"
        ));
    }
    if kept + gone > 0 {
        parts.push(text!(
            "; photos: {kept} kept, {gone} gone",
            "；照片保存 {kept} 张，已过期 {gone} 张"
        ));
    }
    parts.iter().map(|part| part.in_lang(lang)).collect()
}

/// How many things of one cause are named.
const NAMED: usize = 20;

/// Departments, tags and photos that could not be fetched, cause by cause.
pub(super) fn problems(missed: &[Missed]) -> Vec<Problem> {
    let mut causes: BTreeMap<Text, (Problem, Vec<&Thing>)> = BTreeMap::new();
    for Missed { thing, error } in missed {
        let problem = fetch::problem(error);
        let cause = causes.entry(problem.errmsg.clone());
        cause.or_insert_with(|| (problem, Vec::new())).1.push(thing);
    }
    causes
        .into_values()
        .map(|(problem, things)| {
            let named: Vec<String> = things.iter().take(NAMED).map(ToString::to_string).collect();
            let (named, more) = (named.join(", "), things.len().saturating_sub(NAMED));
            let errmsg = &problem.errmsg;
            let errmsg = match more {
                0 => text!([errmsg], "{errmsg} ({named})", "{errmsg}（{named}）"),
                more => text!(
                    [errmsg],
                    "{errmsg} ({named}, {more} more)",
                    "{errmsg}（{named}，另有 {more} 个）"
                ),
            };
            Problem { errmsg, ..problem }
        })
        .collect()
}
