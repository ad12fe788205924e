//! Holds the directions of `ARCHITECTURE.md`: who may use whom, and where arrow, polars and `unsafe` may stand.

use std::collections::BTreeSet;
use std::path::Path;

/// What each room may use, beside itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("tables", &["domain"]),
    ("pipeline", &["domain", "tables"]),
    ("registry", &["domain", "pipeline"]),
    ("lake", &["domain", "tables", "pipeline", "registry"]),
    ("intake", STAGE),
    ("normalize", STAGE),
    ("check", STAGE),
    ("rollup", STAGE),
    ("statistics", STAGE),
    ("release", STAGE),
    ("remote", &["domain", "lake", "release"]),
    ("report", STAGE),
    ("returns", STAGE),
    ("sample", STAGE),
    (
        "partition",
        &[
            "domain",
            "tables",
            "pipeline",
            "registry",
            "lake",
            "intake",
            "normalize",
            "check",
            "rollup",
        ],
    ),
    (
        "run",
        &[
            "domain",
            "tables",
            "pipeline",
            "registry",
            "lake",
            "intake",
            "normalize",
            "check",
            "rollup",
            "statistics",
            "release",
            "remote",
            "report",
            "returns",
            "partition",
        ],
    ),
    ("verify", &["domain", "lake", "pipeline", "release", "report", "run"]),
    (
        "cli",
        &[
            "domain", "pipeline", "registry", "lake", "release", "remote", "report", "run", "verify", "sample",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];
const STAGE: &[&str] = &["domain", "tables", "pipeline", "registry", "lake"];

/// Crates that stand in few rooms (or files), and which.
const PLACED: &[(&str, &[&str])] = &[
    ("arrow", &["normalize", "lake"]),
    ("parquet", &["normalize", "lake"]),
    (
        "polars",
        &["check", "rollup", "lake/bridge.rs", "lake/sql.rs", "lake/sql/tests.rs"],
    ),
    ("polars_arrow", &["lake/bridge.rs"]),
    ("calamine", &["intake"]),
    ("object_store", &["remote"]),
    ("tokio", &["remote"]),
    ("ring", &["release"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("annotate_snippets", &["cli", "pipeline"]),
];

/// Every breach in one file; `path` is relative to `src`.
fn breaches(path: &str, source: &str) -> Vec<String> {
    let room = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let tokens = tokens(source);
    let mut found = BTreeSet::new();
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{path}: no room is called {room}; add it to ARCHITECTURE.md and to this test"
        )];
    };
    for used in rooms_used(&tokens, path) {
        let known = ALLOWED.iter().any(|(name, _)| *name == used);
        if known && used != room && !allowed.contains(&used.as_str()) {
            found.insert(format!("{path}: {room} must not use {used}"));
        }
    }
    for (name, places) in PLACED {
        let here = places.iter().any(|place| *place == room || *place == path);
        if !here && uses_crate(&tokens, name) {
            found.insert(format!("{path}: the crate {name} stands only in {}", places.join(", ")));
        }
    }
    if path != "lake/bridge.rs" && tokens.iter().any(|token| token == "unsafe") {
        found.insert(format!("{path}: unsafe stands only in lake/bridge.rs"));
    }
    found.into_iter().collect()
}

