//! `source = "registry"`: the areas of a level are the members, as the divisions table has them.

use std::collections::BTreeMap;
use std::path::Path;

use super::Scope;
use crate::domain::Text;
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::definition::Located;
use crate::pipeline::faults::Faults;
use crate::pipeline::model::{AreaSource, DimensionLevel, LevelIndex};

impl Scope<'_> {
    /// Members are the areas of the level at all times, in the order of their codes.
    pub(super) fn of_registry(
        &mut self,
        written: &Located<String>,
        level: LevelIndex,
        faults: &mut Faults,
    ) -> Option<(DimensionLevel, Vec<String>)> {
        let registry = self.plan.registry.as_ref()?;
        if level == 0 || level > registry.partition {
            let span = self.written.level.as_ref().map_or(written.span(), Located::span);
            let fitting = &registry.levels[1..=registry.partition];
            let message = format!(
                "the dimension `{}` groups by the areas of the level `{}`",
                self.written.id, registry.levels[level]
            );
            let hint = match fitting {
                [] => "the registry has no level between the root and the partition".to_owned(),
                _ => format!(
                    "a level below the root, down to the partition level: {}",
                    fitting.join(", ")
                ),
            };
            faults.add(self.source, "wrong-value", span, message, hint);
            return None;
        }
        if let Some(first) = self.written.order.first() {
            let message = "`order` means nothing where the members are the areas of the registry".to_owned();
            faults.add(self.source, "misplaced-key", first.span(), message, None);
        }
        // A table that cannot be read is a fault of the registry, and reported there.
        self.names = areas_of(&registry.divisions, &registry.levels, level).unwrap_or_default();
        if self.names.is_empty() {
            let message = format!("the divisions have no area of the level `{}`", registry.levels[level]);
            faults.add(self.source, "unknown-member", written.span(), message, None);
            return None;
        }
        let source = AreaSource::Registry;
        let members = self.names.keys().cloned().collect();
        Some((DimensionLevel::Area { level, source }, members))
    }
}

/// A row of the divisions as far as it matters here.
struct Row {
    code: String,
    parent: String,
    level: Option<LevelIndex>,
    name: Text,
}

/// Codes and names of the areas of a level; of several rows of a code the last counts. None where the table cannot be read.
fn areas_of(path: &Path, levels: &[String], level: LevelIndex) -> Option<BTreeMap<String, Text>> {
    let table = CsvTable::parse(&std::fs::read_to_string(path).ok()?, b',')?;
    let (code, parent, name) = (
        table.column("code")?,
        table.column("parent_code")?,
        table.column("name")?,
    );
    let (stated, english) = (table.column("level"), table.column("name_en"));
    let row = |record: &Record| {
        let cell = |at: Option<usize>| record.cell(at).to_owned();
        let own = cell(Some(name));
        let in_english = Some(cell(english)).filter(|text| !text.is_empty());
        Row {
            code: cell(Some(code)),
            parent: cell(Some(parent)),
            level: levels.iter().position(|level| level == record.cell(stated)),
            name: Text::new(own.clone(), in_english.unwrap_or(own)),
        }
    };
    let rows: Vec<Row> = table.records.iter().map(row).collect();
    let by_code: BTreeMap<&str, &Row> = rows.iter().rev().map(|row| (row.code.as_str(), row)).collect();
    let of_level = rows
        .iter()
        .filter(|row| level_of(row, &by_code, levels.len()) == Some(level));
    Some(of_level.map(|row| (row.code.clone(), row.name.clone())).collect())
}

/// As stated, else one below the parent's. None where a parent does not exist, which the registry reports.
fn level_of(row: &Row, by_code: &BTreeMap<&str, &Row>, levels: usize) -> Option<LevelIndex> {
    let mut here = row;
    for climbed in 0..levels {
        match here.level {
            Some(level) => return Some(level + climbed),
            None if here.parent.is_empty() => return Some(climbed),
            None => here = by_code.get(here.parent.as_str())?,
        }
    }
    None
}
