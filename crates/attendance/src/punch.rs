//! Records at the door: what of them is a punch, and what it says.

use wecom_checkin::{
    Record, TimeId,
    record::{CheckinType, Exception},
};

use crate::time::bounded_instant;

/// Which end of a segment a punch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// 上班.
    On,
    /// 下班.
    Off,
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Nature {
    /// A duty punch; `None` where it does not say which side.
    Duty(Option<Side>),
    /// 外出打卡.
    Outdoor,
    /// 仅记录打卡时间和位置, and kinds that nobody has described.
    RecordOnly,
    /// 未打卡: a punch that did not happen.
    Placeholder(Option<Side>),
    /// An approved correction that no record shows.
    Correction(Option<Side>),
}

/// What WeCom marked a punch with, as far as verdicts count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Marks {
    /// 地点异常 or wifi异常.
    pub place: bool,
    /// 非常用设备.
    pub device: bool,
    /// Anything that nobody has described, 虚拟定位 among it.
    pub other: bool,
}

/// One record, or one correction, reduced to what judging needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Punch {
    pub(crate) at: i64,
    pub(crate) nature: Nature,
    /// The due instant that it answers to, as sent; 0 for none.
    pub(crate) due: i64,
    pub(crate) segment: Option<TimeId>,
    pub(crate) marks: Marks,
    /// Where it stands in the person's records, or in the corrections.
    pub(crate) index: usize,
}

impl Punch {
    pub(crate) fn of_record(record: &Record, index: usize) -> Self {
        let text = record.exception_type.as_ref();
        let marked = text.filter(|text| !text.as_str().is_empty());
        let mut marks = Marks::default();
        let mut placeholder = false;
        for exception in marked.into_iter().flat_map(wecom_checkin::record::Exceptions::kinds) {
            match exception {
                Exception::Time => {}
                Exception::Place | Exception::Wifi => marks.place = true,
                Exception::UnusualDevice => marks.device = true,
                Exception::NotPunched => placeholder = true,
                // "未打卡" inside a longer text still says that nobody punched.
                Exception::Other(text) if text.contains(Exception::NotPunched.as_str()) => {
                    placeholder = true;
                }
                Exception::Other(_) => marks.other = true,
            }
        }
        let side = match record.checkin_type {
            Some(CheckinType::On) => Some(Side::On),
            Some(CheckinType::Off) => Some(Side::Off),
            _ => None,
        };
        let nature = match &record.checkin_type {
            _ if placeholder => Nature::Placeholder(side),
            Some(CheckinType::On | CheckinType::Off) | None => Nature::Duty(side),
            Some(CheckinType::Outdoor) => Nature::Outdoor,
            Some(CheckinType::RecordOnly | CheckinType::Other(_)) => Nature::RecordOnly,
        };
        Self {
            at: record.checkin_time.map_or(0, |time| bounded_instant(time.0)),
            nature,
            due: record.sch_checkin_time.map_or(0, |time| bounded_instant(time.0)),
            segment: record.timeline_id,
            marks,
            index,
        }
    }

    /// An approved correction, taken as the punch.
    pub(crate) fn correction(at: i64, side: Option<Side>, index: usize) -> Self {
        let nature = Nature::Correction(side);
        Self { at, nature, due: 0, segment: None, marks: Marks::default(), index }
    }

    /// On or off, where it says so.
    pub(crate) fn side(&self) -> Option<Side> {
        match self.nature {
            Nature::Duty(side) | Nature::Placeholder(side) | Nature::Correction(side) => side,
            Nature::Outdoor | Nature::RecordOnly => None,
        }
    }

    /// Something that happened and may be a duty punch.
    pub(crate) fn is_duty(&self, outdoor_counts: bool) -> bool {
        match self.nature {
            Nature::Duty(_) | Nature::Correction(_) => true,
            Nature::Outdoor => outdoor_counts,
            Nature::RecordOnly | Nature::Placeholder(_) => false,
        }
    }

    pub(crate) fn is_placeholder(&self) -> bool {
        matches!(self.nature, Nature::Placeholder(_))
    }

    /// A time that cannot be: before all check-ins, or still ahead. Placeholders may be ahead.
    pub(crate) fn is_impossible(&self, now: i64) -> bool {
        self.at <= 0 || (self.at > now && !self.is_placeholder())
    }
}

/// The unknown exceptions of a record, verbatim.
pub(crate) fn unknown_exceptions(record: &Record) -> impl Iterator<Item = String> {
    let kinds = record.exception_type.as_ref().map(wecom_checkin::record::Exceptions::kinds);
    kinds.into_iter().flatten().filter_map(|kind| match kind {
        Exception::Other(text) => Some(text),
        _ => None,
    })
}
