//! Giving the ledger's contents on, in the forms that people's tools read: our own records, flat tables, tables that wear
//! the columns of ICEWS, POLECAT, GDELT and UCDP GED, networks, maps, and panels of pairs by time.
//!
//! * [`act`]: what is handed out one by one, so that a million need no more memory than one: an event with the reports that
//!   tell it, a report alone, or a row of another data set;
//! * [`cell`]: cells, and how they are written into delimited tables without harm;
//! * [`field`]: every field of ours by its name. A form is a list of columns, each filled from one field; the lists
//!   are data (`lexicon/exchange/columns.tsv`);
//! * [`table`]: rows of such a form;
//! * [`graph`]: networks as GraphML and GEXF; [`geo`]: points as GeoJSON; [`panel`]: pairs by day, week, month or year;
//! * [`about`]: what stands beside an export: README, citation, licences.
//!
//! Articles' texts are never given on: an export carries address, offsets, hash and a short quote, or no quote at all.

pub mod about;
pub mod act;
pub mod cell;
pub mod field;
pub mod geo;
pub mod graph;
pub mod panel;
mod run;
pub mod table;

pub use run::{Done, ExportError, PanelWish, why, write};

use detente::lexicon::exchange::cameo::Dialect;
use detente::plover::QuadConvention;
use detente::report::Report;

use crate::Filter;

/// A form of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The records, one a line of JSON.
    Plover,
    /// Flat records with commas.
    Csv,
    /// Flat records with tabs.
    Tsv,
    /// The records as a Parquet table.
    Parquet,
    /// Events in the 20 columns of ICEWS.
    Icews,
    /// Events in the 40 columns of POLECAT.
    Polecat,
    /// Events in the 61 columns of GDELT 2.0.
    Gdelt,
    /// Reports of these events in the 16 columns of GDELT's mentions.
    GdeltMentions,
    /// Deadly events in the 49 columns of UCDP GED.
    Ged,
    /// Who does what to whom, as a network for one span of time.
    Graphml,
    /// The same with its months.
    Gexf,
    /// Events at their places.
    Geojson,
    /// Pairs by time.
    Panel,
}

/// What a form hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Reports as they are.
    Reports,
    /// Events, one line each.
    Events,
    /// Events, one line for each of their pairs.
    Pairs,
    /// Events, one line for each of their pairs and reports.
    Mentions,
}

impl Form {
    /// All forms.
    pub const ALL: [Form; 13] = [
        Form::Plover,
        Form::Csv,
        Form::Tsv,
        Form::Parquet,
        Form::Icews,
        Form::Polecat,
        Form::Gdelt,
        Form::GdeltMentions,
        Form::Ged,
        Form::Graphml,
        Form::Gexf,
        Form::Geojson,
        Form::Panel,
    ];

    /// Its word, in commands and in `columns.tsv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Plover => "plover",
            Form::Csv => "csv",
            Form::Tsv => "tsv",
            Form::Parquet => "parquet",
            Form::Icews => "icews",
            Form::Polecat => "polecat",
            Form::Gdelt => "gdelt",
            Form::GdeltMentions => "gdelt-mentions",
            Form::Ged => "ged",
            Form::Graphml => "graphml",
            Form::Gexf => "gexf",
            Form::Geojson => "geojson",
            Form::Panel => "panel",
        }
    }

    /// The name of its file in a folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Form::Plover => "reports.jsonl",
            Form::Csv => "reports.csv",
            Form::Tsv => "reports.tsv",
            Form::Parquet => "reports.parquet",
            Form::Icews => "icews.tab",
            Form::Polecat => "polecat.txt",
            Form::Gdelt => "gdelt.export.CSV",
            Form::GdeltMentions => "gdelt.mentions.CSV",
            Form::Ged => "ged.csv",
            Form::Graphml => "network.graphml",
            Form::Gexf => "network.gexf",
            Form::Geojson => "events.geojson",
            Form::Panel => "panel.csv",
        }
    }

    /// What it hands out.
    pub fn unit(self) -> Unit {
        match self {
            Form::Plover | Form::Csv | Form::Tsv | Form::Parquet => Unit::Reports,
            Form::Ged | Form::Geojson => Unit::Events,
            Form::Icews | Form::Polecat | Form::Gdelt | Form::Graphml | Form::Gexf | Form::Panel => {
                Unit::Pairs
            }
            Form::GdeltMentions => Unit::Mentions,
        }
    }

    /// True where its lines cannot say how an event stands to the world, so that a denied attack would pass for one.
    pub fn lacks_status(self) -> bool {
        !matches!(self, Form::Plover | Form::Csv | Form::Tsv | Form::Parquet | Form::Geojson)
    }

    /// True where its lines have room for one day alone, so that an event of a whole year would get an invented one.
    pub fn lacks_span(self) -> bool {
        matches!(self, Form::Icews | Form::Polecat | Form::Gdelt | Form::GdeltMentions)
    }

    /// True where a second table stands beside it with what its columns cannot hold.
    pub fn has_more(self) -> bool {
        matches!(self, Form::Icews | Form::Polecat | Form::Gdelt | Form::Ged)
    }

    /// Whose CAMEO codes it writes, if any.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Form::Icews => Some(Dialect::Icews),
            Form::Gdelt | Form::GdeltMentions => Some(Dialect::Gdelt),
            _ => None,
        }
    }
}

/// What is exported besides the ledger's own reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sources {
    /// What was read from articles.
    #[default]
    Own,
    /// Rows of other data sets that were imported.
    Imports,
    /// Both.
    All,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The form.
    pub form: Form,
    /// Which reports and events.
    pub filter: Filter,
    /// Out of articles, other data sets, or both.
    pub sources: Sources,
    /// Whether words of the articles go along.
    pub quotes: bool,
    /// By which convention types belong to quad classes; `None`: that of the form.
    pub quad: Option<QuadConvention>,
    /// Take what is denied, announced or supposed into forms that cannot say so.
    pub any_status: bool,
    /// The widest interval of days that a form with one day may take, in days.
    pub widest: i64,
}

impl Request {
    /// Everything that was read from articles, in a form.
    pub fn new(form: Form) -> Request {
        Request {
            form,
            filter: Filter::default(),
            sources: Sources::Own,
            quotes: true,
            quad: None,
            any_status: false,
            widest: 7,
        }
    }

    /// The convention for quad classes: what was asked for, else ours.
    pub fn quads(&self) -> QuadConvention {
        self.quad.unwrap_or_default()
    }
}

/// Makes a record ready to be given on: the quad class by the convention that is wanted, and without the article's words
/// where they are to stay.
pub fn record(report: &mut Report, request: &Request) {
    report.quad_code = request.quads().quad(report.kind());
    if request.quotes {
        return;
    }
    report.event_text = String::new();
    report.date_text = None;
    report.gist = detente::gist::Gist::default();
    for party in report.actor.iter_mut().chain(&mut report.recipient).chain(&mut report.said_by) {
        party.entity_text = String::new();
    }
    if let Some(place) = &mut report.event_loc {
        place.extracted_place = String::new();
    }
    for link in &mut report.links {
        if let Some(party) = &mut link.said_by {
            party.entity_text = String::new();
        }
    }
}
