//! What a person reads: commands that can be copied, hints that help, and pages that say what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use huizong::cli::diagnostics;
use huizong::pipeline;

use crate::support::{community_services, copy_folder, huizong, root, said, shipped, table};

/// The command that a text names, beginning with `huizong explain CODE`.
fn explain_command(text: &str) -> &str {
    let mut lines = text.lines().map(str::trim);
    lines
        .find(|line| line.starts_with("huizong explain CODE"))
        .unwrap_or_else(|| panic!("no command explains a code in\n{text}"))
}

/// Runs a command line as a shell does, in a folder.
fn shell(folder: &Path, command: &str) -> (bool, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_huizong"));
    let path = std::env::var("PATH").unwrap_or_default();
    let ended = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", binary.parent().unwrap().display()))
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    (ended.status.success(), said(&ended))
}

/// Every code that stands as a word of its own in a text.
fn codes_in<'a>(text: &str, known: &'a BTreeSet<String>) -> Vec<&'a String> {
    let words: BTreeSet<&str> = text.split_whitespace().collect();
    known.iter().filter(|code| words.contains(code.as_str())).collect()
}

#[test]
fn every_code_that_is_printed_is_explained_by_the_command_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let name = "the county's pipeline";
    copy_folder(&community_services(), &folder.path().join(name));
    let output = shipped().output.to_str().unwrap();
    let status = format!("huizong status --counties --pipeline \"{name}\" --output '{output}'");
    let (ended, printed) = shell(folder.path(), &status);
    assert!(ended, "{printed}");
    let known: BTreeSet<String> = table(&shipped().output, "findings")
        .iter()
        .map(|row| row["code"].text().unwrap().to_owned())
        .collect();
    for text in [&shipped().printed, &printed] {
        let command = explain_command(text);
        let codes = codes_in(text, &known);
        assert!(codes.len() > 10, "{codes:?}");
        for code in codes {
            let (ended, said) = shell(folder.path(), &command.replace("CODE", code));
            assert!(ended && said.starts_with(&format!("{code}: ")), "{command}: {said}");
        }
    }
    assert_eq!(
        explain_command(&printed),
        r"huizong explain CODE --pipeline 'the county'\''s pipeline'"
    );
}

#[test]
fn a_code_of_no_pipeline_at_hand_is_no_slip_of_the_pen() {
    let nowhere = tempfile::tempdir().unwrap();
    let explain = |code: &str| shell(nowhere.path(), &format!("huizong explain {code}")).1;
    assert!(explain("not-an-intger").contains("did you mean not-an-integer?"));
    for code in ["history-facility-area", "kinds-of-communities", "x"] {
        let text = explain(code);
        assert!(
            !text.contains("did you mean") && text.contains("--pipeline DIR"),
            "{text}"
        );
    }
}

/// The sound definition of `tests/definitions`, with a file of it changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("tests/definitions/sound"), folder.path());
    let path = folder.path().join(file);
    fs::write(&path, change(&fs::read_to_string(&path).unwrap())).unwrap();
    folder
}

/// Cells of the rows of a table of a page that begins with this line.
fn rows_of(page: &str, head: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    let (_, below) = text.split_once(head).unwrap_or_else(|| panic!("no table `{head}`"));
    let rows = below.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    rows.map(|line| cells(line)[1..].to_vec()).collect()
}

#[test]
fn the_page_says_which_keys_the_type_of_a_column_needs() {
    let types = rows_of("pipeline-reference.md", "| `type` | further keys | holds |");
    assert!(types.len() > 7, "{types:?}");
    for row in types {
        let (kind, keys) = (row[0].trim_matches('`'), &row[1]);
        let folder = changed("forms/villages.toml", |text| {
            format!("{text}\n[[column]]\nid = \"extra\"\ntype = \"{kind}\"\nheaders = [\"附加\"]\n")
        });
        let faults = pipeline::load(folder.path()).err().unwrap_or_default();
        let lacking: Vec<&str> = faults
            .iter()
            .filter(|fault| fault.code == "missing-key")
            .filter_map(|fault| fault.message.split("lacks the key `").nth(1)?.split('`').next())
            .collect();
        let needed: Vec<&str> = keys
            .split("(required")
            .take(keys.matches("(required").count())
            .filter_map(|before| before.trim_end().trim_end_matches('`').rsplit('`').next())
            .map(|key| key.split(' ').next().unwrap_or_default())
            .collect();
        assert_eq!(lacking, needed, "{kind}: {}", diagnostics::render(&faults, false));
    }
}

