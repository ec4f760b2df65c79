//! The lexicon's own tests: every example of every entry is read by the real reader and must give the event that
//! its marks name; every counter must not.

use jiff::civil::date;

use crate::article::Article;
use crate::lexicon::links::LinkEntry;
use crate::lexicon::{Example, Fault, Lexicon};
use crate::note::Evidence;
use crate::plover::Aux;
use crate::read::Reader;
use crate::report::Report;
use crate::span::Span;

/// What the words of an example are marked as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// `actor`, `recipient` or `event`.
    pub name: String,
    /// Bytes of the plain sentence.
    pub span: Span,
}

/// Takes the marks out of an example: `[Avaria|actor] attacked` gives the plain sentence and where each mark
/// stood. Brackets without a `|` are left as they are.
pub fn unmark(text: &str) -> (String, Vec<Mark>) {
    let mut plain = String::with_capacity(text.len());
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find(']').map(|c| open + c) else { break };
        plain.push_str(&rest[..open]);
        match rest[open + 1..close].rsplit_once('|') {
            Some((words, name)) => {
                let start = plain.len();
                plain.push_str(words);
                marks.push(Mark { name: name.to_string(), span: Span::new(start, plain.len()) });
            }
            None => plain.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    plain.push_str(rest);
    (plain, marks)
}

/// Runs every example and counter of the reader's lexicon. The reader must have been made with the invented
/// actors of `actors/examples.tsv`.
pub fn check(reader: &Reader) -> Vec<Fault> {
    check_against(reader, reader.lexicon(), |_| true)
}

/// Runs the examples and counters of a lexicon's wanted entries (by id) through a reader that may have another lexicon: what of
/// the one breaks under the other. Known faults are tried with the reader's own lexicon alone.
pub fn check_against(reader: &Reader, lexicon: &Lexicon, wanted: impl Fn(&str) -> bool) -> Vec<Fault> {
    let own = std::ptr::eq(lexicon, reader.lexicon());
    let mut faults = Vec::new();
    for entry in lexicon.entries.iter().filter(|e| wanted(&e.id)) {
        let all = lexicon.entries.iter().chain(if own { &[][..] } else { &reader.lexicon().entries });
        let ids: Vec<&str> = all.filter(|e| e.event == entry.event).map(|e| e.id.as_str()).collect();
        let file = &*entry.source.file;
        if let Some(mode) = entry.mode.as_deref().filter(|m| !lexicon.has_mode(entry.event, m)) {
            faults.push(fault(
                file,
                0,
                &entry.id,
                format!("`{mode}` is no mode of {} (events/types.tsv)", entry.event),
            ));
        }
        for example in &entry.examples {
            if let Err(text) = holds(reader, &ids, example) {
                faults.push(fault(file, example.line, &entry.id, text));
            }
        }
        for wrong in entry.wrong.iter().filter(|_| own) {
            let mended = if is_counter(wrong) {
                matching(reader, &entry.id, wrong).is_none()
            } else {
                holds(reader, &ids, wrong).is_ok()
            };
            if mended {
                let text = "this known fault is mended; make it an example or a counter".to_string();
                faults.push(fault(file, wrong.line, &entry.id, text));
            }
        }
        for counter in &entry.counters {
            if let Some(report) = matching(reader, &entry.id, counter) {
                faults.push(fault(file, counter.line, &entry.id, format!("the counter matches: {report}")));
            }
        }
    }
    for operator in lexicon.operator_entries.iter().filter(|e| wanted(&e.id)) {
        let file = &*operator.source.file;
        for example in &operator.examples {
            if let Err(text) = holds(reader, &[], example) {
                faults.push(fault(file, example.line, &operator.id, text));
            }
        }
    }
    for entry in lexicon.link_entries.iter().filter(|e| wanted(&e.id)) {
        let file = &*entry.source.file;
        for example in &entry.examples {
            if let Err(text) = links(reader, entry, example) {
                faults.push(fault(file, example.line, &entry.id, text));
            }
        }
        for counter in &entry.counters {
            let reports = read(reader, &unmark(&counter.text).0);
            let link = reports.iter().flat_map(|r| &r.links).find(|l| l.evidence.rule == entry.id);
            if let Some(link) = link {
                let text = format!("the counter states a link: {} {}", link.kind, link.to);
                faults.push(fault(file, counter.line, &entry.id, text));
            }
        }
    }
    for entry in lexicon.contexts.iter().filter(|e| wanted(&e.id)) {
        let file = &*entry.source.file;
        let having = |example: &Example| {
            let reports = read(reader, &unmark(&example.text).0);
            let report = reports.iter().find(|r| r.context.contains(&entry.id));
            (report.map(show), reports.iter().map(show).collect::<Vec<_>>())
        };
        for example in &entry.examples {
            if let (None, read) = having(example) {
                let text = format!("no event has this context; read: {}", read.join("; "));
                faults.push(fault(file, example.line, &entry.id, text));
            }
        }
        for counter in &entry.counters {
            if let (Some(report), _) = having(counter) {
                faults.push(fault(file, counter.line, &entry.id, format!("the counter has it: {report}")));
            }
        }
    }
    faults
}

/// Does the example state its link, by this entry?
fn links(reader: &Reader, entry: &LinkEntry, example: &Example) -> Result<(), String> {
    let (plain, marks) = unmark(&example.text);
    let reports = read(reader, &plain);
    let at = |name: &str| {
        let mark =
            marks.iter().find(|m| m.name == name).ok_or(format!("the example marks no [words|{name}]"))?;
        // Words that only say what an act is about may be another act's own.
        let of_act = |e: &&Evidence| !e.rule.starts_with("context:");
        let told = |r: &&Report| {
            r.evidence.iter().filter(of_act).any(|e| e.spans.iter().any(|s| s.overlaps(mark.span)))
        };
        let list: Vec<String> = reports.iter().map(show).collect();
        reports.iter().find(told).ok_or(format!(
            "no event at \u{201c}{}\u{201d}; read: {}",
            mark.span.slice(&plain),
            list.join("; ")
        ))
    };
    let (from, to) = (at("from")?, at("to")?);
    if from.links.iter().any(|l| l.to == to.id && l.evidence.rule == entry.id) {
        return Ok(());
    }
    let all = reports.iter().flat_map(|r| r.links.iter().map(move |l| (r, l)));
    let list: Vec<String> =
        all.map(|(r, l)| format!("{} {} {} by {}", r.id, l.kind, l.to, l.evidence.rule)).collect();
    Err(format!("no such link from {} to {}; read: {}", from.id, to.id, list.join("; ")))
}

/// A known fault that marks no event is a counter that matches today.
pub fn is_counter(example: &Example) -> bool {
    !unmark(&example.text).1.iter().any(|m| m.name == "event")
}

/// The report that the entry makes of a sentence, if it makes one.
fn matching(reader: &Reader, id: &str, example: &Example) -> Option<String> {
    let reports = read(reader, &unmark(&example.text).0);
    reports.iter().find(|r| r.evidence.iter().any(|e| e.rule == id)).map(show)
}

/// Does the example give its event? `rules` are the entries that may have read it, those of the same type: which
/// of two entries that mean the same wins is no matter of right and wrong. With none, any entry will do.
fn holds(reader: &Reader, rules: &[&str], example: &Example) -> Result<(), String> {
    let (plain, marks) = unmark(&example.text);
    let Some(event) = marks.iter().find(|m| m.name == "event") else {
        return Err("the example marks no [words|event]".into());
    };
    let reports = read(reader, &plain);
    let shown = || {
        let list: Vec<String> = reports.iter().map(show).collect();
        if list.is_empty() { "nothing was read".to_string() } else { format!("read: {}", list.join("; ")) }
    };
    let found: Vec<&Report> = reports
        .iter()
        .filter(|r| {
            r.evidence.iter().any(|e| {
                (rules.is_empty() || rules.contains(&e.rule.as_str()))
                    && e.spans.iter().any(|s| s.overlaps(event.span))
            })
        })
        .collect();
    if found.is_empty() {
        return Err(format!(
            "no event of this type at \u{201c}{}\u{201d}; {}",
            event.span.slice(&plain),
            shown()
        ));
    }
    let matches = |r: &Report| {
        let side = |name: &str, list: &[crate::report::Entity]| {
            marks.iter().filter(|m| m.name == name).all(|m| {
                // The words themselves, or another mention of the same party ("Avarian" of "the Avarian envoy").
                let keys = reader.lexicon().keys_in(m.span.slice(&plain));
                list.iter().any(|e| {
                    let span = Span { start: e.start, end: e.end };
                    let state = e.key.split('/').next().unwrap_or("");
                    span.overlaps(m.span) || keys.iter().any(|k| *k == e.key || k == state)
                })
            })
        };
        let unreal = |aux: &[Aux]| {
            let mut aux: Vec<Aux> = aux.iter().copied().filter(|a| *a != Aux::Historical).collect();
            aux.sort();
            aux
        };
        side("actor", &r.actor)
            && (side("recipient", &r.recipient) || side("recipient", &r.actor))
            && unreal(&r.aux) == unreal(&example.aux)
            && example.said_by.as_ref().is_none_or(|k| r.said_by.as_ref().is_some_and(|s| s.key == *k))
    };
    if found.iter().any(|r| matches(r)) {
        Ok(())
    } else {
        Err(format!("other parties, status or speaker; {}", shown()))
    }
}

fn read(reader: &Reader, text: &str) -> Vec<Report> {
    let article = Article {
        id: "example".into(),
        text: text.into(),
        published: Some(date(2026, 3, 9)),
        ..Article::default()
    };
    reader.read_by_rules(&article).reports
}

fn show(r: &Report) -> String {
    let keys =
        |list: &[crate::report::Entity]| list.iter().map(|e| e.key.as_str()).collect::<Vec<_>>().join("+");
    let aux: Vec<&str> = r.aux.iter().map(|a| a.as_str()).collect();
    let said = r.said_by.as_ref().map_or(String::new(), |s| format!(" said by {}", s.key));
    let rule = r.evidence.first().map_or("", |e| e.rule.as_str());
    format!(
        "{} {} -> {} [{}]{} by {}",
        r.kind(),
        keys(&r.actor),
        keys(&r.recipient),
        aux.join(" "),
        said,
        rule
    )
}

fn fault(file: &str, line: usize, id: &str, text: String) -> Fault {
    Fault { file: file.to_string(), line, entry: Some(id.to_string()), text, mark: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_out_and_keep_their_places() {
        let (plain, marks) = unmark("[Avaria|actor] [hit|event] [it].");
        assert_eq!(plain, "Avaria hit [it].");
        assert_eq!(marks[1].span.slice(&plain), "hit");
    }
}
