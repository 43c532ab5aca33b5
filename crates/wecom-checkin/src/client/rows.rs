//! The rows of an answer: a list of objects under one key.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use crate::Row;

/// A list of rows; `null` is none, a single object is one.
#[derive(Debug)]
pub(crate) struct Rows<T>(pub(crate) Vec<Row<T>>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowsVisitor<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for RowsVisitor<T> {
            type Value = Rows<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Rows<T>, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = seq.next_element()? {
                    rows.push(row);
                }
                Ok(Rows(rows))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rows<T>, A::Error> {
                let object = serde_json::Map::deserialize(MapAccessDeserializer::new(map))?;
                let raw = serde_json::value::to_raw_value(&object).map_err(A::Error::custom)?;
                Ok(Rows(vec![Row::from_raw(raw).map_err(A::Error::custom)?]))
            }

            fn visit_unit<E>(self) -> Result<Rows<T>, E> {
                Ok(Rows(Vec::new()))
            }
        }

        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}
