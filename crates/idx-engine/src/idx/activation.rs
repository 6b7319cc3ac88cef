//! How a STAGED user becomes ACTIVE without a code: with the token of an administrator's call, or with the link of the registration activation
//! email.

use std::collections::BTreeMap;
use std::sync::Arc;

use idx_wire::Scalar;

use crate::authenticators::{self, MissingAttribute};
use crate::contract::change::Change;
use crate::contract::env::{Env, minutes_after};
use crate::contract::loaded::Loaded;
use crate::contract::reply::{Answer, Reply};
use crate::contract::view::View;
use crate::ids;
use crate::idx::cx::Cx;
use crate::idx::hosted;
use crate::idx::mail;
use crate::org::Org;
use crate::policy::{email, profile};
use crate::refusal;
use crate::state::names::AuthenticatorKey;
use crate::state::tokens::Activation;
use crate::state::user::{Credential, Enrollment, Status, User};

/// Okta's default lifetime of an activation token: seven days.
const LIFETIME_MINUTES: i64 = 7 * 24 * 60;

/// Sends the link that finishes a sign-up without a verified address.
pub(crate) fn send_link(cx: &mut Cx<'_>) {
    let token = ids::opaque(cx.env);
    let expires_at = minutes_after(cx.env.now, LIFETIME_MINUTES);
    let link = format!("{}/tokens/{token}/verify", cx.base);
    cx.deliver(mail::activation(cx.email(), link, expires_at));
    cx.issue(Activation {
        token,
        user: cx.user_id(),
        client_id: Some(cx.app.client_id.clone()),
        expires_at,
    });
}

/// Handles the link: activates the user, and redirects them to the app's start address if it has one.
pub(crate) fn open_link(view: View<'_>, env: &Env) -> Answer {
    let good =
        view.activation().filter(|activation| env.now < activation.expires_at).zip(view.user());
    let Some((activation, user)) = good else {
        let row = if view.activation().is_some() {
            &refusal::ACTIVATION_EXPIRED
        } else {
            &refusal::ACTIVATION_MISSING
        };
        return hosted::refused(row);
    };
    let app = activation.client_id.as_deref().and_then(|id| view.org().app(id));
    let reply = match app.and_then(|app| app.initiate_login_uri.clone()) {
        Some(location) => Reply::Redirect { location },
        None => hosted::page(
            200,
            "Your account is active",
            "You can go back to the application and sign in.",
            None,
        ),
    };
    let changes = match user.status {
        Status::Active => Vec::new(),
        Status::Staged => {
            let active =
                User { version: user.version + 1, status: Status::Active, ..User::clone(user) };
            vec![Change::User(Arc::new(active))]
        }
    };
    Answer { changes, ..Answer::plain(reply) }
}

/// The details of a user that an administrator creates.
#[derive(Debug, Clone)]
pub struct UserDetails {
    /// The attributes. If `login` is absent, `email` is used as the login. If `email` is absent, `login` is used as the email address.
    pub profile: BTreeMap<String, Scalar>,
    /// STAGED or ACTIVE.
    pub status: Status,
    /// Not checked against the policy.
    pub password: Option<String>,
    /// The other authenticators to enroll.
    pub enrollments: Vec<AuthenticatorKey>,
}

/// A created user, with the changes to commit.
#[derive(Debug)]
pub struct Created {
    /// The user.
    pub user: Arc<User>,
    /// Starts the activation of a STAGED user.
    pub activation_token: Option<String>,
    /// The caller must commit all of them or none.
    pub changes: Vec<Change>,
}

/// Why a user cannot be created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCreated {
    /// The address is missing or malformed.
    #[error("profile.email: an address such as \"mary@example.com\" is required")]
    Email,
    /// Another user has the login.
    #[error(
        "profile.{0}: the login {1:?} is already in use; delete that user first, or use another login"
    )]
    Taken(&'static str, String),
    /// An enrollment needs something that the call lacks.
    #[error(transparent)]
    Enrollment(#[from] MissingAttribute),
}

/// The login of a new user. The caller must load the user with this login, if any.
pub fn login_of(profile: &BTreeMap<String, Scalar>) -> Option<String> {
    profile::login(profile)
}

/// Creates a user, for `POST users` of the control API.
pub fn create_user(
    org: &Org,
    loaded: &Loaded,
    env: &mut Env,
    new: UserDetails,
) -> Result<Created, NotCreated> {
    let login = login_of(&new.profile).ok_or(NotCreated::Email)?;
    let address = match new.profile.get("email") {
        Some(Scalar::Text(address)) => email::normalised(address),
        _ => login.clone(),
    };
    if !email::is_valid(&address) {
        return Err(NotCreated::Email);
    }
    if loaded.user_by_login.is_some() {
        let field = if new.profile.contains_key("login") { "login" } else { "email" };
        return Err(NotCreated::Taken(field, login));
    }
    let enrollments = enrollments(org, env, &new, &address)?;
    let user = Arc::new(User {
        id: ids::id("00u", &mut env.rng),
        version: 1,
        login,
        status: new.status,
        profile: new.profile,
        enrollments,
        groups: vec!["Everyone".to_owned()],
        updated_at: env.now,
    });
    let mut changes = vec![Change::User(Arc::clone(&user))];
    let activation_token = (new.status == Status::Staged).then(|| ids::opaque(env));
    if let Some(token) = &activation_token {
        changes.push(Change::Activation(Arc::new(Activation {
            token: token.clone(),
            user: user.id.clone(),
            client_id: None,
            expires_at: minutes_after(env.now, LIFETIME_MINUTES),
        })));
    }
    Ok(Created { user, activation_token, changes })
}

fn enrollments(
    org: &Org,
    env: &mut Env,
    new: &UserDetails,
    address: &str,
) -> Result<BTreeMap<AuthenticatorKey, Enrollment>, NotCreated> {
    let mut enrollments = BTreeMap::new();
    if let Some(password) = &new.password {
        let key = AuthenticatorKey::OktaPassword;
        let credential = Credential::Secret(authenticators::hash_password(org, env, password));
        enrollments.insert(key, enrollment(env, key, credential));
    }
    for key in &new.enrollments {
        if !enrollments.contains_key(key) {
            let credential = key.authenticator().administered(&new.profile, address)?;
            enrollments.insert(*key, enrollment(env, *key, credential));
        }
    }
    Ok(enrollments)
}

fn enrollment(env: &mut Env, key: AuthenticatorKey, credential: Credential) -> Enrollment {
    Enrollment { id: ids::id(key.authenticator().enrollment_id_prefix(), &mut env.rng), credential }
}
