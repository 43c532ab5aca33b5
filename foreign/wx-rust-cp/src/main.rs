//! The eight check-in calls of wx-rust-cp against the emulator: a Rust client that we did not write.
//!
//! Prints what came and ends with 1 where a call fails or brings nothing.

use std::{error::Error, sync::Arc};

use chrono::{DateTime, Utc};
use wecom_emulator::{Clock, Config, Emulator, Features, Manners};
use wx_rust_cp::{
    api::{WxCpOaService, WxCpService, r#impl::wx_cp_service_impl::WxCpServiceImpl},
    bean::{WxCpSetCheckinSchedule, oa::wx_cp_set_checkin_schedule::Item},
    config::{WxCpConfigStorage, r#impl::wx_cp_default_config_impl::WxCpDefaultConfig},
};

/// 20 July 2026, 12:00 in Shanghai.
const NOW: i64 = 1_784_520_000;
/// 1 July 2026, 00:00 in Shanghai.
const JULY: i64 = 1_782_835_200;
const DAY: i64 = 86_400;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap_or_default()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let clock = Clock::Fixed(at(NOW).to_rfc3339().parse()?);
    let manners = Manners { party_id_as_text: true, ..Manners::default() };
    let config =
        Config { people: 150, clock, features: Features::ALL, manners, ..Config::default() };
    let emulator = Emulator::start(config).await?;
    let settings = WxCpDefaultConfig::new(emulator.corp_id(), emulator.secret());
    settings.set_base_api_url(&emulator.base_url());
    let service: Arc<dyn WxCpService> = WxCpServiceImpl::new_arc(Arc::new(settings));
    let oa: Arc<dyn WxCpOaService> = service.oa_service().ok_or("no office calls")?;

    let people = emulator.userids();
    let people: Vec<&str> = people.iter().map(String::as_str).take(100).collect();
    let mut all = Calls::default();

    let records = oa.get_checkin_data(3, at(JULY), at(JULY + 19 * DAY), &people).await;
    all.read("getcheckindata", records.map(|rows| rows.len()));
    let rules = oa.get_checkin_option(at(JULY), &people).await;
    all.read("getcheckinoption", rules.map(|rows| rows.len()));
    let company = oa.get_crop_checkin_option().await;
    all.read("getcorpcheckinoption", company.map(|rows| rows.len()));
    let days = oa.get_checkin_day_data(at(JULY), at(JULY + 9 * DAY), &people).await;
    all.read("getcheckin_daydata", days.map(|rows| rows.len()));
    // From the first to the next first, as integrators ask.
    let month = oa.get_checkin_month_data(at(JULY), at(JULY + 31 * DAY), &people).await;
    all.read("getcheckin_monthdata", month.map(|rows| rows.len()));
    let schedules = oa.get_checkin_schedule_list(at(JULY), at(JULY + 30 * DAY), &people).await;
    let scheduled = schedules.as_ref().ok().and_then(|rows| rows.first().cloned());
    all.read("getcheckinschedulist", schedules.map(|rows| rows.len()));

    let scheduled = scheduled.ok_or("nobody works by shift")?;
    let rest = Item { userid: scheduled.userid, day: 25, schedule_id: 0 };
    let change = WxCpSetCheckinSchedule {
        group_id: scheduled.groupid,
        items: vec![rest],
        yearmonth: 202_607,
    };
    all.write("setcheckinschedulist", oa.set_checkin_schedule_list(&change).await);
    let face = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let userid = people.first().copied().unwrap_or_default();
    all.write("addcheckinuserface", oa.add_check_in_user_face(userid, face).await);

    emulator.stop().await;
    if all.good == 8 { Ok(()) } else { Err(format!("{} of 8 calls went well", all.good).into()) }
}

#[derive(Default)]
struct Calls {
    good: u32,
}

impl Calls {
    fn read<E: std::fmt::Display>(&mut self, call: &str, rows: Result<usize, E>) {
        self.good += u32::from(matches!(rows, Ok(1..)));
        match rows {
            Ok(rows) => println!("{call}: {rows} rows"),
            Err(error) => println!("{call}: {error}"),
        }
    }

    fn write<E: std::fmt::Display>(&mut self, call: &str, answer: Result<(), E>) {
        self.read(call, answer.map(|()| 1));
    }
}
