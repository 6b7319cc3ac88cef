//! A made-up authenticator with a setting. It shows that an authenticator needs only its own file and its lines in `authenticators`.

use std::collections::BTreeMap;

use idx_wire::{AuthenticatorBody, Field, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authenticators::authenticator::{
    Authenticator, Category, EnrollmentStart, MissingAttribute, PasscodeField, only_method,
};
use crate::authenticators::settings_rules::SettingsRules;
use crate::idx::cx::Cx;
use crate::org::Org;
use crate::refusal::{self, Refusal};
use crate::state::challenge::{Challenge, Destination};
use crate::state::names::AuthenticatorKey;
use crate::state::user::Credential;

/// Settings of the made-up authenticator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct MadeUpSettings {
    /// The word that every user must know.
    pub magic_word: String,
}

impl Default for MadeUpSettings {
    fn default() -> Self {
        Self { magic_word: "please".to_owned() }
    }
}

impl SettingsRules for MadeUpSettings {}

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
        cx: &mut Cx<'_>,
        _challenge: &Challenge,
        passcode: &str,
    ) -> Result<(), Refusal> {
        match passcode == cx.org.authenticators.made_up.magic_word {
            true => Ok(()),
            false => Err(Refusal::of_passcode(&refusal::WRONG_CODE, &[])),
        }
    }

    fn resend(&self, cx: &mut Cx<'_>, _to: &Destination) -> Result<Challenge, Refusal> {
        self.challenge(cx)
    }

    fn administered(
        &self,
        _profile: &BTreeMap<String, Scalar>,
        _address: &str,
    ) -> Result<Credential, MissingAttribute> {
        Ok(Credential::Secret("please".to_owned()))
    }
}

mod tests {
    use std::sync::Arc;

    use idx_walker::{CHALLENGE, VERIFIER, Walker, page, poll_once};
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
    use crate::state::epoch::Epoch;

    const BASE: &str = "https://org.example";
    const DOCUMENT: &str = r#"
        authenticatorEnrollment = { made_up = "REQUIRED", okta_password = "NOT_ALLOWED", okta_email = "NOT_ALLOWED", phone_number = "NOT_ALLOWED" }
        authenticators.made_up.magicWord = "abracadabra"
        appSignOn.factorMode = "1FA"
    "#;

    #[test]
    fn made_up_authenticator_signs_a_user_up() {
        let mut lab = Lab::new(Org::from_toml(DOCUMENT, "test.toml").unwrap());
        lab.interact();
        poll_once(lab.profile("mary@example.com"));
        assert_eq!(page::listed(lab.page()), ["made_up"]);
        poll_once(lab.choose("made_up", json!({})));
        let form = page::remediation(lab.page(), "enroll-authenticator").unwrap();
        assert_eq!(form["value"][0]["form"]["value"][0]["label"], "Say the magic word");
        poll_once(lab.passcode("please"));
        assert_eq!(page::interaction_code(lab.page()), None);
        poll_once(lab.passcode("abracadabra"));
        let code = page::interaction_code(lab.page()).unwrap().to_owned();
        assert_eq!(lab.amr(&code), ["kba"]);
        let user = lab.loaded.user.as_ref().unwrap();
        assert!(user.enrollments[&AuthenticatorKey::MadeUp].id.starts_with("mag"));
    }

    #[test]
    fn org_document_and_its_schema_contain_the_setting() {
        let unknown = DOCUMENT.replace("magicWord", "magicWrod");
        let error = Org::from_toml(&unknown, "test.toml").unwrap_err().to_string();
        assert!(error.contains("magicWrod") && error.contains("magicWord"), "{error}");
        let schema = crate::org::schema();
        let settings = &schema["$defs"]["AuthenticatorSettings"]["properties"]["made_up"];
        assert_eq!(settings["$ref"], "#/$defs/MadeUpSettings", "{settings}");
        let word = &schema["$defs"]["MadeUpSettings"]["properties"]["magicWord"];
        assert_eq!(word["type"], "string", "{word}");
    }

    /// One transaction and its user, kept from call to call.
    struct Lab {
        org: Arc<Org>,
        loaded: Loaded,
        page: Value,
    }

    impl Walker for Lab {
        type Reply = ();

        fn page(&self) -> &Value {
            &self.page
        }

        async fn post(&mut self, href: &str, body: &Value) {
            let endpoint = href.strip_prefix(BASE).and_then(Endpoint::at).unwrap();
            let body = serde_json::from_value(body.clone()).unwrap();
            self.idx(endpoint, body);
        }

        async fn code_for(&mut self, to: &str) -> String {
            panic!("no code is sent to {to}")
        }
    }

    impl Lab {
        fn new(org: Org) -> Self {
            let loaded = Loaded {
                now: Timestamp::UNIX_EPOCH,
                stream: Stream { seed: 7, number: 1, version: 0, epoch: Epoch::first(7, 0) },
                number: 1,
                transaction: None,
                user: None,
                user_by_login: None,
                counters: Vec::new(),
                activation: None,
                is_revoked: false,
                grant: None,
            };
            Self { org: Arc::new(org), loaded, page: Value::Null }
        }

        fn call(&mut self, call: Call) -> Reply {
            let request = Request { org: Arc::clone(&self.org), base: BASE.to_owned(), call };
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

        /// Starts the transaction, and shows its first page.
        fn interact(&mut self) {
            self.call(Call::Interact(InteractCall {
                credentials: credentials(),
                scope: Some("openid".to_owned()),
                redirect_uri: Some("http://localhost:8080/login/callback".to_owned()),
                code_challenge: Some(CHALLENGE.to_owned()),
                code_challenge_method: Some("S256".to_owned()),
                ..InteractCall::default()
            }));
            let handle = &self.loaded.transaction.as_ref().unwrap().interaction_handle;
            let body = json!({ "interactionHandle": handle });
            self.idx(Endpoint::Introspect, serde_json::from_value(body).unwrap());
        }

        fn idx(&mut self, endpoint: Endpoint, body: idx_wire::IdxBody) {
            match self.call(Call::Idx(endpoint, Box::new(body))) {
                Reply::Idx { body, .. } => self.page = serde_json::from_slice(&body).unwrap(),
                other => panic!("no document: {other:?}"),
            }
        }

        fn amr(&mut self, code: &str) -> Vec<&'static str> {
            let call = TokenCall {
                credentials: credentials(),
                grant_type: Some("interaction_code".to_owned()),
                interaction_code: Some(code.to_owned()),
                code_verifier: Some(VERIFIER.to_owned()),
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
