//! How evenly an indicator is spread over the areas of the root.

use super::inequality::Inequality;
use crate::domain::{Lorenz, Text};
use crate::report::gather::{Gathering, titled};
use crate::report::number::{figure, percent};
use crate::report::page::context::{Cell, Figure, LorenzView, Sheet};
use crate::report::page::draw::{Scale, points};
use crate::report::words;

/// The square of the drawing in which the curve lies: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (46.0, 246.0, 14.0, 214.0);

/// None: it is undefined in the period.
pub(super) fn lorenz((all, inequality): (&Gathering<'_>, &Inequality<'_>), indicator: usize) -> Option<LorenzView> {
    let mut curves = all.sources.lorenz.iter();
    let curve = curves.find(|curve| curve.indicator == indicator && Some(curve.period) == all.period)?;
    // One area alone is as even as can be, which says nothing.
    (curve.units > 1).then(|| view((all, inequality), curve))
}

fn view((all, inequality): (&Gathering<'_>, &Inequality<'_>), curve: &Lorenz) -> LorenzView {
    let (left, right, top, bottom) = PLOT;
    let across = Scale::new((0.0, 1.0), (left, right));
    let up = Scale::new((0.0, 1.0), (bottom, top));
    let places: Vec<(f64, f64)> = curve.corners.iter().map(|(p, l)| (across.at(*p), up.at(*l))).collect();
    let indicator = &all.pipeline.indicators[curve.indicator];
    let measure = |at: usize| {
        let measure = &all.pipeline.measures[at];
        words::named(&measure.title, &measure.id)
    };
    LorenzView {
        about: about((all, inequality), curve),
        line: points(&places),
        across: words::share_of(&measure(indicator.denominator)),
        up: words::share_of(&measure(indicator.numerator)),
    }
}

fn about((all, inequality): (&Gathering<'_>, &Inequality<'_>), curve: &Lorenz) -> Figure {
    let indicator = &all.pipeline.indicators[curve.indicator];
    let row = |(tenth, share): (usize, &f64)| {
        let below = tenth as f64 / 10.0;
        vec![Cell::share(Some(below)), Cell::share(Some(*share))]
    };
    Figure {
        id: format!("lorenz-{}", indicator.id),
        headline: words::lower_half(&percent(curve.tenths[5]), &figure(curve.gini)),
        subtitle: words::joined(&[
            titled(all.pipeline, indicator),
            words::areas_compared(curve.units, &all.level_title(curve.level)),
            all.place_and_time(),
        ]),
        notes: inequality.lines(&indicator.id, &all.pipeline.registry.levels[curve.level]),
        table: Sheet {
            columns: vec![
                Text::new(
                    "数值最低的地区所占分母份额",
                    "Share of denominators, lowest values first",
                ),
                Text::new("所占分子份额", "Share of numerators"),
            ],
            rows: curve.tenths.iter().enumerate().map(row).collect(),
        },
    }
}
