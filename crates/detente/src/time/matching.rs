//! Finds, at each place that has a word of time near, the longest phrase. Finding does not look at days: that
//! comes after, in `meaning`.

use std::cell::RefCell;

use crate::span::Span;

use super::almanac::Almanac;
use super::lexicon::{Kind, Sort, TimeLexicon, Trie, written};
use super::scan::{Piece, UNKNOWN, scan, wide_mark};
use super::words::Unit;

/// How many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Amount {
    /// This many.
    Exact(i64),
    /// This many and a half.
    Half(i64),
    /// "a few", "several".
    Few,
    /// "many", "dozens of".
    Many,
}

/// What fills a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filled {
    /// A count, and whether "about" or "more than" stood before it.
    Count(Amount, bool),
    Unit(Unit),
    Month(u8),
    Weekday(u8),
    Season(u8),
    Number(i64),
    /// First year, and whether only its last two digits are known.
    Decade(i64, bool),
    Part(&'static str),
    Clock(String),
    Holiday(u32),
    Named(u32),
    /// A month of another calendar.
    Other(u32),
    Phrase(Box<Match>),
}

/// A phrase at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Match {
    pub variant: u32,
    pub filled: Vec<Filled>,
    /// One past the last piece.
    pub end: usize,
    pub span: Span,
}

/// How many pieces a phrase may have before its word of time.
const REACH: usize = 8;

/// All phrases of `text[from..to]`, left to right, none overlapping.
pub(crate) fn find(text: &str, from: usize, to: usize, lexicon: &TimeLexicon) -> Vec<Match> {
    let mut pieces = Vec::with_capacity((to.saturating_sub(from)) / 5);
    scan(text, from, to, &lexicon.vocabulary, &mut pieces);
    let matcher = Matcher {
        text,
        pieces: &pieces,
        lexicon,
        memo: RefCell::new([None, None]),
        of_digits: Kind::of_digits(),
    };
    let mut found = Vec::new();
    let mut at = 0;
    let mut key = 0;
    while at < pieces.len() {
        if key < at {
            key = at;
        }
        while key < pieces.len() && !matcher.is_key(key) {
            key += 1;
        }
        if key == pieces.len() {
            break;
        }
        at = at.max(key.saturating_sub(REACH));
        match matcher.begins(at).then(|| matcher.longest(at, 2)).flatten() {
            Some(one) => {
                at = one.end;
                found.push(one);
            }
            None => at += 1,
        }
    }
    found
}

/// A place and the longest phrase there.
type Asked = (usize, Option<Match>);

struct Matcher<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    lexicon: &'a TimeLexicon,
    /// By level, the last place asked for and its answer: phrases that begin with a phrase ask again at once.
    memo: RefCell<[Option<Asked>; 2]>,
    /// What a number can begin to fill.
    of_digits: u32,
}

