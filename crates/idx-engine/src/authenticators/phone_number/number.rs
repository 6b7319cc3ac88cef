//! Phone numbers: E.164, by the numbering plan of each country code alone. There is no check of area or exchange codes, and no list of single
//! numbers, so that the fictional numbers of test suites pass.

use crate::authenticators::phone_number::countries;

/// The number as `+` and digits, or nothing if it is none. A trunk zero behind the country code, as in `+44 (0)7400 123456`, is dropped.
pub fn normalised(typed: &str) -> Option<String> {
    let number: String = typed
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')' | '[' | ']'))
        .collect();
    let digits = number.strip_prefix('+')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (code, longest) = countries::code_of(digits)?;
    let rest = &digits[code.len()..];
    let rest = match rest.strip_prefix('0') {
        // No number of these countries begins with zero, so a second zero is a mistake.
        Some(rest) if !countries::begins_with_zero(code) && rest.starts_with('0') => return None,
        Some(without_trunk) if !countries::begins_with_zero(code) => without_trunk,
        _ => rest,
    };
    let lengths = if code == "1" { 10..=10 } else { countries::shortest(code)..=longest };
    (lengths.contains(&rest.len()) && code.len() + rest.len() <= 15)
        .then(|| format!("+{code}{rest}"))
}

/// Whether a normalised number is toll-free or premium. Inferred: by the prefixes of the countries that the SDKs' samples name.
pub(crate) fn is_toll_free_or_premium(number: &str) -> bool {
    const PREFIXES: [&str; 31] = [
        "+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888", "+1900", "+31800", "+31900",
        "+33800", "+33801", "+33802", "+33803", "+33804", "+33805", "+3389", "+34800", "+34900",
        "+39800", "+39803", "+39899", "+41800", "+41900", "+44800", "+44808", "+4490", "+4491",
        "+49800", "+49900", "+611800",
    ];
    PREFIXES.iter().any(|prefix| number.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_test_suites_are_accepted_and_impossible_numbers_are_refused() {
        let good = [
            "+15551234567",
            "+5551234567",
            "+1 (555) 123-4567",
            "+1.555.123.4567",
            "+447911123456",
            "+33612345678",
            "+4915112345678",
            "+[353] 871234567",
            "+690 7290",
            "+290 8123",
            "+683 4002",
            "+225 0712345678",
        ];
        for good in good {
            assert!(normalised(good).is_some(), "{good}");
        }
        let bad = [
            "+1",
            "123",
            "1230871234567",
            "obviously-not-valid",
            "+333333333333",
            "+1555123456",
            "+155512345678",
            "+999123456789",
            "",
            "+",
            "15551234567",
            "+1555123456a",
            "+3312",
            "+690 729",
            "+44 00 740012345",
            "+44 00 7400 123456",
        ];
        for bad in bad {
            assert_eq!(normalised(bad), None, "{bad}");
        }
        for (typed, expected) in [
            ("+1 555 123 4567", "+15551234567"),
            ("+4407400 123456", "+447400123456"),
            ("+49 (0)151 12345678", "+4915112345678"),
            ("+39 06 6982", "+39066982"),
        ] {
            assert_eq!(normalised(typed).as_deref(), Some(expected));
        }
    }

    #[test]
    fn toll_free_and_premium_numbers_are_recognised() {
        for number in ["+18005551234", "+19005551234", "+448001234567", "+33891234567"] {
            assert!(is_toll_free_or_premium(&normalised(number).unwrap()), "{number}");
        }
        for number in ["+15551234567", "+447400123456", "+33612345678"] {
            assert!(!is_toll_free_or_premium(number), "{number}");
        }
    }
}
