//! The learnt choice: of everybody who may be a party of an event ([`super::weighing`]), who is, and how likely the
//! whole report is right. It has the last word over the rules about parties, decides which of the network's doubtful acts
//! are told, and gives every report its confidence.
//!
//! Forests grown from annotated articles say it (`models/en/choice.md`, `training/choice`). Every report on which they
//! differ from the rules says so in its evidence.

use super::weighing::{Candidate, Earlier, PARTY_TRAITS, REPORT_TRAITS, is_learnt};
use super::{Found, Reader};
use crate::actor::Party;
use crate::forest::{Forest, flag, likely};
use crate::note::Evidence;
use crate::plover::EventType;
use crate::span::Span;
use crate::syntax::ModelError;
use crate::syntax::body;
use crate::syntax::file;

/// The first bytes of the file; the number changes when the form or the traits do.
const MAGIC: &[u8] = b"detente choice 3\n";
/// Numbers that say whether there is a recipient, and how likely the report is right, beside [`super::ReportTrait`].
const NOBODY_MORE: usize = 6;
const REPORT_MORE: usize = 14;

/// The trained forests and the odds from which they are believed.
#[derive(Debug)]
pub struct Choice {
    name: String,
    actor: Forest,
    recipient: Forest,
    nobody: Forest,
    report: Forest,
    least: Least,
}

/// Shares from which something is taken; the same names in `training/choice`.
#[derive(Debug)]
struct Least {
    /// A party of a mutual act, and the second one where only one is so likely.
    joint: f32,
    second: f32,
    /// An actor, a recipient; a recipient where none is so likely, as a part of the likelihood that there is none.
    actor: f32,
    recipient: f32,
    lone: f32,
    /// A party of the rules, from which it stands whoever else is likely.
    kept: f32,
    /// A party that only the network of acts proposes, from which it stands.
    seen: f32,
    /// A report of the rules, and one that the network alone saw.
    told: f32,
    doubtful: f32,
}

impl Choice {
    /// Reads the choice from the bytes of its file (`models/en/choice.bin`).
    ///
    /// # Errors
    /// When the bytes are not such a file, are damaged, or belong to another version of this program.
    pub fn load(bytes: &[u8]) -> Result<Choice, ModelError> {
        let mut reader = file::Reader::new(body(bytes, MAGIC)?);
        let name = reader.text()?.to_owned();
        let mut share = || -> Result<f32, ModelError> {
            let share = reader.float()?;
            if (0.0..=1.0).contains(&share) {
                Ok(share)
            } else {
                Err(ModelError(format!("{share} is no share")))
            }
        };
        let least = Least {
            joint: share()?,
            second: share()?,
            actor: share()?,
            recipient: share()?,
            lone: share()?,
            kept: share()?,
            seen: share()?,
            told: share()?,
            doubtful: share()?,
        };
        let actor = Forest::load(&mut reader, PARTY_TRAITS)?;
        let recipient = Forest::load(&mut reader, PARTY_TRAITS)?;
        let nobody = Forest::load(&mut reader, REPORT_TRAITS + NOBODY_MORE)?;
        let report = Forest::load(&mut reader, REPORT_TRAITS + REPORT_MORE)?;
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than a choice".into()));
        }
        Ok(Choice { name, actor, recipient, nobody, report, least })
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// How likely each candidate is the actor, the recipient, and how likely it is that there is no recipient.
struct Shares<'s> {
    actor: &'s [f32],
    recipient: &'s [f32],
    nobody: f32,
}

/// Who is chosen, by number.
struct Chosen {
    actors: Vec<usize>,
    recipients: Vec<usize>,
    /// The rules' parties stay as they are.
    kept: bool,
}

/// What says how likely the report is right.
type ReportNumbers = [f32; REPORT_TRAITS + REPORT_MORE];
/// What says how likely there is no recipient.
type NobodyNumbers = [f32; REPORT_TRAITS + NOBODY_MORE];

/// Likelihoods for many lists of numbers: the forest is walked once for all.
fn shares<'n, const N: usize>(forest: &Forest, lists: impl Iterator<Item = &'n [f32; N]>) -> Vec<f32> {
    forest.odds_of(&lists.collect::<Vec<_>>()).into_iter().map(likely).collect()
}

