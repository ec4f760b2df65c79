//! Syntax: for every token its part of speech, lemma, head and relation, in Universal Dependencies.
//!
//! [`Syntax`] is what the rest of the program knows of grammar; [`Model`] makes one from an article. The
//! model's bytes are handed in (they ship in `models/en/`, with a card); another model can take its place
//! without any later stage noticing.

use serde::{Deserialize, Serialize};

use std::sync::Mutex;

use crate::article::Article;
use crate::plover::EventType;
use crate::sentence::{Splitter, WEIGHTS};
use crate::span::{Span, TokenId, TokenRange};
use crate::token;

mod acts;
mod dateline;
mod dense;
pub mod file;
mod glance;
pub mod lemma;
mod neural;
mod tree;

pub use acts::Acts;
use file::Reader;
pub use glance::Glance;
use lemma::{Ending, Lemmas};
use neural::Network;

/// Names an enum of labels with their written forms, both ways.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum $name { $($variant),+ }
        impl $name {
            /// All labels, in the order of their numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The label as Universal Dependencies writes it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            /// The label with this spelling, or `None`.
            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

labels! {
    /// Universal part of speech (universaldependencies.org/u/pos).
    Upos {
        Adj = "ADJ", Adp = "ADP", Adv = "ADV", Aux = "AUX", Cconj = "CCONJ", Det = "DET", Intj = "INTJ",
        Noun = "NOUN", Num = "NUM", Part = "PART", Pron = "PRON", Propn = "PROPN", Punct = "PUNCT",
        Sconj = "SCONJ", Sym = "SYM", Verb = "VERB", X = "X",
    }
}

labels! {
    /// Relation of a token to its head: Universal Dependencies with the English subtypes that later stages
    /// use. A subtype that is not listed is read as its base relation.
    Deprel {
        Acl = "acl", AclRelcl = "acl:relcl", Advcl = "advcl", AdvclRelcl = "advcl:relcl", Advmod = "advmod",
        Amod = "amod", Appos = "appos", Aux = "aux", AuxPass = "aux:pass", Case = "case", Cc = "cc",
        CcPreconj = "cc:preconj", Ccomp = "ccomp", Compound = "compound", CompoundPrt = "compound:prt",
        Conj = "conj", Cop = "cop", Csubj = "csubj", CsubjPass = "csubj:pass", Dep = "dep", Det = "det",
        DetPredet = "det:predet", Discourse = "discourse", Dislocated = "dislocated", Expl = "expl",
        Fixed = "fixed", Flat = "flat", Goeswith = "goeswith", Iobj = "iobj", List = "list", Mark = "mark",
        Nmod = "nmod", NmodDesc = "nmod:desc", NmodPoss = "nmod:poss", NmodUnmarked = "nmod:unmarked",
        Nsubj = "nsubj", NsubjOuter = "nsubj:outer", NsubjPass = "nsubj:pass", Nummod = "nummod", Obj = "obj",
        Obl = "obl", OblAgent = "obl:agent", OblUnmarked = "obl:unmarked", Orphan = "orphan",
        Parataxis = "parataxis", Punct = "punct", Reparandum = "reparandum", Root = "root",
        Vocative = "vocative", Xcomp = "xcomp",
    }
}

/// What a name span names, as far as the model can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum NameKind {
    Person,
    Organisation,
    Place,
    /// A nationality, religion or political group ("Syrian", "Sunni").
    Nationality,
    Event,
}

/// A run of tokens that is one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The tokens.
    pub tokens: TokenRange,
    /// What is named.
    pub kind: NameKind,
}

/// One token with its reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the clean text.
    pub span: Span,
    /// Part of speech.
    pub upos: Upos,
    /// Relation to the head.
    pub deprel: Deprel,
    /// The head, in the same sentence; `None` for the root.
    pub head: Option<TokenId>,
    /// Dictionary form, in lower case except for proper nouns.
    pub lemma: Box<str>,
}

