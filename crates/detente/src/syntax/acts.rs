//! The network that sees acts: for every word, how much it looks like one that tells a PLOVER event, and for such a
//! word, which words of the sentence name who does it and to whom.
//!
//! It sits on the network that reads syntax (`neural`): what that one makes of a word, its looked-up vector before and
//! after the recurrent layers, goes in together with a row of a table of its own; a few narrow recurrent layers follow.
//! It decides nothing: its sights stand beside the tree in [`super::Syntax::acts`], and the lexicon says what may be
//! made of them (`lexicon/events/learnt.toml`). As below, the same bytes come out on every machine.
//!
//! `training/acts/` holds the same network in Python, trains it and writes its file.

use super::dense::{Dense, Kernel, PANEL, ROWS, Whole};
use super::file::Reader;
use super::neural::{WAYS, carry, dot, floats, normalise, room, signed, way};
use super::{ModelError, body};
use crate::plover::EventType;

/// How many types there are.
pub(super) const TYPES: usize = EventType::ALL.len();

/// The first bytes of the file; the number changes when the form does.
const MAGIC: &[u8] = b"detente acts 1\n";
/// Words below this, in the natural logarithm of the odds, are not looked at further.
const LEAST: f32 = -4.0;
/// Parties below this are not kept.
const LEAST_PARTY: f32 = -4.0;

/// An act as the network sees it in one sentence. Words are counted from the first of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sight {
    pub word: usize,
    pub event: EventType,
    /// Logarithm of the odds that the word tells an event of this type rather than none.
    pub odds: f32,
    /// The same for every type, in the order of [`EventType::ALL`].
    pub types: [f32; TYPES],
    /// Words that may name the actor, with the logarithm of their odds, in the order of the sentence.
    pub actors: Vec<(usize, f32)>,
    /// The same for the recipient.
    pub recipients: Vec<(usize, f32)>,
}

impl Sight {
    /// The same sight in a sentence of which `first` words stand before these.
    pub(super) fn moved(mut self, first: usize) -> Sight {
        self.word += first;
        for (word, _) in self.actors.iter_mut().chain(&mut self.recipients) {
            *word += first;
        }
        self
    }
}

struct Layer {
    enter: Dense,
    leave: Dense,
}

/// The trained network.
pub struct Acts {
    name: String,
    /// Width of what comes in from below: looked-up vector, and the state of its last layer.
    pub(super) word: usize,
    pub(super) wide: usize,
    types: Vec<EventType>,
    own: usize,
    narrow: usize,
    role: usize,
    hidden: usize,
    table: Vec<i8>,
    table_scale: Vec<f32>,
    enter: Dense,
    layers: Vec<Layer>,
    /// Hidden units of the type, then, for actor and recipient, an act's side, then a party's side.
    read: Dense,
    tell: Dense,
    ways: Vec<f32>,
}

/// Room for the work on one sentence.
#[derive(Default)]
pub(super) struct Scratch {
    input: Vec<f32>,
    gates: Vec<f32>,
    state: Vec<f32>,
    normal: Vec<f32>,
    step: Vec<f32>,
    out: Vec<f32>,
    sides: Vec<f32>,
    hidden: Vec<f32>,
    types: Vec<f32>,
}

