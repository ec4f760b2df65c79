//! Word clusters: k-means over word vectors, so that the model can tell what kind of word an unseen word is.

use std::fmt::Write as _;
use std::path::Path;

use crate::perceptron::Random;

const WORDS: usize = 60_000;
const ROUNDS: usize = 15;

/// Reads a NumPy file of 32-bit floats and a list of words (a word a line, the commonest first), and writes
/// `word, cluster, coarse cluster` a line.
pub fn make(vectors: &Path, words: &Path, out: &Path, seed: u64) -> Result<(), String> {
    let bytes = std::fs::read(vectors).map_err(|e| format!("{}: {e}", vectors.display()))?;
    let words = std::fs::read_to_string(words).map_err(|e| format!("{}: {e}", words.display()))?;
    let words: Vec<&str> = words.lines().take(WORDS).collect();
    let header = bytes.get(8..10).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]]))).unwrap_or(0);
    let shape = String::from_utf8_lossy(bytes.get(10..10 + header).unwrap_or_default()).into_owned();
    let size = shape.split_once("'shape': (").and_then(|s| s.1.split_once(')')).map_or("", |s| s.0);
    let mut sizes = size.split(',').filter_map(|s| s.trim().parse::<usize>().ok());
    let (Some(rows), Some(width), true) = (sizes.next(), sizes.next(), shape.contains("'<f4'")) else {
        return Err("the vectors are not a NumPy table of 32-bit floats".into());
    };
    let body = &bytes[10 + header..];
    if body.len() < rows * width * 4 || rows < words.len() {
        return Err("the vectors are cut short".into());
    }
    let by_column = shape.contains("'fortran_order': True");
    let number = |row: usize, column: usize| {
        let at = 4 * if by_column { column * rows + row } else { row * width + column };
        f32::from_le_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]])
    };
    let mut points: Vec<Vec<f32>> =
        (0..words.len()).map(|row| (0..width).map(|column| number(row, column)).collect()).collect();
    points.iter_mut().for_each(|p| normalise(p));
    let fine = group(&points, 512, &mut Random(seed));
    let coarse = group(&points, 64, &mut Random(seed + 1));
    let mut text = String::new();
    for ((word, f), c) in words.iter().zip(&fine).zip(&coarse) {
        let _ = writeln!(text, "{word}\t{}\t{}", f + 1, c + 1);
    }
    std::fs::write(out, text).map_err(|e| format!("{}: {e}", out.display()))
}

fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    vector.iter_mut().for_each(|x| *x /= length);
}

/// Spherical k-means: the cluster of each point.
fn group(points: &[Vec<f32>], k: usize, random: &mut Random) -> Vec<usize> {
    let mut centres: Vec<Vec<f32>> =
        (0..k).map(|_| points[random.below(points.len().min(20_000))].clone()).collect();
    let mut member = vec![0; points.len()];
    for _ in 0..ROUNDS {
        for (point, member) in points.iter().zip(&mut member) {
            let mut top = f32::MIN;
            for (c, centre) in centres.iter().enumerate() {
                let near: f32 = point.iter().zip(centre).map(|(a, b)| a * b).sum();
                if near > top {
                    top = near;
                    *member = c;
                }
            }
        }
        let mut sums = vec![vec![0f32; points[0].len()]; k];
        let mut sizes = vec![0; k];
        for (point, &m) in points.iter().zip(&member) {
            sizes[m] += 1;
            sums[m].iter_mut().zip(point).for_each(|(s, p)| *s += p);
        }
        for c in 0..k {
            if sizes[c] == 0 {
                sums[c].clone_from(&points[random.below(points.len())]);
            }
            normalise(&mut sums[c]);
        }
        centres = sums;
    }
    member
}
