//! Mutations that keep the format of a document or a script. Half of all mutations are the fuzzer's own.

use libfuzzer_sys::fuzzer_mutate;
use rand::seq::{IndexedMutRandom as _, IndexedRandom as _};
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

/// Mutates the first `size` bytes. Returns the new size, which is at most `max_size`.
pub fn bytes(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    shaped: impl FnOnce(&str, &mut ChaCha8Rng) -> Option<String>,
) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(seed.into());
    if rng.random_bool(0.5)
        && let Ok(text) = std::str::from_utf8(&data[..size])
        && let Some(mutated) = shaped(text, &mut rng)
        && mutated.len() <= max_size
    {
        data[..mutated.len()].copy_from_slice(mutated.as_bytes());
        return mutated.len();
    }
    fuzzer_mutate(data, size, max_size)
}

/// Changes one value of a JSON document.
pub fn json(text: &str, rng: &mut impl Rng) -> Option<String> {
    let mut document = serde_json::from_str(text).ok()?;
    value(&mut document, rng);
    Some(document.to_string())
}

/// Changes one value of a JSON document that follows a first line.
pub fn json_below_a_line(text: &str, rng: &mut impl Rng) -> Option<String> {
    let (line, document) = text.split_once('\n')?;
    Some(format!("{line}\n{}", json(document, rng)?))
}

/// Changes one value of a TOML document and drops its comments.
pub fn toml(text: &str, rng: &mut impl Rng) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let mut document = serde_json::to_value(table).ok()?;
    value(&mut document, rng);
    toml::to_string(&document).ok()
}

/// Removes, repeats, moves or changes one line of a [`crate::script`].
pub fn conversation(text: &str, rng: &mut impl Rng) -> Option<String> {
    let (document, calls) = text.split_once("\n\n")?;
    let mut lines: Vec<String> = calls.lines().map(str::to_owned).collect();
    let line = lines.choose(rng)?.clone();
    let last = lines.len() - 1;
    let index = rng.random_range(0..=last);
    match rng.random_range(0..4) {
        0 => drop(lines.remove(index)),
        1 => lines.insert(index, line),
        2 => lines.swap(index, rng.random_range(0..=last)),
        _ => {
            let changed = lines.choose_mut(rng)?;
            let (verb, body) = changed.split_once(' ')?;
            *changed = format!("{verb} {}", json(body, rng)?);
        }
    }
    Some(format!("{document}\n\n{}\n", lines.join("\n")))
}

fn value(document: &mut Value, rng: &mut impl Rng) {
    let donor = any(document, rng).clone();
    let name = names(document).choose(rng).cloned();
    let chosen = any(document, rng);
    match (chosen, rng.random_range(0..3)) {
        (Value::Object(members), 0) => {
            if let Some(name) = members.keys().nth(random_index(members.len(), rng)).cloned() {
                members.remove(&name);
            }
        }
        (Value::Object(members), 1) => drop(name.map(|name| members.insert(name, donor))),
        (Value::Array(items), 0) if !items.is_empty() => {
            items.swap_remove(random_index(items.len(), rng));
        }
        (Value::Array(items), 1) => items.push(donor),
        (Value::Bool(flag), 0 | 1) => *flag = !*flag,
        (Value::Number(number), 0) => {
            let near = number.as_i64().unwrap_or_default().saturating_add(rng.random_range(-2..=2));
            *number = near.into();
        }
        (Value::String(text), 0) => drop(text.pop()),
        (Value::String(text), 1) => text.push(rng.random_range(' '..='~')),
        (chosen, 2) => *chosen = donor,
        (chosen, _) => *chosen = plain(rng),
    }
}

fn plain(rng: &mut impl Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-7),
        json!(0.5),
        json!(4_294_967_296_u64),
        json!(""),
        json!("x"),
        json!("é😀"),
        json!([]),
        json!({}),
    ];
    values.choose(rng).cloned().unwrap_or_default()
}

fn any<'v>(document: &'v mut Value, rng: &mut impl Rng) -> &'v mut Value {
    let mut number = random_index(count(document), rng);
    nth(document, &mut number).expect("the number is below the count")
}

fn random_index(length: usize, rng: &mut impl Rng) -> usize {
    rng.random_range(0..length.max(1))
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let items = value.as_array().into_iter().flatten();
    items.chain(value.as_object().into_iter().flat_map(|members| members.values()))
}

fn count(value: &Value) -> usize {
    1 + children(value).map(count).sum::<usize>()
}

fn names(value: &Value) -> Vec<String> {
    let own = value.as_object().into_iter().flat_map(|members| members.keys().cloned());
    own.chain(children(value).flat_map(names)).collect()
}

/// The value with this number in document order; the document itself has number 0.
fn nth<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, number)),
        Value::Object(members) => members.values_mut().find_map(|member| nth(member, number)),
        _ => None,
    }
}
