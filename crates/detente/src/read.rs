//! Reading an article from end to end: syntax, actors, events, times, places, reports. [`Reader`] holds the model
//! and the lexicon; it is shared by all threads, and what it gives depends on the article alone.

use crate::actor::{Actors, KeyWeighing, Keys, Mention, Party};
use crate::article::Article;
use crate::context::Contexts;
use crate::event::{self, Choice, Found};
use crate::gazetteer::Gazetteer;
use crate::gist::Gist;
use crate::lexicon::{Fault, Lexicon};
use crate::link;
use crate::locating::{self, Located};
use crate::note::{Evidence, Note};
use crate::place::{self, EventLoc, PLACE_TRAITS, Scenes, Told};
use crate::plover::Aux;
use crate::report::{CiteInfo, Coder, Entity, Link, Report, TextInfo};
use crate::scan::{Room, Scan};
use crate::scene::Scene;
use crate::span::Span;
use crate::syntax::{Model, Syntax};
use crate::time::{self, DAY_TRAITS, Interval, TimeExpression, TimeLexicon, When};
use crate::toll;

/// Model and lexicon, ready to read.
pub struct Reader {
    model: Model,
    lexicon: Lexicon,
    times: TimeLexicon,
    scan: Scan,
    keys: Option<Keys>,
    choice: Option<Choice>,
    scene: Option<Scene>,
    gazetteer: Option<Gazetteer>,
    coder: Coder,
}

/// Everything that was read from one article.
#[derive(Default)]
pub struct Reading {
    /// Grammar.
    pub syntax: Syntax,
    /// Who is spoken of, in the order of the text.
    pub mentions: Vec<Mention>,
    /// Words of time, in the order of the text.
    pub times: Vec<TimeExpression>,
    /// The places that are named, in the order of the text.
    pub places: Vec<(Span, EventLoc)>,
    /// Every name that may be a place, what it could have been, and what decided; empty without a gazetteer.
    pub located: Vec<Located>,
    /// What is reported, in the order of the text.
    pub reports: Vec<Report>,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// An event with what speaks for its days and places.
#[derive(Clone, Debug)]
pub struct SceneWeighing {
    /// The event.
    pub found: Found,
    /// Days that it may have happened in, with their traits.
    pub days: Vec<(Interval, [f32; DAY_TRAITS])>,
    /// Places by their words, with their traits.
    pub places: Vec<(String, [f32; PLACE_TRAITS])>,
    /// The rules have it long ago.
    pub historical: bool,
}

/// When and where an event happened, as one telling of it has it.
struct Setting {
    when: When,
    place: Option<EventLoc>,
    /// How likely the days and the place are, where a learnt choice says it.
    sure: Option<(f32, f32)>,
    /// What chose the place, where it is not the rules.
    evidence: Option<Evidence>,
}

impl Setting {
    fn by_rules(when: When, place: Option<EventLoc>) -> Setting {
        Setting { when, place, sure: None, evidence: None }
    }
}

/// A report, and how likely the days and the place are that it has.
type Telling = (Report, Option<(f32, f32)>);

impl Reader {
    /// A reader out of a model and a lexicon.
    ///
    /// # Errors
    /// When the lexicon's date phrases cannot be read.
    pub fn new(model: Model, lexicon: Lexicon) -> Result<Reader, Vec<Fault>> {
        let files: Vec<(&str, &str)> = lexicon.times.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let times = TimeLexicon::load(&files).map_err(|faults| {
            faults
                .into_iter()
                .map(|text| Fault { file: "times".into(), line: 0, entry: None, text, mark: None })
                .collect::<Vec<_>>()
        })?;
        let coder = Coder {
            version: env!("CARGO_PKG_VERSION").to_string(),
            lexicon: lexicon.hash.clone(),
            model: model.name().to_string(),
        };
        let scan = Scan::new(&lexicon, &model);
        Ok(Reader {
            model,
            lexicon,
            times,
            scan,
            keys: None,
            choice: None,
            scene: None,
            gazetteer: None,
            coder,
        })
    }

    /// The reader with a learnt choice of the keys that mentions have.
    pub fn with_keys(mut self, keys: Keys) -> Reader {
        self.coder.model = format!("{} {}", self.coder.model, keys.name());
        self.keys = Some(keys);
        self
    }

