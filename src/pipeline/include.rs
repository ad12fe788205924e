//! `[[include]]`: parts of another pipeline's folder, read as if they stood in one's own.
//!
//! What is taken stands before what the pipeline says itself, and is taken as it is: an id that both define is a fault. An
//! included folder's own includes are not followed, so that every file of a definition is in a folder that `pipeline.toml` names.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::definition::{IncludeDef, Located, PartDef, PipelineFile};
use super::faults::{Faults, Source};
use super::files::{self, Files, Folder, Lent, Read};
use super::paths::{plain_path, portable};

/// Why a part is not there that a reader of the other definition may expect.
const NOT_FOLLOWED: &str = "only what stands in that folder itself is taken, not what it includes in its turn";

/// Every file of the pipeline in a folder, those that it takes from others first; faults in shape are added to `faults`.
pub(super) fn read(dir: &Path, faults: &mut Faults) -> Files {
    let mut own = Files::default();
    let home = Folder {
        path: dir.to_path_buf(),
        from: String::new(),
    };
    own.add_own(&home, faults);
    let mut files = Files::default();
    if let Some(Read {
        source,
        content: Some(plan),
    }) = &own.plan
    {
        let mut reader = Reader {
            source,
            taken: BTreeMap::new(),
        };
        for include in &plan.include {
            reader.include(include, &mut files, faults);
        }
    }
    files.plan = own.plan;
    files.forms.extend(own.forms);
    files.checks.extend(own.checks);
    files.measures.extend(own.measures);
    files.indicators.extend(own.indicators);
    files.dimensions.extend(own.dimensions);
    files
}

/// Whether a pipeline takes a part from another, found or not.
pub(super) fn takes(plan: Option<&Read<PipelineFile>>, part: PartDef) -> bool {
    let plan = plan.and_then(|plan| plan.content.as_ref());
    let mut all = plan.into_iter().flat_map(|plan| &plan.include);
    all.any(|include| include.take.iter().any(|taken| **taken == part))
}

/// Includes in the order in which they are written.
struct Reader<'a> {
    /// `pipeline.toml`, which names them.
    source: &'a Source,
    /// Where each part of each folder is taken first.
    taken: BTreeMap<(PathBuf, PartDef), Range<usize>>,
}

impl Reader<'_> {
    fn include(&mut self, include: &IncludeDef, files: &mut Files, faults: &mut Faults) {
        let Some((folder, place)) = self.folder(&include.from, faults) else {
            return;
        };
        if include.take.is_empty() {
            let hint = "registry, units, forms, dimensions, measures, indicators, checks".to_owned();
            let message = "nothing is taken from the folder";
            faults.add(self.source, "empty-list", include.take.span(), message, hint);
        }
        let mut parts = Vec::new();
        for part in include.take.iter() {
            if let Some(first) = self.taken.get(&(place.clone(), **part)) {
                let message = format!("this part of `{}` is taken a second time", include.from);
                let first = (first.clone(), "the first");
                faults.add_related(self.source, "duplicate-id", part.span(), message, first, None);
                continue;
            }
            self.taken.insert((place.clone(), **part), part.span());
            parts.push(part);
        }
        for part in &parts {
            self.part(part, &folder, files, faults);
        }
        self.of_plan(&parts, &folder, files, faults);
    }

    /// The folder that is named, and the place where it lies, whatever it is called.
    fn folder(&self, from: &Located<String>, faults: &mut Faults) -> Option<(Folder, PathBuf)> {
        let named = portable(from, self.source, faults)?.trim_end_matches('/');
        let path = plain_path(self.source.home.join(named));
        let found = path.canonicalize().ok().filter(|place| place.is_dir());
        let Some(place) = found else {
            let hint = format!("looked for {}", path.display());
            let message = format!("there is no folder `{from}`");
            faults.add(self.source, "missing-file", from.span(), message, hint);
            return None;
        };
        if self.source.home.canonicalize().is_ok_and(|home| home == place) {
            let hint = "name the folder of another one".to_owned();
            let message = format!("`{from}` is the folder of this pipeline itself");
            faults.add(self.source, "bad-path", from.span(), message, hint);
            return None;
        }
        let from = format!("{named}/");
        Some((Folder { path, from }, place))
    }

    /// What has files of its own.
    fn part(&self, part: &Located<PartDef>, folder: &Folder, files: &mut Files, faults: &mut Faults) {
        match **part {
            PartDef::Registry | PartDef::Units => {}
            PartDef::Forms => {
                let before = (files.forms.len(), faults.count());
                files.add_forms(folder, faults);
                if before == (files.forms.len(), faults.count()) {
                    self.lacks(part, folder, "form in forms/", faults);
                }
            }
            PartDef::Dimensions => files
                .dimensions
                .extend(self.file(part, folder, "dimensions.toml", faults)),
            PartDef::Measures => files.measures.extend(self.file(part, folder, "measures.toml", faults)),
            PartDef::Indicators => files
                .indicators
                .extend(self.file(part, folder, "indicators.toml", faults)),
            PartDef::Checks => files.checks.extend(self.file(part, folder, "checks.toml", faults)),
        }
    }

    /// What stands in `pipeline.toml`, which is read once.
    fn of_plan(&self, parts: &[&Located<PartDef>], folder: &Folder, files: &mut Files, faults: &mut Faults) {
        let wanted = |part: PartDef| parts.iter().copied().find(|wanted| ***wanted == part);
        let (registry, units) = (wanted(PartDef::Registry), wanted(PartDef::Units));
        let Some(first) = registry.or(units) else {
            return;
        };
        let Some(file) = self.file::<PipelineFile>(first, folder, "pipeline.toml", faults) else {
            return;
        };
        if let Some(content) = &file.content {
            if let Some(part) = registry.filter(|_| content.registry.is_none()) {
                self.lacks(part, folder, "[registry]", faults);
            }
            if let Some(part) = units.filter(|_| content.unit.is_empty()) {
                self.lacks(part, folder, "[[unit]]", faults);
            }
        }
        files.lent.push(Lent {
            file,
            registry: registry.is_some(),
            units: units.is_some(),
        });
    }

    fn file<T: DeserializeOwned + JsonSchema>(
        &self,
        part: &Located<PartDef>,
        folder: &Folder,
        name: &str,
        faults: &mut Faults,
    ) -> Option<Read<T>> {
        if !folder.path.join(name).exists() {
            self.lacks(part, folder, name, faults);
            return None;
        }
        files::read(folder, name, faults)
    }

    fn lacks(&self, part: &Located<PartDef>, folder: &Folder, what: &str, faults: &mut Faults) {
        let message = format!("`{}` has no {what}", folder.from.trim_end_matches('/'));
        faults.add(
            self.source,
            "missing-file",
            part.span(),
            message,
            NOT_FOLLOWED.to_owned(),
        );
    }
}
