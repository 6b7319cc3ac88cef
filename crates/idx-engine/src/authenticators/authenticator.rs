//! What the engine asks of an authenticator.

use std::fmt::Debug;

use idx_wire::{AuthenticatorBody, Field};

use crate::idx::cx::Cx;
use crate::org::Org;
use crate::refusal::Refusal;
use crate::state::challenge::Challenge;
use crate::state::names::PhoneMethod;

/// What the engine asks of an authenticator.
pub(crate) trait Authenticator: Debug + Sync {
    /// `password`, `email` or `phone`.
    fn kind(&self) -> &'static str;
    /// Clients match it letter by letter.
    fn display_name(&self) -> &'static str;
    /// The `aut…` id, the same in every org.
    fn id(&self) -> &'static str;
    /// The methods that the org has active.
    fn methods(&self, org: &Org) -> Vec<&'static str>;
    /// The fields of its entry in the list, behind `id`.
    fn choice_fields<'a>(&self, org: &'a Org) -> Vec<Field<'a>>;
    /// Begins an enrollment, and sends whatever belongs to it.
    fn begin(&self, cx: &mut Cx<'_>, choice: &AuthenticatorBody) -> Result<Begun, Refusal>;
}

/// What an enrollment begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Begun {
    /// The person is asked to answer.
    Asked(Challenge),
    /// The person is asked for a number first, and for one of these methods.
    NumberWanted(Vec<PhoneMethod>),
}
