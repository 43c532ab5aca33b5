//! The statements of a ledger as PostgreSQL takes them.

use sqlx::{
    AssertSqlSafe, Column as _, Decode, Postgres, Row as _, Transaction, TypeInfo as _,
    ValueRef as _,
    postgres::{PgArguments, PgRow},
    query::Query,
};

use crate::db::{Line, Table, Value};

/// `IN $[2]` as PostgreSQL says it: the list travels as an array.
pub(in crate::db) fn spell(sql: &str) -> String {
    let mut spelled = sql.to_owned();
    while let Some((before, list, after)) = split_list(&spelled) {
        spelled = format!("{before}= ANY(${list}){after}");
    }
    spelled
}

/// The same of a question, where each value of the first list is looked up by itself. The planner,
/// which knows nothing of a new month's table, would rather read all that the company has in it.
pub(in crate::db) fn spell_question(sql: &str) -> String {
    let Some((before, list, after)) = split_list(sql) else { return sql.to_owned() };
    let one = spell(&format!("{before}= one.value{after}"));
    format!(
        "SELECT found.* FROM unnest(${list}) AS one (value)
         CROSS JOIN LATERAL ({one} OFFSET 0) AS found"
    )
}

/// The first list of a statement: what stands before it, its number, and what stands after.
fn split_list(sql: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = sql.split_once("IN $[")?;
    let (list, after) = rest.split_once(']')?;
    Some((before, list, after))
}

type PgQuery = Query<'static, Postgres, PgArguments>;

/// A statement that is forgotten when it is done: behind a pooler the next one may reach another
/// session, which never heard its name, or heard it from somebody else.
pub(in crate::db) fn query(sql: String) -> PgQuery {
    sqlx::query(AssertSqlSafe(sql)).persistent(false)
}

pub(in crate::db) fn bind(mut query: PgQuery, values: Vec<Value>) -> PgQuery {
    for value in values {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Int(int) => query.bind(int),
            Value::Text(text) => query.bind(storable(text)),
            Value::Ints(list) => query.bind(list),
            Value::Texts(list) => {
                query.bind(list.into_iter().map(storable).collect::<Vec<String>>())
            }
        };
    }
    query
}

/// PostgreSQL keeps no U+0000. Rows as received hold it escaped; only a typed text can have it.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// All rows in one statement, as one array a column.
pub(in crate::db) async fn insert(
    tx: &mut Transaction<'static, Postgres>,
    into: &Table<'_>,
    values: Vec<Value>,
) -> sqlx::Result<()> {
    let width = into.columns.len().max(1);
    let mut columns: Vec<Vec<Value>> = Vec::new();
    columns.resize_with(width, || Vec::with_capacity(values.len() / width));
    for (at, value) in values.into_iter().enumerate() {
        if let Some(column) = columns.get_mut(at % width) {
            column.push(value);
        }
    }
    let is_text = |column: &Vec<Value>| column.iter().any(|value| matches!(value, Value::Text(_)));
    let arrays: Vec<String> = (1..)
        .zip(&columns)
        .map(|(n, column)| format!("${n}::{}", if is_text(column) { "text[]" } else { "bigint[]" }))
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) SELECT * FROM unnest({}) ON CONFLICT DO NOTHING",
        into.name,
        into.columns.join(","),
        arrays.join(","),
    );
    let mut query = query(sql);
    for column in columns {
        query = if is_text(&column) {
            query.bind(
                column
                    .into_iter()
                    .map(|value| match value {
                        Value::Text(text) => Some(storable(text)),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            )
        } else {
            query.bind(
                column
                    .into_iter()
                    .map(|value| match value {
                        Value::Int(int) => Some(int),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            )
        };
    }
    query.execute(&mut **tx).await.map(drop)
}

pub(in crate::db) fn line(row: &PgRow) -> sqlx::Result<Line> {
    let values = row.columns().iter().map(|column| {
        let value = row.try_get_raw(column.ordinal())?;
        if value.is_null() {
            return Ok(Value::Null);
        }
        match column.type_info().name() {
            "INT8" => <i64 as Decode<Postgres>>::decode(value).map(Value::Int),
            "INT4" => <i32 as Decode<Postgres>>::decode(value).map(|int| Value::Int(int.into())),
            _ => <String as Decode<Postgres>>::decode(value).map(Value::Text),
        }
        .map_err(sqlx::Error::Decode)
    });
    Ok(Line::new(values.collect::<sqlx::Result<Vec<_>>>()?))
}
