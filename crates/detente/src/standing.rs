//! Standing: where two actors stand with each other, month by month, on PLOVER's scale from −10 (at war) to
//! +10 (allied), with a band that says how sure that is, and nothing at all where nothing is known.
//!
//! The level at the end of a month is the weighted mean of the scores of all events up to then. The weight
//! of an event is the product of four things, all of them in [`Params`]:
//! - *is it real?* What was denied weighs nothing; what is only announced, asked for or supposed, a quarter;
//! - *who vouches?* A mere claim weighs half; independent publishers add weight, but never more than double;
//! - *how long ago?* The weight halves over a half-life: words are forgotten sooner than deeds, and deeds
//!   sooner than cut ties, sanctions and standing cooperation;
//! - *how many at once?* A month with a hundred reports of shelling is one bad month, not a hundred:
//!   the weights of one month together never pass a ceiling. (This is the weight of a mean of noisy
//!   observations of a level that itself moves from month to month.)
//!
//! The band holds 80 of 100 such levels under the usual normal reckoning, with a prior scatter so that one
//! event alone does not look certain. It is a guide, not a calibrated probability, and a later method may
//! replace it. When the evidence has faded so far that the band is as wide as the scale itself, wherever its
//! middle lies, or that its weight is below a floor, the level is `None`: no evidence is never shown as neutral.
//! [`Standing::last_evidence`] still says what was last known, and from when.
//!
//! News often gives no day but a year ("in 2012") or a span of years ("between 2006 and 2011"). Such an event is
//! evidence for all of its interval, a little each month; one that leaves open more than ten years dates nothing.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event_set::Event;
use crate::plover::{EventType, Quad};
use crate::report::Aux;

/// The numbers of the method. [`Params::default`] is what the program uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Half-life in days of verbal events.
    pub verbal_half_life: f64,
    /// Half-life in days of material events.
    pub material_half_life: f64,
    /// Half-life in days of events that change a standing arrangement: SANCTION (ties, aid and trade cut)
    /// and COOPERATE.
    pub structural_half_life: f64,
    /// Weight of an event that is announced, asked for or supposed. What is denied weighs nothing.
    pub unreal_weight: f64,
    /// Weight of an event for which only an interested voice vouches.
    pub claim_weight: f64,
    /// Weight of what the people of a side do (`SYR/REB`, `IND/CVL`) as evidence about the side itself (`SYR`, `IND`).
    /// 0: it is evidence about them alone.
    pub people_weight: f64,
    /// The most that the events of one month weigh together.
    pub month_ceiling: f64,
    /// Scatter of single events about the level that is assumed before any is seen, in points of the scale.
    pub prior_scatter: f64,
    /// How many events that assumption counts for.
    pub prior_events: f64,
    /// Half the width of the band in standard errors: 1.28 for 80 of 100.
    pub band: f64,
    /// Below this weight there is no evidence left.
    pub floor: f64,
    /// An interval of more days than this dates nothing.
    pub widest_days: i64,
}

impl Default for Params {
    fn default() -> Params {
        Params {
            verbal_half_life: 180.0,
            material_half_life: 365.0,
            structural_half_life: 730.0,
            unreal_weight: 0.25,
            claim_weight: 0.5,
            people_weight: 0.0,
            month_ceiling: 4.0,
            prior_scatter: 4.0,
            prior_events: 2.0,
            band: 1.28,
            floor: 0.05,
            widest_days: 3653,
        }
    }
}

/// Where a dyad stands, and how sure that is. Scale −10…+10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The level.
    pub value: f64,
    /// Lower end of the band.
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// How much evidence stands behind it, in fresh, fully attested events.
    pub weight: f64,
}

/// One month of a standing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// First day of the month.
    pub first: Date,
    /// The level at the end of the month; `None` where there is no evidence.
    pub level: Option<Level>,
    /// Ids of the events that fall in this month and moved it, by day.
    pub events: Vec<String>,
}

/// Where two actors stand with each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The party whose key comes first in the alphabet.
    pub a: String,
    /// The other one.
    pub b: String,
    /// From the month of the first event that counts to that of the day asked for, without gaps.
    pub months: Vec<Month>,
    /// Events between the two that count.
    pub events: usize,
    /// Events without a day, or with an interval too wide to date anything: they are only counted.
    pub undated: usize,
    /// Events that weigh nothing, because they are denied.
    pub denied: usize,
    /// The last day of the last event that counts.
    pub last: Option<Date>,
}

