//! A registration inline hook, with the members of the channel of Okta's Inline Hooks API.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// The headers that the server sets itself.
const RESERVED: [&str; 7] =
    ["accept", "connection", "content-length", "content-type", "host", "te", "transfer-encoding"];

/// The timeouts of a call in milliseconds. A user waits meanwhile.
const TIMEOUTS: RangeInclusive<u64> = 1..=60_000;

/// A registration inline hook.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InlineHook {
    /// The URL to call, `http` or `https`.
    pub url: String,
    /// Its id at Okta, for information only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline_hook_id: Option<String>,
    /// Timeout in wall-clock milliseconds. Okta's own is three seconds, with one retry.
    #[serde(default = "three_seconds")]
    pub timeout_millis: u64,
    /// The header whose secret value proves that the call comes from the org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_scheme: Option<AuthScheme>,
    /// Other headers of the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// PEM certificates of authorities to trust for an `https` URL, besides those of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_certificates: Option<String>,
}

fn three_seconds() -> u64 {
    3000
}

/// The secret header of a hook.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthScheme {
    /// `HEADER`, the only type.
    #[serde(rename = "type", default)]
    pub kind: AuthSchemeType,
    /// The name of the header, such as `Authorization`.
    pub key: String,
    /// Its secret value.
    pub value: String,
}

/// How a hook's secret is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AuthSchemeType {
    /// In a header.
    #[default]
    Header,
}

/// A header of a hook's call.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

impl InlineHook {
    /// The headers of a call, the secret one first.
    pub(crate) fn all_headers(&self) -> Vec<(String, String)> {
        let secret =
            self.auth_scheme.iter().map(|scheme| (scheme.key.clone(), scheme.value.clone()));
        let others = self.headers.iter().map(|header| (header.key.clone(), header.value.clone()));
        secret.chain(others).collect()
    }

    /// What is wrong with the hook, and the fix; none if it can be called.
    pub(crate) fn mistakes(&self) -> Vec<(&'static str, String, &'static str)> {
        let mut found = Vec::new();
        match Url::parse(&self.url).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
            None => found.push((
                "url",
                format!("{:?} is not a URL that the server can call", self.url),
                "write an absolute http or https URL",
            )),
            Some(url) if is_control_api(&url) => found.push((
                "url",
                format!("{:?} is the control API of an emulator", self.url),
                "write the URL of your own service",
            )),
            Some(_) => {}
        }
        if !TIMEOUTS.contains(&self.timeout_millis) {
            found.push((
                "timeoutMillis",
                format!("the hook has a timeout of {} ms", self.timeout_millis),
                "write a number from 1 to 60000",
            ));
        }
        for (name, value) in self.all_headers() {
            if !is_header(&name, &value) {
                found.push((
                    "headers",
                    format!("the hook cannot send the header {name:?}"),
                    "use a name of letters, digits and dashes that HTTP does not reserve, and a value of visible ASCII characters",
                ));
            }
        }
        let is_pem = |text: &String| {
            text.contains("-----BEGIN CERTIFICATE-----")
                && text.contains("-----END CERTIFICATE-----")
        };
        if self.ca_certificates.as_ref().is_some_and(|text| !is_pem(text)) {
            found.push((
                "caCertificates",
                "the text has no certificate".to_owned(),
                "write the PEM text of the authority's certificate",
            ));
        }
        found
    }
}

/// Whether a URL leads to a control API. Its paths are reserved on every host, because an org has many names.
fn is_control_api(url: &Url) -> bool {
    let first = url.path_segments().and_then(|mut segments| {
        segments.find(|segment| !segment.is_empty()).map(str::to_lowercase)
    });
    first.is_some_and(|first| first.replace("%5f", "_") == "_idxlab")
}

fn is_header(name: &str, value: &str) -> bool {
    let is_token = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_token
        && !RESERVED.contains(&name.to_lowercase().as_str())
        && value.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(url: &str) -> InlineHook {
        InlineHook {
            url: url.to_owned(),
            inline_hook_id: None,
            timeout_millis: 3000,
            auth_scheme: None,
            headers: Vec::new(),
            ca_certificates: None,
        }
    }

    #[test]
    fn hook_url_of_a_control_api_or_another_scheme_is_refused() {
        for url in [
            "http://localhost:6480/_idxlab/api/reset",
            "https://[::1]:6480//_idxlab/api/orgs",
            "http://one.localhost/hook/../_idxlab/api/reset",
            "http://localhost/%5Fidxlab/api/reset",
            "http://localhost/_IDXLAB/",
            "ftp://localhost/hook",
            "file:///etc/passwd",
            "localhost/hook",
            "",
        ] {
            assert_eq!(hook(url).mistakes().len(), 1, "{url}");
        }
        for url in ["http://localhost:3000/hook", "https://hooks.example.com/a/_idxlab?x=1"] {
            assert!(hook(url).mistakes().is_empty(), "{url}");
        }
    }

    #[test]
    fn header_that_cannot_be_sent_and_text_without_certificate_are_refused() {
        for (key, value, expected) in [
            ("Authorization", "Basic c2VjcmV0", 0),
            ("x-secret", "", 0),
            ("Content-Length", "1", 1),
            ("x y", "1", 1),
            ("x-secret", "a\r\nb: c", 1),
        ] {
            let auth_scheme = Some(AuthScheme {
                kind: AuthSchemeType::Header,
                key: key.to_owned(),
                value: value.to_owned(),
            });
            let hook = InlineHook { auth_scheme, ..hook("http://localhost/") };
            assert_eq!(hook.mistakes().len(), expected, "{key}: {value:?}");
        }
        let ca_certificates = Some("ca.pem".to_owned());
        assert_eq!(InlineHook { ca_certificates, ..hook("https://a/") }.mistakes().len(), 1);
    }
}
