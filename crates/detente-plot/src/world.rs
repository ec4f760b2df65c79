//! A map: countries tinted by what is told of them as a whole, towns and sites as discs, regions as discs as wide as they
//! reach. What is known of a country alone is never a point in its middle.
//!
//! Outlines: Natural Earth, in the public domain, thinned out (`world.tsv` beside this file, made by `training/map`).
//! Projection: Natural Earth I (Šavrič, Jenny, Patterson, Petrovič, Hurni, Cartographica 46, 2011), whose polynomials give
//! the same numbers on every machine. A map says nothing of claims.

use std::sync::LazyLock;

use detente::plover::Quad;

use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Segment, Stroke, Text, circle};

/// What is told of a country as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Shade {
    /// Its entity key.
    pub key: String,
    /// How many reports.
    pub count: usize,
    /// Their mean place on the scale from −10 to +10.
    pub scale: f64,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// What is told of a place within a country.
#[derive(Clone, Debug, PartialEq)]
pub struct Spike {
    /// Degrees north and east.
    pub at: (f64, f64),
    /// How far it reaches, in kilometres; discs that would be smaller than a dot are dots.
    pub reach: f64,
    /// How many reports.
    pub count: usize,
    /// Of which class most are.
    pub quad: Quad,
    /// What a pointer shows.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// Title.
    pub title: String,
    /// What stands under it.
    pub note: String,
    /// What the picture shows, for those who cannot see it.
    pub desc: String,
    /// Countries.
    pub shades: Vec<Shade>,
    /// Places.
    pub spikes: Vec<Spike>,
    /// Keys of the countries that are to fill the picture; empty for the whole world.
    pub within: Vec<String>,
}

const WIDTH: f64 = 1060.0;
const MARGIN: f64 = 16.0;
/// Kilometres of a degree of latitude.
const DEGREE: f64 = 111.2;

/// A country's key and its rings, in degrees east and north.
type Outline = (&'static str, Vec<Vec<(f64, f64)>>);

static OUTLINES: LazyLock<Vec<Outline>> = LazyLock::new(|| {
    let ring = |text: &str| -> Vec<(f64, f64)> {
        let (mut x, mut y) = (0_i32, 0_i32);
        text.split(' ')
            .filter_map(|step| {
                let (dx, dy) = step.split_once(',')?;
                (x, y) = (x + dx.parse::<i32>().ok()?, y + dy.parse::<i32>().ok()?);
                Some((f64::from(x) / 100.0, f64::from(y) / 100.0))
            })
            .collect()
    };
    include_str!("world.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let (key, rings) = line.split_once('\t')?;
            Some((key, rings.split(';').map(ring).collect()))
        })
        .collect()
});

/// Degrees north and east on the plane, in radians of the equator; up is smaller.
fn project(lat: f64, lon: f64) -> (f64, f64) {
    let (p, l) = (lat.clamp(-90.0, 90.0).to_radians(), lon.to_radians());
    let p2 = p * p;
    let p4 = p2 * p2;
    let x = l * (0.8707 - 0.131_979 * p2 + p4 * (-0.013_791 + p4 * (0.003_971 * p2 - 0.001_529 * p4)));
    let y = p * (1.007_226 + p2 * (0.015_085 + p4 * (-0.044_475 + 0.028_874 * p2 - 0.005_916 * p4)));
    (x, -y)
}

/// From the plane into the picture.
struct Frame {
    scale: f64,
    left: f64,
    top: f64,
}

impl Frame {
    fn at(&self, lat: f64, lon: f64) -> (f64, f64) {
        let (x, y) = project(lat, lon);
        (self.left + x * self.scale, self.top + y * self.scale)
    }
}

