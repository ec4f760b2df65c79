//! The lexicon's own tests: every file is sound, and every entry does what its examples and counters say. Known
//! faults stand beside them as `wrong` entries, which fail once they are mended.

mod common;

use std::collections::BTreeSet;
use std::fs;

use detente::article::Article;
use detente::lexicon::class::Class;
use detente::lexicon::exchange::Way;
use detente::lexicon::exchange::cameo::Dialect;
use detente::lexicon::who::{Meaning, Tenure};
use detente::plover::EventType;
use detente::report::Report;

#[test]
fn every_file_of_the_lexicon_is_sound() {
    if let Err(faults) = common::reader().map(|_| ()) {
        panic!("{} faults:\n{}", faults.len(), common::list(&faults));
    }
}

#[test]
fn every_entry_does_what_its_examples_counters_and_known_faults_say() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let faults = detente::check::check(&reader);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), common::list(&faults));
}

#[test]
fn the_scan_before_the_parse_costs_no_report_of_an_example() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    for entry in &reader.lexicon().entries {
        for example in &entry.examples {
            let text = detente::check::unmark(&example.text).0;
            let article = Article { text, ..Article::default() };
            let told = |reports: &[Report]| reports.iter().map(|r| r.event_text.clone()).collect::<Vec<_>>();
            let (some, all) = (reader.read(&article).reports, reader.read_all(&article).reports);
            assert_eq!(told(&some), told(&all), "{}: {}", entry.id, example.text);
        }
    }
}

#[test]
fn a_text_that_breaks_off_anywhere_is_read() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let examples = reader.lexicon().entries.iter().flat_map(|e| &e.examples).step_by(4);
    let titles = "At talks with the Belmoran president, Anna Lind ".to_string();
    for whole in examples.map(|e| detente::check::unmark(&e.text).0).chain([titles]) {
        for (end, _) in whole.char_indices().filter(|(_, c)| *c == ' ') {
            let article = Article { text: whole[..end].into(), ..Article::default() };
            for report in reader.read(&article).reports {
                assert!(report.text_info.end as usize <= end, "{}", article.text);
            }
        }
    }
}

#[test]
fn every_class_of_words_has_words_a_meaning_an_example_and_a_near_miss() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    for (name, class) in Class::ALL {
        assert!(reader.lexicon().words_of(*class).next().is_some(), "{name} has no words");
    }
    assert!(Class::ALL.is_sorted_by_key(|(name, _)| *name));
    let files = common::lexicon_files();
    let rows =
        files.iter().filter(|(path, _)| path == "words/classes.tsv").flat_map(|(_, text)| text.lines());
    for row in rows.filter(|row| !row.starts_with('#')) {
        assert_eq!(row.split('\t').filter(|cell| !cell.trim().is_empty()).count(), 5, "{row}");
    }
}

#[test]
fn every_table_is_sorted_by_its_first_column_and_has_no_row_twice() {
    let mut faults = Vec::new();
    for (path, text) in common::lexicon_files().iter().filter(|(path, _)| path.ends_with(".tsv")) {
        let rows = || text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')).skip(1);
        let mut last = "";
        let mut seen = BTreeSet::new();
        for (n, row) in rows() {
            let first = row.split('\t').next().unwrap_or("");
            if first < last {
                faults.push(format!("lexicon/{path}:{}: `{first}` stands after `{last}`", n + 1));
            }
            if !seen.insert(row) {
                faults.push(format!("lexicon/{path}:{}: this row is there twice", n + 1));
            }
            last = first;
        }
    }
    assert!(faults.is_empty(), "sort the tables (LC_ALL=C sort):\n{}", faults.join("\n"));
}

