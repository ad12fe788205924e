use std::collections::BTreeMap;

use super::*;
use crate::release::RowCounts;
use crate::release::key::tests::key;
use crate::release::signature::{Signed, signed};

fn manifest() -> Manifest {
    Manifest {
        release: String::new(),
        confirmed_at: None,
        created_at: "2020-01-01T00:00:00Z".into(),
        signed_by: None,
        pipeline: "p".into(),
        definition_sha256: String::new(),
        rules_sha256: String::new(),
        huizong_version: "0",
        synthetic: true,
        as_of: String::new(),
        periods: vec!["2020".into()],
        periods_left_out: vec![],
        rows: RowCounts {
            read: 0,
            accepted: 0,
            quarantined: 0,
            superseded: 0,
            set_aside: 0,
        },
        submissions: BTreeMap::new(),
        findings: BTreeMap::new(),
        files_ignored: 0,
        sheets_ignored: 0,
        gate: vec![],
        gate_not_due: vec![],
        revisions: crate::release::RevisionsSince::default(),
        inputs: vec![],
        outputs: vec![],
    }
}

fn published(output: &Output, staging: Staging) -> Published {
    signed_by(None, output, staging)
}

fn signed_by(key: Option<&SigningKey>, output: &Output, staging: Staging) -> Published {
    let standing = unchanged(&staging, output, key).unwrap();
    publish(staging, output, manifest(), standing, key).unwrap()
}

fn staged(output: &Output, content: &str) -> Staging {
    let staging = Staging::new(output).unwrap();
    staging.write("tables/a.parquet", content.as_bytes()).unwrap();
    staging
}

#[test]
fn current_moves_only_when_something_changed() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    let Published::New(first) = published(&output, staged(&output, "a")) else {
        panic!("new")
    };
    assert!(first.starts_with("000001-"));
    let again = published(&output, staged(&output, "a"));
    assert_eq!(again, Published::Unchanged(first.clone()));
    let Published::New(second) = published(&output, staged(&output, "b")) else {
        panic!("new")
    };
    assert!(second.starts_with("000002-"));
    assert_eq!(output.current_release().unwrap(), Some(second.clone()));
    assert!(output.release(&first).join(MANIFEST).is_file());
    assert!(output.current().join("tables/a.parquet").is_file());
}

#[test]
fn a_damaged_release_is_published_anew() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    published(&output, staged(&output, "a"));
    let table = output.current().join("tables/a.parquet");
    let damages: [&dyn Fn(); 4] = [
        &|| fs::write(&table, "b").unwrap(),
        &|| fs::write(&table, "ab").unwrap(),
        &|| fs::remove_file(&table).unwrap(),
        &|| fs::write(output.current().join(MANIFEST), "{").unwrap(),
    ];
    for (at, damage) in damages.into_iter().enumerate() {
        damage();
        let again = published(&output, staged(&output, "a"));
        let Published::New(id) = &again else {
            panic!("{at}: {again:?}")
        };
        assert!(id.starts_with(&format!("00000{}-", at + 2)), "{id}");
        assert_eq!(fs::read_to_string(&table).unwrap(), "a");
        assert!(matches!(
            published(&output, staged(&output, "a")),
            Published::Unchanged(_)
        ));
    }
}

#[test]
fn what_makes_a_release_is_part_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    let made = |by: &str, codebook: &str| {
        let staging = staged(&output, "a").made_by(by);
        staging.write("CODEBOOK.md", codebook.as_bytes()).unwrap();
        assert_eq!(staging.content_hash(), {
            staging.write("returns/2020/a.xlsx", b"made once only").unwrap();
            staging.content_hash()
        });
        published(&output, staging)
    };
    for (by, codebook) in [("zh", "one"), ("en", "one"), ("en", "two")] {
        assert!(matches!(made(by, codebook), Published::New(_)), "{by} {codebook}");
        assert!(matches!(made(by, codebook), Published::Unchanged(_)), "{by} {codebook}");
    }
}

