//! Parties as points in a field: who stands together lies together, who is at odds lies apart. The places come from all
//! days of a record at once ([`layout`]), and a single day only bends them ([`bend`]), so that a party is found where it
//! was when the day changes. Ties are drawn as in the network on a ring: together blue and whole, apart orange and dashed;
//! the surer, the darker; the stronger, the broader. Blocs are tinted ground.

use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Stroke, Text, circle};
use crate::round::on_circle;

/// A party.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// Where it lies, 0…1 from the left and from the top.
    pub at: (f64, f64),
    /// How much is known of it, 0…1: the size of its disc.
    pub size: f64,
    /// The colour of its bloc, by number; `None` for those of none.
    pub bloc: Option<usize>,
    /// True where it stands between the blocs; drawn as a ring.
    pub between: bool,
    /// True where it is to be noticed; drawn with a second ring.
    pub noticed: bool,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// A tie of two parties.
#[derive(Clone, Debug, PartialEq)]
pub struct Bond {
    /// Number of one party, from 0.
    pub a: usize,
    /// Number of the other.
    pub b: usize,
    /// How strongly it pulls together (above 0) or apart, −10…+10.
    pub pull: f64,
    /// How sure it is, 0…1.
    pub sure: f64,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Title.
    pub title: String,
    /// What stands under it; empty for none.
    pub note: String,
    /// What the picture shows, for those who cannot see it.
    pub desc: String,
    /// The parties.
    pub spots: Vec<Spot>,
    /// The ties.
    pub bonds: Vec<Bond>,
    /// What stands at the foot; empty for none.
    pub foot: String,
}

const WIDTH: f64 = 1060.0;
const HEIGHT: f64 = 600.0;
const MARGIN: f64 = 28.0;
/// Room at the right for the name of the last party.
const NAME: f64 = 150.0;
const LETTERS: f64 = 12.5;

/// Steps of the search for places.
const STEPS: usize = 400;
/// Steps in which a day bends them.
const BENDS: usize = 60;

/// Two points, and how far apart they are; never nothing, so that two points in one place part.
fn away(a: (f64, f64), b: (f64, f64)) -> (f64, f64, f64) {
    let (x, y) = (b.0 - a.0, b.1 - a.1);
    // Square roots are the same on every machine.
    (x, y, (x * x + y * y).sqrt().max(1e-3))
}

/// One step: what pulls together draws near, what pulls apart pushes, all keep a distance, and all are held to the
/// middle, or to where they were.
fn step(at: &mut [(f64, f64)], pulls: &[(usize, usize, f64)], hold: Option<&[(f64, f64)]>, reach: f64) {
    let n = at.len();
    let mut moves = vec![(0.0, 0.0); n];
    let mut push = |a: usize, b: usize, x: f64, y: f64, force: f64| {
        moves[a].0 -= x * force;
        moves[a].1 -= y * force;
        moves[b].0 += x * force;
        moves[b].1 += y * force;
    };
    // The distance that all keep shrinks with their number.
    let room = 0.5 / (n.max(1) as f64).sqrt();
    for a in 0..n {
        for b in a + 1..n {
            let (x, y, d) = away(at[a], at[b]);
            push(a, b, x / d, y / d, (room * room / d).min(0.2));
        }
    }
    for &(a, b, pull) in pulls {
        let (x, y, d) = away(at[a], at[b]);
        if pull > 0.0 {
            push(a, b, x, y, -0.05 * pull.min(8.0));
        } else {
            push(a, b, x / d, y / d, 0.01 * pull.abs().min(8.0) / (d + 0.2));
        }
    }
    for (i, (moved, at)) in moves.iter().zip(at.iter_mut()).enumerate() {
        let home = hold.map_or((0.0, 0.0), |h| h[i]);
        let grip = if hold.is_some() { 0.35 } else { 0.12 };
        let (x, y) = (moved.0 + (home.0 - at.0) * grip, moved.1 + (home.1 - at.1) * grip);
        let (_, _, far) = away((0.0, 0.0), (x, y));
        let scale = reach.min(far) / far;
        *at = (at.0 + x * scale, at.1 + y * scale);
    }
}

