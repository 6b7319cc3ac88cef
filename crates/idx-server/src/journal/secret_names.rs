//! Which names of members, parameters, headers and path segments denote a secret. The rule looks at the words of a name, so `newPassword` is a secret
//! although no list contains it.

/// What a value is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sensitivity {
    Secret,
    /// Shown by its first characters, which tell two handles apart.
    Handle,
    Plain,
}

/// Every name that contains one of them is a secret: `access_token`, `accesstoken`, `X-CSRF-Token`.
const PARTS: [&str; 10] = [
    "assertion",
    "authorization",
    "cookie",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "token",
    "verifier",
];

/// Short words, which other words contain: only whole words count.
const WORDS: [&str; 8] = ["answer", "code", "otp", "pass", "pin", "pwd", "signature", "totp"];

/// The last word of a name that only describes a secret: `token_type`, `code_challenge_method`.
const DESCRIPTIONS: [&str; 7] =
    ["challenge", "endpoint", "lifetime", "method", "methods", "supported", "type"];

/// The words before `code` in codes that are no secrets.
const PLAIN_CODES: [&str; 6] = ["area", "country", "error", "postal", "status", "zip"];

/// Names that the words alone do not tell from a secret: a hint about the type, and an object of IDX.
const PLAIN_NAMES: [&str; 2] = ["token_type_hint", "successWithInteractionCode"];

impl Sensitivity {
    /// What the value of a member or a parameter is.
    pub(super) fn of(name: &str) -> Self {
        if matches!(name, "stateHandle" | "stateToken" | "interactionHandle" | "interaction_handle")
        {
            return Self::Handle;
        }
        if PLAIN_NAMES.contains(&name) {
            return Self::Plain;
        }
        let words = words(name);
        let is_description = match words.as_slice() {
            [.., before, last] if last == "code" => PLAIN_CODES.contains(&before.as_str()),
            [_, .., last] => DESCRIPTIONS.contains(&last.as_str()),
            _ => false,
        };
        let joined = words.concat();
        let is_secret = PARTS.iter().any(|part| joined.contains(part))
            || words.iter().any(|word| is_secret_word(word));
        if is_secret && !is_description { Self::Secret } else { Self::Plain }
    }

    /// What the value of a header is. A key in a header is a secret; a key in a body is a name.
    pub(super) fn of_header(name: &str) -> Self {
        let has_key = || words(name).iter().any(|word| word == "key");
        match Self::of(name) {
            Self::Plain if has_key() => Self::Secret,
            kind => kind,
        }
    }

    /// What follows a segment of a path: `/tokens/{token}`, `/reset_password/{token}`, `/welcome/{token}`.
    pub(super) fn behind_segment(segment: &str) -> Self {
        match Self::of(segment) {
            Self::Plain if segment.eq_ignore_ascii_case("welcome") => Self::Secret,
            Self::Plain => Self::Plain,
            Self::Secret | Self::Handle => Self::Secret,
        }
    }
}

fn is_secret_word(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    WORDS.contains(&word) || WORDS.contains(&singular)
}

/// The words of a name in lower case: `newPassword`, `new_password` and `New-Password` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        let starts = letter.is_uppercase() && was_lower;
        if (starts || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_with_a_secret_word_is_a_secret_in_every_spelling() {
        for name in [
            "passcode",
            "passCode",
            "PASSCODE",
            "credentials.passcode",
            "newPassword",
            "new_password",
            "New-Password",
            "confirmpassword",
            "client_secret",
            "clientSecret",
            "access_token",
            "accesstoken",
            "refresh_token",
            "id_token_hint",
            "activationToken",
            "recovery_token",
            "sessionToken",
            "interaction_code",
            "verificationCode",
            "codes",
            "code",
            "code_verifier",
            "client_assertion",
            "otp",
            "totp",
            "answer",
            "Proxy-Authorization",
            "Set-Cookie",
        ] {
            assert_eq!(Sensitivity::of(name), Sensitivity::Secret, "{name}");
        }
    }

    #[test]
    fn name_that_describes_a_secret_is_plain() {
        for name in [
            "token_type",
            "token_type_hint",
            "token_endpoint",
            "token_endpoint_auth_methods_supported",
            "id_token_signing_alg_values_supported",
            "code_challenge",
            "code_challenge_method",
            "errorCode",
            "zipCode",
            "successWithInteractionCode",
            "state",
            "option",
            "footprint",
            "passport",
            "identifier",
            "key",
            "",
        ] {
            assert_eq!(Sensitivity::of(name), Sensitivity::Plain, "{name}");
        }
        assert_eq!(Sensitivity::of("stateToken"), Sensitivity::Handle);
    }

    #[test]
    fn key_is_a_secret_only_in_a_header() {
        assert_eq!(Sensitivity::of_header("x-api-key"), Sensitivity::Secret);
        assert_eq!(Sensitivity::of_header("x-device-token"), Sensitivity::Secret);
        assert_eq!(Sensitivity::of_header("access-control-allow-credentials"), Sensitivity::Plain);
        assert_eq!(Sensitivity::of_header("x-okta-user-agent-extended"), Sensitivity::Plain);
    }
}