/// A word that looks like telling an event, as a learnt network sees it (`models/en/acts.md`). It is a hint: the lexicon
/// says what may be made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The word.
    pub word: TokenId,
    /// The PLOVER type that it looks most like.
    pub event: EventType,
    /// Logarithm of the odds that it tells an event of this type rather than none.
    pub odds: f32,
    /// The same for every type, in the order of [`EventType::ALL`]; −∞ for types that the network does not know.
    pub types: [f32; EventType::ALL.len()],
    /// Words of the sentence that may name the actor, with the logarithm of their odds, in the order of the text.
    pub actors: Vec<(TokenId, f32)>,
    /// The same for the recipient.
    pub recipients: Vec<(TokenId, f32)>,
}

/// The grammar of one article: tokens over all sentences, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Syntax {
    /// Every token of the article.
    pub tokens: Vec<Token>,
    /// Sentences in order; together they hold every token once.
    pub sentences: Vec<TokenRange>,
    /// Names the model found, in order; empty where the model reads no names.
    pub names: Vec<Name>,
    /// Words that look like telling an event, in order; empty where the model has no network that sees them.
    pub acts: Vec<Act>,
    /// Children of each token, in order of the text; made by [`Syntax::finish`].
    children: Vec<TokenId>,
    /// `children[first_child[t]..first_child[t + 1]]` are the children of `t`.
    first_child: Vec<u32>,
}

impl Syntax {
    /// Builds the table of children once tokens and sentences are set. Heads outside their sentence and
    /// self-loops are cut to `None`, so that later walks always end.
    pub fn finish(tokens: Vec<Token>, sentences: Vec<TokenRange>, names: Vec<Name>) -> Syntax {
        let mut syntax = Syntax { tokens, sentences, names, ..Syntax::default() };
        for sentence in syntax.sentences.clone() {
            for t in sentence.iter() {
                let token = &mut syntax.tokens[t.index()];
                if token.head.is_some_and(|h| h == t || !sentence.contains(h)) {
                    token.head = None;
                }
            }
        }
        let mut first = vec![0u32; syntax.tokens.len() + 1];
        for token in &syntax.tokens {
            if let Some(h) = token.head {
                first[h.index() + 1] += 1;
            }
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        let mut next = first.clone();
        let mut children = vec![TokenId(0); *first.last().unwrap_or(&0) as usize];
        for (i, token) in syntax.tokens.iter().enumerate() {
            if let Some(h) = token.head {
                children[next[h.index()] as usize] = TokenId(i as u32);
                next[h.index()] += 1;
            }
        }
        syntax.children = children;
        syntax.first_child = first;
        syntax
    }

    /// The reading of a token.
    pub fn token(&self, t: TokenId) -> &Token {
        &self.tokens[t.index()]
    }

    /// Part of speech of a token.
    pub fn upos(&self, t: TokenId) -> Upos {
        self.token(t).upos
    }

    /// Relation of a token to its head.
    pub fn deprel(&self, t: TokenId) -> Deprel {
        self.token(t).deprel
    }

    /// Head of a token, `None` for a root.
    pub fn head(&self, t: TokenId) -> Option<TokenId> {
        self.token(t).head
    }

    /// Dictionary form of a token.
    pub fn lemma(&self, t: TokenId) -> &str {
        &self.token(t).lemma
    }

    /// Bytes of a token.
    pub fn span(&self, t: TokenId) -> Span {
        self.token(t).span
    }

    /// Children of a token in the order of the text.
    pub fn children(&self, t: TokenId) -> &[TokenId] {
        &self.children[self.first_child[t.index()] as usize..self.first_child[t.index() + 1] as usize]
    }

    /// The token and what it hangs on, up to the root (of 64 at most).
    pub fn chain(&self, t: TokenId) -> Vec<TokenId> {
        std::iter::successors(Some(t), |h| self.head(*h)).take(64).collect()
    }

    /// The sentence that holds the token.
    pub fn sentence_of(&self, t: TokenId) -> usize {
        self.sentences.partition_point(|s| s.end <= t)
    }

    /// Bytes of a run of tokens, from the first token's start to the last one's end.
    pub fn cover(&self, range: TokenRange) -> Span {
        match (self.tokens.get(range.start.index()), range.iter().next_back()) {
            (Some(first), Some(last)) => first.span.cover(self.span(last)),
            _ => Span::default(),
        }
    }
}

/// One word of a parsed sentence, as [`Model::parse`] gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Part of speech.
    pub upos: Upos,
    /// Penn Treebank tag, finer than `upos` ("VBN" is a past participle).
    pub xpos: Box<str>,
    /// Relation to the head.
    pub deprel: Deprel,
    /// Position of the head in the sentence; `None` for the root.
    pub head: Option<usize>,
    /// Dictionary form, in lower case except for proper nouns.
    pub lemma: Box<str>,
}

