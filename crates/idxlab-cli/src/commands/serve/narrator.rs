//! Tells on a terminal what happens: one line for each step of a sign-up, and each code as it is sent.

use std::io::Write as _;
use std::sync::mpsc::Receiver;

use anstyle::{AnsiColor, Style};
use idx_server::Event;

const SOFT: Style = AnsiColor::BrightBlack.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const STRONG: Style = Style::new().bold();

/// Prints until the server is gone, or nobody reads any more.
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

/// A line, unless the event is no step of anybody's sign-up and nothing went wrong.
fn line(event: &Event) -> Option<String> {
    match event {
        Event::Exchange { at, method, path, status, trace, .. } => {
            let refusal =
                trace.refusal.map(|row| format!(" {BAD}{row}{BAD:#}")).unwrap_or_default();
            // Who looks at a page again, or waits for the link, has taken no step.
            if *status < 400 && matches!(trace.edge, None | Some("poll")) {
                return None;
            }
            let who = trace.transaction.map(|number| format!("#{number} ")).unwrap_or_default();
            let what = trace.edge.map_or_else(|| format!("{method} {path}"), str::to_owned);
            let color = if *status < 400 { GOOD } else { BAD };
            let way = match (trace.step_before, trace.step_after) {
                (Some(before), Some(after)) if before != after => {
                    format!(" {SOFT}{before} →{SOFT:#} {after}")
                }
                (_, Some(stays)) => format!(" {SOFT}{stays}{SOFT:#}"),
                _ => String::new(),
            };
            Some(format!(
                "{SOFT}{}{SOFT:#} {who}{what} {color}{status}{color:#}{refusal}{way}",
                at.strftime("%H:%M:%S")
            ))
        }
        Event::Message { at, channel, to, otp, link, .. } => {
            let code =
                otp.as_ref().map(|otp| format!(" {STRONG}{otp}{STRONG:#}")).unwrap_or_default();
            let link =
                link.as_ref().map(|link| format!(" {SOFT}{link}{SOFT:#}")).unwrap_or_default();
            Some(format!(
                "{SOFT}{}{SOFT:#} {} to {to}:{code}{link}",
                at.strftime("%H:%M:%S"),
                channel.name()
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
    fn steps_refusals_and_codes_are_told_and_the_rest_is_not() {
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
