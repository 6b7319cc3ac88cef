//! The rules that include or omit something, as the journal and `graph` name them.

macro_rules! rules {
    ($($name:ident = $text:literal;)*) => {
        $(pub(crate) const $name: &str = $text;)*
        /// Every rule.
        pub const ALL: &[&str] = &[$($text),*];
    };
}

rules! {
    START_PAGE = "globalSession.primaryFactor decides what the start page asks for";
    SIGN_UP_ALLOWED = "profileEnrollment.unknownUserAction is REGISTER";
    SIGN_UP_DENIED = "profileEnrollment.unknownUserAction or access is DENY";
    PROFILE_FORM = "profileEnrollment.profileAttributes is the form";
    BESIDE_PROFILE_FORM = "select-identify is always beside the profile form";
    REQUIRED = "authenticatorEnrollment is REQUIRED";
    NOT_ASSURED = "appSignOn.factorMode and constraints are not satisfied yet";
    ASSURED = "appSignOn is satisfied and optional authenticators are left";
    ENROLLED = "it is enrolled already";
    NOT_ALLOWED = "authenticatorEnrollment is NOT_ALLOWED";
    WAITS = "optional authenticators wait until the required ones are enrolled";
    BEING_ENROLLED = "an authenticator is being enrolled";
    NUMBER_UNKNOWN = "a phone is enrolled and its number is not known";
    RECOVERY_EMAIL = "password.allowRecoveryEmailWithoutEnrollment makes the address count as enrolled, and it must be verified";
    KEEP_ME_SIGNED_IN = "appSignOn.keepMeSignedIn.postAuth is ALLOWED";
    DONE = "nothing is left to enroll, or the rest was skipped";
}
