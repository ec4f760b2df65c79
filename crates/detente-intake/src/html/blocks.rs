//! The lines of a page, and which of them are the article.
//!
//! One walk over the tree writes every line with what is known of it: how many of its letters lead elsewhere, whether
//! it is a sentence, a heading, an item of a list, a caption. Parts that are marked as something else (navigation,
//! shares, comments: `furniture.toml`, and the elements made for it) are left out where enough stays without
//! them. Then the part of the page is chosen whose lines weigh most, prose counting for it and links against it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::furniture::{self, Sort};
use super::tag::Tag;
use super::tree::{Tree, attributes, unescape};
use super::words;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Paragraph,
    Heading,
    Item,
    Cell,
    Quote,
    Caption,
}

/// A line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Its bytes in [`Blocks::text`].
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The element it stands in.
    pub(crate) node: u32,
    pub(crate) kind: Kind,
    /// Letters and digits.
    pub(crate) letters: u32,
    /// Those of them that lead elsewhere.
    pub(crate) linked: u32,
    /// True when it ends as sentences do.
    pub(crate) sentence: bool,
    /// True when it is of a part that is left out.
    pub(crate) out: bool,
}

/// A part of the page that is marked as something else.
struct Region {
    from: u32,
    to: u32,
    sort: Sort,
    /// What it has in common with others of its kind: the element and its classes.
    group: u64,
}

/// All lines of a page.
pub(crate) struct Blocks {
    /// Their words.
    pub(crate) text: String,
    /// The lines in the order of the page.
    pub(crate) list: Vec<Block>,
    /// For each node of the tree, how many lines come before it.
    before: Vec<u32>,
}

/// An open element in the walk.
struct Open {
    end: u32,
    node: u32,
    kind: Kind,
    link: bool,
    block: bool,
    region: Option<usize>,
    /// What to write behind it.
    after: &'static str,
}

impl Block {
    /// What a line says for its part of the page: prose for it, links and scraps against it.
    fn weight(&self) -> i64 {
        if self.out || self.kind == Kind::Caption {
            return 0;
        }
        let (letters, linked) = (i64::from(self.letters), i64::from(self.linked));
        if linked * 10 > letters * 6 {
            return -letters.min(60);
        }
        match self.kind {
            _ if self.is_prose() => letters - linked,
            Kind::Heading => 0,
            _ if letters >= 40 => (letters - linked) / 2,
            _ => -3,
        }
    }

    /// True for a headline that leads elsewhere.
    pub(crate) fn is_teaser(&self) -> bool {
        self.letters >= 25 && self.linked * 10 >= self.letters * 9
    }

    /// True for what could stand in an article: a sentence, or a piece as long as one.
    pub(crate) fn is_prose(&self) -> bool {
        self.kind != Kind::Heading
            && (self.sentence && self.letters >= 25 || self.letters >= 140)
            && self.linked * 10 <= self.letters * 6
    }
}

impl Blocks {
    /// Writes down all lines of a page. With `noscript`, also what it shows where nothing runs its scripts.
    pub(crate) fn of(tree: &Tree, noscript: bool) -> Blocks {
        let mut writer = Writer {
            tree,
            blocks: Blocks {
                text: String::with_capacity(tree.nodes.len() * 8),
                list: Vec::new(),
                before: Vec::with_capacity(tree.nodes.len() + 1),
            },
            open: Vec::new(),
            regions: Vec::new(),
            start: 0,
            started: false,
            linked: 0,
            line_break: false,
            noscript,
        };
        writer.run();
        let Writer { mut blocks, mut regions, .. } = writer;
        blocks.teasers(tree, &mut regions);
        blocks.leave_out(&regions);
        blocks
    }

    /// The words of a line.
    pub(crate) fn words(&self, block: &Block) -> &str {
        &self.text[block.from..block.to]
    }

    /// The lines of a node.
    pub(crate) fn range(&self, tree: &Tree, node: usize) -> std::ops::Range<usize> {
        self.before[node] as usize..self.before[tree.nodes[node].end as usize] as usize
    }

