//! Rows of `getcheckindata`, made from a planned day.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::chance::{Chance, Purpose};
use crate::changes::Written;
use crate::company::{Company, Person};
use crate::day::Day;
use crate::plan::{DayPlan, Flaw, Mark, MarkKind, Side, Slot};
use crate::rule::Rule;

/// A word in `exception_type` that no document lists.
pub(crate) const UNLISTED: &str = "虚拟定位";
const NOT_PUNCHED: &str = "未打卡";

/// One row. Fields in the order of the newest documents; absent ones are left out, not null.
#[derive(Serialize)]
pub(crate) struct Row<'a> {
    userid: &'a str,
    groupname: &'a str,
    checkin_type: &'static str,
    exception_type: String,
    pub(crate) checkin_time: i64,
    location_title: Cow<'a, str>,
    location_detail: Cow<'a, str>,
    wifiname: Cow<'a, str>,
    notes: Cow<'a, str>,
    wifimac: Cow<'a, str>,
    mediaids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lng: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deviceid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diviceid: Option<String>,
    #[serde(flatten)]
    slot: Option<SlotFields>,
}

/// What later documents added to a row.
#[derive(Serialize)]
struct SlotFields {
    sch_checkin_time: i64,
    groupid: i64,
    schedule_id: i64,
    timeline_id: i64,
}

impl Row<'_> {
    /// The row as the oldest documents have it.
    pub(crate) fn without_newer_fields(&mut self) {
        self.slot = None;
        if self.exception_type == NOT_PUNCHED || !self.wifimac.is_empty() {
            (self.lat, self.lng, self.deviceid) = (None, None, None);
        }
    }

    pub(crate) fn misspell_deviceid(&mut self) {
        self.diviceid = self.deviceid.take();
    }
}

/// Which rows a caller wants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Duty,
    Outdoor,
    All,
}

impl Wanted {
    fn includes(self, kind: MarkKind) -> bool {
        match kind {
            MarkKind::Duty(_) => self != Self::Outdoor,
            MarkKind::Outdoor => self != Self::Duty,
            MarkKind::RecordOnly => self == Self::All,
        }
    }
}

/// One person's day as rows.
pub(crate) struct Sheet<'a> {
    pub(crate) company: &'a Company,
    pub(crate) person: &'a Person,
    pub(crate) rule: &'a Rule,
    pub(crate) plan: &'a DayPlan,
    pub(crate) now: i64,
}

