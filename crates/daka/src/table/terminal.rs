//! A page for a terminal: a head, then lines, as wide as the screen. Widths are taken from the first
//! rows; what is wider later goes on in the next line.

use std::{
    fmt,
    io::{self, Write},
};

use attendance::time::Moment;
use jiff::civil::Date;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Column, Unit, Value, Writer, Written};
use crate::lang::Lang;

/// Rows that the widths are taken from.
const MEASURED: usize = 200;
/// No column gets narrower than this by another one's need.
const NARROWEST: usize = 6;
/// Between columns.
const GAP: &str = "  ";

/// A page in the making.
pub(crate) struct Page<R, W> {
    columns: Vec<Column<R>>,
    screen: Screen,
    pending: Vec<Vec<String>>,
    /// Once the head is out.
    widths: Option<Vec<usize>>,
    pub(crate) file: W,
}

/// What a page is read on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) lang: Lang,
    /// Cells of a line; `None` for as many as it takes.
    pub(crate) width: Option<usize>,
    /// Whether all columns are shown.
    pub(crate) wide: bool,
}

impl<R, W: Write> Page<R, W> {
    pub(crate) fn begin(columns: Vec<Column<R>>, screen: Screen, file: W) -> Self {
        let columns = columns.into_iter().filter(|column| screen.wide || !column.wide).collect();
        Self { columns, screen, pending: Vec::new(), widths: None, file }
    }

    /// Prints what is pending, and the head before the first of it.
    fn print(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        let widths = match self.widths.take() {
            Some(widths) => widths,
            None => self.head(&pending)?,
        };
        for row in &pending {
            self.line(row, &widths)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    /// Prints the head, as wide as these rows need it.
    fn head(&mut self, rows: &[Vec<String>]) -> io::Result<Vec<usize>> {
        let names: Vec<String> =
            self.columns.iter().map(|c| c.name(self.screen.lang).to_owned()).collect();
        let figures: Vec<bool> = self.columns.iter().map(|c| c.unit.is_figure()).collect();
        let widths = fitted(&names, &figures, rows, self.screen.width);
        self.line(&names, &widths)?;
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        self.line(&rule, &widths)?;
        Ok(widths)
    }

    /// One row, over as many lines as its longest cell needs.
    fn line(&mut self, cells: &[String], widths: &[usize]) -> io::Result<()> {
        let cells: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or_default();
        for n in 0..lines {
            let mut line = String::new();
            for ((cell, width), column) in cells.iter().zip(widths).zip(&self.columns) {
                let text = cell.get(n).map(String::as_str).unwrap_or_default();
                let blank = " ".repeat(width.saturating_sub(text.width()));
                let parts = if column.unit.is_figure() { [&blank, text] } else { [text, &blank] };
                line.extend(parts);
                line.push_str(GAP);
            }
            writeln!(self.file, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl<R, W: Write> Writer<R> for Page<R, W> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        for row in rows {
            let lang = self.screen.lang;
            let cells = self.columns.iter().map(|c| shown(&c.value(row), c.unit, lang)).collect();
            self.pending.push(cells);
        }
        if self.pending.len() >= MEASURED { self.print() } else { Ok(()) }
    }

    fn end(&mut self) -> io::Result<()> {
        self.print()?;
        self.file.flush()
    }
}

/// A small table of texts, printed as a page is.
pub(crate) struct Grid {
    heads: Vec<&'static str>,
    /// Columns from here on are figures.
    figures: usize,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub(crate) fn new(heads: &[&'static str]) -> Self {
        Self { heads: heads.to_vec(), figures: usize::MAX, rows: Vec::new() }
    }

    /// The same, its columns but so many being figures.
    pub(crate) fn with_figures_after(mut self, texts: usize) -> Self {
        self.figures = texts;
        self
    }

    pub(crate) fn add_row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = |(n, head): (usize, &&'static str)| {
            let unit = if n < self.figures { Unit::Text } else { Unit::Long };
            Column::new(head, unit, move |row: &Vec<String>| {
                Value::text(row.get(n).map(String::as_str).unwrap_or_default())
            })
        };
        let columns = self.heads.iter().enumerate().map(column).collect();
        let screen = Screen { lang: Lang::En, width: screen_width(), wide: true };
        let mut page = Page::begin(columns, screen, Vec::new());
        let written = page.write(&self.rows).and_then(|()| page.end());
        let text = String::from_utf8(page.file).unwrap_or_default();
        written.map_err(|_| fmt::Error)?;
        f.write_str(text.trim_end_matches('\n'))
    }
}

/// The cells of a line of the terminal, or as `COLUMNS` says; `None` where nobody says.
pub(crate) fn screen_width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}

impl Unit {
    /// Whether its values stand to the right, unit under unit.
    fn is_figure(self) -> bool {
        matches!(
            self,
            Self::Int | Self::Long | Self::Count | Self::Minutes | Self::Hours | Self::Days
        )
    }
}

/// Widths that fit the screen: as wide as the content, the widest columns giving way, those of text
/// before those of figures.
fn fitted(
    heads: &[String],
    figures: &[bool],
    rows: &[Vec<String>],
    screen: Option<usize>,
) -> Vec<usize> {
    let mut widths: Vec<usize> = heads.iter().map(|head| head.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    let Some(room) = screen.map(|screen| screen.saturating_sub(gaps)) else { return widths };
    while widths.iter().sum::<usize>() > room {
        let columns = widths.iter_mut().zip(figures).filter(|(width, _)| **width > NARROWEST);
        let widest = columns.max_by_key(|(width, is_figure)| (!**is_figure, **width));
        let Some((widest, _)) = widest else { break };
        *widest -= 1;
    }
    widths
}

/// A text in lines of at most so many cells, broken at a space where there is one.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for c in text.chars() {
        let cells = c.width().unwrap_or_default();
        if used + cells > width && !line.is_empty() {
            let rest = match line.rsplit_once(' ') {
                Some((before, after)) if !before.trim().is_empty() && c != ' ' => {
                    let (before, after) = (before.to_owned(), after.to_owned());
                    lines.push(before);
                    after
                }
                _ => {
                    lines.push(std::mem::take(&mut line));
                    String::new()
                }
            };
            used = rest.width();
            line = rest;
            if c == ' ' && line.is_empty() {
                continue;
            }
        }
        line.push(c);
        used += cells;
    }
    lines.push(line);
    lines
}

/// A value as a person reads it on one line.
pub(crate) fn shown(value: &Value<'_>, unit: Unit, lang: Lang) -> String {
    match (value, unit) {
        (Value::Number(seconds) | Value::Lacking(seconds, _), Unit::Minutes | Unit::Hours) => {
            duration(*seconds, lang)
        }
        (Value::Word(_, word), _) => (*word).to_owned(),
        (Value::Clock(at, day), _) => clock(*at, *day, lang),
        (Value::Instant(at), _) => at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        (value, _) => match value.clone().written() {
            Written::Nothing => String::new(),
            Written::Text(text) => one_line(&text),
            Written::Figure(figure) => figure,
        },
    }
}

/// `1 h 20 min`, `45 min`, `-`; seconds are dropped, as in every finding.
pub(crate) fn duration(seconds: i64, lang: Lang) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let minutes = seconds.abs() / 60;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let (h, min) = (lang.pick("小时", "h"), lang.pick("分", "min"));
    match (hours, minutes) {
        (0, 0) => "-".to_owned(),
        (0, minutes) => format!("{sign}{minutes} {min}"),
        (hours, 0) => format!("{sign}{hours} {h}"),
        (hours, minutes) => format!("{sign}{hours} {h} {minutes} {min}"),
    }
}

/// A time of day, marked where it falls on the morning after.
pub(crate) fn clock(at: Moment, day: Date, lang: Lang) -> String {
    let at = at.datetime();
    let next = if at.date() > day { lang.pick("次日", "next ") } else { "" };
    format!("{next}{}", at.strftime("%H:%M"))
}

/// Text from outside, unable to break a line, move the cursor or turn the writing around.
pub(crate) fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, i64, &'static str);

