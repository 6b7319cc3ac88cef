//! Checks a password. One message lists every rule of the policy in a fixed order, broken or not.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::org::{Complexity, LONGEST_PASSWORD, Password};
use crate::refusal::{self, Refusal};

/// Shorter parts of a username are not excluded.
const SHORTEST_PART: usize = 4;
/// The characters that separate the parts of a username.
const SEPARATORS: [char; 6] = [',', '.', '_', '#', '@', '-'];

/// Whether the rules on a password's age apply. The profile form omits them, because a new user has no previous password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgeRules {
    Apply,
    Ignore,
}

/// Checks a password against the policy and the user.
pub(crate) fn check(
    policy: &Password,
    age: AgeRules,
    password: &str,
    login: &str,
    first_name: &str,
    last_name: &str,
) -> Result<(), Refusal> {
    let complexity = &policy.complexity;
    let excludes = |attribute: &str| {
        complexity.exclude_attributes.iter().any(|excluded| excluded == attribute)
    };
    let lower = password.to_lowercase();
    let meets = password.chars().count() >= complexity.min_length as usize
        && password.len() <= LONGEST_PASSWORD as usize
        && has(password, complexity.min_lower_case, char::is_lowercase)
        && has(password, complexity.min_upper_case, char::is_uppercase)
        && has(password, complexity.min_number, |letter| letter.is_ascii_digit())
        && has(password, complexity.min_symbol, is_symbol)
        && !(complexity.exclude_username
            && username_parts(login).any(|part| lower.contains(&part)))
        && !(excludes("firstName") && contains_name(&lower, first_name))
        && !(excludes("lastName") && contains_name(&lower, last_name))
        && complexity.max_consecutive_characters.is_none_or(|most| longest_run(password) <= most);
    if !meets {
        return Err(Refusal::of_passcode(
            &refusal::PASSWORD_REQUIREMENTS,
            &[&requirements(policy, age)],
        ));
    }
    if complexity.exclude_common && COMMON.contains(lower.as_str()) {
        return Err(Refusal::of_passcode(&refusal::PASSWORD_COMMON, &[""]));
    }
    Ok(())
}

/// The sentence that lists every rule: `Password requirements: at least 8 characters, a lowercase letter, …`
pub(crate) fn requirements(policy: &Password, age: AgeRules) -> String {
    let mut sentence = format!("Password requirements: {}.", rules(&policy.complexity).join(", "));
    if age == AgeRules::Apply && policy.age.history_count > 0 {
        sentence += &format!(
            " Your password cannot be any of your last {} passwords.",
            policy.age.history_count
        );
    }
    sentence
}

fn rules(complexity: &Complexity) -> Vec<String> {
    let excludes = |attribute: &str| {
        complexity.exclude_attributes.iter().any(|excluded| excluded == attribute)
    };
    let fixed = [
        (complexity.min_lower_case > 0, "a lowercase letter"),
        (complexity.min_upper_case > 0, "an uppercase letter"),
        (complexity.min_number > 0, "a number"),
        (complexity.min_symbol > 0, "a symbol"),
        (complexity.exclude_username, "no parts of your username"),
        (excludes("firstName"), "does not include your first name"),
        (excludes("lastName"), "does not include your last name"),
    ];
    let mut rules = vec![format!("at least {} characters", complexity.min_length)];
    rules.extend(
        fixed.iter().filter(|(applies, _)| *applies).map(|(_, phrase)| (*phrase).to_owned()),
    );
    rules.extend(
        complexity
            .max_consecutive_characters
            .map(|most| format!("maximum {most} consecutive repeating characters")),
    );
    rules
}

fn has(password: &str, least: u32, kind: impl Fn(char) -> bool) -> bool {
    password.chars().filter(|letter| kind(*letter)).count() >= least as usize
}

/// Inferred: the symbols are those that the Sign-In Widget counts (`src/v3/src/util/passwordUtils.ts`), which are the punctuation of ASCII. A blank
/// and `€` are none.
fn is_symbol(letter: char) -> bool {
    letter.is_ascii_punctuation()
}

/// The parts of a username in lower case, without the short ones and the parent domain. Inferred: the parent domain follows the first label of the
/// domain, as `com` in `mary@example.com`.
fn username_parts(login: &str) -> impl Iterator<Item = String> {
    let (name, domain) = login.rsplit_once('@').unwrap_or((login, ""));
    let label = domain.split('.').next().unwrap_or_default();
    name.split(SEPARATORS)
        .chain(label.split(SEPARATORS))
        .filter(|part| part.chars().count() >= SHORTEST_PART)
        .map(str::to_lowercase)
}

