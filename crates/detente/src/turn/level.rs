//! Levels: the turns of a thin record, where every act counts.
//!
//! The events are put in order of their days and cut into stretches so that the scores within each stretch lie
//! close to its mean, and each further cut has to earn a penalty that grows with the logarithm of the number
//! of events. The cut is the best of all possible ones (dynamic programming with the pruning of PELT; Killick,
//! Fearnhead and Eckley, JASA 2012), so no starting point and no order of arrival can change it. Events weigh
//! as they do for the standing before it fades, with the same ceiling for a month. Few events are enough when
//! the break is plain; one quarrel among friends is no turn, a visit followed by one rebuke neither. An act that
//! itself ends something (ties or aid cut, troops withdrawn, a ceasefire, sanctions eased) weighs more than others
//! ([`Params::ending_weight`]): other acts are signs of a change, with all the noise of signs; this one is it.
//!
//! A cut is only made where the days say which side came first. "In 2012" and "in June 2012" may have come in
//! either order, and so may all that a paper tells of "this week": between such neighbours nothing is cut, so a
//! prisoner who is freed in the week of the shelling mends nothing yet. Evidence that is dated by years counts all
//! the same: aid "between 2006 and 2011" and a cut "in 2012" are plainly in order.
//!
//! One event alone, with nothing after it that agrees, makes a turn only where it is more than talk: a visit, a
//! phone call or a rebuke cannot, cut ties or a peace can ([`Params::lone_score`]).
//!
//! Wars come first: a run of attacks (ASSAULT) that follow each other within months is one stretch, whatever
//! else was said meanwhile, and the cuts are sought before and after it. So the first shots of a war are a turn
//! of their own and not the tail of the quarrel that led to it.
//!
//! The first stretch has nothing before it to turn from, with three exceptions. It is a turn from nothing known
//! where it is a war; where its first deed is that ties are cut (or aid or trade, and a second act follows), and
//! the stretch is bad on the whole, because what is cut stood until then; and where its first deed is that troops
//! are withdrawn, a ceasefire is kept, sanctions are eased or a point is conceded, a second act follows and the
//! stretch is good on the whole, because what is ended so was a quarrel until then.
//!
//! A turn is dated by the days of the event in which it first shows ([`Turn::from`] to [`Turn::to`]), which may be
//! a day, a month or a year, as the text has it. The change itself came at some time after the last event of
//! the old stretch ([`Turn::old_until`]), and the data do not say when.

use super::{Params, Turn, TurnKind};
use crate::day;
use crate::plover::{EventType, Quad};
use crate::standing::{Observation, rounded};

/// One observation with the weight it has here.
struct Point<'a> {
    observation: &'a Observation<'a>,
    weight: f64,
}

/// A stretch of events between two turns.
struct Stretch<'a> {
    points: &'a [Point<'a>],
    mean: f64,
    war: bool,
}

/// The turns that a thin record shows, oldest first, each with the day on which the record up to then first
/// showed it.
pub(super) fn turns(observations: &[Observation], (a, b): (&str, &str), params: &Params) -> Vec<Turn> {
    let mut turns = cuts(observations, (a, b), params);
    let mut days: Vec<_> = observations.iter().map(|o| o.to).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        if turns.iter().all(|t| t.told_on.is_some()) {
            break;
        }
        let known: Vec<Observation> = observations.iter().filter(|o| o.to <= day).cloned().collect();
        let then = cuts(&known, (a, b), params);
        for turn in turns.iter_mut().filter(|t| t.told_on.is_none()) {
            // The same change, even where its first event came to light only later.
            let same = |t: &Turn| {
                t.kind.is_better() == turn.kind.is_better() && t.from <= turn.to && turn.from <= t.to
            };
            if then.iter().any(same) {
                turn.told_on = Some(day);
            }
        }
    }
    turns
}

