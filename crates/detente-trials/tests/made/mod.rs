//! Things that never were: articles, reports and pages made out of bytes, for the properties. All invented.

use arbtest::arbitrary::{Result, Unstructured};
use detente::article::{Article, DateSource};
use detente::note::Evidence;
use detente::plover::{Aux, EventType};
use detente::report::{CiteInfo, Coder, Entity, EventLoc, Link, LinkKind, Report, Size, TextInfo};
use detente::span::Span;
use jiff::Timestamp;
use jiff::civil::{Date, date};

/// The coder of all reports here.
pub fn coder() -> Coder {
    Coder { version: "0.0.1".into(), lexicon: "1234abcd".into(), model: "test-1".into() }
}

/// A day of newspapers.
pub fn a_day(u: &mut Unstructured) -> Result<Date> {
    Ok(date(u.int_in_range(1900..=2100)?, u.int_in_range(1..=12)?, u.int_in_range(1..=28)?))
}

/// Words with everything in them that words can have.
pub fn words(u: &mut Unstructured) -> Result<String> {
    const PIECES: [&str; 16] = [
        "Morstad",
        " talks",
        "é",
        "\u{1f54a}",
        "\"",
        "\n",
        "\0",
        ", ‘x’ ",
        "=1+1",
        "-9.5",
        "\t",
        "\r",
        "<zq>",
        "北京",
        "\u{202e}",
        "e\u{301}",
    ];
    (0..u.int_in_range(1..=5)?).map(|_| u.choose(&PIECES).copied()).collect()
}

fn maybe<T>(u: &mut Unstructured, make: impl Fn(&mut Unstructured) -> Result<T>) -> Result<Option<T>> {
    if u.arbitrary()? { make(u).map(Some) } else { Ok(None) }
}

/// News about real states in sentences that nobody wrote.
pub fn news(u: &mut Unstructured, n: usize) -> Result<Article> {
    const WHO: [&str; 12] = [
        "Iran",
        "The Syrian army",
        "Foreign Minister Sergei Lavrov",
        "Hamas",
        "the rebels",
        "He",
        "Tehran",
        "police",
        "Avaria",
        "the United Nations",
        "U.S. President Barack Obama",
        "“Belmora”",
    ];
    const WHAT: [&str; 14] = [
        "attacked",
        "denied that it had shelled",
        "met",
        "will visit",
        "condemned",
        "signed a treaty with",
        "threatened to expel",
        "was accused by",
        "called on",
        "would have bombed",
        "arrested 40 members of",
        "said Turkey had sanctioned",
        "imposed sanctions on",
        "did not support",
    ];
    const WHEN: [&str; 10] = [
        "",
        " on Monday",
        " two days after the accord",
        " in March 2011",
        " last week",
        " near Aleppo",
        " 20 km north of Kabul",
        ", he said",
        " because of the strike",
        ", killing 12 people",
    ];
    const END: [&str; 8] = [". ", ".\n\n", "; ", ", and ", " – ", ".” ", "?\r\n", " \u{0} "];
    let mut text = String::new();
    for _ in 0..u.int_in_range(1..=5)? {
        text += u.choose(&WHO)?;
        text.push(' ');
        text += u.choose(&WHAT)?;
        text.push(' ');
        text += u.choose(&WHO)?;
        text += u.choose(&WHEN)?;
        text += u.choose(&END)?;
        if u.ratio(1, 8)? {
            text += &words(u)?;
        }
    }
    Ok(Article {
        id: format!("made-{n}"),
        title: maybe(u, |_| Ok("A made headline".into()))?,
        published: maybe(u, a_day)?,
        text,
        ..Article::default()
    })
}

/// An article and its reports, which say of it what they please, but stand in it.
pub fn told(u: &mut Unstructured, id: &str) -> Result<(Article, Vec<Report>)> {
    let mut text = String::new();
    let mut sentences = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        let start = text.len();
        text += "Kormark shelled Valdria ";
        text += &words(u)?;
        sentences.push(Span::new(start, text.len()));
        text.push('\n');
    }
    let published = maybe(u, a_day)?;
    let article = Article {
        id: id.into(),
        title: maybe(u, words)?,
        published,
        published_from: if published.is_some() { DateSource::Given } else { DateSource::None },
        text,
        url: maybe(u, |u| Ok(format!("https://example.org/{}", u.arbitrary::<u32>()?)))?,
        source: maybe(u, words)?,
        license: maybe(u, words)?,
        language: maybe(u, |_| Ok("en".into()))?,
        author: maybe(u, words)?,
        retrieved: maybe(u, |u| {
            Ok(Timestamp::from_second(u.int_in_range(0..=4_000_000_000)?).unwrap_or_default())
        })?,
        file: maybe(u, words)?,
        place: maybe(u, words)?,
        copy_of: None,
    };
    let many = u.int_in_range(1..=4usize)?;
    let mut reports = Vec::new();
    for n in 0..many {
        let at = u.int_in_range(0..=sentences.len() - 1)?;
        reports.push(report(u, id, n, many, at, sentences[at])?);
    }
    Ok((article, reports))
}

fn entity(u: &mut Unstructured, sentence: Span) -> Result<Entity> {
    const KEYS: [&str; 7] = ["KMK", "VLD", "KMK/REB", "UNK", "Hamas", "IRN", "A, b"];
    Ok(Entity {
        key: (*u.choose(&KEYS)?).into(),
        code: maybe(u, words)?,
        sector: maybe(u, words)?,
        identifier_text: maybe(u, words)?,
        identifier_id: maybe(u, words)?,
        entity_text: "Kormark".into(),
        office: maybe(u, words)?,
        start: sentence.start,
        end: sentence.start + 7,
    })
}

