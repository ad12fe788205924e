//! Which release a word of the command line means.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::record::{MANIFEST, Record};
use crate::lake::{Error, Output};

/// A release, or a run that is not published, that a word names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Id of the release; else the word itself.
    pub name: String,
    /// Where it lies.
    pub folder: PathBuf,
}

/// Ids of the releases that are complete, in the order of their numbers.
///
/// # Errors
/// When the folder of releases cannot be listed.
pub fn listed(output: &Output) -> Result<Vec<String>, Error> {
    let all = output.releases()?.into_iter().map(|(_, id)| id);
    Ok(all.filter(|id| output.release(id).join(MANIFEST).is_file()).collect())
}

/// What a word means: `current`, `previous` (the release before the current one), `withheld`, `partial`, the id of a release or
/// its number, a tag, a date (the release that was the latest at the end of that day), or a folder with the files of a release. None:
/// there is no such.
///
/// # Errors
/// When the output folder cannot be read.
pub fn found(output: &Output, word: &str) -> Result<Option<Found>, Error> {
    let beside = |folder: PathBuf| {
        folder.is_dir().then(|| Found {
            name: word.to_owned(),
            folder,
        })
    };
    let release = |id: String| Found {
        folder: output.release(&id),
        name: id,
    };
    let all = listed(output)?;
    let id = match word {
        "withheld" => return Ok(beside(output.withheld())),
        "partial" => return Ok(beside(output.partial())),
        "current" => output.current_release()?,
        "previous" => before(&all, output.current_release()?.as_deref()),
        other => match named(&all, other) {
            Some(id) => Some(id),
            // A tag may look like a date: whoever gave it means that release.
            None => tagged(output, &all, other)?.or_else(|| latest_on(output, &all, other.parse().ok()?)),
        },
    };
    Ok(match id {
        Some(id) => Some(release(id)),
        None => beside(PathBuf::from(word)).filter(|found| is_release(&found.folder)),
    })
}

/// A folder that has the tables of a release.
fn is_release(folder: &Path) -> bool {
    folder.join("tables").is_dir()
}

/// The release before another one; of none, the latest.
fn before(all: &[String], current: Option<&str>) -> Option<String> {
    let earlier = all
        .iter()
        .rev()
        .find(|id| current.is_none_or(|current| id.as_str() < current));
    earlier.cloned()
}

/// By the id, or by the number that it begins with.
fn named(all: &[String], word: &str) -> Option<String> {
    let number: Option<u32> = word.parse().ok();
    let is_meant = |id: &&String| {
        let own = id.split('-').next().and_then(|own| own.parse().ok());
        id.as_str() == word || (number.is_some() && own == number)
    };
    all.iter().find(is_meant).cloned()
}

/// By a name that people have given it.
fn tagged(output: &Output, all: &[String], word: &str) -> Result<Option<String>, Error> {
    Ok(output.tags()?.remove(word).filter(|id| all.contains(id)))
}

/// The release with which an output folder began, and the day on which it was published, where the machine is. None: there is no release,
/// or its manifest cannot be read.
///
/// # Errors
/// When the folder of releases cannot be listed.
pub fn first(output: &Output) -> Result<Option<(String, Date)>, Error> {
    let first = listed(output)?.into_iter().next();
    Ok(first.and_then(|id| {
        let at = published_at(output, &id)?;
        Some((id, at.to_zoned_datetime(TimeZone::system()).date()))
    }))
}

fn published_at(output: &Output, id: &str) -> Option<Timestamp> {
    Record::read(&output.release(id))?.created_at.parse().ok()
}

/// The latest one that had been published by the end of a day, where the machine is.
fn latest_on(output: &Output, all: &[String], day: Date) -> Option<String> {
    let end = day
        .tomorrow()
        .ok()?
        .to_zoned_datetime(TimeZone::system())
        .ok()?
        .timestamp();
    let published = |id: &&String| published_at(output, id).is_some_and(|at| at < end);
    all.iter().rev().find(published).cloned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_word_means_one_release() {
        let dir = tempfile::tempdir().unwrap();
        let output = Output::open(dir.path()).unwrap();
        assert_eq!(found(&output, "current").unwrap(), None);
        for (id, day) in [("000009-aaaaaaaa", 1), ("000010-bbbbbbbb", 3), ("000011-cccccccc", 5)] {
            let folder = output.release(id);
            fs::create_dir_all(folder.join("tables")).unwrap();
            let manifest = serde_json::json!({
                "release": id, "created_at": format!("2020-01-{day:02}T12:00:00Z"), "as_of": "2020-01-01",
                "definition_sha256": "", "huizong_version": "0", "periods": [], "inputs": [], "outputs": [],
            });
            fs::write(folder.join(MANIFEST), manifest.to_string()).unwrap();
        }
        fs::create_dir_all(output.release("000012-torn")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("releases/000011-cccccccc", output.current()).unwrap();
        let tags = output.tags_folder();
        fs::create_dir_all(&tags).unwrap();
        #[cfg(unix)]
        for (tag, id) in [
            ("annual", "000010-bbbbbbbb"),
            ("2020-01-06", "000009-aaaaaaaa"),
            ("gone", "000008-dddddddd"),
        ] {
            std::os::unix::fs::symlink(format!("../releases/{id}"), tags.join(tag)).unwrap();
        }
        for (word, id) in [
            ("current", Some("000011-cccccccc")),
            ("previous", Some("000010-bbbbbbbb")),
            ("000009-aaaaaaaa", Some("000009-aaaaaaaa")),
            ("9", Some("000009-aaaaaaaa")),
            ("000010", Some("000010-bbbbbbbb")),
            ("2020-01-04", Some("000010-bbbbbbbb")),
            ("2019-12-01", None),
            ("annual", Some("000010-bbbbbbbb")),
            ("2020-01-06", Some("000009-aaaaaaaa")),
            ("2020-01-07", Some("000011-cccccccc")),
            ("gone", None),
            ("12", None),
            ("withheld", None),
            ("nonsense", None),
        ] {
            let name = found(&output, word).unwrap().map(|found| found.name);
            assert_eq!(name.as_deref(), id, "{word}");
        }
        let (id, day) = first(&output).unwrap().unwrap();
        assert_eq!(id, "000009-aaaaaaaa");
        assert!(day >= date(2020, 1, 1) && day <= date(2020, 1, 2), "{day}");
        let folder = output.release("000009-aaaaaaaa");
        let by_path = found(&output, &folder.to_string_lossy()).unwrap().unwrap();
        assert_eq!(by_path.folder, folder);
        assert_eq!(
            found(&output, &dir.path().to_string_lossy()).unwrap(),
            None,
            "no release"
        );
    }
}
