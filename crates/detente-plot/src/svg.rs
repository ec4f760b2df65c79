//! Writes a picture as SVG text. Colours for light ground stand in the attributes, so that every program shows
//! them; [`STYLE`] changes them on dark ground where the viewer knows such rules.

use std::fmt::Write as _;

use crate::font::FAMILY;
use crate::ink::{Ink, STYLE, Theme};
use crate::picture::{Anchor, Item, Picture, Segment, Text, clean};

/// True where some part leads somewhere.
fn leads(items: &[Item]) -> bool {
    items.iter().any(|item| matches!(item, Item::Group { href, items, .. } if href.is_some() || leads(items)))
}

impl Picture {
    /// A whole file, with its own dark colours and its ground.
    pub fn svg(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.open(&mut out, " xmlns=\"http://www.w3.org/2000/svg\"");
        let _ = write!(
            out,
            "<style>{STYLE}</style>\n<rect width=\"100%\" height=\"100%\"{}/>\n",
            fill(Ink::Paper, 1.0)
        );
        self.body(&mut out);
        out
    }

    /// A piece of a page that has [`STYLE`] in its stylesheet; without ground, and without the title as a hint to
    /// the pointer.
    pub fn inline(&self) -> String {
        let mut out = String::new();
        self.open(&mut out, "");
        self.body(&mut out);
        out
    }

    fn open(&self, out: &mut String, space: &str) {
        let (width, height) = (number(self.width), number(self.height));
        let _ = write!(
            out,
            "<svg{space} class=\"detente-plot\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\""
        );
        if self.title.is_empty() {
            out.push_str(" aria-hidden=\"true\">\n");
            return;
        }
        let title = escape(&self.title);
        if space.is_empty() {
            // A picture in which something can be followed is no single image to those who hear it.
            let role = if leads(&self.items) { "group" } else { "img" };
            let _ = writeln!(out, " role=\"{role}\" aria-label=\"{title}. {}\">", escape(&self.desc));
        } else {
            // Titles are read out by the number that names them.
            let _ = write!(
                out,
                " role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{title}</title>\n<desc id=\"desc\">{}</desc>\n",
                escape(&self.desc)
            );
        }
    }

    fn body(&self, out: &mut String) {
        let _ = writeln!(out, "<g font-family=\"{FAMILY}\" stroke-linejoin=\"round\">");
        write_items(out, &self.items);
        out.push_str("</g>\n</svg>\n");
    }
}

fn write_items(out: &mut String, items: &[Item]) {
    for item in items {
        match item {
            Item::Path { d, fill: inside, stroke } => {
                // One class attribute for both colours.
                let classes = [
                    inside.map(|f| format!("f-{}", f.0.class())),
                    stroke.map(|s| format!("s-{}", s.ink.class())),
                ];
                let classes: Vec<String> = classes.into_iter().flatten().collect();
                let _ = write!(out, "<path class=\"{}\" d=\"{}\"", classes.join(" "), outline(d));
                match inside {
                    Some((ink, opacity)) => {
                        let _ = write!(out, " fill=\"{}\"", ink.hex(Theme::Light));
                        if *opacity < 1.0 {
                            let _ = write!(out, " fill-opacity=\"{}\"", share(*opacity));
                        }
                    }
                    None => out.push_str(" fill=\"none\""),
                }
                if let Some(stroke) = stroke {
                    let _ = write!(
                        out,
                        " stroke=\"{}\" stroke-width=\"{}\"",
                        stroke.ink.hex(Theme::Light),
                        number(stroke.width)
                    );
                    if stroke.opacity < 1.0 {
                        let _ = write!(out, " stroke-opacity=\"{}\"", share(stroke.opacity));
                    }
                    if let Some((dash, gap)) = stroke.dash {
                        let _ = write!(out, " stroke-dasharray=\"{} {}\"", number(dash), number(gap));
                    }
                }
                out.push_str("/>\n");
            }
            Item::Text(text) => write_text(out, text),
            Item::Group { title, href, items } => {
                let title = escape(title);
                match href {
                    Some(href) => {
                        let _ = writeln!(
                            out,
                            "<a href=\"{}\" aria-label=\"{title}\"><title>{title}</title>",
                            escape(href)
                        );
                    }
                    None => {
                        let _ = writeln!(out, "<g><title>{title}</title>");
                    }
                }
                write_items(out, items);
                out.push_str(if href.is_some() { "</a>\n" } else { "</g>\n" });
            }
        }
    }
}

fn write_text(out: &mut String, text: &Text) {
    let (x, y) = (number(text.x), number(text.y));
    let _ =
        write!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"{}", number(text.size), fill_class(text.ink));
    if text.bold {
        out.push_str(" font-weight=\"600\"");
    }
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.turned != 0.0 {
        let _ = write!(out, " transform=\"rotate({} {x} {y})\"", number(text.turned));
    }
    let _ = writeln!(out, ">{}</text>", escape(&text.words));
}

fn fill_class(ink: Ink) -> String {
    format!(" class=\"f-{}\" fill=\"{}\"", ink.class(), ink.hex(Theme::Light))
}

fn fill(ink: Ink, opacity: f64) -> String {
    let see = if opacity < 1.0 { format!(" fill-opacity=\"{}\"", share(opacity)) } else { String::new() };
    format!("{}{see}", fill_class(ink))
}

/// A number with one decimal at most; the same for 0 and −0.
fn number(x: f64) -> String {
    let tenths = (x * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A number between 0 and 1 with two decimals.
fn share(x: f64) -> String {
    format!("{:.2}", x.clamp(0.0, 1.0))
}

fn outline(d: &[Segment]) -> String {
    let mut out = String::new();
    for segment in d {
        let _ = match *segment {
            Segment::Move(x, y) => write!(out, "M{} {}", number(x), number(y)),
            Segment::Line(x, y) => write!(out, "L{} {}", number(x), number(y)),
            Segment::Quad(a, b, x, y) => {
                write!(out, "Q{} {} {} {}", number(a), number(b), number(x), number(y))
            }
            Segment::Cubic(a, b, c, e, x, y) => write!(
                out,
                "C{} {} {} {} {} {}",
                number(a),
                number(b),
                number(c),
                number(e),
                number(x),
                number(y)
            ),
            Segment::Close => write!(out, "Z"),
        };
    }
    out
}

/// Text as XML: what has a meaning of its own is escaped, what XML forbids is gone.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in clean(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_one_zero() {
        assert_eq!(
            ["12.3", "-0.1", "0", "7"],
            [12.34, -0.06, -0.01, 7.0].map(number).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn hostile_names_stay_text() {
        let hostile = "<script>alert('x')</script> & \"y\"\u{0}\u{202e}\u{ffff}\n]]>";
        let picture = Picture {
            width: 100.0,
            height: 50.0,
            title: hostile.into(),
            desc: hostile.into(),
            items: vec![Item::Group {
                title: hostile.into(),
                href: Some(format!("/x?{hostile}")),
                items: vec![Item::Text(Text::new(0.0, 10.0, hostile))],
            }],
        };
        let svg = picture.svg();
        let tree = roxmltree::Document::parse(&svg).expect("well-formed");
        assert!(tree.descendants().all(|n| n.tag_name().name() != "script"));
        let text = tree
            .descendants()
            .find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "text")))
            .expect("a text");
        assert_eq!(text.text(), Some("<script>alert('x')</script> & \"y\" ]]>"));
        assert!(!picture.inline().contains("<script"));
    }
}
