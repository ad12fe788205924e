//! Nights on the sample: the same bytes every time, and an account that balances.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::support::{Published, null_meanings, published, root, table};

#[test]
fn tables_are_the_same_bytes_for_any_number_of_threads_and_any_order_of_files() {
    let sample = root().join("sample_data/submissions");
    let dir = tempfile::tempdir().unwrap();
    let shuffled = dir.path().join("shuffled");
    let mut files: Vec<_> = walkdir::WalkDir::new(&sample)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .collect();
    files.retain(|path| path.is_file());
    // The folder then lists them in another order.
    files.sort_by_key(|path| std::cmp::Reverse(path.file_name().map(|name| name.to_os_string())));
    for path in files {
        let target = shuffled.join(path.strip_prefix(&sample).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&path, &target).unwrap();
    }
    let nights: [(&Path, &[&str]); 3] = [
        (&sample, &["--threads", "1"]),
        (&sample, &["--threads", "2"]),
        (&shuffled, &["--threads", "2"]),
    ];
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for (at, (input, more)) in nights.into_iter().enumerate() {
        let output = dir.path().join(format!("output{at}"));
        let (code, text) = run(&community_services(), input, &output, more);
        assert_eq!(code, 0, "{text}");
        let files = published(&output);
        let first = first.get_or_insert_with(|| files.clone());
        assert_eq!(first.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
        let differ: Vec<_> = files
            .iter()
            .filter(|(path, bytes)| first[*path] != **bytes)
            .map(|(path, _)| path)
            .collect();
        assert!(differ.is_empty(), "night {at}: {differ:?}");
    }
}

/// Every table of a release with its columns that may be null, and what a null in them means.
fn tables_with_meanings(output: &Path) -> Vec<(String, BTreeMap<String, String>)> {
    let files = fs::read_dir(output.join("current/tables")).unwrap();
    let names = files.filter_map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".parquet").map(str::to_owned)
    });
    let all: Vec<_> = names.map(|name| (name.clone(), null_meanings(output, &name))).collect();
    let with_reasons = all
        .iter()
        .filter(|(_, meanings)| meanings.contains_key("null_reason"))
        .count();
    assert_eq!(
        with_reasons, 20,
        "indicators, groups, gaps, inequality, inequality_parts, between_shares, change_effects, gap_changes and ranks, each also on \
         constant boundaries, spatial_autocorrelation, estimates"
    );
    all
}

#[test]
fn every_submission_balances_and_every_null_has_a_reason() {
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(
        &community_services(),
        &root().join("sample_data/submissions"),
        output.path(),
        &[],
    );
    assert_eq!(code, 0, "{text}");
    for row in table(output.path(), "submissions") {
        let count = |name: &str| row[name].number().unwrap();
        let parts = ["rows_accepted", "rows_quarantined", "rows_superseded", "rows_set_aside"].map(count);
        assert_eq!(count("rows_read"), parts.iter().sum::<f64>(), "{row:?}");
    }
    for (name, meanings) in tables_with_meanings(output.path()) {
        // A reason where the value is null, and only there; what the reason column itself says of a null is no such pointer.
        let pointers: Vec<(&String, &str)> = meanings
            .iter()
            .filter_map(|(column, meaning)| Some((column, meaning.strip_prefix("see ")?)))
            .filter(|(_, reason)| reason.ends_with("null_reason"))
            .collect();
        let has_reasons = meanings.keys().any(|column| column.ends_with("null_reason"));
        assert_eq!(has_reasons, !pointers.is_empty(), "{name}: {meanings:?}");
        for row in table(output.path(), &name) {
            for (column, reason) in &pointers {
                assert_eq!(
                    row[*reason].text().is_some(),
                    row[*column] == Published::Null,
                    "{name}.{column}: {row:?}"
                );
            }
        }
    }
    let manifest = fs::read_to_string(output.path().join("current/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let rows = |name: &str| manifest["rows"][name].as_u64().unwrap();
    assert_eq!(
        rows("read"),
        rows("accepted") + rows("quarantined") + rows("superseded") + rows("set_aside")
    );
}
