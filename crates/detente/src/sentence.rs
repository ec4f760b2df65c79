//! Sentences: runs of tokens of one line. A sentence never crosses a line break.

use crate::span::Span;

/// Given the tokens of one line, the index of the first token of each sentence, rising, starting with 0.
///
/// `text` is the article's text that `tokens` point into. An empty line gives no sentence.
pub fn split(text: &str, tokens: &[Span]) -> Vec<usize> {
    let _ = (text, tokens);
    todo!("syntax helper")
}
