//! The inequality indices: one file a family, one line each in [`INDICES`].

mod atkinson;
mod bounded;
mod differences;
mod family;
mod gini;
mod ordered;
mod parts;
mod share;
mod theil;
mod unweighted;
mod variance;

use super::{Distribution, Reason};

pub use family::{Divisor, Family, Ladder, Separable, Shape, Unweighted};
pub use gini::absolute as absolute_gini;
pub use parts::{Context, Part, Parts};

/// When an index has a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Over any units.
    Always,
    /// Where the indicator lies in 0..1.
    Bounded,
    /// Where the units are members: it knows nothing but the figures of groups.
    Members,
    /// Where the dimension is ordered and the units are its members.
    Ordered,
    /// Where, of such units, the indicator lies in 0..1, too.
    OrderedBounded,
    /// Where the dimension names a reference member.
    Reference,
    /// Where the units of such a dimension are its members.
    ReferenceMembers,
    /// Nowhere: its value is that of another index, and only its parts are its own.
    PartsOnly,
}

/// How an index is computed.
pub type Compute = fn(&Distribution, &Context) -> Result<Parts, Reason>;

/// One index.
pub struct Index {
    /// Name in the table.
    pub name: &'static str,
    /// When it has a row.
    pub applies: Applies,
    /// The parts that groups make of it; none where it has none.
    pub parts: &'static [Part],
    /// What its bounds follow from.
    pub family: Family,
    /// How it is computed.
    pub compute: Compute,
}

const fn index(name: &'static str, applies: Applies, family: Family, compute: Compute) -> Index {
    split(name, applies, &[], family, compute)
}

const fn split(
    name: &'static str,
    applies: Applies,
    parts: &'static [Part],
    family: Family,
    compute: Compute,
) -> Index {
    Index {
        name,
        applies,
        parts,
        family,
        compute,
    }
}

const TWO: &[Part] = &[Part::Between, Part::Within];
const THREE: &[Part] = &[Part::Between, Part::Within, Part::Overlap];