/// The turns that the whole of a record shows.
fn cuts(observations: &[Observation], (a, b): (&str, &str), params: &Params) -> Vec<Turn> {
    let points = weighed(observations, params);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (part, war) in wars(&points, params) {
        if war {
            stretches.push(stretch(part, true));
        } else {
            stretches.extend(cut(part, params).into_iter().map(|s| stretch(s, false)));
        }
    }

    let mut turns = Vec::new();
    let mut last: Option<&Stretch> = None;
    for new in &stretches {
        // The first stretch is where the tie starts from, however little is known of it.
        if let (Some(_), [alone]) = (last, new.points)
            && !turns_alone(alone.observation, params)
        {
            continue;
        }
        let before = last.map(|old| old.mean);
        let ended = match last {
            None if !new.war => known_by_its_end(new.points, new.mean, params),
            _ => None,
        };
        let kind = match last {
            None if new.war => Some(TurnKind::War),
            None => ended.map(|(kind, _)| kind),
            Some(old) if new.war && !old.war => Some(TurnKind::War),
            Some(old) if old.war && !new.war && new.mean > old.mean => Some(TurnKind::Truce),
            Some(old) if new.mean - old.mean >= params.least_change => Some(TurnKind::Rapprochement),
            Some(old) if old.mean - new.mean >= params.least_change => Some(TurnKind::Rupture),
            Some(_) => None,
        };
        if let (Some(kind), Some(first)) = (kind, new.points.first()) {
            let better = kind.is_better();
            let makes_it = |p: &&Point| {
                let score = p.observation.score;
                match before {
                    Some(before) => (score - new.mean).abs() <= (score - before).abs(),
                    None => (score > 0.0) == better,
                }
            };
            let opens = ended.map_or(0, |(_, at)| at);
            let mut makers = new.points.iter().skip(opens).filter(makes_it).peekable();
            let shows = makers.peek().map_or(first.observation, |p| p.observation);
            turns.push(Turn {
                a: a.into(),
                b: b.into(),
                kind,
                day: shows.middle(),
                from: shows.from,
                to: shows.to,
                old_until: last.and_then(|old| old.points.iter().map(|p| p.observation.to).max()),
                before: before.map(rounded),
                after: rounded(new.mean),
                told_on: None,
                held: true,
                certainty: certainty(last, new, points.len(), params),
                label: match before {
                    Some(before) => {
                        format!("the mean of the acts goes from {before:+.1} to {:+.1}", new.mean)
                    }
                    None if new.war => "a run of attacks opens what is known".into(),
                    None if better => "what is ended here was a quarrel until then".into(),
                    None => "what is cut here stood until then".into(),
                },
                events: makers
                    .filter(|p| day::between(shows.from, p.observation.from) <= params.named_within)
                    .take(params.named)
                    .map(|p| p.observation.event.to_string())
                    .collect(),
            });
        }
        last = Some(new);
    }
    turns
}

/// What the cut saves in squares, as a share of that and its price, times 0.4, so that every burst that held is
/// surer: in tables that machines coded, thin records show about as many levels with their days as with days drawn
/// by lot (`bench/relations/README.md`). The word of a level is worth what its single acts are worth.
fn certainty(old: Option<&Stretch>, new: &Stretch, n: usize, params: &Params) -> f64 {
    let weight = |s: &Stretch| s.points.iter().map(|p| p.weight).sum::<f64>();
    // Nothing known from before counts like one act that was neither good nor bad.
    let (mean, before) = old.map_or((0.0, 1.0), |old| (old.mean, weight(old)));
    let after = weight(new);
    let saved = (new.mean - mean).powi(2) * before * after / (before + after);
    let price = params.penalty * params.scatter.powi(2) * ((n + 2) as f64).ln();
    rounded(0.4 * saved / (saved + price))
}

/// True where one such event is enough for a turn: more than talk.
fn turns_alone(observation: &Observation, params: &Params) -> bool {
    observation.kind != EventType::Consult && observation.score.abs() >= params.lone_score
}

/// True where ties, aid or trade are cut.
fn cuts_ties(o: &Observation) -> bool {
    o.kind == EventType::Sanction && matches!(o.mode, Some("withdraw" | "discontinue"))
}

