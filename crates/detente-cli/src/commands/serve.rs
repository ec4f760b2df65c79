//! `detente serve`: the ledger as pages on this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::Result;

use super::{LedgerFile, Outcome};
use crate::output::say;

/// Show the ledger as pages in the browser, on this machine alone
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    port: u16,
}

/// Runs the command.
///
/// # Errors
/// When the port is in use, or the ledger cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    pages(&args.ledger.path, args.port)?;
    Ok(Outcome::Clean)
}

/// Serves the pages of a ledger until the program is ended.
///
/// # Errors
/// When the port is in use, or the ledger cannot be read.
pub fn pages(ledger: &Path, port: u16) -> Result<()> {
    let at = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    detente_desk::serve(ledger, at, |at| {
        // The pages are there even if nobody reads this line.
        let _ = say(&format!("The ledger is at http://{at}/ (Ctrl-C ends it)."));
    })?;
    Ok(())
}
