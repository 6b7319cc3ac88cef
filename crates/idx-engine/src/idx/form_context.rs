//! What the fields of a form depend on.

use idx_wire::{Array, Field, Message, NestedForm};

use crate::authenticators::{Authenticator, PasscodeField};
use crate::idx::page_context::PageContext;
use crate::refusal::{FieldName, Notice};
use crate::state::names::AuthenticatorKey;

/// What the fields of a form depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormContext<'a, 'p> {
    pub(crate) page: PageContext<'a>,
    /// The authenticators of the page's list.
    pub(crate) listed: &'p [AuthenticatorKey],
    pub(crate) notices: &'a [Notice],
}

impl<'a> FormContext<'a, '_> {
    /// `credentials`, with the passcode of an authenticator.
    pub(crate) fn passcode(&self, authenticator: &dyn Authenticator) -> Field<'a> {
        let PasscodeField { label, is_secret } = authenticator.passcode_field();
        credentials(Field {
            label: Some(label.into()),
            secret: is_secret.then_some(true),
            messages: self.messages_on(&FieldName::Passcode),
            ..Field::named("passcode")
        })
    }

    /// The messages of a refusal on one field.
    pub(crate) fn messages_on(&self, field: &FieldName) -> Option<Array<Message<'a>>> {
        let messages: Vec<_> = self
            .notices
            .iter()
            .filter(|notice| notice.field.as_ref() == Some(field))
            .map(|notice| notice.message.clone())
            .collect();
        (!messages.is_empty()).then(|| Array::of(messages))
    }
}

/// The required object that contains the passcode.
pub(crate) fn credentials(passcode: Field<'_>) -> Field<'_> {
    Field {
        kind: Some("object"),
        form: Some(NestedForm { value: vec![passcode] }),
        required: Some(true),
        ..Field::named("credentials")
    }
}

/// `authenticator` for one authenticator, under its display name.
pub(crate) fn authenticator_field<'a>(
    authenticator: &dyn Authenticator,
    fields: Vec<Field<'a>>,
) -> Field<'a> {
    let mut value = vec![Field::fixed("id", authenticator.id())];
    value.extend(fields);
    Field {
        label: Some(authenticator.display_name().into()),
        form: Some(NestedForm { value }),
        ..Field::named("authenticator")
    }
}
