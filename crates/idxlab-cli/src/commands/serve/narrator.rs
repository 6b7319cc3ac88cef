//! Live output on a terminal: one line for each step of a sign-up, for each refusal, and for each message to a user.

use std::io::Write as _;
use std::sync::mpsc::Receiver;

use anstyle::{AnsiColor, Style};
use idx_runner::plain;
use idx_server::Event;

const SOFT: Style = AnsiColor::BrightBlack.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const STRONG: Style = Style::new().bold();

/// Prints events until the server stops or standard output is closed.
pub(crate) fn narrate(events: &Receiver<Event>) {
    let mut out = anstream::stdout();
    for event in events {
        if let Some(line) = line(&event)
            && writeln!(out, "{line}").is_err()
        {
            return;
        }
    }
}

/// A line, unless the event is a successful request that is not a step of a sign-up.
fn line(event: &Event) -> Option<String> {
    match event {
        Event::Exchange { at, method, path, status, trace, .. } => {
            let refusal = trace.refusal.map(|id| format!(" {BAD}{id}{BAD:#}")).unwrap_or_default();
            // Introspection and polling are not steps.
            if *status < 400 && matches!(trace.edge, None | Some("poll")) {
                return None;
            }
            let transaction =
                trace.transaction.map(|number| format!("#{number} ")).unwrap_or_default();
            let what = trace.edge.map_or_else(|| plain(&format!("{method} {path}")), str::to_owned);
            let color = if *status < 400 { GOOD } else { BAD };
            let steps = match (trace.step_before, trace.step_after) {
                (Some(before), Some(after)) if before != after => {
                    format!(" {SOFT}{before} →{SOFT:#} {after}")
                }
                (_, Some(current)) => format!(" {SOFT}{current}{SOFT:#}"),
                _ => String::new(),
            };
            Some(format!(
                "{SOFT}{}{SOFT:#} {transaction}{what} {color}{status}{color:#}{refusal}{steps}",
                at.strftime("%H:%M:%S")
            ))
        }
        Event::Message { at, channel, to, otp, link, .. } => {
            let code =
                otp.as_ref().map(|otp| format!(" {STRONG}{otp}{STRONG:#}")).unwrap_or_default();
            let link =
                link.as_ref().map(|link| format!(" {SOFT}{link}{SOFT:#}")).unwrap_or_default();
            Some(format!(
                "{SOFT}{}{SOFT:#} {} to {}:{code}{link}",
                at.strftime("%H:%M:%S"),
                channel.name(),
                plain(to)
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use idx_server::{Channel, Trace};

    use super::*;

    fn shown(event: &Event) -> Option<String> {
        line(event).map(|line| anstream::adapter::strip_str(&line).to_string())
    }

    fn exchange(status: u16, trace: Trace) -> Event {
        Event::Exchange {
            org: "default".to_owned(),
            at: Default::default(),
            method: "POST".to_owned(),
            path: "/idp/idx/enroll".to_owned(),
            status,
            trace,
        }
    }

    #[test]
    fn controls_in_a_path_or_an_address_are_escaped() {
        let refused = Event::Exchange {
            org: "default".to_owned(),
            at: Default::default(),
            method: "GET".to_owned(),
            path: "/\u{9b}2J".to_owned(),
            status: 404,
            trace: Trace::default(),
        };
        assert_eq!(line(&refused).unwrap().matches('\u{9b}').count(), 0);
        let message = Event::Message {
            org: "default".to_owned(),
            at: Default::default(),
            channel: Channel::Email,
            to: "mary\u{1b}]0;x\u{7}@example.com".to_owned(),
            otp: None,
            link: None,
        };
        assert!(line(&message).unwrap().contains("mary\\u{1b}]0;x\\u{7}@example.com"));
    }

    #[test]
    fn steps_refusals_and_messages_have_a_line_and_other_events_do_not() {
        let step = Trace {
            transaction: Some(3),
            step_before: Some("start"),
            step_after: Some("enroll-profile"),
            edge: Some("select-enroll-profile"),
            ..Trace::default()
        };
        assert_eq!(
            shown(&exchange(200, step)).unwrap(),
            "00:00:00 #3 select-enroll-profile 200 start → enroll-profile"
        );
        let refused = Trace { refusal: Some("E2"), ..Trace::default() };
        assert_eq!(shown(&exchange(400, refused)).unwrap(), "00:00:00 POST /idp/idx/enroll 400 E2");
        assert_eq!(shown(&exchange(200, Trace::default())), None);
        let poll = Trace { transaction: Some(3), edge: Some("poll"), ..Trace::default() };
        assert_eq!(shown(&exchange(200, poll)), None);
        let message = Event::Message {
            org: "default".to_owned(),
            at: Default::default(),
            channel: Channel::Email,
            to: "mary@example.com".to_owned(),
            otp: Some("012345".to_owned()),
            link: None,
        };
        assert_eq!(shown(&message).unwrap(), "00:00:00 email to mary@example.com: 012345");
    }
}
