//! Turns: dated changes of standing. Where do the events between two actors change their character: from
//! support to cut aid, from cut aid to mending, into a war or out of one?
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

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::plover::{EventType, Quad};
use crate::standing::{self, Observation, Observed, days_between, rounded};

/// The numbers of the method. [`Params::default`] is what the program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// How events weigh.
    pub standing: standing::Params,
    /// How much more an act weighs that itself ends ties, or a quarrel.
    pub ending_weight: f64,
    /// Price of a cut, in units of the scatter's square times the logarithm of two more than
    /// the number of events.
    pub penalty: f64,
    /// Scatter of events within a stretch, in points of the scale: what is taken for few events, and the
    /// least for many.
    pub scatter: f64,
    /// The most scatter that is believed of many events.
    pub most_scatter: f64,
    /// From this many events on, the scatter is measured from the events themselves.
    pub measured_from: usize,
    /// Smallest change of the mean that is a turn, in points of the scale.
    pub least_change: f64,
    /// One event alone makes a turn only if its score lies at least this far from 0, and never if it is a
    /// meeting (CONSULT): a sanction or a peace can, a visit or a rebuke cannot.
    pub lone_score: f64,
    /// A war is a run of at least so many attacks …
    pub war_events: usize,
    /// … each at most so many days after the one before.
    pub war_gap: i64,
    /// An attack of less weight (one that is only feared or announced) is no part of such a run.
    pub war_weight: f64,
    /// Name at most so many events as the makers of a turn …
    pub named: usize,
    /// … and none that begins more than so many days after the event in which it first shows.
    pub named_within: i64,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            standing: standing::Params::default(),
            ending_weight: 2.0,
            penalty: 1.75,
            scatter: 3.0,
            most_scatter: 4.0,
            measured_from: 12,
            least_change: 3.0,
            lone_score: 4.0,
            war_events: 3,
            war_gap: 120,
            war_weight: 0.5,
            named: 5,
            named_within: 365,
        }
    }
}

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnKind {
    /// For the worse.
    Rupture,
    /// For the better.
    Rapprochement,
    /// Into a time of attacks.
    War,
    /// Out of a time of attacks.
    Truce,
}

impl TurnKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            TurnKind::Rupture => "rupture",
            TurnKind::Rapprochement => "rapprochement",
            TurnKind::War => "war",
            TurnKind::Truce => "truce",
        }
    }
}

/// A dated change of standing between two actors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// What kind of change.
    pub kind: TurnKind,
    /// First day of the event in which it first shows.
    pub from: Date,
    /// Last day of that event: the same day, or the end of the month or year that the text names.
    pub to: Date,
    /// The last day on which what stood before still shows; the change came after it. `None` where nothing is
    /// known from before.
    pub old_until: Option<Date>,
    /// Mean score of the events before it, back to the turn before, −10…+10; `None` where nothing is known
    /// from before.
    pub before: Option<f64>,
    /// Mean score of the events after it, up to the next turn.
    pub after: f64,
    /// Ids of the first events that made it, oldest first.
    pub events: Vec<String>,
}

impl Turn {
    /// How far the mean moved, in points of the scale; positive is for the better. `None` where nothing is
    /// known from before.
    pub fn size(&self) -> Option<f64> {
        self.before.map(|before| rounded(self.after - before))
    }
}

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

