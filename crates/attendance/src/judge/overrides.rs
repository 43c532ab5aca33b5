//! Overrides: what people decided about a day, applied once it is judged.

use crate::{
    facts::Override,
    reason::Reason,
    verdict::{Decision, FindingKind, Status, Verdict},
};

/// Applies the decisions on the verdict's day, earliest first: what one has excused is gone for the
/// next. Hours and counts stay as they were judged.
pub(super) fn apply(verdict: &mut Verdict, overrides: &[Override]) {
    let mut decided: Vec<&Override> =
        overrides.iter().filter(|decided| decided.date == verdict.date).collect();
    decided.sort_by_key(|decided| decided.id);
    decided.dedup_by_key(|decided| decided.id);
    for decided in decided {
        let is_excused = |kind: FindingKind| decided.excuse.contains(&kind);
        let found = verdict.findings.iter().map(|finding| finding.kind);
        let excused: Vec<FindingKind> = found.filter(|kind| is_excused(*kind)).collect();
        verdict.findings.retain(|finding| !is_excused(finding.kind));
        verdict.reasons.push(Reason::Excused {
            id: decided.id,
            by: decided.by.clone(),
            why: decided.why.clone(),
            excused: excused.clone(),
        });
        verdict.overrides.push(Decision {
            id: decided.id,
            by: decided.by.clone(),
            at: decided.at,
            why: decided.why.clone(),
            excused,
        });
    }
    if verdict.status == Status::Abnormal && verdict.findings.is_empty() {
        verdict.status = Status::Normal;
    }
}
