//! What a client writes to standard error: its end is kept for the report.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// How much of the end is kept, in bytes.
const KEPT: usize = 8 * 1024;

/// The end of one process's standard error. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct StandardError(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    end: Vec<u8>,
    count: u64,
}

impl StandardError {
    /// Reads to the end of the pipe, so that a client which writes much is never held up.
    pub(super) async fn listen(self, mut from: impl AsyncRead + Unpin) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            self.with(|kept| kept.take(&buffer[..count]));
        }
    }

    /// How many bytes came so far.
    pub(super) fn count(&self) -> u64 {
        self.with(|kept| kept.count)
    }

    /// What came after the first `mark` bytes, as far as it is kept, without colours; nothing when that is blank.
    pub(super) fn since(&self, mark: u64) -> Option<String> {
        let bytes = self.with(|kept| {
            let new = usize::try_from(kept.count.saturating_sub(mark)).unwrap_or(usize::MAX);
            kept.end[kept.end.len().saturating_sub(new)..].to_vec()
        });
        let text = String::from_utf8_lossy(&bytes);
        let text = anstream::adapter::strip_str(&text).to_string();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Nothing is awaited inside.
    fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn take(&mut self, bytes: &[u8]) {
        self.count += bytes.len() as u64;
        self.end.extend_from_slice(bytes);
        let surplus = self.end.len().saturating_sub(KEPT);
        self.end.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn heard(bytes: &[u8]) -> StandardError {
        let standard_error = StandardError::default();
        standard_error.clone().listen(bytes).await;
        standard_error
    }

    #[tokio::test]
    async fn the_end_is_kept() {
        let standard_error = heard(&[b"x".repeat(20_000), b"the end".to_vec()].concat()).await;
        let said = standard_error.since(0).unwrap();
        assert_eq!((said.len(), said.ends_with("the end")), (KEPT, true));
        assert_eq!(standard_error.since(20_000).as_deref(), Some("the end"));
    }

    #[tokio::test]
    async fn colours_and_blanks_say_nothing() {
        assert_eq!(heard(b"\x1b[31mred\x1b[0m\n").await.since(0).as_deref(), Some("red"));
        assert_eq!(heard(b" \n\n").await.since(0), None);
    }
}
