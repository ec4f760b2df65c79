//! Classes of words: rules that stand in the code ask for their words by a name, and the words stand in `lexicon/words/`.

/// A class of words that some rule of the reader asks for. What each is for is said in `lexicon/words/classes.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `address`: words of address that say nothing of who it is.
    Address,
    /// `announced`: verbs whose object is only announced, whoever plans it: a visit that is planned is an AGREE.
    Announced,
    /// `arrested`: verbs that say of their object that it was put under arrest.
    Arrested,
    /// `authored`: participles behind a thing that say with "by" whose it is.
    Authored,
    /// `backed`: words behind a name and a hyphen that say who stands behind somebody: that one is no part of it.
    Backed,
    /// `coalition`: words in the name of an alliance, for which "the coalition" may stand.
    Coalition,
    /// `collective`: last words of descriptions of a group that was named before.
    Collective,
    /// `count`: nouns that count people and may stand for them alone.
    Count,
    /// `demanding`: words of asking that, where no one is asked, are said to whomever one quarrels with.
    Demanding,
    /// `died`: words that say of their subject that it is dead.
    Died,
    /// `diplomat`: offices at an organisation that a state fills: the state's, where it is named before.
    Diplomat,
    /// `fighter`: nouns of a slot for which a pronoun, or a named armed group, may stand.
    Fighter,
    /// `former`: words before an office which its holder no longer holds.
    Former,
    /// `happen`: verbs that say of the event noun that is their subject that it took place; what is said of them is said of it.
    Happen,
    /// `honorific`: words of address before a name which are no part of it.
    Honorific,
    /// `hyphened`: words behind a name and a hyphen that make one word with it, beside those in -ed.
    Hyphened,
    /// `killed`: verbs that say of their object that it is dead.
    Killed,
    /// `kind-of-attack`: words before a noun of attack that say what kind it is, not whose.
    KindOfAttack,
    /// `known`: verbs whose clause is a fact, whether they are done or not.
    Known,
    /// `leading`: verbs whose subject acts for whom or what they lead.
    Leading,
    /// `locality`: nouns that with "the" point back to the place named last.
    Locality,
    /// `loyal`: words behind a force that say with "to" whose it is.
    Loyal,
    /// `name-particle`: small words inside the names of people.
    NameParticle,
    /// `own-will`: verbs that take an object and a clause whose doer is still their own subject.
    OwnWill,
    /// `peril`: verbs of threat that also say what puts something in danger; a thing, or an act, threatens nobody.
    Peril,
    /// `place`: objects with which a verb says that its subject happens.
    Place,
    /// `politeness`: words by which people say politely that they do something by saying so.
    Politeness,
    /// `protester`: nouns of a slot for which a pronoun may stand.
    Protester,
    /// `retold`: nouns that with "the" or "this" stand for the act that was told just before.
    Retold,
    /// `route`: what lies between two places, so that "between" says where.
    Route,
    /// `settlement`: nouns that stand before the name of a place with "of" and mean it.
    Settlement,
    /// `storming`: verbs whose object may be a town, whatever its name looks like.
    Storming,
    /// `union`: last words of descriptions that may mean a union of states named before.
    Union,
    /// `walkout`: nouns of attack that are a stoppage where those who do it are workers.
    Walkout,
    /// `weapon`: what hits a state's people or places is not taken for its own, where nobody says whose it is.
    Weapon,
    /// `words-or-arms`: verbs of attack that are done with words where politicians do it to each other.
    WordsOrArms,
    /// `wounded`: verbs that say of their object that it is hurt.
    Wounded,
}

impl Class {
    /// All classes with the names that the table has for them, sorted by these.
    pub const ALL: &[(&'static str, Class)] = &[
        ("address", Class::Address),
        ("announced", Class::Announced),
        ("arrested", Class::Arrested),
        ("authored", Class::Authored),
        ("backed", Class::Backed),
        ("coalition", Class::Coalition),
        ("collective", Class::Collective),
        ("count", Class::Count),
        ("demanding", Class::Demanding),
        ("died", Class::Died),
        ("diplomat", Class::Diplomat),
        ("fighter", Class::Fighter),
        ("former", Class::Former),
        ("happen", Class::Happen),
        ("honorific", Class::Honorific),
        ("hyphened", Class::Hyphened),
        ("killed", Class::Killed),
        ("kind-of-attack", Class::KindOfAttack),
        ("known", Class::Known),
        ("leading", Class::Leading),
        ("locality", Class::Locality),
        ("loyal", Class::Loyal),
        ("name-particle", Class::NameParticle),
        ("own-will", Class::OwnWill),
        ("peril", Class::Peril),
        ("place", Class::Place),
        ("politeness", Class::Politeness),
        ("protester", Class::Protester),
        ("retold", Class::Retold),
        ("route", Class::Route),
        ("settlement", Class::Settlement),
        ("storming", Class::Storming),
        ("union", Class::Union),
        ("walkout", Class::Walkout),
        ("weapon", Class::Weapon),
        ("words-or-arms", Class::WordsOrArms),
        ("wounded", Class::Wounded),
    ];

    /// By its name in the table.
    pub fn parse(name: &str) -> Option<Class> {
        Class::ALL.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}