fn report(
    u: &mut Unstructured,
    doc: &str,
    n: usize,
    many: usize,
    sequence: usize,
    sentence: Span,
) -> Result<Report> {
    let kind = *u.choose(EventType::ALL)?;
    let parties = |u: &mut Unstructured, least: usize| -> Result<Vec<Entity>> {
        (0..u.int_in_range(least..=2)?).map(|_| entity(u, sentence)).collect()
    };
    let (first, days) = (a_day(u)?, u.int_in_range(0..=400i64)?);
    let last = first.saturating_add(jiff::Span::new().days(days));
    let (date, enddate) = match u.int_in_range(0..=3)? {
        0 => (None, None),
        1 => (Some(first), None),
        2 => (None, Some(last)),
        _ => (Some(first), Some(last)),
    };
    let links = if n + 1 < many {
        let kind = *u.choose(&[LinkKind::Before, LinkKind::LedTo, LinkKind::Because, LinkKind::Response])?;
        let evidence =
            Evidence::new("links.made", [Span::new(sentence.start as usize, sentence.end as usize)]);
        vec![Link {
            to: format!("{doc}#{}", n + 1),
            kind,
            said_by: maybe(u, |u| entity(u, sentence))?,
            evidence,
        }]
    } else {
        vec![]
    };
    let scale = f32::from(u.int_in_range(-100..=100i16)?) / 10.0;
    Ok(Report {
        id: format!("{doc}#{n}"),
        doc: doc.into(),
        event: vec![kind],
        mode: maybe(u, words)?,
        context: (0..u.int_in_range(0..=2)?).map(|_| words(u)).collect::<Result<_>>()?,
        quad_code: kind.quad(),
        event_scale: scale,
        actor: parties(u, 1)?,
        recipient: parties(u, 0)?,
        date,
        enddate,
        date_text: maybe(u, words)?,
        date_precision: maybe(u, |_| Ok("day".into()))?,
        aux: if u.arbitrary()? { vec![*u.choose(Aux::ALL)?] } else { vec![] },
        said_by: maybe(u, |u| entity(u, sentence))?,
        text_info: TextInfo { sequence: sequence as u32, start: sentence.start, end: sentence.end },
        event_text: words(u)?,
        event_loc: maybe(u, |u| {
            Ok(EventLoc {
                extracted_place: words(u)?,
                resolved_place: maybe(u, words)?,
                lat: maybe(u, |u| Ok(f64::from(u.int_in_range(-900..=900i32)?) / 10.0))?,
                lon: maybe(u, |u| Ok(f64::from(u.int_in_range(-1800..=1800i32)?) / 10.0))?,
                country_code: maybe(u, |_| Ok("KMK".into()))?,
                geonameid: maybe(u, |u| u.arbitrary())?,
                resolution: maybe(u, |_| Ok("city".into()))?,
                ..EventLoc::default()
            })
        })?,
        size: maybe(u, |u| {
            Ok(Size {
                dead: maybe(u, |u| u.arbitrary())?,
                injured: maybe(u, |u| u.arbitrary())?,
                arrested: None,
            })
        })?,
        event_id: None,
        confidence: maybe(u, |u| Ok(f32::from(u.int_in_range(0..=100u8)?) / 100.0))?,
        evidence: vec![Evidence::new("made", [sentence])],
        gist: Default::default(),
        links,
        cite_info: CiteInfo::default(),
        coder: coder(),
    })
}

/// A page with an article in it, in one of the ways in which people write them.
pub fn page(u: &mut Unstructured) -> Result<String> {
    const FILLER: &str = "The two governments said that the talks on the strait would go on in the autumn, and that their \
        envoys, who had met twice this year, would return to their posts before the end of it.";
    const BITS: [&str; 12] = [
        "<b>Avaria</b> recalled its envoy.",
        "“Never,” he said &#8211; and left&hellip;",
        "caf&eacute; &amp; talks",
        "<a href=/x>a link</a> and <i>more",
        "1 &lt; 2",
        "<br>",
        "<script>var x = '<p>no</p>';</script>",
        "\u{a0}",
        "<img alt='an envoy' src=x>",
        "<!-- a remark -->",
        "Sh.&nbsp;3",
        "été",
    ];
    let mut page =
        String::from("<!doctype html><html lang=en><head><meta charset=utf-8><title>Envoy recalled</title>");
    if u.arbitrary()? {
        page += "<meta property=\"article:published_time\" content=\"2019-08-19T10:00:00Z\">";
    }
    page += "</head><body><nav><ul><li><a href=/>Home</a></ul></nav>";
    let (open, close) = *u.choose(&[
        ("<article>", "</article>"),
        ("<div id=content>", "</div>"),
        ("<main>", "</main>"),
        ("", ""),
    ])?;
    page += open;
    page += "<h1>Envoy recalled</h1>";
    for _ in 0..u.int_in_range(2..=6)? {
        page += "<p>";
        page += FILLER;
        page.push(' ');
        page += u.choose(&BITS)?;
        if u.arbitrary()? {
            page += "</p>\n";
        }
    }
    page += close;
    page += "<footer>Copyright</footer></body></html>";
    Ok(page)
}
