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
    assert!(result.partitions.iter().all(|partition| partition.cube.is_some()));
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
