use std::fs;
use std::path::Path;

use jiff::civil::Date;

use super::manifest::OutputFile;
use super::{DATA_PACKAGE, Manifest, Staging};
use crate::lake::{Error, Output};

/// What became of a staged release that passed the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is now `current`.
    New(String),
    /// Its tables equal those of `current`, which stays.
    Unchanged(String),
}

/// The release that is current, where all that has been staged equals its tables.
///
/// # Errors
/// When the link to it cannot be read.
pub fn unchanged(staging: &Staging, output: &Output) -> Result<Option<String>, Error> {
    let hash = staging.content_hash();
    let current = output.current_release()?;
    Ok(current.filter(|current| current.ends_with(&format!("-{hash}")) && output.release(current).is_dir()))
}

/// Moves the staged folder among the releases, then lets `current` point to it with one rename, so that all tables change
/// together for every reader.
///
/// # Errors
/// When a folder cannot be moved; `current` is then as it was.
pub fn publish(staging: Staging, output: &Output, mut manifest: Manifest) -> Result<Published, Error> {
    if let Some(current) = unchanged(&staging, output)? {
        return Ok(Published::Unchanged(current));
    }
    let hash = staging.content_hash();
    let id = format!("{:06}-{hash}", output.last_sequence()? + 1);
    manifest.release.clone_from(&id);
    date_package(&staging, &manifest.created_at, Some(version(&id)))?;
    write_manifest(&staging, manifest)?;
    let target = output.release(&id);
    let staged = staging.keep();
    make_readable(&staged)?;
    fs::rename(&staged, &target).map_err(Error::io("move the staged release to", &target))?;
    point(output, &id)?;
    Ok(Published::New(id))
}

/// Keeps a run that is not published to look at, in the place of the one that lay in the folder before.
///
/// # Errors
/// When a folder cannot be removed or moved.
pub fn set_apart(staging: Staging, target: &Path, manifest: Manifest) -> Result<(), Error> {
    date_package(&staging, &manifest.created_at, None)?;
    write_manifest(&staging, manifest)?;
    if target.exists() {
        fs::remove_dir_all(target).map_err(Error::io("remove the folder", target))?;
    }
    let staged = staging.keep();
    make_readable(&staged)?;
    fs::rename(&staged, target).map_err(Error::io("move the run to", target))
}

/// What is read of the release that is current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its id.
    pub id: String,
    /// Its periods; None: its manifest cannot be read.
    pub periods: Option<Vec<String>>,
    /// Date of the run that made it; None: its manifest cannot be read.
    pub as_of: Option<Date>,
}

/// The release that is current, where there is one.
///
/// # Errors
/// When the link to it cannot be read.
pub fn current(output: &Output) -> Result<Option<Current>, Error> {
    #[derive(serde::Deserialize)]
    struct Read {
        periods: Vec<String>,
        as_of: Option<String>,
    }
    let read = |id: String| {
        let text = fs::read(output.release(&id).join("manifest.json")).ok();
        let read: Option<Read> = text.and_then(|text| serde_json::from_slice(&text).ok());
        Current {
            id,
            as_of: read.as_ref().and_then(|read| read.as_of.as_ref()?.parse().ok()),
            periods: read.map(|read| read.periods),
        }
    };
    Ok(output.current_release()?.map(read))
}

/// `000012-11c733c2` as a semantic version: `12.0.0+11c733c2`. Any release may change any figure.
fn version(id: &str) -> String {
    let (sequence, hash) = id.split_once('-').unwrap_or((id, "0"));
    let sequence = sequence.trim_start_matches('0');
    format!("{}.0.0+{hash}", if sequence.is_empty() { "0" } else { sequence })
}

/// Adds to the data package when it was made, and which release it is; a withheld run is none.
fn date_package(staging: &Staging, created: &str, version: Option<String>) -> Result<(), Error> {
    let path = staging.path(DATA_PACKAGE);
    if !path.exists() {
        return Ok(());
    }
    let text = fs::read(&path).map_err(Error::io("read", &path))?;
    let unreadable = |error: serde_json::Error| Error::io("read", &path)(error.into());
    let mut package: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).map_err(unreadable)?;
    package.insert("created".into(), created.into());
    if let Some(version) = version {
        package.insert("version".into(), version.into());
    }
    let mut text = serde_json::to_string_pretty(&package).expect("a data package is plain data");
    text.push('\n');
    staging.write(DATA_PACKAGE, text.as_bytes())
}

