//! A picture as a list of what is drawn, in order. The charts build it, [`crate::svg`] writes it and
//! [`crate::raster`] draws it, so both show the same.

use crate::font;
use crate::ink::Ink;

/// A piece of an outline, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Lift the pen and go there.
    Move(f64, f64),
    /// A straight line.
    Line(f64, f64),
    /// A curve past one point to another.
    Quad(f64, f64, f64, f64),
    /// A curve past two points to a third.
    Cubic(f64, f64, f64, f64, f64, f64),
    /// Back to where the outline began.
    Close,
}

impl Segment {
    fn moved(self, x: f64, y: f64) -> Segment {
        match self {
            Segment::Move(a, b) => Segment::Move(a + x, b + y),
            Segment::Line(a, b) => Segment::Line(a + x, b + y),
            Segment::Quad(a, b, c, d) => Segment::Quad(a + x, b + y, c + x, d + y),
            Segment::Cubic(a, b, c, d, e, f) => Segment::Cubic(a + x, b + y, c + x, d + y, e + x, f + y),
            Segment::Close => Segment::Close,
        }
    }
}

/// Where a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where it stands, across.
    pub x: f64,
    /// Its base line, down.
    pub y: f64,
    /// The words.
    pub words: String,
    /// Size in points.
    pub size: f64,
    /// True for the heavier letters.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
    /// How it stands to its point.
    pub anchor: Anchor,
    /// Turned about its point, in degrees clockwise.
    pub turned: f64,
}

impl Text {
    /// Ordinary small words that begin at a point.
    pub fn new(x: f64, y: f64, words: impl Into<String>) -> Text {
        Text {
            x,
            y,
            words: clean(&words.into()),
            size: 12.0,
            bold: false,
            ink: Ink::Quiet,
            anchor: Anchor::Start,
            turned: 0.0,
        }
    }

    /// The same in another colour.
    pub fn ink(self, ink: Ink) -> Text {
        Text { ink, ..self }
    }

    /// The same in heavier letters.
    pub fn bold(self) -> Text {
        Text { bold: true, ..self }
    }

    /// The same in another size.
    pub fn size(self, size: f64) -> Text {
        Text { size, ..self }
    }

    /// The same, standing otherwise to its point.
    pub fn anchor(self, anchor: Anchor) -> Text {
        Text { anchor, ..self }
    }

    /// The same, turned.
    pub fn turned(self, degrees: f64) -> Text {
        Text { turned: degrees, ..self }
    }

    /// The words cut to a room.
    pub fn within(self, room: f64) -> Text {
        let words = font::fit(&self.words, self.size, self.bold, room).into_owned();
        Text { words, ..self }
    }

    /// Room that it needs along its line.
    pub fn width(&self) -> f64 {
        font::width(&self.words, self.size, self.bold)
    }

    /// The corners of the room that it takes: left, top, right, bottom before it is turned about its point.
    pub fn room(&self) -> [f64; 4] {
        let width = self.width();
        let left = match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - width / 2.0,
            Anchor::End => self.x - width,
        };
        [left, self.y - self.size * 0.78, left + width, self.y + self.size * 0.22]
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// An outline, filled, drawn, or both.
    Path {
        /// Its pieces.
        d: Vec<Segment>,
        /// Colour and opacity of the inside.
        fill: Option<(Ink, f64)>,
        /// The line about it.
        stroke: Option<Stroke>,
    },
    /// Words.
    Text(Text),
    /// Several things with one title, which a pointer shows, and perhaps an address to which they lead.
    Group {
        /// The title.
        title: String,
        /// The address.
        href: Option<String>,
        /// The things.
        items: Vec<Item>,
    },
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub ink: Ink,
    /// Width in points.
    pub width: f64,
    /// Opacity, 0…1.
    pub opacity: f64,
    /// Lengths of dashes and of the gaps between.
    pub dash: Option<(f64, f64)>,
}

impl Stroke {
    /// A whole line of this colour and width.
    pub fn new(ink: Ink, width: f64) -> Stroke {
        Stroke { ink, width, opacity: 1.0, dash: None }
    }

    /// The same, dashed.
    pub fn dashed(self, dash: f64, gap: f64) -> Stroke {
        Stroke { dash: Some((dash, gap)), ..self }
    }

    /// The same, seen through.
    pub fn opacity(self, opacity: f64) -> Stroke {
        Stroke { opacity, ..self }
    }
}

