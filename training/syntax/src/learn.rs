//! Training of the tagger and the parser.

use detente::syntax::parser::{self, CLASSES, Move, State, Words};
use detente::syntax::tagger::{self, Tag};
use detente::syntax::weights::{Features, Scorer};
use detente::syntax::word::Form;

use crate::perceptron::{Perceptron, Random};

/// A sentence made ready: features of its words and the right answers.
pub struct Example {
    pub forms: Vec<Form>,
    pub tags: Vec<Tag>,
    /// Head of each word; the number of words for the root.
    pub heads: Vec<usize>,
    pub labels: Vec<detente::syntax::Deprel>,
}

/// Trains a tagger of `classes` tags over the examples `chosen`.
pub fn tagger(
    examples: &[Example],
    chosen: &[usize],
    classes: usize,
    rounds: usize,
    least: u8,
    seed: u64,
) -> Perceptron {
    let mut weights = Perceptron::new(least);
    let mut random = Random(seed);
    let mut order = chosen.to_vec();
    let mut features = Features::default();
    let mut scores = vec![0; classes];
    for round in 0..rounds {
        random.shuffle(&mut order);
        let (mut wrong, mut all) = (0usize, 0usize);
        for &k in &order {
            let example = &examples[k];
            let mut tags: Vec<Tag> = Vec::with_capacity(example.forms.len());
            for i in 0..example.forms.len() {
                tagger::features(&example.forms, &tags, i, &mut features);
                scores.fill(0);
                weights.score(&features.list, &mut scores);
                let guess = tagger::best(&scores);
                let gold = usize::from(example.tags[i]);
                weights.clock += 1;
                all += 1;
                if guess != gold {
                    wrong += 1;
                    weights.update(&features.list, gold, guess);
                }
                tags.push(guess as Tag);
            }
        }
        eprintln!(
            "  tagger round {}: {:.2} % right in training",
            round + 1,
            100.0 - 100.0 * wrong as f64 / all as f64
        );
    }
    weights
}

/// How many right arcs the move puts out of reach, one more for a wrong relation.
fn cost(state: &State, example: &Example, m: Move) -> usize {
    let n = state.n;
    let heads = &example.heads;
    let next = state.next;
    let stack = &state.stack;
    match m {
        Move::Shift => {
            let b = next;
            let below = &stack[..stack.len().saturating_sub(1)];
            usize::from(below.contains(&heads[b])) + stack.iter().filter(|&&d| heads[d] == b).count()
        }
        Move::Left(label) => {
            let top = stack[stack.len() - 1];
            let head = heads[top];
            let lost = stack.len() >= 2 && stack[stack.len() - 2] == head || head > next;
            usize::from(lost)
                + (next..n).filter(|&d| heads[d] == top).count()
                + usize::from(label != example.labels[top] && next != n)
        }
        Move::Right(label) => {
            let top = stack[stack.len() - 1];
            let head = heads[top];
            usize::from(head >= next)
                + (next..n).filter(|&d| heads[d] == top).count()
                + usize::from(label != example.labels[top])
        }
    }
}

/// The allowed moves of least cost: shift, and left and right with the right relation.
fn oracle(state: &State, example: &Example, out: &mut Vec<Move>) {
    out.clear();
    let mut least = usize::MAX;
    let label = state.stack.last().map(|&top| {
        let label = example.labels[top];
        if label == detente::syntax::Deprel::Root { detente::syntax::Deprel::Parataxis } else { label }
    });
    let mut consider = |m: Move| {
        if state.allows(m) {
            let c = cost(state, example, m);
            if c < least {
                least = c;
                out.clear();
            }
            if c == least {
                out.push(m);
            }
        }
    };
    consider(Move::Shift);
    if let Some(label) = label {
        consider(Move::Left(label));
        consider(Move::Right(label));
    }
}

/// Trains the parser. From the second round on it mostly follows its own moves, so that it learns what to do
/// after a mistake.
pub fn parser(
    examples: &[Example],
    tags: &[Vec<Tag>],
    rounds: usize,
    least: u8,
    margin: i32,
    seed: u64,
) -> Perceptron {
    let mut weights = Perceptron::new(least);
    let mut random = Random(seed);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut features = Features::default();
    let mut scores = vec![0; CLASSES];
    let mut state = State::default();
    let mut right = Vec::new();
    for round in 0..rounds {
        random.shuffle(&mut order);
        let (mut wrong, mut all) = (0usize, 0usize);
        for &k in &order {
            let example = &examples[k];
            let words = Words { forms: &example.forms, tags: &tags[k] };
            state.start(example.forms.len());
            while !state.done() {
                if let Some(m) = parser::forced(&state) {
                    state.make(m);
                    continue;
                }
                state.features(&words, &mut features);
                scores.fill(0);
                weights.score(&features.list, &mut scores);
                let guess = parser::best(&state, &scores);
                oracle(&state, example, &mut right);
                let gold = right.iter().copied().max_by_key(|m| (scores[m.class()], usize::MAX - m.class()));
                let gold = gold.unwrap_or(guess);
                let top = scores[gold.class()];
                weights.clock += 1;
                all += 1;
                let is_right = right.contains(&guess);
                wrong += usize::from(!is_right);
                // A move that is right by less than the margin is learned again.
                let rival = if !is_right || margin == 0 {
                    guess
                } else {
                    for m in &right {
                        scores[m.class()] = i32::MIN;
                    }
                    parser::best(&state, &scores)
                };
                if rival != gold
                    && !right.contains(&rival)
                    && (top < scores[rival.class()].saturating_add(margin) || !is_right)
                {
                    weights.update(&features.list, gold.class(), rival.class());
                }
                if is_right {
                    state.make(guess);
                    continue;
                }
                state.make(if round >= 1 && random.below(10) < 9 { guess } else { gold });
            }
        }
        eprintln!(
            "  parser round {}: {:.2} % right in training",
            round + 1,
            100.0 - 100.0 * wrong as f64 / all as f64
        );
    }
    weights
}