/// True where troops are withdrawn, arms rest or sanctions are eased.
fn ends_quarrel(o: &Observation) -> bool {
    o.kind == EventType::Retreat && matches!(o.mode, Some("withdraw" | "ceasefire" | "ease"))
}

/// The turn that a first stretch is because of its first deed: what is cut or ended by it stood until then. Talk
/// may have come before. With it the place of the first point that belongs to the turn.
fn known_by_its_end(points: &[Point], mean: f64, params: &Params) -> Option<(TurnKind, usize)> {
    let is_deed = |o: &Observation| {
        let material = matches!(o.kind.quad(), Quad::MaterialCooperation | Quad::MaterialConflict);
        (material || o.kind == EventType::Concede) && o.weight >= params.war_weight
    };
    let at = points.iter().position(|p| is_deed(p.observation))?;
    // The first deed, and those that may have come as early.
    let first = points[at].observation;
    let mut deeds = points.iter().map(|p| p.observation).filter(|o| is_deed(o) && !first.is_before(o));
    let second = points.len() > at + 1;
    // An embargo alone may be one of many; ties are cut once.
    let cuts = |o: &Observation| cuts_ties(o) && (second || o.mode == Some("withdraw"));
    let ends = |o: &Observation| ends_quarrel(o) || o.kind == EventType::Concede;
    if mean < 0.0 {
        deeds.any(cuts).then_some((TurnKind::Rupture, at))
    } else if mean > 0.0 && second {
        deeds.any(ends).then_some((TurnKind::Rapprochement, at))
    } else {
        None
    }
}