    /// The reader with a learnt choice of parties.
    pub fn with_choice(mut self, choice: Choice) -> Reader {
        self.coder.model = format!("{} {}", self.coder.model, choice.name());
        self.choice = Some(choice);
        self
    }

    /// The reader with a learnt choice of days and places.
    pub fn with_scene(mut self, scene: Scene) -> Reader {
        self.coder.model = format!("{} {}", self.coder.model, scene.name());
        self.scene = Some(scene);
        self
    }

    /// The reader with a gazetteer, which knows the places that the actor lexicon does not list.
    pub fn with_gazetteer(mut self, gazetteer: Gazetteer) -> Reader {
        self.gazetteer = Some(gazetteer);
        self
    }

    /// The lexicon it reads with.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Version of program, lexicon and model, as reports carry it.
    pub fn coder(&self) -> &Coder {
        &self.coder
    }

    /// The grammar of an article alone.
    pub fn parse(&self, article: &Article) -> Syntax {
        self.model.read(article)
    }

    /// Reads one article. Sentences that cannot hold an event are not parsed (see [`Scan`]), nor those of which a glance
    /// says that nothing would come of them (see [`crate::syntax::Glance`]).
    pub fn read(&self, article: &Article) -> Reading {
        let mut room = Room::default();
        let syntax = self.model.read_worth(article, |words| self.scan.wants(words, &mut room));
        self.read_parsed(article, syntax, true)
    }

    /// As [`Reader::read`], with every sentence parsed: slower, to see what the scan costs.
    pub fn read_all(&self, article: &Article) -> Reading {
        self.read_parsed(article, self.model.read(article), true)
    }

    /// As [`Reader::read`], without the learnt choices: what the lexicon's rules alone make of it.
    pub fn read_by_rules(&self, article: &Article) -> Reading {
        let mut room = Room::default();
        let syntax = self.model.read_where(article, |words| self.scan.wants(words, &mut room));
        self.read_parsed(article, syntax, false)
    }

    /// Every event of an article that may be told, with what speaks for each party: to learn from.
    pub fn weigh(&self, article: &Article) -> Vec<event::Weighing> {
        let mut room = Room::default();
        let syntax = self.model.read_where(article, |words| self.scan.wants(words, &mut room));
        let actors = Actors::find(article, &syntax, &self.lexicon, self.keys.as_ref(), &mut Vec::new());
        event::weigh(article, &syntax, &actors, &self.lexicon)
    }

    /// The grammar of an article, and every mention with what speaks for each key that it may have: to learn from.
    pub fn weigh_keys(&self, article: &Article) -> (Syntax, Vec<KeyWeighing>) {
        let mut room = Room::default();
        let syntax = self.model.read_where(article, |words| self.scan.wants(words, &mut room));
        let weighed = Actors::find(article, &syntax, &self.lexicon, None, &mut Vec::new()).weigh_keys();
        (syntax, weighed)
    }

    /// Every event that the choice of parties tells (`all`: that it might tell), with what speaks for the days and places
    /// that may be its own: to learn from.
    pub fn weigh_scenes(&self, article: &Article, all: bool) -> Vec<SceneWeighing> {
        let mut room = Room::default();
        let syntax = self.model.read_where(article, |words| self.scan.wants(words, &mut room));
        let tokens: Vec<_> = syntax.tokens.iter().map(|t| t.span).collect();
        let times = time::find(&article.text, &tokens, article.published, &self.times, &mut Vec::new());
        let actors = Actors::find(article, &syntax, &self.lexicon, self.keys.as_ref(), &mut Vec::new());
        let found = if all {
            let weighed = event::weigh(article, &syntax, &actors, &self.lexicon);
            weighed.into_iter().map(|w| w.found).collect()
        } else {
            event::find(article, &syntax, &actors, &self.lexicon, self.choice.as_ref())
        };
        let rules: Vec<When> = found.iter().map(|f| time::of(f, article, &syntax, &times)).collect();
        let told = self.told(&found, &rules, article, &syntax, &actors);
        let scenes = Scenes::of(article, &syntax, &actors, &self.lexicon, told);
        let weighed = (0..found.len()).map(|at| SceneWeighing {
            found: found[at].clone(),
            days: time::weigh(&found, at, &rules, article, &syntax, &times)
                .into_iter()
                .map(|d| (d.when.interval, d.traits))
                .collect(),
            places: scenes
                .weigh(at)
                .into_iter()
                .map(|(loc, traits)| (loc.extracted_place.clone(), traits))
                .collect(),
            historical: rules[at].historical,
        });
        weighed.collect()
    }

