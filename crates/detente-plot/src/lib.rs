//! The pictures of Détente: where two parties stand over time, a signed matrix of a day, and the network of blocs.
//! Data in, a [`Picture`] out; a picture is written as SVG text or drawn as a PNG. The pages and the command line
//! show the same pictures, because both get them here.
//!
//! What holds for every picture:
//! - *The same data give the same bytes*: no clock, no hash order, no trigonometry of the machine's own library.
//! - *Colour never stands alone.* Blue is cooperation and orange is conflict (both can be told apart with any kind of
//!   colour vision), and a shape, a sign or a dash says the same again.
//! - *Nothing is drawn where nothing is known*: a line breaks, a cell stays empty.
//! - *Labels keep clear of each other*; a name that finds no room is left out and remains in the title that a pointer
//!   shows, and in the tables.
//! - *Names come from the news and may be hostile*: all text is escaped, control characters go.
//!
//! An SVG brings its dark colours along (`prefers-color-scheme`); a PNG is drawn in the colours that are asked for.
//! Pages that forbid styles inside of pictures take [`Picture::inline`] and put [`STYLE`] into their own stylesheet.

#![forbid(unsafe_code)]

mod arcs;
mod bars;
mod day;
mod field;
mod font;
mod ink;
mod matrix;
mod network;
mod picture;
mod raster;
mod round;
mod shape;
mod svg;
mod timeline;
mod world;

pub use arcs::{Arcs, Leaf};
pub use bars::{Bar, Bars};
pub use day::{Axis, Day, DayTie, Labels, PARTIES, Role, is_people};
pub use field::{Bond, Field, Spot, bend, layout};
pub use ink::{Ink, STYLE, Theme};
pub use matrix::{Cell, Group, Matrix};
pub use network::{Network, Node, Tie};
pub use picture::{Anchor, Item, Picture, Segment, Stroke, Text};
pub use raster::DrawError;
pub use shape::glyph;
pub use timeline::{Mark, Pin, Point, State, Stretch, Timeline, spark};
pub use world::{Shade, Spike, World};
