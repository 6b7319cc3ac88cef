//! Documents as bytes.

use serde::Serialize;

/// Serialises a document directly to bytes. Our documents contain only values that JSON can represent.
pub(crate) fn bytes(document: &impl Serialize) -> Vec<u8> {
    let mut body = Vec::with_capacity(4096);
    let written = serde_json::to_writer(&mut body, document);
    debug_assert!(written.is_ok(), "our documents are plain JSON: {written:?}");
    body
}
