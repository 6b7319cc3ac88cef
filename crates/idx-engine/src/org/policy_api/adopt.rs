//! Moves and leaves out the members of pasted policies.

use toml::{Table, Value};

use crate::org::key_path::KeyPath;
use crate::org::policy_api::adopted::Adopted;
use crate::org::policy_api::enrollment;
use crate::org::policy_api::pasted::{self, Pasted};
use crate::org::policy_api::sections::{SECTIONS, Section};

/// Gives the members of pasted policies the names of the document.
pub(in crate::org) fn adopt(document: &mut Table, adopted: &mut Adopted) {
    for section in SECTIONS {
        for path in section.tables(document) {
            adopt_section(document, section, path, adopted);
        }
    }
}

fn adopt_section(document: &mut Table, section: &Section, at: KeyPath, adopted: &mut Adopted) {
    let Some(table) = pasted::table_at(document, &at) else { return };
    let mut pasted = Pasted { table, at, adopted };
    for (from, to) in section.moves {
        pasted.move_member(from, to);
    }
    match section.key {
        "authenticatorEnrollment" => enrollment::adopt_authenticators(&mut pasted),
        "authorizationServer" => adopt_audience(&mut pasted),
        "profileEnrollment" => leave_out_hooks_without_url(&mut pasted),
        _ => {}
    }
    for ignored in section.ignored.iter().chain(section.envelope()) {
        pasted.ignore(ignored);
    }
}

/// The API has a list of audiences, of which Okta accepts exactly one.
fn adopt_audience(pasted: &mut Pasted<'_>) {
    let audience = match pasted.table.get("audiences") {
        Some(Value::Array(audiences)) if audiences.len() == 1 => audiences[0].clone(),
        _ => return,
    };
    if !pasted.table.contains_key("audience") {
        pasted.table.remove("audiences");
        pasted.table.insert("audience".to_owned(), audience);
        let from = pasted.at.clone().key("audiences").index(0);
        pasted.adopted.note_move(from, pasted.at.clone().key("audience"));
    }
}

/// The API names a hook by its id alone, and the URL is in the Inline Hooks API.
fn leave_out_hooks_without_url(pasted: &mut Pasted<'_>) {
    const HOOKS: &str = "preRegistrationInlineHooks";
    let Some(Value::Array(hooks)) = pasted.table.get_mut(HOOKS) else { return };
    let is_id_alone = |hook: &Value| {
        let hook = hook.as_table();
        hook.is_some_and(|hook| hook.len() == 1 && hook.contains_key("inlineHookId"))
    };
    if !hooks.is_empty() && hooks.iter().all(is_id_alone) {
        hooks.clear();
        let path = pasted.at.clone().key(HOOKS);
        pasted.adopted.ignore(&path, "a hook without `url` is not called");
    }
}
