//! The scan before the parse: which sentences are worth parsing.
//!
//! An event needs a pattern, and a pattern needs its words: a sentence that holds no form of any pattern's trigger, or
//! holds some but not the nouns, particles or verbs that the pattern asks for beside it, tells no event, whatever its
//! grammar. Such a sentence is parsed all the same where it may introduce somebody (a role noun and a name), because
//! later sentences lean on that. [`Scan`] looks words up by their forms, so it needs no tags; it lets through too much
//! rather than too little.

use crate::lexicon::Lexicon;
use crate::lexicon::names::{Index, Values, Words};
use crate::lexicon::pattern::Complement;
use crate::syntax::Model;

/// Says of a sentence's words whether it can hold an event.
pub struct Scan {
    /// The words of the lexicon, in lower case.
    words: Words,
    /// Irregular form → the words that it may be a form of.
    irregular: Index<Box<str>, Values>,
    /// Of each pattern that asks for words beside its trigger where its groups are in `groups`.
    asked: Vec<(u32, u32)>,
    /// Of each group of words of which one must be there, where they are in `members`.
    groups: Vec<(u32, u32)>,
    members: Vec<u32>,
    /// For each word the patterns that it triggers; the first stands for all that ask for nothing more.
    patterns: Vec<Values>,
    /// Words that are role nouns, or the last word of one.
    roles: Vec<bool>,
}

/// What one sentence holds; kept from one to the next.
#[derive(Default)]
pub struct Room {
    present: Vec<bool>,
    list: Vec<u32>,
    low: String,
    stem: String,
}

impl Scan {
    /// A scan for the patterns and roles of a lexicon; the model knows the irregular forms.
    pub fn new(lexicon: &Lexicon, model: &Model) -> Scan {
        let mut scan = Scan {
            words: Words::default(),
            irregular: Index::default(),
            asked: vec![(0, 0)],
            groups: Vec::new(),
            members: Vec::new(),
            patterns: Vec::new(),
            roles: Vec::new(),
        };
        scan.words.reserve(WORDS);
        let mut low = String::new();
        for entry in &lexicon.entries {
            for (_, pattern) in &entry.patterns {
                let from = scan.groups.len() as u32;
                for (_, nouns) in &pattern.phrases {
                    scan.add_group(nouns.iter().map(|w| &**w), &mut low);
                }
                for group in [&pattern.particles, &pattern.object, &pattern.subject] {
                    scan.add_group(group.iter().map(|w| &**w), &mut low);
                }
                match &pattern.complement {
                    Some(Complement::Verbs(verbs)) => {
                        scan.add_group(verbs.iter().map(|(verb, _)| &**verb), &mut low);
                    }
                    Some(Complement::Modal(modals)) => {
                        scan.add_group(modals.iter().map(|w| &**w), &mut low);
                    }
                    _ => {}
                }
                let to = scan.groups.len() as u32;
                let mut ask = 0;
                if from < to {
                    ask = scan.asked.len() as u32;
                    scan.asked.push((from, to));
                }
                for word in &pattern.words {
                    let trigger = scan.number(word, &mut low) as usize;
                    scan.patterns[trigger].add(ask);
                }
            }
        }
        for word in lexicon.roles.iter().filter_map(|role| role.noun.split(' ').next_back()) {
            let role = scan.number(word, &mut low) as usize;
            scan.roles[role] = true;
        }
        for (form, lemma) in model.irregular() {
            if let Some(n) = scan.words.get(lemma) {
                match scan.irregular.get_mut(form) {
                    Some(list) => list.add(n),
                    None => _ = scan.irregular.insert(form.into(), Values::One(n)),
                }
            }
        }
        scan
    }

    /// The number of a word, in `low` put into lower case.
    fn number(&mut self, word: &str, low: &mut String) -> u32 {
        low.clear();
        low.extend(word.chars().flat_map(char::to_lowercase));
        let n = self.words.number(low);
        if self.patterns.len() <= n as usize {
            self.patterns.push(Values::None);
            self.roles.push(false);
        }
        n
    }

    /// Words of which one must be there. Those that are more than one word are not looked for.
    fn add_group<'l>(&mut self, group: impl ExactSizeIterator<Item = &'l str> + Clone, low: &mut String) {
        if group.len() > 0 && group.clone().all(|w| w.chars().all(char::is_alphanumeric)) {
            let from = self.members.len() as u32;
            for word in group {
                let n = self.number(word, low);
                self.members.push(n);
            }
            self.groups.push((from, self.members.len() as u32));
        }
    }

    /// Can the sentence hold an event, or introduce somebody?
    pub fn wants(&self, words: &[&str], room: &mut Room) -> bool {
        room.present.resize(self.patterns.len(), false);
        room.list.clear();
        let mut named = false;
        for (i, word) in words.iter().enumerate() {
            named |= i > 0 && word.starts_with(char::is_uppercase);
            room.low.clear();
            room.low.extend(word.chars().flat_map(char::to_lowercase));
            let mut find = |n: u32| {
                if !std::mem::replace(&mut room.present[n as usize], true) {
                    room.list.push(n);
                }
            };
            let irregular = self.irregular.get(room.low.as_str());
            irregular.map_or(&[][..], Values::as_slice).iter().for_each(|&n| find(n));
            stems(&room.low, &mut room.stem, &mut |stem| {
                if let Some(n) = self.words.get(stem) {
                    find(n);
                }
            });
        }
        let one = |group: &(u32, u32)| {
            self.members[group.0 as usize..group.1 as usize].iter().any(|&n| room.present[n as usize])
        };
        let all = |asked: (u32, u32)| self.groups[asked.0 as usize..asked.1 as usize].iter().all(one);
        let wanted = room.list.iter().any(|&n| {
            named && self.roles[n as usize]
                || self.patterns[n as usize].as_slice().iter().any(|&p| all(self.asked[p as usize]))
        });
        for &n in &room.list {
            room.present[n as usize] = false;
        }
        wanted
    }
}

