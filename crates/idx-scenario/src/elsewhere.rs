//! Mistakes that no file shows by itself: an id that two files hold, an org that whoever knows orgs refuses.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Source};

/// An id that `other` holds already.
pub(super) fn same_id(source: &Source, other: &str) -> Mistake {
    let document = DeTable::parse(&source.text).ok();
    let id = document.as_ref().and_then(|document| document.get_ref().get("id"));
    Mistake::new(
        source,
        &id.map_or(0..0, toml::Spanned::span),
        format!("{other} holds this requirement already"),
        "give this scenario an id of its own".into(),
    )
}

/// An org that was refused, at the key that the refusal speaks of.
pub(super) fn wrong_org(source: &Source, refusal: &str) -> Mistake {
    let document = DeTable::parse(&source.text).ok();
    let org = document.as_ref().and_then(|document| document.get_ref().get("org"));
    let span = org.map_or(0..0, |org| {
        let mut places = Vec::new();
        gather("", org.get_ref(), &mut places);
        let meant = places.into_iter().filter(|place| place.is_meant_by(refusal));
        // The longest path says most.
        let place = meant.max_by_key(|place| place.path.len());
        place.map_or_else(|| org.span(), |place| place.span(refusal))
    });
    Mistake::new(source, &span, "the org is wrong".into(), refusal.to_owned())
}

/// A key of an org document.
struct Place {
    /// `appSignOn.factorMode`.
    path: String,
    key: Range<usize>,
    /// The text that stands there, if it is one.
    text: Option<String>,
    value: Range<usize>,
}

impl Place {
    fn is_meant_by(&self, refusal: &str) -> bool {
        let name = self.path.rsplit('.').next().unwrap_or_default();
        (self.path.contains('.') && refusal.contains(&self.path))
            || is_quoted(name, refusal)
            || self.is_wrong_value(refusal)
    }

    fn is_wrong_value(&self, refusal: &str) -> bool {
        self.text.as_deref().is_some_and(|text| is_quoted(text, refusal))
    }

    fn span(&self, refusal: &str) -> Range<usize> {
        if self.is_wrong_value(refusal) { self.value.clone() } else { self.key.clone() }
    }
}

fn is_quoted(word: &str, refusal: &str) -> bool {
    refusal.contains(&format!("`{word}`")) || refusal.contains(&format!("\"{word}\""))
}

fn gather(above: &str, value: &DeValue<'_>, places: &mut Vec<Place>) {
    match value {
        DeValue::Table(entries) => {
            for (key, item) in entries {
                let path = match above {
                    "" => key.get_ref().to_string(),
                    above => format!("{above}.{}", key.get_ref()),
                };
                gather(&path, item.get_ref(), places);
                let text = item.get_ref().as_str().map(ToOwned::to_owned);
                places.push(Place { path, key: key.span(), text, value: item.span() });
            }
        }
        DeValue::Array(items) => {
            items.iter().for_each(|item| gather(above, item.get_ref(), places));
        }
        _ => {}
    }
}