    /// Marks the lines of the parts that are something else.
    fn leave_out(&mut self, regions: &[Region]) {
        let mut sums = vec![0u64];
        for block in &self.list {
            let prose = if block.is_prose() { u64::from(block.letters) } else { 0 };
            sums.push(sums[sums.len() - 1] + prose);
        }
        let all = sums[self.list.len()];
        let prose = |region: &Region| sums[region.to as usize] - sums[region.from as usize];
        // Parts of one class are one part: a class that every paragraph has is a class of the article.
        let mut groups: HashMap<u64, u64> = HashMap::new();
        for region in regions {
            *groups.entry(region.group).or_default() += prose(region);
        }
        let mut marks = |trusting: bool| {
            let mut marks = vec![0i32; self.list.len() + 1];
            for region in regions {
                let (own, group, before) = (prose(region), groups[&region.group], sums[region.from as usize]);
                let out = match region.sort {
                    // What is longer than the article stands behind it.
                    Sort::Surest => own * 2 < all || before >= 300,
                    Sort::Comments => own * 2 < all || before >= 80,
                    Sort::Strong | Sort::Hidden => own * 10 < all * 4 && (trusting || group * 10 < all * 4),
                    Sort::Weak => own < 200 && group * 10 < all,
                };
                if out {
                    marks[region.from as usize] += 1;
                    marks[region.to as usize] -= 1;
                }
            }
            let (mut depth, mut kept) = (0, 0);
            for (block, mark) in self.list.iter_mut().zip(marks) {
                depth += mark;
                block.out = depth > 0;
                kept += if block.out || !block.is_prose() { 0 } else { u64::from(block.letters) };
            }
            kept
        };
        if marks(true) * 10 < all {
            marks(false);
        }
    }

    /// Finds the teasers of other articles: parts of one class beside each other, each with a headline that leads
    /// elsewhere and a sentence or two.
    fn teasers(&self, tree: &Tree, regions: &mut Vec<Region>) {
        let mut groups: HashMap<(u32, Tag, u64), Vec<u32>> = HashMap::new();
        for (node, n) in tree.nodes.iter().enumerate() {
            if !matches!(
                n.tag,
                Tag::Div
                    | Tag::Li
                    | Tag::Article
                    | Tag::Section
                    | Tag::A
                    | Tag::Tr
                    | Tag::Figure
                    | Tag::Other
            ) {
                continue;
            }
            let range = self.range(tree, node);
            if !(1..=10).contains(&range.len()) {
                continue;
            }
            let blocks = &self.list[range];
            let headline = blocks.iter().any(|b| b.letters >= 15 && b.linked * 10 >= b.letters * 9);
            let prose = blocks.iter().filter(|b| b.is_prose());
            let (count, letters) = prose.fold((0, 0), |(c, l), b| (c + 1, l + b.letters));
            if headline && count <= 3 && letters <= 900 {
                let mut hasher = DefaultHasher::new();
                tree.attribute(node, "class").hash(&mut hasher);
                groups.entry((n.parent, n.tag, hasher.finish())).or_default().push(node as u32);
            }
        }
        for group in groups.into_values().filter(|g| g.len() >= 3) {
            for node in group {
                let range = self.range(tree, node as usize);
                regions.push(Region {
                    from: range.start as u32,
                    to: range.end as u32,
                    sort: Sort::Surest,
                    group: 0,
                });
            }
        }
    }

    /// The node of the page that holds the article, or nothing where no line is prose.
    pub(crate) fn choose(&self, tree: &Tree) -> Option<usize> {
        let mut sums = vec![0i64];
        for block in &self.list {
            sums.push(sums[sums.len() - 1] + block.weight());
        }
        let weight = |node: usize| {
            let range = self.range(tree, node);
            sums[range.end] - sums[range.start]
        };
        let mut best = None;
        for (node, n) in tree.nodes.iter().enumerate().filter(|(_, n)| n.tag != Tag::Text) {
            let w = weight(node);
            let better = best.is_none_or(|(b, end, most)| w > most || w == most && b < node && n.end <= end);
            if w > 0 && better {
                best = Some((node, n.end, w));
            }
        }
        // Where nothing is prose the page is all there is.
        let Some((node, _, most)) = best else { return (!self.list.is_empty()).then_some(0) };
        // Where the page marks the body of its article and most of what was found is in it, the rest is not the article.
        let marked =
            tree.inside(node).filter(|n| tree.nodes[*n].tag != Tag::Text && is_marked_body(tree, *n));
        let marked = marked.map(|n| (n, weight(n))).max_by_key(|(n, w)| (*w, std::cmp::Reverse(*n)));
        let node = marked.filter(|(_, w)| w * 10 >= most * 6).map_or(node, |(n, _)| n);
        Some(self.with_tables(tree, node))
    }

    /// The node, or one around it that adds nothing but tables and lists of the article's own: they weigh nothing.
    fn with_tables(&self, tree: &Tree, node: usize) -> usize {
        let (mut node, mut around) = (node, node);
        for _ in 0..3 {
            let inner = self.range(tree, around);
            around = tree.nodes[around].parent as usize;
            let outer = self.range(tree, around);
            let mut more = self.list[outer.start..inner.start].iter().chain(&self.list[inner.end..outer.end]);
            if tree.nodes[around].tag == Tag::Html
                || outer.len() > 5 * inner.len() + 400
                || more.any(|b| b.out || b.linked * 2 > b.letters)
            {
                break;
            }
            let behind = &self.list[inner.end..outer.end];
            if behind.iter().filter(|b| matches!(b.kind, Kind::Cell | Kind::Item)).count() >= 6 {
                node = around;
            }
        }
        node
    }
}

