//! A page as a tree, in one walk over its bytes. The tree is a list of nodes in the order of the page, each with the
//! number of the first node behind it, so that what a node holds is a range and every question is one pass.
//!
//! This is not the standard's tree: nothing is moved (a link that a table throws out stays where it is written), and
//! formatting is not opened again after a paragraph. What is kept of the standard is what changes where a paragraph
//! ends: which elements close which. In return the time is bound by the length of the page, whatever it is
//! made of: parsers after the standard look through all open elements at every tag, and took eight times as long on
//! news pages (`bench/pages/README.md`).

use std::borrow::Cow;

use super::tag::Tag;

/// Elements nest at most so deep; deeper ones are read as if their tags were not there.
const DEPTH: usize = 300;
/// A tree has at most so many nodes: no page that people read has as many.
const NODES: usize = 4 << 20;
/// Open elements that a tag may look at, on the average.
const LOOKS: usize = 24;

/// An element, or a piece of text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// Which element.
    pub(crate) tag: Tag,
    /// The element it stands in; the first node is its own.
    pub(crate) parent: u32,
    /// The first node behind what it holds.
    pub(crate) end: u32,
    /// Of a text its bytes in the page, of an element those of its attributes.
    from: u32,
    to: u32,
}

/// A page as a tree.
pub(crate) struct Tree<'a> {
    source: &'a str,
    /// All nodes in the order of the page. The first is the page itself.
    pub(crate) nodes: Vec<Node>,
    /// True when the page was cut at the greatest number of nodes.
    pub(crate) cut: bool,
}

impl<'a> Tree<'a> {
    /// Reads a page. Never fails: what is no markup is text.
    pub(crate) fn read(source: &'a str) -> Tree<'a> {
        // Places are kept in four bytes.
        let mut end = source.len().min(u32::MAX as usize / 2);
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let mut builder = Builder::new(&source[..end]);
        builder.run();
        builder.finish()
    }

    /// The text of a text node as it is written, or the attributes of an element.
    pub(crate) fn raw(&self, node: usize) -> &'a str {
        let Node { from, to, .. } = self.nodes[node];
        &self.source[from as usize..to as usize]
    }

    /// The nodes inside of a node.
    pub(crate) fn inside(&self, node: usize) -> std::ops::Range<usize> {
        node + 1..self.nodes[node].end as usize
    }

    /// An attribute of an element, with its entities resolved.
    pub(crate) fn attribute(&self, node: usize, name: &str) -> Option<Cow<'a, str>> {
        attributes(self.raw(node)).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| unescape(v))
    }

    /// The words inside of a node, in one line; of a node that holds very much, the first of them.
    pub(crate) fn text(&self, node: usize) -> String {
        let mut text = String::new();
        for i in self.inside(node).take(200) {
            if text.len() > 4000 {
                break;
            }
            match self.nodes[i].tag {
                Tag::Text
                    if !matches!(self.nodes[self.nodes[i].parent as usize].tag, Tag::Script | Tag::Style) =>
                {
                    text.push_str(&unescape(self.raw(i)));
                }
                tag if tag.is_block() || tag == Tag::Br => text.push(' '),
                _ => {}
            }
        }
        super::words::squeeze(&text)
    }
}

/// A text with its entities resolved.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    htmlize::unescape(text)
}

/// The attributes in the inside of a tag, as they are written.
pub(crate) fn attributes(tag: &str) -> Attributes<'_> {
    Attributes { rest: tag }
}