impl Standing {
    /// The level at the end of the last month, if there is any evidence.
    pub fn latest(&self) -> Option<Level> {
        self.months.last().and_then(|m| m.level)
    }

    /// The day of the last event that counts and the level at the end of its month: what was known last, even
    /// where it has faded since. The level is `None` where the evidence was too thin for one even then; all is
    /// `None` where no event counts.
    pub fn last_evidence(&self) -> Option<(Date, Option<Level>)> {
        let day = self.last?;
        Some((day, self.on(day)))
    }

    /// The level at the end of the month that holds this day. A day before the first event has none; for a
    /// day after the last month, ask for a standing up to that day.
    pub fn on(&self, day: Date) -> Option<Level> {
        self.months.iter().find(|m| m.first == day.first_of_month()).and_then(|m| m.level)
    }
}

/// Who does it, seen from a dyad whose parties are named by alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The first party does it to the second.
    A,
    /// The second party does it to the first.
    B,
    /// Both do it together.
    Both,
}

/// One event as evidence about a dyad. It borrows from whatever holds the event: an [`Event`], or a row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation<'a> {
    /// Id of the event.
    pub event: &'a str,
    /// Its type.
    pub kind: EventType,
    /// Its mode, where one is known.
    pub mode: Option<&'a str>,
    /// Who does it.
    pub by: By,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Place on the scale, −10…+10.
    pub score: f64,
    /// Weight before it fades and before the ceiling of its month: more than 0, below 2.
    pub weight: f64,
}

impl Observation<'_> {
    /// The middle day of the interval.
    pub fn middle(&self) -> Date {
        later(self.from, days_between(self.from, self.to) / 2)
    }

    /// True where the days leave no doubt that the other came later: it neither begins nor ends before this
    /// one. Of "in 2012" and "on 5 June 2012" nobody knows which came first.
    pub fn is_before(&self, other: &Observation) -> bool {
        self.from < other.from && self.to < other.to
    }
}

/// The evidence about a dyad: what counts, in order of days, and how many events were left out and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed<'a> {
    /// By the middle of the days, then by the first day, then by id.
    observations: Vec<Observation<'a>>,
    /// Events without a day, or with an interval too wide to date anything.
    pub undated: usize,
    /// Events that weigh nothing, because they are denied.
    pub denied: usize,
}

impl<'a> Observed<'a> {
    /// The evidence with these observations, in whatever order they come.
    pub fn new(mut observations: Vec<Observation<'a>>) -> Observed<'a> {
        observations.sort_by(|x, y| (x.middle(), x.from, x.event).cmp(&(y.middle(), y.from, y.event)));
        Observed { observations, undated: 0, denied: 0 }
    }

    /// What counts, in order of days.
    pub fn observations(&self) -> &[Observation<'a>] {
        &self.observations
    }
}

/// The evidence that events hold about a dyad.
pub fn observe<'a>(events: &'a [Event], a: &str, b: &str, params: &Params) -> Observed<'a> {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let (mut undated, mut denied) = (0, 0);
    let mut observations = Vec::new();
    for event in events.iter().filter(|e| e.is_between(a, b)) {
        let weight = weigh(event, params);
        match (event.date, event.enddate) {
            _ if weight <= 0.0 => denied += 1,
            (Some(from), Some(to)) if from <= to && days_between(from, to) <= params.widest_days => {
                observations.push(Observation {
                    event: &event.id,
                    kind: event.kind,
                    mode: event.mode.as_deref(),
                    by: by(event, a, b),
                    from,
                    to,
                    score: f64::from(event.scale).clamp(-10.0, 10.0),
                    weight,
                });
            }
            _ => undated += 1,
        }
    }
    Observed { undated, denied, ..Observed::new(observations) }
}

/// Who of the two does it.
fn by(event: &Event, a: &str, b: &str) -> By {
    let does = |key: &str, other: &str| {
        event.actors.iter().any(|k| k == key) && event.recipients.iter().any(|k| k == other)
    };
    match (does(a, b), does(b, a)) {
        (true, false) => By::A,
        (false, true) => By::B,
        _ => By::Both,
    }
}

/// Weight of an event before it fades.
fn weigh(event: &Event, params: &Params) -> f64 {
    let real = if event.aux.contains(&Aux::Negated) {
        0.0
    } else if event.is_real() {
        1.0
    } else {
        params.unreal_weight
    };
    let vouched = if event.said_by.is_empty() { 1.0 } else { params.claim_weight };
    let n = event.witnesses.max(1) as f64;
    real * vouched * 2.0 * n / (n + 1.0)
}

