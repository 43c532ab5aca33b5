//! Whom to ask about: a list, the ledger's people, the contact list, or who the rules cover.

use std::collections::BTreeMap;

use daka_ledger::{Contact, Extent};
use wecom_checkin::{Client, UserId, calls::list_user_ids::ListUserIds};

use crate::{Error, People, run::Run};

impl Run<'_> {
    /// Whom to ask about. What WeCom lists goes into the ledger.
    pub(crate) async fn people(&mut self, wanted: &People) -> Result<Vec<UserId>, Error> {
        let mut people: Vec<UserId> = match wanted {
            People::Named(users) => users.clone(),
            People::OnFile => {
                let members = self.ledger.people(None).await?;
                members.into_iter().filter(|m| m.present).map(|m| m.userid).collect()
            }
            People::Everyone => self.everyone().await?,
            People::FromRules => self.people_of_rules().await?,
        };
        people.sort_unstable();
        people.dedup();
        Ok(people)
    }

    async fn everyone(&mut self) -> Result<Vec<UserId>, Error> {
        let client = self.from.contacts.ok_or(Error::NoContactSecret)?;
        let contacts = contacts(client).await?;
        let at = self.now();
        self.outcome.members = self.ledger.commit_people(at, Extent::Everyone, &contacts).await?;
        self.departments(client).await?;
        Ok(contacts.into_iter().map(|c| c.userid).collect())
    }
}

async fn contacts(client: &Client) -> Result<Vec<Contact>, Error> {
    let mut departments: BTreeMap<UserId, Vec<i64>> = BTreeMap::new();
    let mut request = ListUserIds::default();
    loop {
        let page = client.list_user_ids(&request).await?;
        for row in page.users {
            let entry = row.into_typed();
            let Some(userid) = entry.userid else { continue };
            departments.entry(userid).or_default().extend(entry.department.map(i64::from));
        }
        // A server that repeats a cursor would keep us here for ever.
        if page.next_cursor.is_none() || page.next_cursor == request.cursor {
            let contact = |(userid, departments)| Contact { userid, departments };
            return Ok(departments.into_iter().map(contact).collect());
        }
        request.cursor = page.next_cursor;
    }
}
