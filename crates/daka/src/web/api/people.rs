//! Who is in the company.

use axum::response::Response;
use serde::Serialize;

use super::users;
use crate::web::{
    page_of::{PageOf, item},
    problem::Problem,
    question::Question,
    site::Site,
};

/// A person; `null` where nobody has told.
#[derive(Serialize)]
struct Person<'a> {
    userid: &'a str,
    name: Option<&'a str>,
    departments: Vec<&'a str>,
}

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let mut page: PageOf<()> = PageOf::begin(question)?;
    let people = users(site, question).await?;
    let left = page.of(&people);
    // One more than fit, of whom one an earlier page has had: they say whether there are more.
    let now = left.get(..page.limit() + 2).unwrap_or(left);
    let names = site.names(now, site.lately()?).await?;
    for userid in now {
        let who = names.of(userid);
        let person = Person {
            userid: &who.userid,
            name: Some(who.name.as_str()).filter(|name| *name != who.userid),
            departments: who.departments.split(';').filter(|path| !path.is_empty()).collect(),
        };
        page.look((userid, ()), true, || item(&person))?;
    }
    Ok(page.end(false))
}