impl<'a> Reader<'a> {
    /// Chooses the parties of every event, and drops what is unlikely.
    pub(super) fn choose(&self, found: &mut Vec<Found>, choice: &Choice) {
        let (tally, earlier) = (self.tally(), Earlier::of(found));
        // All are weighed as the rules left them, before any is changed.
        let all: Vec<Vec<Candidate>> =
            (0..found.len()).map(|at| self.candidates(found, at, &tally, &earlier)).collect();
        let traits: Vec<[f32; REPORT_TRAITS]> =
            (0..found.len()).map(|at| self.report_traits(found, at)).collect();
        let actor = shares(&choice.actor, all.iter().flatten().map(|c| &c.actor));
        let recipient = shares(&choice.recipient, all.iter().flatten().map(|c| &c.recipient));
        let mut from = 0;
        let parts: Vec<(&[f32], &[f32])> = all
            .iter()
            .map(|candidates| {
                let own = from..from + candidates.len();
                from = own.end;
                (&actor[own.clone()], &recipient[own])
            })
            .collect();
        let numbers = (0..found.len()).map(|at| nobody_numbers(&found[at], &traits[at], parts[at]));
        let nobody = shares(&choice.nobody, numbers.collect::<Vec<_>>().iter());
        let (chosen, numbers): (Vec<Chosen>, Vec<ReportNumbers>) = (0..found.len())
            .map(|at| {
                let (actor, recipient) = parts[at];
                let shares = Shares { actor, recipient, nobody: nobody[at] };
                chosen(found, at, &all[at], &shares, &traits[at], &choice.least)
            })
            .unzip();
        let sure = shares(&choice.report, numbers.iter());
        let weighed = all.into_iter().zip(chosen).zip(sure);
        let mut kept: Vec<Found> = Vec::with_capacity(found.len());
        for (f, ((candidates, chosen), sure)) in found.iter().zip(weighed) {
            let mut f = f.clone();
            let least = if f.doubtful { choice.least.doubtful } else { choice.least.told };
            // Two places are as much as the figure is worth.
            f.confidence = (sure * 100.0).round() / 100.0;
            // What the rules tell of a word, the network does not tell again in another way.
            let again = |k: &Found| f.doubtful && !k.doubtful && k.trigger == f.trigger;
            if sure < least || kept.iter().any(again) {
                continue;
            }
            if !chosen.kept {
                self.give(&mut f, &candidates, &chosen);
            }
            kept.push(f);
        }
        *found = kept;
    }

    /// Gives an event the parties that were chosen, and says so.
    fn give(&self, f: &mut Found, candidates: &[Candidate], chosen: &Chosen) {
        let mut spans: Vec<Span> = Vec::new();
        let mut take = |list: &[usize], rules: &[&[Party]]| -> Vec<Party> {
            list.iter()
                .map(|i| {
                    let party: &Party = &candidates[*i].party;
                    let own = rules.iter().flat_map(|r| r.iter()).find(|p| p.key == party.key);
                    if own.is_none() {
                        spans.push(party.span);
                    }
                    own.unwrap_or(party).clone()
                })
                .collect()
        };
        let mut actors = take(&chosen.actors, &[&f.actors, &f.recipients]);
        let mut recipients = take(&chosen.recipients, &[&f.recipients, &f.actors]);
        if f.mutual || f.event == EventType::Consult {
            // Whom the rules know to be visited stays so.
            let host = |p: &Party| f.recipients.iter().any(|r| r.key == p.key);
            if !f.recipients.is_empty() && actors.iter().any(host) && !actors.iter().all(host) {
                (recipients, actors) = actors.into_iter().partition(host);
            } else {
                f.mutual = actors.len() > 1;
            }
        }
        spans.push(self.syntax.span(f.trigger));
        spans.sort();
        spans.dedup();
        f.evidence.push(Evidence::new("event:chosen", spans));
        f.actors = actors;
        f.recipients = recipients;
    }
}

/// What says how likely an event has no recipient.
fn nobody_numbers(
    f: &Found,
    traits: &[f32; REPORT_TRAITS],
    (actor, recipient): (&[f32], &[f32]),
) -> NobodyNumbers {
    let (best_actor, _) = two_best(actor);
    let (best_recipient, next_recipient) = two_best(recipient);
    let mut numbers = [0.0; REPORT_TRAITS + NOBODY_MORE];
    numbers[..REPORT_TRAITS].copy_from_slice(traits);
    numbers[REPORT_TRAITS..].copy_from_slice(&[
        best_recipient,
        next_recipient,
        recipient.iter().sum(),
        best_actor,
        f.recipients.len() as f32,
        flag(!f.actors.is_empty()),
    ]);
    numbers
}

