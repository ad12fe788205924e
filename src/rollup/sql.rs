//! The SQL of the roll-up. Every fragment is an item of a select list, so the whole query and the expressions that
//! polars keeps between partitions are made of one text.

use std::collections::BTreeSet;

use crate::pipeline::formula::ValueType;
use crate::pipeline::sql::{member, quoted};
use crate::pipeline::{DimensionIndex, DimensionLevel, FormIndex, Indicator, Measure, MeasureIndex, Pipeline};

/// The area a record belongs to, in facts and cube.
pub(super) const AREA: &str = "area_code";
/// Whether a record counts; the others are quarantined.
pub(super) const ACCEPTED: &str = "accepted";
/// Records of a group, quarantined ones included.
pub(super) const RECORDS: &str = "records";

/// A numerator and a denominator that at least one indicator divides.
pub(super) type Pair = (MeasureIndex, MeasureIndex);

/// The pairs of a form, each once however many indicators differ in `where` alone. A measure that is divided by one of another form,
/// or into it, is a pair with itself: its sum over accepted rows, that of the others, and how many rows there are of each.
pub(super) fn pairs(pipeline: &Pipeline, form: FormIndex) -> Vec<Pair> {
    let of_form = |measure: MeasureIndex| pipeline.measures[measure].form == form;
    let of_indicator = |indicator: &Indicator| {
        let (num, den) = (indicator.numerator, indicator.denominator);
        if pipeline.has_two_forms(indicator) {
            [(num, num), (den, den)]
        } else {
            [(num, den); 2]
        }
    };
    let all = pipeline.indicators.iter().flat_map(of_indicator);
    all.filter(|&(num, den)| of_form(num) && of_form(den))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Cube column with the member of a dimension, as index into its members.
pub(super) fn member_column(pipeline: &Pipeline, dimension: DimensionIndex) -> String {
    format!("{} member", pipeline.dimensions[dimension].id)
}

/// Cube column of one of a pair's sums.
pub(super) fn pair_column(pipeline: &Pipeline, (numerator, denominator): Pair, sum: PairSum) -> String {
    let id = |measure: MeasureIndex| pipeline.measures[measure].id.as_str();
    format!("{}/{} {}", id(numerator), id(denominator), sum.name())
}

/// What is summed for a pair.
#[derive(Clone, Copy, Debug)]
pub(super) enum PairSum {
    /// Numerator where both are known and the record is accepted.
    Numerator,
    /// Denominator of the same records.
    Denominator,
    /// Denominator of all other records.
    Rest,
    /// Number of records behind numerator and denominator.
    Rows,
    /// Number of records whose denominator is unknown.
    Unknown,
}

impl PairSum {
    /// In the order of the cube's columns.
    pub(super) const ALL: [PairSum; 5] = [
        PairSum::Numerator,
        PairSum::Denominator,
        PairSum::Rest,
        PairSum::Rows,
        PairSum::Unknown,
    ];

    fn name(self) -> &'static str {
        match self {
            PairSum::Numerator => "numerator",
            PairSum::Denominator => "denominator",
            PairSum::Rest => "rest",
            PairSum::Rows => "rows",
            PairSum::Unknown => "unknown",
        }
    }
}

/// In how many columns the values and the sums of a measure stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// One: all sums fit 64 bits.
    Narrow,
    /// Four, each of 32 bits, the last with the sign: the sums of each fit 64 bits, and together they are one of 128 bits.
    Wide,
    /// One of 38 digits, for engines beside huizong: no sum of values of 64 bits can leave it, while some engines wrap sums of 64 bits.
    Digits,
}

impl Width {
    /// What follows the name of a value or a sum in the names of its columns, from the lowest bits up.
    pub(super) fn parts(self) -> &'static [&'static str] {
        match self {
            Width::Narrow | Width::Digits => &[""],
            Width::Wide => &[" 0", " 1", " 2", " 3"],
        }
    }
}

/// The select lists of the steps: records → integers → what each adds to its group → sums → the cube's columns.
pub(super) struct Lists {
    /// Area, `accepted`, a member per dimension; for sums in one column an integer per measure. For wide ones the parts of
    /// each value are put beside them.
    pub(super) measured: Vec<String>,
    /// Area, members, and the columns that are summed or counted.
    pub(super) paired: Vec<String>,
    /// Names of area and members.
    pub(super) keys: Vec<String>,
    /// Columns of `paired` that are summed under their own name; nulls add nothing.
    pub(super) sums: Vec<String>,
    /// Columns of `paired` whose known values are counted, and the names of the counts.
    pub(super) counts: Vec<(String, String)>,
    /// Area, members, number of records, and the figures of each pair.
    pub(super) cube: Vec<String>,
}

