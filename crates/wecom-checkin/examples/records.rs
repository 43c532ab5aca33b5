//! Prints a month's records of everybody, one JSON object a line.
//!
//! ```sh
//! WECOM_CORP_ID=… WECOM_SECRET=… WECOM_CONTACT_SECRET=… cargo run --example records -- 2026-06
//! ```
//!
//! With `WECOM_BASE_URL` it talks to the emulator instead of WeCom.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::{env, error::Error};

use wecom_checkin::{Client, ClientBuilder, Days, futures::StreamExt as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let month = env::args().nth(1).ok_or("give a month, such as 2026-06")?;
    let days: Days = month.parse()?;

    let base_url = env::var("WECOM_BASE_URL").unwrap_or(ClientBuilder::PUBLIC_BASE_URL.to_owned());
    let secret = |name| env::var(name).map_err(|_| format!("set {name}"));
    let client = Client::builder(env::var("WECOM_CORP_ID")?, secret("WECOM_SECRET")?)
        .base_url(base_url)
        .build()?;
    let people = client.with_secret(secret("WECOM_CONTACT_SECRET")?).user_ids().await?;

    let mut batches = client.records(people, days).batches();
    while let Some(batch) = batches.next().await {
        for (days, error) in &batch.failed {
            eprintln!("{days}: {error}; {}", error.hint().en);
        }
        for record in &batch.rows {
            println!("{}", record.raw());
        }
    }
    Ok(())
}
