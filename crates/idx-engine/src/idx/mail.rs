//! The texts of emails and messages. Each suite of Okta's SDKs searches for its own phrase and its own id of the link; these texts contain all of them
//! (the test below lists them).

use jiff::Timestamp;

use crate::contract::delivery::{Channel, Delivery};
use crate::state::challenge::SentCode;
use crate::state::names::PhoneMethod;

/// The purpose of an email with a code. It decides the id of the link's element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The user enrolls the address.
    Enrollment,
    /// The user verifies an enrolled address.
    Verification,
}

impl Purpose {
    const fn link_id(self) -> &'static str {
        match self {
            Self::Enrollment => "email-activation-button",
            Self::Verification => "email-authentication-button",
        }
    }
}

/// An email with a code. With a link, the link does the same. The code must not follow any other six digits after a blank or a colon, because the Go
/// suite takes the first six.
pub(crate) fn code(
    to: String,
    purpose: Purpose,
    sent: &SentCode,
    link: Option<String>,
) -> Delivery {
    let (code, id) = (&sent.code, purpose.link_id());
    let link_text = link.as_deref().map_or_else(String::new, |link| {
        format!("{link}\n\nCan't use the link? Enter a code instead: {code}\n")
    });
    let link_html = link.as_deref().map_or_else(String::new, |link| {
        format!(
            "<p><a id=\"{id}\" href=\"{link}\">Confirm your address</a></p>\
             <p>Can't use the link? Enter a code instead: <b>{code}</b></p>"
        )
    });
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Confirm your email address".to_owned()),
        text: format!(
            "Hello,\n\nConfirm your email address to continue your sign-up.\n\n{link_text}\
             To verify manually, enter this code: {code}\n\
             Or enter the verification code: {code}\n\n\
             If you did not request this email, please contact your system administrator immediately.\n\n\
             {code} is your verification code.\n"
        ),
        html: Some(format!(
            "<p>Hello,</p><p>Confirm your email address to continue your sign-up.</p>{link_html}\
             <p>To verify manually, enter this code: <b>{code}</b></p>\
             <p>Or enter the verification code: <strong>{code}</strong></p>\
             <p>If you did not request this email, please contact your system administrator immediately.\n\
             {code} is your verification code.</p>"
        )),
        otp: Some(code.clone()),
        link,
        expires_at: sent.expires_at,
    }
}

/// An email with the link that activates a user.
pub(crate) fn activation(to: String, link: String, expires_at: Timestamp) -> Delivery {
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Activate your account".to_owned()),
        text: format!("Hello,\n\nActivate your account to finish your sign-up:\n\n{link}\n"),
        html: Some(format!(
            "<p>Hello,</p><p>Activate your account to finish your sign-up.</p>\
             <p><a id=\"registration-activation-link\" href=\"{link}\">Activate your account</a></p>"
        )),
        otp: None,
        link: Some(link),
        expires_at,
    }
}

