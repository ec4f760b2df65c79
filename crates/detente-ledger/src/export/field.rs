//! Every field of ours by its name. A form is a list of columns, and each column names the field that fills it, so a form is
//! changed, or a new one made, in `lexicon/exchange/columns.tsv` alone.

use std::collections::BTreeMap;

use detente::lexicon::exchange::StateCodes;
use detente::lexicon::exchange::cameo::{Cameo, Dialect};
use detente::lexicon::{ActorKind, Lexicon};
use detente::plover::{Aux, Quad};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::act::{Act, Party, Telling};
use super::cell::{Cell, cut};
use super::{Form, Request};

/// Characters of a quote, at most.
pub const QUOTE: usize = 200;

/// Columns of flat records: a report in each line. The same list stands in `columns.tsv` under `csv`; pages that have no
/// lexicon at hand write them too.
pub const FLAT: [(&str, &str); 46] = [
    ("id", "id"),
    ("article", "article"),
    ("event", "type"),
    ("mode", "mode"),
    ("context", "contexts"),
    ("quad_code", "quad"),
    ("event_scale", "scale"),
    ("actors", "source.key"),
    ("actor_names", "source.identifier"),
    ("actor_sectors", "source.sector"),
    ("recipients", "target.key"),
    ("recipient_names", "target.identifier"),
    ("recipient_sectors", "target.sector"),
    ("date", "first_day"),
    ("enddate", "last_day"),
    ("date_precision", "date_precision"),
    ("status", "status"),
    ("said_by", "said_by"),
    ("place", "place"),
    ("country", "country"),
    ("admin1", "admin1"),
    ("lat", "lat"),
    ("lon", "lon"),
    ("geonameid", "geonameid"),
    ("resolution", "resolution"),
    ("dead", "dead"),
    ("injured", "injured"),
    ("arrested", "arrested"),
    ("event_text", "event_text"),
    ("quote", "quote"),
    ("sentence_number", "sentence_number"),
    ("sentence_start", "sentence_start"),
    ("sentence_end", "sentence_end"),
    ("text_sha256", "text_sha256"),
    ("confidence", "confidence"),
    ("event_id", "event_id"),
    ("rules", "rules"),
    ("title", "title"),
    ("source", "publisher"),
    ("url", "url"),
    ("language", "language"),
    ("license", "licence"),
    ("published", "published"),
    ("known", "known"),
    ("coder", "coder"),
    ("data_set", "data_set"),
];

/// What fields need beside the act itself.
pub struct Context<'a> {
    /// What is wanted.
    pub request: &'a Request,
    lexicon: Option<&'a Lexicon>,
    /// Entity key → CAMEO's code of the group.
    groups: BTreeMap<String, String>,
}

