//! The table of centroids, and which areas are nearest to each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::csv_table::{CsvTable, Record};
use crate::registry::Area;
use crate::registry::faults::{Faults, UNKNOWN_CODE};

/// A place on the sphere of radius 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Centroid([f64; 3]);

impl Centroid {
    /// From degrees.
    fn new(longitude: f64, latitude: f64) -> Centroid {
        let (longitude, latitude) = (longitude.to_radians(), latitude.to_radians());
        Centroid([
            latitude.cos() * longitude.cos(),
            latitude.cos() * longitude.sin(),
            latitude.sin(),
        ])
    }

    /// Square of the length of the chord, which is in the order of distances along the surface.
    fn apart(self, other: Centroid) -> f64 {
        (0..3).map(|axis| (self.0[axis] - other.0[axis]).powi(2)).sum()
    }
}

/// Of each area the places of those nearest to it, in ascending order. Of two at one distance the first in the list is nearer. An area
/// without a centroid has no neighbour and is nobody's.
pub(super) fn nearest(count: usize, centroids: &BTreeMap<String, Centroid>, codes: &[&str]) -> Vec<Vec<(usize, f64)>> {
    let points: Vec<Option<Centroid>> = codes.iter().map(|code| centroids.get(*code).copied()).collect();
    let near = |own: usize| {
        let Some(point) = points[own] else {
            return Vec::new();
        };
        let others = points.iter().enumerate().filter(|(at, _)| *at != own);
        let mut all: Vec<(f64, usize)> = others
            .filter_map(|(at, other)| Some((point.apart((*other)?), at)))
            .collect();
        let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if count < all.len() {
            all.select_nth_unstable_by(count, order);
            all.truncate(count);
        }
        let mut places: Vec<usize> = all.into_iter().map(|(_, at)| at).collect();
        places.sort_unstable();
        places.into_iter().map(|at| (at, 1.0)).collect()
    };
    (0..codes.len()).map(near).collect()
}

/// Centroids by code; whatever is wrong goes to `faults`.
pub(super) fn of_table(table: &CsvTable, areas: &[Area], faults: &mut Faults) -> BTreeMap<String, Centroid> {
    let codes: BTreeSet<&str> = areas.iter().map(|area| area.code.as_str()).collect();
    let column = table.column("area_code");
    let mut all: BTreeMap<String, Centroid> = BTreeMap::new();
    let mut spans = BTreeMap::new();
    for record in &table.records {
        let longitude = degrees(table, record, "longitude", 180.0, faults);
        let latitude = degrees(table, record, "latitude", 90.0, faults);
        let code = record.cell(column);
        if !codes.contains(code) {
            let message = format!("`{code}` is no area of the registry");
            faults.hinted("unknown-area", record.span_of(column), message, UNKNOWN_CODE);
            continue;
        }
        if let Some(earlier) = spans.insert(code, record.span_of(column)) {
            let message = format!("`{code}` has a second row");
            let fault = faults.add("duplicate-code", record.span_of(column), message);
            fault.related = Some((earlier, "the first".into()));
            fault.hint = Some("keep one of the rows".into());
            continue;
        }
        if let (Some(longitude), Some(latitude)) = (longitude, latitude) {
            all.insert(code.to_owned(), Centroid::new(longitude, latitude));
        }
    }
    all
}

fn degrees(table: &CsvTable, record: &Record, name: &str, most: f64, faults: &mut Faults) -> Option<f64> {
    let column = table.column(name);
    let cell = record.cell(column);
    let degrees = cell.parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
    if degrees.is_none() {
        let message = format!("`{cell}` is no {name}");
        let hint =
            format!("degrees from −{most} to {most}, such as 104.07; metres of a map must be turned into degrees");
        faults.hinted("bad-coordinate", record.span_of(column), message, hint);
    }
    degrees
}

#[cfg(test)]
mod tests {
    use crate::pipeline::CodeScheme;
    use crate::registry::Registry;
    use crate::registry::testing::{World, excerpt};

