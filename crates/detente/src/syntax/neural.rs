//! The network that reads a sentence: for every word its tag, its head, its relation and the names it is part of.
//!
//! A word is first looked up: rows of a table chosen by hashes of its form, its first and last letters and its
//! shape, and a fixed vector for the commoner words. Their sum goes through one convolution over a word and its
//! two neighbours and then through a few recurrent layers (simple recurrent units: the state is carried by gates
//! that depend on the input alone, one half of it from left to right, the other from right to left). On top
//! stand four readers: tags, names, arcs (every pair of words gets a score) and relations.
//!
//! The same bytes come out on every machine: matrices are multiplied in whole numbers (see `dense`), and beside that
//! there are only additions, multiplications, divisions, square roots and comparisons of `f32`, which IEEE 754 fixes to
//! the last bit, in an order that is written down here; Rust never fuses or reorders them. The gates are straight lines cut at 0 and 1, so no function of a maths library
//! is called.
//!
//! `training/neural/` holds the same network in Python, trains it and writes its file; what a word looks like
//! ([`Looks`]) is the same there, byte for byte.

use std::ops::Range;

use super::acts::{self, Acts, Sight};
#[cfg(target_arch = "x86_64")]
use super::dense::Narrow;
#[cfg(not(target_arch = "x86_64"))]
use super::dense::Plain as Narrow;
use super::dense::{Dense, Kernel, PANEL, ROWS, Whole};
#[cfg(target_arch = "x86_64")]
use super::dense::{Wide, Widest};
use super::file::Reader;
use super::glance::Glance;
use super::tree;
use super::{Deprel, ModelError, NameKind};

/// How many lanes an inner product runs in.
const LANES: usize = 8;
/// How many table rows a word adds up.
const FEATURES: usize = 10;
/// Classes of the way from a word to its head, the root's among them.
pub(super) const WAYS: usize = 32;
/// Longer sentences are read in pieces of this many words.
pub(super) const LONGEST: usize = 256;

/// What the network makes of one sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reading {
    /// For each word the number of its fine tag.
    pub tags: Vec<u8>,
    /// For each word its head in the sentence, or `None` for the root.
    pub heads: Vec<Option<usize>>,
    /// For each word its relation to the head.
    pub relations: Vec<Deprel>,
    /// Names: first word, one past the last, kind.
    pub names: Vec<(usize, usize, NameKind)>,
    /// Words that look like telling an event; empty where no network looks for them.
    pub acts: Vec<Sight>,
}

/// One recurrent layer.
struct Layer {
    enter: Dense,
    leave: Dense,
}

/// The trained network.
pub(super) struct Network {
    /// Width of a word's vector, and of the layers.
    word: usize,
    wide: usize,
    arc: usize,
    relation: usize,
    tags: usize,
    names: usize,
    /// Rows of each hashed table.
    rows: [u32; FEATURES],
    table: Vec<i8>,
    table_scale: Vec<f32>,
    /// Sorted hashes of the words with a fixed vector; the row of each is its place.
    /// Prints of the words, in order.
    known: Vec<u32>,
    /// Where those begin that share their upper half: prints are spread evenly, so each half has but a few.
    known_from: Vec<u32>,
    known_width: usize,
    known_vectors: Vec<i8>,
    project: Dense,
    convolve: Dense,
    convolve_gain: Vec<f32>,
    layers: Vec<Layer>,
    /// Tags, names, arcs as dependent, arcs as head, relation as dependent, relation as head: side by side.
    read: Dense,
    arc_mix: Dense,
    arc_root: Vec<f32>,
    arc_prior: Vec<f32>,
    ways: Vec<f32>,
    relation_root: Vec<f32>,
    relate: Dense,
}

/// How many words are worked on together, where the sentences are not longer: enough that the matrices are fetched seldom,
/// few enough that what is worked out stays near.
const BLOCK: usize = 128;
/// How many words are looked up and not forgotten; a power of two.
const REMEMBERED: usize = 4096;

/// Room for the work on sentences, kept from one to the next.
#[derive(Default)]
pub(super) struct Scratch {
    fixed: Vec<f32>,
    projected: Vec<f32>,
    window: Vec<f32>,
    gates: Vec<f32>,
    state: Vec<f32>,
    normal: Vec<f32>,
    step: Vec<f32>,
    out: Vec<f32>,
    heads: Vec<f32>,
    mixed: Vec<f32>,
    pub(super) arcs: Vec<f32>,
    pairs: Vec<f32>,
    whole: Whole,
    looks: Looks,
    memory: Memory,
    /// Words that are not remembered: their place in the block.
    new: Vec<usize>,
    /// Sums of the table's rows for these.
    sums: Vec<f32>,
    /// For each word of a block its vector, and the row of its form in the joined table.
    vectors: Vec<f32>,
    forms: Vec<u32>,
    /// What a glance makes of each word of a block, and room to work it out.
    glances: Vec<f32>,
    glance: Vec<f32>,
    acts: acts::Scratch,
}

/// Words that were looked up before, with what came of it. A word's vector depends on nothing but the word, so what is
/// remembered changes the time alone.
#[derive(Default)]
struct Memory {
    words: Vec<String>,
    forms: Vec<u32>,
    vectors: Vec<f32>,
    glances: Vec<f32>,
}

impl Memory {
    /// Makes room for vectors of `wide` numbers and glances of `more`.
    fn make_room(&mut self, wide: usize, more: usize) {
        if self.vectors.len() != REMEMBERED * wide || self.glances.len() != REMEMBERED * more {
            self.words = vec![String::new(); REMEMBERED];
            self.forms = vec![0; REMEMBERED];
            self.vectors = vec![0.0; REMEMBERED * wide];
            self.glances = vec![0.0; REMEMBERED * more];
        }
    }