/// Words and punctuation of Rust source; comments and the content of texts are left out.
pub fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_text_hashes(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            rest[open..]
                .find(&close)
                .map_or(rest.len(), |end| open + end + close.len())
        } else if first == '"' {
            text_length(rest)
        } else if first == '\'' {
            character_length(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// `r"…"`, `r#"…"#`: how many hashes.
fn raw_text_hashes(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// A character literal whole; a lifetime only its quote.
fn character_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => chars.find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Rooms named by `crate::…`, `huizong::…` or enough `super::…`, in `use` lines and elsewhere.
fn rooms_used(tokens: &[String], path: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for at in 0..tokens.len() {
        if at > 0 && (tokens[at - 1] == "::" || tokens[at - 1] == "(") {
            continue;
        }
        if tokens[at] == "crate" || tokens[at] == "huizong" {
            named_after(&tokens[at + 1..], &mut rooms);
        } else if tokens[at] == "super" {
            let ups = 1 + tokens[at + 1..]
                .chunks(2)
                .take_while(|pair| *pair == ["::", "super"])
                .count();
            if ups >= depth(path) {
                named_after(&tokens[at + 2 * ups - 1..], &mut rooms);
            }
        }
    }
    rooms
}

/// How many `super` lead from this file to the crate's root.
fn depth(path: &str) -> usize {
    let steps = path.split('/').count();
    if path.ends_with("mod.rs") { steps - 1 } else { steps }
}

/// The first segment after `::`, or each first segment of `::{a::…, b}`.
fn named_after(tokens: &[String], rooms: &mut BTreeSet<String>) {
    if tokens.first().is_none_or(|token| token != "::") {
        return;
    }
    if tokens.get(1).is_some_and(|token| token != "{") {
        rooms.insert(tokens[1].clone());
        return;
    }
    let mut level = 0;
    for at in 1..tokens.len() {
        match tokens[at].as_str() {
            "{" => level += 1,
            "}" => level -= 1,
            word if level == 1 && ["{", ","].contains(&tokens[at - 1].as_str()) => {
                rooms.insert(word.to_owned());
            }
            _ => {}
        }
        if level == 0 {
            return;
        }
    }
}

/// `name::…` at the head of a path, or `use name;`.
fn uses_crate(tokens: &[String], name: &str) -> bool {
    (0..tokens.len()).any(|at| {
        let inner = at > 1 && tokens[at - 1] == "::" && tokens[at - 2] != "use" && is_word(&tokens[at - 2]);
        let followed = tokens.get(at + 1).is_some_and(|token| token == "::");
        let imported = at > 0 && tokens[at - 1] == "use";
        tokens[at] == name && !inner && (followed || imported)
    })
}

fn is_word(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[test]
fn rooms_use_each_other_only_as_the_architecture_says() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut files = 0;
    for entry in walkdir::WalkDir::new(&source).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|ext| ext == "rs") {
            let path = entry
                .path()
                .strip_prefix(&source)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            found.extend(breaches(&path, &std::fs::read_to_string(entry.path()).unwrap()));
            files += 1;
        }
    }
    assert!(files > 20, "only {files} files were read");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_page_names_every_room() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (room, _) in ALLOWED.iter().filter(|(room, _)| *room != "lib") {
        let names = [format!("`{room}/`"), format!("`{room}.rs`")];
        assert!(
            names.iter().any(|name| page.contains(name)),
            "ARCHITECTURE.md does not name {room}"
        );
    }
}

#[test]
fn a_breach_is_seen_however_it_is_written() {
    for (path, source) in [
        ("intake/mod.rs", "use crate::normalize::Normalized;"),
        ("intake/csv.rs", "use crate::{domain::Lang, rollup::{Cube, cube}};"),
        ("intake/csv.rs", "fn f() -> crate::report::Summary { todo!() }"),
        ("intake/csv.rs", "use super::super::check;"),
        ("intake/mod.rs", "use super::check::Rule;"),
        ("intake/mod.rs", "use super::{domain::Lang, check::Rule};"),
        ("domain/cells.rs", "use crate::pipeline::Pipeline;"),
        ("pipeline/model.rs", "fn f(_: Vec<crate::lake::Lock>) {}"),
        ("report/text.rs", "use polars::prelude::*;"),
        ("coverage/mod.rs", "use polars::prelude::*;"),
        ("domain/text.rs", "#[derive(clap::ValueEnum)] enum A {}"),
        ("check/mod.rs", "use ::arrow::array::Int64Array;"),
        ("run.rs", "fn f(_: &parquet::file::Reader) {}"),
        ("rollup/mod.rs", "pub use polars_arrow;"),
        ("check/rules.rs", "fn f() { unsafe { g() } }"),
        ("cli/run.rs", "use crate::rollup::Cube;"),
        ("extras/mod.rs", ""),
    ] {
        assert!(!breaches(path, source).is_empty(), "not seen in {path}: {source}");
    }
}

#[test]
fn what_is_allowed_is_let_through() {
    for (path, source) in [
        (
            "intake/mod.rs",
            "use crate::domain::Finding; // not crate::check\n/* crate::report */",
        ),
        (
            "intake/csv.rs",
            "use super::RawTable; use crate::{domain::{Lang, Text}, pipeline::Form};",
        ),
        (
            "intake/csv.rs",
            r##"const A: &str = "crate::check"; const B: &str = r#"unsafe " polars::x"#;"##,
        ),
        (
            "intake/csv.rs",
            r#"fn f<'a>(x: &'a str) -> char { '"' } // crate::check"#,
        ),
        (
            "lake/bridge.rs",
            "use arrow::ffi; use polars::prelude::*; fn f() { unsafe { g() } }",
        ),
        (
            "rollup/mod.rs",
            "use polars::prelude::arrow::x; use crate::lake::bridge;",
        ),
        (
            "cli/log.rs",
            "pub(crate) fn f() {} #[derive(clap::ValueEnum)] enum A {}",
        ),
        ("run.rs", "use crate::{intake, normalize, report::summarise};"),
    ] {
        assert_eq!(breaches(path, source), Vec::<String>::new(), "{source}");
    }
}
