//! What single dimensions of the strata add to the mix effects of gaps.

use std::collections::BTreeMap;

use super::common::{Pair, by};
use super::described::Described;
use super::pairs::Pairs;
use crate::domain::Text;
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{Columns, GapMixRow};

/// Indicators of all pairs together for which the page has room; those of goals come first.
const MIXES: usize = 90;

/// Columns of the table `gap_mixes` after those of the dimensions.
const COUNTS: [(Words, &str); 2] = [
    (Words("层数", "Strata"), "n_strata"),
    (Words("仅一方有的层数", "Strata of one side"), "n_borrowed"),
];

/// The parts of the mix effects of the root in the latest period.
pub(super) struct Mixes<'a> {
    all: &'a Gathering<'a>,
    /// None: nobody has given the table.
    described: Option<Described<'a>>,
    /// By dimension and pair.
    rows: BTreeMap<(&'a str, &'a str, &'a str), Vec<GapMixRow<'a>>>,
    /// Indicators of a pair for which there is room.
    most: usize,
}

impl<'a> Mixes<'a> {
    /// Of the pairs that are shown.
    pub(super) fn new(all: &'a Gathering<'a>, pairs: &Pairs<'_>) -> Mixes<'a> {
        let described = Described::find::<GapMixRow<'a>>(all);
        let (root, now) = (all.root(), all.period_text());
        let rows = described.iter().flat_map(Described::rows::<GapMixRow<'a>>);
        let here = rows
            .filter(|row| row.scope_code == root && row.period == now)
            .filter(|row| pairs.has((row.dimension, row.a, row.b)));
        let rows = by(here, |row| (row.dimension, row.a, row.b));
        Mixes {
            all,
            described,
            most: (MIXES / rows.len().max(1)).max(1),
            rows,
        }
    }

    /// None: the gaps of the pair are not split by several dimensions.
    pub(super) fn view(&self, pair: &Pair<'_>, (a, b): (&str, &str)) -> Option<Figure> {
        let described = self.described.as_ref()?;
        let rows = self.rows.get(&(pair.dimension.id.as_str(), a, b))?;
        // Indicators of several forms may be split by different dimensions.
        let mut dimensions: Vec<&str> = Vec::new();
        for row in rows {
            if !dimensions.contains(&row.stratum_dimension) {
                dimensions.push(row.stratum_dimension);
            }
        }
        let known: Vec<(&Indicator, Vec<&GapMixRow<'_>>)> = goals_first(self.all.pipeline)
            .map(|(_, indicator)| {
                let own = rows.iter().filter(|row| row.indicator == indicator.id);
                (indicator, own.collect())
            })
            .filter(|(_, own): &(_, Vec<_>)| !own.is_empty())
            .collect();
        let parts = dimensions.iter().map(|id| self.dimension_title(id));
        let counts = COUNTS.iter().map(|(header, _)| header.text());
        let left_out = (known.len() > self.most).then(|| sentences::first_of(self.most, known.len(), GapMixRow::TABLE));
        let caveats = [(words::MIX, "composition_effect"), COUNTS[1]];
        Some(Figure {
            id: format!("mixes-{}", pair.id),
            headline: sentences::parts_of_mix(),
            subtitle: words::joined(&[
                words::pair(&pair.dimension.title, &pair.dimension.id, &pair.a, &pair.b),
                Text::new("各指标按自身单位", "each indicator in its own unit"),
                self.all.place_and_time(),
            ]),
            notes: (caveats.into_iter().filter_map(|header| described.caveat(header)))
                .chain(left_out)
                .collect(),
            table: Sheet {
                columns: [words::INDICATOR.text()]
                    .into_iter()
                    .chain(parts)
                    .chain(counts)
                    .collect(),
                rows: (known.iter().take(self.most))
                    .map(|(indicator, own)| self.row(described, indicator, (&dimensions, own)))
                    .collect(),
            },
        })
    }

    fn dimension_title(&self, id: &str) -> Text {
        let mut all = self.all.pipeline.dimensions.iter();
        let dimension = all.find(|dimension| dimension.id == id);
        dimension.map_or_else(|| words::same(id), |of| words::named(&of.title, &of.id))
    }

    fn row(
        &self,
        described: &Described<'_>,
        indicator: &Indicator,
        (dimensions, own): (&[&str], &[&GapMixRow<'_>]),
    ) -> Vec<Cell> {
        let effect = |id: &&str| {
            let row = own.iter().find(|row| row.stratum_dimension == *id);
            row.map_or_else(Cell::default, |row| {
                described.or_reason(Cell::signed(row.composition_effect), row.effects_null_reason)
            })
        };
        let counts = [own[0].n_strata, own[0].n_borrowed].map(Cell::count);
        [Cell::text(titled(self.all.pipeline, indicator))]
            .into_iter()
            .chain(dimensions.iter().map(effect))
            .chain(counts)
            .collect()
    }
}
