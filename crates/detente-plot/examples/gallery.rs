//! Draws made-up pictures of every kind into a folder, to look at: `cargo run -p detente-plot --example gallery DIR`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::PathBuf;

use common::{matrix, network, timeline};
use detente_plot::Theme;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    std::fs::create_dir_all(&folder)?;
    let mut pictures = Vec::new();
    for (events, days, turns) in
        [(3, 900, 1), (40, 3000, 3), (90, 61, 5), (5000, 300, 12), (30_000, 4000, 40)]
    {
        pictures.push((format!("timeline-{events}"), timeline(events, days, turns).picture()));
    }
    for n in [5, 16, 44, 100] {
        pictures.push((format!("matrix-{n}"), matrix(n).picture()));
        pictures.push((format!("network-{n}"), network(n).picture()));
    }
    for (name, picture) in pictures {
        std::fs::write(folder.join(format!("{name}.svg")), picture.svg())?;
        std::fs::write(folder.join(format!("{name}.png")), picture.png(Theme::Light, 1.5)?)?;
        std::fs::write(folder.join(format!("{name}-dark.png")), picture.png(Theme::Dark, 1.5)?)?;
    }
    Ok(())
}
