//! The notes about the pasted members of a document, and their moves.

use crate::org::key_path::KeyPath;
use crate::org::policy_api::note::Note;

/// The notes about a document, and the members that have moved.
#[derive(Debug, Default)]
pub(in crate::org) struct Adopted {
    /// Members without an effect.
    pub(in crate::org) notes: Vec<Note>,
    /// In the order of the moves. A member can move several times.
    moved: Vec<Move>,
}

#[derive(Debug)]
struct Move {
    from: KeyPath,
    to: KeyPath,
}

impl Adopted {
    /// The path in the document of a path in the org.
    pub(in crate::org) fn written(&self, path: &KeyPath) -> KeyPath {
        // The last move is undone first.
        self.moved
            .iter()
            .rev()
            .fold(path.clone(), |path, moved| path.rebased(&moved.to, &moved.from).unwrap_or(path))
    }

    pub(super) fn note_move(&mut self, from: KeyPath, to: KeyPath) {
        self.moved.push(Move { from, to });
    }

    pub(in crate::org) fn ignore(&mut self, path: &KeyPath, reason: impl Into<String>) {
        let path = self.written(path);
        self.notes.push(Note::new(path, reason));
    }
}
