//! How days, numbers, parties and addresses are written on the pages.

use detente::plover::Quad;
use detente::report::{Aux, Entity, LinkKind};
use detente::standing::Level;
use jiff::civil::Date;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How an event stands to the other one that is named behind these words; `own` is false where the other one's link
/// says it.
pub fn link(kind: LinkKind, own: bool) -> &'static str {
    match (kind, own) {
        (LinkKind::Before, true) | (LinkKind::After, false) => "before",
        (LinkKind::After, true) | (LinkKind::Before, false) => "after",
        (LinkKind::During, true) => "during",
        (LinkKind::During, false) => "while there was",
        (LinkKind::Because, true) | (LinkKind::LedTo, false) => "because of",
        (LinkKind::LedTo, true) | (LinkKind::Because, false) => "led to",
        (LinkKind::Response, true) => "in answer to",
        (LinkKind::Response, false) => "answered by",
        (LinkKind::Purpose, true) => "in order to",
        (LinkKind::Purpose, false) => "the aim of",
        (LinkKind::Despite, true) => "despite",
        (LinkKind::Despite, false) => "did not keep off",
    }
}

/// What a place stands for, where it is not the named place itself ([`detente::place::EventLoc::resolution`]).
pub fn resolution(word: &str) -> Option<&'static str> {
    match word {
        "near" => Some("a point beside the named place"),
        "within" => Some("not known itself; what it lies in"),
        "country" => Some("the middle of the country"),
        _ => None,
    }
}

/// `2 Mar 2026`.
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month_name(date), date.year())
}

/// `Mar`.
pub fn month_name(date: Date) -> &'static str {
    MONTHS.get(usize::from(date.month().unsigned_abs()).wrapping_sub(1)).copied().unwrap_or("?")
}

/// An interval as briefly as it can be said: `2 Mar 2026`, `2–4 Mar 2026`, `Mar 2026`, `2026`, `no date`.
pub fn days(from: Option<Date>, to: Option<Date>) -> String {
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => return format!("from {}", day(from)),
        (None, Some(to)) => return format!("until {}", day(to)),
        (None, None) => return "no date".into(),
    };
    let months = from.day() == 1 && to == to.last_of_month();
    if from == to {
        day(from)
    } else if from.year() == to.year() && from.day_of_year() == 1 && to == to.last_of_year() {
        from.year().to_string()
    } else if months && (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{} {}", month_name(from), from.year())
    } else if months && from.year() == to.year() {
        format!("{}–{} {}", month_name(from), month_name(to), from.year())
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{}", from.day(), day(to))
    } else if from.year() == to.year() {
        format!("{} {} – {}", from.day(), month_name(from), day(to))
    } else {
        format!("{} – {}", day(from), day(to))
    }
}

/// A point of the scale with its sign: `+4.0`, `−6.5`, `0.0`.
pub fn scale(x: f64) -> String {
    let text = format!("{:.1}", x.abs());
    match text.as_str() {
        "0.0" => text,
        _ if x > 0.0 => format!("+{text}"),
        _ => format!("−{text}"),
    }
}

/// `−1.0 to +8.1`.
pub fn band(level: &Level) -> String {
    format!("{} to {}", scale(level.low), scale(level.high))
}

/// What a level amounts to, in a word, where the band allows one.
pub fn verdict(level: &Level) -> &'static str {
    if level.low > 0.0 {
        "friendly"
    } else if level.high < 0.0 {
        "hostile"
    } else {
        "unsure"
    }
}

/// `1 report`, `2 reports`, `2 witnesses`, `2 parties`.
pub fn count(n: usize, one: &str) -> String {
    let (stem, ending) = match one {
        _ if n == 1 => (one, ""),
        _ if one.ends_with('s') => (one, "es"),
        _ if one.ends_with("ty") || one.ends_with("dy") || one.ends_with("py") => {
            (&one[..one.len() - 1], "ies")
        }
        _ => (one, "s"),
    };
    format!("{} {stem}{ending}", grouped(n))
}