    /// Where a word is kept if it is.
    #[inline]
    fn place(word: &str) -> usize {
        fnv(word.as_bytes(), 0) as usize % REMEMBERED
    }
}

/// One sentence, or a piece of a very long one, among the words that are worked on together.
#[derive(Clone, Debug)]
struct Piece {
    /// Which sentence, and its words.
    sentence: usize,
    words: Range<usize>,
}

/// Where the words of each piece of a block stand in it, and how many they are together.
fn set_out(block: &[Piece], ranges: &mut Vec<Range<usize>>) -> usize {
    ranges.clear();
    let mut n = 0;
    for piece in block {
        ranges.push(n..n + piece.words.len());
        n += piece.words.len();
    }
    n
}

/// Pieces that are worked on together: as many as make a block, and one at least.
fn blocks(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut rest = pieces;
    std::iter::from_fn(move || {
        let mut size = 0;
        let count = rest.iter().take_while(|p| {
            size += p.words.len();
            size <= BLOCK
        });
        let count = count.count().max(1).min(rest.len());
        let (block, after) = rest.split_at(count);
        rest = after;
        (!block.is_empty()).then_some(block)
    })
}

/// Makes room for so many numbers. What they were is of no matter: all that counts is written over, and the rows that fill
/// a group up count for nothing.
#[inline(always)]
pub(super) fn room(list: &mut Vec<f32>, count: usize) -> &mut [f32] {
    if list.len() < count {
        list.resize(count, 0.0);
    }
    &mut list[..count]
}

pub(super) fn floats(reader: &mut Reader<'_>, count: usize) -> Result<Vec<f32>, ModelError> {
    let bytes =
        reader.bytes(count.checked_mul(4).ok_or_else(|| ModelError("a table is too large".into()))?)?;
    let values: Vec<f32> =
        bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    if values.iter().any(|v| !v.is_finite()) {
        return Err(ModelError("a weight is not a number".into()));
    }
    Ok(values)
}

pub(super) fn signed(bytes: &[u8]) -> Vec<i8> {
    bytes.iter().map(|&b| b as i8).collect()
}

/// Divides a vector by the root of its mean square.
#[inline(always)]
pub(super) fn normalise(values: &[f32], out: &mut [f32]) {
    let mut lanes = [0.0f32; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            lanes[lane] += chunk[lane] * chunk[lane];
        }
    }
    for (lane, v) in rest.iter().enumerate() {
        lanes[lane] += v * v;
    }
    let mean = sum(&lanes) / values.len() as f32;
    let scale = 1.0 / (mean + 1e-6).sqrt();
    for (o, v) in out.iter_mut().zip(values) {
        *o = v * scale;
    }
}

/// The sum of the lanes, by halves.
#[inline(always)]
fn sum(l: &[f32; LANES]) -> f32 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

/// The inner product; both have a multiple of [`LANES`] numbers.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, b) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
    let b = &b[..a.len()];
    let mut lanes = [0.0f32; LANES];
    // Plain loops: adapters are not inlined into functions with AVX2 as deep as this.
    for i in 0..a.len() {
        for lane in 0..LANES {
            lanes[lane] += a[i][lane] * b[i][lane];
        }
    }
    sum(&lanes)
}

/// A gate: 0 below -2, 1 above 2, a straight line between.
#[inline(always)]
fn gate(x: f32) -> f32 {
    (x * 0.25 + 0.5).clamp(0.0, 1.0)
}

/// The class of the way from word `dependent` to word `head`.
#[inline(always)]
pub(super) fn way(dependent: usize, head: usize) -> usize {
    let far = dependent.abs_diff(head);
    let class = match far {
        0..=8 => far,
        9..=12 => 9,
        13..=18 => 10,
        19..=28 => 11,
        29..=44 => 12,
        _ => 13,
    };
    if head < dependent { class } else { class + 14 }
}

/// The first of the largest numbers.
#[inline(always)]
fn best(values: &[f32]) -> usize {
    let mut at = 0;
    for (i, v) in values.iter().enumerate() {
        if *v > values[at] {
            at = i;
        }
    }
    at
}

impl Network {
    /// Reads the network from the model file; `tags` is how many fine tags the file names.
    pub(super) fn load(reader: &mut Reader<'_>, tags: usize) -> Result<Network, ModelError> {
        let mut size = |most: u64| -> Result<usize, ModelError> {
            match reader.varint()? {
                n if (1..=most).contains(&n) => Ok(n as usize),
                n => Err(ModelError(format!("a size of {n} is out of range"))),
            }
        };
        let word = size(512)?;
        let wide = size(1024)?;
        let count = size(8)?;
        let arc = size(256)?;
        let relation = size(512)?;
        let names = size(64)?;
        let known_width = size(512)?;
        let known_count = size(1 << 20)?;
        let mut rows = [0u32; FEATURES];
        for r in &mut rows {
            *r = size(1 << 20)? as u32;
        }
        if [word, wide, arc, relation].iter().any(|n| n % PANEL != 0) || names != 11 {
            return Err(ModelError("its layers have widths that this program does not read".into()));
        }
        let total: usize = rows.iter().map(|&r| r as usize).sum();
        let table_scale = floats(reader, total)?;
        let table = signed(reader.bytes(total * word)?);
        let known: Vec<u32> = reader
            .bytes(known_count * 4)?
            .chunks_exact(4)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        let known_vectors = signed(reader.bytes(known_count * known_width)?);
        let project = Dense::load(reader, known_width, word)?;
        let convolve = Dense::load(reader, 3 * word, 2 * wide)?;
        let convolve_gain = floats(reader, wide)?;
        let mut layers = Vec::new();
        for _ in 0..count {
            let enter = Dense::load(reader, wide, 3 * wide)?;
            layers.push(Layer { enter, leave: Dense::load(reader, wide, wide)? });
        }
        let side = |n: usize| n.next_multiple_of(LANES);
        let read = Dense::load(reader, wide, side(tags) + side(names) + 2 * arc + 2 * relation)?;
        let arc_mix = Dense::load(reader, arc, arc)?;
        let arc_root = floats(reader, arc)?;
        let arc_prior = floats(reader, arc)?;
        let ways = floats(reader, WAYS)?;
        let relation_root = floats(reader, relation)?;
        let relate = Dense::load(reader, relation, Deprel::ALL.len())?;
        Ok(Network {
            word,
            wide,
            arc,
            relation,
            tags,
            names,
            rows,
            table,
            table_scale,
            known_from: begins(&known),
            known,
            known_width,
            known_vectors,
            project,
            convolve,
            convolve_gain,
            layers,
            read,
            arc_mix,
            arc_root,
            arc_prior,
            ways,
            relation_root,
            relate,
        })
    }

