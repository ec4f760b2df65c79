//! Where reading stands: a pair of numbers that costs nothing to keep and leads back to the same record in a
//! later run over the same inputs. A run that is stopped writes it down, and the next run passes over what lies
//! before it.

use serde::{Deserialize, Serialize};

/// The ordinal of a record among the inputs. Positions grow in the order of reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The number of the file, from 0: files in the order in which they are named, those of a folder in the order
    /// of their names. An input that cannot be read counts too.
    pub input: u64,
    /// The number of the record in that file, from 0, with the records of all files inside it. A record that cannot
    /// be read counts as one that can.
    pub item: u64,
}

impl Position {
    /// The position behind this record: where reading goes on when this record is done with.
    #[must_use]
    pub fn after(self) -> Position {
        Position { item: self.item + 1, ..self }
    }
}
