//! Servers that accept used, superseded or expired links, links in another browser, or invalid activation tokens.

use serde_json::json;

use crate::WrongServer;
use crate::client_request::{ClientRequest, Handling};
use crate::history::History;
use crate::transaction::ignore_clock_change;

pub(crate) const WRONG: &[WrongServer] = &[
    WrongServer::request(
        "accepts the link of a superseded email",
        "magic-link/stale",
        |request, history| match history.link().filter(|link| {
            is_link(&request) && history.has_emailed(&request) && *link != request.target
        }) {
            Some(link) => Handling::Forward(with_address(request, link)),
            None => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "accepts a link that it never sent",
        "magic-link/stale",
        |request, history| match history
            .link()
            .filter(|_| is_link(&request) && !history.has_emailed(&request))
        {
            Some(link) => Handling::Forward(with_address(request, link)),
            None => Handling::Forward(request),
        },
    ),
    WrongServer::request(
        "reports the link of an abandoned page as used",
        "magic-link/left",
        |request, history| {
            Handling::Forward(match is_link(&request) && history.has_emailed(&request) {
                true => with_address(request, "/email/verify/app?token=ftused".to_owned()),
                false => request,
            })
        },
    ),
    WrongServer::request("accepts a link twice", "magic-link/same-browser", |request, history| {
        match history.first_response(|known, _| is_link(&request) && known.target == request.target)
        {
            Some(response) => Handling::Respond(response),
            None => Handling::Forward(request),
        }
    }),
    WrongServer::request("accepts an expired link", "magic-link/expired", ignore_clock_change),
    WrongServer::request(
        "treats every browser as the one that started",
        "magic-link/other-browser",
        |request, _| {
            let begins_or_opens = is_link(&request) || request.is("/v1/interact");
            Handling::Forward(if begins_or_opens {
                request.with_header("cookie", "DT=the-only-browser")
            } else {
                request
            })
        },
    ),
    WrongServer::org("emails no link to the app", "magic-link/callback", |org| {
        *org = json!({"preset": "email-and-password-required"});
    }),
    WrongServer::request(
        "ignores an activation token",
        "activation/token-proves-the-address",
        |request, _| Handling::Forward(request.without_parameter("activation_token")),
    ),
    WrongServer::request(
        "accepts an activation token twice",
        "activation/token-used",
        |request, history| {
            let was_used = request
                .parameter("activation_token")
                .is_some_and(|submitted| history.has_received(&submitted));
            Handling::Forward(if was_used {
                request.without_parameter("activation_token")
            } else {
                request
            })
        },
    ),
    WrongServer::request(
        "accepts an expired activation token",
        "activation/token-expires",
        ignore_clock_change,
    ),
    WrongServer::request(
        "accepts an activation token that it never issued",
        "oauth-errors/activation-token",
        |request, _| {
            Handling::Forward(if request.is("/v1/interact") {
                request.without_parameter("activation_token")
            } else {
                request
            })
        },
    ),
];

impl History {
    fn has_emailed(&self, request: &ClientRequest) -> bool {
        let mut links = self.messages.iter().filter_map(|message| message.link.as_deref());
        links.any(|link| link.ends_with(&request.target))
    }

    fn has_received(&self, activation_token: &str) -> bool {
        let submitted = |request: &ClientRequest| request.parameter("activation_token");
        self.exchanges
            .iter()
            .any(|(request, _)| submitted(request).as_deref() == Some(activation_token))
    }
}

fn is_link(request: &ClientRequest) -> bool {
    request.path().starts_with("/email/verify/")
}

fn with_address(mut request: ClientRequest, target: String) -> ClientRequest {
    request.target = target;
    request
}
