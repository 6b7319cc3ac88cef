//! idxlab as a library: an emulated org in-process, for Rust tests.
//!
//! ```
//! # fn main() -> Result<(), idxlab::StartError> {
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use idxlab::Emulator;
//!
//! let emulator = Emulator::start().await?;
//! assert!(emulator.issuer().ends_with("/oauth2/default"));
//! // Configure the application under test with `emulator.issuer()` and `emulator.client_id()`. Read the codes that its users receive
//! // from `{emulator.control_url()}/messages?to=mary@example.com&wait=5`.
//!
//! let other = Emulator::builder().preset("email-and-password-required").seed(7).start().await?;
//! assert_ne!(emulator.base_url(), other.base_url());
//! # Ok(())
//! # })
//! # }
//! ```

mod emulator;

pub use emulator::{Builder, Emulator, StartError};
pub use idx_server::{Client, Description, OrgDocumentError};
#[doc(hidden)]
pub use idx_server::{Limits, StoreKind};
