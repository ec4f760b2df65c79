//! The gazetteer: towns, regions, seas and sites of the world, and which of several that bear one name is meant.
//!
//! [`Gazetteer::load`] takes the bytes of `lexicon/gazetteer/gazetteer.bin` (made by `training/gazetteer/build.py`,
//! where its form is written down) and searches them where they lie: nothing is parsed. [`Gazetteer::find`] gives every
//! place that bears a name; [`Gazetteer::resolve`] chooses one by what the text says beside the name, by the countries
//! that the article speaks of, by the places near by, and last by size, and says what decided. A place that nothing in
//! the article speaks for is taken with a note or not at all.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::lexicon::names::fold;
use crate::syntax::file::checksum;

/// The first bytes of the file; the number changes with its form.
const MAGIC: &[u8] = b"detente places 1";
/// Bytes of the magic and the counts.
const HEADER: usize = 40;
const COUNTRY: usize = 8;
/// Nine to a country.
const PART: usize = 12;
const BORDER: usize = 16;
const PLACE: usize = 32;
const NAME: usize = 8;
/// No region, no capital.
const NONE: u16 = u16::MAX;

/// What sort of place it is; the order is the file's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    City,
    Capital,
    /// A region of the first level below the state.
    Admin1,
    /// A region of the second level.
    Admin2,
    /// A land without an office: a valley, a historical region.
    Region,
    Sea,
    Gulf,
    Strait,
    Waterway,
    Lake,
    River,
    Island,
    Reef,
    Mountain,
    Valley,
    Base,
    Camp,
    Crossing,
    Dam,
    Prison,
    Square,
    District,
    Site,
    Port,
    Airport,
    Border,
    Village,
    Settlement,
}

impl Kind {
    const ALL: [Kind; 28] = [
        Kind::City,
        Kind::Capital,
        Kind::Admin1,
        Kind::Admin2,
        Kind::Region,
        Kind::Sea,
        Kind::Gulf,
        Kind::Strait,
        Kind::Waterway,
        Kind::Lake,
        Kind::River,
        Kind::Island,
        Kind::Reef,
        Kind::Mountain,
        Kind::Valley,
        Kind::Base,
        Kind::Camp,
        Kind::Crossing,
        Kind::Dam,
        Kind::Prison,
        Kind::Square,
        Kind::District,
        Kind::Site,
        Kind::Port,
        Kind::Airport,
        Kind::Border,
        Kind::Village,
        Kind::Settlement,
    ];

    /// Is it a region, that holds places?
    pub fn is_region(self) -> bool {
        matches!(self, Kind::Admin1 | Kind::Admin2 | Kind::Region | Kind::Island | Kind::Valley)
    }

    /// Do people live there as in a town?
    pub fn is_town(self) -> bool {
        matches!(
            self,
            Kind::City | Kind::Capital | Kind::Village | Kind::Settlement | Kind::Port | Kind::District
        )
    }

    /// The word of `EventLoc::resolution`.
    pub fn resolution(self) -> &'static str {
        match self {
            Kind::City | Kind::Capital | Kind::Village | Kind::Settlement | Kind::Port => "city",
            Kind::Admin1
            | Kind::Admin2
            | Kind::Region
            | Kind::Sea
            | Kind::Gulf
            | Kind::Lake
            | Kind::River
            | Kind::Island
            | Kind::Mountain
            | Kind::Valley => "region",
            _ => "site",
        }
    }

    /// A word for people.
    pub fn word(self) -> &'static str {
        match self {
            Kind::City => "town",
            Kind::Capital => "capital",
            Kind::Admin1 => "region",
            Kind::Admin2 => "district",
            Kind::Region => "land",
            Kind::Sea => "sea",
            Kind::Gulf => "gulf",
            Kind::Strait => "strait",
            Kind::Waterway => "waterway",
            Kind::Lake => "lake",
            Kind::River => "river",
            Kind::Island => "island",
            Kind::Reef => "reef",
            Kind::Mountain => "mountains",
            Kind::Valley => "valley",
            Kind::Base => "base",
            Kind::Camp => "camp",
            Kind::Crossing => "crossing",
            Kind::Dam => "dam",
            Kind::Prison => "prison",
            Kind::Square => "square",
            Kind::District => "quarter",
            Kind::Site => "site",
            Kind::Port => "port",
            Kind::Airport => "airport",
            Kind::Border => "border",
            Kind::Village => "village",
            Kind::Settlement => "settlement",
        }
    }
}

