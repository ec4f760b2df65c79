//! Pictures, drawn as SVG on the server: the level of a dyad with its band, its turns and its events, a small
//! line for tables, and the shapes of the quad classes. Colours come from the stylesheet; shapes say the same
//! without colour.

use detente::event_set::Event;
use detente::plover::Quad;
use detente::standing::{Level, Month, Params};
use detente::turn::{Turn, TurnKind};
use detente_ledger::Relation;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::words;

/// The shape of a quad class, for use in a line of text.
pub fn glyph(quad: Quad, hollow: bool) -> Markup {
    html! {
        svg .glyph viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { (shape(quad, 6.0, 6.0, hollow)) }
    }
}

/// Circle, square, triangle, diamond: verbal and material cooperation, verbal and material conflict.
fn shape(quad: Quad, x: f64, y: f64, hollow: bool) -> Markup {
    let d = match quad {
        Quad::VerbalCooperation => format!("M{:.1} {y:.1}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", x - 4.5),
        Quad::MaterialCooperation => format!("M{:.1} {:.1}h8v8h-8z", x - 4.0, y - 4.0),
        Quad::VerbalConflict => format!("M{x:.1} {:.1}l5 9h-10z", y - 5.0),
        Quad::MaterialConflict => format!("M{x:.1} {:.1}l5.2 5.2l-5.2 5.2l-5.2 -5.2z", y - 5.2),
    };
    html! { path .shape .(words::quad_class(quad)) .hollow[hollow] d=(d) {} }
}

/// Where things are in the large chart.
const WIDTH: f64 = 1000.0;
const LEFT: f64 = 146.0;
const RIGHT: f64 = 18.0;
/// Width of the place for events without a date, and how many of a lane find room there.
const GUTTER: f64 = 92.0;
const IN_GUTTER: usize = 5;
const TOP: f64 = 46.0;
const PLOT: f64 = 250.0;
const AXIS: f64 = 30.0;
const LANE: f64 = 24.0;

/// Days to points across.
struct Time {
    start: Date,
    days: f64,
    left: f64,
    width: f64,
}

impl Time {
    fn new(start: Date, end: Date, left: f64, width: f64) -> Time {
        Time { start, days: gap(start, end).max(1.0), left, width }
    }

    /// Held within the chart.
    fn x(&self, day: Date) -> f64 {
        self.left + (gap(self.start, day) / self.days).clamp(0.0, 1.0) * self.width
    }
}

/// Days between two days.
fn gap(from: Date, to: Date) -> f64 {
    (from.duration_until(to).as_hours() / 24) as f64
}

/// Points down for a level.
fn y(level: f64, top: f64, height: f64) -> f64 {
    top + (10.0 - level.clamp(-10.0, 10.0)) / 20.0 * height
}

/// Unbroken runs of months with a level, as (day, level).
fn runs(months: &[Month], end: Date) -> Vec<Vec<(Date, Level)>> {
    months
        .chunk_by(|x, y| x.level.is_some() == y.level.is_some())
        .map(|run| run.iter().filter_map(|m| Some((m.first.last_of_month().min(end), m.level?))).collect())
        .filter(|run: &Vec<_>| !run.is_empty())
        .collect()
}

/// A path through points.
fn path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut d = String::new();
    for (x, y) in points {
        d.push_str(&format!("{}{x:.1} {y:.1}", if d.is_empty() { "M" } else { "L" }));
    }
    d
}

/// The band of a run: along its upper edge and back along the lower one. A single month gets some width.
fn band(run: &[(Date, Level)], time: &Time, top: f64, height: f64) -> String {
    let at = |d: &Date, wide: f64| time.x(*d) + if run.len() == 1 { wide } else { 0.0 };
    let upper = run.iter().map(|(d, l)| (at(d, -4.0), y(l.high, top, height)));
    let lower = run.iter().rev().map(|(d, l)| (at(d, 4.0), y(l.low, top, height)));
    let wide = (run.len() == 1).then(|| (at(&run[0].0, 4.0), y(run[0].1.high, top, height)));
    let narrow = (run.len() == 1).then(|| (at(&run[0].0, -4.0), y(run[0].1.low, top, height)));
    path(upper.chain(wide).chain(lower).chain(narrow)) + "Z"
}

/// Less evidence than this (in fresh, fully attested events) draws the line dashed.
const THIN: f64 = 0.5;

