//! What the emulator's manners and limits are called on the command line: the names of its README.

use serde_json::{Map, Value};
use wecom_emulator::{Limits, Manners};

/// An oddity of the real server that can be turned on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Manner {
    /// getcheckindata answers whole attendance days (on)
    AttendanceDayWindow,
    /// A night punch of the month's last day is in neither month's window (on)
    MonthEndHole,
    /// 未打卡 rows for slots still ahead, up to tomorrow (on)
    FuturePlaceholders,
    /// gettoken gives a live token again (on)
    TokenRepeats,
    /// Refusals carry the payload's key, empty (on)
    EmptyPayloadOnError,
    /// Refusals carry error-code and error-msg headers (on)
    ErrorHeaders,
    /// errmsg ends in a hint, the address and a link (on)
    LongErrmsg,
    /// errmsg says that a body is not JSON (on)
    WrongJsonWarning,
    /// Who has no rule is missing from the answer; off: an empty group (on)
    NoRuleLeftOut,
    /// Both pairs of cursors for approvals; off: the older alone (on)
    NewCursor,
    /// range.party_id holds texts instead of numbers (off)
    PartyIdAsText,
    /// Approvals in half days give instants, 00:00 to 24:00, instead of markers (off)
    LiteralHalfDays,
    /// Rows and rules as around 2019 (off)
    SeedShape,
    /// deviceid is spelt diviceid (off)
    MisspeltDeviceid,
    /// checkin_method_type comes under a dotted key (off)
    DottedMethodKey,
    /// Tokens come without errcode (off)
    TokenWithoutErrcode,
}

impl Manner {
    fn of(self, manners: &mut Manners) -> &mut bool {
        match self {
            Self::AttendanceDayWindow => &mut manners.attendance_day_window,
            Self::MonthEndHole => &mut manners.month_end_hole,
            Self::FuturePlaceholders => &mut manners.future_placeholders,
            Self::TokenRepeats => &mut manners.token_repeats,
            Self::EmptyPayloadOnError => &mut manners.empty_payload_on_error,
            Self::ErrorHeaders => &mut manners.error_headers,
            Self::LongErrmsg => &mut manners.long_errmsg,
            Self::WrongJsonWarning => &mut manners.wrong_json_warning,
            Self::NoRuleLeftOut => &mut manners.no_rule_left_out,
            Self::NewCursor => &mut manners.new_cursor,
            Self::PartyIdAsText => &mut manners.party_id_as_text,
            Self::LiteralHalfDays => &mut manners.literal_half_days,
            Self::SeedShape => &mut manners.seed_shape,
            Self::MisspeltDeviceid => &mut manners.misspelt_deviceid,
            Self::DottedMethodKey => &mut manners.dotted_method_key,
            Self::TokenWithoutErrcode => &mut manners.token_without_errcode,
        }
    }
}

/// The usual manners, but for those named; off wins.
pub(super) fn manners(on: &[Manner], off: &[Manner]) -> Manners {
    let mut manners = Manners::default();
    for (named, value) in [(on, true), (off, false)] {
        for manner in named {
            *manner.of(&mut manners) = value;
        }
    }
    manners
}

/// One limit with its new value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit(Map<String, Value>);

impl Limit {
    /// Reads `users=10` or `closed_calls=getcheckindata,media_get`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let usual = as_map(&Limits::default());
        let names = || usual.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("NAME=VALUE, with a NAME of {}", names()))?;
        let value = match usual.get(name) {
            None => return Err(format!("no limit is named {name}; there are {}", names())),
            Some(Value::Array(_)) => value.split(',').map(str::trim).collect(),
            Some(_) => {
                let number: u64 = value.parse().map_err(|_| format!("{name} takes a number"))?;
                number.into()
            }
        };
        let limit = Self(Map::from_iter([(name.to_owned(), value)]));
        limits(std::slice::from_ref(&limit)).map(|_| limit)
    }
}

/// The documented limits, but for those named.
pub(super) fn limits(named: &[Limit]) -> Result<Limits, String> {
    let mut limits = as_map(&Limits::default());
    limits.extend(named.iter().flat_map(|limit| limit.0.clone()));
    serde_json::from_value(limits.into()).map_err(|e| e.to_string())
}

fn as_map(limits: &Limits) -> Map<String, Value> {
    match serde_json::to_value(limits) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::ValueEnum as _;

    use super::*;

    /// Each manner has a name here, the name turns it and nothing else, and its help tells the default.
    #[test]
    fn every_manner_has_its_name() {
        let usual = serde_json::to_value(Manners::default()).unwrap();
        let mut left: Vec<&String> = usual.as_object().unwrap().keys().collect();
        for manner in Manner::value_variants() {
            let shown = manner.to_possible_value().unwrap();
            let on = usual[shown.get_name()].as_bool().unwrap();
            let mut expected = usual.clone();
            expected[shown.get_name()] = (!on).into();
            let turned = if on { manners(&[], &[*manner]) } else { manners(&[*manner], &[]) };
            assert_eq!(serde_json::to_value(turned).unwrap(), expected);
            let help = shown.get_help().unwrap().to_string();
            assert!(help.ends_with(if on { "(on)" } else { "(off)" }), "{help}");
            left.retain(|name| *name != shown.get_name());
        }
        assert!(left.is_empty(), "{left:?} cannot be turned from the command line");
    }

    #[test]
    fn the_page_names_every_switch() {
        const PAGE: &str = include_str!("../../../../../docs/emulator.md");
        let manners = serde_json::to_value(Manners::default()).unwrap();
        for name in manners.as_object().unwrap().keys().chain(as_map(&Limits::default()).keys()) {
            assert!(PAGE.contains(&format!("| `{name}` |")), "{name} is not in docs/emulator.md");
        }
    }

    #[test]
    fn every_limit_can_be_set() {
        for (name, usual) in as_map(&Limits::default()) {
            let value = if usual.is_array() { "127.0.0.1" } else { "1" };
            let limit = Limit::parse(&format!("{name}={value}")).unwrap();
            assert_ne!(limits(&[limit]).unwrap(), Limits::default(), "{name}");
        }
        let two = ["users=10", "closed_calls=media_get, getcheckindata"];
        let two: Vec<Limit> = two.iter().map(|text| Limit::parse(text).unwrap()).collect();
        let limits = limits(&two).unwrap();
        assert_eq!((limits.users, limits.closed_calls.len()), (10, 2));
        for wrong in ["users", "users=many", "user=1", "users=-1", "trusted_ips=home"] {
            assert!(Limit::parse(wrong).is_err(), "{wrong}");
        }
    }
}
