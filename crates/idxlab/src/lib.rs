//! idxlab as a library: the emulated org in the process of a Rust test.
//!
//! ```
//! # fn main() -> Result<(), idxlab::StartError> {
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use idxlab::Emulator;
//!
//! let emulator = Emulator::start().await?;
//! assert!(emulator.issuer().ends_with("/oauth2/default"));
//! // Point the application under test at `emulator.issuer()` and `emulator.client_id()`, and read the codes it is sent
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
#[doc(hidden)]
pub use idx_server::StoreKind;
pub use idx_server::{Client, Description, OrgDocumentError};
