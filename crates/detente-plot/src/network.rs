//! The network of blocs on a day: parties on a ring, bloc by bloc, with ties that draw together or apart between them.
//! What draws together (blue, whole lines) runs along the rim where blocs hold together, what draws apart (orange,
//! dashed) across the middle where they stand against each other; what goes against that order is drawn heavier, because it is the
//! strain. Places on the ring follow from the order of the parties alone, so the same blocs give the same picture.

use crate::ink::Ink;
use crate::matrix::Group;
use crate::picture::{Anchor, Item, Picture, Segment, Stroke, Text};
use crate::round::on_circle;

/// A party.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// True where it stands between the blocs: a friend of both sides. It is drawn as a ring.
    pub between: bool,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// A tie of two parties.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Number of one party, from 0.
    pub a: usize,
    /// Number of the other.
    pub b: usize,
    /// How strongly it pulls together (above 0) or apart, −10…+10.
    pub pull: f64,
    /// True where it goes against the order: together across blocs, apart within one.
    pub against: bool,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Title.
    pub title: String,
    /// What stands under it; empty for none.
    pub note: String,
    /// What the picture shows, for those who cannot see it.
    pub desc: String,
    /// The parties, bloc by bloc.
    pub nodes: Vec<Node>,
    /// The blocs, in order; parties of no bloc are a group without a number.
    pub groups: Vec<Group>,
    /// The ties.
    pub ties: Vec<Tie>,
    /// What stands at the foot; empty for none.
    pub foot: String,
}

const MARGIN: f64 = 28.0;
const NAME: f64 = 190.0;
const LINE: f64 = 16.0;
/// Up to so many parties, names stand upright beside the ring; more are turned outwards.
const UPRIGHT: usize = 44;

impl Network {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let n = self.nodes.len();
        let names: Vec<Text> =
            self.nodes.iter().map(|n| Text::new(0.0, 0.0, &*n.name).ink(Ink::Word).within(NAME)).collect();
        let longest = names.iter().map(Text::width).fold(40.0, f64::max);
        let upright = n <= UPRIGHT;
        // Gaps between the groups take room as parties do.
        let places = self.places();
        let slots = places.slots.max(1.0);
        let radius = if upright {
            (slots * 22.0 / std::f64::consts::TAU).clamp(150.0, 270.0).max(n as f64 * LINE / 3.6)
        } else {
            slots * 14.5 / std::f64::consts::TAU
        };
        let beside = longest + 40.0;
        let width = (2.0 * (radius + beside + MARGIN)).max(720.0);
        let mut picture = Picture {
            width,
            height: 0.0,
            title: self.title.clone(),
            desc: self.desc.clone(),
            items: Vec::new(),
        };
        let head = picture.head(&self.title, &self.note, MARGIN);
        let over = if upright { 44.0 } else { beside };
        let centre = (width / 2.0, head + over + radius);
        let at = |turn: f64, r: f64| {
            // The first party stands a little right of the top, and they go round clockwise.
            let (sin, cos) = on_circle(turn);
            (centre.0 + sin * r, centre.1 - cos * r)
        };
        let turns: Vec<f64> = places.at.iter().map(|slot| slot / slots).collect();

