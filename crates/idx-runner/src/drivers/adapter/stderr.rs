//! Keeps the end of a client's standard error for the report.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// How many bytes are kept.
const KEPT_BYTES: usize = 8 * 1024;

/// The end of one process's standard error. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Stderr(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    end: Vec<u8>,
    count: u64,
}

impl Stderr {
    /// Reads to the end of the pipe, so that a client that writes much does not block.
    pub(super) async fn read(self, mut from: impl AsyncRead + Unpin) {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            self.with(|kept| kept.take(&buffer[..count]));
        }
    }

    /// How many bytes were read.
    pub(super) fn length(&self) -> u64 {
        self.with(|kept| kept.count)
    }

    /// The kept text after the first `mark` bytes, without colours; `None` if it is blank.
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
        let surplus = self.end.len().saturating_sub(KEPT_BYTES);
        self.end.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> Stderr {
        let stderr = Stderr::default();
        stderr.clone().read(bytes).await;
        stderr
    }

    #[tokio::test]
    async fn long_output_keeps_its_end() {
        let stderr = read(&[b"x".repeat(20_000), b"the end".to_vec()].concat()).await;
        let text = stderr.since(0).unwrap();
        assert_eq!((text.len(), text.ends_with("the end")), (KEPT_BYTES, true));
        assert_eq!(stderr.since(20_000).as_deref(), Some("the end"));
    }

    #[tokio::test]
    async fn colours_and_blanks_are_dropped() {
        assert_eq!(read(b"\x1b[31mred\x1b[0m\n").await.since(0).as_deref(), Some("red"));
        assert_eq!(read(b" \n\n").await.since(0), None);
    }
}
