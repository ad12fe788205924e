//! Pages that are made from the code stay what the code would make.

use std::path::Path;

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

/// Every block of `docs/own-pipeline.md` that stands under a path is that file of the case.
#[test]
fn own_pipeline_page_shows_the_case_that_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/own-pipeline.md")).unwrap();
    let mut shown = Vec::new();
    let mut rest = page.as_str();
    while let Some(at) = rest.find("`\n\n```") {
        let path = &rest[rest[..at].rfind('`').unwrap() + 1..at];
        let body = &rest[at + 6..];
        let start = body.find('\n').unwrap() + 1;
        let end = body.find("```\n").unwrap();
        let file = std::fs::read_to_string(root.join("tests/cases/plain-codes").join(path)).unwrap();
        assert_eq!(&body[start..end], file, "{path}");
        shown.push(path.to_owned());
        rest = &body[end + 4..];
    }
    let files = walkdir::WalkDir::new(root.join("tests/cases/plain-codes")).into_iter();
    let files = files
        .filter_entry(|entry| entry.file_name() != "output")
        .filter(|entry| entry.as_ref().unwrap().file_type().is_file())
        .count();
    assert_eq!(shown.len(), files, "every file of the case is on the page: {shown:?}");
}
