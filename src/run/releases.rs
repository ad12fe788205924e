//! What is done with releases that are there: listed, made current again, named, removed.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{compared, kept, returns};
use crate::lake::{self, Lock, Output, disk};
use crate::pipeline::Retention;
use crate::release::{self, About, Files, Hold, Listed, Record};
use crate::report::{GcItem, GcReport, ReleaseLine, ReleasesReport, RollbackReport};

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

/// Releases younger than this are never removed: somebody may be reading them.
const YOUNG: SignedDuration = SignedDuration::from_hours(7 * 24);

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
        && !["current", "previous"].contains(&name)
}

/// Removes releases that no rule keeps, old runs that were set apart, and results that no run can use; without `execute` it only says
/// which.
///
/// # Errors
/// When a run is under way, or something cannot be read or removed.
pub fn gc(root: &Path, retention: Retention, execute: bool) -> Result<GcReport, ReleasesError> {
    let output = opened(root)?;
    let _lock = execute.then(|| held(&output)).transpose()?;
    if execute {
        output.clear_leftovers(true)?;
    }
    let now = now();
    let mut all: Vec<(GcItem, PathBuf)> = Vec::new();
    let listed = release::catalogue(&output)?;
    for (at, one) in listed.iter().enumerate() {
        let reason = keeps(one, listed.len() - at, retention, now);
        all.push((item("release", one, reason), output.release(&one.id)));
    }
    for (what, folder) in [("withheld", output.withheld()), ("partial", output.partial())] {
        if let Some(one) = release::set_apart_in(&folder)? {
            let young = one
                .about
                .as_ref()
                .is_some_and(|about| now.duration_since(about.created_at) < YOUNG);
            all.push((item(what, &one, young.then_some("young")), folder));
        }
    }
    let unused = kept::unused(&output.state())?.into_iter();
    let unused = unused
        .chain(compared::unused(&output)?)
        .chain(returns::unused(&output)?);
    for path in unused {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let unused = GcItem {
            what: "state",
            name,
            at: None,
            removed: true,
            reason: "unused",
            bytes: std::fs::metadata(&path).map_or(0, |found| found.len()),
        };
        all.push((unused, path));
    }
    let gone = all
        .iter()
        .filter(|(item, _)| item.removed)
        .map(|(_, path)| path.as_path());
    let bytes_freed = Files::of(&gone.collect::<Vec<_>>())?.size().alone;
    if execute {
        let gone = all.iter().filter(|(item, _)| item.removed);
        gone.map(|(_, path)| path).try_for_each(|path| discard(&output, path))?;
    }
    Ok(GcReport {
        done: execute,
        has_rules: retention != Retention::default(),
        bytes_freed,
        items: all.into_iter().map(|(item, _)| item).collect(),
    })
}

/// Why a release is kept; None: nothing keeps it. `rank`: 1 is the latest one.
fn keeps(one: &Listed, rank: usize, retention: Retention, now: Timestamp) -> Option<&'static str> {
    let within = |span: SignedDuration| {
        let seen = one.about.as_ref().map(About::last_seen);
        seen.is_some_and(|seen| now.duration_since(seen) < span)
    };
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    match retention {
        _ if one.is_current => Some("current"),
        // The next number is counted from it.
        _ if rank == 1 => Some("latest"),
        _ if !one.tags.is_empty() => Some("tagged"),
        _ if one.about.is_none() => Some("unreadable"),
        _ if within(YOUNG) => Some("young"),
        Retention { days: None, last: None } => Some("no_rules"),
        Retention { last: Some(last), .. } if rank <= last as usize => Some("keep_last"),
        Retention { days: Some(limit), .. } if within(days(limit)) => Some("keep_days"),
        _ => None,
    }
}

fn item(what: &'static str, one: &Listed, kept: Option<&'static str>) -> GcItem {
    GcItem {
        what,
        name: one.id.clone(),
        at: one.about.as_ref().map(|about| about.last_seen().to_string()),
        removed: kept.is_none(),
        reason: kept.unwrap_or("old"),
        bytes: one.size.alone + one.size.shared,
    }
}

/// A folder is renamed first: whoever is stopped in between leaves no half of a release.
fn discard(output: &Output, path: &Path) -> Result<(), ReleasesError> {
    if !path.is_dir() {
        return Ok(disk::remove_file(path)?);
    }
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let away = output.discarded(&name);
    disk::rename(path, &away)?;
    Ok(disk::remove_folder(&away)?)
}

fn opened(root: &Path) -> Result<Output, ReleasesError> {
    match root.is_dir() {
        true => Ok(Output::at(root)),
        false => Err(ReleasesError::NoOutput { path: root.to_owned() }),
    }
}

fn held(output: &Output) -> Result<Lock, ReleasesError> {
    let lock = Lock::take(&output.lock())?;
    if lock.was_abandoned() {
        output.clear_leftovers(true)?;
    }
    Ok(lock)
}

fn now() -> Timestamp {
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
    use crate::release::Size;

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
            &long,
        ] {
            assert!(!is_tag(name), "{name}");
        }
    }

    #[test]
    fn what_any_rule_keeps_is_kept() {
        let now: Timestamp = "2026-06-30T00:00:00Z".parse().unwrap();
        let one = |created: &str| Listed {
            id: "000001-a".into(),
            about: serde_json::from_value(serde_json::json!({
                "created_at": created, "confirmed_at": null, "as_of": "", "periods": [], "rows": {},
                "submissions": {}, "findings": {}, "gate": [], "outputs": []
            }))
            .ok(),
            tags: Vec::new(),
            is_current: false,
            size: Size::default(),
        };
        let rules = |days, last| Retention { days, last };
        let old = "2026-01-01T00:00:00Z";
        for (release, rank, retention, reason) in [
            (one(old), 5, rules(Some(30), None), None),
            (one(old), 5, rules(None, Some(4)), None),
            (one(old), 4, rules(None, Some(4)), Some("keep_last")),
            (one(old), 5, rules(Some(200), Some(4)), Some("keep_days")),
            (one(old), 5, rules(None, None), Some("no_rules")),
            (one(old), 1, rules(Some(30), None), Some("latest")),
            (one("2026-06-24T00:00:00Z"), 5, rules(None, Some(1)), Some("young")),
            (one("2027-01-01T00:00:00Z"), 5, rules(None, Some(1)), Some("young")),
            (one("2026-06-20T00:00:00Z"), 5, rules(None, Some(1)), None),
            (one("no time"), 5, rules(None, Some(1)), Some("unreadable")),
            (
                Listed {
                    is_current: true,
                    ..one(old)
                },
                5,
                rules(Some(30), None),
                Some("current"),
            ),
            (
                Listed {
                    tags: vec!["x".into()],
                    ..one(old)
                },
                5,
                rules(Some(30), None),
                Some("tagged"),
            ),
        ] {
            assert_eq!(
                keeps(&release, rank, retention, now),
                reason,
                "{release:?} {retention:?}"
            );
        }
    }
}
