//! Replaces the templates of a step with values.

use serde_json::{Map, Value};

use idx_scenario::Action;
use idx_scenario::model::{InboxStep, RawBody, RawRequest};
use idx_scenario::template::{self, Unknown, Variables};

/// The action, with values in place of its templates.
pub(super) fn filled_in(action: &Action, variables: &Variables) -> Result<Action, Unknown> {
    let text = |text: &str| template::expand_text(text, variables);
    let members = |members: &Map<String, Value>| {
        members
            .iter()
            .map(|(name, value)| Ok((name.clone(), template::expand(value, variables)?)))
            .collect::<Result<Map<_, _>, Unknown>>()
    };
    Ok(match action {
        Action::Start { with } => Action::Start { with: members(with)? },
        Action::Answer { remediation, choose, with } => Action::Answer {
            remediation: text(remediation)?,
            choose: choose.as_deref().map(text).transpose()?,
            with: members(with)?,
        },
        Action::Redeem { with } => Action::Redeem { with: members(with)? },
        Action::Refresh { with } => Action::Refresh { with: members(with)? },
        Action::Set { values } => Action::Set { values: members(values)? },
        Action::Inbox(inbox) => Action::Inbox(InboxStep { to: text(&inbox.to)?, ..inbox.clone() }),
        Action::Clock { movement } => {
            Action::Clock { movement: template::expand(movement, variables)? }
        }
        Action::Faults { rules } => Action::Faults { rules: template::expand(rules, variables)? },
        Action::Request(request) => {
            let headers =
                request.headers.iter().map(|(name, value)| Ok((name.clone(), text(value)?)));
            let body = match &request.body {
                RawBody::Nothing => RawBody::Nothing,
                RawBody::Json(value) => RawBody::Json(template::expand(value, variables)?),
                RawBody::Form(form) => RawBody::Form(members(form)?),
                RawBody::Text(characters) => RawBody::Text(text(characters)?),
            };
            Action::Request(Box::new(RawRequest {
                method: request.method.clone(),
                target: text(&request.target)?,
                headers: headers.collect::<Result<_, Unknown>>()?,
                body,
            }))
        }
        Action::OpenLink { link } => Action::OpenLink { link: text(link)? },
        other => other.clone(),
    })
}
