//! The signed matrix of a day: parties on both sides, ordered by bloc, and in each cell how the two stand. A square
//! is friendly and a diamond hostile; stronger colour is a stronger tie, and a larger shape is surer. What nobody
//! knows is left empty.

use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Segment, Stroke, Text, circle, rectangle};
use crate::shape::polygon;

/// How two parties stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Number of one party, from 0.
    pub a: usize,
    /// Number of the other.
    pub b: usize,
    /// The level, −10…+10.
    pub value: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// Parties that stand side by side under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name; empty for none.
    pub name: String,
    /// How many parties.
    pub members: usize,
    /// Number of the bloc, for its colour; `None` for parties of no bloc.
    pub bloc: Option<usize>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Title.
    pub title: String,
    /// What stands under it; empty for none.
    pub note: String,
    /// What the picture shows, for those who cannot see it.
    pub desc: String,
    /// Names of the parties, in order.
    pub names: Vec<String>,
    /// The groups, in order; together they have as many members as there are names.
    pub groups: Vec<Group>,
    /// The cells, once for each pair.
    pub cells: Vec<Cell>,
    /// What stands at the foot; empty for none.
    pub foot: String,
}

const MARGIN: f64 = 28.0;
/// Longest name, in points.
const NAME: f64 = 170.0;
const BETWEEN: f64 = 7.0;

impl Matrix {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let n = self.names.len();
        let side = (660.0 / n.max(1) as f64).clamp(14.0, 38.0);
        let size = (side * 0.62).clamp(9.5, 12.5);
        let names: Vec<Text> =
            self.names.iter().map(|n| Text::new(0.0, 0.0, &**n).size(size).within(NAME)).collect();
        let longest = names.iter().map(Text::width).fold(40.0, f64::max);
        let left = MARGIN + 12.0 + longest + 10.0;

        // Where each party begins; groups stand a little apart.
        let mut starts = Vec::new();
        let mut blocks = Vec::new();
        let mut at = 0.0;
        let mut first = 0;
        for group in self.groups.iter().filter(|g| g.members > 0) {
            let from = at;
            for _ in 0..group.members.min(n - first.min(n)) {
                starts.push(at);
                at += side;
            }
            first += group.members;
            blocks.push((group, from, at - from));
            at += BETWEEN;
        }
        // Names beyond the groups, should there be any.
        while starts.len() < n {
            starts.push(at);
            at += side;
        }
        let whole = (at - BETWEEN).max(side);
        let group_room = 96.0;
        let width = (left + whole + group_room + MARGIN).max(640.0);
        let mut picture = Picture {
            width,
            height: 0.0,
            title: self.title.clone(),
            desc: self.desc.clone(),
            items: Vec::new(),
        };
        let head = picture.head(&self.title, &self.note, MARGIN);
        // Heads of columns are turned by 60 degrees: as high as 0.87 of the longest.
        let top = head + 14.0 + longest * 0.866 + 10.0;

        for &(group, from, long) in &blocks {
            let Some(ink) = group.bloc.map(Ink::of_bloc) else { continue };
            let frame = rectangle(left + from - 2.0, top + from - 2.0, long + 4.0, long + 4.0);
            picture.items.push(Item::Path {
                d: frame,
                fill: Some((Ink::Faint, 0.6)),
                stroke: Some(Stroke::new(ink, 1.6)),
            });
        }
        for (i, text) in names.iter().enumerate() {
            let Some(&at) = starts.get(i) else { continue };
            let middle = at + side / 2.0;
            let ink = Ink::Word;
            let row =
                Text { x: left - 10.0, y: top + middle + size * 0.35, anchor: Anchor::End, ..text.clone() };
            picture.items.push(Item::Text(row.ink(ink)));
            let column = Text { x: left + middle + size * 0.2, y: top - 10.0, turned: -60.0, ..text.clone() };
            picture.items.push(Item::Text(column.ink(ink)));
            // Hair lines lead the eye; the diagonal says that nobody stands with himself.
            let hair = Stroke::new(Ink::Faint, 0.8);
            picture.items.push(Item::line((left, top + middle), (left + whole, top + middle), hair));
            picture.items.push(Item::line((left + middle, top), (left + middle, top + whole), hair));
        }
        for &at in &starts {
            let (x, y) = (left + at + side / 2.0, top + at + side / 2.0);
            let r = side * 0.12;
            picture.items.push(Item::line((x - r, y - r), (x + r, y + r), Stroke::new(Ink::Rule, 1.2)));
        }
        for cell in &self.cells {
            let (Some(&a), Some(&b)) = (starts.get(cell.a), starts.get(cell.b)) else { continue };
            if cell.a == cell.b {
                continue;
            }
            let half = side / 2.0;
            let at = |x: f64, y: f64| sign(cell, left + x + half, top + y + half, side);
            let items = vec![at(a, b), at(b, a)];
            picture.items.push(Item::Group { title: cell.title.clone(), href: cell.href.clone(), items });
        }
        // Names of groups at the right, each beside its own rows and clear of the one above.
        let mut free = f64::NEG_INFINITY;
        for &(group, from, long) in blocks.iter().filter(|b| !b.0.name.is_empty()) {
            let y = (top + from + long / 2.0 + 4.0).max(free);
            free = y + 15.0;
            let ink = group.bloc.map_or(Ink::Quiet, Ink::of_bloc);
            let text = Text::new(left + whole + 14.0, y, &*group.name)
                .bold()
                .ink(ink)
                .within(group_room + MARGIN - 20.0);
            picture.items.push(Item::Text(text));
        }
        let mut y = legend(&mut picture, top + whole + 34.0);
        if !self.foot.is_empty() {
            y = picture.foot(&self.foot, MARGIN, y + 4.0);
        }
        picture.height = (y.max(free) + 18.0).ceil();
        picture
    }
}

