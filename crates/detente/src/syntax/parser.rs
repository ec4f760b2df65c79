//! Heads and relations by shift and reduce (the arc-hybrid system of Kuhlmann, Gómez-Rodríguez and Satta 2011,
//! trained with the dynamic oracle of Goldberg and Nivre 2013).
//!
//! Words wait in a buffer that ends with an artificial root; a stack holds words that still want their head.
//! Three kinds of moves: *shift* the next word onto the stack; *left*: the top of the stack depends on the
//! next word; *right*: the top depends on the word below it. Each word is shifted once and given a head once,
//! so a sentence of n words takes 2n moves, and the result is always a tree with one root.

use super::Deprel;
use super::tagger::{NO_TAG, Tag};
use super::weights::{Features, Scorer};
use super::word::Form;

/// Number of classes the parser chooses from: shift, and left and right with each relation.
pub const CLASSES: usize = 1 + 2 * LABELS;
const LABELS: usize = Deprel::ALL.len();

/// A move of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The next word goes onto the stack.
    Shift,
    /// The top of the stack depends on the next word.
    Left(Deprel),
    /// The top of the stack depends on the word below it.
    Right(Deprel),
}

impl Move {
    /// The number of the move among the classes.
    pub fn class(self) -> usize {
        match self {
            Move::Shift => 0,
            Move::Left(label) => 1 + label as usize,
            Move::Right(label) => 1 + LABELS + label as usize,
        }
    }

    /// The move with this number.
    pub fn from_class(class: usize) -> Move {
        match class {
            0 => Move::Shift,
            c if c <= LABELS => Move::Left(Deprel::ALL[c - 1]),
            c => Move::Right(Deprel::ALL[(c - 1 - LABELS).min(LABELS - 1)]),
        }
    }
}

/// What the parser has built under one word so far. Children are positions in the sentence.
#[derive(Clone, Copy, Debug)]
struct Node {
    head: u32,
    label: u8,
    /// Outermost and second outermost child on either side.
    left: [u32; 2],
    right: [u32; 2],
    left_count: u8,
    right_count: u8,
    /// Relations of the children on either side, one bit each.
    left_labels: u64,
    right_labels: u64,
}

/// A half-read sentence. Words are `0..n`, the root is `n`, and `n + 1` stands for no word.
#[derive(Default)]
pub struct State {
    /// Number of words.
    pub n: usize,
    /// Words that want a head, the top last.
    pub stack: Vec<usize>,
    /// The next word; `n` when only the root is left.
    pub next: usize,
    nodes: Vec<Node>,
}

impl State {
    /// Begins a sentence of `n` words.
    pub fn start(&mut self, n: usize) {
        let nobody = n as u32 + 1;
        let node = Node {
            head: nobody,
            label: 255,
            left: [nobody; 2],
            right: [nobody; 2],
            left_count: 0,
            right_count: 0,
            left_labels: 0,
            right_labels: 0,
        };
        self.n = n;
        self.next = 0;
        self.stack.clear();
        self.nodes.clear();
        self.nodes.resize(n + 2, node);
    }

    /// True when every word has its head.
    pub fn done(&self) -> bool {
        self.next == self.n && self.stack.is_empty()
    }

    /// True where the move can be made. The root takes one child, by the relation `root`, which nothing else has.
    pub fn allows(&self, m: Move) -> bool {
        match m {
            Move::Shift => self.next < self.n,
            Move::Left(label) if self.next == self.n => self.stack.len() == 1 && label == Deprel::Root,
            Move::Left(label) => !self.stack.is_empty() && label != Deprel::Root,
            Move::Right(label) => self.stack.len() >= 2 && label != Deprel::Root,
        }
    }

    /// Makes an allowed move.
    pub fn make(&mut self, m: Move) {
        match m {
            Move::Shift => {
                self.stack.push(self.next);
                self.next += 1;
            }
            Move::Left(label) => {
                if let Some(child) = self.stack.pop() {
                    self.attach(self.next, child, label);
                }
            }
            Move::Right(label) => {
                if let Some(child) = self.stack.pop() {
                    let head = self.stack.last().copied().unwrap_or(self.n);
                    self.attach(head, child, label);
                }
            }
        }
    }

