//! Reads commands from standard input, one a line, and answers each with one line.
//!
//! | command | answer |
//! |---|---|
//! | `connect ADDRESS IDENTITY [TOKEN]` | `accepted`, or `refused` and the client's error |
//! | `serve COUNT` | `served` once as many pushes were taken and answered, the last one first |
//! | `publish CHANNEL TEXT` | `flushed`, and what the client knows of it |
//! | `await-end` | `ended`, and the client's error |
//! | `work ADDRESS IDENTITY TOKEN-FILE` | none: it answers pushes with their payload for ever, and comes back after each end |
//! | `leave` | `left`, and the milliseconds it took |

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use liminal_sdk::PushClient;

use crate::protocol::WorkerRegistration;

const MAX_WAIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until standard input ends.
pub fn run() {
    let mut client = None;
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of UTF-8");
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words.as_slice() {
            ["connect", address, identity, token @ ..] => {
                match connect(address, identity, token.first().unwrap_or(&"")) {
                    Ok(connected) => {
                        client = Some(connected);
                        "accepted".to_owned()
                    }
                    Err(error) => format!("refused {error}"),
                }
            }
            ["serve", count] => serve(
                client.as_ref().expect("a client"),
                count.parse().expect("a number"),
            ),
            ["publish", channel, text] => publish(client.as_ref().expect("a client"), channel, text),
            ["await-end"] => await_end(client.as_ref().expect("a client")),
            ["work", address, identity, token_file] => work(address, identity, token_file),
            ["leave"] => {
                let start = Instant::now();
                drop(client.take());
                format!("left {}", start.elapsed().as_millis())
            }
            _ => panic!("not a command: {line}"),
        };
        println!("{}", answer.replace('\n', " "));
        std::io::stdout().flush().expect("a reader");
    }
}

fn connect(address: &str, identity: &str, token: &str) -> Result<PushClient, String> {
    let registration = WorkerRegistration {
        namespaces: vec!["interop".to_owned()],
        task_queue: "default".to_owned(),
        node: None,
        activity_types: vec!["echo".to_owned()],
        identity: identity.to_owned(),
        activities: Vec::new(),
    };
    PushClient::connect_with_registration_and_auth(address, registration, token.as_bytes())
        .map_err(|error| error.to_string())
}

/// Takes all pushes before it answers any, and begins with the last.
fn serve(client: &PushClient, count: usize) -> String {
    let mut pushes = Vec::new();
    while pushes.len() < count {
        match client.recv_timeout(MAX_WAIT) {
            Ok(push) => pushes.push(push),
            Err(error) => return format!("served only {}: {error}", pushes.len()),
        }
    }
    for push in pushes.iter().rev() {
        let text = String::from_utf8_lossy(push.payload()).into_owned();
        let answered = if text.starts_with("refuse") {
            crate::refuse(client, push.correlation_id(), "busy", "not now")
        } else {
            client
                .reply(push.correlation_id(), format!("re {text}").into_bytes())
                .map_err(|error| error.to_string())
        };
        if let Err(error) = answered {
            return format!("not answered: {error}");
        }
    }
    "served".to_owned()
}

/// Connects again after each end, with the token that the file has then.
fn work(address: &str, identity: &str, token_file: &str) -> ! {
    loop {
        let token = std::fs::read_to_string(token_file).expect("a token");
        match connect(address, identity, token.trim()) {
            Ok(client) => {
                println!("state=registered");
                println!("state=waiting {}", echo(&client));
            }
            Err(error) => println!("state=waiting {error}"),
        }
        std::thread::sleep(PAUSE);
    }
}

/// Answers each push with its payload until the connection ends, and says why it did.
fn echo(client: &PushClient) -> String {
    loop {
        let answered = match client.recv_timeout(MAX_WAIT) {
            Ok(push) => client.reply(push.correlation_id(), push.payload().to_vec()),
            Err(error) if error.to_string().contains("within the timeout") => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = answered {
            return error.to_string();
        }
    }
}

fn publish(client: &PushClient, channel: &str, text: &str) -> String {
    if let Err(error) = client.publish(channel, text.as_bytes().to_vec()) {
        return format!("not published: {error:?}");
    }
    match client.flush() {
        Ok(outcome) => format!("flushed {outcome:?}"),
        Err(error) => format!("flushed {error:?}"),
    }
}

fn await_end(client: &PushClient) -> String {
    match client.recv_timeout(MAX_WAIT) {
        Ok(_) => "a push".to_owned(),
        Err(error) if error.to_string().contains("within the timeout") => "not ended".to_owned(),
        Err(error) => format!("ended {error}"),
    }
}
