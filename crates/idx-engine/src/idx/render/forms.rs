//! The form of each remediation.

use idx_wire::{AuthenticatorChoice, Choice, Field, FieldValue, Form, Href, NestedForm};

use crate::authenticators::choosable_phone_methods;
use crate::contract::request::Endpoint;
use crate::idx::page::Offer;
use crate::idx::render::picture::Picture;
use crate::refusal::FieldName;
use crate::state::names::AuthenticatorKey;

impl<'a> Picture<'a> {
    pub(super) fn form(&self, offer: &Offer<'a>) -> Form<'a> {
        let mut fields = self.fields(offer);
        fields.push(self.state_handle());
        let form = Form::new(offer.name(), self.href(offer.endpoint()), fields);
        match offer {
            Offer::EnrollAuthenticator { .. } | Offer::EnrollmentData { .. } => {
                form.relating_to("$.currentAuthenticator")
            }
            Offer::VerificationData | Offer::ChallengeAuthenticator => {
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
            Offer::EnrollAuthenticator { key } => vec![self.new_passcode(key)],
            Offer::EnrollmentData { methods } => vec![Field {
                label: Some("Phone".into()),
                form: Some(NestedForm {
                    value: vec![
                        Field::fixed("id", AuthenticatorKey::PhoneNumber.authenticator().id()),
                        Field {
                            kind: Some("string"),
                            required: Some(true),
                            options: Some(choosable_phone_methods(methods)),
                            ..Field::named("methodType")
                        },
                        Field { required: Some(true), ..Field::named("phoneNumber") },
                    ],
                }),
                ..Field::named("authenticator")
            }],
            Offer::SelectAuthenticatorEnroll => vec![self.listing()],
            Offer::VerificationData => vec![Self::verification_data()],
            Offer::ChallengeAuthenticator => vec![self.new_passcode(AuthenticatorKey::OktaEmail)],
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
            required: self.scene.org.is_verbose().then_some(true),
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

    fn new_passcode(&self, key: AuthenticatorKey) -> Field<'a> {
        let is_password = key == AuthenticatorKey::OktaPassword;
        let passcode = Field {
            label: Some(if is_password { "Enter password" } else { "Enter code" }.into()),
            secret: is_password.then_some(true),
            messages: self.messages_on(&FieldName::Passcode),
            ..Field::named("passcode")
        };
        Self::credentials(passcode)
    }

    pub(super) fn credentials(passcode: Field<'a>) -> Field<'a> {
        Field {
            kind: Some("object"),
            form: Some(NestedForm { value: vec![passcode] }),
            required: Some(true),
            ..Field::named("credentials")
        }
    }

    fn verification_data() -> Field<'a> {
        let authenticator = AuthenticatorKey::OktaEmail.authenticator();
        Field {
            label: Some(authenticator.display_name().into()),
            form: Some(NestedForm {
                value: vec![
                    Field::fixed("id", authenticator.id()),
                    Field {
                        required: Some(false),
                        value: Some(FieldValue::Text("email".into())),
                        mutable: Some(false),
                        ..Field::named("methodType")
                    },
                ],
            }),
            ..Field::named("authenticator")
        }
    }

    fn listing(&self) -> Field<'a> {
        let listed = self.page.listed.iter().flatten().enumerate();
        let options = listed.map(|(index, key)| {
            let authenticator = key.authenticator();
            let mut fields = vec![Field::fixed("id", authenticator.id())];
            fields.extend(authenticator.choice_fields(self.scene.org));
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
