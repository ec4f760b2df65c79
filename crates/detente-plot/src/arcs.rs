//! The grammar of a sentence as arcs over its words (Universal Dependencies): each arc runs from a word to what hangs on
//! it and bears the relation; under each word stands its part of speech. Words of a kind that matters are marked.

use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Segment, Stroke, Text};

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// As it stands in the text.
    pub word: String,
    /// Its part of speech.
    pub tag: String,
    /// The number of the word that it hangs on, from 0; `None` for the root.
    pub head: Option<usize>,
    /// Its relation to that.
    pub relation: String,
    /// The colour of its mark, where it is marked.
    pub mark: Option<Ink>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Arcs {
    /// Title; it is read out and not drawn.
    pub title: String,
    /// The words in order.
    pub leaves: Vec<Leaf>,
}

const MARGIN: f64 = 14.0;
const WORD: f64 = 13.5;
const SMALL: f64 = 10.5;
const GAP: f64 = 16.0;
/// Height of one level of arcs.
const LEVEL: f64 = 19.0;
/// Levels that are drawn apart; arcs beyond lie on each other.
const LEVELS: usize = 14;
/// Words that are drawn; a sentence that is longer is no sentence.
const WORDS: usize = 160;

impl Arcs {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let leaves = &self.leaves[..self.leaves.len().min(WORDS)];
        let width = |leaf: &Leaf| {
            let word = Text::new(0.0, 0.0, &*leaf.word).size(WORD).width();
            let below = Text::new(0.0, 0.0, &*leaf.tag).size(SMALL).width();
            let over = Text::new(0.0, 0.0, &*leaf.relation).size(SMALL).width();
            word.max(below).max(over * 0.8)
        };
        let mut x = MARGIN;
        let mut middles = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let wide = width(leaf);
            middles.push(x + wide / 2.0);
            x += wide + GAP;
        }
        let levels = levels(leaves);
        let top = levels.iter().copied().max().unwrap_or(0).min(LEVELS);
        let line = 26.0 + (top + 1) as f64 * LEVEL;
        let mut picture = Picture {
            width: (x - GAP + MARGIN).max(120.0),
            height: (line + 46.0).ceil(),
            title: self.title.clone(),
            desc: leaves.iter().map(|l| l.word.as_str()).collect::<Vec<_>>().join(" "),
            items: Vec::new(),
        };
        for (i, leaf) in leaves.iter().enumerate() {
            let x = middles[i];
            match leaf.head.filter(|head| *head < leaves.len()) {
                Some(head) => {
                    let peak = line - 20.0 - levels[i].min(LEVELS) as f64 * LEVEL;
                    // Several arcs leave a word side by side, towards where they go.
                    let from = middles[head] + if head < i { 3.0 } else { -3.0 };
                    let reach = ((x - from).abs() / 2.0).min(14.0) * if x > from { 1.0 } else { -1.0 };
                    let low = line - 15.0;
                    let d = vec![
                        Segment::Move(from, low),
                        Segment::Cubic(from, peak, from, peak, from + reach, peak),
                        Segment::Line(x - reach, peak),
                        Segment::Cubic(x, peak, x, peak, x, low),
                    ];
                    let stroke = Stroke::new(Ink::Band, 1.2);
                    let tip = vec![
                        Segment::Move(x - 3.0, low - 5.0),
                        Segment::Line(x, low),
                        Segment::Line(x + 3.0, low - 5.0),
                    ];
                    let at = (from + x) / 2.0;
                    let text = Text::new(at, peak - 3.0, &*leaf.relation).size(SMALL).anchor(Anchor::Middle);
                    picture.items.push(Item::Group {
                        title: format!("{} hangs on {}: {}", leaf.word, leaves[head].word, leaf.relation),
                        href: None,
                        items: vec![
                            Item::Path { d, fill: None, stroke: Some(stroke) },
                            Item::Path { d: tip, fill: None, stroke: Some(stroke) },
                            Item::Text(text),
                        ],
                    });
                }
                None => {
                    let text =
                        Text::new(x, line + 33.0, "root").size(SMALL).anchor(Anchor::Middle).ink(Ink::Word);
                    picture.items.push(Item::Text(text));
                }
            }
            let word = Text::new(x, line, &*leaf.word).size(WORD).anchor(Anchor::Middle).ink(Ink::Word);
            if let Some(ink) = leaf.mark {
                let wide = Text::new(0.0, 0.0, &*leaf.word).size(WORD).width() + 6.0;
                picture.items.push(Item::bar(x - wide / 2.0, line + 4.0, wide, 2.5, ink, 1.0));
            }
            picture.items.push(Item::Text(word));
            picture
                .items
                .push(Item::Text(Text::new(x, line + 20.0, &*leaf.tag).size(SMALL).anchor(Anchor::Middle)));
        }
        picture
    }
}

/// The level of the arc over each word: above all arcs that lie within it.
fn levels(leaves: &[Leaf]) -> Vec<usize> {
    let span = |i: usize| leaves[i].head.filter(|h| *h < leaves.len()).map(|h| (h.min(i), h.max(i)));
    let mut order: Vec<usize> = (0..leaves.len()).filter(|&i| span(i).is_some()).collect();
    order.sort_by_key(|&i| span(i).map_or((0, 0), |(a, b)| (b - a, a)));
    let mut levels = vec![0; leaves.len()];
    for (n, &i) in order.iter().enumerate() {
        let Some((a, b)) = span(i) else { continue };
        let within = order[..n].iter().filter(|&&j| span(j).is_some_and(|(c, d)| c < b && a < d && j != i));
        levels[i] = within.map(|&j| levels[j] + 1).max().unwrap_or(0);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(word: &str, head: Option<usize>, relation: &str) -> Leaf {
        Leaf { word: word.into(), tag: "X".into(), head, relation: relation.into(), mark: None }
    }

    #[test]
    fn an_arc_lies_above_those_within_it() {
        let leaves = [
            leaf("Envoys", Some(3), "nsubj"),
            leaf("of", Some(2), "case"),
            leaf("Arnor", Some(0), "nmod"),
            leaf("left", None, "root"),
        ];
        let levels = levels(&leaves);
        assert!(levels[0] > levels[2] && levels[2] > levels[1], "{levels:?}");
        let svg = Arcs { title: "Grammar".into(), leaves: leaves.to_vec() }.picture().svg();
        assert!(svg.contains("Envoys hangs on left: nsubj") && svg.contains(">root<"), "{svg}");
    }

    #[test]
    fn odd_trees_are_drawn_as_far_as_they_go() {
        let mut leaves = vec![leaf("a", Some(9), "dep"), leaf("b", Some(1), "dep")];
        leaves.extend((0..500).map(|_| leaf("c", Some(0), "dep")));
        let picture = Arcs { title: String::new(), leaves }.picture();
        assert!(picture.width.is_finite() && !picture.svg().contains("NaN"));
        assert!(Arcs { title: String::new(), leaves: Vec::new() }.picture().width > 0.0);
    }
}