/// See [`attributes`].
pub(crate) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
        if rest.is_empty() {
            self.rest = rest;
            return None;
        }
        let end = rest
            .bytes()
            .position(|b| b.is_ascii_whitespace() || b == b'=' || b == b'/')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
            self.rest = after;
            return Some((name, ""));
        };
        let (value, rest) = match value.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let inner = &value[1..];
                let end = memchr::memchr(quote, inner.as_bytes()).unwrap_or(inner.len());
                (&inner[..end], inner.get(end + 1..).unwrap_or(""))
            }
            _ => value.split_at(value.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The walk over the bytes.
struct Builder<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The open elements, the innermost last.
    open: Vec<u32>,
    /// How many of each are open.
    count: [u32; Tag::COUNT],
    /// Elements that are open beyond the greatest depth.
    beyond: u32,
    /// Open elements that may still be looked at.
    looks: usize,
    /// Marks of which no more comes; looking for them again at every tag would be quadratic.
    no_comment_end: bool,
    no_quote: [bool; 2],
    /// Elements of raw text whose end tag does not come any more.
    endless: [bool; Tag::COUNT],
    body: bool,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut nodes = Vec::with_capacity(source.len() / 48 + 16);
        nodes.push(Node { tag: Tag::Html, parent: 0, end: 0, from: 0, to: 0 });
        let mut count = [0; Tag::COUNT];
        count[Tag::Html as usize] = 1;
        Builder {
            source,
            bytes: source.as_bytes(),
            at: 0,
            nodes,
            open: vec![0],
            count,
            beyond: 0,
            looks: 1000,
            no_comment_end: false,
            no_quote: [false; 2],
            endless: [false; Tag::COUNT],
            body: false,
        }
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() && self.nodes.len() < NODES {
            let next = memchr::memchr(b'<', &self.bytes[self.at..]).map_or(self.bytes.len(), |n| self.at + n);
            if next > self.at {
                self.text(self.at, next);
                self.at = next;
            }
            if self.at == self.bytes.len() {
                break;
            }
            self.looks = (self.looks + LOOKS).min(1 << 20);
            match self.bytes.get(self.at + 1) {
                Some(b) if b.is_ascii_alphabetic() => self.tag(self.at + 1, false),
                Some(b'/') if self.bytes.get(self.at + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.tag(self.at + 2, true);
                }
                Some(b'!' | b'?' | b'/') => self.comment(),
                _ => {
                    // A bare "<" is a character.
                    self.text(self.at, self.at + 1);
                    self.at += 1;
                }
            }
        }
    }

    fn finish(mut self) -> Tree<'a> {
        let end = self.nodes.len() as u32;
        for &node in &self.open {
            self.nodes[node as usize].end = end;
        }
        Tree { source: self.source, cut: self.at < self.bytes.len(), nodes: self.nodes }
    }

    /// A comment, a declaration, or what is neither: passed over up to its end.
    fn comment(&mut self) {
        let from = self.at;
        let rest = &self.bytes[from..];
        if rest.starts_with(b"<!--") && !self.no_comment_end {
            if rest[4..].starts_with(b">") {
                self.at = from + 5;
                return;
            }
            if let Some(end) = memchr::memmem::find(&rest[2..], b"-->") {
                self.at = from + 2 + end + 3;
                return;
            }
            self.no_comment_end = true;
        }
        if rest.starts_with(b"<![CDATA[") {
            self.at = from + 9;
            return;
        }
        self.at = memchr::memchr(b'>', rest).map_or(self.bytes.len(), |n| from + n + 1);
    }

    /// The end of the tag whose name ends at `at`: the place of its ">".
    fn tag_end(&mut self, mut at: usize) -> usize {
        loop {
            let Some(n) = memchr::memchr3(b'>', b'"', b'\'', &self.bytes[at..]) else {
                return self.bytes.len();
            };
            at += n;
            let quote = self.bytes[at];
            if quote == b'>' {
                return at;
            }
            let which = usize::from(quote == b'\'');
            // A quote begins a value behind "=" alone; elsewhere it is a slip of the pen.
            let value = self.bytes[..at].iter().rev().find(|b| !b.is_ascii_whitespace()) == Some(&b'=');
            at += 1;
            if value && !self.no_quote[which] {
                match memchr::memchr(quote, &self.bytes[at..]) {
                    Some(n) => at += n + 1,
                    None => self.no_quote[which] = true,
                }
            }
        }
    }

    fn tag(&mut self, name_at: usize, close: bool) {
        let len =
            self.bytes[name_at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        let tag = Tag::named(&self.bytes[name_at..name_at + len]);
        let from = name_at + len;
        let end = self.tag_end(from);
        self.at = (end + 1).min(self.bytes.len());
        if close {
            self.close(tag);
        } else {
            self.start(tag, from, end);
        }
    }

    fn start(&mut self, tag: Tag, from: usize, to: usize) {
        match tag {
            Tag::Html => {
                // The page itself; its attributes are the first that come.
                if self.nodes[0].to == 0 {
                    (self.nodes[0].from, self.nodes[0].to) = (from as u32, to as u32);
                }
                return;
            }
            Tag::Body if self.body => return,
            Tag::Body => {
                self.body = true;
                self.pop_to(1);
            }
            _ => {}
        }
        if !tag.is_of_head() && tag != Tag::Body {
            self.leave_head();
        }
        self.implied_ends(tag);
        if tag.is_raw() {
            return self.raw(tag, from, to);
        }
        if tag.is_void() || self.bytes[..to].ends_with(b"/") && tag == Tag::Other {
            self.node(tag, from, to);
        } else if self.open.len() >= DEPTH {
            self.beyond += 1;
        } else {
            let node = self.node(tag, from, to);
            self.open.push(node);
            self.count[tag as usize] += 1;
        }
    }

    /// What this element closes by beginning.
    fn implied_ends(&mut self, tag: Tag) {
        use Tag::{
            A, Address, B, Dd, Div, Dl, Dt, Li, Ol, Optgroup, Option, P, Select, Table, Tbody, Td, Tfoot, Th,
            Thead, Tr, Ul,
        };
        match tag {
            Li => self.close_until(&[Li], |t| !t.is_block() || matches!(t, P | Div | Address), Ul, Ol),
            Dd | Dt => self.close_until(&[Dd, Dt], |t| !t.is_block() || matches!(t, P | Div), Dl, Dl),
            Td | Th => self.close_until(&[Td, Th], |t| !matches!(t, Tr), Table, Table),
            Tr => self.close_until(&[Tr], |_| true, Table, Table),
            Tbody | Thead | Tfoot => self.close_until(&[Tbody, Thead, Tfoot], |_| true, Table, Table),
            Option | Optgroup => self.close_until(&[Option], |t| !t.is_block(), Select, Select),
            A => self.close_until(&[A], |t| !t.is_block(), B, B),
            _ => {}
        }
        if tag.is_block() && !matches!(tag, Tag::Td | Tag::Th | Tag::Tr) && self.count[P as usize] > 0 {
            self.close_until(&[P], |t| !t.is_block(), Tag::Button, Tag::Button);
        }
        if tag.is_heading() {
            let inner = self.open.last().map(|n| self.nodes[*n as usize].tag);
            if inner.is_some_and(Tag::is_heading) {
                self.pop_to(self.open.len() - 1);
            }
        }
    }

    /// Closes the innermost of `wanted` and all in it, looking outwards as far as `through` holds and neither wall is met.
    fn close_until(&mut self, wanted: &[Tag], through: impl Fn(Tag) -> bool, wall: Tag, other: Tag) {
        if wanted.iter().all(|t| self.count[*t as usize] == 0) {
            return;
        }
        for i in (1..self.open.len()).rev() {
            let tag = self.nodes[self.open[i] as usize].tag;
            if wanted.contains(&tag) {
                return self.pop_to(i);
            }
            if self.looks == 0 || tag == wall || tag == other || !through(tag) {
                return;
            }
            self.looks -= 1;
        }
    }

    fn close(&mut self, tag: Tag) {
        if self.beyond > 0 {
            if !tag.is_void() {
                self.beyond -= 1;
            }
            return;
        }
        if tag == Tag::Head {
            return self.leave_head();
        }
        if tag == Tag::Br {
            self.node(Tag::Br, self.at, self.at);
            return;
        }
        // What follows the end of the body is still of the page.
        if matches!(tag, Tag::Html | Tag::Body) || self.count[tag as usize] == 0 {
            return;
        }
        for i in (1..self.open.len()).rev() {
            let inner = self.nodes[self.open[i] as usize].tag;
            if inner == tag {
                return self.pop_to(i);
            }
            let table = matches!(
                tag,
                Tag::Table | Tag::Tr | Tag::Td | Tag::Th | Tag::Tbody | Tag::Thead | Tag::Tfoot
            );
            let stop = if table {
                inner == Tag::Table
            } else if tag.is_block() {
                inner.is_wall()
            } else {
                inner.is_block() && !matches!(inner, Tag::P | Tag::Li | Tag::Dd | Tag::Dt)
            };
            if self.looks == 0 || stop {
                return;
            }
            self.looks -= 1;
        }
    }

    fn leave_head(&mut self) {
        if self.count[Tag::Head as usize] > 0
            && let Some(i) = self.open.iter().take(4).position(|n| self.nodes[*n as usize].tag == Tag::Head)
        {
            self.pop_to(i);
        }
    }

    /// Closes all open elements from this place on.
    fn pop_to(&mut self, len: usize) {
        let end = self.nodes.len() as u32;
        while self.open.len() > len.max(1) {
            if let Some(node) = self.open.pop() {
                let node = &mut self.nodes[node as usize];
                node.end = end;
                self.count[node.tag as usize] -= 1;
            }
        }
    }

    fn node(&mut self, tag: Tag, from: usize, to: usize) -> u32 {
        let number = self.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(0);
        self.nodes.push(Node { tag, parent, end: number + 1, from: from as u32, to: to as u32 });
        number
    }

    fn text(&mut self, from: usize, to: usize) {
        let blank = self.bytes[from..to].iter().all(u8::is_ascii_whitespace);
        if !blank {
            self.leave_head();
        }
        self.node(Tag::Text, from, to);
    }

    /// An element whose inside is text up to its end tag.
    fn raw(&mut self, tag: Tag, from: usize, to: usize) {
        let element = self.node(tag, from, to) as usize;
        let name: &[u8] = match tag {
            Tag::Script => b"script",
            Tag::Style => b"style",
            Tag::Textarea => b"textarea",
            Tag::Title => b"title",
            Tag::Iframe => b"iframe",
            _ => b"noframes",
        };
        let inside = self.at;
        let mut at = inside;
        let end = loop {
            let known = self.endless[tag as usize];
            let more = if known { None } else { memchr::memmem::find(&self.bytes[at..], b"</") };
            let Some(n) = more else {
                // A script without an end is the rest of the page; a title or a frame without one is a slip.
                if matches!(tag, Tag::Script | Tag::Style) {
                    break self.bytes.len();
                }
                self.endless[tag as usize] = true;
                return;
            };
            at += n + 2;
            if self.bytes.get(at..at + name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name)) {
                break at - 2;
            }
        };
        if matches!(tag, Tag::Script | Tag::Title) && end > inside {
            let parent = element as u32;
            let number = self.nodes.len() as u32;
            self.nodes.push(Node {
                tag: Tag::Text,
                parent,
                end: number + 1,
                from: inside as u32,
                to: end as u32,
            });
            self.nodes[element].end = number + 1;
        }
        self.at = memchr::memchr(b'>', &self.bytes[end..]).map_or(self.bytes.len(), |n| end + n + 1);
    }
}
