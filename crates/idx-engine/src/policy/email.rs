//! Email addresses. Okta's pattern refuses an address without a dotted domain, which general validators accept.

/// In lower case, as the engine compares logins.
pub(crate) fn normalised(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Whether it is a valid address: one `@`, a local part without spaces, and a domain of at least two labels, the last of which is not a number.
pub(crate) fn is_valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    address.len() <= 100
        && is_local_part(local)
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && labels.last().is_some_and(|last| {
            last.len() >= 2 && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        })
}

fn is_local_part(local: &str) -> bool {
    (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_domain_is_asked_for() {
        for good in ["a@b.co", "mary.jo+tag@mail.example.com", "o'neil@example.org", "x_1@a-b.io"] {
            assert!(is_valid(good), "{good}");
        }
        let bad = [
            "invalid@email",
            "e2e-ssr@acme",
            "3.14e2",
            "invalid email format",
            "",
            "@b.co",
            "a@",
            "a@b@c.co",
            "a b@c.co",
            "a@b..co",
            ".a@b.co",
            "a@-b.co",
            "a@b.c",
            "a@1.2",
        ];
        for bad in bad {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
