//! Attacks on a running org: requests that a hostile page, client or network could send. One file per kind of attack.

mod authority;
mod bodies;
mod connections;
mod control_access;
mod file_handles;
mod incidental;
mod journal_secrets;
mod limits;
mod locks;
mod redirects;
mod request_targets;
mod tokens;

use idx_tests::org::Org;
