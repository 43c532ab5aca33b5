//! The eight check-in calls of wx-rust-cp against the emulator. It says what came back; a call that
//! fails or comes back empty ends it.

use std::{env, error::Error, sync::Arc};

use chrono::{DateTime, Utc};
use wx_rust_cp::{
    api::{WxCpService as _, r#impl::WxCpServiceImpl},
    bean::oa::wx_cp_set_checkin_schedule::{Item, WxCpSetCheckinSchedule},
    config::{WxCpConfigStorage as _, r#impl::WxCpDefaultConfig},
};

/// 2026-10-01 00:00 at UTC+8.
const START: i64 = 1_790_784_000;
const DAY: i64 = 86_400;
/// Begins as a JPEG does, in base64.
const FACE: &str = "/9j/4AAQSkZJRgAB";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = WxCpDefaultConfig::new(&env::var("WECOM_CORP_ID")?, &env::var("WECOM_SECRET")?);
    config.set_base_api_url(&env::var("WECOM_BASE_URL")?);
    let users = env::args().nth(1).ok_or("name people, separated by commas")?;
    let users: Vec<&str> = users.split(',').collect();
    let service = WxCpServiceImpl::new_arc(Arc::new(config));
    let oa = service.oa_service().ok_or("no OA service")?;
    let at = |days: i64| DateTime::<Utc>::from_timestamp(START + days * DAY, 0).ok_or("no time");
    let told = |call: &str, rows: usize| -> Result<(), Box<dyn Error>> {
        println!("{call}: {rows}");
        if rows == 0 { Err(format!("{call} came back empty").into()) } else { Ok(()) }
    };

    told("getcheckindata", oa.get_checkin_data(3, at(0)?, at(30)?, &users).await?.len())?;
    told("getcheckinoption", oa.get_checkin_option(at(0)?, &users).await?.len())?;
    told("getcorpcheckinoption", oa.get_crop_checkin_option().await?.len())?;
    told("getcheckin_daydata", oa.get_checkin_day_data(at(0)?, at(2)?, &users).await?.len())?;
    told("getcheckin_monthdata", oa.get_checkin_month_data(at(0)?, at(29)?, &users).await?.len())?;
    let schedules = oa.get_checkin_schedule_list(at(0)?, at(29)?, &users).await?;
    told("getcheckinschedulist", schedules.len())?;
    let scheduled = schedules.first().ok_or("nobody is on shifts")?;
    let rest = Item { userid: scheduled.userid.clone(), day: 1, schedule_id: 0 };
    let rest = WxCpSetCheckinSchedule {
        group_id: scheduled.groupid as i32,
        items: vec![rest],
        yearmonth: 209_912,
    };
    oa.set_checkin_schedule_list(&rest).await?;
    told("setcheckinschedulist", 1)?;
    oa.add_check_in_user_face(users.first().ok_or("nobody")?, FACE).await?;
    told("addcheckinuserface", 1)
}
