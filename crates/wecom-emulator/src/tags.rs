//! Tags: marks on people and departments, which rules may name.

use crate::company::Person;
use crate::trees;

/// People bear a tag by themselves among the first so many.
const TAGGED: usize = 2_000;

/// A tag: every how many people one bears it, and whole departments that do.
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    every: Option<usize>,
    pub(crate) departments: &'static [i64],
}

/// The company's tags.
pub(crate) const TAGS: [Tag; 3] = [
    Tag { id: 5, name: "值班", every: Some(20), departments: &[] },
    Tag { id: 6, name: "安全员", every: Some(50), departments: &[] },
    Tag { id: 7, name: "一线", every: Some(90), departments: &[trees::SHOPS, trees::SALES] },
];

/// The tag of an id.
pub(crate) fn find(id: i64) -> Option<&'static Tag> {
    TAGS.iter().find(|tag| tag.id == id)
}

impl Tag {
    /// Whether a person bears it by name.
    pub(crate) fn names(&self, person: &Person) -> bool {
        let place = usize::try_from(person.index).ok().filter(|place| *place < TAGGED);
        self.every.zip(place).is_some_and(|(every, place)| place % every == 0)
    }
}