/// Days in which the weight of such an event halves.
fn half_life(kind: EventType, params: &Params) -> f64 {
    match kind {
        EventType::Sanction | EventType::Cooperate => params.structural_half_life,
        _ => match kind.quad() {
            Quad::VerbalCooperation | Quad::VerbalConflict => params.verbal_half_life,
            Quad::MaterialCooperation | Quad::MaterialConflict => params.material_half_life,
        },
    }
}

/// The part of an observation that falls in one month.
struct Slice {
    observation: usize,
    month: Date,
    /// Middle of the part.
    day: Date,
    weight: f64,
}

/// Cuts each observation into months, the weight shared out by days, and holds each month under its ceiling.
fn slices(observations: &[&Observation], params: &Params) -> Vec<Slice> {
    let mut slices = Vec::new();
    for (i, o) in observations.iter().enumerate() {
        let days = (days_between(o.from, o.to) + 1) as f64;
        let mut from = o.from;
        loop {
            let to = from.last_of_month().min(o.to);
            let share = (days_between(from, to) + 1) as f64 / days;
            let day = later(from, days_between(from, to) / 2);
            slices.push(Slice {
                observation: i,
                month: from.first_of_month(),
                day,
                weight: o.weight * share,
            });
            match to.tomorrow() {
                Ok(next) if to < o.to => from = next,
                _ => break,
            }
        }
    }
    slices.sort_by_key(|s| (s.month, s.day, s.observation));
    for month in slices.chunk_by_mut(|x, y| x.month == y.month) {
        let sum: f64 = month.iter().map(|s| s.weight).sum();
        for slice in month {
            slice.weight /= 1.0 + sum / params.month_ceiling;
        }
    }
    slices
}

/// Where `a` and `b` stand with each other, from the first event that counts up to the day `until` (up to the
/// last event day where it is `None`). Events after `until` are left out.
pub fn standing(observed: &Observed, a: &str, b: &str, until: Option<Date>, params: &Params) -> Standing {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let observations: Vec<&Observation> =
        observed.observations.iter().filter(|o| until.is_none_or(|until| o.from <= until)).collect();
    let mut standing = Standing {
        a: a.into(),
        b: b.into(),
        months: Vec::new(),
        events: observations.len(),
        undated: observed.undated,
        denied: observed.denied,
        last: observations.iter().map(|o| until.map_or(o.to, |until| o.to.min(until))).max(),
    };
    let slices = slices(&observations, params);
    let last = until.or_else(|| observations.iter().map(|o| o.to).max());
    let (Some(first), Some(last)) = (slices.first(), last) else { return standing };
    let mut month = first.month;
    loop {
        let at = month.last_of_month().min(last);
        let mut moved: Vec<&Slice> = slices.iter().filter(|s| s.month == month && s.day <= at).collect();
        moved.sort_by_key(|s| s.observation);
        standing.months.push(Month {
            first: month,
            level: level(&observations, &slices, at, params),
            events: moved.iter().map(|s| observations[s.observation].event.to_string()).collect(),
        });
        match at.tomorrow() {
            Ok(next) if at < last => month = next,
            _ => break,
        }
    }
    standing
}

/// The level at the end of a day.
fn level(observations: &[&Observation], slices: &[Slice], at: Date, params: &Params) -> Option<Level> {
    let seen: Vec<(f64, f64)> = slices
        .iter()
        .take_while(|s| s.month <= at)
        .filter(|s| s.day <= at)
        .map(|s| {
            let o = observations[s.observation];
            let age = days_between(s.day, at) as f64;
            (o.score, s.weight * (-age / half_life(o.kind, params)).exp2())
        })
        .collect();
    let weight: f64 = seen.iter().map(|s| s.1).sum();
    if weight < params.floor {
        return None;
    }
    let value = seen.iter().map(|(x, w)| x * w).sum::<f64>() / weight;
    let spread: f64 = seen.iter().map(|(x, w)| w * (x - value).powi(2)).sum();
    let variance =
        (params.prior_events * params.prior_scatter.powi(2) + spread) / (params.prior_events + weight);
    let half = params.band * (variance / weight).sqrt();
    if half >= 10.0 {
        return None;
    }
    Some(Level {
        value: rounded(value),
        low: rounded((value - half).max(-10.0)),
        high: rounded((value + half).min(10.0)),
        weight: rounded(weight),
    })
}