impl<'a> Sheet<'a> {
    /// What the server would return of the day: marks that have reached it, and a 未打卡 row for each slot without one.
    pub(crate) fn rows(&self, wanted: Wanted) -> Vec<Row<'a>> {
        let seen = || {
            let known = |mark: &&Mark| mark.uploaded <= self.now && mark.delivered;
            self.plan.marks.iter().filter(known)
        };
        let mut rows: Vec<Row<'a>> = (0..)
            .zip(seen())
            .filter(|(_, mark)| wanted.includes(mark.kind))
            .map(|(place, mark)| self.row(mark, place))
            .collect();
        if wanted != Wanted::Outdoor {
            let open = |slot: &&Slot| !seen().any(|mark| slot.takes(mark));
            let open = self.plan.slots.iter().filter(open);
            rows.extend(open.map(|slot| self.blank(*slot)));
        }
        rows.sort_by_key(|row| row.checkin_time);
        rows
    }

    fn row(&self, mark: &Mark, place: i64) -> Row<'a> {
        let mut chance = Chance::new(
            self.company.seed,
            self.person.index,
            self.plan.day.number() * 16 + place,
            Purpose::Place,
        );
        let flaws = exception_type(&mark.flaws, &mut chance);
        if let Some(written) = &mark.written {
            return self.written_row(mark, written, flaws);
        }
        let spot = self.spot(mark, &mut chance);
        let device = self.device(mark, &mut chance);
        Row {
            userid: self.userid(),
            groupname: &self.rule.groupname,
            checkin_type: word_for(mark.kind),
            exception_type: flaws,
            checkin_time: mark.at,
            location_title: spot.title.into(),
            location_detail: spot.detail.into(),
            wifiname: spot.wifiname.into(),
            notes: note(mark, &mut chance).into(),
            wifimac: spot.wifimac.into(),
            mediaids: photos(mark, self.plan.day, &mut chance),
            lat: spot.at.map(|at| at.0),
            lng: spot.at.map(|at| at.1),
            deviceid: Some(device),
            diviceid: None,
            slot: Some(self.slot_fields(mark.due, mark.timeline_id)),
        }
    }

    fn written_row(&self, mark: &Mark, written: &Arc<Written>, flaws: String) -> Row<'a> {
        let text = |text: &str| Cow::Owned(text.to_owned());
        Row {
            userid: self.userid(),
            groupname: &self.rule.groupname,
            checkin_type: word_for(mark.kind),
            exception_type: flaws,
            checkin_time: mark.at,
            location_title: text(&written.location_title),
            location_detail: text(&written.location_detail),
            wifiname: text(&written.wifiname),
            notes: text(&written.notes),
            wifimac: text(&written.wifimac),
            mediaids: written.mediaids.clone(),
            lat: written.place.map(|at| at.0),
            lng: written.place.map(|at| at.1),
            deviceid: (!written.device.is_empty()).then(|| written.device.clone()),
            diviceid: None,
            slot: Some(self.slot_fields(mark.due, mark.timeline_id)),
        }
    }

    fn blank(&self, slot: Slot) -> Row<'a> {
        Row {
            userid: self.userid(),
            groupname: &self.rule.groupname,
            checkin_type: type_of(slot.side),
            exception_type: NOT_PUNCHED.to_owned(),
            checkin_time: slot.due,
            location_title: "".into(),
            location_detail: "".into(),
            wifiname: "".into(),
            notes: "".into(),
            wifimac: "".into(),
            mediaids: Vec::new(),
            lat: Some(0),
            lng: Some(0),
            deviceid: None,
            diviceid: None,
            slot: Some(self.slot_fields(slot.due, slot.timeline_id)),
        }
    }

    fn slot_fields(&self, sch_checkin_time: i64, timeline_id: i64) -> SlotFields {
        SlotFields {
            sch_checkin_time,
            groupid: self.rule.groupid,
            schedule_id: self.plan.duty.schedule_id,
            timeline_id,
        }
    }

    fn userid(&self) -> &'a str {
        &self.person.userid
    }

    fn spot(&self, mark: &Mark, chance: &mut Chance) -> Spot<'a> {
        if mark.kind == MarkKind::Outdoor {
            let (title, detail, lat, lng) = chance.pick(&VISITS, VISITS_FIRST);
            let at = Some((lat + chance.between(-90, 90), lng + chance.between(-90, 90)));
            return Spot { title, detail, at, ..Spot::default() };
        }
        if mark.flaws.iter().any(|flaw| matches!(flaw, Flaw::Place | Flaw::Field)) {
            let (title, detail, lat, lng) = chance.pick(&AWAY, AWAY_FIRST);
            let at = Some((lat + chance.between(-90, 90), lng + chance.between(-90, 90)));
            return Spot { title, detail, at, ..Spot::default() };
        }
        let Some(fence) = self.rule.loc_infos.first() else { return Spot::default() };
        // 1000 microdegrees are about a hundred metres: well inside the fence.
        let at =
            (fence.lat + chance.between(-1_000, 1_000), fence.lng + chance.between(-1_000, 1_000));
        let office = Spot {
            title: &fence.loc_title,
            detail: &fence.loc_detail,
            at: Some(at),
            ..Spot::default()
        };
        if mark.flaws.contains(&Flaw::Wifi) {
            return Spot { wifiname: "未连接到公司指定WiFi", ..office };
        }
        match self.rule.wifimac_infos.first() {
            // Only punches by place carry coordinates.
            Some(wifi) if chance.per_mille(600) => {
                Spot { wifiname: &wifi.wifiname, wifimac: &wifi.wifimac, at: None, ..office }
            }
            _ => office,
        }
    }

    fn device(&self, mark: &Mark, chance: &mut Chance) -> String {
        if mark.flaws.contains(&Flaw::Device) {
            return uuid(chance);
        }
        uuid(&mut self.company.lasting(self.person.index, Purpose::Device))
    }
}

