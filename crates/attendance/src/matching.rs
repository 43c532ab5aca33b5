//! Which punch is the on or off of which segment.
//!
//! A record's segment id decides, unless the due time that it names is exactly another segment's;
//! then the due time does. Then the punch windows. Where none of these says anything (a record of
//! 2020 has neither), the clock decides:
//!
//! - an on punch opens the first segment that is not yet over and not yet closed by an off punch;
//! - an off punch closes the segment with the nearest due off, but none that has not begun and none
//!   before the segment opened last;
//! - a punch that does not say its side (a synchronised outdoor punch) answers to the nearest due
//!   time;
//! - a correction that does not say its side answers to the nearest due time that nobody answered.
//!
//! Of several on punches the first counts, of several off punches the last.

use crate::{
    plan::{DayPlan, PlannedSegment},
    punch::{Nature, Punch, Side},
};

/// The punches that count, one pair for each segment of the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matched {
    pub(crate) pairs: Vec<Pair>,
}

/// The punches of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pair {
    pub(crate) on: Option<i64>,
    pub(crate) off: Option<i64>,
}

/// What has happened so far, for punches that do not name their segment.
#[derive(Debug, Default)]
struct Progress {
    opened: usize,
    closed: Option<usize>,
}

impl Matched {
    /// Matches the duty punches of a day, which must come in order of time.
    pub(crate) fn new<'a>(
        plan: &DayPlan,
        punches: impl Iterator<Item = &'a Punch> + Clone,
    ) -> Self {
        let mut matched = Self { pairs: vec![Pair::default(); plan.segments.len()] };
        let mut progress = Progress::default();
        let mut open_corrections = false;
        for punch in punches.clone() {
            if matches!(punch.nature, Nature::Correction(None)) {
                open_corrections = true;
                continue;
            }
            let Some((index, side)) = place(plan, punch, &progress) else { continue };
            match side {
                Side::On => progress.opened = progress.opened.max(index),
                Side::Off => progress.closed = progress.closed.max(Some(index)),
            }
            matched.take(index, side, punch.at);
        }
        if open_corrections {
            for punch in punches.filter(|p| matches!(p.nature, Nature::Correction(None))) {
                let unanswered = |index: usize, side| match (matched.pairs.get(index), side) {
                    (Some(pair), Side::On) => pair.on.is_none(),
                    (Some(pair), Side::Off) => pair.off.is_none(),
                    (None, _) => false,
                };
                let nearest = nearest_due(plan, punch.at, unanswered);
                if let Some((index, side)) =
                    nearest.or_else(|| nearest_due(plan, punch.at, |_, _| true))
                {
                    matched.take(index, side, punch.at);
                }
            }
        }
        matched
    }

    /// The first on punch of the day.
    pub(crate) fn first_on(&self) -> Option<i64> {
        self.pairs.iter().filter_map(|pair| pair.on).min()
    }

    /// The last off punch of the day.
    pub(crate) fn last_off(&self) -> Option<i64> {
        self.pairs.iter().filter_map(|pair| pair.off).max()
    }

    /// What a punch is used as.
    pub(crate) fn role(&self, punch: &Punch) -> Option<(usize, Side)> {
        let may_be = |side| punch.side().is_none_or(|own| own == side);
        self.pairs.iter().enumerate().find_map(|(index, pair)| {
            let is = |at, side| (at == Some(punch.at) && may_be(side)).then_some((index, side));
            is(pair.on, Side::On).or(is(pair.off, Side::Off))
        })
    }

    fn take(&mut self, index: usize, side: Side, at: i64) {
        let Some(pair) = self.pairs.get_mut(index) else { return };
        match side {
            Side::On => pair.on = Some(pair.on.map_or(at, |on| on.min(at))),
            Side::Off => pair.off = Some(pair.off.map_or(at, |off| off.max(at))),
        }
    }
}

impl PlannedSegment {
    /// Its due time of a side.
    pub(crate) fn due(&self, side: Side) -> i64 {
        match side {
            Side::On => self.on,
            Side::Off => self.off,
        }
    }
}

/// The due time that a punch by itself answers to: the one it names, else the nearest of its side.
pub(crate) fn slot(plan: &DayPlan, punch: &Punch) -> Option<(usize, Side)> {
    let fits = |side| punch.side().is_none_or(|own| own == side);
    let named = plan.segments.iter().enumerate().find_map(|(index, segment)| {
        let sides = [Side::On, Side::Off].into_iter();
        sides
            .filter(|&side| fits(side))
            .find(|&side| segment.due(side) == punch.due)
            .map(|s| (index, s))
    });
    named.or_else(|| nearest_due(plan, punch.at, |_, side| fits(side)))
}

fn place(plan: &DayPlan, punch: &Punch, progress: &Progress) -> Option<(usize, Side)> {
    let Some(side) = punch.side() else { return nearest_due(plan, punch.at, |_, _| true) };
    if plan.segments.len() == 1 {
        return Some((0, side));
    }
    let by_due = plan.segments.iter().position(|segment| segment.due(side) == punch.due);
    let by_id = || plan.segments.iter().position(|s| s.id.is_some() && s.id == punch.segment);
    let index = by_due.or_else(by_id).or_else(|| by_window(plan, punch.at, side));
    let index =
        index.or_else(|| match side {
            Side::On => plan.segments.iter().enumerate().position(|(index, s)| {
                s.off > punch.at && progress.closed.is_none_or(|c| index > c)
            }),
            Side::Off => plan
                .segments
                .iter()
                .enumerate()
                .filter(|&(index, s)| s.on < punch.at && index >= progress.opened)
                .min_by_key(|(_, s)| (s.off - punch.at).abs())
                .map(|(index, _)| index),
        });
    let last = plan.segments.len().checked_sub(1)?;
    Some((index.unwrap_or(if side == Side::On { last } else { progress.opened }), side))
}

/// The one segment whose printed window admits the punch.
fn by_window(plan: &DayPlan, at: i64, side: Side) -> Option<usize> {
    let mut admitting = plan.segments.iter().enumerate().filter(|(_, segment)| {
        let window = if side == Side::On { segment.on_window } else { segment.off_window };
        window.is_some_and(|window| window.contains(at))
    });
    match (admitting.next(), admitting.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}

fn nearest_due(
    plan: &DayPlan,
    at: i64,
    eligible: impl Fn(usize, Side) -> bool,
) -> Option<(usize, Side)> {
    let dues = plan.segments.iter().enumerate().flat_map(|(index, segment)| {
        [Side::On, Side::Off].map(|side| (index, side, segment.due(side)))
    });
    dues.filter(|&(index, side, _)| eligible(index, side))
        .min_by_key(|(_, _, due)| (due - at).abs())
        .map(|(index, side, _)| (index, side))
}
