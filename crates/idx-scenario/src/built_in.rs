//! The scenarios and shared steps that are built into the binary.

use super::mistake::Source;

include!(concat!(env!("OUT_DIR"), "/built_in_scenarios.rs"));

/// The names of the built-in shared steps.
pub(crate) fn shared_names() -> Vec<&'static str> {
    ALL.iter().filter_map(|(address, _)| address.strip_prefix("shared/")).collect()
}

/// Whether an address is of shared steps.
pub(crate) fn is_shared(address: &str) -> bool {
    address.starts_with("shared/")
}

/// Finds built-in shared steps by name.
pub(crate) fn shared(name: &str) -> Option<Source> {
    let address = format!("shared/{name}");
    ALL.iter()
        .find(|(built_in, _)| *built_in == address)
        .map(|(_, text)| Source { name: format!("built in: {address}"), text: (*text).to_owned() })
}
