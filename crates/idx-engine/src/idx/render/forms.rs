//! The form of each remediation.

use idx_wire::{AuthenticatorChoice, Choice, Field, Form, Href, NestedForm};

use crate::authenticators::{Authenticator, PasscodeField};
use crate::contract::request::Endpoint;
use crate::idx::page::Offer;
use crate::idx::render::response_builder::ResponseBuilder;
use crate::refusal::FieldName;

impl<'a> ResponseBuilder<'a> {
    pub(super) fn form(&self, offer: &Offer<'a>) -> Form<'a> {
        let mut fields = self.fields(offer);
        fields.push(self.state_handle());
        let form = Form::new(offer.name(), self.href(offer.endpoint()), fields);
        match offer {
            Offer::EnrollAuthenticator(_) | Offer::EnrollmentData { .. } => {
                form.relating_to("$.currentAuthenticator")
            }
            Offer::VerificationData { .. } | Offer::ChallengeAuthenticator(_) => {
                form.relating_to("$.currentAuthenticatorEnrollment")
            }
            _ => form,
        }
    }

    /// A form with nothing to fill in.
    pub(super) fn action(&self, name: &'static str, endpoint: Endpoint) -> Form<'a> {
        Form::new(name, self.href(endpoint), vec![self.state_handle()])
    }

    fn fields(&self, offer: &Offer<'a>) -> Vec<Field<'a>> {
        match *offer {
            Offer::Identify { with_password } => self.identify(with_password),
            Offer::EnrollProfile { with_password } => self.enroll_profile(with_password),
            Offer::EnrollAuthenticator(challenge) | Offer::ChallengeAuthenticator(challenge) => {
                vec![self.passcode(challenge.key.authenticator())]
            }
            Offer::EnrollmentData { key, methods } => {
                let authenticator = key.authenticator();
                vec![labelled(authenticator, authenticator.data_fields(methods))]
            }
            Offer::SelectAuthenticatorEnroll => vec![self.listing()],
            Offer::VerificationData { key } => {
                let authenticator = key.authenticator();
                vec![labelled(authenticator, authenticator.choice_fields(self.context.org))]
            }
            Offer::KeepMeSignedIn => vec![Field {
                kind: Some("boolean"),
                label: Some("Stay signed in".into()),
                required: Some(true),
                ..Field::named("keepMeSignedIn")
            }],
            Offer::SelectEnrollProfile | Offer::SelectIdentify | Offer::Skip => Vec::new(),
        }
    }

    fn identify(&self, with_password: bool) -> Vec<Field<'a>> {
        let mut fields = vec![Field {
            label: Some("Username".into()),
            required: self.context.org.is_verbose().then_some(true),
            ..Field::named("identifier")
        }];
        if with_password {
            let passcode = Field {
                label: Some("Password".into()),
                secret: Some(true),
                ..Field::named("passcode")
            };
            fields.push(Self::credentials(passcode));
        }
        fields.push(Field {
            kind: Some("boolean"),
            label: Some("Remember this device".into()),
            ..Field::named("rememberMe")
        });
        fields
    }

    fn passcode(&self, authenticator: &dyn Authenticator) -> Field<'a> {
        let PasscodeField { label, is_secret } = authenticator.passcode_field();
        Self::credentials(Field {
            label: Some(label.into()),
            secret: is_secret.then_some(true),
            messages: self.messages_on(&FieldName::Passcode),
            ..Field::named("passcode")
        })
    }

    pub(super) fn credentials(passcode: Field<'a>) -> Field<'a> {
        Field {
            kind: Some("object"),
            form: Some(NestedForm { value: vec![passcode] }),
            required: Some(true),
            ..Field::named("credentials")
        }
    }

    fn listing(&self) -> Field<'a> {
        let listed = self.page.listed.iter().flatten().enumerate();
        let options = listed.map(|(index, key)| {
            let authenticator = key.authenticator();
            let mut fields = vec![Field::fixed("id", authenticator.id())];
            fields.extend(authenticator.choice_fields(self.context.org));
            Choice::Authenticator(AuthenticatorChoice::new(
                authenticator.display_name(),
                fields,
                index,
            ))
        });
        Field {
            kind: Some("object"),
            options: Some(options.collect()),
            ..Field::named("authenticator")
        }
    }

    fn href(&self, endpoint: Endpoint) -> Href<'a> {
        Href::new(self.base, endpoint.path())
    }

    fn state_handle(&self) -> Field<'a> {
        Field::state_handle(&self.transaction.state_handle)
    }
}

/// The field of one authenticator, under its name.
fn labelled<'a>(authenticator: &dyn Authenticator, fields: Vec<Field<'a>>) -> Field<'a> {
    let mut value = vec![Field::fixed("id", authenticator.id())];
    value.extend(fields);
    Field {
        label: Some(authenticator.display_name().into()),
        form: Some(NestedForm { value }),
        ..Field::named("authenticator")
    }
}