        self.arcs(&mut picture, &places, slots, radius, &at);
        self.lines(&mut picture, &turns, radius, centre, &at);
        let low = self.names(&mut picture, &names, &turns, radius, centre, upright);
        for (number, (node, &turn)) in self.nodes.iter().zip(&turns).enumerate() {
            let (x, y) = at(turn, radius);
            let bloc = self.group_of(number).and_then(|g| g.bloc);
            let ink = bloc.map_or(Ink::Quiet, Ink::of_bloc);
            let fill = if node.between { Ink::Paper } else { ink };
            let dot = Item::Path {
                d: crate::picture::circle(x, y, 5.2),
                fill: Some((fill, 1.0)),
                stroke: Some(Stroke::new(
                    if node.between { ink } else { Ink::Paper },
                    if node.between { 2.4 } else { 1.4 },
                )),
            };
            picture.items.push(Item::Group {
                title: node.title.clone(),
                href: node.href.clone(),
                items: vec![dot],
            });
        }
        let mut y = self.legend(&mut picture, low.max(centre.1 + radius + 26.0) + 10.0);
        if !self.foot.is_empty() {
            y = picture.foot(&self.foot, MARGIN, y + 4.0);
        }
        picture.height = (y + 18.0).ceil();
        picture
    }

    /// Where parties and groups stand on the ring, in slots.
    fn places(&self) -> Places {
        let n = self.nodes.len();
        let groups: Vec<usize> = self.groups.iter().map(|g| g.members).filter(|m| *m > 0).collect();
        let apart = if groups.len() > 1 { (n as f64 / 18.0).clamp(1.0, 3.0) } else { 0.0 };
        let mut places = Places { at: Vec::new(), spans: Vec::new(), slots: 0.0 };
        let mut slot = apart / 2.0;
        let rest = n.saturating_sub(groups.iter().sum::<usize>());
        for members in groups.into_iter().chain((rest > 0).then_some(rest)) {
            let from = slot;
            for _ in 0..members {
                places.at.push(slot + 0.5);
                slot += 1.0;
            }
            places.spans.push((from, slot));
            slot += apart;
        }
        places.at.truncate(n);
        places.slots = slot - apart / 2.0;
        places
    }

    /// The group of the party with this number.
    fn group_of(&self, number: usize) -> Option<&Group> {
        let mut end = 0;
        self.groups.iter().find(|g| {
            end += g.members;
            number < end
        })
    }

    /// The arcs of the blocs, outside of the parties.
    fn arcs(
        &self,
        picture: &mut Picture,
        places: &Places,
        slots: f64,
        radius: f64,
        at: &impl Fn(f64, f64) -> (f64, f64),
    ) {
        let groups = self.groups.iter().filter(|g| g.members > 0);
        for (group, &(from, to)) in groups.zip(&places.spans) {
            let Some(bloc) = group.bloc else { continue };
            let (from, to) = ((from + 0.1) / slots, (to - 0.1) / slots);
            let steps = (((to - from) * 120.0).ceil() as usize).max(2);
            let along = |r: f64| -> Vec<(f64, f64)> {
                (0..=steps).map(|i| at(from + (to - from) * i as f64 / steps as f64, r)).collect()
            };
            picture.items.push(Item::through(&along(radius + 12.0), Stroke::new(Ink::of_bloc(bloc), 4.0)));
        }
    }

    /// The ties, weak ones first, those against the order last.
    fn lines(
        &self,
        picture: &mut Picture,
        turns: &[f64],
        radius: f64,
        centre: (f64, f64),
        at: &impl Fn(f64, f64) -> (f64, f64),
    ) {
        let mut order: Vec<&Tie> = self.ties.iter().filter(|t| t.a != t.b).collect();
        order.sort_by(|x, y| {
            x.against
                .cmp(&y.against)
                .then(x.pull.abs().total_cmp(&y.pull.abs()))
                .then((x.a, x.b).cmp(&(y.a, y.b)))
        });
        // Many lines are drawn lighter.
        let light = if order.len() > 150 {
            0.45
        } else if order.len() > 60 {
            0.6
        } else {
            0.8
        };
        for tie in order {
            let (Some(&a), Some(&b)) = (turns.get(tie.a), turns.get(tie.b)) else { continue };
            let (from, to) = (at(a, radius - 6.0), at(b, radius - 6.0));
            // The nearer on the ring, the nearer to the rim the line stays.
            let apart = (a - b).abs().min(1.0 - (a - b).abs()) * 2.0;
            let pull = 0.35 + 0.5 * apart;
            let middle = (from.0.midpoint(to.0), from.1.midpoint(to.1));
            let bend = (middle.0 + (centre.0 - middle.0) * pull, middle.1 + (centre.1 - middle.1) * pull);
            let friendly = tie.pull > 0.0;
            let ink = if friendly { Ink::Better } else { Ink::Worse };
            let strength = (tie.pull.abs() / 10.0).clamp(0.0, 1.0);
            let width = 0.7 + 3.0 * strength + if tie.against { 0.8 } else { 0.0 };
            let mut stroke = Stroke::new(ink, width).opacity(if tie.against { 0.95 } else { light });
            if !friendly {
                stroke = stroke.dashed(5.0, 3.5);
            }
            let d = vec![Segment::Move(from.0, from.1), Segment::Quad(bend.0, bend.1, to.0, to.1)];
            let items = vec![Item::Path { d, fill: None, stroke: Some(stroke) }];
            picture.items.push(Item::Group { title: tie.title.clone(), href: tie.href.clone(), items });
        }
    }

    /// The names of the parties; gives how far down they reach.
    fn names(
        &self,
        picture: &mut Picture,
        names: &[Text],
        turns: &[f64],
        radius: f64,
        centre: (f64, f64),
        upright: bool,
    ) -> f64 {
        if !upright {
            let mut low = centre.1 + radius;
            for (text, &turn) in names.iter().zip(turns) {
                let (sin, cos) = on_circle(turn);
                let (x, y) = (centre.0 + sin * (radius + 20.0), centre.1 - cos * (radius + 20.0));
                let right = turn < 0.5;
                let degrees = turn * 360.0 - if right { 90.0 } else { 270.0 };
                // The base line lies a little beside the ray, so that the ray goes through the middle of the letters.
                let down = 4.0;
                let (x, y) =
                    if right { (x + cos * down, y + sin * down) } else { (x - cos * down, y - sin * down) };
                let anchor = if right { Anchor::Start } else { Anchor::End };
                low = low.max(y - cos * text.width() + 8.0);
                picture.items.push(Item::Text(Text { x, y, ..text.clone() }.anchor(anchor).turned(degrees)));
            }
            return low;
        }
        let mut low = centre.1 + radius;
        let reach = radius + 26.0;
        for right in [true, false] {
            let mut side: Vec<(usize, f64, f64)> = turns
                .iter()
                .enumerate()
                .filter(|(_, turn)| (**turn < 0.5) == right)
                .map(|(i, &turn)| {
                    let (sin, cos) = on_circle(turn);
                    (i, centre.0 + sin * reach, centre.1 - cos * reach)
                })
                .collect();
            side.sort_by(|x, y| x.2.total_cmp(&y.2).then(x.0.cmp(&y.0)));
            // Pushed apart: down from the top, then up from the bottom where that went too far.
            let mut ys: Vec<f64> = side.iter().map(|s| s.2).collect();
            spread(&mut ys, centre.1 - reach - 10.0, centre.1 + reach + 10.0);
            for (&(i, _, was), &y) in side.iter().zip(&ys) {
                let off = ((y - centre.1) / reach).clamp(-1.0, 1.0);
                let (sin, cos) = on_circle(turns.get(i).copied().unwrap_or(0.0));
                let out = ((1.0 - off * off).max(0.0).sqrt() * reach).max(sin.abs() * reach).max(8.0);
                let x = if right { centre.0 + out } else { centre.0 - out };
                let rim = (centre.0 + sin * (radius + 15.0), centre.1 - cos * (radius + 15.0));
                if (was - y).abs() > 5.0 {
                    picture.items.push(Item::line(rim, (x, y), Stroke::new(Ink::Quiet, 0.8).opacity(0.6)));
                }
                let gap = if right { 4.0 } else { -4.0 };
                let anchor = if right { Anchor::Start } else { Anchor::End };
                if let Some(text) = names.get(i) {
                    picture
                        .items
                        .push(Item::Text(Text { x: x + gap, y: y + 4.0, ..text.clone() }.anchor(anchor)));
                }
                low = low.max(y + 10.0);
            }
        }
        low
    }

    /// What lines and blocs mean; gives where it ends.
    fn legend(&self, picture: &mut Picture, y: f64) -> f64 {
        let end = picture.width - MARGIN;
        let (mut x, mut y) = (MARGIN, y + 10.0);
        let mut entry = |picture: &mut Picture, draw: &dyn Fn(f64, f64) -> Vec<Item>, text: Text| {
            let wide = 34.0 + text.width();
            if x > MARGIN && x + wide > end {
                (x, y) = (MARGIN, y + 20.0);
            }
            picture.items.extend(draw(x, y));
            picture.items.push(Item::Text(Text { x: x + 34.0, y: y + 4.0, ..text }));
            x += wide + 20.0;
        };
        for group in self.groups.iter().filter(|g| g.members > 0) {
            let Some(bloc) = group.bloc else { continue };
            let ink = Ink::of_bloc(bloc);
            let draw = |x: f64, y: f64| vec![Item::line((x, y), (x + 26.0, y), Stroke::new(ink, 4.0))];
            entry(
                picture,
                &draw,
                Text::new(0.0, 0.0, &*group.name).bold().ink(ink).within(end - MARGIN - 40.0),
            );
        }
        let line = |stroke: Stroke| move |x: f64, y: f64| vec![Item::line((x, y), (x + 26.0, y), stroke)];
        let words = |w: &str| Text::new(0.0, 0.0, w).size(11.5);
        if self.ties.iter().any(|t| t.pull > 0.0) {
            entry(picture, &line(Stroke::new(Ink::Better, 2.2)), words("drawn together"));
        }
        if self.ties.iter().any(|t| t.pull < 0.0) {
            entry(picture, &line(Stroke::new(Ink::Worse, 2.2).dashed(5.0, 3.5)), words("drawn apart"));
        }
        if self.ties.iter().any(|t| t.against) {
            let both = |x: f64, y: f64| {
                vec![
                    Item::line((x, y - 3.0), (x + 26.0, y - 3.0), Stroke::new(Ink::Better, 3.4)),
                    Item::line(
                        (x, y + 3.0),
                        (x + 26.0, y + 3.0),
                        Stroke::new(Ink::Worse, 3.4).dashed(5.0, 3.5),
                    ),
                ]
            };
            entry(picture, &both, words("heavy: together across blocs, apart within one"));
        }
        if self.nodes.iter().any(|n| n.between) {
            let ring = |x: f64, y: f64| {
                let d = crate::picture::circle(x + 13.0, y, 5.2);
                vec![Item::Path {
                    d,
                    fill: Some((Ink::Paper, 1.0)),
                    stroke: Some(Stroke::new(Ink::Quiet, 2.4)),
                }]
            };
            entry(picture, &ring, words("stands between"));
        }
        y + 10.0
    }
}

