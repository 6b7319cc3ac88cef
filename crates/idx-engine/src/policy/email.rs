//! Email addresses. Okta's pattern refuses an address without a dotted domain, which general validators accept.

use crate::policy::text;

/// In lower case, as the engine compares logins.
pub(crate) fn normalised(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Whether it is a valid address: one `@`, a local part without spaces, and a domain of at least two labels, the last of which is not a number. Both
/// parts can be internationalised (RFC 6531): letters of any script are valid.
pub(crate) fn is_valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    address.chars().count() <= 100
        && is_local_part(local)
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && labels
            .last()
            .is_some_and(|last| last.chars().count() >= 2 && last.chars().any(char::is_alphabetic))
}

fn is_local_part(local: &str) -> bool {
    (1..=64).contains(&local.chars().count())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|letter| {
            letter.is_ascii_alphanumeric()
                || "!#$%&'*+-/=?^_`{|}~.".contains(letter)
                || is_international(letter)
        })
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.chars().count())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|letter| {
            letter.is_ascii_alphanumeric() || letter == '-' || is_international(letter)
        })
}

/// A character that only an internationalised address can have. Two joiners are invisible, but some scripts need them.
fn is_international(letter: char) -> bool {
    !letter.is_ascii() && (!text::is_invisible(letter) || matches!(letter, '\u{200c}' | '\u{200d}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_without_a_dotted_domain_is_refused() {
        let good = [
            "a@b.co",
            "mary.jo+tag@mail.example.com",
            "o'neil@example.org",
            "x_1@a-b.io",
            "josé@example.com",
            "用户@例子.广告",
            "mary@bücher.example",
            "mary@xn--bcher-kva.example",
            "राम@उदाहरण.भारत",
        ];
        for good in good {
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
            "a\u{200b}@b.co",
            "a\u{a0}b@c.co",
            "a@b\u{202e}.co",
            "a@例。co",
        ];
        for bad in bad {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
