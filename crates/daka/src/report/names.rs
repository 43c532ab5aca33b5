//! How reports name people and departments.

use std::collections::{BTreeMap, HashMap};

use daka_ledger::{Call, Member, RosterEntry};
use jiff::civil::Date;
use serde::Serialize;
use wecom_checkin::{DepartmentId, Row, UserId, UserKey, contact::Department};

use super::{
    place::Place,
    told::{Person, Told},
};

/// Who has told something of a person; each knows better than those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// The company's own list.
    Roster,
    /// A day report of WeCom's.
    DayReport,
    /// A month report of WeCom's.
    MonthReport,
    /// WeCom's contact list and its tree of departments.
    Contacts,
    /// Nobody.
    #[default]
    Userid,
}

/// How a report names a person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    pub(crate) userid: String,
    /// The userid again where nobody has told the name.
    pub(crate) name: String,
    pub(crate) name_from: Source,
    /// 工号; empty where nobody has told it.
    pub(crate) employee_no: String,
    /// Paths in the tree, separated by semicolons.
    pub(crate) departments: String,
    pub(crate) departments_from: Source,
    /// Empty where nobody has told it.
    pub(crate) position: String,
    /// The first day in the company, where the roster has it.
    pub(crate) joined: Option<Date>,
    /// The last day, likewise.
    pub(crate) left: Option<Date>,
    /// 审批打卡次数 of the month, where WeCom has told it.
    pub(crate) approved_punches: Option<i64>,
}

impl Who {
    /// Somebody of whom nobody has told anything.
    fn unknown(userid: &UserId) -> Self {
        Self { userid: userid.to_string(), name: userid.to_string(), ..Self::default() }
    }

    fn list(&mut self, member: &Member, tree: &Tree) {
        let paths: Vec<String> =
            member.departments.iter().map(|id| tree.path(DepartmentId(*id))).collect();
        if !paths.is_empty() {
            self.departments = paths.join(";");
            self.departments_from = Source::Contacts;
        }
    }

    fn report(&mut self, person: &Person, tree: &Tree) {
        let from = match person.call {
            Call::MonthReports => Source::MonthReport,
            _ => Source::DayReport,
        };
        if !person.name.is_empty() {
            self.name.clone_from(&person.name);
            self.name_from = from;
        }
        if !person.departments.is_empty() {
            let paths: Vec<&str> =
                person.departments.split(';').map(|path| tree.below_root(path)).collect();
            self.departments = paths.join(";");
            self.departments_from = from;
        }
        self.approved_punches = person.approved_punches;
    }

    fn enrol(&mut self, entry: &RosterEntry) {
        if let Some(name) = &entry.name {
            self.name.clone_from(name);
            self.name_from = Source::Roster;
        }
        if !entry.departments.is_empty() {
            self.departments = entry.departments.join(";");
            self.departments_from = Source::Roster;
        }
        self.employee_no = entry.employee_no.clone().unwrap_or_default();
        self.position = entry.position.clone().unwrap_or_default();
        (self.joined, self.left) = (entry.joined, entry.left);
    }

    /// The paths of the departments.
    pub(crate) fn departments(&self) -> impl Iterator<Item = &str> {
        self.departments.split(';').filter(|path| !path.is_empty())
    }
}

/// How reports name the people of a ledger.
pub(crate) struct Names(HashMap<UserKey, Who>);

impl Names {
    /// From the ledger's people, its tree of departments, and what is told beside them.
    pub(crate) fn new(members: Vec<Member>, tree: &Tree, told: &Told) -> Self {
        let named = members.into_iter().map(|member| {
            let mut who = Who::unknown(&member.userid);
            who.list(&member, tree);
            if let Some(person) = told.of(&member.userid) {
                who.report(person, tree);
            }
            if let Some(entry) = told.roster_of(&member.userid) {
                who.enrol(entry);
            }
            (member.userid.key(), who)
        });
        Self(named.collect())
    }

    /// How a person is named.
    pub(crate) fn of(&self, userid: &UserId) -> Who {
        self.0.get(&userid.key()).cloned().unwrap_or_else(|| Who::unknown(userid))
    }