    fn attach(&mut self, head: usize, child: usize, label: Deprel) {
        self.nodes[child].head = head as u32;
        self.nodes[child].label = label as u8;
        let node = &mut self.nodes[head];
        if child < head {
            node.left = [child as u32, node.left[0]];
            node.left_count = node.left_count.saturating_add(1);
            node.left_labels |= 1 << label as u8;
        } else {
            node.right = [child as u32, node.right[0]];
            node.right_count = node.right_count.saturating_add(1);
            node.right_labels |= 1 << label as u8;
        }
    }

    /// Head of a word once it has one; `n` for the root's child.
    pub fn head(&self, word: usize) -> Option<usize> {
        let head = self.nodes[word].head as usize;
        (head <= self.n).then_some(head)
    }

    /// Relation of a word to its head once it has one.
    pub fn label(&self, word: usize) -> Option<Deprel> {
        Deprel::ALL.get(usize::from(self.nodes[word].label)).copied()
    }

    fn below(&self, depth: usize) -> usize {
        self.stack.len().checked_sub(depth + 1).map_or(self.n + 1, |i| self.stack[i])
    }

    fn ahead(&self, distance: usize) -> usize {
        let at = self.next + distance;
        if at <= self.n { at } else { self.n + 1 }
    }

    /// Collects what the parser looks at.
    pub fn features(&self, words: &Words<'_>, out: &mut Features) {
        let (s0, s1, s2) = (self.below(0), self.below(1), self.below(2));
        let (b0, b1, b2, b3) = (self.ahead(0), self.ahead(1), self.ahead(2), self.ahead(3));
        let node = |i: usize| &self.nodes[i];
        let w = |i: usize| words.form(i).map_or(i32::MAX as u32 + u32::from(i == self.n), |f| f.lower);
        let c = |i: usize| words.form(i).map_or(u32::from(i == self.n), |f| f.cluster + 2);
        let g = |i: usize| words.form(i).map_or(u32::from(i == self.n), |f| f.coarse + 2);
        let t = |i: usize| {
            u32::from(words.tags.get(i).copied().unwrap_or(if i == self.n { 254 } else { NO_TAG }))
        };
        let l = |i: usize| u32::from(node(i).label);
        let left = |i: usize, k: usize| node(i).left[k] as usize;
        let right = |i: usize, k: usize| node(i).right[k] as usize;
        let set = |bits: u64| (bits ^ bits >> 32) as u32;
        let far = |a: usize, b: usize| -> u32 {
            if a > self.n || b > self.n {
                return 0;
            }
            match b.saturating_sub(a) {
                d @ 0..=4 => d as u32,
                5..=6 => 5,
                7..=10 => 6,
                _ => 7,
            }
        };
        let (s0w, s1w, s2w, b0w, b1w, b2w) = (w(s0), w(s1), w(s2), w(b0), w(b1), w(b2));
        let (s0t, s1t, s2t, b0t, b1t, b2t, b3t) = (t(s0), t(s1), t(s2), t(b0), t(b1), t(b2), t(b3));
        let (s0c, s1c, b0c, b1c) = (c(s0), c(s1), c(b0), c(b1));
        let (s0g, s1g, b0g) = (g(s0), g(s1), g(b0));
        let gap = far(s0, b0);
        let gap1 = far(s1, s0);
        out.clear();
        out.one(0);
        // Single words.
        out.one(s0w);
        out.two(s0w, s0t);
        out.one(s0t);
        out.one(s1w);
        out.two(s1w, s1t);
        out.one(s1t);
        out.one(b0w);
        out.two(b0w, b0t);
        out.one(b0t);
        out.one(b1w);
        out.two(b1w, b1t);
        out.one(b1t);
        out.two(b2w, b2t);
        out.one(b2t);
        out.two(s2w, s2t);
        out.one(s2t);
        out.one(b3t);
        out.two(s0c, s0t);
        out.two(s1c, s1t);
        out.two(b0c, b0t);
        out.two(b1c, b1t);
        // Top of the stack and next word.
        out.four(s0w, s0t, b0w, b0t);
        out.three(s0w, s0t, b0t);
        out.three(s0t, b0w, b0t);
        out.two(s0w, b0w);
        out.two(s0t, b0t);
        out.three(s0t, b0t, gap);
        out.two(s0w, gap);
        out.two(b0w, gap);
        out.two(b0t, b1t);
        out.three(s0t, b0t, b1t);
        out.four(s0t, b0t, b1t, b2t);
        out.three(b0t, b1t, b2t);
        out.four(s0t, s1t, b0t, b1t);
        out.two(s0c, b0c);
        out.two(s0w, b0c);
        out.two(s0c, b0w);
        out.three(s0c, s0t, b0t);
        out.three(s0t, b0c, b0t);
        out.four(s0g, s0t, b0g, b0t);
        out.two(s0w, b1t);
        out.three(s0w, b0t, b1t);
        out.two(s0w, b1w);
        out.three(s0t, b0w, b1t);
        // Top of the stack and the word below it.
        out.four(s1w, s1t, s0w, s0t);
        out.three(s1w, s1t, s0t);
        out.three(s1t, s0w, s0t);
        out.two(s1w, s0w);
        out.two(s1t, s0t);
        out.three(s1t, s0t, gap1);
        out.two(s1w, gap1);
        out.two(s1c, s0c);
        out.two(s1w, s0c);
        out.two(s1c, s0w);
        out.three(s1c, s1t, s0t);
        out.three(s1t, s0c, s0t);
        out.four(s1g, s1t, s0g, s0t);
        out.three(s1t, s0t, b0t);
        out.three(s2t, s1t, s0t);
        out.three(s1w, s0t, b0t);
        out.three(s1t, s0w, b0t);
        out.three(s1t, s0t, b0w);
        out.four(s1g, s0g, b0g, b0t);
        out.two(s1w, b0w);
        out.two(s1t, b0w);
        out.two(s1w, b0t);
        out.four(s2t, s1t, s0t, b0t);
        out.three(s1w, s0w, b0t);
        // Children.
        let (s0l, s0l2, s0r, s0r2) = (left(s0, 0), left(s0, 1), right(s0, 0), right(s0, 1));
        let (s1l, s1l2, s1r, s1r2) = (left(s1, 0), left(s1, 1), right(s1, 0), right(s1, 1));
        let (b0l, b0l2) = (left(b0, 0), left(b0, 1));
        for (head, child) in [(s0, s0l), (s0, s0r), (s1, s1l), (s1, s1r), (b0, b0l)] {
            out.one(w(child));
            out.two(t(child), l(child));
            out.three(t(head), t(child), l(child));
            out.three(w(head), l(child), t(child));
            out.two(w(head), w(child));
        }
        for (head, first, second) in
            [(s0, s0l, s0l2), (s0, s0r, s0r2), (s1, s1l, s1l2), (s1, s1r, s1r2), (b0, b0l, b0l2)]
        {
            out.two(t(second), l(second));
            out.three(t(head), l(first), l(second));
        }
        out.four(s0t, t(s0l), l(s0l), b0t);
        out.four(s0t, t(s0r), l(s0r), b0t);
        out.four(s0t, t(b0l), l(b0l), b0t);
        out.four(s1t, t(s1l), l(s1l), s0t);
        out.four(s1t, t(s1r), l(s1r), s0t);
        out.four(s1t, t(s0l), l(s0l), s0t);
        out.four(s1t, t(s0r), l(s0r), s0t);
        out.four(s1t, s0t, t(b0l), b0t);
        out.three(s1w, w(s0l), s0t);
        out.four(s1t, w(s0l), s0t, b0t);
        out.three(w(b0l), b0t, s0w);
        out.three(w(s0r), s0t, b0w);
        // Preposition and the word it may hang from.
        out.three(s1w, w(s0l), w(s0));
        out.three(s1c, w(s0l), s0c);
        // How many children of which kinds.
        let counts = |i: usize| u32::from(node(i).left_count) << 8 | u32::from(node(i).right_count);
        for (word, tag, i) in [(s0w, s0t, s0), (s1w, s1t, s1), (b0w, b0t, b0)] {
            out.two(tag, counts(i));
            out.two(word, counts(i));
            out.two(tag, set(node(i).left_labels));
            out.two(word, set(node(i).left_labels));
            out.two(tag, set(node(i).right_labels));
            out.two(word, set(node(i).right_labels));
        }
        out.three(s0t, b0t, set(node(s0).right_labels));
        out.three(s1t, s0t, set(node(s1).right_labels));
        out.three(s1t, s0t, set(node(s0).left_labels));
        out.three(s1t, set(node(s1).left_labels), set(node(s1).right_labels));
        out.three(s0t, b0t, set(node(b0).left_labels));
        out.two(self.stack.len().min(4) as u32, b0t);
    }
}

