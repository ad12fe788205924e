//! What the results of jobs depend on in the registry, in slices: the areas in force on a day, and the members of a dimension.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Area, Registry};
use crate::pipeline::DimensionIndex;

/// sha256 of a slice.
pub type Slice = [u8; 32];

/// Digests of all areas, from which those of days are made.
pub struct Slices<'r> {
    registry: &'r Registry,
    /// One a row of the registry, in its order.
    areas: Vec<Slice>,
    /// The changes, and the spans of all codes that they name.
    changes: Slice,
}

impl Registry {
    /// Digests of every area and of the changes.
    pub fn slices(&self) -> Slices<'_> {
        let changes = &self.shared.changes;
        let named = changes.codes();
        let spans = self.all().iter().filter(|area| named.contains(area.code.as_str()));
        let spans: Vec<_> = spans
            .map(|area| (&area.code, area.level, area.valid_from, area.valid_to))
            .collect();
        Slices {
            registry: self,
            areas: self.all().iter().map(of_area).collect(),
            changes: Sha256::digest(format!("{changes:?} {spans:?}")).into(),
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

    /// The members of all areas in a dimension of areas.
    pub fn members(&self, dimension: DimensionIndex) -> Slice {
        Sha256::digest(format!("{:?}", self.registry.shared.lookups.get(dimension))).into()
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
        // Said by the list of areas in force, and where changes matter by `spans`.
        valid_from: _,
        valid_to: _,
        source: _,
    } = area;
    let text = format!("{code:?} {name:?} {name_en:?} {level} {kind:?} {parent_code:?} {code_prefixes:?} {aliases:?}");
    Sha256::digest(text).into()
}
