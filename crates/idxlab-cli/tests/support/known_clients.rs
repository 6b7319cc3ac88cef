//! The clients of every preset.

use idx_judge::rules::{Facts, KnownClient};

pub(crate) const PUBLIC_ID: &str = "0oaidxlabdefault0001";
pub(crate) const CONFIDENTIAL_ID: &str = "0oaidxlabweb00000002";
pub(crate) const SECRET: &str = "idxlab-secret-of-the-confidential-app";

/// The facts about an org with these clients.
pub(crate) fn facts() -> Facts {
    let client = |id: &str, secret: Option<&str>| KnownClient {
        id: id.into(),
        secret: secret.map(ToOwned::to_owned),
    };
    let clients = vec![client(PUBLIC_ID, None), client(CONFIDENTIAL_ID, Some(SECRET))];
    Facts { clients, ..Facts::default() }
}