impl Acts {
    /// Reads the network from the bytes of its file (`models/en/acts.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a network, or are damaged.
    pub fn load(bytes: &[u8]) -> Result<Acts, ModelError> {
        let mut reader = Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let mut size = |most: u64| -> Result<usize, ModelError> {
            match reader.varint()? {
                n if (1..=most).contains(&n) => Ok(n as usize),
                n => Err(ModelError(format!("a size of {n} is out of range"))),
            }
        };
        let [word, wide, own, narrow, role, hidden] = {
            let mut sizes = [0; 6];
            for s in &mut sizes {
                *s = size(1024)?;
            }
            sizes
        };
        let (rows, count, kinds) = (size(1 << 20)?, size(8)?, size(64)?);
        if [word, wide, own, narrow, role, hidden].iter().any(|n| n % PANEL != 0) {
            return Err(ModelError("its layers have widths that this program does not read".into()));
        }
        let types = (0..kinds)
            .map(|_| {
                let name = reader.text()?;
                EventType::parse(name).ok_or_else(|| ModelError(format!("unknown event type {name}")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let table_scale = floats(&mut reader, rows)?;
        let table = signed(reader.bytes(rows * own)?);
        let enter = Dense::load(&mut reader, word + own + wide, narrow)?;
        let mut layers = Vec::new();
        for _ in 0..count {
            let enter = Dense::load(&mut reader, narrow, 3 * narrow)?;
            layers.push(Layer { enter, leave: Dense::load(&mut reader, narrow, narrow)? });
        }
        let read = Dense::load(&mut reader, narrow, hidden + 4 * role)?;
        let tell = Dense::load(&mut reader, hidden, 1 + kinds)?;
        let ways = floats(&mut reader, 2 * WAYS)?;
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than a network".into()));
        }
        Ok(Acts {
            name,
            word,
            wide,
            types,
            own,
            narrow,
            role,
            hidden,
            table,
            table_scale,
            enter,
            layers,
            read,
            tell,
            ways,
        })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rows that a word's form can have in the table, to compare with the network below.
    pub(super) fn rows(&self) -> usize {
        self.table_scale.len()
    }

    /// How many numbers its own table has for a form.
    pub(super) fn own(&self) -> usize {
        self.own
    }

    /// What the table of its own says of a form.
    pub(super) fn form(&self, form: u32) -> impl Iterator<Item = f32> {
        let (form, t) = (form as usize, self.own);
        let scale = self.table_scale[form];
        self.table[form * t..(form + 1) * t].iter().map(move |&v| f32::from(v) * scale)
    }

    /// The acts of the sentences whose words stand at `pieces`. `forms` are the words' rows in the table, `vectors` what they
    /// were looked up as, `states` the last layer's.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    pub(super) fn look<K: Kernel>(
        &self,
        kernel: K,
        forms: &[u32],
        vectors: &[f32],
        states: &[f32],
        pieces: &[std::ops::Range<usize>],
        s: &mut Scratch,
        whole: &mut Whole,
    ) -> Vec<Vec<Sight>> {
        let n = forms.len();
        let rows = n.next_multiple_of(ROWS);
        let (e, t, d, q, r) = (self.word, self.own, self.wide, self.narrow, self.role);
        let k = e + t + d;
        let input = room(&mut s.input, rows * k);
        for (i, &form) in forms.iter().enumerate() {
            let row = &mut input[i * k..(i + 1) * k];
            row[..e].copy_from_slice(&vectors[i * e..(i + 1) * e]);
            for (x, v) in row[e..e + t].iter_mut().zip(self.form(form)) {
                *x = v;
            }
            row[e + t..].copy_from_slice(&states[i * d..(i + 1) * d]);
        }
        self.enter.apply(kernel, input, whole, &mut s.out);
        let state = room(&mut s.state, rows * q);
        let normal = room(&mut s.normal, rows * q);
        for i in 0..n {
            let row = &mut s.out[i * q..(i + 1) * q];
            for v in row.iter_mut() {
                *v = if *v > 0.0 { *v } else { 0.0 };
            }
            normalise(row, &mut state[i * q..(i + 1) * q]);
        }
        let step = room(&mut s.step, rows * q);
        for layer in &self.layers {
            for i in 0..n {
                normalise(&state[i * q..(i + 1) * q], &mut normal[i * q..(i + 1) * q]);
            }
            layer.enter.apply(kernel, normal, whole, &mut s.gates);
            for piece in pieces {
                carry(piece.clone(), 0..q / 2, q, &s.gates, step);
                carry(piece.clone().rev(), q / 2..q, q, &s.gates, step);
            }
            layer.leave.apply(kernel, step, whole, &mut s.out);
            for (state, out) in state[..n * q].iter_mut().zip(&s.out) {
                *state += out;
            }
        }
        for i in 0..n {
            normalise(&state[i * q..(i + 1) * q], &mut normal[i * q..(i + 1) * q]);
        }
        self.read.apply(kernel, normal, whole, &mut s.sides);
        let (m, h) = (self.read.outputs, self.hidden);
        let hidden = room(&mut s.hidden, rows * h);
        for i in 0..n {
            let row = &mut s.sides[i * m..(i + 1) * m];
            // All but an act's own sides are cut at nought.
            for v in row[..h].iter_mut() {
                *v = if *v > 0.0 { *v } else { 0.0 };
            }
            for v in row[h + 2 * r..h + 4 * r].iter_mut() {
                *v = if *v > 0.0 { *v } else { 0.0 };
            }
            hidden[i * h..(i + 1) * h].copy_from_slice(&row[..h]);
        }
        self.tell.apply(kernel, hidden, whole, &mut s.types);
        let mut all = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let mut sights = Vec::new();
            for i in piece.clone() {
                let row = &s.types[i * self.tell.outputs..][..1 + self.types.len()];
                let mut best = 1;
                for (c, v) in row.iter().enumerate().skip(2) {
                    if *v > row[best] {
                        best = c;
                    }
                }
                let odds = row[best] - row[0];
                if odds < LEAST {
                    continue;
                }
                let party = |role: usize| -> Vec<(usize, f32)> {
                    let own = &s.sides[i * m + h + role * r..][..r];
                    piece
                        .clone()
                        .filter(|&j| j != i)
                        .map(|j| {
                            let other = &s.sides[j * m + h + (2 + role) * r..][..r];
                            (j - piece.start, dot(own, other) + self.ways[role * WAYS + way(i, j)])
                        })
                        .filter(|&(_, odds)| odds >= LEAST_PARTY)
                        .collect()
                };
                let event = self.types[best - 1];
                let mut types = [f32::NEG_INFINITY; TYPES];
                for (t, v) in self.types.iter().zip(&row[1..]) {
                    types[*t as usize] = v - row[0];
                }
                sights.push(Sight {
                    word: i - piece.start,
                    event,
                    odds,
                    types,
                    actors: party(0),
                    recipients: party(1),
                });
            }
            all.push(sights);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::dense::Plain;
    #[cfg(target_arch = "x86_64")]
    use super::super::dense::{Narrow, Wide, Widest};
    use super::super::file::{checksum, write_text, write_varint};
    use super::*;

    /// A little network with weights that look like noise.
    fn tiny() -> Vec<u8> {
        let mut seed = 7u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 16) as i16
        };
        let (width, rows, kinds) = (16usize, 5usize, 2usize);
        let mut body = Vec::new();
        write_text("en-acts-test", &mut body);
        for n in [width, width, width, width, width, width, rows, 1, kinds] {
            write_varint(n as u64, &mut body);
        }
        ["ACCUSE", "ASSAULT"].iter().for_each(|name| write_text(name, &mut body));
        (0..rows).for_each(|_| body.extend(0.01f32.to_le_bytes()));
        body.extend((0..rows * width).map(|_| next() as u8));
        let dense =
            [(3 * width, width), (width, 3 * width), (width, width), (width, 5 * width), (width, 1 + kinds)];
        for (inputs, outputs) in dense {
            (0..outputs).for_each(|_| body.extend(2e-5f32.to_le_bytes()));
            (0..outputs).for_each(|_| body.extend(0.0f32.to_le_bytes()));
            (0..inputs * outputs).for_each(|_| body.extend(next().to_le_bytes()));
        }
        (0..2 * WAYS).for_each(|_| body.extend(0.5f32.to_le_bytes()));
        let sum = checksum(&body);
        [MAGIC, &body, &sum.to_le_bytes()].concat()
    }

    fn look(kernel: impl Kernel, acts: &Acts) -> Vec<Sight> {
        let n = 9usize;
        let wave = |i: usize| ((i * 37 % 101) as f32 - 50.0) / 25.0;
        let forms: Vec<u32> = (0..n as u32).map(|i| i % 5).collect();
        let vectors: Vec<f32> = (0..n * 16).map(wave).collect();
        let states: Vec<f32> = (0..n * 16).map(|i| wave(i + 11)).collect();
        let (scratch, whole) = (&mut Scratch::default(), &mut Whole::default());
        let pieces: Vec<std::ops::Range<usize>> = std::iter::once(0..n).collect();
        acts.look(kernel, &forms, &vectors, &states, &pieces, scratch, whole).remove(0)
    }

    #[test]
    fn all_ways_to_multiply_see_the_same_acts() {
        let acts = Acts::load(&tiny()).expect("whole");
        let plain = look(Plain, &acts);
        assert!(!plain.is_empty(), "the noise sees something");
        for sight in &plain {
            assert!(sight.odds >= LEAST && sight.word < 9);
            let parties = sight.actors.iter().chain(&sight.recipients);
            assert!(parties.clone().all(|(w, odds)| *w < 9 && *w != sight.word && *odds >= LEAST_PARTY));
        }
        #[cfg(target_arch = "x86_64")]
        {
            assert_eq!(plain, look(Narrow, &acts));
            if let Some(wide) = Wide::new() {
                assert_eq!(plain, look(wide, &acts));
            }
            if let Some(widest) = Widest::new() {
                assert_eq!(plain, look(widest, &acts));
            }
        }
    }

    #[test]
    fn a_file_cut_short_or_changed_anywhere_is_refused() {
        let whole = tiny();
        for end in (0..whole.len()).step_by(61) {
            assert!(Acts::load(&whole[..end]).is_err(), "cut at {end}");
        }
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 1;
        assert!(Acts::load(&damaged).is_err());
        assert!(Acts::load(&whole).is_ok());
    }

    #[test]
    fn sights_of_a_later_piece_count_from_the_sentence() {
        let sight = Sight {
            word: 2,
            event: EventType::Aid,
            odds: 1.0,
            types: [0.0; TYPES],
            actors: vec![(0, 0.5)],
            recipients: vec![(3, 0.1)],
        };
        let moved = sight.moved(10);
        assert_eq!((moved.word, moved.actors[0].0, moved.recipients[0].0), (12, 10, 13));
    }
}
