//! Approvals: leave, trips, outings, overtime and make-up punches. At most one a person and week, or leave twice on one day, computed from the seed.

use crate::chance::{Chance, Purpose};
use crate::company::Person;
use crate::day::{DAY_SEC, Day};
use crate::duty::{Duty, Owed};
use crate::plan::Side;
use crate::rule::{Kind, Rule};
use crate::world::View;

/// `sp_status`.
pub(crate) const PENDING: i64 = 1;
pub(crate) const APPROVED: i64 = 2;
pub(crate) const REJECTED: i64 = 3;
pub(crate) const WITHDRAWN: i64 = 4;
pub(crate) const TAKEN_BACK: i64 = 6;

/// One in so many people files leave months before or weeks after it.
const FAR_FILERS: u32 = 6;
/// How far ahead of its days they file it at most.
pub(crate) const FAR_AHEAD_DAYS: i64 = 300;
/// How long after its days they file it at most.
pub(crate) const FAR_BEHIND_DAYS: i64 = 45;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Matter {
    /// Leave of one of the company's [`VACATIONS`].
    Leave(i64),
    Trip,
    Out,
    Overtime,
    /// A make-up punch: the side forgotten, and when it is said to have been.
    Correction {
        side: Side,
        at: i64,
    },
}

/// Which part of its days an approval covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    WholeDays,
    Morning,
    Afternoon,
    Hours,
}

/// One approval.
#[derive(Clone, Debug)]
pub(crate) struct Approval {
    pub(crate) sp_no: String,
    pub(crate) person: u32,
    /// A colleague for whom it was filed together.
    pub(crate) mate: Option<u32>,
    pub(crate) matter: Matter,
    pub(crate) extent: Extent,
    /// In halves of days instead of hours.
    pub(crate) by_day: bool,
    pub(crate) first: Day,
    pub(crate) last: Day,
    /// The interval, Unix seconds.
    pub(crate) begin: i64,
    pub(crate) end: i64,
    pub(crate) apply_time: i64,
    pub(crate) decided_at: i64,
    /// What was decided.
    decision: i64,
    /// When a granted one was taken back.
    pub(crate) taken_back_at: Option<i64>,
}

/// A kind of leave.
pub(crate) struct Vacation {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    /// Counted in hours instead of days.
    pub(crate) by_hour: bool,
    /// Seconds a year, 0 for leave that is not allotted.
    pub(crate) quota_sec: i64,
}

pub(crate) const VACATIONS: [Vacation; 4] = [
    Vacation { id: 1, name: "年假", by_hour: false, quota_sec: 10 * DAY_SEC },
    Vacation { id: 2, name: "事假", by_hour: true, quota_sec: 0 },
    Vacation { id: 3, name: "病假", by_hour: false, quota_sec: 0 },
    Vacation { id: 5, name: "调休假", by_hour: true, quota_sec: 144_000 },
];

impl Approval {
    pub(crate) fn covers(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// `sp_status` at an instant; none before it was handed in.
    pub(crate) fn status(&self, now: i64) -> Option<i64> {
        match now {
            now if now < self.apply_time => None,
            now if now < self.decided_at => Some(PENDING),
            now if self.taken_back_at.is_some_and(|at| at <= now) => Some(TAKEN_BACK),
            _ => Some(self.decision),
        }
    }

    /// `record_type` in the filters of `getapprovalinfo`.
    pub(crate) fn record_type(&self) -> i64 {
        match self.matter {
            Matter::Leave(_) => 1,
            Matter::Correction { .. } => 2,
            Matter::Trip => 3,
            Matter::Out => 4,
            Matter::Overtime => 5,
        }
    }

    /// `sp_name`.
    pub(crate) fn title(&self) -> &'static str {
        match self.matter {
            Matter::Leave(_) => "请假",
            Matter::Correction { .. } => "打卡补卡",
            Matter::Trip => "出差",
            Matter::Out => "外出",
            Matter::Overtime => "加班",
        }
    }

    /// The name that its days show: the kind of leave, else the title.
    pub(crate) fn name(&self) -> &'static str {
        match self.matter {
            Matter::Leave(id) => vacation(id).map_or("请假", |vacation| vacation.name),
            _ => self.title(),
        }
    }

    /// Leave, a trip or an outing.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self.matter, Matter::Leave(_) | Matter::Trip | Matter::Out)
    }
}

pub(crate) fn vacation(id: i64) -> Option<&'static Vacation> {
    VACATIONS.iter().find(|vacation| vacation.id == id)
}

/// Monday of the week a day is in.
pub(crate) fn monday(day: Day) -> Day {
    day.plus(-(day.weekday() + 6).rem_euclid(7))
}

/// Whether somebody files leave long before or after its days.
pub(crate) fn files_far(person: &Person) -> bool {
    person.index % FAR_FILERS == 3
}

