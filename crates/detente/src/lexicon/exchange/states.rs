//! States by the codes of other data sets, with their days: numbers of the Correlates of War project and of Gleditsch and
//! Ward, FIPS 10-4, and the country codes of CAMEO (`lexicon/exchange/states.tsv`).

use jiff::civil::Date;

use crate::lexicon::names::Index;
use crate::lexicon::{Fault, Table};

/// What a state is called by others during a span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateCodes {
    /// Our entity key, mostly the ISO 3166 alpha-3 code.
    pub iso3: String,
    /// First day; `None` = open.
    pub from: Option<Date>,
    /// Last day; `None` = open.
    pub to: Option<Date>,
    /// Number in the state system of the Correlates of War project.
    pub cow: Option<u16>,
    /// Number in the list of Gleditsch and Ward.
    pub gw: Option<u16>,
    /// FIPS 10-4, two letters; empty where there is none.
    pub fips: String,
    /// Country code of CAMEO; where its list has none, the key.
    pub cameo: String,
    /// English name.
    pub name: String,
}

impl StateCodes {
    fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// The rows of the table.
#[derive(Default)]
pub struct States {
    /// By key, then by first day.
    rows: Vec<StateCodes>,
    /// First of a key's rows and the one after its last.
    spans: Index<String, (u32, u32)>,
}

impl States {
    /// The rows of a state or territory, the earliest first; empty for an unknown key.
    pub fn rows(&self, iso3: &str) -> &[StateCodes] {
        self.spans.get(iso3).map_or(&[], |(from, to)| &self.rows[*from as usize..*to as usize])
    }

    /// All rows, sorted by key and days.
    pub fn all(&self) -> &[StateCodes] {
        &self.rows
    }

    /// The codes that hold on this day; `None` on days on which neither list has the state.
    pub fn on(&self, iso3: &str, day: Date) -> Option<&StateCodes> {
        self.rows(iso3).iter().find(|row| row.holds(day))
    }

    /// What does not depend on the day (FIPS, CAMEO, the name): the latest row.
    pub fn latest(&self, iso3: &str) -> Option<&StateCodes> {
        self.rows(iso3).last()
    }

    /// The state with this FIPS 10-4 code, whatever its case.
    pub fn of_fips(&self, code: &str) -> Option<&StateCodes> {
        let mut found =
            self.rows.iter().filter(|row| !code.is_empty() && row.fips.eq_ignore_ascii_case(code));
        found.next_back()
    }

    /// The state with this CAMEO country code: one of its list, or else one of our keys.
    pub fn of_cameo(&self, code: &str) -> Option<&StateCodes> {
        self.rows.iter().rev().find(|row| row.cameo == code).or_else(|| self.latest(code))
    }

    /// The state that bore this number of the Correlates of War project on a day.
    pub fn of_cow(&self, number: u16, day: Date) -> Option<&StateCodes> {
        self.bearing(day, |row| row.cow == Some(number))
    }

    /// The state that bore this number of Gleditsch and Ward on a day.
    pub fn of_gw(&self, number: u16, day: Date) -> Option<&StateCodes> {
        self.bearing(day, |row| row.gw == Some(number))
    }

    /// Of two that bear one number on a day, the one that was to end is the state of that day (the Soviet Union, not
    /// the Russia that came after it).
    fn bearing(&self, day: Date, wanted: impl Fn(&StateCodes) -> bool) -> Option<&StateCodes> {
        let ends = |row: &StateCodes| self.latest(&row.iso3).and_then(|r| r.to).unwrap_or(Date::MAX);
        self.rows.iter().filter(|row| wanted(row) && row.holds(day)).min_by_key(|row| ends(row))
    }