impl<'a> Context<'a> {
    /// With the tables of other data sets; without a lexicon the fields that need them are empty.
    pub fn new(request: &'a Request, lexicon: Option<&'a Lexicon>) -> Context<'a> {
        let mut groups = BTreeMap::new();
        for (code, name) in lexicon.iter().flat_map(|l| l.exchange.cameo_groups()) {
            let Some(lexicon) = lexicon else { continue };
            for meaning in lexicon.meanings(name) {
                if let detente::lexicon::who::Meaning::Actor(_, actor) = meaning {
                    groups.entry(actor.key.clone()).or_insert_with(|| code.to_uppercase());
                }
            }
        }
        Context { request, lexicon, groups }
    }

    /// The state, or the state of the group, that a party belongs to, by entity key.
    fn country(&self, party: &Party) -> Option<String> {
        let base = party.key.split('/').next().unwrap_or(&party.key);
        let Some(lexicon) = self.lexicon else {
            return party.entity.code.clone().filter(|code| code == base);
        };
        if lexicon.is_state(base) {
            return Some(base.to_string());
        }
        let actor = lexicon.actor(&party.key)?;
        actor.country.as_deref().filter(|c| lexicon.is_state(c)).map(str::to_string)
    }

    /// The state that a party is or acts as: nothing for its groups, people, companies.
    fn state(&self, party: &Party) -> Option<String> {
        let is_state = match self.lexicon {
            Some(lexicon) => lexicon.is_state(&party.key),
            None => party.entity.code.as_deref() == Some(&party.key) && party.key.len() == 3,
        };
        is_state.then(|| party.key.clone())
    }

    fn codes(&self, iso3: &str, day: Option<Date>) -> Option<&StateCodes> {
        self.lexicon?.exchange.states.on(iso3, day?)
    }

    fn latest(&self, iso3: &str) -> Option<&StateCodes> {
        self.lexicon?.exchange.states.latest(iso3)
    }

    /// The codes of a state on a day: COW and Gleditsch–Ward numbers, nothing where a list does not have it then.
    pub fn numbers(&self, iso3: &str, day: Date) -> (Option<u16>, Option<u16>) {
        self.codes(iso3, Some(day)).map_or((None, None), |codes| (codes.cow, codes.gw))
    }

    /// The state behind a key, whether it is that state or some people of it; nothing for groups of no state.
    pub fn country_of(&self, key: &str) -> Option<String> {
        self.country(&Party { key: key.into(), entity: Default::default() })
    }

    /// True where the key is that of a state itself.
    pub fn is_state(&self, key: &str) -> bool {
        self.lexicon.is_some_and(|l| l.is_state(key))
    }

    fn cameo(&self, act: &Act, dialect: Dialect) -> Option<&Cameo> {
        let contexts: &[String] = &act.contexts;
        self.lexicon?.exchange.cameo_of(act.kind, act.mode.as_deref(), contexts, dialect)
    }

    /// The name of a party itself, and not of whoever acts for it: "Syria", "Syria (rebels)", "Hamas". Whom the lexicon
    /// does not know has the name in the report.
    fn own_name(&self, party: &Party) -> String {
        let named = || party.entity.identifier_text.clone().unwrap_or_else(|| party.key.clone());
        let Some(lexicon) = self.lexicon else { return named() };
        if party.key == detente::foreign::UNKNOWN {
            return named();
        }
        let state = |key: &str| Some(self.latest(key)?.name.clone()).filter(|_| lexicon.is_state(key));
        if let Some((base, sector)) = party.key.split_once('/') {
            let base = state(base).unwrap_or_else(|| base.to_string());
            return format!("{base} ({})", crate::read::people(sector));
        }
        if let Some(name) = state(&party.key) {
            return name;
        }
        // A key of three capitals is a code, every other one a name.
        let code = party.key.len() == 3 && party.key.bytes().all(|b| b.is_ascii_uppercase());
        let actor = lexicon.actor(&party.key).filter(|actor| code && actor.kind != ActorKind::State);
        actor.map_or_else(|| party.key.clone(), |actor| actor.name.clone())
    }

    /// A name as ICEWS writes it: a state by its name, a part of one as "Role (Country)", a group by its own.
    fn icews_name(&self, party: &Party) -> String {
        if let Some((base, sector)) = party.key.split_once('/')
            && let Some(state) = self.latest(base)
        {
            let written = self.lexicon.and_then(|l| l.exchange.written.sector(sector));
            let role = written.map(|w| w.icews_role.as_str()).filter(|r| !r.is_empty()).unwrap_or(sector);
            return format!("{role} ({})", state.name);
        }
        self.own_name(party)
    }
}

/// One line of an export: an act, the parties on each side of it, and the report that it is told by.
pub struct Line<'a> {
    /// The act.
    pub act: &'a Act,
    /// Who does it: one party where each pair has a line, else all.
    pub sources: &'a [&'a Party],
    /// To whom.
    pub targets: &'a [&'a Party],
    /// The report; that which opened the event, or each in turn.
    pub telling: Option<&'a Telling>,
    /// Running number of the line, from 1.
    pub number: u64,
    /// Which of the lines of its act it is, from 1, and how many these are.
    pub part: (usize, usize),
}

/// A number of 53 bits, which every program holds exactly, out of texts.
fn stable(parts: &[&str], bits: u32) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let first: [u8; 8] = hash.finalize()[..8].try_into().unwrap_or([0; 8]);
    i64::try_from(u64::from_be_bytes(first) >> (64 - bits)).unwrap_or(0)
}

