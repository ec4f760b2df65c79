//! Where two parties stand over time: the level in its band, its turns marked and named, the named states, and the
//! events beneath, a lane for each quad class.
//!
//! A few events are drawn one by one, each with its shape, over a line where its days spread. Where a lane would be
//! crowded, all lanes count events instead: bars by day, week, month, quarter or year, on one scale for the four, so
//! that three events and thirty thousand can be read alike.

use std::collections::BTreeMap;

use detente::event_set::Event;
use detente::plover::Quad;
use detente::standing::{Level, Month, Params};
use detente::turn::Turn;
use jiff::civil::Date;

use crate::font;
use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Segment, Stroke, Text, polyline, rectangle};
use crate::shape::{arrow, shape};

/// Where two stand at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The day.
    pub day: Date,
    /// The level with its band, −10…+10; `None` where there is no evidence: the line breaks.
    pub level: Option<Stretch>,
    /// How alike the two act towards others, −10…+10, where that is known.
    pub alike: Option<f64>,
}

/// A level with its band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The level.
    pub value: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// True where little evidence stands behind it: the line is dashed.
    pub thin: bool,
}

impl From<Level> for Stretch {
    fn from(level: Level) -> Stretch {
        Stretch { value: level.value, low: level.low, high: level.high, thin: level.weight < THIN }
    }
}

impl Point {
    /// A month of a standing, at its end or at the last day that is asked for.
    pub fn of(month: &Month, until: Date) -> Point {
        let day = month.first.last_of_month().min(until).max(month.first);
        Point { day, level: month.level.map(Stretch::from), alike: None }
    }
}

/// A named state and the days for which it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Its name.
    pub name: String,
    /// Where it lies on the scale −10…+10; `None` for too little evidence.
    pub value: Option<f64>,
}

/// A turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The day for which it is taken; where only an interval is known, its middle.
    pub day: Date,
    /// First day on which it may have come.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What it is called.
    pub name: String,
    /// True where it is for the better.
    pub better: bool,
    /// How much it matters against the others, where not all names find room: greater comes first.
    pub rank: f64,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Mark {
    /// A turn of the engine.
    pub fn of(turn: &Turn) -> Mark {
        let better = turn.kind.is_better();
        let name = turn.kind.as_str().to_owned();
        let title = format!("{name}, {}", when(turn.from, turn.to));
        Mark {
            day: turn.day,
            from: turn.from,
            to: turn.to,
            name,
            better,
            rank: turn.certainty,
            title,
            href: None,
        }
    }
}

