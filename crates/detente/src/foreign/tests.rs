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
