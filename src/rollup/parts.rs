//! The sums of all partitions, encoded until those of a period are put together.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::cube::{Cube, CubeCells};
use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};

/// The sums of the partitions of all periods. They are kept encoded, in a tenth of the memory: at no time are the cubes of all periods
/// of a nation needed at once.
#[derive(Debug, Default)]
pub struct CubeParts(BTreeMap<Period, Vec<(FormIndex, CubeCells)>>);

impl CubeParts {
    /// Adds the sums of a partition.
    pub fn push(&mut self, form: FormIndex, period: Period, part: CubeCells) {
        self.0.entry(period).or_default().push((form, part));
    }

    /// sha256 over the sums of the partitions of a period, whatever the order in which they were added.
    pub fn digest(&self, period: Period) -> [u8; 32] {
        let parts = self.0.get(&period).into_iter().flatten();
        let mut parts: Vec<(FormIndex, [u8; 32])> = parts
            .map(|(form, part)| (*form, Sha256::digest(part.encoded()).into()))
            .collect();
        parts.sort_unstable();
        let mut digest = Sha256::new();
        for (form, part) in parts {
            digest.update(format!("{form} "));
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// The cube of a period.
    pub fn of_period(&self, pipeline: &Pipeline, period: Period) -> Cube {
        let mut cube = Cube::new(pipeline);
        self.add(&mut cube, period);
        cube
    }

    /// The cube of all periods.
    pub fn of_all(&self, pipeline: &Pipeline) -> Cube {
        let mut cube = Cube::new(pipeline);
        self.0.keys().for_each(|period| self.add(&mut cube, *period));
        cube
    }

    fn add(&self, cube: &mut Cube, period: Period) {
        for (form, part) in self.0.get(&period).into_iter().flatten() {
            cube.add(*form, period, part);
        }
    }
}
