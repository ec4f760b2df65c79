//! `detente export`: the ledger in the forms that people's tools read, with all beside it that whoever gets the file must
//! know: columns, filter, versions, what is missing, how to cite it, and whose rights are in it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;
use detente::lexicon::Lexicon;
use detente::plover::EventType;
use detente_ledger::export::about::{About, grouped};
use detente_ledger::export::act::{Act, Telling};
use detente_ledger::export::cell::cut;
use detente_ledger::export::field::QUOTE;
use detente_ledger::export::panel::By;
use detente_ledger::export::{self, Done, ExportError, Form, PanelWish, Request, Sources};
use detente_ledger::{Filter, Ledger, Status};
use detente_tables::{Coded, Origin, TableError, Writer};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::code::Quads;
use super::events::{event_type, status};
use super::sheet::in_order;
use super::{CannotWrite, LedgerFile, Outcome, Usage, day, party};
use crate::engine;
use crate::output::{self, complain};
use crate::written::place;

/// Export the ledger in a form that other programs read
///
/// plover, csv, tsv and parquet hold reports, one for each article that tells an event; all other forms hold events.
/// icews, polecat, gdelt, gdelt-mentions and ged wear the columns of these data sets, which cannot say that an event was
/// denied, announced or supposed: there only what is told as having happened is written, and a table beside the file
/// (FILE.more.tsv) holds what the columns cannot. Beside each file stand a README, a BibTeX and a CFF file.
#[derive(clap::Args)]
pub struct Args {
    /// plover, csv, tsv, parquet, icews, polecat, gdelt, gdelt-mentions, ged, graphml, gexf, geojson or panel
    #[arg(value_name = "FORM", value_parser = form)]
    form: Form,
    #[command(flatten)]
    ledger: LedgerFile,
    /// A file to write to (also .gz, .zst), or a folder; without it the lines go to standard output, with nothing beside
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write over what is there
    #[arg(long, requires = "out")]
    force: bool,
    /// Who does it
    #[arg(long, value_name = "PARTY")]
    actor: Option<String>,
    /// To whom
    #[arg(long, value_name = "PARTY")]
    recipient: Option<String>,
    /// One of the 16 PLOVER types: AGREE, CONSULT, SUPPORT, …
    #[arg(long = "type", value_name = "TYPE", value_parser = event_type)]
    kind: Option<EventType>,
    /// Events that end on this day or later
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Date>,
    /// Events that start on this day or earlier
    #[arg(long, visible_alias = "until", value_name = "DAY", value_parser = day)]
    to: Option<Date>,
    /// How it stands to the world: asserted, negated, future, hypothetical, historical
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<Status>,
    /// Put what is denied, announced or supposed into columns that cannot say so, too
    #[arg(long, conflicts_with = "status")]
    any_status: bool,
    /// What was known on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Words that the sentence or the headline must hold
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// At most so many reports or events
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// What was read from articles, rows of other data sets that were imported, or both
    #[arg(long, value_enum, value_name = "WHICH", default_value = "own")]
    sources: Which,
    /// Leave all words of the articles out, even short quotes
    #[arg(long)]
    no_quotes: bool,
    /// To which quad class SANCTION and PROTEST belong [default: sections; of gdelt the class of the CAMEO code]
    #[arg(long, value_enum, value_name = "WHOSE")]
    quad: Option<Quads>,
    /// Where the columns hold one day: leave events out that are told of more days than this
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..))]
    widest: i64,
    /// Periods of a panel
    #[arg(long, value_enum, value_name = "PERIOD", default_value = "month")]
    by: Period,
    /// A row of the panel for each pair and period, even where nothing is told
    #[arg(long)]
    fill: bool,
    /// Only states themselves in the panel, not their people and groups
    #[arg(long)]
    states: bool,
    /// Who made the selection, for the citation
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// A folder with a lexicon of your own, used on top of the built-in one; may be given several times
    #[arg(long, value_name = "DIR")]
    lexicon: Vec<PathBuf>,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// What was read from articles
    Own,
    /// Rows of other data sets
    Imports,
    /// Both
    All,
}

/// How long the periods of a panel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Period {
    /// Days
    Day,
    /// Weeks from Monday to Sunday (ISO 8601)
    Week,
    /// Months
    Month,
    /// Years
    Year,
}

fn form(text: &str) -> Result<Form, String> {
    Form::ALL.into_iter().find(|f| f.as_str() == text.to_ascii_lowercase()).ok_or_else(|| {
        let all: Vec<&str> = Form::ALL.iter().map(|f| f.as_str()).collect();
        format!("this is no form of export; use one of {}", all.join(", "))
    })
}

