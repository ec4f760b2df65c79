//! Data sets of others coming in, and two codings held side by side, as a person does it: files, commands, messages, exit
//! status. All rows are invented in the shape of the data sets.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A folder of its own for one test.
struct Desk(TempDir);

/// What the program did.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().expect("a folder for the test"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file for the test");
        path
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_detente"))
            .current_dir(self.0.path())
            .args(args)
            .env_remove("DETENTE_LEDGER")
            .output()
            .expect("the program runs");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8 out"),
            err: String::from_utf8(output.stderr).expect("UTF-8 messages"),
        }
    }
}

/// A row of GDELT 2.0.
fn gdelt(id: u32, day: u32, actor: [&str; 3], code: &str, recipient: [&str; 3]) -> String {
    let mut cells = vec![String::new(); 61];
    cells[0] = id.to_string();
    cells[1] = day.to_string();
    for (at, [country, group, role]) in [(5, actor), (15, recipient)] {
        cells[at] = [country, group, role].concat();
        cells[at + 2] = country.into();
        cells[at + 3] = group.into();
        cells[at + 7] = role.into();
    }
    cells[26] = code.into();
    cells[59] = "20190903101500".into();
    cells[60] = format!("https://news.example/{id}");
    cells.join("\t") + "\n"
}

const ACLED: &str = "event_id_cnty,event_date,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,country,\
                     admin1,location,latitude,longitude,source,notes,fatalities\n\
                     NGA1,02 September 2019,Battles,Armed clash,Military Forces of Nigeria (2015-2023),,1,Boko Haram,,2,Nigeria,North,\
                     Town,11.5,13.2,Daily,\"Shots, and more\nshots.\",3\n\
                     NGA2,2019-09-03,Violence against civilians,Attack,Unidentified Armed Group (Nigeria),,3,Civilians (Nigeria),,7,Nigeria,\
                     North,Town,11.5,13.2,Daily,x,1\n\
                     NGA3,9/4/2019,Protests,Peaceful protest,Protesters (Nigeria),,6,,,0,Nigeria,North,Town,11.5,13.2,Daily,x,0\n";