    /// How many rows the table of forms has.
    pub(super) fn forms(&self) -> usize {
        self.rows[0] as usize
    }

    /// Widths of a word's looked-up vector and of the layers.
    pub(super) fn widths(&self) -> (usize, usize) {
        (self.word, self.wide)
    }

    /// The vector that a word is looked up as, whatever stands beside it, and the row of its form.
    pub(super) fn vector(&self, word: &str, s: &mut Scratch) -> (Vec<f32>, u32) {
        self.embed(Narrow, std::iter::once(word), None, s);
        (s.vectors[..self.word].to_vec(), s.forms[0])
    }

    /// Reads sentences, with their acts where there is a network that sees them. What comes of one does not depend on the
    /// others, but for those that `glance` passes over, which get nothing: that it says of all together.
    pub(super) fn read(
        &self,
        acts: Option<&Acts>,
        glance: Option<&Glance>,
        sentences: &[&[&str]],
        scratch: &mut Scratch,
    ) -> Vec<Option<Reading>> {
        let mut all = Vec::with_capacity(sentences.len());
        self.read_all(acts, glance, sentences, scratch, &mut all);
        all
    }

    fn read_all(
        &self,
        acts: Option<&Acts>,
        glance: Option<&Glance>,
        sentences: &[&[&str]],
        s: &mut Scratch,
        all: &mut Vec<Option<Reading>>,
    ) {
        #[cfg(target_arch = "x86_64")]
        if let Some(kernel) = Widest::new() {
            return self.read_widest(kernel, acts, glance, sentences, s, all);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(kernel) = Wide::new() {
            return self.read_wide(kernel, acts, glance, sentences, s, all);
        }
        self.steps(Narrow, acts, glance, sentences, s, all);
    }

    /// The steps for processors that calculate with sixteen numbers at a time. What comes out is the same to the last
    /// bit: the products are of whole numbers, the order of each other sum is written down, and a product and a sum
    /// are fused only where Rust is asked to.
    #[cfg(target_arch = "x86_64")]
    fn read_widest(
        &self,
        kernel: Widest,
        acts: Option<&Acts>,
        glance: Option<&Glance>,
        sentences: &[&[&str]],
        s: &mut Scratch,
        all: &mut Vec<Option<Reading>>,
    ) {
        #[target_feature(enable = "avx512f,avx512vnni")]
        fn steps(
            network: &Network,
            kernel: Widest,
            acts: Option<&Acts>,
            glance: Option<&Glance>,
            sentences: &[&[&str]],
            s: &mut Scratch,
            all: &mut Vec<Option<Reading>>,
        ) {
            network.steps(kernel, acts, glance, sentences, s, all);
        }
        // SAFETY: a `Widest` is there only where the processor has what the function asks for.
        #[allow(unsafe_code)]
        unsafe {
            steps(self, kernel, acts, glance, sentences, s, all);
        }
    }

    /// The same for processors that calculate with eight numbers at a time.
    #[cfg(target_arch = "x86_64")]
    fn read_wide(
        &self,
        kernel: Wide,
        acts: Option<&Acts>,
        glance: Option<&Glance>,
        sentences: &[&[&str]],
        s: &mut Scratch,
        all: &mut Vec<Option<Reading>>,
    ) {
        #[target_feature(enable = "avx2")]
        fn steps(
            network: &Network,
            kernel: Wide,
            acts: Option<&Acts>,
            glance: Option<&Glance>,
            sentences: &[&[&str]],
            s: &mut Scratch,
            all: &mut Vec<Option<Reading>>,
        ) {
            network.steps(kernel, acts, glance, sentences, s, all);
        }
        // SAFETY: a `Wide` is there only where the processor has AVX2, which is all that the function asks for.
        #[allow(unsafe_code)]
        unsafe {
            steps(self, kernel, acts, glance, sentences, s, all);
        }
    }

    /// The steps for some sentences. They are all inlined here, so that they can be made three times: for
    /// plain, wide and widest processors.
    #[inline(always)]
    fn steps<K: Kernel>(
        &self,
        kernel: K,
        acts: Option<&Acts>,
        glance: Option<&Glance>,
        sentences: &[&[&str]],
        s: &mut Scratch,
        all: &mut Vec<Option<Reading>>,
    ) {
        let mut pieces: Vec<Piece> = Vec::with_capacity(sentences.len());
        for (sentence, words) in sentences.iter().enumerate() {
            for from in (0..words.len()).step_by(LONGEST) {
                pieces.push(Piece { sentence, words: from..words.len().min(from + LONGEST) });
            }
        }
        match glance.zip(acts) {
            Some((glance, acts)) => {
                let wanted = self.wanted(kernel, acts, glance, sentences, &pieces, s);
                pieces.retain(|p| wanted[p.sentence]);
                all.extend(wanted.into_iter().map(|wanted| wanted.then(Reading::default)));
            }
            None => all.resize(sentences.len(), Some(Reading::default())),
        }
        let mut ranges = Vec::new();
        for block in blocks(&pieces) {
            let n = set_out(block, &mut ranges);
            let words = block.iter().flat_map(|p| sentences[p.sentence][p.words.clone()].iter().copied());
            self.embed(kernel, words, None, s);
            self.convolve(kernel, &ranges, s);
            for layer in &self.layers {
                self.layer(kernel, layer, &ranges, s);
            }
            self.normal(n, s);
            let mut parts = self.readers(kernel, &ranges, s);
            if let Some(acts) = acts {
                let sights =
                    acts.look(kernel, &s.forms, &s.vectors, &s.normal, &ranges, &mut s.acts, &mut s.whole);
                for (part, sights) in parts.iter_mut().zip(sights) {
                    part.acts = sights;
                }
            }
            for (piece, part) in block.iter().zip(parts) {
                if let Some(reading) = &mut all[piece.sentence] {
                    reading.add(part);
                }
            }
        }
    }

    /// Which sentences are worth reading, as `glance` has it.
    #[inline(always)]
    fn wanted<K: Kernel>(
        &self,
        kernel: K,
        acts: &Acts,
        glance: &Glance,
        sentences: &[&[&str]],
        pieces: &[Piece],
        s: &mut Scratch,
    ) -> Vec<bool> {
        if glance.wants_all(sentences) {
            return vec![true; sentences.len()];
        }
        let q = glance.narrow();
        let mut seen = vec![0.0; sentences.len() * q];
        let mut ranges = Vec::new();
        for block in blocks(pieces) {
            set_out(block, &mut ranges);
            let words = block.iter().flat_map(|p| sentences[p.sentence][p.words.clone()].iter().copied());
            self.embed(kernel, words, Some((glance, acts)), s);
            for (piece, range) in block.iter().zip(&ranges) {
                let seen = &mut seen[piece.sentence * q..(piece.sentence + 1) * q];
                glance.see(&s.glances, range.clone(), &mut s.glance, seen);
            }
        }
        glance.wants(sentences, &seen)
    }

    /// Which of the known words has this print.
    #[inline]
    fn known_at(&self, print: u32) -> Option<usize> {
        let half = (print >> 16) as usize;
        let (from, to) = (self.known_from[half] as usize, self.known_from[half + 1] as usize);
        self.known[from..to].iter().position(|k| *k == print).map(|at| from + at)
    }

    /// Looks the words up: `s.vectors` gets one normalised vector for each, `s.forms` the row of its form, and `s.glances`
    /// what `glance` makes of it.
    #[inline(always)]
    fn embed<'w, K: Kernel>(
        &self,
        kernel: K,
        words: impl Iterator<Item = &'w str> + Clone,
        glance: Option<(&Glance, &Acts)>,
        s: &mut Scratch,
    ) {
        let (e, k) = (self.word, self.known_width);
        let n = words.clone().count();
        room(&mut s.vectors, n.next_multiple_of(ROWS) * e);
        let g = glance.map_or(s.memory.glances.len() / REMEMBERED, |(glance, _)| glance.each());
        s.memory.make_room(e, g);
        room(&mut s.glances, n * g);
        s.forms.clear();
        s.new.clear();
        for (i, word) in words.clone().enumerate() {
            let at = Memory::place(word);
            // No word is empty.
            if s.memory.words[at] == word && !word.is_empty() {
                s.forms.push(s.memory.forms[at]);
                if glance.is_some() {
                    s.glances[i * g..(i + 1) * g].copy_from_slice(&s.memory.glances[at * g..(at + 1) * g]);
                } else {
                    s.vectors[i * e..(i + 1) * e].copy_from_slice(&s.memory.vectors[at * e..(at + 1) * e]);
                }
            } else {
                s.forms.push(0);
                s.new.push(i);
            }
        }
        if s.new.is_empty() {
            return;
        }
        let rows = s.new.len().next_multiple_of(ROWS);
        s.fixed.clear();
        s.fixed.resize(rows * k, 0.0);
        s.sums.clear();
        s.sums.resize(rows * e, 0.0);
        let mut new = s.new.iter().enumerate().peekable();
        for (i, word) in words.clone().enumerate() {
            let Some((row, _)) = new.next_if(|(_, at)| **at == i) else { continue };
            let looks = &mut s.looks;
            looks.read(word, &self.rows);
            s.forms[i] = looks.rows[0];
            let target = &mut s.sums[row * e..(row + 1) * e];
            for &row in &looks.rows {
                let scale = self.table_scale[row as usize];
                let values = &self.table[row as usize * e..(row as usize + 1) * e];
                for (t, &v) in target.iter_mut().zip(values) {
                    *t += f32::from(v) * scale;
                }
            }
            if let Some(at) = self.known_at(looks.known) {
                let values = &self.known_vectors[at * k..(at + 1) * k];
                for (t, &v) in s.fixed[row * k..(row + 1) * k].iter_mut().zip(values) {
                    *t = f32::from(v) / 32.0;
                }
            }
        }
        self.project.apply(kernel, &s.fixed, &mut s.whole, &mut s.projected);
        for (row, &i) in s.new.iter().enumerate() {
            let from = row * e..(row + 1) * e;
            for (w, p) in s.sums[from.clone()].iter_mut().zip(&s.projected[from.clone()]) {
                *w += p;
            }
            normalise(&s.sums[from], &mut s.vectors[i * e..(i + 1) * e]);
        }
        if let Some((glance, acts)) = glance {
            let wide = glance.wide();
            let input = room(&mut s.step, rows * wide);
            for (row, &i) in input.chunks_exact_mut(wide).zip(&s.new) {
                row[..e].copy_from_slice(&s.vectors[i * e..(i + 1) * e]);
                for (x, v) in row[e..].iter_mut().zip(acts.form(s.forms[i])) {
                    *x = v;
                }
            }
            glance.enter(kernel, input, &mut s.whole, &mut s.out);
            for (row, &i) in s.out.chunks_exact(g).zip(&s.new) {
                s.glances[i * g..(i + 1) * g].copy_from_slice(row);
            }
        } else if g > 0 {
            // What is remembered must be whole.
            return;
        }
        let mut new = s.new.iter().peekable();
        for (i, word) in words.enumerate() {
            if new.next_if(|at| **at == i).is_none() {
                continue;
            }
            let at = Memory::place(word);
            s.memory.words[at].clear();
            s.memory.words[at].push_str(word);
            s.memory.forms[at] = s.forms[i];
            s.memory.vectors[at * e..(at + 1) * e].copy_from_slice(&s.vectors[i * e..(i + 1) * e]);
            s.memory.glances[at * g..(at + 1) * g].copy_from_slice(&s.glances[i * g..(i + 1) * g]);
        }
    }

