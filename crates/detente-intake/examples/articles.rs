//! Prints the articles of files and folders as JSON lines: what the reader is going to read.
//!
//! ```text
//! cargo run -p detente-intake --example articles -- page.html news/
//! ```
//!
//! The output is itself an input that every command takes, so it is also a way to clean pages once and code
//! them many times.

use std::io::Write;

use detente_intake::{Input, Intake, Options};

fn main() -> std::io::Result<()> {
    let inputs = std::env::args_os().skip(1).map(|path| Input::Path(path.into()));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for item in Intake::new(inputs, Options::default()) {
        match item {
            Ok(article) => writeln!(out, "{}", serde_json::to_string(&article)?)?,
            Err(problem) => eprintln!("{problem}"),
        }
    }
    out.flush()
}
