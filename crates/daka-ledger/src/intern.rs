//! Texts and shapes that repeat, filed once and named by number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    Result,
    db::{Line, Table, Tx, Value},
    shape::{Facets, fingerprint},
};

const TEXT: Table<'_> = Table { name: "text", columns: &["company", "text", "hash", "content"] };
const SHAPE: Table<'_> = Table {
    name: "shape",
    columns: &[
        "company",
        "shape",
        "hash",
        "template",
        "checkin_type",
        "exception_type",
        "groupname",
        "groupid",
        "schedule_id",
        "timeline_id",
    ],
};

/// The numbers of texts; those that are not on file are filed.
pub(crate) async fn texts(
    tx: &mut Tx,
    company: i64,
    wanted: BTreeSet<String>,
) -> Result<HashMap<String, i64>> {
    let hashes: Vec<i64> = wanted.iter().map(|text| fingerprint(text)).collect();
    let on_file = tx
        .rows(
            "SELECT content, text FROM text WHERE company = $1 AND hash IN $[2]",
            vec![company.into(), hashes.into()],
        )
        .await?;
    let mut numbers = numbered(on_file)?;
    let missing: Vec<String> = wanted.into_iter().filter(|t| !numbers.contains_key(t)).collect();
    if missing.is_empty() {
        return Ok(numbers);
    }
    let next = tx
        .row("SELECT coalesce(max(text), 0) + 1 FROM text WHERE company = $1", vec![company.into()])
        .await?
        .int()?;
    let mut rows = Vec::with_capacity(missing.len() * TEXT.columns.len());
    for (number, text) in (next..).zip(missing) {
        let hash = fingerprint(&text);
        rows.extend([company.into(), number.into(), hash.into(), Value::from(text.as_str())]);
        numbers.insert(text, number);
    }
    tx.insert(&TEXT, rows).await?;
    Ok(numbers)
}

/// The texts of numbers.
pub(crate) async fn contents(
    tx: &mut Tx,
    company: i64,
    numbers: BTreeSet<i64>,
) -> Result<HashMap<i64, String>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tx
        .rows(
            "SELECT text, content FROM text WHERE company = $1 AND text IN $[2]",
            vec![company.into(), Value::Ints(numbers.into_iter().collect())],
        )
        .await?;
    rows.into_iter().map(|mut row| Ok((row.int()?, row.text()?))).collect()
}

/// The numbers of shapes; those that are not on file are filed.
pub(crate) async fn shapes(
    tx: &mut Tx,
    company: i64,
    wanted: BTreeMap<&str, &Facets>,
) -> Result<HashMap<String, i64>> {
    let hashes: Vec<i64> = wanted.keys().map(|template| fingerprint(template)).collect();
    let on_file = tx
        .rows(
            "SELECT template, shape FROM shape WHERE company = $1 AND hash IN $[2]",
            vec![company.into(), hashes.into()],
        )
        .await?;
    let mut numbers = numbered(on_file)?;
    let missing: Vec<_> =
        wanted.into_iter().filter(|(template, _)| !numbers.contains_key(*template)).collect();
    if missing.is_empty() {
        return Ok(numbers);
    }
    let next = tx
        .row(
            "SELECT coalesce(max(shape), 0) + 1 FROM shape WHERE company = $1",
            vec![company.into()],
        )
        .await?
        .int()?;
    let mut rows = Vec::with_capacity(missing.len() * SHAPE.columns.len());
    for (number, (template, facets)) in (next..).zip(missing) {
        rows.extend([
            company.into(),
            number.into(),
            fingerprint(template).into(),
            template.into(),
            facets.checkin_type.clone().into(),
            facets.exception_type.clone().into(),
            facets.groupname.clone().into(),
            facets.groupid.into(),
            facets.schedule_id.into(),
            facets.timeline_id.into(),
        ]);
        numbers.insert(template.to_owned(), number);
    }
    tx.insert(&SHAPE, rows).await?;
    Ok(numbers)
}

/// The templates and facets of numbers.
pub(crate) async fn templates(
    tx: &mut Tx,
    company: i64,
    numbers: BTreeSet<i64>,
) -> Result<HashMap<i64, (String, Facets)>> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tx
        .rows(
            "SELECT shape, template, checkin_type, exception_type, groupname, groupid, schedule_id,
                timeline_id
             FROM shape WHERE company = $1 AND shape IN $[2]",
            vec![company.into(), Value::Ints(numbers.into_iter().collect())],
        )
        .await?;
    rows.into_iter()
        .map(|mut row| {
            let (number, template) = (row.int()?, row.text()?);
            let facets = Facets {
                checkin_type: row.opt_text()?,
                exception_type: row.opt_text()?,
                groupname: row.opt_text()?,
                groupid: row.opt_int()?,
                schedule_id: row.opt_int()?,
                timeline_id: row.opt_int()?,
            };
            Ok((number, (template, facets)))
        })
        .collect()
}

fn numbered(rows: Vec<Line>) -> Result<HashMap<String, i64>> {
    rows.into_iter().map(|mut row| Ok((row.text()?, row.int()?))).collect()
}