#[test]
fn a_state_s_parliament_acts_apart_from_it() {
    let files = common::lexicon_files();
    let (_, text) = files.iter().find(|(path, _)| path.ends_with("actors/bodies.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(2).map(|line| line.split('\t').collect()).collect();
    let parliaments: Vec<&Vec<&str>> = rows.iter().filter(|row| row[2] == "LEG").collect();
    assert!(parliaments.len() > 40);
    for row in parliaments {
        assert!(row[0].ends_with("/LEG"), "{}: its key is {}", row[4], row[0]);
    }
}

#[test]
fn every_table_has_its_row_in_sources_md() {
    let sources = fs::read_to_string(common::root().join("lexicon/SOURCES.md")).expect("lexicon/SOURCES.md");
    let files = common::lexicon_files();
    let tables: Vec<&str> =
        files.iter().map(|(path, _)| path.as_str()).filter(|p| p.ends_with(".tsv")).collect();
    for table in &tables {
        assert!(sources.contains(&format!("| `{table}` |")), "lexicon/SOURCES.md says nothing of {table}");
    }
    for named in sources.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next()) {
        assert!(tables.contains(&named), "lexicon/SOURCES.md names {named}, which is not there");
    }
}

/// Whom a name means, as the keys of its rows; of people the names.
fn meant(lexicon: &detente::lexicon::Lexicon, name: &str) -> BTreeSet<String> {
    let meanings = lexicon.meanings(name);
    let keys = meanings.iter().map(|m| match m {
        Meaning::Actor(_, actor) => actor.key.clone(),
        Meaning::Person(person) => lexicon.person_name(*person).to_string(),
    });
    keys.collect()
}

#[test]
fn spellings_of_one_name_meet() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    let mut apart = Vec::new();
    for family in [
        // Arabic
        &[
            "Muammar Gaddafi",
            "Moammar Gadhafi",
            "Muammar al-Kadafi",
            "Moamer Kadhafi",
            "Muammar Qadhafi",
            "Qaddafi",
        ][..],
        &["Ismail Haniyeh", "Ismael Haniya", "Ismaïl Haniyah", "Haniya"],
        &["Khaled Meshaal", "Khalid Mashaal", "Khaled Mashal", "Khalid Mish'al", "Meshal"],
        &["Mohamed Morsi", "Mohammed Mursi", "Muhammad Morsy", "Mursi"],
        &["Mahmoud Abbas", "Mahmud Abbas", "Mahmood Abbas"],
        &["Hassan Nasrallah", "Hasan Nasrallah", "Hassan Nasralla"],
        &["Hosni Mubarak", "Hosni Moubarak"],
        &["Osama bin Laden", "Usama bin Laden"],
        &["Moqtada al-Sadr", "Muqtada al-Sadr"],
        &["Nouri al-Maliki", "Nuri al-Maliki"],
        &["Hezbollah", "Hizbullah", "Hizballah", "Hizbollah", "Ḥizbullāh"],
        &["al-Qaeda", "Al Qaida", "al-Qa'ida", "Al-Qaeda"],
        &["Daesh", "Da'esh", "ISIS", "ISIL", "Daech"],
        &["Al-Shabaab", "al-Shabab", "Al Shebab"],
        &["Houthis", "Huthis"],
        // Persian
        &["Hassan Rouhani", "Hasan Rohani", "Hassan Ruhani"],
        &["Qassem Soleimani", "Qasem Soleimani", "Ghasem Soleimani", "Kassem Suleimani", "Qasim Suleimani"],
        &["Mahmoud Ahmadinejad", "Mahmud Ahmadinejad", "Mahmoud Ahmadi-Nejad"],
        // Russian, Ukrainian, Belarusian
        &["Volodymyr Zelensky", "Volodymyr Zelenskyy", "Vladimir Zelenskiy", "Zelenskyi"],
        &["Sergei Lavrov", "Sergey Lavrov"],
        &["Dmitry Medvedev", "Dmitri Medvedev", "Dmitriy Medvedev"],
        &["Yevgeny Prigozhin", "Evgeny Prigozhin", "Yevgeni Prigozhin"],
        &["Alexei Navalny", "Aleksei Navalny", "Alexey Nawalny"],
        &["Boris Yeltsin", "Boris Eltsin"],
        &["Yulia Tymoshenko", "Yuliya Timoshenko"],
        &["Alexander Lukashenko", "Aleksandr Lukashenko", "Alyaksandr Lukashenka"],
        &["Kyiv", "Kiev"],
        &["Kharkiv", "Kharkov"],
        // Chinese, Korean
        &["Deng Xiaoping", "Teng Hsiao-ping"],
        &["Beijing", "Peking"],
        &["Kim Jong-il", "Kim Jong Il"],
        // Serbian, Croatian, Turkish
        &["Slobodan Milošević", "Slobodan Milosevic", "Milosevich"],
        &["Franjo Tuđman", "Franjo Tudjman", "Tudjman"],
        &["Radovan Karadžić", "Radovan Karadzic"],
        &["Recep Tayyip Erdoğan", "Recep Tayyip Erdogan", "Erdog\u{306}an"],
        // German
        &["Gerhard Schröder", "Gerhard Schroeder"],
    ] {
        let first = meant(lexicon, family[0]);
        assert!(!first.is_empty(), "nobody is called {}", family[0]);
        for name in family {
            let meant = meant(lexicon, name);
            if meant.is_disjoint(&first) {
                apart.push(format!("{name}: {meant:?}, but {}: {first:?}", family[0]));
            }
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
    // Alike is not the same.
    for (a, b) in [("Iran", "Iraq"), ("Niger", "Nigeria"), ("Putin", "Petro"), ("Mali", "Malawi")] {
        assert!(meant(lexicon, a).is_disjoint(&meant(lexicon, b)), "{a}, {b}");
    }
}

#[test]
fn an_office_speaks_on_its_days() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    let acting = |name: &str, day: &str| {
        let meanings = lexicon.meanings(name);
        let person = meanings.iter().find_map(|m| if let Meaning::Person(p) = m { Some(*p) } else { None });
        let acting = lexicon.acting(person.expect(name), day.parse().ok()).expect("a term");
        (acting.key, acting.tenure, acting.office.unwrap_or_default())
    };
    for (day, key, tenure, office) in [
        ("2005-01-01", "Conservative Party", Tenure::NotYet, "leader"),
        ("2012-01-01", "GBR", Tenure::InOffice, "prime minister"),
        ("2016-07-20", "GBR", Tenure::JustLeft, "prime minister"),
        ("2018-01-01", "GBR/ELI", Tenure::Left, "former prime minister"),
    ] {
        assert_eq!(acting("David Cameron", day), (key.into(), tenure, office.into()), "{day}");
    }
    // Whoever leads a group acts for it before and after.
    assert_eq!(acting("Hassan Nasrallah", "2006-07-14").0, "Hezbollah");
}

#[test]
fn relations_of_other_data_sets_keep_to_the_types_and_modes_of_the_scale() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    let relation = |text: &str| lexicon.exchange.relation(text).unwrap_or_else(|| panic!("{text}"));
    let files = common::lexicon_files();
    let text = files.iter().find(|(path, _)| path == "exchange/relations.tsv").map_or("", |(_, text)| text);
    let mut n = 0;
    for row in text.lines().filter(|l| !l.starts_with('#')).skip(1) {
        let relation = relation(row.split('\t').next().unwrap_or(""));
        if let (Some(kind), Some(mode)) = (relation.kind, &relation.mode) {
            assert!(lexicon.has_mode(kind, mode), "{row}");
        }
        assert_eq!(
            relation.way == Way::Reversed,
            ["043", "0861"].contains(&relation.cameo.as_str()),
            "{row}"
        );
        n += 1;
    }
    assert!(n > 270, "{n} relations");
    for (text, kind, mode) in [
        ("Make statement", None, None),
        ("Make an appeal or request", Some(EventType::Request), None),
        ("Impose embargo, boycott, or sanctions", Some(EventType::Sanction), Some("discontinue")),
        ("Express intent to de-escalate military engagement", Some(EventType::Concede), None),
        ("Employ aerial weapons", Some(EventType::Assault), Some("aerial")),
        ("Host a visit", Some(EventType::Consult), Some("visit")),
    ] {
        assert_eq!((relation(text).kind, relation(text).mode.as_deref()), (kind, mode), "{text}");
    }
}

