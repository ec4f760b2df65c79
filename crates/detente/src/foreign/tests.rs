use std::io::Read;

use super::party::Hint;
use super::*;

/// Invented states, persons, groups and the tables that translate.
fn lexicon() -> Lexicon {
    let states = "key\tkind\tsector\tcountry\tnames\tadjectives\tpeople\tcapital\tseats\tfrom\tto\twikidata\tsource\n\
                  XAV\tstate\tGOV\tXAV\tAvaria\tAvarian\tAvarians\tAvar City\t\t\t\t\tinvented\n\
                  XBE\tstate\tGOV\tXBE\tBelmora\tBelmoran\tBelmorans\tMorstad\t\t\t\t\tinvented\n";
    let groups = "key\tkind\tsector\tcountry\tnames\tadjectives\tpeople\tcapital\tseats\tfrom\tto\twikidata\tsource\n\
                  Labour of Avaria\tparty\tPTY\tXAV\tLabour of Avaria|Labour Party\t\t\t\t\t\t\t\tinvented\n\
                  Labour of Belmora\tparty\tPTY\tXBE\tLabour of Belmora|Labour Party\t\t\t\t\t\t\t\tinvented\n\
                  League of Straits\torganisation\tIGO\t\tLeague of Straits\t\t\t\t\t\t\t\tinvented\n\
                  Red Dawn\tgroup\tREB\tXBE\tRed Dawn\t\t\t\t\t\t\t\tinvented\n";
    // A kind of its own in another table: the League is an organisation.
    let people = "name\tnames\tkey\toffice\tsector\tcountry\tfrom\tto\twikidata\tsource\n\
                  Anna Lind\tAnna Lind\tXAV\tpresident\tGOV\tXAV\t2010-01-01\t2014-06-30\t\tinvented\n\
                  Bo Karl-Erik\tBo Karl-Erik\tXBE\tminister\tGOV\tXBE\t2010-01-01\t\t\tinvented\n\
                  Cyril Ost\tCyril Ost\tXAV\tminister\tGOV\tXAV\t2000-01-01\t2003-01-01\t\tinvented\n\
                  Cyril Ost\tCyril Ost\tLeague of Straits\tsecretary-general\tIGO\t\t2004-01-01\t2008-01-01\t\tinvented\n\
                  Dora Falk\tDora Falk\tXAV\tgeneral\tMIL\tXAV\t2012-01-01\t2013-01-01\t\tinvented\n\
                  Dora Falk II\tDora Falk\tXBE\tminister\tGOV\tXBE\t2016-01-01\t2017-01-01\t\tinvented\n\
                  Igor Vasin\tIgor Vasin\tXBE\tforeign minister\tGOV\tXBE\t2012-01-01\t\t\tinvented\n";
    let roles = "noun\tkind\tsector\tacts_for_state\tsource\n\
                 army\tbody\tMIL\tyes\tinvented\nbank\tbody\tBUS\tno\tinvented\n\
                 bishop\toffice\tREL\tno\tinvented\nministry\tbody\tGOV\tyes\tinvented\n";
    let scale = "type\tmode\tscore\tannounced\tvowed\trefused\n\
                 AID\t\t10\t\t\t\nASSAULT\t\t-9\t\t\t\nCONSULT\t\t2.5\t\t\t\nCONSULT\tvisit\t4\t\t\t\n";
    let relations = "relation\tcameo\ttype\tmode\tway\ttwin\n\
                     Consult\t040\tCONSULT\t\tmutual\t\n\
                     Host a visit\t043\tCONSULT\tvisit\treversed\t042\n\
                     Make a visit\t042\tCONSULT\tvisit\t\t042\n\
                     Make statement\t010\t\t\t\t\n\
                     Provide military protection or peacekeeping\t074\tAID\t\t\t074\n\
                     Receive deployment of peacekeepers\t0861\tAID\t\treversed\t074\n\
                     Use unconventional violence\t180\tASSAULT\t\t\t\n";
    let files = [
        ("actors/states.tsv", states),
        ("actors/groups.tsv", groups),
        ("actors/people.tsv", people),
        ("roles/roles.tsv", roles),
        ("events/types.tsv", scale),
        ("exchange/relations.tsv", relations),
        ("exchange/countries.tsv", "country\tkey\nBelmora, Republic of\tXBE\n"),
        (
            "exchange/roles.tsv",
            "role\tsector\tacts_for_state\nCabinet / Council\tGOV\tyes\nCitizen\tCVL\tno\nMilitant\tREB\tno\n",
        ),
        (
            "exchange/names.tsv",
            "name\tmeans\nDawn of Red\tRed Dawn\nHill folk\tXBE/CVL\nLady Lind\tAnna Lind\nSomebody\t-\n",
        ),
        (
            "exchange/sectors.tsv",
            "foreign_sector\tsector\tacts_for_state\nElite\tELI\tno\nExecutive\tGOV\tyes\nParties\tPTY\tno\n",
        ),
        ("exchange/titles.tsv", "title\nDr.\n"),
    ];
    let files = files.map(|(path, text)| (path.to_string(), text.to_string()));
    Lexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Rows of a table of four columns, in cells with bars between.
fn table(lexicon: &Lexicon, rows: &[&str]) -> Vec<Result<ForeignEvent, Skipped>> {
    let text = rows.iter().map(|row| row.replace('|', "\t") + "\n").collect::<String>();
    let text = format!("date\tsource\trelation\ttarget\n{text}");
    read(lexicon, Format::Table, text.as_bytes()).unwrap_or_else(|e| panic!("{e}")).collect()
}

/// actor, recipient and type of those that were translated; the cause of the others.
fn told(rows: &[Result<ForeignEvent, Skipped>]) -> Vec<String> {
    let one = |row: &Result<ForeignEvent, Skipped>| match row {
        Ok(e) => format!("{} {} {}", e.actor.key, e.kind, e.recipient.key),
        Err(skipped) => format!("{}: {}", skipped.row, skipped.why.cause()),
    };
    rows.iter().map(one).collect()
}

fn key(lexicon: &Lexicon, name: &str, day: &str, hint: Hint) -> String {
    let day = day.parse().unwrap_or_else(|e| panic!("{e}"));
    Parties::new(lexicon).find(name, day, hint).key
}

fn on(name: &str, day: &str) -> String {
    key(&lexicon(), name, day, Hint::default())
}

#[test]
fn a_row_becomes_an_event_with_type_place_on_the_scale_and_parties() {
    let lexicon = lexicon();
    let rows = table(&lexicon, &["2012-05-01|Anna Lind|Use unconventional violence|Militant (Belmora)"]);
    let event = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
    assert_eq!((event.row, event.day.to_string().as_str()), (2, "2012-05-01"));
    assert_eq!((event.kind, event.scale, event.mutual), (EventType::Assault, -9.0, false));
    assert_eq!((event.actor.key.as_str(), event.actor.name.as_str()), ("XAV", "Anna Lind"));
    assert_eq!((event.recipient.key.as_str(), event.recipient.sector.as_deref()), ("XBE/REB", Some("REB")));
    assert_eq!(event.words, "Use unconventional violence");
}

#[test]
fn an_act_that_is_told_from_both_sides_is_one() {
    let lexicon = lexicon();
    let rows = table(
        &lexicon,
        &[
            "2012-05-01|Avaria|Consult|Belmora",
            "2012-05-01|Belmora|Consult|Avaria",
            "2012-05-02|Belmora|Consult|Avaria",
            "2012-05-02|Avaria|Host a visit|Belmora",
            "2012-05-02|Belmora|Make a visit|Avaria",
            "2012-05-02|Avaria|Make a visit|Belmora",
            "2012-05-03|Avaria|Receive deployment of peacekeepers|Belmora",
            "2012-05-03|Belmora|Provide military protection or peacekeeping|Avaria",
            "2012-05-04|Avaria|Use unconventional violence|Belmora",
            "2012-05-04|Belmora|Use unconventional violence|Avaria",
        ],
    );
    assert_eq!(
        told(&rows),
        [
            "XAV CONSULT XBE",
            "3: told from the other side already",
            "XBE CONSULT XAV",
            "XBE CONSULT XAV",
            "6: told from the other side already",
            "XAV CONSULT XBE",
            "XBE AID XAV",
            "9: told from the other side already",
            "XAV ASSAULT XBE",
            "XBE ASSAULT XAV",
        ]
    );
    assert!(rows[0].as_ref().is_ok_and(|e| e.mutual) && rows[3].as_ref().is_ok_and(|e| !e.mutual));
}

#[test]
fn rows_that_cannot_be_translated_are_counted_by_their_cause() {
    let lexicon = lexicon();
    let rows = table(
        &lexicon,
        &[
            "2012-05-01|Avaria|Make statement|Belmora",
            "2012-13-01|Avaria|Consult|Belmora",
            "yesterday|Avaria|Consult|Belmora",
            "2012-05-01|NA|Consult|Belmora",
            "2012-05-01|Avaria|Consult|",
            "2012-05-01|Avaria|Sing together|Belmora",
            "2012-05-01|Avaria|Consult",
            "2012-05-01|Avaria|Consult|Belmora|surplus",
            "2012-05-01|Avaria|Consult|Belmora||",
            "",
            "date|source|relation|target",
            "2012-05-01 00:00:00|Avaria|CONSULT|Belmora, Republic of",
        ],
    );
    assert_eq!(
        told(&rows),
        [
            "2: no PLOVER type (statements, comments)",
            "3: no day",
            "4: no day",
            "5: no source or target",
            "6: no source or target",
            "7: unknown relation",
            "8: wrong number of cells",
            "9: wrong number of cells",
            "XAV CONSULT XBE",
            "XAV CONSULT XBE",
        ]
    );
    assert_eq!(
        rows[5].as_ref().err().map(|s| s.why.to_string()),
        Some("the relation “Sing together” is not in lexicon/exchange/relations.tsv".into())
    );
}

#[test]
fn rows_of_icews_bring_story_publisher_and_place() {
    let lexicon = lexicon();
    let header = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\t\
                  Target Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\t\
                  Province\tCountry\tLatitude\tLongitude\n";
    let row = |id: &str, source: &str, relation: &str, target: &str, sentence: &str| {
        format!(
            "{id}\t2012-05-01\t{source}\tExecutive,Parties\tAvaria\t{relation}\t40\t1\t{target}\tNA\tBelmora\t77\t{sentence}\t\
             Daily\tAvar City\tNA\tNorth\tAvaria\t51.5\t-0.25\n"
        )
    };
    let text = [
        header.to_string(),
        row("1", "Zoe Ark", "Consult", "Belmora", "2"),
        row("2", "Belmora", "Consult", "Zoe Ark", "2"),
        // Another sentence tells it again: another report.
        row("3", "Belmora", "Consult", "Zoe Ark", "4"),
        row("3", "Zoe Ark", "Use unconventional violence", "Belmora", "5"),
        header.to_string(),
        // A text that is new, with a code that is not; its nought is lost.
        row("5", "Zoe Ark", "Confer", "Belmora", "6"),
    ]
    .concat();
    let rows: Vec<_> =
        read(&lexicon, Format::Icews, text.as_bytes()).unwrap_or_else(|e| panic!("{e}")).collect();
    assert_eq!(
        told(&rows),
        [
            "XAV CONSULT XBE",
            "3: told from the other side already",
            "XBE CONSULT XBE/CVL",
            "5: event id there already",
            "XAV CONSULT XBE"
        ]
    );
    let event = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
    assert_eq!(
        (event.id.as_deref(), event.story.as_deref(), event.sentence),
        (Some("1"), Some("77"), Some(2))
    );
    assert_eq!(event.publisher.as_deref(), Some("Daily"));
    // Nobody knows her; the data set says that she is of the executive.
    assert_eq!((event.actor.key.as_str(), event.actor.sector.as_deref()), ("XAV", Some("GOV")));
    let place = event.place.clone().unwrap_or_default();
    assert_eq!((place.extracted_place.as_str(), place.admin1.as_deref()), ("Avar City", Some("North")));
    assert_eq!((place.lat, place.lon, place.country_code.as_deref()), (Some(51.5), Some(-0.25), Some("XAV")));
}

#[test]
fn bytes_that_are_no_utf_8_are_latin_1() {
    let lexicon = lexicon();
    let mut bytes = b"date\tsource\trelation\ttarget\n2012-05-01\tAnn\xe9\tConsult\tBelmora\n".to_vec();
    bytes.extend("2012-05-02\tAnné\tConsult\tBelmora\n".bytes());
    let rows: Vec<_> =
        read(&lexicon, Format::Table, bytes.as_slice()).unwrap_or_else(|e| panic!("{e}")).collect();
    let names: Vec<&str> = rows.iter().flatten().map(|e| e.actor.name.as_str()).collect();
    assert_eq!(names, ["Anné", "Anné"]);
    assert!(rows.iter().flatten().all(|e| e.actor.key == UNKNOWN));
}

#[test]
fn a_file_that_is_no_such_table_says_what_is_missing() {
    let lexicon = lexicon();
    let fault = |format, text: &str| {
        read(&lexicon, format, text.as_bytes()).err().map(|e| e.to_string()).unwrap_or_default()
    };
    let text = fault(Format::Table, "date\tsource\trelation\nx\ty\tz\n");
    assert!(text.contains("lacks the column target") && text.contains("date | source | relation"), "{text}");
    assert!(fault(Format::Table, "date,source,relation,target\n").contains("separated by tabs"));
    assert!(fault(Format::Icews, "date\tsource\trelation\ttarget\n").contains("import table FILE"));
    assert!(
        fault(Format::Table, "Event Date\tSource Name\tEvent Text\tTarget Name\n")
            .contains("import icews FILE")
    );
    assert!(fault(Format::Table, "\n\n").contains("the file is empty"));
    // The order of the columns, their case, and a mark of the byte order do not matter.
    let text = "\u{feff}Target\tRelation\tDATE\tSource\nBelmora\tConsult\t2012-05-01\tAvaria\n";
    let rows: Vec<_> =
        read(&lexicon, Format::Table, text.as_bytes()).unwrap_or_else(|e| panic!("{e}")).collect();
    assert_eq!(told(&rows), ["XAV CONSULT XBE"]);
}

#[test]
fn a_line_without_end_and_a_file_that_breaks_off_are_told() {
    struct Broken(usize);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("bad block"));
            }
            let n = self.0.min(buffer.len());
            buffer[..n].fill(b'x');
            self.0 -= n;
            Ok(n)
        }
    }
    let lexicon = lexicon();
    let start = "date\tsource\trelation\ttarget\n";
    let long = "y".repeat(LONGEST as usize + 9) + "\n2012-05-01\tAvaria\tConsult\tBelmora\n";
    let input = io::BufReader::new(start.as_bytes().chain(long.as_bytes()).chain(Broken(9)));
    let rows: Vec<_> = read(&lexicon, Format::Table, input).unwrap_or_else(|e| panic!("{e}")).collect();
    assert_eq!(told(&rows), ["2: line too long", "XAV CONSULT XBE", "4: file breaks off"]);
    assert_eq!(rows[2].as_ref().err().map(|s| s.why.clone()), Some(Why::Broken("bad block".into())));
}

