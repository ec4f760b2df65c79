//! The learnt choice of parties over the example articles: it says where it differs from the rules, and its file is
//! refused when it is not whole.

mod common;

use std::fs;

use detente::actor::{CHOSEN, Keys};
use detente::article::Article;
use detente::event::Choice;
use detente::report::Report;
use detente::scene::Scene;
use detente::time::Interval;

fn articles() -> Vec<Article> {
    let mut paths: Vec<_> = fs::read_dir(common::root().join("examples"))
        .expect("examples/")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    let article = |p: &std::path::PathBuf| {
        let name = p.file_stem().expect("a name").to_string_lossy().into_owned();
        let published = name.get(..10).and_then(|d| d.parse().ok());
        Article { id: name, published, text: fs::read_to_string(p).expect("text"), ..Article::default() }
    };
    paths.iter().map(article).collect()
}

/// Where a report stands, of what type, and whose it is.
fn told(r: &Report) -> (String, u32, String, Vec<String>, Vec<String>) {
    let keys = |list: &[detente::report::Entity]| {
        let mut keys: Vec<String> = list.iter().map(|e| e.key.clone()).collect();
        keys.sort();
        keys
    };
    (r.doc.clone(), r.text_info.sequence, r.event[0].to_string(), keys(&r.actor), keys(&r.recipient))
}

#[test]
fn whatever_the_rules_do_not_read_so_says_that_it_was_chosen_or_seen() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let (mut same, mut other) = (0, 0);
    for article in articles() {
        let by_rules: Vec<_> = reader.read_by_rules(&article).reports.iter().map(told).collect();
        let reading = reader.read(&article);
        for report in &reading.reports {
            let confidence = report.confidence.expect("a confidence");
            assert!((0.0..=1.0).contains(&confidence), "{}: {confidence}", report.id);
            assert_eq!((confidence * 100.0).round() / 100.0, confidence, "two places are enough");
            let says = |rule: &str| report.evidence.iter().any(|e| e.rule.starts_with(rule));
            // A claim of an act that was told before has the parties of that.
            let chosen = |m: &detente::actor::Mention| m.parties.iter().any(|p| p.why.rule == CHOSEN);
            let before = reading.mentions.iter().filter(|m| chosen(m));
            let leans =
                before.map(|m| reading.syntax.span(m.head).start).any(|at| at < report.text_info.start);
            if by_rules.contains(&told(report)) {
                same += 1;
            } else {
                other += 1;
                assert!(
                    says("event:chosen") || says("actor:chosen") || says("learnt.") || leans,
                    "{}: {:?}",
                    report.id,
                    report.event_text
                );
            }
        }
    }
    assert!(same > 3 * other && same > 50, "the rules read the examples: {same} the same, {other} not");
}

#[test]
fn days_that_are_chosen_are_days_that_the_article_names() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let mut chosen = 0;
    for article in articles() {
        let reading = reader.read(&article);
        for report in &reading.reports {
            // Days that another event or the tense gives say so.
            let is = |rule: &str| report.evidence.iter().any(|e| e.rule == rule);
            let precision = report.date_precision.as_deref();
            if !is("time:chosen") || is("time:from-event") || precision == Some("tense") {
                continue;
            }
            let days = Interval { start: report.date, end: report.enddate };
            let mut named = reading.times.iter().map(|t| [Some(t.interval), t.past, t.future]);
            assert!(named.any(|readings| readings.contains(&Some(days))), "{}: {days}", report.id);
            chosen += 1;
        }
    }
    assert!(chosen > 5, "the examples have days to choose: {chosen}");
}

#[test]
fn a_capital_that_speaks_is_not_where_it_happens() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let text = "Tehran accused Riyadh of arming the rebels. Moscow called on Kyiv to pull back its troops.";
    let published = "2017-03-01".parse().ok();
    let article = Article { id: "a".into(), published, text: text.into(), ..Article::default() };
    let reports = reader.read(&article).reports;
    assert!(reports.len() > 1, "both sentences tell of something");
    for report in reports {
        assert_eq!(report.event_loc.map(|l| l.extracted_place), None, "{}", report.event_text);
    }
}

/// A file of weights that is cut or changed is refused, wherever that is.
fn is_refused_unless_whole<T, E>(file: &str, load: impl Fn(&[u8]) -> Result<T, E>) {
    let whole = fs::read(common::root().join(file)).expect("it is part of the repository");
    assert!(load(&whole).is_ok());
    for end in (0..whole.len()).step_by(whole.len() / 40) {
        assert!(load(&whole[..end]).is_err(), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        assert!(load(&damaged).is_err(), "changed at {at}");
    }
}

#[test]
fn a_choice_cut_short_or_changed_anywhere_is_refused() {
    is_refused_unless_whole("models/en/choice.bin", Choice::load);
    is_refused_unless_whole("models/en/keys.bin", Keys::load);
    is_refused_unless_whole("models/en/scene.bin", Scene::load);
}

#[test]
fn a_key_that_was_chosen_says_so_and_is_not_that_of_the_rules() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let (mut kept, mut chosen) = (0, 0);
    for article in articles() {
        let by_rules = reader.read_by_rules(&article).mentions;
        for mention in reader.read(&article).mentions {
            let rules = by_rules.iter().find(|m| m.head == mention.head);
            let keys =
                |list: &[detente::actor::Party]| list.iter().map(|p| p.key.clone()).collect::<Vec<_>>();
            let same = rules.is_some_and(|m| keys(&m.parties) == keys(&mention.parties));
            let says = mention.parties.iter().any(|p| p.why.rule == CHOSEN);
            assert_eq!(same, !says, "{}: {:?}", article.id, mention.parties);
            *(if says { &mut chosen } else { &mut kept }) += 1;
        }
    }
    assert!(
        chosen > 0 && kept > 20 * chosen,
        "the rules stand unless another key is much likelier: {kept}, {chosen}"
    );
}