/// Who is chosen, and what says how likely the report is then right.
fn chosen(
    found: &[Found],
    at: usize,
    candidates: &[Candidate],
    shares: &Shares,
    traits: &[f32; REPORT_TRAITS],
    least: &Least,
) -> (Chosen, ReportNumbers) {
    let f = &found[at];
    let &Shares { actor, recipient, nobody } = shares;
    let joint = f.mutual || f.event == EventType::Consult;
    let shared = super::is_shared(found, at);
    let (_, next_actor) = two_best(actor);
    let (_, next_recipient) = two_best(recipient);
    let all: Vec<usize> = (0..candidates.len()).collect();
    let position = |list: &[Party]| -> Vec<usize> {
        list.iter().filter_map(|p| all.iter().copied().find(|i| candidates[*i].party.key == p.key)).collect()
    };
    // The rules stand where their parties are likely enough; what the network proposes must be likelier than not.
    let kept = if is_learnt(f) { least.seen } else { least.kept };
    let stands = |list: &[usize], shares: &[f32]| {
        !f.doubtful && !list.is_empty() && list.iter().all(|i| shares[*i] >= kept)
    };
    let lowest = |list: &[usize], shares: &[f32]| list.iter().map(|i| shares[*i]).fold(1.0, f32::min);
    let (mut actors, mut recipients) = (position(&f.actors), position(&f.recipients));
    let (sure_actor, sure_recipient);
    if joint {
        let either: Vec<f32> = actor.iter().zip(recipient).map(|(a, r)| a.max(*r)).collect();
        let (first, second) = two_best(&either);
        let mut both: Vec<usize> = actors.iter().chain(&recipients).copied().collect();
        if !shared && !stands(&both, &either) {
            let mut order = all.clone();
            order.sort_by(|a, b| either[*b].total_cmp(&either[*a]));
            both = order.iter().copied().filter(|i| either[*i] >= least.joint).collect();
            if both.len() < 2 {
                both = order.iter().copied().take(2).filter(|i| either[*i] >= least.second).collect();
            }
            if both.is_empty() {
                both.extend(order.first());
            }
            both.sort_unstable();
            (actors, recipients) = (both.clone(), Vec::new());
        }
        sure_actor = first;
        sure_recipient = if both.len() > 1 { lowest(&both, &either) } else { 1.0 - second };
    } else {
        if !stands(&actors, actor) {
            let likelier = |i: &usize| actor[*i] >= least.actor && actor[*i] >= recipient[*i];
            actors = all.iter().copied().filter(likelier).collect();
            if actors.is_empty() {
                actors.extend(best(&all, actor));
            }
        }
        let stand = if recipients.is_empty() {
            !f.doubtful && nobody >= kept
        } else {
            stands(&recipients, recipient)
        };
        if !stand {
            let rest: Vec<usize> = all.iter().copied().filter(|i| !actors.contains(i)).collect();
            recipients = rest.iter().copied().filter(|i| recipient[*i] >= least.recipient).collect();
            if recipients.is_empty() {
                let lone = best(&rest, recipient).filter(|i| recipient[*i] >= least.lone * nobody);
                recipients.extend(lone);
            }
        }
        sure_actor = lowest(&actors, actor);
        sure_recipient = if recipients.is_empty() { nobody } else { lowest(&recipients, recipient) };
    }
    let key = |list: &[usize]| list.first().map_or("", |i| candidates[*i].party.key.as_str());
    let (first, to) = (key(&actors), key(&recipients));
    let home = |key: &str| key.split('/').next().unwrap_or("").to_string();
    let same = |list: &[usize], parties: &[Party]| {
        list.iter().all(|i| parties.iter().any(|p| p.key == candidates[*i].party.key))
            && parties.iter().all(|p| list.iter().any(|i| candidates[*i].party.key == p.key))
    };
    let (same_actors, same_recipients) = (same(&actors, &f.actors), same(&recipients, &f.recipients));
    let mut numbers = [0.0; REPORT_TRAITS + REPORT_MORE];
    numbers[..REPORT_TRAITS].copy_from_slice(traits);
    numbers[REPORT_TRAITS..].copy_from_slice(&[
        sure_actor,
        sure_recipient,
        nobody,
        next_actor,
        next_recipient,
        actors.len() as f32,
        recipients.len() as f32,
        flag(same_actors),
        flag(same_recipients),
        flag(first == "UNK"),
        flag(first.contains('/')),
        flag(to.contains('/')),
        flag(!to.is_empty() && home(first) == home(to)),
        flag(f.doubtful),
    ]);
    // The rules know who visits whom; of a meeting it matters only who was there.
    let both: Vec<Party> = f.actors.iter().chain(&f.recipients).cloned().collect();
    let kept = if joint { shared || same(&actors, &both) } else { same_actors && same_recipients };
    (Chosen { actors, recipients, kept }, numbers)
}

/// The best of these by their shares; of equals the first.
fn best(list: &[usize], shares: &[f32]) -> Option<usize> {
    list.iter().copied().reduce(|a, b| if shares[b] > shares[a] { b } else { a })
}

fn two_best(shares: &[f32]) -> (f32, f32) {
    shares.iter().fold((0.0, 0.0), |(a, b), &x| match () {
        () if x > a => (x, a),
        () if x > b => (a, x),
        () => (a, b),
    })
}
