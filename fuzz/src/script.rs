//! Runs a script of calls to an org. Scripts are text, so that seeds can be written by hand and most mutations are valid.
//!
//! The org document comes before the first empty line; if it is missing or invalid, the default org is used. After that, each line is a call:
//!
//! ```text
//! preset = "email-and-password-required"
//!
//! interact
//! introspect
//! enroll
//! enroll/new {"userProfile":{"firstName":"Mary","lastName":"Jo","email":"mary@example.com"}}
//! credential/enroll {"authenticator":{"id":"@okta_email"}}
//! challenge/answer {"credentials":{"passcode":"@code"}}
//! ```
//!
//! `@code` is the last sent code, `@link` the token of the last link; `Seen::value` lists all names. If a body has no state handle, the current
//! handle is added. If a line does not start with a known verb, its first byte selects a verb.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use idx_engine::{
    AuthenticatorKey, AuthorizationServer, Bearer, Call, ClientCredentials, Endpoint, HookOutcome,
    Hint, LinkCall, LogoutCall, Needs, Org, Presented, Status, TokenCall, TokenInquiry, UserDetails, create_user,
    login_of,
};
use idx_walker::VERIFIER;
use idx_wire::IdxBody;

use crate::first_page;
use crate::lab::Lab;
use crate::seen::Seen;

/// The maximum number of calls. Longer scripts have not found additional errors.
const LONGEST: usize = 48;
/// The maximum number of parsed org documents in the cache.
const KEPT: usize = 500;

/// Runs a script.
pub fn play(text: &str) {
    let (document, calls) = text.split_once("\n\n").unwrap_or(("", text));
    play_in(Lab::new(org(document)), calls);
}

/// Runs the calls of a script in an org, and returns the org.
pub fn play_in(lab: Lab, calls: &str) -> Lab {
    let mut player = Player { lab, seen: Seen::default(), hook: None };
    for line in calls.lines().take(LONGEST) {
        let line = player.seen.fill(line);
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        player.take(Verb::named(verb), rest);
    }
    player.lab
}

/// Parses an org document. Parsing takes longer than running a script, and most scripts share a document, so results are cached.
fn org(document: &str) -> Arc<Org> {
    static READ: LazyLock<Mutex<BTreeMap<String, Arc<Org>>>> = LazyLock::new(Mutex::default);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(org) = read.get(document) {
        return Arc::clone(org);
    }
    if read.len() > KEPT {
        read.clear();
    }
    let org = Arc::new(Org::from_toml(document, "fuzz.toml").unwrap_or_default());
    read.insert(document.to_owned(), Arc::clone(&org));
    org
}

struct Player {
    lab: Lab,
    seen: Seen,
    /// The hook's result; `None` if calls must wait for it.
    hook: Option<HookOutcome>,
}

#[derive(Clone, Copy)]
enum Verb {
    Idx(Endpoint),
    Interact,
    Token,
    Userinfo,
    TokenIntrospect,
    Revoke,
    Logout,
    Discovery,
    EmailLink,
    ActivationLink,
    Person,
    Hook,
    Advance,
}

const OTHERS: [(&str, Verb); 12] = [
    ("interact", Verb::Interact),
    ("token", Verb::Token),
    ("userinfo", Verb::Userinfo),
    ("token-introspect", Verb::TokenIntrospect),
    ("revoke", Verb::Revoke),
    ("logout", Verb::Logout),
    ("discovery", Verb::Discovery),
    ("email-link", Verb::EmailLink),
    ("activation-link", Verb::ActivationLink),
    ("person", Verb::Person),
    ("hook", Verb::Hook),
    ("advance", Verb::Advance),
];

impl Verb {
    fn named(name: &str) -> Self {
        let path = format!("/idp/idx/{name}");
        let other = || OTHERS.iter().find(|(known, _)| *known == name).map(|(_, verb)| *verb);
        Endpoint::at(&path).map(Self::Idx).or_else(other).unwrap_or_else(|| {
            let number = usize::from(name.bytes().next().unwrap_or_default());
            let number = number % (Endpoint::ALL.len() + OTHERS.len());
            match Endpoint::ALL.get(number) {
                Some(endpoint) => Self::Idx(*endpoint),
                None => OTHERS[number - Endpoint::ALL.len()].1,
            }
        })
    }
}

impl Player {
    fn take(&mut self, verb: Verb, rest: &str) {
        let call = match verb {
            Verb::Idx(endpoint) => match self.idx(endpoint, rest) {
                Some(call) => call,
                None => return,
            },
            Verb::Interact => self.interact(rest),
            Verb::Token => Call::Token(self.token(rest)),
            Verb::Userinfo => Call::Userinfo(Bearer {
                authorization_server: AuthorizationServer::Default,
                token: self.seen.access_token(),
            }),
            Verb::TokenIntrospect => Call::TokenIntrospect(self.inquiry(rest)),
            Verb::Revoke => Call::Revoke(self.inquiry(rest)),
            Verb::Logout => Call::Logout(LogoutCall {
                id_token_hint: self.seen.id_token().map_or(Hint::Missing, Hint::IdToken),
                post_logout_redirect_uri: given(rest, "to"),
                state: given(rest, "state"),
                ..LogoutCall::default()
            }),
            Verb::Discovery => Call::Discovery(server(rest)),
            Verb::EmailLink => Call::EmailLink(LinkCall {
                token: given(rest, "token"),
                browser: given(rest, "browser"),
            }),
            Verb::ActivationLink => Call::ActivationLink(rest.to_owned()),
            Verb::Person => return self.add_person(rest),
            Verb::Hook => return self.set_hook(rest),
            Verb::Advance => return self.lab.advance(rest.parse::<u16>().unwrap_or(60).into()),
        };
        let answer = self.lab.call(call);
        let answer = match (&self.hook, answer) {
            (Some(outcome), None) => self.lab.hook(outcome),
            (_, answer) => answer,
        };
        if let Some(answer) = answer {
            self.seen.note(&answer);
        }
    }

