//! The people that a command works on.

use std::{collections::HashSet, path::PathBuf};

use clap::Args;
use wecom_checkin::UserId;

use crate::{
    failure::Failure,
    handed_in,
    lang::{Text, text},
};

/// `--users`, `--users-file` and `--all`.
#[derive(Debug, Clone, Args, Default)]
#[group(multiple = false)]
pub(crate) struct PeopleArgs {
    /// Userids, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) users: Option<Vec<String>>,
    /// A file with one userid a line; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) users_file: Option<PathBuf>,
    /// Everyone whom the contact secret can list
    #[arg(long)]
    pub(crate) all: bool,
}

/// Whom a command was asked to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    /// These people, in byte order, each once.
    Named(Vec<UserId>),
    /// Everyone the contact secret can list.
    All,
    /// Nobody was named.
    Unsaid,
}

impl PeopleArgs {
    /// Reads the names, from a file where one is given.
    pub(crate) fn resolve(&self) -> Result<Selection, Failure> {
        if self.all {
            return Ok(Selection::All);
        }
        if let Some(users) = &self.users {
            return named(
                users.iter().map(String::as_str),
                &text!("--users names nobody", "--users 没有指定任何人"),
            )
            .map(Selection::Named);
        }
        let Some(path) = &self.users_file else { return Ok(Selection::Unsaid) };
        let shown = path.display();
        let text = handed_in::file_or_stdin(path).map_err(|e| {
            Failure::usage(
                text!(
                    "--users-file {shown} cannot be read: {e}",
                    "无法读取 --users-file {shown}：{e}"
                ),
                text!(
                    "name a text file with one userid a line",
                    "请指定一个文本文件，每行一个 userid"
                ),
            )
        })?;
        let empty = text!("--users-file {shown} names nobody", "--users-file {shown} 中没有人");
        named(text.lines(), &empty).map(Selection::Named)
    }
}

/// Reads a userid that somebody typed.
pub(crate) fn userid(name: &str) -> Result<UserId, Failure> {
    UserId::parse(name).map_err(|e| {
        Failure::usage(
            text!("{e}", "{name:?} 不是 userid：userid 为 1 至 64 个字符，不含空格和控制字符"),
            text!("write userids as WeCom spells them", "请按企业微信中的写法填写 userid"),
        )
    })
}

fn named<'a>(names: impl Iterator<Item = &'a str>, empty: &Text) -> Result<Vec<UserId>, Failure> {
    let mut seen = HashSet::new();
    let mut people = Vec::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        let userid = userid(name)?;
        if seen.insert(userid.key()) {
            people.push(userid);
        }
    }
    if people.is_empty() {
        return Err(Failure::usage(
            empty.clone(),
            text!("give at least one userid, or --all", "请至少给出一个 userid，或用 --all"),
        ));
    }
    people.sort();
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_sorted_and_once_whatever_their_case() {
        let people = named(["bo", " ann ", "", "BO", "Cy"].into_iter(), &Text::default()).unwrap();
        assert_eq!(people.iter().map(UserId::as_str).collect::<Vec<_>>(), ["Cy", "ann", "bo"]);
        assert!(named(["", "  "].into_iter(), &Text::default()).is_err());
        assert!(named(["a b"].into_iter(), &Text::default()).is_err());
    }
}
