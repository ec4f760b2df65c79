//! Articles out of a folder of pages (`NAME.html` or `NAME.html.gz`), as `bench/pages/score.py` wants them, and
//! how long that took on one core.
//!
//! `cargo run --release -p detente-intake --example pages -- FOLDER OUT.json [--full] [--times N]`
use std::io::Read;
use std::time::{Duration, Instant};

use detente_intake::html::{self, Origin};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder of pages")?;
    let out = args.next().ok_or("give a file for the articles")?;
    let rest: Vec<String> = args.collect();
    let full = rest.iter().any(|a| a == "--full");
    let times: usize =
        rest.iter().position(|a| a == "--times").and_then(|i| rest.get(i + 1)?.parse().ok()).unwrap_or(1);
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path)?;
        let mut page = Vec::new();
        if name.ends_with(".gz") {
            flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut page)?;
        } else {
            page = bytes;
        }
        pages.push((name.split('.').next().unwrap_or_default().to_owned(), page));
    }
    pages.sort();
    let mut articles = serde_json::Map::new();
    let mut spent = Duration::ZERO;
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..times {
        for (name, page) in &pages {
            let start = Instant::now();
            let read = html::read(name, name.clone(), page, Origin::default());
            let took = start.elapsed();
            spent += took;
            slowest = slowest.max((took, name.clone()));
            let value = match read {
                Ok((article, _)) if full => {
                    let mut value = serde_json::to_value(&article)?;
                    value["articleBody"] = article.text.into();
                    value
                }
                Ok((article, _)) => serde_json::json!({ "articleBody": article.text }),
                Err(problem) => serde_json::json!({ "articleBody": "", "problem": problem.to_string() }),
            };
            articles.insert(name.clone(), value);
        }
    }
    std::fs::write(out, serde_json::to_string(&articles)?)?;
    let bytes = pages.iter().map(|(_, p)| p.len()).sum::<usize>() * times;
    let seconds = spent.as_secs_f64();
    eprintln!(
        "{} pages of {:.0} kB: {:.2} ms a page, {:.0} pages/s, {:.0} MB/s; the slowest {:.1} ms ({})",
        pages.len(),
        bytes as f64 / 1e3 / (pages.len() * times) as f64,
        seconds * 1e3 / (pages.len() * times) as f64,
        (pages.len() * times) as f64 / seconds,
        bytes as f64 / 1e6 / seconds,
        slowest.0.as_secs_f64() * 1e3,
        &slowest.1[..slowest.1.len().min(8)],
    );
    Ok(())
}
