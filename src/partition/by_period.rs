//! Values that are kept encoded until those of their period are needed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

    /// Adds all values of another set.
    pub fn extend(&mut self, other: ByPeriod<T>) {
        for (period, values) in other.encoded {
            self.encoded.entry(period).or_default().extend(values);
        }
    }

    /// The periods of which there are values.
    pub fn periods(&self) -> Vec<Period> {
        self.encoded.keys().copied().collect()
    }

    /// The values of a period, in the order in which they were added; they are there no longer.
    pub fn take(&mut self, period: Period) -> Vec<T> {
        let all = self.encoded.remove(&period).unwrap_or_default().into_iter();
        let decoded = all.map(|values| {
            let decoded: Vec<T> =
                postcard::from_bytes(&values).expect("values are decoded by the program that has encoded them");
            decoded
        });
        decoded.flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_by_period_in_the_order_in_which_they_came() {
        let [one, two] = ["2019", "2020"].map(|period| Period::parse_any(period).unwrap());
        let mut all = ByPeriod::of([(two, "a".to_owned()), (one, "b".to_owned()), (two, "c".to_owned())]);
        all.extend(ByPeriod::of([(two, "d".to_owned())]));
        all.add(one, &["e".to_owned()]);
        assert_eq!(all.periods(), [one, two]);
        assert_eq!(all.take(two), ["a", "c", "d"]);
        assert_eq!(all.take(one), ["b", "e"]);
        assert_eq!(all.take(one), Vec::<String>::new());
    }
}
