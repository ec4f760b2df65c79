//! `detente`, the program: reads its arguments, hands the work to a command, and turns what became of it into
//! an exit status: 0 when all went well, 1 when something was skipped or could not be done, 2 for wrong usage and for
//! an output that cannot be written.
//!
//! One file under `commands/` is one command. They are thin: intake brings articles, the engine reads them,
//! the ledger keeps them, and `output` writes.

#![forbid(unsafe_code)]

mod batch;
mod coded;
mod commands;
mod differences;
mod made;
mod output;
mod progress;
mod rejects;
mod reread;
mod stop;
mod table;
mod tame;
mod written;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use commands::Outcome;
// The engine with all that is built into the program; commands know it by this name.
use detente_embedded as engine;

/// Reads news and tells who did what to whom, with the words behind every claim.
///
/// Articles come as text, HTML or JSON lines; what is read from them are reports of political events in the
/// PLOVER ontology, each with its words, its day, its status, and whoever vouches for it.
#[derive(Parser)]
#[command(name = "detente", disable_version_flag = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the versions of the program, its lexicon and its model
    #[arg(short = 'V', long, exclusive = true)]
    version: bool,
}

#[derive(Subcommand)]
enum Command {
    Code(commands::code::Args),
    Actors(commands::actors::Args),
    When(commands::when::Args),
    Where(commands::where_::Args),
    Links(commands::links::Args),
    Add(commands::add::Args),
    Watch(commands::watch::Args),
    Import(commands::import::Args),
    Compare(commands::compare::Args),
    Relate(commands::relate::Args),
    Runs(commands::runs::Args),
    Verify(commands::verify::Args),
    Events(commands::events::Args),
    Dyad(commands::dyad::Args),
    Standing(commands::standing::Args),
    Turns(commands::turns::Args),
    Blocs(commands::blocs::Args),
    Matrix(commands::matrix::Args),
    Explain(commands::explain::Args),
    Export(commands::export::Args),
    Serve(commands::serve::Args),
    Demo(commands::demo::Args),
    Lexicon(commands::lexicon::Args),
    Parse(commands::parse::Args),
}

fn main() -> ExitCode {
    // What a fault of the program says may hold words of an article.
    std::panic::set_hook(Box::new(|fault| output::complain(&fault.to_string())));
    let cli = Cli::parse();
    let done = match cli.command {
        None if cli.version => commands::version::run(),
        None => {
            // The help is the answer to a bare `detente`, but asking for nothing is still wrong usage.
            eprint!("{}", Cli::command().render_help().ansi());
            return ExitCode::from(2);
        }
        Some(Command::Code(args)) => commands::code::run(args),
        Some(Command::Actors(args)) => commands::actors::run(args),
        Some(Command::When(args)) => commands::when::run(args),
        Some(Command::Where(args)) => commands::where_::run(args),
        Some(Command::Links(args)) => commands::links::run(args),
        Some(Command::Add(args)) => commands::add::run(args),
        Some(Command::Watch(args)) => commands::watch::run(args),
        Some(Command::Import(args)) => commands::import::run(args),
        Some(Command::Compare(args)) => commands::compare::run(args),
        Some(Command::Relate(args)) => commands::relate::run(args),
        Some(Command::Runs(args)) => commands::runs::run(args),
        Some(Command::Verify(args)) => commands::verify::run(args),
        Some(Command::Events(args)) => commands::events::run(args),
        Some(Command::Dyad(args)) => commands::dyad::run(args),
        Some(Command::Standing(args)) => commands::standing::run(args),
        Some(Command::Turns(args)) => commands::turns::run(args),
        Some(Command::Blocs(args)) => commands::blocs::run(args),
        Some(Command::Matrix(args)) => commands::matrix::run(args),
        Some(Command::Explain(args)) => commands::explain::run(args),
        Some(Command::Export(args)) => commands::export::run(args),
        Some(Command::Serve(args)) => commands::serve::run(args),
        Some(Command::Demo(args)) => commands::demo::run(args),
        Some(Command::Lexicon(args)) => commands::lexicon::run(args),
        Some(Command::Parse(args)) => commands::parse::run(args),
    };
    match done {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Skipped) => ExitCode::from(1),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&output::chain(&error));
            ExitCode::from(status(&error))
        }
    }
}

/// The exit status of a command that failed as a whole.
fn status(error: &anyhow::Error) -> u8 {
    let wrong_usage = error.is::<commands::Usage>();
    let cannot_write = error.chain().any(|e| {
        let ledger = e.downcast_ref::<detente_ledger::LedgerError>();
        e.is::<commands::CannotWrite>()
            || ledger.is_some_and(|e| matches!(e, detente_ledger::LedgerError::Unwritable { .. }))
    });
    if wrong_usage || cannot_write { 2 } else { 1 }
}
