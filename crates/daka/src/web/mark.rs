//! A day in one character, one colour and one sentence: never the colour alone.

use attendance::{
    Verdict,
    verdict::{FindingKind, LeaveKind, Status},
};

use crate::{lang::Lang, report::words};

/// How a day is shown where there is little room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// What the style sheet colours it by.
    pub(super) class: &'static str,
    /// The character that says the same.
    pub(super) sign: &'static str,
    /// The outcome in words.
    pub(super) says: String,
}

/// A mark and what it stands for.
pub(super) type LegendEntry = (&'static str, &'static str, &'static str);

impl Mark {
    pub(super) fn of(verdict: &Verdict, lang: Lang) -> Self {
        let (class, sign) = Self::look(verdict, lang);
        Self { class, sign, says: words::outcome(verdict, lang) }
    }

    fn look(verdict: &Verdict, lang: Lang) -> (&'static str, &'static str) {
        match verdict.status {
            Status::Abnormal => gravest(verdict).map_or(("odd", "!"), |kind| of_kind(kind, lang)),
            Status::Normal => match verdict.leave.first().map(|leave| leave.kind) {
                None => ("ok", "·"),
                Some(LeaveKind::Leave) => ("leave", lang.pick("假", "V")),
                Some(LeaveKind::Trip) => ("leave", lang.pick("差", "T")),
                Some(LeaveKind::Out) => ("leave", lang.pick("外", "T")),
            },
            Status::Rest => ("rest", lang.pick("休", "–")),
            Status::Pending => ("open", "…"),
            Status::Incomplete => ("gap", "?"),
            // Nothing is owed, or nothing can be said.
            _ => ("none", lang.pick("无", "○")),
        }
    }

    /// The marks, each explained.
    pub(super) fn legend(lang: Lang) -> Vec<LegendEntry> {
        let kinds = [
            FindingKind::Late,
            FindingKind::Early,
            FindingKind::Missing,
            FindingKind::Absent,
            FindingKind::Place,
            FindingKind::Device,
            FindingKind::Other,
        ];
        let findings = kinds.into_iter().map(|kind| {
            let (class, sign) = of_kind(kind, lang);
            (class, sign, words::kind(kind, lang))
        });
        let rest = [
            ("ok", "·", lang.pick("正常", "normal")),
            ("leave", lang.pick("假", "V"), lang.pick("请假、出差、外出", "leave, trip, outing")),
            ("rest", lang.pick("休", "–"), lang.pick("休息", "rest")),
            ("none", lang.pick("无", "○"), lang.pick("无需打卡", "nothing due")),
            ("open", "…", lang.pick("未结束", "still open")),
            ("gap", "?", lang.pick("未取数", "not fetched")),
        ];
        findings.chain(rest).collect()
    }
}

/// The finding that the day is remembered for.
fn gravest(verdict: &Verdict) -> Option<FindingKind> {
    use FindingKind::{Absent, Device, Early, Late, Missing, Other, Place};
    let order = [Absent, Missing, Late, Early, Place, Device, Other];
    order.into_iter().find(|kind| verdict.finding(*kind).is_some())
}

fn of_kind(kind: FindingKind, lang: Lang) -> (&'static str, &'static str) {
    match kind {
        FindingKind::Late => ("late", lang.pick("迟", "L")),
        FindingKind::Early => ("late", lang.pick("退", "E")),
        FindingKind::Missing => ("miss", lang.pick("缺", "M")),
        FindingKind::Absent => ("absent", lang.pick("旷", "A")),
        FindingKind::Place => ("odd", lang.pick("地", "P")),
        FindingKind::Device => ("odd", lang.pick("设", "D")),
        FindingKind::Other => ("odd", lang.pick("异", "O")),
    }
}