impl Item {
    /// A straight line.
    pub fn line(from: (f64, f64), to: (f64, f64), stroke: Stroke) -> Item {
        let d = vec![Segment::Move(from.0, from.1), Segment::Line(to.0, to.1)];
        Item::Path { d, fill: None, stroke: Some(stroke) }
    }

    /// A filled box.
    pub fn bar(x: f64, y: f64, width: f64, height: f64, ink: Ink, opacity: f64) -> Item {
        Item::Path { d: rectangle(x, y, width, height), fill: Some((ink, opacity)), stroke: None }
    }

    /// A filled disc.
    pub fn disc(x: f64, y: f64, r: f64, ink: Ink) -> Item {
        Item::Path { d: circle(x, y, r), fill: Some((ink, 1.0)), stroke: None }
    }

    /// The same, elsewhere.
    pub(crate) fn moved(self, x: f64, y: f64) -> Item {
        match self {
            Item::Path { d, fill, stroke } => {
                let d = d.into_iter().map(|s| s.moved(x, y)).collect();
                Item::Path { d, fill, stroke }
            }
            Item::Text(text) => Item::Text(Text { x: text.x + x, y: text.y + y, ..text }),
            Item::Group { title, href, items } => {
                Item::Group { title, href, items: items.into_iter().map(|i| i.moved(x, y)).collect() }
            }
        }
    }

    /// A line through points.
    pub fn through(points: &[(f64, f64)], stroke: Stroke) -> Item {
        Item::Path { d: polyline(points), fill: None, stroke: Some(stroke) }
    }
}

/// The outline of a box.
pub fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<Segment> {
    use Segment::{Close, Line, Move};
    vec![Move(x, y), Line(x + width, y), Line(x + width, y + height), Line(x, y + height), Close]
}

/// The outline of a disc, in four curves.
pub fn circle(x: f64, y: f64, r: f64) -> Vec<Segment> {
    use Segment::{Close, Cubic, Move};
    // The usual nearness of a curve to a quarter of a circle.
    let k = r * 0.552_284_75;
    vec![
        Move(x + r, y),
        Cubic(x + r, y + k, x + k, y + r, x, y + r),
        Cubic(x - k, y + r, x - r, y + k, x - r, y),
        Cubic(x - r, y - k, x - k, y - r, x, y - r),
        Cubic(x + k, y - r, x + r, y - k, x + r, y),
        Close,
    ]
}

/// A line through points.
pub fn polyline(points: &[(f64, f64)]) -> Vec<Segment> {
    let at =
        |(i, &(x, y)): (usize, &(f64, f64))| if i == 0 { Segment::Move(x, y) } else { Segment::Line(x, y) };
    points.iter().enumerate().map(at).collect()
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// What it is, for readers of the screen and the head of a window.
    pub title: String,
    /// What it shows, for those who cannot see it.
    pub desc: String,
    /// What is drawn, in order.
    pub items: Vec<Item>,
}

impl Picture {
    /// All texts, with those inside of groups.
    pub fn texts(&self) -> Vec<&Text> {
        fn walk<'a>(items: &'a [Item], found: &mut Vec<&'a Text>) {
            for item in items {
                match item {
                    Item::Text(text) => found.push(text),
                    Item::Group { items, .. } => walk(items, found),
                    Item::Path { .. } => {}
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.items, &mut found);
        found
    }

    /// Puts the title and the words under it at the head, and gives how far down they reach.
    pub(crate) fn head(&mut self, title: &str, note: &str, left: f64) -> f64 {
        let room = self.width - 2.0 * left;
        self.items
            .push(Item::Text(Text::new(left, 36.0, title).size(19.0).bold().ink(Ink::Word).within(room)));
        let mut y = 36.0;
        for line in font::wrap(&clean(note), 12.5, false, room) {
            y += 18.0;
            self.items.push(Item::Text(Text::new(left, y + 4.0, line).size(12.5)));
        }
        y + 12.0
    }

    /// Puts words at the foot, and gives how far down they reach.
    pub(crate) fn foot(&mut self, words: &str, left: f64, y: f64) -> f64 {
        let mut y = y;
        for line in font::wrap(&clean(words), 11.5, false, self.width - 2.0 * left) {
            y += 16.0;
            self.items.push(Item::Text(Text::new(left, y, line).size(11.5)));
        }
        y
    }
}

/// A text on one line: blanks of every kind become one, control characters and what turns the direction of writing
/// go.
pub fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter_map(|c| match c {
            c if c.is_whitespace() => Some(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => None,
            // Not allowed in XML.
            '\u{fffe}' | '\u{ffff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
