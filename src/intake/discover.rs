//! Every file below the input folder, in path order, with the forms that claim it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::Error;
use super::found::{Found, FoundFile, Location};
use super::leftovers::{Leftover, leftover};
use super::template::{self, Template};
use crate::domain::visible;
use crate::pipeline::{Pipeline, RuleKind};

/// Folders within folders that are looked into.
const DEPTH: usize = 32;

pub(super) fn discover(pipeline: &Pipeline, templates: &[Template], input: &Path) -> Result<Found, Error> {
    let mut walk = Walk {
        own: own_files(pipeline),
        found: Found::default(),
        unfinished: Vec::new(),
        pipeline,
        templates,
    };
    let entries = fs::read_dir(input).map_err(|source| failed(input, source))?;
    walk.folder(input, "", entries, 0)?;
    walk.found.files.par_iter_mut().for_each(|file| {
        file.claims = template::claims(templates, pipeline, &file.path);
    });
    walk.settle_leftovers();
    walk.found.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(walk.found)
}

/// A file by its path alone.
pub(super) fn claimed(pipeline: &Pipeline, templates: &[Template], (input, path): (&Path, &str)) -> FoundFile {
    FoundFile {
        path: path.to_owned(),
        location: Location::Disk(input.join(path)),
        irregular: None,
        claims: template::claims(templates, pipeline, path),
        told: None,
    }
}

/// Levels above and below the input folder at which submissions are looked for when it holds none.
const LEVELS: usize = 3;

/// The folder that the files would be submissions of, where no form claims any of them, and how many would be.
pub(super) fn misplaced(
    pipeline: &Pipeline,
    templates: &[Template],
    input: &Path,
    files: &[FoundFile],
) -> Option<(PathBuf, usize)> {
    if files.iter().any(|file| !file.claims.is_empty()) {
        return None;
    }
    // A path that names no period may fit a template by chance.
    let is_claimed = |path: &str| {
        let claims = template::claims(templates, pipeline, path);
        claims.iter().any(|claim| claim.period.is_some())
    };
    let mut folders: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for file in files {
        let ends = file.path.match_indices('/').map(|(at, _)| at).take(LEVELS);
        for end in ends.filter(|end| is_claimed(&file.path[end + 1..])) {
            *folders.entry(input.join(&file.path[..end])).or_default() += 1;
        }
    }
    let whole = fs::canonicalize(input).ok()?;
    for above in whole.ancestors().skip(1).take(LEVELS) {
        let names = whole.strip_prefix(above).ok()?.components();
        let names: Vec<String> = names.map(|name| shown(name.as_os_str())).collect();
        let claimed = |file: &&FoundFile| is_claimed(&format!("{}/{}", names.join("/"), file.path));
        let count = files.iter().filter(claimed).count();
        if count > 0 {
            folders.insert(above.to_owned(), count);
        }
    }
    folders.into_iter().rev().max_by_key(|(_, count)| *count)
}

/// The files beside the submissions that others read.
pub(super) fn own_files(pipeline: &Pipeline) -> BTreeSet<String> {
    let reporters = pipeline.reporters.as_ref();
    let files = reporters
        .into_iter()
        .flat_map(|own| std::iter::once(&own.file).chain(&own.receipts));
    let registers = pipeline.rules.iter().filter_map(|rule| match &rule.kind {
        RuleKind::Cover(cover) => cover.register.as_ref(),
        _ => None,
    });
    let feedback = [&pipeline.feedback.corrections, &pipeline.feedback.explanations];
    files
        .chain(registers)
        .chain(feedback)
        .map(|path| path.trim_start_matches("./").replace('\\', "/"))
        .collect()
}

