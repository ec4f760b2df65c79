//! The article out of the lines of the part that was chosen: what stands before and behind it is taken off, and what is
//! said twice is said once.

use std::collections::HashSet;

use super::blocks::{Block, Blocks, Kind};
use super::furniture;
use super::tag::Tag;
use super::tree::Tree;
use super::words;
use crate::day;

/// Words in a row that make a piece of text its own.
const WINDOW: usize = 5;

/// What was found in a page.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// The article, one paragraph, heading or item a line.
    pub(crate) text: String,
    /// Captions that stand in it.
    pub(crate) captions: Vec<String>,
    /// The node at which it begins: what stands between the headline and this one is byline, day and picture.
    pub(crate) begins: usize,
    /// Headlines in the part that was chosen that lead elsewhere.
    pub(crate) teasers: usize,
}

impl Body {
    /// The article of a page with this title. `told` is the body that its linked data has, if any.
    pub(crate) fn find(blocks: &Blocks, tree: &Tree, title: Option<&str>, told: Option<&str>) -> Body {
        let mut body = Body::default();
        let Some(node) = blocks.choose(tree) else { return body };
        let node = one_of_several(blocks, tree, node, title);
        body.teasers = blocks.list[blocks.range(tree, node)].iter().filter(|b| b.is_teaser()).count();
        let mut lines: Vec<&Block> = Vec::new();
        for block in &blocks.list[blocks.range(tree, node)] {
            let line = blocks.words(block);
            if block.kind == Kind::Caption {
                body.captions.push(line.to_owned());
                continue;
            }
            let teaser = block.linked * 10 >= block.letters * 9 && !block.sentence;
            if !block.out && !teaser && !furniture::is_line(line) && !is_markup(line) {
                lines.push(block);
            }
        }
        from_headline(blocks, &mut lines, title);
        drop_twins(blocks, &mut lines);
        if let Some(told) = told {
            agree(blocks, &mut lines, told);
        }
        let lines = trimmed(blocks, &lines, title);
        body.begins = lines.first().map_or(0, |b| b.node as usize);
        for block in lines {
            let line = blocks.words(block);
            if !matches!(block.kind, Kind::Item | Kind::Cell) && furniture::is_time(line) {
                continue;
            }
            body.text.push_str(line);
            body.text.push('\n');
        }
        body
    }
}

/// Of a page that shows one article after the other, each with its headline, the one that it is about.
fn one_of_several(blocks: &Blocks, tree: &Tree, node: usize, title: Option<&str>) -> usize {
    let is_article = |n: &usize| matches!(tree.nodes[*n].tag, Tag::Article | Tag::Main);
    let mut articles: Vec<usize> = Vec::new();
    let mut at = node + 1;
    while at < tree.nodes[node].end as usize {
        // Articles in articles are comments and quotes.
        if is_article(&at) && has_headline(blocks, tree, at) {
            articles.push(at);
            at = tree.nodes[at].end as usize;
        } else {
            at += 1;
        }
    }
    if articles.len() < 2 {
        return node;
    }
    let named = articles.iter().copied().find(|a| {
        let lines = &blocks.list[blocks.range(tree, *a)];
        lines
            .iter()
            .take(20)
            .any(|b| b.kind == Kind::Heading && title.is_some_and(|t| same_words(t, blocks.words(b))))
    });
    named.unwrap_or(articles[0])
}

/// True for a part with a headline of the first order and something to read.
fn has_headline(blocks: &Blocks, tree: &Tree, node: usize) -> bool {
    let headline = tree.inside(node).take(400).any(|n| tree.nodes[n].tag == Tag::H1);
    headline
        && blocks.list[blocks.range(tree, node)]
            .iter()
            .filter(|b| b.is_prose())
            .map(|b| b.letters)
            .sum::<u32>()
            >= 300
}

/// Leaves out what stands before the headline, where the article follows it: columns of a page come before it as often as
/// behind it.
fn from_headline(blocks: &Blocks, lines: &mut Vec<&Block>, title: Option<&str>) {
    let Some(title) = title else { return };
    let headline = |b: &&Block| b.letters as usize <= 2 * title.len() && same_words(title, blocks.words(b));
    let Some(at) = lines.iter().position(headline) else { return };
    let prose =
        |lines: &[&Block]| lines.iter().filter(|b| b.is_prose()).map(|b| b.letters as usize).sum::<usize>();
    if prose(&lines[..at]) * 3 <= prose(&lines[at..]) {
        lines.drain(..at);
    }
}

