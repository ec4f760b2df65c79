//! Copies, found on the way in: agency texts under other headlines, cut or with a paragraph of the paper's own.
//!
//! A [`Sketch`] of each text is made where texts are read (on any thread: it hangs on the text alone); [`Copies::place`]
//! then takes the articles in the order of the input and says of which earlier one an article is a copy. So the answer
//! follows from the input and its order, whatever the number of threads. What is a copy, and what an update, `sketch`
//! says.
//!
//! # What is held in memory
//! The last [`Copies::WINDOW`] articles: 64 bytes of mins, 80 of index (16 bands of four bytes, and some air), 24 of
//! numbers, and the id; some 190 bytes an article with an id of 20. They are held in heaps of 65,536 articles, of which the oldest
//! goes when there are too many: memory grows with the input to 200 MB and no further. A copy that comes later
//! than a million articles after its original is not known as one. (A ledger keeps sketches of all that it holds.)
//!
//! Under one band the last eight articles are held, so that a text's cost is bounded: it is laid beside 128 at most in
//! each heap. Of a text that is printed more often the last prints stay, and they know of which one they are copies.

use std::collections::{HashSet, VecDeque};

use detente::article::Article;
use detente::sketch::{BANDS, Likeness, MINS, Sketch, likeness};

/// Articles in a heap.
const HEAP: usize = 1 << 16;

/// Articles held under one place of the index.
const PLACES: usize = 8;

/// Places of the index of a heap: a quarter more than are used.
const ROOM: usize = HEAP * BANDS / PLACES * 5 / 4;

/// No article.
const NONE: u32 = u32::MAX;

/// The last articles, and how they are found.
pub struct Copies {
    heaps: VecDeque<Heap>,
    window: usize,
    /// Number of the next article.
    next: u64,
}

/// Some articles, in order.
struct Heap {
    /// Number of the first.
    first: u64,
    entries: Vec<Entry>,
    /// Ids, one after the other.
    ids: String,
    /// For each place of the index the last articles there, the newest first.
    index: Vec<[u32; PLACES]>,
}

struct Entry {
    mins: [u8; MINS],
    runs: u32,
    /// Where its id ends.
    id_end: u32,
    /// The article that it copies, if any.
    original: Option<Box<str>>,
}

/// What an article is to an earlier one.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Id of the earlier article; of one that is a copy itself, the one that it copies.
    pub of: String,
    /// How the later text stands to the one that it is most like. Where [`Likeness::copy`] does not hold, it is an update.
    pub likeness: Likeness,
}

impl Default for Copies {
    fn default() -> Copies {
        Copies::with_window(Copies::WINDOW)
    }
}

impl Copies {
    /// So many articles are held: some three days of the world's English political news.
    pub const WINDOW: usize = 1_000_000;

    /// Holds so many articles, rounded up to whole heaps of 65,536.
    pub fn with_window(articles: usize) -> Copies {
        Copies { heaps: VecDeque::new(), window: articles.max(1), next: 0 }
    }

    /// Sets [`Article::copy_of`] where the article is a copy of an earlier one and does not say so itself; true where
    /// it does now. Articles must come in the order of the input, each with its own sketch.
    pub fn mark(&mut self, article: &mut Article, sketch: &Sketch) -> bool {
        let earlier = self.place(&article.id, article.copy_of.as_deref(), sketch);
        if article.copy_of.is_none() {
            article.copy_of = earlier.filter(|e| e.likeness.copy && e.of != article.id).map(|e| e.of);
        }
        article.copy_of.is_some()
    }

    /// What the article is to an earlier one, if it shares a third or more of its text with one; and keeps it, to be
    /// found by later ones. `copy_of` is what the article says itself.
    pub fn place(&mut self, id: &str, copy_of: Option<&str>, sketch: &Sketch) -> Option<Earlier> {
        let best = self.most_like(sketch);
        let earlier =
            best.map(|(number, likeness)| Earlier { of: self.original(number).to_string(), likeness });
        let original = copy_of.or(earlier.as_ref().filter(|e| e.likeness.copy).map(|e| e.of.as_str()));
        // The very same text again leads nowhere that the one before does not lead.
        let again = earlier.as_ref().is_some_and(|e| e.likeness.common >= 1.0 && e.likeness.new <= 0.0);
        if !sketch.bands.is_empty() && !again {
            self.keep(id, original.map(Into::into), sketch);
        }
        earlier
    }

    /// The earlier article that leaves the least of this one new; of two equals the first.
    fn most_like(&self, sketch: &Sketch) -> Option<(u64, Likeness)> {
        /// Below that two texts share a phrase, not a story.
        const ENOUGH: f64 = 1.0 / 3.0;
        /// Below that the sketches cannot tell.
        const LEAST: f64 = 0.1;
        let mut best: Option<(u64, Likeness)> = None;
        let mut seen: HashSet<u64> = HashSet::new();
        for heap in &self.heaps {
            for band in &sketch.bands {
                let Some(place) = heap.index.get(spot(*band)) else { continue };
                for at in place.iter().take_while(|at| **at != NONE) {
                    let Some(entry) = heap.entries.get(*at as usize) else { continue };
                    let number = heap.first + u64::from(*at);
                    if !seen.insert(number) {
                        continue;
                    }
                    let like = likeness((sketch.runs, &sketch.mins), (entry.runs, &entry.mins));
                    let is_better = best.is_none_or(|(first, best)| {
                        like.new.total_cmp(&best.new).then(number.cmp(&first)).is_lt()
                    });
                    if 1.0 - like.new >= ENOUGH && like.common >= LEAST && is_better {
                        best = Some((number, like));
                    }
                }
            }
        }
        best
    }

