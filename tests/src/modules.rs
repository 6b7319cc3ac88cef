//! The `use` graph of a crate: which file uses which, from the paths in its source.
//!
//! A path leads to the file that defines the name, so a re-export in `mod.rs` leads to the child. `mod` and `pub use` alone are not a use.

use std::collections::{BTreeMap, BTreeSet};

/// The source of each module, by its path in the crate: `["faults", "rules"]`. The crate root is the empty path.
pub type Sources = BTreeMap<Vec<String>, String>;

/// Each module with the modules it uses.
pub type Uses = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// The module path of a source file, relative to the crate's `src` folder.
pub fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main") {
        return Vec::new();
    }
    path.split('/').map(str::to_owned).collect()
}

/// The modules that each module uses, itself left out.
pub fn uses(sources: &Sources) -> Uses {
    let modules: BTreeMap<&Vec<String>, Module> =
        sources.iter().map(|(path, text)| (path, Module::parse(text))).collect();
    let graph = Graph { modules };
    sources.keys().map(|path| (path.clone(), graph.uses_of(path))).collect()
}

/// Every circular dependency: groups of modules that use each other, directly or through others of the group.
pub fn circles(uses: &Uses) -> Vec<Vec<Vec<String>>> {
    let reachable: BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> =
        uses.keys().map(|module| (module, reachable_from(module, uses))).collect();
    let mut found = BTreeSet::new();
    for (module, reached) in &reachable {
        let group: Vec<Vec<String>> = reached
            .iter()
            .filter(|other| reachable.get(*other).is_some_and(|back| back.contains(module)))
            .map(|other| (*other).clone())
            .collect();
        if !group.is_empty() {
            found.insert(group);
        }
    }
    found.into_iter().collect()
}

fn reachable_from<'a>(start: &Vec<String>, uses: &'a Uses) -> BTreeSet<&'a Vec<String>> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Vec<String>> = uses[start].iter().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module) {
            open.extend(&uses[module]);
        }
    }
    reached
}

/// One source file, without comments, strings and unit tests.
#[derive(Debug, Default)]
struct Module {
    /// `(name, path)` of every `use`, a glob by the name `*`.
    imports: Vec<(String, Vec<String>)>,
    /// The same of every `pub use`.
    exports: Vec<(String, Vec<String>)>,
    /// Every path in the code: `["crate", "faults", "Rule"]`, and single names.
    paths: BTreeSet<Vec<String>>,
}

impl Module {
    fn parse(text: &str) -> Self {
        let tokens = tokens(text);
        let mut module = Self::default();
        let mut at = 0;
        let mut is_public = false;
        while at < tokens.len() {
            match tokens[at].as_str() {
                "use" => {
                    let mut found = Vec::new();
                    at = use_tree(&tokens, at + 1, &[], &mut found);
                    if is_public { &mut module.exports } else { &mut module.imports }.extend(found);
                }
                "mod" => at += 2,
                _ if is_name(&tokens[at]) => {
                    let mut path = vec![tokens[at].clone()];
                    at += 1;
                    while tokens.get(at).is_some_and(|token| token == "::")
                        && tokens.get(at + 1).is_some_and(|token| is_name(token))
                    {
                        path.push(tokens[at + 1].clone());
                        at += 2;
                    }
                    is_public = path == ["pub"] || (is_public && path == ["crate"]);
                    // `crate` alone is the one of `pub(crate)`.
                    if path.len() > 1 || !matches!(path[0].as_str(), "crate" | "super" | "self") {
                        module.paths.insert(path);
                    }
                }
                token => {
                    is_public &= matches!(token, "(" | ")");
                    at += 1;
                }
            }
        }
        module
    }
}

/// Reads one tree of a `use` from `at`, and returns where it ends.
fn use_tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<(String, Vec<String>)>,
) -> usize {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = use_tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at + 1;
            }
            "*" => {
                found.push(("*".to_owned(), path));
                return at + 1;
            }
            "::" => at += 1,
            "self" if !path.is_empty() => at += 1,
            name if is_name(name) && name != "as" => {
                path.push(name.to_owned());
                at += 1;
            }
            _ => break,
        }
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens.get(at).is_some_and(|token| token == "as") {
        name = tokens.get(at + 1).cloned().unwrap_or_default();
        at += 2;
    }
    found.push((name, path));
    at
}

#[derive(Debug)]
struct Graph<'a> {
    modules: BTreeMap<&'a Vec<String>, Module>,
}