fn compact(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The number of a quad class: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict.
fn quad_number(quad: Quad) -> i64 {
    Quad::ALL.iter().position(|q| *q == quad).map_or(0, |n| n as i64 + 1)
}

impl Line<'_> {
    /// The field with this name; `None` where there is no such field.
    pub fn get(&self, field: &str, context: &Context) -> Option<Cell> {
        if let Some((side, what)) = field.split_once('.') {
            return match side {
                "source" => self.party(self.sources, what, context),
                "target" => self.party(self.targets, what, context),
                "icews" => self.cameo(what, Dialect::Icews, context),
                "gdelt" => self.cameo(what, Dialect::Gdelt, context),
                _ => None,
            };
        }
        let act = self.act;
        let report = self.telling.map(|t| &t.row.report);
        let cite = report.map(|r| &r.cite_info);
        let foreign = act.foreign.as_ref();
        let place = act.place.as_ref();
        let day = act.span().map(|span| span.0);
        let whole = |n: Option<u32>| n.map_or(Cell::None, |n| Cell::Whole(i64::from(n)));
        let date = |d: Option<Date>| d.map_or(Cell::None, Cell::Day);
        let stamp = |d: Option<Date>| d.map_or(Cell::None, |d| Cell::Whole(compact(d) * 1_000_000));
        let float = |x: Option<f64>| x.map_or(Cell::None, Cell::Number);
        Some(match field {
            "nothing" => Cell::None,
            "one" => Cell::Whole(1),
            "clear" => Cell::text("Clear"),
            "id" => Cell::text(&act.id),
            "number" => Cell::Whole(self.number as i64),
            "row" => match context.request.form {
                Form::Polecat => self.get("row_id", context)?,
                Form::Gdelt => self.get("stable_number", context)?,
                _ => Cell::Whole(self.number as i64),
            },
            "row_id" if self.part.1 > 1 => Cell::text(format!("{}.{}", act.id, self.part.0)),
            "row_id" => Cell::text(&act.id),
            "stable_number" => {
                let keys =
                    |parties: &[&Party]| parties.iter().map(|p| p.key.as_str()).collect::<Vec<_>>().join(";");
                Cell::Whole(stable(&[&act.id, &keys(self.sources), &keys(self.targets)], 53))
            }
            "type" => Cell::text(act.kind.as_str()),
            "mode" => Cell::of(act.mode.as_deref()),
            "contexts" => Cell::text(act.contexts.join("; ")),
            "scale" => Cell::Number(act.scale),
            "quad" => Cell::text(context.request.quads().quad(act.kind).as_str()),
            "quad_capitals" => Cell::text(context.request.quads().quad(act.kind).as_str().to_uppercase()),
            "mutual" => Cell::text(if act.mutual { "yes" } else { "no" }),
            "status" => Cell::text(status(&act.aux)),
            "said_by" => Cell::text(act.said_by.join("; ")),
            "first_day" => date(act.date.or(self.one_day(context).then_some(act.enddate).flatten())),
            "last_day" => date(act.enddate),
            "date_precision" => Cell::of(report.and_then(|r| r.date_precision.as_deref())),
            "day_number" => day.map_or(Cell::None, |d| Cell::Whole(compact(d))),
            "month_number" => day.map_or(Cell::None, |d| Cell::Whole(compact(d) / 100)),
            "year" => day.map_or(Cell::None, |d| Cell::Whole(i64::from(d.year()))),
            // As GDELT has it: (month × 30 + day) of 365.
            "day_fraction" => day.map_or(Cell::None, |d| {
                let part = (f64::from(d.month()) * 30.0 + f64::from(d.day())) / 365.0;
                Cell::Number(f64::from(d.year()) + (part * 1e4).round() / 1e4)
            }),
            "known" => Cell::Day(self.telling.map_or(act.known, |t| t.row.known)),
            "known_stamp" => stamp(Some(act.known)),
            "published" => date(self.telling.and_then(|t| t.row.published)),
            "published_stamp" => stamp(self.telling.and_then(|t| t.row.published)),
            "report" => Cell::of(report.map(|r| r.id.as_str())),
            "event_id" => Cell::of(report.and_then(|r| r.event_id.as_deref())),
            "article" => match (self.telling, foreign) {
                (Some(telling), _) => Cell::text(&telling.row.article_id),
                (None, Some(foreign)) => Cell::of(foreign.story.as_deref()),
                _ => Cell::None,
            },
            "story_number" => match self.get("article", context)? {
                Cell::Text(article) => Cell::Whole(stable(&[&article], 31)),
                _ => Cell::None,
            },
            "title" => Cell::of(self.telling.and_then(|t| t.row.title.as_deref())),
            "publisher" => Cell::of(
                self.telling
                    .and_then(|t| t.row.source.as_deref())
                    .or(foreign.and_then(|f| f.publisher.as_deref())),
            ),
            "url" => Cell::of(self.url()),
            "url_or_article" => match self.url() {
                Some(url) => Cell::text(url),
                None => self.get("article", context)?,
            },
            "mention_type" => Cell::Whole(if self.url().is_some() { 1 } else { 2 }),
            "language" => Cell::of(cite.and_then(|c| c.language.as_deref())),
            "licence" => Cell::of(
                cite.and_then(|c| c.license.as_deref()).or(foreign.and_then(|f| f.licence.as_deref())),
            ),
            "text_sha256" => Cell::of(self.telling.map(|t| t.text_sha256.as_str())),
            "text_length" => self.telling.and_then(|t| t.text_length).map_or(Cell::None, Cell::Whole),
            "sentence_number" => match (report, foreign) {
                (Some(r), _) => Cell::Whole(i64::from(r.text_info.sequence) + 1),
                (None, Some(f)) => whole(f.sentence),
                _ => Cell::None,
            },
            "sentence_start" => whole(report.map(|r| r.text_info.start)),
            "sentence_end" => whole(report.map(|r| r.text_info.end)),
            "event_text" if !context.request.quotes => Cell::None,
            "event_text" => match (report, foreign) {
                (Some(r), _) => Cell::text(&r.event_text),
                (None, Some(f)) => Cell::text(&f.words),
                _ => Cell::None,
            },
            "quote" if !context.request.quotes => Cell::None,
            "quote" => self.telling.map_or(Cell::None, |t| Cell::text(cut(&t.row.sentence, QUOTE))),
            "confidence" => float(self.confidence()),
            "confidence_percent" => {
                self.confidence().map_or(Cell::None, |c| Cell::Whole((c * 100.0).round() as i64))
            }
            "rules" => report.map_or(Cell::None, |r| {
                Cell::text(r.evidence.iter().map(|e| e.rule.as_str()).collect::<Vec<_>>().join("; "))
            }),
            "coder" => report.map_or(Cell::None, |r| {
                Cell::text(
                    format!("{} {} {}", r.coder.version, r.coder.lexicon, r.coder.model).trim().to_string(),
                )
            }),
            "data_set" => Cell::of(foreign.map(|f| f.import.as_str())),
            "mentions" => Cell::count(act.tellings.len().max(1)),
            "witnesses" => Cell::count(act.witnesses),
            "sources" => Cell::count(self.distinct(|t| t.row.source.clone()).len().max(1)),
            "articles" => Cell::count(self.distinct(|t| Some(t.row.article_id.clone())).len().max(1)),
            "publishers" => Cell::text(self.distinct(|t| t.row.source.clone()).join("; ")),
            "published_days" => {
                Cell::text(self.distinct(|t| t.row.published.map(|d| d.to_string())).join("; "))
            }
            "citations" => Cell::text(
                self.distinct(|t| {
                    let parts =
                        [t.row.source.clone(), t.row.published.map(|d| d.to_string()), t.row.url.clone()];
                    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", ")).filter(|c| !c.is_empty())
                })
                .join("; "),
            ),
            "is_root" => {
                let early = act.tellings.iter().any(|t| t.row.report.text_info.sequence < 2);
                let foreign = foreign.and_then(|f| f.sentence).is_some_and(|n| n <= 2);
                Cell::Whole(i64::from(early || foreign))
            }
            "extras" => self.extras(context),
            "place" => Cell::of(place.and_then(|p| p.resolved_place.as_deref())),
            "place_words" if !context.request.quotes => Cell::None,
            "place_words" => Cell::of(place.map(|p| p.extracted_place.as_str())),
            "city" => Cell::of(place.filter(|p| is_point(p)).and_then(|p| p.resolved_place.as_deref())),
            "admin1" => Cell::of(place.and_then(|p| p.admin1.as_deref())),
            "country" => Cell::of(place.and_then(|p| p.country_code.as_deref())),
            "country_name" => Cell::of(
                place
                    .and_then(|p| p.country_code.as_deref())
                    .and_then(|c| context.latest(c))
                    .map(|s| s.name.as_str()),
            ),
            "country_fips" => Cell::of(
                place
                    .and_then(|p| p.country_code.as_deref())
                    .and_then(|c| context.latest(c))
                    .map(|s| s.fips.as_str()),
            ),
            "country_gw" => self.country_gw(context).map_or(Cell::None, |n| Cell::Whole(i64::from(n))),
            // The ranges of the numbers of Gleditsch and Ward, as UCDP puts states into regions.
            "ucdp_region" => match self.country_gw(context) {
                Some(2..200) => Cell::text("Americas"),
                Some(200..400) => Cell::text("Europe"),
                Some(400..630) => Cell::text("Africa"),
                Some(630..700) => Cell::text("Middle East"),
                Some(700..) => Cell::text("Asia"),
                _ => Cell::None,
            },
            "lat" => float(place.and_then(|p| p.lat)),
            "lon" => float(place.and_then(|p| p.lon)),
            "geonameid" => whole(place.and_then(|p| p.geonameid)),
            "resolution" => Cell::of(place.and_then(|p| p.resolution.as_deref())),
            "radius_km" => float(place.and_then(|p| p.radius_km)),
            "wkt" => match point(act) {
                Some((lat, lon)) => Cell::text(format!("POINT ({lon} {lat})")),
                None => Cell::None,
            },
            "priogrid" => point(act).map_or(Cell::None, |(lat, lon)| Cell::Whole(priogrid(lat, lon))),
            "where_prec" => Cell::Whole(match place.and_then(|p| p.resolution.as_deref()) {
                Some("site" | "city") => 1,
                Some("near") => 2,
                Some("within" | "region") => 4,
                Some("country") => 6,
                _ => return Some(Cell::None),
            }),
            "gdelt_geo_type" => {
                let usa = place.and_then(|p| p.country_code.as_deref()) == Some("USA");
                match place.and_then(|p| p.resolution.as_deref()) {
                    Some("country") => Cell::Whole(1),
                    Some("region" | "within") => Cell::Whole(if usa { 2 } else { 5 }),
                    Some("site" | "city" | "near") => Cell::Whole(if usa { 3 } else { 4 }),
                    _ => Cell::None,
                }
            }
            "dead" => whole(report.and_then(|r| r.size).and_then(|s| s.dead)),
            "injured" => whole(report.and_then(|r| r.size).and_then(|s| s.injured)),
            "arrested" => whole(report.and_then(|r| r.size).and_then(|s| s.arrested)),
            "dead_low" => whole(dead(act).first().copied()),
            "dead_high" => whole(dead(act).last().copied()),
            "dead_best" => whole(best(act)),
            "type_of_violence" => Cell::Whole(violence(self, context)),
            "dyad_name" => {
                let name = |parties: &[&Party]| match parties {
                    [] => "Unknown".to_string(),
                    some => some.iter().map(|p| context.own_name(p)).collect::<Vec<_>>().join(", "),
                };
                Cell::text(format!("{} - {}", name(self.sources), name(self.targets)))
            }
            "event_clarity" => Cell::Whole(if act.span().is_some_and(|(a, b)| a == b) { 1 } else { 2 }),
            "date_prec" => match act.span().map(|(a, b)| days(a, b)) {
                Some(1) => Cell::Whole(1),
                Some(2..=6) => Cell::Whole(2),
                Some(7) => Cell::Whole(3),
                Some(8..=31) => Cell::Whole(4),
                Some(_) => Cell::Whole(5),
                None => Cell::None,
            },
            _ => return None,
        })
    }

    /// True where the line has room for one day.
    fn one_day(&self, context: &Context) -> bool {
        context.request.form.lacks_span()
    }

    fn url(&self) -> Option<&str> {
        let telling = self.telling?;
        telling.row.url.as_deref().or(telling.row.report.cite_info.url.as_deref())
    }

    fn confidence(&self) -> Option<f64> {
        self.telling?.row.report.confidence.map(|c| (f64::from(c) * 1e4).round() / 1e4)
    }

    /// What the reports have, each once, in the order of the alphabet.
    fn distinct(&self, of: impl Fn(&Telling) -> Option<String>) -> Vec<String> {
        let mut all: Vec<String> = self.act.tellings.iter().filter_map(of).collect();
        all.sort();
        all.dedup();
        if all.is_empty() && self.act.tellings.is_empty() {
            all.extend(self.act.foreign.as_ref().and_then(|f| f.publisher.clone()));
        }
        all
    }

    fn country_gw(&self, context: &Context) -> Option<u16> {
        let iso3 = self.act.place.as_ref()?.country_code.as_deref()?;
        context.codes(iso3, self.act.span().map(|s| s.0))?.gw
    }

    fn extras(&self, context: &Context) -> Cell {
        let mut extras = serde_json::Map::new();
        for field in ["status", "said_by", "report", "text_sha256", "quote"] {
            if let Some(cell) = self.get(field, context)
                && cell != Cell::None
            {
                extras.insert(field.into(), cell.json());
            }
        }
        Cell::text(serde_json::Value::Object(extras).to_string())
    }

    fn cameo(&self, what: &str, dialect: Dialect, context: &Context) -> Option<Cell> {
        let code = context.cameo(self.act, dialect);
        let of = |get: fn(&Cameo) -> &str| Cell::of(code.map(get));
        Some(match what {
            "code" => of(|c| &c.code),
            "base" => of(Cameo::base),
            "root" => of(Cameo::root),
            "text" => of(|c| &c.text),
            "goldstein" => {
                code.map_or(Cell::None, |c| Cell::Number((f64::from(c.goldstein) * 100.0).round() / 100.0))
            }
            "quad" => match context.request.quad {
                Some(convention) => Cell::Whole(quad_number(convention.quad(self.act.kind))),
                None => code.map_or(Cell::None, |c| Cell::Whole(i64::from(c.quad()))),
            },
            _ => return None,
        })
    }

    fn party(&self, parties: &[&Party], what: &str, context: &Context) -> Option<Cell> {
        let day = self.act.span().map(|s| s.0);
        let one = |party: &Party| -> Option<Cell> {
            let entity = &party.entity;
            let unknown = party.key == detente::foreign::UNKNOWN;
            Some(match what {
                "key" => Cell::text(&party.key),
                "name" => Cell::text(context.own_name(party)),
                "identifier" => Cell::of(entity.identifier_text.as_deref()),
                "name_capitals" => {
                    Cell::text(entity.identifier_text.as_deref().unwrap_or_default().to_uppercase())
                }
                "words" if !context.request.quotes => Cell::None,
                "words" => Cell::text(&entity.entity_text),
                "office" => Cell::of(entity.office.as_deref()),
                "wikidata" => Cell::of(entity.identifier_id.as_deref()),
                "sector" => Cell::of(sector(party)),
                "start" if self.act.foreign.is_some() => Cell::None,
                "start" => self.start(party).map_or(Cell::None, |start| Cell::Whole(i64::from(start))),
                "country" => Cell::text(context.country(party).unwrap_or_default()),
                "country_name" => {
                    let country = context.country(party);
                    Cell::of(country.as_deref().and_then(|c| context.latest(c)).map(|s| s.name.as_str()))
                }
                "cow" | "gw" => {
                    let codes = context.state(party).and_then(|s| context.codes(&s, day).cloned());
                    let number = codes.and_then(|c| if what == "cow" { c.cow } else { c.gw });
                    number.map_or(Cell::None, |n| Cell::Whole(i64::from(n)))
                }
                "icews_name" if unknown => match entity.identifier_text.as_deref() {
                    Some(name) if self.act.foreign.is_some() => Cell::text(name),
                    _ => Cell::text("Unspecified Actor"),
                },
                "icews_name" => Cell::text(context.icews_name(party)),
                "icews_sectors" => {
                    let written = sector(party).and_then(|s| context.lexicon?.exchange.written.sector(s));
                    Cell::of(written.map(|w| w.icews_sector.as_str()))
                }
                "cameo_country" => {
                    let country = context.country(party);
                    Cell::of(country.as_deref().and_then(|c| context.latest(c)).map(|s| s.cameo.as_str()))
                }
                "cameo_group" => Cell::of(context.groups.get(&party.key).map(String::as_str)),
                "cameo_type" => {
                    // The state as a whole bears its country alone.
                    let whole = context.state(party).is_some() && entity.office.is_none();
                    let role = sector(party).filter(|s| !(whole && *s == "GOV"));
                    Cell::of(
                        role.and_then(|s| context.lexicon?.exchange.written.sector(s))
                            .map(|w| w.cameo_role.as_str()),
                    )
                }
                "cameo_code" => {
                    let mut code = String::new();
                    for part in ["cameo_country", "cameo_type", "cameo_group"] {
                        if let Some(Cell::Text(part)) = self.party(&[party], part, context) {
                            code += &part;
                        }
                    }
                    Cell::text(code)
                }
                _ => return None,
            })
        };
        match parties {
            [] => one(&Party::default()).map(|_| Cell::None),
            [party] => one(party),
            several => {
                let cells: Option<Vec<Cell>> = several.iter().map(|p| one(p)).collect();
                let cells = cells?;
                // Numbers of several are no number.
                if cells.iter().any(|c| matches!(c, Cell::Whole(_) | Cell::Number(_))) {
                    return Some(Cell::None);
                }
                let texts: Vec<_> = cells.iter().map(|c| c.plain("").into_owned()).collect();
                Some(if texts.iter().all(String::is_empty) {
                    Cell::None
                } else {
                    Cell::text(texts.join("; "))
                })
            }
        }
    }

    /// Where the party's words begin in the article of this line.
    fn start(&self, party: &Party) -> Option<u32> {
        let report = &self.telling?.row.report;
        report.actor.iter().chain(&report.recipient).find(|e| e.key == party.key).map(|e| e.start)
    }
}

