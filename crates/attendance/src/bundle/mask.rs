//! Taking people and places out of a bundle, so that it can be shown to others.

use std::collections::HashMap;

use serde_json::Value;

/// Keys whose text is a fact of attendance, or a word of the API: it stays.
const KEPT: &[&str] = &[
    "at",
    "call",
    "checkin_type",
    "control",
    "date",
    "errmsg",
    "exception_type",
    "excuse",
    "from",
    "joined",
    "key",
    "lang",
    "left",
    "sp_name",
    "state",
    "text",
    "to",
    "type",
    "until",
];
/// Parts of a bundle that nobody's data is in.
const IMPERSONAL: &[&str] =
    &["timezone", "rule_timezones", "now", "synced_until", "calendar", "policy"];
/// The shift that is none; its name means something.
const REST: &str = "休息";

/// Replaces userids, names, places, networks, devices, notes, media ids and every text whose
/// meaning is unknown. Equal texts stay equal, times and numbers of attendance stay as they are:
/// the masked bundle judges to the same verdicts, other names apart. Places move together to the
/// equator, as far from each other as they were (a metre off for ten kilometres): whether a punch
/// lies within a rule's places decides about field work.
pub fn mask(bundle: &mut Value) {
    let Some(parts) = bundle.as_object_mut() else { return };
    let mut mask = Mask::default();
    for (key, value) in parts.iter_mut().filter(|(key, _)| !IMPERSONAL.contains(&key.as_str())) {
        mask.cover(key, value);
    }
}

/// What stands for what.
#[derive(Default)]
struct Mask {
    numbers: HashMap<(&'static str, String), usize>,
    counts: HashMap<&'static str, usize>,
    /// The first place met, microdegrees.
    origin: Option<(i64, i64)>,
}

impl Mask {
    fn cover(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.cover(key, item)),
            Value::Object(fields) => {
                let axis = |name| fields.get(name).and_then(Value::as_i64);
                let place = axis("lat").zip(axis("lng")).filter(|place| *place != (0, 0));
                if let Some((lat, lng)) = place.map(|place| self.moved(place)) {
                    fields.insert("lat".to_owned(), lat.into());
                    fields.insert("lng".to_owned(), lng.into());
                }
                for (key, value) in fields {
                    self.cover(key, value);
                }
            }
            Value::String(text) if !text.is_empty() && !KEPT.contains(&key) => {
                *text = self.name(key, text);
            }
            _ => {}
        }
    }

    /// Latitude and longitude of a place, moved. 0, 0 would be no place, so that is not where.
    fn moved(&mut self, (lat, lng): (i64, i64)) -> (i64, i64) {
        const NEW_LNG: i64 = 1_000_000;
        let number = |n: i64| f64::from(i32::try_from(n).unwrap_or(0));
        let (lat_then, lng_then) = *self.origin.get_or_insert((lat, lng));
        // A degree of longitude is longest at the equator.
        let shortened = number(lng - lng_then) * (number(lat_then) / 1e6).to_radians().cos();
        let east = format!("{shortened:.0}").parse().unwrap_or(0);
        (lat - lat_then, NEW_LNG + east)
    }

    fn name(&mut self, key: &str, text: &str) -> String {
        let what = match key {
            "users" | "userid" | "white_users" | "create_userid" | "update_userid" => "user",
            "groupname" => "rule",
            "schedule_name" if text == REST => return text.to_owned(),
            "schedule_name" => "shift",
            "location_title" | "location_detail" | "loc_title" | "loc_detail" => "place",
            "wifiname" | "wifimac" => "wifi",
            "deviceid" | "diviceid" => "device",
            "notes" => "note",
            "mediaids" => "media",
            "sp_no" => "approval",
            _ => "text",
        };
        // Userids and addresses of networks compare ignoring case.
        let text = if matches!(what, "user" | "wifi") {
            text.to_ascii_lowercase()
        } else {
            text.to_owned()
        };
        format!("{what}-{}", self.number(what, text))
    }

    /// The number of a text among those of its kind, counted from 1.
    fn number(&mut self, what: &'static str, text: String) -> usize {
        let count = self.counts.entry(what).or_insert(0);
        *self.numbers.entry((what, text)).or_insert_with(|| {
            *count += 1;
            *count
        })
    }
}
