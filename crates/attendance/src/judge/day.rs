//! One day judged: its status, its findings, its overtime, its punches, and the frame around them.

use std::sync::Arc;

use super::{
    Attributed, Case, LatesOfMonth, duty, free, overrides,
    presence::Presence,
    session::{Conclusion, Notes, Readiness, Session, Tally},
};
use crate::{
    attribution::Basis,
    judged::{JudgedDay, JudgedPunch, Role},
    matching::Matched,
    overtime::{Counted, Evidence},
    plan::PlanKind,
    punch::{Nature, Punch},
    reason::{DayBasis, Reason},
    time::Interval,
    verdict::{Finding, FindingKind, Overtime, OvertimeStatus, Status, Verdict},
    warning::Warning,
};

impl Case<'_> {
    /// Judges a day; `None` outside the days of the case.
    pub(crate) fn judge(&self, number: i64, lates: &mut LatesOfMonth) -> Option<JudgedDay> {
        let mut notes = Notes::default();
        let session = Session::new(self, number, &mut notes)?;
        let (plan, seen) = (session.plan, &session.seen);
        let status = session.status(&mut notes.reasons);
        let mut conclusion = match plan.kind {
            PlanKind::Duty => duty::conclude(&session, lates, &mut notes),
            PlanKind::Free => free::conclude(&session, &mut notes),
            _ => Conclusion {
                worked_sec: seen.span_sec(),
                evidence: Evidence { first: seen.first, last: seen.last, ..Evidence::default() },
                ..Conclusion::default()
            },
        };
        let overtime = session.overtime(&mut conclusion, &mut notes);
        let findings = if session.is_judged() { findings(&conclusion, seen) } else { Vec::new() };
        let found = if findings.is_empty() { Status::Normal } else { Status::Abnormal };
        if status == Some(Status::NotEmployed) && seen.duty > 0 {
            notes.warnings.push(Warning::PunchedWhileNotEmployed);
        }
        if plan.kind != PlanKind::NotEmployed
            && session.readiness == Readiness::Closed
            && seen.only_placeholders()
        {
            notes.warnings.push(Warning::PlaceholderOnly);
        }
        if session.misses_approvals(!findings.is_empty()) {
            notes.warnings.push(Warning::ApprovalsUnknown);
        }
        notes.warnings.sort_unstable();
        notes.warnings.dedup();
        let moment = |at| plan.moment(at);
        let punches = session.judged_punches(&conclusion.matched);
        let presence = conclusion.matched.first_on().zip(conclusion.matched.last_off());
        let mut verdict = Verdict {
            userid: self.person.userid.clone(),
            date: plan.date,
            status: status.unwrap_or(found),
            day_type: plan.day_type,
            rule: plan.rule.clone(),
            findings,
            checkin_count: seen.duty,
            first: seen.first.map(moment),
            last: seen.last.map(moment),
            standard_sec: plan.standard_sec,
            worked_sec: conclusion.worked_sec,
            overtime,
            leave: session.away.leave,
            field_count: seen.field,
            outdoor_count: seen.outdoor,
            correction_count: u32::try_from(self.corrections_on(number)).unwrap_or(u32::MAX),
            reasons: notes.reasons,
            warnings: notes.warnings,
            overrides: Vec::new(),
        };
        overrides::apply(&mut verdict, &self.person.overrides);
        Some(JudgedDay {
            verdict,
            slots: conclusion.slots,
            punches,
            break_sec: presence
                .map_or(0, |(on, off)| Interval::new(on, off).covered_by(&plan.breaks)),
            asked: self.person.known_until(plan.date),
            plan: Arc::clone(plan),
        })
    }
}