#[test]
fn persons_act_for_their_office_on_the_day() {
    for (day, wanted) in
        [("2012-05-01", "XAV"), ("2014-08-01", "XAV"), ("2018-01-01", "XAV/ELI"), ("2005-01-01", "XAV/ELI")]
    {
        assert_eq!(on("Anna Lind", day), wanted, "{day}");
        assert_eq!(on("Lady Lind", day), wanted, "{day}");
    }
    // Whoever has left an international body is of his country.
    for (day, wanted) in [("2002-01-01", "XAV"), ("2006-01-01", "League of Straits")] {
        assert_eq!(on("Cyril Ost", day), wanted, "{day}");
    }
    // Two of one name: whoever is in office; else nobody.
    for (day, wanted) in [("2012-05-01", "XAV"), ("2016-05-01", "XBE"), ("2014-09-01", UNKNOWN)] {
        assert_eq!(on("Dora Falk", day), wanted, "{day}");
    }
}

#[test]
fn the_answer_of_another_day_is_not_kept() {
    let lexicon = lexicon();
    let mut parties = Parties::new(&lexicon);
    let mut keys = Vec::new();
    for day in ["2012-05-01", "2018-01-01", "2012-05-01"] {
        let day = day.parse().unwrap_or_else(|e| panic!("{e}"));
        keys.push(parties.find("Anna Lind", day, Hint::default()).key);
    }
    assert_eq!(keys, ["XAV", "XAV/ELI", "XAV"]);
    assert_eq!(parties.counts().values().sum::<u64>(), 3);
}

