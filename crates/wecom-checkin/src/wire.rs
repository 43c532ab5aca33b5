//! The shape that every answer object shares: each field optional, each decoder tolerant.
//!
//! Enumerations end in `Other`, so that no value is lost, and are not `non_exhaustive`: a value that
//! gets a name later shall stop every `match` that has to decide about it.

/// Declares an answer object: every field is optional on the wire, unwritten when absent, and read
/// as its type allows ([`crate::tolerant::Tolerant`]). Unknown fields are kept in `extra`.
///
/// `field as "name"` gives a field another name on the wire; `field or "name"` reads other spellings
/// too, and an object that has several of them is read by the first.
macro_rules! wire {
    (
        $(#[$meta:meta])*
        $name:ident {
            $(
                $(#[$fmeta:meta])*
                $field:ident $(as $wire:literal)? $(or $($alias:literal)+)?: $type:ty,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: Option<$type>,)*
            /// Fields that this crate does not know, as they came.
            pub extra: crate::Extra,
        }

        crate::wire::reads_keys! {
            $name { $($field $(as $wire)? $(or $($alias)+)?: $type,)* }
            else(object, key, map) object.extra.insert(key, map.next_value()?)
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = s.serialize_map(None)?;
                $(
                    if let Some(value) = &self.$field {
                        map.serialize_entry(crate::wire::key!($field $($wire)?), value)?;
                    }
                )*
                for (key, value) in &self.extra {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }

        crate::tolerant::reads_as!(object: $name);
    };
}

/// Implements `Deserialize` for a struct: each key fills its field, the first of several wins, and
/// the expression after `else` takes the key and the value of what has no field.
macro_rules! reads_keys {
    (
        $name:ident {
            $($field:ident $(as $wire:literal)? $(or $($alias:literal)+)?: $type:ty,)*
        }
        else($object:ident, $key:ident, $map:ident) $unknown:expr
    ) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                #[allow(non_camel_case_types, reason = "named for the fields")]
                enum Key {
                    $($field,)*
                    Unknown(String),
                }

                struct KeyVisitor;

                impl serde::de::Visitor<'_> for KeyVisitor {
                    type Value = Key;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a key")
                    }

                    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                        Ok(match key {
                            $(
                                crate::wire::key!($field $($wire)?) $($(| $alias)+)? => Key::$field,
                            )*
                            unknown => Key::Unknown(unknown.to_owned()),
                        })
                    }
                }

                impl<'de> serde::Deserialize<'de> for Key {
                    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                        d.deserialize_identifier(KeyVisitor)
                    }
                }

                struct ObjectVisitor;

                impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A>(self, mut $map: A) -> Result<$name, A::Error>
                    where
                        A: serde::de::MapAccess<'de>,
                    {
                        let mut $object = $name::default();
                        while let Some(found) = $map.next_key()? {
                            match found {
                                $(Key::$field => {
                                    let value: crate::tolerant::Field<$type> = $map.next_value()?;
                                    crate::tolerant::Slot::fill(&mut $object.$field, value.0);
                                })*
                                Key::Unknown($key) => {
                                    $unknown;
                                }
                            }
                        }
                        Ok($object)
                    }
                }

                d.deserialize_map(ObjectVisitor)
            }
        }
    };
}

/// A field's name on the wire.
macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// Declares an enumeration that WeCom writes as a number and may extend.
macro_rules! number_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A value that WeCom added later.
            Other(i64),
        }

        impl $name {
            /// The number on the wire.
            pub fn number(self) -> i64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Other(number) => number,
                }
            }
        }

        impl TryFrom<i128> for $name {
            type Error = std::num::TryFromIntError;

            fn try_from(value: i128) -> Result<Self, Self::Error> {
                Ok(match i64::try_from(value)? {
                    $($number => Self::$variant,)+
                    other => Self::Other(other),
                })
            }
        }

        crate::tolerant::reads_as!(int: $name);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let number = i64::deserialize(d)?;
                Self::try_from(i128::from(number)).map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_i64(self.number())
            }
        }
    };
}

pub(crate) use {key, number_enum, reads_keys, wire};
