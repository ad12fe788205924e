use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::key::SigningKey;
use super::manifest::{OutputFile, RevisionsSince};
use super::record::{MANIFEST, Record, SIGNATURE};
use super::signature::{has_signature, is_signed_as_asked};
use super::{CROISSANT, DATA_PACKAGE, DATED, Manifest, Staging};
use crate::domain::hex;
use crate::lake::{Error, Output, disk, stop};

/// What became of a staged release that passed the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is now `current`.
    New(String),
    /// Its tables equal those of `current`, which stays.
    Unchanged(String),
}

/// The release that is current, where all that has been staged equals its tables, its files are still what was published, and it is
/// signed with the key with which runs sign. One that is damaged or not signed is told, and is no longer equal.
///
/// # Errors
/// When the link to it cannot be read.
pub fn unchanged(staging: &Staging, output: &Output, key: Option<&SigningKey>) -> Result<Option<String>, Error> {
    let hash = staging.content_hash();
    let current = output.current_release()?;
    let same = current.filter(|current| current.ends_with(&format!("-{hash}")));
    Ok(same.filter(|current| match damaged(&output.release(current)) {
        None if is_signed_as_asked(&output.release(current), key) => true,
        None => {
            tracing::warn!(
                release = %current,
                "the current release does not have a signature of the key that is given; it is published anew"
            );
            false
        }
        Some(file) => {
            tracing::warn!(
                release = %current,
                file,
                "the current release is damaged: the file is gone or is not the one that was published; it is published anew"
            );
            false
        }
    }))
}

/// Tells when a release that stays current is damaged.
pub fn warn_of_damage(output: &Output, current: &str) {
    if let Some(file) = damaged(&output.release(current)) {
        tracing::warn!(
            release = %current,
            file,
            "the current release is damaged: the file is gone or is not the one that was published; \
             a run over all periods publishes it anew"
        );
    }
}

/// The first file of a release that is not what its manifest says.
fn damaged(folder: &Path) -> Option<String> {
    match Record::read(folder) {
        Some(record) => record.first_damaged(folder).map(str::to_owned),
        None => Some(MANIFEST.to_owned()),
    }
}

/// Moves the staged folder among the releases, then lets `current` point to it with one rename, so that all tables change
/// together for every reader. `standing` is what [`unchanged`] said: that release stays, and its manifest tells of this run. `key` signs
/// the manifest.
///
/// # Errors
/// When a folder cannot be moved; `current` is then as it was.
pub fn publish(
    staging: Staging,
    output: &Output,
    mut manifest: Manifest,
    standing: Option<String>,
    key: Option<&SigningKey>,
) -> Result<Published, Error> {
    manifest.signed_by = key.map(|key| key.public().id());
    if let Some(current) = standing {
        confirm(&output.release(&current), manifest, key)?;
        return Ok(Published::Unchanged(current));
    }
    let hash = staging.content_hash();
    let id = format!("{:06}-{hash}", output.last_sequence()? + 1);
    manifest.release.clone_from(&id);
    date(&staging, &manifest.created_at, Some(&id))?;
    let text = write_manifest(&staging, manifest)?;
    match key {
        Some(key) => disk::write(&staging.path(SIGNATURE), &key.sign(text.as_bytes()))?,
        None => warn_of_unsigned(output)?,
    }
    make_readable(staging.dir())?;
    disk::sync_all_below(staging.dir())?;
    stop::commit();
    let moved = make_current(staging, output, &id);
    if moved.is_err() {
        // Told is why it failed, not what else does.
        let _ = output.clear_leftovers(false);
    }
    moved?;
    // From here on nothing takes the release back, so that a failure is none of the run.
    if let Err(error) = disk::sync_folder(output.root()) {
        tracing::warn!(
            release = %id,
            error = %std::error::Error::source(&error).map_or_else(String::new, ToString::to_string),
            "the release is published, but the system does not say that it outlasts a loss of power"
        );
    }
    Ok(Published::New(id))
}

/// Tells where an unsigned release takes the place of a signed one: readers that ask for a signature refuse it.
fn warn_of_unsigned(output: &Output) -> Result<(), Error> {
    if let Some(before) = output.current_release()?
        && has_signature(&output.release(&before))
    {
        tracing::warn!(
            release = %before,
            "the release before was signed, and the new one is not: the run was given no key"
        );
    }
    Ok(())
}

/// Moves a staged release to its place and lets `current` lead to it. Before, a link beside `current` says which release comes, so
/// that whoever finds both knows that it was never published; the last rename turns that link into `current`.
fn make_current(staging: Staging, output: &Output, id: &str) -> Result<(), Error> {
    let (coming, target) = (output.publishing(), output.release(id));
    disk::point(&coming, &Path::new("releases").join(id))?;
    disk::sync_folder(output.root())?;
    staging.move_to(&target)?;
    disk::sync_folder(&output.root().join("releases"))?;
    disk::rename(&coming, &output.current())
}