/// A fine tag of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FineTag {
    /// Universal part of speech.
    pub upos: Upos,
    /// Penn Treebank tag.
    pub xpos: Box<str>,
}

/// A trained model for one language.
pub struct Model {
    name: String,
    tags: Vec<FineTag>,
    lemmas: Lemmas,
    splitter: Splitter,
    network: Network,
    acts: Option<Acts>,
    glance: Option<Glance>,
    /// Room that articles were read in, for the next ones: one for each thread that reads.
    rooms: Mutex<Vec<neural::Scratch>>,
}

/// What stands between the first line of a model file and its check sum.
pub(crate) fn body<'b>(bytes: &'b [u8], magic: &[u8]) -> Result<&'b [u8], ModelError> {
    let body =
        bytes.strip_prefix(magic).ok_or_else(|| ModelError("it is not a model of this version".into()))?;
    let (body, sum) =
        body.split_last_chunk::<8>().ok_or_else(|| ModelError("the file is cut short".into()))?;
    if file::checksum(body) != u64::from_le_bytes(*sum) {
        return Err(ModelError("the check sum does not fit; the file is damaged".into()));
    }
    Ok(body)
}

fn read_tags(reader: &mut Reader<'_>) -> Result<Vec<FineTag>, ModelError> {
    (0..reader.varint()?.min(256))
        .map(|_| {
            let upos = reader.text()?;
            let upos =
                Upos::parse(upos).ok_or_else(|| ModelError(format!("unknown part of speech {upos}")))?;
            Ok(FineTag { upos, xpos: reader.text()?.into() })
        })
        .collect()
}

/// The part of a model file that training makes, as it writes it: the tags, then the network.
///
/// # Errors
/// As [`Model::load`].
pub fn network(bytes: &[u8]) -> Result<Vec<u8>, ModelError> {
    let body = body(bytes, file::MAGIC)?;
    let mut reader = Reader::new(body);
    reader.text()?;
    let from = reader.place();
    read_tags(&mut reader)?;
    let tags = &body[from..reader.place()];
    Lemmas::load(&mut reader)?;
    reader.bytes(WEIGHTS)?;
    Ok([tags, &body[reader.place()..]].concat())
}

/// A model file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the syntax model cannot be used: {0}")]
pub struct ModelError(pub String);

impl Model {
    /// Reads a model from the bytes of its file (`models/en/syntax.bin`).
    ///
    /// # Errors
    /// When the bytes are not a model of this program's version, or are damaged.
    pub fn load(bytes: &[u8]) -> Result<Model, ModelError> {
        let mut reader = Reader::new(body(bytes, file::MAGIC)?);
        let name = reader.text()?.to_owned();
        let tags = read_tags(&mut reader)?;
        let lemmas = Lemmas::load(&mut reader)?;
        let weights = reader.bytes(WEIGHTS)?.iter().map(|&b| b as i8).collect();
        let splitter = Splitter::new(weights)
            .ok_or_else(|| ModelError("the weights of sentence ends are cut short".into()))?;
        let network = Network::load(&mut reader, tags.len())?;
        if reader.left() > 0 {
            return Err(ModelError("there is more in the file than a model".into()));
        }
        Ok(Model { name, tags, lemmas, splitter, network, acts: None, glance: None, rooms: Mutex::default() })
    }

