//! The shapes of the quad classes: circle, square, triangle, diamond for verbal and material cooperation, verbal and
//! material conflict. Hollow shapes stand for what was denied, announced or only supposed.

use detente::plover::Quad;

use crate::ink::Ink;
use crate::picture::{Item, Picture, Segment, Stroke, circle};

/// The shape of a quad class about a point.
pub fn shape(quad: Quad, x: f64, y: f64, hollow: bool) -> Item {
    let d = outline(quad, x, y);
    let fill = if hollow { Ink::Paper } else { Ink::of(quad) };
    Item::Path { d, fill: Some((fill, 1.0)), stroke: Some(Stroke::new(Ink::of(quad), 1.5)) }
}

fn outline(quad: Quad, x: f64, y: f64) -> Vec<Segment> {
    match quad {
        Quad::VerbalCooperation => circle(x, y, 4.3),
        Quad::MaterialCooperation => {
            polygon(&[(x - 4.0, y - 4.0), (x + 4.0, y - 4.0), (x + 4.0, y + 4.0), (x - 4.0, y + 4.0)])
        }
        Quad::VerbalConflict => polygon(&[(x, y - 5.0), (x + 5.0, y + 4.0), (x - 5.0, y + 4.0)]),
        Quad::MaterialConflict => polygon(&[(x, y - 5.2), (x + 5.2, y), (x, y + 5.2), (x - 5.2, y)]),
    }
}

/// A closed outline through points.
pub fn polygon(points: &[(f64, f64)]) -> Vec<Segment> {
    let mut d = crate::picture::polyline(points);
    d.push(Segment::Close);
    d
}

/// A small triangle: up for the better, down for the worse.
pub fn arrow(better: bool, x: f64, y: f64, ink: Ink) -> Item {
    let s = if better { 1.0 } else { -1.0 };
    let d = polygon(&[(x, y - 4.5 * s), (x + 4.8, y + 3.5 * s), (x - 4.8, y + 3.5 * s)]);
    Item::Path { d, fill: Some((ink, 1.0)), stroke: None }
}

/// The shape of a quad class alone, 12 points wide, for use in a line of text.
pub fn glyph(quad: Quad, hollow: bool) -> Picture {
    let items = vec![shape(quad, 6.0, 6.0, hollow)];
    Picture { width: 12.0, height: 12.0, title: String::new(), desc: String::new(), items }
}
