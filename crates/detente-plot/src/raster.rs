//! Draws a picture as a PNG: outlines by tiny-skia, letters as outlines of the built-in font.

use tiny_skia::{FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, StrokeDash, Transform};
use ttf_parser::OutlineBuilder;

use crate::font;
use crate::ink::{Ink, Theme};
use crate::picture::{Anchor, Item, Picture, Segment, Text};
use crate::round::on_circle;

/// Why a picture could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawError {
    /// It is wider or higher than a PNG can well be.
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The bytes could not be written.
    Encoding(String),
}

impl std::fmt::Display for DrawError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DrawError::TooLarge { width, height } => {
                write!(f, "a PNG of {width} by {height} pixels is too large: write an SVG instead")
            }
            DrawError::Encoding(why) => write!(f, "the PNG could not be made ({why}): write an SVG instead"),
        }
    }
}

impl std::error::Error for DrawError {}

/// More pixels than this are refused: they would take some 400 MB of memory.
const MOST_PIXELS: u64 = 100_000_000;

impl Picture {
    /// The bytes of a PNG with `scale` pixels to a point.
    ///
    /// # Errors
    /// When it would be too large.
    pub fn png(&self, theme: Theme, scale: f64) -> Result<Vec<u8>, DrawError> {
        let scale = scale.clamp(0.1, 20.0) as f32;
        let pixels = |points: f64| (points as f32 * scale).ceil().clamp(1.0, 1e6) as u32;
        let (width, height) = (pixels(self.width), pixels(self.height));
        let too_large = DrawError::TooLarge { width, height };
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(too_large);
        }
        let mut map = Pixmap::new(width, height).ok_or(too_large)?;
        let [r, g, b] = Ink::Paper.rgb(theme);
        map.fill(tiny_skia::Color::from_rgba8(r, g, b, 255));
        let mut canvas = Canvas { map, theme, at: Transform::from_scale(scale, scale) };
        canvas.items(&self.items);
        canvas.map.encode_png().map_err(|e| DrawError::Encoding(e.to_string()))
    }
}

struct Canvas {
    map: Pixmap,
    theme: Theme,
    at: Transform,
}

impl Canvas {
    fn paint(&self, ink: Ink, opacity: f64) -> Paint<'static> {
        let [r, g, b] = ink.rgb(self.theme);
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(r, g, b, (opacity.clamp(0.0, 1.0) * 255.0).round() as u8);
        paint
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Path { d, fill, stroke } => {
                    let Some(path) = path(d) else { continue };
                    if let Some((ink, opacity)) = fill {
                        let paint = self.paint(*ink, *opacity);
                        self.map.fill_path(&path, &paint, FillRule::Winding, self.at, None);
                    }
                    if let Some(stroke) = stroke {
                        let paint = self.paint(stroke.ink, stroke.opacity);
                        let dash = stroke
                            .dash
                            .and_then(|(dash, gap)| StrokeDash::new(vec![dash as f32, gap as f32], 0.0));
                        let line = tiny_skia::Stroke {
                            width: stroke.width as f32,
                            line_join: LineJoin::Round,
                            dash,
                            ..tiny_skia::Stroke::default()
                        };
                        self.map.stroke_path(&path, &paint, &line, self.at, None);
                    }
                }
                Item::Text(text) => self.text(text),
                Item::Group { items, .. } => self.items(items),
            }
        }
    }

    fn text(&mut self, text: &Text) {
        let Some(face) = font::face(text.bold) else { return };
        let size = text.size / f64::from(face.units_per_em());
        let whole = font::exact(&text.words, text.size, text.bold);
        let mut pen = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -whole / 2.0,
            Anchor::End => -whole,
        };
        let mut outline = Outline { builder: PathBuilder::new(), size: size as f32, x: 0.0 };
        for letter in text.words.chars() {
            outline.x = pen as f32;
            face.outline_glyph(font::glyph(face, letter), &mut outline);
            pen += font::advance(letter, text.bold) * text.size;
        }
        let Some(path) = outline.builder.finish() else { return };
        let (sin, cos) = on_circle(text.turned / 360.0);
        let (sin, cos) = (sin as f32, cos as f32);
        let turn = Transform::from_row(cos, sin, -sin, cos, text.x as f32, text.y as f32);
        let paint = self.paint(text.ink, 1.0);
        self.map.fill_path(&path, &paint, FillRule::Winding, turn.post_concat(self.at), None);
    }
}

/// Letters, turned from the font's units with their base line down to points.
struct Outline {
    builder: PathBuilder,
    size: f32,
    x: f32,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.size, -y * self.size)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }
    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let ((a, b), (x, y)) = (self.at(a, b), self.at(x, y));
        self.builder.quad_to(a, b, x, y);
    }
    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let ((a, b), (c, d), (x, y)) = (self.at(a, b), self.at(c, d), self.at(x, y));
        self.builder.cubic_to(a, b, c, d, x, y);
    }
    fn close(&mut self) {
        self.builder.close();
    }
}

/// `None` for an outline without length.
fn path(d: &[Segment]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for segment in d {
        match *segment {
            Segment::Move(x, y) => builder.move_to(x as f32, y as f32),
            Segment::Line(x, y) => builder.line_to(x as f32, y as f32),
            Segment::Quad(a, b, x, y) => builder.quad_to(a as f32, b as f32, x as f32, y as f32),
            Segment::Cubic(a, b, c, e, x, y) => {
                builder.cubic_to(a as f32, b as f32, c as f32, e as f32, x as f32, y as f32);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_leaves_ink_and_a_picture_that_is_too_large_says_so() {
        let items = vec![Item::Text(Text::new(10.0, 30.0, "Détente").size(24.0).ink(Ink::Word))];
        let mut picture = Picture { width: 120.0, height: 40.0, title: "x".into(), desc: "y".into(), items };
        let bytes = picture.png(Theme::Light, 1.0).expect("drawn");
        let map = Pixmap::decode_png(&bytes).expect("a PNG");
        let dark = map.pixels().iter().filter(|p| p.red() < 100).count();
        assert!((300..2000).contains(&dark), "{dark} dark pixels");
        picture.height = 1e6;
        assert!(matches!(picture.png(Theme::Light, 2.0), Err(DrawError::TooLarge { .. })));
    }
}