    /// The convolution over a word and its neighbours: `s.state` from `s.vectors`.
    #[inline(always)]
    fn convolve<K: Kernel>(&self, kernel: K, pieces: &[Range<usize>], s: &mut Scratch) {
        let (e, d) = (self.word, self.wide);
        let n = pieces.last().map_or(0, |p| p.end);
        let rows = n.next_multiple_of(ROWS);
        let window = room(&mut s.window, rows * 3 * e);
        for piece in pieces {
            for i in piece.clone() {
                let row = &mut window[i * 3 * e..(i + 1) * 3 * e];
                let from = if i > piece.start { i - 1 } else { i };
                let to = if i + 1 < piece.end { i + 2 } else { i + 1 };
                let at = (from + 1 - i) * e;
                row[..at].fill(0.0);
                row[at..at + (to - from) * e].copy_from_slice(&s.vectors[from * e..to * e]);
                row[at + (to - from) * e..].fill(0.0);
            }
        }
        self.convolve.apply(kernel, window, &mut s.whole, &mut s.gates);
        let state = room(&mut s.state, rows * d);
        for i in 0..n {
            let (left, right) = s.gates[i * 2 * d..(i + 1) * 2 * d].split_at_mut(d);
            for (l, r) in left.iter_mut().zip(right.iter()) {
                *l = if *l > *r { *l } else { *r };
            }
            let target = &mut state[i * d..(i + 1) * d];
            normalise(left, target);
            for (t, g) in target.iter_mut().zip(&self.convolve_gain) {
                *t *= g;
            }
        }
    }

