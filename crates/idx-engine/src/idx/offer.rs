//! What the engine asks of a remediation that a page offers.

use std::fmt::Debug;

use idx_wire::Field;

use crate::idx::action::Action;
use crate::idx::form_context::FormContext;
use crate::idx::remediation::Remediation;
use crate::idx::submission::Submission;
use crate::refusal::Refusal;

/// A remediation that a page offers, with the data that its form depends on.
pub(crate) trait Offer<'a>: Debug {
    /// Its name and its endpoint.
    fn remediation(&self) -> Remediation;

    /// The fields of the form, without `stateHandle`.
    fn fields(&self, _context: &FormContext<'a, '_>) -> Vec<Field<'a>> {
        Vec::new()
    }

    /// The member of the page that the form belongs to.
    fn relates_to(&self) -> Option<&'static str> {
        None
    }

    /// Whether a request to the endpoint means this remediation. Two remediations can share an endpoint.
    fn accepts(&self, _submission: &Submission<'a, '_>) -> bool {
        true
    }

    /// The action that the client takes with the form, or the reason why the body is refused.
    fn action(&self, submission: &Submission<'a, '_>) -> Result<Action<'a>, Refusal>;
}
