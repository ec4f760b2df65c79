//! What holds for every picture: it is well-formed, its labels keep clear of each other and inside of the frame, the
//! same data give the same bytes, and few events are drawn as well as very many.

mod common;

use common::{matrix, network, timeline};
use detente_plot::{Picture, Theme};

fn all() -> Vec<(String, Picture)> {
    let mut pictures = Vec::new();
    for (events, days, turns) in [
        (0, 1, 0),
        (1, 0, 0),
        (3, 900, 1),
        (40, 3000, 3),
        (90, 61, 5),
        (400, 9, 2),
        (5000, 300, 12),
        (30_000, 4000, 40),
    ] {
        pictures.push((format!("timeline {events}"), timeline(events, days, turns).picture()));
    }
    for n in [1, 2, 5, 16, 44, 45, 120] {
        pictures.push((format!("matrix {n}"), matrix(n).picture()));
        pictures.push((format!("network {n}"), network(n).picture()));
    }
    pictures
}

/// The corners of the room of a text, turned as it stands.
fn corners(text: &detente_plot::Text) -> [(f64, f64); 4] {
    let [left, top, right, bottom] = text.room();
    let (sin, cos) = text.turned.to_radians().sin_cos();
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| {
        let (dx, dy) = (x - text.x, y - text.y);
        (text.x + dx * cos - dy * sin, text.y + dx * sin + dy * cos)
    })
}

/// Two boxes lie over each other unless some side of one of them parts them.
fn overlap(a: &[(f64, f64); 4], b: &[(f64, f64); 4]) -> bool {
    let parted = |p: &[(f64, f64); 4], q: &[(f64, f64); 4]| {
        (0..4).any(|i| {
            let (from, to) = (p[i], p[(i + 1) % 4]);
            let normal = (to.1 - from.1, from.0 - to.0);
            let along = |c: &(f64, f64)| c.0 * normal.0 + c.1 * normal.1;
            let most = p.iter().map(along).fold(f64::MIN, f64::max);
            let least = q.iter().map(along).fold(f64::MAX, f64::min);
            least >= most - 1e-6
        })
    };
    !parted(a, b) && !parted(b, a)
}

#[test]
fn labels_keep_clear_of_each_other_and_stay_inside() {
    for (name, picture) in all() {
        let texts: Vec<_> = picture.texts().into_iter().filter(|t| !t.words.is_empty()).collect();
        let boxes: Vec<_> = texts.iter().map(|t| corners(t)).collect();
        for (i, one) in boxes.iter().enumerate() {
            for (x, y) in one {
                assert!(
                    (0.0..=picture.width).contains(x) && (0.0..=picture.height).contains(y),
                    "{name}: “{}” leaves the frame",
                    texts[i].words
                );
            }
            for (j, other) in boxes.iter().enumerate().skip(i + 1) {
                assert!(!overlap(one, other), "{name}: “{}” lies over “{}”", texts[i].words, texts[j].words);
            }
        }
    }
}

#[test]
fn every_picture_is_well_formed_has_a_title_and_words_for_those_who_cannot_see_it() {
    for (name, picture) in all() {
        let svg = picture.svg();
        let tree = roxmltree::Document::parse(&svg).unwrap_or_else(|e| panic!("{name}: {e}"));
        let root = tree.root_element();
        let has = |tag: &str| {
            root.children().any(|n| n.tag_name().name() == tag && n.text().is_some_and(|t| !t.is_empty()))
        };
        assert!(has("title") && has("desc"), "{name}");
        let tags = ["svg", "title", "desc", "style", "rect", "g", "a", "path", "text"];
        for node in tree.descendants().filter(roxmltree::Node::is_element) {
            assert!(tags.contains(&node.tag_name().name()), "{name}: <{}>", node.tag_name().name());
            assert!(node.attributes().all(|a| !a.name().starts_with("on") && a.name() != "style"), "{name}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        let inline = picture.inline();
        assert!(!inline.contains("<style") && roxmltree::Document::parse(&inline).is_ok(), "{name}");
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    for ((name, one), (_, other)) in all().into_iter().zip(all()) {
        assert_eq!(one.svg(), other.svg(), "{name}");
    }
}

#[test]
fn many_events_are_counted_and_few_are_drawn_one_by_one() {
    let titles = |events| {
        let svg = timeline(events, 4000, 3).picture().svg();
        (svg.matches("<a href=\"/event/").count(), svg.len())
    };
    assert_eq!(titles(3).0, 3);
    assert_eq!(titles(40).0, 40);
    let (links, bytes) = titles(30_000);
    // Only events without a day stand alone beside the bars.
    assert!(links <= 16, "{links}");
    assert!(bytes < 300_000, "{bytes}");
}

#[test]
fn a_png_opens_and_shows_more_than_its_ground() {
    for (name, picture) in [
        ("timeline", timeline(40, 3000, 3).picture()),
        ("matrix", matrix(16).picture()),
        ("network", network(16).picture()),
    ] {
        for theme in [Theme::Light, Theme::Dark] {
            let bytes = picture.png(theme, 1.0).expect("drawn");
            let map = tiny_skia::Pixmap::decode_png(&bytes).expect("a PNG");
            assert_eq!(f64::from(map.width()), picture.width.ceil(), "{name}");
            let ground = map.pixels()[0];
            let inked =
                map.pixels().iter().filter(|p| **p != ground).count() as f64 / map.pixels().len() as f64;
            assert!((0.02..0.6).contains(&inked), "{name} {theme:?}: {inked}");
            assert_eq!(bytes, picture.png(theme, 1.0).expect("drawn again"), "{name}");
        }
    }
}

#[test]
fn hostile_names_stay_words() {
    for picture in [matrix(16).picture(), network(16).picture()] {
        let svg = picture.svg();
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;alert"), "a name became a tag");
    }
}
