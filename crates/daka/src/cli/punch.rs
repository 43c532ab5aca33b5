//! `daka punch`: punches from elsewhere, an access gate for instance.

mod lines;

use serde_json::{Map, Value, json};
use wecom_checkin::calls::{
    ADD_CHECKIN_RECORD,
    add_checkin_record::{AddCheckinRecord, NewRecord},
};

use super::{
    Context,
    wecom::Clients,
    write::{self, Rest, WriteArgs},
};
use crate::{
    days::Days,
    failure::Failure,
    lang::{Text, text},
};

/// Write punches made elsewhere, at an access gate for instance (add_checkin_record)
///
/// WeCom matches them against the rule as if they had been made on a phone. One punch by flags, or
/// any number from a file: CSV with the API's field names as heads, or JSON (a list of records, or
/// {"records":[…]}). `checkin_time` is Unix seconds, or date and time on the company's clock. lat and
/// lng are whole millionths of a degree, GCJ-02. Everything is checked before anything is sent;
/// 200 punches go in one call. Self-built apps only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka punch gate.csv --dry-run
  daka punch gate.csv
  daka punch --user zhangsan --at '2026-11-03 09:00' --place 'South gate' \\
      --address 'Gate 3' --device gate --device-name GateMax

A CSV file; empty cells are left out:
  userid,checkin_time,location_title,location_detail,device_type,device_detail,notes
  zhangsan,2026-11-03 09:00:12,South gate,Gate 3,1,GateMax,
  lisi,1793667612,South gate,Gate 3,1,GateMax,visitor pass

Further columns: lat, lng, wifiname, wifimac, mediaids (one id).
device_type is 1 access gate, 2 attendance machine, 3 other.")]
pub(super) struct Args {
    /// A CSV or JSON file; - reads JSON from standard input
    #[arg(conflicts_with = "user")]
    file: Option<String>,
    /// Whose punch
    #[arg(long, value_name = "USERID", required_unless_present = "file", requires_all = ["at", "place", "address", "device_name"])]
    user: Option<String>,
    /// When, such as '2026-11-03 09:00', or Unix seconds
    #[arg(long, value_name = "TIME", requires = "user")]
    at: Option<String>,
    /// Name of the place
    #[arg(long, value_name = "TEXT", requires = "user")]
    place: Option<String>,
    /// Address of the place
    #[arg(long, value_name = "TEXT", requires = "user")]
    address: Option<String>,
    /// Kind of device: gate, machine or other
    #[arg(long, value_name = "KIND", default_value = "other", value_parser = ["gate", "machine", "other"])]
    device: String,
    /// Brand of the device
    #[arg(long, value_name = "TEXT", requires = "user")]
    device_name: Option<String>,
    /// Free text
    #[arg(long, value_name = "TEXT", requires = "user")]
    notes: Option<String>,
    /// Latitude in millionths of a degree, GCJ-02
    #[arg(long, value_name = "N", requires_all = ["user", "lng"], allow_hyphen_values = true)]
    lat: Option<String>,
    /// Longitude in millionths of a degree, GCJ-02
    #[arg(long, value_name = "N", requires_all = ["user", "lat"], allow_hyphen_values = true)]
    lng: Option<String>,
    /// Name of the Wi-Fi network
    #[arg(long, value_name = "NAME", requires_all = ["user", "mac"])]
    wifi: Option<String>,
    /// BSSID of the Wi-Fi network
    #[arg(long, value_name = "MAC", requires_all = ["user", "wifi"])]
    mac: Option<String>,
    /// Id of a photo, from media/upload
    #[arg(long, value_name = "ID", requires = "user")]
    media: Option<String>,
    #[command(flatten)]
    pub(super) write: WriteArgs,
}

impl Args {
    /// The punch that the flags describe, under the API's names.
    fn flags(&self) -> Map<String, Value> {
        let device = match self.device.as_str() {
            "gate" => "1",
            "machine" => "2",
            _ => "3",
        };
        let fields: [(&str, Option<&str>); 12] = [
            ("userid", self.user.as_deref()),
            ("checkin_time", self.at.as_deref()),
            ("location_title", self.place.as_deref()),
            ("location_detail", self.address.as_deref()),
            ("device_type", Some(device)),
            ("device_detail", self.device_name.as_deref()),
            ("notes", self.notes.as_deref()),
            ("lat", self.lat.as_deref()),
            ("lng", self.lng.as_deref()),
            ("wifiname", self.wifi.as_deref()),
            ("wifimac", self.mac.as_deref()),
            ("mediaids", self.media.as_deref()),
        ];
        let given = fields.into_iter();
        given.filter_map(|(name, text)| Some((name.to_owned(), json!(text?)))).collect()
    }
}

/// Writes the punches.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let zone = &context.settings.zone;
    let client = Clients::new(&context.settings)?.checkin;
    let records = match &args.file {
        None => vec![lines::record(args.flags(), &Text::default(), zone)?],
        Some(file) => lines::of_file(file, zone)?,
    };
    for (n, record) in records.iter().enumerate() {
        let alone = AddCheckinRecord { records: vec![record.clone()] };
        let place = if args.file.is_some() { lines::place(n) } else { Text::default() };
        write::check_part(&client, &alone, "records[0].", &place)?;
    }

    let most = ADD_CHECKIN_RECORD.people.unwrap_or(1);
    let mut written = 0;
    for batch in records.chunks(most) {
        let request = AddCheckinRecord { records: batch.to_vec() };
        if !args.write.may_send(&client, &request, async || Ok(())).await? {
            continue;
        }
        client
            .add_checkin_record(&request)
            .await
            .map_err(|error| write::stopped(&error, written, rest(&records, written)))?;
        written += batch.len();
    }
    if !args.write.is_dry() {
        args.write.done::<AddCheckinRecord>(
            context.settings.lang,
            &sentence(&records),
            json!({"records": written}),
        );
    }
    Ok(())
}

/// The records from the n-th on, as something that was not done.
fn rest(records: &[NewRecord], written: usize) -> Rest {
    let rest = || records.iter().skip(written);
    let dates = || rest().filter_map(|record| record.checkin_time.beijing_date());
    Rest {
        place: text!(
            "records {first} to {last}",
            "第 {first} 至 {last} 条",
            first = written + 1,
            last = records.len()
        ),
        users: rest().map(|record| record.userid.clone()).collect(),
        days: dates().min().zip(dates().max()).and_then(|(a, b)| Days::new(a, b).ok()),
    }
}

fn sentence(records: &[NewRecord]) -> Text {
    match records {
        [one] => text!("the punch of {who} was written", "{who} 的打卡已写入", who = one.userid),
        several => {
            text!("{n} punches were written", "已写入 {n} 条打卡", n = several.len())
        }
    }
}