#[derive(Default)]
struct Spot<'a> {
    title: &'a str,
    detail: &'a str,
    wifiname: &'a str,
    wifimac: &'a str,
    at: Option<(i64, i64)>,
}

type Known = (&'static str, &'static str, i64, i64);
const VISITS_FIRST: Known = ("钱塘会展中心", "杭州市萧山区江南大道9号", 30_225_510, 120_241_187);
const VISITS: [Known; 3] = [
    VISITS_FIRST,
    ("城西银泰城", "杭州市拱墅区丰潭路380号", 30_301_420, 120_108_350),
    ("杭州东站", "杭州市上城区天城路1号", 30_290_820, 120_212_650),
];
const AWAY_FIRST: Known = ("文三路地铁站", "杭州市西湖区文三路", 30_275_512, 120_125_099);
const AWAY: [Known; 3] = [
    AWAY_FIRST,
    ("滨江公寓", "杭州市滨江区江汉路", 30_208_600, 120_190_300),
    ("", "杭州市临平区", 30_418_900, 120_300_100),
];

fn word_for(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Duty(side) => type_of(side),
        MarkKind::Outdoor => "外出打卡",
        MarkKind::RecordOnly => "仅记录打卡时间和位置",
    }
}

fn type_of(side: Side) -> &'static str {
    match side {
        Side::On => "上班打卡",
        Side::Off => "下班打卡",
    }
}

fn exception_type(flaws: &[Flaw], chance: &mut Chance) -> String {
    let words: Vec<&str> = flaws
        .iter()
        .filter_map(|flaw| match flaw {
            Flaw::Time => Some("时间异常"),
            Flaw::Place => Some("地点异常"),
            Flaw::Wifi => Some("wifi异常"),
            Flaw::Device => Some("非常用设备"),
            Flaw::Unlisted => Some(UNLISTED),
            Flaw::Field => None,
        })
        .collect();
    // A word nobody listed comes with the looser writing that a reader should survive.
    if flaws.contains(&Flaw::Unlisted) && chance.per_mille(300) {
        return words.join("; ") + ";";
    }
    // Which semicolon joins them is not documented: both occur.
    words.join(if chance.per_mille(500) { ";" } else { "；" })
}

fn note(mark: &Mark, chance: &mut Chance) -> &'static str {
    const LATE: [&str; 3] = ["路上堵车", "地铁故障,晚到", "送孩子上学"];
    const EARLY: [&str; 2] = ["下午外访客户,提前离开", "身体不适"];
    if !chance.per_mille(300) {
        return "";
    }
    match (mark.kind, mark.flaws.contains(&Flaw::Time)) {
        (MarkKind::Outdoor, _) => "拜访客户",
        (MarkKind::Duty(Side::On), true) => chance.pick(&LATE, ""),
        (MarkKind::Duty(Side::Off), true) => chance.pick(&EARLY, ""),
        _ => "",
    }
}

fn photos(mark: &Mark, day: Day, chance: &mut Chance) -> Vec<String> {
    let share = if mark.kind == MarkKind::Outdoor { 700 } else { 20 };
    if !chance.per_mille(share) {
        return Vec::new();
    }
    let count = chance.between(1, 2);
    (0..count).map(|_| format!("WWCISP_{}{}", day.number(), chance.text(60))).collect()
}

fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.word(), chance.word());
    let hex = format!("{high:016X}{low:016X}");
    let mut parts = hex.as_str();
    let mut groups = Vec::new();
    for len in [8, 4, 4, 4, 12] {
        let Some((group, rest)) = parts.split_at_checked(len) else { break };
        groups.push(group);
        parts = rest;
    }
    groups.join("-")
}
