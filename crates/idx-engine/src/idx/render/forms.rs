//! The form of a remediation, and of an action of the current authenticator.

use idx_wire::{Field, Form, Href};

use crate::contract::request::Endpoint;
use crate::idx::form_context::FormContext;
use crate::idx::offer::Offer;
use crate::idx::render::response_builder::ResponseBuilder;

impl<'a> ResponseBuilder<'a, '_> {
    pub(super) fn form(&self, offer: &dyn Offer<'a>) -> Form<'a> {
        let mut fields = offer.fields(&FormContext {
            page: self.context,
            listed: self.page.listed.as_deref().unwrap_or_default(),
            notices: self.notices,
        });
        fields.push(self.state_handle());
        let remediation = offer.remediation();
        let form = Form::new(remediation.name(), self.href(remediation.endpoint()), fields);
        match offer.relates_to() {
            Some(member) => form.relating_to(member),
            None => form,
        }
    }

    /// A form with nothing to fill in.
    pub(super) fn action(&self, name: &'static str, endpoint: Endpoint) -> Form<'a> {
        Form::new(name, self.href(endpoint), vec![self.state_handle()])
    }

    fn href(&self, endpoint: Endpoint) -> Href<'a> {
        Href::new(self.base, endpoint.path())
    }

    fn state_handle(&self) -> Field<'a> {
        Field::state_handle(&self.transaction.state_handle)
    }
}