    const DIVISIONS: &str = "code,name,parent_code\n0,root,\nA,Ash,0\nB,Beech,0\nC,Cedar,0\nD,Dogwood,0\n";

    fn world(centroids: &str, nearest: Option<usize>) -> World {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(DIVISIONS);
        world.neighbours(centroids);
        world.pipeline.registry.nearest = nearest;
        world
    }

    /// Of each of A to D, or of those that are there, the neighbours.
    fn near(world: &World, codes: &[&str]) -> Vec<String> {
        let registry = Registry::load(&world.pipeline).unwrap();
        let named = |near: &Vec<(usize, f64)>| near.iter().map(|(at, _)| codes[*at]).collect();
        registry.neighbours().among(codes).iter().map(named).collect()
    }

    #[test]
    fn the_nearest_are_neighbours_though_it_need_not_be_mutual() {
        let line = world(
            "area_code,longitude,latitude\nA,100,30\nB,101,30\nC,103,30\nD,107,30\n",
            Some(1),
        );
        assert_eq!(near(&line, &["A", "B", "C", "D"]), ["B", "A", "B", "C"]);
        // What is not in force is nobody's neighbour.
        assert_eq!(near(&line, &["A", "C", "D"]), ["C", "A", "C"]);
        let two = world(
            "area_code,longitude,latitude\nA,100,30\nB,101,30\nC,103,30\nD,107,30\n",
            Some(2),
        );
        assert_eq!(near(&two, &["A", "B", "C", "D"]), ["BC", "AC", "AB", "BC"]);
        // As many as there are; an area without a centroid has none.
        let few = world("area_code,longitude,latitude\nA,100,30\nB,101,30\nC,103,30\n", None);
        assert_eq!(near(&few, &["A", "B", "C", "D"]), ["BC", "AC", "AB", ""]);
    }

    #[test]
    fn distance_is_along_the_sphere() {
        // A degree of longitude is short in the north, and 180° east is 180° west.
        let north = world(
            "area_code,longitude,latitude\nA,0,80\nB,4,80\nC,0,81.5\nD,0,0\n",
            Some(1),
        );
        assert_eq!(near(&north, &["A", "B", "C", "D"])[0], "B");
        let pacific = world(
            "area_code,longitude,latitude\nA,179,0\nB,-179,0\nC,170,0\nD,0,0\n",
            Some(1),
        );
        assert_eq!(near(&pacific, &["A", "B", "C", "D"])[0], "B");
        // Two at one distance: the first.
        let equal = world("area_code,longitude,latitude\nA,10,0\nB,9,0\nC,11,0\nD,90,0\n", Some(1));
        assert_eq!(near(&equal, &["A", "B", "C", "D"])[0], "B");
    }

    #[test]
    fn each_fault_names_its_place() {
        for (row, code, place) in [
            ("X,1,1", "unknown-area", "X"),
            ("B,,1", "bad-coordinate", ""),
            ("B,181,1", "bad-coordinate", "181"),
            ("B,1,90.5", "bad-coordinate", "90.5"),
            ("B,NaN,1", "bad-coordinate", "NaN"),
            ("A,2,2", "duplicate-code", "A"),
        ] {
            let world = world(&format!("area_code,longitude,latitude\nA,1,1\n{row}\n"), Some(1));
            let found = Registry::load(&world.pipeline).unwrap_err();
            assert_eq!(found.len(), 1, "{row}: {found:?}");
            assert_eq!(found[0].code, code, "{row}");
            assert_eq!(excerpt(&found[0].file, found[0].span.clone()), place, "{row}");
            assert!(found[0].hint.is_some() && found[0].has_chinese(), "{row}: {found:?}");
        }
        let codes = |table: &str, nearest| {
            let found = Registry::load(&world(table, nearest).pipeline).unwrap_err();
            assert!(found[0].hint.is_some() && found[0].has_chinese(), "{found:?}");
            found[0].code
        };
        assert_eq!(codes("area_code,latitude\nA,1\n", None), "column-missing");
        assert_eq!(codes("area_code,neighbour_code\nA,B\n", Some(3)), "misplaced-key");
    }
}
