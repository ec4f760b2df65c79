//! What is remembered of a gathered cell, so that a report that comes later need not be laid beside all others again.
//!
//! Of each report it holds where it stands in the order of taking, under which keys it is looked up, and which report
//! opened its event. It is worked out from the reports and can be made anew from them at any time.

use super::telling::{Order, Telling, order};

/// Of this form are the bytes; others are not read.
const FORM: u8 = 1;

/// What is remembered of a cell. Made by [`super::gather_in`] and [`super::regather`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memo {
    /// In the order of taking.
    pub(super) entries: Vec<Entry>,
}

/// What is remembered of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The number by which whoever keeps the reports finds it.
    pub row: i64,
    pub span: Option<(i64, i64)>,
    pub doc: String,
    pub start: u32,
    pub id: String,
    /// By what it is looked up.
    pub keys: Vec<u32>,
    /// Place of the report that opened its event.
    pub opener: u32,
    /// Where it opened one: the number of its name.
    pub name: u64,
}

impl Entry {
    pub fn new(row: i64, telling: &Telling) -> Entry {
        Entry {
            row,
            span: telling.span,
            doc: telling.report.doc.clone(),
            start: telling.report.text_info.start,
            id: telling.report.id.clone(),
            keys: telling.keys.clone(),
            opener: 0,
            name: 0,
        }
    }

    pub fn order(&self) -> Order<'_> {
        order(self.span, &self.doc, self.start, &self.id)
    }
}

impl Memo {
    /// How many reports it remembers.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where it remembers none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// As bytes, some 80 a report.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        let number = |bytes: &mut Vec<u8>, n: u64| {
            let mut n = n;
            while n >= 0x80 {
                bytes.push(n as u8 | 0x80);
                n >>= 7;
            }
            bytes.push(n as u8);
        };
        // Small numbers of either sign are short.
        let signed = |n: i64| (n << 1 ^ n >> 63) as u64;
        number(&mut bytes, self.entries.len() as u64);
        let mut before = 0;
        for (at, entry) in self.entries.iter().enumerate() {
            number(&mut bytes, signed(entry.row));
            match entry.span {
                None => bytes.push(0),
                Some((first, last)) => {
                    bytes.push(1);
                    number(&mut bytes, signed(first.wrapping_sub(before)));
                    number(&mut bytes, signed(last.wrapping_sub(first)));
                    before = first;
                }
            }
            number(&mut bytes, u64::from(entry.start));
            number(&mut bytes, entry.doc.len() as u64);
            bytes.extend(entry.doc.as_bytes());
            let rest = entry.id.strip_prefix(&entry.doc);
            number(&mut bytes, (rest.unwrap_or(&entry.id).len() as u64) << 1 | u64::from(rest.is_some()));
            bytes.extend(rest.unwrap_or(&entry.id).as_bytes());
            number(&mut bytes, entry.keys.len() as u64);
            entry.keys.iter().for_each(|key| bytes.extend(key.to_le_bytes()));
            number(&mut bytes, u64::from(entry.opener));
            if entry.opener as usize == at {
                bytes.extend(entry.name.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads bytes back; `None` where they are damaged or of another form.
    pub fn from_bytes(bytes: &[u8]) -> Option<Memo> {
        let mut rest = bytes.strip_prefix(&[FORM])?;
        let rest = &mut rest;
        let signed = |n: u64| (n >> 1) as i64 ^ -((n & 1) as i64);
        let count = number(rest)?;
        let mut entries = Vec::with_capacity(count.min(bytes.len() as u64 / 8) as usize);
        let mut before: i64 = 0;
        for at in 0..count {
            let row = signed(number(rest)?);
            let span = match take(rest, 1)? {
                [0] => None,
                _ => {
                    let first = before.wrapping_add(signed(number(rest)?));
                    before = first;
                    Some((first, first.wrapping_add(signed(number(rest)?))))
                }
            };
            let start = u32::try_from(number(rest)?).ok()?;
            let doc = text(rest)?;
            let length = number(rest)?;
            let own = std::str::from_utf8(take(rest, usize::try_from(length >> 1).ok()?)?).ok()?;
            let id = if length & 1 == 1 { format!("{doc}{own}") } else { own.to_string() };
            let many = usize::try_from(number(rest)?).ok()?;
            let keys = take(rest, many.checked_mul(4)?)?;
            let keys = keys.as_chunks::<4>().0.iter().map(|key| u32::from_le_bytes(*key)).collect();
            let opener = u32::try_from(number(rest)?).ok().filter(|opener| u64::from(*opener) <= at)?;
            let name =
                if u64::from(opener) == at { u64::from_le_bytes(take(rest, 8)?.try_into().ok()?) } else { 0 };
            entries.push(Entry { row, span, doc, start, id, keys, opener, name });
        }
        rest.is_empty().then_some(Memo { entries })
    }
}

fn take<'b>(rest: &mut &'b [u8], n: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(n)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        n |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(number(rest)?).ok()?;
    Some(std::str::from_utf8(take(rest, length)?).ok()?.to_string())
}