    /// One recurrent layer: adds to `s.state`.
    #[inline(always)]
    fn layer<K: Kernel>(&self, kernel: K, layer: &Layer, pieces: &[Range<usize>], s: &mut Scratch) {
        let d = self.wide;
        let n = pieces.last().map_or(0, |p| p.end);
        let rows = n.next_multiple_of(ROWS);
        self.normal(n, s);
        layer.enter.apply(kernel, &s.normal[..rows * d], &mut s.whole, &mut s.gates);
        let step = room(&mut s.step, rows * d);
        let half = d / 2;
        for piece in pieces {
            carry(piece.clone(), 0..half, d, &s.gates, step);
            carry(piece.clone().rev(), half..d, d, &s.gates, step);
        }
        layer.leave.apply(kernel, step, &mut s.whole, &mut s.out);
        for (state, out) in s.state[..n * d].iter_mut().zip(&s.out) {
            *state += out;
        }
    }

    /// `s.normal` from `s.state`, for `n` words.
    #[inline(always)]
    fn normal(&self, n: usize, s: &mut Scratch) {
        let d = self.wide;
        let normal = room(&mut s.normal, n.next_multiple_of(ROWS) * d);
        for i in 0..n {
            normalise(&s.state[i * d..(i + 1) * d], &mut normal[i * d..(i + 1) * d]);
        }
    }

