//! The steps, one file each: the data, the page, and the response to what the page offers.
//!
//! To add a step, write its file, and add its `mod` line and its line in `for_each_step`. If the step has a remediation or an endpoint of its own,
//! add their lines here too. Then lead to the step from `transition`.

pub(crate) mod awaiting_hook;
pub(crate) mod challenge_authenticator;
pub(crate) mod enroll_authenticator;
pub(crate) mod enroll_profile;
pub(crate) mod enrollment_data;
pub(crate) mod keep_me_signed_in;
pub(crate) mod select_authenticator;
pub(crate) mod start;
pub(crate) mod success;
pub(crate) mod terminal;
pub(crate) mod verification_data;

/// Passes the list of steps to another macro.
macro_rules! for_each_step {
    ($macro:ident) => {
        $macro! {
            Start = start,
            EnrollProfile = enroll_profile,
            AwaitingHook = awaiting_hook,
            SelectAuthenticator = select_authenticator,
            EnrollmentData = enrollment_data,
            EnrollAuthenticator = enroll_authenticator,
            VerificationData = verification_data,
            ChallengeAuthenticator = challenge_authenticator,
            KeepMeSignedIn = keep_me_signed_in,
            Success = success,
            Terminal = terminal,
        }
    };
}

/// Passes the list of remediations to another macro: Okta's name, and the endpoint of the form.
macro_rules! for_each_remediation {
    ($macro:ident) => {
        $macro! {
            Identify = "identify" at Identify,
            SelectEnrollProfile = "select-enroll-profile" at Enroll,
            EnrollProfile = "enroll-profile" at EnrollNew,
            SelectIdentify = "select-identify" at IdentifySelect,
            EnrollAuthenticator = "enroll-authenticator" at ChallengeAnswer,
            EnrollmentData = "authenticator-enrollment-data" at CredentialEnroll,
            SelectAuthenticatorEnroll = "select-authenticator-enroll" at CredentialEnroll,
            Skip = "skip" at Skip,
            VerificationData = "authenticator-verification-data" at Challenge,
            ChallengeAuthenticator = "challenge-authenticator" at ChallengeAnswer,
            KeepMeSignedIn = "keep-me-signed-in" at KeepMeSignedIn,
        }
    };
}

/// Passes the list of endpoints to another macro: the path, which is the same at every org.
macro_rules! for_each_endpoint {
    ($macro:ident) => {
        $macro! {
            Introspect = "/idp/idx/introspect",
            Identify = "/idp/idx/identify",
            IdentifySelect = "/idp/idx/identify/select",
            Recover = "/idp/idx/recover",
            Enroll = "/idp/idx/enroll",
            EnrollNew = "/idp/idx/enroll/new",
            CredentialEnroll = "/idp/idx/credential/enroll",
            ChallengeAnswer = "/idp/idx/challenge/answer",
            ChallengeResend = "/idp/idx/challenge/resend",
            ChallengePoll = "/idp/idx/challenge/poll",
            Skip = "/idp/idx/skip",
            Cancel = "/idp/idx/cancel",
            Challenge = "/idp/idx/challenge",
            KeepMeSignedIn = "/idp/idx/keep-me-signed-in",
        }
    };
}