/// How sure a level is: 1 for a band without width, 0 for one as wide as the scale.
fn sure(cell: &Cell) -> f64 {
    (1.0 - (cell.high - cell.low) / 20.0).clamp(0.0, 1.0)
}

/// Square, diamond, or a small ring for what is nearly neutral.
fn sign(cell: &Cell, x: f64, y: f64, side: f64) -> Item {
    let ink = Ink::of_value(cell.value);
    let r = side * (0.14 + 0.30 * sure(cell));
    if ink == Ink::Quiet {
        return Item::Path { d: circle(x, y, side * 0.14), fill: None, stroke: Some(Stroke::new(ink, 1.2)) };
    }
    let d = if cell.value > 0.0 {
        rectangle(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8)
    } else {
        diamond(x, y, r * 1.12)
    };
    Item::Path { d, fill: Some((ink, 1.0)), stroke: None }
}

fn diamond(x: f64, y: f64, r: f64) -> Vec<Segment> {
    polygon(&[(x, y - r), (x + r, y), (x, y + r), (x - r, y)])
}

/// What shapes, colours and sizes mean; gives where it ends.
fn legend(picture: &mut Picture, y: f64) -> f64 {
    let mut x = MARGIN;
    let mut y = y;
    let end = picture.width - MARGIN;
    let mut entry = |picture: &mut Picture, items: Vec<Item>, wide: f64, words: &str| {
        let text = Text::new(0.0, 0.0, words).size(11.5);
        if x > MARGIN && x + wide + 8.0 + text.width() > end {
            (x, y) = (MARGIN, y + 22.0);
        }
        picture.items.extend(items.into_iter().map(|i| i.moved(x, y)));
        let after = x + wide + 8.0 + text.width();
        picture.items.push(Item::Text(Text { x: x + wide + 8.0, y: y + 4.0, ..text }));
        x = after + 22.0;
    };
    let cell = |value: f64, wide: f64| Cell {
        a: 0,
        b: 1,
        value,
        low: value - wide / 2.0,
        high: value + wide / 2.0,
        title: String::new(),
        href: None,
    };
    let row = |values: [f64; 3]| {
        values
            .iter()
            .enumerate()
            .map(|(i, v)| sign(&cell(*v, 3.0), 9.0 + 20.0 * i as f64, 0.0, 20.0))
            .collect::<Vec<_>>()
    };
    entry(picture, row([-8.0, -4.0, -1.0]), 58.0, "hostile (−6 and worse, −3, −0.5)");
    entry(picture, row([1.0, 4.0, 8.0]), 58.0, "friendly (+0.5, +3, +6 and better)");
    entry(picture, vec![sign(&cell(0.0, 3.0), 9.0, 0.0, 20.0)], 18.0, "neither");
    let sizes = vec![sign(&cell(8.0, 18.0), 9.0, 0.0, 20.0), sign(&cell(8.0, 1.0), 30.0, 0.0, 20.0)];
    entry(picture, sizes, 40.0, "unsure, sure");
    entry(picture, Vec::new(), 0.0, "empty: no evidence");
    y + 12.0
}