fn write_manifest(staging: &Staging, mut manifest: Manifest) -> Result<(), Error> {
    manifest.outputs = OutputFile::all(staging.files());
    let mut text = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data");
    text.push('\n');
    staging.write("manifest.json", text.as_bytes())
}

/// A temporary folder is closed to others; a release is for everyone the output folder is open to.
#[cfg(unix)]
fn make_readable(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let parent = folder.parent().expect("a staging folder lies in the output folder");
    let mode = fs::metadata(parent)
        .map_err(Error::io("read the permissions of", parent))?
        .permissions()
        .mode();
    let permissions = fs::Permissions::from_mode(mode);
    fs::set_permissions(folder, permissions).map_err(Error::io("set the permissions of", folder))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> Result<(), Error> {
    Ok(())
}

/// The new link is made under another name and renamed over the old one: there is no moment without a `current`.
#[cfg(unix)]
fn point(output: &Output, id: &str) -> Result<(), Error> {
    let next = output.root().join(".current-next");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io("remove the left-over link", &next)(error));
        }
        _ => {}
    }
    std::os::unix::fs::symlink(Path::new("releases").join(id), &next).map_err(Error::io("create the link", &next))?;
    let current = output.current();
    fs::rename(&next, &current).map_err(Error::io("move the link to", &current))
}

#[cfg(windows)]
fn point(output: &Output, id: &str) -> Result<(), Error> {
    let current = output.current();
    if current.exists() {
        fs::remove_dir(&current).map_err(Error::io("remove the link", &current))?;
    }
    let target = Path::new("releases").join(id);
    std::os::windows::fs::symlink_dir(target, &current).map_err(Error::io("create the link", &current))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::lake::Written;
    use crate::release::RowCounts;

    fn manifest() -> Manifest {
        Manifest {
            release: String::new(),
            created_at: "2020-01-01T00:00:00Z".into(),
            pipeline: "p".into(),
            definition_sha256: String::new(),
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
            inputs: vec![],
            outputs: vec![],
        }
    }

    fn staged(output: &Output, content: &str) -> Staging {
        let staging = Staging::new(output).unwrap();
        staging.write("tables/a.parquet", content.as_bytes()).unwrap();
        staging.note(
            "tables/a.parquet",
            Written {
                sha256: content.into(),
                bytes: 1,
                rows: 1,
            },
        );
        staging
    }

    #[test]
    fn current_moves_only_when_something_changed() {
        let dir = tempfile::tempdir().unwrap();
        let output = Output::open(dir.path()).unwrap();
        let Published::New(first) = publish(staged(&output, "a"), &output, manifest()).unwrap() else {
            panic!("new")
        };
        assert!(first.starts_with("000001-"));
        let again = publish(staged(&output, "a"), &output, manifest()).unwrap();
        assert_eq!(again, Published::Unchanged(first.clone()));
        let Published::New(second) = publish(staged(&output, "b"), &output, manifest()).unwrap() else {
            panic!("new")
        };
        assert!(second.starts_with("000002-"));
        assert_eq!(output.current_release().unwrap(), Some(second.clone()));
        assert!(output.release(&first).join("manifest.json").is_file());
        assert!(output.current().join("tables/a.parquet").is_file());
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
            publish(staging, &output, manifest()).unwrap()
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
        publish(staged(&output, "a"), &output, manifest()).unwrap();
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
        publish(staged(&output, "a"), &output, manifest()).unwrap();
        let read = current(&output).unwrap().unwrap();
        assert_eq!(read.periods, Some(vec!["2020".to_owned()]));
        fs::write(output.current().join("manifest.json"), "{").unwrap();
        assert_eq!(current(&output).unwrap().unwrap().periods, None, "a broken manifest");
    }
}
