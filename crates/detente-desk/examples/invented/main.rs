//! Serves a small ledger about invented states, to look at the pages without reading any news:
//! `cargo run -p detente-desk --example invented -- 127.0.0.1:8080`.

mod ledger;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let at = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into()).parse()?;
    let folder = std::env::temp_dir().join(format!("detente-invented-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("invented.db");
    ledger::fill(&mut detente_ledger::Ledger::open(&path)?)?;
    detente_desk::serve(&path, at, detente_desk::Settings::default(), |at| println!("http://{at}"))?;
    Ok(())
}
