//! `users`: the users of the org.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use idx_engine::{AuthenticatorKey, Needs, NotCreated, UserDetails, create_user, login_of};
use idx_wire::Scalar;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use tokio::task::yield_now;

use crate::control::call::{Call, CallContext, Json, NoQuery, ResponseDocument};
use crate::control::error::ControlError;
use crate::response::{BufferedResponse, Media};
use crate::store::{Commit, Store as _};

/// The number of users that are serialised before other requests run.
const PAGE: usize = 256;

/// The users of the org, by id.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Users {
    users: Vec<User>,
}

/// [`Users`] as JSON, serialised page by page.
#[derive(Debug, Default)]
pub(crate) struct UserList {
    users: Vec<u8>,
}

/// Selects users. Without parameters, the response contains all users.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserQuery {
    /// The maximum number of users.
    limit: Option<usize>,
    /// Only users after the user with this id.
    after: Option<String>,
}

/// A user of the org.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    id: String,
    login: String,
    status: UserStatus,
    profile: BTreeMap<String, Attribute>,
    /// The keys of the enrolled authenticators, such as `okta_password`.
    enrollments: Vec<&'static str>,
    groups: Vec<String>,
    /// Only in the response that creates a STAGED user.
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_token: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum UserStatus {
    Staged,
    Active,
}

/// A value of the profile.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Attribute {
    Text(String),
    Flag(bool),
    Number(#[schemars(with = "f64")] idx_wire::Number),
    Null,
}

/// The user to create.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    profile: BTreeMap<String, Scalar>,
    status: UserStatus,
    #[serde(default)]
    password: Option<String>,
    /// The keys of the enrolled authenticators, such as `okta_email`.
    #[serde(default)]
    enrollments: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct ListUsers;

impl Call for ListUsers {
    const SUMMARY: &'static str = "Lists the users.";
    type Query = UserQuery;
    type Request = ();
    type Response = UserList;

    /// Other requests run between the pages.
    async fn run(cx: &CallContext<'_>, query: UserQuery, (): ()) -> Result<UserList, ControlError> {
        let mut list = UserList::default();
        let mut left = query.limit.unwrap_or(usize::MAX);
        let mut after = query.after;
        loop {
            let users = cx.org.store.users(after, left.min(PAGE)).await;
            list.extend(&users)?;
            left -= users.len();
            match users.last() {
                Some(last) if left > 0 && users.len() == PAGE => after = Some(last.id.clone()),
                _ => return Ok(list),
            }
            yield_now().await;
        }
    }
}

#[derive(Debug)]
pub(crate) struct ReadUser;

impl Call for ReadUser {
    const SUMMARY: &'static str = "Returns a user.";
    type Query = NoQuery;
    type Request = ();
    type Response = Json<User>;

    async fn run(cx: &CallContext<'_>, _: NoQuery, (): ()) -> Result<Json<User>, ControlError> {
        let user = cx.org.store.user(cx.parameter).await;
        user.map_or_else(|| Err(unknown(cx.parameter)), |user| Ok(Json(User::from(&*user))))
    }
}

#[derive(Debug)]
pub(crate) struct AddUser;

impl Call for AddUser {
    const SUMMARY: &'static str = "Creates a user.";
    const STATUS: StatusCode = StatusCode::CREATED;
    type Query = NoQuery;
    type Request = Json<NewUser>;
    type Response = Json<User>;