/// An event, or several of one kind and day.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// First and last day; `None` where no day is known that could place it.
    pub days: Option<(Date, Date)>,
    /// Its quad class.
    pub quad: Quad,
    /// True where it was denied, announced or only supposed.
    pub hollow: bool,
    /// How many events it stands for.
    pub count: usize,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Pin {
    /// An event of the engine; one with too wide an interval has no day that could place it.
    pub fn of(event: &Event) -> Pin {
        let days = match (event.date, event.enddate) {
            (Some(from), Some(to)) if from <= to && gap(from, to) <= Params::default().widest_days as f64 => {
                Some((from, to))
            }
            _ => None,
        };
        let day = days.map_or_else(|| "no day".into(), |(from, to)| when(from, to));
        let title = format!("{day}: {} “{}”", event.kind, event.words);
        Pin { days, quad: event.kind.quad(), hollow: !event.is_real(), count: 1, title, href: None }
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The two.
    pub title: String,
    /// What stands under the title; empty for none.
    pub note: String,
    /// What the picture shows, in a sentence or two, for those who cannot see it.
    pub desc: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The level, oldest first.
    pub points: Vec<Point>,
    /// The states, oldest first.
    pub states: Vec<State>,
    /// The turns, oldest first.
    pub marks: Vec<Mark>,
    /// The events.
    pub pins: Vec<Pin>,
    /// What stands at the foot; empty for none.
    pub foot: String,
    /// True for title, legend and foot inside of the picture; a page that says them itself leaves them out.
    pub framed: bool,
}

const WIDTH: f64 = 1000.0;
const MARGIN: f64 = 28.0;
const LEFT: f64 = 178.0;
const RIGHT: f64 = 28.0;
/// Width of the place for events without a day, and how many of a lane find room there.
const GUTTER: f64 = 96.0;
const IN_GUTTER: usize = 4;
const PLOT: f64 = 260.0;
const AXIS: f64 = 30.0;
const LANE: f64 = 26.0;
/// Rows of names above the plot, at most.
const ROWS: usize = 4;
const ROW: f64 = 17.0;
/// From this width on, in points, the days of a turn are not shaded.
const WIDE: f64 = 90.0;
/// Less evidence than this (in fresh, fully attested events) draws the line dashed.
const THIN: f64 = 0.5;
/// Room that the shape of an event takes.
const PIN: f64 = 11.0;

/// Days to points across.
#[derive(Clone, Copy)]
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
fn down(level: f64, top: f64, height: f64) -> f64 {
    top + (10.0 - level.clamp(-10.0, 10.0)) / 20.0 * height
}

/// A level as it is written: a true minus, a plus, one decimal at most.
fn scale(level: i32) -> String {
    match level {
        0 => "0".into(),
        l if l > 0 => format!("+{l}"),
        l => format!("−{}", -l),
    }
}

impl Timeline {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut picture = Picture {
            width: WIDTH,
            height: 0.0,
            title: self.title.clone(),
            desc: self.desc.clone(),
            items: Vec::new(),
        };
        let undated: Vec<&Pin> = self.pins.iter().filter(|p| !self.is_dated(p)).collect();
        let right = if undated.is_empty() { WIDTH - RIGHT } else { WIDTH - RIGHT - GUTTER };
        let time = Time::new(self.from, self.to, LEFT, right - LEFT);
        let head = if self.framed { picture.head(&self.title, &self.note, MARGIN) } else { 6.0 };
        let names = place(&self.marks, &time, right);
        let rows = names.iter().flatten().map(|n| n.row + 1).max().unwrap_or(0);
        let top = head + 14.0 + ROW * rows as f64;
        let bottom = top + PLOT;

        self.ground(&mut picture, &time, top, right);
        self.turns(&mut picture, &time, &names, top, bottom);
        self.level(&mut picture, &time, top);
        let mut y = bottom;
        for (day, label) in ticks(self.from, self.to) {
            let at = time.x(day);
            picture.items.push(Item::line((at, bottom), (at, bottom + 5.0), Stroke::new(Ink::Rule, 1.0)));
            picture.items.push(Item::Text(Text::new(at, bottom + 19.0, label).anchor(Anchor::Middle)));
        }
        y += AXIS;
        if !self.states.is_empty() {
            y = self.state_strip(&mut picture, &time, y) + 8.0;
        }
        y = self.lanes(&mut picture, &time, &undated, y, right);
        if self.framed {
            y = self.legend(&mut picture, y + 10.0);
            if !self.foot.is_empty() {
                y = picture.foot(&self.foot, MARGIN, y + 6.0);
            }
        }
        picture.height = (y + 18.0).ceil();
        picture
    }

    /// True where the days of an event place it in the picture.
    fn is_dated(&self, pin: &Pin) -> bool {
        pin.days.is_some()
    }

    /// The scale and the years.
    fn ground(&self, picture: &mut Picture, time: &Time, top: f64, right: f64) {
        let items = &mut picture.items;
        for level in [10, 5, 0, -5, -10] {
            let at = down(f64::from(level), top, PLOT);
            let stroke = if level == 0 {
                Stroke::new(Ink::Quiet, 1.0).dashed(2.0, 3.0)
            } else {
                Stroke::new(Ink::Rule, 1.0)
            };
            items.push(Item::line((LEFT, at), (right, at), stroke));
            items.push(Item::Text(Text::new(LEFT - 10.0, at + 4.0, scale(level)).anchor(Anchor::End)));
        }
        for (day, _) in ticks(self.from, self.to) {
            let at = time.x(day);
            items.push(Item::line((at, top), (at, top + PLOT), Stroke::new(Ink::Faint, 1.0)));
        }
        let word = |y: f64, words: &str, ink: Ink| {
            Item::Text(Text::new(LEFT - 42.0, y + 4.0, words).anchor(Anchor::End).ink(ink))
        };
        items.push(word(down(10.0, top, PLOT), "cooperation", Ink::Better));
        items.push(word(down(-10.0, top, PLOT), "conflict", Ink::Worse));
    }

    fn level(&self, picture: &mut Picture, time: &Time, top: f64) {
        let items = &mut picture.items;
        for run in runs(&self.points) {
            items.push(band(&run, time, top, PLOT));
            items.extend(line(&run, time, top, PLOT, 2.2));
            if let [(day, level)] = run.as_slice() {
                items.push(Item::disc(time.x(*day), down(level.value, top, PLOT), 3.4, Ink::Level));
            }
        }
        for run in self.points.chunk_by(|x, y| x.alike.is_some() == y.alike.is_some()) {
            let at = |p: &Point| Some((time.x(p.day), down(p.alike?, top, PLOT)));
            let points: Vec<(f64, f64)> = run.iter().filter_map(at).collect();
            if points.len() > 1 {
                items.push(Item::through(&points, Stroke::new(Ink::Alike, 1.6).dashed(1.5, 3.0)));
            }
        }
        if let Some(Point { day, level: Some(level), .. }) = self.points.last() {
            items.push(Item::disc(time.x(*day), down(level.value, top, PLOT), 4.0, Ink::Level));
        }
    }

    fn turns(&self, picture: &mut Picture, time: &Time, names: &[Option<Name>], top: f64, bottom: f64) {
        for (mark, name) in self.marks.iter().zip(names) {
            let ink = if mark.better { Ink::Better } else { Ink::Worse };
            let (x1, x2, at) = (time.x(mark.from), time.x(mark.to), time.x(mark.day));
            let head = name.as_ref().map_or(top, |n| top - 6.0 - ROW * n.row as f64);
            let mut items = Vec::new();
            // A wide interval would hide the level: it is only hinted at along the upper edge.
            if x2 - x1 > WIDE {
                items.push(Item::bar(x1, top, x2 - x1, 5.0, ink, 0.35));
            } else if x2 - x1 > 3.0 {
                items.push(Item::bar(x1, top, x2 - x1, bottom - top, ink, 0.12));
            }
            items.push(Item::line((at, head), (at, bottom), Stroke::new(ink, 1.4).opacity(0.75)));
            if let Some(name) = name {
                let y = top - 8.0 - ROW * name.row as f64;
                items.push(arrow(mark.better, at, y - 4.5, ink));
                if !name.words.is_empty() {
                    let (x, anchor) =
                        if name.before { (at - 9.0, Anchor::End) } else { (at + 9.0, Anchor::Start) };
                    items.push(Item::Text(Text::new(x, y, &*name.words).bold().ink(ink).anchor(anchor)));
                }
            } else {
                items.push(arrow(mark.better, at, top + 6.0, ink));
            }
            picture.items.push(Item::Group { title: mark.title.clone(), href: mark.href.clone(), items });
        }
    }

    /// Named states as a strip; gives where it ends.
    fn state_strip(&self, picture: &mut Picture, time: &Time, y: f64) -> f64 {
        const HIGH: f64 = 16.0;
        picture.items.push(Item::Text(Text::new(LEFT - 10.0, y + 12.0, "state").anchor(Anchor::End)));
        for state in &self.states {
            let (x1, x2) = (time.x(state.from), time.x(state.to));
            let wide = (x2 - x1).max(1.0);
            let mut items = Vec::new();
            match state.value {
                Some(value) => items.push(Item::bar(x1, y, wide, HIGH, Ink::of_value(value), 0.28)),
                None => items.push(Item::Path {
                    d: rectangle(x1, y, wide, HIGH),
                    fill: None,
                    stroke: Some(Stroke::new(Ink::Rule, 0.8).dashed(2.0, 2.0)),
                }),
            }
            items.push(Item::line((x1, y), (x1, y + HIGH), Stroke::new(Ink::Paper, 1.0)));
            let name = Text::new(x1.midpoint(x2), y + 12.0, &*state.name).anchor(Anchor::Middle).size(11.0);
            if name.width() + 8.0 <= wide {
                items.push(Item::Text(name.ink(if state.value.is_some() { Ink::Word } else { Ink::Quiet })));
            }
            let title = format!("{}: {} to {}", state.name, state.from, state.to);
            picture.items.push(Item::Group { title, href: None, items });
        }
        y + HIGH
    }

    /// The events; gives where they end.
    fn lanes(&self, picture: &mut Picture, time: &Time, undated: &[&Pin], y: f64, right: f64) -> f64 {
        let dated: Vec<&Pin> = self.pins.iter().filter(|p| self.is_dated(p)).collect();
        let room = (time.width / PIN) as usize;
        let lane = |quad: Quad| dated.iter().filter(move |p| p.quad == quad);
        // Shapes may touch here and there, as long as most can be told apart.
        let crowded = Quad::ALL.iter().any(|&quad| {
            let count: usize = lane(quad).map(|p| p.count).sum();
            let mut places: Vec<i64> =
                lane(quad).filter_map(|p| Some((middle(p.days?, time) / PIN) as i64)).collect();
            places.sort_unstable();
            places.dedup();
            count > room || count > 24 && count > 2 * places.len()
        });
        let end = y + LANE * Quad::ALL.len() as f64;
        let step = Step::of(self.from, self.to, time.width);
        let counted: BTreeMap<(Quad, Date), (usize, usize)> = if crowded {
            let mut counted = BTreeMap::new();
            for pin in &dated {
                if let Some((from, to)) = pin.days {
                    let day = half_way(from, to).clamp(self.from, self.to);
                    let place: &mut (usize, usize) = counted.entry((pin.quad, step.start(day))).or_default();
                    place.0 += pin.count;
                    place.1 += if pin.hollow { pin.count } else { 0 };
                }
            }
            counted
        } else {
            BTreeMap::new()
        };
        let most = counted.values().map(|c| c.0).max().unwrap_or(1) as f64;

        for (number, &quad) in Quad::ALL.iter().enumerate() {
            let top = y + LANE * number as f64;
            let centre = top + LANE / 2.0;
            picture.items.push(shape(quad, MARGIN + 6.0, centre, false));
            picture
                .items
                .push(Item::Text(Text::new(LEFT - 10.0, centre + 4.0, quad.as_str()).anchor(Anchor::End)));
            let base = if crowded { top + LANE - 3.0 } else { centre };
            picture.items.push(Item::line((LEFT, base), (right, base), Stroke::new(Ink::Faint, 1.0)));
            if crowded {
                for (&(_, start), &(count, _)) in counted.range((quad, Date::MIN)..=(quad, Date::MAX)) {
                    let x1 = time.x(start.max(self.from));
                    let x2 = time.x(step.next(start)).max(x1 + 1.0);
                    let high = ((LANE - 6.0) * count as f64 / most).max(1.0);
                    let thin = (x2 - x1 - 0.6).max(0.6);
                    let title = format!("{}: {} {}", step.name(start), count, events(count));
                    let items = vec![Item::bar(x1, base - high, thin, high, Ink::of(quad), 1.0)];
                    picture.items.push(Item::Group { title, href: None, items });
                }
            } else {
                for pin in lane(quad) {
                    if let Some((from, to)) = pin.days.filter(|d| d.1 >= self.from && d.0 <= self.to) {
                        picture.items.push(drawn(pin, (time.x(from), time.x(to)), centre));
                    }
                }
            }
            let mut beside: Vec<&&Pin> = undated.iter().filter(|p| p.quad == quad).collect();
            let more: usize = beside.iter().skip(IN_GUTTER).map(|p| p.count).sum();
            beside.truncate(IN_GUTTER);
            for (i, pin) in beside.iter().enumerate() {
                let x = right + 26.0 + 14.0 * i as f64;
                picture.items.push(drawn(pin, (x, x), centre));
            }
            if more > 0 {
                let x = right + 22.0 + 14.0 * IN_GUTTER as f64;
                picture.items.push(Item::Text(Text::new(x, centre + 4.0, format!("+{more}")).size(11.0)));
            }
        }
        if !undated.is_empty() {
            picture.items.push(Item::line(
                (right + 12.0, y + 2.0),
                (right + 12.0, end),
                Stroke::new(Ink::Rule, 1.0),
            ));
            picture.items.push(Item::Text(Text::new(right + 20.0, y - 6.0, "no day").size(11.0)));
        }
        if crowded {
            let words = format!("bars: events a {}, the highest {}", step.word(), most as usize);
            picture
                .items
                .push(Item::Text(Text::new(right, end + 14.0, words).anchor(Anchor::End).size(11.0)));
            return end + 16.0;
        }
        end
    }

    /// What the lines mean; gives where it ends.
    fn legend(&self, picture: &mut Picture, y: f64) -> f64 {
        let mut entries: Vec<(Vec<Item>, &str)> = Vec::new();
        let line = |dash: Option<(f64, f64)>, ink: Ink, width: f64| {
            Item::line((0.0, 0.0), (24.0, 0.0), Stroke { dash, ..Stroke::new(ink, width) })
        };
        let levels = || self.points.iter().filter_map(|p| p.level);
        if levels().next().is_some() {
            let band = Item::bar(0.0, -6.0, 24.0, 12.0, Ink::Band, 0.28);
            entries.push((vec![band, line(None, Ink::Level, 2.2)], "level in its band (80 of 100)"));
        }
        if levels().any(|l| l.thin) {
            entries.push((vec![line(Some((5.0, 4.0)), Ink::Level, 1.6)], "thin evidence"));
        }
        // A line takes two points.
        if self.points.windows(2).any(|w| w.iter().all(|p| p.alike.is_some())) {
            entries.push((vec![line(Some((1.5, 3.0)), Ink::Alike, 1.6)], "alike towards others"));
        }
        if !self.marks.is_empty() {
            let both = vec![arrow(true, 7.0, 0.0, Ink::Better), arrow(false, 18.0, 0.0, Ink::Worse)];
            entries.push((both, "turn for the better, for the worse"));
        }
        if self.pins.iter().any(|p| p.hollow) {
            entries.push((
                vec![shape(Quad::VerbalCooperation, 12.0, 0.0, true)],
                "denied, announced or supposed",
            ));
        }
        let (mut x, mut y) = (MARGIN, y + 12.0);
        for (items, words) in entries {
            let text = Text::new(0.0, 0.0, words).size(11.5);
            let wide = 32.0 + text.width();
            if x > MARGIN && x + wide > WIDTH - MARGIN {
                (x, y) = (MARGIN, y + 20.0);
            }
            picture.items.extend(items.into_iter().map(|i| i.moved(x, y)));
            picture.items.push(Item::Text(Text { x: x + 32.0, y: y + 4.0, ..text }));
            x += wide + 24.0;
        }
        y + 10.0
    }
}

