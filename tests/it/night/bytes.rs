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
    for name in ["indicators", "groups", "gaps", "inequality", "inequality_parts"] {
        let meanings = null_meanings(output.path(), name);
        let explained: Vec<&String> = meanings
            .iter()
            .filter(|(_, meaning)| *meaning == "see null_reason")
            .map(|(column, _)| column)
            .collect();
        assert!(!explained.is_empty(), "{name}: {meanings:?}");
        for row in table(output.path(), name) {
            let nulls: Vec<_> = explained
                .iter()
                .filter(|column| row[**column] == Published::Null)
                .collect();
            // A reason where something is null, and only there.
            assert_eq!(
                row["null_reason"].text().is_some(),
                !nulls.is_empty(),
                "{name}: {nulls:?} in {row:?}"
            );
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