/// Lets the manifest of a release tell of the run that found it unchanged: inputs, gate, date and definition are those of that
/// run; id, files and the time of publication stay. A run of an earlier date changes nothing, nor does one that cannot sign what is signed.
fn confirm(folder: &Path, mut manifest: Manifest, key: Option<&SigningKey>) -> Result<(), Error> {
    if must_stay(folder, key) {
        return Ok(());
    }
    #[derive(serde::Deserialize)]
    struct Read {
        release: String,
        created_at: String,
        as_of: String,
        #[serde(default)]
        revisions: RevisionsSince,
        outputs: Vec<OutputFile>,
    }
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).map_err(Error::io("read", &path))?;
    let before: Read = serde_json::from_slice(&text).map_err(|error| Error::io("read", &path)(error.into()))?;
    // What the gate has judged by a later date stays judged.
    if manifest.as_of < before.as_of {
        return Ok(());
    }
    manifest.confirmed_at = Some(std::mem::replace(&mut manifest.created_at, before.created_at));
    manifest.release = before.release;
    manifest.revisions = before.revisions;
    manifest.outputs = before.outputs;
    replace(folder, &spelt(&manifest), key)
}

/// Whether a manifest is signed and the run has no key: a new one would no longer be what was signed.
fn must_stay(folder: &Path, key: Option<&SigningKey>) -> bool {
    let stays = key.is_none() && has_signature(folder);
    if stays {
        tracing::warn!("the current release is signed, and the run was given no key: the manifest stays as it is");
    }
    stays
}

/// Notes in the manifest of a release that a run has found nothing changed; `as_of`: its date. Where there is a `key`, the release has
/// its signature, and gets it anew.
///
/// # Errors
/// When the manifest cannot be read or replaced.
pub fn confirm_again(folder: &Path, as_of: Date, key: Option<&SigningKey>) -> Result<(), Error> {
    if must_stay(folder, key) {
        return Ok(());
    }
    let path = folder.join(MANIFEST);
    let mut text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let (as_of, now) = (as_of.to_string(), jiff::Timestamp::now().to_string());
    let (before, created) = (member(&text, "as_of"), member(&text, "created_at"));
    let confirmed = member(&text, "confirmed_at");
    let is_as_written = confirmed.is_some() || !text.contains("\"confirmed_at\"");
    let (Some(before), Some(created), true) = (before, created, is_as_written) else {
        return confirm_parsed(folder, &text, (&as_of, &now), key);
    };
    // What the gate has judged by a later date stays judged.
    if text[before.clone()] > *as_of {
        return Ok(());
    }
    text.replace_range(before, &as_of);
    match member(&text, "confirmed_at") {
        Some(confirmed) => text.replace_range(confirmed, &now),
        None => {
            let created = member(&text, "created_at").unwrap_or(created);
            text.insert_str(created.end + 1, &format!(",\n  \"confirmed_at\": \"{now}\""));
        }
    }
    replace(folder, &text, key)
}

/// The same for a manifest that somebody has formatted anew.
fn confirm_parsed(
    folder: &Path,
    text: &str,
    (as_of, now): (&str, &str),
    key: Option<&SigningKey>,
) -> Result<(), Error> {
    let unreadable = || Error::io("read", &folder.join(MANIFEST))(io::ErrorKind::InvalidData.into());
    let mut manifest: serde_json::Value = serde_json::from_str(text).map_err(|_| unreadable())?;
    if manifest["as_of"].as_str().ok_or_else(unreadable)? > as_of {
        return Ok(());
    }
    manifest["as_of"] = as_of.into();
    manifest["confirmed_at"] = now.into();
    replace(folder, &spelt(&manifest), key)
}

/// Where the text of a member of a manifest stands, as this program writes it: a line of its own, indented by two blanks. A manifest
/// of a nation has megabytes; to change a date in it, it is not parsed.
fn member(text: &str, name: &str) -> Option<Range<usize>> {
    let lead = format!("\n  \"{name}\": \"");
    let start = text.find(&lead)? + lead.len();
    let length = text[start..].find('"')?;
    Some(start..start + length)
}

/// Puts a manifest in the place of the one before, and its signature. Were only one of them put there, the next run would find no valid
/// signature and publish anew; a signal waits until both are.
fn replace(folder: &Path, text: &str, key: Option<&SigningKey>) -> Result<(), Error> {
    if key.is_some() {
        stop::commit();
    }
    disk::replace_durably(&folder.join(MANIFEST), &[text.as_bytes()])?;
    match key {
        Some(key) => disk::replace_durably(&folder.join(SIGNATURE), &[&key.sign(text.as_bytes())]),
        None => Ok(()),
    }
}

