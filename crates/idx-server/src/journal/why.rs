//! The reasons for what a response contains: for the journal, and for a request with `X-Idxlab-Explain`.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use idx_engine::Trace;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;

/// The request header.
const EXPLAIN: HeaderName = HeaderName::from_static("x-idxlab-explain");
/// The response header.
pub(crate) const WHY: HeaderName = HeaderName::from_static("x-idxlab-why");
/// The maximum length of the response header. A longer value is replaced by its address in the journal.
const MAX_LENGTH: usize = 4096;
/// The characters that a header cannot contain, and the character that encodes them.
const ENCODED: AsciiSet = CONTROLS.add(b'%');

/// One decision of the engine.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Decision {
    /// A remediation or an authenticator.
    what: &'static str,
    /// Whether the response contains it.
    shown: bool,
    rule: &'static str,
}

pub(crate) fn decisions(trace: &Trace) -> Vec<Decision> {
    let decisions = trace.why.iter();
    decisions.map(|why| Decision { what: why.what, shown: why.shown, rule: why.rule }).collect()
}

pub(crate) fn is_requested(headers: &HeaderMap) -> bool {
    headers.get(EXPLAIN).is_some_and(|value| value == "1")
}

/// The decisions in a header: JSON, percent-encoded.
pub(crate) fn header(trace: &Trace, base: &str, id: u64) -> Option<HeaderValue> {
    let json = serde_json::to_string(&decisions(trace)).ok()?;
    let encoded = utf8_percent_encode(&json, &ENCODED).to_string();
    if encoded.len() <= MAX_LENGTH {
        return HeaderValue::try_from(encoded).ok();
    }
    HeaderValue::try_from(format!("{base}/_idxlab/api/journal?since={}", id - 1)).ok()
}

#[cfg(test)]
mod tests {
    use idx_engine::Why;
    use percent_encoding::percent_decode_str;

    use super::*;

    fn trace(decisions: usize) -> Trace {
        let why = Why { what: "skip", shown: true, rule: "100 % sure" };
        Trace { why: vec![why; decisions], ..Trace::default() }
    }

    #[test]
    fn header_decodes_to_the_decisions() {
        let header = header(&trace(2), "http://localhost", 7).unwrap();
        let decoded = percent_decode_str(header.to_str().unwrap()).decode_utf8().unwrap();
        assert_eq!(decoded, serde_json::to_string(&decisions(&trace(2))).unwrap());
    }

    #[test]
    fn long_header_is_an_address() {
        assert_eq!(
            header(&trace(200), "http://localhost", 7).unwrap(),
            "http://localhost/_idxlab/api/journal?since=6"
        );
    }
}