impl Args {
    fn request(&self, ledger: &Ledger) -> Result<Request> {
        let key = |text: &Option<String>| text.as_deref().map(|t| party(ledger, t)).transpose();
        let filter = Filter {
            actor: key(&self.actor)?,
            recipient: key(&self.recipient)?,
            kind: self.kind,
            from: self.from,
            to: self.to,
            status: self.status,
            as_of: self.as_of,
            text: self.text.clone(),
            limit: self.limit,
            ..Filter::default()
        };
        let sources = match self.sources {
            Which::Own => Sources::Own,
            Which::Imports => Sources::Imports,
            Which::All => Sources::All,
        };
        Ok(Request {
            filter,
            sources,
            quotes: !self.no_quotes,
            quad: self.quad.map(Into::into),
            any_status: self.any_status,
            widest: self.widest,
            ..Request::new(self.form)
        })
    }

    fn panel(&self) -> PanelWish {
        let by = match self.by {
            Period::Day => By::Day,
            Period::Week => By::Week,
            Period::Month => By::Month,
            Period::Year => By::Year,
        };
        PanelWish { by, fill: self.fill, states: self.states }
    }

    /// The flags that chose what is in it, in words.
    fn chosen(&self, request: &Request) -> Vec<(String, String)> {
        let filter = &request.filter;
        let day = |day: Option<Date>| day.map(|d| d.to_string());
        let all = [
            ("actor", filter.actor.clone()),
            ("recipient", filter.recipient.clone()),
            ("type", filter.kind.map(|k| k.to_string())),
            ("from", day(filter.from)),
            ("to", day(filter.to)),
            ("status", filter.status.map(|s| s.as_str().to_owned())),
            ("as known on", day(filter.as_of)),
            ("words", filter.text.clone()),
            ("at most", filter.limit.map(|n| n.to_string())),
        ];
        let mut chosen: Vec<(String, String)> =
            all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        if chosen.is_empty() {
            chosen.push(("filter".into(), "none: all that the ledger holds".into()));
        }
        if self.form == Form::Panel {
            let by = self.by.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
            chosen.push(("periods".into(), by));
            let rows =
                if self.fill { "one for each pair and period" } else { "only where something is told" };
            chosen.push(("rows".into(), rows.into()));
            if self.states {
                chosen.push(("parties".into(), "states themselves".into()));
            }
        }
        chosen
    }

    /// Wrong usage that needs no ledger to be seen.
    fn check(&self) -> Result<(), Usage> {
        in_order(self.from, self.to, "from")?;
        let panel = self.form == Form::Panel;
        if !panel && (self.fill || self.states || self.by != Period::Month) {
            return Err(Usage(
                "--by, --fill and --states belong to the form panel: export panel, or leave them out".into(),
            ));
        }
        if self.sources != Which::Own && matches!(self.form, Form::Plover | Form::Parquet) {
            return Err(Usage(format!(
                "rows of other data sets have no record in the form {}: export csv, or leave --sources out",
                self.form.as_str()
            )));
        }
        if self.out.is_none() && self.form == Form::Parquet {
            return Err(Usage("Parquet goes into a file: name it with --out".into()));
        }
        Ok(())
    }
}

/// Where everything goes.
struct Places {
    main: PathBuf,
    more: Option<PathBuf>,
    readme: PathBuf,
    bib: PathBuf,
    cff: PathBuf,
    manifest: PathBuf,
}

impl Places {
    fn of(path: &Path, form: Form) -> Places {
        let folder = path.is_dir()
            || path.as_os_str().as_encoded_bytes().ends_with(b"/")
            || !path.exists() && path.extension().is_none();
        if folder {
            let at = |name: &str| path.join(name);
            return Places {
                main: at(form.file_name()),
                more: form.has_more().then(|| at("more.tsv")),
                readme: at("README.md"),
                bib: at("CITATION.bib"),
                cff: at("CITATION.cff"),
                manifest: at("_manifest.json"),
            };
        }
        let beside = |ending: &str| {
            let mut name = path.file_name().unwrap_or_default().to_os_string();
            name.push(ending);
            path.with_file_name(name)
        };
        Places {
            main: path.to_path_buf(),
            more: form.has_more().then(|| beside(".more.tsv")),
            readme: beside(".README.md"),
            bib: beside(".bib"),
            cff: beside(".cff"),
            manifest: beside(".manifest.json"),
        }
    }

