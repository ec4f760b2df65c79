//! How far two codings agree: which acts of one are in the other, and what that makes of types, parties, dyads and months.
//! Pure: acts in, numbers out; the result does not depend on the order in which acts come.

use std::collections::BTreeMap;

use detente::plover::EventType;

/// Types whose parties do it with each other: who is named first says nothing.
const TOGETHER: [EventType; 3] = [EventType::Agree, EventType::Consult, EventType::Cooperate];

/// One act between two parties. Days count from 1 January 1970; parties are numbers that both codings share.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The first day on which it may have been.
    pub first: i32,
    /// The last.
    pub last: i32,
    /// Who does it.
    pub who: u32,
    /// To whom.
    pub whom: u32,
    /// Whether both do it.
    pub mutual: bool,
    /// PLOVER type.
    pub kind: EventType,
    /// Place on the scale from −10 to +10.
    pub scale: f32,
    /// Number of its id among those of its coding.
    pub id: u32,
    /// In how many rows it is told.
    pub told: u32,
}

/// What two acts must share to be one.
type Cell = (u32, u32, EventType, bool);

impl Act {
    /// The dyad, in the order of the numbers.
    pub fn dyad(&self) -> (u32, u32) {
        (self.who.min(self.whom), self.who.max(self.whom))
    }

    /// Dyad, type, and whether the one with the greater number does it.
    fn cell(&self, directed: bool) -> Cell {
        let (a, b) = self.dyad();
        let plain = self.mutual || TOGETHER.contains(&self.kind) || !directed;
        (a, b, self.kind, !plain && self.who > self.whom)
    }

    /// Days between two acts; 0 where they can be of one day.
    fn apart(&self, other: &Act) -> i32 {
        (other.first - self.last).max(self.first - other.last).max(0)
    }
}

/// How acts are held to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// So many days apart they may lie.
    pub days: i32,
    /// Who does it to whom counts, but for what two do together.
    pub directed: bool,
    /// Each row is counted, not each act of a day.
    pub rows: bool,
}

/// The longest span of days in acts that are compared.
pub const LONGEST: i32 = 31;

/// Puts acts in their order, and makes those of the same days, parties and type one.
pub fn settle(acts: &mut Vec<Act>, rules: Rules) {
    let key = |a: &Act| (a.cell(rules.directed), a.first, a.last);
    // Where both do it, either may stand first; the smaller number does, so that the order of rows does not matter.
    for act in acts
        .iter_mut()
        .filter(|a| a.cell(rules.directed) != a.cell(true) || a.mutual || TOGETHER.contains(&a.kind))
    {
        (act.who, act.whom) = act.dyad();
    }
    acts.sort_by(|a, b| key(a).cmp(&key(b)).then(a.id.cmp(&b.id)).then(a.scale.total_cmp(&b.scale)));
    if !rules.rows {
        acts.dedup_by(|next, kept| {
            let same = key(next) == key(kept);
            if same {
                kept.told += next.told;
            }
            same
        });
    }
}

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The other coding has it: the number of its act.
    Both(u32),
    /// The other coding has the dyad on these days, with another type or the other way round.
    Otherwise(u32),
    /// The other coding has nothing of the dyad on these days.
    Alone,
}

/// The fates of the acts of both codings.
pub struct Fates {
    pub a: Vec<Fate>,
    pub b: Vec<Fate>,
}