/// The words of a sentence as the parser sees them.
pub struct Words<'a> {
    /// Spelling.
    pub forms: &'a [Form],
    /// Fine tags.
    pub tags: &'a [Tag],
}

impl Words<'_> {
    fn form(&self, i: usize) -> Option<&Form> {
        self.forms.get(i)
    }
}

/// Room for one sentence, kept between sentences.
#[derive(Default)]
pub struct Scratch {
    /// The sentence so far.
    pub state: State,
    /// Features of the decision at hand.
    pub features: Features,
    /// Scores of its classes.
    pub scores: Vec<i32>,
}

/// Parses a sentence; the result is in `scratch.state`.
pub fn parse(words: &Words<'_>, scorer: &impl Scorer, scratch: &mut Scratch) {
    scratch.state.start(words.forms.len());
    while !scratch.state.done() {
        let m = match forced(&scratch.state) {
            Some(m) => m,
            None => {
                scratch.state.features(words, &mut scratch.features);
                scratch.scores.clear();
                scratch.scores.resize(CLASSES, 0);
                scorer.score(&scratch.features.list, &mut scratch.scores);
                best(&scratch.state, &scratch.scores)
            }
        };
        scratch.state.make(m);
    }
}

/// The only move there is, where there is only one.
pub fn forced(state: &State) -> Option<Move> {
    if state.stack.is_empty() && state.next < state.n {
        Some(Move::Shift)
    } else if state.next == state.n && state.stack.len() == 1 {
        Some(Move::Left(Deprel::Root))
    } else {
        None
    }
}