/// "1 event" takes the noun without an s.
fn events(count: usize) -> &'static str {
    if count == 1 { "event" } else { "events" }
}

/// The day between two.
fn half_way(from: Date, to: Date) -> Date {
    let half = (gap(from, to) / 2.0) as i64;
    from.checked_add(jiff::Span::new().days(half)).unwrap_or(from)
}

fn middle(days: (Date, Date), time: &Time) -> f64 {
    time.x(days.0).midpoint(time.x(days.1))
}

/// An event as its shape, over a line where its days spread.
fn drawn(pin: &Pin, (x1, x2): (f64, f64), y: f64) -> Item {
    let mut items = Vec::new();
    if x2 - x1 > 6.0 {
        items.push(Item::line((x1, y), (x2, y), Stroke::new(Ink::of(pin.quad), 3.0).opacity(0.4)));
    }
    items.push(shape(pin.quad, x1.midpoint(x2), y, pin.hollow));
    Item::Group { title: pin.title.clone(), href: pin.href.clone(), items }
}

/// Unbroken runs of points with a level.
fn runs(points: &[Point]) -> Vec<Vec<(Date, Stretch)>> {
    points
        .chunk_by(|x, y| x.level.is_some() == y.level.is_some())
        .map(|run| run.iter().filter_map(|p| Some((p.day, p.level?))).collect())
        .filter(|run: &Vec<_>| !run.is_empty())
        .collect()
}

