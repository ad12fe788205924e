//! Holds that the files of a folder import each other in one direction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::architecture::tokens;

/// A module by its names from the root of the crate: `["run", "look"]`.
type Module = Vec<String>;

/// A path in the source, as written: `crate::domain::Period`, `super::entry`.
type Written = Vec<String>;

/// What a file imports or names.
#[derive(Default)]
struct Source {
    paths: Vec<Written>,
    /// Imported names, with what they stand for.
    names: BTreeMap<String, Written>,
}

/// The modules of a crate, each with what its file imports.
struct Sources(BTreeMap<Module, Source>);

impl Sources {
    fn of_folder(root: &Path) -> Sources {
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            if path.extension().is_some_and(|ext| ext == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
        Sources::new(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sources {
        let mut texts: BTreeMap<Module, &str> = BTreeMap::new();
        for (name, text) in files {
            let mut module: Module = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            if !["lib", "main"].contains(&module[0].as_str()) {
                texts.insert(module, text);
            }
        }
        let modules: BTreeSet<Module> = texts.keys().cloned().collect();
        let read = |(module, text): (Module, &str)| (module.clone(), Source::read(&modules, &module, text));
        Sources(texts.into_iter().map(read).collect())
    }

    /// The module in whose file something is defined; None: in no file of the crate.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<Module> {
        let mut at: Module = from.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|word| word == "super") {
                    at.pop()?;
                    rest = &rest[1..];
                }
            }
            name if !self.0.contains_key(&child(&at, name)) => {
                let named = self.0.get(&at)?.names.get(name)?;
                return (depth < 12 && named != path).then(|| self.resolve(&at, named, depth + 1))?;
            }
            _ => {}
        }
        for name in rest {
            let inner = child(&at, name);
            if self.0.contains_key(&inner) {
                at = inner;
                continue;
            }
            let named = self.0.get(&at).and_then(|source| source.names.get(name));
            return match named.filter(|named| depth < 12 && named.as_slice() != path) {
                Some(named) => self.resolve(&at, named, depth + 1),
                None => Some(at),
            };
        }
        Some(at)
    }

    /// Circles among the children of a module and its own file, each as its sorted members.
    fn circles(&self, folder: &[String]) -> Vec<Vec<String>> {
        let member = |module: &[String]| match module.strip_prefix(folder)? {
            [] => Some("mod".to_owned()),
            [first, ..] => Some(first.clone()),
        };
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, source) in self.0.iter().filter(|(module, _)| !is_of_tests(module)) {
            let Some(own) = member(module) else { continue };
            let found = source.paths.iter().filter_map(|path| self.resolve(module, path, 0));
            for target in found.filter(|target| !target.is_empty() && !is_of_tests(target)) {
                let other = member(&target).filter(|other| *other != own);
                uses.entry(own.clone()).or_default().extend(other);
            }
        }
        let reached: BTreeMap<&String, BTreeSet<&String>> =
            uses.keys().map(|from| (from, reach(&uses, from))).collect();
        let mut circles = BTreeSet::new();
        for (from, to) in &reached {
            let back = |other: &&&String| reached.get(**other).is_some_and(|reached| reached.contains(*from));
            let circle: Vec<String> = to.iter().filter(back).map(|other| (*other).clone()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }
}

/// Everything that is used by something, directly or not; itself only where it is in a circle.
fn reach<'u>(uses: &'u BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<&'u String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = uses.get(from).into_iter().flatten().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(uses.get(next).into_iter().flatten());
        }
    }
    reached
}

