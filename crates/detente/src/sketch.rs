//! Sketches: a few bytes by which a text is known again when it comes once more, cut, lengthened or under another
//! headline.
//!
//! A text is taken as the set of its runs of five words (letters and digits, small). Of each set 64 *mins* are kept: the
//! smallest of its numbers under 64 ways of numbering. Two texts agree in as many mins as they share of all their runs
//! (MinHash, Broder 1997), so that [`Likeness`] can be told from the sketches alone; and two texts that share much agree
//! in some *bands* of two mins, by which one is found for the other without a look at all (Indyk and Motwani 1998).
//!
//! # What is a copy
//! [`Likeness::new`] is the share of the later text that does not stand in the earlier one. Up to [`COPY`] of it new
//! makes a copy: a cut text has nothing new, an agency's text under another headline a sentence, one with a paragraph of
//! the paper's own some. With more than that it is an *update*: an article that tells something of its own, whose
//! reports count, and whose repeated sentences are known as copies one by one when reports become events
//! (`event_set`). Texts of fewer than [`FEWEST`] runs are copies only where they agree in all mins.

/// How many mins a sketch holds.
pub const MINS: usize = 64;

/// How many bands a sketch has.
pub const BANDS: usize = 16;

/// Words in a run.
const RUN: usize = 5;

/// Share of new text up to which a text is a copy of an earlier one.
pub const COPY: f64 = 0.2;

/// Least that two texts have in common where one is a copy: of a phrase cut from a book the sketches cannot tell.
const LEAST: f64 = 0.15;

/// Fewest runs of a text that is compared by its share.
pub const FEWEST: u32 = 30;

/// Fewest words of a text that is compared at all: "Photo: agency" is no copy of "Photo: agency".
const SHORTEST: u32 = 12;

/// A text, to be known again by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// How many different runs of five words it has.
    pub runs: u32,
    /// One byte of each min.
    pub mins: [u8; MINS],
    /// Numbers of its bands; texts that share one may be alike. Empty for texts too short to be told apart.
    pub bands: Vec<u32>,
}

/// How a later text stands to an earlier one, out of their sketches; each number errs by some five hundredths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// The share that the two have in common, of all that one or both have.
    pub common: f64,
    /// The share of the later one that is not in the earlier one.
    pub new: f64,
    /// The later one is a copy.
    pub copy: bool,
}

impl Sketch {
    /// The sketch of a text. A text of 1,000 words takes some 40 µs.
    pub fn of(text: &str) -> Sketch {
        let (words, runs) = runs(text);
        Sketch::of_runs(words, &runs)
    }

    fn of_runs(words: usize, runs: &[u64]) -> Sketch {
        let mut mins = [u32::MAX; MINS];
        for run in runs {
            for (min, way) in mins.iter_mut().zip(&WAYS) {
                *min = (*min).min((run.wrapping_mul(*way) >> 32) as u32);
            }
        }
        let band = |(n, two): (usize, &[u32])| {
            let both = u64::from(two[0]) << 32 | u64::from(two[1]);
            (stir(both ^ stir(n as u64 + 1)) >> 32) as u32
        };
        let is_long = words >= SHORTEST as usize;
        let bands =
            mins.chunks(2).take(if is_long { BANDS } else { 0 }).enumerate().map(band).collect::<Vec<u32>>();
        Sketch { runs: runs.len() as u32, mins: mins.map(|min| min as u8), bands }
    }

    /// How the text of this sketch stands to that of an earlier one.
    pub fn likeness(&self, earlier: &Sketch) -> Likeness {
        likeness((self.runs, &self.mins), (earlier.runs, &earlier.mins))
    }
}

/// [`Sketch::likeness`], for those who keep the numbers of a sketch in a form of their own: runs and mins of the later
/// text, and those of the earlier one.
pub fn likeness(later: (u32, &[u8; MINS]), earlier: (u32, &[u8; MINS])) -> Likeness {
    let same = later.1.iter().zip(earlier.1).filter(|(x, y)| x == y).count();
    // One byte is the same by chance once in 256.
    let common = ((same as f64 / MINS as f64 - 1.0 / 256.0) / (1.0 - 1.0 / 256.0)).max(0.0);
    let (n, m) = (f64::from(later.0), f64::from(earlier.0));
    let both = (common / (1.0 + common) * (n + m)).min(n).min(m);
    let new = if n > 0.0 { 1.0 - both / n } else { 1.0 };
    let copy = if later.0.min(earlier.0) < FEWEST {
        same == MINS && later.0 == earlier.0
    } else {
        new <= COPY && common >= LEAST
    };
    Likeness { common, new, copy }
}

/// How many words a text has, and its different runs of five, as numbers, sorted.
fn runs(text: &str) -> (usize, Vec<u64>) {
    let mut runs: Vec<u64> = Vec::with_capacity(text.len() / 6);
    let mut last = [0u64; RUN];
    let mut words: usize = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        last.rotate_left(1);
        last[RUN - 1] = hash(word);
        words += 1;
        if words >= RUN {
            runs.push(last.iter().fold(0, |all, &word| stir(all ^ word)));
        }
    }
    runs.sort_unstable();
    runs.dedup();
    (words, runs)
}

