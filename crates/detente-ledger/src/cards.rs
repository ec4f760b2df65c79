//! All reports at a glance: what each is like, in memory, so that a page over a million of them is counted, narrowed down,
//! sorted and placed on a map without reading their records.
//!
//! A report is a card of some sixty bytes with the fields that a [`Filter`] asks for; parties lead to their cards. The cards of
//! a ledger are read once, out of an index of the file (since version 7; of older files slowly), and since rows are only
//! ever added, [`Cards::catch_up`] reads what is new and nothing else. The answers are those of the same questions in SQL
//! ([`Ledger::reports`], [`Ledger::count`]); the tests hold them against each other.

use std::collections::{BTreeMap, HashMap};

use detente::plover::{EventType, Quad};
use detente::report::{Aux, Coder};
use jiff::civil::Date;
use rusqlite::types::Value;
use serde::Serialize;

use crate::party::PartyMonth;
use crate::read::search_query;
use crate::{Counts, DyadCount, Filter, Ledger, LedgerError, Order, Status};

/// Counts of the values of each field, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// PLOVER types.
    pub event: Vec<(String, usize)>,
    /// Modes.
    pub mode: Vec<(String, usize)>,
    /// `asserted`, `negated`, `future`, `hypothetical`, `historical`; a report can be several.
    pub status: Vec<(String, usize)>,
    /// Keys of those who alone vouch.
    pub said_by: Vec<(String, usize)>,
    /// Codes of countries of places.
    pub country: Vec<(String, usize)>,
    /// Publishers.
    pub source: Vec<(String, usize)>,
    /// Keys of actors.
    pub actor: Vec<(String, usize)>,
    /// Keys of recipients.
    pub recipient: Vec<(String, usize)>,
    /// How many have at least this confidence, the highest first; only those that hold some and not all.
    pub confidence: Vec<(String, usize)>,
}

/// Confidences by which reports are told apart.
const SURE: [(f64, &str); 4] = [(0.9, "0.9"), (0.75, "0.75"), (0.5, "0.5"), (0.25, "0.25")];

/// A place, and what is told to have happened there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceTold {
    /// ISO 3166 alpha-3 code of its country, where known.
    pub country: Option<String>,
    /// Its name, or the words for it.
    pub name: Option<String>,
    /// Degrees north and east, where known.
    pub point: Option<(f64, f64)>,
    /// How exactly it is known ([`detente::place::EventLoc::resolution`]).
    pub resolution: Option<String>,
    /// How far around the point it may be or reaches.
    pub radius_km: Option<f64>,
    /// Reports by [`Quad::ALL`].
    pub quads: [usize; 4],
    /// Reports.
    pub reports: usize,
    /// Mean place of them on the scale from −10 to +10.
    pub scale: f64,
}

/// No value in a field of numbers of names.
const NONE: u32 = u32::MAX;
/// A day as `year × 10,000 + month × 100 + day`: in order, and cut into months at once. No day is 0.
type DayNumber = i32;
/// Not superseded.
const NEVER: DayNumber = DayNumber::MAX;

/// The columns of a [`Card`], as the index `reports_cards` has them (`schema7.sql`).
const COLUMNS: &str = "id, run, article, event, mode, quad_code, event_scale, date, enddate, negated, future, hypothetical,
    historical, said_by, country, sentence_start, CASE WHEN json_valid(record) THEN json_extract(record, '$.confidence') END,
    CASE WHEN json_valid(record) THEN json_extract(record, '$.event_loc.resolved_place', '$.event_loc.extracted_place',
        '$.event_loc.lat', '$.event_loc.lon', '$.event_loc.resolution', '$.event_loc.radius_km') END";

/// What a report is like.
#[derive(Clone, Copy)]
struct Card {
    id: i64,
    scale: f64,
    /// Not a number where there is none.
    confidence: f64,
    run: u32,
    article: u32,
    sentence: u32,
    /// Day on which it began and ended; 0 where that is not known.
    first: DayNumber,
    last: DayNumber,
    mode: u32,
    said_by: u32,
    country: u32,
    place: u32,
    /// Number in [`EventType::ALL`] and [`Quad::ALL`].
    kind: u8,
    quad: u8,
    /// Bits in the order of [`Aux::ALL`].
    status: u8,
}

impl Card {
    fn is(&self, aux: usize) -> bool {
        self.status >> aux & 1 == 1
    }

    /// Plain news, background or not.
    fn is_asserted(&self) -> bool {
        self.status & 0b0111 == 0
    }

    /// The day by which it is put in order; 0 where there is none.
    fn day(&self) -> DayNumber {
        if self.first == 0 { self.last } else { self.first }
    }

    /// The order of the days alone, undated last.
    fn days(&self) -> (bool, DayNumber, DayNumber) {
        (self.day() == 0, self.day(), self.last)
    }
}