/// Keeps a run that is not published to look at, in the place of the one that lay in the folder before.
///
/// # Errors
/// When a folder cannot be removed or moved.
pub fn set_apart(staging: Staging, target: &Path, manifest: Manifest) -> Result<(), Error> {
    date(&staging, &manifest.created_at, None)?;
    write_manifest(&staging, manifest)?;
    make_readable(staging.dir())?;
    stop::commit();
    disk::remove_folder(target)?;
    staging.move_to(target)
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
    Ok(output.current_release()?.map(|id| current_in(&output.release(&id))))
}

/// The release in a folder, as if it were current.
pub fn current_in(folder: &Path) -> Current {
    #[derive(serde::Deserialize)]
    struct Read {
        periods: Vec<String>,
        as_of: Option<String>,
    }
    let text = fs::read(folder.join(MANIFEST)).ok();
    let read: Option<Read> = text.and_then(|text| serde_json::from_slice(&text).ok());
    Current {
        id: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        as_of: read.as_ref().and_then(|read| read.as_of.as_ref()?.parse().ok()),
        periods: read.map(|read| read.periods),
    }
}

/// `000012-11c733c2` as a semantic version: `12.0.0+11c733c2`. Any release may change any figure.
fn version(id: &str) -> String {
    let (sequence, hash) = id.split_once('-').unwrap_or((id, "0"));
    let sequence = sequence.trim_start_matches('0');
    format!("{}.0.0+{hash}", if sequence.is_empty() { "0" } else { sequence })
}

/// Adds to what describes the release when it was made, and which release it is; a withheld run is none.
fn date(staging: &Staging, created: &str, id: Option<&str>) -> Result<(), Error> {
    for name in DATED.into_iter().filter(|name| staging.path(name).exists()) {
        staging.write(name, &dated(&staging.path(name), (created, id))?)?;
    }
    Ok(())
}

/// A file of a release or a run in a folder that [`is_dated`](super::is_dated), as it would be in a release of another time and id.
///
/// # Errors
/// When it cannot be read.
pub fn dated_as(folder: &Path, name: &str, (created, id): (&str, &str)) -> Result<OutputFile, Error> {
    let bytes = dated(&folder.join(name), (created, Some(id)))?;
    Ok(OutputFile {
        path: name.to_owned(),
        sha256: hex(&Sha256::digest(&bytes)),
        bytes: bytes.len() as u64,
        rows: None,
    })
}

/// What a file contains with the time and the id of a release in it, in the place of those that it may have.
fn dated(path: &Path, (created, id): (&str, Option<&str>)) -> Result<Vec<u8>, Error> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let (day, version) = (created.split('T').next(), id.map(version));
    let members = match path.file_name().and_then(std::ffi::OsStr::to_str) {
        Some(DATA_PACKAGE) => [("created", Some(created)), ("version", version.as_deref())],
        Some(CROISSANT) => [("datePublished", day), ("version", version.as_deref())],
        _ => return Ok(dated_citation(&text, [("version", id), ("date-released", day)]).into_bytes()),
    };
    let unreadable = |error: serde_json::Error| Error::io("read", path)(error.into());
    let mut file: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).map_err(unreadable)?;
    let told = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
    file.extend(told.map(|(key, value)| (key.to_owned(), value.into())));
    Ok(spelt(&file).into_bytes())
}

fn dated_citation(text: &str, members: [(&str, Option<&str>); 2]) -> String {
    let is_old = |line: &&str| members.iter().any(|(key, _)| line.starts_with(&format!("{key}: ")));
    let mut lines: Vec<String> = text.lines().filter(|line| !is_old(line)).map(str::to_owned).collect();
    let told = members.into_iter().filter_map(|(key, value)| Some((key, value?)));
    lines.extend(told.map(|(key, value)| format!("{key}: \"{value}\"")));
    lines.join("\n") + "\n"
}

/// Writes the manifest of all that has been staged; its text.
fn write_manifest(staging: &Staging, mut manifest: Manifest) -> Result<String, Error> {
    manifest.outputs = OutputFile::all(staging.files());
    let text = spelt(&manifest);
    staging.write(MANIFEST, text.as_bytes())?;
    Ok(text)
}

fn spelt(file: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(file).expect("what describes a release is plain data");
    text.push('\n');
    text
}

/// A temporary folder is closed to others; a release is for everyone the output folder is open to.
fn make_readable(folder: &Path) -> Result<(), Error> {
    let parent = folder.parent().expect("a staging folder lies in the output folder");
    disk::open_to_others(folder, parent).map_err(Error::io("set the permissions of", folder))
}

#[cfg(test)]
mod tests;
