//! The memory that records take, in bytes: their structs, their texts, and an estimate for the indexes. Clients choose the texts.

use std::collections::BTreeMap;

use idx_engine::{
    Activation, Counter, CounterKey, Credential, Destination, Interact, Link, Proof, RefreshGrant,
    Step, Transaction, User,
};
use idx_wire::Scalar;

/// An entry of a map and of the expiry queue, with the allocator's overhead.
const ENTRY: usize = 128;
/// The entries of a transaction: itself, its expiry, and the indexes by two handles, a code and a link.
const TRANSACTION_ENTRIES: usize = 5 * ENTRY;
/// The overhead of an allocated text or list.
const ALLOCATION: usize = 16;

pub(super) fn transaction(transaction: &Transaction) -> usize {
    // An index repeats the pointer to each handle and link, not the text.
    let handles: usize = transaction.older_handles.iter().map(|handle| handle.len() + ENTRY).sum();
    let links: usize = transaction.links.iter().map(link).sum();
    size_of::<Transaction>()
        + TRANSACTION_ENTRIES
        + transaction.interaction_handle.len()
        + transaction.state_handle.len()
        + handles
        + links
        + interact(&transaction.interact)
        + proofs(&transaction.proofs)
        + step(&transaction.step)
}

pub(super) fn user(user: &User) -> usize {
    let credentials: usize = user
        .enrollments
        .values()
        .map(|enrollment| {
            ENTRY
                + enrollment.id.len()
                + match &enrollment.credential {
                    Credential::Secret(secret) => secret.len(),
                    Credential::Destination(to) => destination(to),
                }
        })
        .sum();
    size_of::<User>()
        + 2 * ENTRY
        + 2 * (user.id.len() + user.login.len())
        + profile(&user.profile)
        + credentials
        + texts(user.groups.iter().map(String::as_str))
}

pub(super) fn grant(grant: &RefreshGrant) -> usize {
    size_of::<RefreshGrant>()
        + 2 * ENTRY
        + 3 * grant.id.len()
        + grant.user.len()
        + proofs(&grant.proofs)
        // The grant outlives the transaction whose parameters it shares.
        + interact(&grant.interact)
}

pub(super) fn activation(activation: &Activation) -> usize {
    size_of::<Activation>()
        + 2 * ENTRY
        + 3 * activation.token.len()
        + activation.user.len()
        + activation.client_id.as_ref().map_or(0, String::len)
}

pub(super) fn counter(counter: &Counter) -> usize {
    let key = match &counter.key {
        CounterKey::StateHandle(handle) => handle,
        CounterKey::WrongCode(user, _)
        | CounterKey::User(user)
        | CounterKey::Send(user, _)
        | CounterKey::Resend(user, _) => user,
    };
    // The counter and the expiry queue repeat the key.
    size_of::<Counter>() + 2 * ENTRY + 3 * key.len()
}

pub(super) fn revoked(token: &str) -> usize {
    2 * (ENTRY + token.len())
}

fn interact(parameters: &Interact) -> usize {
    let optional =
        [&parameters.code_challenge, &parameters.state, &parameters.nonce, &parameters.browser];
    let required = [&parameters.client_id, &parameters.scope, &parameters.redirect_uri];
    size_of::<Interact>()
        + texts(required.into_iter().map(String::as_str))
        + texts(optional.into_iter().filter_map(|text| text.as_deref()))
}

fn link(link: &Link) -> usize {
    size_of::<Link>() + ENTRY + link.token.len()
}

fn proofs(proofs: &[Proof]) -> usize {
    size_of_val(proofs)
}

fn step(step: &Step) -> usize {
    match step {
        Step::AwaitingHook(waiting) => {
            waiting.profile.as_ref().map_or(0, profile)
                + waiting.passcode.as_ref().map_or(0, String::len)
        }
        // A code, a link, and a user's id and address.
        _ => step.sent_code().map_or(ALLOCATION, |sent| {
            let link = sent.link.as_ref().map_or(0, String::len);
            ENTRY + sent.code.len() + link + destination(&sent.to)
        }),
    }
}

fn destination(to: &Destination) -> usize {
    match to {
        Destination::Email(text) | Destination::Phone { number: text, .. } => text.len(),
    }
}

fn profile(profile: &BTreeMap<String, Scalar>) -> usize {
    profile
        .iter()
        .map(|(name, value)| {
            let text = match value {
                Scalar::Text(text) => text.len(),
                Scalar::Number(number) => number.as_str().len(),
                Scalar::Flag(_) | Scalar::Null | Scalar::Nested => 0,
            };
            size_of::<(String, Scalar)>() + 2 * ALLOCATION + name.len() + text
        })
        .sum()
}

fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| ALLOCATION + size_of::<String>() + text.len()).sum()
}