/// A place of the gazetteer.
#[derive(Clone, Debug, PartialEq)]
pub struct Place<'g> {
    /// Its number in the file.
    pub number: u32,
    /// Its name as the gazetteer prints it.
    pub name: &'g str,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// GeoNames id, where it has one.
    pub geonameid: Option<u32>,
    /// People who live there; 0 where that is not known.
    pub people: u32,
    /// ISO 3166 alpha-3 of the states in which it lies or that claim it; none for seas and wide regions.
    pub countries: Vec<&'g str>,
    /// What it is.
    pub kind: Kind,
    /// How far it reaches, in kilometres.
    pub radius_km: f64,
    /// The region of the first level that it lies in.
    pub admin1: Option<u32>,
    /// The region of the second level.
    pub admin2: Option<u32>,
    /// Written by hand, because news names it.
    pub site: bool,
}

impl Place<'_> {
    /// Its point.
    pub fn point(&self) -> (f64, f64) {
        (self.lat, self.lon)
    }

    /// The one state that it lies in; `None` for seas and for what lies in several.
    pub fn country(&self) -> Option<&str> {
        match self.countries[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// What stands beside a name and holds the place: "in Aleppo province", ", Illinois", "40 km east of Jos".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Container {
    /// Its words, or its name.
    pub name: String,
    /// The state, where the container is one or lies in one.
    pub country: Option<String>,
    /// Its middle and reach in kilometres, where it is less than a state.
    pub area: Option<((f64, f64), f64)>,
    /// The regions of the gazetteer that bear its name.
    pub regions: Vec<u32>,
}

/// What an article says that helps to tell places of one name apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// States that it speaks of, and how much.
    pub countries: BTreeMap<String, f64>,
    /// Its other places.
    pub points: Vec<(f64, f64)>,
    /// What stands beside the name.
    pub inside: Vec<Container>,
    /// What the text calls the place: "province", "camp".
    pub sort: Option<Sort>,
}

/// What a word beside a name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// "province", "state", "district".
    Region,
    /// "town", "village".
    Town,
    /// "camp", "crossing", "strait": of this kind.
    Kind(Kind),
}

/// The word that calls a place something: "province", "camps".
pub fn sort_of(word: &str) -> Option<Sort> {
    Some(match word {
        "province" | "governorate" | "state" | "region" | "oblast" | "county" | "district" | "prefecture"
        | "department" | "republic" | "division" | "provinces" | "districts" | "regions" | "counties"
        | "area" => Sort::Region,
        "city" | "town" | "village" | "hamlet" | "township" | "municipality" | "suburb" | "settlement" => {
            Sort::Town
        }
        "camp" => Sort::Kind(Kind::Camp),
        "crossing" | "checkpoint" => Sort::Kind(Kind::Crossing),
        "strait" | "straits" => Sort::Kind(Kind::Strait),
        "island" | "islands" => Sort::Kind(Kind::Island),
        "base" | "airbase" => Sort::Kind(Kind::Base),
        "prison" | "jail" => Sort::Kind(Kind::Prison),
        "square" => Sort::Kind(Kind::Square),
        "dam" => Sort::Kind(Kind::Dam),
        "sea" => Sort::Kind(Kind::Sea),
        "gulf" => Sort::Kind(Kind::Gulf),
        "lake" => Sort::Kind(Kind::Lake),
        "river" => Sort::Kind(Kind::River),
        "valley" | "peninsula" => Sort::Kind(Kind::Region),
        "mountain" | "mountains" => Sort::Kind(Kind::Mountain),
        "shoal" | "reef" => Sort::Kind(Kind::Reef),
        "airport" => Sort::Kind(Kind::Airport),
        "port" => Sort::Kind(Kind::Port),
        "road" | "street" | "avenue" | "highway" | "bridge" | "station" | "hospital" | "university"
        | "school" | "market" => Sort::Kind(Kind::Site),
        _ => return None,
    })
}

/// A place that a name may mean, and what speaks for it.
#[derive(Clone, Debug)]
pub struct Candidate<'g> {
    /// The place.
    pub place: Place<'g>,
    /// The name is its own, and not another spelling or a name in another language.
    pub own: bool,
    /// The sum of what speaks for it; to be compared with other candidates of the same name alone.
    pub score: f64,
    /// What stands beside the name holds it.
    pub contained: bool,
    /// The article speaks of its state.
    pub supported: bool,
    /// The article speaks of a neighbour of its state, and not of the state.
    pub beside: bool,
    /// Kilometres to the nearest other place of the article.
    pub distance: Option<f64>,
}

