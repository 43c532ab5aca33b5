//! What all commands that change something have in common: looking first, telling what was done,
//! and saying of a failure whether anything was changed.

use std::{io::Write as _, path::Path};

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use wecom_checkin::{Client, Error, UserId, write::Write};

use super::wecom;
use crate::{
    days::Days,
    failure::{Exit, Failure, Problem},
    handed_in,
    lang::{Lang, Text, text},
    output::Format,
};

/// `--dry-run` and how to tell what was done.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct WriteArgs {
    /// Check the request and print it as JSON with what it would change; nothing is changed
    #[arg(long)]
    dry_run: bool,
    /// Tell what was done, or why not, as json instead of in a sentence
    #[arg(long, value_enum, hide_possible_values = true)]
    pub(super) format: Option<Format>,
}

impl WriteArgs {
    /// Checks a request without sending it, and prints it where only that was asked for. Returns
    /// whether it shall be sent.
    pub(super) async fn may_send<W: Write, C: Serialize>(
        &self,
        client: &Client,
        request: &W,
        changes: impl AsyncFnOnce() -> Result<C, Error>,
    ) -> Result<bool, Failure> {
        if !self.dry_run {
            return Ok(true);
        }
        let dry = client.dry_run(request).map_err(|e| failure(&e))?;
        let changes = changes().await.map_err(|e| wecom::failure(&e))?;
        show::<W>(&dry.body, &json!(changes));
        Ok(false)
    }

    /// Whether nothing is to be sent.
    pub(super) fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// Tells that a request was taken: in a sentence, or for a program.
    pub(super) fn done<W: Write>(&self, lang: Lang, sentence: &Text, facts: Value) {
        if matches!(self.format, Some(Format::Json | Format::Jsonl)) {
            let mut told = json!({"dry_run": false, "call": W::CALL.name});
            if let (Some(told), Value::Object(facts)) = (told.as_object_mut(), facts) {
                told.extend(facts);
            }
            say(&told.to_string());
        } else {
            say(sentence.in_lang(lang));
        }
    }
}

/// Prints a request that is not sent; `changes` is null where nothing can be compared.
pub(super) fn show<W: Write>(body: &str, changes: &Value) {
    #[derive(Serialize)]
    struct Shown<'a> {
        dry_run: bool,
        call: &'static str,
        request: &'a RawValue,
        #[serde(skip_serializing_if = "Value::is_null")]
        changes: &'a Value,
    }
    let Ok(request) = serde_json::from_str(body) else { return };
    let shown = Shown { dry_run: true, call: W::CALL.name, request, changes };
    say(&serde_json::to_string(&shown).unwrap_or_default());
}

/// One line on standard output.
pub(super) fn say(text: &str) {
    // A reader that has gone away is no failure: what was sent was sent.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Checks one part of a larger request, so that a complaint names it by where the user wrote it.
pub(super) fn check_part<W: Write>(
    client: &Client,
    part: &W,
    inside: &str,
    outside: &Text,
) -> Result<(), Failure> {
    client.dry_run(part).map(drop).map_err(|error| {
        let mut failure = failure(&error);
        for problem in &mut failure.problems {
            problem.errmsg =
                problem.errmsg.map(|lang, text| text.replacen(inside, outside.in_lang(lang), 1));
        }
        failure
    })
}

/// A write that failed, as the end of a command.
pub(super) fn failure(error: &Error) -> Failure {
    let exit = wecom::failure(error).exit;
    Failure { exit, problems: vec![problem(error)] }
}

/// A write that failed. Whether it happened all the same decides what to do next.
pub(super) fn problem(error: &Error) -> Problem {
    let problem = wecom::problem(error);
    if !error.is_retryable() || error.did_not_happen() {
        return problem;
    }
    let hint = &wecom::hint(error);
    let hint = text!(
        [hint],
        "{hint}; it may have happened all the same, so look at what is there before you send it again",
        "{hint}；也可能已经生效，重发之前请先查看现状"
    );
    Problem { hint, retryable: false, ..problem }
}

/// What was left out when a write of several requests stopped on the way.
pub(super) struct Rest {
    /// Where the user wrote it.
    pub(super) place: Text,
    pub(super) users: Vec<UserId>,
    pub(super) days: Option<Days>,
}

/// A write of several requests that stopped on the way: what was done before stays.
pub(super) fn stopped(error: &Error, done: usize, rest: Rest) -> Failure {
    if done == 0 {
        return failure(error);
    }
    let Rest { place, mut users, days } = rest;
    users.sort();
    users.dedup();
    let mut problem = problem(error);
    let (hint, place) = (&problem.hint, &place);
    problem.hint = text!([hint, place], "{hint}; not done: {place}", "{hint}；未完成：{place}");
    let problem = match days {
        Some(days) => problem.undone(&users, days),
        None => problem,
    };
    Failure { exit: Exit::Partial, problems: vec![problem] }
}

/// The text of a request: a file (`@FILE` or FILE), `-` for standard input, or JSON itself.
pub(super) fn text(given: &str) -> Result<String, Failure> {
    if given.trim_start().starts_with(['{', '[']) {
        return Ok(given.to_owned());
    }
    let path = given.strip_prefix('@').unwrap_or(given);
    handed_in::file_or_stdin(Path::new(path)).map_err(|e| {
        Failure::usage(
            text!("the file {path} cannot be read: {e}", "无法读取文件 {path}：{e}"),
            text!("name a file, or - for standard input", "请指定文件，或用 - 表示标准输入"),
        )
    })
}

/// Whether a file's name says that it holds comma-separated lines.
pub(super) fn is_csv(given: &str) -> bool {
    Path::new(given).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// A text that is no JSON of the shape that a request needs.
pub(super) fn not_json(what: &Text, error: &serde_json::Error) -> Failure {
    Failure::usage(
        text!([what], "{what} cannot be read as JSON: {error}", "{what}不能按 JSON 读取：{error}"),
        text!("see --help for the form", "格式见 --help"),
    )
}
