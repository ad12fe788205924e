//! What each factor adds to the change of an indicator that is a product.

use super::described::Described;
use crate::domain::Text;
use crate::report::gather::{Gathering, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::titles::indicator_title;
use crate::report::words::{self, Words};
use crate::tables::ProductEffectRow;

/// Columns of the table `product_effects`.
const HEADERS: [(Words, &str); 6] = [
    (Words("前期", "Earlier period"), "earlier"),
    (Words("变化", "Change"), "value_change"),
    (Words("因子", "Factor"), "factor_indicator"),
    (Words("因子前期值", "Factor before"), "factor_earlier"),
    (Words("因子后期值", "Factor after"), "factor_later"),
    (Words("因子的效应", "Its effect"), "factor_effect"),
];

/// Of the root up to the latest period. None: there is no product, or its change is not known.
pub(super) fn products(all: &Gathering<'_>) -> Option<Figure> {
    let described = Described::find::<ProductEffectRow<'_>>(all)?;
    let (root, now) = (all.root(), all.period_text());
    let here = described
        .rows::<ProductEffectRow<'_>>()
        .filter(|row| row.area_code == root && row.later == now && row.value_change.is_some());
    let title = |id: &str| {
        let indicator = all.pipeline.indicators.iter().find(|of| of.id == id);
        indicator.map_or_else(|| indicator_title(all.pipeline, id), |of| titled(all.pipeline, of))
    };
    let rows: Vec<Vec<Cell>> = here
        .map(|row| {
            vec![
                Cell::text(title(row.indicator)),
                Cell::code(row.earlier),
                Cell::signed(row.value_change),
                Cell::text(title(row.factor_indicator)),
                Cell::figure(row.factor_earlier),
                Cell::figure(row.factor_later),
                described.or_reason(Cell::signed(row.factor_effect), row.effects_null_reason),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| Figure {
        id: "products".to_owned(),
        headline: sentences::parts_of_products(),
        subtitle: words::joined(&[
            Text::new("各指标按自身单位", "each indicator in its own unit"),
            all.place_and_time(),
        ]),
        notes: described.caveat(HEADERS[5]).into_iter().collect(),
        table: Sheet {
            columns: Described::columns(&HEADERS),
            rows,
        },
    })
}
