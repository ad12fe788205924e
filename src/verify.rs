//! Whether the release that is current is what its input gives: everything is computed once more, in a folder of its own.

mod manifest;

use std::collections::BTreeMap;
use std::path::Path;

use crate::lake::{Output, TemporaryFolder, stop};
use crate::pipeline::{EngineSpec, Pipeline};
use crate::release::{
    self, CROISSANT, DATA_PACKAGE, OutputFile, PublicKey, Record, RevisionsState, Signed, follows_from_before, is_dated,
};
use crate::report::{SignatureReport, SignatureState, Unproved, VerifyReport};
use crate::run::{self, Exports, Progress, RunError, RunOptions, Scope, Since, Told, Watch};

/// Computes the current release from everything that was sent, and compares every file and the manifest. `pipeline` has the periods that it has now;
/// `options.output` is where the release is.
///
/// # Errors
/// When there is no release, its manifest cannot be understood, or as of a run.
pub fn verify(
    mut pipeline: Pipeline,
    options: &RunOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<VerifyReport, RunError> {
    let output = Output::at(&options.output);
    let id = output.current_release()?.ok_or_else(|| RunError::NoRelease {
        path: options.output.clone(),
    })?;
    let folder = output.release(&id);
    let Some(record) = Record::read(&folder) else {
        return Err(RunError::DamagedRelease { id });
    };
    let scope = Scope::of(&mut pipeline, &record.periods, record.as_of.parse().ok())?;
    // What has changed since the release before can be computed again as long as that one is there.
    let compared_with = record.revisions.since.as_ref();
    let before = compared_with
        .map(|id| output.release(id))
        .filter(|folder| folder.is_dir());
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
    let computed = places
        .into_iter()
        .find_map(|place| Some((Record::read(&place)?, place)));
    let (computed, place) = computed.ok_or(RunError::NoRelease { path: again.output })?;

    let unproved = match compared_with {
        Some(id) if before.is_none() => Some(Unproved::Gone(id.clone())),
        // It was whole when the release was made.
        Some(id) if damaged_since(&record, &computed) => Some(Unproved::Damaged(id.clone())),
        _ => None,
    };
    // Two of the descriptions have the hash of every table.
    let is_proved =
        |path: &str| unproved.is_none() || !(follows_from_before(path) || [DATA_PACKAGE, CROISSANT].contains(&path));
    let files = |record: &Record| -> BTreeMap<String, OutputFile> {
        let files = record.outputs.iter().filter(|file| is_proved(&file.path));
        files.map(|file| (file.path.clone(), file.clone())).collect()
    };
    let mut made = files(&computed);
    for file in made.values_mut().filter(|file| is_dated(&file.path)) {
        *file = release::dated_as(&place, &file.path, (&record.created_at, &record.release))?;
    }
    let otherwise = manifest::names_that_differ(&files(&record), &made);
    let inputs = |record: &Record| -> BTreeMap<String, Option<String>> {
        let files = record.inputs.iter();
        files.map(|input| (input.path.clone(), input.sha256.clone())).collect()
    };
    Ok(VerifyReport {
        title: pipeline.title.clone(),
        release: record.release.clone(),
        files: record.outputs.len(),
        manifest: manifest::differing(
            &pipeline,
            (&id, &folder, &record),
            (&place, &computed),
            unproved.is_some(),
        )?,
        unlisted: record.unlisted(&folder)?,
        revisions_unproved: unproved,
        damaged: record.damaged(&folder).into_iter().map(str::to_owned).collect(),
        differing: otherwise,
        inputs_changed: manifest::names_that_differ(&inputs(&record), &inputs(&computed)),
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

/// Whether the release before has been damaged since it was compared with.
fn damaged_since(record: &Record, computed: &Record) -> bool {
    let states = [record, computed].map(|one| one.revisions.state);
    states == [RevisionsState::Compared, RevisionsState::Damaged]
}
