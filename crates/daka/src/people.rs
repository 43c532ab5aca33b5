//! The people that a command works on.

use std::{collections::HashSet, path::PathBuf};

use clap::Args;
use wecom_checkin::UserId;

use crate::{failure::Failure, handed_in};

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
            return named(users.iter().map(String::as_str), "--users names nobody")
                .map(Selection::Named);
        }
        let Some(path) = &self.users_file else { return Ok(Selection::Unsaid) };
        let text = handed_in::file_or_stdin(path).map_err(|e| {
            Failure::usage(
                format!("--users-file {} cannot be read: {e}", path.display()),
                "name a text file with one userid a line",
            )
        })?;
        let empty = format!("--users-file {} names nobody", path.display());
        named(text.lines(), &empty).map(Selection::Named)
    }
}

fn named<'a>(names: impl Iterator<Item = &'a str>, empty: &str) -> Result<Vec<UserId>, Failure> {
    let mut seen = HashSet::new();
    let mut people = Vec::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        let userid = UserId::parse(name)
            .map_err(|e| Failure::usage(e.to_string(), "write userids as WeCom spells them"))?;
        if seen.insert(userid.key()) {
            people.push(userid);
        }
    }
    if people.is_empty() {
        return Err(Failure::usage(empty, "give at least one userid, or --all"));
    }
    people.sort();
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_sorted_and_once_whatever_their_case() {
        let people = named(["bo", " ann ", "", "BO", "Cy"].into_iter(), "none").unwrap();
        assert_eq!(people.iter().map(UserId::as_str).collect::<Vec<_>>(), ["Cy", "ann", "bo"]);
        assert!(named(["", "  "].into_iter(), "none").is_err());
        assert!(named(["a b"].into_iter(), "none").is_err());
    }
}
