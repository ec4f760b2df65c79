//! Writes what the networks look each word up as: words on standard input, one a line; on standard output as many numbers of
//! 32 bits for each, one after another. What `training/scan` learns from.
//!
//! `cargo run --release -p detente --example vectors -- models/en/syntax.bin < words.txt > vectors.bin`

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::Path;

use detente::syntax::{Acts, Model};

fn main() -> Result<(), Box<dyn Error>> {
    let model = std::env::args().nth(1).ok_or("usage: vectors MODEL < words.txt > vectors.bin")?;
    let acts = std::fs::read(Path::new(&model).with_file_name("acts.bin"))?;
    let model = Model::load(&std::fs::read(&model)?)?.with_acts(Acts::load(&acts)?)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for word in std::io::stdin().lock().lines() {
        for number in model.vector(&word?) {
            out.write_all(&number.to_le_bytes())?;
        }
    }
    Ok(())
}