fn child(module: &[String], name: &str) -> Module {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn is_of_tests(module: &[String]) -> bool {
    let of_tests = |name: &String| name.starts_with("tests") || ["testing", "fixture"].contains(&name.as_str());
    module.iter().any(of_tests)
}

/// What stands before the tests of a file.
const TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

impl Source {
    fn read(modules: &BTreeSet<Module>, own: &[String], text: &str) -> Source {
        let mut tokens = tokens(text);
        let of_tests = (0..tokens.len()).find(|&at| {
            tokens[at..].iter().take(TESTS.len()).eq(TESTS) && {
                let mut behind = tokens[at + TESTS.len()..].iter().take(7);
                let opens = |token: &&String| ["{", ";"].contains(&token.as_str());
                behind.any(|token| token == "mod") && behind.find(opens).is_some_and(|token| token == "{")
            }
        });
        tokens.truncate(of_tests.unwrap_or(tokens.len()));
        let inner = inner(&tokens);
        let mut source = Source::default();
        let mut at = 0;
        while at < tokens.len() {
            let (token, next) = (tokens[at].as_str(), tokens.get(at + 1).map(String::as_str));
            let before = at.checked_sub(1).map_or("", |before| tokens[before].as_str());
            let is_head = next == Some("::") && !["::", "in"].contains(&before);
            let is_path = ["crate", "self", "super"].contains(&token) || modules.contains(&child(own, token));
            if token == "use" {
                let depth = inner[at];
                at = tree(&tokens, at + 1, &[], &mut |path, name| {
                    let path = outside(path, depth);
                    source.names.extend(name.map(|name| (name, path.clone())));
                    source.paths.push(path);
                });
            } else if is_head && is_path {
                let depth = inner[at];
                let mut found = |path, _| source.paths.push(outside(path, depth));
                at = tree(&tokens, at, &[], &mut found).max(at + 1);
            } else {
                at += 1;
            }
        }
        source
    }
}

/// For each token, in how many modules within the file it stands.
fn inner(tokens: &[String]) -> Vec<usize> {
    let (mut depth, mut open) = (0, Vec::new());
    let each = tokens.iter().enumerate().map(|(at, token)| {
        match token.as_str() {
            "{" => {
                if at > 1 && tokens[at - 2] == "mod" {
                    open.push(depth);
                }
                depth += 1;
            }
            "}" => {
                depth -= 1;
                open.retain(|&before| before < depth);
            }
            _ => {}
        }
        open.len()
    });
    each.collect()
}

/// A path in a module within a file, as the file itself would write it.
fn outside(path: Written, depth: usize) -> Written {
    let ups = path.iter().take(depth).take_while(|word| *word == "super").count();
    if ups == 0 || path.get(ups).is_some_and(|word| word == "super") {
        return path[ups..].to_vec();
    }
    ["self".to_owned()]
        .into_iter()
        .chain(path[ups..].iter().cloned())
        .collect()
}

/// Reads a tree of paths, `a::{b, c as d}`, and gives each with the name under which it is imported. Returns where it ends.
fn tree(tokens: &[String], mut at: usize, before: &[String], found: &mut dyn FnMut(Written, Option<String>)) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at + 1;
            }
            "*" => {
                found(path, None);
                return at + 1;
            }
            word if word.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                let is_self = word == "self" && !path.is_empty();
                if !is_self {
                    path.push(word.to_owned());
                }
                at += 1;
                if tokens.get(at).is_some_and(|token| token == "::") {
                    at += 1;
                    continue;
                }
                let mut name = path.last().cloned();
                if tokens.get(at).is_some_and(|token| token == "as") {
                    name = tokens.get(at + 1).cloned();
                    at += 2;
                }
                found(path, name);
                return at;
            }
            _ => {
                found(path, None);
                return at.max(1);
            }
        }
    }
    at
}

#[test]
fn files_of_a_folder_import_each_other_in_one_direction() {
    let sources = Sources::of_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.0.len() > 200, "only {} files were read", sources.0.len());
    let mut found = Vec::new();
    for folder in sources.0.keys().filter(|folder| folder[0] != "sample") {
        let circles = sources.circles(folder).into_iter();
        found.extend(circles.map(|circle| (folder.join("/"), circle.join(" "))));
    }
    assert!(
        found.is_empty(),
        "files that import each other in a circle (`mod` is the folder's own file): {found:#?}"
    );
}

#[test]
fn a_circle_is_seen_however_it_is_written() {
    let circles = |files: &[(&str, &str)]| Sources::new(files.iter().copied()).circles(&["a".to_owned()]);
    let circle = |members: &[&str]| vec![members.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()];
    for (one, other) in [
        ("use super::c::C;", "use super::b::B;"),
        ("use crate::a::c;", "fn f() -> super::b::B {}"),
        ("use super::{c::{self, C as E}};", "use super::B;"),
        ("use super::c::*;", "use crate::a::{B};"),
    ] {
        let files = [
            ("a/mod.rs", "mod b; mod c; pub use b::B;"),
            ("a/b.rs", one),
            ("a/c.rs", other),
        ];
        assert_eq!(circles(&files), circle(&["b", "c"]), "{one} {other}");
    }
    let own = [
        ("a.rs", "mod b; use b::B; pub struct A;"),
        ("a/b.rs", "use super::A; pub struct B;"),
    ];
    assert_eq!(circles(&own), circle(&["b", "mod"]));
    for (one, other) in [
        ("use super::c::C;", "use crate::domain::B;"),
        ("use super::c::C;", "pub struct C; mod d { use super::C; }"),
        ("use super::c::C;", "pub(in crate::a) fn f() {} // use super::b::B;"),
        ("use super::c::C;", "#[cfg(test)] mod tests { use super::super::b::B; }"),
    ] {
        let files = [
            ("a/mod.rs", "mod b; mod c; pub use b::B;"),
            ("a/b.rs", one),
            ("a/c.rs", other),
        ];
        assert!(circles(&files).is_empty(), "{one} {other}");
    }
}
