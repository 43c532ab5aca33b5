//! Versions: how those of any fact are closed, opened and read. A fact's table is a declaration.

use std::collections::{BTreeMap, HashMap};

use crate::{
    Counts, Result,
    db::{Line, Table, Tx, Value},
    diff::{Fact, compare},
};

/// A table of versions of facts: nothing in it is overwritten but the end of a version.
#[derive(Debug)]
pub(crate) struct VersionedTable {
    pub(crate) name: &'static str,
    /// The columns that say what a fact is about, beside its company.
    pub(crate) key: &'static [&'static str],
    /// Whether one key may have several facts at once; then their versions are numbered.
    pub(crate) numbered: bool,
    /// The columns that hold what it says.
    pub(crate) content: &'static [&'static str],
}

/// Some columns of a row, from left to right.
pub(crate) type Cells = Vec<Value>;

/// A fact in its columns: what it is about, and what it says.
pub(crate) type Told = Fact<Cells, Cells>;

/// The number of a version, where a key may have several facts.
const NUMBER: &str = "nr";

/// The part of a table that a question or a replacement looks at; all that a company has, unless
/// narrowed down.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    among: Option<(&'static str, Value)>,
    within: Option<(&'static str, i64, i64)>,
}

impl Scope {
    /// Where a column has one of some values.
    pub(crate) fn among(column: &'static str, values: impl Into<Value>) -> Self {
        Self { among: Some((column, values.into())), within: None }
    }

    /// Of those, where a column lies within bounds, both inclusive.
    pub(crate) fn within(self, column: &'static str, (first, last): (i64, i64)) -> Self {
        Self { within: Some((column, first, last)), ..self }
    }

    /// The condition and its values, the company first.
    fn spell(&self, company: i64) -> (String, Vec<Value>) {
        let (mut conditions, mut values) = (vec!["company = $1".to_owned()], vec![company.into()]);
        if let Some((column, among)) = &self.among {
            values.push(among.clone());
            conditions.push(format!("{column} IN $[{}]", values.len()));
        }
        if let Some((column, first, last)) = self.within {
            values.extend([first.into(), last.into()]);
            let to = values.len();
            conditions.push(format!("{column} BETWEEN ${} AND ${to}", to - 1));
        }
        (conditions.join(" AND "), values)
    }
}

/// The condition under which a version held at the instant that is a statement's value `at`.
pub(crate) fn held(table: &str, at: usize) -> String {
    format!(
        "{table}.known_from <= ${at} AND ({table}.known_to IS NULL OR {table}.known_to > ${at})"
    )
}

/// `at`, or the first millisecond after all of `taken`: versions of one fact must not overlap, and
/// none may have been known for no time at all, though the clock go back or stand still.
pub(crate) fn later(at: i64, taken: impl IntoIterator<Item = Option<i64>>) -> i64 {
    taken.into_iter().flatten().max().map_or(at, |last| at.max(last + 1))
}

impl VersionedTable {
    /// Compares what was told with what is on file in a scope, closes what is revised or withdrawn
    /// and opens what is new. What was told must lie in the scope; where no two facts may have one
    /// key, it names none twice.
    ///
    /// What is on file and was not told is withdrawn where `silence` of its key says so.
    ///
    /// Hands back what changed, and the instant from which it counts: `at`, unless the scope already
    /// holds something as late.
    pub(crate) async fn replace(
        &self,
        tx: &mut Tx,
        company: i64,
        at: i64,
        scope: &Scope,
        silence: impl Fn(&[Value]) -> bool,
        told: Vec<Told>,
    ) -> Result<(Counts, i64)> {
        let OnFile { facts, numbers, mut next, taken } = self.on_file(tx, company, scope).await?;
        let mut difference = compare(&facts, &told);
        difference.gone.retain(|&at| facts.get(at).is_some_and(|fact| silence(&fact.identity)));
        let counts = difference.counts();
        let at = later(at, [taken.filter(|_| counts.changed())]);
        let closed = difference.closed().filter_map(|at| {
            let key = facts.get(at)?.identity.iter().cloned();
            Some(key.chain(numbers.get(at).map(|&nr| nr.into())).collect())
        });
        self.close(tx, company, at, closed).await?;
        let mut told: Vec<Option<Told>> = told.into_iter().map(Some).collect();
        let opened: Vec<Cells> = difference
            .opened()
            .filter_map(|at| told.get_mut(at)?.take())
            .map(|Fact { identity, content }| {
                let mut row = identity;
                if self.numbered {
                    let free = next.entry(row.clone()).or_default();
                    row.push((*free).into());
                    *free += 1;
                }
                row.extend(content);
                row
            })
            .collect();
        self.open(tx, company, at, opened).await?;
        Ok((counts, at))
    }