    fn all(&self) -> Vec<&Path> {
        let mut all = vec![self.main.as_path()];
        all.extend(self.more.as_deref());
        all.extend([&self.readme, &self.bib, &self.cff, &self.manifest].map(PathBuf::as_path));
        all
    }
}

/// A file that grows under another name and bears its own only when it is whole.
struct Whole {
    path: PathBuf,
    growing: PathBuf,
    done: bool,
}

impl Whole {
    fn at(path: &Path) -> Whole {
        let mut name: OsString = path.file_name().unwrap_or_default().into();
        name.push(".unfinished");
        Whole { path: path.to_path_buf(), growing: path.with_file_name(name), done: false }
    }

    fn create(&self) -> Result<File> {
        Ok(File::create(&self.growing).map_err(|e| CannotWrite::new(&self.path, &e))?)
    }

    fn finish(mut self) -> Result<()> {
        let sure = || {
            File::options().write(true).open(&self.growing)?.sync_all()?;
            fs::rename(&self.growing, &self.path)
        };
        sure().map_err(|e| CannotWrite::new(&self.path, &e))?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if !self.done {
            // What failed half-way leaves nothing behind.
            let _ = fs::remove_file(&self.growing);
        }
    }
}

/// Hashes and counts what goes through.
struct Hashing<W> {
    to: W,
    hash: Sha256,
    bytes: u64,
}

impl<W> Hashing<W> {
    fn new(to: W) -> Hashing<W> {
        Hashing { to, hash: Sha256::new(), bytes: 0 }
    }

