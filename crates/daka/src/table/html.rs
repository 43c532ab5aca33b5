//! A table of a page to print: title, period, groups, heads, then a row a line. Rows wait in a file
//! of their own until all tables are put together.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, Seek as _, Write},
    ops::Range,
};

use super::{
    Column, Tone, Value, terminal,
    workbook::{Head, Sum, figure},
};
use crate::lang::Lang;

/// How pages look: on a screen heads stay in view, on paper they are repeated. What a colour says,
/// weight, slant or a frame says too.
const STYLE: &str = "\
@page{size:A4 landscape;margin:10mm}
:root{color-scheme:light;font:10pt/1.4 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}
body{margin:1.5rem;color:#1f2328}
section{margin-bottom:3rem}
section+section{break-before:page}
h2{margin:0 0 .2rem;font-size:1.4em}
p{margin:0 0 .6rem;color:#595959}
p.gaps{color:#c00000;font-weight:bold}
table{border-collapse:collapse;margin-bottom:1.2rem;font-variant-numeric:tabular-nums}
th,td{border:1px solid #bfbfbf;padding:.15em .45em;text-align:center;vertical-align:top;unicode-bidi:isolate}
th{background:#e8f0fe}
thead{position:sticky;top:0}
tbody th{background:none;font-weight:normal;text-align:start}
tr{break-inside:avoid}
td.text{text-align:start;white-space:pre-line}
td.number{text-align:end}
td.none{color:#a6a6a6}
td.quiet{color:#808080;font-style:italic}
td.warning{background:#ffe699;font-weight:bold}
td.alarm{background:#ffc7ce;color:#9c0006;font-weight:bold;text-decoration:underline}
td.unknown{border-style:dashed;color:#595959}
tfoot td{border-top:2px solid #1f2328;font-weight:bold}
@media print{body{margin:0;font-size:7pt}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
";

/// What a line of paper takes of columns, in the characters that their widths count in.
const LINE: f64 = 150.0;

/// A table in the making: in parts below one another where it is wider than paper, the columns that
/// stay in view repeated in each.
pub(crate) struct Section<R> {
    head: Head,
    columns: Vec<Column<R>>,
    sums: Vec<Option<Sum>>,
    parts: Vec<Part>,
}

/// Some of the columns, and where their rows wait.
struct Part {
    columns: Range<usize>,
    file: BufWriter<File>,
}

impl<R> Section<R> {
    /// Begins a table with its heads.
    pub(crate) fn begin(head: Head, columns: Vec<Column<R>>) -> io::Result<Self> {
        let sums = columns.iter().map(|column| column.unit.adds_up().then(Sum::default)).collect();
        let frozen = usize::from(head.frozen);
        let widths: Vec<f64> = columns.iter().map(|column| column.width).collect();
        let parts: io::Result<Vec<Part>> = (split(&widths, frozen).into_iter())
            .map(|columns| Ok(Part { columns, file: BufWriter::new(tempfile::tempfile()?) }))
            .collect();
        let mut section = Self { head, columns, sums, parts: parts? };
        section.write_heads()?;
        Ok(section)
    }

    fn write_heads(&mut self) -> io::Result<()> {
        let Self { head, columns, parts, .. } = self;
        for Part { columns: own, file } in parts {
            let shown: Vec<&Column<R>> =
                repeated(head, own).chain(own.clone()).filter_map(|at| columns.get(at)).collect();
            write!(file, "<table>\n<thead>\n")?;
            if shown.iter().any(|column| !column.group.0.is_empty()) {
                write!(file, "<tr>")?;
                for run in shown.chunk_by(|a, b| a.group == b.group) {
                    let group = run.first().map_or("", |c| head.lang.pick(c.group.0, c.group.1));
                    write!(file, "<th colspan={}>{}</th>", run.len(), safe(group))?;
                }
                writeln!(file, "</tr>")?;
            }
            write!(file, "<tr>")?;
            for column in shown {
                // Widths count as a workbook's do; a page may be a little denser.
                let (width, name) = (column.width * 0.8, safe(column.name(head.lang)));
                write!(file, "<th scope=col style=\"min-width:{width:.0}ch\">{name}</th>")?;
            }
            write!(file, "</tr>\n</thead>\n<tbody>\n")?;
        }
        Ok(())
    }

    /// Writes rows.
    pub(crate) fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let Self { head, columns, sums, parts } = self;
        for row in rows {
            for Part { columns: own, file } in parts.iter_mut() {
                write!(file, "<tr>")?;
                for column in columns.iter().take(repeated(head, own).len()) {
                    let value = column.value(row);
                    let said = terminal::shown(&value, column.unit, head.lang);
                    write!(file, "<th scope=row>{}</th>", safe(&said))?;
                }
                let own = columns.iter().zip(sums.iter_mut()).skip(own.start).take(own.len());
                for (column, sum) in own {
                    let value = column.value(row);
                    let number = figure(&value, column.unit);
                    if let (Some(sum), Some(number)) = (sum, number) {
                        sum.add(number, matches!(value, Value::Lacking(..)));
                    }
                    cell(file, &value, number, column, head.lang)?;
                }
                writeln!(file, "</tr>")?;
            }
        }
        Ok(())
    }

    /// Ends the table and copies it to the page.
    pub(crate) fn end(self, page: &mut impl Write) -> io::Result<()> {
        let Self { head, sums, parts, .. } = self;
        write!(page, "<section>\n<h2>{}</h2>\n<p>{}</p>\n", safe(&head.title), safe(&head.period))?;
        if !head.gaps.is_empty() {
            writeln!(page, "<p class=gaps>{}</p>", safe(&head.gaps))?;
        }
        for Part { columns, file } in parts {
            let mut rows = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            rows.rewind()?;
            io::copy(&mut rows, page)?;
            writeln!(page, "</tbody>")?;
            if head.totals {
                let before = repeated(&head, &columns).len();
                totals(
                    page,
                    before,
                    sums.iter().skip(columns.start).take(columns.len()),
                    head.lang,
                )?;
            }
            writeln!(page, "</table>")?;
        }
        writeln!(page, "</section>")
    }
}

/// Which columns go together on a line of paper, after those that are repeated.
fn split(widths: &[f64], frozen: usize) -> Vec<Range<usize>> {
    let repeated: f64 = widths.iter().take(frozen).sum();
    let mut parts = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (at, width) in widths.iter().enumerate() {
        if used + width > LINE && at > start.max(frozen) {
            parts.push(start..at);
            (start, used) = (at, repeated);
        }
        used += width;
    }
    parts.push(start..widths.len());
    parts
}

/// The columns that stand before a part's own.
fn repeated(head: &Head, own: &Range<usize>) -> Range<usize> {
    if own.start == 0 { 0..0 } else { 0..usize::from(head.frozen) }
}

fn totals<'a>(
    page: &mut impl Write,
    before: usize,
    sums: impl Iterator<Item = &'a Option<Sum>>,
    lang: Lang,
) -> io::Result<()> {
    let word = lang.pick("合计", "Total");
    write!(page, "<tfoot>\n<tr>")?;
    for at in 0..before {
        write!(page, "<th>{}</th>", if at == 0 { word } else { "" })?;
    }
    for (at, sum) in sums.enumerate() {
        match sum {
            Some(sum) => {
                write!(page, "<td class=number>{}</td>", decimal(sum.number, sum.lacking))?;
            }
            None if at + before == 0 => write!(page, "<td>{word}</td>")?,
            None => write!(page, "<td></td>")?,
        }
    }
    write!(page, "</tr>\n</tfoot>\n")
}

/// What a page begins with.
pub(crate) fn begin(page: &mut impl Write, title: &str, lang: Lang) -> io::Result<()> {
    let (language, title) = (lang.pick("zh-CN", "en"), safe(title));
    write!(
        page,
        "<!DOCTYPE html>\n<html lang={language}>\n<head>\n<meta charset=utf-8>\n\
         <meta name=viewport content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n"
    )
}

/// What it ends with.
pub(crate) fn end(page: &mut impl Write) -> io::Result<()> {
    write!(page, "</body>\n</html>\n")
}

fn cell<R>(
    file: &mut impl Write,
    value: &Value<'_>,
    number: Option<f64>,
    column: &Column<R>,
    lang: Lang,
) -> io::Result<()> {
    if let Some(number) = number {
        let (note, lacking) = match value {
            Value::Lacking(_, note) => (note.as_str(), true),
            _ => ("", false),
        };
        let number = decimal(number, lacking);
        return write!(file, "<td class=number{}>{number}</td>", title(note));
    }
    match value {
        Value::Nothing => write!(file, "<td class=none>--</td>"),
        Value::Marked(text, tone) => write!(file, "<td{}>{}</td>", class(*tone), safe(text)),
        Value::Noted(text, tone, note) => {
            write!(file, "<td{}{}>{}</td>", class(*tone), title(note), safe(text))
        }
        Value::Text(text) | Value::Paragraph(text) => {
            write!(file, "<td class=text>{}</td>", safe(text))
        }
        other => write!(file, "<td>{}</td>", safe(&terminal::shown(other, column.unit, lang))),
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Quiet => " class=quiet",
        Tone::Warning => " class=warning",
        Tone::Alarm => " class=alarm",
        Tone::Unknown => " class=unknown",
    }
}

/// The reason why, for whoever points at the cell.
fn title(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" title=\"{}\"", safe(note)) }
}

/// A whole number, or one with a digit behind the point; starred where it leaves something out.
fn decimal(number: f64, lacking: bool) -> String {
    let star = if lacking { "*" } else { "" };
    // A sum of nothing is a negative nought.
    let number = number + 0.0;
    if number.fract() == 0.0 { format!("{number:.0}{star}") } else { format!("{number:.1}{star}") }
}

/// Text as it stands in a page: no markup, no control characters, nothing that turns the writing
/// around.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    let odd = |c: char| {
        matches!(c, '&' | '<' | '>' | '"' | '\'')
            || (c.is_control() && c != '\n')
            || turns_the_writing(c)
    };
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if odd(c) => {}
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Marks that would show a name backwards, and what follows it.
fn turns_the_writing(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Unit;

    #[test]
    fn wide_tables_go_on_below_with_the_columns_that_stay_in_view() {
        for (widths, frozen, starts) in [
            (vec![10.0; 3], 1, &[0][..]),
            (vec![50.0; 5], 0, &[0, 3]),
            (vec![50.0; 6], 1, &[0, 3, 5]),
            (vec![500.0; 2], 0, &[0, 1]),
            (vec![500.0; 3], 2, &[0]),
            (vec![], 0, &[0]),
        ] {
            let parts = split(&widths, frozen);
            let begun: Vec<usize> = parts.iter().map(|part| part.start).collect();
            assert_eq!(begun, starts, "{widths:?} {frozen}");
            assert_eq!(parts.iter().map(ExactSizeIterator::len).sum::<usize>(), widths.len());
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let head = Head {
            name: "n".into(),
            title: "<b>t</b>".into(),
            period: "p & q".into(),
            gaps: String::new(),
            lang: Lang::En,
            frozen: 0,
            totals: true,
        };
        let columns = vec![
            Column::text("text", |row: &(String, i64)| Some(row.0.as_str().into())),
            Column::new("noted", Unit::Text, |row: &(String, i64)| {
                Value::Noted(row.0.as_str().into(), Tone::Alarm, format!("\"{}", row.0))
            }),
            Column::number("hours", Unit::Hours, |row: &(String, i64)| row.1),
        ];
        let mut section = Section::begin(head, columns).unwrap();
        let rows = ["<script>alert(1)</script>", "\" onmouseover=x '", "a\u{202e}b\u{0}c", "=1+1"];
        let rows: Vec<(String, i64)> = rows.iter().map(|text| ((*text).to_owned(), 5400)).collect();
        section.write(&rows).unwrap();
        let mut page = Vec::new();
        section.end(&mut page).unwrap();
        insta::assert_snapshot!(String::from_utf8(page).unwrap());
    }
}
