//! `detente serve`: the ledger as pages on this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use detente_desk::Settings;

use super::{LedgerFile, Outcome, Usage};
use crate::engine::{self, LexiconFile};
use crate::output::say;

/// Show the ledger as pages in the browser, on this machine alone
///
/// With `--listen` others can reach the pages too; they must then know a token, which stands in the address that is
/// printed, or is yours (`--token`, or the environment variable DETENTE_TOKEN). The pages are not encrypted: on a network
/// that you do not trust, put a server in front that encrypts.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerFile,
    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    port: u16,
    /// The address to listen on; others than this machine's own ask for a token
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// The token that visitors must know [default: none on this machine, else a new one each time]
    #[arg(long, value_name = "TOKEN", env = "DETENTE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Who decides about reports: their pages get a form to accept, correct or reject them; each decision is kept
    #[arg(long, value_name = "NAME")]
    review: Option<String>,
    /// A folder with a lexicon of your own for the page on which a text can be tried; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the port is in use, or the ledger cannot be read.
pub fn run(args: Args) -> Result<Outcome> {
    let token = match args.token {
        Some(token) => Some(checked(token)?),
        None if args.listen.is_loopback() => None,
        None => Some(new_token()?),
    };
    let at = SocketAddr::new(args.listen, args.port);
    pages(
        &args.ledger.path,
        at,
        Settings { token, review: args.review, ..Settings::default() },
        args.lexicon,
    )?;
    Ok(Outcome::Clean)
}

/// A token as it can stand in an address and in a cookie.
fn checked(token: String) -> Result<String> {
    let plain = token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    if token.len() < 8 || !plain {
        return Err(Usage("--token: give at least eight letters, digits or -._~".into()).into());
    }
    Ok(token)
}

/// 128 random bits of the system.
fn new_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| anyhow::anyhow!("the system gives no random numbers ({e}): give a --token"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Serves the pages of a ledger until the program is ended.
///
/// # Errors
/// When the port is in use, or the ledger cannot be read.
pub fn pages(ledger: &Path, at: SocketAddr, settings: Settings, lexicon: Vec<PathBuf>) -> Result<()> {
    let way_in = settings.token.as_deref().map(|t| format!("?token={t}")).unwrap_or_default();
    let files = Arc::new(engine::reading_files(&lexicon)?);
    let own = Arc::clone(&files);
    let settings = Settings {
        reader: Some(Box::new(move || engine::reader(&lexicon).map_err(|e| format!("{e:#}")))),
        says: Some(Box::new(move |rule| super::says(rule, &files))),
        find: Some(Box::new(move |words, most| find(&own, words, most))),
        ..settings
    };
    detente_desk::serve(ledger, at, settings, |at| {
        // The pages are there even if nobody reads this line.
        let _ = say(&format!("The ledger is at http://{at}/{way_in} (Ctrl-C ends it)."));
    })?;
    Ok(())
}

/// The lexicon's files, and the lines that hold all the words, in any case of letters.
fn find(files: &[LexiconFile], words: &str, most: usize) -> detente_desk::Found {
    let all = files.iter().map(|f| (f.shown.clone(), f.content.lines().count())).collect();
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let lines = files
        .iter()
        .flat_map(|file| file.content.lines().enumerate().map(move |(n, line)| (file, n + 1, line)));
    let hits = lines.filter(|(_, _, line)| {
        let line = line.to_lowercase();
        !words.is_empty() && words.iter().all(|word| line.contains(word.as_str()))
    });
    let shown = |(file, n, line): (&LexiconFile, usize, &str)| {
        (format!("{}:{n}", file.shown), line.replace('\t', "  ").trim().to_owned())
    };
    (all, hits.take(most).map(shown).collect())
}