/// Every index of the tables `inequality` and `inequality_parts`; `domain/inequality.toml` defines them for readers.
pub const INDICES: &[Index] = &[
    index(
        "variance_between",
        Applies::Members,
        Family::Separable(Separable::Variance, Shape::Same),
        variance::variance_between,
    ),
    index(
        "sd_between",
        Applies::Members,
        Family::Separable(Separable::Variance, Shape::Root(1.0)),
        variance::sd_between,
    ),
    split(
        "williamson_cv",
        Applies::Always,
        TWO,
        Family::Separable(Separable::Williamson, Shape::Root(1.0)),
        variance::williamson,
    ),
    split(
        "gini",
        Applies::Always,
        THREE,
        Family::Gini(1.0, Divisor::Mean),
        gini::yitzhaki,
    ),
    split(
        "gini_two_term",
        Applies::PartsOnly,
        TWO,
        Family::Gini(1.0, Divisor::Mean),
        gini::two_term,
    ),
    split(
        "theil_t",
        Applies::Always,
        TWO,
        Family::Separable(Separable::TheilT, Shape::Same),
        theil::t,
    ),
    split(
        "theil_l",
        Applies::Always,
        TWO,
        Family::Separable(Separable::TheilL, Shape::Same),
        theil::l,
    ),
    index(
        "atkinson_0_5",
        Applies::Always,
        Family::Separable(Separable::AtkinsonHalf, Shape::Same),
        atkinson::half,
    ),
    index(
        "atkinson_1",
        Applies::Always,
        Family::Separable(Separable::TheilL, Shape::Saturating),
        atkinson::one,
    ),
    index(
        "hoover",
        Applies::Always,
        Family::Deviation(0.5, Divisor::Mean),
        share::hoover,
    ),
    index("p90_p10", Applies::Always, Family::Quantiles, share::p90_p10),
    index(
        "mean_difference_from_mean",
        Applies::Always,
        Family::Deviation(1.0, Divisor::One),
        differences::from_mean,
    ),
    index(
        "mean_difference_from_best",
        Applies::Always,
        Family::Best,
        differences::from_best,
    ),
    index(
        "mean_difference_from_reference",
        Applies::Reference,
        Family::Reference,
        differences::from_reference,
    ),
    index(
        "population_attributable_risk",
        Applies::Always,
        Family::Best,
        differences::attributable_risk,
    ),
    index(
        "population_attributable_fraction",
        Applies::Always,
        Family::BestShare,
        differences::attributable_fraction,
    ),
    index(
        "unweighted_difference_from_mean",
        Applies::Members,
        Family::Unweighted(Unweighted::FromMean),
        unweighted::from_mean,
    ),
    index(
        "unweighted_difference_from_best",
        Applies::Members,
        Family::Unweighted(Unweighted::FromBest),
        unweighted::from_best,
    ),
    index(
        "unweighted_difference_from_reference",
        Applies::ReferenceMembers,
        Family::Unweighted(Unweighted::FromReference),
        unweighted::from_reference,
    ),
    index(
        "index_of_disparity",
        Applies::Members,
        Family::Unweighted(Unweighted::Disparity),
        unweighted::disparity,
    ),
    index(
        "abs_gini",
        Applies::Bounded,
        Family::Gini(1.0, Divisor::One),
        bounded::abs_gini,
    ),
    index(
        "erreygers",
        Applies::Bounded,
        Family::Gini(4.0, Divisor::One),
        bounded::erreygers,
    ),
    index(
        "sd2",
        Applies::Bounded,
        Family::Separable(Separable::Variance, Shape::Root(2.0)),
        bounded::sd2,
    ),
    index(
        "gini_normalised",
        Applies::Bounded,
        Family::Gini(1.0, Divisor::MeanAndRest),
        bounded::gini_normalised,
    ),
    index(
        "hoover_normalised",
        Applies::Bounded,
        Family::Deviation(0.5, Divisor::MeanAndRest),
        bounded::hoover_normalised,
    ),
    index(
        "variance_normalised",
        Applies::Bounded,
        Family::Separable(Separable::VarianceNormalised, Shape::Same),
        bounded::variance_normalised,
    ),
    index(
        "slope_index",
        Applies::Ordered,
        Family::Ladder(Ladder::Slope),
        ordered::slope,
    ),
    index(
        "relative_index",
        Applies::Ordered,
        Family::Ladder(Ladder::Relative),
        ordered::relative,
    ),
    index(
        "concentration_index",
        Applies::Ordered,
        Family::Ladder(Ladder::Concentration),
        ordered::concentration,
    ),
    index(
        "concentration_absolute",
        Applies::Ordered,
        Family::Ladder(Ladder::ConcentrationAbsolute),
        ordered::concentration_absolute,
    ),
    index(
        "concentration_wagstaff",
        Applies::OrderedBounded,
        Family::Ladder(Ladder::ConcentrationWagstaff),
        ordered::concentration_wagstaff,
    ),
    index(
        "concentration_erreygers",
        Applies::OrderedBounded,
        Family::Ladder(Ladder::ConcentrationErreygers),
        ordered::concentration_erreygers,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Better;

    #[test]
    fn every_index_is_defined_for_readers_in_the_same_order() {
        let computed: Vec<&str> = INDICES.iter().map(|index| index.name).collect();
        let defined: Vec<&str> = crate::domain::index_specs()
            .iter()
            .map(|spec| spec.id.as_str())
            .collect();
        assert_eq!(computed, defined);
        for (index, spec) in INDICES.iter().zip(crate::domain::index_specs()) {
            let has_row = index.applies != Applies::PartsOnly;
            let tables = [("inequality", has_row), ("inequality_parts", !index.parts.is_empty())];
            let tables: Vec<&str> = tables
                .into_iter()
                .filter(|(_, has)| *has)
                .map(|(name, _)| name)
                .collect();
            assert_eq!(spec.tables, tables, "{}", spec.id);
        }
    }

    #[test]
    fn an_index_has_the_parts_that_it_names() {
        let unit = |tenths, group| crate::statistics::Unit {
            x: tenths as f64 / 10.0,
            numerator: tenths,
            denominator: 10,
            group,
        };
        let units = [unit(2, 0), unit(4, 1), unit(6, 1)];
        let context = Context {
            better: Better::Higher,
            reference: Some(0),
            order: vec![0, 1],
        };
        for index in INDICES {
            let all = Distribution::new(&units).unwrap();
            let parts = (index.compute)(&all, &context).unwrap();
            for part in THREE {
                let (named, there) = (index.parts.contains(part), parts.of(*part).is_some());
                assert_eq!(named, there, "{} {}", index.name, part.name());
            }
        }
    }
}