/// A message or a call with a code.
pub(crate) fn phone_code(to: String, method: PhoneMethod, sent: &SentCode) -> Delivery {
    let code = &sent.code;
    let (channel, text) = match method {
        PhoneMethod::Sms => (Channel::Sms, format!("Your verification code is {code}.")),
        PhoneMethod::Voice => {
            let spoken: Vec<_> = code.chars().map(String::from).collect();
            (
                Channel::Voice,
                format!(
                    "Hello. Your verification code is {code}. Once again: {}. Goodbye.",
                    spoken.join(", ")
                ),
            )
        }
    };
    Delivery {
        channel,
        to,
        subject: None,
        text,
        html: None,
        otp: Some(code.clone()),
        link: None,
        expires_at: sent.expires_at,
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;

    use super::*;
    use crate::state::challenge::Destination;

    const CODE: &str = "031524";
    const LINK: &str = "https://org.example/email/verify/0oa1?token=ftA";

    /// The patterns of the six suites that find the code in an email. Each suite reads one content, which holds the text part and the HTML part.
    const CODE_PATTERNS: [(&str, &str); 11] = [
        ("JavaScript", r"enter this code: <b>(\d+)</b>"),
        ("JavaScript", r"please contact your system administrator immediately.[\s\S]\s*(\d+)"),
        ("JavaScript", r"enter the verification code: <strong>(\d+)</strong>"),
        ("Java", r"To verify manually, enter this code: (\d+)"),
        ("Java", r"enter the verification code: (\d+)"),
        (".NET", r"To verify manually, enter this code: <b>(.{6})"),
        ("Kotlin", r"Or enter the verification code: (.{6})"),
        ("Swift", r"enter this code: (\d+)"),
        ("Swift", r"enter this code: (.{6})"),
        ("Go", r"[:\s](\d{6})"),
        ("Go", r"\s(\d{6})"),
    ];
    /// Those that an email has only beside a link.
    const LINK_PATTERNS: [(&str, &str); 2] = [
        ("JavaScript, Java and Swift", r"Enter a code instead: (\d+)"),
        (".NET", r"Can't use the link\? Enter a code instead: <b>(.{6})"),
    ];
    const SMS_PATTERNS: [(&str, &str); 5] = [
        ("JavaScript", r"Your verification code is (\d+)"),
        ("Java", r"code is (\d+)\."),
        (".NET", r"Your verification code is (.{6})"),
        ("Swift", r"code is (\d+)"),
        ("Go and Kotlin", r"\s(\d{6})"),
    ];

    fn sent() -> SentCode {
        SentCode {
            code: CODE.to_owned(),
            expires_at: Timestamp::UNIX_EPOCH,
            link: Some("ftA".to_owned()),
            to: Destination::Email("mary@example.com".to_owned()),
        }
    }

    fn content(delivery: Delivery) -> String {
        delivery.text + &delivery.html.unwrap_or_default()
    }

    #[track_caller]
    fn assert_code_is_found(patterns: &[(&str, &str)], content: &str) {
        for (suite, pattern) in patterns {
            let found = Regex::new(pattern).unwrap().captures(content);
            let found = found.map(|found| found[1].to_owned());
            assert_eq!(found.as_deref(), Some(CODE), "{suite}: {pattern}\n{content}");
        }
    }

    #[test]
    fn code_and_link_are_found_by_every_suites_pattern() {
        for (purpose, id) in [
            (Purpose::Enrollment, "email-activation-button"),
            (Purpose::Verification, "email-authentication-button"),
        ] {
            let mail = |link| content(code("mary@example.com".to_owned(), purpose, &sent(), link));
            assert_code_is_found(&CODE_PATTERNS, &mail(None));
            let with_link = mail(Some(LINK.to_owned()));
            assert_code_is_found(&CODE_PATTERNS, &with_link);
            assert_code_is_found(&LINK_PATTERNS, &with_link);
            let kotlin = Regex::new(r"(?m)^https://\S+/email/verify\S*\?token=\S+$").unwrap();
            assert_eq!(kotlin.find(&with_link).map(|found| found.as_str()), Some(LINK));
            let swift = Regex::new(r#"href="(https://[^"]+)""#).unwrap();
            assert_eq!(&swift.captures(&with_link).unwrap()[1], LINK);
            let javascript = format!("<a id=\"{id}\" href=\"{LINK}\"");
            assert!(with_link.contains(&javascript), "{with_link}");
        }
        let mail =
            activation("mary@example.com".to_owned(), LINK.to_owned(), Timestamp::UNIX_EPOCH);
        let javascript = format!("<a id=\"registration-activation-link\" href=\"{LINK}\"");
        assert!(content(mail).contains(&javascript));
    }

    #[test]
    fn every_suite_finds_the_code_in_text_messages_and_calls() {
        for method in [PhoneMethod::Sms, PhoneMethod::Voice] {
            let message = phone_code("+15551234567".to_owned(), method, &sent());
            assert_code_is_found(&SMS_PATTERNS, &message.text);
        }
    }
}