/// The texts of ICEWS stand in one table and the codes in another; what both say of one act is the same.
#[test]
fn codes_of_cameo_say_what_their_texts_say() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    let files = common::lexicon_files();
    let text = files.iter().find(|(path, _)| path == "exchange/relations.tsv").map_or("", |(_, text)| text);
    // ICEWS gives these another weight than the scale.
    let other_weight = ["016", "022", "164", "165"];
    let mut n = 0;
    for row in text.lines().filter(|l| !l.starts_with('#')).skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let relation = lexicon.exchange.relation(cells[0]).unwrap_or_else(|| panic!("{row}"));
        let code = lexicon.exchange.cameo(&relation.cameo, Dialect::Icews).unwrap_or_else(|| panic!("{row}"));
        assert_eq!(
            (code.kind, &code.mode, code.way, &code.twin),
            (relation.kind, &relation.mode, relation.way, &relation.twin),
            "{row}"
        );
        if let Ok(weight) = cells[6].parse::<f32>()
            && lexicon.exchange.cameo(&relation.cameo, Dialect::Gdelt).is_some_and(|c| c.dialect.is_none())
        {
            assert_eq!(
                weight == code.goldstein,
                !other_weight.contains(&cells[1]),
                "{row}: {}",
                code.goldstein
            );
        }
        n += 1;
    }
    assert!(n > 270, "{n}");
    // GDELT's list says something else under a few numbers.
    let of = |code: &str, dialect| {
        let code = lexicon.exchange.cameo(code, dialect).expect("a code");
        (code.kind, code.mode.as_deref())
    };
    assert_eq!(of("106", Dialect::Icews), (Some(EventType::Request), Some("meet")));
    assert_eq!(of("106", Dialect::Gdelt), (Some(EventType::Request), Some("yield")));
    assert_eq!(of("42", Dialect::Gdelt), (Some(EventType::Consult), Some("visit")));
    let contexts: BTreeSet<&str> = lexicon.contexts.iter().map(|c| c.id.as_str()).collect();
    for code in lexicon.exchange.cameo_codes() {
        for context in &code.contexts {
            assert!(contexts.contains(context.as_str()), "{}: {context}", code.code);
        }
    }
}