/// What became of a name.
#[derive(Clone, Debug, Default)]
pub struct Resolution<'g> {
    /// All that it may mean, the likeliest first.
    pub candidates: Vec<Candidate<'g>>,
    /// Is the first of them meant?
    pub chosen: bool,
    /// What decided: `containment`, `country`, `distance`, `size`, `only one`.
    pub decided: &'static str,
    /// What a careful reader would add.
    pub note: Option<String>,
}

/// Why a file is not a gazetteer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gazetteer cannot be used: {0}")]
pub struct GazetteerError(pub &'static str);

/// The places of the world, over the bytes of their file.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    bytes: Cow<'static, [u8]>,
    counts: [usize; 5],
    /// Where countries, their parts, borders, places, names and the heap begin.
    at: [usize; 6],
}

impl Gazetteer {
    /// A gazetteer over a file's bytes. The sections' lengths are checked, not their content: see
    /// [`Gazetteer::is_whole`].
    ///
    /// # Errors
    /// When the bytes are of another form or cut short.
    pub fn load(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Gazetteer, GazetteerError> {
        let bytes = bytes.into();
        if !bytes.starts_with(MAGIC) || bytes.len() < HEADER + 8 {
            return Err(GazetteerError("it is of another form"));
        }
        let mut counts = [0; 5];
        for (i, count) in counts.iter_mut().enumerate() {
            *count = u32_at(&bytes, MAGIC.len() + 4 * i) as usize;
        }
        let mut at = [HEADER; 6];
        let sections = [
            (counts[0], COUNTRY),
            (counts[0], 9 * PART),
            (counts[1], BORDER),
            (counts[2], PLACE),
            (counts[3], NAME),
        ];
        for (i, (count, size)) in sections.into_iter().enumerate() {
            at[i + 1] = count.checked_mul(size).and_then(|n| at[i].checked_add(n)).unwrap_or(usize::MAX);
        }
        let end = at[5].checked_add(counts[4]).and_then(|n| n.checked_next_multiple_of(8));
        if end.and_then(|n| n.checked_add(8)) != Some(bytes.len()) {
            return Err(GazetteerError("it is cut short"));
        }
        Ok(Gazetteer { bytes, counts, at })
    }

    /// Are the bytes those that were written? Reads all of them.
    pub fn is_whole(&self) -> bool {
        let end = self.bytes.len() - 8;
        self.bytes.get(end..).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes)
            == Some(checksum(&self.bytes[..end]))
    }

    /// How many places it holds.
    pub fn len(&self) -> usize {
        self.counts[2]
    }

    /// True when it holds none.
    pub fn is_empty(&self) -> bool {
        self.counts[2] == 0
    }

