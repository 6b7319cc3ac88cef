//! Builds the response of a transaction and its page.

use idx_wire::{
    App, Array, Authentication, AuthenticationRequest, Authenticator, CurrentAuthenticator,
    FailureRedirect, Field, FieldValue, Form, Href, IdxResponse, Issuer, Message, Method, Object,
    SuccessForm, User as WireUser, UserProfile,
};

use crate::contract::env::wire_time;
use crate::contract::request::Endpoint;
use crate::idx::page::{Current, CurrentAs, Page};
use crate::idx::page_context::PageContext;
use crate::idx::step::Step;
use crate::idx::steps::success::Success;
use crate::json::bytes;
use crate::refusal::{Exception, Notice};
use crate::state::names::AuthenticatorKey;
use crate::state::transaction::{Interact, Transaction};
use crate::state::user::User;

/// What a response is built from.
pub(crate) struct ResponseBuilder<'a, 'p> {
    pub(crate) base: &'a str,
    pub(crate) context: PageContext<'a>,
    pub(crate) transaction: &'a Transaction,
    pub(crate) page: &'p Page<'a>,
    pub(crate) notices: &'a [Notice],
}

impl<'a> ResponseBuilder<'a, '_> {
    /// The page with its remediations.
    pub(crate) fn build(&self) -> Vec<u8> {
        let offers = &self.page.offers;
        let forms: Vec<_> = offers.iter().map(|offer| self.form(offer.as_ref())).collect();
        self.response(Some(forms).filter(|forms| !forms.is_empty()))
    }

    /// The same without remediations.
    pub(crate) fn build_end(&self) -> Vec<u8> {
        self.response(None)
    }

    fn response(&self, forms: Option<Vec<Form<'a>>>) -> Vec<u8> {
        let transaction = self.transaction;
        let ends = forms.is_none();
        let current = self.page.current.as_ref().filter(|_| !ends);
        let is_over = matches!(transaction.step, Step::Success(_) | Step::Terminal(_));
        bytes(&IdxResponse {
            version: "1.0.0",
            state_handle: &transaction.state_handle,
            expires_at: wire_time(transaction.expires_at),
            intent: "LOGIN",
            remediation: forms.map(Array::of),
            messages: self.top_messages(),
            current_authenticator: current
                .filter(|current| current.shown_as != CurrentAs::Enrollment)
                .map(|current| Object::of(self.current(current, true))),
            current_authenticator_enrollment: current
                .filter(|current| current.shown_as == CurrentAs::Enrollment)
                .map(|current| Object::of(self.current(current, true))),
            authenticators: self.page.listed.as_ref().filter(|_| !ends).map(|listed| {
                Array::of(
                    listed
                        .iter()
                        .map(|key| self.authenticator(*key, key.authenticator().id(), None))
                        .collect(),
                )
            }),
            authenticator_enrollments: self
                .context
                .user
                .filter(|_| !is_over && !ends)
                .map(|user| Array::of(self.enrollments(user))),
            enrollment_authenticator: current
                .filter(|current| current.shown_as == CurrentAs::Enrolling)
                .map(|current| Object::of(self.current(current, false))),
            user: self.context.user.map(|user| Object::of(self.user(user))),
            cancel: Some(self.action("cancel", Endpoint::Cancel)),
            app: Some(Object::of(App {
                name: "oidc_client",
                label: &self.context.app.label,
                id: &self.context.app.client_id,
            })),
            authentication: self
                .context
                .org
                .is_verbose()
                .then(|| Object::of(self.authentication(&transaction.interact))),
            success_with_interaction_code: match &transaction.step {
                Step::Success(success) => Some(self.success(success)),
                _ => None,
            },
            failure: self.failure(),
        })
    }

    fn top_messages(&self) -> Option<Array<Message<'a>>> {
        let own = match &self.transaction.step {
            Step::Terminal(terminal) => terminal.refusal.definition().filled(&[]).collect(),
            _ => Vec::new(),
        };
        let notes = self
            .notices
            .iter()
            .filter(|notice| notice.field.is_none())
            .map(|notice| notice.message.clone());
        let messages: Vec<_> = own.into_iter().chain(notes).collect();
        (!messages.is_empty()).then(|| Array::of(messages))
    }

    fn current(&self, current: &Current<'a>, with_actions: bool) -> CurrentAuthenticator<'a> {
        let with = |offered: bool| offered && with_actions;
        CurrentAuthenticator {
            resend: with(current.resend.is_some())
                .then(|| self.action("resend", Endpoint::ChallengeResend)),
            // Okta's interval jitters around four seconds.
            poll: with(current.poll)
                .then(|| self.action("poll", Endpoint::ChallengePoll).refreshing_every(4000)),
            recover: with(current.recover.is_some())
                .then(|| self.action("recover", Endpoint::Recover)),
            authenticator: Authenticator {
                allowed_for: match current.shown_as {
                    CurrentAs::Enrollment => self.context.org.is_verbose().then_some("none"),
                    _ => self.context.org.is_verbose().then_some("any"),
                },
                ..self.authenticator(
                    current.key,
                    current.key.authenticator().id(),
                    Some(&current.methods),
                )
            },
            settings: current.settings.clone(),
            contextual_data: current.contextual_data,
            profile: self
                .context
                .user
                .filter(|_| current.shown_as == CurrentAs::Enrollment)
                .and_then(|user| current.key.authenticator().masked_profile(user)),
        }
    }

    fn enrollments(&self, user: &'a User) -> Vec<Authenticator<'a>> {
        user.enrollments
            .iter()
            .map(|(key, enrollment)| self.authenticator(*key, &enrollment.id, None))
            .collect()
    }

    fn authenticator(
        &self,
        key: AuthenticatorKey,
        id: &'a str,
        methods: Option<&[&'static str]>,
    ) -> Authenticator<'a> {
        let authenticator = key.authenticator();
        let wire = |names: &[&'static str]| names.iter().map(|kind| Method { kind }).collect();
        Authenticator {
            kind: authenticator.kind(),
            key: key.name(),
            id,
            display_name: authenticator.display_name(),
            methods: methods.map_or_else(|| wire(&authenticator.methods(self.context.org)), wire),
            allowed_for: self.context.org.is_verbose().then_some("any"),
        }
    }

    fn user(&self, user: &'a User) -> WireUser<'a> {
        let verbose = self.context.org.is_verbose();
        WireUser {
            id: &user.id,
            identifier: verbose.then_some(&user.login),
            profile: verbose.then(|| UserProfile {
                first_name: user.text("firstName"),
                last_name: user.text("lastName"),
                time_zone: "America/Los_Angeles",
                locale: "en_US",
            }),
        }
    }

    fn authentication(&self, interact: &'a Interact) -> Authentication<'a> {
        Authentication {
            protocol: "OAUTH2.0",
            issuer: Issuer {
                id: interact.authorization_server.id(),
                name: interact.authorization_server.name(self.context.org),
                uri: format!("{}{}", self.base, interact.authorization_server.issuer_path()),
            },
            request: AuthenticationRequest {
                max_age: interact.max_age.unwrap_or(-1),
                scope: &interact.scope,
                response_type: "code",
                redirect_uri: &interact.redirect_uri,
                state: interact.state.as_deref(),
                code_challenge_method: "S256",
                code_challenge: interact.code_challenge.as_deref().unwrap_or_default(),
                response_mode: "query",
            },
        }
    }

    fn success(&self, success: &'a Success) -> SuccessForm<'a> {
        let fixed = |name, value: &'a str| Field {
            required: Some(true),
            value: Some(FieldValue::Text(value.into())),
            ..Field::named(name)
        };
        let asked = |name: &'static str| Field { required: Some(true), ..Field::named(name) };
        let mut value = vec![
            fixed("grant_type", "interaction_code"),
            fixed("interaction_code", &success.interaction_code),
            fixed("client_id", &self.context.app.client_id),
        ];
        // A public client that finds the field cannot fill it: the Swift SDK refuses the whole form.
        if self.context.app.is_confidential() {
            value.push(asked("client_secret"));
        }
        value.push(asked("code_verifier"));
        SuccessForm::new(
            Href::new(self.base, self.transaction.interact.authorization_server.token_path()),
            value,
        )
    }

    fn failure(&self) -> Option<FailureRedirect> {
        match &self.transaction.step {
            Step::Terminal(terminal)
                if terminal.refusal.definition().has(Exception::WithRedirect) =>
            {
                Some(FailureRedirect {
                    name: "failure-redirect",
                    href: format!(
                        "{}/login/error/redirect?stateToken={}",
                        self.base, self.transaction.state_handle
                    ),
                })
            }
            _ => None,
        }
    }
}