fn number(monday: Day, person: u32) -> String {
    format!("{}{person:07}", monday.date().strftime("%Y%m%d"))
}

impl View<'_> {
    /// The approval with this number.
    pub(crate) fn approval_numbered(&self, sp_no: &str) -> Option<Approval> {
        let (date, index) = sp_no.split_at_checked(8)?;
        let date = jiff::civil::Date::strptime("%Y%m%d", date).ok()?;
        let person = self.company.person(index.parse().ok()?)?;
        let approvals = self.approvals(&person, monday(Day::from_date(date)));
        approvals.into_iter().find(|approval| approval.sp_no == sp_no)
    }

    /// The approvals of a person in the week of `monday`: a colleague's that is for both, or the person's own.
    pub(crate) fn approvals(&self, person: &Person, monday: Day) -> Vec<Approval> {
        let lead = person.index.checked_sub(1).filter(|_| person.index % 2 == 1);
        let lead = lead.and_then(|lead| self.company.person(lead));
        let mut approvals = lead.map_or_else(Vec::new, |lead| self.own_approvals(&lead, monday));
        approvals.retain(|approval| approval.mate == Some(person.index));
        if approvals.is_empty() {
            approvals = self.own_approvals(person, monday);
        }
        approvals
    }

    /// The colleague for whom whole days are filed too, where they suit both.
    fn mate(&self, person: &Person, approval: &Approval, chance: &mut Chance) -> Option<u32> {
        let mate =
            self.company.person(person.index + 1).filter(|_| person.index.is_multiple_of(2))?;
        let fits = |day: Day| {
            let in_force = self.rule_of(&mate, day).filter(|_| mate.employed(day));
            in_force.is_some_and(|in_force| {
                suits(&in_force.rule, &self.duty(&in_force.rule, &mate, day))
            })
        };
        let both = approval.first.through(approval.last).all(fits);
        (both && chance.per_mille(600)).then_some(mate.index)
    }

    /// What a person asks for in the week of `monday`: one approval, or leave twice on one day.
    fn own_approvals(&self, person: &Person, monday: Day) -> Vec<Approval> {
        if !self.features.approvals {
            return Vec::new();
        }
        let mut chance = self.company.chance(person.index, monday, Purpose::Approval);
        if !chance.per_mille(160) {
            return Vec::new();
        }
        let first = monday.plus(chance.below(5));
        let Some(rule) = self.rule_of(person, first).map(|in_force| in_force.rule) else {
            return Vec::new();
        };
        let duty = self.duty(&rule, person, first);
        if !suits(&rule, &duty) {
            return Vec::new();
        }
        let mut approvals = draw(&mut chance, &rule, &duty, first);
        for (day, approval) in monday.through(first.plus(7)).zip(&mut approvals) {
            approval.person = person.index;
            // No other approval of the person has a number of this week.
            approval.sp_no = number(day, person.index);
            if approval.extent == Extent::WholeDays {
                self.settle_days(person, monday, approval, &mut chance);
            }
            if let Some(decision) = self.state.changes.decisions.get(&approval.sp_no) {
                approval.decision = *decision;
                approval.taken_back_at = None;
                approval.decided_at = approval.decided_at.min(self.now);
            }
        }
        approvals
    }

    /// Of leave or a trip for whole days: how many, for whom else, filed when, and what becomes of it.
    fn settle_days(
        &self,
        person: &Person,
        monday: Day,
        approval: &mut Approval,
        chance: &mut Chance,
    ) {
        let first = approval.first;
        approval.last = self.last_day(person, first, first.plus(chance.between(0, 2)));
        approval.end = approval.last.midnight() + DAY_SEC;
        approval.decision = match chance.below(20) {
            0 => REJECTED,
            1 => WITHDRAWN,
            _ => APPROVED,
        };
        let mut filing = self.company.chance(person.index, monday, Purpose::Filing);
        if files_far(person) {
            approval.apply_time += if filing.per_mille(500) {
                -DAY_SEC * filing.between(60, FAR_AHEAD_DAYS - 10)
            } else {
                DAY_SEC * filing.between(15, FAR_BEHIND_DAYS - 10)
            };
        }
        approval.decided_at = approval.apply_time + chance.between(600, 6 * DAY_SEC);
        approval.mate = self.mate(person, approval, &mut filing);
        let taken_back = filing.per_mille(30) && approval.decision == APPROVED;
        approval.taken_back_at =
            taken_back.then(|| approval.decided_at + filing.between(3_600, 3 * DAY_SEC));
    }

    /// The last day up to `wanted` within the week: a day without duty, or with duty of another kind, ends it.
    fn last_day(&self, person: &Person, first: Day, wanted: Day) -> Day {
        let friday = monday(first).plus(4);
        let fits = |day: &Day| {
            self.rule_of(person, *day).is_some_and(|in_force| {
                suits(&in_force.rule, &self.duty(&in_force.rule, person, *day))
            })
        };
        first.through(wanted.min(friday)).take_while(fits).last().unwrap_or(first)
    }
}

