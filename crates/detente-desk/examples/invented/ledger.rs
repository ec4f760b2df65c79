//! A ledger of articles and reports that we wrote ourselves: Valdria and Kormark fall out, fight and mend;
//! Selmar stands by Kormark; a movement on Kormark's coast rebels. Every sentence carries its own marks:
//! `[words|actor KEY]`, `recipient`, `event TYPE mode`, `when FIRST..LAST`, `said KEY`, `place NAME`, and a
//! status in `{braces}`. A sentence with an event mark is one report.

use detente::article::Article;
use detente::note::Evidence;
use detente::plover::EventType;
use detente::report::{Aux, CiteInfo, Coder, Entity, EventLoc, Report, TextInfo};
use detente::span::Span;
use detente_ledger::{Ledger, LedgerError};
use jiff::civil::Date;

/// Day and publisher, headline, marked text with a sentence a line.
const ARTICLES: &[(&str, &str, &str, &str)] = &[
    (
        "2022-03-04",
        "Harbour Post",
        "Valdria and Kormark agree on the northern railway",
        "[Valdria|actor VLD] and [Kormark|actor KMK] [signed an accord|event AGREE] on the northern railway [on Thursday|when 2022-03-03].\nThe line is to open in three years.\nThe ministers [toasted|event] the work in Eskmouth.",
    ),
    (
        "2022-06-21",
        "The Selmar Courier",
        "Grain for Kormark",
        "[Valdria|actor VLD] [sent 40,000 tonnes of grain|event AID] to drought-stricken [Kormark|recipient KMK] [last week|when 2022-06-13..2022-06-19].",
    ),
    (
        "2022-06-22",
        "Harbour Post",
        "Valdrian ships unload grain",
        "Ships from [Valdria|actor VLD] [sent|event AID] grain ashore in [Eskmouth|place Eskmouth] for [Kormark|recipient KMK], where harvests failed, [last week|when 2022-06-13..2022-06-19].\n[Prime Minister Dunja Orel|actor KMK] [thanked|event SUPPORT] [Valdria|recipient VLD] [on Tuesday|when 2022-06-21].",
    ),
    (
        "2022-11-09",
        "Inland Wire",
        "Joint patrols on the Esk",
        "[Valdrian|actor VLD] and [Kormark|actor KMK] river police [held joint patrols|event COOPERATE] on the Esk [on Monday and Tuesday|when 2022-11-07..2022-11-08].",
    ),
    (
        "2023-02-15",
        "Harbour Post",
        "Orel visits Valdria",
        "[Kormark's prime minister, Dunja Orel|actor KMK], [visited|event CONSULT visit] [Valdria|recipient VLD] [on Tuesday|when 2023-02-14].",
    ),
    (
        "2023-05-03",
        "Harbour Post",
        "Selmar and Kormark sign defence pact",
        "[Kormark|actor KMK] and [Selmar|actor SLM] [signed a defence pact|event COOPERATE] [on 2 May|when 2023-05-02].\n[Valdria|actor VLD] [criticised|event ACCUSE disapprove] [Kormark|recipient KMK] for the pact [on Wednesday|when 2023-05-03].",
    ),
    (
        "2023-09-12",
        "Inland Wire",
        "Valdria halts aid",
        "[Valdria|actor VLD] [suspended all aid|event SANCTION discontinue] to [Kormark|recipient KMK] [on Monday|when 2023-09-11] and called its envoy home.\nThe railway works stand still.",
    ),
    (
        "2023-09-13",
        "The Selmar Courier",
        "Aid to Kormark suspended",
        "[Valdria|actor VLD] has [suspended its aid|event SANCTION discontinue] to [Kormark|recipient KMK], officials said [this week|when 2023-09-11..2023-09-13].\n[Kormark|actor KMK] [accused|event ACCUSE allege] [Valdria|recipient VLD] of blackmail [on Tuesday|when 2023-09-12].",
    ),
    (
        "2023-12-20",
        "Inland Wire",
        "Kormark expels envoys",
        "[Kormark|actor KMK] [expelled three diplomats|event SANCTION expel] of [Valdria|recipient VLD] [on Tuesday|when 2023-12-19].\n[Selmar|actor SLM] [backed|event SUPPORT] [Kormark|recipient KMK] [on Wednesday|when 2023-12-20].",
    ),
    (
        "2024-03-07",
        "Harbour Post",
        "Troops on the Esk",
        "[Valdria|actor VLD] [moved two brigades|event MOBILIZE troops] to the border with [Kormark|recipient KMK] [at the start of March|when 2024-03-01..2024-03-05].\n[Kormark|actor KMK] [warned|event THREATEN violence] [Valdria|recipient VLD] of \"every means\" [on Thursday|when 2024-03-07].",
    ),
    (
        "2024-04-17",
        "Inland Wire",
        "Shells fall on Eskmouth",
        "[Valdria's artillery|actor VLD] [shelled|event ASSAULT heavy-weapons] the [Kormark|recipient KMK] port of [Eskmouth|place Eskmouth] [on Tuesday|when 2024-04-16], killing eleven people.",
    ),
    (
        "2024-04-17",
        "Harbour Post",
        "Eskmouth hit",
        "[Valdria|actor VLD] [shelled|event ASSAULT heavy-weapons] [Eskmouth|place Eskmouth] in [Kormark|recipient KMK] [on Tuesday|when 2024-04-16], witnesses told this newspaper.\n[Valdria|actor VLD] denied that it had [fired|event ASSAULT heavy-weapons] on a hospital in [Kormark|recipient KMK] [on Tuesday|when 2024-04-16]. {negated}",
    ),
    (
        "2024-04-19",
        "The Selmar Courier",
        "Kormark strikes back",
        "[Kormark|actor KMK] [bombed|event ASSAULT explosives] a depot of [Valdria|recipient VLD] near [Lund Pass|place Lund Pass] [on Thursday|when 2024-04-18].\n[Kormark|said KMK] said that [Valdria|actor VLD] had [used phosphorus|event ASSAULT unconventional] against [its troops|recipient KMK] [the day before|when 2024-04-17].",
    ),
    (
        "2024-05-03",
        "Inland Wire",
        "Third week of fighting",
        "[Valdria|actor VLD] [attacked|event ASSAULT] [Kormark's|recipient KMK] positions at [Lund Pass|place Lund Pass] [on Thursday|when 2024-05-02].\n[The Free Coast Movement|actor Free Coast Movement] [seized|event ASSAULT seize] a customs house of [Kormark|recipient KMK] [on Wednesday|when 2024-05-01].",
    ),
    (
        "2024-05-21",
        "Harbour Post",
        "Air raid on Lund",
        "Aircraft of [Valdria|actor VLD] [bombed|event ASSAULT heavy-weapons] [Lund|place Lund] in northern [Kormark|recipient KMK] [on Monday night|when 2024-05-20].\n[Selmar|actor SLM] [shipped artillery|event AID] to [Kormark|recipient KMK] [in May|when 2024-05-01..2024-05-21].",
    ),
    (
        "2024-06-14",
        "The Selmar Courier",
        "Selmar cuts trade with Valdria",
        "[Selmar|actor SLM] [imposed sanctions|event SANCTION] on [Valdria|recipient VLD] [on Thursday|when 2024-06-13].\n[The Tarn Islands|actor TRN] [supported|event SUPPORT] [Valdria|recipient VLD] [the same day|when 2024-06-13].",
    ),
    (
        "2024-07-30",
        "Inland Wire",
        "Clashes go on",
        "Forces of [Kormark|actor KMK] [ambushed|event ASSAULT firearms] a column of [Valdria|recipient VLD] [on Sunday|when 2024-07-28].\n[The Free Coast Movement|actor Free Coast Movement] [blew up|event ASSAULT explosives] a bridge of [Kormark's|recipient KMK] army [on Monday|when 2024-07-29].",
    ),
    (
        "2024-09-10",
        "Harbour Post",
        "Ceasefire on the Esk",
        "[Valdria|actor VLD] [declared a ceasefire|event CONCEDE] with [Kormark|recipient KMK] [on Monday|when 2024-09-09].\n[Kormark|actor KMK] would [release|event RETREAT release] [Valdria's|recipient VLD] prisoners [by October|when 2024-09-10..2024-10-01]. {future}",
    ),
    (
        "2024-10-04",
        "Inland Wire",
        "Prisoners go home",
        "[Kormark|actor KMK] [released 212 prisoners|event RETREAT release] to [Valdria|recipient VLD] [on Wednesday|when 2024-10-02].\n[Kormark's army|actor KMK] [stormed|event ASSAULT] a camp of the [Free Coast Movement|recipient Free Coast Movement] [on Thursday|when 2024-10-03].",
    ),
    (
        "2024-10-05",
        "Harbour Post",
        "Prisoners freed",
        "[Kormark|actor KMK] [freed prisoners|event RETREAT release] from [Valdria|recipient VLD] [this week|when 2024-09-30..2024-10-05].",
    ),
    (
        "2025-01-16",
        "Inland Wire",
        "Valdria leaves Lund Pass",
        "[Valdria|actor VLD] [withdrew|event RETREAT withdraw] its last troops from [Kormark|recipient KMK] [on Wednesday|when 2025-01-15].",
    ),
    (
        "2025-03-28",
        "The Selmar Courier",
        "Talks in Tarn",
        "Envoys of [Valdria|actor VLD] and [Kormark|actor KMK] [met|event CONSULT] on the [Tarn Islands|place Tarn] [on Thursday|when 2025-03-27].\n[Selmar|actor SLM] [praised|event SUPPORT] [Kormark|recipient KMK] for it [on Friday|when 2025-03-28].",
    ),
    (
        "2025-03-28",
        "Harbour Post",
        "First talks since the war",
        "[Kormark|actor KMK] and [Valdria|actor VLD] [held talks|event CONSULT] in [Tarn|place Tarn] [on Thursday|when 2025-03-27], the first since the war.",
    ),
    (
        "2025-06-18",
        "Inland Wire",
        "A bomb on the coast",
        "[The Free Coast Movement|actor Free Coast Movement] [bombed|event ASSAULT explosives] a barracks of [Kormark|recipient KMK] [on Tuesday|when 2025-06-17].",
    ),
    (
        "2025-08-06",
        "Harbour Post",
        "Valdria reopens the border",
        "[Valdria|actor VLD] [reopened|event RETREAT access] its border to [Kormark|recipient KMK] [on Tuesday|when 2025-08-05].",
    ),
    (
        "2025-11-20",
        "Inland Wire",
        "Envoys return",
        "[Valdria|actor VLD] and [Kormark|actor KMK] [exchanged ambassadors|event SUPPORT] again [on Wednesday|when 2025-11-19].\nIf the railway is finished, [Valdria|actor VLD] could [lend|event AID] [Kormark|recipient KMK] more money [in 2026|when 2026-01-01..2026-12-31]. {hypothetical}",
    ),
    (
        "2026-02-11",
        "The Selmar Courier",
        "Orel in Valdria",
        "[Prime Minister Dunja Orel|actor KMK] [visited|event CONSULT visit] [Valdria|recipient VLD] [on Tuesday|when 2026-02-10].\n[Selmar's foreign minister|actor SLM] [phoned|event CONSULT phone] [his colleague in Valdria|recipient VLD] [on Wednesday|when 2026-02-11].\nFor years [Valdria|actor VLD] had [lent|event AID] [Kormark|recipient KMK] money [when harvests failed|when -].\nThe two states had [fought a war|event ASSAULT] in 2024, as <b>readers</b> & scholars know.",
    ),
];

