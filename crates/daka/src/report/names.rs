//! How reports name people and departments.

use std::collections::{BTreeMap, HashMap};

use daka_ledger::Member;
use wecom_checkin::{DepartmentId, Row, UserId, UserKey, contact::Department};

use super::told::{Person, Told};

/// How a report names a person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    pub(crate) userid: String,
    /// The userid again where nobody has told the name.
    pub(crate) name: String,
    /// Paths in the tree, separated by semicolons.
    pub(crate) departments: String,
    /// Empty where nobody has told it.
    pub(crate) position: String,
    /// 审批打卡次数 of the month, where WeCom has told it.
    pub(crate) approved_punches: Option<i64>,
}

impl Who {
    /// Learns what a report tells: the name, departments that no list has named, approved punches.
    fn tell(&mut self, person: &Person) {
        if !person.name.is_empty() {
            self.name.clone_from(&person.name);
        }
        if self.departments.is_empty() {
            self.departments.clone_from(&person.departments);
        }
        self.approved_punches = person.approved_punches;
    }
}

/// How reports name the people of a ledger.
pub(crate) struct Names(HashMap<UserKey, Who>);

impl Names {
    /// From the ledger's people, its tree of departments, and what WeCom's reports tell.
    pub(crate) fn new(members: Vec<Member>, tree: &Tree, told: &Told) -> Self {
        let named = members.into_iter().map(|member| {
            let paths: Vec<String> =
                member.departments.iter().map(|id| tree.path(DepartmentId(*id))).collect();
            let userid = member.userid.to_string();
            let mut who = Who {
                name: userid.clone(),
                userid,
                departments: paths.join(";"),
                ..Who::default()
            };
            if let Some(person) = told.of(&member.userid) {
                who.tell(person);
            }
            (member.userid.key(), who)
        });
        Self(named.collect())
    }

    /// How a person is named.
    pub(crate) fn of(&self, userid: &UserId) -> Who {
        self.0.get(&userid.key()).cloned().unwrap_or_else(|| Who {
            userid: userid.to_string(),
            name: userid.to_string(),
            ..Who::default()
        })
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
        assert!(tree.path(DepartmentId(8)).ends_with("甲"));
        for (id, level, above) in [(3, 0, 1), (3, 1, 2), (3, 2, 3), (3, 3, 3), (1, 1, 1), (7, 1, 7)]
        {
            assert_eq!(tree.at_level(DepartmentId(id), level), DepartmentId(above), "{id} {level}");
        }
    }
}
