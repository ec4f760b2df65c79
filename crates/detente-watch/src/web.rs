//! One request, one answer, within limits: of bytes as they come and as they unpack, of the time of the whole request (a server
//! that drips does not hold it open), of the length of the head. Redirects are not followed here. Only http and https are spoken,
//! and no address inside a private network is reached unless the user named its host: what a feed links to is written by
//! strangers.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config as Setting;
use ureq::http::{HeaderMap, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};
use url::{Host, Url};

use crate::config::{Config, is_this_machine, spoken};

/// The longest head of an answer, in bytes.
const HEAD: usize = 64 << 10;
/// The longest value of a header that is sent back to its server, in bytes.
const VALUE: usize = 1024;

/// How much of an answer is taken, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// As it comes.
    pub packed: usize,
    /// As it unpacks.
    pub unpacked: usize,
    /// True where the beginning of a longer answer is taken instead of nothing.
    pub cut: bool,
}

/// A feed: one with 10,000 items and their texts has some twenty million bytes.
pub const FEED: Limit = Limit { packed: 16 << 20, unpacked: 32 << 20, cut: false };
/// A page.
pub const PAGE: Limit = Limit { packed: 8 << 20, unpacked: 16 << 20, cut: false };
/// A robots.txt, which is read no further by RFC 9309.
pub const ROBOTS: Limit = Limit { packed: 500 << 10, unpacked: 500 << 10, cut: true };

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The address.
    pub url: &'a Url,
    /// The forms that are understood.
    pub accept: &'static str,
    /// What the server said of its last answer.
    pub known: Known,
    /// How much is taken.
    pub limit: Limit,
}

/// What a server says of an answer, so that it can be asked for a newer one only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
}

/// What came.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// 200 where all went well.
    pub status: u16,
    /// Where to look instead.
    pub location: Option<String>,
    /// For the next request.
    pub known: Known,
    /// `Retry-After`: seconds, or a moment.
    pub retry_after: Option<String>,
    /// Type of the body, in small letters.
    pub mime: String,
    /// Character set that the server named.
    pub charset: Option<String>,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// Why the body is not whole, where it is not.
    pub cut: Option<String>,
}

/// Why nothing came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It may be better later: nobody answered, or not in time.
    Passing(String),
    /// It will not be better: this is not to be fetched.
    Lasting(String),
}

impl Trouble {
    /// The reason in words.
    pub fn why(&self) -> &str {
        match self {
            Trouble::Passing(why) | Trouble::Lasting(why) => why,
        }
    }
}

/// The way into the web.
pub struct Web {
    agent: Agent,
    /// For this machine itself, to which no proxy leads.
    near: Agent,
    named: Arc<Named>,
    timeout: Duration,
}

/// Hosts and ports that the user named.
#[derive(Debug)]
struct Named(BTreeSet<(String, u16)>);

impl Named {
    fn of(url: &Url) -> Option<(String, u16)> {
        let host = url.host_str()?.trim_matches(['[', ']']).to_ascii_lowercase();
        Some((host, url.port_or_known_default()?))
    }
}

/// Looks hosts up, and leaves out what lies inside private networks.
#[derive(Debug)]
struct Guarded {
    inner: DefaultResolver,
    named: Arc<Named>,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Setting,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        // The user's own proxy may stand anywhere.
        let proxy =
            config.proxy().and_then(|p| p.uri().host()).is_some_and(|p| p.eq_ignore_ascii_case(&host));
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        if proxy || self.named.0.contains(&(host, port)) {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|a| !is_private(a.ip())) {
            public.push(*address);
        }
        if public.is_empty() { Err(Error::Other(PRIVATE.into())) } else { Ok(public) }
    }
}

const PRIVATE: &str = "its address lies inside a private network";

/// True for addresses that are not of the open internet.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast()
                || ip.is_documentation()
                || a == 0
                || a == 100 && (64..128).contains(&b)
                || (a, b, c) == (192, 0, 0)
                || a == 198 && (18..20).contains(&b)
                || a >= 240
        }
        IpAddr::V6(ip) => {
            // Addresses of the fourth version in the clothes of the sixth, also those of a gateway between the two.
            let inner = ip.to_ipv4_mapped().or_else(|| {
                let s = ip.segments();
                let gateway = s[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
                gateway.then(|| std::net::Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7])))
            });
            let first = ip.segments()[0];
            inner.is_some_and(|v4| is_private(IpAddr::V4(v4)))
                || ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
        }
    }
}

