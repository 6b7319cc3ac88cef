//! The host and the target of a request (RFC 9112 3.2). After this, the Host header is the only host, and the target is a path.

use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http::{Method, Uri, Version};

/// Why the host of a request is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTarget {
    #[error("the request must have exactly one Host line")]
    Host,
    #[error("an absolute target must be an http or https URL without a user name")]
    Target,
}

/// Replaces the Host header with the host of an absolute target, which takes precedence.
pub(crate) fn settle(head: &mut Parts) -> Result<(), InvalidTarget> {
    match head.headers.get_all(HOST).iter().count() {
        0 if head.version == Version::HTTP_11 => return Err(InvalidTarget::Host),
        0 | 1 => {}
        _ => return Err(InvalidTarget::Host),
    }
    let Some(authority) = head.uri.authority().filter(|_| head.method != Method::CONNECT) else {
        return Ok(());
    };
    let is_http =
        head.uri.scheme().is_some_and(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS);
    let host = HeaderValue::from_str(authority.as_str()).ok();
    let host = host.filter(|_| is_http && !authority.as_str().contains('@'));
    let host = host.ok_or(InvalidTarget::Target)?;
    let path = head.uri.path_and_query().cloned();
    head.uri = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    head.headers.insert(HOST, host);
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn settled(target: &str, hosts: &[&str]) -> Result<(String, String), InvalidTarget> {
        let mut request = Request::get(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        settle(&mut head)?;
        let host = head.headers[HOST].to_str().unwrap().to_owned();
        Ok((host, head.uri.to_string()))
    }

    #[test]
    fn absolute_target_takes_precedence_over_the_host_line() {
        let of = |host: &str, target: &str| Ok((host.to_owned(), target.to_owned()));
        assert_eq!(settled("/a?b=c", &["one"]), of("one", "/a?b=c"));
        assert_eq!(settled("http://two:1/a?b=c", &["one"]), of("two:1", "/a?b=c"));
        assert_eq!(settled("HTTPS://two", &["one"]), of("two", "/"));
    }

    #[test]
    fn unclear_host_is_refused() {
        assert_eq!(settled("/", &[]), Err(InvalidTarget::Host));
        assert_eq!(settled("/", &["one", "one"]), Err(InvalidTarget::Host));
        assert_eq!(settled("http://two/", &["one", "two"]), Err(InvalidTarget::Host));
        for target in ["ftp://two/", "http://a@two/", "http://a:b@two/"] {
            assert_eq!(settled(target, &["one"]), Err(InvalidTarget::Target), "{target}");
        }
    }
}
