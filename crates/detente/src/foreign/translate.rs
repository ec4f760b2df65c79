//! A row of each form in our terms: what was done, on which day, where, and how its two sides are to be looked up.

use std::borrow::Cow;

use jiff::civil::Date;

use super::day::{self, Slashes};
use super::form::{Field, Format, Places, SIDE};
use super::party::{Coded, Hint, Parties};
use super::{Why, said, unquoted};
use crate::lexicon::Lexicon;
use crate::lexicon::exchange::Way;
use crate::lexicon::exchange::cameo::Dialect;
use crate::plover::EventType;
use crate::report::EventLoc;

/// So many days a row of the UCDP may span and still have its first day: a month.
const SPAN: i32 = 31;

/// The cells of a row.
#[derive(Clone, Copy)]
pub(super) struct Cells<'c> {
    pub cells: &'c [Cow<'c, str>],
    pub places: &'c Places,
}

impl<'c> Cells<'c> {
    fn at(&self, at: usize) -> &'c str {
        self.places[at].and_then(|at| self.cells.get(at)).map_or("", |cell| unquoted(cell))
    }

    /// A cell as it stands, without white space and quotes.
    fn text(&self, field: Field) -> &'c str {
        self.at(field as usize)
    }

    /// What a cell says, if it says something.
    fn said(&self, field: Field) -> Option<&'c str> {
        said(self.text(field))
    }

    /// The same for a party: 0 is the first, 1 the second.
    fn of(&self, side: usize, field: Field) -> Option<&'c str> {
        said(self.at(field as usize + side * SIDE))
    }
}

/// How one side is looked up.
#[derive(Clone, Copy)]
pub(super) enum Who<'c> {
    /// By its name.
    Name(&'c str, Hint<'c>),
    /// By codes.
    Codes(Coded<'c>),
    /// By a name of ACLED or the UCDP, the data set's word for its kind, and the country of the event.
    Armed(&'c str, Option<&'c str>, Option<&'c str>),
}

impl Who<'_> {
    /// What makes it the same party in two rows.
    pub(super) fn label(&self) -> &str {
        match self {
            Who::Name(name, _) | Who::Armed(name, ..) => name,
            Who::Codes(coded) => coded.whole,
        }
    }
}

/// A row in our terms, but for who its sides are.
pub(super) struct Told<'c> {
    pub day: Date,
    pub kind: EventType,
    pub mode: Option<String>,
    pub way: Way,
    /// Rows with the same word here can be tellings of one act; `None` where each row is an act of its own.
    pub same: Option<String>,
    /// The sides of one act are told in the same order.
    pub ordered: bool,
    pub words: String,
    pub sides: [Who<'c>; 2],
    pub id: Option<&'c str>,
    pub story: Option<&'c str>,
    pub sentence: Option<u32>,
    pub publisher: Option<&'c str>,
    pub place: Option<EventLoc>,
}

/// Translates one row.
pub(super) fn row<'c>(
    format: Format,
    lexicon: &Lexicon,
    parties: &Parties,
    cells: Cells<'c>,
    slashes: Slashes,
) -> Result<Told<'c>, Why> {
    let act = match format {
        Format::Table | Format::Icews => relation(lexicon, cells)?,
        Format::Gdelt => cameo(lexicon, cells, Dialect::Gdelt)?,
        // Its coder follows the code book of 2012.
        Format::Phoenix => cameo(lexicon, cells, Dialect::Icews)?,
        Format::Polecat => plover(lexicon, cells)?,
        Format::Acled | Format::Ucdp => own(format, lexicon, cells)?,
    };
    let day = on_day(format, cells, slashes)?;
    let sides = sides(format, cells)?;
    let place = match format {
        Format::Gdelt => whole_place(lexicon, cells),
        _ => place(parties, cells),
    };
    Ok(Told {
        day,
        kind: act.kind,
        mode: act.mode,
        way: act.way,
        same: act.same,
        ordered: act.ordered,
        words: act.words,
        sides,
        id: cells.said(Field::Id),
        story: cells.said(Field::Story),
        sentence: cells.said(Field::Sentence).and_then(|n| n.parse().ok()),
        publisher: cells.said(Field::Publisher),
        place,
    })
}

/// What was done.
struct Act {
    kind: EventType,
    mode: Option<String>,
    way: Way,
    same: Option<String>,
    ordered: bool,
    words: String,
}