/// The pieces of a run's line, each with whether its evidence is thin.
fn line(run: &[(Date, Level)], time: &Time, top: f64, height: f64) -> Vec<(bool, String)> {
    let points: Vec<(f64, f64)> = run.iter().map(|(d, l)| (time.x(*d), y(l.value, top, height))).collect();
    let thin: Vec<bool> = run.windows(2).map(|w| w[1].1.weight < THIN).collect();
    let mut pieces = Vec::new();
    let mut from = 0;
    for piece in thin.chunk_by(|x, y| x == y) {
        pieces.push((piece[0], path(points[from..=from + piece.len()].iter().copied())));
        from += piece.len();
    }
    pieces
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
    let (start, end) = (months.first()?.first, months.last()?.first.last_of_month());
    // Events without a usable date stand in a gutter of their own.
    let undated: Vec<&Event> = relation.events.iter().filter(|e| is_undated(e)).collect();
    let right = if undated.is_empty() { WIDTH - RIGHT } else { WIDTH - RIGHT - GUTTER };
    let time = Time::new(start, end, LEFT, right - LEFT);
    let bottom = TOP + PLOT;
    let strip = bottom + AXIS;
    let height = strip + LANE * Quad::ALL.len() as f64 + 8.0;
    let runs = runs(months, end);
    let summary = match relation.standing.latest() {
        Some(level) => format!(
            "Level of {a} and {b} from {} to {}: last {} (band {}).",
            words::day(start),
            words::day(end),
            words::scale(level.value),
            words::band(&level)
        ),
        None => format!(
            "Level of {a} and {b} from {} to {}: no evidence at the end.",
            words::day(start),
            words::day(end)
        ),
    };
    Some(html! {
        div .scroll {
            svg .chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label=(summary) {
                // Ground: the scale, and the years.
                @for level in [10, 5, 0, -5, -10] {
                    @let at = y(f64::from(level), TOP, PLOT);
                    line .grid .zero[level == 0] x1=(LEFT) x2=(right) y1=(at) y2=(at) {}
                    text .tick x=(LEFT - 8.0) y=(at + 4.0) text-anchor="end" { (words::scale(f64::from(level)).trim_end_matches(".0")) }
                }
                text .axis x=(LEFT - 44.0) y=(y(10.0, TOP, PLOT) + 4.0) text-anchor="end" { "cooperation" }
                text .axis x=(LEFT - 44.0) y=(y(-10.0, TOP, PLOT) + 4.0) text-anchor="end" { "conflict" }
                @for (day, label) in ticks(start, end) {
                    @let at = format!("{:.1}", time.x(day));
                    line .grid x1=(at) x2=(at) y1=(TOP) y2=(bottom) {}
                    line .grid .faint x1=(at) x2=(at) y1=(strip) y2=(height - 8.0) {}
                    text .tick x=(at) y=(bottom + 19.0) text-anchor="middle" { (label) }
                }
                // Turns behind the line.
                @for (i, turn) in relation.turns.iter().enumerate() { (turn_band(turn, i, &time, bottom, right)) }
                // The level.
                @for run in &runs {
                    path .band d=(band(run, &time, TOP, PLOT)) {}
                    @for (thin, d) in line(run, &time, TOP, PLOT) { path .level .thin[thin] d=(d) {} }
                    @if let [(day, level)] = run.as_slice() {
                        circle .level-dot cx=(format!("{:.1}", time.x(*day))) cy=(format!("{:.1}", y(level.value, TOP, PLOT))) r="3.5" {}
                    }
                }
                @if let Some((day, level)) = runs.last().and_then(|r| r.last()).filter(|_| relation.standing.latest().is_some()) {
                    circle .level-dot cx=(format!("{:.1}", time.x(*day))) cy=(format!("{:.1}", y(level.value, TOP, PLOT))) r="4" {}
                }
                // Events beneath, a lane for each quad class.
                @for (lane, &quad) in Quad::ALL.iter().enumerate() {
                    @let middle = strip + LANE * (lane as f64 + 0.5);
                    text .lane x=(LEFT - 8.0) y=(middle + 4.0) text-anchor="end" { (quad.as_str()) }
                    line .grid .faint x1=(LEFT) x2=(right) y1=(middle) y2=(middle) {}
                    @for event in relation.events.iter().filter(|e| e.kind.quad() == quad && !is_undated(e)) {
                        @if let (Some(from), Some(to)) = (event.date, event.enddate) {
                            @if to >= start && from <= end {
                                (pin(event, (time.x(from), time.x(to)), middle))
                            }
                        }
                    }
                    @for (i, event) in undated.iter().filter(|e| e.kind.quad() == quad).take(IN_GUTTER).enumerate() {
                        @let x = right + 26.0 + 15.0 * i as f64;
                        (pin(event, (x, x), middle))
                    }
                }
                @if !undated.is_empty() {
                    line .grid x1=(right + 12.0) x2=(right + 12.0) y1=(strip) y2=(height - 8.0) {}
                    text .tick x=(right + 20.0) y=(bottom + 19.0) { "no date" }
                }
            }
        }
    })
}

/// An event as its shape, over a line where its days spread, leading to its first report.
fn pin(event: &Event, (x1, x2): (f64, f64), y: f64) -> Markup {
    let quad = event.kind.quad();
    let title = format!("{}: {} “{}”", words::days(event.date, event.enddate), event.kind, event.words);
    html! {
        a href=(event.reports.first().map_or_else(String::new, |r| words::report_href(r))) aria-label=(title) {
            title { (title) }
            @if x2 - x1 > 6.0 {
                line .span .(words::quad_class(quad)) x1=(format!("{x1:.1}")) x2=(format!("{x2:.1}")) y1=(y) y2=(y) {}
            }
            (shape(quad, (x1 + x2) / 2.0, y, !event.is_real()))
        }
    }
}

