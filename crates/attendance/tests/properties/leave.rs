//! What holds for leave, trips and outings, whatever was granted.

use attendance::{
    Company, Person, Policy, Verdict, policy::PartDayLeavePunches, verdict::FindingKind,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use wecom_checkin::approval::Approval;

use super::{DAYS, FIRST, MIDNIGHT, RULES, any_person, company, days, findings, judge, rule};

const DAY_SEC: i64 = 86_400;
const HALF_DAY_SEC: i64 = DAY_SEC / 2;
/// Rules with due times.
const DUTY: [&str; 7] = ["F1", "F2", "F3", "F4", "F7", "F8", "N5"];

/// An approval of the interval; `applied` is its place in the order of applying.
fn granted(applied: i64, kind: i64, range: &Value, items: &[(i64, i64)]) -> Approval {
    let items = items
        .iter()
        .map(|(day, seconds)| json!({"daytime": MIDNIGHT + day * DAY_SEC, "duration": seconds}));
    let slices = json!({"day_items": items.collect::<Vec<_>>()});
    let attendance = json!({"type": kind, "date_range": range, "slice_info": slices});
    serde_json::from_value(json!({
        "sp_no": applied.to_string(), "sp_name": "假", "sp_status": 2,
        "apply_time": MIDNIGHT + applied,
        "apply_data": {"contents": [{"control": "Attendance", "value": {"attendance": attendance}}]},
    }))
    .unwrap()
}

/// Quarters of an hour since the first midnight, as a range in hours.
fn hours(from: i64, to: i64) -> Value {
    let at = |quarter: i64| MIDNIGHT + quarter * 900;
    json!({"type": "hour", "new_begin": at(from), "new_end": at(to), "new_duration": (to - from) * 900})
}

/// Half days since the first morning, both included.
fn halves(first: i64, last: i64, end: i64) -> Value {
    json!({
        "type": "halfday", "new_begin": MIDNIGHT + first * HALF_DAY_SEC, "new_end": MIDNIGHT + end,
        "new_duration": (last - first + 1) * HALF_DAY_SEC,
    })
}

/// Some quarters of an hour in the days, one after the other.
fn quarters(count: usize) -> impl Strategy<Value = Vec<i64>> {
    prop::collection::btree_set(0..DAYS * 96, count).prop_map(|set| set.into_iter().collect())
}

fn leave_sec(verdict: &Verdict) -> i64 {
    verdict.leave.iter().map(|leave| leave.seconds).sum()
}

fn granted_to(person: &Person, approvals: Vec<Approval>) -> Vec<Verdict> {
    judge(&company(), &Person { approvals, ..person.clone() }, days())
}

/// The verdicts as JSON, without the steps: they name each approval.
fn without_reasons(verdicts: &[Verdict]) -> Vec<Value> {
    let mut shown: Vec<Value> =
        verdicts.iter().map(|verdict| serde_json::to_value(verdict).unwrap()).collect();
    for verdict in &mut shown {
        verdict.as_object_mut().unwrap().remove("reasons").unwrap();
    }
    shown
}

/// Any approval: hours or half days, with items or without.
fn any_leave() -> impl Strategy<Value = (i64, Value, Vec<(i64, i64)>)> {
    let in_hours = (quarters(2), any::<bool>(), 0..=900_i64).prop_map(|(at, itemised, odd_sec)| {
        let (from, to) = (at[0], at[1]);
        let part = |day: i64| (to.min(day * 96 + 96) - from.max(day * 96)) * 900;
        let items = (from / 96..=to / 96).map(|day| (day, part(day) + odd_sec));
        (hours(from, to), items.filter(|_| itemised).collect::<Vec<_>>())
    });
    let in_days = (0..2 * DAYS, 0..6_i64, any::<bool>()).prop_map(|(first, more, itemised)| {
        let last = first + more;
        let part = |day: i64| (last.min(2 * day + 1) - first.max(2 * day) + 1) * HALF_DAY_SEC;
        let items = (first / 2..=last / 2).map(|day| (day, part(day)));
        (halves(first, last, last * HALF_DAY_SEC), items.filter(|_| itemised).collect())
    });
    let kind = prop::sample::select(vec![1, 3, 4]);
    (kind, prop_oneof![in_hours, in_days]).prop_map(|(kind, (range, items))| (kind, range, items))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_day_s_leave_never_exceeds_its_standard(
        person in any_person(),
        name in prop::sample::select(RULES.to_vec()),
        leaves in prop::collection::vec(any_leave(), 1..5),
    ) {
        let mut person = person;
        person.rules = vec![(FIRST, Some(rule(name)))];
        let approvals = (1..).zip(&leaves);
        let approvals = approvals.map(|(n, (kind, range, items))| granted(n, *kind, range, items));
        for verdict in granted_to(&person, approvals.collect()) {
            prop_assert!(leave_sec(&verdict) <= verdict.standard_sec, "{verdict:?}");
            let absent = verdict.finding(FindingKind::Absent).and_then(|absent| absent.duration_sec);
            prop_assert!(absent.unwrap_or(0) <= verdict.standard_sec, "{verdict:?}");
        }
    }

    #[test]
    fn items_are_never_counted_on_two_days(person in any_person(), leave in any_leave()) {
        let (kind, range, items) = leave;
        let given: i64 = items.iter().map(|(_, seconds)| seconds).sum();
        prop_assume!(given > 0);
        let verdicts = granted_to(&person, vec![granted(1, kind, &range, &items)]);
        let counted: i64 = verdicts.iter().map(leave_sec).sum();
        prop_assert!(counted <= given, "{counted} of {given}");
    }

    #[test]
    fn what_two_approvals_cover_counts_once(
        mut person in any_person(),
        name in prop::sample::select(DUTY.to_vec()),
        at in quarters(4),
        second_first in any::<bool>(),
    ) {
        person.rules = vec![(FIRST, Some(rule(name)))];
        let applied = if second_first { (2, 1) } else { (1, 2) };
        let one = granted(applied.0, 1, &hours(at[0], at[2]), &[]);
        let other = granted(applied.1, 3, &hours(at[1], at[3]), &[]);
        let all = granted(1, 1, &hours(at[0], at[3]), &[]);
        let both = granted_to(&person, vec![one, other]);
        let all = granted_to(&person, vec![all]);
        for (both, all) in both.iter().zip(&all) {
            prop_assert_eq!(leave_sec(both), leave_sec(all), "{:?}\n{:?}", both, all);
            prop_assert_eq!(findings(both), findings(all));
        }
        let first: i64 = both.iter().flat_map(|day| &day.leave)
            .filter(|leave| (leave.kind.word() == "请假") != second_first)
            .map(|leave| leave.seconds).sum();
        let alone = if second_first { (at[1], at[3]) } else { (at[0], at[2]) };
        let alone = granted_to(&person, vec![granted(1, 1, &hours(alone.0, alone.1), &[])]);
        prop_assert_eq!(first, alone.iter().map(leave_sec).sum::<i64>());
    }

    #[test]
    fn an_approval_in_two_adjacent_parts_is_the_same(person in any_person(), at in quarters(3)) {
        let whole = vec![granted(1, 1, &hours(at[0], at[2]), &[])];
        let parts = vec![
            granted(1, 1, &hours(at[0], at[1]), &[]),
            granted(2, 1, &hours(at[1], at[2]), &[]),
        ];
        prop_assert_eq!(
            without_reasons(&granted_to(&person, whole)),
            without_reasons(&granted_to(&person, parts))
        );
    }

    #[test]
    fn half_days_in_two_adjacent_parts_are_the_same(
        person in any_person(), first in 0..2 * DAYS, more in (0..5_i64, 0..5_i64),
    ) {
        let marked = |n, first, last| granted(n, 1, &halves(first, last, last * HALF_DAY_SEC), &[]);
        let (middle, last) = (first + more.0, first + more.0 + 1 + more.1);
        let whole = vec![marked(1, first, last)];
        let parts = vec![marked(1, first, middle), marked(2, middle + 1, last)];
        prop_assert_eq!(
            without_reasons(&granted_to(&person, whole)),
            without_reasons(&granted_to(&person, parts))
        );
    }

    #[test]
    fn markers_and_instants_of_the_same_half_days_are_the_same(
        person in any_person(), kind in prop::sample::select(vec![1, 3, 4, 5]),
        first in 0..2 * DAYS, more in 0..6_i64, items in prop::option::of(Just(HALF_DAY_SEC)),
    ) {
        let last = first + more;
        let part = |day: i64| last.min(2 * day + 1) - first.max(2 * day) + 1;
        let items: Vec<_> = items.into_iter()
            .flat_map(|half| (first / 2..=last / 2).map(move |day| (day, part(day) * half)))
            .collect();
        let end = (last + 1) * HALF_DAY_SEC;
        let judged = |end| {
            let verdicts = granted_to(&person, vec![granted(1, kind, &halves(first, last, end), &items)]);
            serde_json::to_string(&verdicts).unwrap()
        };
        let marked = judged(last * HALF_DAY_SEC);
        prop_assert_eq!(&marked, &judged(end), "the end of the half as an instant");
        prop_assert_eq!(&marked, &judged(end - 1), "the second before it");
    }

    #[test]
    fn asking_for_no_punches_inside_leave_finds_nothing_more(
        person in any_person(), leaves in prop::collection::vec(any_leave(), 1..4),
    ) {
        let approvals = (1..).zip(&leaves);
        let approvals = approvals.map(|(n, (kind, range, items))| granted(n, *kind, range, items));
        let person = Person { approvals: approvals.collect(), ..person };
        let none = Policy { part_day_leave_punches: PartDayLeavePunches::None, ..Policy::default() };
        let lenient: Company = company().with_policy(none);
        let edge = judge(&company(), &person, days());
        for (edge, none) in edge.iter().zip(&judge(&lenient, &person, days())) {
            let count = |verdict: &Verdict, kind| verdict.finding(kind).map_or(0, |f| f.count);
            for kind in [FindingKind::Missing, FindingKind::Absent] {
                prop_assert!(count(none, kind) <= count(edge, kind), "{edge:?}\n{none:?}");
            }
            prop_assert_eq!(leave_sec(edge), leave_sec(none));
            prop_assert_eq!(edge.worked_sec, none.worked_sec);
        }
    }
}
