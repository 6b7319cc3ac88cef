//! What Okta's Policy API returns, as a user pastes it into a document: known members move to the names of the document, and members without an effect
//! are left out with a note.

mod adopt;
mod adopted;
mod enrollment;
mod note;
mod pasted;
mod sections;
#[cfg(test)]
mod tests;

pub(super) use adopt::adopt;
pub(super) use adopted::Adopted;
pub use note::Note;