    /// What was known of a scope at an instant, in order of its key: first the columns of the key,
    /// then those of the content.
    pub(crate) async fn read(
        &self,
        tx: &mut Tx,
        company: i64,
        scope: &Scope,
        as_of: i64,
    ) -> Result<Vec<Line>> {
        let (condition, mut values) = scope.spell(company);
        values.push(as_of.into());
        let sql = format!(
            "SELECT {}, {} FROM {} WHERE {condition} AND {} ORDER BY {}",
            self.key.join(", "),
            self.content.join(", "),
            self.name,
            held(self.name, values.len()),
            self.identity().join(", "),
        );
        tx.rows(&sql, values).await
    }

    /// Ends versions that still hold, each named by its key and, where there is one, its number.
    pub(crate) async fn close(
        &self,
        tx: &mut Tx,
        company: i64,
        at: i64,
        versions: impl IntoIterator<Item = Cells>,
    ) -> Result<()> {
        let identity = self.identity();
        let Some((last, first)) = identity.split_last() else { return Ok(()) };
        // One statement for all that differ in the last column alone.
        let mut alike: BTreeMap<Cells, Vec<Value>> = BTreeMap::new();
        for mut version in versions {
            if let Some(last) = version.pop() {
                alike.entry(version).or_default().push(last);
            }
        }
        let conditions: Vec<String> = (3..)
            .zip(first)
            .map(|(at, column)| format!("{column} = ${at}"))
            .chain([format!("{last} IN $[{}] AND known_to IS NULL", first.len() + 3)])
            .collect();
        let sql = format!(
            "UPDATE {} SET known_to = $2 WHERE company = $1 AND {}",
            self.name,
            conditions.join(" AND "),
        );
        for (first, last) in alike {
            let mut values = vec![company.into(), at.into()];
            values.extend(first);
            values.push(Value::list(last));
            tx.run(&sql, values).await?;
        }
        Ok(())
    }

    /// Files versions: of each its key, its number where there is one, and its content.
    pub(crate) async fn open<R: IntoIterator<Item = Value>>(
        &self,
        tx: &mut Tx,
        company: i64,
        at: i64,
        versions: impl IntoIterator<Item = R>,
    ) -> Result<()> {
        let mut columns = vec!["company", "known_from"];
        columns.extend(self.identity());
        columns.extend(self.content);
        let mut values = Vec::new();
        for version in versions {
            values.extend([company.into(), at.into()]);
            values.extend(version);
        }
        tx.insert(&Table { name: self.name, columns: &columns }, values).await
    }

    /// What names a version among those that hold.
    pub(crate) fn identity(&self) -> Vec<&'static str> {
        self.key.iter().copied().chain(self.numbered.then_some(NUMBER)).collect()
    }

    async fn on_file(&self, tx: &mut Tx, company: i64, scope: &Scope) -> Result<OnFile> {
        let (condition, values) = scope.spell(company);
        let sql = format!(
            "SELECT {}, known_from, known_to, {} FROM {} WHERE {condition}",
            self.identity().join(", "),
            self.content.join(", "),
            self.name,
        );
        let mut on_file = OnFile::default();
        for mut line in tx.rows(&sql, values).await? {
            let identity = line.values(self.key.len());
            let number = if self.numbered { Some(line.int()?) } else { None };
            let (from, to) = (line.int()?, line.opt_int()?);
            on_file.taken = on_file.taken.max(to).max(Some(from));
            if let Some(number) = number {
                let free = on_file.next.entry(identity.clone()).or_default();
                *free = (*free).max(number + 1);
            }
            if to.is_none() {
                let content = line.values(self.content.len());
                on_file.facts.push(Fact { identity, content });
                on_file.numbers.extend(number);
            }
        }
        Ok(on_file)
    }
}

/// What is on file of a scope.
#[derive(Default)]
struct OnFile {
    /// The facts that hold.
    facts: Vec<Told>,
    /// The numbers of their versions, in the same order, where versions are numbered.
    numbers: Vec<i64>,
    /// The first number that no version of a key has.
    next: HashMap<Cells, i64>,
    /// The last instant that a version begins or ends at.
    taken: Option<i64>,
}