/// About how many words the lexicon asks for.
const WORDS: usize = 4000;

/// An ending, and those of the words that have it: "denies" of "deny".
type Turned = (&'static str, &'static [&'static str]);

/// All words that a form could be a regular form of, as noun, verb or adjective, and some that it is no form of. `stem`
/// is where they are put together. The words are cut from the form, not the forms made from each word: few forms end so,
/// and the words have more than ten forms each.
fn stems(form: &str, stem: &mut String, found: &mut impl FnMut(&str)) {
    found(form);
    let (plain, doubled, other): (&[&str], &[&str], &[Turned]) = match form.as_bytes().last() {
        Some(b's') => (&["s", "es"], &[], &[("ies", &["y"]), ("ves", &["f", "fe"])]),
        Some(b'd') => (&["d", "ed"], &["ed"], &[("ied", &["y"])]),
        Some(b'g') => (&["ing"], &["ing"], &[("ing", &["e"]), ("ying", &["ie"])]),
        Some(b'r') => (&["r", "er"], &["er"], &[("ier", &["y"])]),
        Some(b't') => (&["st", "est"], &["est"], &[("iest", &["y"])]),
        _ => return,
    };
    plain.iter().filter_map(|end| form.strip_suffix(end)).for_each(&mut *found);
    for rest in doubled.iter().filter_map(|end| form.strip_suffix(end)) {
        // "banned" of "ban".
        let mut letters = rest.chars();
        let last = letters.next_back();
        if last.is_some() && letters.clone().next_back() == last {
            found(letters.as_str());
        }
    }
    for (end, ends) in other {
        if let Some(rest) = form.strip_suffix(end) {
            for end in *ends {
                stem.clear();
                stem.push_str(rest);
                stem.push_str(end);
                found(stem);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_form(form: &str, word: &str) -> bool {
        let mut is = false;
        stems(form, &mut String::new(), &mut |stem| is |= stem == word);
        is
    }

    #[test]
    fn regular_forms_are_among_those_that_are_looked_for() {
        for (word, form) in [
            ("attack", "attacked"),
            ("ban", "banned"),
            ("seize", "seizing"),
            ("deny", "denies"),
            ("deny", "denied"),
            ("clash", "clashes"),
            ("die", "dying"),
            ("wife", "wives"),
            ("harsh", "harshest"),
            ("big", "bigger"),
        ] {
            assert!(is_form(form, word), "{word}: {form}");
        }
    }

    #[test]
    fn a_word_is_found_by_all_its_regular_forms_and_by_no_others() {
        for word in [
            "attack", "ban", "seize", "deny", "die", "wife", "leaf", "e", "y", "f", "s", "go", "soigné",
            "free",
        ] {
            let mut chars = word.chars();
            let last = chars.next_back().expect("a letter");
            let stem = chars.as_str();
            let mut forms: Vec<String> = ["", "s", "es", "d", "ed", "ing", "r", "er", "st", "est"]
                .map(|end| [word, end].concat())
                .to_vec();
            forms.extend(["ed", "ing", "er", "est"].map(|end| format!("{word}{last}{end}")));
            match last {
                'y' => forms.extend(["ies", "ied", "ier", "iest"].map(|end| [stem, end].concat())),
                'e' => forms.push(format!("{stem}ing")),
                'f' => forms.push(format!("{stem}ves")),
                _ => {}
            }
            forms.extend(word.strip_suffix("ie").map(|stem| format!("{stem}ying")));
            forms.extend(word.strip_suffix("fe").map(|stem| format!("{stem}ves")));
            for begin in [word.to_string(), stem.to_string(), format!("{word}{last}")] {
                for end in [
                    "", "s", "es", "ves", "ies", "d", "ed", "ied", "ing", "ying", "r", "er", "ier", "t",
                    "st", "est", "x",
                ] {
                    let form = [&begin, end].concat();
                    assert_eq!(is_form(&form, word), forms.contains(&form), "{word}: {form}");
                }
            }
        }
    }

    #[test]
    fn a_form_of_one_letter_or_none_is_no_trouble() {
        assert!(is_form("", "") && is_form("s", "") && is_form("a", "a") && is_form("ed", ""));
        assert!(!is_form("ed", "a"));
    }
}
