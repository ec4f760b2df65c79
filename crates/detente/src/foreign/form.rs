//! The forms in which other data sets are given out: which columns hold what, which of them are needed, and in what order
//! they stand where a file has no line of names.
//!
//! Sources: the code books of ICEWS (Dataverse), GDELT 1.0 and 2.0 (event data format), POLECAT (Dataverse), ACLED, UCDP GED,
//! and Phoenix of the Open Event Data Alliance with the historical Phoenix of the Cline Center.

use crate::lexicon::exchange::plain;

/// The forms that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Columns date, source, relation, target.
    Table,
    /// The 20 columns of ICEWS.
    Icews,
    /// GDELT 1.0 (57 or 58 columns) and 2.0 (61), mostly without names of columns.
    Gdelt,
    /// POLECAT: 40 columns, in PLOVER.
    Polecat,
    /// ACLED, in its names of before and after 2019.
    Acled,
    /// The Georeferenced Event Dataset of the UCDP.
    Ucdp,
    /// Phoenix: 26 columns without names, or the historical one with names.
    Phoenix,
}

/// What a column holds. Those of the second party stand as far behind those of the first as [`SIDE`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) enum Field {
    Id,
    Day,
    End,
    Added,
    Act,
    Code,
    Mode,
    Story,
    Sentence,
    Publisher,
    City,
    Province,
    Country,
    Lat,
    Lon,
    Name1,
    Code1,
    Country1,
    Sectors1,
    Group1,
    Creed1,
    RoleA1,
    RoleB1,
    RoleC1,
    Also1,
    Name2,
    Code2,
    Country2,
    Sectors2,
    Group2,
    Creed2,
    RoleA2,
    RoleB2,
    RoleC2,
    Also2,
}

/// From a field of the first party to that of the second.
pub(super) const SIDE: usize = Field::Name2 as usize - Field::Name1 as usize;
/// So many fields.
pub(super) const FIELDS: usize = Field::Also2 as usize + 1;

/// Where each field stands.
pub(super) type Places = [Option<usize>; FIELDS];

/// A column that may be needed: its field, whether it is, and its names.
type Column = (Field, bool, &'static [&'static str]);

use Field::{
    Act, Added, Also1, Also2, City, Code, Code1, Code2, Country, Country1, Country2, Creed1, Creed2, Day,
    End, Group1, Group2, Id, Lat, Lon, Mode, Name1, Name2, Province, Publisher, RoleA1, RoleA2, RoleB1,
    RoleB2, RoleC1, RoleC2, Sectors1, Sectors2, Sentence, Story,
};

const TABLE: &[Column] = &[
    (Day, true, &["date"]),
    (Name1, true, &["source"]),
    (Act, true, &["relation"]),
    (Name2, true, &["target"]),
];

const ICEWS: &[Column] = &[
    (Day, true, &["Event Date"]),
    (Name1, true, &["Source Name"]),
    (Act, true, &["Event Text"]),
    (Name2, true, &["Target Name"]),
    (Id, false, &["Event ID"]),
    (Sectors1, false, &["Source Sectors"]),
    (Country1, false, &["Source Country"]),
    (Code, false, &["CAMEO Code"]),
    (Sectors2, false, &["Target Sectors"]),
    (Country2, false, &["Target Country"]),
    (Story, false, &["Story ID"]),
    (Sentence, false, &["Sentence Number"]),
    (Publisher, false, &["Publisher"]),
    (City, false, &["City"]),
    (Province, false, &["Province"]),
    (Country, false, &["Country"]),
    (Lat, false, &["Latitude"]),
    (Lon, false, &["Longitude"]),
];