/// Finds for each act its like in the other coding: one for one, the nearest days first. Both lists must be settled.
pub fn pair_up(a: &[Act], b: &[Act], rules: Rules) -> Fates {
    let mut fates = Fates { a: vec![Fate::Alone; a.len()], b: vec![Fate::Alone; b.len()] };
    let mut from = 0;
    for start in starts(a, |x| x.cell(rules.directed)) {
        let cell = a[start.0].cell(rules.directed);
        while from < b.len() && b[from].cell(rules.directed) < cell {
            from += 1;
        }
        let mut to = from;
        while to < b.len() && b[to].cell(rules.directed) == cell {
            to += 1;
        }
        // The nearest first.
        for apart in 0..=rules.days {
            for (i, x) in a.iter().enumerate().take(start.1).skip(start.0) {
                if fates.a[i] != Fate::Alone {
                    continue;
                }
                // Acts are sorted by their first days, and none is longer than the longest.
                let low = from + b[from..to].partition_point(|y| y.first < x.first - rules.days - LONGEST);
                let near = (low..to).take_while(|k| b[*k].first <= x.last + rules.days);
                let found = near.into_iter().find(|k| fates.b[*k] == Fate::Alone && x.apart(&b[*k]) == apart);
                if let Some(k) = found {
                    fates.a[i] = Fate::Both(k as u32);
                    fates.b[k] = Fate::Both(i as u32);
                }
            }
        }
        from = to;
    }
    otherwise(a, b, rules, &mut fates.a);
    otherwise(b, a, rules, &mut fates.b);
    fates
}

/// Runs of acts of one cell, as their first place and the one behind their last.
fn starts<K: PartialEq>(acts: &[Act], key: impl Fn(&Act) -> K) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (i, act) in acts.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if key(&acts[run.0]) == key(act) => run.1 = i + 1,
            _ => runs.push((i, i + 1)),
        }
    }
    runs
}

/// Finds for acts without their like what the other coding has of the dyad on these days: the nearest, of those the one of
/// the same type.
fn otherwise(ours: &[Act], theirs: &[Act], rules: Rules, fates: &mut [Fate]) {
    // Acts are sorted by dyad first.
    for (act, fate) in ours.iter().zip(fates.iter_mut()).filter(|(_, fate)| **fate == Fate::Alone) {
        let from = theirs.partition_point(|y| y.dyad() < act.dyad());
        let to = theirs.partition_point(|y| y.dyad() <= act.dyad());
        let near = theirs[from..to].iter().enumerate().filter(|(_, y)| act.apart(y) <= rules.days);
        let best = near.min_by_key(|(k, y)| (y.kind != act.kind, act.apart(y), *k));
        if let Some((k, _)) = best {
            *fate = Fate::Otherwise((from + k) as u32);
        }
    }
}

/// Counts of a group of acts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Acts of A.
    pub a: u64,
    /// Acts of B.
    pub b: u64,
    /// Acts of both.
    pub both: u64,
    /// Acts of A that B tells otherwise.
    pub a_otherwise: u64,
    /// Acts of B that A tells otherwise.
    pub b_otherwise: u64,
}

impl Tally {
    /// Share of A's acts that B has.
    pub fn share_a(&self) -> Option<f64> {
        share(self.both, self.a)
    }

    /// Share of B's acts that A has.
    pub fn share_b(&self) -> Option<f64> {
        share(self.both, self.b)
    }

    /// The harmonic mean of both shares.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.both, self.a + self.b)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Wilson's interval of a share, at 95 in 100.
pub fn wilson(part: u64, whole: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_964;
    let (n, p) = (whole as f64, share(part, whole)?);
    let (z2, middle) = (Z * Z, p + Z * Z / (2.0 * n));
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    Some((((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)))
}

/// Cohen's kappa over yes and no of two codings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kappa {
    /// Both say yes.
    pub both: u64,
    /// A alone does.
    pub a: u64,
    /// B alone does.
    pub b: u64,
    /// Neither does.
    pub neither: u64,
}

impl Kappa {
    /// How many were asked.
    pub fn n(&self) -> u64 {
        self.both + self.a + self.b + self.neither
    }

    /// Agreement beyond chance; `None` where chance alone gives all of it.
    pub fn value(&self) -> Option<f64> {
        let n = self.n() as f64;
        let (yes_a, yes_b) = ((self.both + self.a) as f64 / n, (self.both + self.b) as f64 / n);
        let agreed = (self.both + self.neither) as f64 / n;
        let chance = yes_a * yes_b + (1.0 - yes_a) * (1.0 - yes_b);
        (n > 0.0 && chance < 1.0).then(|| (agreed - chance) / (1.0 - chance))
    }