/// A number in groups of three: `12,304`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The status in words; plain news is `asserted`.
pub fn status(aux: &[Aux]) -> String {
    if aux.is_empty() {
        "asserted".into()
    } else {
        aux.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// True where it is told as something that did not, or did not yet, happen.
pub fn unreal(aux: &[Aux]) -> bool {
    aux.iter().any(|a| matches!(a, Aux::Negated | Aux::Future | Aux::Hypothetical))
}

/// The canonical name of a party, else its key.
pub fn name(entity: &Entity) -> &str {
    entity.identifier_text.as_deref().unwrap_or(&entity.key)
}

/// The CSS class of a quad class.
pub fn quad_class(quad: Quad) -> &'static str {
    match quad {
        Quad::VerbalCooperation => "vc",
        Quad::MaterialCooperation => "mc",
        Quad::VerbalConflict => "vx",
        Quad::MaterialConflict => "mx",
    }
}

/// One part of a path or one value of a query, with everything but letters, digits and `-._~` escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    // A part that is nothing but dots means another folder to a browser.
    if out.bytes().all(|b| b == b'.') { out.replace('.', "%2E") } else { out }
}

/// Address of the page about two parties, the alphabet's first in front.
pub fn dyad_href(a: &str, b: &str) -> String {
    format!("/dyad/{}/{}", escape(a.min(b)), escape(a.max(b)))
}

/// Address of the page about a report.
pub fn report_href(id: &str) -> String {
    format!("/event/{}", escape(id))
}

/// Address of the page about an article.
pub fn article_href(name: &str) -> String {
    format!("/article/{}", escape(name))
}

/// The address, if it leads to the web; `javascript:` and the like do not.
pub fn web_address(url: Option<&str>) -> Option<&str> {
    url.filter(|u| {
        let start = u.get(..8).unwrap_or(u).to_ascii_lowercase();
        start.starts_with("https://") || start.starts_with("http://")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_said_briefly() {
        let d = |text: &str| text.parse::<Date>().ok();
        let said = |from, to| days(d(from), d(to));
        assert_eq!(said("2026-03-02", "2026-03-02"), "2 Mar 2026");
        assert_eq!(said("2026-03-02", "2026-03-04"), "2–4 Mar 2026");
        assert_eq!(said("2026-03-01", "2026-03-31"), "Mar 2026");
        assert_eq!(said("2026-03-01", "2026-05-31"), "Mar–May 2026");
        assert_eq!(said("2026-01-01", "2026-12-31"), "2026");
        assert_eq!(said("2026-03-30", "2026-04-02"), "30 Mar – 2 Apr 2026");
        assert_eq!(said("2025-12-30", "2026-01-02"), "30 Dec 2025 – 2 Jan 2026");
        assert_eq!(days(None, d("2026-01-02")), "until 2 Jan 2026");
        assert_eq!(days(None, None), "no date");
    }

    #[test]
    fn numbers_bear_their_sign_and_groups() {
        assert_eq!((scale(4.0), scale(-6.54), scale(-0.01)), ("+4.0".into(), "−6.5".into(), "0.0".into()));
        assert_eq!(
            (grouped(7), grouped(1234), grouped(1_234_567)),
            ("7".into(), "1,234".into(), "1,234,567".into())
        );
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(web_address(Some("https://example.org")), Some("https://example.org"));
        assert_eq!(web_address(Some("HTTP://example.org")), Some("HTTP://example.org"));
        assert_eq!(web_address(Some("javascript:alert(1)")), None);
        assert_eq!(web_address(Some("é")), None);
    }

    #[test]
    fn addresses_survive_slashes_and_hashes() {
        assert_eq!(dyad_href("SYR/REB", "Hamas"), "/dyad/Hamas/SYR%2FREB");
        assert_eq!(report_href("a b#3"), "/event/a%20b%233");
        assert_eq!(escape(".."), "%2E%2E");
    }
}
