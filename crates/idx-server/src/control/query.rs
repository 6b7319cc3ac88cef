//! The query of a call.

use std::borrow::Cow;
use std::str::FromStr;

use crate::control::ControlError;

/// Names and values, decoded.
#[derive(Debug)]
pub(crate) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(crate) fn new(text: Option<&'a str>) -> Self {
        Self(form_urlencoded::parse(text.unwrap_or_default().as_bytes()).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// A number; absent means `otherwise`.
    pub(crate) fn number<T: FromStr>(&self, name: &str, otherwise: T) -> Result<T, ControlError> {
        match self.get(name) {
            None | Some("") => Ok(otherwise),
            Some(text) => text.parse().map_err(|_| {
                ControlError::bad_request(format!("{name} is {text:?}; write a number"))
            }),
        }
    }
}
