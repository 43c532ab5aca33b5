//! Findings: what can be wrong with a day.

use serde::{Deserialize, Serialize};

/// Something wrong with a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// How many punches (days, for absent).
    pub count: u32,
    /// How long, for late, early and absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<i64>,
}

/// Kinds of finding, in the order of every listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// 迟到.
    Late,
    /// 早退.
    Early,
    /// 缺卡.
    Missing,
    /// 旷工.
    Absent,
    /// 地点异常.
    Place,
    /// 设备异常.
    Device,
    /// Anything WeCom marks that we do not know.
    Other,
}

impl FindingKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::Late,
        Self::Early,
        Self::Missing,
        Self::Absent,
        Self::Place,
        Self::Device,
        Self::Other,
    ];
}
