//! Bytes turned over, cut out and put twice, in files of every form: reading never stumbles, never goes on for ever, and
//! never gives an article without a text or a name twice.

mod common;

use std::collections::BTreeSet;

use common::*;

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

fn damage(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.roll(4) {
        if bytes.is_empty() {
            break;
        }
        let at = dice.roll(bytes.len());
        let to = (at + dice.roll(200)).min(bytes.len());
        match dice.roll(7) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes[at] = [0, 0xff, b'"', b'\n', b'{', b'<', b'9'][dice.roll(7)],
            2 => drop(bytes.drain(at..to)),
            3 => bytes.truncate(at),
            4 => {
                let part = bytes[at..to].to_vec();
                bytes.splice(at..at, part);
            }
            5 => bytes[at..to].fill(dice.roll(256) as u8),
            _ => {
                let digit =
                    (0..bytes.len()).map(|n| (at + n) % bytes.len()).find(|n| bytes[*n].is_ascii_digit());
                if let Some(n) = digit {
                    bytes[n] = b'0' + dice.roll(10) as u8;
                }
            }
        }
    }
    bytes
}

#[test]
fn damaged_files_of_every_form_are_read_without_stumbling() {
    // Parquet's library stumbles over some damaged files, which costs the file; its words are not wanted here.
    std::panic::set_hook(Box::new(|_| {}));
    let mut dice = Dice(9);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, bytes) in forms() {
        files.push((format!("{name}.gz"), gz(&bytes)));
        files.push((format!("{name}.zst"), zst(&bytes)));
        files.push((format!("{name}.xz"), xz(&bytes)));
        files.push((name.to_owned(), bytes));
    }
    let all: Vec<(&str, Vec<u8>)> = forms();
    let all: Vec<(&str, &[u8])> = all.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    files.push(("all.tar".into(), tar(&all)));
    files.push(("all.zip".into(), zip(&all)));
    files.push(("stream.zip".into(), zip_stream(&all)));
    files.push(("web.warc.gz".into(), warc_gz()));
    files.push(("tar.zip".into(), zip(&[("all.tgz", &gz(&tar(&all)))])));
    for (name, bytes) in &files {
        for n in 0..300 {
            let broken = damage(bytes, &mut dice);
            let read = std::panic::catch_unwind(|| {
                let mut intake = open(name, &broken);
                let mut names = BTreeSet::new();
                let (mut records, mut at) = (0, None);
                let options = intake.options();
                while let Some(raw) = intake.next_raw() {
                    records += 1;
                    assert!(records < 10_000, "too many records");
                    assert!(at < Some(raw.position()), "positions grow");
                    at = Some(raw.position());
                    if let Ok(article) = raw.read(&options).article {
                        assert!(!article.text.trim().is_empty());
                        assert!(names.insert(article.id.clone()), "{} twice", article.id);
                    }
                }
            });
            assert!(read.is_ok(), "{name}, damaged version {n}");
        }
    }
}
