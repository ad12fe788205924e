//! What the results of jobs depend on in the registry, in slices: the areas in force on a day, and the members of a dimension.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::area::Area;
use super::snapshots::Registry;
use crate::pipeline::DimensionIndex;

/// sha256 of a slice.
pub type Slice = [u8; 32];

/// Digests of all areas, from which those of days are made.
pub struct Slices<'r> {
    registry: &'r Registry,
    /// One a row of the registry, in its order.
    areas: Vec<Slice>,
    /// The changes, and all rows of codes that they name or that have several rows: what a code once stood for is told by them.
    changes: Slice,
}

impl Registry {
    /// Digests of every area and of the changes.
    pub fn slices(&self) -> Slices<'_> {
        let changes = &self.shared.changes;
        let areas: Vec<Slice> = self.all().iter().map(of_area).collect();
        let mut digest = Sha256::new_with_prefix(format!("{changes:?}"));
        let named = changes.codes();
        let rows: Vec<(&Area, &Slice)> = self.all().iter().zip(&areas).collect();
        let of_codes = rows.chunk_by(|(a, _), (b, _)| a.code == b.code);
        for (area, of_area) in of_codes
            .filter(|rows| rows.len() > 1 || named.contains(rows[0].0.code.as_str()))
            .flatten()
        {
            digest.update(of_area);
            digest.update(format!("{:?} {:?}", area.valid_from, area.valid_to));
        }
        Slices {
            registry: self,
            changes: digest.finalize().into(),
            areas,
        }
    }

    /// Every name that an area has ever had in other letters than Latin ones: it may tell the encoding of a file.
    pub fn names_slice(&self) -> Slice {
        let names: BTreeSet<&str> = self.all().iter().map(|area| area.name.as_str()).collect();
        let mut digest = Sha256::new();
        for name in names.into_iter().filter(|name| !name.is_ascii()) {
            digest.update(name);
            digest.update("\n");
        }
        digest.finalize().into()
    }
}

impl Slices<'_> {
    /// The areas in force on a day, with all that the changes say of their codes.
    pub fn on(&self, day: Date) -> Slice {
        let mut digest = Sha256::new_with_prefix(self.changes);
        for (area, of_area) in self.registry.all().iter().zip(&self.areas) {
            if area.is_valid_on(day) {
                digest.update(of_area);
            }
        }
        let bearers = &self.registry.on(day).bearers;
        if !bearers.is_empty() {
            digest.update(format!("{bearers:?}"));
        }
        digest.finalize().into()
    }

    /// All areas of all times.
    pub fn whole(&self) -> Slice {
        let mut digest = Sha256::new_with_prefix(self.changes);
        for (area, of_area) in self.registry.all().iter().zip(&self.areas) {
            digest.update(of_area);
            digest.update(format!("{:?} {:?}", area.valid_from, area.valid_to));
        }
        digest.finalize().into()
    }

    /// The largest denominators that areas may have.
    pub fn limits(&self) -> Slice {
        let areas = self.registry.all().iter().filter(|area| !area.limits.is_empty());
        let of = areas.map(|area| (&area.code, area.valid_from, &area.limits));
        Sha256::digest(format!("{:?}", of.collect::<Vec<_>>())).into()
    }

    /// Which areas are neighbours.
    pub fn neighbours(&self) -> Slice {
        Sha256::digest(format!("{:?}", self.registry.shared.neighbours)).into()
    }

    /// The members of all areas in a dimension of areas.
    pub fn members(&self, dimension: DimensionIndex) -> Slice {
        let lookup = self.registry.shared.lookups.get(dimension);
        let mut digest = Sha256::new_with_prefix(format!("{lookup:?}"));
        let cross = lookup.and_then(|lookup| lookup.as_ref()?.cross.as_ref());
        for part in cross.iter().flat_map(|cross| cross.of) {
            digest.update(self.members(part));
        }
        digest.finalize().into()
    }
}

/// Every column that is looked at once it is known that the area is in force.
fn of_area(area: &Area) -> Slice {
    let Area {
        code,
        name,
        name_en,
        level,
        kind,
        parent_code,
        code_prefixes,
        aliases,
        // Said by the list of areas in force, and where they matter beside these.
        valid_from: _,
        valid_to: _,
        source: _,
        // Of the figures of periods alone, which ask for them.
        limits: _,
    } = area;
    let text = format!("{code:?} {name:?} {name_en:?} {level} {kind:?} {parent_code:?} {code_prefixes:?} {aliases:?}");
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::super::Registry;
    use super::super::testing::{World, year};
    use crate::pipeline::CodeScheme;

    const DIVISIONS: &str = "code,name,parent_code,valid_from,valid_to,aliases,source
0,root,,,,,
A,Ash,0,,2018-12-30,,
B,Beech,0,2018-12-31,,,
C,Cedar,0,,2018-12-30,,
D,Dogwood,0,,,,
E,Elm,0,,2018-12-30,,
E,Elder,0,2018-12-31,,,
";

    fn slice(divisions: &str, changes: &str, period: &str) -> [u8; 32] {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(divisions);
        world.changes(changes);
        let registry = Registry::load(&world.pipeline).unwrap();
        registry.slices().on(year(period).end())
    }

    #[test]
    fn a_day_depends_on_the_areas_in_force_and_on_all_that_their_codes_have_stood_for() {
        const CHANGES: &str = "old_code,new_code,date,kind\nA,B,2018-12-31,recode\n";
        let of = |divisions: &str| slice(divisions, CHANGES, "2020");
        let before = of(DIVISIONS);
        for (from, to, is_same) in [
            ("Dogwood", "Oak", false),
            ("D,Dogwood,0,,,,", "D,Dogwood,0,,,Oak,", false),
            ("D,Dogwood,0,,,,", "D,Dogwood,0,,2019-12-31,,", false),
            // What another code stood for, and this one before.
            ("Ash", "Oak", false),
            ("Elm", "Oak", false),
            ("Cedar", "Oak", true),
            ("C,Cedar,0,,2018-12-30", "C,Cedar,0,,2017-12-30", true),
            ("D,Dogwood,0,,,,", "D,Dogwood,0,,,,a gazette", true),
            ("D,Dogwood,0,,,,", "D,Dogwood,0,2015-01-01,,,", true),
        ] {
            assert!(DIVISIONS.contains(from));
            assert_eq!(of(&DIVISIONS.replacen(from, to, 1)) == before, is_same, "{from} → {to}");
        }
        let other = CHANGES.replace("A,B", "C,B");
        assert_ne!(slice(DIVISIONS, &other, "2020"), before);
        assert_ne!(slice(DIVISIONS, CHANGES, "2017"), before);
    }
}
