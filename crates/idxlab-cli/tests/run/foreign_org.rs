//! A target that has one public address, as a real org has. It writes the codes of its messages to files.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;

use idx_server::{Authority, Channel, Event, Events, Limits, Org, Server, Settings, StoreKind};
use tokio::runtime::Runtime;

/// Attempts to bind a free port before another process does.
const BIND_ATTEMPTS: usize = 20;

/// A running server. Dropping it stops the server.
#[derive(Debug)]
pub(crate) struct ForeignOrg {
    pub(crate) issuer: String,
    _runtime: Runtime,
}

impl ForeignOrg {
    /// Starts the org, with HTTPS if `authority` is a CA file. Writes each code to the file `CHANNEL ADDRESS` in the folder.
    pub(crate) fn start(messages: &Path, authority: Option<&Path>, preset: &str) -> Self {
        let runtime = Runtime::new().expect("threads can be started");
        let (events, received) = Events::channel();
        let folder = messages.to_owned();
        std::thread::spawn(move || keep_codes(&received, &folder));
        let (server, origin) = (0..BIND_ATTEMPTS)
            .find_map(|_| bind(&runtime, authority, preset, events.clone()))
            .expect("a port is free");
        runtime.spawn(server.serve(std::future::pending()));
        Self { issuer: format!("{origin}/oauth2/default"), _runtime: runtime }
    }
}

/// Chooses the port before the server binds it, because the public URL contains the port.
fn bind(
    runtime: &Runtime,
    authority: Option<&Path>,
    preset: &str,
    events: Events,
) -> Option<(Server, String)> {
    let free =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("the loopback address can be bound");
    let listen: SocketAddr = free.local_addr().expect("it has an address");
    drop(free);
    let scheme = if authority.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://localhost:{}", listen.port());
    let settings = Settings {
        org: Org::preset(preset).expect("it is a preset"),
        listen,
        public_url: Some(origin.parse().expect("it is an origin")),
        seed: 7,
        control_token: None,
        control_origins: Vec::new(),
        tls: authority.map(|file| Authority::read_or_make(file).expect("it can be made")),
        store: StoreKind::default(),
        events,
        limits: Limits::default(),
    };
    Some((runtime.block_on(Server::bind(settings)).ok()?, origin))
}

fn keep_codes(events: &mpsc::Receiver<Event>, folder: &Path) {
    for event in events {
        if let Event::Message { channel, to, otp: Some(code), .. } = event {
            let channel = match channel {
                Channel::Email => "email",
                Channel::Sms => "sms",
                Channel::Voice => "voice",
            };
            // Renaming ensures that a reader never sees a part of the code.
            let (part, whole) = (folder.join("part"), folder.join(format!("{channel} {to}")));
            if std::fs::write(&part, code).and_then(|()| std::fs::rename(&part, whole)).is_err() {
                // The test has ended and deleted its folder.
                return;
            }
        }
    }
}
