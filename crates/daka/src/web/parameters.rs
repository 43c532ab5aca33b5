//! What requests may say.

use super::{
    question::MOST_ITEMS,
    route::{Kind, Parameter, Place},
};

const fn said(name: &'static str, kind: Kind, says: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, kind, says }
}

const fn address(name: &'static str, kind: Kind, says: &'static str) -> Parameter {
    Parameter { name, place: Place::Path, kind, says }
}

pub(super) const MONTH: Parameter =
    said("month", Kind::Month, "A whole month: 2026-10, this or last");
pub(super) const FROM: Parameter =
    said("from", Kind::Date, "First attendance day: a date, today or yesterday");
pub(super) const TO: Parameter =
    said("to", Kind::Date, "Last attendance day, included; today unless given");
pub(super) const USERIDS: Parameter = said("userid", Kind::Text, "Userids, separated by commas");
pub(super) const DEPARTMENT: Parameter =
    said("department", Kind::Whole(None, None), "A department's number; those below it count");
pub(super) const STATUS: Parameter =
    said("status", Kind::Text, "Outcomes, separated by commas, such as abnormal,pending");
pub(super) const FINDING: Parameter =
    said("finding", Kind::Text, "Days with one of these findings, such as late,missing");
pub(super) const SOUGHT: Parameter = said("q", Kind::Text, "Part of a name or userid");
pub(super) const PLACE: Parameter =
    said("place", Kind::Flag, "Whether places, networks and photos are wanted");
pub(super) const CURSOR: Parameter = said(
    "cursor",
    Kind::Text,
    "next_cursor of the page before; stays valid while the ledger grows",
);
pub(super) const LIMIT: Parameter =
    said("limit", Kind::Whole(Some(1), Some(MOST_ITEMS)), "Most items of a page");
pub(super) const BEFORE: Parameter =
    said("cursor", Kind::Whole(None, None), "next_cursor of the page before");
pub(super) const LANG: Parameter = said("lang", Kind::Lang, "Language of reasons and errors");

pub(super) const USERID: Parameter = address("userid", Kind::Text, "Whose");
pub(super) const DATE: Parameter = address("date", Kind::Date, "The attendance day");
pub(super) const OF_MONTH: Parameter = address("month", Kind::Month, "The month");