    fn page(width: Option<usize>, lang: Lang, rows: &[Row]) -> String {
        let columns = vec![
            Column::text("name", |row: &Row| Some(row.0.into())).named("姓名", "name"),
            Column::number("worked_sec", Unit::Hours, |row: &Row| row.1).named("工时", "worked"),
            Column::text("why", |row: &Row| Some(row.2.into())).named("判定依据", "why"),
            Column::text("all", |row: &Row| Some(row.2.into())).wide(),
        ];
        let screen = Screen { lang, width, wide: false };
        let mut page = Page::begin(columns, screen, Vec::new());
        page.write(rows).unwrap();
        page.end().unwrap();
        String::from_utf8(page.file).unwrap()
    }

    #[test]
    fn chinese_and_latin_stand_under_their_heads() {
        let rows = [("王小明", 4_800, "迟到10分钟"), ("Ann", 28_733, "a\nb"), ("欧阳", 0, "")];
        insta::assert_snapshot!(page(Some(80), Lang::Zh, &rows), @r"
        姓名            工时  判定依据
        ──────  ────────────  ──────────
        王小明  1 小时 20 分  迟到10分钟
        Ann     7 小时 58 分  a b
        欧阳               -
        ");
    }

    #[test]
    fn no_line_is_wider_than_the_screen_and_nothing_is_lost() {
        let why =
            "上班打卡时间晚于规定时间十分钟 and the rule allows five minutes at most".to_owned();
        let why: &'static str = Box::leak(why.into_boxed_str());
        for width in [40, 60, 80] {
            let page = page(Some(width), Lang::En, &[("王小明", 60, why), ("bo", 60, "ok")]);
            assert!(page.lines().all(|line| line.width() <= width), "{page}");
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            let column: String = page.lines().skip(2).collect();
            for word in squeezed(why).chars() {
                assert!(column.contains(word), "{word} of {page}");
            }
        }
    }

    #[test]
    fn durations_are_read_as_people_say_them() {
        for (seconds, text) in [
            (0, "-"),
            (59, "-"),
            (60, "1 min"),
            (3_600, "1 h"),
            (4_859, "1 h 20 min"),
            (-600, "-10 min"),
        ] {
            assert_eq!(duration(seconds, Lang::En), text);
        }
    }
}