    /// Its name and the check sum of its bytes' end, as `detente --version` prints it.
    pub fn name(&self) -> String {
        let end = self.bytes.len() - 8;
        let sum = self.bytes.get(end..).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes);
        format!("places-1 {:08x}", sum >> 32)
    }

    fn code(&self, number: u8) -> Option<&str> {
        if number == 0 || usize::from(number) >= self.counts[0] {
            return None;
        }
        let at = self.at[0] + COUNTRY * usize::from(number);
        std::str::from_utf8(self.bytes.get(at..at + 3)?).ok()
    }

    fn number_of(&self, code: &str) -> Option<u8> {
        // They stand in the order of their letters.
        let (mut low, mut high) = (1, self.counts[0].min(256));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.code(middle as u8)?.cmp(code) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle as u8),
            }
        }
        None
    }

    /// The place with this number.
    pub fn place(&self, number: u32) -> Option<Place<'_>> {
        if number as usize >= self.counts[2] {
            return None;
        }
        let at = self.at[3] + PLACE * number as usize;
        let row = self.bytes.get(at..at + PLACE)?;
        let name = self.at[5] + u32_at(row, 0) as usize;
        let length = usize::from(*self.bytes.get(name)?);
        let region = |at: usize| {
            let n = u16::from_le_bytes([row[at], row[at + 1]]);
            (n != NONE).then_some(u32::from(n))
        };
        let id = u32_at(row, 12);
        Some(Place {
            number,
            name: std::str::from_utf8(self.bytes.get(name + 1..name + 1 + length)?).ok()?,
            lat: f64::from(u32_at(row, 4) as i32) / 1e5,
            lon: f64::from(u32_at(row, 8) as i32) / 1e5,
            geonameid: (id != 0).then_some(id),
            people: u32_at(row, 16),
            admin1: region(20),
            admin2: region(22),
            countries: row[24..28].iter().filter_map(|n| self.code(*n)).collect(),
            radius_km: f64::from(u16::from_le_bytes([row[28], row[29]])) / 10.0,
            kind: *Kind::ALL.get(usize::from(row[30]))?,
            site: row[31] & 1 == 1,
        })
    }

    /// Every place that bears a name, in the file's order, and whether the name is its own. Diacritics, hyphens,
    /// apostrophes, case and the forms of the Arabic article do not count.
    pub fn find(&self, name: &str) -> Vec<(Place<'_>, bool)> {
        let key = key(name);
        if key.len() < 2 {
            return Vec::new();
        }
        let wanted = hash(&key) >> 24;
        let entry = |n: usize| {
            let at = self.at[4] + NAME * n;
            self.bytes.get(at..at + NAME).and_then(|b| b.try_into().ok()).map_or(u64::MAX, u64::from_le_bytes)
        };
        let (mut low, mut high) = (0, self.counts[3]);
        while low < high {
            let middle = low + (high - low) / 2;
            if entry(middle) >> 24 < wanted { low = middle + 1 } else { high = middle }
        }
        let mut found = Vec::new();
        for n in low..self.counts[3] {
            let entry = entry(n);
            if entry >> 24 != wanted {
                break;
            }
            let number = (entry & 0xff_ffff) >> 2;
            found.extend(self.place(number as u32).map(|place| (place, entry & 3 == 0)));
        }
        found
    }

    /// The regions of a name: what may hold other places.
    pub fn regions(&self, name: &str) -> Vec<Place<'_>> {
        self.find(name).into_iter().map(|(p, _)| p).filter(|p| p.kind.is_region()).collect()
    }

    /// The capital of a state, by its ISO 3166 alpha-3 code.
    pub fn capital(&self, code: &str) -> Option<Place<'_>> {
        let at = self.at[0] + COUNTRY * usize::from(self.number_of(code)?);
        self.place(u32_at(self.bytes.get(at..at + COUNTRY)?, 4))
    }

    /// The middle and the reach in kilometres of the border of two states; `None` where they are no neighbours.
    pub fn border(&self, one: &str, other: &str) -> Option<((f64, f64), f64)> {
        let (a, b) = (self.number_of(one)?, self.number_of(other)?);
        let wanted = [a.min(b), a.max(b)];
        let row = |n: usize| {
            let at = self.at[2] + BORDER * n;
            self.bytes.get(at..at + BORDER)
        };
        let (mut low, mut high) = (0, self.counts[1]);
        while low < high {
            let middle = low + (high - low) / 2;
            if row(middle)?[..2] < wanted[..] { low = middle + 1 } else { high = middle }
        }
        let row = row(low).filter(|r| low < self.counts[1] && r[..2] == wanted)?;
        let point = (f64::from(u32_at(row, 4) as i32) / 1e5, f64::from(u32_at(row, 8) as i32) / 1e5);
        Some((point, f64::from(u16::from_le_bytes([row[2], row[3]])) / 10.0))
    }

    /// The middle and reach in kilometres of a state, or of its part in a direction (degrees from north by east): of
    /// those of its towns that lie furthest that way.
    pub fn part(&self, code: &str, bearing: Option<f64>) -> Option<((f64, f64), f64)> {
        let slot = bearing.map_or(0, |b| 1 + ((b / 45.0).round() as usize) % 8);
        let at = self.at[1] + PART * (9 * usize::from(self.number_of(code)?) + slot);
        let row = self.bytes.get(at..at + PART)?;
        let radius = f64::from(u32_at(row, 8)) / 10.0;
        let centre = (f64::from(u32_at(row, 0) as i32) / 1e5, f64::from(u32_at(row, 4) as i32) / 1e5);
        (radius > 0.0).then_some((centre, radius))
    }

    /// The state of the town that lies nearest to a point, and how many kilometres off it is.
    pub fn nearest_state(&self, point: (f64, f64)) -> Option<(&str, f64)> {
        let mut best: Option<(f64, u8)> = None;
        for n in 0..self.counts[2] {
            let at = self.at[3] + PLACE * n;
            let Some(row) = self.bytes.get(at..at + PLACE) else { break };
            let town = (f64::from(u32_at(row, 4) as i32) / 1e5, f64::from(u32_at(row, 8) as i32) / 1e5);
            if row[30] > 1 || (town.0 - point.0).abs() > 3.0 {
                continue;
            }
            let km = distance(point, town);
            if best.is_none_or(|b| km < b.0) {
                best = Some((km, row[24]));
            }
        }
        best.and_then(|(km, n)| Some((self.code(n)?, km)))
    }

    /// How surely a container holds a place: 2 where the place's own region bears its name, 1 where it lies within its
    /// reach, else 0.
    fn holds(&self, container: &Container, place: &Place) -> u32 {
        let own = [place.admin1, place.admin2].iter().flatten().any(|r| container.regions.contains(r));
        if own { 2 } else { u32::from(self.reaches(container, place)) }
    }

    fn reaches(&self, container: &Container, place: &Place) -> bool {
        let country = container.country.as_deref();
        if country.is_some_and(|c| !place.countries.is_empty() && !place.countries.contains(&c)) {
            return false;
        }
        match container.area {
            Some((point, radius)) => distance(point, place.point()) <= radius * 1.2 + SLACK,
            None => {
                container.regions.is_empty() && country.is_some_and(|c| place.countries.contains(&c))
                    || container.regions.iter().filter_map(|r| self.place(*r)).any(|r| {
                        r.countries.iter().any(|c| place.countries.contains(c))
                            && distance(r.point(), place.point()) <= r.radius_km + SLACK
                    })
            }
        }
    }

    /// Chooses the place that a name means. What is beside the name decides first, then the states that the article
    /// speaks of, the places near by, and size.
    pub fn resolve(&self, name: &str, context: &Context) -> Resolution<'_> {
        let most = context.countries.values().copied().fold(0.0, f64::max);
        let wanted = key(name);
        let mut candidates: Vec<Candidate> = self
            .find(name)
            .into_iter()
            .map(|(place, own)| {
                // "Frankfurt" is as good a name of Frankfurt am Main as its own.
                let own = own || begins_with(place.name, &wanted);
                let contained: u32 = context.inside.iter().map(|c| self.holds(c, &place)).sum();
                let weight = |c: &&str| context.countries.get(*c).copied().unwrap_or(0.0);
                // A neighbour of those that the article speaks of is likelier than a state far off.
                let beside = |c: &&str| {
                    let near = context.countries.iter().filter(|(k, _)| self.border(k, c).is_some());
                    NEIGHBOUR * near.map(|(_, w)| *w).fold(0.0, f64::max)
                };
                let own_support = place.countries.iter().map(weight).fold(0.0, f64::max);
                let support = match own_support {
                    0.0 => place.countries.iter().map(beside).fold(0.0, f64::max),
                    w => w,
                };
                // A sea has no state to be told by.
                let open = place.countries.is_empty();
                let support = if own || own_support > 0.0 { support } else { 0.0 };
                let share = if most > 0.0 { support / most } else { 0.0 };
                let distance =
                    context.points.iter().map(|p| distance(*p, place.point())).min_by(f64::total_cmp);
                let size = match place.kind {
                    _ if place.site => 3.0,
                    Kind::Admin1 => 2.4,
                    Kind::Admin2 => 1.2,
                    Kind::Capital => 4.0,
                    _ => 0.5 * f64::from(place.people.max(1)).log10(),
                };
                let sort = match context.sort {
                    None => 0.0,
                    Some(Sort::Region) if place.kind.is_region() => 3.0,
                    Some(Sort::Town) if place.kind.is_town() => 2.0,
                    Some(Sort::Kind(kind)) if kind == place.kind => 3.0,
                    Some(Sort::Kind(_)) if place.site => 1.0,
                    Some(_) => -2.0,
                };
                let score = HELD * f64::from(contained)
                    + SUPPORT * share
                    + if support > 0.0 || open { 1.0 } else { 0.0 }
                    + distance.map_or(0.0, |d| NEARNESS * (-d / NEAR_KM).exp())
                    + size
                    + sort
                    - if own { 0.0 } else { OTHER_SPELLING };
                Candidate {
                    place,
                    own,
                    score,
                    contained: contained > 0,
                    supported: share >= ENOUGH || open,
                    beside: own_support == 0.0 && support > 0.0,
                    distance,
                }
            })
            .collect();
        candidates
            .sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.place.number.cmp(&b.place.number)));
        candidates.dedup_by(|b, a| a.place.number == b.place.number);
        let mut resolution = Resolution { candidates, ..Resolution::default() };
        let Some(best) = resolution.candidates.first() else { return resolution };
        let abroad = |c: &&Candidate| !c.place.countries.iter().any(|k| best.place.countries.contains(k));
        let rivals: Vec<&Candidate> = resolution.candidates.iter().skip(1).filter(abroad).collect();
        // A region around the town is the same place.
        let apart = |c: &&Candidate| {
            let reach = if c.place.kind.is_region() { c.place.radius_km } else { 0.0 };
            distance(c.place.point(), best.place.point()) > FAR_KM + reach
        };
        let (chosen, decided, note) = if best.contained {
            (true, "containment", None)
        } else if !context.inside.is_empty() && resolution.candidates.iter().all(|c| !c.contained) {
            // The text says where it is, and none of these lies there.
            let place = &context.inside[0].name;
            (false, "containment", Some(format!("no place of this name is known in {place}")))
        } else if best.supported {
            let near = best.distance.is_some_and(|d| d < NEAR_KM);
            let alike = resolution
                .candidates
                .get(1)
                .filter(|c| c.supported && best.score - c.score < CLOSE && apart(c));
            // Two Springfields of one size: neither.
            let open = alike.is_some_and(|c| {
                !near && best.place.kind.is_town() && best.place.people < ALIKE * c.place.people.max(1)
            });
            let rival = rivals.iter().any(|c| c.supported);
            let decided = match () {
                () if resolution.candidates.len() == 1 => "only one",
                () if open => "",
                () if alike.is_some() || rival && !near => "size",
                () if rival => "distance",
                () => "country",
            };
            let note = match alike {
                Some(c) if open => {
                    Some(format!("it could be {} or {}", self.label(&best.place), self.label(&c.place)))
                }
                Some(c) => Some(format!("it could also be {}", self.label(&c.place))),
                None => best.beside.then(|| "the article speaks of a neighbour of its state alone".into()),
            };
            (!open, decided, note)
        } else {
            // Nothing in the article speaks for its state.
            let people = best.place.people;
            let large = best.place.site || people >= LARGE;
            let others: Vec<&Candidate> = resolution.candidates.iter().skip(1).filter(apart).collect();
            let next = others.iter().map(|c| c.place.people).max().unwrap_or(0);
            let alone = others.is_empty() && (best.place.site || people >= KNOWN && key(name).len() > 3);
            let much_larger = large && people / MUCH_LARGER >= next && best.own;
            let state = best.place.countries.first().copied().unwrap_or("");
            if best.own && (alone || much_larger) {
                let decided = if alone { "only one" } else { "size" };
                (true, decided, Some(format!("nothing else in the article speaks of {state}")))
            } else {
                let states: std::collections::BTreeSet<&str> =
                    resolution.candidates.iter().flat_map(|c| c.place.countries.iter().copied()).collect();
                let list: Vec<&str> = states.into_iter().take(6).collect();
                let note =
                    format!("it may lie in {}, and nothing in the article says where", list.join(", "));
                (false, "", Some(note))
            }
        };
        (resolution.chosen, resolution.decided, resolution.note) = (chosen, decided, note);
        resolution
    }

    /// "Al Bāb, Aleppo, SYR".
    pub fn label(&self, place: &Place) -> String {
        let region = place
            .admin1
            .filter(|r| *r != place.number)
            .and_then(|r| self.place(r))
            .map(|r| r.name.to_string());
        let mut parts = vec![place.name.to_string()];
        parts.extend(region);
        parts.push(place.countries.join("/"));
        parts.retain(|p| !p.is_empty());
        parts.join(", ")
    }
}

