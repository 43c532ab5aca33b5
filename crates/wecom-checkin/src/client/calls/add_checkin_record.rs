//! `checkin/add_checkin_record` (document 99647): punches from elsewhere. Self-built apps only.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, UserId,
    calls::{self, Call},
    limits::{DEVICE_CHARS, PUNCH_ATTACHMENTS, PUNCH_TEXT_CHARS},
    units::{Microdegrees, UnixTime},
    wire::number_enum,
    write::{BadField, Write, ensure},
};

/// Up to 200 punches to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddCheckinRecord {
    /// The punches.
    pub records: Vec<NewRecord>,
}

/// A punch to write. WeCom matches it against the rule as if it had been made on a phone; it erases
/// an approval punch at the same due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecord {
    /// Whose punch.
    pub userid: UserId,
    /// When.
    pub checkin_time: UnixTime,
    /// Name of the place, up to 1024 characters.
    pub location_title: String,
    /// Address of the place, up to 1024 characters.
    pub location_detail: String,
    /// Attachments, from `media/upload`; at most one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mediaids: Option<Vec<String>>,
    /// Free text, up to 1024 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notes: Option<String>,
    /// What kind of device.
    pub device_type: DeviceType,
    /// Latitude, GCJ-02.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lat: Option<Microdegrees>,
    /// Longitude, GCJ-02.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lng: Option<Microdegrees>,
    /// Brand of the device, up to 40 characters.
    pub device_detail: String,
    /// Name of the Wi-Fi network, up to 1024 characters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wifiname: Option<String>,
    /// Its BSSID, six hexadecimal pairs with colons; needed with `wifiname`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wifimac: Option<String>,
}

number_enum! {
    /// `device_type` of a punch to write.
    DeviceType {
        /// 门禁, an access gate.
        Gate = 1,
        /// 考勤机, an attendance machine.
        Machine = 2,
        /// Anything else.
        Elsewhere = 3,
    }
}

impl Write for AddCheckinRecord {
    const CALL: &'static Call = &calls::ADD_CHECKIN_RECORD;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        let most = Self::CALL.max_people();
        let count = self.records.len();
        let fits = (1..=most).contains(&count);
        ensure(fits, "records", format!("must be 1 to {most}, {count} were given"))?;
        for (n, record) in self.records.iter().enumerate() {
            record.check().map_err(|bad| bad.within(&format!("records[{n}]")))?;
        }
        Ok(())
    }
}

impl NewRecord {
    fn check(&self) -> Result<(), BadField> {
        calls::check_user("userid", &self.userid)?;
        ensure(self.checkin_time.0 > 0, "checkin_time", "must be Unix seconds")?;
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        for (field, text, most, required) in [
            ("location_title", self.location_title.clone(), PUNCH_TEXT_CHARS, true),
            ("location_detail", self.location_detail.clone(), PUNCH_TEXT_CHARS, true),
            ("device_detail", self.device_detail.clone(), DEVICE_CHARS, true),
            ("notes", optional(&self.notes), PUNCH_TEXT_CHARS, false),
            ("wifiname", optional(&self.wifiname), PUNCH_TEXT_CHARS, false),
        ] {
            ensure(!(required && text.is_empty()), field, "must not be empty")?;
            let fits = text.chars().count() <= most;
            ensure(fits, field, format!("is longer than {most} characters"))?;
        }
        let kinds = [DeviceType::Gate, DeviceType::Machine, DeviceType::Elsewhere];
        ensure(kinds.contains(&self.device_type), "device_type", "must be 1, 2 or 3")?;
        let attachments = self.mediaids.as_ref().map_or(0, Vec::len);
        ensure(attachments <= PUNCH_ATTACHMENTS, "mediaids", "may hold one id")?;
        let bounds = [("lat", self.lat, 90_000_000), ("lng", self.lng, 180_000_000)];
        for (field, degrees, most) in bounds {
            let inside = degrees.is_none_or(|degrees| degrees.0.abs() <= most);
            ensure(inside, field, format!("must lie within ±{most} microdegrees"))?;
        }
        let mac = optional(&self.wifimac);
        let has_network = self.wifiname.as_deref().is_some_and(|name| !name.is_empty());
        ensure(
            !has_network || is_mac(&mac),
            "wifimac",
            "must be six hexadecimal pairs with colons",
        )?;
        ensure(
            mac.is_empty() || is_mac(&mac),
            "wifimac",
            "must be six hexadecimal pairs with colons",
        )
    }
}

fn is_mac(text: &str) -> bool {
    let is_pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').count() == 6 && text.split(':').all(is_pair)
}

impl Client {
    /// One call of `add_checkin_record`. Whether one bad record refuses all is not documented.
    pub async fn add_checkin_record(&self, request: &AddCheckinRecord) -> Result<(), Error> {
        self.write(request).await
    }
}
