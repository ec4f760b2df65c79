//! How fast files are cut into records, and records are read, on one core, and how much memory it takes at most.
//!
//! ```text
//! cargo run --release -p detente-intake --example speed -- [--cut] FILE…
//! ```
//!
//! Prints records, bytes of the files and of the texts, seconds of the processor, MB/s, and peak memory (Linux).

use std::time::Instant;

use detente_intake::{Input, Intake, Options};

fn main() {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let cut = files.first().is_some_and(|f| f == "--cut");
    if cut {
        files.remove(0);
    }
    let inputs = files.iter().map(|path| Input::Path(path.into()));
    let mut intake = Intake::new(inputs, Options::default());
    let options = intake.options();
    let start = Instant::now();
    let (mut records, mut articles, mut held, mut text, mut problems) = (0u64, 0u64, 0u64, 0u64, 0u64);
    while let Some(raw) = intake.next_raw() {
        records += 1;
        held += raw.len() as u64;
        if cut {
            continue;
        }
        match raw.read(&options).article {
            Ok(article) => {
                articles += 1;
                text += article.text.len() as u64;
            }
            Err(problem) => {
                problems += 1;
                if problems <= 3 {
                    eprintln!("{problem}");
                }
            }
        }
    }
    let seconds = processor().unwrap_or_else(|| start.elapsed().as_secs_f64());
    let mb = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{}: {records} records, {articles} articles, {problems} problems, {:.1} MB on disk, {:.1} MB in records, {:.1} MB of text, \
         {seconds:.2} s, {:.0} MB/s of records, peak {} MB",
        files.join(" "),
        mb(intake.bytes_read()),
        mb(held),
        mb(text),
        mb(held) / seconds,
        peak().unwrap_or(0) / 1024,
    );
}

/// Seconds of the processor that this program has taken.
fn processor() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// The most memory that this program has held, in kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
