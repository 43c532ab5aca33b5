//! The shape that every answer object shares: each field optional, each decoder tolerant.

/// Declares an answer object: every field is optional on the wire, unwritten when absent, and read
/// as its type allows ([`crate::tolerant::Tolerant`]). Unknown fields are kept in `extra`.
macro_rules! wire {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, Default)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[$fmeta])*
                #[serde(
                    deserialize_with = "crate::tolerant::field",
                    skip_serializing_if = "Option::is_none"
                )]
                pub $field: Option<$type>,
            )*
            /// Fields that this crate does not know, as they came.
            #[serde(flatten)]
            pub extra: crate::Extra,
        }

        crate::tolerant::reads_as!(object: $name);
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

pub(crate) use {number_enum, wire};
