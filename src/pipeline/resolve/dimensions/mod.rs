//! `dimensions.toml`

mod cross;
mod registry;
mod rows;
mod strata;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::awkward;
use super::ids::{IdKind, Ids, title_or};
use super::plan::Plan;
use super::sourced::{SourcedForm, contents};
use crate::domain::{Text, agreeing};
use crate::pipeline::csv_table::CsvTable;
use crate::pipeline::definition::{DimensionDef, DimensionsFile, Located};
use crate::pipeline::faults::{Faults, Source, choices};
use crate::pipeline::files::Read;
use crate::pipeline::model::{AreaSource, Dimension, DimensionLevel, Member, UNKNOWN};
use crate::pipeline::paths::existing;
use crate::pipeline::shape::first_line;

/// What `source` says where no lookup table is meant.
const REGISTRY: &str = "registry";

/// Dimensions in the order of the files. Lookup tables are added to `tables`, for the digest.
pub(super) fn resolve(
    files: &[Read<DimensionsFile>],
    plan: &Plan,
    forms: &[SourcedForm<'_>],
    tables: &mut Vec<(String, Vec<u8>)>,
    faults: &mut Faults,
) -> Vec<Dimension> {
    let mut ids = Ids::default();
    let mut dimensions: Vec<Dimension> = Vec::new();
    let mut written_of = Vec::new();
    let all: Vec<(&Source, &Located<DimensionDef>)> = contents(files)
        .flat_map(|(source, file)| file.dimension.iter().map(move |one| (source, one)))
        .collect();
    for (at, &(source, written)) in all.iter().enumerate() {
        let fresh = ids.take(&written.id, IdKind::Name, "dimension", source, faults);
        awkward::warn(&written.id, "dimension", source, faults);
        let mut scope = Scope {
            written,
            plan,
            forms,
            source,
            after: &all[at + 1..],
            tables,
            names: BTreeMap::new(),
        };
        match scope.dimension(&dimensions, faults) {
            Some(dimension) if fresh => {
                dimensions.push(dimension);
                written_of.push((source, written));
            }
            Some(_) => {}
            None => faults.mark_broken(source, &written.id),
        }
    }
    for (at, (source, written)) in written_of.into_iter().enumerate() {
        dimensions[at].strata = strata::resolve(at, written, &dimensions, source, faults);
    }
    dimensions
}

struct Scope<'a> {
    written: &'a Located<DimensionDef>,
    plan: &'a Plan,
    forms: &'a [SourcedForm<'a>],
    source: &'a Source,
    /// The dimensions that are defined after this one, each with its file.
    after: &'a [(&'a Source, &'a Located<DimensionDef>)],
    tables: &'a mut Vec<(String, Vec<u8>)>,
    /// Titles of members that are areas or pairs of members.
    names: BTreeMap<String, Text>,
}

