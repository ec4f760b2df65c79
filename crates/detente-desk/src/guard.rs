//! Who may ask, and what every answer forbids. The desk shows what the user has gathered, so nobody else may look, and no
//! page elsewhere may make the user's browser look or change anything for it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

use crate::{Desk, Failure};

/// The cookie that holds the token.
const COOKIE: &str = "detente_token";

/// Lets in whom it must, and puts the same guards on every answer.
pub async fn guard(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let token = desk.shared.settings.token.as_deref();
    let mut response = match admit(request.method(), request.uri(), request.headers(), token) {
        Admitted::In => next.run(request).await,
        Admitted::Welcome { cookie, to } => {
            let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, to)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Admitted::Out(failure) => failure.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Elsewhere nobody learns what is read here; without any, forms would not say where they come from.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

enum Admitted {
    In,
    /// The token was right: it goes into a cookie and out of the address.
    Welcome {
        cookie: String,
        to: String,
    },
    Out(Failure),
}

fn admit(method: &Method, uri: &Uri, headers: &HeaderMap, token: Option<&str>) -> Admitted {
    let text = |name| headers.get(name).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let host = text(header::HOST);
    let out = |status, text: &str| Admitted::Out(Failure::new(status, text));
    // Whose name counts where there are two would be anybody's guess.
    let named = uri.authority().is_none_or(|authority| authority.as_str() == host);
    if headers.get_all(header::HOST).iter().count() > 1 || !named {
        return out(StatusCode::BAD_REQUEST, "the request names two hosts");
    }
    match token {
        // Without a token only names that cannot belong to somebody else are answered (DNS rebinding).
        None if !is_local_name(host) => {
            return out(
                StatusCode::MISDIRECTED_REQUEST,
                "the desk answers only to localhost or to a numeric address",
            );
        }
        None => {}
        Some(token) => {
            let given = query(uri).find(|(name, _)| *name == "token").map(|(_, value)| value);
            if given.is_some_and(|given| same(given, token)) && *method == Method::GET {
                let rest: Vec<String> = query(uri)
                    .filter(|(name, _)| *name != "token")
                    .map(|(n, v)| format!("{n}={v}"))
                    .collect();
                let mark = if rest.is_empty() { "" } else { "?" };
                let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
                // One slash: two would lead to another machine.
                let to = format!("/{}{mark}{}", uri.path().trim_start_matches('/'), rest.join("&"));
                return Admitted::Welcome { cookie, to };
            }
            let cookies = headers.get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok());
            let mut pairs = cookies.flat_map(|c| c.split(';')).filter_map(|c| c.trim().split_once('='));
            if !pairs.any(|(name, value)| name == COOKIE && same(value, token)) {
                return out(
                    StatusCode::UNAUTHORIZED,
                    "who reads this ledger must know its token: open the address that `detente serve` printed",
                );
            }
        }
    }
    if *method != Method::GET && *method != Method::HEAD && !is_same_site(headers, host) {
        return out(StatusCode::FORBIDDEN, "only the desk's own pages may send this");
    }
    Admitted::In
}

/// True where a change comes from a page of the desk itself. Browsers name the origin of every form that is sent.
fn is_same_site(headers: &HeaderMap, host: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|h| h.to_str().ok());
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    text("origin").is_some_and(|origin| {
        origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).is_some_and(|o| o == host)
    })
}

/// The fields of a query, as they stand.
fn query(uri: &Uri) -> impl Iterator<Item = (&str, &str)> {
    uri.query().unwrap_or_default().split('&').filter_map(|part| part.split_once('='))
}

/// Compares without saying by its time how much of it is right.
fn same(given: &str, token: &str) -> bool {
    given.len() == token.len() && given.bytes().zip(token.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// True for `localhost` and for numbers: a name could belong to anybody (DNS rebinding).
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        token: Option<&str>,
    ) -> Result<String, u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        match admit(&method, &path.parse().expect("an address"), &map, token) {
            Admitted::In => Ok("in".into()),
            Admitted::Welcome { to, .. } => Ok(to),
            Admitted::Out(failure) => Err(failure.status.as_u16()),
        }
    }

    #[test]
    fn a_token_is_asked_for_once_and_leaves_the_address() {
        let there = [("host", "desk.example:8484")];
        assert_eq!(asked(Method::GET, "/", &there, Some("s3cret")), Err(401));
        assert_eq!(asked(Method::GET, "/?token=s3creT", &there, Some("s3cret")), Err(401));
        assert_eq!(
            asked(Method::GET, "/turns?token=s3cret&actor=IRN", &there, Some("s3cret")),
            Ok("/turns?actor=IRN".into())
        );
        assert_eq!(
            asked(Method::GET, "//evil.example/?token=s3cret", &there, Some("s3cret")),
            Ok("/evil.example/".into())
        );
        let known = [("host", "desk.example:8484"), ("cookie", "a=b; detente_token=s3cret")];
        assert_eq!(asked(Method::GET, "/", &known, Some("s3cret")), Ok("in".into()));
    }

    #[test]
    fn a_page_elsewhere_cannot_send_anything() {
        let host = ("host", "localhost:8484");
        for headers in [
            vec![host],
            vec![host, ("origin", "http://evil.example")],
            vec![host, ("origin", "null")],
            vec![host, ("origin", "http://localhost:8484"), ("sec-fetch-site", "cross-site")],
            vec![host, ("origin", "http://localhost:8484.evil.example")],
        ] {
            assert_eq!(asked(Method::POST, "/try", &headers, None), Err(403), "{headers:?}");
        }
        let own = [host, ("origin", "http://localhost:8484"), ("sec-fetch-site", "same-origin")];
        assert_eq!(asked(Method::POST, "/try", &own, None), Ok("in".into()));
    }
}