/// What a container beside the name counts.
const HELD: f64 = 10.0;
/// What the state of which the article speaks most counts.
const SUPPORT: f64 = 4.0;
/// What another place of the article right there counts.
const NEARNESS: f64 = 2.0;
/// Over how many kilometres nearness falls off.
const NEAR_KM: f64 = 150.0;
/// What a name in another language or spelling costs.
const OTHER_SPELLING: f64 = 1.5;
/// What a state counts whose neighbour the article speaks of, to one that it speaks of.
const NEIGHBOUR: f64 = 0.25;
/// The share of the state most spoken of from which a state is spoken of.
const ENOUGH: f64 = 0.15;
/// How near in score another place of the same state must be to be named in a note.
const CLOSE: f64 = 0.6;
/// How far apart two places are two.
const FAR_KM: f64 = 60.0;
/// A town that the world knows.
const LARGE: u32 = 100_000;
/// A town whose name no other state's town bears is known from this size on.
const KNOWN: u32 = 30_000;
/// Two towns of one state with fewer than so many times the people of each other are alike.
const ALIKE: u32 = 3;
/// How many times as many people decide where nothing else does.
const MUCH_LARGER: u32 = 10;
/// Kilometres by which a container may reach further than its places tell.
const SLACK: f64 = 30.0;

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// Kilometres between two points given in degrees north and east, on a sphere.
pub fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (north_a, north_b) = (a.0.to_radians(), b.0.to_radians());
    let (dn, de) = ((north_b - north_a) / 2.0, (b.1 - a.1).to_radians() / 2.0);
    let d = dn.sin().powi(2) + north_a.cos() * north_b.cos() * de.sin().powi(2);
    2.0 * EARTH_KM * d.sqrt().min(1.0).asin()
}

