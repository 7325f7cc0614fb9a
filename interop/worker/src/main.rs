//! A worker on the push client of liminal-sdk 0.20.

use liminal_bus_protocol as protocol;
use liminal_sdk::PushClient;

mod commands;

/// Refuses a push.
fn refuse(client: &PushClient, correlation: u64, code: &str, words: &str) -> Result<(), String> {
    client.refuse(correlation, code, words).map_err(|error| error.to_string())
}

fn main() {
    commands::run();
}
