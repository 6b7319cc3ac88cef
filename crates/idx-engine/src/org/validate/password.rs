//! The `PASSWORD` policy.

use std::ops::RangeInclusive;

use crate::org::key_path::KeyPath;
use crate::org::password::{LONGEST_PASSWORD, Password};
use crate::org::validate::finding::Findings;

/// Inferred: Okta stores passwords of up to 72 characters, and an empty password is none.
const LENGTHS: RangeInclusive<u32> = 1..=LONGEST_PASSWORD;
/// Okta's policy requires each type of character or not. A greater number stays possible, as long as a password can satisfy all.
const CHARACTERS: RangeInclusive<u32> = 0..=LONGEST_PASSWORD;
/// The methods of Okta's self-service password reset.
const RESET_METHODS: &[&str] = &["email", "sms", "voice", "push", "otp"];

pub(super) fn check(password: &Password, found: &mut Findings) {
    let complexity = &password.complexity;
    let path = |key| KeyPath::from(["password", "complexity", key]);
    found.range(path("minLength"), complexity.min_length, &LENGTHS);
    let least = [
        ("minLowerCase", complexity.min_lower_case),
        ("minUpperCase", complexity.min_upper_case),
        ("minNumber", complexity.min_number),
        ("minSymbol", complexity.min_symbol),
    ];
    for (key, number) in least {
        found.range(path(key), number, &CHARACTERS);
    }
    let sum: u32 = least.iter().map(|(_, number)| *number.min(&u32::from(u16::MAX))).sum();
    if least.iter().all(|(_, number)| CHARACTERS.contains(number)) && sum > *CHARACTERS.end() {
        let problem = format!("the policy requires {sum} characters of the four types");
        let help = format!("a password has at most {LONGEST_PASSWORD} characters");
        let finding = found.invalid(KeyPath::from(["password", "complexity"]), problem, help);
        for (key, _) in least {
            finding.depends_on(path(key));
        }
    }
    if let Some(most) = complexity.max_consecutive_characters {
        found.range(path("maxConsecutiveCharacters"), most, &(1..=LONGEST_PASSWORD));
    }
    let excluded = &complexity.exclude_attributes;
    found.known(&path("excludeAttributes"), excluded, &["firstName", "lastName"]);
    found.distinct(&path("excludeAttributes"), excluded);
    check_age(password, found);
    found.known(
        &KeyPath::from(["password", "selfServicePasswordReset", "primaryMethods"]),
        &password.self_service_password_reset.primary_methods,
        RESET_METHODS,
    );
}

fn check_age(password: &Password, found: &mut Findings) {
    let age = &password.age;
    if age.expire_warn_days > age.max_age_days && age.max_age_days > 0 {
        let path = |key| KeyPath::from(["password", "age", key]);
        found
            .invalid(
                path("expireWarnDays"),
                format!(
                    "expireWarnDays {} is greater than maxAgeDays {}",
                    age.expire_warn_days, age.max_age_days
                ),
                "the warning comes before a password expires",
            )
            .depends_on(path("maxAgeDays"));
    }
}
