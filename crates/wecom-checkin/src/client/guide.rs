//! How to use this crate, one page a question.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[doc = include_str!("guide/first_call.md")]
pub mod first_call {}

#[doc = include_str!("guide/whole_company.md")]
pub mod whole_company {}

#[doc = include_str!("guide/tokens.md")]
pub mod tokens {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/writes.md")]
pub mod writes {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}