/// How a later text stands to an earlier one, reckoned from the texts themselves and so without error: for those who have
/// both at hand.
pub fn compare(later: &str, earlier: &str) -> Likeness {
    let ((_, later), (_, earlier)) = (runs(later), runs(earlier));
    let mut rest = earlier.as_slice();
    let mut both = 0usize;
    for run in &later {
        rest = &rest[rest.partition_point(|other| other < run)..];
        both += usize::from(rest.first() == Some(run));
    }
    let all = later.len() + earlier.len() - both;
    let share = |of: usize, what: usize| if of == 0 { 0.0 } else { what as f64 / of as f64 };
    let (common, new) = (share(all, both), 1.0 - share(later.len(), both));
    let is_short = later.len().min(earlier.len()) < FEWEST as usize;
    Likeness { common, new, copy: if is_short { both > 0 && both == all } else { new <= COPY } }
}

/// A word as a number, capitals as small letters; the same on every machine.
fn hash(word: &str) -> u64 {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |byte: u8| h = (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    if word.is_ascii() {
        word.bytes().for_each(|b| add(b.to_ascii_lowercase()));
    } else {
        let mut room = [0; 4];
        for c in word.chars().flat_map(char::to_lowercase) {
            c.encode_utf8(&mut room).bytes().for_each(&mut add);
        }
    }
    stir(h)
}

/// The last stir of SplitMix64.
const fn stir(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Odd numbers, by which runs are numbered anew.
const WAYS: [u64; MINS] = {
    let mut ways = [0; MINS];
    let mut n = 0;
    while n < MINS {
        ways[n] = stir(n as u64 * 2 + 1) | 1;
        n += 1;
    }
    ways
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences of invented words, each its own.
    fn sentences(from: usize, to: usize) -> String {
        let word = |n: usize| format!("w{}", stir(n as u64) % 5_000);
        (from..to).map(|s| (0..12).map(|w| word(s * 12 + w)).collect::<Vec<_>>().join(" ") + ". ").collect()
    }

    fn like(later: &str, earlier: &str) -> Likeness {
        Sketch::of(later).likeness(&Sketch::of(earlier))
    }

    fn share_a_band(x: &str, y: &str) -> bool {
        let (x, y) = (Sketch::of(x), Sketch::of(y));
        x.bands.iter().zip(&y.bands).any(|(x, y)| x == y)
    }

    #[test]
    fn the_same_words_are_the_same_text_whatever_stands_between_them() {
        let text =
            "The envoy, at last, “crossed” the river Ärn; nobody there had seen him do so before that day.";
        let other =
            "the ENVOY at last crossed\nthe river ÄRN nobody there had seen him do so before that day";
        assert_eq!(Sketch::of(text), Sketch::of(other));
        assert!(like(text, other).copy);
    }

    #[test]
    fn a_cut_text_is_a_copy_and_a_lengthened_one_is_an_update() {
        let (whole, half) = (sentences(0, 30), sentences(0, 15));
        assert!(like(&half, &whole).copy && share_a_band(&half, &whole));
        let update = like(&whole, &half);
        assert!(!update.copy && (update.new - 0.5).abs() < 0.15, "{update:?}");
    }

    #[test]
    fn a_paragraph_of_ones_own_is_no_news_and_three_are() {
        let whole = sentences(0, 30);
        assert!(like(&(sentences(0, 30) + &sentences(100, 103)), &whole).copy);
        assert!(!like(&(sentences(0, 30) + &sentences(100, 120)), &whole).copy);
        let other = like(&sentences(40, 70), &whole);
        assert!(!other.copy && other.common < 0.1 && other.new > 0.8, "{other:?}");
    }

    #[test]
    fn short_texts_are_copies_only_word_for_word_and_the_shortest_never() {
        let one = "The council of the harbour town met on Monday to talk of the price of salt.";
        assert!(like(one, one).copy && share_a_band(one, one));
        assert!(!like(&one.replace("salt", "grain"), one).copy);
        assert!(Sketch::of("Photo: agency").bands.is_empty());
        assert!(Sketch::of("").bands.is_empty());
        assert!(!like(&sentences(0, 30), "").copy && !like("", &sentences(0, 30)).copy);
    }

    #[test]
    fn texts_that_are_at_hand_are_compared_without_error() {
        let earlier = sentences(0, 20);
        let like = compare(&sentences(10, 30), &earlier);
        assert_eq!((like.common, like.new, like.copy), (116.0 / 356.0, 1.0 - 116.0 / 236.0, false));
        assert!(compare(&sentences(3, 9), &earlier).copy && compare(&earlier, &earlier).copy);
        assert!(!compare("", &earlier).copy && !compare(&earlier, "").copy && !compare("", "").copy);
        let short = "The council of the harbour town met on Monday to talk.";
        assert!(compare(short, short).copy && !compare(&short[4..], short).copy);
    }

    #[test]
    fn shares_are_told_within_their_error() {
        for shared in [2, 5, 10, 15, 18] {
            let x = sentences(0, 20);
            let y = sentences(20 - shared, 40 - shared);
            // Runs across the seam are lost, two in forty.
            let truth = shared as f64 / (40 - shared) as f64;
            let told = like(&x, &y).common;
            assert!((told - truth).abs() < 0.18, "{shared}: {told} and not {truth}");
        }
    }
}
