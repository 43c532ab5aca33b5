//! Texts and shapes that repeat, filed once and named by number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    Result,
    db::{Line, Table, Tx, Value},
    shape::{Facets, fingerprint},
};

/// Texts of one kind, filed once and named by number: the table's first column after the company
/// bears the table's name.
pub(crate) struct Interned {
    name: &'static str,
    /// The column of the text.
    text: &'static str,
    /// What else the text says.
    facets: &'static [&'static str],
}

const TEXT: Interned = Interned { name: "text", text: "content", facets: &[] };
const SHAPE: Interned = Interned {
    name: "shape",
    text: "template",
    facets: &[
        "checkin_type",
        "exception_type",
        "groupname",
        "groupid",
        "schedule_id",
        "timeline_id",
    ],
};
/// Wordings of verdicts.
pub(crate) const WORDING: Interned =
    Interned { name: "wording", text: "content", facets: &["status", "day_type", "standard"] };

impl Interned {
    /// The numbers of texts; those that are not on file are filed, with their facets.
    pub(crate) async fn file<'a>(
        &self,
        tx: &mut Tx,
        company: i64,
        wanted: impl IntoIterator<Item = (&'a str, Vec<Value>)>,
    ) -> Result<HashMap<String, i64>> {
        let Self { name, text, facets } = self;
        let wanted: Vec<(i64, &str, Vec<Value>)> =
            wanted.into_iter().map(|(text, facets)| (fingerprint(text), text, facets)).collect();
        let hashes: Vec<i64> = wanted.iter().map(|(hash, ..)| *hash).collect();
        let sql = format!("SELECT {text}, {name} FROM {name} WHERE company = $1 AND hash IN $[2]");
        let mut numbers = tx
            .rows(&sql, vec![company.into(), hashes.into()])
            .await?
            .into_iter()
            .map(|mut row| Ok((row.text()?, row.int()?)))
            .collect::<Result<HashMap<String, i64>>>()?;
        let missing: Vec<_> =
            wanted.into_iter().filter(|(_, text, _)| !numbers.contains_key(*text)).collect();
        if missing.is_empty() {
            return Ok(numbers);
        }
        let sql = format!("SELECT coalesce(max({name}), 0) + 1 FROM {name} WHERE company = $1");
        let next = tx.row(&sql, vec![company.into()]).await?.int()?;
        let mut rows = Vec::new();
        for (number, (hash, text, facets)) in (next..).zip(missing) {
            rows.extend([company.into(), number.into(), hash.into(), text.into()]);
            rows.extend(facets);
            numbers.insert(text.to_owned(), number);
        }
        let columns = [&["company", name, "hash", text], *facets].concat();
        tx.insert(&Table { name, columns: &columns }, rows).await?;
        Ok(numbers)
    }

    /// Texts by number, each with its facets.
    pub(crate) async fn read(
        &self,
        tx: &mut Tx,
        company: i64,
        numbers: BTreeSet<i64>,
    ) -> Result<HashMap<i64, (String, Line)>> {
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let Self { name, text, facets } = self;
        let columns = [&[*name, text], *facets].concat().join(", ");
        let sql = format!("SELECT {columns} FROM {name} WHERE company = $1 AND {name} IN $[2]");
        let numbers = Value::Ints(numbers.into_iter().collect());
        let rows = tx.rows(&sql, vec![company.into(), numbers]).await?;
        rows.into_iter().map(|mut row| Ok((row.int()?, (row.text()?, row)))).collect()
    }
}

/// The numbers of texts; those that are not on file are filed.
pub(crate) async fn texts(
    tx: &mut Tx,
    company: i64,
    wanted: BTreeSet<String>,
) -> Result<HashMap<String, i64>> {
    TEXT.file(tx, company, wanted.iter().map(|text| (text.as_str(), Vec::new()))).await
}

/// The texts of numbers.
pub(crate) async fn contents(
    tx: &mut Tx,
    company: i64,
    numbers: BTreeSet<i64>,
) -> Result<HashMap<i64, String>> {
    let texts = TEXT.read(tx, company, numbers).await?;
    Ok(texts.into_iter().map(|(number, (text, _))| (number, text)).collect())
}

/// The numbers of shapes; those that are not on file are filed.
pub(crate) async fn shapes(
    tx: &mut Tx,
    company: i64,
    wanted: BTreeMap<&str, &Facets>,
) -> Result<HashMap<String, i64>> {
    let wanted = wanted.into_iter().map(|(template, facets)| {
        let facets = vec![
            facets.checkin_type.clone().into(),
            facets.exception_type.clone().into(),
            facets.groupname.clone().into(),
            facets.groupid.into(),
            facets.schedule_id.into(),
            facets.timeline_id.into(),
        ];
        (template, facets)
    });
    SHAPE.file(tx, company, wanted).await
}

/// The templates and facets of numbers.
pub(crate) async fn templates(
    tx: &mut Tx,
    company: i64,
    numbers: BTreeSet<i64>,
) -> Result<HashMap<i64, (String, Facets)>> {
    let shapes = SHAPE.read(tx, company, numbers).await?;
    let read = shapes.into_iter().map(|(number, (template, mut row))| {
        let facets = Facets {
            checkin_type: row.opt_text()?,
            exception_type: row.opt_text()?,
            groupname: row.opt_text()?,
            groupid: row.opt_int()?,
            schedule_id: row.opt_int()?,
            timeline_id: row.opt_int()?,
        };
        Ok((number, (template, facets)))
    });
    read.collect()
}