    /// Reads the table.
    pub(super) fn add(&mut self, table: &Table, faults: &mut Vec<Fault>) {
        if !table.has(&["iso3", "from", "to", "cow", "gw", "fips", "cameo", "name"], faults) {
            return;
        }
        for row in &table.rows {
            let get = |column: &str| table.get(row, column);
            let mut number = |column: &str| {
                let cell = get(column);
                let number = cell.parse::<u16>().ok();
                if number.is_none() && !cell.is_empty() {
                    faults.push(table.fault(row, format!("`{cell}` under {column} is no number of a state")));
                }
                number
            };
            let (cow, gw) = (number("cow"), number("gw"));
            let from = table.day(row, get("from"), false, faults);
            let to = table.day(row, get("to"), true, faults);
            let iso3 = get("iso3").to_string();
            let cameo = if get("cameo").is_empty() { &iso3 } else { get("cameo") }.to_string();
            if from.zip(to).is_some_and(|(from, to)| from > to) {
                faults.push(table.fault(row, "this span ends before it begins".into()));
                continue;
            }
            let codes = StateCodes {
                from,
                to,
                cow,
                gw,
                fips: get("fips").to_string(),
                cameo,
                name: get("name").to_string(),
                iso3,
            };
            let meets = |old: &StateCodes| {
                old.iso3 == codes.iso3
                    && old.from.is_none_or(|from| codes.to.is_none_or(|to| from <= to))
                    && old.to.is_none_or(|to| codes.from.is_none_or(|from| from <= to))
            };
            if self.rows.iter().any(meets) {
                faults.push(table.fault(row, "another row of this state holds on some of these days".into()));
                continue;
            }
            self.rows.push(codes);
        }
        self.rows.sort_by(|x, y| x.iso3.cmp(&y.iso3).then(x.from.cmp(&y.from)));
        self.spans.clear();
        let mut start = 0;
        for rows in self.rows.chunk_by(|x, y| x.iso3 == y.iso3) {
            let end = start + rows.len() as u32;
            self.spans.insert(rows[0].iso3.clone(), (start, end));
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn states(rows: &str) -> (States, Vec<String>) {
        let text = format!("iso3\tfrom\tto\tcow\tgw\tfips\tcameo\tname\n{rows}");
        let (mut states, mut faults) = (States::default(), Vec::new());
        if let Some(table) = Table::read("states.tsv", &text, &mut faults) {
            states.add(&table, &mut faults);
        }
        (states, faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn codes_hold_on_their_days() {
        let (states, faults) = states(
            "BEL\t1990-01-01\t1999-12-31\t7\t8\tBM\t\tBelmora\nBEL\t2000-01-01\t\t9\t8\tBM\t\tBelmora\n\
             OLD\t1980-01-01\t2001-05-05\t9\t\t\tODL\tOld Belmora\nTER\t\t\t\t\tTT\t\tTerra\n",
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(states.on("BEL", date(1999, 12, 31)).and_then(|s| s.cow), Some(7));
        assert_eq!(states.on("BEL", date(2000, 1, 1)).and_then(|s| s.cow), Some(9));
        assert_eq!(states.on("BEL", date(1989, 12, 31)), None);
        assert_eq!(states.on("TER", date(1, 1, 1)).map(|s| (s.cow, s.gw)), Some((None, None)));
        assert_eq!(states.of_fips("bm").map(|s| s.cow), Some(Some(9)));
        assert_eq!(states.of_fips(""), None);
        assert_eq!(states.of_cameo("ODL").map(|s| s.iso3.as_str()), Some("OLD"));
        assert_eq!(states.of_cameo("BEL").map(|s| s.iso3.as_str()), Some("BEL"));
        // Two bear number 9 for a while: the one that ended is the state of the day.
        assert_eq!(states.of_cow(9, date(2001, 1, 1)).map(|s| s.iso3.as_str()), Some("OLD"));
        assert_eq!(states.of_cow(9, date(2002, 1, 1)).map(|s| s.iso3.as_str()), Some("BEL"));
        assert_eq!(states.of_gw(8, date(1995, 1, 1)).map(|s| s.iso3.as_str()), Some("BEL"));
    }

    #[test]
    fn faults_of_the_table_are_told() {
        let (_, faults) = states(
            "AAA\t1990\t2000\tx\t\t\t\tA\nBBB\t1990\t1980\t\t\t\t\tB\nCCC\t1990\t2000\t\t\t\t\tC\nCCC\t2000-12-31\t\t\t\t\t\tC\n",
        );
        for (fault, part) in
            faults.iter().zip(["no number of a state", "ends before it begins", "another row"])
        {
            assert!(fault.contains(part), "{fault}");
        }
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
}
