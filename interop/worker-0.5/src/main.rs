//! A worker on the push client of liminal-sdk 0.5, which knows no refusals.

use liminal::protocol;
use liminal_sdk::PushClient;

#[path = "../../worker/src/commands.rs"]
mod commands;

/// Replies instead: this client cannot refuse.
fn refuse(client: &PushClient, correlation: u64, code: &str, words: &str) -> Result<(), String> {
    let text = format!("cannot refuse: {code} {words}");
    client.reply(correlation, text.into_bytes()).map_err(|error| error.to_string())
}

fn main() {
    commands::run();
}
