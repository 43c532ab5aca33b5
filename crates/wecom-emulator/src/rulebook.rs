//! The company's rules over time: each an unbroken row of versions, every version in force from a day on.

use std::sync::Arc;

use serde_json::Value;

use crate::day::Day;
use crate::rule::Rule;

/// One version of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    from: Day,
    /// As the API serves it; none once the rule is deleted.
    tree: Option<Arc<Value>>,
    rule: Arc<Rule>,
}

/// One rule.
#[derive(Clone, Debug)]
struct History {
    groupid: i64,
    versions: Vec<Version>,
}

/// A rule as it is on one day.
#[derive(Clone, Debug)]
pub(crate) struct InForce {
    pub(crate) tree: Arc<Value>,
    pub(crate) rule: Arc<Rule>,
}

/// Every rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rulebook {
    rules: Vec<History>,
}

impl Rulebook {
    /// A book of rules that have always held.
    pub(crate) fn of(trees: Vec<Value>) -> Result<Self, serde_json::Error> {
        let mut book = Self::default();
        for tree in trees {
            let rule = Rule::read(&tree)?;
            book.put(Day::of(0), tree, rule);
        }
        Ok(book)
    }

    /// Adds a rule, or a version of one.
    pub(crate) fn put(&mut self, from: Day, tree: Value, rule: Rule) {
        let groupid = rule.groupid;
        self.append(groupid, Version { from, tree: Some(Arc::new(tree)), rule: Arc::new(rule) });
    }

    fn append(&mut self, groupid: i64, version: Version) {
        match self.rules.iter_mut().find(|history| history.groupid == groupid) {
            Some(history) => {
                // A second change for the same day takes the place of the first.
                history.versions.retain(|earlier| earlier.from < version.from);
                history.versions.push(version);
            }
            None => self.rules.push(History { groupid, versions: vec![version] }),
        }
    }

    /// Ends a rule.
    pub(crate) fn delete(&mut self, groupid: i64, from: Day) {
        let rule = Arc::new(Rule::default());
        self.append(groupid, Version { from, tree: None, rule });
    }

    /// An id that no rule has had.
    pub(crate) fn next_id(&self) -> i64 {
        1 + self.rules.iter().map(|history| history.groupid).fold(1_000, i64::max)
    }

    /// The first rule in force on a day that is as wanted.
    pub(crate) fn find(&self, day: Day, wanted: impl Fn(&Rule) -> bool) -> Option<InForce> {
        self.rules
            .iter()
            .filter_map(|history| history.version(day))
            .find(|version| wanted(&version.rule))?
            .in_force()
    }

    pub(crate) fn on(&self, groupid: i64, day: Day) -> Option<InForce> {
        let history = self.rules.iter().find(|history| history.groupid == groupid)?;
        history.on(day)
    }

    /// Every rule in force, in the order of creation.
    pub(crate) fn all_on(&self, day: Day) -> impl Iterator<Item = InForce> + '_ {
        self.rules.iter().filter_map(move |history| history.on(day))
    }
}

impl History {
    fn version(&self, day: Day) -> Option<&Version> {
        let upto = self.versions.partition_point(|version| version.from <= day);
        self.versions.get(upto.checked_sub(1)?).filter(|version| version.tree.is_some())
    }

    fn on(&self, day: Day) -> Option<InForce> {
        self.version(day)?.in_force()
    }
}

impl Version {
    fn in_force(&self) -> Option<InForce> {
        Some(InForce { tree: self.tree.clone()?, rule: Arc::clone(&self.rule) })
    }
}
