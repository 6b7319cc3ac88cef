//! `users`: the users of the org.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use idx_engine::{
    AuthenticatorKey, Needs, NotCreated, Status, User, UserDetails, create_user, login_of,
};
use idx_wire::Scalar;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::control::{ControlError, ok, with_status};
use crate::running_org::RunningOrg;
use crate::store::{Commit, Store as _};

/// The body of `POST users`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    profile: BTreeMap<String, Scalar>,
    status: String,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    enrollments: Vec<String>,
}

pub(crate) async fn list(org: &RunningOrg) -> Result<Answer, ControlError> {
    let users: Vec<Value> = org.store.users().await.iter().map(show).collect();
    ok(&json!({"users": users}))
}

pub(crate) async fn one(org: &RunningOrg, id: &str) -> Result<Answer, ControlError> {
    org.store.user(id).await.map_or_else(|| Err(unknown(id)), |user| ok(&show(&user)))
}

/// Makes a user. As everywhere, the password is hashed with nothing locked, and a conflict begins again.
pub(crate) async fn add(org: &RunningOrg, user: NewUser) -> Result<Answer, ControlError> {
    let new = user.checked()?;
    let document = org.document();
    let needs = Needs { login: login_of(&new.profile), ..Needs::default() };
    loop {
        let loaded = org.store.load(&needs).await;
        let mut env = loaded.env();
        let created = create_user(&document, &loaded, &mut env, new.clone())?;
        let commit = Commit { changes: &created.changes, messages: Vec::new(), at: env.now };
        if org.store.commit(commit).await.is_ok() {
            let mut shown = show(&created.user);
            if let (Some(token), Some(members)) = (created.activation_token, shown.as_object_mut())
            {
                members.insert("activationToken".to_owned(), Value::String(token));
            }
            return with_status(StatusCode::CREATED, &shown);
        }
    }
}

pub(crate) async fn remove(org: &RunningOrg, id: &str) -> Result<Answer, ControlError> {
    if org.store.remove_user(id).await {
        Ok(Answer::empty(StatusCode::NO_CONTENT))
    } else {
        Err(unknown(id))
    }
}

impl NewUser {
    fn checked(self) -> Result<UserDetails, ControlError> {
        let status = match self.status.as_str() {
            "STAGED" => Status::Staged,
            "ACTIVE" => Status::Active,
            other => {
                return Err(ControlError::bad_request(format!(
                    "status is {other:?}; it can be \"STAGED\" or \"ACTIVE\""
                )));
            }
        };
        let key = |name: &String| {
            AuthenticatorKey::named(name).ok_or_else(|| unknown_authenticator(name))
        };
        let enrollments = self.enrollments.iter().map(key).collect::<Result<_, _>>()?;
        Ok(UserDetails { profile: self.profile, status, password: self.password, enrollments })
    }
}

fn unknown_authenticator(name: &str) -> ControlError {
    let names: Vec<_> = AuthenticatorKey::ALL.iter().map(|key| key.name()).collect();
    let names = names.join(", ");
    ControlError::bad_request(format!("enrollments has {name:?}; the authenticators are {names}"))
}

fn unknown(id: &str) -> ControlError {
    ControlError::not_found(format!("there is no user {id:?}; `GET users` lists those there are"))
}

impl From<NotCreated> for ControlError {
    fn from(error: NotCreated) -> Self {
        match error {
            NotCreated::Taken(_) => Self::conflict(error.to_string()),
            NotCreated::Email | NotCreated::Enrollment(_) => Self::bad_request(error.to_string()),
        }
    }
}

fn show(user: &Arc<User>) -> Value {
    let profile: Map<String, Value> =
        user.profile.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    let enrollments: Vec<&str> = user.enrollments.keys().map(|key| key.name()).collect();
    json!({
        "id": user.id,
        "login": user.login,
        "status": user.status.name(),
        "profile": profile,
        "enrollments": enrollments,
        "groups": user.groups,
    })
}

fn attribute(value: &Scalar) -> Value {
    match value {
        Scalar::Text(text) => json!(text),
        Scalar::Flag(flag) => json!(flag),
        Scalar::Number(number) => json!(number),
        Scalar::Null | Scalar::Nested => Value::Null,
    }
}
