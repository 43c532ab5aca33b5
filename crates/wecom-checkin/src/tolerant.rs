//! Field decoding that never fails: what cannot be read as the field's type reads as absent.
//!
//! WeCom's own pages contradict each other on many types (number or numeric string, `bool` or
//! 0/1, array or single object), so one row must not be lost to one odd field. The text of the row
//! keeps the odd value (see [`crate::Row`]).

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

/// The visitor methods by which every scalar reads as absent.
macro_rules! absent_scalars {
    () => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
            d.deserialize_any(self)
        }
    };
}

/// A JSON scalar; everything else drained and forgotten.
enum Scalar {
    Bool(bool),
    Int(i128),
    Text(String),
    Other,
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Scalar, E> {
        Ok(Scalar::Int(v.into()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Scalar, E> {
        // `1.0` is an integer written oddly; `1.5` is no integer at all.
        Ok(format!("{v:.0}").parse().map_or(Scalar::Other, |int| {
            if v.fract() == 0.0 { Scalar::Int(int) } else { Scalar::Other }
        }))
    }

    fn visit_str<E>(self, v: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(v))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_none<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Scalar, D::Error> {
        d.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

/// A type that reads what WeCom might mean by it, and reads anything else as absent.
pub(crate) trait Tolerant<'de>: Sized {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Option<Self>, D::Error>;
}

/// A value read so, where a `Deserialize` is asked for.
pub(crate) struct Field<T>(pub(crate) Option<T>);

impl<'de, T: Tolerant<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        T::read(d).map(Self)
    }
}

/// Where a field's value goes.
pub(crate) trait Slot<T> {
    /// Takes the value, unless there is none or an earlier one was taken.
    fn fill(&mut self, value: Option<T>);
}

impl<T> Slot<T> for Option<T> {
    fn fill(&mut self, value: Option<T>) {
        if self.is_none() {
            *self = value;
        }
    }
}

/// The `deserialize_with` of an optional field.
#[cfg(feature = "client")]
pub(crate) fn field<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Tolerant<'de>,
{
    T::read(d)
}

/// The `deserialize_with` of a field that is always there; absent reads as its default.
pub(crate) fn required<'de, D, T>(d: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Tolerant<'de> + Default,
{
    Ok(T::read(d)?.unwrap_or_default())
}

/// A number, or a string that holds one.
pub(crate) fn int<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i128>,
{
    Ok(match d.deserialize_any(ScalarVisitor)? {
        Scalar::Int(v) => T::try_from(v).ok(),
        Scalar::Text(v) => v.trim().parse().ok().and_then(|v: i128| T::try_from(v).ok()),
        Scalar::Bool(_) | Scalar::Other => None,
    })
}

/// A string, or a number read as its digits.
pub(crate) fn text<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    Ok(match d.deserialize_any(ScalarVisitor)? {
        Scalar::Text(v) => Some(T::from(v)),
        Scalar::Int(v) => Some(T::from(v.to_string())),
        Scalar::Bool(_) | Scalar::Other => None,
    })
}

/// An object; an empty list stands for "none" in some answers.
pub(crate) fn object<'de, D, T>(d: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct ObjectVisitor<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }

        absent_scalars!();
    }

    d.deserialize_any(ObjectVisitor(PhantomData))
}

/// A list; a single object counts as a list of one, elements of the wrong kind are left out.
impl<'de, T: Tolerant<'de>> Tolerant<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Option<Self>, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);

        impl<'de, T: Tolerant<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = Option<Vec<T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(Field(element)) = seq.next_element()? {
                    list.extend(element);
                }
                Ok(Some(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Ok(T::read(MapAccessDeserializer::new(map))?.map(|one| vec![one]))
            }

            absent_scalars!();
        }

        d.deserialize_any(ListVisitor(PhantomData))
    }
}

/// `true`/`false`, `1`/`0`, or either as a string.
impl<'de> Tolerant<'de> for bool {
    fn read<D: Deserializer<'de>>(d: D) -> Result<Option<Self>, D::Error> {
        Ok(match d.deserialize_any(ScalarVisitor)? {
            Scalar::Bool(v) => Some(v),
            Scalar::Int(0) => Some(false),
            Scalar::Int(1) => Some(true),
            Scalar::Text(v) => match v.trim() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            Scalar::Int(_) | Scalar::Other => None,
        })
    }
}

/// Says which of the readers above a type uses.
macro_rules! reads_as {
    ($reader:ident: $($type:ty),+ $(,)?) => {$(
        impl<'de> $crate::tolerant::Tolerant<'de> for $type {
            fn read<D: serde::Deserializer<'de>>(d: D) -> Result<Option<Self>, D::Error> {
                $crate::tolerant::$reader(d)
            }
        }
    )+};
}
pub(crate) use reads_as;

reads_as!(int: i64, u64);
reads_as!(text: String);