    /// Tags, names, tree and relations from `s.normal`.
    #[inline(always)]
    fn readers<K: Kernel>(&self, kernel: K, pieces: &[Range<usize>], s: &mut Scratch) -> Vec<Reading> {
        let (a, r) = (self.arc, self.relation);
        let count = pieces.last().map_or(0, |p| p.end);
        let rows = count.next_multiple_of(ROWS);
        self.read.apply(kernel, &s.normal[..rows * self.wide], &mut s.whole, &mut s.heads);
        let m = self.read.outputs;
        let tag_at = 0;
        let name_at = self.tags.next_multiple_of(LANES);
        let arc_at = name_at + self.names.next_multiple_of(LANES);
        let relation_at = arc_at + 2 * a;
        let step = room(&mut s.step, rows * a);
        for i in 0..count {
            let row = &mut s.heads[i * m..(i + 1) * m];
            for v in &mut row[arc_at..relation_at] {
                *v = if *v > 0.0 { *v } else { 0.0 };
            }
            step[i * a..(i + 1) * a].copy_from_slice(&row[arc_at..arc_at + a]);
        }
        self.arc_mix.apply(kernel, step, &mut s.whole, &mut s.mixed);
        let root_prior = dot(&self.arc_root, &self.arc_prior);
        let pairs = room(&mut s.pairs, rows * r);
        let mut readings = Vec::with_capacity(pieces.len());
        let mut marks = Vec::new();
        for piece in pieces {
            let (n, first) = (piece.len(), piece.start);
            let heads = &s.heads[first * m..piece.end * m];
            let mixed = &s.mixed[first * a..piece.end * a];
            s.arcs.clear();
            s.arcs.resize(n * (n + 1), tree::NEVER);
            for j in 0..n {
                let head = &heads[j * m + arc_at + a..j * m + arc_at + 2 * a];
                let prior = dot(head, &self.arc_prior);
                for i in 0..n {
                    if i != j {
                        s.arcs[i * (n + 1) + j + 1] =
                            (dot(&mixed[i * a..(i + 1) * a], head) + prior) + self.ways[way(i, j)];
                    }
                }
            }
            for i in 0..n {
                s.arcs[i * (n + 1)] =
                    (dot(&mixed[i * a..(i + 1) * a], &self.arc_root) + root_prior) + self.ways[28];
            }
            let tree = tree::decode(&s.arcs, n);
            for (i, &h) in tree.iter().enumerate() {
                let own = &heads[i * m + relation_at..i * m + relation_at + r];
                let other = match h {
                    0 => &self.relation_root[..],
                    h => &heads[(h - 1) * m + relation_at + r..(h - 1) * m + relation_at + 2 * r],
                };
                let target = &mut pairs[(first + i) * r..(first + i + 1) * r];
                for ((t, x), y) in target.iter_mut().zip(own).zip(other) {
                    let v = x + y;
                    *t = if v > 0.0 { v } else { 0.0 };
                }
            }
            marks.clear();
            marks.extend((0..n).map(|i| best(&heads[i * m + name_at..i * m + name_at + self.names])));
            readings.push(Reading {
                tags: (0..n)
                    .map(|i| best(&heads[i * m + tag_at..i * m + tag_at + self.tags]) as u8)
                    .collect(),
                heads: tree.iter().map(|h| h.checked_sub(1)).collect(),
                relations: Vec::with_capacity(n),
                names: names(&marks),
                acts: Vec::new(),
            });
        }
        self.relate.apply(kernel, pairs, &mut s.whole, &mut s.out);
        let wide = self.relate.outputs;
        for (piece, reading) in pieces.iter().zip(&mut readings) {
            for (i, head) in piece.clone().zip(&reading.heads) {
                let row = &mut s.out[i * wide..i * wide + Deprel::ALL.len()];
                row[Deprel::Root as usize] = f32::MIN;
                let relation = if head.is_none() { Deprel::Root } else { Deprel::ALL[best(row)] };
                reading.relations.push(relation);
            }
        }
        readings
    }
}

impl Reading {
    /// Adds the reading of the next piece of a sentence.
    fn add(&mut self, part: Reading) {
        if self.tags.is_empty() {
            *self = part;
            return;
        }
        let first = self.tags.len();
        let root = self.heads.iter().position(Option::is_none);
        self.tags.extend(part.tags);
        for (head, relation) in part.heads.into_iter().zip(part.relations) {
            // The root of a later piece hangs on that of the first.
            let (head, relation) = match head {
                Some(h) => (Some(first + h), relation),
                None => (root, Deprel::Parataxis),
            };
            self.heads.push(head);
            self.relations.push(relation);
        }
        self.names.extend(part.names.into_iter().map(|(a, b, kind)| (first + a, first + b, kind)));
        self.acts.extend(part.acts.into_iter().map(|sight| sight.moved(first)));
    }
}

/// Carries the state of one half of a layer along the sentence: candidate, gate and output gate stand side by
/// side in `gates`.
#[inline(always)]
pub(super) fn carry(
    order: impl Iterator<Item = usize>,
    half: Range<usize>,
    d: usize,
    gates: &[f32],
    out: &mut [f32],
) {
    let mut state = [0.0f32; 512];
    let state = &mut state[..half.len()];
    for i in order {
        let row = &gates[i * 3 * d..(i + 1) * 3 * d];
        let candidate = &row[half.clone()];
        let keep = &row[d + half.start..d + half.end];
        let open = &row[2 * d + half.start..2 * d + half.end];
        let target = &mut out[i * d + half.start..i * d + half.end];
        for ((((c, z), f), r), t) in state.iter_mut().zip(candidate).zip(keep).zip(open).zip(target) {
            let f = gate(*f);
            *c = f * *c + (1.0 - f) * z;
            *t = *c * gate(*r);
        }
    }
}

/// For each upper half of a print, how many of the prints, which stand in order, have a smaller one.
fn begins(prints: &[u32]) -> Vec<u32> {
    let mut begins = vec![0; (1 << 16) + 1];
    for print in prints {
        begins[(print >> 16) as usize + 1] += 1;
    }
    for half in 0..1 << 16 {
        begins[half + 1] += begins[half];
    }
    begins
}

