//! Why: PLOVER's contexts of an event ("election", "cyber", "migration"). An event has a context if words of it stand near
//! the event's own in its sentence, if one of its parties is of a sector that always brings it (a court: legal), or if its
//! type and mode do. The words are those of `lexicon/contexts/`.

use crate::actor::Party;
use crate::article::Article;
use crate::event::{Found, steps};
use crate::lexicon::Lexicon;
use crate::lexicon::contexts::Word;
use crate::note::Evidence;
use crate::span::{Span, TokenRange};
use crate::syntax::Syntax;

/// Steps in the tree within which words are about an event; clauses between count more (see [`steps`]).
const REACH: u32 = 6;

/// The words of the sentences that tell events, looked at once each.
pub struct Contexts<'a> {
    article: &'a Article,
    syntax: &'a Syntax,
    lexicon: &'a Lexicon,
    /// Of each sentence looked at: entries and the tokens of their phrases.
    seen: Vec<Option<Vec<(u16, TokenRange)>>>,
}

impl<'a> Contexts<'a> {
    /// Nothing is looked at before an event asks for it.
    pub fn new(article: &'a Article, syntax: &'a Syntax, lexicon: &'a Lexicon) -> Contexts<'a> {
        Contexts { article, syntax, lexicon, seen: vec![None; syntax.sentences.len()] }
    }

    /// The contexts of an event by PLOVER's names, sorted, each with what gave it.
    pub fn of(&mut self, found: &Found) -> Vec<(&'a str, Evidence)> {
        let mut spans: Vec<(u16, Span)> = Vec::new();
        let (syntax, lexicon) = (self.syntax, self.lexicon);
        for (entry, tokens) in self.phrases(found.sentence) {
            let near = tokens.iter().any(|t| steps(syntax, found.trigger, t) <= REACH);
            if near {
                spans.push((*entry, syntax.cover(*tokens)));
            }
        }
        let trigger = syntax.span(found.trigger);
        for (number, entry) in lexicon.contexts.iter().enumerate() {
            let number = number as u16;
            let sector = |s: Option<&str>| s.is_some_and(|s| entry.parties.iter().any(|p| p == s));
            for party in found.actors.iter().chain(&found.recipients) {
                if sector(party.key.split_once('/').map(|(_, s)| s)) || sector(party.sector.as_deref()) {
                    spans.push((number, party.span));
                }
            }
            let is = |(event, mode): &(_, Option<String>)| {
                *event == found.event && (mode.is_none() || *mode == found.mode)
            };
            if entry.events.iter().any(is)
                || entry.between.contains(&found.event) && self.is_between_states(found)
            {
                spans.push((number, trigger));
            }
        }
        let mut out: Vec<(&str, Evidence)> = Vec::new();
        spans.sort_by(|a, b| {
            lexicon.contexts[a.0 as usize].id.cmp(&lexicon.contexts[b.0 as usize].id).then(a.1.cmp(&b.1))
        });
        for (number, span) in spans {
            let id = lexicon.contexts[number as usize].id.as_str();
            match out.last_mut().filter(|(last, _)| *last == id) {
                Some((_, evidence)) => {
                    if !evidence.spans.contains(&span) {
                        evidence.spans.push(span);
                    }
                }
                None => out.push((id, Evidence::new(format!("context:{id}"), [span]))),
            }
        }
        // "crime" says less than "trafficking".
        let given: Vec<&str> = out.iter().map(|(id, _)| *id).collect();
        let closer = |id: &str| {
            let same = lexicon.contexts.iter().filter(|e| e.id == id);
            same.flat_map(|e| &e.unless).any(|other| given.contains(&other.as_str()))
        };
        out.retain(|(id, _)| !closer(id));
        out
    }

    /// Are states, or organisations of states, on both sides, and not the same?
    fn is_between_states(&self, found: &Found) -> bool {
        let public = |p: &&Party| {
            let body = matches!(p.key.as_str(), "UNO" | "EUR") || p.sector.as_deref() == Some("IGO");
            body || p.key.len() == 3 && p.country(self.lexicon).is_some()
        };
        let mut keys: Vec<&str> =
            found.actors.iter().chain(&found.recipients).filter(public).map(|p| p.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len() > 1
    }

    /// The phrases of a sentence.
    fn phrases(&mut self, sentence: usize) -> &[(u16, TokenRange)] {
        let (article, syntax, lexicon) = (self.article, self.syntax, self.lexicon);
        self.seen[sentence].get_or_insert_with(|| {
            let range = syntax.sentences[sentence];
            let words: Vec<Word> = range
                .iter()
                .map(|t| {
                    let form = syntax.span(t).slice(&article.text);
                    Word {
                        lemma: syntax.lemma(t).to_lowercase(),
                        low: form.to_lowercase(),
                        form,
                        upos: syntax.upos(t),
                    }
                })
                .collect();
            let start = range.start.index();
            let found = |n| {
                let at = lexicon.context_phrases.at(&words, n).into_iter();
                at.map(move |(entry, taken)| (entry, TokenRange::new(start + n, start + n + taken)))
            };
            (0..words.len()).flat_map(found).collect()
        })
    }
}
