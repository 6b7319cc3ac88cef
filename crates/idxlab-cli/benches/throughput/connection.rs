//! One keep-alive connection without an HTTP library, so that the generator needs little CPU time.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An open connection and its read buffer.
#[derive(Debug)]
pub(crate) struct Connection {
    address: String,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// One response, borrowed from the connection.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) media_type: &'a str,
    pub(crate) body: &'a str,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP stream takes nodelay");
        Self { address: address.to_owned(), stream, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends one POST and reads the response. `step` selects the baseline's recorded body; idxlab ignores it.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        media_type: &str,
        step: usize,
        body: &str,
    ) -> Answer<'_> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: {media_type}\r\naccept: application/json\r\n\
             x-step: {step}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.expect("the server reads");
        self.buffer.clear();
        let head = self.read_head().await;
        let text = std::str::from_utf8(&self.buffer[..head]).expect("a head is ASCII");
        let status = text.get(9..12).and_then(|status| status.parse().ok()).expect("a status line");
        let length =
            header(text, "content-length").parse().expect("a response has a content-length");
        while self.buffer.len() < head + length {
            self.read_some().await;
        }
        let (head, body) = self.buffer.split_at(head);
        let head = std::str::from_utf8(head).expect("a head is ASCII");
        let body = std::str::from_utf8(&body[..length]).expect("a body is UTF-8");
        Answer { status, media_type: header(head, "content-type"), body }
    }

    /// Reads up to the empty line and returns the length of the head.
    async fn read_head(&mut self) -> usize {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                return end + 4;
            }
            self.read_some().await;
        }
    }

    async fn read_some(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer).await.expect("the server responds");
        assert!(
            read > 0,
            "the server closed a keep-alive connection: {}",
            String::from_utf8_lossy(&self.buffer)
        );
    }
}

/// The value of a header, or an empty text.
fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .unwrap_or_default()
}