impl World {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let mut picture = Picture {
            width: WIDTH,
            height: 0.0,
            title: self.title.clone(),
            desc: self.desc.clone(),
            items: Vec::new(),
        };
        let head = picture.head(&self.title, &self.note, 28.0) + 6.0;
        let ((west, north), (east, south)) = self.bounds();
        let room = WIDTH - 2.0 * MARGIN;
        // No taller than a screen.
        let scale = (room / (east - west)).min(620.0 / (south - north));
        let high = (south - north) * scale;
        let indent = (room - (east - west) * scale) / 2.0;
        let frame = Frame { scale, left: MARGIN + indent - west * scale, top: head - north * scale };
        let inside =
            |(x, y): (f64, f64)| (MARGIN..=WIDTH - MARGIN).contains(&x) && (head..=head + high).contains(&y);
        let most = self.shades.iter().map(|s| s.count).max().unwrap_or(0).max(1) as f64;
        let mut tiny = Vec::new();
        for (key, rings) in OUTLINES.iter() {
            let shade = self.shades.iter().find(|s| s.key == *key);
            let mut items = Vec::new();
            let fill = match shade {
                // From faint to full with the order of magnitude of the count.
                Some(s) => {
                    (Ink::of_value(s.scale), 0.25 + 0.6 * (1.0 + s.count as f64).ln() / (1.0 + most).ln())
                }
                None => (Ink::Faint, 1.0),
            };
            let mut widest: f64 = 0.0;
            for ring in rings {
                let points: Vec<(f64, f64)> = ring.iter().map(|&(lon, lat)| frame.at(lat, lon)).collect();
                if !points.iter().any(|p| inside(*p)) {
                    continue;
                }
                let ends = points.iter().fold((f64::MAX, f64::MIN), |e, p| (e.0.min(p.0), e.1.max(p.0)));
                widest = widest.max(ends.1 - ends.0);
                let mut d = crate::picture::polyline(&points);
                d.push(Segment::Close);
                items.push(Item::Path { d, fill: Some(fill), stroke: Some(Stroke::new(Ink::Paper, 0.7)) });
            }
            let Some(shade) = shade else {
                picture.items.extend(items);
                continue;
            };
            if widest < 6.0
                && let Some(&(lon, lat)) = rings.first().and_then(|r| r.first())
                && inside(frame.at(lat, lon))
            {
                // Too small to be seen: a ring around it, which is no point.
                let (x, y) = frame.at(lat, lon);
                let ring = Stroke::new(fill.0, 2.0);
                items.push(Item::Path {
                    d: circle(x, y, 6.0),
                    fill: Some((Ink::Paper, 0.0)),
                    stroke: Some(ring),
                });
                tiny.push(Item::Group { title: shade.title.clone(), href: shade.href.clone(), items });
                continue;
            }
            picture.items.push(Item::Group { title: shade.title.clone(), href: shade.href.clone(), items });
        }
        picture.items.extend(tiny);
        // The widest first, so that what is small is not hidden.
        let mut spikes: Vec<&Spike> = self.spikes.iter().collect();
        spikes.sort_by(|x, y| {
            y.reach.total_cmp(&x.reach).then(y.count.cmp(&x.count)).then(x.title.cmp(&y.title))
        });
        for spike in spikes {
            let (x, y) = frame.at(spike.at.0, spike.at.1);
            if !inside((x, y)) {
                continue;
            }
            let dot = 2.6 + 1.3 * (spike.count as f64).ln();
            let reach = spike.reach / DEGREE * (1.0_f64).to_radians() * scale;
            let ink = Ink::of(spike.quad);
            let mut items = Vec::new();
            if reach > dot {
                let edge = Stroke::new(ink, 0.8).dashed(3.0, 2.0);
                items.push(Item::Path {
                    d: circle(x, y, reach),
                    fill: Some((ink, 0.14)),
                    stroke: Some(edge),
                });
                items.push(Item::Path {
                    d: circle(x, y, dot),
                    fill: Some((ink, 0.0)),
                    stroke: Some(Stroke::new(ink, 1.2)),
                });
            } else {
                let edge = Stroke::new(Ink::Paper, 0.9);
                items.push(Item::Path { d: circle(x, y, dot), fill: Some((ink, 0.92)), stroke: Some(edge) });
            }
            picture.items.push(Item::Group { title: spike.title.clone(), href: spike.href.clone(), items });
        }
        picture.height = (self.legend(&mut picture, head + high + 24.0) + 16.0).ceil();
        picture
    }

    /// What fills the picture, on the plane.
    fn bounds(&self) -> ((f64, f64), (f64, f64)) {
        let chosen: Vec<&Outline> =
            OUTLINES.iter().filter(|(key, _)| self.within.iter().any(|k| k == key)).collect();
        if chosen.is_empty() {
            // Without the Antarctic, of which little is told.
            let (north, south) = (project(84.0, 0.0).1, project(-57.0, 0.0).1);
            let side = project(0.0, 180.0).0;
            return ((-side, north), (side, south));
        }
        let mut ends = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (_, rings) in chosen {
            // The largest part says where a country lies; islands far away do not.
            let largest = rings.iter().max_by(|x, y| spread(x).total_cmp(&spread(y)));
            for &(lon, lat) in largest.into_iter().flatten() {
                let (x, y) = project(lat, lon);
                ends = ((ends.0.0.min(x), ends.0.1.min(y)), (ends.1.0.max(x), ends.1.1.max(y)));
            }
        }
        let rim = 0.04_f64.max((ends.1.0 - ends.0.0) * 0.04);
        ((ends.0.0 - rim, ends.0.1 - rim), (ends.1.0 + rim, ends.1.1 + rim))
    }

    fn legend(&self, picture: &mut Picture, y: f64) -> f64 {
        let mut x = 28.0;
        let mut say = |picture: &mut Picture, mark: Vec<Item>, wide: f64, words: &str| {
            picture.items.extend(mark.into_iter().map(|i| i.moved(x, 0.0)));
            let text = Text::new(x + wide + 6.0, y + 4.0, words).size(12.0).anchor(Anchor::Start);
            x += wide + 6.0 + text.width() + 20.0;
            picture.items.push(Item::Text(text));
        };
        let bar = |ink, opacity| vec![Item::bar(0.0, y - 6.0, 18.0, 12.0, ink, opacity)];
        say(picture, bar(Ink::Foe2, 0.85), 18.0, "hostile events, of the country as a whole");
        say(picture, bar(Ink::Friend2, 0.85), 18.0, "friendly ones");
        say(picture, bar(Ink::Friend2, 0.3), 18.0, "pale: few");
        say(picture, vec![Item::disc(6.0, y, 4.0, Ink::Mx)], 12.0, "a town or site, by its class");
        let edge = Stroke::new(Ink::Mx, 0.8).dashed(3.0, 2.0);
        let wide = Item::Path { d: circle(9.0, y, 8.0), fill: Some((Ink::Mx, 0.14)), stroke: Some(edge) };
        say(picture, vec![wide], 18.0, "a region, as wide as it reaches");
        picture.foot(
            "Outlines: Natural Earth. Places: GeoNames, CC BY 4.0. A map says nothing of claims.",
            28.0,
            y + 10.0,
        )
    }
}