impl Lists {
    /// The lists of a form. Records are grouped by `also`, too: columns of the facts.
    pub(super) fn new(pipeline: &Pipeline, form: FormIndex, width: Width, also: &[&str]) -> Lists {
        let dimensions = pipeline.row_dimensions(form);
        let pairs = pairs(pipeline, form);
        let mut keys: Vec<String> = also.iter().chain(&[AREA]).map(ToString::to_string).collect();
        keys.extend(dimensions.iter().map(|&at| member_column(pipeline, at)));
        let selected: Vec<String> = keys.iter().map(|key| quoted(key)).collect();

        let mut measured: Vec<String> = also.iter().chain(&[AREA, ACCEPTED]).map(|name| quoted(name)).collect();
        measured.extend(dimensions.iter().map(|&at| {
            let name = quoted(&member_column(pipeline, at));
            format!("{} AS {name}", member(pipeline, form, at))
        }));
        measured.extend(used(&pairs).into_iter().filter_map(|at| {
            let measure = &pipeline.measures[at];
            let value = match width {
                Width::Narrow => integer_sql(measure, &measure.value.to_sql()),
                Width::Digits => digits(&integer_sql(measure, &measure.value.to_portable_sql())),
                Width::Wide => return None,
            };
            Some(format!("{value} AS {}", quoted(&measure_column(measure))))
        }));

        let cube = selected.iter().cloned().chain([quoted(RECORDS)]).collect();
        let mut lists = Lists {
            measured,
            paired: selected,
            keys,
            sums: Vec::new(),
            counts: Vec::new(),
            cube,
        };
        for at in pairs.iter().map(|pair| pair.1).collect::<BTreeSet<_>>() {
            let total = measure_column(&pipeline.measures[at]);
            let parts = width.parts().iter().map(|part| format!("{total}{part}"));
            lists.paired.extend(parts.clone().map(|part| quoted(&part)));
            let first = format!("{total}{}", width.parts()[0]);
            lists.counts.push((first, read_column(&pipeline.measures[at])));
            lists.sums.extend(parts);
        }
        for &pair in &pairs {
            lists.add_pair(pipeline, pair, width);
        }
        lists
    }

    /// Sums over accepted records with both of a pair known. Where the denominator is the same constant for every
    /// record, a narrow one need not be summed.
    fn add_pair(&mut self, pipeline: &Pipeline, pair: Pair, width: Width) {
        let denominator = &pipeline.measures[pair.1];
        let (num, den) = (measure_column(&pipeline.measures[pair.0]), measure_column(denominator));
        let is_constant = denominator.value.columns.is_empty() && !denominator.value.nullable;
        let is_constant = is_constant && width == Width::Narrow;
        let name = |sum: PairSum, part: &str| format!("{}{part}", pair_column(pipeline, pair, sum));
        let rows = quoted(&name(PairSum::Rows, ""));
        self.counts
            .push((name(PairSum::Numerator, width.parts()[0]), name(PairSum::Rows, "")));
        for part in width.parts() {
            let (num, den) = (quoted(&format!("{num}{part}")), quoted(&format!("{den}{part}")));
            let (numerator, known) = (name(PairSum::Numerator, part), name(PairSum::Denominator, part));
            let condition = if is_constant {
                ACCEPTED.to_string()
            } else {
                format!("{ACCEPTED} AND {den} IS NOT NULL")
            };
            self.paired.push(format!(
                "CASE WHEN {condition} THEN {num} END AS {}",
                quoted(&numerator)
            ));
            self.sums.push(numerator.clone());
            let known_sql = if is_constant {
                format!("{rows} * {}", integer_sql(denominator, &denominator.value.to_sql()))
            } else {
                let condition = format!("{ACCEPTED} AND {num} IS NOT NULL");
                self.paired
                    .push(format!("CASE WHEN {condition} THEN {den} END AS {}", quoted(&known)));
                self.sums.push(known.clone());
                quoted(&known)
            };
            self.cube.extend([
                quoted(&numerator),
                format!("{known_sql} AS {}", quoted(&known)),
                format!("{den} - {known_sql} AS {}", quoted(&name(PairSum::Rest, part))),
            ]);
        }
        self.cube.extend([
            rows,
            format!(
                "{} - {} AS {}",
                quoted(RECORDS),
                quoted(&read_column(denominator)),
                quoted(&name(PairSum::Unknown, ""))
            ),
        ]);
    }
}

/// Measures of the pairs, each once.
pub(super) fn used(pairs: &[Pair]) -> BTreeSet<MeasureIndex> {
    pairs.iter().flat_map(|&(num, den)| [num, den]).collect()
}

