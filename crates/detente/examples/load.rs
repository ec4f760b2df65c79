//! How long the lexicon takes to load, part by part: `cargo run --release -p detente --example load --
//! models/en/syntax.bin lexicon [ROUNDS]`. Each part is done ROUNDS times (20), and the quickest and the median are
//! printed, in milliseconds of the clock. The lexicon's halves are read side by side, as the program reads them. One round
//! alone, under `valgrind --tool=callgrind`, says where the time goes.

mod common;

use std::path::Path;
use std::time::Instant;

use detente::lexicon::{Half, Lexicon};
use detente::scan::Scan;
use detente::syntax::Model;
use detente::time::TimeLexicon;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: load MODEL LEXICON [ROUNDS]";
    let (model, folder) = (std::env::args().nth(1).ok_or(usage)?, std::env::args().nth(2).ok_or(usage)?);
    let rounds: usize = std::env::args().nth(3).map_or(Ok(20), |n| n.parse())?.max(1);
    let texts = common::lexicon_files(Path::new(&folder))?;
    let faults = |faults: Vec<detente::lexicon::Fault>| format!("{} faults in the lexicon", faults.len());
    let model = Model::load(&std::fs::read(model)?)?;
    let milliseconds = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    let mut spent: [Vec<f64>; 4] = Default::default();
    for _ in 0..rounds {
        let start = Instant::now();
        let (tables, patterns) = std::thread::scope(|scope| {
            let patterns = scope.spawn(|| Half::patterns(&texts));
            (Half::tables(&texts), patterns.join())
        });
        let patterns = patterns.map_err(|_| "the patterns could not be read")?;
        let lexicon = Lexicon::join(tables, patterns).map_err(faults)?;
        let b = milliseconds(start);
        let times: Vec<(&str, &str)> = lexicon.times.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let times = TimeLexicon::load(&times).map_err(|faults| faults.join("\n"))?;
        let c = milliseconds(start);
        let scan = Scan::new(&lexicon, &model);
        let d = milliseconds(start);
        for (list, spent) in spent.iter_mut().zip([b, c - b, d - c, d]) {
            list.push(spent);
        }
        drop((lexicon, times, scan));
    }
    let parts = ["tables and patterns", "date phrases", "scan", "all of it"];
    for (what, list) in parts.into_iter().zip(&mut spent) {
        list.sort_by(f64::total_cmp);
        println!("{what:19}  quickest {:5.1} ms, median {:5.1} ms", list[0], list[list.len() / 2]);
    }
    Ok(())
}
