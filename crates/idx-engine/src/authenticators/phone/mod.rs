//! Phone numbers: E.164, by the numbering plan of each country code alone. There is no check of area or exchange codes, and no list of single
//! numbers, so that the fictional numbers of test suites pass.

mod countries;

/// The number as `+` and digits, or nothing if it is none.
pub fn normalised(typed: &str) -> Option<String> {
    let number: String = typed
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')' | '[' | ']'))
        .collect();
    let digits = number.strip_prefix('+')?;
    if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (code, longest) = countries::code_of(digits)?;
    let rest = digits.len() - code.len();
    let fits = if code == "1" { rest == 10 } else { rest <= longest };
    fits.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_test_suites_pass_and_impossible_ones_do_not() {
        let good = [
            "+15551234567",
            "+5551234567",
            "+1 (555) 123-4567",
            "+1.555.123.4567",
            "+447911123456",
            "+33612345678",
            "+4915112345678",
            "+[353] 871234567",
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
        ];
        for bad in bad {
            assert_eq!(normalised(bad), None, "{bad}");
        }
        assert_eq!(normalised("+1 555 123 4567").as_deref(), Some("+15551234567"));
    }
}
