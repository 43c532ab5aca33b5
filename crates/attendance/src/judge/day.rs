//! One day: what kind it is, whether it can be judged yet, and the frame of its verdict.

use super::{Case, LatesOfMonth, duty, free, presence::Presence};
use crate::{
    attribution::Basis,
    overtime::{Counted, Evidence},
    plan::{DayPlan, PlanKind},
    punch::Punch,
    reason::{DayBasis, Reason},
    rule::Terms,
    time::Stretch,
    verdict::{Finding, FindingKind, Overtime, OvertimeStatus, Status, Verdict},
    warning::Warning,
};

/// What is concluded of a day's times, before the frame is put around it.
#[derive(Debug, Default)]
pub(crate) struct Conclusion {
    pub(crate) late: Tally,
    pub(crate) early: Tally,
    pub(crate) missing: u32,
    /// Seconds of absence.
    pub(crate) absent: Option<i64>,
    pub(crate) worked_sec: i64,
    /// What the day offers as overtime.
    pub(crate) evidence: Evidence,
}

/// Findings of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) count: u32,
    pub(crate) seconds: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, seconds: i64) {
        self.count += 1;
        self.seconds += seconds;
    }
}

/// What the judging of times needs to know of a day.
pub(crate) struct Session<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) number: i64,
    pub(crate) terms: &'a Terms,
    pub(crate) plan: &'a DayPlan,
    pub(crate) punches: &'a [(i64, Punch)],
    pub(crate) seen: &'a Presence,
    /// Leave that reaches into the day.
    pub(crate) away: &'a [Stretch],
    /// Closed, and asked for since: what is not there did not happen.
    pub(crate) closed: bool,
}

impl<'a> Session<'a> {
    /// The punches that count for duty.
    pub(crate) fn duty_punches(&self) -> impl Iterator<Item = &'a Punch> + Clone + use<'a> {
        let outdoor_counts = self.terms.outdoor_counts;
        self.punches.iter().map(|(_, punch)| punch).filter(move |p| p.is_duty(outdoor_counts))
    }
}

/// Whether a day can be judged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readiness {
    Closed,
    Open,
    Unknown,
}

