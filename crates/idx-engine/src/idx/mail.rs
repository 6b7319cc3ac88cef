//! The texts of emails and messages. Okta's own end-to-end suites search for these phrases: "Enter a code instead: …",
//! "enter this code: <b>…</b>", "enter the verification code: <strong>…</strong>" and "Your verification code is …".

use jiff::Timestamp;

use crate::contract::delivery::{Channel, Delivery};
use crate::state::challenge::SentCode;
use crate::state::names::PhoneMethod;

/// An email with a code, and a link that does the same.
pub(crate) fn code(to: String, sent: &SentCode, link: String) -> Delivery {
    let code = &sent.code;
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Confirm your email address".to_owned()),
        text: format!(
            "Hello,\n\nplease confirm your email address to go on with your sign-up:\n\n{link}\n\nEnter a code instead: {code}\n"
        ),
        html: Some(format!(
            "<p>Hello,</p><p>please confirm your email address to go on with your sign-up.</p>\
             <p><a id=\"email-authentication-button\" href=\"{link}\">Confirm your address</a></p>\
             <p>If the button does not work, enter this code: <b>{code}</b></p>\
             <p>Elsewhere, enter the verification code: <strong>{code}</strong></p>"
        )),
        otp: Some(code.clone()),
        link: Some(link),
        expires_at: sent.expires_at,
    }
}

/// An email with a code and no link.
pub(crate) fn code_alone(to: String, sent: &SentCode) -> Delivery {
    let code = &sent.code;
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Confirm your email address".to_owned()),
        text: format!(
            "Hello,\n\nplease confirm your email address to go on with your sign-up.\n\nEnter the verification code: {code}\n"
        ),
        html: Some(format!(
            "<p>Hello,</p><p>please confirm your email address to go on with your sign-up.</p>\
             <p>Please enter this code: <b>{code}</b></p>\
             <p>Elsewhere, enter the verification code: <strong>{code}</strong></p>"
        )),
        otp: Some(code.clone()),
        link: None,
        expires_at: sent.expires_at,
    }
}

/// An email with the link that activates a user.
pub(crate) fn activation(to: String, link: String, expires_at: Timestamp) -> Delivery {
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Activate your account".to_owned()),
        text: format!("Hello,\n\nplease activate your account to finish your sign-up:\n\n{link}\n"),
        html: Some(format!(
            "<p>Hello,</p><p>please activate your account to finish your sign-up.</p>\
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