const GDELT: &[Column] = &[
    (Day, true, &["SQLDATE", "Day", "Date"]),
    (Code1, true, &["Actor1Code", "Source"]),
    (Code, true, &["EventCode", "CAMEOCode"]),
    (Code2, true, &["Actor2Code", "Target"]),
    (Id, false, &["GlobalEventID", "GLOBALEVENTID"]),
    (Added, false, &["DATEADDED", "Dateadded"]),
    (Name1, false, &["Actor1Name"]),
    (Country1, false, &["Actor1CountryCode"]),
    (Group1, false, &["Actor1KnownGroupCode"]),
    (Creed1, false, &["Actor1EthnicCode"]),
    (Also1, false, &["Actor1Religion1Code"]),
    (RoleA1, false, &["Actor1Type1Code"]),
    (RoleB1, false, &["Actor1Type2Code"]),
    (RoleC1, false, &["Actor1Type3Code"]),
    (Name2, false, &["Actor2Name"]),
    (Country2, false, &["Actor2CountryCode"]),
    (Group2, false, &["Actor2KnownGroupCode"]),
    (Creed2, false, &["Actor2EthnicCode"]),
    (Also2, false, &["Actor2Religion1Code"]),
    (RoleA2, false, &["Actor2Type1Code"]),
    (RoleB2, false, &["Actor2Type2Code"]),
    (RoleC2, false, &["Actor2Type3Code"]),
    (City, false, &["ActionGeo_FullName", "ActionGeo_Fullname"]),
    (Country, false, &["ActionGeo_CountryCode"]),
    (Lat, false, &["ActionGeo_Lat", "ActionGeoLat"]),
    (Lon, false, &["ActionGeo_Long", "ActionGeoLong"]),
    (Story, false, &["SOURCEURL"]),
];

/// What stands where in a file of GDELT without names, up to the places.
const GDELT_ORDER: &[(Field, usize)] = &[
    (Id, 0),
    (Day, 1),
    (Code1, 5),
    (Name1, 6),
    (Country1, 7),
    (Group1, 8),
    (Creed1, 9),
    (Also1, 10),
    (RoleA1, 12),
    (RoleB1, 13),
    (RoleC1, 14),
    (Code2, 15),
    (Name2, 16),
    (Country2, 17),
    (Group2, 18),
    (Creed2, 19),
    (Also2, 20),
    (RoleA2, 22),
    (RoleB2, 23),
    (RoleC2, 24),
    (Code, 26),
];
const GDELT_1: &[(Field, usize)] = &[(City, 50), (Country, 51), (Lat, 53), (Lon, 54), (Added, 56)];
const GDELT_2: &[(Field, usize)] =
    &[(City, 52), (Country, 53), (Lat, 56), (Lon, 57), (Added, 59), (Story, 60)];

const POLECAT: &[Column] = &[
    (Day, true, &["Event Date"]),
    (Act, true, &["Event Type"]),
    (Name1, true, &["Actor Name"]),
    (Name2, true, &["Recipient Name"]),
    (Id, false, &["Event ID"]),
    (Mode, false, &["Event Mode"]),
    (Country1, false, &["Actor Country"]),
    (Sectors1, false, &["Actor Sectors"]),
    (RoleA1, false, &["Primary Actor Sector"]),
    (Also1, false, &["Actor Name Raw"]),
    (Country2, false, &["Recipient Country"]),
    (Sectors2, false, &["Recipient Sectors"]),
    (RoleA2, false, &["Primary Recipient Sector"]),
    (Also2, false, &["Recipient Name Raw"]),
    (City, false, &["City"]),
    (Province, false, &["Province"]),
    (Country, false, &["Country"]),
    (Lat, false, &["Latitude"]),
    (Lon, false, &["Longitude"]),
    (Publisher, false, &["Source"]),
    (Added, false, &["Publication Date"]),
];

const ACLED: &[Column] = &[
    (Day, true, &["event_date"]),
    (Act, true, &["event_type"]),
    (Name1, true, &["actor1"]),
    (Name2, true, &["actor2"]),
    (Id, false, &["event_id_cnty", "event_id_no_cnty", "data_id"]),
    (Mode, false, &["sub_event_type"]),
    (Also1, false, &["assoc_actor_1", "ally_actor_1"]),
    (Code1, false, &["inter1"]),
    (Also2, false, &["assoc_actor_2", "ally_actor_2"]),
    (Code2, false, &["inter2"]),
    (Country, false, &["country"]),
    (Province, false, &["admin1"]),
    (City, false, &["location"]),
    (Lat, false, &["latitude"]),
    (Lon, false, &["longitude"]),
    (Publisher, false, &["source"]),
];

const UCDP: &[Column] = &[
    (Day, true, &["date_start"]),
    (Act, true, &["type_of_violence"]),
    (Name1, true, &["side_a"]),
    (Name2, true, &["side_b"]),
    (Id, false, &["id"]),
    (End, false, &["date_end"]),
    (Country, false, &["country"]),
    (Province, false, &["adm_1"]),
    (City, false, &["where_coordinates", "where_description"]),
    (Lat, false, &["latitude"]),
    (Lon, false, &["longitude"]),
    (Publisher, false, &["source_office"]),
];

