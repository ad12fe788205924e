//! Every code of a fault in a definition can be explained, and none is explained that does not exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use huizong::domain::{Code, fault_codes};

use crate::support::{huizong, root, said};

/// Source of the rooms that make diagnostics, without tests.
fn sources() -> Vec<String> {
    let mut open: Vec<PathBuf> = ["pipeline", "registry"]
        .map(|room| root().join("src").join(room))
        .to_vec();
    let mut all = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".rs") && !name.starts_with("test") {
            let text = fs::read_to_string(&path).unwrap();
            all.push(text.split("#[cfg(test)]").next().unwrap().to_owned());
        }
    }
    all
}

/// Texts in quotes that look like a code: `unknown-key`.
fn codes_in(source: &str) -> BTreeSet<&str> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'8');
    let is_code = |text: &&str| text.contains('-') && text.split('-').all(is_word);
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(is_code)
        .collect()
}

#[test]
fn every_code_of_the_source_is_explained_and_every_explained_code_is_there() {
    let sources = sources();
    let found: BTreeSet<&str> = sources.iter().flat_map(|source| codes_in(source)).collect();
    let known = |code: &&&str| !fault_codes().contains_key(**code) && Code::named(code).is_none();
    let unknown: Vec<&&str> = found.iter().filter(known).collect();
    assert!(unknown.is_empty(), "given, and not explained: {unknown:?}");
    let written = |code: &str| sources.iter().any(|source| source.contains(&format!("\"{code}\"")));
    let idle: Vec<&String> = fault_codes().keys().filter(|code| !written(code)).collect();
    assert!(idle.is_empty(), "explained, and never given: {idle:?}");
}

/// `error[code]` and `warning[code]` of what the program printed.
fn printed(folder: &Path) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let Ok(text) = fs::read_to_string(entry.unwrap().path().join("expected.txt")) else {
            continue;
        };
        let heads = text
            .lines()
            .filter(|line| line.starts_with("error[") || line.starts_with("warning["));
        codes.extend(heads.filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned())));
    }
    codes
}

#[test]
fn explain_knows_what_check_prints_in_both_languages() {
    let codes = printed(&root().join("tests/definitions"));
    assert!(codes.len() > 20, "{codes:?}");
    for code in ["missing-key", "unknown-key", "no-root", "cell-twice"]
        .into_iter()
        .chain(codes.iter().map(String::as_str))
    {
        for (lang, words) in [("en", "How to fix it: "), ("zh", "如何改正：")] {
            let ended = huizong(["explain", code, "--lang", lang]);
            let said = said(&ended);
            assert!(ended.status.success() && said.contains(words), "{code}: {said}");
        }
    }
    let near = said(&huizong(["explain", "mising-key"]));
    assert!(near.contains("missing-key"), "{near}");
    // A code of data and of definitions is explained as both.
    let both = said(&huizong(["explain", "column-missing", "--lang", "en"]));
    assert!(
        both.contains("Severity") && both.contains("An error in a pipeline"),
        "{both}"
    );
}
