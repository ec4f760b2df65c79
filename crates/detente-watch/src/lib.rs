//! Watches feeds of news: asks them for what is new, politely, for weeks, and hands every new item on once.
//!
//! * [`config`]: the file in which the user names feeds.
//! * [`clock`]: time, so that tests need not wait for it.
//! * [`web`]: one request, one answer, within limits.
//! * [`visit`]: manners: robots.txt, pauses, redirects.
//! * [`state`]: what is remembered, in one file that survives being killed.
//! * [`round`]: a round: feeds, pages, coding.
//!
//! How feeds and pages are read is the business of `detente-intake`; what becomes of articles, of whoever calls
//! ([`round::Coder`]).

#![forbid(unsafe_code)]

pub mod clock;
pub mod config;
pub mod round;
pub mod state;
pub mod visit;
pub mod web;
