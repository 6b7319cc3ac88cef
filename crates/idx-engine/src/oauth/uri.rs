//! Addresses with parameters.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// Everything except the unreserved characters of RFC 3986.
const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Appends parameters to an address. A client chooses its `state` freely, so values are escaped.
pub(crate) fn with_query(address: &str, parameters: &[(&str, &str)]) -> String {
    let mut whole = header_value(address);
    for (name, value) in parameters {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole += name;
        whole.push('=');
        whole.extend(utf8_percent_encode(value, &ESCAPED));
    }
    whole
}

/// A registered address can have an international host or path, but the `Location` header is ASCII.
fn header_value(address: &str) -> String {
    match Url::parse(address) {
        Ok(url) if !address.is_ascii() => url.into(),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn international_address_is_written_in_ascii() {
        assert_eq!(
            with_query("https://bücher.example/ü", &[]),
            "https://xn--bcher-kva.example/%C3%BC"
        );
    }

    #[test]
    fn added_values_are_escaped_and_follow_existing_parameters() {
        assert_eq!(
            with_query("http://localhost/cb", &[("state", "a b&c=\nd"), ("otp", "000111")]),
            "http://localhost/cb?state=a%20b%26c%3D%0Ad&otp=000111"
        );
        assert_eq!(
            with_query("http://localhost/cb?a=b", &[("otp", "1~-._")]),
            "http://localhost/cb?a=b&otp=1~-._"
        );
    }
}