/// Words by number.
#[derive(Default)]
struct Names {
    all: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    fn number_or_none(&mut self, name: Option<&str>) -> u32 {
        name.map_or(NONE, |name| self.number(name))
    }

    /// The number of a word that is asked for; one that nothing has where the word does not occur.
    fn find(&self, name: &str) -> u32 {
        self.numbers.get(name).copied().unwrap_or(NONE - 1)
    }

    /// The words with their counts, the most frequent first, then by the alphabet.
    fn ranked(&self, counts: &[usize], most: usize) -> Vec<(String, usize)> {
        ranked(self.all.iter().map(|name| &**name).zip(counts.iter().copied()), most)
    }
}

fn ranked<'a>(counts: impl Iterator<Item = (&'a str, usize)>, most: usize) -> Vec<(String, usize)> {
    let mut all: Vec<(&str, usize)> = counts.filter(|(_, n)| *n > 0).collect();
    all.sort_unstable_by(|x, y| y.1.cmp(&x.1).then_with(|| x.0.cmp(y.0)));
    all.truncate(most);
    all.into_iter().map(|(name, n)| (name.to_owned(), n)).collect()
}

struct Run {
    known: DayNumber,
    /// When another reading took its place.
    until: DayNumber,
    /// Numbers of who read, and what.
    coder: u32,
    article: i64,
}

/// First and last day on which anything is told to have happened; 0 where nothing is.
#[derive(Default)]
struct Ends(DayNumber, DayNumber);

impl Ends {
    fn see(&mut self, card: &Card) {
        if card.first != 0 && (self.0 == 0 || card.first < self.0) {
            self.0 = card.first;
        }
        self.1 = self.1.max(card.last);
    }

    fn first(&self) -> Option<Date> {
        day_of(self.0)
    }

    fn last(&self) -> Option<Date> {
        day_of(self.1)
    }
}

/// What is told of two parties.
#[derive(Default)]
struct PairTold {
    reports: usize,
    articles: usize,
    last_article: u32,
    ends: Ends,
}

impl PairTold {
    /// Takes in a card of the pair; they come in the order of their ids.
    fn see(&mut self, card: &Card) {
        self.reports += 1;
        // The reports of one reading stand together, and one reading of an article stands on a day.
        if self.reports == 1 || self.last_article != card.article {
            self.articles += 1;
            self.last_article = card.article;
        }
        if card.is_asserted() {
            self.ends.see(card);
        }
    }
}

struct Article {
    name: Box<str>,
    source: u32,
}

/// What makes two tellings one place on the map: country, name or words, resolution, point (its bits).
type SamePlace = (u32, Option<Box<str>>, Option<Box<str>>, Option<(u64, u64)>);

/// The cards of all reports of a ledger, those that no longer stand as well.
#[derive(Default)]
pub struct Cards {
    /// [`Ledger::stamp`] of what was read, and the last row of its articles.
    stamp: i64,
    last_article: i64,
    runs: Vec<Run>,
    coders: Vec<Coder>,
    run_numbers: HashMap<i64, u32>,
    articles: Vec<Article>,
    article_numbers: HashMap<i64, u32>,
    sources: Names,
    modes: Names,
    countries: Names,
    keys: Names,
    /// Places as their fields say it in the file, with the number of the place that is meant.
    place_texts: HashMap<(u32, Box<str>), u32>,
    place_numbers: HashMap<SamePlace, u32>,
    places: Vec<PlaceTold>,
    /// By id.
    cards: Vec<Card>,
    /// The parties of card `n`: `parties[party_ends[n − 1]..party_ends[n]]`, as `key × 2 + (1 for recipients)`.
    party_ends: Vec<u32>,
    parties: Vec<u32>,
    /// Pairs of parties by number, their keys in the order of the alphabet; those of card `n` are
    /// `card_pairs[pair_ends[n − 1]..pair_ends[n]]`.
    pairs: Vec<(u32, u32)>,
    pair_numbers: HashMap<(u32, u32), u32>,
    pair_ends: Vec<u32>,
    card_pairs: Vec<u32>,
    /// For each key the cards of which it is a party, as `card × 2 + (1 for recipients)`; in order.
    of_key: Vec<Vec<u32>>,
    /// Cards in the order of [`Ledger::reports`], oldest first; and at which place of that order each card is.
    order: Vec<u32>,
    ranks: Vec<u32>,
    /// How many cards of `order` have a day.
    dated: usize,
}

impl Ledger {
    /// The cards of all reports.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn cards(&self) -> Result<Cards, LedgerError> {
        let mut cards = Cards::default();
        cards.catch_up(self)?;
        Ok(cards)
    }
}

