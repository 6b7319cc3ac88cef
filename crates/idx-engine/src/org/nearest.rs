//! The known name that is nearest to a mistyped one. The scenario language has its own: the two rows of crates share no code.

use std::fmt::Write as _;

/// The known name that a typing error would turn into `name`.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.82).then_some(best)
}

/// Names in quotation marks: `a`, `b` or `c`.
pub(super) fn listed(names: &[&str], mark: char) -> String {
    let mut list = String::new();
    for (index, name) in names.iter().enumerate() {
        let separator = match names.len() - index {
            _ if index == 0 => "",
            1 => " or ",
            _ => ", ",
        };
        // Writing to a String does not fail.
        let _ = write!(list, "{separator}{mark}{name}{mark}");
    }
    list
}
