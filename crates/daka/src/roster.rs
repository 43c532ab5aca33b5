//! A roster that somebody hands in: a list of people with a head line, as CSV or as a workbook.

mod date;
mod grid;

use std::{collections::HashMap, path::Path};

use daka_ledger::RosterEntry;
use jiff::civil::Date;
use wecom_checkin::{UserId, UserKey};

use self::grid::{Cell, Grid, Row};
use crate::{
    failure::{Exit, Failure, Problem},
    lang::{Text, text},
};

/// Lines that are named when they are wrong; more are counted.
const MOST_SHOWN: usize = 20;

/// What a roster says.
#[derive(Debug)]
pub(crate) struct Roster {
    /// Each person once, in the order of the lines.
    pub(crate) entries: Vec<RosterEntry>,
    /// Titles of columns that say nothing to us.
    pub(crate) ignored: Vec<String>,
}

/// What a column says of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Userid,
    Name,
    EmployeeNo,
    Departments,
    Position,
    Joined,
    Left,
}

impl Field {
    fn of(title: &str) -> Option<Self> {
        Some(match title.to_lowercase().as_str() {
            "账号" | "帐号" | "userid" => Self::Userid,
            "姓名" | "name" => Self::Name,
            "工号" | "employee_no" => Self::EmployeeNo,
            "部门" | "department" | "departments" => Self::Departments,
            "职务" | "position" => Self::Position,
            "入职日期" | "joined" => Self::Joined,
            "离职日期" | "left" => Self::Left,
            _ => return None,
        })
    }
}

/// What is wrong with a line, and which.
struct Wrong(usize, Text);

impl Roster {
    /// Reads a file; `-` is standard input.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::of(&Grid::read(path)?, path)
    }

    fn of(grid: &Grid, path: &Path) -> Result<Self, Failure> {
        let mut rows = grid.rows.iter();
        let Some(head) = rows.next() else {
            return Err(refused(path, vec![Wrong(1, text!("there is no head line", "没有表头"))]));
        };
        let (columns, ignored) = columns(head, path)?;
        let (mut entries, mut wrong) = (Vec::new(), Vec::new());
        let mut lines: HashMap<UserKey, usize> = HashMap::new();
        for row in rows {
            match entry(row, &columns, &mut lines) {
                Ok(entry) => entries.push(entry),
                Err(why) => wrong.push(Wrong(row.line, why)),
            }
        }
        if wrong.is_empty() { Ok(Self { entries, ignored }) } else { Err(refused(path, wrong)) }
    }
}

