//! How far apart two groups are, indicator by indicator.

use super::common::Pair;
use super::gap_changes::GapChanges;
use super::mixes::Mixes;
use super::pairs::Pairs;
use crate::domain::{Lang, Text};
use crate::pipeline::{Better, Indicator};
use crate::report::gather::{Gathering, a_is_ahead, goals_first, member_title, titled};
use crate::report::number::{figure, figure_beside, signed};
use crate::report::page::context::{Cell, Figure, GapBlock, GapRowView, GapView, Sheet};
use crate::report::page::draw::{MARGIN, STRIP, Scale};
use crate::report::page::sentences;
use crate::report::titles::unit_word;
use crate::report::words;
use crate::tables::{Columns, GapRow};

/// Gaps of all pairs together that the page draws and lists; each pair has at least one, those of goals first.
const GAPS: usize = 600;

/// A gap that is known.
struct Known<'a> {
    indicator: &'a Indicator,
    row: GapRow<'a>,
    gap: f64,
    /// Of the two groups.
    values: (f64, f64),
}

pub(super) fn views<'a>(
    all: &'a Gathering<'a>,
    pairs: &Pairs<'a>,
    changes: &GapChanges<'_>,
    mixes: &Mixes<'_>,
) -> Vec<GapView> {
    let most = (GAPS / pairs.shown.len().max(1)).max(1);
    let mut views = Vec::new();
    for (dimension, a, b) in pairs.shown.iter().copied() {
        let pair = Pair {
            id: format!("gap-{}-{a}-{b}", dimension.id),
            dimension,
            a: member_title(dimension, a),
            b: member_title(dimension, b),
        };
        let known = known(all, pairs.rows((&dimension.id, a, b)));
        if !known.is_empty() {
            views.push(GapView {
                changes: changes.view(&pair, (a, b)),
                mixes: mixes.view(&pair, (a, b)),
                ..view(all, &pair, &known, most)
            });
        }
    }
    views
}

/// Those that are known, goals first.
fn known<'a>(all: &Gathering<'a>, rows: &[GapRow<'a>]) -> Vec<Known<'a>> {
    let of_indicator = |indicator: &'a Indicator| {
        let row = rows.iter().find(|row| row.indicator == indicator.id)?;
        Some(Known {
            indicator,
            row: *row,
            gap: row.gap?,
            values: (row.value_a?, row.value_b?),
        })
    };
    goals_first(all.pipeline)
        .filter_map(|(_, indicator)| of_indicator(indicator))
        .collect()
}

