//! The emulated org, pure: time and a request in, a reply, changes and effects out. There is no I/O, no clock and no randomness of its own here.
//!
//! How to drive it, which `idx-server` does in `exchange`:
//!
//! 1. [`needs`] names the records that a request reads.
//! 2. The caller loads them ([`World::load`]) and makes the environment ([`World::env`]).
//! 3. [`handle`] answers, with nothing locked: a reply, changes, effects, and a trace for the journal. Or it asks a person's hook
//!    ([`Outcome::Ask`]): then the caller commits, makes the call, loads again, and comes back with [`resume`].
//! 4. The caller commits the changes ([`World::commit`]); on [`Conflict`] it begins again at 2.
//! 5. The caller carries out the effects and sends the reply.

mod activation;
mod advance;
mod api;
mod authenticators;
mod authorization_server;
mod challenge;
mod change;
mod cx;
mod email;
mod engine;
mod env;
mod graph;
mod hook;
mod hosted;
mod ids;
mod idx;
mod json;
mod limits;
mod link;
mod mail;
mod names;
mod oauth;
pub mod org;
mod page;
mod person;
mod phone;
mod policy;
pub mod refusal;
mod render;
mod reply;
mod request;
pub mod rule;
mod step;
mod steps;
mod tally;
mod transaction;
mod uri;
mod view;
mod world;

pub use activation::{Created, NewPerson, NotCreated, create_person, login_of};
pub use api::{ApiRefusal, api_error, bad_request};
pub use authorization_server::AuthorizationServer;
pub use challenge::{Challenge, SentCode};
pub use change::{Activation, Change, Conflict, RefreshToken};
pub use engine::{handle, needs, resume};
pub use env::Env;
pub use graph::{Edge, Graph, graph};
pub use ids::error_id;
pub use names::{AuthenticatorKey, PhoneMethod};
pub use org::presets;
pub use org::{App, AppKind, DocumentError, Org};
pub use person::{Enrollment, Person, Proof, Status};
pub use phone::normalised as normalised_phone_number;
pub use reply::{
    Answer, Ask, Channel, Delivery, Effect, HookCall, HookOutcome, Outcome, Rate, Reply, Tokens,
    Trace, Why,
};
pub use request::{
    AccessToken, Bearer, Call, ClientCredentials, Endpoint, InteractCall, LinkCall, LogoutCall,
    Presented, Request, TokenCall,
};
pub use step::{
    ChallengeAuthenticator, EnrollAuthenticator, EnrollProfile, EnrollmentData, KeepMeSignedIn,
    SelectAuthenticator, Start, Step, Success, Terminal, VerificationData,
};
pub use tally::{Tally, TallyKey};
pub use transaction::{Interact, Link, Transaction};
pub use view::{Needs, TransactionKey, View};
pub use world::{Deadline, Loaded, World};
