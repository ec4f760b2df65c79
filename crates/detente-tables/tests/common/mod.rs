//! Rows for tests: readings of the examples, and random ones that have everything a row can have.

#![allow(dead_code, reason = "each test file uses a part")]

#[path = "../../../detente/tests/common/mod.rs"]
mod engine;

use std::fs;

use detente::article::{Article, DateSource};
use detente::gist::Gist;
use detente::note::Evidence;
use detente::plover::{Aux, EventType};
use detente::report::{CiteInfo, Coder, Entity, EventLoc, Link, LinkKind, Report, Size, TextInfo};
use detente::span::Span;
use detente::turn::{Turn, TurnKind};
use detente_tables::{Coded, Month, Origin};
use jiff::Timestamp;
use jiff::civil::{Date, date};

/// The coder of all tests.
pub fn coder() -> Coder {
    Coder { version: "0.0.1".into(), lexicon: "1234abcd".into(), model: "test-1".into() }
}

/// The articles of the examples.
pub fn articles() -> Vec<Article> {
    let folder = engine::root().join("examples");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the examples").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
            Article {
                published: id[..10].parse().ok(),
                published_from: DateSource::Given,
                text: fs::read_to_string(path).expect("text"),
                source: Some("Morstad Post".into()),
                title: Some(id[11..].replace('-', " ")),
                retrieved: Some(Timestamp::from_second(1_700_000_000).expect("a time")),
                id,
                ..Article::default()
            }
        })
        .collect()
}

/// The same, read.
pub fn readings() -> Vec<(Article, Vec<Report>)> {
    let reader = engine::reader().unwrap_or_else(|f| panic!("{}", engine::list(&f)));
    articles().into_iter().map(|a| (a.clone(), reader.read(&a).reports)).collect()
}

