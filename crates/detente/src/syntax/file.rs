//! The model file: a line with its form, the name, the tags, the lemmas, the weights of
//! sentence ends, the network, and a check sum over all of it.

use super::ModelError;

/// The first bytes of every model file; the number changes when the form or the features do.
pub const MAGIC: &[u8] = b"detente syntax 4\n";

/// Writes a whole number in groups of seven bits, low groups first.
pub fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a string with its length before it.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    write_varint(text.len() as u64, out);
    out.extend(text.as_bytes());
}

/// The check sum that ends a model file; quick rather than secure.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    let mut stir = |word: u64| {
        sum = (sum.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    };
    for chunk in &mut chunks {
        stir(chunk.iter().rev().fold(0, |w, &b| w << 8 | u64::from(b)));
    }
    for &byte in chunks.remainder() {
        stir(u64::from(byte));
    }
    sum ^ sum >> 29
}

/// Reads the parts of a model file and refuses to run past its end.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], ModelError> {
        if count > self.left() {
            return Err(ModelError("the file is cut short".into()));
        }
        let part = &self.bytes[self.at..self.at + count];
        self.at += count;
        Ok(part)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, ModelError> {
        Ok(self.bytes(1)?[0])
    }

    /// A number as it is stored; it may be none.
    pub(crate) fn float(&mut self) -> Result<f32, ModelError> {
        let bytes = self.bytes(4)?;
        Ok(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(crate) fn varint(&mut self) -> Result<u64, ModelError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        Err(ModelError("a number is too long".into()))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, ModelError> {
        let length = self.varint()? as usize;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| ModelError("a string is not UTF-8".into()))
    }
}
