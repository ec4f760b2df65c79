//! Pictures on the pages: what a relation holds becomes a picture of `detente-plot`, whose parts lead to the events
//! and turns on the page. The pages' stylesheet holds [`detente_plot::STYLE`], because no style may stand in a page.

use detente::plover::Quad;
use detente::standing::Month;
use detente::turn::TurnKind;
use detente_ledger::Relation;
use detente_plot::{Mark, Pin, Point, Timeline};
use maud::{Markup, PreEscaped, html};

use crate::words;

/// The shape of a quad class, for use in a line of text.
pub fn glyph(quad: Quad, hollow: bool) -> Markup {
    html! { span .glyph .hollow[hollow] { (PreEscaped(detente_plot::glyph(quad, hollow).inline())) } }
}

/// The mark and word of a kind of turn.
pub fn turn_word(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Rupture => "▼ rupture",
        TurnKind::Rapprochement => "▲ rapprochement",
        TurnKind::War => "▼ war",
        TurnKind::Truce => "▲ truce",
    }
}

/// The CSS class of a kind of turn.
pub fn turn_class(kind: TurnKind) -> &'static str {
    match kind {
        TurnKind::Rupture | TurnKind::War => "worse",
        TurnKind::Rapprochement | TurnKind::Truce => "better",
    }
}

/// The large chart, or `None` where no event is dated.
pub fn standing(relation: &Relation, a: &str, b: &str) -> Option<Markup> {
    let months = &relation.standing.months;
    let (from, to) = (months.first()?.first, months.last()?.first.last_of_month());
    let told = match relation.standing.latest() {
        Some(level) => format!("last {} (band {})", words::scale(level.value), words::band(&level)),
        None => "no evidence at the end".into(),
    };
    let marks = relation.turns.iter().enumerate();
    let pins = relation.events.iter();
    let picture = Timeline {
        title: format!("Level of {a} and {b}"),
        note: String::new(),
        desc: format!("From {} to {}: {told}.", words::day(from), words::day(to)),
        from,
        to,
        points: months.iter().map(|m| Point::of(m, to)).collect(),
        states: Vec::new(),
        marks: marks
            .map(|(i, turn)| Mark { href: Some(format!("#turn-{}", i + 1)), ..Mark::of(turn) })
            .collect(),
        pins: pins
            .map(|event| Pin { href: event.reports.first().map(|r| words::report_href(r)), ..Pin::of(event) })
            .collect(),
        foot: String::new(),
        framed: false,
    }
    .picture();
    Some(html! { div .scroll .chart { (PreEscaped(picture.inline())) } })
}

/// The level since the two are first told of as a small line: the last twenty years at most.
pub fn spark(months: &[Month]) -> Markup {
    let Some(last) = months.last() else { return html! {} };
    let to = last.first.last_of_month();
    let points: Vec<Point> = months.iter().map(|m| Point::of(m, to)).collect();
    html! { span .spark { (PreEscaped(detente_plot::spark(&points).inline())) } }
}
