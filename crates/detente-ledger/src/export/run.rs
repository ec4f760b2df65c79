//! Writing an export: what is handed out by the ledger goes through the form's table, network, map or panel, one by one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use detente::lexicon::Lexicon;

use super::about::Credits;
use super::act::{Act, Party, Telling};
use super::cell::Cell;
use super::field::{self, Context, Line};
use super::graph::Network;
use super::panel::{By, Panel, Told};
use super::table::Table;
use super::{Form, Request, Sources, Unit, geo, record};
use crate::{Ledger, LedgerError};

/// Bytes that are gathered before they are written.
const CHUNK: usize = 64 << 10;

/// An export that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The output cannot be written.
    #[error("the output cannot be written ({0})")]
    Output(#[from] io::Error),
    /// The tables of the lexicon do not say what the form looks like.
    #[error(
        "lexicon/exchange/columns.tsv has no columns for {0}: use the lexicon that belongs to this program"
    )]
    NoColumns(String),
    /// A column is filled from a field that there is none of.
    #[error(
        "lexicon/exchange/columns.tsv fills the column {column} of {form} from `{field}`, and there is no such field"
    )]
    NoField {
        /// The form.
        form: String,
        /// The column.
        column: String,
        /// The field.
        field: String,
    },
}

/// What is wanted of a panel.
#[derive(Clone, Copy, Debug)]
pub struct PanelWish {
    /// How long its periods are.
    pub by: By,
    /// A row for each pair and period, even where nothing is told.
    pub fill: bool,
    /// Only states themselves.
    pub states: bool,
}

impl Default for PanelWish {
    fn default() -> PanelWish {
        PanelWish { by: By::Month, fill: false, states: false }
    }
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// Lines of the table, edges of the network, features of the map.
    pub lines: u64,
    /// Reports, events and foreign rows that they stand for.
    pub acts: u64,
    /// What was left out, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// Whom to credit.
    pub credits: Credits,
}

impl Done {
    /// Counts something that is left out.
    pub fn leave_out(&mut self, why: &'static str) {
        *self.left_out.entry(why).or_default() += 1;
    }
}

/// Reasons for which something is left out.
pub mod why {
    /// It did not happen, or not yet, and the form cannot say so.
    pub const UNREAL: &str = "denied, announced or supposed, which these columns cannot say";
    /// It has no day.
    pub const NO_DAY: &str = "without a day";
    /// Its interval is wider than the form may take.
    pub const WIDE: &str = "told of more days than these columns may stand for";
    /// There are no two parties.
    pub const NO_PAIR: &str = "without two different parties that are known";
    /// It has no place.
    pub const NO_PLACE: &str = "without a place";
    /// A panel has no period for it.
    pub const NO_PERIOD: &str = "in no single period, because its days are not known better";
}

/// Where lines go.
struct Sink<'w> {
    out: &'w mut dyn Write,
    more: Option<(Table, &'w mut dyn Write)>,
    chunk: Vec<u8>,
    more_chunk: Vec<u8>,
    failed: Option<io::Error>,
}

impl Sink<'_> {
    /// Sends what was gathered on; false where the output failed.
    fn flush(&mut self, all: bool) -> bool {
        let least = if all { 1 } else { CHUNK };
        let mut written = Ok(());
        if self.chunk.len() >= least {
            written = self.out.write_all(&self.chunk);
            self.chunk.clear();
        }
        if let Some((_, more)) = &mut self.more
            && self.more_chunk.len() >= least
        {
            written = written.and_then(|()| more.write_all(&self.more_chunk));
            self.more_chunk.clear();
        }
        match written {
            Ok(()) => true,
            Err(error) => {
                self.failed = Some(error);
                false
            }
        }
    }
}

