//! The learnt weights of stated causes: the file loads whole or not at all, and what it says names its words.

mod common;

use detente::article::Article;
use detente::link::{Cause, Causes};

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(common::root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn read(text: &str) -> Vec<Cause> {
    let reader = common::reader().unwrap_or_else(|f| panic!("{}", common::list(&f)));
    let causes = Causes::load(&bytes("models/en/causes.bin")).expect("the weights load");
    let article = Article { text: text.into(), ..Article::default() };
    causes.read(text, &reader.parse(&article), reader.lexicon())
}

#[test]
fn a_stated_cause_is_told_from_two_acts_side_by_side() {
    let text = "Miners went on strike because the company had sacked their leader.\n\
                The mayor opened a library on Monday and a school on Tuesday.";
    let causes = read(text);
    assert_eq!(causes.iter().map(|c| (c.sentence, c.stated)).collect::<Vec<_>>(), [(0, true), (1, false)]);
    let words: Vec<&str> = causes[0].words.iter().map(|s| s.slice(text)).collect();
    assert_eq!(words, ["because"]);
    assert_eq!(causes[0].rule.as_deref(), Some("link.because"));
    assert_eq!(causes[0].lower.slice(text), "the company had sacked their leader");
    assert!(causes[0].share > causes[1].share && causes[0].traits.iter().all(|(_, w)| *w > 0.0));
}

#[test]
fn odd_text_gives_no_cause_and_no_panic() {
    for text in ["", "…", "because", "because because because of", "After. Before? To!", "\u{200b}when when"]
    {
        assert!(read(text).iter().all(|c| c.share.is_finite() && (0.0..=1.0).contains(&c.share)), "{text}");
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let whole = bytes("models/en/causes.bin");
    for cut in [0, 10, 40, whole.len() / 2, whole.len() - 1] {
        assert!(Causes::load(&whole[..cut]).is_err(), "cut at {cut}");
    }
    let mut other = whole.clone();
    other[5000] ^= 1;
    assert!(Causes::load(&other).is_err());
}