/// What is written as a code and read again has the same type, and the same mode where CAMEO knows it.
#[test]
fn every_type_and_mode_is_written_as_a_code_that_says_its_type() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    // CAMEO tells these as acts of another type.
    let other_type = [("RETREAT", "ceasefire"), ("RETREAT", "resign"), ("COERCE", "ban")];
    let files = common::lexicon_files();
    let text = files.iter().find(|(path, _)| path == "events/types.tsv").map_or("", |(_, text)| text);
    let (mut n, mut same_mode) = (0, 0);
    for row in text.lines().filter(|l| !l.starts_with('#')).skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let kind = EventType::parse(cells[0]).expect("a type");
        let mode = Some(cells[1]).filter(|m| !m.is_empty());
        for dialect in [Dialect::Icews, Dialect::Gdelt] {
            let code = lexicon.exchange.cameo_of(kind, mode, &[], dialect).unwrap_or_else(|| panic!("{row}"));
            assert!(code.dialect.is_none_or(|d| d == dialect), "{row}: {} is not in this list", code.code);
            if !other_type.contains(&(cells[0], cells[1])) {
                assert_eq!(code.kind, Some(kind), "{row}: {}", code.code);
            }
            same_mode += usize::from(code.mode.as_deref() == mode);
            n += 1;
        }
    }
    assert!(n > 180 && same_mode > 120, "{n} {same_mode}");
    let written = |kind, mode, context: &str, dialect| {
        let contexts = [context.to_string()];
        lexicon.exchange.cameo_of(kind, mode, &contexts, dialect).map_or("", |c| c.code.as_str())
    };
    for (kind, mode, context, icews, gdelt) in [
        (EventType::Aid, None, "military", "072", "072"),
        (EventType::Aid, None, "election", "070", "070"),
        (EventType::Request, Some("meet"), "", "106", "108"),
        (EventType::Request, Some("yield"), "", "105", "100"),
        (EventType::Request, Some("yield"), "military", "105", "107"),
        (EventType::Assault, Some("drone"), "", "1952", "195"),
        (EventType::Coerce, Some("cyber"), "", "176", "170"),
        (EventType::Reject, Some("assist"), "legal", "1213", "121"),
        (EventType::Accuse, None, "", "110", "110"),
    ] {
        assert_eq!(written(kind, mode, context, Dialect::Icews), icews, "{kind} {mode:?} {context}");
        assert_eq!(written(kind, mode, context, Dialect::Gdelt), gdelt, "{kind} {mode:?} {context}");
    }
}

