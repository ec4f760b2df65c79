//! Copies: ten papers that print one agency's sentence are one witness.

use std::collections::BTreeMap;

use super::numbering::Table;
use super::telling::Telling;

/// Fewest pairs of neighbouring words that make a sentence long enough to know it again.
const FEWEST: usize = 6;

/// So many reports are kept in mind for one pair of words; later ones are found by other pairs.
const KEPT: usize = 16;

/// In which reports two neighbouring words stand.
#[derive(Default)]
struct Shingle {
    /// The first of them.
    kept: Vec<usize>,
    /// The last, so that a report counts once.
    last: Option<usize>,
}

/// For each telling the first one that it copies (over which it may be copied in turn), or itself. A copy has the same
/// words of the event at the same places of an equally long sentence, or shares three fifths of all pairs of neighbouring
/// telling words with the other, or its article is said to be a copy of the other's, or both of a third; and it stands
/// in another article.
pub(super) fn originals(tellings: &[Telling]) -> Vec<usize> {
    let mut origin: Vec<usize> = (0..tellings.len()).collect();
    if tellings.len() < 2 {
        return origin;
    }
    let mut print: BTreeMap<(usize, String), usize> = BTreeMap::new();
    // The first telling of an article and of all that are said to be copies of it.
    let mut family: BTreeMap<&str, usize> = BTreeMap::new();
    let mut shingles: Table<(&str, &str), Shingle> = Table::default();
    let mut sizes = Vec::with_capacity(tellings.len());
    for (at, t) in tellings.iter().enumerate() {
        let doc = &t.report.doc;
        let same = *print.entry(t.print()).or_insert(at);
        if tellings[same].report.doc != *doc {
            origin[at] = origin[same];
        }
        let kin = *family.entry(t.report.cite_info.copy_of.as_deref().unwrap_or(doc)).or_insert(at);
        if origin[at] == at && tellings[kin].report.doc != *doc {
            origin[at] = origin[kin];
        }
        let words = &t.report.gist.words;
        let mut size = 0;
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in words.windows(2) {
            let shingle = shingles.entry((&pair[0].0, &pair[1].0)).or_default();
            if shingle.last.replace(at) == Some(at) {
                continue;
            }
            size += 1;
            shingle.kept.iter().for_each(|&other| *shared.entry(other).or_default() += 1);
            if shingle.kept.len() < KEPT {
                shingle.kept.push(at);
            }
        }
        sizes.push(size);
        if origin[at] == at && size >= FEWEST {
            let copied = shared.into_iter().find(|&(other, n)| {
                sizes[other] >= FEWEST
                    && tellings[other].report.doc != *doc
                    && 5 * n >= 3 * (size + sizes[other] - n)
            });
            if let Some((other, _)) = copied {
                origin[at] = origin[other];
            }
        }
    }
    origin
}

/// Counts independent witnesses: reports with the same publisher, or of which one copies the other, are one; reports
/// without a publisher count as one together.
pub(super) fn witnesses(tellings: &[Telling], origin: &[usize]) -> usize {
    let mut group: Vec<usize> = (0..tellings.len()).collect();
    fn root(group: &[usize], mut i: usize) -> usize {
        while group[i] != i {
            i = group[i];
        }
        i
    }
    let mut publisher: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for (i, t) in tellings.iter().enumerate() {
        let one = *publisher.entry(t.report.cite_info.publication.as_deref()).or_insert(i);
        for other in [one, origin[i]] {
            let (x, y) = (root(&group, i), root(&group, other));
            group[x.max(y)] = x.min(y);
        }
    }
    (0..group.len()).filter(|&i| group[i] == i).count()
}