/// Writes an export into `out`, and, for forms that have one, the table beside it into `more`. Memory is bounded by a line,
/// for panels and networks by their rows and edges. Parquet is written elsewhere ([`Ledger::each_telling`]).
///
/// # Errors
/// When the ledger cannot be read, the output cannot be written, or the lexicon lacks the form's columns.
pub fn write<'w>(
    ledger: &Ledger,
    lexicon: &Lexicon,
    request: &Request,
    panel: PanelWish,
    out: &'w mut dyn Write,
    more: Option<&'w mut dyn Write>,
) -> Result<Done, ExportError> {
    let form = request.form;
    let written = &lexicon.exchange.written;
    let context = Context::new(request, Some(lexicon));
    let columns = written.columns(form.as_str());
    let has_columns = !matches!(form, Form::Plover | Form::Graphml | Form::Gexf);
    if has_columns && columns.is_empty() {
        return Err(ExportError::NoColumns(form.as_str().into()));
    }
    let table = Table::new(form, columns);
    let more = more.map(|out| (Table::more(written.columns("more")), out));
    if form != Form::Panel {
        check(form.as_str(), columns, &context)?;
    }
    let mut sink = Sink { out, more, chunk: Vec::new(), more_chunk: Vec::new(), failed: None };
    let mut done = Done::default();
    let mut network = Network::default();
    let mut sums = Panel::new(panel.by);
    if has_columns && form != Form::Geojson && form != Form::Panel {
        sink.chunk.extend(table.head());
    }
    if let Some((table, _)) = &sink.more {
        sink.more_chunk.extend(table.head());
    }
    if form == Form::Geojson {
        sink.chunk.extend_from_slice(geo::HEAD.as_bytes());
    }

    let mut take = |act: Act| -> bool {
        if request.form.lacks_status()
            && !request.any_status
            && request.filter.status.is_none()
            && !act.is_real()
        {
            done.leave_out(why::UNREAL);
            return true;
        }
        let before = done.lines;
        match form {
            Form::Plover => {
                for telling in &act.tellings {
                    let mut report = telling.row.report.clone();
                    record(&mut report, request);
                    // Writing to memory cannot fail.
                    let _ = serde_json::to_writer(&mut sink.chunk, &report);
                    sink.chunk.push(b'\n');
                    done.lines += 1;
                }
            }
            Form::Panel => {
                let Some(span) = act.span() else {
                    done.leave_out(why::NO_DAY);
                    return true;
                };
                if sums.period(span).is_none() {
                    done.leave_out(why::NO_PERIOD);
                    return true;
                }
                let pairs: Vec<_> = act.pairs().into_iter().filter(named).collect();
                if pairs.is_empty() {
                    done.leave_out(why::NO_PAIR);
                    return true;
                }
                let told = Told {
                    span,
                    kind: act.kind,
                    quad: request.quads().quad(act.kind),
                    scale: act.scale,
                    reports: act.tellings.len().max(1) as u64,
                    publishers: publishers(&act),
                };
                for (a, b) in pairs {
                    if !panel.states || context.is_state(&a.key) && context.is_state(&b.key) {
                        sums.add(&a.key, &b.key, &told);
                        done.lines += 1;
                    }
                }
            }
            Form::Graphml | Form::Gexf => {
                let Some((day, last)) = act.span() else {
                    done.leave_out(why::NO_DAY);
                    return true;
                };
                // Months are told apart in GEXF alone.
                if form == Form::Gexf && last > day.last_of_month() {
                    done.leave_out(why::NO_PERIOD);
                    return true;
                }
                let pairs: Vec<_> = act.pairs().into_iter().filter(named).collect();
                if pairs.is_empty() {
                    done.leave_out(why::NO_PAIR);
                    return true;
                }
                for (a, b) in pairs {
                    let name = |p: &Party| {
                        let line = Line {
                            act: &act,
                            sources: &[p],
                            targets: &[],
                            telling: None,
                            number: 0,
                            part: (1, 1),
                        };
                        match line.get("source.name", &context) {
                            Some(Cell::Text(name)) => name,
                            _ => p.key.clone(),
                        }
                    };
                    let quad = request.quads().quad(act.kind);
                    network.add((&a.key, &name(a)), (&b.key, &name(b)), day, quad, act.scale);
                    done.lines += 1;
                }
            }
            Form::Geojson => {
                if act.place.is_none() {
                    done.leave_out(why::NO_PLACE);
                    return true;
                }
                let (a, b): (Vec<&Party>, Vec<&Party>) =
                    (act.actors.iter().collect(), act.recipients.iter().collect());
                let telling = act.tellings.first();
                let line = Line {
                    act: &act,
                    sources: &a,
                    targets: &b,
                    telling,
                    number: done.lines + 1,
                    part: (1, 1),
                };
                let properties = columns
                    .iter()
                    .map(|c| (c.name.clone(), line.get(&c.field, &context).unwrap_or_default().json()));
                let country = act.place.as_ref().and_then(|p| p.resolution.as_deref()) == Some("country");
                let point = field::point(&act).filter(|_| !country);
                if done.lines > 0 {
                    sink.chunk.extend_from_slice(b",\n");
                }
                let _ = serde_json::to_writer(&mut sink.chunk, &geo::feature(point, properties.collect()));
                done.lines += 1;
            }
            _ => {
                // Peaceful events are not left out of a table of deadly ones: they are not what it is about.
                if form == Form::Ged && !field::is_deadly(&act, &context) {
                    return true;
                }
                if let Some(why) = unfit(&act, request) {
                    done.leave_out(why);
                    return true;
                }
                lines(&act, form.unit(), |line| {
                    let line = Line { number: done.lines + 1, ..line };
                    table.row(&mut sink.chunk, &line, &context);
                    if let Some((more, _)) = &sink.more {
                        more.row(&mut sink.more_chunk, &line, &context);
                    }
                    done.lines += 1;
                });
                if done.lines == before {
                    done.leave_out(why::NO_PAIR);
                    return true;
                }
            }
        }
        if done.lines > before {
            done.acts += 1;
            done.credits.take(&act);
        }
        sink.flush(false)
    };
    let lengths = form == Form::GdeltMentions;
    if request.sources != Sources::Imports {
        match form.unit() {
            Unit::Reports => ledger.each_telling(&request.filter, lengths, |t| take(Act::of_report(t)))?,
            _ => ledger.each_event(&request.filter, lengths, &mut take)?,
        }
    }
    if request.sources != Sources::Own {
        ledger.each_imported_act(&request.filter, &mut take)?;
    }
    if form == Form::Geojson {
        sink.chunk.extend_from_slice(geo::FOOT.as_bytes());
    }
    sink.flush(true);
    if let Some(error) = sink.failed {
        return Err(error.into());
    }
    match form {
        Form::Panel => {
            let fields: Vec<String> = columns.iter().map(|c| c.field.clone()).collect();
            sink.out.write_all(&table.head())?;
            let mut chunk = Vec::new();
            done.lines = sums.each(&fields, panel.fill, &context, |cells| {
                chunk.clear();
                table.cells(&mut chunk, cells);
                sink.out.write_all(&chunk)
            })?;
        }
        Form::Graphml => {
            network.graphml(sink.out, |key| context.country_of(key))?;
            done.lines = network.len() as u64;
        }
        Form::Gexf => {
            network.gexf(sink.out)?;
            done.lines = network.len() as u64;
        }
        _ => {}
    }
    Ok(done)
}