/// Names out of the marks of the words: 0 is none, then two numbers for each kind, one that begins and one that
/// goes on. A mark that goes on from nothing begins.
fn names(marks: &[usize]) -> Vec<(usize, usize, NameKind)> {
    const KINDS: [NameKind; 5] =
        [NameKind::Person, NameKind::Organisation, NameKind::Place, NameKind::Nationality, NameKind::Event];
    let mut out: Vec<(usize, usize, NameKind)> = Vec::new();
    let mut open: Option<usize> = None;
    for (i, &mark) in marks.iter().enumerate() {
        if mark == 0 {
            open = None;
            continue;
        }
        let kind = (mark - 1) / 2;
        match out.last_mut() {
            Some(last) if (mark - 1) % 2 == 1 && open == Some(kind) => last.1 = i + 1,
            _ => out.push((i, i + 1, KINDS[kind])),
        }
        open = Some(kind);
    }
    out
}

/// What the network sees of a word.
#[derive(Default)]
pub(super) struct Looks {
    /// Rows of the joined table.
    pub rows: [u32; FEATURES],
    /// Hash under which a fixed vector may be found.
    pub known: u32,
    plain: String,
    low: String,
    digits: Vec<char>,
    bytes: String,
}

impl Looks {
    /// Looks at a word; `rows` are the sizes of the tables.
    pub(super) fn read(&mut self, word: &str, rows: &[u32; FEATURES]) {
        self.plain.clear();
        match word {
            "``" | "''" => self.plain.push('"'),
            _ => {
                for c in word.chars() {
                    match c {
                        '“' | '”' | '„' => self.plain.push('"'),
                        '‘' | '’' | '`' => self.plain.push('\''),
                        '–' | '—' => self.plain.push('-'),
                        '…' => self.plain.push_str("..."),
                        c => self.plain.push(c),
                    }
                }
            }
        }
        self.low.clear();
        self.digits.clear();
        for c in self.plain.chars() {
            let mut low = c.to_lowercase();
            let c = match (low.next(), low.next()) {
                (Some(l), None) => l,
                _ => c,
            };
            self.low.push(c);
            self.digits.push(if c.is_ascii_digit() { '0' } else { c });
        }
        self.known = fold(fnv(self.low.as_bytes(), 0));
        let d = &self.digits;
        let n = d.len();
        let first = |k: usize| &d[..k.min(n)];
        let last = |k: usize| &d[n.saturating_sub(k)..];
        let parts = [d, d, first(1), first(2), first(3), last(1), last(2), last(3), last(4)];
        let mut offset = 0;
        for (i, &size) in rows.iter().enumerate() {
            self.bytes.clear();
            match parts.get(i) {
                Some(part) => self.bytes.extend(part.iter()),
                None => shape(&self.plain, &mut self.bytes),
            }
            self.rows[i] = offset + (fnv(self.bytes.as_bytes(), i as u64 + 1) % u64::from(size)) as u32;
            offset += size;
        }
    }
}

/// Capitals as X, small letters as x, digits as d, other marks as they are; no more than three of a kind in a
/// row, twelve in all.
fn shape(word: &str, out: &mut String) {
    let (mut last, mut run, mut count) = ('\0', 0, 0);
    for c in word.chars() {
        let kind = match c {
            c if c.is_uppercase() => 'X',
            c if c.is_lowercase() => 'x',
            '0'..='9' => 'd',
            c => c,
        };
        run = if kind == last { run + 1 } else { 1 };
        last = kind;
        if run <= 3 && count < 12 {
            out.push(kind);
            count += 1;
        }
    }
}

/// The FNV-1a hash with a seed, its high bits stirred into the low ones.
fn fnv(bytes: &[u8], seed: u64) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325 ^ seed;
    for &b in bytes {
        h = (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3);
    }
    h ^ h >> 29
}

