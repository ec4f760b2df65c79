//! The bytes that fuzzing found worth keeping (`fuzz/corpus`), and those that once broke something, hold what is promised; and so
//! do some made out of them by chance, the same in every run. `DETENTE_STIR=60` stirs for so many seconds a trial, and
//! `DETENTE_TRIAL=html` only that one: a fuzzer for those who have no nightly compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use detente_trials::{TRIALS, Trial};

/// Inputs made by chance for each trial.
const STIRRED: u64 = 60;
/// A trial that is slow on this machine makes fewer.
const LONGEST: Duration = Duration::from_millis(900);

fn files(folder: &Path) -> Vec<PathBuf> {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = list.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

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

    fn span(&mut self, of: usize) -> (usize, usize) {
        let at = self.roll(of);
        (at, (at + 1 + self.roll(40)).min(of))
    }

    /// One input, changed in some places; with pieces of another.
    fn stir(&mut self, one: &[u8], other: &[u8]) -> Vec<u8> {
        const ODD: [&[u8]; 16] = [
            b"\0",
            b"\xff",
            b"\xf0\x9f",
            b"<",
            b"\"",
            b"-1",
            b"99999999999999999999",
            b"1e999",
            b"\r\n\r\n",
            b"\xe2\x80\xae",
            b"9999-12-31",
            b"0000-00-00",
            b"&#0;",
            b"<zq>",
            b"%00",
            b"[[[[",
        ];
        let mut bytes = one.to_vec();
        for _ in 0..=self.roll(4) {
            if bytes.is_empty() {
                break;
            }
            let (at, to) = self.span(bytes.len());
            match self.roll(8) {
                0 => bytes[at] ^= 1 << self.roll(8),
                1 => bytes[at] = self.roll(256) as u8,
                2 => drop(bytes.drain(at..to)),
                3 if self.roll(3) == 0 => bytes.truncate(at),
                4 => {
                    let part = bytes[at..to].to_vec();
                    bytes.splice(at..at, part);
                }
                5 if !other.is_empty() => {
                    let (from, until) = self.span(other.len());
                    bytes.splice(at..to, other[from..until].iter().copied());
                }
                6 => _ = bytes.splice(at..at, ODD[self.roll(ODD.len())].iter().copied()),
                _ => {
                    let digit =
                        (0..bytes.len()).map(|n| (at + n) % bytes.len()).find(|n| bytes[*n].is_ascii_digit());
                    if let Some(n) = digit {
                        bytes[n] = b'0' + self.roll(10) as u8;
                    }
                }
            }
        }
        bytes
    }
}

/// Runs an input; where it breaks the trial, it is kept where it can be run again.
fn holds(trial: &Trial, input: &[u8], name: &str) {
    if std::panic::catch_unwind(|| (trial.run)(input)).is_err() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("{}-broke", trial.name));
        fs::write(&file, input).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        panic!("{}: {name} breaks it; it lies in {}", trial.name, file.display());
    }
}

#[test]
fn every_trial_holds_on_its_corpus_and_on_what_is_stirred_out_of_it() {
    let only = std::env::var("DETENTE_TRIAL").ok();
    let seconds: Option<f64> = std::env::var("DETENTE_STIR").ok().and_then(|s| s.parse().ok());
    let mut bytes = 0;
    for trial in TRIALS.iter().filter(|t| only.as_deref().is_none_or(|o| o == t.name)) {
        let inputs: Vec<(String, Vec<u8>)> = files(&corpus().join(trial.name))
            .into_iter()
            .map(|f| {
                (f.display().to_string(), fs::read(&f).unwrap_or_else(|e| panic!("{}: {e}", f.display())))
            })
            .collect();
        assert!(!inputs.is_empty(), "{} has no corpus", trial.name);
        let start = Instant::now();
        for (name, input) in &inputs {
            bytes += input.len();
            holds(trial, input, name);
        }
        // Nothing at all is an input too.
        holds(trial, b"", "nothing");
        let (first, start) = (start.elapsed(), Instant::now());
        let mut dice = Dice(9);
        let mut stirred = 0;
        let longest = seconds.map_or(LONGEST, Duration::from_secs_f64);
        while (seconds.is_some() || stirred < STIRRED) && start.elapsed() < longest {
            let (one, other) = (&inputs[dice.roll(inputs.len())].1, &inputs[dice.roll(inputs.len())].1);
            let input = dice.stir(one, other);
            stirred += 1;
            holds(trial, &input, &format!("stirred input {stirred}"));
        }
        println!("{:<9} {:>4} inputs in {first:?}, {stirred} stirred", trial.name, inputs.len());
    }
    assert!(bytes < 300_000, "the corpora have {bytes} bytes: minimise them (fuzz/run.sh --small)");
}

#[test]
fn every_corpus_has_its_trial() {
    for folder in files(&corpus()) {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(TRIALS.iter().any(|t| t.name == name), "{name} is a corpus without a trial");
    }
}
