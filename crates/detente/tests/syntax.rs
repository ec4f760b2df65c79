//! The model that ships, on sentences of our own.

use std::path::Path;

use detente::article::Article;
use detente::span::TokenId;
use detente::syntax::{Acts, Deprel, Model, NameKind, Syntax, Upos};

fn model() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/en/syntax.bin");
    Model::load(&std::fs::read(path).expect("models/en/syntax.bin is part of the repository"))
        .expect("it loads")
}

fn read(model: &Model, text: &str) -> (Syntax, String) {
    let article = Article { text: text.into(), ..Article::default() };
    (model.read(&article), article.text)
}

/// The token that spells `word`.
fn find(syntax: &Syntax, text: &str, word: &str) -> TokenId {
    let at = syntax.tokens.iter().position(|t| t.span.slice(text) == word);
    TokenId(at.unwrap_or_else(|| panic!("no {word}")) as u32)
}

#[test]
fn a_plain_sentence_has_its_subject_object_and_time() {
    let model = model();
    let (syntax, text) = read(&model, "Rebels attacked the army base on Tuesday.");
    let verb = find(&syntax, &text, "attacked");
    assert_eq!((syntax.upos(verb), syntax.lemma(verb), syntax.head(verb)), (Upos::Verb, "attack", None));
    let subject = find(&syntax, &text, "Rebels");
    assert_eq!((syntax.head(subject), syntax.deprel(subject)), (Some(verb), Deprel::Nsubj));
    let object = find(&syntax, &text, "base");
    assert_eq!((syntax.head(object), syntax.deprel(object)), (Some(verb), Deprel::Obj));
    let day = find(&syntax, &text, "Tuesday");
    assert_eq!((syntax.head(day), syntax.deprel(day)), (Some(verb), Deprel::Obl));
}

#[test]
fn a_dateline_stands_outside_the_sentence() {
    let model = model();
    let (syntax, text) = read(&model, "MORSTAD (Newswire) – Rebels shelled the base, Gen. Ali Hassan said.");
    assert_eq!(syntax.sentences.len(), 1);
    let said = find(&syntax, &text, "said");
    assert_eq!(syntax.head(said), None);
    let place = find(&syntax, &text, "MORSTAD");
    assert_eq!((syntax.head(place), syntax.deprel(place)), (Some(said), Deprel::Parataxis));
    let kinds: Vec<_> = syntax.names.iter().map(|n| (syntax.cover(n.tokens).slice(&text), n.kind)).collect();
    assert!(kinds.contains(&("MORSTAD", NameKind::Place)), "{kinds:?}");
    assert!(kinds.contains(&("Newswire", NameKind::Organisation)), "{kinds:?}");
}

#[test]
fn headlines_in_capitals_and_with_capitals_are_read() {
    let model = model();
    for text in ["TURKEY WITHDRAWS TROOPS FROM IRAQ", "Turkey Withdraws Troops From Iraq"] {
        let (syntax, text) = read(&model, text);
        let verb = TokenId(1);
        assert_eq!(
            (syntax.upos(verb), syntax.lemma(verb), syntax.head(verb)),
            (Upos::Verb, "withdraw", None)
        );
        assert_eq!((syntax.head(TokenId(0)), syntax.deprel(TokenId(0))), (Some(verb), Deprel::Nsubj));
        assert_eq!((syntax.head(TokenId(2)), syntax.deprel(TokenId(2))), (Some(verb), Deprel::Obj), "{text}");
    }
}

#[test]
fn a_passive_has_its_agent() {
    let model = model();
    let (syntax, text) = read(&model, "The minister was killed by gunmen in Kabul.");
    let verb = find(&syntax, &text, "killed");
    assert_eq!(syntax.lemma(verb), "kill");
    let patient = find(&syntax, &text, "minister");
    assert_eq!((syntax.head(patient), syntax.deprel(patient)), (Some(verb), Deprel::NsubjPass));
    let agent = find(&syntax, &text, "gunmen");
    assert_eq!(syntax.head(agent), Some(verb));
    assert!(matches!(syntax.deprel(agent), Deprel::Obl | Deprel::OblAgent));
}