/// Is every field of the columns one of ours?
fn check(
    form: &str,
    columns: &[detente::lexicon::exchange::Column],
    context: &Context,
) -> Result<(), ExportError> {
    let act = Act::blank();
    let line = Line { act: &act, sources: &[], targets: &[], telling: None, number: 0, part: (1, 1) };
    match columns.iter().find(|c| line.get(&c.field, context).is_none()) {
        None => Ok(()),
        Some(column) => Err(ExportError::NoField {
            form: form.into(),
            column: column.name.clone(),
            field: column.field.clone(),
        }),
    }
}

/// Are they two parties whom somebody can name?
fn named((a, b): &(&Party, &Party)) -> bool {
    a.key != b.key && [a, b].iter().all(|party| party.key != detente::foreign::UNKNOWN)
}

fn publishers(act: &Act) -> Vec<&str> {
    let own = act.tellings.iter().filter_map(|t| t.row.source.as_deref());
    own.chain(act.foreign.iter().filter_map(|f| f.publisher.as_deref())).collect()
}

/// Why an act has no line in a form; `None` where it has.
fn unfit(act: &Act, request: &Request) -> Option<&'static str> {
    let span = act.span();
    if request.form.lacks_span() {
        match span {
            None => return Some(why::NO_DAY),
            Some((from, to)) if field::days(from, to) > request.widest => return Some(why::WIDE),
            _ => {}
        }
    }
    if request.form == Form::Ged && span.is_none() {
        return Some(why::NO_DAY);
    }
    None
}

/// The lines of an act in a unit.
fn lines(act: &Act, unit: Unit, mut give: impl FnMut(Line)) {
    let opener = act.tellings.first();
    match unit {
        Unit::Reports => {
            let (a, b): (Vec<&Party>, Vec<&Party>) =
                (act.actors.iter().collect(), act.recipients.iter().collect());
            give(Line { act, sources: &a, targets: &b, telling: opener, number: 0, part: (1, 1) });
        }
        Unit::Events => {
            // Of those who fight each other the first is side A.
            let mut a: Vec<&Party> = act.actors.iter().collect();
            let mut b: Vec<&Party> = act.recipients.iter().collect();
            if b.is_empty() && a.len() > 1 {
                b = a.split_off(1);
            }
            give(Line { act, sources: &a, targets: &b, telling: opener, number: 0, part: (1, 1) });
        }
        Unit::Pairs | Unit::Mentions => {
            let pairs = act.pairs();
            let tellings: Vec<Option<&Telling>> = match unit {
                Unit::Mentions if !act.tellings.is_empty() => act.tellings.iter().map(Some).collect(),
                _ => vec![opener],
            };
            let all = pairs.len();
            for (i, (a, b)) in pairs.into_iter().enumerate() {
                for telling in &tellings {
                    give(Line {
                        act,
                        sources: &[a],
                        targets: &[b],
                        telling: *telling,
                        number: 0,
                        part: (i + 1, all),
                    });
                }
            }
        }
    }
}
