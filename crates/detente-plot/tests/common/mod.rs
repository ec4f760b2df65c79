//! Made-up data for pictures: few and many of everything, with long and hostile names.

use detente::plover::Quad;
use detente_plot::{Cell, Group, Mark, Matrix, Network, Node, Pin, Point, State, Stretch, Tie, Timeline};
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Numbers that look drawn by lot and are the same each time: 0…1.
pub struct Lot(pub u32);

impl Lot {
    pub fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0 >> 8) / f64::from(1u32 << 24)
    }

    fn up_to(&mut self, n: usize) -> usize {
        ((self.draw() * n as f64) as usize).min(n - 1)
    }
}

fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("a day")
}

/// A pair with so many events over so many days, and so many turns.
pub fn timeline(events: usize, days: i64, turns: usize) -> Timeline {
    let mut lot = Lot(events as u32 + 7);
    let from = date(2010, 3, 1);
    let to = days_after(from, days);
    let step = (days / 110).max(1);
    let mut points = Vec::new();
    let mut level = 4.0;
    for i in 0..=days / step {
        level = f64::clamp(level + lot.draw() * 3.0 - 1.55, -9.5, 9.5);
        let half = 1.0 + 2.0 * lot.draw();
        let stretch = Stretch { value: level, low: level - half, high: level + half, thin: i % 17 > 13 };
        let known = i % 40 < 33;
        points.push(Point {
            day: days_after(from, i * step),
            level: known.then_some(stretch),
            alike: (i > 10 && i < 90).then(|| level / 1.4),
        });
    }
    let mut marks: Vec<Mark> = (0..turns)
        .map(|i| {
            let start = days_after(from, (lot.draw() * days as f64 * 0.97) as i64);
            let better = i % 2 == 1;
            let long = if i % 5 == 4 { days / 9 } else { (days / 300) * (i as i64 % 3) };
            Mark {
                day: days_after(start, long / 3).min(to),
                from: start,
                to: days_after(start, long).min(to),
                name: ["rupture", "rapprochement", "war", "truce"][i % 4].into(),
                better,
                rank: lot.draw(),
                title: format!("turn {i}"),
                href: None,
            }
        })
        .collect();
    marks.sort_by_key(|m| m.from);
    let pins = (0..events)
        .map(|i| {
            let quad = Quad::ALL[lot.up_to(4)];
            let start = days_after(from, (lot.draw() * days as f64) as i64);
            let wide = if i % 11 == 3 { days / 20 } else { 0 };
            Pin {
                days: (i % 23 != 5).then(|| (start, days_after(start, wide).min(to))),
                quad,
                hollow: i % 7 == 2,
                count: 1,
                title: format!("event {i} “<words> & more”"),
                href: Some(format!("/event/{i}?a=1&b=2")),
            }
        })
        .collect();
    let third = days_after(from, days / 3);
    let states = vec![
        State { from, to: third, name: "cooperative".into(), value: Some(4.0) },
        State { from: third, to: days_after(third, days / 40), name: "strained".into(), value: Some(-2.0) },
        State {
            from: days_after(third, days / 40),
            to: days_after(third, days / 3),
            name: "hostile".into(),
            value: Some(-6.0),
        },
        State { from: days_after(third, days / 3), to, name: "too little evidence".into(), value: None },
    ];
    Timeline {
        title: "Arnor and the Kingdom of Gondor <&> \"Rohan\"".into(),
        note: format!("Level from −10 (war) to +10 (union); {events} events"),
        desc: "The level falls, and rises again.".into(),
        from,
        to,
        points,
        states,
        marks,
        pins,
        foot: "Where nothing is known nothing is drawn. Counts of reports are not the world.".into(),
        framed: true,
    }
}

/// Names, some of them long.
pub fn names(n: usize) -> Vec<String> {
    let known = [
        "Iran",
        "United States",
        "Russia",
        "Organisation for the Prohibition of Chemical Weapons",
        "Qatar",
        "Saudi Arabia",
        "United Arab Emirates",
        "Hamas",
        "Egypt",
        "Bosnia and Herzegovina",
        "Israel",
        "China",
        "<script>alert(1)</script>",
        "São Tomé and Príncipe",
        "Türkiye",
        "中华人民共和国",
    ];
    (0..n).map(|i| known.get(i).map_or_else(|| format!("Party {i}"), |k| (*k).to_owned())).collect()
}

fn groups(n: usize, between: usize) -> Vec<Group> {
    let a = (n - between) / 2;
    let b = (n - between) / 3;
    let rest = n - between - a - b;
    vec![
        Group { name: "bloc A".into(), members: a, bloc: Some(0) },
        Group { name: "between".into(), members: between, bloc: None },
        Group { name: "bloc B".into(), members: b, bloc: Some(1) },
        Group { name: "alone".into(), members: rest, bloc: None },
    ]
}

fn group(number: usize, groups: &[Group]) -> usize {
    let mut end = 0;
    groups
        .iter()
        .position(|g| {
            end += g.members;
            number < end
        })
        .unwrap_or(0)
}

pub fn matrix(n: usize) -> Matrix {
    let groups = groups(n, n / 8);
    let mut lot = Lot(n as u32);
    let mut cells = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            if lot.draw() < 0.45 {
                continue;
            }
            let within = group(a, &groups) == group(b, &groups);
            let value = if within { 9.0 * lot.draw() - 1.0 } else { 7.0 - 14.0 * lot.draw() - 2.5 };
            let value = value.clamp(-10.0, 10.0);
            let half = 0.5 + 7.0 * lot.draw();
            cells.push(Cell {
                a,
                b,
                value,
                low: value - half,
                high: value + half,
                title: format!("{a} and {b}"),
                href: None,
            });
        }
    }
    Matrix {
        title: "Who stands with whom".into(),
        note: "2017-06-30, ordered by bloc".into(),
        desc: "Two blocs.".into(),
        names: names(n),
        groups,
        cells,
        foot: "A level has a band; an empty cell is no evidence.".into(),
    }
}

pub fn network(n: usize) -> Network {
    let groups = groups(n, n / 8);
    let mut lot = Lot(n as u32 + 3);
    let mut ties = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            let within = group(a, &groups) == group(b, &groups);
            if lot.draw() > if within { 0.6 } else { 0.25 } * (14.0 / n as f64).min(1.0) {
                continue;
            }
            let against = lot.draw() < 0.08;
            let pull = (1.0 + 8.0 * lot.draw()) * if within == against { -1.0 } else { 1.0 };
            ties.push(Tie { a, b, pull, against, title: format!("{a} – {b}"), href: None });
        }
    }
    let nodes = names(n)
        .into_iter()
        .enumerate()
        .map(|(i, name)| Node { between: group(i, &groups) == 1, title: name.clone(), name, href: None })
        .collect();
    Network {
        title: "Blocs".into(),
        note: "2017-06-30".into(),
        desc: "Two blocs and those between.".into(),
        nodes,
        groups,
        ties,
        foot: "The strongest ties are drawn.".into(),
    }
}