impl Web {
    /// Makes ready; `program` is the name and version under which publishers see it.
    pub fn new(config: &Config, program: &str) -> Web {
        let named = Arc::new(Named(config.feeds.iter().filter_map(|f| Named::of(&f.url)).collect()));
        let contact = &config.contact;
        let page = if contact.contains("://") { "" } else { "mailto:" };
        let user_agent = format!("{program} (reads news feeds; +{page}{contact})");
        let agent = |proxy: bool| {
            let mut builder = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(config.timeout))
                .user_agent(user_agent.as_str())
                .max_response_header_size(HEAD)
                .max_idle_connections(8)
                .max_idle_connections_per_host(1);
            if !proxy {
                builder = builder.proxy(None);
            }
            let guarded = Guarded { inner: DefaultResolver::default(), named: Arc::clone(&named) };
            Agent::with_parts(builder.build(), DefaultConnector::default(), guarded)
        };
        Web { agent: agent(true), near: agent(false), named, timeout: config.timeout }
    }

    /// Whether an address may be fetched at all.
    ///
    /// # Errors
    /// When it may not: what speaks against it.
    pub fn may(&self, url: &Url) -> Result<(), Trouble> {
        let lasting = |why: String| Err(Trouble::Lasting(why));
        if !matches!(url.scheme(), "http" | "https") {
            return lasting(format!("it leads to {}:, and only http and https are fetched", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return lasting("its address holds a name or a password".into());
        }
        let Some(named) = Named::of(url) else { return lasting("its address has no host".into()) };
        if self.named.0.contains(&named) {
            return Ok(());
        }
        let private = match url.host() {
            Some(Host::Ipv4(ip)) => is_private(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => is_private(IpAddr::V6(ip)),
            _ => is_this_machine(url),
        };
        if private { lasting(PRIVATE.into()) } else { Ok(()) }
    }

    /// One request.
    ///
    /// # Errors
    /// When nothing came that could be used.
    pub fn get(&self, request: &Request) -> Result<Answer, Trouble> {
        self.may(request.url)?;
        let agent = if is_this_machine(request.url) { &self.near } else { &self.agent };
        let mut call = agent
            .get(request.url.as_str())
            .header("Accept", request.accept)
            .header("Accept-Encoding", "gzip");
        if let Some(etag) = &request.known.etag {
            call = call.header("If-None-Match", etag);
        }
        if let Some(modified) = &request.known.modified {
            call = call.header("If-Modified-Since", modified);
        }
        let response = call.call().map_err(|e| self.trouble(&e))?;
        let (head, body) = response.into_parts();
        let headers = &head.headers;
        let (mime, charset) = content_type(&value(headers, "content-type").unwrap_or_default());
        let mut answer = Answer {
            status: head.status.as_u16(),
            location: value(headers, "location"),
            known: Known { etag: value(headers, "etag"), modified: value(headers, "last-modified") },
            retry_after: value(headers, "retry-after"),
            mime,
            charset,
            ..Answer::default()
        };
        if !head.status.is_success() {
            // What stands below a redirect or an error is not for us.
            return Ok(answer);
        }
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let mut packed = Vec::new();
        match (&mut reader).take(request.limit.packed as u64 + 1).read_to_end(&mut packed) {
            Ok(_) => {}
            Err(error) => {
                let error = Error::from(error);
                if matches!(error, Error::Timeout(_)) || packed.is_empty() {
                    return Err(self.trouble(&error));
                }
                answer.cut = Some("the answer broke off".into());
            }
        }
        if packed.len() > request.limit.packed {
            if !request.limit.cut {
                return Err(too_long(request.limit.packed));
            }
            packed.truncate(request.limit.packed);
        }
        let ways = value(headers, "content-encoding").unwrap_or_default();
        answer.body = unpacked(packed, &ways, request.limit, &mut answer.cut)?;
        Ok(answer)
    }

    fn trouble(&self, error: &Error) -> Trouble {
        let passing = |why: &str| Trouble::Passing(why.to_owned());
        match error {
            Error::Timeout(_) => {
                Trouble::Passing(format!("no whole answer came within {}", spoken(self.timeout)))
            }
            Error::HostNotFound => passing("there is no such host"),
            Error::ConnectionFailed => passing("nobody answers there"),
            Error::Other(why) if why.to_string() == PRIVATE => Trouble::Lasting(PRIVATE.into()),
            Error::LargeResponseHeader(..) => passing("the head of the answer is too long"),
            Error::Protocol(why) => Trouble::Passing(format!("the answer is not HTTP ({why})")),
            Error::BadUri(_) | Error::Http(_) => Trouble::Lasting("its address is none".into()),
            Error::Io(why) => match why.kind() {
                std::io::ErrorKind::ConnectionRefused => passing("nobody answers there"),
                std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset => {
                    passing("the connection broke off")
                }
                _ => {
                    let why = why.to_string();
                    // What the system says where a name cannot be looked up.
                    if why.contains("lookup address") {
                        passing("there is no such host")
                    } else {
                        Trouble::Passing(why)
                    }
                }
            },
            other => Trouble::Passing(other.to_string()),
        }
    }
}

fn too_long(bytes: usize) -> Trouble {
    Trouble::Passing(format!("the answer is longer than {} MB", bytes.max(1 << 20) >> 20))
}

/// A header that can be read and sent back.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    let longest = if name == "location" { 8 * VALUE } else { VALUE };
    (!text.is_empty() && text.len() <= longest).then(|| text.to_owned())
}

/// `text/xml; charset=utf-8` in its parts.
fn content_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let mime = parts.next().unwrap_or("").to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (mime, charset)
}

