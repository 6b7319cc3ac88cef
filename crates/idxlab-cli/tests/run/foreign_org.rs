//! An org that knows itself by one address alone, as a real one does, and whose people's messages are files in a folder.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;

use idx_server::{Authority, Channel, Event, Events, Limits, Org, Server, Settings, StoreKind};
use tokio::runtime::Runtime;

/// How often a port is looked for that nobody takes meanwhile.
const TRIES: usize = 20;

/// It is gone when dropped.
#[derive(Debug)]
pub(crate) struct ForeignOrg {
    pub(crate) issuer: String,
    _runtime: Runtime,
}

impl ForeignOrg {
    /// Over HTTPS where there is an authority's file. Each code becomes the content of `CHANNEL ADDRESS` in the folder.
    pub(crate) fn start(messages: &Path, authority: Option<&Path>, preset: &str) -> Self {
        let runtime = Runtime::new().expect("threads can be started");
        let (events, received) = Events::channel();
        let folder = messages.to_owned();
        std::thread::spawn(move || keep_codes(&received, &folder));
        let (server, origin) = (0..TRIES)
            .find_map(|_| bind(&runtime, authority, preset, events.clone()))
            .expect("a port is free");
        runtime.spawn(server.serve(std::future::pending()));
        Self { issuer: format!("{origin}/oauth2/default"), _runtime: runtime }
    }
}

/// The public address has the port in it, so the port is chosen before the server has it.
fn bind(
    runtime: &Runtime,
    authority: Option<&Path>,
    preset: &str,
    events: Events,
) -> Option<(Server, String)> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a loopback address");
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
            // Whoever reads while it is written must see all of it or nothing.
            let (part, whole) = (folder.join("part"), folder.join(format!("{channel} {to}")));
            if std::fs::write(&part, code).and_then(|()| std::fs::rename(&part, whole)).is_err() {
                // The test is over and its folder gone.
                return;
            }
        }
    }
}