#[test]
fn an_indicator_counts_members_of_rows_and_of_areas_as_the_page_says() {
    let keys = rows_of(
        "pipeline-reference.md",
        "| `id`, `numerator`, `denominator`, `unit` | required; measures",
    );
    let text = &keys.iter().find(|row| row[0] == "`where`").unwrap()[1];
    assert!(text.contains("of rows or of areas"), "{text}");
    for members in [r#"kind = "valley""#, r#"region = ["north", "south"]"#] {
        let folder = changed("indicators.toml", |text| text.replace(r#"kind = "valley""#, members));
        let faults = pipeline::load(folder.path()).err().unwrap_or_default();
        assert!(faults.is_empty(), "{}", diagnostics::render(&faults, false));
    }
}

/// Hints that are lines of a definition, and so the same in every language.
fn is_code(hint: &str) -> bool {
    hint.split_once(" = ")
        .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase()))
}

#[test]
fn every_flaw_of_a_definition_is_told_in_chinese() {
    let folder = root().join("tests/definitions");
    let is_han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let mut english = BTreeSet::new();
    for flaw in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(&folder.join("sound"), copy.path());
        copy_folder(&flaw, copy.path());
        for fault in pipeline::load(copy.path()).err().unwrap_or_default() {
            let told = fault.in_chinese();
            let hint = told.hint.filter(|hint| !is_code(hint)).unwrap_or("有".to_owned());
            english.extend([told.message, hint].into_iter().filter(|text| !is_han(text)));
        }
    }
    assert!(english.is_empty(), "{english:#?}");
}

#[test]
fn the_chinese_summary_names_things_by_their_titles() {
    let output = tempfile::tempdir().unwrap();
    let (code, text) = crate::support::run(
        &community_services(),
        &root().join("sample_data/submissions"),
        output.path(),
        &["--lang", "zh"],
    );
    assert_eq!(code, 0, "{text}");
    crate::docs::shows_the_summary("README.zh.md", &text);
    for part in [
        "（平方米）",
        "（%）",
        "～",
        "huizong explain CODE --pipeline ",
        "查看某一代码",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let figures = text.split("发现的问题").next().unwrap();
    for id in [
        "province",
        "county_summaries",
        "m²",
        "..",
        "_coverage",
        " IN (",
        "(%)",
        "(平方米)",
    ] {
        assert!(!figures.contains(id), "{id} is in\n{figures}");
    }
    let ended = huizong(["check", community_services().to_str().unwrap(), "--lang", "zh"]);
    assert!(said(&ended).contains("的定义没有错误：2 张表式"), "{}", said(&ended));
    let ended = huizong([
        "trace", "nope", "--area", "1", "--period", "2020", "--lang", "zh", "--output",
    ]);
    assert!(said(&ended).contains("错误：参数"), "{}", said(&ended));
    let ended = huizong(["run", "/nowhere", "--lang", "zh"]);
    assert!(
        said(&ended).contains("错误[") && said(&ended).contains("共 "),
        "{}",
        said(&ended)
    );
}

#[test]
fn a_language_before_the_command_is_told_its_place() {
    for (lang, place) in [("en", "--lang stands after the command"), ("zh", "--lang 写在命令之后")] {
        let ended = huizong(["--lang", lang, "check"]);
        assert_eq!(ended.status.code(), Some(2));
        assert!(said(&ended).contains(place), "{}", said(&ended));
    }
    let other = said(&huizong(["--quite", "check"]));
    assert!(!other.contains("--lang"), "{other}");
}

/// A full disk ends a command with the code of the machine, and a reader that has gone away with success; neither with a panic.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_an_error_and_no_panic() {
    let definition = community_services();
    let definition = definition.to_str().unwrap();
    for (command, args) in [
        ("explain", &[][..]),
        ("explain", &["too-precise"]),
        ("check", &[definition]),
    ] {
        let run = |out: fs::File| {
            let mut huizong = Command::new(env!("CARGO_BIN_EXE_huizong"));
            huizong
                .arg(command)
                .args(args)
                .env("LC_ALL", "C")
                .stdout(out)
                .output()
                .unwrap()
        };
        let full = run(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        assert_eq!(full.status.code(), Some(3), "{command}: {}", said(&full));
        assert!(
            said(&full).contains("cannot write to standard output"),
            "{}",
            said(&full)
        );
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let gone = run(fs::File::from(std::os::fd::OwnedFd::from(writer)));
        assert_eq!(gone.status.code(), Some(0), "{command}: {}", said(&gone));
    }
}