    fn read_parsed(&self, article: &Article, syntax: Syntax, choose: bool) -> Reading {
        let choice = self.choice.as_ref().filter(|_| choose);
        let mut notes = Vec::new();
        let tokens: Vec<_> = syntax.tokens.iter().map(|t| t.span).collect();
        let times = time::find(&article.text, &tokens, article.published, &self.times, &mut notes);
        let keys = self.keys.as_ref().filter(|_| choose);
        let actors = Actors::find(article, &syntax, &self.lexicon, keys, &mut notes);
        let found = event::find(article, &syntax, &actors, &self.lexicon, choice);
        let scenes = self.scenes(&found, article, &syntax, &actors, &times, choice.is_some());
        let mut tellings: Vec<Telling> = Vec::with_capacity(found.len());
        let mut told = Vec::with_capacity(found.len());
        let mut contexts = Contexts::new(article, &syntax, &self.lexicon);
        let tolls = toll::of(&found, &syntax, &self.lexicon, &article.text);
        for ((f, Setting { when, place, sure, evidence }), (size, counted)) in
            found.iter().zip(scenes).zip(tolls)
        {
            let mut report = self.report(f.clone(), article, &syntax);
            report.size = size;
            report.evidence.extend(counted);
            for (context, evidence) in contexts.of(f) {
                report.context.push(context.to_string());
                report.evidence.push(evidence);
            }
            report.date = when.interval.start;
            report.enddate = when.interval.end;
            report.date_text = when.words;
            report.date_precision = Some(when.precision.to_string());
            report.evidence.push(when.evidence);
            if when.historical && !report.aux.contains(&Aux::Historical) {
                report.aux.push(Aux::Historical);
            }
            report.event_loc = place;
            report.evidence.extend(evidence);
            told.push(tell((report, sure), &mut tellings));
        }
        let mut reports: Vec<Report> = tellings.into_iter().map(|(report, _)| report).collect();
        let mut links = link::find(article, &syntax, &self.lexicon, &found, &told);
        link::date(&mut links, &mut reports, &syntax, &times, article, &mut notes);
        fold_dated(&mut reports, &mut links);
        for (i, report) in reports.iter_mut().enumerate() {
            report.id = format!("{}#{}", article.id, i + 1);
        }
        for link in links {
            let to = reports[link.to].id.clone();
            let said_by = link.said_by.as_ref().map(|p| entity(p, &article.text, &self.lexicon));
            reports[link.from].links.push(Link { to, kind: link.kind, said_by, evidence: link.evidence });
        }
        let mut places = place::named(&article.text, &syntax, &actors, &self.lexicon);
        let mut located = Vec::new();
        if let Some(gazetteer) = &self.gazetteer {
            located = locating::locate(
                &article.text,
                &syntax,
                &actors,
                &self.lexicon,
                gazetteer,
                &times.iter().map(|t| t.span).collect::<Vec<_>>(),
                &mut places,
                &mut reports,
            );
        }
        let mentions = std::mem::take(&mut { actors }.mentions);
        Reading { syntax, mentions, times, places, located, reports, notes }
    }

    /// When and where each event happened, and what chose the place, where it is not the rules.
    fn scenes(
        &self,
        found: &[Found],
        article: &Article,
        syntax: &Syntax,
        actors: &Actors,
        times: &[TimeExpression],
        choose: bool,
    ) -> Vec<Setting> {
        let rules: Vec<When> = found.iter().map(|f| time::of(f, article, syntax, times)).collect();
        let Some(scene) = self.scene.as_ref().filter(|_| choose) else {
            let told = self.told(found, &rules, article, syntax, actors).rules;
            return rules.into_iter().zip(told).map(|(when, place)| Setting::by_rules(when, place)).collect();
        };
        let (whens, sure): (Vec<When>, Vec<f32>) =
            (0..found.len()).map(|at| scene.when(found, at, &rules, article, syntax, times)).unzip();
        let told = self.told(found, &whens, article, syntax, actors);
        let scenes = Scenes::of(article, syntax, actors, &self.lexicon, told);
        let settings = whens.into_iter().zip(sure).enumerate().map(|(at, (when, sure_when))| {
            let (place, sure_place) = scene.place(&scenes, at);
            let chosen = place.as_ref() != scenes.told.rules[at].as_ref();
            let evidence = chosen.then(|| Evidence::new("place:chosen", [syntax.span(found[at].trigger)]));
            Setting { when, place, sure: Some((sure_when, sure_place)), evidence }
        });
        settings.collect()
    }