    fn idx(&self, endpoint: Endpoint, rest: &str) -> Option<Call> {
        let rest = if rest.is_empty() { "{}" } else { rest };
        let mut body: IdxBody = serde_json::from_str(rest).ok()?;
        if body.state_handle.is_none()
            && body.state_token.is_none()
            && body.interaction_handle.is_none()
        {
            body.state_handle = self.seen.value("handle");
            body.interaction_handle = self.seen.value("interaction");
        }
        Some(Call::Idx(endpoint, Box::new(body)))
    }

    /// `interact scope=openid activation_token=@activation`; other parameters have valid defaults.
    fn interact(&mut self, rest: &str) -> Call {
        self.seen.forget_transaction();
        let org = &self.lab.org;
        let app = given(rest, "client_id").and_then(|id| org.app(&id)).or(org.apps.first());
        let mut call = app.map(first_page::interact).unwrap_or_default();
        call.authorization_server = server(rest);
        call.activation_token = given(rest, "activation_token");
        call.browser = given(rest, "browser");
        call.max_age = given(rest, "max_age").and_then(|seconds| seconds.parse().ok());
        let parameters = [
            ("scope", &mut call.scope),
            ("redirect_uri", &mut call.redirect_uri),
            ("code_challenge", &mut call.code_challenge),
            ("code_challenge_method", &mut call.code_challenge_method),
            ("state", &mut call.state),
            ("nonce", &mut call.nonce),
            ("client_secret", &mut call.credentials.secret),
        ];
        for (name, parameter) in parameters {
            if let Some(value) = given(rest, name) {
                *parameter = Some(value.replace('+', " ")).filter(|value| !value.is_empty());
            }
        }
        Call::Interact(call)
    }

    fn token(&self, rest: &str) -> TokenCall {
        let or = |name, otherwise: &str| given(rest, name).or_else(|| Some(otherwise.to_owned()));
        TokenCall {
            authorization_server: server(rest),
            credentials: self.client(),
            grant_type: or("grant_type", "interaction_code"),
            interaction_code: given(rest, "code").or_else(|| self.seen.value("interaction_code")),
            code_verifier: or("code_verifier", VERIFIER),
            refresh_token: given(rest, "refresh_token").or_else(|| self.seen.value("refresh")),
            scope: given(rest, "scope").map(|scope| scope.replace('+', " ")),
            redirect_uri: given(rest, "redirect_uri"),
        }
    }

    fn client(&self) -> ClientCredentials {
        let app = self.lab.org.apps.first();
        app.map(|app| first_page::interact(app).credentials).unwrap_or_default()
    }

    fn inquiry(&self, rest: &str) -> TokenInquiry {
        TokenInquiry {
            authorization_server: AuthorizationServer::Default,
            credentials: self.client(),
            token: self.presented(rest),
        }
    }

    fn presented(&self, rest: &str) -> Presented {
        match (rest, self.seen.access_token()) {
            ("", Some(token)) => Presented::Access(token),
            ("", None) => Presented::Missing,
            (token, _) => Presented::Opaque(token.to_owned()),
        }
    }

    /// `person {…}` creates a user as an administrator does: STAGED unless there is a password, with each authenticator in the line.
    fn add_person(&mut self, rest: &str) {
        let Ok(body) = serde_json::from_str::<IdxBody>(rest) else { return };
        let profile = body.user_profile.unwrap_or_default();
        let password = body.credentials.and_then(|credentials| credentials.passcode);
        let named = AuthenticatorKey::ALL.iter().copied().filter(|key| rest.contains(key.name()));
        let new = UserDetails {
            status: if password.is_some() { Status::Active } else { Status::Staged },
            enrollments: named.collect(),
            password,
            profile,
        };
        let needs = Needs { login: login_of(&new.profile), ..Needs::default() };
        let loaded = self.lab.records.load(&needs, self.lab.now);
        let mut env = loaded.env();
        if let Ok(created) = create_user(&self.lab.org, &loaded, &mut env, new) {
            let committed = self.lab.records.commit(&created.changes, self.lab.now);
            assert!(committed.is_ok(), "conflict although there are no other requests: {committed:?}");
            self.seen.note_activation(created.activation_token);
        }
    }

    /// `hook 200 {…}` sets the hook's result for the waiting call and all later calls. `hook down` makes the hook fail; `hook later` lets calls wait.
    fn set_hook(&mut self, rest: &str) {
        self.hook = match rest {
            "later" => None,
            "down" => Some(HookOutcome::Failed),
            said => Some(hook_answer(said)),
        };
        if let Some(answer) = self.hook.as_ref().and_then(|outcome| self.lab.hook(outcome)) {
            self.seen.note(&answer);
        }
    }
}

/// A hook's response: a status, then white space, then a body.
pub fn hook_answer(said: &str) -> HookOutcome {
    let (status, body) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    HookOutcome::Answered { status: status.parse().unwrap_or(200), body: body.into() }
}

/// The value of `name=value` in a list of words.
fn given(rest: &str, name: &str) -> Option<String> {
    let mut pairs = rest.split(' ').filter_map(|word| word.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn server(rest: &str) -> AuthorizationServer {
    match given(rest, "server").as_deref() {
        Some("org") => AuthorizationServer::Org,
        _ => AuthorizationServer::Default,
    }
}
