//! The calendars that judging goes by: those built in, then files, later ones winning.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use attendance::{
    Calendar,
    calendar::{CalendarYear, years_of_file},
};

use crate::{
    failure::{Exit, Failure, FileWork},
    handed_in,
    lang::text,
    settings::Settings,
};

/// What is known of public holidays, and from where.
pub(crate) struct Calendars {
    pub(crate) calendar: Calendar,
    /// The file of each year; a year that is not here is built in.
    pub(crate) files: BTreeMap<i16, PathBuf>,
}

/// Reads every calendar: the files in the user's config folder, then those that the settings name.
pub(crate) fn known(settings: &Settings) -> Result<Calendars, Failure> {
    let imported = imported().map_err(|(path, e)| Failure::file(&path, FileWork::Read, &e))?;
    let mut known = Calendars { calendar: Calendar::default(), files: BTreeMap::new() };
    for path in imported.iter().chain(&settings.calendar_files) {
        let years = read(path)?;
        known.files.extend(years.keys().map(|year| (*year, path.clone())));
        known.calendar = known.calendar.with_years(years);
    }
    Ok(known)
}

/// Reads a calendar file.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<i16, CalendarYear>, Failure> {
    let wrong = |errmsg, hint| Failure::one(Exit::Usage, "calendar", errmsg, hint);
    let shown = path.display();
    let text = handed_in::file(path).map_err(|e| {
        wrong(
            text!("the calendar {shown} cannot be read: {e}", "无法读取日历 {shown}：{e}"),
            text!(
                "check the path, and [calendar] files in daka.toml",
                "请检查路径，以及 daka.toml 中 [calendar] 的 files"
            ),
        )
    })?;
    years_of_file(&text).map_err(|e| {
        wrong(
            text!("the calendar {shown} {e}", "日历 {shown} 有误：{e}"),
            text!(
                "`daka calendar --help` shows what a file looks like",
                "文件格式见 `daka calendar --help`"
            ),
        )
    })
}

/// Where imported calendars are kept; `None` where the system has no place for settings.
pub(crate) fn folder() -> Option<PathBuf> {
    let user = directories::ProjectDirs::from("", "", "daka")?;
    Some(user.config_dir().join("calendar"))
}

/// The imported files, in order of name.
fn imported() -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let Some(folder) = folder() else { return Ok(Vec::new()) };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err((folder, e)),
    };
    let paths: io::Result<Vec<PathBuf>> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|e| (folder, e))?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    Ok(paths)
}