/// The allowed move with the highest score, the first of equals.
pub fn best(state: &State, scores: &[i32]) -> Move {
    let mut found: Option<(i32, Move)> = None;
    for (class, &score) in scores.iter().enumerate() {
        if found.is_none_or(|(top, _)| score > top) {
            let m = Move::from_class(class);
            if state.allows(m) {
                found = Some((score, m));
            }
        }
    }
    // `forced` has dealt with the states that allow one move; every other state allows some.
    found.map_or(Move::Shift, |(_, m)| m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_one_move() {
        for class in 0..CLASSES {
            assert_eq!(Move::from_class(class).class(), class);
        }
    }

    #[test]
    fn any_walk_of_allowed_moves_ends_in_a_tree_with_one_root() {
        let mut state = State::default();
        let mut seed = 7u64;
        for round in 0..500 {
            let n = round % 17;
            state.start(n);
            let mut moves = 0;
            while !state.done() {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let scores: Vec<i32> =
                    (0..CLASSES).map(|k| (seed >> 20).wrapping_mul(k as u64 + 3) as i32 >> 8).collect();
                let m = forced(&state).unwrap_or_else(|| best(&state, &scores));
                assert!(state.allows(m));
                state.make(m);
                moves += 1;
            }
            assert_eq!(moves, 2 * n);
            let roots = (0..n).filter(|&i| state.head(i) == Some(n)).count();
            assert_eq!(roots, usize::from(n > 0));
            for i in 0..n {
                let mut at = i;
                for _ in 0..=n {
                    at = if at == n { n } else { state.head(at).unwrap() };
                }
                assert_eq!(at, n, "a circle");
                assert_eq!(state.head(i) == Some(n), state.label(i) == Some(Deprel::Root));
            }
        }
    }
}
