//! The scan before the parse: which sentences are worth parsing.
//!
//! An event needs a pattern, and a pattern needs its words: a sentence that holds no form of any pattern's trigger, or
//! holds some but not the nouns, particles or verbs that the pattern asks for beside it, tells no event, whatever its
//! grammar. Such a sentence is parsed all the same where it may introduce somebody (a role noun and a name), because
//! later sentences lean on that. [`Scan`] looks words up by their forms, so it needs no tags; it lets through too much
//! rather than too little.

use crate::lexicon::Lexicon;
use crate::lexicon::names::{Index, Values};
use crate::lexicon::pattern::Complement;
use crate::syntax::Model;

/// Says of a sentence's words whether it can hold an event.
pub struct Scan {
    /// Form in lower case → the words of the lexicon that it may be a form of.
    forms: Index<Box<str>, Values>,
    /// Of each pattern that asks for words beside its trigger the groups of words of which one must be there.
    asked: Vec<Vec<Vec<u32>>>,
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
}

impl Scan {
    /// A scan for the patterns and roles of a lexicon; the model knows the irregular forms.
    pub fn new(lexicon: &Lexicon, model: &Model) -> Scan {
        let mut numbers: Index<Box<str>, u32> = Index::default();
        let mut asked: Vec<Vec<Vec<u32>>> = vec![Vec::new()];
        let mut patterns: Vec<Values> = Vec::new();
        let mut number = |word: &str, patterns: &mut Vec<Values>| {
            let low = word.to_lowercase();
            if let Some(n) = numbers.get(low.as_str()) {
                return *n;
            }
            numbers.insert(low.into(), patterns.len() as u32);
            patterns.push(Values::None);
            patterns.len() as u32 - 1
        };
        for entry in &lexicon.entries {
            for (_, pattern) in &entry.patterns {
                let mut groups: Vec<Vec<u32>> = Vec::new();
                let verbs: Vec<Box<str>> = match &pattern.complement {
                    Some(Complement::Verbs(verbs)) => verbs.iter().map(|(verb, _)| verb.clone()).collect(),
                    Some(Complement::Modal(modals)) => modals.clone(),
                    _ => Vec::new(),
                };
                let nouns = pattern.phrases.iter().map(|(_, nouns)| nouns);
                for group in nouns.chain([&pattern.particles, &pattern.object, &pattern.subject, &verbs]) {
                    // Words that are more than one word are not looked for.
                    if !group.is_empty() && group.iter().all(|w| w.chars().all(char::is_alphanumeric)) {
                        groups.push(group.iter().map(|w| number(w, &mut patterns)).collect());
                    }
                }
                let mut ask = 0;
                if !groups.is_empty() {
                    ask = asked.len() as u32;
                    asked.push(groups);
                }
                for word in &pattern.words {
                    let trigger = number(word, &mut patterns) as usize;
                    patterns[trigger].add(ask);
                }
            }
        }
        let role_numbers: Vec<u32> = lexicon
            .roles
            .iter()
            .filter_map(|role| role.noun.split(' ').next_back())
            .map(|word| number(word, &mut patterns))
            .collect();
        let mut roles = vec![false; patterns.len()];
        role_numbers.iter().for_each(|&n| roles[n as usize] = true);
        let mut forms: Index<Box<str>, Values> = Index::default();
        forms.reserve(numbers.len() * FORMS);
        let mut add = |form: &str, n: u32| match forms.get_mut(form) {
            Some(list) => list.add(n),
            None => _ = forms.insert(form.into(), Values::One(n)),
        };
        let mut form = String::new();
        for (word, &n) in &numbers {
            regular(word, &mut form, &mut |form| add(form, n));
        }
        for (form, lemma) in model.irregular() {
            if let Some(&n) = numbers.get(lemma) {
                add(form, n);
            }
        }
        Scan { forms, asked, patterns, roles }
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
            let forms = self.forms.get(room.low.as_str());
            for &n in forms.map_or(&[][..], Values::as_slice) {
                if !std::mem::replace(&mut room.present[n as usize], true) {
                    room.list.push(n);
                }
            }
        }
        let there = |group: &Vec<u32>| group.iter().any(|&n| room.present[n as usize]);
        let wanted = room.list.iter().any(|&n| {
            named && self.roles[n as usize]
                || self.patterns[n as usize]
                    .as_slice()
                    .iter()
                    .any(|&p| self.asked[p as usize].iter().all(there))
        });
        for &n in &room.list {
            room.present[n as usize] = false;
        }
        wanted
    }
}

/// How many regular forms a word has at most, and about how many it has.
const FORMS: usize = 15;

/// All regular forms that a word could have, as noun, verb or adjective, and some that it does not have. `form` is
/// where they are put together.
fn regular(word: &str, form: &mut String, add: &mut impl FnMut(&str)) {
    let mut put = |stem: &str, last: Option<char>, end: &str| {
        form.clear();
        form.push_str(stem);
        form.extend(last);
        form.push_str(end);
        add(form);
    };
    for end in ["", "s", "es", "d", "ed", "ing", "r", "er", "st", "est"] {
        put(word, None, end);
    }
    let mut chars = word.chars();
    let Some(last) = chars.next_back() else { return };
    let stem = chars.as_str();
    for end in ["ed", "ing", "er", "est"] {
        put(word, Some(last), end);
    }
    match last {
        'y' => ["ies", "ied", "ier", "iest"].iter().for_each(|end| put(stem, None, end)),
        'e' => {
            put(stem, None, "ing");
            if let Some(stem) = stem.strip_suffix('i') {
                put(stem, None, "ying");
            }
            if let Some(stem) = stem.strip_suffix('f') {
                put(stem, None, "ves");
            }
        }
        'f' => put(stem, None, "ves"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(word: &str) -> Vec<String> {
        let mut out = Vec::new();
        regular(word, &mut String::new(), &mut |form| out.push(form.to_string()));
        out
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
            assert!(forms(word).contains(&form.to_string()), "{word}: {form}");
        }
    }

    #[test]
    fn a_word_of_one_letter_or_none_is_no_trouble() {
        assert!(forms("").contains(&String::new()));
        assert!(forms("a").contains(&"a".to_string()));
    }
}