    /// The model with a network that sees acts on top of it.
    ///
    /// # Errors
    /// When that network was trained on another model.
    pub fn with_acts(mut self, acts: Acts) -> Result<Model, ModelError> {
        if (acts.word, acts.wide) != self.network.widths() || acts.rows() != self.network.forms() {
            return Err(ModelError(format!(
                "{} was trained on another model than {}",
                acts.name(),
                self.name
            )));
        }
        self.name = format!("{} {}", self.name, acts.name());
        self.acts = Some(acts);
        Ok(self)
    }

    /// The model with a network that says which sentences are worth more than a glance.
    ///
    /// # Errors
    /// When that network was trained on another model.
    pub fn with_glance(mut self, glance: Glance) -> Result<Model, ModelError> {
        let seen = self.acts.as_ref().map(|acts| self.network.widths().0 + acts.own());
        if seen != Some(glance.wide()) {
            return Err(ModelError(format!(
                "{} was trained on another model than {}",
                glance.name(),
                self.name
            )));
        }
        self.name = format!("{} {}", self.name, glance.name());
        self.glance = Some(glance);
        Ok(self)
    }

    /// Name and version, as reports carry it in `coder.model`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Irregular forms of words with their lemmas, in no order.
    pub fn irregular(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lemmas.exceptions()
    }

    /// Reads the grammar of a whole article: cuts lines into tokens and sentences and parses each sentence.
    pub fn read(&self, article: &Article) -> Syntax {
        self.read_where(article, |_| true)
    }

    /// As [`Model::read`], but parses only sentences whose words are `wanted`. The tokens of the others are
    /// [`Upos::X`], hang on nothing and are their own lemmas; they hold no names.
    pub fn read_where(&self, article: &Article, wanted: impl FnMut(&[&str]) -> bool) -> Syntax {
        self.read_some(article, wanted, false)
    }

    /// As [`Model::read_where`], but leaves those out as well that are not worth it at a second look (see [`Glance`]).
    pub fn read_worth(&self, article: &Article, wanted: impl FnMut(&[&str]) -> bool) -> Syntax {
        self.read_some(article, wanted, true)
    }

    fn read_some(&self, article: &Article, mut wanted: impl FnMut(&[&str]) -> bool, glance: bool) -> Syntax {
        let mut spans: Vec<Span> = Vec::new();
        let mut sentences: Vec<TokenRange> = Vec::new();
        for line in article.lines() {
            let first = spans.len();
            spans.extend(token::tokenize(line.slice(&article.text), line.start as usize));
            let starts = self.splitter.split(&article.text, &spans[first..]);
            for (k, &start) in starts.iter().enumerate() {
                let end = starts.get(k + 1).copied().unwrap_or(spans.len() - first);
                sentences.push(TokenRange::new(first + start, first + end));
            }
        }
        let words: Vec<&str> = spans.iter().map(|s| s.slice(&article.text)).collect();
        let of = |sentence: &TokenRange| &words[sentence.start.index()..sentence.end.index()];
        // Of each that is wanted its words, and how many of them are a dateline.
        let parsed: Vec<Option<usize>> =
            sentences.iter().map(|s| wanted(of(s)).then(|| dateline::length(of(s)))).collect();
        let rest: Vec<&[&str]> =
            sentences.iter().zip(&parsed).filter_map(|(s, n)| Some(&of(s)[(*n)?..])).collect();
        let mut scratch = self.scratch();
        let glance = self.glance.as_ref().filter(|_| glance);
        let mut readings = self.network.read(self.acts.as_ref(), glance, &rest, &mut scratch).into_iter();
        self.put_back(scratch);
        let mut tokens: Vec<Token> = Vec::with_capacity(spans.len());
        let mut names = Vec::new();
        let mut acts = Vec::new();
        for (sentence, parsed) in sentences.iter().zip(parsed) {
            let (words, first) = (of(sentence), sentence.start.index());
            let spans = &spans[first..sentence.end.index()];
            let parsed = parsed.and_then(|dateline| Some((dateline, readings.next().flatten()?)));
            let Some((dateline, reading)) = parsed else {
                tokens.extend(spans.iter().zip(words).map(|(&span, &word)| Token {
                    span,
                    upos: Upos::X,
                    deprel: Deprel::Dep,
                    head: None,
                    lemma: word.into(),
                }));
                continue;
            };
            let reading = self.with_dateline(&words[..dateline], reading);
            for (i, &span) in spans.iter().enumerate() {
                let fine = &self.tags[usize::from(reading.tags[i])];
                tokens.push(Token {
                    span,
                    upos: fine.upos,
                    deprel: reading.relations[i],
                    head: reading.heads[i].map(|h| TokenId((first + h) as u32)),
                    lemma: self.lemmas.lemma(words[i], fine.upos, Ending::of(&fine.xpos)),
                });
            }
            names.extend(
                reading
                    .names
                    .iter()
                    .map(|&(a, b, kind)| Name { tokens: TokenRange::new(first + a, first + b), kind }),
            );
            let word = |w: usize| TokenId((first + w) as u32);
            let party = |list: Vec<(usize, f32)>| list.into_iter().map(|(w, odds)| (word(w), odds)).collect();
            acts.extend(reading.acts.into_iter().map(|s| Act {
                word: word(s.word),
                event: s.event,
                odds: s.odds,
                types: s.types,
                actors: party(s.actors),
                recipients: party(s.recipients),
            }));
        }
        Syntax { acts, ..Syntax::finish(tokens, sentences, names) }
    }