#[test]
fn every_form_goes_into_one_ledger_with_the_parties_of_our_tables() {
    let desk = Desk::new();
    let rows = [
        gdelt(1, 20190902, ["FRA", "", "GOV"], "042", ["PRT", "", "MIL"]),
        gdelt(2, 20190902, ["IGO", "UNO", ""], "111", ["SYR", "", "REB"]),
        gdelt(3, 20190902, ["ROM", "", ""], "190", ["", "HEZ", ""]),
        gdelt(4, 20190902, ["EUR", "", ""], "112", ["PRT", "", ""]),
        gdelt(5, 20190902, ["FRA", "", ""], "010", ["PRT", "", ""]),
        gdelt(6, 20190902, ["FRA", "", ""], "112", ["", "", ""]),
    ];
    let files = [
        ("gdelt", desk.write("20190903.export.CSV", rows.concat())),
        ("acled", desk.write("acled.csv", ACLED)),
        (
            "ucdp",
            desk.write(
                "ged.csv",
                "id,type_of_violence,side_a,side_b,country,where_prec,date_prec,date_start,date_end,best,high,low\n\
                 7,1,Government of Afghanistan,Taleban,Afghanistan,1,1,2019-09-02 00:00:00.000,2019-09-02 00:00:00.000,3,5,3\n\
                 8,3,Taleban,Civilians,Afghanistan,1,1,2019-09-03,2019-09-03,1,1,1\n",
            ),
        ),
        (
            "phoenix",
            desk.write(
                "events.full.txt",
                "p1|20190902|2019|09|02|USAGOV|USA|GOV||IGOUNO|IGO|UNO||042|04|1|1.9||1|2|Town|North|USA|a_1|https://news.example|Daily\n",
            ),
        ),
        (
            "polecat",
            desk.write(
                "ngecEvents.txt",
                "Event ID\tEvent Date\tEvent Type\tEvent Mode\tActor Name\tActor Country\tPrimary Actor Sector\tRecipient Name\tRecipient Country\tPrimary Recipient Sector\n\
                 a\t2019-09-02\tCONSULT\tvisit\tAngela Merkel\tDEU\tGOV\tEmmanuel Macron\tFRA\tGOV\n\
                 b\t2019-09-02\tASSAULT\tNone\tNone\tMLI\tREB\tNone\tMLI\tCVL\n",
            ),
        ),
    ];
    let mut printed = String::new();
    for (form, file) in &files {
        let file = file.to_str().expect("a path");
        let ran = desk.run(&["import", form, file, "--ledger", "all.db", "--known", "2020-01-01"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{form}: {}", ran.out);
        printed += &desk.run(&["import", form, file, "--to", "tsv"]).out;
        if *form != "gdelt" {
            continue;
        }
        // The same again adds nothing.
        let again = desk.run(&["import", form, file, "--ledger", "all.db"]);
        assert!(again.code == 0 && again.out.contains("has this file already"), "{form}: {}", again.out);
        let quiet = desk.run(&["import", form, file, "--ledger", "all.db", "--resume"]);
        assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
    }
    let acts: Vec<String> = printed
        .lines()
        .filter(|l| !l.starts_with("row\t"))
        .map(|line| {
            let c: Vec<&str> = line.split('\t').collect();
            format!("{} {} {} {} {}", c[1], c[2], c[8], c[9], c[5])
        })
        .collect();
    assert_eq!(
        acts,
        [
            "2019-09-02 FRA CONSULT visit PRT",
            "2019-09-02 UNO ACCUSE disapprove SYR/REB",
            "2019-09-02 ROU ASSAULT  Hezbollah",
            "2019-09-02 UNK ACCUSE allege PRT",
            "2019-09-02 NGA ASSAULT  Boko Haram",
            "2019-09-03 NGA/UAF ASSAULT  NGA/CVL",
            "2019-09-02 AFG ASSAULT  Taliban",
            "2019-09-03 Taliban ASSAULT targeted AFG/CVL",
            "2019-09-02 USA CONSULT visit UNO",
            "2019-09-02 DEU CONSULT visit FRA",
            "2019-09-02 MLI/REB ASSAULT  MLI/CVL",
        ]
    );
}

#[test]
fn several_files_are_taken_in_together_and_a_bad_one_stops_none() {
    let desk = Desk::new();
    let day = |id, day| gdelt(id, day, ["FRA", "", "GOV"], "112", ["PRT", "", ""]);
    // The second file overlaps with the first; the third is packed; the fourth is something else.
    desk.write("a.CSV", [day(1, 20190902), day(2, 20190903)].concat());
    desk.write("b.CSV", [day(2, 20190903), day(3, 20190904)].concat());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(day(4, 20190905).as_bytes()).expect("packed");
    desk.write("c.CSV.gz", packed.finish().expect("packed"));
    desk.write("d.csv", ACLED);
    let args = [
        "import",
        "gdelt",
        "a.CSV",
        "b.CSV",
        "d.csv",
        "c.CSV.gz",
        "--ledger",
        "l.db",
        "--known",
        "2020-01-01",
    ];
    let ran = desk.run(&args);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("d.csv") && ran.err.contains("detente import acled FILE"), "{}", ran.err);
    assert!(ran.out.contains("1 rows left out: 1 in the ledger from an earlier file."), "{}", ran.out);
    let dyad = desk.run(&["dyad", "FRA", "PRT", "--ledger", "l.db"]);
    assert_eq!(dyad.code, 0, "{}", dyad.err);
    // A file whose events are all there adds nothing and is no fault.
    desk.write("e.CSV", day(1, 20190902));
    let ran = desk.run(&["import", "gdelt", "e.CSV", "--ledger", "l.db"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("has all of its 1 events already"), "{}", ran.out);
    // One command or four, the ledger tells the same.
    for file in ["a.CSV", "b.CSV", "c.CSV.gz"] {
        let ran = desk.run(&["import", "gdelt", file, "--ledger", "m.db", "--known", "2020-01-01"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let standing = |ledger| desk.run(&["standing", "FRA", "PRT", "--ledger", ledger, "--to", "csv"]).out;
    assert_eq!(standing("l.db"), standing("m.db"));
    assert!(standing("l.db").lines().count() > 1);
}

#[test]
fn rows_that_were_left_out_are_listed_with_their_cause_and_text() {
    let desk = Desk::new();
    let rows = [
        gdelt(1, 20190902, ["FRA", "", ""], "112", ["PRT", "", ""]),
        gdelt(2, 20190902, ["FRA", "", ""], "010", ["PRT", "", ""]),
        gdelt(3, 20190902, ["FRA", "", ""], "777", ["PRT", "", ""]),
        "a\tb\n".into(),
    ];
    let rows = rows.concat().replace("20190903101500", "?");
    desk.write(
        "x.CSV",
        rows + &gdelt(4, 2, ["FRA", "", ""], "112", ["PRT", "", ""]).replace("20190903101500", "?"),
    );
    let ran = desk.run(&["import", "gdelt", "x.CSV", "--ledger", "l.db", "--rejects", "out.jsonl"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("x.CSV, line 4: 2 cells where the header has 61"), "{}", ran.err);
    assert!(
        ran.err.contains("codes that lexicon/exchange/cameo.tsv does not have: “777” (1)"),
        "{}",
        ran.err
    );
    let listed = fs::read_to_string(desk.0.path().join("out.jsonl")).expect("the list");
    let listed: Vec<serde_json::Value> =
        listed.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let causes: Vec<(&str, &str)> = listed
        .iter()
        .map(|r| (r["place"].as_str().unwrap_or(""), r["kind"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        causes,
        [
            ("line 2", "no PLOVER type (statements, comments)"),
            ("line 3", "unknown code"),
            ("line 4", "wrong number of cells"),
            ("line 5", "no day"),
        ]
    );
    assert_eq!(listed[2]["row"], "a\tb");
    // Nothing of a file that holds names of columns alone, or bytes.
    for (name, bytes, part) in [
        ("head.csv", ACLED.lines().next().unwrap_or("").as_bytes(), "names of columns and no row"),
        ("bytes.csv", &b"\x00\x01\x02\n"[..], "this is no text"),
        ("empty.csv", b"", "the file is empty"),
    ] {
        desk.write(name, bytes);
        let ran = desk.run(&["import", "acled", name, "--ledger", "n.db"]);
        assert!(ran.code == 1 && ran.err.contains(part), "{name}: {}", ran.err);
        assert!(!desk.0.path().join("n.db").exists(), "{name}");
    }
    let ran = desk.run(&["import", "gdelt", "x.CSV", "--ledger", "l.db", "--rejects", "no/such/folder/x"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

/// Two imports of the same days, of which two acts are the same.
fn two_imports(desk: &Desk) {
    let table = |rows: &[&str]| {
        let rows = rows.iter().map(|r| r.replace('|', "\t") + "\n").collect::<String>();
        format!("date\tsource\trelation\ttarget\n{rows}")
    };
    desk.write(
        "one.tsv",
        table(&[
            "2019-09-01|France|Consult|Portugal",
            "2019-09-02|France|Accuse|Portugal",
            "2019-09-05|Citizen (France)|Demonstrate or rally|Portugal",
            "2019-10-01|Germany|Make a visit|France",
            "2019-10-20|Germany|Threaten|France",
        ]),
    );
    desk.write(
        "other.tsv",
        table(&[
            "2019-09-01|Portugal|Consult|France",
            "2019-09-02|France|Praise or endorse|Portugal",
            "2019-10-02|Germany|Make a visit|France",
            "2019-10-20|Germany|Threaten|France",
            "2019-10-20|Italy|Threaten|France",
            "2020-03-01|Italy|Threaten|France",
        ]),
    );
    for name in ["one", "other"] {
        let file = format!("{name}.tsv");
        let ran = desk.run(&["import", "table", &file, "--ledger", "both.db", "--known", "2020-06-01"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
}

#[test]
fn two_codings_of_the_same_days_are_compared() {
    let desk = Desk::new();
    two_imports(&desk);
    let compare = |more: &[&str]| {
        let args = [&["compare", "both.db@one", "both.db@other"][..], more].concat();
        let ran = desk.run(&args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{more:?}");
        ran.out
    };
    let csv = compare(&["--to", "csv"]);
    let line = |csv: &str, by: &str, group: &str| -> Vec<String> {
        let found = csv.lines().find(|l| l.starts_with(&format!("{by},{group},")));
        found.unwrap_or_else(|| panic!("{by} {group} in {csv}")).split(',').map(Into::into).collect()
    };
    // A has five acts, B five of the days of A; consulting and threatening are in both.
    let all = line(&csv, "all", "all");
    assert_eq!(&all[2..9], ["5", "5", "2", "3", "3", "1", "1"]);
    assert_eq!(all[9], "0.4");
    assert_eq!(&line(&csv, "type", "CONSULT")[2..7], ["2", "2", "1", "1", "1"]);
    assert_eq!(&line(&csv, "actor", "ITA")[2..7], ["0", "1", "0", "0", "1"]);
    assert_eq!(&line(&csv, "month", "2019-10")[2..7], ["2", "3", "1", "1", "2"]);
    // A day apart, the visit is in both.
    assert_eq!(&line(&compare(&["--to", "csv", "--days", "1"]), "all", "all")[2..5], ["5", "5", "3"]);
    // The people of a state are the state.
    let states = compare(&["--to", "csv", "--states", "--by", "actor"]);
    assert!(!states.contains("FRA/CVL") && csv.contains("FRA/CVL"), "{states}");
    // The same both ways round, and the same twice.
    assert_eq!(csv, compare(&["--to", "csv"]));
    let turned = desk.run(&["compare", "both.db@other", "both.db@one", "--to", "csv"]).out;
    let turned = line(&turned, "all", "all");
    assert_eq!([&turned[2], &turned[3], &turned[4]], [&all[3], &all[2], &all[4]]);
    // Text and JSON tell where they part, in words.
    let text = compare(&["--sentences", "9"]);
    for part in [
        "2019-09-02 FRA ACCUSE PRT  [one:3]\n      France | Accuse | Portugal\n      B: 2019-09-02 FRA SUPPORT PRT  [other:3]",
        "Only in B:",
        "2019-10-20 ITA THREATEN FRA  [other:6]",
        "of days of which the other does not tell",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&compare(&["--to", "json", "--sentences", "1"])).expect("JSON");
    assert_eq!((json["from"].as_str(), json["a"]["acts"].as_u64()), (Some("2019-09-01"), Some(5)));
    assert_eq!(json["sentences"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["told_otherwise"][0]["a"], "ACCUSE");
}

#[test]
fn ledgers_tables_and_records_of_the_same_reports_agree_wholly() {
    let desk = Desk::new();
    let article = r#"{"id":"m1","published":"2019-08-19","text":"French President Emmanuel Macron met Portuguese Prime Minister Antonio Costa in Lisbon on Friday. Portugal accused Spain of lying on Saturday.","source":"Daily"}"#;
    desk.write("a.jsonl", article);
    for args in [
        &["code", "a.jsonl", "--out", "r.jsonl"][..],
        &["code", "a.jsonl", "--out", "r.parquet"],
        &["add", "a.jsonl", "--ledger", "l.db"],
    ] {
        let ran = desk.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    }
    for (a, b) in [("r.jsonl", "r.parquet"), ("l.db", "r.jsonl"), ("r.parquet", "l.db@reports")] {
        let ran = desk.run(&["compare", a, b, "--to", "csv"]);
        assert_eq!(ran.code, 0, "{a} {b}: {}", ran.err);
        let all: Vec<&str> = ran.out.lines().nth(1).unwrap_or("").split(',').collect();
        assert!(
            all.get(2..5).is_some_and(|n| n[0] == n[1] && n[1] == n[2] && n[0] != "0"),
            "{a} {b}: {}",
            ran.out
        );
    }
    // What cannot be compared says so.
    desk.write("words.txt", "These are words.\nAnd these.\n");
    for (args, code, part) in [
        (["compare", "l.db", "words.txt"], 1, "words.txt: this holds no record"),
        (["compare", "l.db", "nowhere.db"], 1, "nowhere.db: there is no such file"),
        (["compare", "l.db@icews18", "r.jsonl"], 1, "no import of this name"),
        (["compare", "l.db@imports", "r.jsonl"], 1, "nothing in it can be compared"),
    ] {
        let ran = desk.run(&args);
        assert!(ran.code == code && ran.err.contains(part), "{args:?}: {} {}", ran.code, ran.err);
    }
}