impl Case<'_> {
    /// The verdict of a day; `None` outside the days of the case.
    pub(crate) fn verdict(&self, number: i64, lates: &mut LatesOfMonth) -> Option<Verdict> {
        let (terms, plan) = self.days.get(number)?.judged_by();
        let punches = self.punches_on(number);
        let mut reasons = Vec::new();
        let mut warnings = plan.warnings.clone();
        warnings.extend(self.strays_on(number).map(|(basis, _)| match basis {
            Basis::Impossible => Warning::ImpossibleTime,
            _ => Warning::UnattributedPunch,
        }));

        let exempt = plan.kind != PlanKind::NoRule
            && !terms.white_list.is_empty()
            && terms.white_list.contains(&self.person.userid.key());
        let (readiness, status) = self.readiness(plan, exempt, &mut reasons);
        let judged = plan.is_duty() && !exempt;
        if exempt {
            reasons.push(Reason::WhiteListed);
        } else if !matches!(
            (plan.kind, plan.basis),
            (PlanKind::Duty | PlanKind::Free, DayBasis::Weekday | DayBasis::Schedule)
                | (PlanKind::Unsupported, _)
        ) {
            reasons.push(Reason::Day(plan.basis, plan.day_type));
        }

        let mut seen = Presence::count(self, terms, plan, punches, &mut reasons, &mut warnings);
        if readiness == Readiness::Closed && seen.only_placeholders() {
            warnings.push(Warning::PlaceholderOnly);
        }
        let away =
            if self.granted.is_away() { self.granted.away(plan.reach()) } else { Vec::new() };
        let mut conclusion = {
            let session = Session {
                case: self,
                number,
                terms,
                plan,
                punches,
                seen: &seen,
                away: &away,
                closed: judged && readiness == Readiness::Closed,
            };
            match plan.kind {
                PlanKind::Duty => {
                    duty::conclude(&session, lates, exempt, &mut reasons, &mut warnings)
                }
                PlanKind::Free => free::conclude(&session, exempt, &mut reasons, &mut warnings),
                _ => Conclusion {
                    worked_sec: seen.span_sec(),
                    evidence: Evidence {
                        first: seen.first,
                        last: seen.last,
                        ..Evidence::default()
                    },
                    ..Conclusion::default()
                },
            }
        };
        if !judged {
            seen.forget_marks();
        }
        let findings = findings(&conclusion, &seen);
        let overtime = self.overtime(
            terms,
            plan,
            number,
            &mut conclusion,
            readiness,
            &mut reasons,
            &mut warnings,
        );
        warnings.sort_unstable();
        warnings.dedup();
        let moment = |at| plan.clock.moment(at);
        Some(Verdict {
            userid: self.person.userid.clone(),
            date: plan.date,
            status: status.unwrap_or(if findings.is_empty() {
                Status::Normal
            } else {
                Status::Abnormal
            }),
            day_type: plan.day_type,
            rule: plan.rule.clone(),
            findings,
            checkin_count: seen.duty,
            first: seen.first.map(moment),
            last: seen.last.map(moment),
            standard_sec: plan.standard_sec,
            worked_sec: conclusion.worked_sec,
            overtime,
            leave: if self.granted.is_away() { self.granted.on_day(plan) } else { Vec::new() },
            field_count: seen.field,
            outdoor_count: seen.outdoor,
            correction_count: u32::try_from(self.corrections_on(number)).unwrap_or(u32::MAX),
            reasons,
            warnings,
        })
    }

    /// Whether the day can be judged, and its status where the findings do not decide.
    fn readiness(
        &self,
        plan: &DayPlan,
        exempt: bool,
        reasons: &mut Vec<Reason>,
    ) -> (Readiness, Option<Status>) {
        let settle = i64::from(self.company.policy().settle_minutes) * 60;
        let closes = plan.window.end + settle;
        let asked = self.person.known_until(plan.date);
        let readiness = if self.company.now().as_second() < closes {
            Readiness::Open
        } else if asked.is_none_or(|asked| asked.as_second() < closes) {
            Readiness::Unknown
        } else {
            Readiness::Closed
        };
        match plan.kind {
            PlanKind::NoRule => return (readiness, Some(Status::NoRule)),
            PlanKind::Unsupported => return (readiness, Some(Status::UnsupportedRule)),
            _ => {}
        }
        let status = match (readiness, plan.kind) {
            (Readiness::Open, _) => {
                reasons.push(Reason::Open(plan.clock.moment(closes)));
                Some(Status::Pending)
            }
            (Readiness::Unknown, _) => {
                let asked = asked.map(|asked| plan.clock.moment(asked.as_second()));
                reasons.push(Reason::Unknown { closed: plan.clock.moment(closes), asked });
                Some(Status::Incomplete)
            }
            (Readiness::Closed, _) if exempt => Some(Status::Exempt),
            (Readiness::Closed, PlanKind::Off) => Some(Status::Rest),
            (Readiness::Closed, PlanKind::Unscheduled) => Some(Status::Unscheduled),
            (Readiness::Closed, _) => None,
        };
        (readiness, status)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one caller, and a struct would only rename them"
    )]
    fn overtime(
        &self,
        terms: &Terms,
        plan: &DayPlan,
        number: i64,
        conclusion: &mut Conclusion,
        readiness: Readiness,
        reasons: &mut Vec<Reason>,
        warnings: &mut Vec<Warning>,
    ) -> Overtime {
        let mut counted = Counted::default();
        if matches!(plan.kind, PlanKind::Duty | PlanKind::Free | PlanKind::Off) {
            let evidence = &mut conclusion.evidence;
            (evidence.approved, evidence.approved_sec) =
                self.overtime_on(number, plan.date, terms.overtime.approved_day_sec);
            if evidence.approved_sec > 0 && !terms.overtime.is_known {
                warnings.push(Warning::OvertimeTermsUnknown);
            }
            counted = terms.overtime.count(plan, evidence);
        }
        if readiness != Readiness::Closed {
            counted.short_sec = 0;
        }
        let Counted { seconds, short_sec, raw_sec, compensation } = counted;
        if seconds > 0 || short_sec > 0 {
            reasons.push(Reason::Overtime { bucket: plan.bucket, raw_sec, seconds, short_sec });
        }
        let status = match (seconds, short_sec) {
            (_, 1..) => OvertimeStatus::Short,
            (1.., _) => OvertimeStatus::Ok,
            _ => OvertimeStatus::None,
        };
        Overtime { seconds, bucket: plan.bucket, status, short_sec, compensation }
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