/// The headline counts all indicators; the first `most` are drawn and listed.
fn view(all: &Gathering<'_>, pair: &Pair<'_>, known: &[Known<'_>], most: usize) -> GapView {
    let shown = &known[..known.len().min(most)];
    let mut blocks: Vec<(&str, Vec<&Known<'_>>)> = Vec::new();
    for one in shown {
        let unit = one.indicator.unit.as_str();
        match blocks.iter_mut().find(|(own, _)| *own == unit) {
            Some((_, lines)) => lines.push(one),
            None => blocks.push((unit, vec![one])),
        }
    }
    GapView {
        id: pair.id.clone(),
        label: words::pair(&pair.dimension.title, &pair.dimension.id, &pair.a, &pair.b),
        a: pair.a.clone(),
        b: pair.b.clone(),
        about: about(all, pair, known, shown),
        changes: None,
        mixes: None,
        blocks: blocks.iter().map(|(unit, lines)| block(all, unit, lines)).collect(),
    }
}

/// Indicators of one unit have one scale: from 0, or from the least where that is negative, to the greatest value.
fn block(all: &Gathering<'_>, unit: &str, lines: &[&Known<'_>]) -> GapBlock {
    let (mut from, mut to) = (0.0f64, 0.0f64);
    for line in lines {
        for value in reached(line) {
            (from, to) = (from.min(value), to.max(value));
        }
    }
    let scale = Scale::new((from, to), (MARGIN, STRIP - MARGIN));
    GapBlock {
        unit: scale_title(&unit_word(all.pipeline, unit)),
        ends: (figure(from), figure(to)),
        lines: lines.iter().map(|line| row(all, &scale, line)).collect(),
    }
}

/// The unit of a scale. Where a language has no word for it, the titles of the indicators say what is counted.
fn scale_title(unit: &Text) -> Text {
    let word = |lang| match unit.get(lang) {
        "" => words::VALUE.text().get(lang).to_owned(),
        unit => unit.to_owned(),
    };
    Text::new(word(Lang::Zh), word(Lang::En))
}

/// Every value that is drawn: that of either group, and where the effect of the composition ends.
fn reached(line: &Known<'_>) -> impl Iterator<Item = f64> {
    let (a, b) = line.values;
    [Some(a), Some(b), line.row.mix_effect.map(|mix| b + mix)]
        .into_iter()
        .flatten()
}

fn row(all: &Gathering<'_>, scale: &Scale, line: &Known<'_>) -> GapRowView {
    let (a, b) = line.values;
    let turn = line.row.mix_effect.map(|mix| b + mix);
    GapRowView {
        title: titled(all.pipeline, line.indicator),
        a: scale.at(a),
        b: scale.at(b),
        value_a: figure_beside(a, Some(b)),
        value_b: figure_beside(b, Some(a)),
        gap: signed(line.gap),
        mix: turn.map(|turn| scale.bar(b, turn)),
        rate: turn.map(|turn| scale.bar(turn, a)),
        is_sure: line.row.sign_identified,
    }
}

fn about(all: &Gathering<'_>, pair: &Pair<'_>, known: &[Known<'_>], shown: &[Known<'_>]) -> Figure {
    let directed = |line: &&Known<'_>| line.indicator.better != Better::Neither && line.gap != 0.0;
    let ahead = |line: &&Known<'_>| a_is_ahead(line.indicator.better, line.gap);
    let judged: Vec<&Known<'_>> = known.iter().filter(directed).collect();
    let leading: Vec<&&Known<'_>> = judged.iter().filter(|line| ahead(line)).collect();
    let sure = leading
        .iter()
        .filter(|line| line.row.sign_identified == Some(true))
        .count();
    let left_out = sentences::drawn_of(shown.len(), shown.len(), known.len(), GapRow::TABLE);
    let rows = shown.iter().map(|line| {
        vec![
            Cell::text(titled(all.pipeline, line.indicator)),
            Cell::beside(line.row.value_a, line.row.value_b),
            Cell::beside(line.row.value_b, line.row.value_a),
            Cell::signed(line.row.gap),
            Cell::figure(line.row.ratio),
            Cell::signed(line.row.mix_effect),
            Cell::signed(line.row.rate_effect),
            Cell::signed(line.row.lower),
            Cell::signed(line.row.upper),
            (line.row.sign_identified).map_or_else(Cell::default, |sure| Cell::text(words::yes_no(sure))),
        ]
    });
    Figure {
        id: pair.id.clone(),
        headline: words::leads(&pair.a, &pair.b, (leading.len(), judged.len()), sure),
        subtitle: words::joined(&[
            words::pair(&pair.dimension.title, &pair.dimension.id, &pair.a, &pair.b),
            Text::new("各指标按自身单位", "each indicator in its own unit"),
            all.place_and_time(),
        ]),
        notes: left_out.into_iter().collect(),
        table: Sheet {
            columns: vec![
                words::INDICATOR.text(),
                pair.a.clone(),
                pair.b.clone(),
                words::GAP.text(),
                Text::new("比率", "Ratio"),
                words::MIX.text(),
                words::RATE.text(),
                words::LOWER.text(),
                words::UPPER.text(),
                words::ROBUST.text(),
            ],
            rows: rows.collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_headed_in_both_languages() {
        assert_eq!(scale_title(&Text::new("平方米", "m²")), Text::new("平方米", "m²"));
        assert_eq!(
            scale_title(&Text::new("", "organisations")),
            Text::new("数值", "organisations")
        );
        assert_eq!(scale_title(&Text::default()), Text::new("数值", "Value"));
    }
}