/// What each column says, from left to right, and the titles of those that say nothing.
fn columns(head: &Row, path: &Path) -> Result<(Vec<Option<Field>>, Vec<String>), Failure> {
    let (mut columns, mut ignored, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for cell in &head.cells {
        let title = cell.text();
        let field = Field::of(&title);
        if field.is_none() && !title.is_empty() {
            ignored.push(title.clone());
        }
        if field.is_some() && columns.contains(&field) {
            wrong.push(Wrong(head.line, text!("two columns are {title}", "有两列都是{title}")));
        }
        columns.push(field);
    }
    if !columns.contains(&Some(Field::Userid)) {
        wrong.push(Wrong(head.line, text!("no column is userid or 账号", "没有账号(userid)列")));
    }
    if wrong.is_empty() { Ok((columns, ignored)) } else { Err(refused(path, wrong)) }
}

/// Reads a line; `lines` has the lines of those who were met before.
fn entry(
    row: &Row,
    columns: &[Option<Field>],
    lines: &mut HashMap<UserKey, usize>,
) -> Result<RosterEntry, Text> {
    if row.cells.iter().skip(columns.len()).any(|cell| !cell.text().is_empty()) {
        return Err(text!("it has more cells than the head line", "单元格比表头多"));
    }
    let mut entry = RosterEntry::default();
    let mut userid = String::new();
    for (cell, field) in row.cells.iter().zip(columns) {
        let said = || Some(cell.text()).filter(|text| !text.is_empty());
        match field {
            None => {}
            Some(Field::Userid) => userid = cell.text(),
            Some(Field::Name) => entry.name = said(),
            Some(Field::EmployeeNo) => entry.employee_no = said(),
            Some(Field::Departments) => entry.departments = departments(&cell.text()),
            Some(Field::Position) => entry.position = said(),
            Some(Field::Joined) => entry.joined = date(cell, &text!("joined", "入职日期"))?,
            Some(Field::Left) => entry.left = date(cell, &text!("left", "离职日期"))?,
        }
    }
    if userid.is_empty() {
        return Err(text!("it has no userid", "没有账号(userid)"));
    }
    entry.userid = UserId::parse(&userid)
        .map_err(|_| text!("{userid:?} is no userid", "{userid:?} 不是账号(userid)"))?;
    if let (Some(joined), Some(left)) = (entry.joined, entry.left)
        && left < joined
    {
        return Err(text!(
            "{userid} left on {left}, before joining on {joined}",
            "{userid} 的离职日期 {left} 早于入职日期 {joined}"
        ));
    }
    if let Some(line) = lines.insert(entry.userid.key(), row.line) {
        return Err(text!("line {line} names {userid} already", "第 {line} 行已有 {userid}"));
    }
    Ok(entry)
}

fn departments(text: &str) -> Vec<String> {
    let names = text.split([';', '；']).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn date(cell: &Cell, what: &Text) -> Result<Option<Date>, Text> {
    let text = match cell {
        Cell::Date(date) => return Ok(Some(*date)),
        Cell::Text(text) if text.is_empty() => return Ok(None),
        Cell::Text(text) => text,
    };
    date::parse(text).map(Some).ok_or_else(|| {
        text!(
            [what],
            "{what}: {text:?} is no date such as 2026-06-01",
            "{what}：{text:?} 不是形如 2026-06-01 的日期"
        )
    })
}

/// A roster of which nothing is taken in.
fn refused(path: &Path, wrong: Vec<Wrong>) -> Failure {
    let shown = path.display();
    let more = wrong.len().saturating_sub(MOST_SHOWN);
    let hint = text!(
        "mend the file and import it again; nothing was imported",
        "请修改文件后重新导入；本次没有导入任何内容"
    );
    let problem = |errmsg| Problem {
        kind: "roster".into(),
        errmsg,
        hint: hint.clone(),
        ..Problem::default()
    };
    let lines = wrong.into_iter().take(MOST_SHOWN).map(|Wrong(line, why)| {
        problem(text!([why], "{shown}, line {line}: {why}", "{shown} 第 {line} 行：{why}"))
    });
    let mut problems: Vec<Problem> = lines.collect();
    if more > 0 {
        problems.push(problem(text!(
            "{shown}: {more} more lines are wrong",
            "{shown}：另有 {more} 行有误"
        )));
    }
    Failure { exit: Exit::Usage, problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn read(csv: &str) -> Result<Roster, Vec<String>> {
        let grid = Grid::of_csv(csv, Path::new("r.csv")).unwrap();
        Roster::of(&grid, Path::new("r.csv")).map_err(|failure| {
            assert_eq!(failure.exit, Exit::Usage);
            let line = |problem: &Problem| problem.errmsg.in_lang(Lang::En).to_owned();
            failure.problems.iter().map(line).collect()
        })
    }

    #[test]
    fn columns_come_in_either_language_and_any_order() {
        let roster = read(
            "入职日期,备注,账号,department,NAME,工号\n\
             2026/6/1,x,li,研发部/平台组；测试,李,00123\n\
             \n\
             ,,1E5,,,1E5\n",
        )
        .unwrap();
        assert_eq!(roster.ignored, ["备注"]);
        let [li, other] = roster.entries.as_slice() else { panic!("{roster:?}") };
        assert_eq!((li.userid.as_str(), li.employee_no.as_deref()), ("li", Some("00123")));
        assert_eq!(li.departments, ["研发部/平台组", "测试"]);
        assert_eq!((li.joined, li.left), (Some(jiff::civil::date(2026, 6, 1)), None));
        assert_eq!((other.userid.as_str(), other.employee_no.as_deref()), ("1E5", Some("1E5")));
        assert_eq!((&other.name, other.departments.len()), (&None, 0));
    }

    #[test]
    fn a_wrong_line_is_named_and_nothing_is_read() {
        for (csv, complaints) in [
            ("", vec!["r.csv, line 1: there is no head line"]),
            ("姓名\n李\n", vec!["r.csv, line 1: no column is userid or 账号"]),
            ("userid,账号\na,b\n", vec!["r.csv, line 1: two columns are 账号"]),
            (
                "userid,joined,left,name\n\
                 a,2026-02-30,,\n\
                 ,2026-01-01,,nobody\n\
                 b,2026-06-02,2026-06-01,\n\
                 c,,,\"two\nlines\"\n\
                 C,,,\n\
                 d e,,,\n\
                 f,,,,g\n\
                 h\n",
                vec![
                    "r.csv, line 2: joined: \"2026-02-30\" is no date such as 2026-06-01",
                    "r.csv, line 3: it has no userid",
                    "r.csv, line 4: b left on 2026-06-01, before joining on 2026-06-02",
                    "r.csv, line 7: line 5 names C already",
                    "r.csv, line 8: \"d e\" is no userid",
                    "r.csv, line 9: it has more cells than the head line",
                ],
            ),
        ] {
            assert_eq!(read(csv).unwrap_err(), complaints, "{csv}");
        }
        let many: Vec<String> = (0..30).map(|n| format!("u{n},x")).collect();
        let complaints = read(&format!("userid,joined\n{}", many.join("\n"))).unwrap_err();
        assert_eq!(complaints.len(), MOST_SHOWN + 1);
        assert_eq!(complaints.last().unwrap(), "r.csv: 10 more lines are wrong");
    }
}
