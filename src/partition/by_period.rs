//! Values that are kept encoded until those of their period are needed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::Period;

/// Values by period, encoded, in a fraction of the memory: a nation has hundreds of thousands in a period, and those of all periods are
/// never needed at once.
#[derive(Debug, Serialize, Deserialize)]
pub struct ByPeriod<T> {
    encoded: BTreeMap<Period, Vec<Vec<u8>>>,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T> Default for ByPeriod<T> {
    fn default() -> Self {
        ByPeriod {
            encoded: BTreeMap::new(),
            of: PhantomData,
        }
    }
}

impl<T: Serialize + DeserializeOwned> ByPeriod<T> {
    /// Encodes values, each with its period.
    pub fn of(all: impl IntoIterator<Item = (Period, T)>) -> ByPeriod<T> {
        let mut sorted: BTreeMap<Period, Vec<T>> = BTreeMap::new();
        for (period, value) in all {
            sorted.entry(period).or_default().push(value);
        }
        let mut by_period = ByPeriod::default();
        for (period, values) in sorted {
            by_period.add(period, &values);
        }
        by_period
    }

    /// Adds values of a period.
    pub fn add(&mut self, period: Period, values: &[T]) {
        let encoded = postcard::to_stdvec(values).expect("what a job gives can be encoded");
        self.encoded.entry(period).or_default().push(encoded);
    }

    /// The periods of which there are values.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        self.encoded.keys().copied()
    }

    /// The values of a period, in the order in which they were added.
    pub fn get(&self, period: Period) -> Vec<T> {
        let all = self.encoded.get(&period).into_iter().flatten();
        let decoded = all.map(|values| {
            let decoded: Vec<T> =
                postcard::from_bytes(values).expect("values are decoded by the program that has encoded them");
            decoded
        });
        decoded.flatten().collect()
    }

    /// Hashes the values of a period.
    pub fn digest(&self, period: Period, into: &mut Sha256) {
        let all: Vec<&Vec<u8>> = self.encoded.get(&period).into_iter().flatten().collect();
        into.update(all.len().to_be_bytes());
        for values in all {
            into.update(values.len().to_be_bytes());
            into.update(values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_by_period_in_the_order_in_which_they_came() {
        let [one, two] = ["2019", "2020"].map(|period| Period::parse_any(period).unwrap());
        let mut all = ByPeriod::of([(two, "a".to_owned()), (one, "b".to_owned()), (two, "c".to_owned())]);
        all.add(one, &["e".to_owned()]);
        assert_eq!(all.periods().collect::<Vec<_>>(), [one, two]);
        assert_eq!(all.get(two), ["a", "c"]);
        assert_eq!(all.get(one), ["b", "e"]);
        let digest = |of: &ByPeriod<String>, period| {
            let mut digest = Sha256::new();
            of.digest(period, &mut digest);
            digest.finalize()
        };
        let same = ByPeriod::of([(two, "a".to_owned()), (two, "c".to_owned())]);
        assert_eq!(digest(&all, two), digest(&same, two));
        assert_ne!(digest(&all, one), digest(&same, one));
        assert_eq!(same.get(one), Vec::<String>::new());
    }
}
