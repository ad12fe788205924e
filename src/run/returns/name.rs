//! What the files are called that go back: as they are to be called when they come back.

use std::collections::{BTreeMap, BTreeSet};

use super::way::Way;
use crate::domain::base_name;
use crate::partition::{Entry, file_name};
use crate::pipeline::Pipeline;
use crate::returns::{Answer, ENDING};

/// Bytes of a name that is taken over from a path of the input.
const LONGEST: usize = 120;

/// `returns/2020/130102_communities_r1.xlsx`: in the order of the submissions, no two alike on any file system.
pub(super) fn names(pipeline: &Pipeline, due: &[&Entry], ways: &[Way]) -> Vec<String> {
    let stems: Vec<(String, String)> = due
        .iter()
        .zip(ways)
        .map(|(entry, way)| {
            let period = entry.submission.period;
            let period = period.map_or("unknown".to_owned(), |period| period.to_string());
            let own = own(pipeline, entry, way);
            let asked = asked_for(&way.answer).unwrap_or_else(|| own.clone());
            (format!("{period}/{asked}"), format!("{period}/{own}"))
        })
        .collect();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (asked, _) in &stems {
        *count.entry(asked.to_lowercase()).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let unique = |(asked, own): &(String, String)| {
        let stem = if count[&asked.to_lowercase()] == 1 { asked } else { own };
        let mut name = stem.clone();
        let mut number = 1;
        while !taken.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}_{number}");
        }
        format!("returns/{name}{ENDING}")
    };
    stems.iter().map(unique).collect()
}

/// The name that the templates of the form ask for, without its ending; None where there is none, or none that every program
/// and file system takes: an area's code in a path may be anything.
fn asked_for(answer: &Answer) -> Option<String> {
    let Answer::Revision(path) = answer else {
        return None;
    };
    let name = base_name(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain = |c: char| c.is_alphanumeric() || "-_ .()（）".contains(c);
    let fits = stem.len() <= LONGEST && stem.chars().all(plain) && !stem.ends_with(['.', ' ']);
    (fits && stem.starts_with(|c: char| c.is_alphanumeric())).then(|| stem.to_owned())
}

/// Area, form, period, and the revision where the form has a part for it. Returns of several periods may come back into one folder.
fn own(pipeline: &Pipeline, entry: &Entry, way: &Way) -> String {
    let form = &pipeline.forms[entry.submission.form];
    let part = form.revision.as_deref().zip(way.becomes);
    let part = part.map_or(String::new(), |(part, revision)| {
        part.replace("{revision}", &revision.to_string())
    });
    let part: String = part
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_.".contains(*c))
        .collect();
    let period = entry
        .submission
        .period
        .map_or(String::new(), |period| format!("_{period}"));
    format!("{}_{}{period}{part}", file_name(&entry.submission.area_code), form.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_is_called_as_it_is_to_come_back_where_every_program_takes_that() {
        for (path, expected) in [
            ("2020/130000/130102_communities_r1.xlsx", Some("130102_communities_r1")),
            ("2020/130000/130102_社区花名册_r2.xlsx", Some("130102_社区花名册_r2")),
            ("2020/N_parks_r1.csv", Some("N_parks_r1")),
            ("2020/..\\x_r1.xlsx", None),
            ("2020/.hidden_r1.xlsx", None),
            ("2020/N:parks_r1.xlsx", None),
            ("2020/N\u{202e}_r1.xlsx", None),
        ] {
            let answer = Answer::Revision(path.to_owned());
            assert_eq!(asked_for(&answer).as_deref(), expected, "{path}");
        }
        assert_eq!(asked_for(&Answer::Replace("2020/N_parks.csv".to_owned())), None);
    }
}
