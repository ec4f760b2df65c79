//! Lays reports together: JSON lines of `detente code` on standard input, events as JSON lines on standard output. With
//! `--pairs`, the numbers by which each two reports of a cell are compared instead: `id id numbers…`, under a line of names.

use std::io::{self, BufRead, BufWriter, Write};

use detente::event_set;
use detente::report::Report;

fn main() -> io::Result<()> {
    let reports: Vec<Report> = io::stdin()
        .lock()
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<io::Result<_>>()?;
    let mut out = BufWriter::new(io::stdout().lock());
    if std::env::args().any(|a| a == "--pairs") {
        writeln!(out, "{}", event_set::TRAIT_NAMES.join("\t"))?;
        for (x, y, numbers) in event_set::pairs(&reports) {
            let numbers: Vec<String> = numbers.iter().map(|n| n.to_string()).collect();
            writeln!(out, "{x}\t{y}\t{}", numbers.join("\t"))?;
        }
        return Ok(());
    }
    for event in event_set::gather(&reports) {
        writeln!(out, "{}", serde_json::to_string(&event)?)?;
    }
    Ok(())
}
