//! What areas had, followed through the changes of the shipped registry by plain loops, a day after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::{community_services, read_csv};

/// Date, old code, new code, kind.
type Change = [String; 4];

/// What becomes of an area that a part came to, or left.
#[derive(Clone, Copy, PartialEq)]
pub enum Divided {
    KeepsItsOwn,
    HasNothing,
}

/// Changes in the order of dates, and the times of areas.
pub struct Changes {
    all: Vec<Change>,
    /// Code, first and last day.
    spans: Vec<[String; 3]>,
}

/// Those of the shipped registry.
pub fn changes() -> Changes {
    let read = |file: &str| read_csv(&community_services().join("registry").join(file));
    let cell = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
    let of_change =
        |row: &BTreeMap<String, String>| ["date", "old_code", "new_code", "kind"].map(|column| cell(row, column));
    let of_span = |row: &BTreeMap<String, String>| ["code", "valid_from", "valid_to"].map(|column| cell(row, column));
    let mut all: Vec<Change> = read("changes.csv").iter().map(of_change).collect();
    all.sort();
    Changes {
        all,
        spans: read("divisions.csv").iter().map(of_span).collect(),
    }
}

impl Changes {
    /// Whether an area is in force on the eve of a day.
    fn is_there_before(&self, code: &str, day: &str) -> bool {
        let is_own = |[own, from, to]: &[String; 3]| {
            own == code && from.as_str() < day && (to.is_empty() || to.as_str() >= eve(day).as_str())
        };
        self.spans.iter().any(is_own)
    }
}

fn eve(day: &str) -> String {
    let day: jiff::civil::Date = day.parse().unwrap();
    day.yesterday().unwrap().to_string()
}

/// Gives what areas had at the end of one year to their successors at the end of another, with `merged` of several.
pub fn follow<T: Clone>(
    last: &mut BTreeMap<String, T>,
    changes: &Changes,
    [after, until]: [&str; 2],
    divided: Divided,
    merged: impl Fn(&[&T]) -> T,
) {
    let (after, until) = (format!("{after}-12-31"), format!("{until}-12-31"));
    let within = changes
        .all
        .iter()
        .filter(|[date, _, _, kind]| *date > after && *date <= until && kind != "rename");
    for of_day in within.collect::<Vec<_>>().chunk_by(|a, b| a[0] == b[0]) {
        let before = last.clone();
        let is_whole = |change: &Change| ["recode", "merge"].contains(&change[3].as_str());
        let parts = of_day
            .iter()
            .filter(|change| ["split", "transfer"].contains(&change[3].as_str()));
        let of_parts: BTreeSet<&String> = parts.flat_map(|change| [&change[1], &change[2]]).collect();
        let successors: BTreeSet<&String> = of_day
            .iter()
            .map(|change| &change[2])
            .filter(|code| !code.is_empty())
            .collect();
        if divided == Divided::HasNothing {
            of_parts.iter().for_each(|code| drop(last.remove(*code)));
        }
        for new in successors.into_iter().filter(|new| !of_parts.contains(new)) {
            let into: Vec<&Change> = of_day
                .iter()
                .copied()
                .filter(|change| change[2] == *new && is_whole(change))
                .collect();
            if into.is_empty() {
                continue;
            }
            let leaves = of_day.iter().any(|change| change[1] == *new && is_whole(change));
            let mut from: Vec<&String> = into.iter().map(|change| &change[1]).collect();
            // A merge into an area that goes on adds to it.
            from.extend(
                (into.iter().any(|change| change[3] == "merge")
                    && !leaves
                    && changes.is_there_before(new, &of_day[0][0]))
                .then_some(new),
            );
            match from.iter().map(|code| before.get(*code)).collect::<Option<Vec<&T>>>() {
                Some(all) => drop(last.insert(new.clone(), merged(&all))),
                None => drop(last.remove(new)),
            }
        }
    }
}
