//! The job of a partition alone: its files are in memory, and nothing is written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::Period;
use crate::intake::FoundFile;
use crate::pipeline::{self, Pipeline};
use crate::registry::Registry;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The province whose submissions of the sample are taken, with corrections, faults and several revisions.
const PROVINCE: &str = "130000";

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| pipeline::load(&root().join("pipelines/community-services")).expect("the definition is sound"));

/// A file of the input: path and bytes.
type File = (String, Vec<u8>);

/// The submissions of a province, by period.
static SUBMISSIONS: LazyLock<BTreeMap<String, Vec<File>>> = LazyLock::new(|| {
    let input = root().join("sample_data/submissions");
    let of_period = |period: &Period| {
        let folder = input.join(period.to_string()).join(PROVINCE);
        let entries = std::fs::read_dir(folder).expect("the sample has the province");
        let mut files: Vec<File> = entries
            .map(|entry| {
                let path = entry.expect("the folder can be listed").path();
                let name = path
                    .file_name()
                    .expect("a file has a name")
                    .to_string_lossy()
                    .into_owned();
                let bytes = std::fs::read(&path).expect("the sample can be read");
                (format!("{period}/{PROVINCE}/{name}"), bytes)
            })
            .collect();
        files.sort();
        (period.to_string(), files)
    };
    PIPELINE.periods.iter().map(of_period).collect()
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shared(input: &Path) -> Shared<'static> {
    let registry = Registry::load(&PIPELINE).expect("the registry is sound");
    let (shared, _) = Shared::load((&PIPELINE, registry), &[], input, &|| {}).expect("the registers are sound");
    shared
}

/// The files of a period that a mask lets through; what the mask does not reach is let through.
fn files(shared: &Shared<'_>, period: &Period, mask: &[bool]) -> Vec<FoundFile> {
    let masked = SUBMISSIONS[&period.to_string()].iter().enumerate();
    masked
        .filter(|(at, _)| mask.get(*at).copied().unwrap_or(true))
        .map(|(_, (path, bytes))| shared.intake.in_memory(path, bytes.clone()))
        .collect()
}

fn done(shared: &Shared<'_>, files: &[FoundFile], memories: &mut Memories) -> BundleResult {
    let done = job(shared, files, memories, KeptFiles::default()).expect("the machine works");
    done.expect("nothing was kept").result
}

fn through_bytes<T: Serialize + for<'de> Deserialize<'de>>(value: &T) -> T {
    let bytes = postcard::to_stdvec(value).expect("every value can be written");
    let again: T = postcard::from_bytes(&bytes).expect("what was written can be read");
    let written = postcard::to_stdvec(&again).expect("every value can be written");
    assert!(written == bytes, "the same value has the same bytes");
    again
}

/// Every period in order. `kept`: what a job gives and leaves behind goes through bytes before it is used.
fn results(shared: &Shared<'_>, mask: &[bool], kept: bool) -> Vec<String> {
    let mut memories = Memories::default();
    let one = |period: &Period| {
        let mut result = done(shared, &files(shared, period, mask), &mut memories);
        if kept {
            (result, memories) = (through_bytes(&result), through_bytes(&memories));
        }
        format!("{result:?}")
    };
    PIPELINE.periods.iter().map(one).collect()
}

#[test]
fn a_job_needs_no_folder_and_accounts_for_every_row() {
    let shared = shared(Path::new("nowhere"));
    let period = PIPELINE.periods.last().expect("the sample has periods");
    let all = files(&shared, period, &[]);
    let result = done(&shared, &all, &mut Memories::default());
    assert_eq!(result.entries.len(), all.len());
    let rows = Rows::total(&result.entries);
    assert!(rows.balance() && rows.accepted > 50 && rows.quarantined > 0, "{rows:?}");
    let in_folder = |folder: &str| -> u64 {
        let files = result.files.iter().filter(|file| file.path.starts_with(folder));
        files.map(|file| file.rows).sum()
    };
    assert_eq!(in_folder("facts/"), rows.accepted);
    assert_eq!(in_folder("quarantine/"), rows.quarantined);
    assert!(in_folder("uncounted/") > 0);
    assert_eq!(result.partitions.len(), PIPELINE.forms.len());
    assert!(result.partitions.iter().all(|partition| partition.sums.is_some()));
}

/// What a job gives to be kept, written and read again, with its files of records below a folder.
fn kept_of(done: &Done, folder: &Path) -> KeptFiles {
    let mut records = Vec::new();
    for file in &done.result.files {
        let path = folder.join(file.path.replace('/', "-"));
        std::fs::write(&path, &file.bytes).expect("the folder can be written");
        let form = PIPELINE
            .forms
            .iter()
            .position(|form| file.path.contains(&format!("/{}/", form.id)));
        if !file.path.starts_with("quarantine/") {
            records.push((form.expect("the file is of a form"), path));
        }
    }
    KeptFiles {
        files: through_bytes(&done.kept),
        records,
    }
}

#[test]
fn a_job_that_is_given_what_was_kept_gives_the_same() {
    let shared = shared(&root().join("sample_data/submissions"));
    let mut memories = Memories::default();
    let (mut cleaned, mut as_read) = (0, 0);
    for period in &PIPELINE.periods {
        let all = files(&shared, period, &[]);
        let before = through_bytes(&memories);
        let nothing = KeptFiles::default();
        let first = job(&shared, &all, &mut memories, nothing).expect("the machine works");
        let first = first.expect("nothing was kept");
        assert_eq!(first.files_read, all.len() as u64);
        let folder = tempfile::tempdir().expect("a folder can be made");
        // All of them are kept; then every second one must be read.
        for some in [1, 2] {
            let mut kept = kept_of(&first, folder.path());
            let paths: Vec<String> = kept.files.keys().step_by(some).cloned().collect();
            kept.files.retain(|path, _| paths.contains(path));
            let is_cleaned = |file: &&KeptFile| matches!(file, KeptFile::Cleaned(_));
            cleaned += kept.files.values().filter(is_cleaned).count();
            as_read += kept.files.len();
            let mut again = through_bytes(&before);
            let second = job(&shared, &all, &mut again, kept).expect("the machine works");
            let second = second.expect("no file has changed");
            assert_eq!(
                format!("{:?}", second.result),
                format!("{:?}", first.result),
                "{period}"
            );
            assert_eq!(format!("{:?}", second.kept), format!("{:?}", first.kept), "{period}");
            let unread = if some == 1 { 0 } else { (all.len() - paths.len()) as u64 };
            assert!(second.files_read >= unread, "{period}: {} {unread}", second.files_read);
            assert!(some > 1 || second.files_read == 0, "{period}: {}", second.files_read);
        }
    }
    assert!(cleaned > 3 && as_read > cleaned + 3, "{cleaned} {as_read}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    /// A result that was kept as bytes, and earlier periods that were, change nothing of what follows.
    #[test]
    fn a_result_kept_as_bytes_is_the_same(mask in prop::collection::vec(any::<bool>(), 0..12)) {
        let shared = shared(&root().join("sample_data/submissions"));
        prop_assert_eq!(results(&shared, &mask, true), results(&shared, &mask, false));
    }
}
