//! Parts of speech, word by word from the left, each decision seeing the tags before it.
//!
//! The tagger tells fine tags apart (Universal part of speech with the Penn Treebank tag: past tense from
//! participle, plural from singular); the parser and the lemmas want them. Only the universal part is shown.

use super::weights::{Features, Scorer};
use super::word::Form;

/// Number of a fine tag in the model's list; [`NO_TAG`] stands before the first and after the last word.
pub type Tag = u8;

/// The tag of no word.
pub const NO_TAG: Tag = 255;

/// Collects what the tagger looks at to tag word `i`, given the tags of the words before it.
pub fn features(forms: &[Form], tags: &[Tag], i: usize, out: &mut Features) {
    let none = Form { exact: 1, lower: 1, shape: 1, ..Form::default() };
    let at = |k: isize| -> &Form {
        usize::try_from(i as isize + k).ok().and_then(|j| forms.get(j)).unwrap_or(&none)
    };
    let tag = |k: usize| u32::from(i.checked_sub(k).map_or(NO_TAG, |j| tags[j]));
    let (w, p1, p2, n1, n2, n3) = (at(0), at(-1), at(-2), at(1), at(2), at(3));
    let (t1, t2, t3) = (tag(1), tag(2), tag(3));
    let place = u32::from(i == 0) | u32::from(i + 1 == forms.len()) << 1;
    out.clear();
    out.one(0);
    out.one(w.exact);
    out.one(w.lower);
    out.two(w.exact, place);
    for k in 0..4 {
        out.one(w.suffix[k]);
        out.one(w.prefix[k]);
    }
    out.two(w.shape, place);
    out.two(w.shape, w.suffix[1]);
    out.two(w.shape, w.suffix[2]);
    out.two(w.shape, w.cluster);
    out.three(w.shape, place, t1);
    out.two(w.cluster, w.suffix[1]);
    out.one(w.cluster);
    out.one(w.coarse);
    out.one(w.habit);
    out.two(w.habit, w.cluster);
    out.two(w.habit, t1);
    out.two(w.habit, n1.habit);
    out.three(t1, w.habit, n1.habit);
    out.three(t2, t1, w.habit);
    out.three(w.habit, n1.habit, n2.habit);
    // What stands around.
    out.one(p1.lower);
    out.one(p2.lower);
    out.one(n1.lower);
    out.one(n2.lower);
    out.one(n3.lower);
    out.two(p1.lower, w.lower);
    out.two(w.lower, n1.lower);
    out.two(p1.lower, n1.lower);
    out.three(p2.lower, p1.lower, w.lower);
    out.three(w.lower, n1.lower, n2.lower);
    out.three(p1.lower, w.lower, n1.lower);
    out.one(p1.cluster);
    out.one(n1.cluster);
    out.one(n2.cluster);
    out.one(n1.habit);
    out.one(n2.habit);
    out.two(n1.habit, n2.habit);
    out.two(p1.suffix[2], w.suffix[2]);
    out.two(w.suffix[2], n1.suffix[2]);
    out.one(n1.suffix[2]);
    out.one(n1.suffix[1]);
    out.one(n2.suffix[2]);
    out.one(p1.suffix[2]);
    out.one(n1.shape);
    out.one(p1.shape);
    out.two(p1.shape, w.shape);
    out.two(w.shape, n1.shape);
    out.three(p1.shape, w.shape, n1.shape);
    out.two(w.coarse, n1.coarse);
    out.two(p1.coarse, w.coarse);
    out.three(p1.coarse, w.coarse, n1.coarse);
    out.two(w.cluster, n1.cluster);
    out.two(p1.cluster, w.cluster);
    // What has been decided.
    out.one(t1);
    out.one(t2);
    out.two(t2, t1);
    out.three(t3, t2, t1);
    out.two(t1, w.lower);
    out.two(t1, w.suffix[2]);
    out.two(t1, w.suffix[1]);
    out.two(t1, w.cluster);
    out.two(t1, n1.lower);
    out.two(t1, n1.cluster);
    out.two(t1, n1.suffix[2]);
    out.two(t1, n1.habit);
    out.three(t2, t1, w.lower);
    out.three(t2, t1, w.suffix[2]);
    out.three(t2, t1, w.cluster);
    out.three(t1, w.lower, n1.lower);
    out.three(t1, w.coarse, n1.coarse);
    out.three(t1, w.habit, n1.lower);
}

/// Room for one decision, kept between sentences.
#[derive(Default)]
pub struct Scratch {
    /// Features of the decision at hand.
    pub features: Features,
    /// Scores of its classes.
    pub scores: Vec<i32>,
}

/// Tags a sentence.
pub fn tag(forms: &[Form], scorer: &impl Scorer, classes: usize, scratch: &mut Scratch) -> Vec<Tag> {
    let mut tags = Vec::with_capacity(forms.len());
    for i in 0..forms.len() {
        features(forms, &tags, i, &mut scratch.features);
        scratch.scores.clear();
        scratch.scores.resize(classes, 0);
        scorer.score(&scratch.features.list, &mut scratch.scores);
        tags.push(best(&scratch.scores) as Tag);
    }
    tags
}

/// The class with the highest score, the first of equals.
pub fn best(scores: &[i32]) -> usize {
    let mut at = 0;
    for (i, &score) in scores.iter().enumerate() {
        if score > scores[at] {
            at = i;
        }
    }
    at
}
