//! Where every row went, what was found, and which figures agree.

use crate::domain::{Severity, Text};
use crate::report::gather::{Gathering, ReconciledRule, reconciled_rules};
use crate::report::influential::{InfluentialLine, LINES};
use crate::report::number::count;
use crate::report::page::context::{
    Bar, Cell, Figure, FindingGroup, FindingsView, Part, RowsView, Sheet, StackLine, StackView,
};
use crate::report::page::draw::{STRIP, tenth};
use crate::report::summary::{FindingLine, RowAccount};
use crate::report::words;

/// Kinds of finding that are drawn of each severity; all are in the table.
const BARS: usize = 8;

/// Parts of a bar, as long as their counts are large. Those of nothing are left out.
fn parts(counts: &[(&'static str, Text, i64)]) -> Vec<Part> {
    let whole: i64 = counts.iter().map(|(_, _, count)| count).sum();
    let place = |count: i64| STRIP * count as f64 / whole.max(1) as f64;
    let mut before = 0;
    let mut parts = Vec::new();
    for (kind, label, own) in counts.iter().filter(|(_, _, own)| *own > 0) {
        parts.push(Part {
            kind,
            label: label.clone(),
            count: count(*own),
            start: tenth(place(before)),
            length: tenth(place(*own)),
        });
        before += own;
    }
    parts
}

pub(super) fn rows(account: &RowAccount) -> RowsView {
    let counts = [
        ("good", Text::new("计入", "Accepted"), account.accepted),
        ("bad", Text::new("隔离", "Quarantined"), account.quarantined),
        ("told", Text::new("被替代", "Superseded"), account.superseded),
        (
            "open",
            Text::new(
                "另置（表头、合计、说明、空行）",
                "Set aside (headers, totals, notes, blanks)",
            ),
            account.set_aside,
        ),
    ];
    let table_rows = counts
        .iter()
        .map(|(_, label, own)| vec![Cell::text(label.clone()), Cell::count(*own)]);
    let total = vec![Cell::text(Text::new("读入", "Read")), Cell::count(account.read)];
    RowsView {
        about: Figure {
            id: "rows".to_owned(),
            headline: words::rows(account.read, account.accepted, account.quarantined),
            subtitle: words::submissions(account.submissions),
            notes: vec![Text::new(
                "被替代：后来的更正件取代了它。另置：不是记录，如表头或合计。",
                "Superseded: a later revision replaced it. Set aside: no record, such as a header or a total.",
            )],
            table: Sheet {
                columns: vec![Text::new("去向", "Where they went"), Text::new("行数", "Rows")],
                rows: table_rows.chain([total]).collect(),
            },
        },
        parts: parts(&counts),
    }
}

pub(super) fn findings(all: &Gathering<'_>) -> FindingsView {
    let lines = &all.findings;
    let influential = &all.influential[..all.influential.len().min(LINES)];
    let of = |severity: Severity| lines.iter().filter(move |line| line.severity == severity);
    let counted = |severity: Severity| of(severity).map(|line| line.count).sum::<i64>();
    let severities = [Severity::Hard, Severity::Explain, Severity::Info];
    let groups = severities.map(|severity| group(severity, &of(severity).collect::<Vec<_>>()));
    let row = |line: &FindingLine| {
        vec![
            Cell::text(line.title.clone()),
            Cell::code(&line.code),
            Cell::text(words::severity(line.severity)),
            Cell::count(line.count),
            Cell::count(line.senders as i64),
        ]
    };
    FindingsView {
        about: Figure {
            id: "findings".to_owned(),
            headline: words::found(counted(Severity::Hard), counted(Severity::Explain)),
            subtitle: words::joined(&[
                Text::new(
                    "各类问题涉及的单元格或行数",
                    "Cells or rows concerned, by kind of finding",
                ),
                Text::new("全部报告期", "all periods"),
            ]),
            notes: vec![Text::new(
                "huizong explain 加代码，可查看该问题的含义和处理办法。",
                "huizong explain CODE says what a finding means and how to fix it.",
            )],
            table: Sheet {
                columns: vec![
                    Text::new("问题", "Finding"),
                    Text::new("代码", "Code"),
                    Text::new("级别", "Severity"),
                    Text::new("单元格或行", "Cells or rows"),
                    Text::new("上报单位", "Senders"),
                ],
                rows: lines.iter().map(row).collect(),
            },
        },
        groups: groups.into_iter().filter(|group| !group.bars.is_empty()).collect(),
        influential: (!influential.is_empty()).then(|| influential_figure(influential)),
    }
}

fn group(severity: Severity, lines: &[&FindingLine]) -> FindingGroup {
    let most = lines.iter().map(|line| line.count).max().unwrap_or(0).max(1);
    let bar = |line: &&FindingLine| Bar {
        title: line.title.clone(),
        count: count(line.count),
        length: tenth(STRIP * line.count as f64 / most as f64),
    };
    FindingGroup {
        severity: severity.as_str(),
        title: words::severity(severity),
        bars: lines.iter().take(BARS).map(bar).collect(),
        rest: lines.len().saturating_sub(BARS),
    }
}

fn influential_figure(lines: &[InfluentialLine]) -> Figure {
    let row = |line: &InfluentialLine| {
        let cell = line.cell.as_deref().map_or(String::new(), |cell| format!(" {cell}"));
        vec![
            Cell::code(&format!("{}{cell}", line.path)),
            Cell::text(line.title.clone()),
            Cell::text(line.indicator_title.clone()),
            Cell::beside(line.without, Some(line.with)),
            Cell::beside(Some(line.with), line.without),
            match line.change.is_finite() {
                true => Cell::change(line.change),
                false => Cell::text(Text::new("全部", "all of it")),
            },
            Cell::text(words::yes_no(line.counted)),
        ]
    };
    Figure {
        id: "influential".to_owned(),
        headline: words::influence(lines.len()),
        subtitle: Text::new(
            "待说明问题对总体数值的影响，影响最大者在前",
            "Open findings by what they change of an overall figure, the largest first",
        ),
        notes: Vec::new(),
        table: Sheet {
            columns: vec![
                Text::new("位置", "Where"),
                Text::new("问题", "Finding"),
                words::INDICATOR.text(),
                Text::new("不含这些记录", "Without"),
                Text::new("含这些记录", "With"),
                Text::new("变动", "Change"),
                Text::new("现已计入", "Counted now"),
            ],
            rows: lines.iter().map(row).collect(),
        },
    }
}

/// How the counts of a rule are drawn, in their order.
fn kinds() -> [(&'static str, Text); 4] {
    [
        ("good", words::AGREE.text()),
        ("bad", words::DIFFER.text()),
        ("told", words::EXPLAINED.text()),
        ("open", words::NOT_COMPARABLE.text()),
    ]
}

pub(super) fn reconciliation(all: &Gathering<'_>) -> Option<StackView> {
    let rules = reconciled_rules(all.sources.reconciled);
    if rules.is_empty() {
        return None;
    }
    let total = |kind: usize| rules.iter().map(|rule| rule.counts[kind]).sum::<i64>();
    let compared = total(0) + total(1) + total(2);
    let row = |rule: &ReconciledRule| {
        let mut cells = vec![Cell::text(rule.title.clone()), Cell::code(&rule.id)];
        cells.extend(rule.counts.map(Cell::count));
        cells
    };
    let mut columns = vec![Text::new("规则", "Rule"), Text::new("代码", "Code")];
    columns.extend(kinds().map(|(_, title)| title));
    let line = |rule: &ReconciledRule| {
        let counted = kinds().into_iter().zip(rule.counts);
        let counted: Vec<_> = counted.map(|((kind, title), own)| (kind, title, own)).collect();
        StackLine {
            title: words::with_code(&rule.title, &rule.id),
            parts: parts(&counted),
        }
    };
    Some(StackView {
        about: Figure {
            id: "reconciliation".to_owned(),
            headline: words::agree(total(0), compared),
            subtitle: words::joined(&[
                Text::new(
                    "同一数值的两处来源逐一比对，按规则",
                    "Figures that were stated twice, by rule",
                ),
                Text::new("全部报告期", "all periods"),
            ]),
            notes: Vec::new(),
            table: Sheet {
                columns,
                rows: rules.iter().map(row).collect(),
            },
        },
        key: kinds().to_vec(),
        lines: rules.iter().map(line).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let label = || Text::new("甲", "a");
        let bar = parts(&[("good", label(), 30), ("bad", label(), 0), ("open", label(), 10)]);
        let places: Vec<_> = bar.iter().map(|part| (part.kind, part.start, part.length)).collect();
        assert_eq!(places, [("good", 0.0, 180.0), ("open", 180.0, 60.0)]);
        assert!(parts(&[("good", label(), 0)]).is_empty());
    }
}