/// The band of a run: along its upper edge and back along the lower one. A single point gets some width.
fn band(run: &[(Date, Stretch)], time: &Time, top: f64, height: f64) -> Item {
    let mut points: Vec<(f64, f64)> = Vec::new();
    if let [(day, level)] = run {
        let (x, high, low) = (time.x(*day), down(level.high, top, height), down(level.low, top, height));
        points.extend([(x - 4.0, high), (x + 4.0, high), (x + 4.0, low), (x - 4.0, low)]);
    } else {
        points.extend(run.iter().map(|(d, l)| (time.x(*d), down(l.high, top, height))));
        points.extend(run.iter().rev().map(|(d, l)| (time.x(*d), down(l.low, top, height))));
    }
    let mut d = polyline(&points);
    d.push(Segment::Close);
    Item::Path { d, fill: Some((Ink::Band, 0.28)), stroke: None }
}

/// The pieces of a run's line: dashed where the evidence is thin.
fn line(run: &[(Date, Stretch)], time: &Time, top: f64, height: f64, width: f64) -> Vec<Item> {
    let points: Vec<(f64, f64)> = run.iter().map(|(d, l)| (time.x(*d), down(l.value, top, height))).collect();
    let thin: Vec<bool> = run.windows(2).map(|w| w[1].1.thin).collect();
    let mut pieces = Vec::new();
    let mut from = 0;
    for piece in thin.chunk_by(|x, y| x == y) {
        let stroke = if piece[0] {
            Stroke::new(Ink::Level, width * 0.73).dashed(5.0, 4.0)
        } else {
            Stroke::new(Ink::Level, width)
        };
        pieces.push(Item::through(&points[from..=from + piece.len()], stroke));
        from += piece.len();
    }
    pieces
}

