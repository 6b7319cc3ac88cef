//! HTTP around the engine: listening, routes, CORS, tokens, clock, inbox, journal and the control API. It knows no rule of the protocol.
//!
//! One request takes this way: `listen` accepts, `service` finds the org, `access` guards the control API, `body` reads, `route` and `decode` make a call of it, `exchange`
//! loads, asks the engine and commits, `keys` signs what is to be signed, `answer` and `cors` write the response. An org is a `running_org`; its
//! records are in a `store`.

mod access;
mod address;
mod body;
mod clock;
mod connections;
mod control;
mod cors;
mod decode;
mod description;
mod duration;
mod events;
mod exchange;
mod faults;
#[doc(hidden)]
pub mod fuzz;
mod hook;
mod inbox;
mod journal;
mod keys;
mod limits;
mod listen;
mod org_document;
mod parameters;
mod peer;
mod random;
mod registry;
mod request_target;
mod response;
mod response_body;
mod route;
mod routes;
mod running_org;
mod server;
mod service;
mod store;
mod tls;
mod token_reader;
mod usage;

pub use access::{ControlOrigin, ControlOriginError};
pub use address::{ListenAddressError, PublicUrl, PublicUrlError, parse_listen};
pub use description::{Client, Description};
pub use events::{Event, Events};
pub use idx_engine::org::schema as org_schema;
pub use idx_engine::refusal;
pub use idx_engine::{
    Channel, DocumentError, DocumentMistake, KeySegment, Org, Trace, presets,
    presets::UnknownPreset,
};
pub use limits::{Growth, LimitRow, Limits, TABLE as LIMITS};
pub use listen::ListenError;
pub use org_document::{OrgDocument, OrgDocumentError};
pub use random::draw_seed;
pub use server::{ServedOrg, Server, Settings, StartError};
#[doc(hidden)]
pub use store::Records;
pub use store::StoreKind;
pub use tls::{Authority, AuthorityError};
