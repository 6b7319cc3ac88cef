//! Attacks on a running org: requests that a hostile page, client or network could send. One file per kind of attack.

mod connections;
mod control_access;
mod redirects;

use idx_tests::org::Org;