/// True where the days of an event do not say when it was.
fn is_undated(event: &Event) -> bool {
    match (event.date, event.enddate) {
        (Some(from), Some(to)) => gap(from, to) > Params::default().widest_days as f64,
        _ => true,
    }
}

/// A turn as a shaded stretch of days with its name above.
fn turn_band(turn: &Turn, number: usize, time: &Time, bottom: f64, right: f64) -> Markup {
    let (x1, x2) = (time.x(turn.from), time.x(turn.to));
    let wide = (x2 - x1).max(3.0);
    let middle = x1 + wide / 2.0;
    let (anchor, at) = if middle < LEFT + 50.0 {
        ("start", x1)
    } else if middle > right - 50.0 {
        ("end", x1 + wide)
    } else {
        ("middle", middle)
    };
    let row = TOP - 10.0 - 16.0 * (number % 2) as f64;
    html! {
        a href=(format!("#turn-{}", number + 1)) {
            title { (turn_word(turn.kind)) " " (words::days(Some(turn.from), Some(turn.to))) }
            rect .turn .(turn_class(turn.kind)) x=(format!("{x1:.1}")) y=(row + 4.0) width=(format!("{wide:.1}")) height=(format!("{:.1}", bottom - row - 4.0)) {}
            text .turn-name .(turn_class(turn.kind)) x=(format!("{at:.1}")) y=(row) text-anchor=(anchor) { (turn_word(turn.kind)) }
        }
    }
}

/// Some ten days along the axis with their labels: years, quarters or months, as the stretch is long.
fn ticks(start: Date, end: Date) -> Vec<(Date, String)> {
    let months = (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month())
        - i32::from(start.month())
        + 1;
    let step = [1, 3, 6, 12, 24, 60, 120, 240, 600].into_iter().find(|s| months / s <= 12).unwrap_or(1200);
    let mut ticks = Vec::new();
    let mut month = i32::from(start.year()) * 12 + i32::from(start.month()) - 1;
    let last = i32::from(end.year()) * 12 + i32::from(end.month()) - 1;
    while month <= last {
        let day = i16::try_from(month.div_euclid(12))
            .ok()
            .zip(i8::try_from(month.rem_euclid(12) + 1).ok())
            .and_then(|(year, month)| Date::new(year, month, 1).ok());
        if let Some(day) = day.filter(|_| month.rem_euclid(step) == 0) {
            let label = if step >= 12 || day.month() == 1 {
                day.year().to_string()
            } else if months <= 12 {
                format!("{} {}", words::month_name(day), day.year())
            } else {
                words::month_name(day).to_string()
            };
            ticks.push((day, label));
        }
        month += 1;
    }
    ticks
}

/// The level since the two are first told of as a small line: the last twenty years at most.
pub fn spark(months: &[Month]) -> Markup {
    const W: f64 = 132.0;
    const H: f64 = 34.0;
    let months = &months[months.len().saturating_sub(240)..];
    let Some((first, last)) = months.first().zip(months.last()) else { return html! {} };
    let (start, end) = (first.first, last.first.last_of_month());
    let time = Time::new(start, end, 3.0, W - 8.0);
    html! {
        svg .spark viewBox=(format!("0 0 {W} {H}")) width=(W) height=(H) aria-hidden="true" {
            line .grid .zero x1="0" x2=(W) y1=(H / 2.0) y2=(H / 2.0) {}
            @for run in &runs(months, end) {
                path .band d=(band(run, &time, 2.0, H - 4.0)) {}
                @for (thin, d) in line(run, &time, 2.0, H - 4.0) { path .level .thin[thin] d=(d) {} }
            }
            @if let Some(level) = last.level {
                circle .level-dot cx=(format!("{:.1}", time.x(end))) cy=(format!("{:.1}", y(level.value, 2.0, H - 4.0))) r="2.5" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ticks_fit_the_stretch() {
        let labels = |a, b| ticks(a, b).into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert_eq!(labels(date(2026, 1, 1), date(2026, 3, 31)), ["2026", "Feb 2026", "Mar 2026"]);
        assert_eq!(labels(date(2024, 11, 1), date(2026, 3, 31)), ["2025", "Apr", "Jul", "Oct", "2026"]);
        assert_eq!(labels(date(2010, 6, 1), date(2017, 8, 31)).len(), 7);
        assert!(ticks(date(1500, 1, 1), date(2026, 1, 1)).len() < 14);
    }

    #[test]
    fn a_month_without_evidence_breaks_the_line() {
        let level = Some(Level { value: 1.0, low: 0.0, high: 2.0, weight: 1.0 });
        let month = |m: i8, level| Month { first: date(2026, m, 1), level, events: vec![] };
        let months = [month(1, level), month(2, level), month(3, None), month(4, level)];
        let runs = runs(&months, date(2026, 4, 30));
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }
}