/// Three decimals: more would only show how different machines round.
pub(crate) fn rounded(x: f64) -> f64 {
    // Adding zero turns −0 into 0.
    (x * 1000.0).round() / 1000.0 + 0.0
}

/// Days from one day to another; negative where the second comes first.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// The day so many days later, or the last day of the calendar.
fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// `TYPE[:mode] scale start..end`, between Arnor and Gondor.
    pub(crate) fn event(line: &str) -> Event {
        let parts: Vec<&str> = line.split(' ').collect();
        let (start, end) = parts[2].split_once("..").unwrap_or((parts[2], parts[2]));
        let (kind, mode) = parts[0].split_once(':').unwrap_or((parts[0], ""));
        Event {
            id: line.into(),
            cell: "undated/talk/real".parse().expect("a cell"),
            kind: EventType::parse(kind).expect("a type"),
            mode: (!mode.is_empty()).then(|| mode.into()),
            mutual: false,
            actors: vec!["Arnor".into()],
            recipients: vec!["Gondor".into()],
            date: start.parse().ok(),
            enddate: end.parse().ok(),
            aux: vec![],
            said_by: vec![],
            scale: parts[1].parse().expect("a number"),
            words: String::new(),
            place: None,
            reports: vec![],
            publishers: vec![],
            witnesses: 1,
            copies: 0,
            versions: vec![],
            links: vec![],
            reasons: vec![],
        }
    }

    fn between(events: &[Event], until: Option<Date>) -> Standing {
        let params = Params::default();
        standing(&observe(events, "Gondor", "Arnor", &params), "Gondor", "Arnor", until, &params)
    }

    fn stand(lines: &[&str], until: &str) -> Standing {
        let events: Vec<Event> = lines.iter().map(|l| event(l)).collect();
        between(&events, until.parse().ok())
    }

    #[test]
    fn no_evidence_is_not_neutral() {
        assert_eq!(stand(&[], "2026-01-31").months, []);
        let faded = stand(&["CONSULT 2.5 2010-01-05"], "2026-01-31");
        assert_eq!(faded.latest(), None);
        assert!(faded.months[0].level.is_some());
    }

    #[test]
    fn a_band_as_wide_as_the_scale_says_nothing() {
        let s = stand(&["SUPPORT 5 2024-06-13"], "2026-06-30");
        assert!(s.months[0].level.is_some() && s.months[6].level.is_some());
        assert_eq!(s.latest(), None);
        let s = stand(&["SANCTION -6 2017-06-05", "COERCE -7 2017-06-05"], "2023-03-31");
        assert_eq!(s.latest(), None, "the same where the middle lies far from 0");
    }

    #[test]
    fn what_was_known_last_is_told_after_it_has_faded() {
        let s = stand(&["CONSULT 2.5 2010-01-05", "SUPPORT 5 2010-03-02"], "2026-01-31");
        let (day, level) = s.last_evidence().unwrap();
        assert_eq!((day.to_string().as_str(), s.latest()), ("2010-03-02", None));
        assert!(level.unwrap().value > 3.0);
        assert_eq!(stand(&["AID 10 -"], "2026-01-31").last_evidence(), None);
    }

    #[test]
    fn years_of_support_are_evidence_all_along_and_no_longer() {
        let s = stand(&["AID 10 2006-01-01..2011-12-31"], "2020-12-31");
        assert_eq!((s.undated, s.events), (0, 1));
        assert!(s.on("2011-12-31".parse().unwrap()).is_some_and(|l| l.value == 10.0 && l.low < 5.0));
        assert_eq!(s.latest(), None);
    }

    #[test]
    fn one_event_alone_has_a_wide_band() {
        let level = stand(&["CONSULT 4 2026-01-05"], "2026-01-31").latest().unwrap();
        assert_eq!(level.value, 4.0);
        assert!(level.low < 0.0 && level.high > 8.0, "{level:?}");
    }

    #[test]
    fn agreeing_events_narrow_the_band_and_time_widens_it() {
        let width = |s: Standing| s.latest().map(|l| l.high - l.low).unwrap();
        let one = width(stand(&["CONSULT 4 2026-01-05"], "2026-03-31"));
        let three = width(stand(
            &["CONSULT 4 2026-01-05", "CONSULT 4 2026-02-05", "CONSULT 4 2026-03-05"],
            "2026-03-31",
        ));
        let later = width(stand(
            &["CONSULT 4 2026-01-05", "CONSULT 4 2026-02-05", "CONSULT 4 2026-03-05"],
            "2027-03-31",
        ));
        assert!(three < one && three < later, "{one} {three} {later}");
    }

    #[test]
    fn deeds_outlast_words() {
        let level =
            stand(&["SANCTION -6 2024-01-05", "CONSULT 2.5 2024-01-05"], "2025-12-31").latest().unwrap();
        assert!(level.value < -4.0, "{level:?}");
    }

    #[test]
    fn a_month_of_shelling_is_one_bad_month() {
        let shelling: Vec<String> = (1..=28).map(|d| format!("ASSAULT -9.5 2026-01-{d:02}")).collect();
        let mut lines: Vec<&str> = shelling.iter().map(String::as_str).collect();
        let war = stand(&lines, "2026-01-31").latest().unwrap();
        assert!(war.weight < Params::default().month_ceiling && war.value < -9.0);
        let peace: Vec<String> = (2..=12).map(|m| format!("RETREAT 7.5 2026-{m:02}-10")).collect();
        lines.extend(peace.iter().map(String::as_str));
        assert!(
            stand(&lines, "2026-12-31").latest().unwrap().value > 3.0,
            "eleven months of peace weigh more"
        );
    }

    #[test]
    fn what_was_denied_weighs_nothing_and_what_was_announced_little() {
        let mut denied = event("ASSAULT -9 2026-01-05");
        denied.aux = vec![Aux::Negated];
        let mut announced = event("ASSAULT -9 2026-01-06");
        announced.aux = vec![Aux::Future];
        let met = event("CONSULT 4 2026-01-07");
        let s = between(&[denied, announced, met], None);
        assert_eq!((s.denied, s.events), (1, 2));
        let level = s.latest().unwrap();
        assert!(level.value > 1.0 && level.value < 4.0, "{level:?}");
    }

    #[test]
    fn a_claim_weighs_less_and_witnesses_more() {
        let mut claim = event("ASSAULT -9 2026-01-05");
        claim.said_by = vec!["Gondor".into()];
        let mut witnessed = event("ASSAULT -9 2026-01-05");
        witnessed.witnesses = 5;
        let plain = event("ASSAULT -9 2026-01-05");
        let weight = |e: Event| between(&[e], None).latest().unwrap().weight;
        let (claim, plain, witnessed) = (weight(claim), weight(plain), weight(witnessed));
        assert!(claim < plain && plain < witnessed && witnessed < 2.0 * plain);
    }

    #[test]
    fn an_interval_spreads_over_its_months() {
        let s = stand(&["AID 10 2026-01-16..2026-03-15"], "2026-04-30");
        let moved: Vec<usize> = s.months.iter().map(|m| m.events.len()).collect();
        assert_eq!(moved, [1, 1, 1, 0]);
        let weights: Vec<f64> = s.months.iter().map(|m| m.level.unwrap().weight).collect();
        assert!(weights[0] < weights[1] && weights[1] < weights[2] && weights[3] < weights[2], "{weights:?}");
    }

    #[test]
    fn undated_events_are_counted_and_do_not_enter() {
        let s = stand(&["AID 10 -", "AID 10 1990-01-01..2020-01-01", "CONSULT 2.5 2026-01-05"], "2026-01-31");
        assert_eq!((s.undated, s.events, s.months.len()), (2, 1, 1));
    }

    #[test]
    fn nothing_after_the_day_asked_for_enters() {
        let s = stand(&["CONSULT 4 2026-01-05", "ASSAULT -9 2026-02-05"], "2026-01-31");
        assert_eq!(s.latest().unwrap().value, 4.0);
        assert_eq!(s.months.len(), 1);
    }

    #[test]
    fn the_order_of_events_changes_nothing() {
        let lines = ["AID 10 2024-01-01..2024-06-30", "SANCTION -6 2025-02-03", "CONSULT 2.5 2025-09-09"];
        let mut turned = lines;
        turned.reverse();
        assert_eq!(stand(&lines, "2026-01-31"), stand(&turned, "2026-01-31"));
    }

    #[test]
    fn acting_together_on_a_third_is_not_acting_on_each_other() {
        let mut joint = event("ASSAULT -9 2026-01-05");
        joint.actors = vec!["Arnor".into(), "Gondor".into()];
        joint.recipients = vec!["Mordor".into()];
        assert!(!joint.is_between("Arnor", "Gondor"));
        joint.recipients.clear();
        assert!(joint.is_between("Arnor", "Gondor"), "they clashed with each other");
    }
}
