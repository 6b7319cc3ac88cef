//! The steps, one file each: the data, the page, and the response to what the page offers.

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