struct Writer<'a, 't> {
    tree: &'t Tree<'a>,
    blocks: Blocks,
    open: Vec<Open>,
    regions: Vec<Region>,
    /// Where the line at hand begins.
    start: usize,
    started: bool,
    linked: u32,
    /// A line break that ends the line only if what follows is no going on of the sentence.
    line_break: bool,
    noscript: bool,
}

impl Writer<'_, '_> {
    fn run(&mut self) {
        let end = self.tree.nodes.len();
        let mut node = 0;
        while node < end {
            self.leave(node as u32);
            let n = self.tree.nodes[node];
            match n.tag {
                Tag::Text => {
                    self.mark();
                    let text = unescape(self.tree.raw(node));
                    self.push(&text);
                    node += 1;
                }
                Tag::Script
                | Tag::Style
                | Tag::Template
                | Tag::Svg
                | Tag::Button
                | Tag::Select
                | Tag::Textarea
                | Tag::Iframe
                | Tag::Object
                | Tag::Audio
                | Tag::Video
                | Tag::Canvas
                | Tag::Math
                | Tag::Head
                | Tag::Title
                | Tag::Input
                | Tag::Rp
                | Tag::Rt => node = self.skip(node),
                Tag::Br => {
                    self.mark();
                    if self.line_break || !self.started {
                        self.end_line();
                    } else {
                        self.line_break = true;
                    }
                    node += 1;
                }
                Tag::Noscript if !self.noscript => node = self.skip(node),
                _ if self.is_unseen(node) => node = self.skip(node),
                Tag::Sup if self.is_note(node) => node = self.skip(node),
                _ => {
                    self.enter(node);
                    node += 1;
                }
            }
        }
        self.leave(end as u32);
        self.end_line();
        self.mark();
    }

    /// Notes how many lines come before the node at hand.
    fn mark(&mut self) {
        self.blocks.before.push(self.blocks.list.len() as u32);
    }

    /// Passes over a node and all in it.
    fn skip(&mut self, node: usize) -> usize {
        let end = self.tree.nodes[node].end as usize;
        if self.tree.nodes[node].tag.is_block() {
            self.end_line();
        }
        for _ in node..end {
            self.mark();
        }
        end
    }

