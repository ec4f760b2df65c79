//! The scene of an event: when and where, as a learnt choice has it. The rules of [`crate::time`] and [`crate::place`]
//! read the words next to an event; the choice weighs everything near that may be its days or its place, the rules' own
//! reading among it, as news articles with annotated events taught it (`models/en/scene.md`, `training/scene`).
//! Evidence of a reading that is not the rules' is `time:chosen` and `place:chosen`.

use crate::article::Article;
use crate::event::Found;
use crate::forest::{Forest, likely};
use crate::place::{EventLoc, PLACE_TRAITS, PLACED_TRAITS, Scenes};
use crate::syntax::file;
use crate::syntax::{ModelError, Syntax, body};
use crate::time::{self, DAY_TRAITS, TimeExpression, When};

/// The first bytes of the file; the number changes when the form or the traits do.
const MAGIC: &[u8] = b"detente scene 1\n";

/// The trained forests.
#[derive(Debug)]
pub struct Scene {
    name: String,
    days: Forest,
    place: Forest,
    placed: Forest,
    /// The likeliest place is told if it is this likely that there is one.
    told: f32,
}

impl Scene {
    /// Reads the choice from the bytes of its file (`models/en/scene.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a file, are damaged, or belong to another version of this program.
    pub fn load(bytes: &[u8]) -> Result<Scene, ModelError> {
        let mut reader = file::Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let told = reader.float()?;
        if !(0.0..=1.0).contains(&told) {
            return Err(ModelError(format!("{told} is no share")));
        }
        let days = Forest::load(&mut reader, DAY_TRAITS)?;
        let place = Forest::load(&mut reader, PLACE_TRAITS)?;
        let placed = Forest::load(&mut reader, PLACE_TRAITS + PLACED_TRAITS)?;
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than a choice of scenes".into()));
        }
        Ok(Scene { name, days, place, placed, told })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When the event at `at` happened, and how likely that is; `rules` is what the rules say of each event.
    pub fn when(
        &self,
        found: &[Found],
        at: usize,
        rules: &[When],
        article: &Article,
        syntax: &Syntax,
        times: &[TimeExpression],
    ) -> (When, f32) {
        let mut best: Option<(f32, When)> = None;
        let weighed = time::weigh(found, at, rules, article, syntax, times);
        let odds = self.days.odds_of(&weighed.iter().map(|d| &d.traits).collect::<Vec<_>>());
        for (days, odds) in weighed.into_iter().zip(odds) {
            let share = likely(odds);
            if best.as_ref().is_none_or(|(b, _)| share > *b) {
                best = Some((share, days.when));
            }
        }
        best.map_or_else(|| (rules[at].clone(), 0.0), |(share, when)| (when, share))
    }

    /// Where the event at `at` happened, and how likely that is, if it has a place.
    pub fn place(&self, scenes: &Scenes, at: usize) -> (Option<EventLoc>, f32) {
        let weighed = scenes.weigh(at);
        let mut best: Option<(f32, &EventLoc, &[f32; PLACE_TRAITS])> = None;
        let mut second = 0.0f32;
        let odds = self.place.odds_of(&weighed.iter().map(|(_, traits)| traits).collect::<Vec<_>>());
        for ((loc, traits), odds) in weighed.iter().zip(odds) {
            let share = likely(odds);
            match best {
                Some((first, ..)) if share <= first => second = second.max(share),
                _ => {
                    second = best.map_or(0.0, |b| b.0);
                    best = Some((share, loc, traits));
                }
            }
        }
        // What the rules place has a place; of the rest as much as the trees say.
        let is_told = |share: f32, traits: &[f32; PLACE_TRAITS]| {
            let mut numbers = traits.to_vec();
            numbers.extend([share, second, weighed.len() as f32]);
            scenes.told.rules[at].is_some() || likely(self.placed.odds(&numbers)) >= self.told
        };
        let Some((share, loc, _)) = best.filter(|(share, _, traits)| is_told(*share, traits)) else {
            return (None, 0.0);
        };
        // The rules may know the same place by its words here.
        let own = scenes.told.rules[at].as_ref().filter(|own| own.extracted_place == loc.extracted_place);
        (Some(own.unwrap_or(loc).clone()), share)
    }
}