impl Scope<'_> {
    /// `before`: the dimensions that are defined above.
    fn dimension(&mut self, before: &[Dimension], faults: &mut Faults) -> Option<Dimension> {
        let written = self.written;
        let (level, members) = match (&written.source, &written.column, &written.cross) {
            (Some(table), None, None) => self.of_areas(table, faults)?,
            (None, Some(column), None) => self.of_rows(column, faults)?,
            (None, None, Some(names)) => self.of_cross(names, before, faults)?,
            // What was written of these had a fault of its own, which is told.
            (None, None, None) if self.has_faulty_key(faults) => return None,
            _ if self.has_two_groupings(faults) => return None,
            _ => {
                let span = first_line(&self.source.text, written.span());
                let message = format!(
                    "the dimension `{}` needs one of `source`, `column` and `cross`",
                    written.id
                );
                let hint = "`source` groups areas by a lookup table (or, as \"registry\", by the areas of the level), `column` groups rows, `cross` groups by two other dimensions at once".to_owned();
                faults.add(self.source, "missing-key", span, message, hint);
                return None;
            }
        };
        let members = self.with_rest(members);
        self.check_members(&members, faults);
        let titled = |id: &String| {
            let of_toml = written.titles.iter().find(|(member, _)| ***member == *id);
            let title = of_toml.map(|(_, title)| title).or_else(|| self.names.get(id));
            Member {
                id: id.clone(),
                title: title_or(title, id),
            }
        };
        Some(Dimension {
            id: (*written.id).clone(),
            title: title_or(written.title.as_ref(), &written.id),
            compare: self.pairs(&members, level.rest()),
            level,
            members: members.iter().map(titled).collect(),
            ordered: written.ordered,
            order_basis: self.order_basis(faults),
            reference: self.written.compare.first().map(|pair| (*pair[0]).clone()),
            strata: Vec::new(),
        })
    }

    /// A fault where more than one of the keys that say what the dimension groups is written.
    fn has_two_groupings(&self, faults: &mut Faults) -> bool {
        let written = self.written;
        let keys = [
            ("source", written.source.as_ref().map(Located::span)),
            ("column", written.column.as_ref().map(Located::span)),
            ("cross", written.cross.as_ref().map(Located::span)),
        ];
        let mut given: Vec<_> = keys.into_iter().filter_map(|(key, span)| Some((key, span?))).collect();
        given.sort_by_key(|(_, span)| span.start);
        let [(first, earlier), (second, span), ..] = given.as_slice() else {
            return false;
        };
        let message = format!("the dimension `{}` has both `{first}` and `{second}`", written.id);
        let place = (earlier.clone(), "the other");
        let hint = "keep one of them".to_owned();
        faults.add_related(self.source, "misplaced-key", span.clone(), message, place, hint);
        true
    }

    /// Whether one of the keys that say what the dimension groups was written, and could not be read.
    fn has_faulty_key(&self, faults: &Faults) -> bool {
        let keys = ["source", "column", "cross"];
        faults.is_broken_in(self.source, &self.written.id) && keys.iter().any(|key| faults.is_faulty_key(key))
    }

    fn order_basis(&self, faults: &mut Faults) -> Text {
        let Some(basis) = &self.written.order_basis else {
            return Text::default();
        };
        if !self.written.ordered {
            let message = "`order_basis` means nothing for a dimension that is not `ordered`";
            faults.add(self.source, "misplaced-key", basis.span(), message, None);
        }
        (**basis).clone()
    }

    /// The pairs of `compare`; with `compare_all` all others behind them, in the order of the members, of which `rest` are in none.
    fn pairs(&self, members: &[String], rest: &[String]) -> Vec<(String, String)> {
        let written = self.written.compare.iter();
        let mut pairs: Vec<(String, String)> = written.map(|pair| ((*pair[0]).clone(), (*pair[1]).clone())).collect();
        if !self.written.compare_all {
            return pairs;
        }
        let compared: Vec<&String> = members
            .iter()
            .filter(|id| *id != UNKNOWN && !rest.contains(id))
            .collect();
        for (at, a) in compared.iter().enumerate() {
            for b in &compared[at + 1..] {
                let is_written = |(one, two): &(String, String)| (one == *a && two == *b) || (one == *b && two == *a);
                if !pairs[..self.written.compare.len()].iter().any(is_written) {
                    pairs.push(((*a).clone(), (*b).clone()));
                }
            }
        }
        pairs
    }

    /// Members as named, then `other` and `unknown`.
    fn with_rest(&self, mut members: Vec<String>) -> Vec<String> {
        let rest = self
            .written
            .other
            .iter()
            .map(|o| (**o).clone())
            .chain([UNKNOWN.to_owned()]);
        for member in rest {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    /// `compare` and `titles` name members, `order` each of them once.
    fn check_members(&self, members: &[String], faults: &mut Faults) {
        let order = &self.written.order;
        for (at, member) in order
            .iter()
            .enumerate()
            .filter(|(at, member)| order[..*at].contains(member))
        {
            let earlier = order[..at]
                .iter()
                .find(|m| *m == member)
                .map_or(member.span(), Located::span);
            let message = format!("`order` names `{member}` twice");
            faults.add_related(
                self.source,
                "duplicate-id",
                member.span(),
                message,
                (earlier, "the first"),
                None,
            );
        }
        let pairs = self.written.compare.iter().flat_map(|pair| pair.iter());
        for name in pairs.chain(self.written.titles.keys()) {
            self.require_member(name, members, faults);
        }
        for pair in self.written.compare.iter().filter(|pair| pair[0] == pair[1]) {
            let message = format!("`{}` is compared with itself", pair[0]);
            let hint = "name another member".to_owned();
            faults.add(self.source, "wrong-value", pair.span(), message, hint);
        }
        self.check_pairs(faults);
    }

    /// A pair is compared once: in both directions the second gap is the first with the other sign.
    fn check_pairs(&self, faults: &mut Faults) {
        let written = &self.written.compare;
        for (at, pair) in written.iter().enumerate().filter(|(_, pair)| pair[0] != pair[1]) {
            let [a, b] = &**pair;
            let earlier = &written[..at];
            if let Some(first) = earlier.iter().find(|one| one[0] == *a && one[1] == *b) {
                let message = format!("`{a}` and `{b}` are compared twice");
                let place = (first.span(), "the first");
                let hint = "name the pair once".to_owned();
                faults.add_related(self.source, "wrong-value", pair.span(), message, place, hint);
            } else if earlier.iter().any(|one| one[0] == *b && one[1] == *a) {
                let message = format!("`{a}` and `{b}` are compared the other way round, too");
                let hint = "both gaps are one with two signs: leave one of the pairs out".to_owned();
                faults.warn(self.source, "compared-both-ways", pair.span(), message, hint);
            }
        }
    }

    fn require_member(&self, name: &Located<String>, members: &[String], faults: &mut Faults) -> bool {
        let known = members.iter().any(|m| **name == *m);
        if !known {
            let message = format!("the dimension `{}` has no member `{}`", self.written.id, name);
            let hint = choices(name, members.iter().map(String::as_str));
            faults.add(self.source, "unknown-member", name.span(), message, hint);
        }
        known
    }

    fn order(&self) -> Vec<String> {
        self.written.order.iter().map(|m| (**m).clone()).collect()
    }

    /// The level, which all but a cross must state.
    fn level(&self, faults: &mut Faults) -> Option<&Located<String>> {
        if self.written.level.is_none() {
            let span = first_line(&self.source.text, self.written.span());
            let message = format!("the dimension `{}` lacks the key `level`", self.written.id);
            let hint = "level = \"…\": a level of the registry, or the unit of a form".to_owned();
            faults.add(self.source, "missing-key", span, message, hint);
        }
        self.written.level.as_ref()
    }

    /// `with`: the key beside which these mean nothing.
    fn misplaced(&self, with: &str, keys: &[(&str, Option<std::ops::Range<usize>>)], faults: &mut Faults) {
        for (key, span) in keys {
            if let Some(span) = span {
                let span = first_line(&self.source.text, span.clone());
                let message = format!("`{key}` means nothing for a dimension with `{with}`");
                faults.add(self.source, "misplaced-key", span, message, "leave it out".to_owned());
            }
        }
    }

    fn of_areas(&mut self, table: &Located<String>, faults: &mut Faults) -> Option<(DimensionLevel, Vec<String>)> {
        let written = self.written;
        let keys = [
            ("slice", written.slice.as_ref().map(Located::span)),
            ("map", written.map.as_ref().map(Located::span)),
            ("other", written.other.as_ref().map(Located::span)),
        ];
        self.misplaced("source", &keys, faults);
        let level = self.level(faults)?;
        let level = self.plan.require_level(level, self.source, faults);
        if **table == REGISTRY {
            return self.of_registry(table, level?, faults);
        }
        let path = existing(table, self.source, faults);
        let found = path.as_ref().and_then(|p| self.members_of_table(table, p, faults));
        let order = self.order();
        if let (Some(found), false) = (&found, order.is_empty()) {
            for member in found.iter().filter(|m| !order.contains(*m) && *m != UNKNOWN) {
                let message = format!("`{}` has the member `{member}`, which `order` does not name", table);
                faults.add(self.source, "unknown-member", table.span(), message, None);
            }
        }
        let members = if order.is_empty() {
            found.unwrap_or_default().into_iter().collect()
        } else {
            order
        };
        Some((
            DimensionLevel::Area {
                level: level?,
                source: AreaSource::Table(path?),
            },
            members,
        ))
    }

    /// What the lookup table has in the dimension's column.
    fn members_of_table(
        &mut self,
        table: &Located<String>,
        path: &PathBuf,
        faults: &mut Faults,
    ) -> Option<BTreeSet<String>> {
        let unreadable = |reason: String| format!("cannot read the lookup table `{}`: {reason}", table);
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                faults.add(
                    self.source,
                    "file-unreadable",
                    table.span(),
                    unreadable(error.to_string()),
                    None,
                );
                return None;
            }
        };
        let found = column_of_csv(&bytes, &self.written.id);
        self.tables.push((self.source.named(table), bytes));
        match found {
            Ok(members) => Some(members),
            Err(TableFault::NoColumn(columns)) => {
                let is_missing = |name: &&str| !columns.iter().any(|column| column == name);
                let needed = ["code", &**self.written.id];
                let missing: Vec<String> = (needed.into_iter().filter(is_missing))
                    .map(|name| format!("`{name}`"))
                    .collect();
                let noun = agreeing(missing.len(), "column", "columns");
                let message = format!("the lookup table `{table}` lacks the {noun} {}", missing.join(" and "));
                let hint = match columns.as_slice() {
                    [] => "it is empty".to_owned(),
                    columns => format!("it has: {}", columns.join(", ")),
                };
                faults.add(self.source, "unknown-column", table.span(), message, hint);
                None
            }
            Err(TableFault::NotUtf8(at)) => {
                let message = unreadable(format!("byte {at} is not UTF-8"));
                let hint = "save the table as UTF-8, with or without BOM".to_owned();
                faults.add(self.source, "file-unreadable", table.span(), message, hint);
                None
            }
        }
    }
}