/// The name of a turn and where it stands.
#[derive(Clone, Debug, PartialEq)]
struct Name {
    /// 0 is the row next to the plot.
    row: usize,
    /// True where the words stand before the sign.
    before: bool,
    /// Empty where only the sign found room.
    words: String,
}

/// Finds rooms for the names of turns, those of the highest rank first: no name lies over another, nor over the
/// line that leads from a name down to its days. `None` where not even the sign finds room.
fn place(marks: &[Mark], time: &Time, right: f64) -> Vec<Option<Name>> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by(|&x, &y| marks[y].rank.total_cmp(&marks[x].rank).then(x.cmp(&y)));
    let mut placed: Vec<Option<Name>> = vec![None; marks.len()];
    // Rooms taken: row, from, to; and lines: up to which row, at.
    let mut rooms: Vec<(usize, f64, f64)> = Vec::new();
    let mut lines: Vec<(usize, f64)> = Vec::new();
    for i in order {
        let mark = &marks[i];
        let at = time.x(mark.day);
        let full = format!("{} {}", mark.name, when(mark.from, mark.to));
        let candidates = [full, mark.name.clone(), String::new()];
        'found: for words in candidates {
            let wide = if words.is_empty() { 0.0 } else { 9.0 + font::width(&words, 12.0, true) };
            for row in 0..ROWS {
                for before in [false, true] {
                    let (left, end) = if before { (at - wide, at) } else { (at, at + wide) };
                    let (from, to) = (left - 9.0, end + 9.0);
                    let outside = left < MARGIN || end > right + RIGHT - 4.0;
                    let on_name = rooms.iter().any(|&(r, f, t)| r == row && from < t && f < to);
                    let on_line = lines.iter().any(|&(r, x)| r > row && from < x && x < to);
                    let line_on_name = rooms.iter().any(|&(r, f, t)| r < row && f < at && at < t);
                    if outside || on_name || on_line || line_on_name {
                        continue;
                    }
                    rooms.push((row, from, to));
                    lines.push((row, at));
                    placed[i] = Some(Name { row, before, words });
                    break 'found;
                }
            }
        }
    }
    placed
}