#[test]
fn irregular_words_have_their_lemmas() {
    let model = model();
    for (text, word, lemma) in [
        ("Troops fought rebels.", "fought", "fight"),
        ("The children fled.", "children", "child"),
        ("They held talks.", "talks", "talk"),
        ("The army withdrew its troops.", "withdrew", "withdraw"),
        ("The government has not met the rebels.", "met", "meet"),
        ("Two soldiers were taken hostage.", "taken", "take"),
    ] {
        let (syntax, text) = read(&model, text);
        assert_eq!(syntax.lemma(find(&syntax, &text, word)), lemma);
    }
}

#[test]
fn names_are_found_with_their_kinds_and_without_titles() {
    let model = model();
    let (syntax, text) =
        read(&model, "Iranian Foreign Minister Mohammad Javad Zarif met NATO envoys in Tehran.");
    let names: Vec<(&str, NameKind)> =
        syntax.names.iter().map(|n| (syntax.cover(n.tokens).slice(&text), n.kind)).collect();
    let want = [
        ("Iranian", NameKind::Nationality),
        ("Mohammad Javad Zarif", NameKind::Person),
        ("NATO", NameKind::Organisation),
        ("Tehran", NameKind::Place),
    ];
    assert_eq!(names, want);
}

#[test]
fn every_sentence_has_one_root_and_every_walk_ends() {
    let model = model();
    let odd = [
        "",
        " \n\t\n",
        "???",
        "“”’‘",
        "\u{0}\u{feff}é\u{301}漢字 🙂🙂 \u{202e}abc",
        "IRAN REJECTS NEW SANCTIONS",
        "BEIRUT (Reuters) – Syria's army said it \"did not\" fire... [sic] (twice).",
        "a. b. c. d. e. U.S. U.K. p.m. Mr.",
        "((((((((((",
        "One line\nAnother line. And more.",
    ];
    for text in odd {
        let (syntax, text) = read(&model, text);
        let mut next = 0;
        for (k, sentence) in syntax.sentences.iter().enumerate() {
            assert_eq!(sentence.start.index(), next);
            next = sentence.end.index();
            let roots = sentence.iter().filter(|&t| syntax.head(t).is_none()).count();
            assert_eq!(roots, 1, "{text:?}");
            for t in sentence.iter() {
                assert_eq!(syntax.sentence_of(t), k);
                assert!(!syntax.span(t).slice(&text).is_empty());
                let mut at = Some(t);
                for _ in 0..=sentence.len() {
                    at = at.and_then(|t| syntax.head(t));
                }
                assert_eq!(at, None, "a circle in {text:?}");
            }
        }
        assert_eq!(next, syntax.tokens.len());
    }
}

#[test]
fn the_longest_sentences_are_read_in_bounded_time() {
    let model = model();
    let text = "the army said that the rebels and ".repeat(1000);
    let started = std::time::Instant::now();
    let (syntax, _) = read(&model, &text);
    assert_eq!(syntax.tokens.len(), 7000);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn reading_twice_gives_the_same() {
    let model = model();
    let text = "Israel and Hamas agreed to a truce on Sunday, Egypt's foreign minister said.";
    assert_eq!(read(&model, text).0, read(&model, text).0);
}

#[test]
fn a_damaged_model_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/en/syntax.bin");
    let mut bytes = std::fs::read(path).expect("models/en/syntax.bin is part of the repository");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert!(Model::load(&bytes).is_err());
    assert!(Model::load(&bytes[..middle]).is_err());
    assert!(Model::load(b"").is_err());
    assert!(Model::load(b"something else").is_err());
}

#[test]
fn the_network_of_acts_sees_an_attack_and_who_made_it_and_belongs_to_its_model() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/en/acts.bin");
    let bytes = std::fs::read(path).expect("models/en/acts.bin is part of the repository");
    let model = model().with_acts(Acts::load(&bytes).expect("it loads")).expect("the two belong together");
    assert!(model.name().contains("acts"));
    let (syntax, text) = read(&model, "Rebels attacked the army base on Tuesday. The river is long.");
    let [act] = syntax.acts.as_slice() else { panic!("{:?}", syntax.acts) };
    assert_eq!((act.word, act.event.as_str()), (find(&syntax, &text, "attacked"), "ASSAULT"));
    let likeliest = act.actors.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("an actor");
    assert_eq!(likeliest.0, find(&syntax, &text, "Rebels"));
    assert!(read(&self::model(), "Rebels attacked the base.").0.acts.is_empty(), "not without the network");
}