    /// What the rules say of where each event happened.
    fn told<'f>(
        &self,
        found: &'f [Found],
        whens: &[When],
        article: &Article,
        syntax: &Syntax,
        actors: &Actors,
    ) -> Told<'f> {
        // A story goes on where it is; what lies further back may have been anywhere.
        let news = |when: &When| !when.historical && (when.words.is_none() || is_recent(when, article));
        let of = |(f, when)| place::of(f, article, syntax, actors, &self.lexicon, news(when));
        Told {
            found,
            rules: found.iter().zip(whens).map(of).collect(),
            historical: whens.iter().map(|w| w.historical).collect(),
            dated: whens.iter().map(|w| w.words.is_some()).collect(),
        }
    }

    fn report(&self, f: Found, article: &Article, syntax: &Syntax) -> Report {
        let sentence = syntax.cover(syntax.sentences[f.sentence]);
        let act: Vec<&str> = f
            .evidence
            .first()
            .map(|e| e.spans.iter().map(|s| s.slice(&article.text)).collect())
            .unwrap_or_default();
        let act = act.join(" ");
        Report {
            id: String::new(),
            doc: article.id.clone(),
            event: vec![f.event],
            quad_code: f.event.quad(),
            event_scale: self.lexicon.score(f.event, f.mode.as_deref()),
            mode: f.mode,
            context: Vec::new(),
            actor: f.actors.iter().map(|p| entity(p, &article.text, &self.lexicon)).collect(),
            recipient: f.recipients.iter().map(|p| entity(p, &article.text, &self.lexicon)).collect(),
            date: None,
            enddate: None,
            date_text: None,
            date_precision: None,
            aux: f.aux,
            said_by: f.said_by.as_ref().map(|p| entity(p, &article.text, &self.lexicon)),
            text_info: TextInfo { sequence: f.sentence as u32, start: sentence.start, end: sentence.end },
            event_text: f.words.slice(&article.text).to_string(),
            event_loc: None,
            size: None,
            event_id: None,
            confidence: Some(f.confidence),
            gist: Gist::new(&act, sentence.slice(&article.text), &self.lexicon),
            evidence: f.evidence,
            links: Vec::new(),
            cite_info: CiteInfo {
                url: article.url.clone(),
                title: article.title.clone(),
                publication: article.source.clone(),
                language: article.language.clone(),
                license: article.license.clone(),
                copy_of: article.copy_of.clone(),
            },
            coder: self.coder.clone(),
        }
    }
}

/// Adds a report, or folds it into an earlier one of the same act: a headline and its body, an act told again.
/// The telling with a day of its own lends it to the other; two tellings with different days are two acts.
/// Gives the number of the report that it is now part of.
fn tell((report, sure): Telling, tellings: &mut Vec<Telling>) -> usize {
    let number = tellings.iter().position(|(r, _)| is_same_act(r, &report));
    let Some((number, (earlier, earlier_sure))) = number.and_then(|n| Some((n, tellings.get_mut(n)?))) else {
        tellings.push((report, sure));
        return tellings.len() - 1;
    };
    let (dated, placed) = match (&earlier_sure, sure) {
        // The likelier days, the likelier place.
        (Some((day, place)), Some((other_day, other_place))) => (other_day > *day, other_place > *place),
        _ => (is_dated_better(&report, earlier), is_placed_better(&report, earlier)),
    };
    if dated {
        earlier.date = report.date;
        earlier.enddate = report.enddate;
        earlier.date_text = report.date_text;
        earlier.date_precision = report.date_precision;
        let historical = report.aux.contains(&Aux::Historical);
        earlier.aux.retain(|a| *a != Aux::Historical || historical);
        if historical && !earlier.aux.contains(&Aux::Historical) {
            earlier.aux.push(Aux::Historical);
        }
    }
    if placed {
        earlier.event_loc = report.event_loc;
    }
    if let (Some((day, place)), Some((other_day, other_place))) = (earlier_sure, sure) {
        *day = day.max(other_day);
        *place = place.max(other_place);
    }
    earlier.size = toll::merged(earlier.size, report.size);
    earlier.context.extend(report.context);
    earlier.context.sort();
    earlier.context.dedup();
    if earlier.mode.is_none() && report.mode.is_some() {
        earlier.mode = report.mode;
        earlier.event_scale = report.event_scale;
    }
    // Two speakers, or the article itself once: then no one alone vouches for it.
    if earlier.said_by.as_ref().map(|e| &e.key) != report.said_by.as_ref().map(|e| &e.key) {
        earlier.said_by = None;
    }
    earlier.evidence.extend(report.evidence);
    number
}