/// Puts the articles into the ledger, each as known on the day of its publication.
pub fn fill(ledger: &mut Ledger) -> Result<(), LedgerError> {
    let coder = Coder { version: "0.1.0".into(), lexicon: "invented".into(), model: "by hand".into() };
    for (i, (published, source, title, marked)) in ARTICLES.iter().enumerate() {
        let published: Date = published.parse().expect("a day");
        let mut article = Article {
            id: format!("invented-{:02}", i + 1),
            title: Some((*title).into()),
            published: Some(published),
            url: Some(format!("https://example.org/news/{}", i + 1)),
            source: Some((*source).into()),
            ..Article::default()
        };
        let mut reports = Vec::new();
        for line in marked.lines() {
            let report = sentence(&mut article.text, line, &article.id, reports.len(), &coder);
            reports.extend(report);
            article.text.push('\n');
        }
        ledger.add(&article, &reports, &[], &coder, published)?;
    }
    Ok(())
}

/// Adds a marked sentence to the text and gives its report, if it has an actor and a typed event.
fn sentence(text: &mut String, line: &str, doc: &str, sequence: usize, coder: &Coder) -> Option<Report> {
    let (line, aux) = match line.split_once(" {") {
        Some((line, aux)) => (line, Aux::parse(aux.trim_end_matches('}'))),
        None => (line, None),
    };
    let start = text.len() as u32;
    let (mut actor, mut recipient, mut said_by, mut event, mut when, mut place) =
        (vec![], vec![], None, None, None, None);
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('[') {
        text.push_str(before);
        let (mark, after) = marked.split_once(']').expect("a closed mark");
        let (words, mark) = mark.split_once('|').expect("words and a mark");
        let (kind, value) = mark.split_once(' ').unwrap_or((mark, ""));
        let from = text.len();
        text.push_str(words);
        let span = Span::new(from, text.len());
        let entity = || Entity {
            key: value.into(),
            code: (value.len() == 3).then(|| value.into()),
            sector: (value.len() == 3).then(|| "GOV".into()),
            identifier_text: Some(name(value).into()),
            entity_text: words.into(),
            start: span.start,
            end: span.end,
            ..Entity::default()
        };
        match kind {
            "actor" => actor.push(entity()),
            "recipient" => recipient.push(entity()),
            "said" => said_by = Some(entity()),
            "event" => event = (!value.is_empty()).then_some((value, words, span)),
            "when" => when = value.split_once("..").or(Some((value, value))).map(|days| (days, words)),
            _ => place = Some((value, words)),
        }
        rest = after;
    }
    text.push_str(rest);
    let (code, words, span) = event?;
    let (kind, mode) = code.split_once(' ').map_or((code, None), |(kind, mode)| (kind, Some(mode)));
    let kind = EventType::parse(kind).expect("a type");
    let ((from, to), date_text) = when?;
    (!actor.is_empty() && (actor.len() > 1 || !recipient.is_empty())).then(|| Report {
        id: format!("{doc}#{sequence}"),
        doc: doc.into(),
        event: vec![kind],
        mode: mode.map(Into::into),
        context: vec![],
        quad_code: kind.quad(),
        event_scale: scale(kind, mode),
        actor,
        recipient,
        date: from.parse().ok(),
        enddate: to.parse().ok(),
        date_text: Some(date_text.into()),
        date_precision: Some(if from == to { "day" } else { "span" }.into()),
        aux: aux.into_iter().collect(),
        said_by,
        text_info: TextInfo { sequence: sequence as u32, start, end: text.len() as u32 },
        event_text: words.into(),
        event_loc: place.map(|(name, words)| EventLoc {
            extracted_place: words.into(),
            resolved_place: Some(name.into()),
            resolution: Some("city".into()),
            ..EventLoc::default()
        }),
        size: None,
        event_id: None,
        gist: Default::default(),
        confidence: Some(0.9),
        evidence: vec![Evidence::new(format!("invented.{}", kind.as_str().to_lowercase()), [span])],
        links: Vec::new(),
        cite_info: CiteInfo::default(),
        coder: coder.clone(),
    })
}

fn name(key: &str) -> &str {
    match key {
        "VLD" => "Valdria",
        "KMK" => "Kormark",
        "SLM" => "Selmar",
        "TRN" => "Tarn Islands",
        other => other,
    }
}

fn scale(kind: EventType, mode: Option<&str>) -> f32 {
    use EventType::*;
    match (kind, mode) {
        (Agree, _) => 2.5,
        (Consult, Some("visit")) => 4.0,
        (Consult, Some("phone")) => 1.5,
        (Consult, _) => 2.5,
        (Support, _) => 5.0,
        (Concede, _) => 4.5,
        (Cooperate, _) => 9.5,
        (Aid, _) => 10.0,
        (Retreat, Some("withdraw")) => 8.0,
        (Retreat, _) => 6.5,
        (Accuse, Some("disapprove")) => -2.0,
        (Accuse | Threaten, _) => -3.5,
        (Mobilize, _) => -6.5,
        (Sanction, _) => -6.0,
        (Assault, _) => -9.0,
        _ => 0.0,
    }
}
