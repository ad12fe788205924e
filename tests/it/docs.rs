//! Pages that are made from the code stay what the code would make.

use std::collections::BTreeSet;
use std::path::Path;

use huizong::tables::table_specs;

use crate::support::{huizong, said, shipped};

/// `HUIZONG_ACCEPT=1` writes the page anew.
fn holds(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    snapbox::assert_data_eq!(committed, snapbox::IntoData::raw(snapbox::Data::text(made.to_owned())));
}

#[test]
fn findings_page_is_fresh() {
    holds("findings.md", &huizong::report::findings_page());
}

#[test]
fn units_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pipeline/units.toml");
    let units: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut page = String::from(
        "# Built-in units\n\n\
         <!-- Made from src/pipeline/units.toml; HUIZONG_ACCEPT=1 tests/run docs:: writes it anew. -->\n\n\
         Units of one dimension convert into each other, exactly. Spellings are compared half-width, without case and blanks.\n\n\
         | dimension | unit | of the base unit | spellings |\n|---|---|---|---|\n",
    );
    for unit in units["unit"].as_array().unwrap() {
        let text = |key: &str| unit[key].as_str().unwrap();
        let spellings = unit
            .get("spellings")
            .and_then(|all| all.as_array())
            .into_iter()
            .flatten();
        let spellings: Vec<&str> = spellings.map(|one| one.as_str().unwrap()).collect();
        page += &format!(
            "| `{}` | `{}` | {} | {} |\n",
            text("dimension"),
            text("id"),
            text("factor"),
            spellings.join(", ")
        );
    }
    holds("units.md", &page);
}

/// The table of indices in `docs/methods.md` is what `huizong explain` says, and so are the formulas of all other statistics.
#[test]
fn methods_page_says_what_explain_says() {
    const END: &str = "\n<!-- End of what is made. -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/methods.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("| index | formula | range | source |\n").unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let made = format!("{before}{}{END}{after}", huizong::report::indices_table());
    holds("methods.md", &made);
    for spec in huizong::report::statistics() {
        assert!(
            made.contains(&format!("`{}`", spec.id)),
            "{} is not on the page",
            spec.id
        );
        // In a table of Markdown a bar is escaped.
        let formula = spec.formula.replace('|', "\\|");
        let is_there = made.contains(&formula) || made.contains(&spec.formula);
        assert!(
            is_there,
            "another formula of {} is on the page: {}",
            spec.id, spec.formula
        );
    }
}

