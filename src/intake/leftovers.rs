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
    old: Vec<String>,
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

/// Whether a part of a name says that its file is an old one: one of its words is in the list, a number behind it or not.
pub(super) fn says_old(part: &str) -> bool {
    let words = part.split(|c: char| !c.is_alphanumeric());
    let mut bare = words.map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    bare.any(|word| LEFTOVERS.old.iter().any(|old| old.eq_ignore_ascii_case(word)))
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
    fn a_name_says_that_its_file_is_old_only_in_a_word_of_its_own() {
        for part in [
            "_old.csv",
            "_OLD2.xlsx",
            " (作废)",
            "-旧版.xls",
            ".csv.bak",
            "_final_backup.csv",
            "（草稿）.xlsx",
        ] {
            assert!(says_old(part), "{part}");
        }
        for part in [
            "",
            ".csv",
            "_older",
            "_gold.csv",
            "_旧城区.csv",
            "_final.csv",
            "_older2.csv",
        ] {
            assert!(!says_old(part), "{part}");
        }
    }

    #[test]
    fn every_leftover_is_in_the_manual() {
        let manual = include_str!("../../docs/running.md");
        let list = &*LEFTOVERS;
        let all = [&list.names, &list.beginnings, &list.copies, &list.unfinished, &list.old];
        for name in all.into_iter().flatten() {
            assert!(
                manual.contains(&format!("`{name}`")),
                "{name} is not in docs/running.md"
            );
        }
    }
}
