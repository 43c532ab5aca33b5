//! The company: who works in it, where, and under which rule. Nothing is stored; everybody is computed from the seed.

use crate::chance::{Chance, Purpose};
use crate::day::Day;
use crate::settings::Features;
use crate::trees;

/// The root department.
pub(crate) const ROOT: i64 = 1;
/// People in one team, roughly.
const TEAM: i64 = 30;
/// Teams of the level-one department `d` are `d × TEAM_SPAN + n`.
const TEAM_SPAN: i64 = 100_000;

/// A level-one department: id (also the id of the rule that covers it), name, share of the people in percent.
pub(crate) type Division = (i64, &'static str, i64);

/// The plain company.
const PLAIN: &[Division] = &[
    (trees::HEAD_OFFICE, "总部", 35),
    (trees::SERVICE, "客服中心", 15),
    (trees::SHOPS, "门店", 20),
    (trees::FACTORY, "工厂", 20),
    (trees::SALES, "销售", 10),
];

/// The company with every kind of rule.
const VARIED: &[Division] = &[
    (trees::HEAD_OFFICE, "总部", 20),
    (trees::SERVICE, "客服中心", 10),
    (trees::SHOPS, "门店", 12),
    (trees::FACTORY, "工厂", 16),
    (trees::SALES, "销售", 7),
    (trees::RESEARCH, "研发", 10),
    (trees::DESIGN, "设计", 7),
    (trees::OPERATIONS, "运营", 7),
    (trees::SECURITY, "安保", 3),
    (trees::CANTEEN, "食堂", 4),
    (trees::BROKERS, "经纪", 3),
    // No rule covers them.
    (trees::ADVISERS, "顾问", 1),
];

/// Days within which the company's people join and leave.
const FIRST_HIRE: i64 = 19_800;
const HIRES_DAYS: i64 = 1_000;

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
    /// First and last day of employment, where there is one.
    pub(crate) joined: Option<Day>,
    pub(crate) left: Option<Day>,
}

impl Person {
    pub(crate) fn employed(&self, day: Day) -> bool {
        self.joined.is_none_or(|joined| joined <= day) && self.left.is_none_or(|left| day <= left)
    }
}

/// A generated company.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) seed: u64,
    pub(crate) people: u32,
    pub(crate) features: Features,
}

impl Company {
    pub(crate) fn divisions(&self) -> &'static [Division] {
        if self.features.more_rules { VARIED } else { PLAIN }
    }

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

    pub(crate) fn webhook_key(&self) -> String {
        let mut chance = Chance::new(self.seed, 0, -6, Purpose::Secret);
        let word = chance.word();
        let [a, b] = [word >> 48, word >> 32 & 0xffff];
        format!(
            "{:08x}-{a:04x}-4{:03x}-8{:03x}-{:012x}",
            word & 0xffff_ffff,
            b & 0xfff,
            chance.word() & 0xfff,
            chance.word() & 0xffff_ffff_ffff
        )
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
        let (joined, left) = self.employment(index);
        Some(Person {
            index,
            userid,
            name: format!("{surname}{given_name}"),
            division,
            departments: self.departments(index, division),
            joined,
            left,
        })
    }

    fn employment(&self, index: u32) -> (Option<Day>, Option<Day>) {
        if !self.features.turnover {
            return (None, None);
        }
        let mut chance = self.lasting(index, Purpose::Employment);
        let day = |chance: &mut Chance, from: i64| Day::of(0).plus(from + chance.below(HIRES_DAYS));
        let joined = chance.per_mille(120).then(|| day(&mut chance, FIRST_HIRE));
        let after = joined.map_or(FIRST_HIRE, |joined| joined.number() + 20);
        let left = chance.per_mille(60).then(|| day(&mut chance, after));
        (joined, left)
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
        // The first people take the divisions in turn, so that a small company has one of each.
        let turn = usize::try_from(index).ok().and_then(|turn| self.divisions().get(turn));
        if let Some((id, ..)) = turn {
            return *id;
        }
        let mut left = self.lasting(index, Purpose::Department).below(100);
        for (id, _, share) in self.divisions() {
            if left < *share {
                return *id;
            }
            left -= share;
        }
        trees::HEAD_OFFICE
    }

    /// How many teams a division has.
    pub(crate) fn teams(&self, division: i64) -> i64 {
        let known = self.divisions().iter().find(|known| known.0 == division);
        let share = known.map_or(0, |known| known.2);
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

    /// The shift that the rotation of a shift rule gives on a day: `None` is 未排班, `Some(0)` a rest day.
    pub(crate) fn rotation(&self, index: u32, groupid: i64, day: Day) -> Option<i64> {
        let cycle = trees::cycle(groupid);
        if cycle.is_empty() {
            return None;
        }
        if self.chance(index, day, Purpose::Shift).per_mille(10) {
            return None;
        }
        let len = i64::try_from(cycle.len()).unwrap_or(1);
        let turn = self.lasting(index, Purpose::Shift).below(len);
        let place = usize::try_from((day.number() + turn).rem_euclid(len)).unwrap_or(0);
        cycle.get(place).copied()
    }

    /// Name of a department: a division, or a team of one.
    pub(crate) fn department_name(&self, id: i64) -> Option<String> {
        let division = |id: i64| self.divisions().iter().find(|known| known.0 == id);
        if id == ROOT {
            return Some(COMPANY_NAME.to_owned());
        }
        if let Some((_, name, _)) = division(id) {
            return Some((*name).to_owned());
        }
        let (_, name, _) = division(id / TEAM_SPAN)?;
        let number = id % TEAM_SPAN;
        (number < self.teams(id / TEAM_SPAN)).then(|| format!("{name}{}组", number + 1))
    }

    /// Every department below and including `id`, parents first: (id, parent).
    pub(crate) fn departments_under(&self, id: i64) -> Vec<(i64, i64)> {
        let division = |division: i64| {
            let teams =
                (0..self.teams(division)).map(move |team| (team_id(division, team), division));
            std::iter::once((division, ROOT)).chain(teams)
        };
        match id {
            ROOT => std::iter::once((ROOT, 0))
                .chain(self.divisions().iter().flat_map(|(id, ..)| division(*id)))
                .collect(),
            _ if self.divisions().iter().any(|known| known.0 == id) => division(id).collect(),
            _ => vec![(id, id / TEAM_SPAN)],
        }
    }
}

/// Name of the root department.
pub(crate) const COMPANY_NAME: &str = "江潮科技";

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
        let company = Company { seed: 7, people: 1_000_000, features: Features::default() };
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
        for features in [Features::default(), Features::ALL] {
            let mut company = Company { seed: 1, people: 0, features };
            company.people = u32::try_from(company.divisions().len()).unwrap();
            let met: Vec<i64> = company.everyone().map(|person| person.division).collect();
            let all: Vec<i64> = company.divisions().iter().map(|division| division.0).collect();
            assert_eq!(met, all);
            assert_eq!(company.divisions().iter().map(|division| division.2).sum::<i64>(), 100);
        }
    }
}