/// Places for `n` parties, 0…1 in both directions, from all ties of a record: numbers of two parties, and how they pull.
/// The same ties give the same places.
pub fn layout(n: usize, pulls: &[(usize, usize, f64)]) -> Vec<(f64, f64)> {
    // On a circle at first, each as far from its neighbours in number as can be, so that order says nothing.
    let golden = 0.618_033_988_75;
    let mut at: Vec<(f64, f64)> = (0..n)
        .map(|i| {
            let turn = i as f64 * golden;
            let (sin, cos) = on_circle(turn - turn.floor());
            (0.6 * sin, 0.6 * cos)
        })
        .collect();
    for i in 0..STEPS {
        step(&mut at, pulls, None, 0.08 * (1.0 - i as f64 / STEPS as f64) + 0.002);
    }
    fit(&mut at);
    at
}

/// The same places as a single day bends them.
pub fn bend(places: &[(f64, f64)], pulls: &[(usize, usize, f64)]) -> Vec<(f64, f64)> {
    let hold: Vec<(f64, f64)> = places.iter().map(|p| (p.0 * 2.0 - 1.0, p.1 * 2.0 - 1.0)).collect();
    let mut at = hold.clone();
    for i in 0..BENDS {
        step(&mut at, pulls, Some(&hold), 0.05 * (1.0 - i as f64 / BENDS as f64));
    }
    at.into_iter()
        .map(|p| (((p.0 + 1.0) / 2.0).clamp(0.0, 1.0), ((p.1 + 1.0) / 2.0).clamp(0.0, 1.0)))
        .collect()
}

/// Stretches places so that they fill the field from 0 to 1, each direction for itself.
fn fit(at: &mut [(f64, f64)]) {
    let ends = |of: &dyn Fn(&(f64, f64)) -> f64| {
        at.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |e, v| (e.0.min(v), e.1.max(v)))
    };
    let (x, y) = (ends(&|p| p.0), ends(&|p| p.1));
    let share =
        |v: f64, (low, high): (f64, f64)| if high - low > 1e-9 { (v - low) / (high - low) } else { 0.5 };
    for p in at.iter_mut() {
        *p = (share(p.0, x), share(p.1, y));
    }
}

