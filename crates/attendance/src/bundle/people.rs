//! The people of a bundle, put together answer by answer.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use wecom_checkin::{
    GroupId, Record, Rule, UserId, UserKey, approval::Approval, rule::MemberRule,
    schedule::Schedule,
};

use super::{BundleError, json::Node};
use crate::{
    employment::Employment,
    facts::{Asked, Known, Person},
};

/// One entry of `coverage`.
#[derive(Debug, Clone, Copy)]
struct Covered {
    of: Fact,
    /// `None` for no day at all.
    days: Option<(Date, Date)>,
    /// When records were asked for.
    until: Timestamp,
}

/// What days were asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Records,
    Rules,
    Schedules,
    Approvals,
}

impl Covered {
    fn read(entry: &Node<'_>) -> Result<Self, BundleError> {
        let of = match entry.optional("call")? {
            None => Fact::Records,
            Some(call) => match call.text()? {
                "records" => Fact::Records,
                "rules" => Fact::Rules,
                "schedules" => Fact::Schedules,
                "approvals" => Fact::Approvals,
                _ => return Err(call.error("is none of records, rules, schedules, approvals")),
            },
        };
        let no_day = entry.optional("call")?.is_some() && entry.optional("from")?.is_none();
        let days = if no_day {
            None
        } else {
            Some((entry.required("from")?.date()?, entry.required("to")?.date()?))
        };
        let until = match of {
            Fact::Records if !no_day => entry.required("until")?.timestamp()?,
            _ => Timestamp::MIN,
        };
        Ok(Self { of, days, until })
    }
}

/// The people seen so far.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) by_key: BTreeMap<UserKey, Seen>,
}

#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) person: Person,
    /// `users` lists them.
    pub(super) named: bool,
}

impl People {
    pub(super) fn named(&mut self, user: &UserId) {
        self.seen(user).named = true;
    }

    /// The person of a userid. Whoever spells it first decides how it is spelled.
    fn seen(&mut self, user: &UserId) -> &mut Seen {
        self.by_key.entry(user.key()).or_insert_with(|| Seen {
            person: Person { userid: user.clone(), ..Person::default() },
            named: false,
        })
    }

    /// Reads the rules; says whether any answer was delivered, or none was even attempted.
    pub(super) fn rules(
        &mut self,
        root: &Node<'_>,
        corp: &BTreeMap<GroupId, Arc<Rule>>,
    ) -> Result<bool, BundleError> {
        let (mut answers, mut delivered) = (0, 0);
        let mut snapshots: HashMap<String, Arc<Rule>> = HashMap::new();
        root.required("checkinoption")?;
        for entry in root.list("checkinoption")? {
            let date = entry.required("date")?.date()?;
            let response = entry.required("response")?;
            answers += 1;
            if response.is_refused()? {
                continue;
            }
            delivered += 1;
            let mut candidates: BTreeMap<UserKey, (UserId, Vec<Arc<Rule>>)> = BTreeMap::new();
            for row in response.delivered("info")? {
                let member: MemberRule = row.read()?;
                let Some(user) = member.userid else { return Err(row.error("has no userid")) };
                let listed = candidates.entry(user.key()).or_insert((user, Vec::new()));
                if let Some(rule) = member.group {
                    // One snapshot of several people is one: its plans are made once.
                    let text = row.value().get("group").map(Value::to_string).unwrap_or_default();
                    let rule = snapshots.entry(text).or_insert_with(|| Arc::new(rule));
                    listed.1.push(Arc::clone(rule));
                }
            }
            for (key, (user, rules)) in candidates {
                let chosen = choose(&key, rules, corp);
                self.seen(&user).person.rules.push((date, chosen));
            }
        }
        Ok(delivered > 0 || answers == 0)
    }

    /// Reads the records; says as above.
    pub(super) fn records(&mut self, root: &Node<'_>) -> Result<bool, BundleError> {
        root.required("checkindata")?;
        let answers = root.list("checkindata")?;
        let mut delivered = answers.is_empty();
        for answer in answers {
            delivered |= !answer.is_refused()?;
            for row in answer.delivered("checkindata")? {
                let record: Record = row.read()?;
                let user = record.userid.clone();
                self.seen(&user).person.records.push(record);
            }
        }
        Ok(delivered)
    }

    /// Of which days rules and schedules were asked for, as far as the answers tell.
    pub(super) fn asked(&mut self, root: &Node<'_>) -> Result<(), BundleError> {
        let dates = self.by_key.values().flat_map(|seen| &seen.person.rules).map(|(date, _)| *date);
        let first_of_all = dates.min();
        let no_schedules = root.optional("checkinschedulist")?.is_none();
        for Seen { person, .. } in self.by_key.values_mut() {
            let first = person.rules.iter().map(|(date, _)| *date).min().or(first_of_all);
            if let Some(first) = first {
                person.rules_asked = Asked::On(vec![(first, Date::MAX)]);
            }
            if no_schedules {
                person.schedules_asked = Asked::On(Vec::new());
            }
        }
        Ok(())
    }

