//! People: who is in the company, and who was.

use serde::Serialize;
use wecom_checkin::UserId;

/// Someone the ledger has heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The person.
    pub userid: UserId,
    /// The departments as the contact list had them; empty when no list named the person.
    pub departments: Vec<i64>,
    /// Whether the contact list, where there ever was one, still has the person.
    pub present: bool,
}

/// An entry of the company's contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The person.
    pub userid: UserId,
    /// Departments.
    pub departments: Vec<i64>,
}

/// How much of the company a list of people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everyone: who is not on it has left.
    Everyone,
    /// Some: it says nothing about the others.
    Some,
}