impl Field {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut picture = Picture {
            width: WIDTH,
            height: 0.0,
            title: self.title.clone(),
            desc: self.desc.clone(),
            items: Vec::new(),
        };
        let head = picture.head(&self.title, &self.note, MARGIN) + 12.0;
        let places = self.places(head);
        self.ground(&mut picture, &places);
        for bond in &self.bonds {
            let ink = if bond.pull > 0.0 { Ink::Better } else { Ink::Worse };
            let width = 0.8 + bond.pull.abs().min(8.0) * 0.55;
            let stroke = Stroke::new(ink, width).opacity(0.18 + 0.6 * bond.sure.clamp(0.0, 1.0));
            let stroke = if bond.pull > 0.0 { stroke } else { stroke.dashed(7.0, 5.0) };
            let items = vec![Item::line(places[bond.a], places[bond.b], stroke)];
            picture.items.push(Item::Group { title: bond.title.clone(), href: bond.href.clone(), items });
        }
        for (spot, &(x, y)) in self.spots.iter().zip(&places) {
            let r = radius(spot);
            let ink = spot.bloc.map_or(Ink::Quiet, Ink::of_bloc);
            let (fill, stroke) = if spot.between {
                (Ink::Paper, Stroke::new(ink, 2.6))
            } else {
                (ink, Stroke::new(Ink::Paper, 1.5))
            };
            let mut items = Vec::new();
            if spot.noticed {
                let ring = Stroke::new(Ink::Word, 1.6).dashed(3.0, 3.0);
                items.push(Item::Path { d: circle(x, y, r + 5.0), fill: None, stroke: Some(ring) });
            }
            items.push(Item::Path { d: circle(x, y, r), fill: Some((fill, 1.0)), stroke: Some(stroke) });
            let text = Text::new(x + r + 5.0, y + 4.2, &*spot.name).size(LETTERS).ink(Ink::Word).within(NAME);
            items.push(Item::Text(if spot.noticed { text.bold() } else { text }));
            picture.items.push(Item::Group { title: spot.title.clone(), href: spot.href.clone(), items });
        }
        let mut y = head + HEIGHT + 18.0;
        y = self.legend(&mut picture, y);
        if !self.foot.is_empty() {
            y = picture.foot(&self.foot, MARGIN, y + 2.0);
        }
        picture.height = (y + 18.0).ceil();
        picture
    }

    /// Places in points, moved up and down until names do not lie on each other.
    fn places(&self, head: f64) -> Vec<(f64, f64)> {
        let (wide, high) = (WIDTH - 2.0 * MARGIN - NAME, HEIGHT - 40.0);
        let mut at: Vec<(f64, f64)> =
            self.spots.iter().map(|s| (MARGIN + 10.0 + s.at.0 * wide, head + 10.0 + s.at.1 * high)).collect();
        let widths: Vec<f64> = self
            .spots
            .iter()
            .map(|s| 2.0 * radius(s) + 8.0 + Text::new(0.0, 0.0, &*s.name).size(LETTERS).within(NAME).width())
            .collect();
        for _ in 0..60 {
            let mut still = true;
            for a in 0..at.len() {
                for b in a + 1..at.len() {
                    let left = at[b].0 - at[a].0;
                    let clear = if left >= 0.0 { left >= widths[a] } else { -left >= widths[b] };
                    let gap = 17.0 - (at[b].1 - at[a].1).abs();
                    if clear || gap <= 0.0 {
                        continue;
                    }
                    still = false;
                    let by = (gap / 2.0 + 0.1) * if at[b].1 >= at[a].1 { 1.0 } else { -1.0 };
                    at[a].1 = (at[a].1 - by).clamp(head + 6.0, head + HEIGHT - 16.0);
                    at[b].1 = (at[b].1 + by).clamp(head + 6.0, head + HEIGHT - 16.0);
                }
            }
            if still {
                break;
            }
        }
        at
    }

    /// Tinted ground under each bloc: a disc under each member, and a broad line between those that are near.
    fn ground(&self, picture: &mut Picture, places: &[(f64, f64)]) {
        for (i, spot) in self.spots.iter().enumerate() {
            let Some(bloc) = spot.bloc else { continue };
            let ink = Ink::of_bloc(bloc);
            let (x, y) = places[i];
            picture.items.push(Item::Path { d: circle(x, y, 30.0), fill: Some((ink, 0.10)), stroke: None });
        }
        for bond in self.bonds.iter().filter(|b| b.pull > 0.0) {
            let (a, b) = (&self.spots[bond.a], &self.spots[bond.b]);
            if let (Some(bloc), true) = (a.bloc, a.bloc == b.bloc) {
                let stroke = Stroke::new(Ink::of_bloc(bloc), 22.0).opacity(0.07);
                picture.items.push(Item::line(places[bond.a], places[bond.b], stroke));
            }
        }
    }

    fn legend(&self, picture: &mut Picture, y: f64) -> f64 {
        let mut x = MARGIN;
        let say = |picture: &mut Picture, x: &mut f64, words: &str, mark: Vec<Item>| {
            picture.items.extend(mark);
            let text = Text::new(*x + 34.0, y + 4.0, words).size(12.0).anchor(Anchor::Start);
            *x += 34.0 + text.width() + 24.0;
            picture.items.push(Item::Text(text));
        };
        let line = |x: f64, stroke| vec![Item::line((x, y), (x + 28.0, y), stroke)];
        let mark = line(x, Stroke::new(Ink::Better, 2.6));
        say(picture, &mut x, "draws together", mark);
        let mark = line(x, Stroke::new(Ink::Worse, 2.6).dashed(7.0, 5.0));
        say(picture, &mut x, "draws apart", mark);
        let mark = line(x, Stroke::new(Ink::Better, 2.6).opacity(0.25));
        say(picture, &mut x, "pale: unsure", mark);
        let ring = Item::Path {
            d: circle(x + 18.0, y, 5.0),
            fill: Some((Ink::Paper, 1.0)),
            stroke: Some(Stroke::new(Ink::Quiet, 2.4)),
        };
        say(picture, &mut x, "drawn to both sides", vec![ring]);
        if self.spots.iter().any(|s| s.noticed) {
            let ring = Stroke::new(Ink::Word, 1.6).dashed(3.0, 3.0);
            let mark = vec![
                Item::Path { d: circle(x + 18.0, y, 9.0), fill: None, stroke: Some(ring) },
                Item::disc(x + 18.0, y, 5.0, Ink::Quiet),
            ];
            say(picture, &mut x, "changed its bloc", mark);
        }
        y + 14.0
    }
}

