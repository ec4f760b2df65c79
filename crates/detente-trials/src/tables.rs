//! Parquet files of reports, articles, events, standings and turns that were saved and come back changed.

use detente_tables::read::Columns;
use detente_tables::{Articles, Events, Reports, Row, Standings, Table, Turns, kind};

use crate::{cost, ledger, listen};

/// A Parquet reader makes room for what the file says of itself, up to a bound.
const FLOOR: usize = 128 << 20;

/// A table of ours, or no longer quite.
pub fn reports(bytes: &[u8]) {
    listen();
    let path = ledger::folder().join("saved.parquet");
    std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{e}"));
    let read = || {
        let mut said = Vec::new();
        said.push(format!("{:?}", kind(&path).map_err(|e| e.to_string())));
        said.extend(rows(Reports::open(&path)));
        said.extend(rows(Articles::open(&path)));
        said.extend(rows(Events::open(&path)));
        said.extend(rows(Standings::open(&path)));
        said.extend(rows(Turns::open(&path)));
        if let Ok(columns) = Columns::open(&path) {
            said.push(columns.names().collect::<Vec<_>>().join(","));
        }
        said
    };
    let said = cost::within(bytes.len(), FLOOR, read);
    assert_eq!(said, read(), "the same file gives the same rows");
}

/// Rows and errors as text.
fn rows<R: Row + std::fmt::Debug>(table: Result<Table<R>, detente_tables::TableError>) -> Vec<String> {
    match table {
        Err(e) => vec![e.to_string()],
        Ok(table) => {
            let many = 10_000.max(table.len()).min(100_000) as usize;
            table.take(many).map(|row| row.map_or_else(|e| e.to_string(), |row| format!("{row:?}"))).collect()
        }
    }
}
