//! The text that `serve` prints when it is ready.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use idx_server::Description;

const STRONG: Style = Style::new().bold();
const SOFT: Style = AnsiColor::BrightBlack.on_default();

/// The description as one line of JSON.
pub(crate) fn json(description: &Description) -> String {
    let line = serde_json::to_string(description).unwrap_or_default();
    format!("{line}\n")
}

/// The addresses, the clients, and environment variables to paste.
pub(crate) fn text(description: &Description, org: &str) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut text, description, org);
    text
}

fn write(text: &mut String, description: &Description, org: &str) -> std::fmt::Result {
    let Description {
        issuer, control_url, inbox_url, control_token, ca_file, seed, clients, ..
    } = description;
    writeln!(
        text,
        "{STRONG}idxlab {}{STRONG:#} is serving {STRONG}{org}{STRONG:#}\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(text, "  issuer       {STRONG}{issuer}{STRONG:#}")?;
    match control_token {
        Some(token) => writeln!(text, "  inbox        {inbox_url}#{token}")?,
        None => writeln!(text, "  inbox        {inbox_url}")?,
    }
    writeln!(text, "  control API  {control_url}")?;
    if let Some(token) = control_token {
        writeln!(text, "  token        Authorization: Bearer {token}")?;
    }
    writeln!(
        text,
        "  seed         {seed}  {SOFT}--seed {seed} reproduces the same codes, handles and ids{SOFT:#}"
    )?;
    for client in clients {
        let secret = client
            .client_secret
            .as_deref()
            .map_or_else(|| "public".to_owned(), |secret| format!("secret {secret}"));
        writeln!(
            text,
            "  client       {}  {SOFT}{}, {secret}{SOFT:#}",
            client.client_id, client.kind
        )?;
    }
    writeln!(text, "\nEnvironment variables for your application:\n")?;
    writeln!(text, "  export OKTA_IDX_ISSUER={issuer}")?;
    if let Some(client) = clients.first() {
        writeln!(text, "  export OKTA_IDX_CLIENTID={}", client.client_id)?;
        let mut patterns = client.redirect_uris.iter();
        let any_port = patterns.clone().find(|pattern| pattern.contains(":*"));
        if let Some(pattern) = any_port.or_else(|| patterns.next()) {
            writeln!(text, "  export OKTA_IDX_REDIRECTURI={}", example_uri(pattern))?;
        }
    }
    if let Some(file) = ca_file {
        writeln!(text, "  export NODE_EXTRA_CA_CERTS={file}")?;
    }
    writeln!(text, "  export OKTA_IDX_SCOPES='openid profile email'")?;
    if let Some((client, secret)) =
        clients.iter().find_map(|client| Some((client, client.client_secret.as_ref()?)))
    {
        writeln!(text, "  {SOFT}# for a server-side application{SOFT:#}")?;
        writeln!(
            text,
            "  {SOFT}export OKTA_IDX_CLIENTID={} OKTA_IDX_CLIENTSECRET={secret}{SOFT:#}",
            client.client_id
        )?;
    }
    writeln!(text)
}

/// A URI that matches the pattern of a redirect URI.
fn example_uri(pattern: &str) -> String {
    // Behind any port, any path matches.
    let path = if pattern.ends_with(":*") { "/login/callback" } else { "" };
    format!("{}{path}", pattern.replace(":*", ":8080").replace('*', "app"))
}

#[cfg(test)]
mod tests {
    use idx_server::Client;

    use super::*;

    fn description() -> Description {
        Description {
            id: "default".to_owned(),
            base_url: "http://127.0.0.1:6480".to_owned(),
            issuer: "http://127.0.0.1:6480/oauth2/default".to_owned(),
            org_issuer: "http://127.0.0.1:6480".to_owned(),
            clients: vec![Client {
                client_id: "0oaidxlabdefault0001".to_owned(),
                client_secret: None,
                kind: "spa",
                redirect_uris: vec!["http://localhost:*".to_owned()],
            }],
            control_url: "http://127.0.0.1:6480/_idxlab/api".to_owned(),
            inbox_url: "http://127.0.0.1:6480/_idxlab".to_owned(),
            control_token: None,
            ca_file: None,
            seed: 7,
        }
    }

    #[test]
    fn environment_has_a_redirect_uri_of_the_client() {
        for (pattern, uri) in [
            ("http://localhost:*", "http://localhost:8080/login/callback"),
            ("http://10.0.2.2:*/callback", "http://10.0.2.2:8080/callback"),
            ("https://*.example.com/callback", "https://app.example.com/callback"),
            ("com.example:/callback", "com.example:/callback"),
        ] {
            let mut description = description();
            description.clients[0].redirect_uris = vec![pattern.to_owned()];
            let shown = text(&description, "preset");
            assert!(shown.contains(&format!("export OKTA_IDX_REDIRECTURI={uri}\n")), "{shown}");
        }
    }

    #[test]
    fn json_is_one_line() {
        let line = json(&description());
        assert_eq!(line.matches('\n').count(), 1);
        assert!(
            line.starts_with(r#"{"id":"default","baseUrl":"http://127.0.0.1:6480","issuer""#),
            "{line}"
        );
        assert!(!line.contains("clientSecret"));
    }

    #[test]
    fn text_contains_the_environment_and_the_token_if_there_is_one() {
        let shown = text(&description(), "preset");
        assert!(shown.contains("export OKTA_IDX_ISSUER=http://127.0.0.1:6480/oauth2/default\n"));
        assert!(shown.contains("export OKTA_IDX_CLIENTID=0oaidxlabdefault0001\n"));
        assert!(!shown.contains("Bearer"));
        let guarded = Description { control_token: Some("secret".to_owned()), ..description() };
        assert!(text(&guarded, "preset").contains("/_idxlab#secret"));
    }
}