/// Leaves out paragraphs that stand in the page word for word before, and quotes that the text has anyway.
fn drop_twins(blocks: &Blocks, lines: &mut Vec<&Block>) {
    let mut seen = HashSet::new();
    lines.retain(|b| {
        let line = blocks.words(b);
        b.letters < 60 || !b.sentence || matches!(b.kind, Kind::Cell | Kind::Item) || seen.insert(line)
    });
    if lines.iter().all(|b| b.kind != Kind::Quote) {
        return;
    }
    let mut text = Windows::default();
    for block in lines.iter().filter(|b| b.kind != Kind::Quote) {
        text.add(blocks.words(block));
    }
    lines.retain(|b| b.kind != Kind::Quote || b.letters > 300 || text.share(blocks.words(b)) < 0.9);
}

/// Where the body in the page's data is the one that it shows, paragraphs that only the page has are none of it.
fn agree(blocks: &Blocks, lines: &mut Vec<&Block>, told: &str) {
    let mut windows = Windows::default();
    windows.add(told);
    let letters = |lines: &[&Block]| lines.iter().map(|b| b.letters as usize).sum::<usize>();
    let is_told = |b: &Block| windows.has(blocks.words(b)) || b.letters < 25;
    let kept: Vec<&Block> =
        lines.iter().copied().filter(|b| is_told(b) || b.kind != Kind::Paragraph).collect();
    let found = letters(&lines.iter().copied().filter(|b| windows.has(blocks.words(b))).collect::<Vec<_>>());
    let prose: usize = letters(&lines.iter().copied().filter(|b| b.is_prose()).collect::<Vec<_>>());
    let all = words::letters(told);
    if found * 10 >= all * 9 && found * 20 >= prose * 15 {
        *lines = kept;
    }
}

/// Without what stands before the first sentence (the headline, the byline, the day) and behind the last one (buttons).
fn trimmed<'l, 'b>(blocks: &Blocks, lines: &'l [&'b Block], title: Option<&str>) -> &'l [&'b Block] {
    let is_text = |b: &Block| {
        let line = blocks.words(b);
        b.is_prose()
            || b.kind != Kind::Heading && (b.sentence || b.letters >= 50) && !furniture::is_time(line)
    };
    let begins = |b: &Block| {
        let line = blocks.words(b);
        let byline = !b.sentence && b.letters < 140 && super::head::is_byline(line);
        is_text(b) && !byline && day::of_line(line).is_none() && !title.is_some_and(|t| same_words(t, line))
    };
    let first = lines.iter().position(|b| begins(b) || b.kind == Kind::Item).unwrap_or(0);
    let last = lines.iter().rposition(|b| is_text(b) || matches!(b.kind, Kind::Item | Kind::Cell));
    &lines[first..last.map_or(lines.len(), |l| l + 1).max(first)]
}

/// True when two texts are the same but for marks and the case of letters.
fn same_words(a: &str, b: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let (a, b) = (letters(a), letters(b));
    !b.is_empty() && a == b
}

/// True for code that came into the text by a slip.
fn is_markup(line: &str) -> bool {
    line.starts_with('<') && line.ends_with('>') || line.starts_with("{\"") && line.ends_with('}')
}

/// The pieces of a text, to ask whether another has the same ones.
#[derive(Default)]
struct Windows {
    pieces: HashSet<u64>,
}

impl Windows {
    /// The hashes of every few words in a row of a text.
    fn of(text: &str) -> impl Iterator<Item = u64> {
        let words: Vec<u64> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(|word| {
                let lower = word.chars().flat_map(char::to_lowercase);
                lower.fold(0xcbf2_9ce4_8422_2325, |hash, c| {
                    (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3)
                })
            })
            .collect();
        let count = if words.is_empty() { 0 } else { words.len().saturating_sub(WINDOW - 1).max(1) };
        (0..count).map(move |i| {
            let window = words[i..].iter().take(WINDOW);
            window.fold(0, |hash: u64, word| hash.rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word)
        })
    }

    fn add(&mut self, text: &str) {
        self.pieces.extend(Windows::of(text));
    }

    /// How much of a line is in the text, from 0 to 1.
    fn share(&self, line: &str) -> f64 {
        let (found, all) =
            Windows::of(line).fold((0, 0), |(f, a), w| (f + usize::from(self.pieces.contains(&w)), a + 1));
        if all == 0 { 0.0 } else { f64::from(found as u32) / f64::from(all as u32) }
    }

    /// True when most of a line is in the text.
    fn has(&self, line: &str) -> bool {
        self.share(line) >= 0.6
    }
}