/// Seeded chance.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn maybe<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Option<T> {
        (self.below(3) > 0).then(|| make(self))
    }

    fn some<T>(&mut self, most: u64, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    pub fn text(&mut self) -> String {
        const PIECES: [&str; 9] = ["", "Morstad", " talks", "é", "\u{1f54a}", "\"", "\n", "\0", ", ‘x’ "];
        (0..self.below(6)).map(|_| PIECES[self.below(9) as usize]).collect()
    }

    pub fn key(&mut self) -> String {
        ["AVA", "BEL", "CYR/REB", "UNK", "Hamas", "IRN"][self.below(6) as usize].into()
    }

    fn number(&mut self) -> u32 {
        [0, 1, 17, u32::MAX, self.below(1 << 32) as u32][self.below(5) as usize]
    }

    fn point(&mut self) -> f64 {
        [0.0, -0.0, 1.5, -9.25, f64::MIN_POSITIVE, 0.1, 1e300][self.below(7) as usize]
    }

    fn single(&mut self) -> f32 {
        [0.0, -0.0, 1.5, -9.3, f32::MIN_POSITIVE, 0.1][self.below(6) as usize]
    }

    pub fn day(&mut self) -> Date {
        match self.below(20) {
            0 => date(1, 1, 1),
            1 => Date::MAX,
            2 => date(1969, 12, 31),
            _ => date(2000 + self.below(20) as i16, 1 + self.below(12) as i8, 1 + self.below(28) as i8),
        }
    }

    fn entity(&mut self) -> Entity {
        Entity {
            key: self.key(),
            code: self.maybe(Dice::text),
            sector: self.maybe(Dice::text),
            identifier_text: self.maybe(Dice::text),
            identifier_id: self.maybe(Dice::text),
            entity_text: self.text(),
            office: self.maybe(Dice::text),
            start: self.number(),
            end: self.number(),
        }
    }

    fn evidence(&mut self) -> Evidence {
        Evidence { rule: self.text(), spans: self.some(3, |d| Span { start: d.number(), end: d.number() }) }
    }

    /// A report with anything in it.
    pub fn coded(&mut self) -> Coded {
        let kind = EventType::ALL[self.below(16) as usize];
        let kinds = [LinkKind::Before, LinkKind::LedTo, LinkKind::Despite];
        let first = self.day();
        Coded {
            report: Report {
                id: format!("doc-{}#{}", self.below(1 << 40), self.below(9)),
                doc: self.text(),
                event: vec![kind],
                mode: self.maybe(Dice::text),
                context: self.some(3, Dice::text),
                quad_code: kind.quad(),
                event_scale: self.single(),
                actor: self.some(3, Dice::entity),
                recipient: self.some(3, Dice::entity),
                date: self.maybe(|_| first),
                enddate: self.maybe(|d| d.day().max(first)),
                date_text: self.maybe(Dice::text),
                date_precision: self.maybe(Dice::text),
                aux: self.some(2, |d| Aux::ALL[d.below(4) as usize]),
                said_by: self.maybe(Dice::entity),
                text_info: TextInfo { sequence: self.number(), start: self.number(), end: self.number() },
                event_text: self.text(),
                event_loc: self.maybe(|d| EventLoc {
                    extracted_place: d.text(),
                    resolved_place: d.maybe(Dice::text),
                    lat: d.maybe(Dice::point),
                    lon: d.maybe(Dice::point),
                    country_code: d.maybe(Dice::text),
                    geonameid: d.maybe(Dice::number),
                    resolution: d.maybe(Dice::text),
                    radius_km: d.maybe(Dice::point),
                    admin1: d.maybe(Dice::text),
                    note: d.maybe(Dice::text),
                }),
                size: self.maybe(|d| Size {
                    dead: d.maybe(Dice::number),
                    injured: d.maybe(Dice::number),
                    arrested: d.maybe(Dice::number),
                }),
                event_id: self.maybe(Dice::text),
                confidence: self.maybe(Dice::single),
                evidence: self.some(3, Dice::evidence),
                gist: Gist {
                    act: self.some(2, Dice::text),
                    words: self.some(5, |d| (d.text(), d.below(256) as u8)),
                },
                links: self.some(2, |d| Link {
                    to: d.text(),
                    kind: kinds[d.below(3) as usize],
                    said_by: d.maybe(Dice::entity),
                    evidence: d.evidence(),
                }),
                cite_info: CiteInfo {
                    url: self.maybe(Dice::text),
                    title: self.maybe(Dice::text),
                    publication: self.maybe(Dice::text),
                    language: self.maybe(Dice::text),
                    license: self.maybe(Dice::text),
                    copy_of: self.maybe(Dice::text),
                },
                coder: coder(),
            },
            sentence: self.text(),
            published: self.maybe(Dice::day),
            publisher: self.maybe(Dice::text),
            text_sha256: self.maybe(Dice::text),
            article: Origin {
                published_from: self.maybe(Dice::source),
                author: self.maybe(Dice::text),
                retrieved: self.maybe(Dice::time),
                file: self.maybe(Dice::text),
                place: self.maybe(Dice::text),
            },
        }
    }

    fn source(&mut self) -> DateSource {
        [DateSource::None, DateSource::Given, DateSource::Markup, DateSource::Url, DateSource::Text]
            [self.below(5) as usize]
    }

    fn time(&mut self) -> Timestamp {
        Timestamp::from_microsecond(self.below(1 << 50) as i64 - (1 << 49)).expect("a time")
    }

    /// An article with anything in it.
    pub fn article(&mut self) -> Article {
        Article {
            id: self.text(),
            title: self.maybe(Dice::text),
            published: self.maybe(Dice::day),
            published_from: self.source(),
            text: self.text(),
            url: self.maybe(Dice::text),
            source: self.maybe(Dice::text),
            license: self.maybe(Dice::text),
            language: self.maybe(Dice::text),
            author: self.maybe(Dice::text),
            retrieved: self.maybe(Dice::time),
            file: self.maybe(Dice::text),
            place: self.maybe(Dice::text),
            copy_of: self.maybe(Dice::text),
        }
    }

    /// A month with anything in it.
    pub fn month(&mut self) -> Month {
        Month {
            a: self.key(),
            b: self.key(),
            month: self.day(),
            level: self.maybe(Dice::point),
            low: self.maybe(Dice::point),
            high: self.maybe(Dice::point),
            weight: self.maybe(Dice::point),
            treat: self.maybe(Dice::point),
            alike: self.maybe(Dice::point),
            state: self.maybe(Dice::text),
        }
    }

    /// A turn with anything in it.
    pub fn turn(&mut self) -> Turn {
        Turn {
            a: self.key(),
            b: self.key(),
            kind: [TurnKind::Rupture, TurnKind::Rapprochement, TurnKind::War, TurnKind::Truce]
                [self.below(4) as usize],
            day: self.day(),
            from: self.day(),
            to: self.day(),
            old_until: self.maybe(Dice::day),
            before: self.maybe(Dice::point),
            after: self.point(),
            told_on: self.maybe(Dice::day),
            held: self.below(2) == 0,
            certainty: self.point(),
            label: self.text(),
            events: self.some(4, Dice::text),
        }
    }
}