/// The radius of the disc of a party.
fn radius(spot: &Spot) -> f64 {
    4.0 + 7.0 * spot.size.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(at: &[(f64, f64)], a: usize, b: usize) -> f64 {
        away(at[a], at[b]).2
    }

    /// Two groups of three that are at odds.
    fn pulls() -> Vec<(usize, usize, f64)> {
        let mut pulls = Vec::new();
        for a in 0..6 {
            for b in a + 1..6 {
                pulls.push((a, b, if a / 3 == b / 3 { 5.0 } else { -5.0 }));
            }
        }
        pulls
    }

    #[test]
    fn who_stands_together_lies_together() {
        let at = layout(6, &pulls());
        for a in 0..6 {
            for b in (0..6).filter(|b| *b != a && a / 3 == b / 3) {
                for c in (0..6).filter(|c| a / 3 != c / 3) {
                    assert!(distance(&at, a, b) < distance(&at, a, c), "{a} {b} {c}: {at:?}");
                }
            }
        }
        assert_eq!(at, layout(6, &pulls()));
        assert!(layout(1, &[])[0].0.is_finite() && layout(0, &[]).is_empty());
    }

    #[test]
    fn a_day_bends_the_places_and_does_not_break_them() {
        let at = layout(6, &pulls());
        // On this day one has changed sides.
        let day: Vec<_> = pulls()
            .into_iter()
            .map(|(a, b, p)| if a == 2 || b == 2 { (a, b, -p) } else { (a, b, p) })
            .collect();
        let bent = bend(&at, &day);
        let moved = |i: usize| away(at[i], bent[i]).2;
        assert!(moved(2) > 0.02, "{bent:?}");
        assert!((0..6).filter(|i| *i != 2).all(|i| moved(i) < 0.3), "{bent:?}");
    }

    #[test]
    fn the_picture_names_all_and_is_sound() {
        let at = layout(6, &pulls());
        let spot = |i: usize| Spot {
            name: format!("Party {i}"),
            at: at[i],
            size: 0.5,
            bloc: Some(i / 3),
            between: i == 1,
            noticed: i == 2,
            title: format!("party {i}"),
            href: Some(format!("/actor/{i}")),
        };
        let bonds = pulls()
            .into_iter()
            .map(|(a, b, pull)| Bond { a, b, pull, sure: 0.5, title: String::new(), href: None })
            .collect();
        let field = Field {
            title: "Who stands with whom".into(),
            note: "Invented.".into(),
            desc: "Six parties.".into(),
            spots: (0..6).map(spot).collect(),
            bonds,
            foot: String::new(),
        };
        let svg = field.picture().svg();
        for i in 0..6 {
            assert!(svg.contains(&format!(">Party {i}<")) && svg.contains(&format!("/actor/{i}")));
        }
        assert!(svg.contains("changed its bloc") && !svg.contains("NaN"));
    }
}
