//! What programs and systems leave in folders beside the submissions.

use std::sync::LazyLock;

use serde::Deserialize;

/// The list of `leftovers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leftovers {
    names: Vec<String>,
    beginnings: Vec<String>,
    copies: Vec<String>,
    unfinished: Vec<String>,
}

static LEFTOVERS: LazyLock<Leftovers> =
    LazyLock::new(|| toml::from_str(include_str!("leftovers.toml")).expect("leftovers.toml is checked by a test"));

/// What a name in a folder says of its file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leftover<'n> {
    /// No submission, whatever else is there.
    Certain,
    /// A copy or a part of the file of this name: if that is not there, the leftover is all that came of it.
    Of(&'n str),
}

/// None: the name may be that of a submission, or of a folder with some.
pub(super) fn leftover(name: &str, is_folder: bool) -> Option<Leftover<'_>> {
    let list = &*LEFTOVERS;
    let is_named = list.names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if is_named || list.beginnings.iter().any(|beginning| name.starts_with(beginning)) {
        return Some(Leftover::Certain);
    }
    let mut endings = list.copies.iter().chain(&list.unfinished);
    let whole = endings.find_map(|ending| without(name, ending))?;
    (!is_folder).then_some(Leftover::Of(whole))
}

fn without<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(ending.len())?;
    let is_so = name.get(at..)?.eq_ignore_ascii_case(ending);
    is_so.then(|| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_programs_are_known_and_nothing_else() {
        for name in [
            "Thumbs.db",
            "THUMBS.DB",
            "desktop.ini",
            ".DS_Store",
            "~$x.xlsx",
            ".~lock.x.ods#",
            "__MACOSX",
        ] {
            assert_eq!(leftover(name, false), Some(Leftover::Certain), "{name}");
        }
        for (name, whole) in [
            ("x.csv~", "x.csv"),
            ("x.csv.crdownload", "x.csv"),
            ("x.CSV.Part", "x.CSV"),
            ("~WRL0001.tmp", "~WRL0001"),
            ("名册.tmp", "名册"),
        ] {
            assert_eq!(leftover(name, false), Some(Leftover::Of(whole)), "{name}");
            assert_eq!(leftover(name, true), None, "{name} as a folder");
        }
        for name in [
            "x.csv",
            "x.part.csv",
            "tmp",
            "~x.csv",
            "partial",
            "Thumbs.db.csv",
            "x.bak",
            "",
        ] {
            assert_eq!(leftover(name, false), None, "{name}");
        }
    }

    #[test]
    fn every_leftover_is_in_the_manual() {
        let manual = include_str!("../../docs/running.md");
        let list = &*LEFTOVERS;
        let all = [&list.names, &list.beginnings, &list.copies, &list.unfinished];
        for name in all.into_iter().flatten() {
            assert!(
                manual.contains(&format!("`{name}`")),
                "{name} is not in docs/running.md"
            );
        }
    }
}
