//! A plain TCP connection to an org, for requests that no HTTP client sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// A response must arrive within this time. The server's own limits are longer, so a response that waits for one of them is detected.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Raw {
    /// Connects to the IPv4 loopback address with the port of a URL.
    pub async fn connect(base_url: &str) -> Self {
        let port = base_url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        let port = port.expect("the address contains a port");
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the org listens");
        Self { stream, received: Vec::new() }
    }

    /// As [`Raw::connect`], with a small buffer for responses.
    pub async fn connect_with_small_buffer(base_url: &str) -> Self {
        let address = base_url.trim_start_matches("http://").parse().expect("an IP address");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("the size is valid");
        let stream = socket.connect(address).await.expect("the org listens");
        Self { stream, received: Vec::new() }
    }

    /// Sends bytes. The server may already have closed the connection.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Closes the client's direction of the connection.
    pub async fn finish(&mut self) {
        self.stream.shutdown().await.expect("the connection is open");
    }

    /// The next response: its head in lower case and its body. Panics if none arrives.
    pub async fn response(&mut self) -> (String, Vec<u8>) {
        let end = loop {
            if let Some(at) = find(&self.received, b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.read().await, "the connection closed: {:?}", self.text());
        };
        let head = String::from_utf8_lossy(&self.received[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        while self.received.len() < end + length {
            assert!(self.read().await, "the connection closed: {:?}", self.text());
        }
        let body = self.received[end..end + length].to_vec();
        self.received.drain(..end + length);
        (head, body)
    }

    /// All text until it ends with `end`, in lower case.
    pub async fn text_until(&mut self, end: &str) -> String {
        while !self.text().ends_with(end) {
            assert!(self.read().await, "the connection closed: {:?}", self.text());
        }
        let text = self.text().to_lowercase();
        self.received.clear();
        text
    }

    /// Whether the server has closed the connection. Panics if it stays open.
    pub async fn is_closed(&mut self) -> bool {
        while self.read().await {}
        self.received.is_empty()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// Reads more. False at the end.
    async fn read(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        let read = timeout(RESPONSE_TIMEOUT, self.stream.read(&mut buffer)).await;
        let read = read.expect("the server responds in time").unwrap_or(0);
        self.received.extend_from_slice(&buffer[..read]);
        read > 0
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
