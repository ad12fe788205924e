//! What is not as in the release before, and why.

use std::collections::BTreeMap;

use crate::domain::{Lang, Text};
use crate::report::gather::Gathering;
use crate::report::moved::{Moved, MovedLine, cause_title, moved};
use crate::report::number::count;
use crate::report::page::context::{Bar, Cell, Figure, RevisionsView, Sheet};
use crate::report::page::draw::{STRIP, tenth};
use crate::report::sources::EarlierState;
use crate::report::words;
use crate::tables::RevisionRow;

pub(super) fn view(all: &Gathering<'_>) -> RevisionsView {
    let rows = all.sources.table("revisions").rows::<RevisionRow>();
    let mut causes: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        *causes.entry(row.cause).or_default() += 1;
    }
    let mut causes: Vec<(&str, i64)> = causes.into_iter().collect();
    causes.sort_by_key(|(_, steps)| std::cmp::Reverse(*steps));
    let moved = moved(all.pipeline, all.root(), all.sources.table("revisions").rows());
    let most = causes.first().map_or(1, |(_, steps)| *steps);
    let bar = |(cause, steps): &(&str, i64)| Bar {
        title: title(cause),
        count: count(*steps),
        length: tenth(STRIP * *steps as f64 / most as f64),
    };
    RevisionsView {
        about: about(all, &moved, causes.first().map(|(cause, _)| title(cause))),
        causes: causes.iter().map(bar).collect(),
    }
}

fn title(cause: &str) -> Text {
    Text::new(cause_title(cause, Lang::Zh), cause_title(cause, Lang::En))
}

fn about(all: &Gathering<'_>, moved: &Moved, main: Option<Text>) -> Figure {
    let earlier = &all.sources.earlier;
    let headline = match (earlier.state, main) {
        (EarlierState::None, _) => Text::new(
            "这是第一个版本，没有可比较的上一版本",
            "This is the first release: there is none to compare it with",
        ),
        (EarlierState::Unfit, _) => Text::new(
            "上一版本已损坏或列不同，无法比较",
            "The release before is damaged or has other columns, and cannot be compared with",
        ),
        (EarlierState::Compared, None) => Text::new(
            "与上一版本相比，数值均无变化",
            "No figure has changed since the release before",
        ),
        (EarlierState::Compared, Some(main)) => words::moved(moved.figures, &main),
    };
    let since = earlier.release.as_deref().map(words::since);
    let row = |line: &MovedLine| {
        let why = Text::new(line.why(Lang::Zh), line.why(Lang::En));
        vec![
            Cell::text(words::with_unit(&line.title, &line.indicator, &line.unit)),
            Cell::code(&line.period),
            Cell::beside(line.before, line.after),
            Cell::beside(line.after, line.before),
            Cell::signed(line.before.zip(line.after).map(|(before, after)| after - before)),
            Cell::text(why),
        ]
    };
    Figure {
        id: "revisions".to_owned(),
        headline,
        subtitle: match since {
            Some(since) => words::joined(&[
                Text::new("按原因统计的变动步数", "Steps by cause"),
                Text::new(
                    "表中为总体变化最大的数值",
                    "the table has the overall figures that moved most",
                ),
                since,
            ]),
            None => all.areas.name(all.root()),
        },
        notes: Vec::new(),
        table: Sheet {
            columns: vec![
                words::INDICATOR.text(),
                words::PERIOD.text(),
                Text::new("上一版本", "Before"),
                Text::new("本版本", "Now"),
                Text::new("变动", "Change"),
                Text::new("原因", "Cause"),
            ],
            rows: moved.lines.iter().map(row).collect(),
        },
    }
}