/// An interval in few words: "2012", "Jun 2017", "5 Jun 2017", "Mar–Jul 2018".
fn when(from: Date, to: Date) -> String {
    let month = |d: Date| month_name(d);
    if from == to {
        format!("{} {} {}", from.day(), month(from), from.year())
    } else if (from, to) == (from.first_of_year(), from.last_of_year()) {
        from.year().to_string()
    } else if from.first_of_month() == to.first_of_month() {
        format!("{} {}", month(from), from.year())
    } else if from.year() == to.year() {
        format!("{}–{} {}", month(from), month(to), from.year())
    } else {
        format!("{} {} – {} {}", month(from), from.year(), month(to), to.year())
    }
}

fn month_name(day: Date) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(day.month()).ok().and_then(|m| NAMES.get(m.wrapping_sub(1)).copied()).unwrap_or("")
}

/// The stretch of time for which events are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Day,
    Week,
    Months(i32),
}

impl Step {
    /// The shortest that leaves a bar some three points.
    fn of(from: Date, to: Date, width: f64) -> Step {
        let days = gap(from, to).max(1.0);
        let wide = |length: f64| length * width / days >= 3.0;
        match () {
            () if wide(1.0) => Step::Day,
            () if wide(7.0) => Step::Week,
            () if wide(30.4) => Step::Months(1),
            () if wide(91.3) => Step::Months(3),
            () => Step::Months(12),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Months(1) => "month",
            Step::Months(3) => "quarter",
            Step::Months(_) => "year",
        }
    }