/// The earth's radius.
const EARTH_KM: f64 = 6371.0;

/// The point so many kilometres from another in a direction, in degrees from north by east. To three places, which is
/// finer than any such phrase, so that it reads alike on every machine.
pub fn moved(from: (f64, f64), km: f64, bearing: f64) -> (f64, f64) {
    let (north, east) = (bearing.to_radians().cos() * km, bearing.to_radians().sin() * km);
    let lat = (from.0 + north / DEGREE_KM).clamp(-90.0, 90.0);
    let lon = from.1 + east / (DEGREE_KM * from.0.to_radians().cos().max(0.05));
    let round = |x: f64| (x * 1000.0).round() / 1000.0;
    (round(lat), round((lon + 540.0) % 360.0 - 180.0))
}

/// Kilometres of one degree of latitude.
const DEGREE_KM: f64 = 111.2;

/// Do the first words of a name, and not all, have this key?
fn begins_with(name: &str, wanted: &str) -> bool {
    name.match_indices([' ', '-']).any(|(at, _)| key(&name[..at]) == wanted)
}

/// FNV-1a, its high bits mixed into the low ones.
fn hash(key: &str) -> u64 {
    let h =
        key.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    h ^ h >> 29
}

/// Forms of the Arabic article, as the sounds around it change it.
const ARTICLES: [&str; 19] = [
    "al", "el", "ul", "ar", "er", "as", "es", "ash", "esh", "at", "et", "ad", "ed", "az", "ez", "an", "en",
    "adh", "edh",
];