/// Width times height of a ring, in degrees.
fn spread(ring: &[(f64, f64)]) -> f64 {
    let ends = ring.iter().fold(((f64::MAX, f64::MAX), (f64::MIN, f64::MIN)), |e, p| {
        ((e.0.0.min(p.0), e.0.1.min(p.1)), (e.1.0.max(p.0), e.1.1.max(p.1)))
    });
    if ring.is_empty() { 0.0 } else { (ends.1.0 - ends.0.0) * (ends.1.1 - ends.0.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outlines_hold_every_state_once() {
        let mut keys: Vec<&str> = OUTLINES.iter().map(|(key, _)| *key).collect();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all);
        for key in ["IRN", "KOS", "PSE", "SSD", "TWN", "VAT", "BHR", "MLT"] {
            assert!(keys.contains(&key), "{key}");
        }
        let inside =
            |(lon, lat): &(f64, f64)| (-180.01..=180.01).contains(lon) && (-90.01..=90.01).contains(lat);
        assert!(OUTLINES.iter().all(|(_, rings)| rings.iter().flatten().all(inside)));
    }

    #[test]
    fn a_country_is_tinted_and_a_town_is_a_disc() {
        let world = World {
            title: "Where".into(),
            note: "Invented.".into(),
            desc: "One country, one town.".into(),
            shades: vec![Shade {
                key: "BHR".into(),
                count: 3,
                scale: -6.0,
                title: "Bahrain: 3".into(),
                href: None,
            }],
            spikes: vec![Spike {
                at: (35.7, 51.4),
                reach: 0.0,
                count: 2,
                quad: Quad::MaterialConflict,
                title: "Tehran: 2".into(),
                href: Some("/events".into()),
            }],
            within: Vec::new(),
        };
        let whole = world.picture();
        let svg = whole.svg();
        assert!(svg.contains("Bahrain: 3") && svg.contains("Tehran: 2") && !svg.contains("NaN"));
        let near = World { within: vec!["IRN".into()], ..world }.picture();
        assert!(near.svg().contains("Tehran: 2"));
        assert!(whole.height < 900.0 && near.height < 900.0);
    }

    #[test]
    fn the_projection_keeps_the_equator_and_the_poles() {
        assert_eq!(project(0.0, 0.0), (0.0, 0.0));
        let (x, y) = project(0.0, 180.0);
        assert!((x - 0.8707 * std::f64::consts::PI).abs() < 1e-9 && y == 0.0);
        // The published height of the pole.
        assert!((project(90.0, 0.0).1 + 1.4224).abs() < 1e-3, "{:?}", project(90.0, 0.0));
    }
}
