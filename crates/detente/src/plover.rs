//! PLOVER, the ontology of political events: its 16 types and four quad classes. (Modes and their scores
//! are data: `lexicon/events/types.tsv`.) Source: the PLOVER manual (Open Event Data Alliance, February 2024).

use serde::{Deserialize, Serialize};

/// Names an enum of PLOVER codes with their written forms.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// All codes in the manual's order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The code as written in records.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            /// The code with this spelling, or `None`.
            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
#[allow(unused_imports)]
pub(crate) use codes;

codes! {
    /// The 16 event types.
    EventType {
        /// Promise or agree to cooperate, announce a future meeting, aid or deal.
        Agree = "AGREE",
        /// Meet, visit, host, phone, negotiate.
        Consult = "CONSULT",
        /// Praise, endorse, recognise, side with, sign or ratify a treaty.
        Support = "SUPPORT",
        /// Apologise, promise to ease or withdraw, declare a ceasefire, pardon.
        Concede = "CONCEDE",
        /// Mutual material work: trade, joint exercises, intelligence, extradition.
        Cooperate = "COOPERATE",
        /// Give money, arms, food, asylum; rescue.
        Aid = "AID",
        /// Release, withdraw, disarm, let in, resign.
        Retreat = "RETREAT",
        /// Demand, order, call for.
        Request = "REQUEST",
        /// Criticise, blame, allege, sue, investigate.
        Accuse = "ACCUSE",
        /// Refuse, veto, turn down, cancel a meeting.
        Reject = "REJECT",
        /// Warn of force or sanctions.
        Threaten = "THREATEN",
        /// Demonstrate, strike, riot, boycott by a public.
        Protest = "PROTEST",
        /// Cut or reduce ties, aid or trade, impose sanctions, expel diplomats, convict.
        Sanction = "SANCTION",
        /// Deploy, alert, exercise alone.
        Mobilize = "MOBILIZE",
        /// Arrest, seize, ban, deport, censor, curfew, hack.
        Coerce = "COERCE",
        /// Attack, bomb, kill, clash, abduct, torture.
        Assault = "ASSAULT",
    }
}

codes! {
    /// The quad class: verbal or material, cooperation or conflict.
    Quad {
        /// AGREE, CONSULT, SUPPORT, CONCEDE.
        VerbalCooperation = "verbal cooperation",
        /// COOPERATE, AID, RETREAT.
        MaterialCooperation = "material cooperation",
        /// REQUEST, ACCUSE, REJECT, THREATEN.
        VerbalConflict = "verbal conflict",
        /// PROTEST, SANCTION, MOBILIZE, COERCE, ASSAULT.
        MaterialConflict = "material conflict",
    }
}

impl EventType {
    /// The quad class of the type.
    pub fn quad(self) -> Quad {
        use EventType::*;
        match self {
            Agree | Consult | Support | Concede => Quad::VerbalCooperation,
            Cooperate | Aid | Retreat => Quad::MaterialCooperation,
            Request | Accuse | Reject | Threaten => Quad::VerbalConflict,
            Protest | Sanction | Mobilize | Coerce | Assault => Quad::MaterialConflict,
        }
    }
}

/// Who says to which quad class a type belongs. PLOVER's manual of February 2024 contradicts itself about SANCTION, and data
/// in CAMEO's tradition count PROTEST as words (`lexicon/events/README.md`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuadConvention {
    /// The manual's sections on the types, and its table of types: SANCTION and PROTEST are material conflict. Ours.
    #[default]
    Sections,
    /// The manual's table of quad categories: SANCTION is verbal conflict.
    Table,
    /// CAMEO's root codes as GDELT groups them (10 to 14 verbal, 15 to 20 material conflict): PROTEST is verbal conflict.
    Cameo,
}

impl QuadConvention {
    /// The quad class of a type.
    pub fn quad(self, event: EventType) -> Quad {
        match (self, event) {
            (QuadConvention::Table, EventType::Sanction) | (QuadConvention::Cameo, EventType::Protest) => {
                Quad::VerbalConflict
            }
            _ => event.quad(),
        }
    }
}

/// How an event stands to the world, after PLOVER's auxiliary modes. Several can hold at once; none means
/// that the article asserts the event as news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aux {
    /// The text says that it did not happen.
    Negated,
    /// Announced or expected.
    Future,
    /// If, would, might, is asked or demanded to.
    Hypothetical,
    /// Background: more than a year before publication, or told as background.
    Historical,
}

impl Aux {
    /// All, in the order of records.
    pub const ALL: &'static [Aux] = &[Aux::Negated, Aux::Future, Aux::Hypothetical, Aux::Historical];

    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Aux::Negated => "negated",
            Aux::Future => "future",
            Aux::Hypothetical => "hypothetical",
            Aux::Historical => "historical",
        }
    }

    /// The status with this name, or `None`.
    pub fn parse(text: &str) -> Option<Aux> {
        Aux::ALL.iter().copied().find(|a| a.as_str() == text)
    }
}
