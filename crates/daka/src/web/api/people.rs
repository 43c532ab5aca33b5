//! Who is in the company.

use axum::response::Response;

use crate::{
    report::Listed,
    web::{
        page_of::{PageOf, item},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let mut page: PageOf<()> = PageOf::begin(question)?;
    let people = site.users(question).await?;
    let left = page.of(&people);
    // One more than fit, of whom one an earlier page has had: they say whether there are more.
    let now = left.get(..page.limit() + 2).unwrap_or(left);
    let names = site.names(now, site.lately()?).await?;
    for userid in now {
        let who = names.of(userid);
        page.look((userid, ()), true, || item(&Listed::of(&who)))?;
    }
    Ok(page.end(false))
}