/// What two tellings of one act have in common, by CAMEO's code and its twin; and whether they name the sides in one order.
fn same(code: &str, twin: Option<&String>, way: Way) -> (Option<String>, bool) {
    match (twin, way) {
        (Some(twin), _) => (Some(twin.clone()), true),
        (None, Way::Mutual | Way::Mirrored) => (Some(code.to_string()), false),
        _ => (None, true),
    }
}

/// A relation by its text, or by its code where the text is new.
fn relation(lexicon: &Lexicon, cells: Cells) -> Result<Act, Why> {
    let words = cells.text(Field::Act);
    let found = lexicon.exchange.relation(words);
    let found = found.or_else(|| lexicon.exchange.relation_of_code(cells.said(Field::Code)?));
    let Some(found) = found else { return Err(Why::Relation(words.to_string())) };
    let Some(kind) = found.kind else { return Err(Why::NoType(words.to_string())) };
    let (same, ordered) = same(&found.cameo, found.twin.as_ref(), found.way);
    Ok(Act { kind, mode: found.mode.clone(), way: found.way, same, ordered, words: words.to_string() })
}

/// An act by its code in CAMEO.
fn cameo(lexicon: &Lexicon, cells: Cells, dialect: Dialect) -> Result<Act, Why> {
    let code = cells.text(Field::Code);
    let Some(found) = lexicon.exchange.cameo(code, dialect) else {
        return Err(Why::Code(code.to_string()));
    };
    let words = format!("{} {}", found.code, found.text);
    let Some(kind) = found.kind else { return Err(Why::NoType(words)) };
    let (same, ordered) = same(&found.code, found.twin.as_ref(), found.way);
    Ok(Act { kind, mode: found.mode.clone(), way: found.way, same, ordered, words })
}

/// An act that is in PLOVER already. A mode that the scale does not have is dropped and kept in the words.
fn plover(lexicon: &Lexicon, cells: Cells) -> Result<Act, Why> {
    let text = cells.text(Field::Act);
    let Some(kind) = EventType::parse(&text.to_ascii_uppercase()) else {
        return Err(Why::Type(text.to_string()));
    };
    let told = cells.said(Field::Mode);
    let mode = told.map(str::to_ascii_lowercase).filter(|mode| lexicon.has_mode(kind, mode));
    let words = told.map_or_else(|| kind.to_string(), |mode| format!("{kind} {mode}"));
    Ok(Act { kind, mode, way: Way::Plain, same: None, ordered: true, words })
}

/// An act in the words of ACLED or the UCDP.
fn own(format: Format, lexicon: &Lexicon, cells: Cells) -> Result<Act, Why> {
    let of = format.as_str();
    let (kind, sub) = (cells.text(Field::Act), cells.said(Field::Mode));
    let found = sub.and_then(|sub| lexicon.exchange.act(of, sub)).or_else(|| lexicon.exchange.act(of, kind));
    let words = sub.map_or_else(|| kind.to_string(), |sub| format!("{kind}: {sub}"));
    let Some(found) = found else { return Err(Why::Type(words)) };
    let Some(kind) = found.kind else { return Err(Why::NoType(words)) };
    // The number of a kind says nothing to people.
    let words = match (format, words.as_str()) {
        (Format::Ucdp, "1") => "state-based conflict".into(),
        (Format::Ucdp, "2") => "non-state conflict".into(),
        (Format::Ucdp, "3") => "one-sided violence".into(),
        _ => words,
    };
    Ok(Act { kind, mode: found.mode.clone(), way: found.way, same: None, ordered: true, words })
}

/// The day of the event. GDELT's day of adding stands in where its day is none.
fn on_day(format: Format, cells: Cells, slashes: Slashes) -> Result<Date, Why> {
    let text = cells.text(Field::Day);
    let Some(first) = day::parse(text, slashes) else {
        if format == Format::Gdelt
            && let Some(added) = cells.said(Field::Added).and_then(|t| day::parse(t, slashes))
        {
            return Ok(added);
        }
        return Err(Why::Day(text.to_string()));
    };
    let last = cells.said(Field::End).and_then(|t| day::parse(t, slashes)).unwrap_or(first);
    let days = first.until(last).map_or(0, |span| span.get_days());
    if days > SPAN { Err(Why::Long(days)) } else { Ok(first) }
}

