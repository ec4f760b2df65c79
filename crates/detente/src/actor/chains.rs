//! Chains: which mentions of an article speak of one party. Computed for those who look, not for reading.

use std::collections::{BTreeMap, HashMap};

use super::{Kind, Mention, Party};
use crate::lexicon::names::fold;
use crate::span::Span;
use crate::syntax::Syntax;

/// For each mention the chain of each of its parties, numbered from 1 in the order of the text.
///
/// Mentions of one chain have one party: the same state or organisation, a person by the same family name, or a word
/// that stands for somebody ("he", "the group") and whoever that is.
pub fn chains(mentions: &[Mention], syntax: &Syntax) -> Vec<Vec<u32>> {
    let mut nodes: Vec<Vec<usize>> = Vec::with_capacity(mentions.len());
    let mut above: Vec<usize> = Vec::new();
    let mut first: HashMap<Name, usize> = HashMap::new();
    let mut at: HashMap<(Span, &str), usize> = HashMap::new();
    for mention in mentions {
        let mut here = Vec::new();
        for party in &mention.parties {
            let node = above.len();
            above.push(node);
            let name = name_of(party);
            let before = pointed_to(party).and_then(|span| at.get(&(span, party.key.as_str())).copied());
            if let Some(other) = before.or_else(|| first.get(&name).copied()) {
                join(&mut above, other, node);
            }
            first.entry(name).or_insert(node);
            at.entry((syntax.cover(mention.tokens), &party.key)).or_insert(node);
            here.push(node);
        }
        nodes.push(here);
    }
    let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
    let mut number = |node: usize| {
        let next = numbers.len() as u32 + 1;
        *numbers.entry(top(&above, node)).or_insert(next)
    };
    nodes.iter().map(|here| here.iter().map(|n| number(*n)).collect()).collect()
}

/// By what two mentions are known to be of one party.
type Name = (String, u8, String);

fn name_of(party: &Party) -> Name {
    let name = fold(&party.name).to_lowercase();
    match party.kind {
        Kind::State => (party.key.clone(), 0, String::new()),
        Kind::Group if !party.key.contains('/') && party.key.len() > 3 => {
            (party.key.clone(), 1, String::new())
        }
        Kind::Group => (party.key.clone(), 1, name),
        Kind::Person => (party.key.clone(), 2, name.split_whitespace().next_back().unwrap_or("").into()),
        Kind::People => (party.key.clone(), 3, String::new()),
    }
}

/// The words for which this mention stands, where it points back.
fn pointed_to(party: &Party) -> Option<Span> {
    let back = matches!(
        party.why.rule.as_str(),
        "actor:pronoun"
            | "actor:description"
            | "actor:named-before"
            | "actor:role-before"
            | "actor:armed-group"
            | super::choosing::CHOSEN
    );
    party.why.spans.last().copied().filter(|s| back && party.why.spans.len() > 1 && *s != party.span)
}

fn top(above: &[usize], mut node: usize) -> usize {
    while above[node] != node {
        node = above[node];
    }
    node
}

/// The earlier one stands for both.
fn join(above: &mut [usize], a: usize, b: usize) {
    let (a, b) = (top(above, a), top(above, b));
    let (low, high) = (a.min(b), a.max(b));
    above[high] = low;
}
