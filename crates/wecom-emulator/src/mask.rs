//! Masking of recorded answers: who, where and with what device is replaced, always by the same stand-in.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

/// What a key's text says, and so what stands in for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Kind {
    User,
    Name,
    Department,
    Rule,
    Place,
    Wifi,
    Mac,
    Device,
    Media,
    Note,
    Secret,
}

/// Texts replaced so far. One mask serves a whole recording.
#[derive(Debug)]
pub(crate) struct Mask {
    known: HashMap<Kind, HashMap<String, usize>>,
    /// Added to every latitude and longitude (microdegrees), so that distances stay.
    shift: (i64, i64),
}

impl Mask {
    /// `shift` moves all places by the same microdegrees.
    pub(crate) fn new(shift: (i64, i64)) -> Self {
        Self { known: HashMap::new(), shift }
    }

    /// Replaces in place what `value` tells about people and places.
    pub(crate) fn hide(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => self.hide_fields(fields),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item)),
            _ => {}
        }
    }

    fn hide_fields(&mut self, fields: &mut Map<String, Value>) {
        for (key, value) in fields {
            match (key.as_str(), kind_of(key)) {
                ("lat", _) => move_by(value, self.shift.0),
                ("lng", _) => move_by(value, self.shift.1),
                (_, Some(kind)) => self.replace(kind, value),
                _ => self.hide(value),
            }
        }
    }

    fn replace(&mut self, kind: Kind, value: &mut Value) {
        match value {
            Value::String(text) if !text.is_empty() => *text = self.stand_in(kind, text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(kind, item)),
            Value::Object(fields) => self.hide_fields(fields),
            _ => {}
        }
    }

    fn stand_in(&mut self, kind: Kind, text: &str) -> String {
        // Userids are the same person in any case of letters.
        let text = if kind == Kind::User { text.to_lowercase() } else { text.to_owned() };
        let known = self.known.entry(kind).or_default();
        let next = known.len() + 1;
        let number = *known.entry(text).or_insert(next);
        match kind {
            Kind::User => format!("user{number:05}"),
            Kind::Name => format!("员工{number}"),
            Kind::Department => format!("部门{number}"),
            Kind::Rule => format!("规则{number}"),
            Kind::Place => format!("地点{number}"),
            Kind::Wifi => format!("wifi-{number}"),
            Kind::Mac => format!(
                "02:00:00:{:02x}:{:02x}:{:02x}",
                number >> 16 & 255,
                number >> 8 & 255,
                number & 255
            ),
            Kind::Device => format!("device-{number}"),
            Kind::Media => format!("WWCISP_masked{number}"),
            Kind::Note => format!("备注{number}"),
            Kind::Secret => "masked".to_owned(),
        }
    }
}

fn kind_of(key: &str) -> Option<Kind> {
    Some(match key {
        "userid" | "acctid" | "open_userid" | "useridlist" | "white_users" | "create_userid"
        | "update_userid" | "department_leader" | "creator" => Kind::User,
        "name" | "name_ex" | "name_en" => Kind::Name,
        "departs_name" => Kind::Department,
        "groupname" | "schedule_name" | "schedulename" | "tagname" => Kind::Rule,
        "location_title" | "location_detail" | "loc_title" | "loc_detail" => Kind::Place,
        "wifiname" => Kind::Wifi,
        "wifimac" => Kind::Mac,
        "deviceid" | "diviceid" | "device_sn" | "device_name" | "device_detail" => Kind::Device,
        "mediaids" | "media_id" => Kind::Media,
        "notes" | "remark" | "remarks" | "speech" | "sp_description" => Kind::Note,
        "access_token" | "corpsecret" | "corpid" | "userface" => Kind::Secret,
        _ => return None,
    })
}

/// 0 means that there is no place, and stays.
fn move_by(value: &mut Value, shift: i64) {
    if let Some(at) = value.as_i64().filter(|at| *at != 0) {
        *value = Value::Number(Number::from(at + shift));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_text_gets_the_same_stand_in() {
        let mut mask = Mask::new((100, -100));
        let mut value = json!({"errcode": 0, "rows": [
            {"userid": "lin.xia", "lat": 30_000_000, "lng": 120_000_000, "notes": "", "checkin_time": 5},
            {"userid": "Lin.Xia", "lat": 0, "lng": 0, "mediaids": ["a", "b", "a"]},
            {"userid": "wu", "range": {"userid": ["wu", "lin.xia"]}},
        ]});
        mask.hide(&mut value);
        assert_eq!(
            value,
            json!({"errcode": 0, "rows": [
                {"userid": "user00001", "lat": 30_000_100, "lng": 119_999_900, "notes": "", "checkin_time": 5},
                {"userid": "user00001", "lat": 0, "lng": 0,
                 "mediaids": ["WWCISP_masked1", "WWCISP_masked2", "WWCISP_masked1"]},
                {"userid": "user00002", "range": {"userid": ["user00002", "user00001"]}},
            ]})
        );
    }
}