/// Columns of a form that its cube is made of: those of the measures that an indicator divides, and those of the row-level dimensions.
pub fn cube_columns(pipeline: &Pipeline, form: FormIndex) -> BTreeSet<&str> {
    let measures = used(&pairs(pipeline, form)).into_iter();
    let measured = measures.flat_map(|at| &pipeline.measures[at].value.columns);
    let measured = measured.map(|&at| pipeline.forms[form].columns[at].id.as_str());
    let dimensions = pipeline.row_dimensions(form).into_iter();
    let grouped = dimensions.filter_map(|at| match &pipeline.dimensions[at].level {
        DimensionLevel::Row { column, .. } => Some(column.as_str()),
        DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => None,
    });
    measured.chain(grouped).collect()
}

/// The grouped SQL that makes a form's cube from its records. `records` is a query or the name of a table with the columns of the facts,
/// of accepted and quarantined records, and a boolean column `accepted`; records are grouped by `also`, too. The text runs unchanged in
/// polars and in DuckDB. Shapes: one row an area × members of the form's row-level dimensions (0-based indices of the members);
/// `records`, and per pair of measures the figures of [`crate::domain::Cell`], all 64-bit integers: where a sum leaves these,
/// an engine refuses the text, and a [`super::Plan`] sums in 128 bits.
pub fn cube_sql(pipeline: &Pipeline, form: FormIndex, records: &str, also: &[&str]) -> String {
    cube_text(&Lists::new(pipeline, form, Width::Narrow, also), records, |sum| {
        format!("CAST({sum} AS BIGINT)")
    })
}

/// The same for an engine beside huizong: sums of 38 digits, and rounding on which engines agree.
pub(super) fn portable_cube_sql(lists: &Lists, records: &str) -> String {
    cube_text(lists, records, digits)
}

fn digits(value: &str) -> String {
    format!("CAST({value} AS DECIMAL(38, 0))")
}

fn cube_text(lists: &Lists, records: &str, sum: impl Fn(&str) -> String) -> String {
    let keys: Vec<String> = lists.keys.iter().map(|key| quoted(key)).collect();
    let count = format!("COUNT(*) AS {}", quoted(RECORDS));
    let counts = lists
        .counts
        .iter()
        .map(|(column, name)| format!("COUNT({}) AS {}", quoted(column), quoted(name)));
    let sums = (lists.sums.iter().map(|name| quoted(name)))
        .map(|name| format!("{} AS {name}", sum(&format!("COALESCE(SUM({name}), 0)"))));
    let summed: Vec<String> = keys.iter().cloned().chain([count]).chain(counts).chain(sums).collect();
    let select = |list: &[String], from: &str| format!("SELECT\n  {}\nFROM {from}", list.join(",\n  "));
    format!(
        "WITH measured AS (\n{}\n), paired AS (\n{}\n), summed AS (\n{}\nGROUP BY {}\n)\n{}\n",
        select(&lists.measured, records),
        select(&lists.paired, "measured"),
        select(&summed, "paired"),
        keys.join(", "),
        select(&lists.cube, &format!("summed\nWHERE {} IS NOT NULL", quoted(AREA))),
    )
}

/// Number of records whose value of a measure is known.
fn read_column(measure: &Measure) -> String {
    format!("{} read", measure.id)
}

pub(super) fn measure_column(measure: &Measure) -> String {
    format!("{} measure", measure.id)
}

/// The value of a measure × 10^scale as a 64-bit integer; null where the value is unknown. `formula` is the SQL of the measure.
fn integer_sql(measure: &Measure, formula: &str) -> String {
    let factor = 10_i64.saturating_pow(measure.scale);
    match measure.value.ty {
        ValueType::Boolean => {
            format!("CAST(CASE WHEN {formula} THEN {factor} WHEN NOT ({formula}) THEN 0 END AS BIGINT)")
        }
        ValueType::Decimal => format!("CAST(ROUND(({formula}) * {factor}) AS BIGINT)"),
        _ if factor == 1 => format!("CAST({formula} AS BIGINT)"),
        _ => format!("CAST({formula} AS BIGINT) * {factor}"),
    }
}

/// The value of a numeric measure × 10^scale as a double, whatever the type of its columns; None for booleans, which
/// cannot grow.
pub(super) fn magnitude_sql(measure: &Measure) -> Option<String> {
    let factor = 10_i64.saturating_pow(measure.scale);
    let numeric = matches!(measure.value.ty, ValueType::Integer | ValueType::Decimal);
    numeric.then(|| format!("CAST({} AS DOUBLE) * {factor}", measure.value.to_sql()))
}
