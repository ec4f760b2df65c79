//! Why a record says what it says: its sentence as a tree, whom the words of the sentence stand for and by which chain of
//! mentions, and what the lexicon says under each rule that read it.

use detente::actor::{Mention, Wording, chains};
use detente::article::Article;
use detente::read::Reading;
use detente::report::{Entity, Report};
use detente::span::{Span, TokenRange};
use detente_plot::{Arcs, Ink, Leaf};
use maud::{Markup, PreEscaped, html};

use crate::{Ask, words};

/// What the lexicon or the reader says of a rule, in lines.
fn says(ask: &Ask, rule: &str) -> Option<String> {
    ask.shared.settings.says.as_ref().map(|says| says(rule)).filter(|s| !s.is_empty())
}

/// The rules that made the record, with their words and what they say.
pub fn evidence(ask: &Ask, article: &Article, report: &Report) -> Markup {
    html! {
        ul .plain .evidence { @for evidence in &report.evidence { li {
            code { (evidence.rule) }
            @for (i, span) in evidence.spans.iter().enumerate() {
                @if let Some(words) = article.text.get(span.start as usize..span.end as usize).filter(|w| !w.is_empty()) {
                    @if i == 0 { " read " } @else { " … " } "“" (words) "”"
                }
            }
            @if let Some(says) = says(ask, &evidence.rule) { div .quiet { (says) } }
        } } }
    }
}

/// Grammar and mentions of the sentence, as this program reads it now.
pub fn chain(ask: &Ask, article: &Article, reading: &Reading, report: &Report) -> Markup {
    let syntax = &reading.syntax;
    let span = report.sentence();
    let sentence = syntax.sentences.iter().copied().find(|s| syntax.cover(*s).overlaps(span));
    let Some(sentence) = sentence else {
        return html! { p .quiet { "This program finds no such sentence in the article any more." } };
    };
    let same = ask.shared.reader().and_then(|r| r.as_ref().ok()).is_some_and(|r| *r.coder() == report.coder);
    html! {
        div .scroll .parse tabindex="0" role="region" aria-label="The grammar of the sentence" {
            (PreEscaped(arcs(article, reading, report, sentence).picture().inline()))
        }
        p .quiet {
            "Each arc runs from a word to what hangs on it (Universal Dependencies)."
            @if !same { " The report was read by another version of program, lexicon or model: grammar and mentions are as this one reads them now." }
        }
        h3 { "Whom the words stand for" }
        (mentions(ask, article, reading, sentence))
    }
}

fn arcs(article: &Article, reading: &Reading, report: &Report, sentence: TokenRange) -> Arcs {
    let syntax = &reading.syntax;
    let first = sentence.iter().next();
    let party = |e: &Entity| Span { start: e.start, end: e.end.max(e.start) };
    let event = crate::page::trigger(report, report.sentence().slice(&article.text), report.text_info.start);
    let mark = |span: Span| {
        let within = |s: Span| !s.is_empty() && s.overlaps(span);
        if event.iter().any(|s| within(*s)) {
            Some(Ink::of(report.kind().quad()))
        } else if report.actor.iter().any(|e| within(party(e))) {
            Some(Ink::Bloc1)
        } else if report.recipient.iter().any(|e| within(party(e))) {
            Some(Ink::Bloc2)
        } else {
            None
        }
    };
    let leaves = sentence
        .iter()
        .map(|t| {
            let token = syntax.token(t);
            Leaf {
                word: token.span.slice(&article.text).to_owned(),
                tag: token.upos.to_string(),
                head: token.head.and_then(|h| h.index().checked_sub(first?.index())),
                relation: token.deprel.to_string(),
                mark: mark(token.span),
            }
        })
        .collect();
    Arcs { title: "The grammar of the sentence".into(), leaves }
}

fn wording(wording: Wording) -> &'static str {
    match wording {
        Wording::Pronoun => "a pronoun",
        Wording::Description => "a description",
        Wording::Role => "a role",
        Wording::Unlisted => "a name that the lexicon lacks",
        Wording::Name => "a name",
    }
}

/// The mentions of the sentence, each with the chain of words that stand for the same party in the article.
fn mentions(ask: &Ask, article: &Article, reading: &Reading, sentence: TokenRange) -> Markup {
    let text = |m: &Mention| reading.syntax.cover(m.tokens).slice(&article.text);
    let chains = chains(&reading.mentions, &reading.syntax);
    let here: Vec<(usize, &Mention)> =
        reading.mentions.iter().enumerate().filter(|(_, m)| sentence.overlaps(m.tokens)).collect();
    html! {
        @if here.is_empty() { p .quiet { "Nobody is named in it." } }
        ul .plain .evidence { @for (number, mention) in here { li {
            span .strong { "“" (text(mention)) "”" } ", " (wording(mention.wording)) ": "
            @if mention.parties.is_empty() { span .quiet { "nobody that is known" } }
            @for (i, party) in mention.parties.iter().enumerate() {
                @if i > 0 { "; " }
                (party.name) @if let Some(office) = &party.office { ", " (office) }
                " " @if party.key.is_empty() { span .quiet { "(acts for nobody that is told)" } } @else { a href=(crate::actor::href(&party.key)) { code { (party.key) } } }
                div .quiet { code { (party.why.rule) } @if let Some(says) = says(ask, &party.why.rule) { " " (says) } }
            }
            @for own in &chains[number] {
                @let others: Vec<&Mention> = reading.mentions.iter().zip(&chains).enumerate()
                    .filter(|(other, (_, theirs))| *other != number && theirs.contains(own)).map(|(_, (m, _))| m).collect();
                @if !others.is_empty() { div .quiet {
                    "elsewhere in the article: "
                    @for (i, other) in others.iter().take(8).enumerate() { @if i > 0 { ", " } "“" (text(other)) "”" }
                    @if others.len() > 8 { " and " (words::count(others.len() - 8, "time")) " more" }
                } }
            }
        } } }
    }
}

/// The line to cite a report by.
pub fn citation(report: &Report, title: Option<&str>) -> String {
    let cite = &report.cite_info;
    let mut line = format!("Report {}", report.id);
    if let Some(title) = title.or(cite.title.as_deref()) {
        line += &format!(", read from “{title}”");
    }
    if let Some(publisher) = &cite.publication {
        line += &format!(", {publisher}");
    }
    if let Some(url) = words::web_address(cite.url.as_deref()) {
        line += &format!(", {url}");
    }
    let (start, end) = (report.text_info.start, report.text_info.end);
    let coder = &report.coder;
    line + &format!(
        ", bytes {start} to {end}. Coded by Détente {}, lexicon {}, model {}.",
        coder.version, coder.lexicon, coder.model
    )
}
