//! The table of pairs: which areas lie beside each other, and with what weight.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::pipeline::LevelIndex;
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::registry::Area;
use crate::registry::faults::{Faults, UNKNOWN_CODE};

/// By code, the neighbours of an area with their weights; whatever is wrong goes to `faults`. A pair counts in both directions.
pub(super) fn of_table(
    table: &CsvTable,
    areas: &[Area],
    faults: &mut Faults,
) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut all: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    let reader = Reader::new(table, areas);
    let mut first: BTreeMap<(&str, &str), (Range<usize>, f64)> = BTreeMap::new();
    for record in &table.records {
        let Some(pair) = reader.pair(record, faults) else {
            continue;
        };
        let (a, b) = pair.codes;
        if let Some((earlier, _)) = first.get(&(a, b)) {
            let fault = faults.add("duplicate-pair", record.span.clone(), "this pair has a second row");
            fault.related = Some((earlier.clone(), "the first".into()));
            fault.hint = Some("keep one of the rows".into());
            continue;
        }
        if let Some((earlier, weight)) = first.get(&(b, a))
            && *weight != pair.weight
        {
            let message = format!("`{a}` and `{b}` have another weight the other way round");
            let fault = faults.add("bad-weight", record.span.clone(), message);
            fault.related = Some((earlier.clone(), "the first".into()));
            fault.hint =
                Some("give both rows one weight, or leave one of them out: a pair counts in both directions".into());
        }
        first.insert((a, b), (record.span.clone(), pair.weight));
        for (a, b) in [(a, b), (b, a)] {
            all.entry(a.to_owned()).or_default().insert(b.to_owned(), pair.weight);
        }
    }
    all
}

/// A row of the table.
struct Pair<'a> {
    codes: (&'a str, &'a str),
    weight: f64,
}

/// Rows of the table → pairs.
struct Reader<'a> {
    table: &'a CsvTable,
    areas: BTreeMap<&'a str, Vec<&'a Area>>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a CsvTable, all: &'a [Area]) -> Reader<'a> {
        let mut areas: BTreeMap<&str, Vec<&Area>> = BTreeMap::new();
        for area in all {
            areas.entry(&area.code).or_default().push(area);
        }
        Reader { table, areas }
    }

    fn pair<'r>(&self, record: &'r Record, faults: &mut Faults) -> Option<Pair<'r>> {
        let weight = self.weight(record, faults);
        let a = self.code(record, "area_code", faults);
        let b = self.code(record, "neighbour_code", faults);
        let (weight, a, b) = (weight?, a?, b?);
        if a == b {
            let message = format!("`{a}` is no neighbour of itself");
            let hint = "correct one of the codes, or delete the row";
            faults.hinted("self-neighbour", record.span.clone(), message, hint);
            return None;
        }
        let levels = |code: &str| -> Vec<LevelIndex> { self.areas[code].iter().map(|area| area.level).collect() };
        let others = levels(b);
        if !levels(a).iter().any(|level| others.contains(level)) {
            let message = format!("`{a}` and `{b}` are areas of different levels");
            let hint = "neighbours are compared within a level: name two areas of one level, or delete the row";
            faults.hinted("different-levels", record.span.clone(), message, hint);
            return None;
        }
        if !self.meet(a, b) {
            let message = format!("`{a}` and `{b}` are never in force on the same day");
            let hint = "name areas that are in force at the same time: a code that was given up, and the one that took its place, have a row each";
            faults.hinted("never-neighbours", record.span.clone(), message, hint);
            return None;
        }
        Some(Pair { codes: (a, b), weight })
    }

    /// Whether two areas are in force on a day together.
    fn meet(&self, a: &str, b: &str) -> bool {
        self.areas[a]
            .iter()
            .any(|a| self.areas[b].iter().any(|b| a.overlaps(b)))
    }

    fn code<'r>(&self, record: &'r Record, name: &str, faults: &mut Faults) -> Option<&'r str> {
        let column = self.table.column(name);
        let code = record.cell(column);
        if !self.areas.contains_key(code) {
            let message = format!("`{code}` is no area of the registry");
            faults.hinted("unknown-area", record.span_of(column), message, UNKNOWN_CODE);
            return None;
        }
        Some(code)
    }

    /// 1 where the table has no weights, or none in this row.
    fn weight(&self, record: &Record, faults: &mut Faults) -> Option<f64> {
        let column = self.table.column("weight");
        let cell = record.cell(column);
        if cell.is_empty() {
            return Some(1.0);
        }
        let weight = cell
            .parse()
            .ok()
            .filter(|weight: &f64| weight.is_finite() && *weight > 0.0);
        if weight.is_none() {
            let message = format!("`{cell}` is no weight");
            let hint = "a weight is a number above 0";
            faults.hinted("bad-weight", record.span_of(column), message, hint);
        }
        weight
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::CodeScheme;
    use crate::registry::Registry;
    use crate::registry::testing::{World, excerpt};

    const DIVISIONS: &str = "code,name,parent_code,valid_from,valid_to
0,root,,,
A,Ash,0,,2018-12-30
B,Beech,0,,
C,Cedar,0,2018-12-31,
";

    fn world(neighbours: &str) -> World {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(DIVISIONS);
        world.neighbours(neighbours);
        world
    }

    #[test]
    fn a_pair_counts_in_both_directions() {
        let world = world("area_code,neighbour_code,weight\nA,B,2.5\nB,C,\nC,B,1\n");
        let registry = Registry::load(&world.pipeline).unwrap();
        let near = registry.neighbours().among(&["A", "B", "C", "0"]);
        assert_eq!(near[0], [(1, 2.5)]);
        assert_eq!(near[1], [(0, 2.5), (2, 1.0)]);
        assert_eq!(near[2], [(1, 1.0)]);
        assert!(near[3].is_empty());
        assert_eq!(registry.neighbours().among(&["A", "C"]), [[], []]);
    }

    #[test]
    fn each_fault_names_its_place() {
        for (rows, code, place) in [
            ("A,X,", "unknown-area", "X"),
            ("A,A,", "self-neighbour", "A,A,"),
            ("A,0,", "different-levels", "A,0,"),
            ("A,C,", "never-neighbours", "A,C,"),
            ("A,B,0", "bad-weight", "0"),
            ("A,B,NaN", "bad-weight", "NaN"),
            ("A,B,\nA,B,2", "duplicate-pair", "A,B,2"),
            ("A,B,\nB,A,2", "bad-weight", "B,A,2"),
        ] {
            let world = world(&format!("area_code,neighbour_code,weight\n{rows}\n"));
            let found = Registry::load(&world.pipeline).unwrap_err();
            assert_eq!(found.len(), 1, "{rows}: {found:?}");
            assert_eq!(found[0].code, code, "{rows}");
            assert_eq!(excerpt(&found[0].file, found[0].span.clone()), place, "{rows}");
            assert!(found[0].hint.is_some() && found[0].has_chinese(), "{rows}: {found:?}");
        }
        let world = world("area_code,other\nA,B\n");
        assert_eq!(Registry::load(&world.pipeline).unwrap_err()[0].code, "column-missing");
    }
}
