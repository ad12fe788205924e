//! Whether the release that is current is what its input gives: everything is computed once more, in a folder of its own.

use std::collections::BTreeMap;
use std::path::Path;

use crate::lake::{Output, TemporaryFolder, stop};
use crate::pipeline::{EngineSpec, Pipeline};
use crate::release::{self, PublicKey, Record, RevisionsState, Signed, follows_from_before, is_dated};
use crate::report::{SignatureReport, SignatureState, VerifyReport};
use crate::run::{self, Exports, Progress, RunError, RunOptions, Scope, Since, Told, Watch};

/// Computes the current release from everything that was sent, and compares every file. `pipeline` has the periods that it has now;
/// `options.output` is where the release is.
///
/// # Errors
/// When there is no release, or as of a run.
pub fn verify(
    mut pipeline: Pipeline,
    options: &RunOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<VerifyReport, RunError> {
    let output = Output::at(&options.output);
    let id = output.current_release()?;
    let folder = id.map(|id| output.release(&id));
    let record = folder.as_deref().and_then(Record::read);
    let (Some(folder), Some(record)) = (folder, record) else {
        return Err(RunError::NoRelease {
            path: options.output.clone(),
        });
    };
    let scope = Scope::of(&mut pipeline, &record.periods, record.as_of.parse().ok())?;
    // What has changed since the release before can be computed again as long as that one is there.
    let compared_with = record.revisions.since.as_ref();
    let compared_with = compared_with.filter(|_| record.revisions.state == RevisionsState::Compared);
    let before = compared_with
        .map(|id| output.release(id))
        .filter(|folder| folder.is_dir());
    let unproved = compared_with.filter(|_| before.is_none());
    // Whatever engine has made the sums, they are proved by the one within.
    pipeline.engine = EngineSpec::default();
    let scratch = TemporaryFolder::within(&std::env::temp_dir(), "huizong-verify-")?;
    let again = RunOptions {
        input: options.input.clone(),
        output: scratch.path().to_owned(),
        stores: run::Stores::default(),
        rehash: true,
        dry: false,
        only_gathered: false,
        since: before.clone().map_or(Since::Nothing, Since::Folder),
        exports: Exports::default(),
        sign: None,
    };
    let told = |_: &_| Told::default();
    let watch = Watch { progress, told: &told };
    run::run(&pipeline, &scope, &again, &watch)?.outcome?;
    stop::reopen();
    let made = Output::at(&again.output);
    let places = [made.current(), made.withheld(), made.partial()];
    let computed = places.iter().find_map(|place| Record::read(place));
    let computed = computed.ok_or(RunError::NoRelease { path: again.output })?;

    let hashes = |record: &Record| -> BTreeMap<String, String> {
        let files = record.outputs.iter().filter(|file| !is_dated(&file.path));
        let files = files.filter(|file| unproved.is_none() || !follows_from_before(&file.path));
        files.map(|file| (file.path.clone(), file.sha256.clone())).collect()
    };
    let inputs = |record: &Record| -> BTreeMap<String, Option<String>> {
        let files = record.inputs.iter();
        files.map(|input| (input.path.clone(), input.sha256.clone())).collect()
    };
    Ok(VerifyReport {
        title: pipeline.title.clone(),
        release: record.release.clone(),
        files: record.outputs.len(),
        revisions_unproved: unproved.cloned(),
        damaged: record.damaged(&folder).into_iter().map(str::to_owned).collect(),
        differing: differing(&hashes(&record), &hashes(&computed)),
        inputs_changed: differing(&inputs(&record), &inputs(&computed)),
        definition_changed: record.definition_sha256 != computed.definition_sha256,
        made_by: Some(record.huizong_version).filter(|version| version != env!("CARGO_PKG_VERSION")),
    })
}

/// Whether the current release has the signature of a key, and its files are those that the signed manifest lists. `folder`: that of the
/// output, or of one release.
///
/// # Errors
/// When there is no release, or it cannot be read.
pub fn verify_signature(folder: &Path, key: &PublicKey) -> Result<SignatureReport, RunError> {
    let output = Output::at(folder);
    let current = output.current_release()?;
    let folder = current.map_or_else(|| folder.to_owned(), |id| output.release(&id));
    let none = || RunError::NoRelease {
        path: output.root().to_owned(),
    };
    let (state, manifest) = release::signed(&folder, key)?.ok_or_else(none)?;
    let record = Record::parse(&manifest);
    // What an unproved manifest lists proves nothing.
    let signed = record.as_ref().filter(|_| state == Signed::Valid);
    let damaged = signed.map(|record| record.damaged(&folder).into_iter().map(str::to_owned).collect());
    Ok(SignatureReport {
        release: record.as_ref().map(|record| record.release.clone()),
        key: key.id(),
        signature: match state {
            Signed::Valid => SignatureState::Valid,
            Signed::Missing => SignatureState::Missing,
            Signed::Malformed => SignatureState::Malformed,
            Signed::OtherKey => SignatureState::OtherKey,
            Signed::Invalid => SignatureState::Invalid,
        },
        signed_by: record.as_ref().and_then(|record| record.signed_by.clone()),
        files: signed.map_or(0, |record| record.outputs.len()),
        damaged: damaged.unwrap_or_default(),
        unlisted: signed.map_or_else(|| Ok(Vec::new()), |record| record.unlisted(&folder))?,
    })
}

/// Names under which the two have something else, or one of them nothing.
fn differing<T: PartialEq>(one: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> Vec<String> {
    let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| one.get(*name) != other.get(*name);
    names.into_iter().filter(differs).cloned().collect()
}
