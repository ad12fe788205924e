//! Paths in a definition: the same place on every machine.

use std::path::{Component, Path, PathBuf};

use super::definition::Located;
use super::faults::{Faults, Source};

/// A path without `folder/..`, where it leads to the same place: behind a link it may not.
pub(super) fn plain_path(path: PathBuf) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let last = plain.components().next_back();
        match (part, last) {
            (Component::ParentDir, Some(Component::Normal(_))) => drop(plain.pop()),
            _ => plain.push(part),
        }
    }
    let folder = |path: &Path| {
        let parent = path.parent()?;
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        Some((parent.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    match (folder(&path), folder(&plain)) {
        (Some(long), Some(short)) if long == short => plain,
        _ => path,
    }
}

/// A path that means the same on every machine.
pub(super) fn portable<'a>(path: &'a Located<String>, source: &Source, faults: &mut Faults) -> Option<&'a str> {
    let absolute = Path::new(path.as_str()).is_absolute() || path.contains('\\') || path.contains(':');
    if absolute || path.trim().is_empty() {
        let hint = "a path relative to this folder, with `/`".to_owned();
        faults.add(
            source,
            "bad-path",
            path.span(),
            format!("`{}` is no portable path", path),
            hint,
        );
        return None;
    }
    Some(path)
}

/// A path within the input folder.
pub(super) fn within_input(path: &Located<String>, source: &Source, faults: &mut Faults) -> bool {
    let inside = Path::new(path.as_str())
        .components()
        .all(|c| matches!(c, Component::Normal(_)));
    if !inside || path.contains('\\') || path.trim().is_empty() {
        let hint = "a path relative to the input folder, with `/` and without `..`".to_owned();
        faults.add(
            source,
            "bad-path",
            path.span(),
            format!("`{}` points out of the input", path),
            hint,
        );
        return false;
    }
    true
}

/// A registry file that exists within the folder of the definition that names it: what a pipeline says lies in its folder, whole.
pub(super) fn existing(path: &Located<String>, source: &Source, faults: &mut Faults) -> Option<PathBuf> {
    let resolved = source.home.join(portable(path, source, faults)?);
    if Path::new(path.as_str()).components().any(|c| c == Component::ParentDir) {
        faults.add(
            source,
            "bad-path",
            path.span(),
            format!("`{}` points out of the pipeline's folder", path),
            "put the table into the folder, or take the registry or the dimensions of another one by [[include]]; only \
             `input` and `output` lie elsewhere"
                .to_owned(),
        );
        return None;
    }
    if !resolved.is_file() {
        let message = format!("there is no file `{}`", path);
        let hint = format!("looked for {}", resolved.display());
        faults.add(source, "missing-file", path.span(), message, hint);
        return None;
    }
    Some(resolved)
}
