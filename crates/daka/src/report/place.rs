//! Where people stand in a list that people read.

use pinyin::ToPinyin as _;

use super::names::Who;

/// By department, then 工号, else name as it is spoken, then userid.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Who is in none comes last.
    department: (bool, String),
    employee_no: Number,
    name: String,
    userid: String,
}

/// A 工号: figures by their value, then others, then none.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Number {
    Figure(u64),
    Other(String),
    None,
}

impl Place {
    pub(super) fn of(who: &Who) -> Self {
        let first = who.departments().next().unwrap_or_default();
        Self {
            department: (first.is_empty(), spoken(first)),
            employee_no: match (who.employee_no.as_str(), who.employee_no.parse()) {
                ("", _) => Number::None,
                (_, Ok(figure)) => Number::Figure(figure),
                (other, Err(_)) => Number::Other(other.to_owned()),
            },
            name: spoken(&who.name),
            userid: who.userid.clone(),
        }
    }
}

/// A text by its syllables, so that 李 (li) comes before 梁 (liang) whatever follows; characters
/// that sound alike by themselves.
fn spoken(text: &str) -> String {
    let mut spoken = String::new();
    for character in text.chars() {
        match character.to_pinyin() {
            Some(syllable) => spoken.extend([syllable.plain(), " "]),
            None => spoken.extend(character.to_lowercase()),
        }
    }
    spoken.push('\0');
    spoken.push_str(text);
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_by_department_then_number_or_name() {
        let who = |departments: &str, employee_no: &str, name: &str| Who {
            userid: "u".into(),
            name: name.into(),
            departments: departments.into(),
            employee_no: employee_no.into(),
            ..Who::default()
        };
        let expected = [
            ("财务部", "", "赵"),
            ("研发部", "9", "赵"),
            ("研发部", "0010", "安"),
            ("研发部", "A1", "安"),
            ("研发部", "", "Ann"),
            ("研发部", "", "李宗"),
            ("研发部", "", "梁安"),
            ("研发部/平台组", "", "安"),
            ("", "1", "安"),
        ];
        let places: Vec<Place> =
            expected.iter().map(|(dep, no, name)| Place::of(&who(dep, no, name))).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:#?}");
    }
}
