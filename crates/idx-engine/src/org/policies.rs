//! The policies that apply to one user at one app.

use crate::org::app::App;
use crate::org::document::Org;
use crate::org::password::{HashCost, Password};
use crate::org::settings::{
    Access, AppSignOn, AuthenticatorEnrollment, GlobalSession, ProfileEnrollment, UnknownUserAction,
};
use crate::state::user::User;

/// One policy of each kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policies<'a> {
    pub(crate) profile_enrollment: &'a ProfileEnrollment,
    pub(crate) authenticator_enrollment: &'a AuthenticatorEnrollment,
    pub(crate) app_sign_on: &'a AppSignOn,
    pub(crate) password: &'a Password,
    pub(crate) global_session: &'a GlobalSession,
}

impl Org {
    /// The only way to the policies. Okta selects a policy of each kind by app, group and priority; an org document has one of each kind, which
    /// applies to every app and user.
    pub(crate) fn resolve(&self, _app: &App, _user: Option<&User>) -> Policies<'_> {
        Policies {
            profile_enrollment: &self.profile_enrollment,
            authenticator_enrollment: &self.authenticator_enrollment,
            app_sign_on: &self.app_sign_on,
            password: &self.password,
            global_session: &self.global_session,
        }
    }

    /// What it costs to hash a password: a setting of the emulator, and no part of Okta's policy.
    pub(crate) fn hash_cost(&self) -> HashCost {
        self.password.hash_cost
    }
}

impl Policies<'_> {
    /// Whether users can sign up at all.
    pub(crate) fn allow_sign_up(&self) -> bool {
        self.profile_enrollment.unknown_user_action == UnknownUserAction::Register
            && self.profile_enrollment.access == Access::Allow
    }
}
