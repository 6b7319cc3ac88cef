//! Why an answer shows what it shows: for the journal, and for whoever asks with `X-Idxlab-Explain`.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use idx_engine::Trace;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

/// The header by which a request asks.
const EXPLAIN: HeaderName = HeaderName::from_static("x-idxlab-explain");
/// The header that answers.
pub(crate) const WHY: HeaderName = HeaderName::from_static("x-idxlab-why");
/// The longest answer; a longer one is the address at which the journal has it.
const LONGEST: usize = 4096;
/// What a header cannot carry as it is, and the sign of the encoding itself.
const ENCODED: AsciiSet = CONTROLS.add(b'%');

/// The decisions as they are shown.
pub(crate) fn decisions(trace: &Trace) -> Value {
    trace
        .why
        .iter()
        .map(|why| json!({"what": why.what, "shown": why.shown, "rule": why.rule}))
        .collect()
}

/// Whether the request asks.
pub(crate) fn is_asked(headers: &HeaderMap) -> bool {
    headers.get(EXPLAIN).is_some_and(|value| value == "1")
}

/// The decisions in a header: JSON, percent-encoded.
pub(crate) fn header(trace: &Trace, base: &str, id: u64) -> Option<HeaderValue> {
    let encoded = utf8_percent_encode(&decisions(trace).to_string(), &ENCODED).to_string();
    if encoded.len() <= LONGEST {
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
    fn it_decodes_to_what_the_journal_shows() {
        let header = header(&trace(2), "http://localhost", 7).unwrap();
        let decoded = percent_decode_str(header.to_str().unwrap()).decode_utf8().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&decoded).unwrap(), decisions(&trace(2)));
    }

    #[test]
    fn what_is_too_long_is_an_address() {
        assert_eq!(
            header(&trace(200), "http://localhost", 7).unwrap(),
            "http://localhost/_idxlab/api/journal?since=6"
        );
    }
}