    /// The first day of the stretch that holds a day.
    fn start(self, day: Date) -> Date {
        match self {
            Step::Day => day,
            Step::Week => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(jiff::Span::new().days(back)).unwrap_or(day)
            }
            Step::Months(n) => {
                let month = (i32::from(day.month()) - 1) / n * n + 1;
                let month = i8::try_from(month).unwrap_or(1);
                Date::new(day.year(), month, 1).unwrap_or(day)
            }
        }
    }

    /// The first day after it.
    fn next(self, start: Date) -> Date {
        let span = match self {
            Step::Day => jiff::Span::new().days(1),
            Step::Week => jiff::Span::new().days(7),
            Step::Months(n) => jiff::Span::new().months(i64::from(n)),
        };
        start.checked_add(span).unwrap_or(start)
    }

    fn name(self, start: Date) -> String {
        let last = self.next(start).yesterday().unwrap_or(start);
        match self {
            Step::Week => format!("week of {}", when(start, start)),
            _ => when(start, last),
        }
    }
}

/// Some ten days along the axis with their labels: years, quarters, months or days, as the stretch is long.
fn ticks(start: Date, end: Date) -> Vec<(Date, String)> {
    let days = gap(start, end);
    if days <= 75.0 {
        return day_ticks(start, end, days);
    }
    let number = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month()) - 1;
    let months = number(end) - number(start) + 1;
    let step = [1, 3, 6, 12, 24, 60, 120, 240, 600].into_iter().find(|s| months / s <= 12).unwrap_or(1200);
    let mut ticks = Vec::new();
    for month in (number(start)..=number(end)).filter(|m| m.rem_euclid(step) == 0) {
        let day = i16::try_from(month.div_euclid(12))
            .ok()
            .zip(i8::try_from(month.rem_euclid(12) + 1).ok())
            .and_then(|(year, month)| Date::new(year, month, 1).ok());
        let Some(day) = day.filter(|d| *d >= start) else { continue };
        let label = if step >= 12 || day.month() == 1 {
            day.year().to_string()
        } else if months <= 12 {
            format!("{} {}", month_name(day), day.year())
        } else {
            month_name(day).to_string()
        };
        ticks.push((day, label));
    }
    ticks
}

