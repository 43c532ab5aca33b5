//! Telling people what was found: what is said, to whom, and once.

mod delivery;
mod escape;
mod message;
mod quiet;
mod send;
mod sign;
mod template;

pub(crate) use delivery::{Delivery, deliver};
pub(crate) use message::{Item, Message, Share, Wording};
pub(crate) use quiet::QuietHours;
pub(crate) use send::{Channel, Mailer, No, Patience, Sender};
pub(crate) use template::{LineTemplate, TitleTemplate};