struct Walk<'a> {
    own: BTreeSet<String>,
    found: Found,
    /// Leftovers of a file: path and place of the leftover, and path of the file.
    unfinished: Vec<(String, PathBuf, String)>,
    pipeline: &'a Pipeline,
    templates: &'a [Template],
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, entries: fs::ReadDir, depth: usize) -> Result<(), Error> {
        for entry in entries {
            let entry = entry.map_err(|source| failed(folder, source))?;
            let kind = entry.file_type().map_err(|source| failed(folder, source))?;
            let name = shown(&entry.file_name());
            let path = format!("{prefix}{name}");
            let leftover = leftover(&name, kind.is_dir());
            if leftover == Some(Leftover::Certain) {
                self.found.hidden += 1;
            } else if let Some(Leftover::Of(whole)) = leftover {
                self.unfinished
                    .push((path.clone(), entry.path(), format!("{prefix}{whole}")));
            } else if kind.is_dir() && depth >= DEPTH {
                self.file(path, entry.path(), Some("a folder too deep below the input"));
            } else if kind.is_dir() {
                match fs::read_dir(entry.path()) {
                    Ok(inner) => self.folder(&entry.path(), &format!("{path}/"), inner, depth + 1)?,
                    // A folder that cannot be listed does not keep the others from being read.
                    Err(source) if is_its_own(source.kind()) => {
                        self.file(path, entry.path(), Some("a folder that cannot be opened"));
                    }
                    Err(source) => return Err(failed(&entry.path(), source)),
                }
            } else if !self.own.contains(&path) {
                self.file(path, entry.path(), irregular(kind));
            }
        }
        Ok(())
    }

    /// Ignores leftovers of files, but for those that are all that came of a submission: these are reported as files of no form, and
    /// never read, since it may be incomplete.
    fn settle_leftovers(&mut self) {
        let unfinished = std::mem::take(&mut self.unfinished);
        let there: BTreeSet<String> = self.found.files.iter().map(|file| file.path.clone()).collect();
        for (path, location, whole) in unfinished {
            let is_lost =
                !there.contains(&whole) && !template::claims(self.templates, self.pipeline, &whole).is_empty();
            if is_lost {
                self.found.files.push(FoundFile {
                    path,
                    location: Location::Disk(location),
                    irregular: None,
                    claims: Vec::new(),
                    told: None,
                });
            } else {
                self.found.hidden += 1;
            }
        }
    }

    /// Notes a file; who claims it is found when all are known.
    fn file(&mut self, path: String, location: PathBuf, irregular: Option<&'static str>) {
        self.found.files.push(FoundFile {
            path,
            location: Location::Disk(location),
            irregular,
            claims: Vec::new(),
            told: None,
        });
    }
}

fn failed(folder: &Path, source: io::Error) -> Error {
    Error::List {
        path: folder.to_owned(),
        source,
    }
}

/// Whether a failure is that of one file or folder, and not of the machine: closed, gone, or of too long a path.
pub(super) fn is_its_own(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::PermissionDenied
            | ErrorKind::NotFound
            | ErrorKind::InvalidFilename
            | ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
    )
}

/// What an entry of a folder is where it is no file.
fn irregular(kind: fs::FileType) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe");
        } else if kind.is_socket() {
            return Some("a socket");
        } else if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    Some(if kind.is_symlink() {
        "a symbolic link"
    } else {
        "no file"
    })
}

/// A name as it may stand in tables and messages: what shows nothing, or is no Unicode, written out, and a backslash doubled. So two
/// names that differ never become one.
fn shown(name: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        shown.push_str(&visible(&chunk.valid().replace('\\', "\\\\")));
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn names_show_what_they_are() {
        use std::os::unix::ffi::OsStrExt;
        for (name, text) in [
            ("130102_名册.csv".as_bytes(), "130102_名册.csv"),
            (b"a\x1b[2J.csv", "a\\u{1b}[2J.csv"),
            ("a\u{202e}vsc.exe".as_bytes(), "a\\u{202e}vsc.exe"),
            (b"\xb9\xe3.csv", "\\xb9\\xe3.csv"),
            (b"a\\u{202e}vsc.exe", "a\\\\u{202e}vsc.exe"),
        ] {
            assert_eq!(shown(OsStr::from_bytes(name)), text);
        }
    }
}