impl Cards {
    /// True where something was written to the ledger since the cards were read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn are_old(&self, ledger: &Ledger) -> Result<bool, LedgerError> {
        Ok(ledger.stamp()? > self.stamp)
    }

    /// Reads what was added to the ledger since.
    ///
    /// # Errors
    /// When the ledger cannot be read; there are no cards then, and the next call reads them all.
    pub fn catch_up(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        // One state of the ledger for all questions.
        let reading = ledger.connection.unchecked_transaction().map_err(|e| ledger.explain(&e))?;
        let done = self.read(ledger);
        if done.is_err() {
            *self = Cards::default();
        }
        drop(reading);
        done
    }

    fn read(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        let (stamp, since) = (ledger.stamp()?, self.stamp);
        let new = || vec![Value::Integer(since)];
        ledger.collect(
            "SELECT id, known, supersedes, coder_version, coder_lexicon, coder_model, article FROM runs
             WHERE id > ?1 AND article IS NOT NULL ORDER BY id",
            new(),
            |r| {
                let known = day_number(r.get_ref(1)?.as_str()?);
                if let Some(before) = r.get::<_, Option<i64>>(2)?.and_then(|run| self.run_numbers.get(&run)) {
                    self.runs[*before as usize].until = known;
                }
                self.run_numbers.insert(r.get(0)?, self.runs.len() as u32);
                let [version, lexicon, model] =
                    [r.get_ref(3)?.as_str()?, r.get_ref(4)?.as_str()?, r.get_ref(5)?.as_str()?];
                let same = |c: &Coder| c.version == version && c.lexicon == lexicon && c.model == model;
                // A few, and mostly the last one.
                let coder = self.coders.iter().rposition(same).unwrap_or_else(|| {
                    let [version, lexicon, model] = [version, lexicon, model].map(str::to_owned);
                    self.coders.push(Coder { version, lexicon, model });
                    self.coders.len() - 1
                }) as u32;
                self.runs.push(Run { known, until: NEVER, coder, article: r.get(6)? });
                Ok(())
            },
        )?;
        ledger.collect(
            "SELECT id, name, source FROM articles WHERE id > ?1 ORDER BY id",
            vec![Value::Integer(self.last_article)],
            |r| {
                self.last_article = r.get(0)?;
                let source = self.sources.number_or_none(r.get_ref(2)?.as_str_or_null()?);
                self.article_numbers.insert(r.get(0)?, self.articles.len() as u32);
                self.articles.push(Article { name: r.get_ref(1)?.as_str()?.into(), source });
                Ok(())
            },
        )?;
        let (before, last) = (self.cards.len(), self.cards.last().map_or(0, |c| c.id));
        let sql = format!("SELECT {COLUMNS} FROM reports WHERE run > ?1");
        ledger.collect(&sql, new(), |r| {
            let card = self.card(r)?;
            self.cards.push(card);
            Ok(())
        })?;
        self.cards[before..].sort_unstable_by_key(|card| card.id);
        self.read_parties(ledger, before, last)?;
        self.put_in_order(before);
        self.stamp = stamp;
        Ok(())
    }

    fn card(&mut self, r: &rusqlite::Row) -> rusqlite::Result<Card> {
        let country = self.countries.number_or_none(r.get_ref(14)?.as_str_or_null()?);
        let mut status = 0;
        for bit in 0..4 {
            status |= u8::from(r.get::<_, bool>(9 + bit)?) << bit;
        }
        let number = |all: Option<usize>| all.map_or(u8::MAX, |n| n as u8);
        let (kind, quad) = (r.get_ref(3)?.as_str()?, r.get_ref(5)?.as_str()?);
        let known = |numbers: &HashMap<i64, u32>, id: i64| numbers.get(&id).copied().unwrap_or(NONE);
        let text = r.get_ref(17)?.as_str_or_null()?;
        Ok(Card {
            id: r.get(0)?,
            scale: r.get(6)?,
            confidence: r.get::<_, Option<f64>>(16)?.unwrap_or(f64::NAN),
            run: known(&self.run_numbers, r.get(1)?),
            article: known(&self.article_numbers, r.get(2)?),
            sentence: r.get(15)?,
            first: r.get_ref(7)?.as_str_or_null()?.map_or(0, day_number),
            last: r.get_ref(8)?.as_str_or_null()?.map_or(0, day_number),
            mode: self.modes.number_or_none(r.get_ref(4)?.as_str_or_null()?),
            said_by: self.keys.number_or_none(r.get_ref(13)?.as_str_or_null()?),
            country,
            place: text.map_or(NONE, |text| self.place(country, text)),
            kind: number(EventType::ALL.iter().position(|k| k.as_str() == kind)),
            quad: number(Quad::ALL.iter().position(|q| q.as_str() == quad)),
            status,
        })
    }

    /// The number of a place whose name, words, degrees north and east, resolution and radius are in a list.
    fn place(&mut self, country: u32, text: &str) -> u32 {
        // Most reports have none.
        if country == NONE && text == "[null,null,null,null,null,null]" {
            return NONE;
        }
        let seen = (country, Box::from(text));
        if let Some(number) = self.place_texts.get(&seen) {
            return *number;
        }
        let fields: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        let text = |n: usize| fields.get(n).and_then(|v| v.as_str()).map(Box::<str>::from);
        let real = |n: usize| fields.get(n).and_then(serde_json::Value::as_f64);
        let words = text(1);
        let number = if country == NONE && words.is_none() {
            NONE
        } else {
            let (name, point, resolution) = (text(0).or(words), real(2).zip(real(3)), text(4));
            let bits = point.map(|(lat, lon)| (lat.to_bits(), lon.to_bits()));
            let same = (country, name.clone(), resolution.clone(), bits);
            let places = &mut self.places;
            let number = *self.place_numbers.entry(same).or_insert_with(|| {
                places.push(PlaceTold {
                    country: self.countries.all.get(country as usize).map(|c| c.to_string()),
                    name: name.map(Into::into),
                    point,
                    resolution: resolution.map(Into::into),
                    radius_km: None,
                    quads: [0; 4],
                    reports: 0,
                    scale: 0.0,
                });
                places.len() as u32 - 1
            });
            let place = &mut self.places[number as usize];
            place.radius_km = place.radius_km.or(real(5));
            number
        };
        self.place_texts.insert(seen, number);
        number
    }

    /// The parties of the cards from number `before` on, whose ids are greater than `last`.
    fn read_parties(&mut self, ledger: &Ledger, before: usize, last: i64) -> Result<(), LedgerError> {
        let mut card = before;
        ledger.collect(
            "SELECT report, role, key FROM parties WHERE report > ?1 ORDER BY report",
            vec![Value::Integer(last)],
            |r| {
                let report: i64 = r.get(0)?;
                while self.cards.get(card).is_some_and(|c| c.id < report) {
                    self.party_ends.push(self.parties.len() as u32);
                    card += 1;
                }
                if self.cards.get(card).is_none_or(|c| c.id != report) {
                    return Ok(());
                }
                let role = u32::from(r.get_ref(1)?.as_str()? == "recipient");
                let party = self.keys.number(r.get_ref(2)?.as_str()?) * 2 + role;
                let from = self.party_ends.last().map_or(0, |end| *end as usize);
                if !self.parties[from..].contains(&party) {
                    self.parties.push(party);
                    self.of_key.resize_with(self.of_key.len().max(self.keys.all.len()), Vec::new);
                    self.of_key[party as usize / 2].push(card as u32 * 2 + role);
                }
                Ok(())
            },
        )?;
        self.party_ends.resize(self.cards.len(), self.parties.len() as u32);
        self.of_key.resize_with(self.keys.all.len(), Vec::new);
        self.pair_up(before);
        Ok(())
    }

    /// Pairs of card `n`, by number.
    fn pairs_of(&self, n: usize) -> &[u32] {
        let from = if n == 0 { 0 } else { self.pair_ends[n - 1] };
        &self.card_pairs[from as usize..self.pair_ends[n] as usize]
    }

    /// The pairs of the cards from number `before` on: each actor with each recipient, where there is none with each other.
    fn pair_up(&mut self, before: usize) {
        let mut here: Vec<(u32, u32)> = Vec::new();
        for card in before..self.cards.len() {
            let parties = self.parties_of(card);
            let actors = || parties.iter().filter(|p| **p % 2 == 0).map(|p| p / 2);
            let any = parties.iter().any(|p| p % 2 == 1);
            let others = || parties.iter().filter(|p| (**p % 2 == 1) == any).map(|p| p / 2);
            let pairs = actors().flat_map(|a| others().map(move |b| (a, b))).filter(|(a, b)| a != b);
            let name = |key: u32| &self.keys.all[key as usize];
            here.clear();
            here.extend(pairs.map(|(a, b)| if name(a) > name(b) { (b, a) } else { (a, b) }));
            here.sort_unstable();
            here.dedup();
            for pair in &here {
                let number = *self.pair_numbers.entry(*pair).or_insert_with(|| {
                    self.pairs.push(*pair);
                    self.pairs.len() as u32 - 1
                });
                self.card_pairs.push(number);
            }
            self.pair_ends.push(self.card_pairs.len() as u32);
        }
    }

    /// Puts the cards from number `before` on into the order of the others.
    fn put_in_order(&mut self, before: usize) {
        let mut new: Vec<u32> = (before as u32..self.cards.len() as u32).collect();
        if new.is_empty() {
            return;
        }
        let name = |card: &Card| self.articles.get(card.article as usize).map_or("", |a| &*a.name);
        let compare = |x: u32, y: u32| {
            let (x, y) = (&self.cards[x as usize], &self.cards[y as usize]);
            (x.days().cmp(&y.days()))
                .then_with(|| {
                    if x.article == y.article { std::cmp::Ordering::Equal } else { name(x).cmp(name(y)) }
                })
                .then_with(|| (x.sentence, x.id).cmp(&(y.sentence, y.id)))
        };
        new.sort_unstable_by(|x, y| compare(*x, *y));
        let old = std::mem::take(&mut self.order);
        let mut order = Vec::with_capacity(self.cards.len());
        let mut rest = old.as_slice();
        for card in new {
            let here = rest.partition_point(|other| compare(*other, card).is_lt());
            order.extend_from_slice(&rest[..here]);
            order.push(card);
            rest = &rest[here..];
        }
        order.extend_from_slice(rest);
        self.dated = order.partition_point(|card| self.cards[*card as usize].day() != 0);
        self.ranks.resize(order.len(), 0);
        for (rank, card) in order.iter().enumerate() {
            self.ranks[*card as usize] = rank as u32;
        }
        self.order = order;
    }

    /// True where a reading stood on a day.
    fn stood(&self, card: &Card, day: DayNumber) -> bool {
        self.runs.get(card.run as usize).is_some_and(|run| run.known <= day && run.until > day)
    }

    /// The cards of a party, as actor, recipient or either; in order.
    fn of(&self, key: &str, role: Option<u32>) -> Vec<u32> {
        let list = self.of_key.get(self.keys.find(key) as usize).map_or(&[][..], Vec::as_slice);
        let mut cards: Vec<u32> =
            list.iter().filter(|c| role.is_none_or(|role| *c & 1 == role)).map(|c| c / 2).collect();
        cards.dedup();
        cards
    }

    /// The cards of a pair, its keys in the order of the alphabet; in order.
    fn of_pair(&self, a: &str, b: &str) -> Vec<u32> {
        let Some(pair) = self.pair_numbers.get(&(self.keys.find(a), self.keys.find(b))) else {
            return Vec::new();
        };
        let mut cards = self.of(a, None);
        cards.retain(|card| self.pairs_of(*card as usize).contains(pair));
        cards
    }

    /// The cards of reports with these ids; in order.
    fn with_ids(&self, ledger: &Ledger, sql: &str, values: Vec<Value>) -> Result<Vec<u32>, LedgerError> {
        let mut ids: Vec<i64> = ledger.collect(sql, values, |r| r.get(0))?;
        ids.sort_unstable();
        ids.dedup();
        let number = |id: &i64| self.cards.binary_search_by_key(id, |card| card.id).ok().map(|n| n as u32);
        Ok(ids.iter().filter_map(number).collect())
    }

    /// The reports that pass the filter, in its order (its limit and offset do not count). The ledger is the one of the cards.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn choose(&self, ledger: &Ledger, filter: &Filter) -> Result<Chosen<'_>, LedgerError> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let roles = [(&filter.actor, Some(0)), (&filter.recipient, Some(1)), (&filter.either, None)];
        for (key, role) in roles {
            if let Some(key) = key {
                lists.push(self.of(key, role));
            }
        }
        if let Some((x, y)) = &filter.dyad {
            lists.push(self.of_pair(x.min(y), x.max(y)));
        }
        if let Some(query) = filter.text.as_deref().and_then(search_query) {
            let sql = "SELECT rowid FROM search WHERE search MATCH ?1";
            lists.push(self.with_ids(ledger, sql, vec![text(&query)])?);
        }
        if let Some(name) = &filter.article {
            let sql = "SELECT r.id FROM articles a JOIN reports r ON r.article = a.id WHERE a.name = ?1";
            lists.push(self.with_ids(ledger, sql, vec![text(name)])?);
        }
        let decided = match filter.unreviewed && ledger.version()? >= 5 {
            true => self.with_ids(
                ledger,
                "SELECT r.id FROM reviews v JOIN reports r ON r.name = v.report",
                Vec::new(),
            )?,
            false => Vec::new(),
        };
        let passes = self.condition(filter);
        let passes = |card: &u32| passes(&self.cards[*card as usize]) && decided.binary_search(card).is_err();
        // The shortest first: it leaves the least to look up in the others.
        lists.sort_by_key(Vec::len);
        let mut lists = lists.into_iter();
        let cards = match lists.next() {
            None => (0..self.cards.len() as u32).filter(passes).collect(),
            Some(mut cards) => {
                for list in lists {
                    cards.retain(|card| list.binary_search(card).is_ok());
                }
                cards.retain(passes);
                cards
            }
        };
        Ok(Chosen { of: self, cards, newest_first: filter.newest_first, order: filter.order })
    }

    /// What a filter asks of a card by itself.
    fn condition(&self, filter: &Filter) -> impl Fn(&Card) -> bool + use<'_> {
        let as_of = filter.as_of.map_or(NEVER - 1, number_of);
        let find = |names: &Names, word: &Option<String>| word.as_deref().map(|word| names.find(word));
        let kind = filter.kind.map(|kind| EventType::ALL.iter().position(|k| *k == kind).unwrap_or(0) as u8);
        let (mode, country) = (find(&self.modes, &filter.mode), find(&self.countries, &filter.country));
        let (source, said_by) = (find(&self.sources, &filter.source), find(&self.keys, &filter.said_by));
        let (from, to) = (filter.from.map(number_of), filter.to.map(number_of));
        let (claimed, least, status) = (filter.claimed, filter.min_confidence, filter.status);
        let asked: Vec<u32> = [&filter.actor, &filter.recipient, &filter.either]
            .into_iter()
            .flatten()
            .map(|key| self.keys.find(key))
            .collect();
        move |card| {
            self.stood(card, as_of)
                && kind.is_none_or(|kind| card.kind == kind)
                && mode.is_none_or(|mode| card.mode == mode)
                && country.is_none_or(|country| card.country == country)
                && said_by.is_none_or(|key| card.said_by == key)
                && from.is_none_or(|from| card.last.max(if card.last == 0 { card.first } else { 0 }) >= from)
                && to.is_none_or(|to| (1..=to).contains(&card.day()))
                // No number is at least anything where there is none.
                && least.is_none_or(|least| card.confidence >= least)
                && claimed.is_none_or(|claimed| match claimed {
                    true => card.said_by != NONE && !asked.contains(&card.said_by),
                    false => card.said_by == NONE,
                })
                && status.is_none_or(|status| match status {
                    Status::Asserted => card.is_asserted(),
                    Status::Aux(aux) => Aux::ALL.iter().position(|a| *a == aux).is_some_and(|bit| card.is(bit)),
                })
                && source.is_none_or(|source| {
                    self.articles.get(card.article as usize).is_some_and(|article| article.source == source)
                })
        }
    }

    /// Parties of card `n`, as `key × 2 + (1 for recipients)`.
    fn parties_of(&self, n: usize) -> &[u32] {
        let from = if n == 0 { 0 } else { self.party_ends[n - 1] };
        &self.parties[from as usize..self.party_ends[n] as usize]
    }

    /// How much the ledger held on a day, as [`Ledger::counts`] gives it, and the dyads with the most reports, busiest first,
    /// as [`Ledger::dyads`] does; both without the events of other data sets.
    pub fn overview(&self, limit: usize, as_of: Option<Date>) -> (Counts, Vec<DyadCount>) {
        let day = as_of.map_or(NEVER - 1, number_of);
        let mut read = vec![false; self.last_article.max(0) as usize + 1];
        for run in self.runs.iter().filter(|run| run.known <= day) {
            if let Some(read) = read.get_mut(run.article as usize) {
                *read = true;
            }
        }
        let mut sources = vec![false; self.sources.all.len()];
        for (_, number) in self.article_numbers.iter().filter(|(id, _)| read[**id as usize]) {
            if let Some(spoke) = sources.get_mut(self.articles[*number as usize].source as usize) {
                *spoke = true;
            }
        }
        let count = |marks: &[bool]| marks.iter().filter(|mark| **mark).count();
        let mut spoken_of = vec![false; self.keys.all.len()];
        let mut counts = Counts { articles: count(&read), sources: count(&sources), ..Counts::default() };
        let mut ends = Ends::default();
        let mut pairs: Vec<PairTold> = Vec::new();
        pairs.resize_with(self.pairs.len(), PairTold::default);
        for (n, card) in self.cards.iter().enumerate().filter(|(_, card)| self.stood(card, day)) {
            counts.reports += 1;
            counts.dated += usize::from(card.day() != 0);
            if card.is_asserted() {
                ends.see(card);
            }
            for party in self.parties_of(n) {
                spoken_of[*party as usize / 2] = true;
            }
            for pair in self.pairs_of(n) {
                pairs[*pair as usize].see(card);
            }
        }
        counts.actors = count(&spoken_of);
        (counts.first, counts.last) = (ends.first(), ends.last());
        let mut told: Vec<(&(u32, u32), PairTold)> =
            self.pairs.iter().zip(pairs).filter(|(_, told)| told.reports > 0).collect();
        counts.dyads = told.len();
        let name = |key: u32| &*self.keys.all[key as usize];
        told.sort_unstable_by(|(x, n), (y, m)| {
            m.reports.cmp(&n.reports).then_with(|| (name(x.0), name(x.1)).cmp(&(name(y.0), name(y.1))))
        });
        told.truncate(limit);
        let dyad = |((a, b), told): (&(u32, u32), PairTold)| DyadCount {
            a: name(*a).to_owned(),
            b: name(*b).to_owned(),
            reports: told.reports,
            articles: told.articles,
            foreign: 0,
            first: told.ends.first(),
            last: told.ends.last(),
        };
        (counts, told.into_iter().map(dyad).collect())
    }

    /// By which versions of program, lexicon and model the articles were read, as they stand now, with the number of articles
    /// of each, the most first.
    pub fn coders(&self) -> Vec<(Coder, usize)> {
        let mut counts = vec![0; self.coders.len()];
        for run in self.runs.iter().filter(|run| run.until == NEVER) {
            counts[run.coder as usize] += 1;
        }
        let mut all: Vec<(Coder, usize)> =
            self.coders.iter().cloned().zip(counts).filter(|c| c.1 > 0).collect();
        all.sort_by(|(x, n), (y, m)| {
            m.cmp(n).then_with(|| (&x.version, &x.lexicon, &x.model).cmp(&(&y.version, &y.lexicon, &y.model)))
        });
        all
    }

    /// What is told of a party in each month, by the reports' own words; events of other data sets do not count.
    pub fn party_months(&self, key: &str, as_of: Option<Date>) -> Vec<PartyMonth> {
        let as_of = as_of.map_or(NEVER - 1, number_of);
        let list = self.of_key.get(self.keys.find(key) as usize).map_or(&[][..], Vec::as_slice);
        let mut months: BTreeMap<(DayNumber, u8), [usize; 2]> = BTreeMap::new();
        for entry in list {
            let card = &self.cards[*entry as usize / 2];
            if card.day() != 0 && card.is_asserted() && self.stood(card, as_of) {
                months.entry((card.day() / 100, card.quad)).or_default()[*entry as usize % 2] += 1;
            }
        }
        let month = |((month, quad), [does, suffers]): ((DayNumber, u8), [usize; 2])| {
            let first = Date::new((month / 100) as i16, (month % 100) as i8, 1).ok()?;
            Some(PartyMonth { first, quad: *Quad::ALL.get(usize::from(quad))?, does, suffers })
        };
        months.into_iter().filter_map(month).collect()
    }
}