/// Inferred: a name counts whatever its length, as in the Sign-In Widget (`src/v3/src/util/passwordUtils.ts`).
fn contains_name(lower: &str, name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && lower.contains(&name.to_lowercase())
}

fn longest_run(password: &str) -> u32 {
    let mut longest = 0;
    let mut run = 0;
    let mut before = None;
    for letter in password.chars() {
        run = if before == Some(letter) { run + 1 } else { 1 };
        longest = longest.max(run);
        before = Some(letter);
    }
    longest
}

/// Common passwords in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../../fixtures/words/common-passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: &Password, password: &str) -> &'static str {
        match check(policy, AgeRules::Apply, password, "mary.smithers@example.com", "Mary", "Jo") {
            Ok(()) => "accepted",
            Err(refusal) => refusal.definition.id,
        }
    }

    #[test]
    fn each_password_rule_refuses_separately() {
        let mut policy = Password::default();
        assert_eq!(verdict(&policy, "Password1"), "accepted", "common passwords are allowed");
        policy.complexity.exclude_common = true;
        for (password, expected) in [
            ("Quiet7Harbor", "accepted"),
            ("Quiet7H", "E21"),
            ("quiet7harbor", "E21"),
            ("QUIET7HARBOR", "E21"),
            ("QuietHarbor", "E21"),
            ("Smithers7Harbor", "E21"),
            ("7HarborSMITHERSx", "E21"),
            ("Example7Harbor", "E21"),
            ("Quiet7maryHarbor", "E21"),
            ("Quiet7JoHarbor", "E21"),
            ("Password1", "E22"),
            ("pASSWORD1", "E22"),
            ("", "E21"),
        ] {
            assert_eq!(verdict(&policy, password), expected, "{password}");
        }
        assert_eq!(verdict(&policy, &format!("Aa1{}", "x".repeat(70))), "E21");
    }

    #[test]
    fn username_is_split_at_six_characters_only() {
        for (login, parts) in [
            ("mary+smith1@acme.io", vec!["mary+smith1", "acme"]),
            ("o'connor7@acme.io", vec!["o'connor7", "acme"]),
            ("isaac.brock@example.com", vec!["isaac", "brock", "example"]),
            ("anna,brock_carl#dora-evan", vec!["anna", "brock", "carl", "dora", "evan"]),
            ("Bob.Ann@mail.example.museum", vec!["mail"]),
            ("José.Müll@bücher.example", vec!["josé", "müll", "bücher"]),
            ("", vec![]),
        ] {
            assert_eq!(username_parts(login).collect::<Vec<_>>(), parts, "{login}");
        }
    }

    #[test]
    fn only_symbols_of_the_widget_are_counted() {
        let mut policy = Password::default();
        policy.complexity.min_symbol = 1;
        for symbol in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".chars() {
            assert_eq!(verdict(&policy, &format!("Quiet7{symbol}Harbor")), "accepted", "{symbol}");
        }
        for other in [' ', '€', '§', 'é', '\u{a0}'] {
            assert_eq!(verdict(&policy, &format!("Quiet7{other}Harbor")), "E21", "{other}");
        }
    }

    #[test]
    fn symbols_and_repeats_are_checked_only_if_the_policy_requires_them() {
        let mut policy = Password::default();
        policy.complexity.min_symbol = 1;
        policy.complexity.max_consecutive_characters = Some(2);
        assert_eq!(verdict(&policy, "Quiet7Harbor"), "E21");
        assert_eq!(verdict(&policy, "Quiet7-Harbor"), "accepted");
        assert_eq!(verdict(&policy, "Quiet7-Harrrbor"), "E21");
        assert!(
            requirements(&policy, AgeRules::Apply).contains("a symbol, no parts of your username")
        );
        assert!(
            requirements(&policy, AgeRules::Apply)
                .contains("maximum 2 consecutive repeating characters.")
        );
    }

    #[test]
    fn password_requirements_match_the_recorded_sentence() {
        let mut policy = Password::default();
        assert_eq!(
            requirements(&policy, AgeRules::Ignore),
            "Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username, \
             does not include your first name, does not include your last name."
        );
        policy.complexity.exclude_attributes.clear();
        assert_eq!(
            requirements(&policy, AgeRules::Apply),
            "Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username. \
             Your password cannot be any of your last 4 passwords."
        );
    }
}