struct Places {
    /// The slot of each party.
    at: Vec<f64>,
    /// First and last slot of each group.
    spans: Vec<(f64, f64)>,
    /// Slots in all.
    slots: f64,
}

/// Moves heights, which are in order, at least a line apart and as little as need be, between `top` and `bottom` if
/// that has room for all.
fn spread(ys: &mut [f64], top: f64, bottom: f64) {
    // Runs of neighbours that touch are moved together about their mean.
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &y in ys.iter() {
        runs.push((y, 1));
        while let [.., before, last] = runs.as_slice() {
            let reach = (before.1 + last.1) as f64 * LINE / 2.0;
            if last.0 - before.0 >= reach {
                break;
            }
            let count = before.1 + last.1;
            let centre = (before.0 * before.1 as f64 + last.0 * last.1 as f64) / count as f64;
            let half = count as f64 * LINE / 2.0;
            // Within the bounds, where the run fits between them.
            let centre =
                if 2.0 * half <= bottom - top { centre.clamp(top + half, bottom - half) } else { centre };
            runs.truncate(runs.len() - 2);
            runs.push((centre, count));
        }
    }
    let mut at = 0;
    for (centre, count) in runs {
        for i in 0..count {
            ys[at + i] = centre + (i as f64 - (count - 1) as f64 / 2.0) * LINE;
        }
        at += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_spread_as_little_as_need_be() {
        let mut ys = [0.0, 1.0, 2.0, 100.0, 101.0];
        spread(&mut ys, -100.0, 200.0);
        assert_eq!(ys, [-15.0, 1.0, 17.0, 92.5, 108.5]);
        let mut few = [0.0, 50.0];
        spread(&mut few, 0.0, 60.0);
        assert_eq!(few, [0.0, 50.0]);
    }
}
