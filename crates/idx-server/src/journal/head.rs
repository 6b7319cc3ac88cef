//! A request's head, copied into one allocation. hyper's own head would keep the connection's whole buffer alive.

use http::Method;
use http::request::Parts;

/// Method, target and headers.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    method: Method,
    /// The target, then one line per header. Neither can contain a line break.
    lines: Box<str>,
}

impl Head {
    pub(crate) fn copy(parts: &Parts) -> Self {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let size: usize =
            parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 3).sum();
        let mut lines = String::with_capacity(target.len() + size);
        lines.push_str(target);
        for (name, value) in &parts.headers {
            lines.push('\n');
            lines.push_str(name.as_str());
            lines.push_str(": ");
            lines.push_str(&String::from_utf8_lossy(value.as_bytes()));
        }
        Self { method: parts.method.clone(), lines: lines.into_boxed_str() }
    }

    pub(crate) fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Path and query.
    pub(crate) fn target(&self) -> &str {
        self.lines.split('\n').next().unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    /// Names in lower case, in their original order.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.split('\n').skip(1).filter_map(|line| line.split_once(": "))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The size in bytes.
    pub(crate) fn size(&self) -> usize {
        size_of::<Self>() + self.lines.len()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn copy_equals_the_request() {
        let request =
            Request::get("/a?b=c").header("Accept", "x: y").header("empty", "").body(()).unwrap();
        let head = Head::copy(&request.into_parts().0);
        assert_eq!((head.method(), head.target(), head.path()), ("GET", "/a?b=c", "/a"));
        assert_eq!(head.headers().collect::<Vec<_>>(), [("accept", "x: y"), ("empty", "")]);
        assert_eq!(head.header("accept"), Some("x: y"));
    }
}
