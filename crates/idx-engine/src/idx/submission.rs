//! What the client submitted, and the authenticators that the page lists.

use idx_wire::{AuthenticatorBody, IdxBody};

use crate::idx::profile_form::ProfileForm;
use crate::refusal::{self, Refusal};
use crate::state::names::AuthenticatorKey;

/// What the client submitted, and the authenticators that the page lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Submission<'a, 'p> {
    pub(crate) body: &'a IdxBody,
    pub(crate) listed: &'p [AuthenticatorKey],
}

impl<'a> Submission<'a, '_> {
    pub(crate) fn identifier(&self) -> &'a str {
        self.body.identifier.as_deref().unwrap_or_default()
    }

    /// The passcode must be present, but an empty one is an answer like any other.
    pub(crate) fn passcode(&self) -> Result<&'a str, Refusal> {
        self.optional_passcode().ok_or_else(refusal::passcode_missing)
    }

    pub(crate) fn profile_form(&self) -> ProfileForm<'a> {
        ProfileForm { profile: self.body.user_profile.as_ref(), passcode: self.optional_passcode() }
    }

    /// The `id` of the authenticator that the client names.
    pub(crate) fn authenticator_id(&self) -> Option<&'a str> {
        self.body.authenticator.as_ref()?.id.as_deref()
    }

    pub(crate) fn has_phone_number(&self) -> bool {
        self.body.authenticator.as_ref().is_some_and(|body| body.phone_number.is_some())
    }

    /// The authenticator that the client names by id, if it is in the list.
    pub(crate) fn choice(&self) -> Result<(AuthenticatorKey, &'a AuthenticatorBody), Refusal> {
        let not_offered = || Refusal::of(&refusal::NOT_OFFERED);
        let choice = self.body.authenticator.as_ref().ok_or_else(not_offered)?;
        let mut listed = self.listed.iter();
        let key = listed
            .find(|key| choice.id.as_deref() == Some(key.authenticator().id()))
            .ok_or_else(not_offered)?;
        Ok((*key, choice))
    }

    fn optional_passcode(&self) -> Option<&'a str> {
        self.body.credentials.as_ref().and_then(|credentials| credentials.passcode.as_deref())
    }
}