#[test]
fn what_the_exchange_tables_mean_is_there() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let lexicon = reader.lexicon();
    let (mut missing, mut n) = (Vec::new(), 0);
    let files = common::lexicon_files();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("exchange/")) {
        for row in text.lines().filter(|l| !l.starts_with('#')).skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let key = cells[1].split('/').next().unwrap_or("");
            let known = match path.as_str() {
                "exchange/countries.tsv" => lexicon.is_state(key),
                "exchange/names.tsv" => {
                    cells[1] == "-" || lexicon.actor(key).is_some() || !lexicon.meanings(cells[1]).is_empty()
                }
                _ => continue,
            };
            n += 1;
            if !known {
                missing.push(row);
            }
        }
    }
    assert!(missing.is_empty() && n > 300, "{n} rows; nobody bears these: {missing:#?}");
}

#[test]
fn states_bear_the_codes_of_other_data_sets_on_their_days() {
    let reader = common::reader().unwrap_or_else(|faults| panic!("{}", common::list(&faults)));
    let states = &reader.lexicon().exchange.states;
    let files = common::lexicon_files();
    let text = files.iter().find(|(path, _)| path == "actors/states.tsv").map_or("", |(_, text)| text);
    let keys: BTreeSet<&str> =
        text.lines().filter(|l| !l.starts_with('#')).skip(1).filter_map(|l| l.split('\t').next()).collect();
    let missing: Vec<&&str> = keys.iter().filter(|key| states.rows(key).is_empty()).collect();
    assert!(keys.len() > 230 && missing.is_empty(), "no codes for {missing:?}");
    let unknown: BTreeSet<&str> =
        states.all().iter().map(|s| s.iso3.as_str()).filter(|key| !keys.contains(key)).collect();
    assert!(unknown.is_empty(), "not among our states: {unknown:?}");
    // Neither list gives one number to two states on one day, but for keys of ours that are one state to both.
    for day in [1950, 1975, 1985, 1995, 2005, 2015, 2025].map(|year| jiff::civil::date(year, 6, 15)) {
        for (list, number) in [("cow", 0), ("gw", 1)] {
            let mut bearers = std::collections::BTreeMap::<u16, Vec<&str>>::new();
            for row in keys.iter().filter_map(|key| states.on(key, day)) {
                if let Some(n) = [row.cow, row.gw][number] {
                    bearers.entry(n).or_default().push(&row.iso3);
                }
            }
            let shared: Vec<_> =
                bearers.into_iter().filter(|(n, b)| b.len() > 1 && ![365, 816].contains(n)).collect();
            assert!(shared.is_empty(), "{list} on {day}: {shared:?}");
        }
    }
    // Codes of one kind name one state.
    for row in states.all().iter().filter(|row| !row.fips.is_empty()) {
        let found = states.of_fips(&row.fips).map(|s| s.iso3.as_str());
        assert!(found == Some(&row.iso3) || row.fips == "YI", "{} is {found:?} and {}", row.fips, row.iso3);
    }
    for row in states.all() {
        assert_eq!(states.of_cameo(&row.cameo).map(|s| s.iso3.as_str()), Some(row.iso3.as_str()));
    }
    for (key, day, cow, gw) in [
        ("DEU", "1980-01-01", Some(260), Some(260)),
        ("DEU", "1990-10-02", Some(260), Some(260)),
        ("DEU", "1990-10-03", Some(255), Some(260)),
        ("DDR", "1990-10-02", Some(265), Some(265)),
        ("DDR", "1990-10-03", None, None),
        ("YEM", "1989-01-01", Some(678), Some(678)),
        ("YEM", "1990-05-22", Some(679), Some(678)),
        ("YMD", "1989-01-01", Some(680), Some(680)),
        ("YMD", "1990-05-22", None, None),
        ("YUG", "1999-04-01", Some(345), Some(345)),
        ("SCG", "2005-01-01", Some(345), Some(345)),
        ("SRB", "2006-06-04", None, None),
        ("SRB", "2007-01-01", Some(345), Some(340)),
        ("MNE", "2006-06-04", None, Some(341)),
        ("MNE", "2006-06-12", Some(341), Some(341)),
        ("KOS", "2008-02-16", None, None),
        ("KOS", "2010-01-01", Some(347), Some(347)),
        ("SUN", "1980-01-01", Some(365), Some(365)),
        ("SUN", "1991-12-26", None, None),
        ("RUS", "1991-12-26", Some(365), Some(365)),
        ("SDN", "2011-07-10", Some(625), Some(625)),
        ("SSD", "2011-07-08", None, None),
        ("SSD", "2011-07-09", Some(626), Some(626)),
        ("VNM", "1980-01-01", Some(816), Some(816)),
        ("VDR", "1970-01-01", Some(816), Some(816)),
        ("RVN", "1970-01-01", Some(817), Some(817)),
        ("RVN", "1975-05-01", None, None),
        ("CSK", "1992-12-31", Some(315), Some(315)),
        ("CZE", "1993-01-01", Some(316), Some(316)),
        ("SVK", "1993-01-01", Some(317), Some(317)),
        ("ETH", "1992-01-01", Some(530), Some(530)),
        ("ERI", "1993-05-23", None, None),
        ("ERI", "1993-05-24", Some(531), Some(531)),
        ("KIR", "1990-01-01", None, Some(970)),
        ("NRU", "2010-01-01", Some(970), Some(971)),
        ("PSE", "2010-01-01", None, None),
    ] {
        let on = states.on(key, day.parse().expect("a day"));
        assert_eq!((on.and_then(|s| s.cow), on.and_then(|s| s.gw)), (cow, gw), "{key} on {day}");
    }
    for (fips, key) in [
        ("IZ", "IRQ"),
        ("IS", "ISR"),
        ("AS", "AUS"),
        ("UP", "UKR"),
        ("RS", "RUS"),
        ("CH", "CHN"),
        ("SZ", "CHE"),
    ] {
        assert_eq!(states.of_fips(fips).map(|s| s.iso3.as_str()), Some(key), "{fips}");
    }
    for (cameo, key) in [("ROM", "ROU"), ("TMP", "TLS"), ("MTN", "MNE"), ("SSD", "SSD")] {
        assert_eq!(states.of_cameo(cameo).map(|s| s.iso3.as_str()), Some(key), "{cameo}");
    }
}