#[test]
fn roles_in_brackets_follow_the_rules_of_entity_keys() {
    for (name, wanted) in [
        ("Citizen (Avaria)", "XAV/CVL"),
        ("Citizen (Belmora, Republic of)", "XBE/CVL"),
        ("Cabinet / Council (Avaria)", "XAV"),
        ("Catholic Bishop (Avaria)", "XAV/REL"),
        ("Ministry of Shipping (Belmora)", "XBE"),
        ("Kite Flyer (Belmora)", "XBE/CVL"),
        ("Militant (Red Dawn)", "Red Dawn"),
        ("Militant (Dawn of Red)", "Red Dawn"),
        ("Militant (Hill folk)", "XBE/REB"),
        ("Labour Party (Belmora)", "Labour of Belmora"),
        ("Citizen (Atlantis)", UNKNOWN),
        ("Citizen (Somebody)", UNKNOWN),
    ] {
        assert_eq!(on(name, "2012-05-01"), wanted, "{name}");
    }
}

#[test]
fn names_meet_whatever_their_case_hyphens_and_fullness() {
    for (name, wanted) in [
        ("AVARIA", "XAV"),
        ("red dawn", "Red Dawn"),
        ("Bo Karl Erik", "XBE"),
        ("Bo KARLERIK", "XBE"),
        ("Dr. Anna Lind", "XAV"),
        ("Igor Petrovich Vasin", "XBE"),
        ("Igor P. Vasin", "XBE"),
        ("Avarian Army", "XAV"),
        ("Bank of Belmora", "XBE/BUS"),
        ("Morstad", "XBE"),
        ("Avarians", "XAV/CVL"),
        // A party of two countries, a son, and nobody at all.
        ("Labour Party", UNKNOWN),
        ("Anna Lind Jr.", UNKNOWN),
        ("Zoe Ark", UNKNOWN),
        ("Somebody", UNKNOWN),
    ] {
        assert_eq!(on(name, "2012-05-01"), wanted, "{name}");
    }
}

