//! People by the ranges of the company's rules, for who has no secret that lists everyone.

use std::collections::{BTreeMap, BTreeSet};

use daka_ledger::{Contact, Counts, Extent};
use futures::{StreamExt as _, stream};
use wecom_checkin::{
    DepartmentId, Error as ApiError, Row, Rule, TagId, UserId, UserKey,
    calls::{
        get_tag::GetTag, list_department_members::ListDepartmentMembers,
        list_departments::ListDepartments,
    },
};

use crate::{Error, Event, Missed, Thing, run::Run};

const MEMBERS: &str = "user/simplelist";
/// Departments asked about side by side.
const AT_ONCE: usize = 4;

/// Whom rules cover.
#[derive(Debug, Default)]
struct Ranges {
    departments: BTreeSet<DepartmentId>,
    tags: BTreeSet<TagId>,
    users: Vec<UserId>,
}

impl Ranges {
    fn of(rules: &[Row<Rule>]) -> Self {
        let mut all = Self::default();
        for range in rules.iter().filter_map(|rule| rule.range.as_ref()) {
            all.departments.extend(range.party_id.iter().flatten());
            all.tags.extend(range.tagid.iter().flatten());
            all.users.extend(range.userid.iter().flatten().cloned());
        }
        all
    }
}

impl Run<'_> {
    /// Everyone whom a rule covers: by name, by tag, or by a department with all below it. People
    /// whose departments were told go into the ledger; others come there with their facts.
    ///
    /// A department or tag that this app may not look into is in the outcome.
    pub(crate) async fn people_of_rules(&mut self) -> Result<Vec<UserId>, Error> {
        let rules = self.from.client.get_corp_checkin_option().await?;
        let at = self.now();
        self.outcome.corp_rules = self.ledger.commit_corp_rules(at, &rules).await?;
        let mut ranges = Ranges::of(&rules);
        self.open_tags(&mut ranges).await?;
        let departments = self.with_those_below(&ranges.departments).await?;
        let members = self.members(departments).await?;

        let contacts: Vec<Contact> = members.values().cloned().collect();
        self.outcome.members =
            self.ledger.commit_people(self.now(), Extent::Some, &contacts).await?;
        let mut people: BTreeMap<UserKey, UserId> =
            ranges.users.into_iter().map(|userid| (userid.key(), userid)).collect();
        people.extend(members.into_iter().map(|(key, contact)| (key, contact.userid)));
        match self.outcome.missed.first().and_then(Missed::api_error) {
            Some(error) if people.is_empty() => Err(error.clone().into()),
            _ => Ok(people.into_values().collect()),
        }
    }

    /// Adds the people and departments that bear the tags.
    async fn open_tags(&mut self, ranges: &mut Ranges) -> Result<(), Error> {
        for &tagid in &ranges.tags {
            match self.from.client.get_tag(GetTag { tagid }).await {
                Ok(tag) => {
                    let tag = tag.into_typed();
                    ranges.departments.extend(tag.partylist.into_iter().flatten());
                    let named = tag.userlist.into_iter().flatten();
                    ranges.users.extend(named.filter_map(|member| member.userid));
                }
                Err(error) => self.miss(Thing::Tag(tagid.0), error)?,
            }
        }
        Ok(())
    }

    async fn with_those_below(
        &mut self,
        above: &BTreeSet<DepartmentId>,
    ) -> Result<BTreeSet<DepartmentId>, Error> {
        let mut all = BTreeSet::new();
        for &id in above {
            // One that was met lies below another and is done with it.
            if !all.insert(id) {
                continue;
            }
            match self.from.client.list_departments(ListDepartments { id: Some(id) }).await {
                Ok(tree) => all.extend(tree.iter().filter_map(|department| department.id)),
                Err(error) => self.miss(Thing::Department(id.0), error)?,
            }
        }
        Ok(all)
    }

    async fn members(
        &mut self,
        departments: BTreeSet<DepartmentId>,
    ) -> Result<BTreeMap<UserKey, Contact>, Error> {
        (self.progress)(Event::Planned { call: MEMBERS, slices: departments.len() });
        let client = self.from.client;
        let mut answers = stream::iter(departments)
            .map(async |department_id| {
                let request = ListDepartmentMembers { department_id };
                (department_id, client.list_department_members(request).await)
            })
            .buffered(AT_ONCE);
        let mut members = BTreeMap::new();
        while let Some((department, answer)) = answers.next().await {
            let counts = answer.is_ok().then(Counts::default);
            match answer {
                Ok(rows) => members.extend(rows.into_iter().filter_map(|row| {
                    let member = row.into_typed();
                    let userid = member.userid?;
                    let departments = member.department.unwrap_or_else(|| vec![department]);
                    let departments = departments.into_iter().map(i64::from).collect();
                    Some((userid.key(), Contact { userid, departments }))
                })),
                Err(error) => self.miss(Thing::Department(department.0), error)?,
            }
            (self.progress)(Event::Done { call: MEMBERS, counts });
        }
        Ok(members)
    }

    /// Notes what could not be looked into; without credentials there is no going on.
    fn miss(&mut self, thing: Thing, error: ApiError) -> Result<(), Error> {
        if error.is_auth() {
            return Err(error.into());
        }
        // A department that refuses its tree refuses its members, too: once is enough.
        let missed = &mut self.outcome.missed;
        if !missed.iter().any(|known| known.thing == thing) {
            missed.push(Missed::new(thing, error));
        }
        Ok(())
    }
}
