//! The words of mails and messages. Okta's own end-to-end suites scrape them by these phrases: "Enter a code instead: …",
//! "enter this code: <b>…</b>", "enter the verification code: <strong>…</strong>" and "Your verification code is …".

use crate::authenticators::{PhoneMethod, SentCode};
use crate::reply::{Channel, Delivery};

/// A mail with a code.
pub(crate) fn code(to: String, sent: &SentCode) -> Delivery {
    let code = &sent.code;
    Delivery {
        channel: Channel::Email,
        to,
        subject: Some("Confirm your email address".to_owned()),
        text: format!(
            "Hello,\n\nplease confirm your email address to go on with your sign-up.\n\nEnter a code instead: {code}\n"
        ),
        html: Some(format!(
            "<p>Hello,</p><p>please confirm your email address to go on with your sign-up.</p>\
             <p>On the page that asks for it, enter this code: <b>{code}</b></p>\
             <p>Elsewhere, enter the verification code: <strong>{code}</strong></p>"
        )),
        otp: Some(code.clone()),
        link: None,
        expires_at: sent.expires_at,
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