fn sector(party: &Party) -> Option<&str> {
    match party.key.split_once('/') {
        Some((_, sector)) => Some(sector),
        None => party.entity.sector.as_deref(),
    }
}

/// Status in a word or several: `asserted` where nothing stands against it.
pub fn status(aux: &[Aux]) -> String {
    match aux {
        [] => "asserted".into(),
        some => some.iter().map(|a| a.as_str()).collect::<Vec<_>>().join("; "),
    }
}

fn is_point(place: &detente::report::EventLoc) -> bool {
    matches!(place.resolution.as_deref(), Some("city" | "site" | "near"))
}

/// Degrees north and east, where the place is no more than a country's middle.
pub fn point(act: &Act) -> Option<(f64, f64)> {
    let place = act.place.as_ref()?;
    place.lat.zip(place.lon).filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0)
}

/// The cell of PRIO-GRID: half a degree wide, 720 in a row, counted from the south-west.
fn priogrid(lat: f64, lon: f64) -> i64 {
    let row = (((lat + 90.0) * 2.0).floor() as i64).clamp(0, 359);
    let column = (((lon + 180.0) * 2.0).floor() as i64).clamp(0, 719);
    row * 720 + column + 1
}

/// Days of an interval, both ends counted.
pub fn days(from: Date, to: Date) -> i64 {
    detente::day::between(from, to) + 1
}