    /// As everywhere, no lock is held while the password is hashed, and a conflict starts again with the current state.
    async fn run(
        cx: &CallContext<'_>,
        _: NoQuery,
        Json(user): Json<NewUser>,
    ) -> Result<Json<User>, ControlError> {
        if cx.org.store.is_full() {
            return Err(ControlError::org_is_full());
        }
        let new = user.into_engine()?;
        let (store, document) = (&cx.org.store, cx.org.version().document);
        let needs = Needs { login: login_of(&new.profile), ..Needs::default() };
        loop {
            let loaded = store.load(&needs).await;
            let mut env = loaded.env();
            let created = create_user(&document, &loaded, &mut env, new.clone())?;
            let commit = Commit::of(&created.changes, Vec::new(), &env);
            if store.commit(commit).await.is_ok() {
                let activation_token = created.activation_token;
                return Ok(Json(User { activation_token, ..User::from(&*created.user) }));
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct RemoveUser;

impl Call for RemoveUser {
    const SUMMARY: &'static str = "Deletes a user and the user's transactions.";
    type Query = NoQuery;
    type Request = ();
    type Response = ();

    async fn run(cx: &CallContext<'_>, _: NoQuery, (): ()) -> Result<(), ControlError> {
        if cx.org.store.remove_user(cx.parameter).await {
            Ok(())
        } else {
            Err(unknown(cx.parameter))
        }
    }
}

impl UserList {
    fn extend(&mut self, users: &[Arc<idx_engine::User>]) -> Result<(), ControlError> {
        for user in users {
            if !self.users.is_empty() {
                self.users.push(b',');
            }
            serde_json::to_writer(&mut self.users, &User::from(&**user))
                .map_err(|error| ControlError::internal(&error))?;
        }
        Ok(())
    }
}

impl ResponseDocument for UserList {
    fn into_response(self, status: StatusCode) -> Result<BufferedResponse, ControlError> {
        let body = [b"{\"users\":[", &*self.users, b"]}"].concat();
        Ok(BufferedResponse::new(status, Media::Json, body))
    }

    fn schema(generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<Users>())
    }
}

impl NewUser {
    fn into_engine(self) -> Result<UserDetails, ControlError> {
        let key = |name: &String| {
            AuthenticatorKey::named(name).ok_or_else(|| unknown_authenticator(name))
        };
        let enrollments = self.enrollments.iter().map(key).collect::<Result<_, _>>()?;
        Ok(UserDetails {
            profile: self.profile,
            status: self.status.into(),
            password: self.password,
            enrollments,
        })
    }
}

fn unknown_authenticator(name: &str) -> ControlError {
    let names: Vec<_> = AuthenticatorKey::ALL.iter().map(|key| key.name()).collect();
    let names = names.join(", ");
    ControlError::bad_request(format!(
        "invalid body at enrollments: unknown authenticator {name:?}; the authenticators are {names}"
    ))
}

fn unknown(id: &str) -> ControlError {
    ControlError::not_found(format!("unknown user {id:?}; `GET users` lists the users"))
}

impl From<NotCreated> for ControlError {
    fn from(error: NotCreated) -> Self {
        match error {
            NotCreated::Taken(..) => Self::conflict(error.to_string()),
            NotCreated::Email | NotCreated::Enrollment(_) => Self::bad_request(error.to_string()),
        }
    }
}

impl From<&idx_engine::User> for User {
    fn from(user: &idx_engine::User) -> Self {
        let attributes = user.profile.iter();
        Self {
            id: user.id.clone(),
            login: user.login.clone(),
            status: user.status.into(),
            profile: attributes.map(|(name, value)| (name.clone(), value.into())).collect(),
            enrollments: user.enrollments.keys().map(|key| key.name()).collect(),
            groups: user.groups.clone(),
            activation_token: None,
        }
    }
}

impl From<&Scalar> for Attribute {
    fn from(value: &Scalar) -> Self {
        match value {
            Scalar::Text(text) => Self::Text(text.clone()),
            Scalar::Flag(flag) => Self::Flag(*flag),
            Scalar::Number(number) => Self::Number(number.clone()),
            Scalar::Null | Scalar::Nested => Self::Null,
        }
    }
}

impl From<UserStatus> for idx_engine::Status {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Staged => Self::Staged,
            UserStatus::Active => Self::Active,
        }
    }
}

impl From<idx_engine::Status> for UserStatus {
    fn from(status: idx_engine::Status) -> Self {
        match status {
            idx_engine::Status::Staged => Self::Staged,
            idx_engine::Status::Active => Self::Active,
        }
    }
}
