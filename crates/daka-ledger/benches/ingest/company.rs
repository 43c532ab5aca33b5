//! A company whose rows are the same everywhere.

use std::fmt::Write as _;

use wecom_checkin::{Record, Row, UserId};

/// 2026-06-01 00:00 UTC+8.
pub(crate) const MIDNIGHT: i64 = 1_780_243_200;
const DAYS: i64 = 30;
/// People in a slice.
pub(crate) const BATCH: i64 = 100;

/// A small generator of its own, so that the rows are the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A month of a batch of people: three records a day, as phones send them.
pub(crate) fn rows(batch: i64) -> (Vec<UserId>, Vec<Row<Record>>) {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ batch.unsigned_abs().wrapping_mul(77_777));
    let (mut people, mut rows) = (Vec::new(), Vec::new());
    for person in batch * BATCH..(batch + 1) * BATCH {
        let userid = format!("employee.{person:06}");
        let office = chance.below(40);
        let device: String = (0..4).fold(String::new(), |mut device, _| {
            write!(device, "{:08X}-", chance.below(u64::from(u32::MAX))).unwrap();
            device
        });
        for day in 0..DAYS {
            for (nr, (due, kind)) in
                [(32_400, "上班打卡"), (64_800, "下班打卡"), (43_200, "外出打卡")]
                    .iter()
                    .enumerate()
            {
                let outdoor = nr == 2;
                let sch = if outdoor { 0 } else { MIDNIGHT + day * 86_400 + due };
                let at =
                    MIDNIGHT + day * 86_400 + due + i64::try_from(chance.below(1_800)).unwrap()
                        - 900;
                let place = if outdoor { 1_000 + chance.below(5_000) } else { office };
                let exception = if chance.below(20) == 0 { "时间异常" } else { "" };
                let notes = if chance.below(25) == 0 { "堵车,晚到几分钟" } else { "" };
                let (lat, lng) =
                    (30_201_874 + chance.below(2_000), 120_212_563 + chance.below(2_000));
                let wifi =
                    if outdoor { String::new() } else { format!("WJ-Office-{}F", place % 9) };
                let mac = if outdoor {
                    String::new()
                } else {
                    format!("4e:10:a2:9b:77:{:02x}", place % 97)
                };
                let text = format!(
                    r#"{{"userid":"{userid}","groupname":"总部固定班{}","checkin_type":"{kind}","exception_type":"{exception}","checkin_time":{at},"location_title":"望江楼园区{place}","location_detail":"杭州市滨江区望江路{place}号北门","wifiname":"{wifi}","notes":"{notes}","wifimac":"{mac}","mediaids":[],"lat":{lat},"lng":{lng},"deviceid":"{device}","sch_checkin_time":{sch},"groupid":{},"schedule_id":0,"timeline_id":{}}}"#,
                    office % 12,
                    400 + office % 12,
                    1 + nr % 2,
                );
                rows.push(serde_json::from_str(&text).unwrap());
            }
        }
        people.push(UserId::from(userid));
    }
    (people, rows)
}