impl Session<'_> {
    /// The status, where the findings do not decide it.
    fn status(&self, reasons: &mut Vec<Reason>) -> Option<Status> {
        let plan = self.plan;
        let ordinary =
            matches!(plan.basis, DayBasis::Weekday | DayBasis::Schedule) && plan.is_duty();
        if let Some(why) = self.case.days.get(self.number).and_then(|day| day.not_employed) {
            reasons.push(Reason::NotEmployed(why));
            return Some(Status::NotEmployed);
        }
        if let Readiness::NeverAsked(what) = self.readiness {
            reasons.push(Reason::NeverAsked(what));
            return Some(Status::Incomplete);
        }
        if plan.kind == PlanKind::Unsupported {
            return Some(Status::UnsupportedRule);
        }
        if self.exempt {
            reasons.push(Reason::WhiteListed);
        } else if !ordinary {
            reasons.push(Reason::Day(plan.basis, plan.day_type));
        }
        // Without a window a day is never open, and no later fact can change these two.
        match plan.kind {
            PlanKind::NoRule => return Some(Status::NoRule),
            PlanKind::Unscheduled if !self.exempt => return Some(Status::Unscheduled),
            _ => {}
        }
        let moment = |at| plan.moment(at);
        match (self.readiness, plan.kind) {
            (Readiness::Open, _) => {
                reasons.push(Reason::Open(moment(self.closes)));
                Some(Status::Pending)
            }
            (Readiness::Unknown, _) => {
                let asked = self.case.person.known_until(plan.date);
                let asked = asked.map(|asked| moment(asked.as_second()));
                reasons.push(Reason::Unknown { closed: moment(self.closes), asked });
                Some(Status::Incomplete)
            }
            (Readiness::NeverAsked(_), _) => Some(Status::Incomplete),
            (Readiness::Closed, _) if self.exempt => Some(Status::Exempt),
            (Readiness::Closed, PlanKind::Off) => Some(Status::Rest),
            (Readiness::Closed, _) => None,
        }
    }

    /// Approvals are not known, and could change what is said of the day: leave, an outing or a
    /// correction what was found, and overtime a day off that somebody came for. What is said of
    /// an open or unknown day is for the time being anyway.
    fn misses_approvals(&self, found: bool) -> bool {
        let plan = self.plan;
        let came = plan.kind == PlanKind::Off && self.seen.span_sec() > 0;
        self.readiness == Readiness::Closed
            && !self.case.person.approvals_asked.on(plan.date)
            && (found || came && self.terms.overtime.needs_approval(plan.bucket, false))
    }

    fn overtime(&self, conclusion: &mut Conclusion, notes: &mut Notes) -> Overtime {
        let (plan, terms) = (self.plan, &self.terms.overtime);
        let mut counted = Counted::default();
        if plan.is_duty() || plan.kind == PlanKind::Off {
            let evidence = &mut conclusion.evidence;
            (evidence.approved, evidence.approved_sec) = self.case.overtime_on(self.number);
            if evidence.approved_sec > 0 && !terms.is_known {
                notes.warnings.push(Warning::OvertimeTermsUnknown);
            }
            counted = terms.count(plan, evidence);
        }
        if self.readiness != Readiness::Closed {
            counted.short_sec = 0;
        }
        let Counted { seconds, short_sec, raw_sec, cap_sec, compensation } = counted;
        if seconds > 0 || short_sec > 0 {
            notes.reasons.push(Reason::Overtime {
                bucket: plan.bucket,
                raw_sec,
                cap_sec,
                seconds,
                short_sec,
            });
        }
        let status = match (seconds, short_sec) {
            (_, 1..) => OvertimeStatus::Short,
            (1.., _) => OvertimeStatus::Ok,
            _ => OvertimeStatus::None,
        };
        let compensation = compensation.filter(|_| seconds > 0);
        Overtime { seconds, bucket: plan.bucket, status, short_sec, compensation }
    }

    /// Every record and correction that the day uses or might miss, in order of time.
    fn judged_punches(&self, matched: &Matched) -> Vec<JudgedPunch> {
        let judged = |punch: &Punch, basis: Basis, role| JudgedPunch {
            at: self.plan.moment(punch.at),
            nature: punch.nature,
            record: (!matches!(punch.nature, Nature::Correction(_))).then_some(punch.index),
            marks: punch.marks,
            cleared: self.case.cleared_on(self.number).any(|cleared| cleared.at == punch.at),
            basis,
            role,
        };
        let used = self.punches.iter().map(|Attributed { punch, basis, .. }| {
            let role = match matched.role(punch) {
                _ if !punch.is_duty(self.terms.outdoor_counts) => Role::None,
                Some((index, side)) => Role::Used(index, side),
                None => Role::Counted,
            };
            judged(punch, *basis, role)
        });
        let unattributed = self.case.unattributed_on(self.number);
        let mut punches: Vec<JudgedPunch> = used.collect();
        let before = punches.len();
        punches.extend(unattributed.map(|(basis, punch)| judged(punch, basis, Role::None)));
        if punches.len() > before {
            punches.sort_by_key(|punch| (punch.at, punch.nature));
        }
        punches
    }
}

/// The findings in the order of every listing.
fn findings(conclusion: &Conclusion, seen: &Presence) -> Vec<Finding> {
    let timed = |kind, tally: Tally| Finding {
        kind,
        count: tally.count,
        duration_sec: Some(tally.seconds),
    };
    let absent = conclusion.absent.map_or(Tally::default(), |seconds| Tally { count: 1, seconds });
    let counted = |kind, count| Finding { kind, count, duration_sec: None };
    let [place, device, other] = seen.marks().map(|(kind, count)| counted(kind, count));
    let mut findings = Vec::new();
    findings.extend(
        [
            timed(FindingKind::Late, conclusion.late),
            timed(FindingKind::Early, conclusion.early),
            counted(FindingKind::Missing, conclusion.missing),
            timed(FindingKind::Absent, absent),
            place,
            device,
            other,
        ]
        .into_iter()
        .filter(|finding| finding.count > 0),
    );
    findings
}