#[test]
fn what_the_data_set_says_of_a_party_chooses_and_fills_gaps() {
    let lexicon = lexicon();
    let hint = |country, sectors| Hint { country: Some(country), sectors: Some(sectors) };
    for (name, hint, wanted) in [
        ("Zoe Ark", hint("Belmora, Republic of", "Elite,Parties"), "XBE/PTY"),
        ("Zoe Ark", hint("Avaria", "Executive,Parties"), "XAV"),
        ("Zoe Ark", hint("Atlantis", "Executive"), UNKNOWN),
        ("Labour Party", hint("Belmora", "Parties"), "Labour of Belmora"),
        ("Dora Falk", hint("Belmora", "Executive"), "XBE/ELI"),
        // Another country's Anna Lind.
        ("Anna Lind", hint("Belmora", "Parties"), "XBE/PTY"),
    ] {
        assert_eq!(key(&lexicon, name, "2012-05-01", hint), wanted, "{name} {hint:?}");
    }
}

/// The invented states and groups with the tables of codes.
fn coded() -> Lexicon {
    let mut files: Vec<(String, String)> = [
        (
            "actors/states.tsv",
            "key\tkind\tsector\tcountry\tnames\tadjectives\tpeople\tcapital\tseats\tfrom\tto\twikidata\tsource\n\
             XAV\tstate\tGOV\tXAV\tAvaria\tAvarian\tAvarians\tAvar City\t\t\t\t\tinvented\n\
             XBE\tstate\tGOV\tXBE\tBelmora\tBelmoran\tBelmorans\tMorstad\t\t\t\t\tinvented\n",
        ),
        (
            "actors/groups.tsv",
            "key\tkind\tsector\tcountry\tnames\tadjectives\tpeople\tcapital\tseats\tfrom\tto\twikidata\tsource\n\
             League of Straits\torganisation\tIGO\t\tLeague of Straits\t\t\t\t\t\t\t\tinvented\n\
             Red Dawn\tgroup\tREB\tXBE\tRed Dawn\t\t\t\t\t\t\t\tinvented\n",
        ),
        (
            "actors/people.tsv",
            "name\tnames\tkey\toffice\tsector\tcountry\tfrom\tto\twikidata\tsource\n\
             Anna Lind\tAnna Lind\tXAV\tpresident\tGOV\tXAV\t2010-01-01\t2014-06-30\t\tinvented\n",
        ),
        (
            "events/types.tsv",
            "type\tmode\tscore\tannounced\tvowed\trefused\nACCUSE\t\t-3\t\t\t\nASSAULT\t\t-9\t\t\t\n\
             ASSAULT\theavy-weapons\t-9.5\t\t\t\nASSAULT\tcrowd-control\t-7.5\t\t\t\nASSAULT\ttargeted\t-9.5\t\t\t\n\
             CONSULT\t\t2.5\t\t\t\nCONSULT\tvisit\t4\t\t\t\nPROTEST\t\t-5\t\t\t\nPROTEST\tdemo\t-5\t\t\t\n",
        ),
        (
            "exchange/states.tsv",
            "iso3\tfrom\tto\tcow\tgw\tfips\tcameo\tname\nXAV\t\t\t\t\tXA\tXAV\tAvaria\nXBE\t\t\t\t\tXB\tBEL\tBelmora\n",
        ),
    ]
    .map(|(path, text)| (path.to_string(), text.to_string()))
    .into();
    for (path, text) in [
        ("exchange/acts.tsv", include_str!("../../../../lexicon/exchange/acts.tsv")),
        ("exchange/cameo.tsv", include_str!("../../../../lexicon/exchange/cameo.tsv")),
    ] {
        files.push((path.into(), text.into()));
    }
    let parties = include_str!("../../../../lexicon/exchange/parties.tsv");
    // Groups of the world are none of these states.
    let parties = parties.lines().filter(|row| !row.starts_with("cameo-group"));
    let mut parties: Vec<&str> = parties.collect();
    let at = parties
        .iter()
        .position(|row| row.starts_with("cameo-region"))
        .unwrap_or_else(|| panic!("no regions"));
    parties.insert(at, "cameo-group\tRDA\t\t\tRed Dawn\tinvented");
    parties.insert(at, "cameo-group\tLOS\t\t\tLeague of Straits\tinvented");
    files.push(("exchange/parties.tsv".into(), parties.join("\n") + "\n"));
    Lexicon::load(&files).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn all(lexicon: &Lexicon, format: Format, text: &str) -> Vec<Result<ForeignEvent, Skipped>> {
    read(lexicon, format, text.as_bytes()).unwrap_or_else(|e| panic!("{e}")).collect()
}

/// A row of GDELT with so many columns.
fn gdelt(columns: usize, id: &str, day: &str, code: &str, parties: [[&str; 4]; 2]) -> String {
    let mut cells = vec![""; columns];
    (cells[0], cells[1], cells[26]) = (id, day, code);
    for (at, [whole, country, group, role]) in [5, 15].into_iter().zip(parties) {
        (cells[at], cells[at + 2], cells[at + 3], cells[at + 7]) = (whole, country, group, role);
    }
    let (place, added) = if columns == 61 { (52, 59) } else { (50, 56) };
    (cells[place], cells[place + 1], cells[added]) = ("Morstad, North, Belmora", "XB", "20190903");
    let at = if columns == 61 { place + 4 } else { place + 3 };
    (cells[at], cells[at + 1]) = ("51.5", "-0.25");
    if columns != 57 {
        cells[columns - 1] = "https://news.example/1";
    }
    cells.join("\t") + "\n"
}

const AVARIA: [&str; 4] = ["XAVGOV", "XAV", "", "GOV"];
const BELMORA: [&str; 4] = ["BELMIL", "BEL", "", "MIL"];

#[test]
fn gdelt_is_read_with_57_58_and_61_columns() {
    let lexicon = coded();
    for columns in [57, 58, 61] {
        let text = gdelt(columns, "1", "20190902", "042", [AVARIA, BELMORA]);
        let rows = all(&lexicon, Format::Gdelt, &text);
        assert_eq!(told(&rows), ["XAV CONSULT XBE"], "{columns}");
        let event = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
        assert_eq!(
            (event.day.to_string().as_str(), event.words.as_str()),
            ("2019-09-02", "042 Make a visit")
        );
        assert_eq!((event.row, event.id.as_deref(), event.mode.as_deref()), (1, Some("1"), Some("visit")));
        assert_eq!(
            (event.recipient.name.as_str(), event.recipient.sector.as_deref()),
            ("BELMIL", Some("MIL"))
        );
        assert_eq!(event.story.as_deref(), (columns != 57).then_some("https://news.example/1"));
        let place = event.place.clone().unwrap_or_default();
        assert_eq!(
            (place.resolved_place.as_deref(), place.country_code.as_deref()),
            (Some("Morstad"), Some("XBE"))
        );
        assert_eq!((place.lat, place.lon), (Some(51.5), Some(-0.25)), "{columns}");
    }
}

#[test]
fn codes_of_cameo_become_parties() {
    let lexicon = coded();
    for (party, key, sector) in [
        (["XAV", "XAV", "", ""], "XAV", Some("GOV")),
        (["BEL", "BEL", "", ""], "XBE", Some("GOV")),
        (["BELREB", "BEL", "", "REB"], "XBE/REB", Some("REB")),
        (["BELOPP", "BEL", "", "OPP"], "XBE/OPP", Some("OPP")),
        (["BELCOP", "BEL", "", "COP"], "XBE", Some("COP")),
        (["BELRDA", "BEL", "RDA", "REB"], "Red Dawn", Some("REB")),
        (["IGOLOS", "", "LOS", "IGO"], "League of Straits", Some("IGO")),
        // A region, a role without a country, and letters that nobody knows.
        (["EUR", "EUR", "", ""], UNKNOWN, None),
        (["GOV", "", "", "GOV"], UNKNOWN, None),
        (["QQQ", "QQQ", "", ""], UNKNOWN, None),
    ] {
        let rows = all(&lexicon, Format::Gdelt, &gdelt(58, "1", "20190902", "112", [party, AVARIA]));
        let event = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
        assert_eq!((event.actor.key.as_str(), event.actor.sector.as_deref()), (key, sector), "{party:?}");
    }
    // Religion and people without a role are people.
    let mut cells: Vec<String> = gdelt(58, "1", "20190902", "112", [["BELCTH", "BEL", "", ""], AVARIA])
        .split('\t')
        .map(Into::into)
        .collect();
    cells[10] = "CTH".into();
    assert_eq!(told(&all(&lexicon, Format::Gdelt, &cells.join("\t"))), ["XBE/REL ACCUSE XAV"]);
}

#[test]
fn rows_of_gdelt_that_are_no_event_are_counted_by_cause() {
    let lexicon = coded();
    let nobody = ["", "", "", ""];
    let text = [
        gdelt(58, "1", "20190902", "040", [AVARIA, BELMORA]),
        // The other side's telling, the same id, a comment, one party, an unknown code, no day but one of adding.
        gdelt(58, "2", "20190902", "040", [BELMORA, AVARIA]),
        gdelt(58, "1", "20190902", "112", [AVARIA, BELMORA]),
        gdelt(58, "3", "20190902", "010", [AVARIA, BELMORA]),
        gdelt(58, "4", "20190902", "112", [AVARIA, nobody]),
        gdelt(58, "5", "20190902", "999", [AVARIA, BELMORA]),
        gdelt(58, "6", "0", "112", [AVARIA, BELMORA]),
        "7\tshort\n".into(),
        gdelt(61, "8", "20190902", "112", [AVARIA, BELMORA]),
        // 106 demands a withdrawal in GDELT's list.
        gdelt(58, "9", "20190904", "106", [AVARIA, BELMORA]),
    ]
    .concat();
    let rows = all(&lexicon, Format::Gdelt, &text);
    assert_eq!(
        told(&rows),
        [
            "XAV CONSULT XBE",
            "2: told from the other side already",
            "3: event id there already",
            "4: no PLOVER type (statements, comments)",
            "5: one party alone",
            "6: unknown code",
            "XAV ACCUSE XBE",
            "8: wrong number of cells",
            "9: wrong number of cells",
            "XAV REQUEST XBE",
        ]
    );
    assert_eq!(rows[6].as_ref().map(|e| e.day.to_string()).ok().as_deref(), Some("2019-09-03"));
    assert_eq!(rows[9].as_ref().ok().and_then(|e| e.mode.as_deref()), Some("yield"));
    let faults: Vec<bool> = rows.iter().flat_map(|r| r.as_ref().err()).map(|s| s.why.is_fault()).collect();
    assert_eq!(faults, [false, false, false, false, true, true, true]);
}

const POLECAT: &str = "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\tActor Name\t\
    Actor Country\tActor COW\tPrimary Actor Sector\tActor Sectors\tActor Title\tActor Name Raw\tWikipedia Actor ID\t\
    Recipient Name\tRecipient Country\tRecipient COW\tPrimary Recipient Sector\tRecipient Sectors\tRecipient Title\t\
    Recipient Name Raw\tWikipedia Recipient ID\tPlacename\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude\n";

#[test]
fn polecat_is_in_plover_already() {
    let lexicon = coded();
    let row = |id: &str, kind: &str, mode: &str, actor: [&str; 3], recipient: [&str; 3]| {
        let [a, ac, s] = actor;
        let [b, bc, t] = recipient;
        format!(
            "{id}\t2012-05-01\t{kind}\t{mode}\t-2.0\tVERBAL CONFLICT\tNone\t{a}\t{ac}\t2\t{s}\t{s}\tNone\traw name\tNone\t\
             {b}\t{bc}\tNone\t{t}\t{t}\tNone\tNone\tNone\tNone\tMorstad\tNone\tNorth\tXBE\t51.5\t-0.25\n"
        )
    };
    let text = [
        POLECAT.to_string(),
        row("a1", "CONSULT", "visit", ["Anna Lind", "XAV", "GOV"], ["Belmora", "XBE", "GOV"]),
        row("a2", "Assault", "None", ["Zoe Ark", "XBE", "REB"], ["None", "XAV", "CVL"]),
        row("a3", "ACCUSE", "grumble", ["Zoe Ark; Bo Ost", "XBE; XAV", "LEG; GOV"], ["Avaria", "XAV", "GOV"]),
        row("a4", "GRUMBLE", "None", ["Avaria", "XAV", "GOV"], ["Belmora", "XBE", "GOV"]),
        row("a5", "ACCUSE", "None", ["Avaria", "XAV", "GOV"], ["None", "None", "None"]),
    ]
    .concat();
    let rows = all(&lexicon, Format::Polecat, &text);
    assert_eq!(
        told(&rows),
        [
            "XAV CONSULT XBE",
            "XBE/REB ASSAULT XAV/CVL",
            "XBE/LEG ACCUSE XAV",
            "5: unknown type",
            "6: one party alone"
        ]
    );
    let modes: Vec<_> = rows.iter().flatten().map(|e| (e.mode.as_deref(), e.words.as_str())).collect();
    assert_eq!(modes, [(Some("visit"), "CONSULT visit"), (None, "ASSAULT"), (None, "ACCUSE grumble")]);
    let place = rows[0].as_ref().ok().and_then(|e| e.place.clone()).unwrap_or_default();
    assert_eq!((place.country_code.as_deref(), place.admin1.as_deref()), (Some("XBE"), Some("North")));
}

#[test]
fn acled_is_read_with_its_old_names_and_its_new_ones() {
    let lexicon = coded();
    let text = "\u{feff}event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,\
                inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,\
                location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags\n\
                XBE1,05 March 2021,2021,1,Political violence,Battles,Armed clash,Military Forces of Belmora (2010-),,\
                State forces,Red Dawn,,Rebel group,12,,999,Far,Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,\
                \"Forces of Belmora, and \"\"Red Dawn\"\",\nclashed.\",3,\n\
                XBE2,2021-03-06,2021,1,Demonstrations,Protests,Excessive force against protesters,Protesters (Belmora),,\
                Protesters,Police Forces of Belmora (2010-) Riot Police,,1,16,,999,Far,Belmora,North,,,Morstad,51.5,-0.25,1,\
                Daily,National,x,0,\n\
                XBE3,3/7/2021,2021,1,Political violence,Explosions/Remote violence,Shelling/artillery/missile attack,\
                Military Forces of Avaria (2001-),,8,Civilians (Belmora),,7,78,,999,Far,Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,NA,\n\
                XBE4,7 March 2021,2021,1,Demonstrations,Protests,Peaceful protest,Protesters (Belmora),,6,,,0,60,,999,Far,\
                Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,0,\n\
                XBE5,8 March 2021,2021,1,Political violence,Violence against civilians,Attack,Unidentified Armed Group (Belmora),,3,\
                Civilians (Belmora),,7,37,,999,Far,Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,0,\n\
                XBE6,8 March 2021,2021,1,Strategic developments,Strategic developments,Other,Red Dawn,,2,Civilians (Belmora),,7,27,,999,Far,\
                Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,0,\n\
                XBE7,9 March 2021,2021,1,Political violence,Battle-No change of territory,,Red Dawn,,2,Hill Militia,,3,23,,999,Far,\
                Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,0,\n\
                XBE8,9 March 2021,2021,1,Political violence,Singing,Choir,Red Dawn,,2,Hill Militia,,3,23,,999,Far,\
                Belmora,North,,,Morstad,51.5,-0.25,1,Daily,National,x,0,\n";
    let rows = all(&lexicon, Format::Acled, text);
    assert_eq!(
        told(&rows),
        [
            "XBE ASSAULT Red Dawn",
            "XBE ASSAULT XBE/CVL",
            "XAV ASSAULT XBE/CVL",
            "6: one party alone",
            "XBE/UAF ASSAULT XBE/CVL",
            "8: no PLOVER type (statements, comments)",
            "Red Dawn ASSAULT XBE/UAF",
            "10: unknown type",
        ]
    );
    let first = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
    assert_eq!((first.day.to_string().as_str(), first.row, first.mutual), ("2021-03-05", 2, true));
    assert_eq!((first.actor.sector.as_deref(), first.words.as_str()), (Some("MIL"), "Battles: Armed clash"));
    let modes: Vec<_> = rows.iter().flatten().map(|e| e.mode.as_deref()).collect();
    assert_eq!(modes, [None, Some("crowd-control"), Some("heavy-weapons"), None, None]);
}

#[test]
fn two_clashes_of_one_day_are_two() {
    let lexicon = coded();
    let row = "{},2021-03-05,Battles,Armed clash,Military Forces of Belmora (2010-),1,Red Dawn,2,Belmora\n";
    let header = "event_id_cnty,event_date,event_type,sub_event_type,actor1,inter1,actor2,inter2,country\n";
    let text =
        [header.to_string(), row.replace("{}", "A1"), row.replace("{}", "A2"), row.replace("{}", "A1")];
    let rows = all(&lexicon, Format::Acled, &text.concat());
    assert_eq!(told(&rows), ["XBE ASSAULT Red Dawn", "XBE ASSAULT Red Dawn", "4: event id there already"]);
}

#[test]
fn the_ucdp_tells_killings_of_two_sides_and_of_one() {
    let lexicon = coded();
    let text = "id,relid,year,type_of_violence,side_a,side_b,country,where_prec,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low\n\
                11,X-1,2019,1,Government of Belmora,Red Dawn,Belmora,1,North,51.5,-0.25,1,2019-09-02 00:00:00.000,2019-09-02 00:00:00.000,3,5,3\n\
                12,X-2,2019,3,Red Dawn,Civilians,Belmora (Old Belmora),2,North,51.5,-0.25,2,2019-09-02,2019-09-05,3,5,3\n\
                13,X-3,2019,2,Red Dawn,Hill Militia,Belmora,2,North,51.5,-0.25,5,2019-01-01,2019-12-31,3,5,3\n\
                14,X-4,2019,2,Red Dawn,Hill Militia,Belmora,2,North,51.5,-0.25,4,9/1/2019,9/30/2019,3,5,3\n\
                15,X-5,2019,4,Red Dawn,Hill Militia,Belmora,2,North,51.5,-0.25,1,9/1/2019,9/1/2019,3,5,3\n";
    let rows = all(&lexicon, Format::Ucdp, text);
    assert_eq!(
        told(&rows),
        [
            "XBE ASSAULT Red Dawn",
            "Red Dawn ASSAULT XBE/CVL",
            "4: no day in a long span",
            "Red Dawn ASSAULT XBE/REB",
            "6: unknown type"
        ]
    );
    let facts: Vec<_> =
        rows.iter().flatten().map(|e| (e.mutual, e.mode.as_deref(), e.words.as_str())).collect();
    assert_eq!(
        facts,
        [
            (true, None, "state-based conflict"),
            (false, Some("targeted"), "one-sided violence"),
            (true, None, "non-state conflict")
        ]
    );
}

#[test]
fn phoenix_is_read_without_names_of_columns_and_with_them() {
    let lexicon = coded();
    let row = "p1|20190902|2019|09|02|XAVGOVMIL|XAV|GOV|MIL|BELREB|BEL|REB||190|19|3|-10.0|ISSUE,1|51.5|-0.25|Morstad|North|XBE|abc_3|https://news.example|Daily\n";
    for text in [row.to_string(), row.replace('|', "\t")] {
        let rows = all(&lexicon, Format::Phoenix, &text);
        assert_eq!(told(&rows), ["XAV ASSAULT XBE/REB"]);
        let event = rows[0].as_ref().unwrap_or_else(|s| panic!("{s:?}"));
        assert_eq!((event.row, event.publisher.as_deref()), (1, Some("Daily")));
    }
    let text = "eid,story_date,year,month,day,source,source_root,source_agent,source_others,target,target_root,target_agent,target_others,code,root_code,quad_class,goldstein\n\
                1,9/2/2019,2019,9,2,XAVGOV,XAV,GOV,,IGOLOS,IGO,,LOS,\"112\",11,3,-2\n";
    assert_eq!(told(&all(&lexicon, Format::Phoenix, text)), ["XAV ACCUSE League of Straits"]);
}

#[test]
fn files_without_names_of_columns_are_read_by_the_order_of_their_form() {
    let lexicon = coded();
    let mut cells = vec![""; 49];
    for (at, cell) in [
        (0, "7"),
        (5, "3"),
        (14, "Red Dawn"),
        (17, "Civilians"),
        (33, "Belmora"),
        (38, "2019-09-02 00:00:00.000"),
        (39, "2019-09-02 00:00:00.000"),
    ] {
        cells[at] = cell;
    }
    let ucdp = cells.join(",") + "\n";
    assert_eq!(told(&all(&lexicon, Format::Ucdp, &ucdp)), ["Red Dawn ASSAULT XBE/CVL"]);
    assert_eq!(Format::guess(&ucdp), Some(Format::Ucdp));
    let lexicon = self::lexicon();
    let table = "2012-05-01\tAvaria\tConsult\tBelmora\n2012-05-02\tAvaria\tConsult\n";
    let rows = all(&lexicon, Format::Table, table);
    assert_eq!(told(&rows), ["XAV CONSULT XBE", "2: wrong number of cells"]);
    let icews = "1\t2012-05-01\tAvaria\tNULL\tAvaria\tConsult\t040\t1\tBelmora\tNone\tBelmora\t77\t2\tDaily\tNA\tNA\tNA\tAvaria\t51.5\t-0.25\n";
    let rows = all(&lexicon, Format::Icews, icews);
    assert_eq!(told(&rows), ["XAV CONSULT XBE"]);
    assert_eq!(rows[0].as_ref().map(|e| (e.row, e.story.clone())), Ok((1, Some("77".into()))));
    // A row that is cut short is no row of the form.
    let short = icews.rsplit_once('\t').map_or("", |(row, _)| row);
    assert!(read(&lexicon, Format::Icews, short.as_bytes()).is_err());
}

#[test]
fn a_file_of_another_form_is_called_by_its_name() {
    let lexicon = coded();
    let gdelt = gdelt(61, "1", "20190902", "042", [AVARIA, BELMORA]);
    let acled = "event_id_cnty,event_date,event_type,sub_event_type,actor1,inter1,actor2,inter2,country\n";
    let ucdp = "id,type_of_violence,side_a,side_b,date_start,date_end\n";
    let icews = "Event Date\tSource Name\tEvent Text\tTarget Name\n";
    let files = [
        (Format::Gdelt, gdelt.as_str()),
        (Format::Acled, acled),
        (Format::Ucdp, ucdp),
        (Format::Polecat, POLECAT),
        (Format::Icews, icews),
    ];
    for (form, text) in files {
        assert_eq!(Format::guess(text.lines().next().unwrap_or("")), Some(form));
        for (other, _) in files.iter().filter(|(other, _)| *other != form) {
            let error =
                read(&lexicon, *other, text.as_bytes()).err().map(|e| e.to_string()).unwrap_or_default();
            let hint = format!("detente import {} FILE", form.as_str());
            assert!(error.contains(&hint), "{} as {}: {error}", form.as_str(), other.as_str());
        }
    }
    for (bytes, part) in [
        (&b"PAR1\x15\x04"[..], "a Parquet file"),
        (b"SQLite format 3\0", "an SQLite file"),
        (b"a\0b\0\n", "bytes"),
        (b"", "the file is empty"),
        (b"1\t2\t3\n", "57, 58 or 61 cells, and this has 3"),
    ] {
        let error = read(&lexicon, Format::Gdelt, bytes).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains(part), "{error}");
    }
    // A header alone is sound, and holds nothing.
    assert!(all(&lexicon, Format::Acled, acled).is_empty());
}