    fn sum(&self) -> String {
        self.hash.clone().finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// How a file is packed, by its name.
enum Packed<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packed<W> {
    fn new(path: &Path, to: W) -> io::Result<Packed<W>> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        Ok(if name.ends_with(".gz") {
            Packed::Gzip(GzEncoder::new(to, Compression::default()))
        } else if name.ends_with(".zst") {
            Packed::Zstd(zstd::stream::write::Encoder::new(to, 3)?)
        } else {
            Packed::Plain(to)
        })
    }

    fn finish(self) -> io::Result<W> {
        let mut to = match self {
            Packed::Plain(to) => to,
            Packed::Gzip(gzip) => gzip.finish()?,
            Packed::Zstd(zstd) => zstd.finish()?,
        };
        to.flush()?;
        Ok(to)
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packed::Plain(to) => to.write(bytes),
            Packed::Gzip(to) => to.write(bytes),
            Packed::Zstd(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packed::Plain(to) => to.flush(),
            Packed::Gzip(to) => to.flush(),
            Packed::Zstd(to) => to.flush(),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Wrong usage, a party that the ledger does not know, a ledger that cannot be read, or an output that cannot be written.
pub fn run(args: Args) -> Result<Outcome> {
    args.check()?;
    let ledger = args.ledger.read()?;
    let request = args.request(&ledger)?;
    let places = args.out.as_deref().map(|out| Places::of(out, args.form));
    if let Some(places) = &places
        && !args.force
        && let Some(there) = places.all().into_iter().find(|p| p.exists())
    {
        let text = format!(
            "{} is there already: name another place, or write over it with --force",
            there.display()
        );
        return Err(Usage(text).into());
    }
    let lexicon = engine::lexicon(&engine::reading_files(&args.lexicon)?)?;
    let done = match &places {
        None => {
            let mut out = output::stdout();
            let done =
                written(export::write(&ledger, &lexicon, &request, args.panel(), &mut out, None), None)?;
            out.flush()?;
            done
        }
        Some(places) => to_files(&args, &ledger, &lexicon, &request, places)?,
    };
    for (why, n) in &done.left_out {
        complain(&format!("{} left out: {why}", grouped(*n)));
    }
    if done.lines == 0 {
        let holds = ledger.counts(None)?;
        complain(if holds.foreign > 0 && args.sources == Which::Own && holds.reports == 0 {
            "nothing that was read from articles fits; the ledger holds events of other data sets: add --sources imports"
        } else {
            "nothing in the ledger fits: leave a filter out."
        });
    }
    Ok(Outcome::Clean)
}

/// What failed, with the name of the file where it is about one.
fn written(done: Result<Done, ExportError>, path: Option<&Path>) -> Result<Done> {
    done.map_err(|error| match (error, path) {
        (ExportError::Output(e), Some(path)) => CannotWrite::new(path, &e).into(),
        // A reader that has gone is no fault.
        (ExportError::Output(e), None) => e.into(),
        (ExportError::Ledger(e), _) => e.into(),
        (other, _) => other.into(),
    })
}

fn to_files(
    args: &Args,
    ledger: &Ledger,
    lexicon: &Lexicon,
    request: &Request,
    places: &Places,
) -> Result<Done> {
    let cannot = |e: io::Error| CannotWrite::new(&places.main, &e);
    if let Some(folder) = places.main.parent().filter(|f| !f.as_os_str().is_empty())
        && args.out.as_deref() != Some(&places.main)
    {
        fs::create_dir_all(folder).map_err(|e| CannotWrite::new(folder, &e))?;
    }
    let main = Whole::at(&places.main);
    let hashing = Hashing::new(BufWriter::with_capacity(1 << 18, main.create()?));
    let more = places.more.as_deref().map(Whole::at);
    let mut more_file = match &more {
        Some(more) => Some(BufWriter::with_capacity(1 << 18, more.create()?)),
        None => None,
    };
    let (done, hashing) = if args.form == Form::Parquet {
        parquet(ledger, request, hashing, &places.main)?
    } else {
        let mut packed = Packed::new(&places.main, hashing).map_err(cannot)?;
        let beside = more_file.as_mut().map(|file| file as &mut dyn Write);
        let done = export::write(ledger, lexicon, request, args.panel(), &mut packed, beside);
        let done = written(done, Some(&places.main))?;
        (done, packed.finish().map_err(cannot)?)
    };
    let sha256 = hashing.sum();
    let bytes = hashing.bytes;
    hashing.to.into_inner().map_err(|e| cannot(e.into_error()))?;
    if let (Some(mut file), Some(more)) = (more_file, &places.more) {
        file.flush().map_err(|e| CannotWrite::new(more, &e))?;
    }

    let counts = ledger.counts(request.filter.as_of)?;
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = About {
        request,
        done: &done,
        written: &lexicon.exchange.written,
        file: name(&places.main),
        more: places.more.as_deref().map(name),
        sha256: sha256.clone(),
        ledger: name(&args.ledger.path),
        holds: [counts.articles, counts.reports, counts.foreign].map(|n| n as u64),
        last_known: request.filter.as_of.or(ledger.last_known()?).map(|d| d.to_string()),
        version: env!("CARGO_PKG_VERSION").into(),
        chosen: args.chosen(request),
        author: args.author.clone(),
    };
    place(&places.readme, about.readme().as_bytes())?;
    place(&places.bib, about.bibtex().as_bytes())?;
    place(&places.cff, about.cff().as_bytes())?;
    let manifest = serde_json::json!({
        "form": args.form.as_str(),
        "coder": { "version": about.version, "lexicon": lexicon.hash },
        "coders": done.credits.coders,
        "settings": about.chosen.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "quotes": request.quotes,
        "inputs": [{ "ledger": about.ledger, "last_known": about.last_known, "articles": counts.articles,
                     "reports": counts.reports, "foreign": counts.foreign }],
        "lines": done.lines,
        "acts": done.acts,
        "left_out": done.left_out,
        "output": { "file": about.file, "bytes": bytes, "sha256": sha256 },
    });
    place(&places.manifest, &crate::table::json(&manifest))?;
    // The file bears its name when all that belongs to it is there.
    if let Some(more) = more {
        more.finish()?;
    }
    main.finish()?;
    Ok(done)
}

/// The records as a Parquet table, row by row.
fn parquet<W: Write + Send>(ledger: &Ledger, request: &Request, out: W, path: &Path) -> Result<(Done, W)> {
    let failed = |e: TableError| -> anyhow::Error {
        match e {
            TableError::Unwritable { why, .. } => CannotWrite::new(path, &io::Error::other(why)).into(),
            other => other.into(),
        }
    };
    let mut writer: Writer<W, Coded> = Writer::new(out, None).map_err(failed)?;
    let mut done = Done::default();
    let mut broken = None;
    ledger.each_telling(&request.filter, false, |telling| {
        let act = Act::of_report(telling.clone());
        done.credits.take(&act);
        match writer.push(&coded(telling, request)) {
            Ok(()) => {
                done.lines += 1;
                done.acts += 1;
                true
            }
            Err(error) => {
                broken = Some(error);
                false
            }
        }
    })?;
    if let Some(error) = broken {
        return Err(failed(error));
    }
    let out = writer.finish().map_err(failed)?;
    Ok((done, out))
}

fn coded(telling: Telling, request: &Request) -> Coded {
    let row = telling.row;
    let mut report = row.report;
    export::record(&mut report, request);
    Coded {
        sentence: if request.quotes { cut(&row.sentence, QUOTE) } else { String::new() },
        published: row.published,
        publisher: row.source,
        text_sha256: Some(telling.text_sha256),
        article: Origin::default(),
        report,
    }
}