/// What is asked for on a day that suits, most often leave; all of one day, the earliest first.
fn draw(chance: &mut Chance, rule: &Rule, duty: &Duty, day: Day) -> Vec<Approval> {
    let midnight = day.midnight();
    let hour = |hour: i64| midnight + hour * 3_600;
    let roll = chance.below(100);
    let by_day = chance.per_mille(500);
    let leave = if chance.per_mille(400) { 3 } else { 1 };
    let apply_time = hour(10) - DAY_SEC * chance.between(1, 3) + chance.below(7_200);
    let whole = Approval {
        sp_no: String::new(),
        person: 0,
        mate: None,
        matter: Matter::Leave(leave),
        extent: Extent::WholeDays,
        by_day: true,
        first: day,
        last: day,
        begin: midnight,
        end: midnight + DAY_SEC,
        apply_time,
        decided_at: apply_time + chance.between(600, 7_200),
        decision: APPROVED,
        taken_back_at: None,
    };
    let trip = Approval { matter: Matter::Trip, ..whole.clone() };
    let (Some(opens), Some(last)) = (duty.segments.first(), duty.segments.last()) else {
        return vec![whole];
    };
    let part = |matter, extent, (begin, end)| Approval {
        matter,
        extent,
        by_day: false,
        begin,
        end,
        ..whole.clone()
    };
    let half = |extent, span| Approval { by_day: true, ..part(whole.matter, extent, span) };
    let morning = || half(Extent::Morning, (midnight, hour(12)));
    let afternoon = || half(Extent::Afternoon, (hour(12), hour(24)));
    // Hours of the first segment's begin and of the last one's end; two thirds of a segment are left.
    let at_first = |hours: i64| {
        let begin = midnight + opens.work_sec;
        (begin, begin + (hours * 3_600).min(opens.length_sec() / 3 / 600 * 600))
    };
    let at_last = |hours: i64| {
        let end = midnight + last.off_work_sec;
        (end - (hours * 3_600).min(last.length_sec() / 3 / 600 * 600), end)
    };
    let twice = || {
        let later = part(Matter::Leave(5), Extent::Hours, at_last(2));
        let (apply_time, decided_at) = (later.apply_time + 60, later.decided_at + 60);
        vec![
            part(Matter::Leave(2), Extent::Hours, at_first(2)),
            Approval { apply_time, decided_at, ..later },
        ]
    };
    // How a slide goes together with half a day's leave or a make-up punch is not settled.
    if duty.terms.noneed_offwork || duty.terms.slide() != (0, 0) {
        return vec![if roll < 15 { trip } else { whole }];
    }
    if duty.segments.len() > 1 || rule.kind() != Some(Kind::Fixed) {
        return match roll {
            ..15 => vec![trip],
            15..35 => vec![morning()],
            35..55 => vec![afternoon()],
            55..62 => vec![part(Matter::Leave(2), Extent::Hours, at_first(3))],
            62..70 => vec![part(Matter::Leave(2), Extent::Hours, at_last(3))],
            70..85 => twice(),
            _ => vec![whole],
        };
    }
    let one = match roll {
        20..30 => return twice(),
        30..45 if by_day => morning(),
        30..45 => part(Matter::Leave(2), Extent::Morning, (hour(9), hour(12))),
        45..60 if by_day => afternoon(),
        45..60 => part(Matter::Leave(2), Extent::Afternoon, (hour(13), hour(18))),
        60..70 => trip,
        70..85 => part(Matter::Out, Extent::Hours, (hour(14), hour(16))),
        85.. if rule.overtime_by_approval() => {
            part(Matter::Overtime, Extent::Hours, (hour(18) + 1_800, hour(20) + 1_800))
        }
        85.. => {
            let (side, at) = if by_day {
                (Side::On, midnight + opens.work_sec - chance.between(60, 1_200))
            } else {
                (Side::Off, midnight + last.off_work_sec + chance.between(0, 1_200))
            };
            let apply_time = hour(34) + chance.below(7_200);
            let decided_at = apply_time + chance.between(600, 7_200);
            Approval {
                apply_time,
                decided_at,
                ..part(Matter::Correction { side, at }, Extent::Hours, (at, at))
            }
        }
        _ => whole,
    };
    vec![one]
}

/// A day that an approval may begin on: ordinary duty.
fn suits(rule: &Rule, duty: &Duty) -> bool {
    duty.owed == Owed::Work && !duty.special && rule.kind() != Some(Kind::Free)
}