#[test]
fn ids_of_earlier_files_and_days_with_the_day_first_are_told_to_the_reader() {
    let lexicon = coded();
    let text = "id,type_of_violence,side_a,side_b,country,date_start,date_end\n\
                1,1,Government of Belmora,Red Dawn,Belmora,13/9/2019,13/9/2019\n\
                2,1,Government of Belmora,Red Dawn,Belmora,14/9/2019,14/9/2019\n";
    let rows = read(&lexicon, Format::Ucdp, text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    let rows: Vec<_> =
        rows.slashes(Slashes::DayFirst).without([id_number("2")].into_iter().collect()).collect();
    assert_eq!(told(&rows), ["XBE ASSAULT Red Dawn", "3: in the ledger from an earlier file"]);
    let plain = all(&lexicon, Format::Ucdp, text);
    assert_eq!(told(&plain), ["2: no day", "3: no day"]);
}

/// Whatever bytes come, rows come out or are told; nothing else happens, and every line is accounted for.
#[test]
fn cut_and_stirred_files_are_read_to_their_end() {
    let lexicon = coded();
    let gdelt = gdelt(58, "1", "20190902", "040", [AVARIA, BELMORA]);
    let acled = "event_id_cnty,event_date,event_type,sub_event_type,actor1,inter1,actor2,inter2,country\n\
                 A1,05 March 2021,Battles,Armed clash,Military Forces of Belmora (2010-),1,\"Red Dawn\",2,Belmora\n\
                 A2,3/7/2021,Battles,Armed clash,Military Forces of Belmora (2010-),1,Hill Militia (Belmora),3,Belmora\n";
    let table = "date\tsource\trelation\ttarget\n2012-05-01\tAvaria (1999-\tConsult\tBelmora (\n";
    let odd: [&[u8]; 6] = [b"\"", b"\xff\xfe", "é".as_bytes(), b"\t,|;", b"(1", b"\n\n"];
    for (format, text) in [
        (Format::Gdelt, gdelt.as_str()),
        (Format::Acled, acled),
        (Format::Table, table),
        (Format::Polecat, POLECAT),
    ] {
        let bytes = text.as_bytes();
        for at in (0..bytes.len()).step_by(3) {
            for (n, piece) in odd.iter().enumerate() {
                let mut stirred = bytes[..at].to_vec();
                stirred.extend_from_slice(piece);
                // Every other one is cut here, the rest goes on.
                if n % 2 == 0 {
                    stirred.extend_from_slice(&bytes[at..]);
                }
                for format in [format, Format::Ucdp, Format::Phoenix, Format::Icews] {
                    let Ok(rows) = read(&lexicon, format, stirred.as_slice()) else { continue };
                    let lines = stirred.iter().filter(|b| **b == b'\n').count() as u64 + 1;
                    let all: Vec<u64> = rows
                        .map(|row| match row {
                            Ok(event) => event.row,
                            Err(skipped) => skipped.row,
                        })
                        .collect();
                    assert!(all.is_sorted() && all.iter().all(|row| (1..=lines).contains(row)), "{all:?}");
                }
            }
        }
    }
}
