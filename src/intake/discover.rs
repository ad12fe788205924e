//! Every file below the input folder, in path order, with the forms that claim it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::template::{self, Template};
use super::{Error, Found, FoundFile};
use crate::pipeline::Pipeline;

pub(super) fn discover(pipeline: &Pipeline, templates: &[Template], input: &Path) -> Result<Found, Error> {
    let mut walk = Walk {
        own: own_files(pipeline),
        found: Found::default(),
        pipeline,
        templates,
    };
    walk.folder(input, "")?;
    walk.found.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.found)
}

/// The files beside the submissions that others read.
fn own_files(pipeline: &Pipeline) -> BTreeSet<String> {
    let reporters = pipeline.reporters.as_ref();
    let files = reporters
        .into_iter()
        .flat_map(|own| std::iter::once(&own.file).chain(&own.receipts));
    files
        .map(|path| path.trim_start_matches("./").replace('\\', "/"))
        .collect()
}

struct Walk<'a> {
    own: BTreeSet<String>,
    found: Found,
    pipeline: &'a Pipeline,
    templates: &'a [Template],
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        let failed = |source| Error::List {
            path: folder.to_owned(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if name.starts_with('.') || name.starts_with("~$") {
                self.found.hidden += 1;
            } else if kind.is_dir() {
                self.folder(&entry.path(), &format!("{path}/"))?;
            } else if !self.own.contains(&path) {
                self.file(path, entry.path(), kind.is_file());
            }
        }
        Ok(())
    }

    fn file(&mut self, path: String, location: PathBuf, regular: bool) {
        let claims = template::claims(self.templates, self.pipeline, &path);
        self.found.files.push(FoundFile {
            path,
            location,
            regular,
            claims,
        });
    }
}