/// The reports that pass a filter.
pub struct Chosen<'a> {
    of: &'a Cards,
    /// By id.
    cards: Vec<u32>,
    newest_first: bool,
    order: Order,
}

impl Chosen<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// True where none passes.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// Row numbers of at most `limit` of them, after the first `offset`, in the order of the filter.
    pub fn ids(&self, offset: usize, limit: usize) -> Vec<i64> {
        let Cards { cards, order, ranks, dated, .. } = self.of;
        // Places in the order of all cards: a bit for each, for sorting a million numbers takes longer.
        let mut bits = vec![0u64; order.len().div_ceil(64)];
        for card in &self.cards {
            let rank = ranks[*card as usize] as usize;
            bits[rank / 64] |= 1 << (rank % 64);
        }
        let mut chosen: Vec<u32> = Vec::with_capacity(self.cards.len());
        for (n, word) in bits.into_iter().enumerate() {
            let mut word = word;
            while word != 0 {
                chosen.push(order[n * 64 + word.trailing_zeros() as usize]);
                word &= word - 1;
            }
        }
        let card = |number: &u32| &cards[*number as usize];
        let end = offset.saturating_add(limit);
        if self.newest_first {
            // Of the same days those come first that come first in articles' order, whichever end it begins with.
            let (with_days, without) =
                chosen.split_at(chosen.partition_point(|c| ranks[*c as usize] < *dated as u32));
            let mut newest = Vec::with_capacity(chosen.len());
            let mut rest = with_days;
            while let Some(last) = rest.last() {
                if self.order == Order::Days && newest.len() >= end {
                    break;
                }
                let days = card(last).days();
                let here = rest.iter().rposition(|c| card(c).days() != days).map_or(0, |n| n + 1);
                newest.extend_from_slice(&rest[here..]);
                rest = &rest[..here];
            }
            newest.extend_from_slice(without);
            chosen = newest;
        }
        let (by, rising): (fn(&Card) -> f64, bool) = match self.order {
            Order::Days => {
                return chosen.iter().skip(offset).take(limit).map(|c| card(c).id).collect();
            }
            Order::Friendly => (|c| c.scale, false),
            Order::Hostile => (|c| c.scale, true),
            Order::Sure => (|c| c.confidence, false),
            Order::Doubtful => (|c| c.confidence, true),
        };
        // What has no confidence counts as the least sure.
        let value = |c: &u32| Some(by(card(c))).filter(|v| !v.is_nan()).unwrap_or(f64::NEG_INFINITY);
        let mut sorted: Vec<(f64, u32, i64)> =
            chosen.iter().enumerate().map(|(n, c)| (value(c), n as u32, card(c).id)).collect();
        let compare = |x: &(f64, u32, i64), y: &(f64, u32, i64)| {
            let (first, second) = if rising { (x, y) } else { (y, x) };
            first.0.total_cmp(&second.0).then(x.1.cmp(&y.1))
        };
        if end < sorted.len() {
            sorted.select_nth_unstable_by(end, compare);
            sorted.truncate(end);
        }
        sorted.sort_unstable_by(compare);
        sorted.into_iter().skip(offset).map(|(.., id)| id).collect()
    }

    /// What they are like; at most `most` values of each field.
    pub fn facets(&self, most: usize) -> Facets {
        let of = self.of;
        let mut kinds = [0; EventType::ALL.len()];
        let mut statuses = [0; 5];
        let mut sure = [0; SURE.len()];
        let [mut modes, mut said_by, mut countries, mut sources] =
            [&of.modes, &of.keys, &of.countries, &of.sources].map(|names| vec![0; names.all.len()]);
        let mut parties = vec![[0; 2]; of.keys.all.len()];
        let add = |counts: &mut [usize], number: u32| {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        };
        for number in &self.cards {
            let number = *number as usize;
            let card = &of.cards[number];
            add(&mut kinds, card.kind.into());
            add(&mut modes, card.mode);
            add(&mut said_by, card.said_by);
            add(&mut countries, card.country);
            add(&mut sources, of.articles.get(card.article as usize).map_or(NONE, |a| a.source));
            statuses[0] += usize::from(card.is_asserted());
            for (bit, count) in statuses[1..].iter_mut().enumerate() {
                *count += usize::from(card.is(bit));
            }
            for (count, (least, _)) in sure.iter_mut().zip(SURE) {
                *count += usize::from(card.confidence >= least);
            }
            for party in of.parties_of(number) {
                parties[*party as usize / 2][*party as usize % 2] += 1;
            }
        }
        let role = |role: usize| of.keys.ranked(&parties.iter().map(|p| p[role]).collect::<Vec<_>>(), most);
        let some = sure.iter().zip(SURE).filter(|(n, _)| **n > 0 && **n < self.cards.len());
        Facets {
            event: ranked(EventType::ALL.iter().map(|k| k.as_str()).zip(kinds), most),
            mode: of.modes.ranked(&modes, most),
            status: ranked(
                std::iter::once("asserted").chain(Aux::ALL.iter().map(|a| a.as_str())).zip(statuses),
                most,
            ),
            said_by: of.keys.ranked(&said_by, most),
            country: of.countries.ranked(&countries, most),
            source: of.sources.ranked(&sources, most),
            actor: role(0),
            recipient: role(1),
            confidence: some.map(|(n, (_, least))| (least.to_owned(), *n)).collect(),
        }
    }

    /// Where they are placed, the places with the most reports first. Reports without a place are left out.
    pub fn places(&self) -> Vec<PlaceTold> {
        let mut counts: Vec<([usize; 4], usize, f64)> = vec![Default::default(); self.of.places.len()];
        for number in &self.cards {
            let card = &self.of.cards[*number as usize];
            if let Some((quads, reports, scale)) = counts.get_mut(card.place as usize) {
                if let Some(quad) = quads.get_mut(usize::from(card.quad)) {
                    *quad += 1;
                }
                // The mean so far.
                *reports += 1;
                *scale += (card.scale - *scale) / *reports as f64;
            }
        }
        let told = self.of.places.iter().zip(counts).filter(|(_, (_, reports, _))| *reports > 0);
        let mut places: Vec<PlaceTold> = told
            .map(|(place, (quads, reports, scale))| PlaceTold { quads, reports, scale, ..place.clone() })
            .collect();
        places.sort_by(|x, y| {
            let key = |p: &PlaceTold| (p.country.clone(), p.name.clone(), p.resolution.clone());
            y.reports.cmp(&x.reports).then_with(|| key(x).cmp(&key(y)))
        });
        places
    }
}

/// The number of a day in ISO 8601; 0 where it is none.
fn day_number(text: &str) -> DayNumber {
    text.parse::<Date>().map_or(0, number_of)
}

fn day_of(number: DayNumber) -> Option<Date> {
    Date::new((number / 10_000) as i16, (number / 100 % 100) as i8, (number % 100) as i8).ok()
}

fn number_of(day: Date) -> DayNumber {
    DayNumber::from(day.year()) * 10_000 + DayNumber::from(day.month()) * 100 + DayNumber::from(day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_read_out_of_their_index_alone() {
        let ledger = Ledger::in_memory().unwrap();
        let sql = format!("EXPLAIN QUERY PLAN SELECT {COLUMNS} FROM reports WHERE run > ?1");
        let plan: Vec<String> = ledger.collect(&sql, vec![Value::Integer(1)], |r| r.get(3)).unwrap();
        assert!(plan[0].contains("COVERING INDEX reports_cards"), "{plan:?}");
    }
}
