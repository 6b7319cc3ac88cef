//! The ION form: one thing the client may do next.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Field;

/// What every form says it `produces`, and the media type of every IDX answer.
pub const ION_JSON: &str = "application/ion+json; okta-version=1.0.0";
/// What every form says it `accepts`.
pub const JSON_FORM: &str = "application/json; okta-version=1.0.0";

/// An absolute address: the org's origin and a path of ours. Written without building a string first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Href<'a> {
    base: &'a str,
    path: &'a str,
}

impl<'a> Href<'a> {
    /// `base` is an origin without a closing slash, `path` begins with one.
    pub fn new(base: &'a str, path: &'a str) -> Self {
        Self { base, path }
    }
}

impl fmt::Display for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base)?;
        f.write_str(self.path)
    }
}

impl Serialize for Href<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A form of `remediation.value[]`, or an action such as `cancel`, `resend` and `poll`.
#[derive(Debug, Clone, Serialize)]
pub struct Form<'a> {
    rel: [&'static str; 1],
    name: &'static str,
    #[serde(rename = "relatesTo", skip_serializing_if = "Option::is_none")]
    relates_to: Option<[&'static str; 1]>,
    href: Href<'a>,
    method: &'static str,
    produces: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<u32>,
    value: Vec<Field<'a>>,
    accepts: &'static str,
}

impl<'a> Form<'a> {
    /// A POST form. By Okta's order the `stateHandle` field is the last of `value`.
    pub fn new(name: &'static str, href: Href<'a>, value: Vec<Field<'a>>) -> Self {
        Self {
            rel: ["create-form"],
            name,
            relates_to: None,
            href,
            method: "POST",
            produces: ION_JSON,
            refresh: None,
            value,
            accepts: JSON_FORM,
        }
    }

    /// Points the form at a part of the same document, by JSONPath.
    #[must_use]
    pub fn relating_to(mut self, path: &'static str) -> Self {
        self.relates_to = Some([path]);
        self
    }

    /// Asks the client to repeat the request every so many milliseconds.
    #[must_use]
    pub fn refreshing_every(mut self, milliseconds: u32) -> Self {
        self.refresh = Some(milliseconds);
        self
    }
}
