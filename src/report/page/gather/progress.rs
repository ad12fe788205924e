//! The pace of each goal, and where it leads.

use super::described::Described;
use crate::domain::Text;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::ProgressRow;

/// The methods by which a pace is told in words, the first that has one.
const METHODS: [&str; 3] = ["since_baseline", "least_squares", "since_previous"];

/// Columns of the table `progress`.
const HEADERS: [(Words, &str); 15] = [
    (Words("每年需", "Needed a year"), "required_pace"),
    (Words("算法", "Method"), "method"),
    (Words("自", "Since"), "since_period"),
    (Words("迄今每年", "Pace a year"), "pace"),
    (Words("目标期", "Target period"), "target_period"),
    (Words("外推值", "Projected"), "projected_value"),
    (words::LOWER, "projected_lower"),
    (words::UPPER, "projected_upper"),
    (Words("预测下限", "Prediction from"), "prediction_lower"),
    (Words("预测上限", "Prediction to"), "prediction_upper"),
    (Words("达到目标", "Target met by"), "reached_period"),
    (Words("最早", "At the earliest"), "reached_earliest"),
    (Words("最晚", "At the latest"), "reached_latest"),
    (Words("前景", "Outlook"), "outlook"),
    (words::ROBUST, "outlook_robust"),
];

/// The progress of the root in the latest period.
pub(super) struct Paces<'a> {
    all: &'a Gathering<'a>,
    described: Described<'a>,
    rows: Vec<ProgressRow<'a>>,
}

impl<'a> Paces<'a> {
    pub(super) fn new(all: &'a Gathering<'a>) -> Paces<'a> {
        let described = Described::of::<ProgressRow<'a>>(all);
        let (root, now) = (all.root(), all.period_text());
        let rows = described.rows::<ProgressRow<'a>>();
        let rows = rows.filter(|row| row.area_code == root && row.period == now).collect();
        Paces { all, described, rows }
    }

    /// The row of the method by which the pace of a goal is told.
    fn told(&self, indicator: &str) -> Option<&ProgressRow<'a>> {
        let of_method = |method| {
            let mut rows = self.rows.iter();
            rows.find(|row| row.indicator == indicator && row.method == method && row.pace.is_some())
        };
        METHODS.into_iter().find_map(of_method)
    }

    /// What is asked for, what is seen, and where it leads. None: there is no pace.
    pub(super) fn line(&self, indicator: &str) -> Option<Text> {
        let row = self.told(indicator)?;
        let fitted = (row.method == "least_squares").then_some(row.n_points);
        let bounds = row.projected_lower.zip(row.projected_upper);
        let prediction = row.prediction_lower.zip(row.prediction_upper);
        let projected = row.projected_value;
        let parts = [
            row.required_pace.map(sentences::needed),
            row.pace.map(|pace| sentences::seen(pace, row.since_period, fitted)),
            projected.map(|value| sentences::projected(value, row.target_period, bounds, prediction)),
            (row.reached_period).map(|period| sentences::reached(period, [row.reached_earliest, row.reached_latest])),
            // Of a target that is met or missed the verdict says so.
            projected.map(|_| sentences::outlook(&self.described.meaning("outlook", row.outlook), row.outlook_robust)),
        ];
        Some(words::joined(&parts.into_iter().flatten().collect::<Vec<_>>()))
    }

    /// Every method. None: no goal has a pace.
    pub(super) fn table(&self) -> Option<Figure> {
        let goals: Vec<_> = goals_first(self.all.pipeline)
            .map(|(_, indicator)| indicator)
            .filter(|indicator| self.told(&indicator.id).is_some())
            .collect();
        if goals.is_empty() {
            return None;
        }
        let told = |outlook: &str| {
            let told = goals.iter().filter_map(|goal| self.told(&goal.id));
            told.filter(|row| row.outlook == outlook).count()
        };
        let rows = goals.iter().flat_map(|goal| {
            let own = self.rows.iter().filter(|row| row.indicator == goal.id);
            own.map(|row| self.row(titled(self.all.pipeline, goal), row))
        });
        let described = &self.described;
        let sheet = Sheet {
            columns: Described::columns(&HEADERS),
            rows: rows.collect(),
        };
        let notes = [
            Some(described.explained(&HEADERS)),
            described.caveat(HEADERS[5]),
            described.caveat(HEADERS[8]),
        ];
        Some(Figure {
            id: "progress".to_owned(),
            headline: sentences::paces(told("on_track"), told("off_track"), goals.len()),
            subtitle: words::joined(&[
                Text::new(
                    "每年的变化，各指标按自身单位",
                    "Change a year, each indicator in its own unit",
                ),
                self.all.place_and_time(),
            ]),
            notes: notes.into_iter().flatten().collect(),
            table: sheet.without_empty_columns(),
        })
    }

    fn row(&self, title: Text, row: &ProgressRow<'_>) -> Vec<Cell> {
        let described = &self.described;
        let code = |code: Option<&str>| code.map_or_else(Cell::default, Cell::code);
        let robust = row.outlook_robust.map(|robust| Cell::text(words::yes_no(robust)));
        vec![
            Cell::text(title),
            described.or_reason(Cell::signed(row.required_pace), row.required_null_reason),
            Cell::text(described.meaning("method", row.method)),
            code(row.since_period),
            described.or_reason(Cell::signed(row.pace), row.pace_null_reason),
            Cell::code(row.target_period),
            described.or_reason(Cell::figure(row.projected_value), row.projected_null_reason),
            Cell::figure(row.projected_lower),
            Cell::figure(row.projected_upper),
            Cell::figure(row.prediction_lower),
            Cell::figure(row.prediction_upper),
            described.or_reason(code(row.reached_period), row.reached_null_reason),
            code(row.reached_earliest),
            code(row.reached_latest),
            Cell::text(described.meaning("outlook", row.outlook)),
            robust.unwrap_or_default(),
        ]
    }
}
