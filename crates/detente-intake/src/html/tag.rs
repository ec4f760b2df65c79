//! The elements of HTML by name, and what reading needs to know of each: whether it begins a line, whether it ever
//! has an end, what it closes by beginning. The sets are those of the HTML standard (html.spec.whatwg.org, "Parsing").

/// Makes the enumeration and the look-up by name.
macro_rules! tags {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// An element by name, or a piece of text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag { Text, Other, $($variant),* }

        impl Tag {
            /// How many there are.
            pub(crate) const COUNT: usize = [$($name),*].len() + 2;

            /// The element of this name, in any case of letters.
            pub(crate) fn named(name: &[u8]) -> Tag {
                let mut lower = [0u8; 12];
                let Some(lower) = lower.get_mut(..name.len()) else { return Tag::Other };
                lower.copy_from_slice(name);
                lower.make_ascii_lowercase();
                match std::str::from_utf8(lower) {
                    $(Ok($name) => Tag::$variant,)*
                    _ => Tag::Other,
                }
            }
        }
    };
}

tags! {
    A "a", Abbr "abbr", Address "address", Area "area", Article "article", Aside "aside", Audio "audio", B "b", Base "base",
    Blockquote "blockquote", Body "body", Br "br", Button "button", Canvas "canvas", Caption "caption", Center "center",
    Cite "cite", Code "code", Col "col", Dd "dd", Del "del", Details "details", Dialog "dialog", Div "div", Dl "dl",
    Dt "dt", Em "em", Embed "embed", Fieldset "fieldset", Figcaption "figcaption", Figure "figure", Font "font",
    Footer "footer", Form "form", Frame "frame", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Head "head",
    Header "header", Hgroup "hgroup", Hr "hr", Html "html", I "i", Iframe "iframe", Img "img", Input "input", Label "label",
    Li "li", Link "link", Main "main", Meta "meta", Nav "nav", Noframes "noframes", Noscript "noscript", Object "object",
    Ol "ol", Optgroup "optgroup", Option "option", P "p", Param "param", Picture "picture", Pre "pre", Q "q", Rp "rp",
    Rt "rt", Script "script", Section "section", Select "select", Small "small", Source "source", Span "span",
    Strong "strong", Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table", Tbody "tbody",
    Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th", Thead "thead", Time "time", Title "title",
    Tr "tr", Track "track", U "u", Ul "ul", Video "video", Wbr "wbr", Math "math", S "s", Strike "strike",
}

impl Tag {
    /// True for elements that never hold anything and have no end tag.
    pub(crate) fn is_void(self) -> bool {
        use Tag::{Area, Base, Br, Col, Embed, Frame, Hr, Img, Input, Link, Meta, Param, Source, Track, Wbr};
        matches!(
            self,
            Area | Base
                | Br
                | Col
                | Embed
                | Frame
                | Hr
                | Img
                | Input
                | Link
                | Meta
                | Param
                | Source
                | Track
                | Wbr
        )
    }

    /// True for elements whose inside is text up to their own end tag, whatever it looks like.
    pub(crate) fn is_raw(self) -> bool {
        matches!(self, Tag::Script | Tag::Style | Tag::Textarea | Tag::Title | Tag::Iframe | Tag::Noframes)
    }

    /// True for headings.
    pub(crate) fn is_heading(self) -> bool {
        matches!(self, Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6)
    }

    /// True for elements that begin a line of their own.
    pub(crate) fn is_block(self) -> bool {
        use Tag::{
            Address, Article, Aside, Blockquote, Body, Caption, Center, Dd, Details, Dialog, Div, Dl, Dt,
            Fieldset, Figcaption, Figure, Footer, Form, Head, Header, Hgroup, Hr, Html, Li, Main, Nav, Ol,
            Optgroup, Option, P, Pre, Section, Summary, Table, Tbody, Td, Tfoot, Th, Thead, Title, Tr, Ul,
        };
        self.is_heading()
            || matches!(
                self,
                Address
                    | Article
                    | Aside
                    | Blockquote
                    | Body
                    | Caption
                    | Center
                    | Dd
                    | Details
                    | Dialog
                    | Div
                    | Dl
                    | Dt
                    | Fieldset
                    | Figcaption
                    | Figure
                    | Footer
                    | Form
                    | Head
                    | Header
                    | Hgroup
                    | Hr
                    | Html
                    | Li
                    | Main
                    | Nav
                    | Ol
                    | Optgroup
                    | Option
                    | P
                    | Pre
                    | Section
                    | Summary
                    | Table
                    | Tbody
                    | Td
                    | Tfoot
                    | Th
                    | Thead
                    | Title
                    | Tr
                    | Ul
            )
    }

    /// True for elements out of which an end tag of something outside does not reach.
    pub(crate) fn is_wall(self) -> bool {
        matches!(
            self,
            Tag::Table
                | Tag::Td
                | Tag::Th
                | Tag::Caption
                | Tag::Html
                | Tag::Body
                | Tag::Template
                | Tag::Object
                | Tag::Svg
        )
    }

    /// True for what may stand in the head of a page.
    pub(crate) fn is_of_head(self) -> bool {
        matches!(
            self,
            Tag::Meta
                | Tag::Link
                | Tag::Title
                | Tag::Script
                | Tag::Style
                | Tag::Base
                | Tag::Noscript
                | Tag::Template
        )
    }
}