#[test]
fn a_withheld_run_leaves_current_alone() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    published(&output, staged(&output, "a"));
    let before = output.current_release().unwrap();
    set_apart(staged(&output, "b"), &output.withheld(), manifest()).unwrap();
    set_apart(staged(&output, "c"), &output.withheld(), manifest()).unwrap();
    assert_eq!(output.current_release().unwrap(), before);
    assert_eq!(
        fs::read_to_string(output.withheld().join("tables/a.parquet")).unwrap(),
        "c"
    );
}

#[test]
fn the_periods_of_the_current_release_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    assert_eq!(current(&output).unwrap(), None);
    published(&output, staged(&output, "a"));
    let read = current(&output).unwrap().unwrap();
    assert_eq!(read.periods, Some(vec!["2020".to_owned()]));
    fs::write(output.current().join(MANIFEST), "{").unwrap();
    assert_eq!(current(&output).unwrap().unwrap().periods, None, "a broken manifest");
}

fn state(output: &Output) -> Signed {
    signed(&output.current(), &key().public()).unwrap().unwrap().0
}

#[test]
fn a_release_is_signed_whenever_its_manifest_changes() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    let key = key();
    let Published::New(unsigned) = published(&output, staged(&output, "a")) else {
        panic!("new")
    };
    assert_eq!(state(&output), Signed::Missing);
    let Published::New(id) = signed_by(Some(&key), &output, staged(&output, "a")) else {
        panic!("what nobody signed is published anew")
    };
    assert_eq!(id[6..], unsigned[6..], "a signature is no part of the content");
    assert_eq!(state(&output), Signed::Valid);
    let signature = || fs::read(output.current().join(SIGNATURE)).unwrap();
    let before = signature();
    assert_eq!(
        signed_by(Some(&key), &output, staged(&output, "a")),
        Published::Unchanged(id.clone())
    );
    assert_eq!(state(&output), Signed::Valid);
    assert_ne!(signature(), before, "the manifest tells of the second run");
    let day = |day| jiff::civil::date(2030, 1, day);
    let folder = output.release(&id);
    confirm_again(&folder, day(1), Some(&key)).unwrap();
    assert_eq!(state(&output), Signed::Valid);
    // Somebody has formatted it anew, and signed that.
    let path = folder.join(MANIFEST);
    let compact: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    fs::write(&path, compact.to_string()).unwrap();
    assert_eq!(state(&output), Signed::Invalid);
    confirm_again(&folder, day(2), Some(&key)).unwrap();
    assert_eq!(state(&output), Signed::Valid);
    assert!(fs::read_to_string(&path).unwrap().contains("2030-01-02"));
}

#[test]
fn a_run_without_a_key_leaves_a_signed_manifest_alone() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    signed_by(Some(&key()), &output, staged(&output, "a"));
    assert!(matches!(
        published(&output, staged(&output, "a")),
        Published::Unchanged(_)
    ));
    confirm_again(&output.current(), jiff::civil::date(2030, 1, 1), None).unwrap();
    assert_eq!(state(&output), Signed::Valid);
    published(&output, staged(&output, "b"));
    assert_eq!(state(&output), Signed::Missing);
}

#[test]
fn what_somebody_put_into_a_signed_release_is_not_signed() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    let key = key();
    let forgeries: [&dyn Fn(&Path); 4] = [
        &|folder| {
            let text = fs::read_to_string(folder.join(MANIFEST)).unwrap();
            fs::write(folder.join(MANIFEST), text.replace("\"2020\"", "\"2021\"")).unwrap();
        },
        &|folder| fs::write(folder.join(SIGNATURE), [1; 64]).unwrap(),
        &|folder| fs::write(folder.join(SIGNATURE), "short").unwrap(),
        &|folder| fs::remove_file(folder.join(SIGNATURE)).unwrap(),
    ];
    let states = [Signed::Invalid, Signed::Invalid, Signed::Malformed, Signed::Missing];
    signed_by(Some(&key), &output, staged(&output, "a"));
    for (forge, found) in forgeries.into_iter().zip(states) {
        forge(&output.current());
        assert_eq!(state(&output), found);
        let again = signed_by(Some(&key), &output, staged(&output, "a"));
        assert!(matches!(again, Published::New(_)), "{found:?}: {again:?}");
        assert_eq!(state(&output), Signed::Valid);
    }
}