    /// True for the mark of a footnote; "10<sup>6</sup>" and "19<sup>th</sup>" are none.
    fn is_note(&self, node: usize) -> bool {
        if self.tree.inside(node).len() > 8 {
            return false;
        }
        let text = self.tree.text(node);
        let inner = text.trim_matches(['[', ']', '(', ')', ' ']);
        let mark = inner.len() <= 4
            && inner.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '†' | '‡' | ','));
        let before = self.blocks.text[self.start..].chars().next_back();
        mark && !before.is_some_and(|c| c.is_ascii_digit())
    }

    /// True for a power: 10<sup>6</sup> is not 106.
    fn is_power(&self, node: usize) -> bool {
        let digits = |c: char| c.is_ascii_digit();
        self.blocks.text[self.start..].ends_with(digits)
            && self.tree.inside(node).len() == 1
            && self.tree.raw(node + 1).trim().chars().all(digits)
    }

    /// True for an element inside of a line that nobody sees, such as the card that a name shows under the pointer.
    fn is_unseen(&self, node: usize) -> bool {
        let n = self.tree.nodes[node];
        self.started
            && matches!(n.tag, Tag::Span | Tag::Small | Tag::I | Tag::A | Tag::Div)
            && attributes(self.tree.raw(node)).any(|(name, value)| {
                name.eq_ignore_ascii_case("class") && furniture::of_class(value) == Some(Sort::Hidden)
                    || name.eq_ignore_ascii_case("style") && value.replace(' ', "").contains("display:none")
            })
            && self.tree.inside(node).len() < 60
    }

    fn enter(&mut self, node: usize) {
        let n = self.tree.nodes[node];
        let (outer_kind, outer_link) =
            self.open.last().map_or((Kind::Paragraph, false), |o| (o.kind, o.link));
        let mut sort = match n.tag {
            Tag::Nav | Tag::Footer => Some(Sort::Surest),
            Tag::Aside => Some(Sort::Strong),
            Tag::Form | Tag::Header | Tag::Figure | Tag::Dialog | Tag::Label => Some(Sort::Weak),
            _ => None,
        };
        let mut kind = match n.tag {
            tag if tag.is_heading() => Kind::Heading,
            Tag::Li | Tag::Dt | Tag::Dd => Kind::Item,
            Tag::Td | Tag::Th => Kind::Cell,
            Tag::Blockquote => Kind::Quote,
            Tag::Figcaption | Tag::Caption => Kind::Caption,
            _ => outer_kind,
        };
        let mut link = outer_link;
        for (name, value) in attributes(self.tree.raw(node)) {
            if n.tag == Tag::A && name.eq_ignore_ascii_case("href") {
                link = true;
            }
            if matches!(n.tag, Tag::Body | Tag::Html) {
                continue;
            }
            let more = if name.eq_ignore_ascii_case("class") || name.eq_ignore_ascii_case("id") {
                if is_caption(value) {
                    kind = Kind::Caption;
                }
                furniture::of_class(value)
            } else if name.eq_ignore_ascii_case("style") {
                let hidden = value.contains("display") && value.replace(' ', "").contains("display:none");
                hidden.then_some(Sort::Hidden)
            } else if name.eq_ignore_ascii_case("hidden")
                || name.eq_ignore_ascii_case("aria-hidden") && value.eq_ignore_ascii_case("true")
            {
                Some(Sort::Hidden)
            } else if name.eq_ignore_ascii_case("role") {
                let role = value.to_ascii_lowercase();
                matches!(
                    role.as_str(),
                    "navigation"
                        | "complementary"
                        | "contentinfo"
                        | "search"
                        | "menu"
                        | "dialog"
                        | "banner"
                        | "tooltip"
                )
                .then_some(Sort::Strong)
            } else {
                None
            };
            sort = sort.max(more);
        }
        let block = n.tag.is_block();
        if block {
            self.end_line();
        }
        self.mark();
        if n.tag == Tag::Q {
            self.push("“");
        }
        if n.tag == Tag::Sup && self.is_power(node) {
            self.push("^");
        }
        // An element in a line that is marked and begins the line has a line of its own.
        let block = block || sort.is_some_and(|s| s > Sort::Weak) && !self.started;
        let region = sort.map(|sort| {
            let from = self.blocks.list.len() as u32;
            let mut hasher = DefaultHasher::new();
            (n.tag, self.tree.attribute(node, "class")).hash(&mut hasher);
            self.regions.push(Region { from, to: from, sort, group: hasher.finish() });
            self.regions.len() - 1
        });
        let after = if n.tag == Tag::Q { "”" } else { "" };
        self.open.push(Open { end: n.end, node: node as u32, kind, link, block, region, after });
    }

    /// Leaves the elements that end before this node.
    fn leave(&mut self, node: u32) {
        while let Some(open) = self.open.last()
            && open.end <= node
        {
            let (block, region, after) = (open.block, open.region, open.after);
            if !after.is_empty() {
                self.push(after);
            }
            if block {
                self.end_line();
            }
            self.open.pop();
            if let Some(region) = region {
                self.regions[region].to = self.blocks.list.len() as u32;
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.line_break {
            let Some(first) = text.chars().find(|c| !c.is_whitespace()) else { return };
            let goes_on = first.is_lowercase() && !words::is_sentence(&self.blocks.text[self.start..]);
            self.line_break = false;
            if goes_on {
                words::push(&mut self.blocks.text, &mut self.started, " ");
            } else {
                self.end_line();
            }
        }
        let from = self.blocks.text.len();
        words::push(&mut self.blocks.text, &mut self.started, text);
        if self.open.last().is_some_and(|o| o.link) {
            self.linked += words::letters(&self.blocks.text[from..]) as u32;
        }
    }

    fn end_line(&mut self) {
        self.line_break = false;
        let text = &mut self.blocks.text;
        if text.len() > self.start && text.ends_with(' ') {
            text.pop();
        }
        let line = &text[self.start..];
        let letters = words::letters(line) as u32;
        let open = self.open.iter().rev().find(|o| o.block);
        if letters > 0 {
            let (node, kind) = open.map_or((0, Kind::Paragraph), |o| (o.node, o.kind));
            self.blocks.list.push(Block {
                from: self.start,
                to: text.len(),
                node,
                kind,
                letters,
                linked: self.linked,
                sentence: words::is_sentence(line),
                out: false,
            });
        } else {
            text.truncate(self.start);
        }
        self.start = text.len();
        self.started = false;
        self.linked = 0;
    }
}

/// True for an element that is marked as the body of an article.
fn is_marked_body(tree: &Tree, node: usize) -> bool {
    attributes(tree.raw(node)).any(|(name, value)| {
        if name.eq_ignore_ascii_case("itemprop") {
            return value.trim().eq_ignore_ascii_case("articleBody");
        }
        (name.eq_ignore_ascii_case("class") || name.eq_ignore_ascii_case("id")) && furniture::is_body(value)
    })
}

/// Captions speak of pictures, which are often older than the article.
fn is_caption(class: &str) -> bool {
    class.split([' ', '-', '_']).any(|word| {
        ["caption", "figcaption", "thumbcaption", "gallerytext"].iter().any(|c| word.eq_ignore_ascii_case(c))
    })
}
