//! The list of authenticators of an `MFA_ENROLL` policy.

use toml::{Table, Value};

use crate::org::key_path::KeyPath;
use crate::org::policy_api::pasted::{NO_EFFECT, Pasted};
use crate::state::names::AuthenticatorKey;

/// The policy's list, after it has moved out of `settings`.
const LIST: &str = "authenticators";

/// Turns the list into one member per authenticator. The API lists every authenticator of the org, so another one is not allowed.
pub(super) fn adopt_authenticators(pasted: &mut Pasted<'_>) {
    let Some(Value::Array(items)) = pasted.table.get(LIST) else { return };
    let Some(entries) = items.iter().map(entry).collect::<Option<Vec<_>>>() else { return };
    let list = pasted.at.clone().key(LIST);
    pasted.table.remove(LIST);
    for (index, (name, requirement, others)) in entries.into_iter().enumerate() {
        let item = list.clone().index(index);
        match AuthenticatorKey::named(&name) {
            Some(key) => adopt(pasted, key, requirement, &item),
            None => {
                let reason = format!("idxlab does not emulate the authenticator {name:?}");
                pasted.adopted.ignore(&item, reason);
            }
        }
        for other in others {
            pasted.adopted.ignore(&item.clone().key(&other), NO_EFFECT);
        }
    }
    for key in AuthenticatorKey::ALL {
        if !has(pasted.table, *key) {
            let not_allowed = Value::String("NOT_ALLOWED".to_owned());
            pasted.table.insert(key.name().to_owned(), not_allowed);
        }
    }
}

fn adopt(pasted: &mut Pasted<'_>, key: AuthenticatorKey, requirement: Value, item: &KeyPath) {
    if !has(pasted.table, key) {
        pasted.table.insert(key.name().to_owned(), requirement);
        let to = pasted.at.clone().key(key.name());
        pasted.adopted.note_move(item.clone().key("enroll").key("self"), to);
    }
}

/// Whether the document itself has a requirement for the authenticator, under any of its names.
fn has(table: &Table, key: AuthenticatorKey) -> bool {
    key.aliases().iter().chain([&key.name()]).any(|name| table.contains_key(*name))
}

/// The key of an authenticator, its requirement and its other members.
fn entry(item: &Value) -> Option<(String, Value, Vec<String>)> {
    let item: &Table = item.as_table()?;
    let name = item.get("key")?.as_str()?.to_owned();
    let requirement = item.get("enroll")?.get("self")?.clone();
    let others = item.keys().filter(|key| !matches!(key.as_str(), "key" | "enroll"));
    Some((name, requirement, others.cloned().collect()))
}
