//! A worker on aion's liminal transport: `aion IDENTITY ADDRESS...`. It prints `ready` once it has
//! registered for the first time, reconnects as every aion worker does, and stops when standard
//! input ends.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aion_worker::{
    ActivityRegistry, ReconnectConfig, RedialTiming, WorkerConfig, serve_with_redial,
};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let identity = arguments.next().expect("an identity");
    let addresses: Vec<String> = arguments.collect();
    let registry = ActivityRegistry::new()
        .register_activity("shout", |input: String, _| {
            Box::pin(async move { Ok(input.to_uppercase()) })
        })
        .expect("one activity");
    let backoff = Duration::from_millis(50);
    let config = WorkerConfig::new(
        addresses[0].clone(),
        "default",
        identity,
        4,
        ReconnectConfig::new(backoff, backoff, 1000),
        None,
    );
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut rest);
        stopping.store(true, Ordering::Relaxed);
    });
    let ended = serve_with_redial(
        addresses,
        &config,
        &Arc::new(registry),
        RedialTiming::new(backoff, backoff),
        &stop,
        None,
        || println!("ready"),
    );
    match ended {
        Ok(()) => println!("stopped"),
        Err(error) => println!("failed {error:?}"),
    }
}
