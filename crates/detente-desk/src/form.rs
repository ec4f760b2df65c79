//! What a page is asked for, as fields of its address: reading them, showing them as a form, and making addresses that
//! keep them.

use std::fmt::Write;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use maud::{Markup, html};

use crate::{Ask, Failure, words};

/// A day out of a field.
///
/// # Errors
/// When it is none.
pub fn day(ask: &Ask, field: &str) -> Result<Option<Date>, Failure> {
    let Some(text) = ask.fields.get(field) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        Failure::bad(format!("{text:?} is no day: write it as year-month-day, such as 2026-03-02"))
    })
}

/// A number out of a field.
///
/// # Errors
/// When it is none, or beyond the range.
pub fn number(ask: &Ask, field: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Failure> {
    let Some(text) = ask.fields.get(field) else { return Ok(None) };
    text.replace(',', ".").parse().ok().filter(|x| range.contains(x)).map(Some).ok_or_else(|| {
        Failure::bad(format!("{text:?} is no number from {} to {}", range.start(), range.end()))
    })
}

/// One of several things, by its word.
///
/// # Errors
/// When there is none of that word.
pub fn one_of<T: Copy>(
    ask: &Ask,
    field: &str,
    things: &[T],
    word: fn(T) -> &'static str,
) -> Result<Option<T>, Failure> {
    let Some(text) = ask.fields.get(field) else { return Ok(None) };
    things.iter().copied().find(|&thing| word(thing).eq_ignore_ascii_case(text)).map(Some).ok_or_else(|| {
        let all: Vec<&str> = things.iter().map(|&thing| word(thing)).collect();
        Failure::bad(format!("{text:?} is none of {}", all.join(", ")))
    })
}

/// The number of the page of a table, from 1.
///
/// # Errors
/// When it is none.
pub fn page(ask: &Ask) -> Result<usize, Failure> {
    let Some(text) = ask.fields.get("page") else { return Ok(1) };
    let number = text.parse::<usize>().ok().filter(|n| (1..1_000_000).contains(n));
    number.ok_or_else(|| Failure::bad(format!("{text:?} is no page number")))
}

/// An address with the fields of the page, one of them changed.
pub fn address(path: &str, ask: &Ask, changed: Option<(&str, String)>) -> String {
    let mut out = String::from(path);
    let mut mark = '?';
    let kept = ask.fields.iter().map(|(k, v)| (k.as_str(), v.clone()));
    let kept = kept.filter(|(k, _)| changed.as_ref().is_none_or(|(name, _)| name != k));
    for (key, value) in kept.chain(changed.clone()).filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, "{mark}{}={}", words::escape(key), words::escape(&value));
        mark = '&';
    }
    out
}

/// Links to the same rows as CSV and JSON: all of them, not those of one page of the table.
pub fn exports(path: &str, ask: &Ask) -> Markup {
    let whole = |ending: &str| address(&format!("{path}.{ending}"), ask, Some(("page", String::new())));
    html! {
        div .exports {
            a .button href=(whole("csv")) { "CSV" }
            a .button href=(whole("json")) { "JSON" }
        }
    }
}

/// Back and on through the pages of a table.
pub fn pager(path: &str, ask: &Ask, number: usize, pages: usize) -> Markup {
    let turn = |to: usize, rel: &str, name: &str| {
        html! { a .button rel=(rel) href=(address(path, ask, Some(("page", to.to_string())))) { (name) } }
    };
    html! {
        @if pages > 1 {
            nav .pager aria-label="Pages of the table" {
                @if number > 1 { (turn(number - 1, "prev", "← Back")) }
                span .quiet { "page " (words::grouped(number)) " of " (words::grouped(pages)) }
                @if number < pages { (turn(number + 1, "next", "On →")) }
            }
        }
    }
}

/// The fields of a form, filled in as they were asked for.
pub struct Form<'a> {
    path: &'a str,
    ask: &'a Ask,
}

impl<'a> Form<'a> {
    /// A form that asks for the page at `path` again.
    pub fn new(path: &'a str, ask: &'a Ask) -> Form<'a> {
        Form { path, ask }
    }

    fn value(&self, name: &str) -> &str {
        self.ask.fields.get(name).map_or("", String::as_str)
    }

    /// A line of text.
    pub fn text(&self, name: &str, label: &str, hint: &str) -> Markup {
        html! { label { span { (label) } input name=(name) value=(self.value(name)) placeholder=(hint); } }
    }

    /// A day.
    pub fn date(&self, name: &str, label: &str) -> Markup {
        html! { label { span { (label) } input type="date" name=(name) value=(self.value(name)); } }
    }

    /// One of several words, or any.
    pub fn choice(&self, name: &str, label: &str, any: &str, options: &[&str]) -> Markup {
        html! {
            label {
                span { (label) }
                select name=(name) {
                    option value="" { (any) }
                    @for option in options { option value=(option) selected[self.value(name).eq_ignore_ascii_case(option)] { (option) } }
                }
            }
        }
    }

    /// One of several words, some of which stand under the one before them.
    pub fn grouped_choice(&self, name: &str, label: &str, any: &str, options: &[(bool, &str)]) -> Markup {
        html! {
            label {
                span { (label) }
                select name=(name) {
                    option value="" { (any) }
                    @for (under, option) in options {
                        option value=(option) selected[self.value(name) == *option] { @if *under { "\u{a0}\u{a0}" } (option) }
                    }
                }
            }
        }
    }

    /// The form around its fields.
    pub fn filters(&self, fields: Markup) -> Markup {
        html! {
            form .filters action=(self.path) method="get" {
                (fields)
                div .actions { button type="submit" { "Show" } a href=(self.path) { "Clear" } }
            }
        }
    }
}