    /// Room to work in, from an earlier article where there is some.
    fn scratch(&self) -> neural::Scratch {
        let kept = self.rooms.lock().ok().and_then(|mut rooms| rooms.pop());
        kept.unwrap_or_default()
    }

    /// Keeps the room for the next article.
    fn put_back(&self, scratch: neural::Scratch) {
        if let Ok(mut rooms) = self.rooms.lock() {
            rooms.push(scratch);
        }
    }

    /// The reading of a sentence with its dateline, which is set apart while it is read, put before it.
    fn with_dateline(&self, dateline: &[&str], rest: neural::Reading) -> neural::Reading {
        if dateline.is_empty() {
            return rest;
        }
        let tag = |xpos: &str| self.tags.iter().position(|t| *t.xpos == *xpos).unwrap_or(0) as u8;
        dateline::put_before(dateline, (tag("NNP"), tag(",")), rest)
    }

    /// Parses one sentence that is already cut into words, as a treebank is.
    pub fn parse(&self, words: &[&str]) -> Vec<Word> {
        let reading = self.read_words(words);
        (0..words.len())
            .map(|i| {
                let fine = &self.tags[usize::from(reading.tags[i])];
                Word {
                    upos: fine.upos,
                    xpos: fine.xpos.clone(),
                    deprel: reading.relations[i],
                    head: reading.heads[i],
                    lemma: self.lemmas.lemma(words[i], fine.upos, Ending::of(&fine.xpos)),
                }
            })
            .collect()
    }

    fn read_words(&self, words: &[&str]) -> neural::Reading {
        let read = self.network.read(None, None, &[words], &mut neural::Scratch::default());
        read.into_iter().flatten().next().unwrap_or_default()
    }

    /// What a word is looked up as by the networks, whatever stands beside it: what [`Glance`] sees of it.
    pub fn vector(&self, word: &str) -> Vec<f32> {
        let mut scratch = self.scratch();
        let (mut vector, form) = self.network.vector(word, &mut scratch);
        self.put_back(scratch);
        vector.extend(self.acts.iter().flat_map(|acts| acts.form(form)));
        vector
    }

    /// Names in one sentence that is already cut into words: first word, one past the last, kind.
    pub fn names(&self, words: &[&str]) -> Vec<(usize, usize, NameKind)> {
        self.read_words(words).names
    }
}