    fn add(&mut self, a: bool, b: bool) {
        match (a, b) {
            (true, true) => self.both += 1,
            (true, false) => self.a += 1,
            (false, true) => self.b += 1,
            (false, false) => self.neither += 1,
        }
    }
}

/// For each type whether both codings tell it, over the days of dyads of which both tell something. The last is over all types.
pub fn kappas(a: &[Act], b: &[Act]) -> (BTreeMap<EventType, Kappa>, Kappa) {
    let days = |acts: &[Act]| {
        let mut days: BTreeMap<(u32, u32, i32), u32> = BTreeMap::new();
        for act in acts.iter().filter(|a| a.first == a.last) {
            let (x, y) = act.dyad();
            *days.entry((x, y, act.first)).or_default() |= 1 << act.kind as u32;
        }
        days
    };
    let (a, b) = (days(a), days(b));
    let mut all: BTreeMap<EventType, Kappa> = BTreeMap::new();
    let mut pooled = Kappa::default();
    for (day, types) in &a {
        let Some(others) = b.get(day) else { continue };
        for kind in EventType::ALL {
            let has = |types: &u32| types & (1 << *kind as u32) != 0;
            all.entry(*kind).or_default().add(has(types), has(others));
            pooled.add(has(types), has(others));
        }
    }
    (all, pooled)
}

/// Pairs of numbers, for a correlation, added up one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// How many pairs.
    pub n: u64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    /// Adds a pair.
    pub fn add(&mut self, x: f64, y: f64) {
        // Running means, so that large numbers lose nothing.
        self.n += 1;
        let n = self.n as f64;
        let (dx, dy) = (x - self.x, y - self.y);
        self.x += dx / n;
        self.y += dy / n;
        self.xx += dx * (x - self.x);
        self.yy += dy * (y - self.y);
        self.xy += dx * (y - self.y);
    }

    /// Pearson's correlation, of three pairs and more that are not all alike.
    pub fn r(&self) -> Option<f64> {
        let spread = (self.xx * self.yy).sqrt();
        (self.n >= 3 && spread > 1e-12).then(|| (self.xy / spread).clamp(-1.0, 1.0))
    }
}

/// How the scores of dyads in months go together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    /// Mean scores, over months of dyads of which both tell.
    pub means: Moments,
    /// Sums of scores, over months of dyads of which either tells; nothing told is nought.
    pub sums: Moments,
    /// Mean scores by dyad, over its months of which both tell.
    pub by_dyad: BTreeMap<(u32, u32), Moments>,
}

/// Sums up the scores of both codings by dyad and month (`month` numbers the month of a day).
pub fn scores(a: &[Act], b: &[Act], month: impl Fn(i32) -> i32) -> Scores {
    let mut cells: BTreeMap<(u32, u32, i32), [(f64, u32); 2]> = BTreeMap::new();
    for (side, acts) in [a, b].into_iter().enumerate() {
        for act in acts {
            let (x, y) = act.dyad();
            let cell = &mut cells.entry((x, y, month(act.first))).or_default()[side];
            cell.0 += f64::from(act.scale);
            cell.1 += 1;
        }
    }
    let mut scores = Scores::default();
    for ((x, y, _), [a, b]) in &cells {
        scores.sums.add(a.0, b.0);
        if a.1 > 0 && b.1 > 0 {
            let (a, b) = (a.0 / f64::from(a.1), b.0 / f64::from(b.1));
            scores.means.add(a, b);
            scores.by_dyad.entry((*x, *y)).or_default().add(a, b);
        }
    }
    scores
}