/// Do both tell of one act, as far as type, parties, status and days say?
fn is_same_act(a: &Report, b: &Report) -> bool {
    fn keys(list: &[Entity]) -> Vec<&str> {
        let mut keys: Vec<&str> = list.iter().map(|e| e.key.as_str()).collect();
        keys.sort_unstable();
        keys
    }
    let unreal = |r: &Report| r.aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Hypothetical));
    a.event == b.event
        && unreal(a) == unreal(b)
        && keys(&a.actor) == keys(&b.actor)
        && keys(&a.recipient) == keys(&b.recipient)
        && (a.date_text.is_none() || b.date_text.is_none() || (a.date, a.enddate) == (b.date, b.enddate))
}

/// Folds reports that only the days of another event have shown to be of one act: "shelled it on Monday … on Tuesday, a day
/// after it shelled it".
fn fold_dated(reports: &mut Vec<Report>, links: &mut Vec<link::Stated>) {
    let mut number = reports.len();
    while number > 0 {
        number -= 1;
        let late = &reports[number];
        if !late.evidence.iter().any(|e| e.rule == link::FROM_EVENT) {
            continue;
        }
        let Some(earlier) = reports[..number].iter().position(|r| is_same_act(r, late)) else { continue };
        let late = reports.remove(number);
        reports[earlier].size = toll::merged(reports[earlier].size, late.size);
        reports[earlier].evidence.extend(late.evidence);
        let moved = |n: usize| match n.cmp(&number) {
            std::cmp::Ordering::Less => n,
            std::cmp::Ordering::Equal => earlier,
            std::cmp::Ordering::Greater => n - 1,
        };
        for link in links.iter_mut() {
            (link.from, link.to) = (moved(link.from), moved(link.to));
        }
        links.retain(|l| l.from != l.to);
    }
}

/// Has the later telling words for its day where the earlier has none?
fn is_dated_better(report: &Report, earlier: &Report) -> bool {
    let by_tense = |r: &Report| r.date_precision.as_deref() == Some("tense");
    earlier.date_text.is_none() && (report.date_text.is_some() || by_tense(earlier) && !by_tense(report))
}

/// Does the later telling say more closely where? The body does than the headline.
fn is_placed_better(report: &Report, earlier: &Report) -> bool {
    let is =
        |r: &Report, what: &str| r.event_loc.as_ref().is_some_and(|l| l.resolution.as_deref() == Some(what));
    let coarse = |r: &Report| r.event_loc.is_none() || is(r, "country");
    // A part of the headline's town that no list holds says less than the town.
    let part = is(earlier, "city") && !is(report, "city");
    report.event_loc.is_some()
        && (earlier.event_loc.is_none()
            || !coarse(report) && (coarse(earlier) || earlier.text_info.sequence == 0 && !part))
}

/// Does the event end in the week before publication?
fn is_recent(when: &time::When, article: &Article) -> bool {
    let days = |a: jiff::civil::Date, b: jiff::civil::Date| a.until(b).map_or(0, |s| s.get_days());
    when.interval.end.zip(article.published).is_some_and(|(end, published)| days(end, published) <= 7)
}

fn entity(p: &Party, text: &str, lexicon: &Lexicon) -> Entity {
    Entity {
        key: p.key.clone(),
        code: p
            .country(lexicon)
            .map(str::to_string)
            .or_else(|| matches!(p.key.as_str(), "UNO" | "EUR").then(|| p.key.clone())),
        sector: p.sector.clone(),
        identifier_text: Some(p.name.clone()),
        identifier_id: p.wikidata.clone(),
        entity_text: p.span.slice(text).to_string(),
        office: p.office.clone(),
        start: p.span.start,
        end: p.span.end,
    }
}