/// Both sides. One alone makes no event between two.
fn sides(format: Format, cells: Cells<'_>) -> Result<[Who<'_>; 2], Why> {
    let [first, second] = [0, 1].map(|side| match format {
        Format::Table => cells.of(side, Field::Name1).map(|name| Who::Name(name, Hint::default())),
        Format::Icews => {
            let hint =
                Hint { country: cells.of(side, Field::Country1), sectors: cells.of(side, Field::Sectors1) };
            cells.of(side, Field::Name1).map(|name| Who::Name(name, hint))
        }
        Format::Polecat => polecat(cells, side),
        Format::Gdelt | Format::Phoenix => codes(format, cells, side),
        Format::Acled => {
            let home = cells.said(Field::Country);
            let name = cells.of(side, Field::Name1);
            name.map(|name| Who::Armed(name, cells.of(side, Field::Code1), home))
        }
        Format::Ucdp => {
            // What is no government and no civilian in these data fights.
            let kind = Some("Rebel group");
            cells.of(side, Field::Name1).map(|name| Who::Armed(name, kind, cells.said(Field::Country)))
        }
    });
    match (format, first, second) {
        (_, Some(first), Some(second)) => Ok([first, second]),
        (Format::Table | Format::Icews, ..) => Err(Why::NoParty),
        _ => Err(Why::OneSide),
    }
}

/// A party of POLECAT: a name, its country by ISO code, its sectors by PLOVER's.
fn polecat(cells: Cells<'_>, side: usize) -> Option<Who<'_>> {
    let country = cells.of(side, Field::Country1);
    let sectors = cells.of(side, Field::RoleA1).or(cells.of(side, Field::Sectors1)).map(first);
    let name = cells.of(side, Field::Name1).or(cells.of(side, Field::Also1)).or(country)?;
    Some(Who::Name(first(name), Hint { country: country.map(first), sectors }))
}

/// The first of several.
fn first(text: &str) -> &str {
    text.split(';').next().unwrap_or(text).trim()
}

/// A party in CAMEO's codes.
fn codes(format: Format, cells: Cells<'_>, side: usize) -> Option<Who<'_>> {
    let code = cells.of(side, Field::Code1)?;
    let coded = Coded {
        whole: code,
        country: cells.of(side, Field::Country1),
        group: cells.of(side, Field::Group1),
        creed: cells.of(side, Field::Creed1).or(cells.of(side, Field::Also1)),
        roles: [Field::RoleA1, Field::RoleB1, Field::RoleC1].map(|role| cells.of(side, role)),
        apart: format == Format::Gdelt && cells.places[Field::Country1 as usize].is_some(),
    };
    Some(Who::Codes(coded))
}

fn number(text: Option<&str>, most: f64) -> Option<f64> {
    text.and_then(|t| t.parse::<f64>().ok()).filter(|n| n.is_finite() && n.abs() <= most)
}

/// A place out of city, province, country, latitude and longitude.
fn place(parties: &Parties, cells: Cells) -> Option<EventLoc> {
    let [city, province, country] = [Field::City, Field::Province, Field::Country].map(|f| cells.said(f));
    let name = city.or(province).or(country)?;
    let point = number(cells.said(Field::Lat), 90.0).zip(number(cells.said(Field::Lon), 180.0));
    let resolution = match (city, province) {
        (Some(_), _) => "city",
        (None, Some(_)) => "region",
        _ => "country",
    };
    Some(EventLoc {
        extracted_place: name.to_string(),
        resolved_place: Some(name.to_string()),
        lat: point.map(|p| p.0),
        lon: point.map(|p| p.1),
        country_code: country.and_then(|c| parties.country(c)).map(str::to_string),
        resolution: Some(resolution.to_string()),
        admin1: province.map(str::to_string),
        ..EventLoc::default()
    })
}

/// A place as GDELT tells it: "Morstad, North, Belmora" and a code of FIPS 10-4.
fn whole_place(lexicon: &Lexicon, cells: Cells) -> Option<EventLoc> {
    let whole = cells.said(Field::City)?;
    let mut parts = whole.split(',').map(str::trim);
    let (name, rest) = (parts.next()?, parts.count());
    let point = number(cells.said(Field::Lat), 90.0).zip(number(cells.said(Field::Lon), 180.0));
    let fips = cells.said(Field::Country).map(|code| if code == "GZ" { "WE" } else { code });
    let state = fips.and_then(|code| lexicon.exchange.states.of_fips(code));
    let resolution = match rest {
        0 => "country",
        1 => "region",
        _ => "city",
    };
    Some(EventLoc {
        extracted_place: whole.to_string(),
        resolved_place: Some(name.to_string()),
        lat: point.map(|p| p.0),
        lon: point.map(|p| p.1),
        country_code: state.map(|s| s.iso3.clone()),
        resolution: Some(resolution.to_string()),
        ..EventLoc::default()
    })
}