impl Matcher<'_> {
    fn is_key(&self, at: usize) -> bool {
        let piece = &self.pieces[at];
        piece.number.is_some() || self.lexicon.keys.get(piece.word as usize).copied().unwrap_or(false)
    }

    fn get(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.get(at).is_some_and(|p| p.word == self.lexicon.vocabulary.mark(mark))
    }

    /// The text of a piece.
    fn word(&self, at: usize) -> &str {
        self.get(at).map_or("", |p| Span { start: p.start, end: p.end }.slice(self.text))
    }

    /// A piece that follows on the one before it with neither a space nor a sentence's end between.
    fn glued(&self, at: usize) -> bool {
        at > 0 && self.get(at).is_some_and(|p| !p.spaced)
    }

    fn is_wordlike(&self, at: usize) -> bool {
        let rest = self.text.as_bytes().get(self.pieces[at].start as usize..).unwrap_or_default();
        // A curly apostrophe or a dash after a date is a mark, whatever script it is from.
        rest.first().is_some_and(|b| b.is_ascii_alphanumeric() || (*b >= 0xC3 && wide_mark(rest).is_none()))
    }

    /// True where an expression may start: not in the middle of "B-52s" or "10:30:15".
    fn begins(&self, at: usize) -> bool {
        let piece = &self.pieces[at];
        // "1.5" is one piece without a value, and a count.
        let digit = self.text.as_bytes().get(piece.start as usize).is_some_and(u8::is_ascii_digit);
        if piece.word == UNKNOWN && piece.number.is_none() && !digit {
            return false;
        }
        if piece.word != UNKNOWN && !self.lexicon.starts.get(piece.word as usize).copied().unwrap_or(true) {
            return false;
        }
        if !self.glued(at) {
            return true;
        }
        let before = at - 1;
        if self.pieces[before].number.is_some() || self.is_wordlike(before) {
            return false;
        }
        if piece.number.is_some() {
            if self.is_mark(before, b'-') && self.glued(before) && before > 0 {
                // "post-1997", "Sept.-2001": a year may stand after a word and a hyphen, "Covid-19" may not.
                return piece.digits == 4 && self.pieces[before - 1].number.is_none();
            }
            return [b'(', b'"', b'\'', b'-', b'_', b','].iter().any(|m| self.is_mark(before, *m));
        }
        true
    }

    /// True where an expression may end: "1998b", "5%", "12:30" go on.
    fn ends(&self, at: usize) -> bool {
        let Some(next) = self.get(at) else { return true };
        if next.spaced {
            return true;
        }
        if next.number.is_some() || self.is_wordlike(at) {
            return false;
        }
        let last_is_number = at > 0 && self.pieces[at - 1].number.is_some();
        if last_is_number {
            let more = self.get(at + 1).is_some_and(|p| !p.spaced && p.number.is_some());
            if self.is_mark(at, b'%') || (more && [b':', b'/', b'.'].iter().any(|m| self.is_mark(at, *m))) {
                return false;
            }
        }
        true
    }

    /// The longest phrase that begins here and says when, of this level or below.
    fn date(&self, at: usize, level: usize) -> Option<Match> {
        self.longest(at, level).filter(|found| {
            let variant = self.lexicon.variants.get(found.variant as usize);
            variant.and_then(|v| self.lexicon.phrases.get(v.phrase as usize)).is_some_and(|p| p.is_date)
        })
    }

    /// The longest phrase that begins here, of this level or below.
    fn longest(&self, at: usize, level: usize) -> Option<Match> {
        if let Some(Some((place, found))) = self.memo.borrow().get(level)
            && *place == at
        {
            return found.clone();
        }
        let below = if level > 0 { self.longest(at, level - 1) } else { None };
        let mut best = below.map(|found| {
            let fixed = self.lexicon.variants.get(found.variant as usize).map_or(0, |v| v.fixed);
            (found, fixed)
        });
        if let Some(trie) = self.lexicon.tries.get(level) {
            self.walk(trie, 0, at, at, &mut Vec::new(), &mut best);
        }
        let best = best.map(|(found, _)| found);
        if let Some(slot) = self.memo.borrow_mut().get_mut(level) {
            *slot = Some((at, best.clone()));
        }
        best
    }

    /// The slots that the piece here can begin to fill, as bits of [`Kind::bit`].
    fn fits(&self, at: usize) -> u32 {
        let Some(piece) = self.get(at) else { return 0 };
        if let Some(number) = piece.number {
            return self.of_digits | self.lexicon.name_numbers.get(&number).copied().unwrap_or(0);
        }
        if piece.word != UNKNOWN {
            return self.lexicon.fills.get(piece.word as usize).copied().unwrap_or(0);
        }
        // "1.5" and "1,500" are single pieces.
        let digit = self.text.as_bytes().get(piece.start as usize).is_some_and(u8::is_ascii_digit);
        if digit { self.of_digits } else { 0 }
    }

    fn walk(
        &self,
        trie: &Trie,
        node: u32,
        at: usize,
        start: usize,
        filled: &mut Vec<Filled>,
        best: &mut Option<(Match, u32)>,
    ) {
        let Some(here) = trie.nodes.get(node as usize) else { return };
        for variant in trie.ends(here) {
            self.offer(variant, at, start, filled, best);
        }
        let Some(piece) = self.get(at) else { return };
        if at > start && piece.fresh {
            return;
        }
        let fits = if here.has_slots() { self.fits(at) } else { 0 };
        for (kind, next) in trie.slots(here).filter(|(kind, _)| kind.bit() & fits != 0) {
            self.slot(kind, at, &mut |value, end| {
                filled.push(value);
                self.walk(trie, next, end, start, filled, best);
                filled.pop();
            });
        }
        if piece.word != UNKNOWN && !here.words.is_empty() {
            let from = here.words.partition_point(|(word, _, _)| *word < piece.word);
            for (word, capital, next) in &here.words[from..] {
                if *word != piece.word {
                    break;
                }
                if !capital || piece.capital {
                    self.walk(trie, *next, at + 1, start, filled, best);
                }
            }
        }
        // A hyphen may stand for a space: "three-day", "year-earlier".
        if at > start
            && self.is_mark(at, b'-')
            && !piece.spaced
            && self.get(at + 1).is_some_and(|p| !p.spaced && p.number.is_none() && !p.fresh)
        {
            self.walk_on(trie, node, at + 1, start, filled, best);
        }
    }

    /// As [`Self::walk`], past a hyphen, where nothing may end.
    fn walk_on(
        &self,
        trie: &Trie,
        node: u32,
        at: usize,
        start: usize,
        filled: &mut Vec<Filled>,
        best: &mut Option<(Match, u32)>,
    ) {
        let (Some(here), Some(piece)) = (trie.nodes.get(node as usize), self.get(at)) else { return };
        let from = here.words.partition_point(|(word, _, _)| *word < piece.word);
        for (word, capital, next) in here.words[from..].iter().take_while(|(w, _, _)| *w == piece.word) {
            if *word != UNKNOWN && (!capital || piece.capital) {
                self.walk(trie, *next, at + 1, start, filled, best);
            }
        }
        let fits = if here.has_slots() { self.fits(at) } else { 0 };
        for (kind, next) in trie.slots(here).filter(|(kind, _)| kind.bit() & fits != 0) {
            self.slot(kind, at, &mut |value, end| {
                filled.push(value);
                self.walk(trie, next, end, start, filled, best);
                filled.pop();
            });
        }
    }

    fn offer(
        &self,
        variant: u32,
        at: usize,
        start: usize,
        filled: &[Filled],
        best: &mut Option<(Match, u32)>,
    ) {
        let Some(made) = self.lexicon.variants.get(variant as usize) else { return };
        let Some(phrase) = self.lexicon.phrases.get(made.phrase as usize) else { return };
        if let Some((other, fixed)) = best
            && (other.end, *fixed, std::cmp::Reverse(other.variant))
                >= (at, made.fixed, std::cmp::Reverse(variant))
        {
            return;
        }
        if !self.ends(at) {
            return;
        }
        let behind =
            if start > 0 && !self.pieces[start].fresh { self.pieces[start - 1].word } else { UNKNOWN };
        // "#" stands for any number.
        let number = self.lexicon.vocabulary.mark(b'#');
        let ahead = self.get(at).filter(|p| !p.fresh);
        let ahead = ahead.map_or(UNKNOWN, |p| if p.number.is_some() { number } else { p.word });
        // The end of the text or of a line ends a sentence as a point does.
        let over = ahead == UNKNOWN
            && self.get(at).is_none_or(|p| p.fresh)
            && phrase.ahead.contains(&self.lexicon.vocabulary.mark(b'.'));
        if (!phrase.behind.is_empty() && !phrase.behind.contains(&behind))
            || (!phrase.ahead.is_empty() && !phrase.ahead.contains(&ahead) && !over)
            || (behind != UNKNOWN && phrase.not_behind.contains(&behind))
            || (ahead != UNKNOWN && phrase.not_ahead.contains(&ahead))
        {
            return;
        }
        let span = Span { start: self.pieces[start].start, end: self.pieces[at - 1].end };
        // A point belongs to an abbreviation inside an expression and to the sentence after it.
        let found = Match { variant, filled: filled.to_vec(), end: at, span };
        *best = Some((found, made.fixed));
    }

    /// Every way to fill a slot from here.
    fn slot(&self, kind: Kind, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let Some(piece) = self.get(at) else { return };
        let sense = self.lexicon.vocabulary.sense(piece.word);
        let short_number = |most: u8| piece.number.filter(|_| (1..=most).contains(&piece.digits));
        match kind {
            Kind::Count => self.count(at, go),
            Kind::PlainCount => self.count(at, &mut |filled, end| {
                if matches!(filled, Filled::Count(Amount::Exact(_) | Amount::Half(_), false)) {
                    go(filled, end);
                }
            }),
            Kind::Unit | Kind::UnitOne | Kind::UnitMany => {
                let fits = match kind {
                    Kind::UnitOne => !sense.plural,
                    Kind::UnitMany => sense.plural,
                    _ => true,
                };
                // "A quarter of the voters" is no time.
                let fraction = sense.unit == Some(Unit::Quarter)
                    && self.get(at + 1).is_some_and(|p| self.lexicon.vocabulary.text(p.word) == "of");
                if let Some(unit) = sense.unit.filter(|_| fits && !fraction) {
                    go(Filled::Unit(unit), at + 1);
                }
            }
            Kind::Month | Kind::ClearMonth => {
                // "May" alone is more often a verb or a name.
                if sense.month > 0
                    && (kind == Kind::Month || sense.month != 5)
                    && (piece.capital || !sense.capital_only)
                {
                    go(Filled::Month(sense.month), at + 1);
                }
            }
            Kind::Weekday | Kind::Weekdays => {
                let short = !sense.abbreviation
                    || (piece.capital
                        && (piece.dotted
                            || self.is_mark(at + 1, b',')
                            || self.get(at + 1).is_some_and(|p| {
                                p.number.is_some() || self.lexicon.vocabulary.sense(p.word).month > 0
                            })));
                if sense.weekday > 0 && sense.plural == (kind == Kind::Weekdays) && short {
                    go(Filled::Weekday(sense.weekday), at + 1);
                }
            }
            Kind::Season => {
                if sense.season > 0 {
                    go(Filled::Season(sense.season - 1), at + 1);
                }
            }
            Kind::DayOfMonth => self.day_of_month(at, go),
            Kind::Year => {
                if let Some(year) = self.digit_year(at).filter(|y| (1900..=2100).contains(y)) {
                    go(Filled::Number(year), at + 1);
                }
                self.spelled_year(at, go);
            }
            Kind::AnyYear => {
                if let Some(year) = self.digit_year(at) {
                    go(Filled::Number(year), at + 1);
                }
                self.spelled_year(at, go);
            }
            Kind::ShortYear => {
                // "'98"
                if self.is_mark(at, b'\'')
                    && let Some(next) = self.get(at + 1)
                    && next.digits == 2
                    && !next.spaced
                    && let Some(number) = next.number
                {
                    let century = if number < 50 { 2000 } else { 1900 };
                    go(Filled::Number(century + i64::from(number)), at + 2);
                }
            }
            Kind::Number => {
                if let Some(number) = piece.number.filter(|_| piece.digits > 0) {
                    go(Filled::Number(i64::from(number)), at + 1);
                }
            }
            Kind::Digits => {
                if let Some(number) = short_number(4) {
                    go(Filled::Number(i64::from(number)), at + 1);
                }
            }
            Kind::Ordinal => {
                if sense.ordinal > 0 {
                    go(Filled::Number(i64::from(sense.ordinal)), at + 1);
                } else if let (Some(number), Some(end)) = (short_number(2), self.suffix(at + 1)) {
                    go(Filled::Number(i64::from(number)), end);
                }
            }
            Kind::Decade => self.decade(at, go),
            Kind::Part => {
                if let Some(part) = sense.part() {
                    go(Filled::Part(part), at + 1);
                }
            }
            Kind::Clock => self.clock(at, go),
            Kind::Holiday => {
                self.names(&self.lexicon.holiday_names, 0, at, &mut |i, end| go(Filled::Holiday(i), end))
            }
            Kind::Named | Kind::Era | Kind::Pact => {
                let wanted = match kind {
                    Kind::Era => Sort::Era,
                    Kind::Pact => Sort::Pact,
                    _ => Sort::Event,
                };
                self.names(&self.lexicon.named_names, 0, at, &mut |i, end| {
                    // "Soviet-era law" is no date.
                    let tight = || (at + 1..end).any(|i| self.is_mark(i, b'-') && self.glued(i));
                    if self.lexicon.named.get(i as usize).is_some_and(|n| n.sort == wanted)
                        && !(wanted == Sort::Era && tight() && self.word(end - 1).eq_ignore_ascii_case("era"))
                    {
                        go(Filled::Named(i), end);
                    }
                });
            }
            Kind::Islamic | Kind::Persian => {
                let wanted = if kind == Kind::Islamic { Almanac::Islamic } else { Almanac::Persian };
                self.names(&self.lexicon.month_names, 0, at, &mut |i, end| {
                    if self.lexicon.months.get(i as usize).is_some_and(|(almanac, _)| *almanac == wanted) {
                        go(Filled::Other(i), end);
                    }
                });
            }
            Kind::Date | Kind::Period => {
                let level = if kind == Kind::Date { 0 } else { 1 };
                if let Some(inner) = self.date(at, level) {
                    let end = inner.end;
                    go(Filled::Phrase(Box::new(inner)), end);
                }
            }
        }
    }

    fn names(&self, trie: &Trie, node: u32, at: usize, go: &mut dyn FnMut(u32, usize)) {
        let Some(here) = trie.nodes.get(node as usize) else { return };
        for name in trie.ends(here) {
            go(name, at);
        }
        let Some(piece) = self.get(at) else { return };
        if node > 0 && piece.fresh {
            return;
        }
        let from = here.words.partition_point(|(word, _, _)| *word < piece.word);
        for (_, capital, next) in here.words[from..].iter().take_while(|(w, _, _)| *w == piece.word) {
            if piece.word != UNKNOWN && (!capital || piece.capital) {
                self.names(trie, *next, at + 1, go);
            }
        }
        if let Some(number) = piece.number.filter(|_| piece.digits > 0) {
            let found = here.words.binary_search_by_key(&written(number), |(word, _, _)| *word);
            if let Some((_, _, next)) = found.ok().and_then(|found| here.words.get(found)) {
                self.names(trie, *next, at + 1, go);
            }
        }
        if node > 0 && self.is_mark(at, b'-') && !piece.spaced {
            // Only a tight hyphen inside a name is a space.
            let mut inner = |name, end| {
                if end > at + 1 {
                    go(name, end);
                }
            };
            self.names(trie, node, at + 1, &mut inner);
        }
    }

    /// "st", "nd", "rd", "th" glued to a number: the piece after it.
    fn suffix(&self, at: usize) -> Option<usize> {
        (self.glued(at) && ["st", "nd", "rd", "th"].iter().any(|s| self.word(at).eq_ignore_ascii_case(s)))
            .then_some(at + 1)
    }

    fn digit_year(&self, at: usize) -> Option<i64> {
        let piece = self.get(at)?;
        let year = piece.number.filter(|_| piece.digits == 4).filter(|y| (1000..=2999).contains(y))?;
        let money = at > 0 && !piece.spaced && [b'$', b'#'].iter().any(|m| self.is_mark(at - 1, *m));
        (!money).then_some(i64::from(year))
    }

    fn cardinal(&self, at: usize) -> Option<i64> {
        let piece = self.get(at)?;
        self.lexicon.vocabulary.sense(piece.word).cardinal.map(i64::from)
    }

    /// Steps over a tight hyphen.
    fn over_hyphen(&self, at: usize) -> usize {
        let tight = self.is_mark(at, b'-') && self.glued(at) && self.glued(at + 1);
        if tight { at + 1 } else { at }
    }

    /// "seven", "twenty", "twenty-one": a number below 100 in words.
    fn below_hundred(&self, at: usize) -> Option<(i64, usize)> {
        let first = self.cardinal(at).filter(|n| *n < 100)?;
        if first >= 20 {
            let next = self.over_hyphen(at + 1);
            if let Some(one) = self.cardinal(next).filter(|n| (1..10).contains(n) && !self.pieces[next].fresh)
            {
                return Some((first + one, next + 1));
            }
        }
        Some((first, at + 1))
    }

    /// "nineteen ninety-six", "nineteen oh one", "nineteen hundred and five", "two thousand and five", "twenty
    /// eleven", "one thousand seven hundred and eighty-nine".
    fn spelled_year(&self, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let Some(first) = self.cardinal(at) else { return };
        let next = self.over_hyphen(at + 1);
        // What follows "hundred" or "thousand": a number below a hundred, or nothing.
        let rest = |after: usize| -> Option<(i64, usize)> {
            let from = if self.word(after).eq_ignore_ascii_case("and") { after + 1 } else { after };
            self.below_hundred(from).filter(|_| !self.pieces[from].fresh)
        };
        if (1..=2).contains(&first) && self.cardinal(next) == Some(1000) {
            let hundreds =
                self.cardinal(next + 1).filter(|n| *n < 10 && self.cardinal(next + 2) == Some(100));
            if let Some(hundreds) = hundreds {
                let (more, end) = rest(next + 3).unwrap_or((0, next + 3));
                go(Filled::Number(first * 1000 + hundreds * 100 + more), end);
                return;
            }
            match rest(next + 1) {
                // "two thousand seventy thousand" is no year.
                Some((_, end)) if matches!(self.cardinal(end), Some(100 | 1000)) => {}
                Some((rest, end)) => go(Filled::Number(first * 1000 + rest), end),
                _ if first == 2 => go(Filled::Number(2000), next + 1),
                _ => {}
            }
        } else if (11..=20).contains(&first) && self.cardinal(next) == Some(100) {
            if let Some((more, end)) = rest(next + 1) {
                go(Filled::Number(first * 100 + more), end);
            }
        } else if (17..=20).contains(&first) {
            let zero = self.cardinal(next) == Some(0) || self.word(next).eq_ignore_ascii_case("oh");
            match self.below_hundred(if zero { next + 1 } else { next }) {
                Some((one, end)) if zero && one < 10 => go(Filled::Number(first * 100 + one), end),
                Some((rest, end)) if !zero && rest >= 10 => go(Filled::Number(first * 100 + rest), end),
                _ => {}
            }
        }
    }

    fn day_of_month(&self, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let piece = &self.pieces[at];
        if at > 0 && piece.number.is_some() && [b'$', b'#'].iter().any(|m| self.is_mark(at - 1, *m)) {
            return;
        }
        if let Some(number) = piece.number.filter(|n| (1..=2).contains(&piece.digits) && (1..=39).contains(n))
        {
            let end = self.suffix(at + 1).unwrap_or(at + 1);
            go(Filled::Number(i64::from(number)), end);
            return;
        }
        let ordinal = i64::from(self.lexicon.vocabulary.sense(piece.word).ordinal);
        if ordinal > 0 {
            go(Filled::Number(ordinal), at + 1);
        } else if let Some(ten) = self.cardinal(at).filter(|n| [20, 30].contains(n)) {
            let next = self.over_hyphen(at + 1);
            let one = self.get(next).map_or(0, |p| i64::from(self.lexicon.vocabulary.sense(p.word).ordinal));
            if (1..10).contains(&one) {
                go(Filled::Number(ten + one), next + 1);
            }
        }
        // "May twenty one": said, not written; only in full.
        if let Some((number, end)) = self.below_hundred(at)
            && (1..=31).contains(&number)
        {
            go(Filled::Number(number), end);
        }
    }

    /// "1990s", "1990's", "'90s", "90s", "nineties", "nineteen-nineties".
    fn decade(&self, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let piece = &self.pieces[at];
        let decade_word = |at: usize| {
            self.get(at).map(|p| i64::from(self.lexicon.vocabulary.sense(p.word).decade)).filter(|d| *d > 0)
        };
        let digits = if self.is_mark(at, b'\'') { at + 1 } else { at };
        if digits > at
            && let Some(tens) = decade_word(digits)
        {
            go(Filled::Decade(tens, true), digits + 1);
            return;
        }
        if let Some(number) =
            self.get(digits).and_then(|p| p.number.filter(|_| p.digits == 4 || p.digits == 2))
        {
            let long = self.pieces[digits].digits == 4;
            let mut end = digits + 1;
            if self.is_mark(end, b'\'') && self.glued(end) {
                end += 1;
            }
            if self.glued(end) && self.word(end).eq_ignore_ascii_case("s") && number % 10 == 0 {
                let fits = if long { digits == at && (1000..=2090).contains(&number) } else { number >= 10 };
                if fits {
                    go(Filled::Decade(i64::from(number), !long), end + 1);
                }
            }
        } else if let Some(tens) = decade_word(at) {
            go(Filled::Decade(tens, true), at + 1);
        } else if let Some(century) = self.cardinal(at).filter(|n| (17..=20).contains(n)) {
            let _ = piece;
            let next = self.over_hyphen(at + 1);
            let tens =
                if self.word(next).eq_ignore_ascii_case("tens") { Some(10) } else { decade_word(next) };
            if let Some(tens) = tens {
                go(Filled::Decade(century * 100 + tens, false), next + 1);
            }
        }
    }

    /// "3 p.m.", "3:30pm EST", "15:30", "noon", "three o'clock".
    fn clock(&self, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let piece = &self.pieces[at];
        let known = self.lexicon.vocabulary.text(piece.word);
        let decimal = piece.word == UNKNOWN && self.text.as_bytes()[piece.start as usize].is_ascii_digit();
        let word = if piece.word == UNKNOWN && decimal { self.word(at) } else { known };
        if piece.number.is_none() && word.is_empty() {
            return;
        }
        let (mut hour, mut minute, mut end, mut sure) = match (word, piece.number) {
            ("noon" | "midday", _) => (12, 0, at + 1, true),
            ("midnight", _) => (24, 0, at + 1, true),
            (_, Some(hour)) if piece.digits <= 2 && hour <= 24 && piece.digits > 0 => {
                let minutes = self.get(at + 2).filter(|p| !p.spaced && p.digits == 2).and_then(|p| p.number);
                match minutes {
                    Some(m) if m < 60 && self.glued(at + 1) && self.is_mark(at + 1, b':') => {
                        (hour, m, at + 3, true)
                    }
                    _ => (hour, 0, at + 1, false),
                }
            }
            // "3.30 p.m." was scanned as one piece with no value.
            (_, None) if word.as_bytes().first().is_some_and(u8::is_ascii_digit) => {
                let Some((h, m)) = word.split_once('.') else { return };
                match (h.parse::<u32>(), m.parse::<u32>()) {
                    (Ok(h), Ok(m)) if h <= 12 && m < 60 && word.ends_with(m.to_string().as_str()) => {
                        (h, m, at + 1, false)
                    }
                    _ => return,
                }
            }
            _ => match self.below_hundred(at) {
                Some((h, after)) if (1..=12).contains(&h) => (h as u32, 0, after, false),
                _ => return,
            },
        };
        let named = piece.number.is_none() && sure;
        let half = self.word(end).to_ascii_lowercase();
        match half.as_str() {
            "am" | "a.m." | "a.m" | "pm" | "p.m." | "p.m" if !named && hour <= 12 => {
                hour = hour % 12 + if half.starts_with('p') { 12 } else { 0 };
                end += 1;
                sure = true;
            }
            "o" if self.is_mark(end + 1, b'\'') && self.word(end + 2).eq_ignore_ascii_case("clock") => {
                end += 3;
                sure = true;
            }
            _ => {}
        }
        if !sure {
            return;
        }
        if hour >= 24 {
            (hour, minute) = (24, 0);
        }
        let value = format!("T{hour:02}:{minute:02}");
        let zone = self.word(end);
        let zones = ["EST", "EDT", "ET", "CST", "CDT", "PST", "PDT", "GMT", "UTC", "BST", "CET", "CEST"];
        if zones.contains(&zone) {
            end += 1;
        } else if zone.eq_ignore_ascii_case("local") && self.word(end + 1).eq_ignore_ascii_case("time") {
            end += 2;
        }
        go(Filled::Clock(value), end);
    }

    /// "three", "a", "nearly two and a half", "a couple of", "more than 40", "several".
    fn count(&self, at: usize, go: &mut dyn FnMut(Filled, usize)) {
        let Some(piece) = self.get(at) else { return };
        let sense = self.lexicon.vocabulary.sense(piece.word);
        let decimal = piece.word == UNKNOWN && self.text.as_bytes()[piece.start as usize].is_ascii_digit();
        if piece.number.is_none() && !sense.counts && sense.cardinal.is_none() && !decimal {
            return;
        }
        // The word in lower case; empty for those that no phrase uses.
        let low = |at: usize| self.get(at).map_or("", |p| self.lexicon.vocabulary.text(p.word));
        let mut at = at;
        let mut about = false;
        for _ in 0..3 {
            let (first, second) = (low(at), low(at + 1));
            let step = match (first, second) {
                ("more" | "less" | "fewer" | "longer", "than")
                | ("at", "least" | "most")
                | ("up", "to")
                | ("no", "more") => 2,
                (
                    "about" | "nearly" | "almost" | "around" | "roughly" | "approximately" | "over" | "under"
                    | "some" | "barely" | "than",
                    _,
                ) if second != "of" && !(first == "some" && self.is_unit(at + 1)) => 1,
                ("just" | "only" | "exactly", _) => {
                    at += 1;
                    continue;
                }
                _ => break,
            };
            about = true;
            at += step;
        }
        let Some(piece) = self.get(at) else { return };
        if piece.fresh && about {
            return;
        }
        let (first, second, third) = (low(at), low(at + 1), low(at + 2));
        // "And a half", "-and-a-half": the piece after it.
        let half = |end: usize| {
            let and = self.over_hyphen(end);
            let a = self.over_hyphen(and + 1);
            let half = self.over_hyphen(a + 1);
            (low(and) == "and" && low(a) == "a" && low(half) == "half").then_some(half + 1)
        };
        if let Some((most, end)) = self.count_between(at) {
            go(Filled::Count(Amount::Exact(most), true), end);
        }
        if let Some(number) = piece.number {
            // "the 1988 quarter" is not 1988 quarters.
            if piece.digits == 4 && (1900..=2100).contains(&number) {
                return;
            }
            let number = i64::from(number);
            if self.get(at + 1).is_some_and(|p| p.number == Some(1) && p.spaced)
                && self.is_mark(at + 2, b'/')
                && self.get(at + 3).is_some_and(|p| p.number == Some(2) && !p.spaced)
            {
                go(Filled::Count(Amount::Half(number), about), at + 4);
            }
            if let Some(end) = half(at + 1) {
                go(Filled::Count(Amount::Half(number), about), end);
            }
            go(Filled::Count(Amount::Exact(number), about), at + 1);
            return;
        }
        if piece.word == UNKNOWN {
            // "3.5" is scanned as one piece.
            if let Some((whole, "5")) = self.word(at).split_once('.')
                && let Ok(whole) = whole.parse::<i64>()
            {
                go(Filled::Count(Amount::Half(whole), about), at + 1);
            }
            return;
        }
        match (first, second, third) {
            ("a", "couple", "of") => go(Filled::Count(Amount::Exact(2), true), at + 3),
            ("a", "couple", _) => go(Filled::Count(Amount::Exact(2), true), at + 2),
            ("half", _, _) if self.is_unit(self.over_hyphen(at + 1)) => {
                go(Filled::Count(Amount::Half(0), about), at + 1);
            }
            ("couple", _, _) if self.is_unit(at + 1) => go(Filled::Count(Amount::Exact(2), true), at + 1),
            ("couple", "of", _) => go(Filled::Count(Amount::Exact(2), true), at + 2),
            ("a", "few" | "handful" | "number", _) => {
                let end = if third == "of" { at + 3 } else { at + 2 };
                go(Filled::Count(Amount::Few, true), end);
            }
            ("a", "dozen", _) => go(Filled::Count(Amount::Exact(12), true), at + 2),
            ("half", "a" | "an", "dozen") => go(Filled::Count(Amount::Exact(6), true), at + 3),
            ("half", "a" | "an", _) => go(Filled::Count(Amount::Half(0), about), at + 2),
            ("a", "half", _) => go(Filled::Count(Amount::Half(0), about), at + 2),
            ("few" | "several", _, _) => go(Filled::Count(Amount::Few, true), at + 1),
            ("many" | "numerous" | "countless", _, _) => go(Filled::Count(Amount::Many, true), at + 1),
            ("dozens" | "scores" | "hundreds" | "thousands", "of", _) => {
                go(Filled::Count(Amount::Many, true), at + 2);
            }
            ("a" | "an", "hundred" | "thousand", _) => {
                let n = if second == "hundred" { 100 } else { 1000 };
                go(Filled::Count(Amount::Exact(n), about), at + 2);
            }
            ("a" | "an", _, _) => go(Filled::Count(Amount::Exact(1), about), at + 1),
            _ => {
                let Some((mut number, mut end)) = self.below_hundred(at) else { return };
                while let Some(times @ (100 | 1000)) = self.cardinal(self.over_hyphen(end)) {
                    number = number.saturating_mul(times);
                    end = self.over_hyphen(end) + 1;
                    let more = if low(end) == "and" { end + 1 } else { end };
                    if let Some((rest, after)) = self.below_hundred(more) {
                        number += rest;
                        end = after;
                    }
                }
                if let Some(end) = half(end) {
                    go(Filled::Count(Amount::Half(number), about), end);
                }
                go(Filled::Count(Amount::Exact(number), about), end);
            }
        }
    }

    /// "Two to three", "2-3", "four or five", before a unit: the higher number, and the piece after it.
    fn count_between(&self, at: usize) -> Option<(i64, usize)> {
        let one = |at: usize| -> Option<(i64, usize)> {
            let piece = self.get(at)?;
            let written =
                piece.number.filter(|_| (1..=3).contains(&piece.digits)).map(|n| (i64::from(n), at + 1));
            written.or_else(|| self.below_hundred(at))
        };
        let (least, mid) = one(at)?;
        let dash = self.is_mark(mid, b'-') && self.glued(mid) && self.glued(mid + 1);
        if !dash && !["to", "or"].iter().any(|w| self.word(mid).eq_ignore_ascii_case(w)) {
            return None;
        }
        let (most, end) = one(mid + 1)?;
        (least < most && self.is_unit(self.over_hyphen(end)) && !self.pieces[mid + 1].fresh)
            .then_some((most, end))
    }

    fn is_unit(&self, at: usize) -> bool {
        self.get(at).is_some_and(|p| self.lexicon.vocabulary.sense(p.word).unit.is_some())
    }
}
