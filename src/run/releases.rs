//! What is done with releases that are there: listed, made current again, named.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::lake::{self, Lock, Output, disk};
use crate::release::{self, About, Hold, Listed, Record};
use crate::report::{ReleaseLine, ReleasesReport, RollbackReport};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ReleasesError {
    /// There is no such folder.
    #[error("there is no output folder at {}", path.display())]
    NoOutput {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// No release has this id, number or tag, or several have.
    #[error("no release is called {given}")]
    NoSuchRelease {
        /// As the user wrote it.
        given: String,
        /// Those that could be meant; else all there are.
        known: Vec<String>,
    },
    /// It is current already.
    #[error("{id} is the current release already")]
    AlreadyCurrent {
        /// Its id.
        id: String,
    },
    /// A file of the release is not the one that was published.
    #[error("the release {id} is damaged: {file} is gone or is not the file that was published")]
    Damaged {
        /// Its id.
        id: String,
        /// The first such file.
        file: String,
    },
    /// Not a name of a tag.
    #[error("{given:?} cannot be a tag")]
    BadTag {
        /// As the user wrote it.
        given: String,
    },
    /// Another release has the tag.
    #[error("the tag {name} is that of {id}")]
    TagTaken {
        /// The tag.
        name: String,
        /// The release that has it.
        id: String,
    },
    /// No release has the tag.
    #[error("no release has the tag {name}")]
    NoSuchTag {
        /// As the user wrote it.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Nothing was withdrawn.
    #[error("no release was withdrawn: runs publish as usual")]
    NotOnHold,
    /// Something could not be read or written, or a run is at it.
    #[error(transparent)]
    Lake(#[from] lake::Error),
}

/// Lists the releases.
///
/// # Errors
/// When something cannot be read.
pub fn releases(root: &Path) -> Result<ReleasesReport, ReleasesError> {
    let output = opened(root)?;
    let (hold, listed) = (Hold::read(&output)?, release::catalogue(&output)?);
    let current = listed.iter().position(|one| one.is_current);
    let is_withdrawn = |at: usize| hold.is_some() && current.is_some_and(|current| at > current);
    let lines = listed.iter().enumerate().map(|(at, one)| line(one, is_withdrawn(at)));
    Ok(ReleasesReport {
        releases: lines.collect(),
        on_hold_since: hold.map(|hold| hold.since),
        withheld_since: release::withheld_since(&output, &output.current()).map(|at| at.to_string()),
    })
}

fn line(one: &Listed, withdrawn: bool) -> ReleaseLine {
    let about = one.about.as_ref();
    let sum = |of: fn(&About) -> u64| about.map(of);
    ReleaseLine {
        id: one.id.clone(),
        current: one.is_current,
        withdrawn,
        created_at: about.map(|about| about.created_at.to_string()),
        confirmed_at: about.and_then(|about| about.confirmed_at).map(|at| at.to_string()),
        as_of: about.map(|about| about.as_of.clone()),
        periods: about.map(|about| about.periods.clone()).unwrap_or_default(),
        submissions: sum(submissions),
        submissions_rejected: sum(|about| about.submissions.get("rejected").copied().unwrap_or(0)),
        rows_accepted: sum(accepted),
        rows_quarantined: sum(|about| about.rows.get("quarantined").copied().unwrap_or(0)),
        findings_hard: sum(|about| about.findings.get("hard").copied().unwrap_or(0)),
        findings_explain: sum(|about| about.findings.get("explain").copied().unwrap_or(0)),
        gate_checks: about.map(|about| about.gate.len()),
        gate_failed: about.map(|about| about.gate.iter().filter(|check| !check.passed).count()),
        tags: one.tags.clone(),
        bytes_alone: one.size.alone,
        bytes_shared: one.size.shared,
    }
}

fn submissions(about: &About) -> u64 {
    about.submissions.values().sum()
}

fn accepted(about: &About) -> u64 {
    about.rows.get("accepted").copied().unwrap_or(0)
}

/// Makes a release current again; without `execute` it only says what that would change. `given`: its id or the beginning of it, its
/// number, a tag, or `previous`, the one before the current one.
///
/// # Errors
/// When there is no such release, it is damaged or current already, a run is under way, or something cannot be written.
pub fn rollback(root: &Path, given: &str, execute: bool) -> Result<RollbackReport, ReleasesError> {
    let output = opened(root)?;
    let _lock = execute.then(|| held(&output)).transpose()?;
    let listed = release::catalogue(&output)?;
    let at = find(&output, &listed, given)?;
    let to = &listed[at];
    if to.is_current {
        return Err(ReleasesError::AlreadyCurrent { id: to.id.clone() });
    }
    let folder = output.release(&to.id);
    let damaged = |file: &str| ReleasesError::Damaged {
        id: to.id.clone(),
        file: file.to_owned(),
    };
    let (Some(record), Some(about)) = (Record::read(&folder), &to.about) else {
        return Err(damaged("manifest.json"));
    };
    if let Some(file) = record.damaged(&folder).first() {
        return Err(damaged(file));
    }
    let from = listed.iter().find(|one| one.is_current);
    let before = from.and_then(|from| from.about.as_ref());
    // The latest release is what runs go on from: nothing is withdrawn then.
    let holds = at + 1 < listed.len();
    if execute {
        lead_back(&output, &to.id, from.map(|from| from.id.as_str()), holds)?;
    }
    let lacking = |these: Option<&About>, those: Option<&About>| -> Vec<String> {
        let those = those.map_or(&[][..], |about| &about.periods);
        let these = these.map_or(&[][..], |about| &about.periods);
        these.iter().filter(|period| !those.contains(period)).cloned().collect()
    };
    let differing = before.map(|before| about.differing(before)).unwrap_or_default();
    let tables = differing
        .iter()
        .filter_map(|path| path.strip_prefix("tables/")?.strip_suffix(".parquet"));
    Ok(RollbackReport {
        from: from.map(|from| from.id.clone()),
        to: to.id.clone(),
        done: execute,
        holds,
        created_at: about.created_at.to_string(),
        periods_gone: lacking(before, Some(about)),
        periods_back: lacking(Some(about), before),
        submissions: [before.map(submissions), Some(submissions(about))],
        rows_accepted: [before.map(accepted), Some(accepted(about))],
        tables: tables.map(str::to_owned).collect(),
        files: differing.len(),
    })
}

/// The hold comes first: were `current` moved without it, the next run would publish again what was withdrawn.
fn lead_back(output: &Output, to: &str, from: Option<&str>, holds: bool) -> Result<(), ReleasesError> {
    if holds {
        let before = Hold::read(output)?;
        let hold = Hold {
            current: to.to_owned(),
            // After a second step back it is still the first one that was withdrawn.
            withdrawn: before.map_or_else(|| from.unwrap_or_default().to_owned(), |before| before.withdrawn),
            since: now().to_string(),
        };
        hold.write(output)?;
    }
    output.point_current(to)?;
    if !holds {
        Hold::lift(output)?;
    }
    Ok(())
}

/// Lets runs publish again after a release was withdrawn.
///
/// # Errors
/// When none was, a run is under way, or something cannot be written.
pub fn lift(root: &Path) -> Result<Hold, ReleasesError> {
    let output = opened(root)?;
    let _lock = held(&output)?;
    let hold = Hold::read(&output)?.ok_or(ReleasesError::NotOnHold)?;
    Hold::lift(&output)?;
    Ok(hold)
}

/// Gives a release a name; its id.
///
/// # Errors
/// When there is no such release, the name cannot be one or is that of another release, a run is under way, or it cannot be written.
pub fn tag(root: &Path, given: &str, name: &str) -> Result<String, ReleasesError> {
    let output = opened(root)?;
    let _lock = held(&output)?;
    if !is_tag(name) {
        return Err(ReleasesError::BadTag { given: name.to_owned() });
    }
    let listed = release::catalogue(&output)?;
    let id = listed[find(&output, &listed, given)?].id.clone();
    if let Some(taken) = output.tags()?.remove(name).filter(|taken| *taken != id) {
        return Err(ReleasesError::TagTaken {
            name: name.to_owned(),
            id: taken,
        });
    }
    let folder = output.tags_folder();
    disk::create_folders(&folder)?;
    disk::point(&folder.join(name), &Path::new("../releases").join(&id))?;
    disk::sync_folder(&folder)?;
    Ok(id)
}

/// Takes a name from the release that has it; its id.
///
/// # Errors
/// When none has it, a run is under way, or something cannot be removed.
pub fn untag(root: &Path, name: &str) -> Result<String, ReleasesError> {
    let output = opened(root)?;
    let _lock = held(&output)?;
    let mut tags = output.tags()?;
    let Some(id) = tags.remove(name) else {
        return Err(ReleasesError::NoSuchTag {
            name: name.to_owned(),
            known: tags.into_keys().collect(),
        });
    };
    let folder = output.tags_folder();
    disk::remove_file(&folder.join(name))?;
    disk::sync_folder(&folder)?;
    Ok(id)
}

/// A tag is a file name, and never one that could be an id, a number or a word with a meaning.
fn is_tag(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins_well = name.starts_with(char::is_alphanumeric);
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    // `000012-2ec65f21`, `12`
    let is_release = digits(name)
        || name
            .split('-')
            .next()
            .is_some_and(|first| first.len() >= 6 && digits(first));
    name.len() <= 100
        && begins_well
        && name.chars().all(is_plain)
        && !is_release
        && !["current", "previous", "withheld", "partial"].contains(&name)
}

/// The output folder at a path.
pub(super) fn opened(root: &Path) -> Result<Output, ReleasesError> {
    match root.is_dir() {
        true => Ok(Output::at(root)),
        false => Err(ReleasesError::NoOutput { path: root.to_owned() }),
    }
}

/// The lock of an output folder, cleared of what a killed run has left.
pub(super) fn held(output: &Output) -> Result<Lock, ReleasesError> {
    let lock = Lock::take(&output.lock())?;
    if lock.was_abandoned() {
        output.clear_leftovers(true)?;
    }
    Ok(lock)
}

/// The time, to the second.
pub(super) fn now() -> Timestamp {
    Timestamp::now().round(jiff::Unit::Second).unwrap_or_default()
}

/// Index of the release that is meant.
fn find(output: &Output, listed: &[Listed], given: &str) -> Result<usize, ReleasesError> {
    let current = listed.iter().position(|one| one.is_current);
    let unknown = |known: &[usize]| ReleasesError::NoSuchRelease {
        given: given.to_owned(),
        known: known.iter().map(|&at| listed[at].id.clone()).collect(),
    };
    let all: Vec<usize> = (0..listed.len()).collect();
    let named = match given {
        "current" => current,
        "previous" => current.and_then(|current| current.checked_sub(1)),
        _ => {
            let tagged = output.tags()?.remove(given);
            tagged.and_then(|id| listed.iter().position(|one| one.id == id))
        }
    };
    if let Some(at) = named {
        return Ok(at);
    }
    let number = given.parse::<u32>().ok().map(|number| format!("{number:06}-"));
    let is_meant = |id: &str| match &number {
        Some(number) => id.starts_with(number.as_str()),
        None => given.len() > 6 && id.starts_with(given),
    };
    let meant: Vec<usize> = all.iter().copied().filter(|&at| is_meant(&listed[at].id)).collect();
    match meant.as_slice() {
        [only] => Ok(*only),
        [] => Err(unknown(&all)),
        several => Err(unknown(several)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_plain_name_and_no_release() {
        for name in ["2020-annual", "2020-06-30", "v1", "年报2020", "a.b_c-d"] {
            assert!(is_tag(name), "{name}");
        }
        let long = "x".repeat(101);
        for name in [
            "",
            ".hidden",
            "-x",
            "a/b",
            "..",
            "a b",
            "12",
            "000012-2ec65f21",
            "current",
            "previous",
            "withheld",
            "partial",
            &long,
        ] {
            assert!(!is_tag(name), "{name}");
        }
    }
}
