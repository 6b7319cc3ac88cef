//! A made-up authenticator. It shows that an authenticator needs only its own file and its lines in `authenticators`.

use std::collections::BTreeMap;

use idx_wire::{AuthenticatorBody, Field, Scalar};

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, PasscodeField, only_method,
};
use crate::idx::cx::Cx;
use crate::org::Org;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::AuthenticatorKey;
use crate::state::user::Credential;

/// The user proves that they know the magic word.
#[derive(Debug)]
pub(super) struct MadeUp;

impl Authenticator for MadeUp {
    fn key(&self) -> AuthenticatorKey {
        AuthenticatorKey::MadeUp
    }

    fn kind(&self) -> &'static str {
        "magic_word"
    }

    fn display_name(&self) -> &'static str {
        "Magic Word"
    }

    fn id(&self) -> &'static str {
        "autidxlabmagic000001"
    }

    fn category(&self) -> Category {
        Category::Knowledge
    }

    fn enrollment_id_prefix(&self) -> &'static str {
        "mag"
    }

    fn methods(&self, _org: &Org) -> Vec<&'static str> {
        vec!["magic_word"]
    }

    fn amr(&self, _method: &str) -> &'static str {
        "kba"
    }

    fn choice_fields<'a>(&self, _org: &'a Org) -> Vec<Field<'a>> {
        vec![only_method("magic_word")]
    }

    fn passcode_field(&self) -> PasscodeField {
        PasscodeField { label: "Say the magic word", is_secret: true }
    }

    fn enroll(
        &self,
        _cx: &mut Cx<'_>,
        _choice: &AuthenticatorBody,
    ) -> Result<EnrollmentStart, Refusal> {
        Ok(EnrollmentStart::Challenge(Challenge::secret(self.key())))
    }

    fn complete_enrollment(
        &self,
        cx: &mut Cx<'_>,
        challenge: &Challenge,
        passcode: &str,
    ) -> Result<Credential, Refusal> {
        self.verify(cx, challenge, passcode)?;
        Ok(Credential::Secret(passcode.to_owned()))
    }

    fn challenge(&self, _cx: &mut Cx<'_>) -> Result<Challenge, Refusal> {
        Ok(Challenge::secret(self.key()))
    }

    fn verify(
        &self,
        _cx: &mut Cx<'_>,
        _challenge: &Challenge,
        passcode: &str,
    ) -> Result<(), Refusal> {
        match passcode {
            "please" => Ok(()),
            _ => Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[])),
        }
    }

    fn resend(&self, cx: &mut Cx<'_>, _to: &Destination) -> Result<Challenge, Refusal> {
        self.challenge(cx)
    }

    fn administered(
        &self,
        _profile: &BTreeMap<String, Scalar>,
        _address: &str,
    ) -> Result<Credential, &'static str> {
        Ok(Credential::Secret("please".to_owned()))
    }
}

mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::contract::change::Change;
    use crate::contract::env::Stream;
    use crate::contract::loaded::Loaded;
    use crate::contract::reply::{Outcome, Reply};
    use crate::contract::request::{
        Call, ClientCredentials, Endpoint, InteractCall, Request, TokenCall,
    };
    use crate::engine::handle;

    #[test]
    fn made_up_authenticator_signs_a_user_up() {
        let org = Org::from_toml(
            "[authenticatorEnrollment]\nmade_up = \"REQUIRED\"\nokta_password = \"NOT_ALLOWED\"\n\
             okta_email = \"NOT_ALLOWED\"\nphone_number = \"NOT_ALLOWED\"\n[appSignOn]\nfactorMode = \"1FA\"\n",
            "test.toml",
        );
        let mut lab = Lab::new(org.unwrap());
        lab.interact();
        lab.idx(Endpoint::Enroll, json!({}));
        let profile = json!({ "firstName": "Mary", "lastName": "Jo", "email": "mary@example.com" });
        let list = lab.idx(Endpoint::EnrollNew, json!({ "userProfile": profile }));
        assert_eq!(list["authenticators"]["value"][0]["key"], "made_up");
        let id = json!({ "authenticator": { "id": "autidxlabmagic000001" } });
        let page = lab.idx(Endpoint::CredentialEnroll, id);
        let form = &page["remediation"]["value"][0];
        assert_eq!(form["name"], "enroll-authenticator");
        assert_eq!(form["value"][0]["form"]["value"][0]["label"], "Say the magic word");
        let answer = |passcode| json!({ "credentials": { "passcode": passcode } });
        let refused = lab.idx(Endpoint::ChallengeAnswer, answer("now"));
        assert!(refused["successWithInteractionCode"].is_null());
        let success = lab.idx(Endpoint::ChallengeAnswer, answer("please"));
        let code = success["successWithInteractionCode"]["value"][1]["value"].as_str().unwrap();
        assert_eq!(lab.amr(code), ["kba"]);
        let user = lab.loaded.user.as_ref().unwrap();
        assert!(user.enrollments[&AuthenticatorKey::MadeUp].id.starts_with("mag"));
    }

    /// One transaction and its user, kept from call to call.
    struct Lab {
        org: Arc<Org>,
        loaded: Loaded,
    }

    impl Lab {
        fn new(org: Org) -> Self {
            let loaded = Loaded {
                now: Timestamp::UNIX_EPOCH,
                stream: Stream { seed: 7, number: 1, version: 0 },
                number: 1,
                transaction: None,
                user: None,
                user_by_login: None,
                counters: Vec::new(),
                activation: None,
                is_revoked: false,
                grant: None,
            };
            Self { org: Arc::new(org), loaded }
        }

        fn call(&mut self, call: Call) -> Reply {
            let request = Request {
                org: Arc::clone(&self.org),
                base: "https://org.example".to_owned(),
                call,
            };
            self.loaded.stream.version += 1;
            let outcome = handle(&self.loaded, &mut self.loaded.env(), &request);
            let Outcome::Answer(answer) = outcome else { panic!("no hook is configured") };
            for change in answer.changes {
                match change {
                    Change::Transaction(new) => self.loaded.transaction = Some(new),
                    Change::User(new) => self.loaded.user = Some(new),
                    other => panic!("unexpected change: {other:?}"),
                }
            }
            answer.reply
        }

        fn interact(&mut self) {
            self.call(Call::Interact(InteractCall {
                credentials: credentials(),
                scope: Some("openid".to_owned()),
                redirect_uri: Some("http://localhost:8080/login/callback".to_owned()),
                // The S256 challenge of the empty verifier.
                code_challenge: Some("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU".to_owned()),
                code_challenge_method: Some("S256".to_owned()),
                ..InteractCall::default()
            }));
        }

        fn idx(&mut self, endpoint: Endpoint, mut body: Value) -> Value {
            body["stateHandle"] = "the handle of the loaded transaction".into();
            let body = serde_json::from_value(body).unwrap();
            match self.call(Call::Idx(endpoint, Box::new(body))) {
                Reply::Idx { body, .. } => serde_json::from_slice(&body).unwrap(),
                other => panic!("no document: {other:?}"),
            }
        }

        fn amr(&mut self, code: &str) -> Vec<&'static str> {
            let call = TokenCall {
                credentials: credentials(),
                grant_type: Some("interaction_code".to_owned()),
                interaction_code: Some(code.to_owned()),
                code_verifier: Some(String::new()),
                ..TokenCall::default()
            };
            match self.call(Call::Token(call)) {
                Reply::Tokens(tokens) => tokens.id.unwrap().amr,
                other => panic!("no tokens: {other:?}"),
            }
        }
    }

    fn credentials() -> ClientCredentials {
        ClientCredentials {
            id: Some("0oaidxlabdefault0001".to_owned()),
            ..ClientCredentials::default()
        }
    }
}
