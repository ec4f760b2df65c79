//! `detente serve`: the ledger as pages on this machine.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

use super::{LedgerFile, Outcome};

/// Show the ledger as pages in the browser, on this machine alone
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The port to listen on
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    port: u16,
}

/// Runs the command.
///
/// # Errors
/// When the port is in use, or the ledger cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    // Both checked before anything is promised.
    let ledger = args.ledger.read()?;
    let listener = listen(args.port)?;
    drop((ledger, listener));
    anyhow::bail!("this build has no pages: use `events`, `dyad` and `explain`")
}

/// Takes the port, for this machine alone.
fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        format!("port {port} cannot be used: another program may hold it, give a different one with --port")
    })
}
