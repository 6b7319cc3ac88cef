//! `users`: the people of the org.

use idx_engine::Person;
use idx_wire::Scalar;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::control::{ControlError, ok};
use crate::running_org::RunningOrg;

pub(crate) fn list(org: &RunningOrg) -> Result<Answer, ControlError> {
    let people: Vec<_> = org.lock().world.people().cloned().collect();
    let users: Vec<Value> = people.iter().map(|person| show(person)).collect();
    ok(&json!({"users": users}))
}

pub(crate) fn one(org: &RunningOrg, id: &str) -> Result<Answer, ControlError> {
    let person = org.lock().world.person(id).cloned();
    match person {
        Some(person) => ok(&show(&person)),
        None => Err(ControlError::not_found(format!(
            "there is no user {id:?}; `GET users` lists those there are"
        ))),
    }
}

fn show(person: &Person) -> Value {
    let profile: Map<String, Value> =
        person.profile.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    let enrollments: Vec<&str> = person.enrollments.keys().map(|key| key.name()).collect();
    json!({
        "id": person.id,
        "login": person.login,
        "status": person.status.name(),
        "profile": profile,
        "enrollments": enrollments,
        "groups": person.groups,
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