/// Every block of `docs/own-pipeline.md` that stands under a path is that file of the first case, or of the one that the path
/// begins with.
#[test]
fn own_pipeline_page_shows_the_cases_that_run() {
    const CASES: [&str; 2] = ["plain-codes", "district-health"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/own-pipeline.md")).unwrap();
    let mut shown = BTreeSet::new();
    let mut rest = page.as_str();
    while let Some(at) = rest.find("`\n\n```") {
        let path = &rest[rest[..at].rfind('`').unwrap() + 1..at];
        let names_case = CASES.iter().any(|case| path.starts_with(&format!("{case}/")));
        let path = if names_case {
            path.to_owned()
        } else {
            format!("{}/{path}", CASES[0])
        };
        let body = &rest[at + 6..];
        let start = body.find('\n').unwrap() + 1;
        let end = body.find("```\n").unwrap();
        let file = std::fs::read_to_string(root.join("tests/cases").join(&path)).unwrap();
        assert_eq!(&body[start..end], file, "{path}");
        shown.insert(path);
        rest = &body[end + 4..];
    }
    let files = CASES.iter().flat_map(|case| {
        let all = walkdir::WalkDir::new(root.join("tests/cases").join(case)).into_iter();
        all.filter_entry(|entry| entry.file_name() != "output")
            .map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                entry
                    .path()
                    .strip_prefix(root.join("tests/cases"))
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
    });
    assert_eq!(shown, files.collect(), "every file of the cases is on the page");
}

/// A block of a page that shows what a command prints, made anew in its own shape: its parts, between lines of `…`, begin with
/// the lines they begin with, and are as long. A last `…` says that there is more.
fn remade(block: &str, printed: &str) -> String {
    let printed: Vec<&str> = printed.lines().collect();
    let mut from = 0;
    let part = |part: &str| {
        let Some(first) = part.lines().next() else {
            return String::new();
        };
        let at = printed[from..]
            .iter()
            .position(|line| without_id(line) == without_id(first));
        let at = from + at.unwrap_or_else(|| panic!("no longer printed, so let the page begin elsewhere: {first}"));
        from = printed.len().min(at + part.lines().count());
        printed[at..from].iter().map(|line| format!("{line}\n")).collect()
    };
    let parts: Vec<String> = block.trim_end_matches("…\n").split("…\n").map(part).collect();
    let further = if from < printed.len() { "…\n" } else { "" };
    parts.join("…\n") + further
}

/// A line without the id of a release, which every change of any table changes: a page need not follow each.
fn without_id(line: &str) -> String {
    let is_id = |word: &str| {
        let digits = |part: &str, size: usize| part.len() == size && part.chars().all(|c| c.is_ascii_hexdigit());
        word.split_once('-')
            .is_some_and(|(number, hash)| digits(number, 6) && digits(hash, 8))
    };
    let words = line.split(' ').map(|word| if is_id(word) { "RELEASE" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Holds the blocks of a page to what `made` makes of each; None: a block of another kind. `HUIZONG_ACCEPT=1` writes the page
/// anew. Gives back how many were held.
fn holds_blocks(page: &str, made: impl Fn(&str) -> Option<String>) -> usize {
    const OPEN: &str = "\n```text\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let (mut parts, mut held) = (text.split(OPEN), 0);
    let mut fresh = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (block, after) = part.split_once("```").expect("a block ends");
        let block = made(block).inspect(|_| held += 1).unwrap_or_else(|| block.to_owned());
        fresh += &format!("{OPEN}{block}```{after}");
    }
    let ids = |text: &str| text.split('\n').map(without_id).collect::<Vec<_>>().join("\n");
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        std::fs::write(&path, &fresh).unwrap();
        return held;
    }
    println!("accept with: HUIZONG_ACCEPT=1 tests/run docs:: ({page})");
    snapbox::assert_data_eq!(ids(&text), snapbox::IntoData::raw(snapbox::Data::text(ids(&fresh))));
    held
}

/// The words of a command as a shell has them: blanks within double quotes part nothing.
fn words_of(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in command.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

/// Every command on the page is run on what the shipped sample publishes.
#[test]
fn tools_page_shows_what_the_commands_print() {
    let held = holds_blocks("docs/tools.md", |block| {
        let (command, shown) = block.strip_prefix("$ huizong ")?.split_once('\n')?;
        let output = shipped().output.to_str().unwrap();
        let words = words_of(command);
        // Of the commands on the page, this one reads no release.
        let place = (words[0] != "scaffold").then_some(["--output", output]);
        let ended = huizong(words.iter().map(String::as_str).chain(place.into_iter().flatten()));
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        let printed = String::from_utf8(ended.stdout).unwrap();
        Some(format!("$ huizong {command}\n{}", remade(shown, &printed)))
    });
    assert!(held >= 6, "only {held} commands are shown");
}

/// Holds the one block of a page that begins with the title of a run to what the run printed.
pub fn shows_the_summary(page: &str, printed: &str) {
    let title = printed.lines().next().unwrap();
    let held = holds_blocks(page, |block| block.starts_with(title).then(|| remade(block, printed)));
    assert_eq!(held, 1, "no block of {page} begins with `{title}`");
}

/// The first screen of the README is from what its first command prints. The Chinese one is held by
/// `words::the_chinese_summary_names_things_by_their_titles`, which runs it.
#[test]
fn readme_shows_what_the_first_command_prints() {
    shows_the_summary("README.md", &shipped().printed);
}

#[test]
fn readme_lists_every_table_once() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let list = text.split("  tables/*.parquet").nth(1).unwrap();
    let list = list.split("\n  facts/").next().unwrap();
    let mut listed: Vec<&str> = list
        .split([',', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    listed.sort_unstable();
    // The table of runs lies beside the releases.
    let there: Vec<&str> = table_specs().keys().copied().filter(|name| *name != "runs").collect();
    assert_eq!(listed, there);
}

/// What a page shows in code, whatever its language: inline code as it stands, words of its blocks that look like files, options
/// or names, and the pages it links to. What a command printed (```text) is left out.
fn code_of(page: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let mut shown = BTreeSet::new();
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 0 {
            shown.extend(part.split('`').skip(1).step_by(2).map(str::to_owned));
            let links = part.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            shown.extend(links.filter(|link| !link.starts_with("README")).map(str::to_owned));
        } else if !part.starts_with("text\n") {
            let words = part.split(|c: char| c.is_whitespace() || !c.is_ascii());
            let words = words.map(|word| word.trim_end_matches(['.', ',', ':']));
            let is_code = |word: &&str| word.contains(['/', '.', '_', '*']) || word.starts_with("--");
            shown.extend(words.filter(is_code).map(str::to_owned));
        }
    }
    shown
}

#[test]
fn the_chinese_readme_has_the_commands_files_and_links_of_the_english_one() {
    let (english, chinese) = (code_of("README.md"), code_of("README.zh.md"));
    assert!(english.len() > 60, "{english:?}");
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(only(&english, &chinese), [""; 0], "in README.md only");
    assert_eq!(only(&chinese, &english), [""; 0], "in README.zh.md only");
}

/// Relative links of all pages lead to files.
#[test]
fn links_between_pages_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    let docs = docs.map(|entry| format!("docs/{}", entry.unwrap().file_name().display()));
    let pages = [
        "README.md",
        "README.zh.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ];
    let pages = pages.map(str::to_owned);
    let mut n_links = 0;
    for page in docs.chain(pages).filter(|page| page.ends_with(".md")) {
        let path = root.join(&page);
        let text = std::fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://") && !link.contains(char::is_whitespace)) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.parent().unwrap().join(file)
            };
            assert!(target.exists(), "{page} links to {link}");
            if !heading.is_empty() {
                let text = std::fs::read_to_string(&target).unwrap();
                let known: Vec<String> = text.lines().filter(|line| line.starts_with('#')).map(anchor).collect();
                assert!(
                    known.iter().any(|one| one == heading),
                    "{page} links to {link}: {known:?}"
                );
            }
            n_links += 1;
        }
    }
    assert!(n_links > 30, "only {n_links} links");
}

/// The anchor that a forge gives to a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|&c| c.is_alphanumeric() || " -_".contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn a_block_follows_what_is_printed_in_its_own_shape() {
    let printed = "Title\nRelease 000001-0a1b2c3d\nA 1\nB 2\n\nEnd\nx\n";
    let block = "Title\nRelease 000007-ffffffff\nA 9\n…\nEnd\ny\n…\n";
    assert_eq!(
        remade(block, printed),
        "Title\nRelease 000001-0a1b2c3d\nA 1\n…\nEnd\nx\n"
    );
    let gone = std::panic::catch_unwind(|| remade("Title\n…\nGone\n", printed));
    assert!(gone.is_err(), "a part that is printed no more is told");
}
