//! The emulated org: from a time, records and a request to a reply, changes and effects. The engine has no I/O, no clock and no random source.
//!
//! How the caller uses it:
//!
//! 1. [`needs`] names the records that a request reads.
//! 2. The caller loads them from its store.
//! 3. [`handle`] returns a reply, changes, effects, and a trace for the journal. It can also return the call of an inline hook
//!    ([`Outcome::Ask`]): then the caller commits, calls the hook, loads again, and continues with [`resume`].
//! 4. The caller commits the changes; on [`Conflict`] it repeats from 2.
//! 5. The caller performs the effects and sends the reply.

#[macro_use]
mod authenticators;
#[macro_use]
mod idx;
mod contract;
mod engine;
mod ids;
mod json;
pub mod limits;
mod oauth;
pub mod org;
mod policy;
pub mod refusal;
mod state;

pub use authenticators::{MissingAttribute, normalised as normalised_phone_number};
pub use contract::api::{ApiRefusal, api_error, bad_request};
pub use contract::change::{Change, Conflict};
pub use contract::delivery::{Channel, Delivery, Effect};
pub use contract::env::{Env, Stream};
pub use contract::hook::{HookCall, HookOutcome};
pub use contract::loaded::{Loaded, Needs, TransactionKey};
pub use contract::reply::{Answer, Ask, Outcome, Rate, Reply, Tokens};
pub use contract::request::{
    AccessToken, Bearer, Call, ClientCredentials, Endpoint, Hint, IdToken, InteractCall, LinkCall,
    LogoutCall, Presented, Request, TokenCall, TokenInquiry,
};
pub use contract::trace::{Trace, Why};
pub use engine::{handle, needs, needs_after_hook, resume};
pub use ids::error_id;
pub use idx::activation::{Created, NotCreated, UserDetails, create_user, login_of};
pub use idx::graph::{Edge, Graph, graph};
pub use idx::remediation::Remediation;
pub use idx::step::Step;
pub use idx::steps::{
    awaiting_hook::AwaitingHook, challenge_authenticator::ChallengeAuthenticator,
    enroll_authenticator::EnrollAuthenticator, enroll_profile::EnrollProfile,
    enrollment_data::EnrollmentData, keep_me_signed_in::KeepMeSignedIn,
    select_authenticator::SelectAuthenticator, start::Start, success::Success, terminal::Terminal,
    verification_data::VerificationData,
};
pub use org::presets;
pub use org::{App, AppKind, DocumentError, DocumentMistake, KeyPath, KeySegment, Note, Org};
pub use policy::rule;
pub use state::authorization_server::AuthorizationServer;
pub use state::challenge::{Challenge, Destination, SentCode};
pub use state::counter::{Counter, CounterKey};
pub use state::epoch::Epoch;
pub use state::names::{AuthenticatorKey, PhoneMethod};
pub use state::proof::Proof;
pub use state::refresh_grant::RefreshGrant;
pub use state::tokens::Activation;
pub use state::transaction::{Interact, Link, Transaction};
pub use state::user::{Credential, Enrollment, Status, User};