/// The numbers of dead that reports tell, sorted.
fn dead(act: &Act) -> Vec<u32> {
    let mut all: Vec<u32> =
        act.tellings.iter().filter_map(|t| t.row.report.size?.dead).filter(|n| *n > 0).collect();
    all.sort_unstable();
    all
}

/// Does a report tell that somebody was killed: by a number, or by the words of an assault?
pub fn is_deadly(act: &Act, context: &Context) -> bool {
    let words =
        |t: &Telling| context.lexicon.is_some_and(|l| l.exchange.written.is_deadly(&t.row.report.event_text));
    best(act).is_some() || act.kind == detente::plover::EventType::Assault && act.tellings.iter().any(words)
}

/// The middle of what reports tell, the lower of two.
pub fn best(act: &Act) -> Option<u32> {
    let all = dead(act);
    all.get(all.len().checked_sub(1)? / 2).copied()
}

/// UCDP's type of violence: 1 a state against a state or an armed group, 2 armed groups against each other, 3 others are
/// the victims.
fn violence(line: &Line, context: &Context) -> i64 {
    /// Sectors of those who fight for nobody's state.
    const ARMED: [&str; 5] = ["REB", "UAF", "CRM", "OPP", "IMG"];
    let state =
        |p: &&Party| context.state(p).is_some() || matches!(sector(p), Some("GOV" | "MIL" | "COP" | "SPY"));
    let armed = |p: &&Party| sector(p).is_some_and(|s| ARMED.contains(&s));
    let (a, b) = (line.sources, line.targets);
    let fights = |side: &[&Party]| side.iter().any(|p| state(p) || armed(p));
    if b.is_empty() || !fights(b) || !fights(a) {
        3
    } else if a.iter().any(state) || b.iter().any(state) {
        1
    } else {
        2
    }
}
