//! The emulated org, pure: time and a request in, a reply, changes and effects out. There is no I/O, no clock and no randomness of its own here.
//!
//! How to drive it, which `idx-server` does in `exchange`:
//!
//! 1. [`needs`] names the records that a request reads.
//! 2. The caller loads them from its store.
//! 3. [`handle`] answers, with nothing locked: a reply, changes, effects, and a trace for the journal. Or it asks a person's hook
//!    ([`Outcome::Ask`]): then the caller commits, makes the call, loads again, and comes back with [`resume`].
//! 4. The caller commits the changes; on [`Conflict`] it begins again at 2.
//! 5. The caller carries out the effects and sends the reply.

mod authenticators;
mod contract;
mod engine;
mod ids;
mod idx;
mod json;
mod oauth;
pub mod org;
mod policy;
pub mod refusal;
mod state;

pub use authenticators::phone::normalised as normalised_phone_number;
pub use contract::api::{ApiRefusal, api_error, bad_request};
pub use contract::change::{Activation, Change, Conflict, RefreshToken};
pub use contract::env::{Env, Stream};
pub use contract::loaded::{Loaded, Needs, TransactionKey};
pub use contract::reply::{
    Answer, Ask, Channel, Delivery, Effect, HookCall, HookOutcome, Outcome, Rate, Reply, Tokens,
    Trace, Why,
};
pub use contract::request::{
    AccessToken, Bearer, Call, ClientCredentials, Endpoint, InteractCall, LinkCall, LogoutCall,
    Presented, Request, TokenCall,
};
pub use engine::{handle, needs, resume};
pub use ids::error_id;
pub use idx::activation::{Created, NewPerson, NotCreated, create_person, login_of};
pub use idx::graph::{Edge, Graph, graph};
pub use org::presets;
pub use org::{App, AppKind, DocumentError, Org};
pub use policy::rule;
pub use state::authorization_server::AuthorizationServer;
pub use state::challenge::{Challenge, SentCode};
pub use state::names::{AuthenticatorKey, PhoneMethod};
pub use state::person::{Enrollment, Person, Proof, Status};
pub use state::step::{
    ChallengeAuthenticator, EnrollAuthenticator, EnrollProfile, EnrollmentData, KeepMeSignedIn,
    SelectAuthenticator, Start, Step, Success, Terminal, VerificationData,
};
pub use state::tally::{Tally, TallyKey};
pub use state::transaction::{Interact, Link, Transaction};