fn day_ticks(start: Date, end: Date, days: f64) -> Vec<(Date, String)> {
    let step = if days <= 10.0 {
        1
    } else if days <= 35.0 {
        5
    } else {
        10
    };
    let mut ticks = Vec::new();
    let mut day = start;
    loop {
        let marked = step == 1 || day.day() == 1 || (i32::from(day.day()) % step == 0 && day.day() < 30);
        if marked {
            let label = format!("{} {}", day.day(), month_name(day));
            ticks.push((day, label));
        }
        match day.tomorrow() {
            Ok(next) if next <= end => day = next,
            _ => return ticks,
        }
    }
}

/// The level as a small line for tables: the last twenty years at most, without words.
pub fn spark(points: &[Point]) -> Picture {
    const W: f64 = 132.0;
    const H: f64 = 34.0;
    let points = &points[points.len().saturating_sub(240)..];
    let mut items =
        vec![Item::line((0.0, H / 2.0), (W, H / 2.0), Stroke::new(Ink::Rule, 1.0).dashed(2.0, 3.0))];
    if let Some((first, last)) = points.first().zip(points.last()) {
        let time = Time::new(first.day, last.day, 3.0, W - 8.0);
        for run in runs(points) {
            items.push(band(&run, &time, 2.0, H - 4.0));
            items.extend(line(&run, &time, 2.0, H - 4.0, 1.6));
        }
        if let Some(level) = last.level {
            items.push(Item::disc(time.x(last.day), down(level.value, 2.0, H - 4.0), 2.5, Ink::Level));
        }
    }
    Picture { width: W, height: H, title: String::new(), desc: String::new(), items }
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
        assert_eq!(labels(date(2017, 6, 3), date(2017, 6, 5)), ["3 Jun", "4 Jun", "5 Jun"]);
        assert_eq!(labels(date(2017, 6, 5), date(2017, 6, 5)), ["5 Jun"]);
        for days in 1..2000 {
            let end = date(2015, 3, 7).checked_add(jiff::Span::new().days(days)).expect("a day");
            assert!((1..=13).contains(&ticks(date(2015, 3, 7), end).len()), "{days}");
        }
    }

    #[test]
    fn a_point_without_evidence_breaks_the_line() {
        let level = Some(Stretch { value: 1.0, low: 0.0, high: 2.0, thin: false });
        let point = |m: i8, level| Point { day: date(2026, m, 28), level, alike: None };
        let points = [point(1, level), point(2, level), point(3, None), point(4, level)];
        assert_eq!(runs(&points).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn an_interval_is_named_in_few_words() {
        let days = |a: (i16, i8, i8), b: (i16, i8, i8)| when(date(a.0, a.1, a.2), date(b.0, b.1, b.2));
        assert_eq!(days((2017, 6, 5), (2017, 6, 5)), "5 Jun 2017");
        assert_eq!(days((2012, 1, 1), (2012, 12, 31)), "2012");
        assert_eq!(days((2017, 8, 1), (2017, 8, 31)), "Aug 2017");
        assert_eq!(days((2018, 3, 4), (2018, 7, 9)), "Mar–Jul 2018");
        assert_eq!(days((2018, 11, 4), (2019, 2, 9)), "Nov 2018 – Feb 2019");
    }
}
