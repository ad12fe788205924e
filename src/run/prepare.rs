//! What a run reads before its jobs begin: the registers, and which files there are; and how the files are put into jobs.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::RunError;
use super::outcome::RunOptions;
use super::recognise::recognise;
use super::scope::Scope;
use super::selection::Selection;
use crate::domain::hex;
use crate::intake::{FoundFile, Intake};
use crate::partition::{self, Chain, Shared, Spread};
use crate::pipeline::Pipeline;
use crate::registry::{RegisterFile, Registry};

/// The areas, without errors; warnings are logged.
pub(super) fn registry(pipeline: &Pipeline, options: &RunOptions) -> Result<Registry, RunError> {
    let registry = Registry::load(pipeline).map_err(RunError::Definition)?;
    for warning in registry.warnings(pipeline) {
        let file = warning.file.display();
        tracing::warn!(%file, code = warning.code, hint = warning.hint.as_deref(), "{}", warning.message);
    }
    if !options.input.is_dir() {
        return Err(RunError::NoInput {
            path: options.input.clone(),
        });
    }
    Ok(registry)
}

/// The jobs of a run, and what they share.
pub(super) struct Prepared<'p> {
    /// The definition and the registers.
    pub(super) shared: Shared<'p>,
    /// The registers as read, with their faults.
    pub(super) registers: Vec<RegisterFile>,
    /// Bundles of files in the order in which they are judged.
    pub(super) chains: Vec<Chain>,
    /// Files that are left out without a finding.
    pub(super) ignored: u64,
}

/// Reads the registers, finds the submissions, and puts them into chains; `selection`: only those of some chains, and files that no
/// form claims.
pub(super) fn prepare<'p>(
    (pipeline, registry): (&'p Pipeline, Registry),
    scope: &'p Scope,
    (options, selection): (&RunOptions, Option<&Selection>),
    step: &'p (dyn Fn() + Sync),
) -> Result<Prepared<'p>, RunError> {
    let skipped = &scope.left_out;
    let intake = Intake::new(pipeline, &options.input, registry.root_code());
    let (loaded, found) = rayon::join(
        || Shared::load((pipeline, registry), skipped, &options.input, step),
        || intake.discover(),
    );
    let ((mut shared, mut registers), mut found) = (loaded?, found?);
    let receipts_file = pipeline.reporters.as_ref().and_then(|spec| spec.receipts.as_deref());
    if let Some(file) = registers
        .iter_mut()
        .find(|file| Some(file.path.as_str()) == receipts_file)
    {
        let paths = found.files.iter().map(|file| file.path.as_str());
        file.faults.extend(shared.receipts.of_missing(&file.path, paths));
    }
    if let Some(selection) = selection {
        let selected = selection.under((pipeline, &shared.registry, &shared.lineage));
        found.files.retain(|file| selected.has_file(file));
    }
    recognise(pipeline, skipped, &shared.registry, &shared.intake, &mut found.files)?;
    if let Some((better, matching)) = shared.intake.misplaced(&found.files) {
        return Err(RunError::Misplaced {
            path: options.input.clone(),
            files: found.files.len(),
            better,
            matching,
        });
    }
    let before = found.files.len();
    let is_skipped = |file: &FoundFile| {
        let claim = file.claims.first();
        claim.is_some_and(|claim| claim.period.is_some_and(|period| skipped.contains(&period)))
    };
    found.files.retain(|file| !is_skipped(file));
    let ignored = found.hidden + (before - found.files.len()) as u64;
    tracing::info!(files = found.files.len(), ignored, "discovered");
    let bundles = partition::bundles((pipeline, &shared.registry, &shared.lineage), found.files);
    let chains = partition::chains(pipeline, &shared.lineage, bundles);
    shared.spread = Spread::over(chains.len());
    Ok(Prepared {
        shared,
        registers,
        chains,
        ignored,
    })
}

/// What a release depends on beside its tables: the version of the program, the settings of the returns, and what only the report and the
/// workbooks show.
pub(super) fn made_by(pipeline: &Pipeline) -> String {
    let settings = &pipeline.returns;
    let langs: Vec<&str> = settings.langs.iter().map(|lang| lang.tag()).collect();
    let returns = match settings.write {
        true => format!("{} {:?}", langs.join("+"), settings.note.0),
        false => "none".to_owned(),
    };
    let shown = hex(&Sha256::digest(pipeline.shown_slice()));
    format!("huizong {} returns {returns} shown {shown}", env!("CARGO_PKG_VERSION"))
}

/// Whether something that a run writes lies among the submissions. It need not exist yet, so the nearest existing ancestor is compared.
pub(super) fn refuse_output_in_input(options: &RunOptions) -> Result<(), RunError> {
    if lies_in(&options.input, &options.output) {
        let path = options.output.clone();
        return Err(RunError::OutputInInput { path });
    }
    match options.exports.files().find(|path| lies_in(&options.input, path)) {
        Some(path) => Err(RunError::FileInInput { path: path.clone() }),
        None => Ok(()),
    }
}

/// Whether a path, at which there need not be anything yet, lies in the input folder.
pub(super) fn lies_in(input: &Path, path: &Path) -> bool {
    let real = |path: &Path| path.ancestors().find_map(|path| std::fs::canonicalize(path).ok());
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (input, path) = (real(input), real(&absolute));
    input.zip(path).is_some_and(|(input, path)| path.starts_with(&input))
}
