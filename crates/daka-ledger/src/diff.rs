//! Comparing what an answer says with what is on file.

use std::collections::BTreeMap;

use crate::Counts;

/// A fact as far as comparing goes: what it is about, and all it says or a fingerprint of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact<I, C> {
    pub(crate) identity: I,
    pub(crate) content: C,
}

/// What to do with the facts, by their positions in the two lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Unchanged.
    pub(crate) same: u64,
    /// On file under another content: `(on file, in the answer)`.
    pub(crate) revised: Vec<(usize, usize)>,
    /// On file only.
    pub(crate) gone: Vec<usize>,
    /// In the answer only.
    pub(crate) new: Vec<usize>,
}

impl Difference {
    /// What it comes to.
    pub(crate) fn counts(&self) -> Counts {
        let count = |len| u64::try_from(len).unwrap_or(u64::MAX);
        Counts {
            new: count(self.new.len()),
            unchanged: self.same,
            revised: count(self.revised.len()),
            withdrawn: count(self.gone.len()),
        }
    }

    /// What is on file and no longer holds.
    pub(crate) fn closed(&self) -> impl Iterator<Item = usize> {
        self.revised.iter().map(|(earlier, _)| *earlier).chain(self.gone.iter().copied())
    }

    /// What is to be filed.
    pub(crate) fn opened(&self) -> impl Iterator<Item = usize> {
        self.revised.iter().map(|(_, later)| *later).chain(self.new.iter().copied())
    }
}

/// Compares two collections. Two truly equal facts are two facts: each is matched once.
///
/// Equal contents are matched first; what is left of one identity is paired as revisions, and only
/// then is something gone or new.
pub(crate) fn compare<I: Ord, C: Ord>(on_file: &[Fact<I, C>], answer: &[Fact<I, C>]) -> Difference {
    let mut by_content: BTreeMap<(&I, &C), Vec<usize>> = BTreeMap::new();
    for (at, fact) in on_file.iter().enumerate().rev() {
        by_content.entry((&fact.identity, &fact.content)).or_default().push(at);
    }
    let mut difference = Difference::default();
    let mut unmatched = Vec::new();
    for (at, fact) in answer.iter().enumerate() {
        match by_content.get_mut(&(&fact.identity, &fact.content)).and_then(Vec::pop) {
            Some(_) => difference.same += 1,
            None => unmatched.push((at, &fact.identity)),
        }
    }
    let mut left: BTreeMap<&I, Vec<usize>> = BTreeMap::new();
    for ((identity, _), positions) in by_content.into_iter().rev() {
        left.entry(identity).or_default().extend(positions);
    }
    for (at, identity) in unmatched {
        match left.get_mut(identity).and_then(Vec::pop) {
            Some(earlier) => difference.revised.push((earlier, at)),
            None => difference.new.push(at),
        }
    }
    difference.gone = left.into_values().flatten().collect();
    difference.gone.sort_unstable();
    difference
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(on_file: &[(char, i64)], answer: &[(char, i64)], expected: &str) {
        let facts = |list: &[(char, i64)]| -> Vec<Fact<char, i64>> {
            list.iter().map(|&(identity, content)| Fact { identity, content }).collect()
        };
        let found = compare(&facts(on_file), &facts(answer));
        let found = format!(
            "same {} revised {:?} gone {:?} new {:?}",
            found.same, found.revised, found.gone, found.new
        );
        assert_eq!(found, expected, "{on_file:?} then {answer:?}");
    }

    #[test]
    fn facts_are_matched_once_and_by_content_first() {
        check(&[], &[('a', 1)], "same 0 revised [] gone [] new [0]");
        check(&[('a', 1)], &[], "same 0 revised [] gone [0] new []");
        check(&[('a', 1)], &[('a', 1)], "same 1 revised [] gone [] new []");
        check(&[('a', 1)], &[('a', 2)], "same 0 revised [(0, 0)] gone [] new []");
        check(&[('a', 1)], &[('b', 1)], "same 0 revised [] gone [0] new [0]");
        // Two truly equal rows stay two.
        check(&[('a', 1)], &[('a', 1), ('a', 1)], "same 1 revised [] gone [] new [1]");
        check(&[('a', 1), ('a', 1)], &[('a', 1)], "same 1 revised [] gone [1] new []");
        // The one that is still there is not the one that was revised.
        check(
            &[('a', 1), ('a', 2)],
            &[('a', 3), ('a', 1)],
            "same 1 revised [(1, 0)] gone [] new []",
        );
    }
}