/// What spellings of one name have in common; `build.py` makes the same.
pub fn key(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in fold(name).chars() {
        match c {
            '\'' | '.' | '´' | '′' => {}
            c if c.is_alphanumeric() => word.extend(plain(c).to_lowercase()),
            _ => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    if words.len() == 1 {
        return words.remove(0);
    }
    let same = |w: &String| match w.as_str() {
        w if ARTICLES.contains(&w) => "al".to_string(),
        "st" | "ste" | "sankt" | "sainte" => "saint".to_string(),
        "mt" => "mount".to_string(),
        "ft" => "fort".to_string(),
        "e" | "ye" | "y" => "i".to_string(),
        w => w.to_string(),
    };
    words.iter().map(same).collect()
}

/// Letters of scholars' transliteration that the lexicon's folding leaves alone.
fn plain(c: char) -> char {
    match c {
        'ḩ' | 'Ḩ' | 'ẖ' | 'ḫ' => 'h',
        'ẕ' | 'ẑ' | 'Ẕ' => 'z',
        'ḵ' | 'ǩ' => 'k',
        'ǧ' | 'ǥ' => 'g',
        'ḏ' | 'ḑ' | 'Ḑ' => 'd',
        'ẗ' | 'ṯ' => 't',
        'ǒ' => 'o',
        'ǔ' => 'u',
        'ǐ' => 'i',
        'ṇ' | 'ṅ' => 'n',
        'ḷ' => 'l',
        'ṛ' => 'r',
        'ẁ' | 'ŵ' => 'w',
        c => c,
    }
}