    /// Where everyone stands in a list for people.
    pub(crate) fn places(&self) -> HashMap<UserKey, usize> {
        let mut places: Vec<(Place, &UserKey)> =
            self.0.iter().map(|(key, who)| (Place::of(who), key)).collect();
        places.sort_unstable();
        places.into_iter().enumerate().map(|(at, (_, key))| (key.clone(), at)).collect()
    }
}

/// The company's departments, each with the one above it.
pub(crate) struct Tree(BTreeMap<DepartmentId, Department>);

impl Tree {
    /// From the ledger's list.
    pub(crate) fn new(departments: Vec<Row<Department>>) -> Self {
        let departments = departments.into_iter().map(Row::into_typed);
        Self(departments.filter_map(|department| Some((department.id?, department))).collect())
    }

    /// Every department with its path, in order of the paths.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (DepartmentId, String)> {
        let mut listed: Vec<_> = self.0.keys().map(|id| (*id, self.path(*id))).collect();
        listed.sort_by(|a, b| a.1.cmp(&b.1));
        listed.into_iter()
    }

    /// `研发部/平台组`: the names from the root's children down to a department; its number where
    /// the tree has no name.
    pub(crate) fn path(&self, id: DepartmentId) -> String {
        let mut names: Vec<String> = self
            .upwards(id)
            .map(|id| {
                let name = self.0.get(&id).and_then(|department| department.name.clone());
                name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_string())
            })
            .collect();
        names.reverse();
        // Everybody is below the root.
        if names.len() > 1 {
            names.remove(0);
        }
        names.join("/")
    }

    /// A path as WeCom's reports have it, without the company that everybody is in.
    pub(crate) fn below_root<'a>(&self, path: &'a str) -> &'a str {
        let is_root = |department: &&Department| department.parentid.is_none_or(|up| up.0 <= 0);
        let name = self.0.values().find(is_root).and_then(|root| root.name.as_deref());
        let below = name.and_then(|name| path.strip_prefix(name)?.strip_prefix('/'));
        below.unwrap_or(path)
    }

    /// The department above it, or itself, that is so many levels below the root.
    pub(crate) fn at_level(&self, id: DepartmentId, level: usize) -> DepartmentId {
        let mut line: Vec<DepartmentId> = self.upwards(id).collect();
        line.reverse();
        line.get(level).copied().unwrap_or(id)
    }

    /// A department, the one above it, and so on to the root.
    pub(crate) fn upwards(&self, id: DepartmentId) -> impl Iterator<Item = DepartmentId> {
        /// A tree in a circle ends here.
        const DEEPEST: usize = 20;
        let up = |id: &DepartmentId| self.0.get(id)?.parentid.filter(|up| up.0 > 0);
        std::iter::successors(Some(id), up).take(DEEPEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_is_named_by_its_path_and_found_by_its_level() {
        let department = |id: i64, name: &str, parentid: i64| -> (DepartmentId, Department) {
            let json = serde_json::json!({"id": id, "name": name, "parentid": parentid});
            (DepartmentId(id), serde_json::from_value(json).unwrap())
        };
        let tree = Tree(BTreeMap::from([
            department(1, "公司", 0),
            department(2, "研发部", 1),
            department(3, "平台组", 2),
            department(4, "", 2),
            // A circle.
            department(8, "甲", 9),
            department(9, "乙", 8),
        ]));
        for (id, path) in
            [(1, "公司"), (2, "研发部"), (3, "研发部/平台组"), (4, "研发部/4"), (7, "7")]
        {
            assert_eq!(tree.path(DepartmentId(id)), path);
        }
        for (told, path) in
            [("公司/研发部/平台组", "研发部/平台组"), ("公司", "公司"), ("公司甲/乙", "公司甲/乙")]
        {
            assert_eq!(tree.below_root(told), path);
        }
        assert!(tree.path(DepartmentId(8)).ends_with("甲"));
        for (id, level, above) in [(3, 0, 1), (3, 1, 2), (3, 2, 3), (3, 3, 3), (1, 1, 1), (7, 1, 7)]
        {
            assert_eq!(tree.at_level(DepartmentId(id), level), DepartmentId(above), "{id} {level}");
        }
    }
}