impl Graph<'_> {
    fn uses_of(&self, path: &Vec<String>) -> BTreeSet<Vec<String>> {
        let module = &self.modules[path];
        let mut used = BTreeSet::new();
        for (_, target) in &module.imports {
            used.extend(self.file_of(path, target, 0));
        }
        for named in &module.paths {
            used.extend(self.file_of(path, named, 0));
        }
        used.remove(path);
        used
    }

    /// The module that defines what a path names, as seen from the module `from`.
    fn file_of(&self, from: &Vec<String>, path: &[String], depth: usize) -> Option<Vec<String>> {
        if depth > 8 {
            return None;
        }
        let (start, rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|segment| *segment == "super").count();
                (from[..from.len().saturating_sub(up)].to_vec(), &path[up..])
            }
            first => {
                let module = &self.modules[from];
                let known = module.imports.iter().chain(&module.exports);
                if let Some((_, target)) = known.into_iter().find(|(name, _)| name == first) {
                    if target.first().map(String::as_str) == Some(first) {
                        (from.clone(), path)
                    } else {
                        let whole: Vec<String> = target.iter().chain(&path[1..]).cloned().collect();
                        return self.file_of(from, &whole, depth + 1);
                    }
                } else {
                    (from.clone(), path)
                }
            }
        };
        let is_relative = !matches!(path[0].as_str(), "crate" | "self" | "super");
        let mut module = start;
        for (index, segment) in rest.iter().enumerate() {
            let child: Vec<String> = module.iter().cloned().chain([segment.clone()]).collect();
            if self.modules.contains_key(&child) {
                module = child;
                continue;
            }
            if is_relative && index == 0 {
                // A name of this file, or of another crate.
                return None;
            }
            return Some(self.exported(&module, segment, depth).unwrap_or(module));
        }
        Some(module)
    }

    /// The module that a re-export of `name` leads to.
    fn exported(&self, module: &Vec<String>, name: &str, depth: usize) -> Option<Vec<String>> {
        let exports = &self.modules.get(module)?.exports;
        let (_, target) = exports
            .iter()
            .find(|(exported, _)| exported == name)
            .or_else(|| exports.iter().find(|(exported, _)| exported == "*"))?;
        self.file_of(module, target, depth + 1)
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|start: char| start.is_alphabetic() || start == '_')
}

/// Names and punctuation, without comments, literals and the unit tests at the end of the file.
fn tokens(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if start == '"' {
            string_length(rest)
        } else if let Some(raw) = raw_string_length(rest) {
            raw
        } else if is_name(&rest[..start.len_utf8()]) {
            let length =
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !start.is_whitespace() {
                tokens.push(start.to_string());
            }
            // A character literal, or the quote of a lifetime.
            let after = &rest[start.len_utf8()..];
            match (start, after.chars().next(), after.chars().nth(1)) {
                ('\'', Some(c), Some('\'')) if c != '\\' => 2 + c.len_utf8(),
                ('\'', Some('\\'), Some(escaped)) => 2 + escaped.len_utf8(),
                _ => start.len_utf8(),
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a string literal, quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// The length of `r#"…"#` at the beginning of the text.
fn raw_string_length(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?;
    let quote = hashes.find('"')?;
    if !hashes[..quote].bytes().all(|byte| byte == b'#') {
        return None;
    }
    let end = format!("\"{}", &hashes[..quote]);
    let body = &hashes[quote + 1..];
    Some(2 + quote + body.find(&end).map_or(body.len(), |at| at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources =
            files.iter().map(|(file, text)| (module_of(file), (*text).to_owned())).collect();
        let names = |group: &Vec<Vec<String>>| group.iter().map(|path| path.join("::")).collect();
        circles(&uses(&sources)).iter().map(names).collect()
    }

    #[test]
    fn siblings_that_use_each_other_are_a_circle() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;"),
            ("a.rs", "use crate::{b::B, c::C};\npub struct A;"),
            ("b.rs", "pub struct B;\nfn f() { crate::A }"),
            (
                "c.rs",
                "//! crate::a\npub struct C;\nconst T: &str = \"crate::a::A\";\n#[cfg(test)]\nmod tests { use crate::a::A; }",
            ),
        ]);
        assert_eq!(found, [["a", "b"]]);
    }

    #[test]
    fn re_export_alone_is_not_a_circle() {
        let child = ("f/rules.rs", "use crate::f::Document;\nuse super::act;");
        let files = |parent| {
            circles_of(&[
                ("lib.rs", "mod f;"),
                ("f/mod.rs", parent),
                child,
                ("f/act.rs", ""),
                ("f/document.rs", "pub struct Document;"),
            ])
        };
        let parent = "mod act;\nmod document;\nmod rules;\npub use document::Document;\npub(crate) use rules::{Rule, apply as applied};";
        assert!(files(parent).is_empty());
        let uses_child = format!("{parent}\npub struct Own;\nfn f() {{ applied() }}");
        assert!(files(&uses_child).is_empty());
        let child_uses_own = format!("{uses_child}\n");
        assert!(files(&child_uses_own).is_empty());
    }

    #[test]
    fn child_and_parent_that_use_each_other_are_a_circle() {
        let found = circles_of(&[
            ("lib.rs", "mod f;"),
            ("f/mod.rs", "mod rules;\nuse rules::Rule;\npub struct Own;"),
            ("f/rules.rs", "use super::Own;"),
        ]);
        assert_eq!(found, [["f", "f::rules"]]);
    }

    #[test]
    fn module_alias_leads_to_the_files_behind_it() {
        let found = circles_of(&[
            ("lib.rs", "mod a;\nmod f;"),
            ("a.rs", "use crate::f;\npub fn go() { f::run() }"),
            ("f/mod.rs", "mod rules;\npub use rules::run;"),
            ("f/rules.rs", "pub fn run() { crate::a::go() }"),
        ]);
        assert_eq!(found, [["a", "f::rules"]]);
    }
}