fn fold(h: u64) -> u32 {
    (h ^ h >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::super::dense::Plain;
    use super::*;
    use crate::syntax::file::write_varint;

    /// The bytes of a small network of arbitrary weights, for 5 tags.
    fn tiny() -> Vec<u8> {
        let mut seed = 11u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 16) as u16
        };
        let mut out = Vec::new();
        let (word, wide, layers, arc, relation, names, width, known) = (16, 32, 2, 16, 16, 11, 3, 4);
        for n in [word, wide, layers, arc, relation, names, width, known] {
            write_varint(n as u64, &mut out);
        }
        (0..FEATURES).for_each(|_| write_varint(50, &mut out));
        let mut floats = |n: usize, size: f32, out: &mut Vec<u8>| {
            (0..n).for_each(|_| out.extend((f32::from(next() as i16) / 32768.0 * size).to_le_bytes()));
        };
        let bytes = |n: usize, out: &mut Vec<u8>| (0..n).for_each(|i| out.push((i * 37 % 251) as u8));
        floats(50 * FEATURES, 0.01, &mut out);
        bytes(50 * FEATURES * word, &mut out);
        [7u32, 8, 9, 10].iter().for_each(|k| out.extend(k.to_le_bytes()));
        bytes(known * width, &mut out);
        let mut dense = |inputs: usize, outputs: usize, out: &mut Vec<u8>| {
            floats(outputs, 1e-4, out);
            floats(outputs, 0.1, out);
            bytes(inputs * outputs * 2, out);
        };
        dense(width, word, &mut out);
        dense(3 * word, 2 * wide, &mut out);
        (0..wide).for_each(|_| out.extend(1f32.to_le_bytes()));
        for _ in 0..layers {
            dense(wide, 3 * wide, &mut out);
            dense(wide, wide, &mut out);
        }
        dense(wide, 8 + 16 + 2 * arc + 2 * relation, &mut out);
        dense(arc, arc, &mut out);
        (0..2 * arc + WAYS + relation).for_each(|i| out.extend((i as f32 / 100.0).to_le_bytes()));
        dense(relation, Deprel::ALL.len(), &mut out);
        out
    }

    fn read(network: &Network, sentences: &[&[&str]], scratch: &mut Scratch) -> Vec<Reading> {
        network.read(None, None, sentences, scratch).into_iter().flatten().collect()
    }

    #[test]
    fn every_sentence_gets_one_root_and_a_head_for_every_other_word() {
        let bytes = tiny();
        let network = Network::load(&mut Reader::new(&bytes), 5).expect("whole");
        let mut scratch = Scratch::default();
        let text = "Iran 's foreign minister met “ envoys ” of 12 states , he said … on Monday";
        let all: Vec<&str> = text.split(' ').cycle().take(3 * LONGEST + 17).collect();
        for n in [0, 1, 2, 3, 4, 5, 17, LONGEST, LONGEST + 1, all.len()] {
            let reading = read(&network, &[&all[..n]], &mut scratch).remove(0);
            assert_eq!(reading.tags.len(), n);
            assert_eq!(reading.heads.iter().filter(|h| h.is_none()).count(), n.min(1));
            for start in 0..n {
                let mut at = start;
                let mut steps = 0;
                while let Some(h) = reading.heads[at] {
                    at = h;
                    steps += 1;
                    assert!(steps <= n, "a ring at word {start} of {n}");
                }
            }
            for (head, relation) in reading.heads.iter().zip(&reading.relations) {
                assert_eq!(head.is_none(), *relation == Deprel::Root);
            }
        }
    }

    #[test]
    fn a_sentence_reads_the_same_whatever_was_read_before() {
        let bytes = tiny();
        let network = Network::load(&mut Reader::new(&bytes), 5).expect("whole");
        let words: Vec<&str> = "Rebels shelled the capital again , the UN said".split(' ').collect();
        let fresh = read(&network, &[&words], &mut Scratch::default());
        let mut used = Scratch::default();
        read(&network, &[&["a"; 60]], &mut used);
        assert_eq!(read(&network, &[&words], &mut used), fresh);
    }

    #[test]
    fn a_sentence_reads_the_same_whatever_is_read_beside_it() {
        let bytes = tiny();
        let network = Network::load(&mut Reader::new(&bytes), 5).expect("whole");
        let text = "The two states met on Monday in the capital , the envoys said again";
        let words: Vec<&str> = text.split(' ').cycle().take(3 * BLOCK).collect();
        let parts: Vec<&[&str]> =
            [0, 1, 2, 7, 30, 30, BLOCK + 3, 90].iter().map(|n| &words[n % 5..][..*n]).collect();
        let together = read(&network, &parts, &mut Scratch::default());
        for (part, reading) in parts.iter().zip(together) {
            assert_eq!(read(&network, &[part], &mut Scratch::default()), [reading]);
        }
    }

    #[test]
    fn a_network_cut_short_anywhere_is_refused() {
        let bytes = tiny();
        for end in (0..bytes.len()).step_by(7) {
            assert!(Network::load(&mut Reader::new(&bytes[..end]), 5).is_err(), "{end} of {}", bytes.len());
        }
    }

    #[test]
    fn a_shape_is_short_and_keeps_marks() {
        let of = |w: &str| {
            let mut out = String::new();
            shape(w, &mut out);
            out
        };
        assert_eq!(of("Washington"), "Xxxx");
        assert_eq!(of("U.S."), "X.X.");
        assert_eq!(of("2019-20"), "ddd-dd");
    }

    #[test]
    fn typographic_marks_and_digits_are_made_plain() {
        let rows = [1000; FEATURES];
        let (mut a, mut b) = (Looks::default(), Looks::default());
        a.read("’s", &rows);
        b.read("'s", &rows);
        assert_eq!(a.rows, b.rows);
        a.read("2017", &rows);
        b.read("1968", &rows);
        assert_eq!(a.rows, b.rows);
        assert_ne!(a.known, b.known);
    }

    #[test]
    fn wide_and_narrow_processors_get_the_same_bits() {
        let bytes = tiny();
        let network = Network::load(&mut Reader::new(&bytes), 5).expect("whole");
        let words: Vec<&str> = "Protesters in 14 cities called for the king 's ouster".split(' ').collect();
        let bits = |s: &Scratch| s.arcs.iter().chain(&s.out).map(|x| x.to_bits()).collect::<Vec<_>>();
        let mut room = Scratch::default();
        let mut all = Vec::new();
        network.steps(Plain, None, None, &[&words], &mut room, &mut all);
        let plain = (all, bits(&room));
        let same = |read: &dyn Fn(&mut Scratch, &mut Vec<Option<Reading>>)| {
            let (mut room, mut all) = (Scratch::default(), Vec::new());
            read(&mut room, &mut all);
            assert_eq!((all, bits(&room)), plain);
        };
        same(&|s, all| network.steps(Narrow, None, None, &[&words], s, all));
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(kernel) = Wide::new() {
                same(&|s, all| network.read_wide(kernel, None, None, &[&words], s, all));
            }
            if let Some(kernel) = Widest::new() {
                same(&|s, all| network.read_widest(kernel, None, None, &[&words], s, all));
            }
        }
    }

    #[test]
    fn a_mark_that_goes_on_from_nothing_begins_a_name() {
        let got = names(&[2, 2, 0, 1, 1, 6, 4]);
        let want = [
            (0, 2, NameKind::Person),
            (3, 4, NameKind::Person),
            (4, 5, NameKind::Person),
            (5, 6, NameKind::Place),
            (6, 7, NameKind::Organisation),
        ];
        assert_eq!(got, want);
    }
}