/// What keeps a lookup table from being used.
enum TableFault {
    /// It has these columns, and lacks a needed one.
    NoColumn(Vec<String>),
    /// It is not UTF-8 from this byte on.
    NotUtf8(usize),
}

/// Distinct values of a column beside `code`.
fn column_of_csv(bytes: &[u8], column: &str) -> Result<BTreeSet<String>, TableFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| TableFault::NotUtf8(error.valid_up_to()))?;
    let Some(table) = CsvTable::parse(text, b',') else {
        return Err(TableFault::NoColumn(Vec::new()));
    };
    let (Some(at), Some(_)) = (table.column(column), table.column("code")) else {
        return Err(TableFault::NoColumn(table.columns().to_vec()));
    };
    let values = table.records.iter().map(|record| record.cell(Some(at)));
    Ok(values.filter(|value| !value.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_the_distinct_values_of_a_column() {
        let members = |text: &str| {
            column_of_csv(text.as_bytes(), "region")
                .ok()
                .map(|members| members.into_iter().collect::<Vec<_>>().join(" "))
        };
        for (text, expected) in [
            ("code,region\n1,south\n2,north\n3,south\n", Some("north south")),
            // Read as the registry reads it: columns in any case and order, a byte order mark, blanks, quotes.
            ("\u{feff}Region , CODE\r\n\" north \",1\r\n,2\r\n", Some("north")),
            ("code,region\n", Some("")),
            ("code,area\n1,north\n", None),
            ("region\nnorth\n", None),
            ("", None),
        ] {
            assert_eq!(members(text).as_deref(), expected, "{text:?}");
        }
        let gbk = column_of_csv(b"code,region\n1,\xb1\xb1\n", "region");
        assert!(matches!(gbk, Err(TableFault::NotUtf8(14))));
    }
}