    /// Which days were asked for, and when; hands back whether the bundle says so of records.
    pub(super) fn coverage(&mut self, root: &Node<'_>) -> Result<bool, BundleError> {
        let mut told: Vec<(Option<UserKey>, Covered)> = Vec::new();
        for entry in root.list("coverage")? {
            let userid = entry.optional("userid")?.map(|node| node.text()).transpose()?;
            let key = userid.map(UserId::from).map(|userid| {
                self.seen(&userid);
                userid.key()
            });
            told.push((key, Covered::read(&entry)?));
        }
        let days_of = |key: &UserKey, fact: Fact| {
            let entries = told.iter().filter(|(of, covered)| {
                covered.of == fact && of.as_ref().is_none_or(|of| of == key)
            });
            entries.map(|(_, covered)| *covered).collect::<Vec<Covered>>()
        };
        for (key, Seen { person, .. }) in &mut self.by_key {
            for covered in days_of(key, Fact::Records) {
                let known = |(from, to)| Known { from, to, until: covered.until };
                person.known.extend(covered.days.map(known));
            }
            for (fact, asked) in [
                (Fact::Rules, &mut person.rules_asked),
                (Fact::Schedules, &mut person.schedules_asked),
                (Fact::Approvals, &mut person.approvals_asked),
            ] {
                let said = days_of(key, fact);
                if !said.is_empty() {
                    *asked = Asked::On(said.iter().filter_map(|covered| covered.days).collect());
                }
            }
        }
        let of_records = |(_, covered): &(_, Covered)| covered.of == Fact::Records;
        Ok(root.optional("coverage")?.is_some() && (told.is_empty() || told.iter().any(of_records)))
    }

    pub(super) fn schedules(&mut self, root: &Node<'_>) -> Result<(), BundleError> {
        for answer in root.list("checkinschedulist")? {
            for row in answer.delivered("schedule_list")? {
                let schedule: Schedule = row.read()?;
                let Some(user) = schedule.userid.clone() else {
                    return Err(row.error("has no userid"));
                };
                self.seen(&user).person.schedules.push(schedule);
            }
        }
        Ok(())
    }

    pub(super) fn employment(&mut self, root: &Node<'_>) -> Result<(), BundleError> {
        for entry in root.list("employment")? {
            let user = UserId::from(entry.required("userid")?.text()?);
            let date = |name| entry.optional(name)?.map(|node| node.date()).transpose();
            let (joined, left) = (date("joined")?, date("left")?);
            let unreported = entry.list("unreported")?.into_iter().map(|stretch| {
                Ok((stretch.required("from")?.date()?, stretch.required("to")?.date()?))
            });
            let unreported = unreported.collect::<Result<_, _>>()?;
            self.seen(&user).person.employment = Employment { joined, left, unreported };
        }
        Ok(())
    }

    pub(super) fn overrides(&mut self, root: &Node<'_>) -> Result<(), BundleError> {
        for entry in root.list("overrides")? {
            let user = UserId::from(entry.required("userid")?.text()?);
            self.seen(&user).person.overrides.push(entry.read()?);
        }
        Ok(())
    }

    pub(super) fn approvals(&mut self, root: &Node<'_>) -> Result<(), BundleError> {
        for answer in root.list("approvals")? {
            for row in answer.delivered("info")? {
                let approval: Approval = row.read()?;
                let applicants: Vec<UserId> = approval.applicants().cloned().collect();
                for user in applicants {
                    self.seen(&user).person.approvals.push(approval.clone());
                }
            }
        }
        Ok(())
    }
}

/// Of several rules for one person on one day, the one that judges.
fn choose(
    key: &UserKey,
    rules: Vec<Arc<Rule>>,
    corp: &BTreeMap<GroupId, Arc<Rule>>,
) -> Option<Arc<Rule>> {
    let lists = |users: Option<&Vec<UserId>>| {
        users.is_some_and(|users| users.iter().any(|user| user.key() == *key))
    };
    let rank = |rule: &Arc<Rule>| {
        let company = rule.groupid.and_then(|id| corp.get(&id));
        let range = rule.range.as_ref().or(company.and_then(|c| c.range.as_ref()));
        let white = rule.white_users.as_ref().or(company.and_then(|c| c.white_users.as_ref()));
        (!lists(white), lists(range.and_then(|range| range.userid.as_ref())))
    };
    rules.into_iter().max_by_key(rank)
}
