//! The rules of the policies that include or omit something, as the journal and `graph` name them. The rules of a step stand in its file.

macro_rules! rules {
    ($($name:ident = $text:literal;)*) => {
        $(pub(crate) const $name: &str = $text;)*
        /// Every rule of the policies.
        pub const ALL: &[&str] = &[$($text),*];
    };
}

rules! {
    REQUIRED = "authenticatorEnrollment is REQUIRED";
    NOT_ASSURED = "appSignOn.factorMode and constraints are not satisfied yet";
    ASSURED = "appSignOn is satisfied and optional authenticators are left";
}