/// Weighs the events, and holds each month under the ceiling that it has for the standing.
fn weighed<'a>(observations: &'a [Observation<'a>], params: &Params) -> Vec<Point<'a>> {
    let weight =
        |o: &Observation| o.weight * if cuts_ties(o) || ends_quarrel(o) { params.ending_weight } else { 1.0 };
    let mut points: Vec<Point> =
        observations.iter().map(|o| Point { observation: o, weight: weight(o) }).collect();
    let month = |p: &Point| p.observation.middle().first_of_month();
    for group in points.chunk_by_mut(|x, y| month(x) == month(y)) {
        let sum: f64 = group.iter().map(|p| p.weight).sum();
        for point in group {
            point.weight /= 1.0 + sum / params.standing.month_ceiling;
        }
    }
    points
}

/// Sums over the first so many points, from which the cost of any stretch follows at once.
struct Sums {
    weight: Vec<f64>,
    score: Vec<f64>,
    square: Vec<f64>,
}

impl Sums {
    fn of(points: &[Point]) -> Sums {
        let run = |f: &dyn Fn(&Point) -> f64| {
            let mut sum = 0.0;
            std::iter::once(0.0)
                .chain(points.iter().map(|p| {
                    sum += f(p);
                    sum
                }))
                .collect()
        };
        Sums {
            weight: run(&|p| p.weight),
            score: run(&|p| p.weight * p.observation.score),
            square: run(&|p| p.weight * p.observation.score.powi(2)),
        }
    }

    /// Weighted sum of squares about the mean of points `i..j`.
    fn cost(&self, i: usize, j: usize) -> f64 {
        let weight = self.weight[j] - self.weight[i];
        let score = self.score[j] - self.score[i];
        (self.square[j] - self.square[i] - score * score / weight).max(0.0)
    }
}

/// The best cut into stretches, made only where the days say which side came first.
fn cut<'a>(points: &'a [Point<'a>], params: &Params) -> Vec<&'a [Point<'a>]> {
    let n = points.len();
    let sums = Sums::of(points);
    let price = params.penalty * scatter(points, params).powi(2) * ((n + 2) as f64).ln();
    // best[j] is the least cost of points 0..j with the price of every stretch; from[j] starts its last one.
    let mut best = vec![-price];
    let mut from = vec![0];
    let mut candidates = vec![0];
    let in_order = |j: usize| j == n || points[j - 1].observation.is_before(points[j].observation);
    for j in 1..=n {
        let mut least = (f64::INFINITY, 0);
        for &i in &candidates {
            let cost = best[i] + sums.cost(i, j) + price;
            if cost < least.0 {
                least = (cost, i);
            }
        }
        best.push(least.0);
        from.push(least.1);
        if in_order(j) {
            // A start that is already dearer without a further price can never win again.
            candidates.retain(|&i| best[i] + sums.cost(i, j) <= least.0);
            candidates.push(j);
        }
    }
    let mut stretches = Vec::new();
    let mut j = n;
    while j > 0 {
        stretches.push(&points[from[j]..j]);
        j = from[j];
    }
    stretches.reverse();
    stretches
}

/// Scatter within stretches: for many events, from the median jump between neighbours, which a few breaks do
/// not disturb.
fn scatter(points: &[Point], params: &Params) -> f64 {
    if points.len() < params.measured_from {
        return params.scatter;
    }
    let mut jumps: Vec<f64> =
        points.windows(2).map(|w| (w[1].observation.score - w[0].observation.score).abs()).collect();
    jumps.sort_by(f64::total_cmp);
    // The median of |x − y| of two normal draws is 0.954 standard deviations.
    (jumps[jumps.len() / 2] / 0.954).clamp(params.scatter, params.most_scatter)
}

fn stretch<'a>(points: &'a [Point<'a>], war: bool) -> Stretch<'a> {
    let weight: f64 = points.iter().map(|p| p.weight).sum();
    let mean = points.iter().map(|p| p.weight * p.observation.score).sum::<f64>() / weight;
    Stretch { points, mean, war }
}

/// The points in order, cut where a war begins and ends; true for the wars.
fn wars<'a>(points: &'a [Point<'a>], params: &Params) -> Vec<(&'a [Point<'a>], bool)> {
    let is_attack =
        |p: &Point| p.observation.kind == EventType::Assault && p.observation.weight >= params.war_weight;
    let attacks: Vec<usize> = (0..points.len()).filter(|&i| is_attack(&points[i])).collect();
    let near = |x: &usize, y: &usize| {
        day::between(points[*x].observation.to, points[*y].observation.from) <= params.war_gap
    };
    let mut parts = Vec::new();
    let mut at = 0;
    for run in attacks.chunk_by(near).filter(|run| run.len() >= params.war_events) {
        let (first, last) = (run[0], run[run.len() - 1]);
        if at < first {
            parts.push((&points[at..first], false));
        }
        parts.push((&points[first..=last], true));
        at = last + 1;
    }
    if at < points.len() {
        parts.push((&points[at..], false));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_set::Event;
    use crate::standing::observe;
    use crate::standing::tests::event;

    #[test]
    fn pruning_gives_the_same_cut_as_trying_everything() {
        // Scores from a fixed recurrence, with two plain breaks.
        let mut x = 7u32;
        let events: Vec<Event> = (0..60)
            .map(|i| {
                x = x.wrapping_mul(1_103_515_245).wrapping_add(12345);
                let noise = f64::from(x >> 16) / 65536.0 * 4.0 - 2.0;
                let level = if (20..40).contains(&i) { -6.0 } else { 5.0 };
                event(&format!("CONSULT {:.2} {}-{:02}-01", level + noise, 2015 + i / 12, 1 + i % 12))
            })
            .collect();
        let params = Params::default();
        let observed = observe(&events, "Arnor", "Gondor", &params.standing);
        let points = weighed(observed.observations(), &params);
        let sums = Sums::of(&points);
        let price = params.penalty * scatter(&points, &params).powi(2) * 62f64.ln();
        let mut best = vec![-price];
        for j in 1..=60 {
            best.push((0..j).map(|i| best[i] + sums.cost(i, j) + price).fold(f64::INFINITY, f64::min));
        }
        let cuts = cut(&points, &params);
        let mut at = 0;
        let cost: f64 =
            cuts.iter().map(|s| (at += s.len(), sums.cost(at - s.len(), at) + price).1).sum::<f64>() - price;
        assert!((cost - best[60]).abs() < 1e-9);
        assert_eq!(cuts.iter().map(|s| s.len()).collect::<Vec<_>>(), [20, 20, 20]);
    }
}