/// What stands where in the 49 columns of a release of the UCDP without names.
const UCDP_ORDER: &[(Field, usize)] = &[
    (Id, 0),
    (Act, 5),
    (Name1, 14),
    (Name2, 17),
    (Publisher, 20),
    (City, 25),
    (Province, 27),
    (Lat, 29),
    (Lon, 30),
    (Country, 33),
    (Day, 38),
    (End, 39),
];

/// What stands where in the 20 columns of ICEWS.
const ICEWS_ORDER: &[(Field, usize)] = &[
    (Id, 0),
    (Day, 1),
    (Name1, 2),
    (Sectors1, 3),
    (Country1, 4),
    (Act, 5),
    (Code, 6),
    (Name2, 8),
    (Sectors2, 9),
    (Country2, 10),
    (Story, 11),
    (Sentence, 12),
    (Publisher, 13),
    (City, 14),
    (Province, 16),
    (Country, 17),
    (Lat, 18),
    (Lon, 19),
];

const TABLE_ORDER: &[(Field, usize)] = &[(Day, 0), (Name1, 1), (Act, 2), (Name2, 3)];

const PHOENIX: &[Column] = &[
    (Day, true, &["Date", "story_date"]),
    (Code1, true, &["SourceActorFull", "source"]),
    (Code2, true, &["TargetActorFull", "target"]),
    (Code, true, &["EventCode", "code"]),
    (Id, false, &["EventID", "eid"]),
    (Country1, false, &["SourceActorEntity", "source_root"]),
    (RoleA1, false, &["SourceActorRole", "source_agent"]),
    (Creed1, false, &["SourceActorAttribute", "source_others"]),
    (Country2, false, &["TargetActorEntity", "target_root"]),
    (RoleA2, false, &["TargetActorRole", "target_agent"]),
    (Creed2, false, &["TargetActorAttribute", "target_others"]),
    (Lat, false, &["Lat"]),
    (Lon, false, &["Lon"]),
    (City, false, &["LocationName", "placename"]),
    (Province, false, &["StateName"]),
    (Country, false, &["CountryCode", "countryname"]),
    (Story, false, &["SentenceID", "aid"]),
    (Publisher, false, &["NewsSources", "process"]),
];

const PHOENIX_ORDER: &[(Field, usize)] = &[
    (Id, 0),
    (Day, 1),
    (Code1, 5),
    (Country1, 6),
    (RoleA1, 7),
    (Creed1, 8),
    (Code2, 9),
    (Country2, 10),
    (RoleA2, 11),
    (Creed2, 12),
    (Code, 13),
    (Lat, 18),
    (Lon, 19),
    (City, 20),
    (Province, 21),
    (Country, 22),
    (Story, 23),
    (Publisher, 25),
];

/// A header that was understood, or a first row.
pub(super) struct Header {
    pub places: Places,
    pub columns: usize,
    /// The first line is a row already.
    pub is_row: bool,
}

