//! Liminal's own server, with the configuration file that is named.

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("the path of a configuration file is missing")?;
    liminal_server::run(Path::new(&path))?;
    Ok(())
}