/// The turns between `a` and `b`, oldest first.
pub fn turns(observed: &Observed, a: &str, b: &str, params: &Params) -> Vec<Turn> {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let points = weighed(observed.observations(), params);
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
            let better = matches!(kind, TurnKind::Rapprochement | TurnKind::Truce);
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
                from: shows.from,
                to: shows.to,
                old_until: last.and_then(|old| old.points.iter().map(|p| p.observation.to).max()),
                before: before.map(rounded),
                after: rounded(new.mean),
                events: makers
                    .filter(|p| days_between(shows.from, p.observation.from) <= params.named_within)
                    .take(params.named)
                    .map(|p| p.observation.event.to_string())
                    .collect(),
            });
        }
        last = Some(new);
    }
    turns
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
        days_between(points[*x].observation.to, points[*y].observation.from) <= params.war_gap
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

    fn between(events: &[Event], a: &str, b: &str) -> Vec<Turn> {
        let params = Params::default();
        turns(&observe(events, a, b, &params.standing), a, b, &params)
    }

    /// Turns as `kind from..to`, a line each.
    fn found(lines: &[&str]) -> Vec<String> {
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        between(&events, "Arnor", "Gondor")
            .iter()
            .map(|t| format!("{} {}..{}", t.kind.as_str(), t.from, t.to))
            .collect()
    }

    #[test]
    fn support_then_cut_aid_then_mending_are_two_turns() {
        let lines = [
            "SUPPORT 5 2010-06-01",
            "AID 10 2011-03-01..2011-05-31",
            "SANCTION -6 2012-09-01..2012-09-30",
            "SUPPORT 5 2017-05-08",
            "CONSULT 4 2017-08-05",
            "CONSULT 2.5 2017-08-06",
        ];
        assert_eq!(found(&lines), ["rupture 2012-09-01..2012-09-30", "rapprochement 2017-05-08..2017-05-08"]);
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        let turns = between(&events, "Gondor", "Arnor");
        assert_eq!(turns[0].events, ["SANCTION -6 2012-09-01..2012-09-30"]);
        assert!(turns[0].size().unwrap() < -12.0);
        assert_eq!(turns[0].old_until, "2011-05-31".parse().ok());
    }

    #[test]
    fn events_dated_by_years_turn_in_the_year_of_the_cut() {
        let lines = [
            "AID 10 2006-01-01..2011-12-31",
            "CONSULT 4 2006-12-01..2006-12-31",
            "SANCTION -6 2012-01-01..2012-12-31",
            "CONSULT 4 2017-08-01..2017-08-31",
            "CONSULT 4 2017-10-01..2017-10-31",
            "SUPPORT 5 2017-10-01..2017-10-31",
            "AID 10 2017-12-27",
        ];
        assert_eq!(found(&lines), ["rupture 2012-01-01..2012-12-31", "rapprochement 2017-08-01..2017-08-31"]);
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        let turns = between(&events, "Arnor", "Gondor");
        assert_eq!(turns[0].events, [lines[2]]);
        assert_eq!(turns[0].old_until, "2011-12-31".parse().ok());
        assert_eq!(turns[1].events.first().map(String::as_str), Some(lines[3]));
    }

    #[test]
    fn more_signs_of_the_old_and_of_the_new_do_not_hide_the_cut_between() {
        let mut lines = vec![
            "CONSULT:visit 4 2006-12-01..2006-12-31",
            "AGREE 2.5 2006-12-01..2006-12-31",
            "SANCTION:discontinue -6 2012-01-01..2012-12-31",
            "CONSULT:visit 4 2017-08-01..2017-08-31",
            "SUPPORT 5 2017-08-01..2017-08-31",
            "CONSULT:visit 4 2017-10-01..2017-10-31",
            "SUPPORT 5 2017-10-01..2017-10-31",
            "CONSULT:phone 1.5 2017-12-01..2017-12-27",
            "AGREE 2.5 2017-12-25",
            "AID 10 2017-12-27",
        ];
        let both = ["rupture 2012-01-01..2012-12-31", "rapprochement 2017-08-01..2017-08-31"];
        assert_eq!(found(&lines), both);
        lines.push("AID 10 2006-01-01..2011-12-31");
        assert_eq!(found(&lines), both);
        lines.push("CONSULT:visit 4 2018-02-01");
        lines.push("AGREE 2.5 2018-03-01");
        assert_eq!(found(&lines), both);
    }

    #[test]
    fn what_may_have_come_in_either_order_is_not_cut() {
        let none: [&str; 0] = [];
        assert_eq!(found(&["ASSAULT -9 2019-02-27", "RETREAT 6.5 2019-02-25..2019-03-02"]), none);
        assert_eq!(found(&["SUPPORT 5 2012-01-01..2012-12-31", "SANCTION -6 2012-06-05"]), none);
        assert_eq!(found(&["SUPPORT 5 2012-06-05", "SANCTION -6 2012-06-05"]), none);
        assert_eq!(
            found(&["SUPPORT 5 2011-01-01..2012-06-30", "SANCTION -6 2012-06-05..2012-12-31"]),
            ["rupture 2012-06-05..2012-12-31"]
        );
    }

    #[test]
    fn ties_that_are_cut_stood_until_then() {
        let cut =
            ["SANCTION:withdraw -6 2017-06-05", "COERCE:restrict -7 2017-06-05", "REJECT -2 2017-06-22"];
        assert_eq!(found(&cut), ["rupture 2017-06-05..2017-06-05"]);
        let events: Vec<Event> = cut.iter().map(|l| event(l)).collect();
        let turns = between(&events, "Arnor", "Gondor");
        assert_eq!((turns[0].before, turns[0].old_until), (None, None));
        let none: [&str; 0] = [];
        assert_eq!(found(&["SANCTION:convict -6 2017-06-05"]), none, "who is fined had no tie to lose");
        assert_eq!(found(&["ASSAULT -9 2017-06-01", "SANCTION:withdraw -6 2017-06-05"]), none, "foes before");
        assert_eq!(
            found(&["ACCUSE -3 2017-06-01", "SANCTION:withdraw -6 2017-06-05"]),
            ["rupture 2017-06-05..2017-06-05"],
            "talk came before"
        );
    }

    #[test]
    fn what_comes_years_later_does_not_make_a_turn() {
        let lines = ["SANCTION:withdraw -6 2016-01-03", "ACCUSE -3 2023-03-10", "AGREE 2.5 2023-03-10"];
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        let turns = between(&events, "Arnor", "Gondor");
        assert_eq!((turns.len(), &turns[0].events[..]), (1, &[lines[0].to_string()][..]));
    }

    #[test]
    fn a_quarrel_that_is_ended_stood_until_then_where_a_second_act_agrees() {
        let none: [&str; 0] = [];
        assert_eq!(found(&["CONCEDE 4.5 2018-06-05"]), none);
        assert_eq!(
            found(&["CONCEDE 4.5 2018-06-05", "CONSULT 4 2018-06-26", "SUPPORT 5 2018-07-16"]),
            ["rapprochement 2018-06-05..2018-06-05"]
        );
        assert_eq!(
            found(&["CONSULT 4 2018-06-05", "SUPPORT 5 2018-07-16"]),
            none,
            "a tie that was always good"
        );
    }

    #[test]
    fn one_visit_mends_nothing_and_two_do() {
        assert_eq!(
            found(&["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "CONSULT 4 2018-01-01"]),
            ["rupture 2016-01-01..2016-01-01"]
        );
        assert_eq!(
            found(&[
                "SUPPORT 5 2015-01-01",
                "SANCTION -6 2016-01-01",
                "CONSULT 4 2018-01-01",
                "CONSULT 4 2018-02-01"
            ]),
            ["rupture 2016-01-01..2016-01-01", "rapprochement 2018-01-01..2018-01-01"]
        );
    }

    #[test]
    fn three_events_are_enough_for_a_plain_break() {
        assert_eq!(
            found(&["SUPPORT 5 2015-01-01", "SANCTION -6 2016-01-01", "SUPPORT 5 2018-01-01"]),
            ["rupture 2016-01-01..2016-01-01", "rapprochement 2018-01-01..2018-01-01"]
        );
    }

    #[test]
    fn one_cut_among_five_is_enough_where_all_else_agrees() {
        let lines = [
            "CONSULT 4 2024-01-10",
            "CONSULT 4 2024-03-01",
            "SANCTION -6 2025-02-01",
            "CONSULT 4 2026-01-05",
            "CONSULT 4 2026-02-01",
        ];
        assert_eq!(found(&lines).len(), 2);
    }

    #[test]
    fn one_quarrel_among_friends_is_no_turn() {
        let none: [&str; 0] = [];
        assert_eq!(found(&["CONSULT 4 2015-01-01", "ACCUSE -3 2015-06-01"]), none);
        assert_eq!(
            found(&[
                "CONSULT 4 2015-01-01",
                "CONSULT 4 2015-04-01",
                "ACCUSE -3.5 2015-06-01",
                "CONSULT 4 2015-09-01"
            ]),
            none
        );
    }

    #[test]
    fn one_phone_call_mends_nothing() {
        let none: [&str; 0] = [];
        assert_eq!(found(&["SANCTION -6 2024-06-13", "CONSULT 1.5 2026-02-11"]), none);
        assert_eq!(
            found(&["SANCTION -6 2024-06-13", "CONSULT 1.5 2026-02-11", "CONSULT 4 2026-03-11"]),
            ["rapprochement 2026-02-11..2026-02-11"]
        );
    }

    #[test]
    fn a_steady_tie_has_no_turn() {
        let lines: Vec<String> = (1..=12).map(|m| format!("CONSULT {} 2015-{m:02}-01", 2 + m % 3)).collect();
        assert!(found(&lines.iter().map(String::as_str).collect::<Vec<_>>()).is_empty());
        assert!(found(&[]).is_empty());
        assert!(found(&["ASSAULT -9 2015-01-01"]).is_empty(), "one attack alone is neither war nor turn");
    }

    #[test]
    fn a_run_of_attacks_is_a_war_and_its_end_a_truce() {
        let mut lines: Vec<String> = vec![
            "CONSULT 4 2015-01-01".into(),
            "COOPERATE 9.5 2015-02-01".into(),
            "CONSULT 2.5 2015-04-01".into(),
        ];
        lines.extend((1..=28).map(|d| format!("ASSAULT -9.5 2015-06-{d:02}")));
        lines.extend((1..=9).map(|d| format!("RETREAT 7.5 2015-07-{d:02}")));
        lines.extend((1..=4).map(|m| format!("CONSULT 4 2016-0{m}-01")));
        assert_eq!(
            found(&lines.iter().map(String::as_str).collect::<Vec<_>>()),
            ["war 2015-06-01..2015-06-01", "truce 2015-07-01..2015-07-01"]
        );
    }

    #[test]
    fn a_quarrel_that_grows_into_a_war_turns_twice() {
        let lines = [
            "SUPPORT 5 2022-01-01",
            "AID 10 2022-06-01",
            "CONSULT 4 2023-02-01",
            "SANCTION -6 2023-09-01",
            "SANCTION -5.5 2023-12-01",
            "THREATEN -3.5 2024-03-01",
            "ASSAULT -9 2024-04-16",
            "ASSAULT -9 2024-04-18",
            "ACCUSE -3 2024-04-20",
            "ASSAULT -9 2024-05-02",
            "RETREAT 6.5 2024-09-09",
            "CONSULT 2.5 2025-03-01",
        ];
        assert_eq!(
            found(&lines),
            ["rupture 2023-09-01..2023-09-01", "war 2024-04-16..2024-04-16", "truce 2024-09-09..2024-09-09"]
        );
    }

    #[test]
    fn feared_attacks_are_no_war() {
        let mut events: Vec<Event> = (1..=5).map(|d| event(&format!("ASSAULT -9 2015-06-0{d}"))).collect();
        events.iter_mut().for_each(|e| e.aux = vec![crate::report::Aux::Hypothetical]);
        assert!(between(&events, "Arnor", "Gondor").is_empty());
    }

    #[test]
    fn a_war_without_a_known_past_is_a_turn_from_nothing() {
        let events: Vec<Event> = (1..=5).map(|d| event(&format!("ASSAULT -9 2015-06-0{d}"))).collect();
        let turns = between(&events, "Arnor", "Gondor");
        assert_eq!((turns.len(), turns[0].kind, turns[0].before), (1, TurnKind::War, None));
    }

    #[test]
    fn the_order_of_events_changes_nothing() {
        let lines = [
            "SUPPORT 5 2015-01-01",
            "SANCTION -6 2016-01-01",
            "CONSULT 4 2018-01-01",
            "CONSULT 4 2018-01-01",
        ];
        let mut turned = lines;
        turned.reverse();
        assert_eq!(found(&lines), found(&turned));
    }

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
