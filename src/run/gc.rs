//! Which releases and results are kept, and the removal of all others.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::releases::{ReleasesError, held, now, opened};
use super::{compared, kept, reconciliation, returns};
use crate::lake::{Output, disk};
use crate::pipeline::Retention;
use crate::release::{self, About, Files, Listed};
use crate::report::{GcItem, GcReport};

/// Releases younger than this are never removed: somebody may be reading them.
const YOUNG: SignedDuration = SignedDuration::from_hours(7 * 24);

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
        let next = listed.get(at + 1);
        let place = Place {
            rank: listed.len() - at,
            is_previous: next.is_some_and(|next| next.is_current),
            replaced_at: next.and_then(|next| Some(next.about.as_ref()?.created_at)),
        };
        let reason = keeps(one, place, retention, now);
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
        .chain(reconciliation::unused(&output)?)
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
    let (elsewhere, here): (Vec<_>, Vec<_>) = gone.partition(|path| release::has_manifest_alone(path));
    let is_elsewhere = |path: &PathBuf| elsewhere.contains(&path.as_path());
    let of_elsewhere = all.iter().filter(|(_, path)| is_elsewhere(path));
    let of_elsewhere: u64 = of_elsewhere.map(|(item, _)| item.bytes).sum();
    let bytes_freed = Files::of(&here)?.size().alone + of_elsewhere;
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

/// Where a release stands among all.
#[derive(Clone, Copy)]
struct Place {
    /// 1 is the latest one.
    rank: usize,
    /// The one before the current: a rollback leads to it, and `revisions` is proved by it.
    is_previous: bool,
    /// When the next one was published: until then somebody may have read this one.
    replaced_at: Option<Timestamp>,
}

/// Why a release is kept; None: nothing keeps it.
fn keeps(one: &Listed, place: Place, retention: Retention, now: Timestamp) -> Option<&'static str> {
    let Place {
        rank,
        is_previous,
        replaced_at,
    } = place;
    let within = |span: SignedDuration| {
        let seen = one.about.as_ref().map(About::last_seen);
        seen.max(replaced_at)
            .is_some_and(|seen| now.duration_since(seen) < span)
    };
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    match retention {
        _ if one.is_current => Some("current"),
        // The next number is counted from it.
        _ if rank == 1 => Some("latest"),
        _ if is_previous => Some("previous"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Size;

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
            let place = Place {
                rank,
                is_previous: false,
                replaced_at: None,
            };
            assert_eq!(
                keeps(&release, place, retention, now),
                reason,
                "{release:?} {retention:?}"
            );
        }
        let replaced = |at: &str, is_previous| Place {
            rank: 5,
            is_previous,
            replaced_at: at.parse().ok(),
        };
        let keep = |place| keeps(&one(old), place, rules(Some(30), None), now);
        assert_eq!(
            keep(replaced("2026-06-29T00:00:00Z", false)),
            Some("young"),
            "it was current yesterday"
        );
        assert_eq!(keep(replaced("2026-06-10T00:00:00Z", false)), Some("keep_days"));
        assert_eq!(keep(replaced("2026-02-01T00:00:00Z", true)), Some("previous"));
        assert_eq!(keep(replaced("2026-02-01T00:00:00Z", false)), None);
    }
}
