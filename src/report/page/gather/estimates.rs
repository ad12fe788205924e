//! What the figures of the root would be if what is missing were estimated.

use super::common::by;
use super::described::Described;
use crate::domain::{Lang, Text};
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{EstimateErrorRow, EstimateRow};

/// The methods of the table, in its order.
const METHODS: [&str; 3] = ["carried_forward", "hot_deck", "stratum_ratio"];

/// Columns of the table `estimates` before those of the methods.
const HEADERS: [(Words, &str); 3] = [
    (Words("上报值", "Reported"), "value_reported"),
    (words::LOWER, "lower"),
    (words::UPPER, "upper"),
];

/// Columns after those of the methods; the last two are of the table `estimate_errors`.
const SHARE: (Words, &str) = (Words("估计部分份额", "Share estimated"), "imputed_weight_share");
const BEST: Words = Words("误差最小的方法", "Lowest error");
const ERROR: Words = Words("其误差", "Its error");

/// None: nothing is missing of the root in the latest period.
pub(super) fn estimates(all: &Gathering<'_>) -> Option<Figure> {
    let described = Described::of::<EstimateRow<'_>>(all);
    let errors = Described::of::<EstimateErrorRow<'_>>(all);
    let (root, now) = (all.root(), all.period_text());
    let own = described.rows::<EstimateRow<'_>>();
    let own = by(own.filter(|row| row.area_code == root && row.period == now), |row| {
        row.indicator
    });
    let tested = errors.rows::<EstimateErrorRow<'_>>();
    let best = by(tested.filter(|row| row.period == now && row.best), |row| row.indicator);
    let rows: Vec<(Text, &[EstimateRow<'_>], &[EstimateErrorRow<'_>])> = goals_first(all.pipeline)
        .filter_map(|(_, indicator)| {
            let id = indicator.id.as_str();
            let best = best.get(id).map_or(&[][..], Vec::as_slice);
            Some((titled(all.pipeline, indicator), own.get(id)?.as_slice(), best))
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let estimated = rows
        .iter()
        .filter(|(_, rows, _)| rows.iter().any(|row| row.value_estimated.is_some()));
    let shares = rows
        .iter()
        .flat_map(|(_, rows, _)| rows.iter())
        .filter_map(|row| row.imputed_weight_share);
    let mut columns = Described::columns(&HEADERS);
    columns.extend(
        METHODS.map(|method| words::labelled_text(&Text::new("估计值", "Estimate"), &sentences::method(method))),
    );
    columns.extend([SHARE.0, BEST, ERROR].map(|header| header.text()));
    let mut notes = vec![described.explained(&[SHARE]), sentences::errors(&BEST.text())];
    notes.extend(described.caveat((Words("估计值", "Estimate"), "value_estimated")));
    notes.extend(
        METHODS.map(|method| words::labelled_text(&sentences::method(method), &described.meaning("method", method))),
    );
    Some(Figure {
        id: "estimates".to_owned(),
        headline: sentences::estimated(estimated.count(), rows.len(), shares.reduce(f64::max)),
        subtitle: words::joined(&[
            Text::new(
                "上报值与估计值",
                "Values as reported and with what is missing estimated",
            ),
            all.place_and_time(),
        ]),
        notes,
        table: Sheet {
            columns,
            rows: rows
                .iter()
                .map(|(title, own, best)| row(&described, title, own, best))
                .collect(),
        },
    })
}

fn row(described: &Described<'_>, title: &Text, own: &[EstimateRow<'_>], best: &[EstimateErrorRow<'_>]) -> Vec<Cell> {
    let first = &own[0];
    let mut cells = vec![
        Cell::text(title.clone()),
        Cell::figure(first.value_reported),
        Cell::figure(first.lower),
        Cell::figure(first.upper),
    ];
    // A reason that several methods share stands once.
    let mut told = None;
    for method in METHODS {
        let row = own.iter().find(|row| row.method == method);
        let reason = row
            .and_then(|row| row.null_reason)
            .filter(|reason| told != Some(*reason));
        told = reason.or(told);
        cells.push(described.or_reason(
            Cell::beside(row.and_then(|row| row.value_estimated), first.value_reported),
            reason,
        ));
    }
    let share = own.iter().find_map(|row| row.imputed_weight_share);
    let methods: Vec<Text> = best.iter().map(|row| sentences::method(row.method)).collect();
    let listed = |lang| Text::listed(&methods, lang);
    cells.push(Cell::share(share));
    cells.push(match methods.is_empty() {
        true => Cell::default(),
        false => Cell::text(Text::new(listed(Lang::Zh), listed(Lang::En))),
    });
    cells.push(Cell::figure(best.first().and_then(|row| row.compared_error)));
    cells
}
