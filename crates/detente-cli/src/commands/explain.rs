//! `detente explain ID`: the chain from a record back to the words: article, sentence, grammar, who is meant
//! and why, the lexicon entries that read it, the record itself.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use console::Style;
use detente::actor::Mention;
use detente::article::{Article, DateSource};
use detente::report::{Link, Report};
use detente::span::{Span, TokenId, TokenRange};
use detente::syntax::Syntax;
use detente_ledger::{Filter, Ledger, LedgerError, Row, Told};

use super::{LedgerFile, Outcome};
use crate::engine::{self, LexiconFile};
use crate::output;
use crate::tame::{tame, tame_record};

/// Show how a record was read: article, sentence, grammar, mentions, lexicon entries
///
/// ID is the id of a report (`article-1#3`) or of an event, as `events` and `dyad` print them.
#[derive(clap::Args)]
pub struct Args {
    /// The report or event
    id: String,
    #[command(flatten)]
    ledger: LedgerFile,
    /// The lexicon folders that it was read with
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<std::path::PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the ledger has no such record.
pub fn run(args: Args) -> Result<Outcome> {
    let ledger = args.ledger.read()?;
    let rows = find(&ledger, args.id.trim())?;
    let files = engine::reading_files(&args.lexicon)?;
    let reader = engine::reader(&args.lexicon)?;
    let mut out = output::people();
    for (number, row) in rows.iter().enumerate() {
        let article = ledger.article(&row.article_id)?;
        let reading = reader.read(&article);
        if number > 0 {
            writeln!(out)?;
        }
        let filter = Filter { article: Some(row.article_id.clone()), ..Filter::default() };
        let siblings: Vec<Report> =
            ledger.reports(&filter)?.into_iter().map(|r| tame_record(&r.report)).collect();
        // As it was read; shown without what a terminal would obey.
        let shown = tame_record(&article);
        let row = &Row {
            report: tame_record(&row.report),
            article_id: tame(&row.article_id).into(),
            ..row.clone()
        };
        let page = Page {
            row,
            article: &shown,
            fingerprint: &ledger.fingerprint(&article.id)?,
            has_text: ledger.has_text(&article.id)?,
            files: &files,
            syntax: &reading.syntax,
            mentions: &reading.mentions,
            siblings: &siblings,
        };
        out.write_all(page.print().as_bytes())?;
        if row.report.coder != *reader.coder() {
            writeln!(
                out,
                "\nThis report was read by program {}, lexicon {}, model {}; grammar and mentions above are as \
                 this program reads them now.",
                row.report.coder.version, row.report.coder.lexicon, row.report.coder.model
            )?;
        }
        for note in &reading.notes {
            if note.span.is_none_or(|s| s.overlaps(row.report.sentence())) {
                writeln!(out, "note ({}): {}", note.stage, note.text)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// The report with this id, or the reports of the event with this id.
fn find(ledger: &Ledger, id: &str) -> Result<Vec<Row>> {
    match ledger.report(id) {
        Ok(row) => return Ok(vec![row]),
        Err(LedgerError::NotFound { .. }) => {}
        Err(e) => return Err(e.into()),
    }
    match ledger.event(id, None) {
        Ok(Told::Event(event)) => {
            Ok(event.reports.iter().map(|r| ledger.report(r)).collect::<Result<_, _>>()?)
        }
        Ok(Told::Foreign(rows)) => {
            let told: Vec<String> = rows
                .iter()
                .map(|r| {
                    format!(
                        "{} \"{}\" {} on {} (line {})",
                        r.actor_name, r.words, r.recipient_name, r.day, r.row
                    )
                })
                .collect();
            anyhow::bail!(
                "\"{id}\" is no report of an article but a row of another data set, where it says: {}",
                told.join("; ")
            )
        }
        Err(LedgerError::NotFound { .. }) => anyhow::bail!(
            "the ledger has no report or event \"{id}\": ids stand in the output of `events` and `dyad`"
        ),
        Err(e) => Err(e.into()),
    }
}

/// Everything that one page shows.
struct Page<'a> {
    row: &'a Row,
    article: &'a Article,
    /// sha256 of its text.
    fingerprint: &'a str,
    /// Its whole text is in the ledger.
    has_text: bool,
    files: &'a [LexiconFile],
    syntax: &'a Syntax,
    mentions: &'a [Mention],
    /// The reports of its article, as they stand in the ledger.
    siblings: &'a [Report],
}

impl Page<'_> {
    fn print(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.sentence(&mut text);
        self.grammar(&mut text);
        self.people(&mut text);
        self.evidence(&mut text);
        self.links(&mut text);
        section(&mut text, "Record");
        text.push_str(&serde_json::to_string_pretty(&self.row.report).unwrap_or_default());
        text.push('\n');
        text
    }

    fn report(&self) -> &Report {
        &self.row.report
    }

    /// The record in a line, and the article it came from.
    fn head(&self, text: &mut String) {
        let r = self.report();
        let kind = r.event.first().map_or("", |t| t.as_str());
        let mode = r.mode.as_deref().map(|m| format!(" ({m})")).unwrap_or_default();
        let who = format!("{} → {}", output::keys(&r.actor), output::keys(&r.recipient));
        let day = match output::days(r) {
            day if day.is_empty() => "no day".into(),
            day => day,
        };
        let kind = output::quad_style(r.quad_code).apply_to(format!("{kind}{mode}"));
        let id = Style::new().bold().apply_to(&r.id);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id}  {kind}  {}  {day}  {}", who.trim_end_matches(" → "), output::status(r));
        if let Some(speaker) = &r.said_by {
            let _ = writeln!(text, "said by {} (“{}”)", speaker.key, speaker.entity_text);
        }
        section(text, "Article");
        let a = self.article;
        let _ = writeln!(text, "{}  {}", self.row.article_id, a.title.as_deref().unwrap_or("(no title)"));
        let from = match a.published_from {
            DateSource::None => "no day was found",
            DateSource::Given => "as given with it",
            DateSource::Markup => "found in the page's markup",
            DateSource::Url => "found in its address",
            DateSource::Text => "found in its text",
        };
        let _ = match a.published {
            Some(day) => writeln!(text, "published {day}, {from}"),
            None => writeln!(text, "published: {from}"),
        };
        if let Some(word) = super::still_to_come(a.published) {
            let _ = writeln!(text, "{word}");
        }
        for line in [&a.source, &a.url, &a.license].into_iter().flatten() {
            let _ = writeln!(text, "{line}");
        }
        if let Some(original) = &a.copy_of {
            let _ = writeln!(text, "a copy of {original}: no second witness");
        }
        let (hash, known) = (self.fingerprint, self.row.known);
        let _ = if self.has_text {
            writeln!(text, "{} bytes of text, sha256 {hash}; in the ledger since {known}", a.text.len())
        } else {
            writeln!(
                text,
                "its text is not in this ledger, only the sentences of its reports are; sha256 {hash}; here since {known}"
            )
        };
    }

    /// The sentence with its words marked, in the way of the lexicon's examples.
    fn sentence(&self, text: &mut String) {
        let r = self.report();
        let span = r.sentence();
        section(text, &format!("Sentence {} (bytes {} to {})", r.text_info.sequence, span.start, span.end));
        let mut marks: Vec<(Span, &str, Style)> = Vec::new();
        let party = |e: &detente::report::Entity| Span { start: e.start, end: e.end };
        marks.extend(r.actor.iter().map(|e| (party(e), "actor", Style::new().cyan())));
        marks.extend(r.recipient.iter().map(|e| (party(e), "recipient", Style::new().green())));
        marks.extend(r.said_by.iter().map(|e| (party(e), "said by", Style::new().magenta())));
        if let Some(at) = self.trigger(r) {
            marks.push((at, "event", Style::new().red().bold()));
        }
        if let Some(at) = r.date_text.as_deref().and_then(|w| self.words_of(w, r)) {
            marks.push((at, "date", Style::new().yellow()));
        }
        marks.sort_by_key(|(s, ..)| (s.start, std::cmp::Reverse(s.end)));
        let mut at = span.start;
        let mut line = String::new();
        for (mark, name, style) in marks {
            if mark.start < at || mark.end > span.end || mark.is_empty() {
                continue;
            }
            line.push_str(Span { start: at, end: mark.start }.slice(&self.article.text));
            let words = mark.slice(&self.article.text);
            let _ = write!(line, "[{}|{name}]", style.apply_to(words));
            at = mark.end;
        }
        line.push_str(Span { start: at, end: span.end }.slice(&self.article.text));
        let _ = writeln!(text, "{}", line.split_whitespace().collect::<Vec<_>>().join(" "));
        let _ = writeln!(text, "words of the event: “{}”", r.event_text);
        for e in r.actor.iter().chain(&r.recipient).chain(&r.said_by) {
            if !span.contains(party(e)) {
                let _ = writeln!(
                    text,
                    "{} is named outside this sentence, by “{}” (bytes {} to {})",
                    e.key, e.entity_text, e.start, e.end
                );
            }
        }
    }

    /// The word that the record was read from: what the first entry of the lexicon names, else the event's words.
    fn trigger(&self, r: &Report) -> Option<Span> {
        let built_in = |rule: &str| rule.starts_with("time:") || rule.starts_with("actor:");
        let first = r.evidence.iter().find(|e| !built_in(&e.rule)).and_then(|e| e.spans.first().copied());
        first.filter(|s| r.sentence().contains(*s)).or_else(|| self.words_of(&r.event_text, r))
    }

    /// Where words stand: in an evidence span if one holds just them, else first in the sentence.
    fn words_of(&self, words: &str, r: &Report) -> Option<Span> {
        let spans = r.evidence.iter().flat_map(|e| e.spans.iter().copied());
        let exact = spans.into_iter().find(|s| s.slice(&self.article.text) == words && !words.is_empty());
        exact.or_else(|| {
            let sentence = r.sentence();
            let at = sentence.slice(&self.article.text).find(words).filter(|_| !words.is_empty())?;
            Some(Span::new(sentence.start as usize + at, sentence.start as usize + at + words.len()))
        })
    }

    /// The tokens of the report's sentence.
    fn tokens(&self) -> Option<TokenRange> {
        let span = self.report().sentence();
        self.syntax.sentences.iter().copied().find(|s| self.syntax.cover(*s).overlaps(span))
    }

    /// The sentence as a tree: each word under the word it hangs on.
    fn grammar(&self, text: &mut String) {
        let Some(sentence) = self.tokens() else { return };
        section(text, "Grammar");
        let roots = sentence.iter().filter(|t| self.syntax.head(*t).is_none());
        for root in roots {
            self.branch(text, root, "", "");
        }
    }

    fn branch(&self, text: &mut String, t: TokenId, lead: &str, below: &str) {
        let token = self.syntax.token(t);
        let word = Style::new().bold().apply_to(token.span.slice(&self.article.text)).to_string();
        let rest = Style::new().dim().apply_to(format!("{} {}", token.upos, token.deprel)).to_string();
        let _ = writeln!(text, "{lead}{word}  {rest}");
        let children = self.syntax.children(t);
        for (i, child) in children.iter().enumerate() {
            let last = i + 1 == children.len();
            let (fork, pass) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            // A sentence of several hundred levels is no sentence; its tail is left out.
            if below.chars().count() < 600 {
                self.branch(text, *child, &format!("{below}{fork}"), &format!("{below}{pass}"));
            }
        }
    }

    /// Whom the words of the sentence stand for, and why.
    fn people(&self, text: &mut String) {
        let Some(sentence) = self.tokens() else { return };
        let here: Vec<&Mention> = self.mentions.iter().filter(|m| sentence.overlaps(m.tokens)).collect();
        if here.is_empty() {
            return;
        }
        section(text, "Mentions");
        for mention in here {
            let words = self.syntax.cover(mention.tokens).slice(&self.article.text);
            if mention.parties.is_empty() {
                let _ = writeln!(text, "“{words}”: nobody that is known");
            }
            for party in &mention.parties {
                let key = if party.key.is_empty() { "(nobody's)" } else { &party.key };
                let facts: Vec<&str> =
                    [Some(party.name.as_str()), party.office.as_deref(), party.sector.as_deref()]
                        .into_iter()
                        .flatten()
                        .collect();
                let _ = writeln!(text, "“{words}”: {key}, {}", facts.join(", "));
                self.rule(text, &party.why.rule);
            }
        }
    }

    /// The rules that made the record, each with its entry.
    fn evidence(&self, text: &mut String) {
        section(text, "Read by");
        for e in &self.report().evidence {
            let words: Vec<String> =
                e.spans.iter().map(|s| format!("“{}”", s.slice(&self.article.text))).collect();
            let _ = writeln!(text, "{} at {}", Style::new().bold().apply_to(&e.rule), words.join(", "));
            self.rule(text, &e.rule);
        }
    }

    /// How the event stands to others of its article, in its own record or in theirs.
    fn links(&self, text: &mut String) {
        let own = self.report().links.iter().map(|l| (self.report(), l));
        let others = self.siblings.iter().filter(|r| r.id != self.report().id);
        let to_it =
            others.flat_map(|r| r.links.iter().filter(|l| l.to == self.report().id).map(move |l| (r, l)));
        let all: Vec<(&Report, &Link)> = own.chain(to_it).collect();
        if all.is_empty() {
            return;
        }
        section(text, "Links");
        for (from, link) in all {
            let shown = |id: &str| match self.siblings.iter().find(|r| r.id == id) {
                Some(r) if r.id == self.report().id => "this event".to_owned(),
                Some(r) => format!("{id} ({})", super::links::event(r)),
                None => id.to_owned(),
            };
            let words: Vec<&str> = link.evidence.spans.iter().map(|s| s.slice(&self.article.text)).collect();
            let by = link.said_by.as_ref().map(|e| format!(", as {} says", e.key)).unwrap_or_default();
            let kind = Style::new().bold().apply_to(link.kind);
            let _ =
                writeln!(text, "{} {kind} {}{by}: “{}”", shown(&from.id), shown(&link.to), words.join(" … "));
            self.rule(text, &link.evidence.rule);
        }
    }

    /// What the lexicon says under a rule's name: a row of a table, or an entry with its patterns and reason.
    fn rule(&self, text: &mut String, rule: &str) {
        let dim = Style::new().dim();
        match engine::entry(self.files, rule) {
            Some(entry) => {
                let _ = writeln!(text, "    {}", dim.apply_to(format!("{}:{}", entry.file, entry.line)));
                for line in entry.says {
                    let _ = writeln!(text, "    {}", dim.apply_to(line));
                }
            }
            None => {
                let _ = writeln!(text, "    {}", dim.apply_to(format!("built in: {}", gloss(rule))));
            }
        }
    }
}

/// What the readings that are built into the engine do, for those who want to know why.
pub fn gloss(rule: &str) -> &'static str {
    match rule {
        "actor:introduced" => "the text introduces this person with title, office or nationality",
        "actor:named-before" => "a name that the text has introduced before",
        "actor:role-before" => "an office whose holder the text has named before",
        "actor:description" => "a description of something that the text has named before",
        "actor:pronoun" => "a pronoun for something that the text has named before",
        "actor:unlisted" => "a name that the lexicon lacks",
        "actor:no-country" => "people of a country that is not told",
        "actor:place-of" => "people of the place that is named beside them",
        "actor:place-of-sentence" => "people of the place that the sentence is about",
        "actor:state-of-article" => "the state that the article is about",
        "actor:scene-of-article" => "people of the state where most of the article happens",
        "actor:place-before" => "people of the place that was named just before",
        "actor:people-of" => "the people of the state where it happens",
        "actor:sides-of-war" => "a state at war and its rebels",
        "actor:armed-group" => "the one armed group that the text has named",
        "actor:organisation" => "an organisation that the text calls one, by its name or beside it",
        "actor:named-below" => "an organisation that the text names a little later",
        "actor:named-elsewhere" => "a name that the text introduces elsewhere",
        "actor:private-person" => "one of the people of the state that the text gives this person",
        "actor:speaker" => "whoever speaks in this quotation",
        "actor:place-acts" => "the state of the place that acts",
        "actor:led" => "the text says whom this person leads",
        "actor:sender" => "forces of whoever sends them",
        "actor:office-of" => "the only state of the article that has such an office",
        "actor:nationality" => "a person of whom the text tells the nationality alone",
        "event:unnamed" => "a party that the words ask for and do not name",
        "event:doer-of" => "the doer of the act that the sentence tells of before",
        "time:chosen" => "days that the learnt choice of the scene finds likeliest, from these words",
        "place:chosen" => "the place that the learnt choice of the scene finds likeliest, or none",
        "actor:chosen" => {
            "the key that the learnt choice finds likelier than what the rules say of these words"
        }
        "event:chosen" => "parties that the learnt choice finds likelier than those of the rules",
        "event:home-of" => "the state of these people",
        "event:not" => "a negation in the clause",
        "event:modal" => "a modal verb over the act",
        "event:condition" => "an act under a condition",
        "event:question" => "an act in a question",
        "event:purpose" => "an act that is only a purpose",
        "time:no-day" => "nothing says when",
        "time:background" => "background: told beside what lies more than a year back",
        "time:told-with" => "no date near it: told with the event that is dated here",
        "time:lead" => "no date near it: the day of the event that the article opens with",
        "time:future" => "a future without a date",
        "time:pluperfect" => "before the news that the text tells",
        "time:from-event" => "counted from the days of the event that the words name",
        "time:by-link" => "no date near it: what the link to another event leaves",
        "time:news" => "no date near it: the news of the days before publication",
        _ if rule.starts_with("context:") => {
            "words, a party or a type that give the event this PLOVER context"
        }
        _ => "a reading of the engine's own",
    }
}

fn section(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{}", Style::new().bold().underlined().apply_to(title));
}