    /// Id of the article of that number, or of the one that it copies.
    fn original(&self, number: u64) -> &str {
        let Some(heap) = self.heaps.iter().rfind(|heap| heap.first <= number) else { return "" };
        let at = (number - heap.first) as usize;
        let Some(entry) = heap.entries.get(at) else { return "" };
        let start = at.checked_sub(1).and_then(|before| heap.entries.get(before)).map_or(0, |e| e.id_end);
        entry.original.as_deref().unwrap_or(&heap.ids[start as usize..entry.id_end as usize])
    }

    fn keep(&mut self, id: &str, original: Option<Box<str>>, sketch: &Sketch) {
        if self.heaps.back().is_none_or(|heap| heap.entries.len() >= HEAP) {
            self.heaps.push_back(Heap {
                first: self.next,
                entries: Vec::new(),
                ids: String::new(),
                index: vec![[NONE; PLACES]; ROOM],
            });
            if self.heaps.len() > self.window.div_ceil(HEAP) + 1 {
                self.heaps.pop_front();
            }
        }
        let Some(heap) = self.heaps.back_mut() else { return };
        let at = heap.entries.len() as u32;
        // An id of a megabyte is nobody's.
        heap.ids.push_str(id.get(..id.len().min(4096)).unwrap_or_default());
        heap.entries.push(Entry {
            mins: sketch.mins,
            runs: sketch.runs,
            id_end: heap.ids.len() as u32,
            original,
        });
        for band in &sketch.bands {
            if let Some(place) = heap.index.get_mut(spot(*band)) {
                place.rotate_right(1);
                place[0] = at;
            }
        }
        self.next += 1;
    }
}

/// The place of a band in the index of a heap.
fn spot(band: u32) -> usize {
    ((u64::from(band) * ROOM as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences of invented words, each its own.
    fn sentences(from: usize, to: usize) -> String {
        let word = |n: usize| format!("w{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
        (from..to).map(|s| (0..12).map(|w| word(s * 12 + w)).collect::<Vec<_>>().join(" ") + ". ").collect()
    }

    fn article(id: &str, text: String) -> Article {
        Article { id: id.into(), text, ..Article::default() }
    }

    /// Marks them all in order; for each the article of which it is a copy.
    fn marked(copies: &mut Copies, articles: &mut [Article]) -> Vec<String> {
        articles
            .iter_mut()
            .map(|article| {
                let sketch = Sketch::of(&article.text);
                copies.mark(article, &sketch);
                article.copy_of.clone().unwrap_or_default()
            })
            .collect()
    }

    #[test]
    fn copies_name_the_first_and_updates_stand_for_themselves() {
        let mut articles = [
            article("agency", sentences(0, 20)),
            article("other", sentences(500, 520)),
            article("whole", sentences(0, 20)),
            article("cut", sentences(0, 12)),
            article("headline", sentences(900, 901) + &sentences(0, 20)),
            article("cut of the cut", sentences(0, 9)),
            article("update", sentences(0, 20) + &sentences(600, 620)),
        ];
        let found = marked(&mut Copies::default(), &mut articles);
        assert_eq!(found, ["", "", "agency", "agency", "agency", "agency", ""]);
        let mut copies = Copies::default();
        copies.place("agency", None, &Sketch::of(&sentences(0, 20)));
        let update =
            copies.place("update", None, &Sketch::of(&articles[6].text)).expect("it is like the first");
        assert!(update.of == "agency" && !update.likeness.copy && update.likeness.new > 0.3, "{update:?}");
    }

    #[test]
    fn what_an_article_says_of_itself_stands() {
        let mut said = article("b", sentences(0, 20));
        said.copy_of = Some("elsewhere".into());
        let mut articles = [article("a", sentences(0, 20)), said, article("c", sentences(0, 19))];
        assert_eq!(marked(&mut Copies::default(), &mut articles), ["", "elsewhere", "a"]);
    }

    #[test]
    fn an_article_given_twice_is_no_copy_of_itself() {
        let mut articles = [article("a", sentences(0, 20)), article("a", sentences(0, 20))];
        assert_eq!(marked(&mut Copies::default(), &mut articles), ["", ""]);
    }

    #[test]
    fn a_text_printed_by_everybody_stays_known_and_costs_no_more() {
        let mut copies = Copies::default();
        let mut articles: Vec<Article> = (0..500)
            .map(|n| article(&format!("a{n}"), sentences(0, 20) + &sentences(1_000 + n, 1_001 + n)))
            .collect();
        let found = marked(&mut copies, &mut articles);
        assert!(found[1..].iter().all(|of| of == "a0"), "{found:?}");
    }

    #[test]
    fn the_window_ends_and_memory_with_it() {
        let mut copies = Copies::with_window(1);
        let first = Sketch::of(&sentences(0, 20));
        copies.place("first", None, &first);
        // Sketches of nothing in particular.
        let mut filler = first.clone();
        for n in 0..3 * HEAP as u32 {
            filler
                .bands
                .iter_mut()
                .enumerate()
                .for_each(|(i, band)| *band = (n * 16 + i as u32).wrapping_mul(0x9e37_79b9));
            filler.mins = [(n % 251) as u8; MINS];
            filler.runs = 100 + n % 7;
            copies.place("filler", None, &filler);
        }
        assert!(copies.heaps.len() <= 2, "{}", copies.heaps.len());
        assert_eq!(copies.place("late", None, &first).map(|e| e.of == "first"), None);
    }
}