/// Counts acts of both codings by groups; an act can be in several.
pub fn tally<K: Ord + Clone>(
    (a, b): (&[Act], &[Act]),
    fates: &Fates,
    groups: impl Fn(&Act) -> Vec<K>,
) -> BTreeMap<K, Tally> {
    let mut all: BTreeMap<K, Tally> = BTreeMap::new();
    for (act, fate) in a.iter().zip(&fates.a) {
        for key in groups(act) {
            let tally = all.entry(key).or_default();
            tally.a += 1;
            tally.a_otherwise += u64::from(matches!(fate, Fate::Otherwise(_)));
            // An act of both counts once, in the groups of A's telling; a day apart can be another month.
            if let Fate::Both(_) = fate {
                tally.both += 1;
            }
        }
    }
    for (act, fate) in b.iter().zip(&fates.b) {
        // B's telling of an act of both stands in the groups of A's.
        let act = match fate {
            Fate::Both(other) => a.get(*other as usize).unwrap_or(act),
            _ => act,
        };
        for key in groups(act) {
            let tally = all.entry(key).or_default();
            tally.b += 1;
            tally.b_otherwise += u64::from(matches!(fate, Fate::Otherwise(_)));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { days: 0, directed: true, rows: false };

    fn act(day: i32, who: u32, kind: EventType, whom: u32, id: u32) -> Act {
        Act { first: day, last: day, who, whom, mutual: false, kind, scale: 1.0, id, told: 1 }
    }

    fn settled(mut acts: Vec<Act>, rules: Rules) -> Vec<Act> {
        settle(&mut acts, rules);
        acts
    }

    /// By the ids of A and B: which are one; the others by their fate.
    fn told(a: &[Act], b: &[Act], rules: Rules) -> (Vec<(u32, u32)>, Vec<u32>, Vec<u32>) {
        let fates = pair_up(a, b, rules);
        let both = a.iter().zip(&fates.a).filter_map(|(x, fate)| match fate {
            Fate::Both(y) => Some((x.id, b[*y as usize].id)),
            _ => None,
        });
        let other = |acts: &[Act], fates: &[Fate]| -> Vec<u32> {
            let others = acts.iter().zip(fates).filter(|(_, f)| matches!(f, Fate::Otherwise(_)));
            others.map(|(x, _)| x.id).collect()
        };
        (both.collect(), other(a, &fates.a), other(b, &fates.b))
    }

    #[test]
    fn an_act_is_in_both_where_dyad_type_and_day_are_the_same() {
        let a = settled(
            vec![
                act(10, 1, EventType::Consult, 2, 0),
                act(10, 1, EventType::Accuse, 2, 1),
                act(11, 1, EventType::Assault, 3, 2),
            ],
            RULES,
        );
        let b = settled(
            vec![
                // Two who meet may be named either way round; accusing has a direction.
                act(10, 2, EventType::Consult, 1, 0),
                act(10, 2, EventType::Accuse, 1, 1),
                act(12, 1, EventType::Assault, 3, 2),
            ],
            RULES,
        );
        assert_eq!(told(&a, &b, RULES), (vec![(0, 0)], vec![1], vec![1]));
        let near = Rules { days: 1, ..RULES };
        assert_eq!(told(&a, &b, near), (vec![(0, 0), (2, 2)], vec![1], vec![1]));
        let loose = Rules { directed: false, ..RULES };
        let (a, b) = (settled(a, loose), settled(b, loose));
        assert_eq!(told(&a, &b, loose).0.len(), 2);
    }

    #[test]
    fn acts_are_paired_one_for_one_and_the_nearest_first() {
        let at = |days: &[i32]| -> Vec<Act> {
            let acts = days.iter().enumerate().map(|(i, d)| act(*d, 1, EventType::Accuse, 2, i as u32));
            settled(acts.collect(), RULES)
        };
        let rules = Rules { days: 3, ..RULES };
        // The act of day 12 belongs to that of day 12, though that of day 10 comes first.
        assert_eq!(told(&at(&[10, 12]), &at(&[12]), rules).0, [(1, 0)]);
        assert_eq!(told(&at(&[10]), &at(&[9, 11, 12]), rules).0.len(), 1);
        assert_eq!(told(&at(&[10, 20]), &at(&[13, 24]), rules).0, [(0, 0)]);
    }

    #[test]
    fn rows_of_one_day_are_one_act_unless_rows_are_counted() {
        let rows = vec![act(10, 1, EventType::Consult, 2, 4), act(10, 2, EventType::Consult, 1, 3)];
        let acts = settled(rows.clone(), RULES);
        assert_eq!(acts.iter().map(|a| (a.id, a.told)).collect::<Vec<_>>(), [(3, 2)]);
        assert_eq!(settled(rows, Rules { rows: true, ..RULES }).len(), 2);
    }

    #[test]
    fn the_order_in_which_acts_come_does_not_matter() {
        let kinds = [EventType::Consult, EventType::Accuse, EventType::Aid];
        let acts: Vec<Act> = (0..60u32)
            .map(|i| act((i * 7 % 11) as i32, i % 3, kinds[(i % 3) as usize], 3 + i % 2, i))
            .collect();
        let other: Vec<Act> =
            acts.iter().step_by(2).map(|x| act(x.first + 1, x.who, x.kind, x.whom, x.id)).collect();
        let rules = Rules { days: 1, ..RULES };
        let turned = |acts: &[Act]| settled(acts.iter().rev().cloned().collect(), rules);
        let straight = |acts: &[Act]| settled(acts.to_vec(), rules);
        assert_eq!(
            told(&straight(&acts), &straight(&other), rules),
            told(&turned(&acts), &turned(&other), rules)
        );
    }

    #[test]
    fn a_span_of_days_meets_any_day_in_it() {
        let mut span = act(10, 1, EventType::Aid, 2, 0);
        span.last = 16;
        for (day, met) in [(9, false), (10, true), (16, true), (17, false)] {
            let (a, b) = (vec![span.clone()], vec![act(day, 1, EventType::Aid, 2, 0)]);
            assert_eq!(!told(&a, &b, RULES).0.is_empty(), met, "{day}");
            assert_eq!(!told(&b, &a, RULES).0.is_empty(), met, "{day}");
        }
    }

    #[test]
    fn shares_bands_kappa_and_correlation_are_those_of_the_textbooks() {
        let tally = Tally { a: 10, b: 20, both: 5, ..Tally::default() };
        assert_eq!((tally.share_a(), tally.share_b()), (Some(0.5), Some(0.25)));
        assert!((tally.f1().unwrap_or(0.0) - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(Tally::default().share_a(), None);
        let (low, high) = wilson(5, 10).unwrap_or_default();
        assert!((low - 0.2366).abs() < 1e-3 && (high - 0.7634).abs() < 1e-3, "{low} {high}");
        // 20 and 15 of 50 agree, 5 and 10 do not: 0.4.
        let kappa = Kappa { both: 20, a: 5, b: 10, neither: 15 };
        assert!((kappa.value().unwrap_or(0.0) - 0.4).abs() < 1e-9);
        assert_eq!(Kappa::default().value(), None);
        let mut moments = Moments::default();
        for (x, y) in [(1.0, 2.0), (2.0, 4.0), (3.0, 5.0), (4.0, 4.0), (5.0, 5.0)] {
            moments.add(x, y);
        }
        assert!((moments.r().unwrap_or(0.0) - 0.774_597).abs() < 1e-5);
        assert_eq!(Moments::default().r(), None);
    }

    #[test]
    fn counts_of_groups_add_up() {
        let a =
            settled((0..9).map(|d| act(d, 1, EventType::Aid, 2 + (d as u32) % 2, d as u32)).collect(), RULES);
        let b = settled(
            (3..12).map(|d| act(d, 1, EventType::Aid, 2 + (d as u32) % 2, d as u32)).collect(),
            RULES,
        );
        let fates = pair_up(&a, &b, RULES);
        let by = tally((&a, &b), &fates, |x| vec![x.dyad()]);
        let sum = by.values().fold((0, 0, 0), |s, t| (s.0 + t.a, s.1 + t.b, s.2 + t.both));
        assert_eq!(sum, (9, 9, 6));
        assert!(by.values().all(|t| t.both <= t.a && t.both <= t.b));
        let scores = scores(&a, &b, |day| day / 6);
        assert_eq!((scores.means.n, scores.sums.n), (4, 4));
    }
}
