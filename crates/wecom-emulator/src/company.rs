//! The company: who works in it, where, and under which rule. Nothing is stored; everybody is computed from the seed.

use crate::chance::{Chance, Purpose};
use crate::day::Day;
use crate::trees::{
    EARLY_SHIFT, FACTORY, HEAD_OFFICE, LATE_SHIFT, NIGHT_SHIFT, SALES, SERVICE, SHOPS,
};

/// The root department.
pub(crate) const ROOT: i64 = 1;
/// People in one team, roughly.
const TEAM: i64 = 30;
/// Teams of the level-one department `d` are `d × TEAM_SPAN + n`.
const TEAM_SPAN: i64 = 100_000;

/// Level-one departments: id (also the id of the rule that covers them), name, share of the people in percent.
pub(crate) const DIVISIONS: [(i64, &str, i64); 5] = [
    (HEAD_OFFICE, "总部", 35),
    (SERVICE, "客服中心", 15),
    (SHOPS, "门店", 20),
    (FACTORY, "工厂", 20),
    (SALES, "销售", 10),
];

const SURNAMES: [(&str, &str); 24] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("郭", "guo"),
    ("何", "he"),
    ("林", "lin"),
    ("高", "gao"),
    ("罗", "luo"),
    ("欧阳", "ouyang"),
    ("司马", "sima"),
    ("梁", "liang"),
    ("宋", "song"),
];
const GIVEN: [(&str, &str); 24] = [
    ("伟", "wei"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("艳", "yan"),
    ("勇", "yong"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀英", "xiuying"),
    ("霞", "xia"),
    ("平", "ping"),
    ("刚", "gang"),
    ("桂英", "guiying"),
    ("文", "wen"),
    ("华", "hua"),
    ("子轩", "zixuan"),
    ("雨桐", "yutong"),
];

/// One person, computed.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Position in the company, from 0.
    pub(crate) index: u32,
    pub(crate) userid: String,
    pub(crate) name: String,
    /// Level-one department.
    pub(crate) division: i64,
    /// Departments, the main one first.
    pub(crate) departments: Vec<i64>,
}

/// A generated company.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) seed: u64,
    pub(crate) people: u32,
}

impl Company {
    pub(crate) fn chance(&self, person: u32, day: Day, purpose: Purpose) -> Chance {
        Chance::new(self.seed, person, day.number(), purpose)
    }

    /// A stream that belongs to the person, not to a day.
    pub(crate) fn lasting(&self, person: u32, purpose: Purpose) -> Chance {
        Chance::new(self.seed, person, -1, purpose)
    }

    pub(crate) fn corp_id(&self) -> String {
        let mut chance = Chance::new(self.seed, 0, -2, Purpose::Secret);
        format!("ww{:016x}", chance.word())
    }

    pub(crate) fn secret(&self) -> String {
        Chance::new(self.seed, 0, -3, Purpose::Secret).text(43)
    }

    pub(crate) fn contact_secret(&self) -> String {
        Chance::new(self.seed, 0, -4, Purpose::Secret).text(43)
    }

    pub(crate) fn person(&self, index: u32) -> Option<Person> {
        if index >= self.people {
            return None;
        }
        let mut chance = self.lasting(index, Purpose::Name);
        let (surname, sur) = chance.pick(&SURNAMES, ("王", "wang"));
        let (given_name, given) = chance.pick(&GIVEN, ("伟", "wei"));
        let number = u64::from(index) + 1;
        let userid = match chance.below(8) {
            0 => format!("{sur}.{given}{number}"),
            1 => format!("{sur}_{given}{number}"),
            2 => format!("{}-{}{number}", capital(sur), capital(given)),
            3 => format!("{}{}{number}", capital(sur), capital(given)),
            _ => format!("{sur}{given}{number}"),
        };
        let division = self.division(index);
        Some(Person {
            index,
            userid,
            name: format!("{surname}{given_name}"),
            division,
            departments: self.departments(index, division),
        })
    }

    /// The person with this userid, compared as WeCom does: ignoring case.
    pub(crate) fn find(&self, userid: &str) -> Option<Person> {
        let stem = userid.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let number: u32 = userid.strip_prefix(stem)?.parse().ok()?;
        let person = self.person(number.checked_sub(1)?)?;
        person.userid.eq_ignore_ascii_case(userid).then_some(person)
    }

    pub(crate) fn everyone(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.people).filter_map(|index| self.person(index))
    }

    fn division(&self, index: u32) -> i64 {
        // The first people take the divisions in turn, so that the smallest company has one of each.
        let turn = DIVISIONS.iter().cycle().nth(usize::try_from(index % 5).unwrap_or(0));
        if index < 5 {
            return turn.map_or(HEAD_OFFICE, |division| division.0);
        }
        let mut left = self.lasting(index, Purpose::Department).below(100);
        for (id, _, share) in DIVISIONS {
            if left < share {
                return id;
            }
            left -= share;
        }
        HEAD_OFFICE
    }

    /// How many teams a division has.
    pub(crate) fn teams(&self, division: i64) -> i64 {
        let share = DIVISIONS.iter().find(|known| known.0 == division).map_or(0, |known| known.2);
        i64::from(self.people) * share / 100 / TEAM + 1
    }

    fn departments(&self, index: u32, division: i64) -> Vec<i64> {
        let mut chance = self.lasting(index, Purpose::Department);
        chance.word();
        let teams = self.teams(division);
        let main = team_id(division, chance.below(teams));
        let mut departments = vec![main];
        if chance.per_mille(60) {
            let second = team_id(division, chance.below(teams));
            if second == main {
                departments.push(division);
            } else {
                departments.push(second);
            }
        }
        departments
    }

    /// The shift that the rotation gives on a day: `None` is 未排班, `Some(0)` a rest day.
    pub(crate) fn rotation(&self, index: u32, day: Day) -> Option<i64> {
        const CYCLE: [i64; 8] =
            [EARLY_SHIFT, EARLY_SHIFT, LATE_SHIFT, LATE_SHIFT, NIGHT_SHIFT, NIGHT_SHIFT, 0, 0];
        if self.chance(index, day, Purpose::Shift).per_mille(10) {
            return None;
        }
        let turn = self.lasting(index, Purpose::Shift).below(8);
        let place = usize::try_from((day.number() + turn).rem_euclid(8)).unwrap_or(0);
        CYCLE.get(place).copied()
    }
}

pub(crate) fn team_id(division: i64, number: i64) -> i64 {
    division * TEAM_SPAN + number
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_userid_leads_back_to_its_person() {
        let company = Company { seed: 7, people: 1_000_000 };
        for index in [0, 1, 41, 999, 123_456, 999_999] {
            let person = company.person(index).unwrap();
            assert_eq!(company.find(&person.userid).unwrap().index, index);
            assert_eq!(company.find(&person.userid.to_uppercase()).unwrap().index, index);
        }
        assert!(company.find("nobody").is_none());
        assert!(company.find("wangwei0").is_none());
        assert!(company.find("").is_none());
        assert!(company.person(1_000_000).is_none());
    }

    #[test]
    fn the_smallest_company_has_every_kind_of_rule() {
        let company = Company { seed: 1, people: 5 };
        let divisions: Vec<i64> = company.everyone().map(|person| person.division).collect();
        assert_eq!(divisions, [HEAD_OFFICE, SERVICE, SHOPS, FACTORY, SALES]);
    }
}