impl Format {
    /// All forms.
    pub const ALL: &'static [Format] = &[
        Format::Table,
        Format::Icews,
        Format::Gdelt,
        Format::Polecat,
        Format::Acled,
        Format::Ucdp,
        Format::Phoenix,
    ];

    /// The word for it in commands and ledgers.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Icews => "icews",
            Format::Gdelt => "gdelt",
            Format::Polecat => "polecat",
            Format::Acled => "acled",
            Format::Ucdp => "ucdp",
            Format::Phoenix => "phoenix",
        }
    }

    /// What it is called in sentences.
    fn title(self) -> &'static str {
        match self {
            Format::Table => "a plain table",
            Format::Icews => "the form of ICEWS",
            Format::Gdelt => "the form of GDELT",
            Format::Polecat => "the form of POLECAT",
            Format::Acled => "the form of ACLED",
            Format::Ucdp => "the form of the UCDP's GED",
            Format::Phoenix => "the form of Phoenix",
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Format::Table => TABLE,
            Format::Icews => ICEWS,
            Format::Gdelt => GDELT,
            Format::Polecat => POLECAT,
            Format::Acled => ACLED,
            Format::Ucdp => UCDP,
            Format::Phoenix => PHOENIX,
        }
    }

    /// The columns without which nothing can be translated, by the first of their names.
    pub fn needed(self) -> Vec<&'static str> {
        self.columns().iter().filter(|c| c.1).filter_map(|c| c.2.first().copied()).collect()
    }

    /// The last place that a row must reach.
    pub(super) fn last_needed(self, places: &Places) -> usize {
        let needed = self.columns().iter().filter(|c| c.1);
        needed.filter_map(|c| places[c.0 as usize]).max().unwrap_or(0)
    }

    /// Whether cells may stand in quotes and cells be parted by commas: data sets that come out of a spreadsheet.
    fn is_sheet(self) -> bool {
        matches!(self, Format::Acled | Format::Ucdp | Format::Phoenix | Format::Polecat | Format::Gdelt)
    }

    /// What stands between the cells, by the first line.
    pub(super) fn separator(self, first: &str) -> char {
        if !self.is_sheet() {
            return '\t';
        }
        let count = |c: char| first.matches(c).count();
        ['\t', ',', ';', '|'].into_iter().max_by_key(|c| (count(*c), *c == '\t')).unwrap_or('\t')
    }

    /// Reads the first record as names of columns, or as a row of a form that has none.
    ///
    /// # Errors
    /// The needed columns that are missing.
    pub(super) fn header(self, cells: &[&str]) -> Result<Header, Vec<&'static str>> {
        let names: Vec<String> = cells.iter().map(|name| plain(super::unquoted(name))).collect();
        let place = |all: &[&str]| all.iter().find_map(|name| names.iter().position(|n| *n == plain(name)));
        let mut places: Places = [None; FIELDS];
        let mut missing = Vec::new();
        for (field, needed, all) in self.columns() {
            places[*field as usize] = place(all);
            if *needed && places[*field as usize].is_none() {
                missing.extend(all.first().copied());
            }
        }
        if missing.is_empty() {
            return Ok(Header { places, columns: names.len(), is_row: false });
        }
        let number =
            |at: usize| cells.get(at).is_some_and(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()));
        let day = |at: usize| {
            cells
                .get(at)
                .is_some_and(|c| super::day::parse(super::unquoted(c), super::Slashes::MonthFirst).is_some())
        };
        let order: &[&[(Field, usize)]] = match (self, cells.len()) {
            // The last of them has the address of the story, or not.
            (Format::Gdelt, 57) if number(0) => &[GDELT_ORDER, GDELT_1],
            (Format::Gdelt, 58) if number(0) => &[GDELT_ORDER, GDELT_1, &[(Story, 57)]],
            (Format::Gdelt, 61) if number(0) => &[GDELT_ORDER, GDELT_2],
            (Format::Icews, 20) if number(0) && day(1) => &[ICEWS_ORDER],
            (Format::Table, 4) if day(0) => &[TABLE_ORDER],
            (Format::Ucdp, 49) if number(0) && day(38) && day(39) => &[UCDP_ORDER],
            (Format::Phoenix, 25 | 26) if number(2) && number(3) && number(4) => &[PHOENIX_ORDER],
            _ => return Err(missing),
        };
        places = [None; FIELDS];
        for (field, at) in order.iter().flat_map(|list| list.iter()) {
            places[*field as usize] = Some(*at).filter(|at| *at < cells.len());
        }
        Ok(Header { places, columns: cells.len(), is_row: true })
    }

    /// The form that a first line looks like.
    pub fn guess(first: &str) -> Option<Format> {
        let fits = |form: &&Format| {
            let separator = form.separator(first);
            let cells = super::record::cells(first, separator, separator != '\t');
            let cells: Vec<&str> = cells.iter().map(|c| &**c).collect();
            form.header(&cells).is_ok()
        };
        // Names that two forms share decide last.
        let order = [
            Format::Icews,
            Format::Polecat,
            Format::Acled,
            Format::Ucdp,
            Format::Phoenix,
            Format::Gdelt,
            Format::Table,
        ];
        order.iter().find(fits).copied()
    }

    /// "; this is the form of ICEWS: import icews FILE".
    pub(super) fn hint(first: &str) -> String {
        match Format::guess(first) {
            Some(form) => {
                format!("; this looks like {}: detente import {} FILE", form.title(), form.as_str())
            }
            None => String::new(),
        }
    }
}