/// A body without its packing. What breaks off in it is kept up to there.
fn unpacked(packed: Vec<u8>, ways: &str, limit: Limit, cut: &mut Option<String>) -> Result<Vec<u8>, Trouble> {
    let ways: Vec<String> =
        ways.split(',').map(|w| w.trim().to_ascii_lowercase()).filter(|w| !w.is_empty()).collect();
    if let Some(way) =
        ways.iter().find(|w| !matches!(w.as_str(), "gzip" | "x-gzip" | "identity" | "none" | "utf-8"))
    {
        let way: String = way.chars().take(20).collect();
        return Err(Trouble::Passing(format!("the answer is packed by \"{way}\", which was not asked for")));
    }
    // Also a file that is packed by itself, and an answer whose head lies.
    let mut bytes = packed;
    for _ in 0..2 {
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            break;
        }
        let mut out = Vec::new();
        let mut reader = flate2::read::MultiGzDecoder::new(&bytes[..]);
        let done = (&mut reader).take(limit.unpacked as u64 + 1).read_to_end(&mut out);
        if out.len() > limit.unpacked && limit.cut {
            out.truncate(limit.unpacked);
        }
        if out.len() > limit.unpacked {
            return Err(Trouble::Passing(format!(
                "the answer unpacks to more than {} MB",
                limit.unpacked >> 20
            )));
        }
        if done.is_err() {
            if out.is_empty() {
                return Err(Trouble::Passing("the answer cannot be unpacked".into()));
            }
            *cut = Some("the answer broke off".into());
        }
        bytes = out;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> Web {
        let text = "[watch]\ncontact = \"ann@example.org\"\n[[feed]]\nurl = \"http://10.1.2.3:8080/rss\"\n[[feed]]\nurl=\"https://a.example.org/\"";
        Web::new(&Config::parse("x", text).expect("a file"), "detente/0")
    }

    #[test]
    fn only_the_open_web_and_what_the_user_named_may_be_fetched() {
        let web = web();
        for (url, may) in [
            ("https://b.example.org/page", true),
            ("http://93.184.216.34/", true),
            ("http://10.1.2.3:8080/other", true),
            ("http://10.1.2.3/", false),
            ("http://10.1.2.4:8080/rss", false),
            ("http://127.0.0.1/", false),
            ("http://localhost/", false),
            ("http://x.localhost:99/", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("http://[::1]/", false),
            ("http://[::ffff:10.0.0.1]/", false),
            ("http://[64:ff9b::a00:1]/", false),
            ("http://[fd00::1]/", false),
            ("http://[fe80::1]/", false),
            ("http://2130706433/", false),
            ("http://0x7f.1/", false),
            ("http://100.64.0.1/", false),
            ("http://0.0.0.0/", false),
            ("https://ann:secret@b.example.org/", false),
            ("file:///etc/passwd", false),
            ("ftp://b.example.org/", false),
            ("data:text/html,x", false),
            ("gopher://b.example.org/", false),
        ] {
            let url = Url::parse(url).expect("an address");
            assert_eq!(web.may(&url).is_ok(), may, "{url}");
        }
    }

    #[test]
    fn a_name_that_stands_for_an_address_inside_is_not_followed() {
        let web = web();
        let guarded = Guarded { inner: DefaultResolver::default(), named: Arc::clone(&web.named) };
        let setting = Agent::config_builder().proxy(None).build();
        for (uri, found) in [
            ("http://127.0.0.1/", false),
            ("http://[::1]:80/", false),
            ("https://192.168.1.1/", false),
            ("http://10.1.2.3/", false),
            ("http://10.1.2.3:8080/", true),
            ("http://93.184.216.34/", true),
        ] {
            let answer = guarded.resolve(&uri.parse().expect("an address"), &setting, NextTimeout::default());
            assert_eq!(answer.is_ok(), found, "{uri}");
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        use std::io::Write;
        let limit = Limit { packed: 1 << 20, unpacked: 1 << 20, cut: false };
        let pack = |bytes: &[u8]| {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gz.write_all(bytes).expect("packed");
            gz.finish().expect("packed")
        };
        let bomb = pack(&vec![b' '; 64 << 20]);
        let twice = pack(&bomb);
        for bomb in [bomb, twice] {
            let why = unpacked(bomb, "gzip", limit, &mut None).expect_err("a bomb");
            assert!(why.why().contains("unpacks to more than 1 MB"), "{why:?}");
        }
        let mut cut = None;
        let words: Vec<u8> =
            (0..40_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let whole = pack(&words);
        assert_eq!(unpacked(whole.clone(), "gzip", limit, &mut cut).expect("unpacked"), words);
        assert_eq!(cut, None);
        let half = unpacked(whole[..whole.len() / 2].to_vec(), "gzip", limit, &mut cut).expect("a half");
        assert!(cut.is_some() && words.starts_with(&half) && !half.is_empty());
        assert!(unpacked(b"abc".to_vec(), "br", limit, &mut None).is_err());
        assert_eq!(
            unpacked(b"plain".to_vec(), "gzip", limit, &mut None).expect("plain"),
            b"plain",
            "a head that lies"
        );
    }
}
