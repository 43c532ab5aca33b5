//! Tells what a secret may do: reach, clock, credentials, and the reads that change nothing.
//!
//! ```sh
//! WECOM_CORP_ID=… WECOM_SECRET=… cargo run --example who_may_call
//! ```
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{env, error::Error};

use wecom_checkin::{Client, ClientBuilder};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let base_url = env::var("WECOM_BASE_URL").unwrap_or(ClientBuilder::PUBLIC_BASE_URL.to_owned());
    let client = Client::builder(env::var("WECOM_CORP_ID")?, env::var("WECOM_SECRET")?)
        .base_url(base_url)
        .build()?;

    let reach = client.ping().await?;
    println!("reached in {:?}", reach.took);
    if let Some(server_time) = reach.server_time {
        println!("clock skew {:#}", reach.client_time.duration_since(server_time));
    }
    println!("token until {}", client.check_credentials().await?);
    for (name, json) in [
        ("getcorpcheckinoption", "{}"),
        ("user/list_id", r#"{"limit": 1}"#),
        ("department/simplelist", "{}"),
        ("vacation/getcorpconf", "{}"),
    ] {
        match client.call_raw(name, json).await {
            Ok(_) => println!("{name}: yes"),
            Err(error) => println!("{name}: {error}; {}", error.hint().en),
        }
    }
    Ok(())
}
