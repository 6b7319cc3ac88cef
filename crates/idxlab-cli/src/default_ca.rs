//! The CA of `serve --tls`, if no other file is named.

use std::path::PathBuf;

/// The path in the user's data folder; `None` if the user has no such folder.
pub(crate) fn default_ca() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    Some(etcetera::choose_base_strategy().ok()?.data_dir().join("idxlab/ca.pem"))
}
