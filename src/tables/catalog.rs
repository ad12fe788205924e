//! All published tables: types from the rows, titles and texts from `tables.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::row::{Columns, RowColumn};
use super::spec::{ColumnSpec, TableHead, TableSpec, ValuesOf};
use super::{
    AreaRow, BetweenShareRow, ChangeEffectRow, ConstantBetweenShareRow, ConstantBoundariesRow, ConstantChangeEffectRow,
    ConstantGapChangeMixRow, ConstantGapChangeRow, ConstantGapMixRow, ConstantGapRow, ConstantGroupRow,
    ConstantInequalityPartRow, ConstantInequalityRow, ConstantProductEffectRow, ConstantRankRow, ConstantVerdictRow,
    ConvergenceRow, CorrectionRow, EstimateErrorRow, EstimateRow, FindingRow, FormPeriodRow, GapChangeMixRow,
    GapChangeRow, GapMixRow, GapRow, GroupRow, IndicatorDefinitionRow, IndicatorRow, InequalityPartRow, InequalityRow,
    LayoutRow, MemberRow, ObligationRow, ProductEffectRow, ProgressRow, RankRow, ReconciliationRow, ReportingRow,
    RevisionRow, RuleRow, RunRow, SpatialAutocorrelationRow, SpatialClusterRow, SubmissionRow, UnjudgedRow, VerdictRow,
};
use crate::domain::Text;

/// Every table of a release, and that of runs; with the columns of its rows. Both tables of areas have the same.
const ALL: &[(&str, &[RowColumn])] = &[
    (AreaRow::TABLE, AreaRow::COLUMNS),
    ("area_spans", AreaRow::COLUMNS),
    (IndicatorDefinitionRow::TABLE, IndicatorDefinitionRow::COLUMNS),
    (MemberRow::TABLE, MemberRow::COLUMNS),
    (FormPeriodRow::TABLE, FormPeriodRow::COLUMNS),
    (SubmissionRow::TABLE, SubmissionRow::COLUMNS),
    (FindingRow::TABLE, FindingRow::COLUMNS),
    (LayoutRow::TABLE, LayoutRow::COLUMNS),
    (CorrectionRow::TABLE, CorrectionRow::COLUMNS),
    (ObligationRow::TABLE, ObligationRow::COLUMNS),
    (ReportingRow::TABLE, ReportingRow::COLUMNS),
    (IndicatorRow::TABLE, IndicatorRow::COLUMNS),
    (ConstantBoundariesRow::TABLE, ConstantBoundariesRow::COLUMNS),
    (GroupRow::TABLE, GroupRow::COLUMNS),
    (ConstantGroupRow::TABLE, ConstantGroupRow::COLUMNS),
    (GapRow::TABLE, GapRow::COLUMNS),
    (ConstantGapRow::TABLE, ConstantGapRow::COLUMNS),
    (InequalityRow::TABLE, InequalityRow::COLUMNS),
    (ConstantInequalityRow::TABLE, ConstantInequalityRow::COLUMNS),
    (InequalityPartRow::TABLE, InequalityPartRow::COLUMNS),
    (ConstantInequalityPartRow::TABLE, ConstantInequalityPartRow::COLUMNS),
    (VerdictRow::TABLE, VerdictRow::COLUMNS),
    (ConstantVerdictRow::TABLE, ConstantVerdictRow::COLUMNS),
    (SpatialAutocorrelationRow::TABLE, SpatialAutocorrelationRow::COLUMNS),
    (SpatialClusterRow::TABLE, SpatialClusterRow::COLUMNS),
    (ConvergenceRow::TABLE, ConvergenceRow::COLUMNS),
    (BetweenShareRow::TABLE, BetweenShareRow::COLUMNS),
    (ConstantBetweenShareRow::TABLE, ConstantBetweenShareRow::COLUMNS),
    (ChangeEffectRow::TABLE, ChangeEffectRow::COLUMNS),
    (ConstantChangeEffectRow::TABLE, ConstantChangeEffectRow::COLUMNS),
    (GapChangeRow::TABLE, GapChangeRow::COLUMNS),
    (ConstantGapChangeRow::TABLE, ConstantGapChangeRow::COLUMNS),
    (GapMixRow::TABLE, GapMixRow::COLUMNS),
    (ConstantGapMixRow::TABLE, ConstantGapMixRow::COLUMNS),
    (GapChangeMixRow::TABLE, GapChangeMixRow::COLUMNS),
    (ConstantGapChangeMixRow::TABLE, ConstantGapChangeMixRow::COLUMNS),
    (ProductEffectRow::TABLE, ProductEffectRow::COLUMNS),
    (ConstantProductEffectRow::TABLE, ConstantProductEffectRow::COLUMNS),
    (ProgressRow::TABLE, ProgressRow::COLUMNS),
    (RankRow::TABLE, RankRow::COLUMNS),
    (ConstantRankRow::TABLE, ConstantRankRow::COLUMNS),
    (EstimateRow::TABLE, EstimateRow::COLUMNS),
    (EstimateErrorRow::TABLE, EstimateErrorRow::COLUMNS),
    (ReconciliationRow::TABLE, ReconciliationRow::COLUMNS),
    (RuleRow::TABLE, RuleRow::COLUMNS),
    (UnjudgedRow::TABLE, UnjudgedRow::COLUMNS),
    (RevisionRow::TABLE, RevisionRow::COLUMNS),
    (RunRow::TABLE, RunRow::COLUMNS),
];

/// Tables of figures and comparisons: they are computed, kept and written period by period, and a further format of CSV is a file a period.
pub const BY_PERIOD: [&str; 14] = [
    IndicatorRow::TABLE,
    ConstantBoundariesRow::TABLE,
    GroupRow::TABLE,
    ConstantGroupRow::TABLE,
    GapRow::TABLE,
    ConstantGapRow::TABLE,
    InequalityRow::TABLE,
    ConstantInequalityRow::TABLE,
    InequalityPartRow::TABLE,
    ConstantInequalityPartRow::TABLE,
    VerdictRow::TABLE,
    ConstantVerdictRow::TABLE,
    SpatialAutocorrelationRow::TABLE,
    SpatialClusterRow::TABLE,
];

/// The place of a table among all, in the order in which they are described.
pub fn place_of_table(name: &str) -> usize {
    ALL.iter().position(|(own, _)| *own == name).unwrap_or(ALL.len())
}

/// A table of `tables.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableTexts {
    title: Text,
    key: Vec<String>,
    column: Vec<ColumnTexts>,
}

/// A column of `tables.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnTexts {
    name: String,
    title: Text,
    unit: Option<String>,
    null: Option<Text>,
    null_in: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    values_of: Option<ValuesOf>,
    caveat: Option<Text>,
}

/// What the values of a column mean, by table, column and value.
type Codes = BTreeMap<String, BTreeMap<String, BTreeMap<String, Text>>>;

/// Every published table, by name; a pipeline adds columns to some (see [`AreaRow`]).
pub fn table_specs() -> &'static BTreeMap<&'static str, TableSpec> {
    static SPECS: LazyLock<BTreeMap<&'static str, TableSpec>> = LazyLock::new(|| {
        specs(ALL, include_str!("tables.toml"), include_str!("codes.toml"))
            .expect("a test holds the catalog to the rows")
    });
    &SPECS
}

impl TableHead<'static> {
    /// Of a table that no definition adds columns to.
    pub fn of(name: &'static str) -> TableHead<'static> {
        TableHead {
            name,
            spec: &table_specs()[name],
        }
    }
}

/// Puts the columns of rows and the texts of a catalog together.
///
/// # Errors
/// When the two differ in tables, columns, their order, in whether a column may be null, or a list of values from their meanings.
fn specs(
    rows: &[(&'static str, &[RowColumn])],
    catalog: &str,
    codes: &str,
) -> Result<BTreeMap<&'static str, TableSpec>, String> {
    let mut texts: BTreeMap<String, TableTexts> = toml::from_str(catalog).map_err(|error| error.to_string())?;
    let mut codes: Codes = toml::from_str(codes).map_err(|error| error.to_string())?;
    let mut specs = BTreeMap::new();
    for (name, columns) in rows {
        let texts = texts
            .remove(*name)
            .ok_or_else(|| format!("{name} is not in the catalog"))?;
        specs.insert(
            *name,
            spec(columns, texts, codes.remove(*name).unwrap_or_default())
                .map_err(|fault| format!("{name}: {fault}"))?,
        );
    }
    let left = texts.keys().chain(codes.keys()).next();
    match left {
        Some(name) => Err(format!("{name} has no rows")),
        None => Ok(specs),
    }
}

fn spec(
    columns: &[RowColumn],
    texts: TableTexts,
    mut codes: BTreeMap<String, BTreeMap<String, Text>>,
) -> Result<TableSpec, String> {
    let names = |mut all: Box<dyn Iterator<Item = &str> + '_>| all.by_ref().collect::<Vec<_>>().join(", ");
    let (of_rows, of_texts) = (
        names(Box::new(columns.iter().map(|column| column.name))),
        names(Box::new(texts.column.iter().map(|column| column.name.as_str()))),
    );
    if of_rows != of_texts {
        return Err(format!(
            "the columns of the rows are {of_rows}; those of the catalog {of_texts}"
        ));
    }
    let has = |name: &String| columns.iter().any(|column| column.name == *name);
    if let Some(name) = texts.key.iter().find(|name| !has(name)) {
        return Err(format!("no column of the key is called {name}"));
    }
    if let Some(name) = codes.keys().find(|name| !has(name)) {
        return Err(format!("values are explained of a column {name}, which is not there"));
    }
    let one = |(column, texts): (&RowColumn, ColumnTexts)| {
        if let Some(reason) = texts.null_in.as_ref().filter(|name| !has(name)) {
            return Err(format!("{}: no column is called {reason}", column.name));
        }
        let see = |reason: &String| Text::new(format!("原因见 {reason}"), format!("see {reason}"));
        let null = texts.null.or_else(|| texts.null_in.as_ref().map(see));
        if null.is_some() != column.nullable {
            return Err(format!(
                "{}: the catalog says what a null means exactly if the field is an Option",
                column.name
            ));
        }
        let value_titles = codes.remove(column.name).unwrap_or_default();
        let listed: BTreeSet<&String> = texts.values.iter().collect();
        if !listed.iter().copied().eq(value_titles.keys()) {
            return Err(format!("{}: its values are not those that are explained", column.name));
        }
        Ok(ColumnSpec {
            name: texts.name,
            kind: column.kind,
            title: texts.title,
            unit: texts.unit,
            null,
            null_in: texts.null_in,
            values: texts.values,
            value_titles,
            values_of: texts.values_of,
            caveat: texts.caveat,
        })
    };
    Ok(TableSpec {
        title: texts.title,
        key: texts.key,
        columns: columns
            .iter()
            .zip(texts.column)
            .map(one)
            .collect::<Result<_, String>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::ValueKind;
    use super::*;

    #[test]
    fn the_catalog_has_the_columns_of_the_rows() {
        let specs = specs(ALL, include_str!("tables.toml"), include_str!("codes.toml")).unwrap();
        assert_eq!(specs.len(), ALL.len(), "no table stands twice in the list");
        for (name, spec) in &specs {
            for column in &spec.columns {
                let texts = [Some(&column.title), column.null.as_ref(), column.caveat.as_ref()];
                let is_told = |text: &Text| {
                    ["zh", "en"]
                        .iter()
                        .all(|lang| text.0.get(*lang).is_some_and(|t| !t.is_empty()))
                };
                let texts = texts.into_iter().flatten().chain(column.value_titles.values());
                assert!(texts.into_iter().all(is_told), "{name}.{}", column.name);
            }
        }
    }

    #[test]
    fn names_and_titles_stand_beside_codes() {
        let beside: &[(&str, &[&str])] = &[
            ("area_code", &["area_name"]),
            ("scope_code", &["scope_name"]),
            ("form", &["form_title_zh", "form_title_en"]),
            ("indicator", &["indicator_title_zh", "indicator_title_en"]),
            (
                "influence_indicator",
                &["influence_indicator_title_zh", "influence_indicator_title_en"],
            ),
            ("rule", &["rule_title_zh", "rule_title_en"]),
        ];
        for (table, rows) in ALL {
            let has = |name: &str| rows.iter().any(|column| column.name == name);
            // The table that defines the indicators has their titles.
            let lacks = |name: &&&str| !has(name) && !has(name.trim_start_matches("indicator_"));
            for (code, names) in beside.iter().filter(|(code, _)| has(code)) {
                let lacking: Vec<_> = names.iter().filter(lacks).collect();
                assert!(lacking.is_empty(), "{table}.{code} stands without {lacking:?}");
            }
        }
    }

    #[test]
    fn a_catalog_that_differs_from_the_rows_is_refused() {
        let column = |name, nullable| RowColumn {
            name,
            kind: ValueKind::Text,
            nullable,
        };
        let rows: &[(&str, &[RowColumn])] = &[("t", &[column("a", false), column("b", true)])];
        let catalog = |key: &str, columns: &str| {
            let columns = columns.replace("@", "title = { zh = \"甲\", en = \"A\" }");
            specs(
                rows,
                &format!("[t]\ntitle = {{ en = \"T\" }}\nkey = [\"{key}\"]\ncolumn = [{columns}]"),
                "",
            )
            .err()
        };
        let null = "null = { en = \"none\" }";
        assert_eq!(catalog("a", &format!("{{name=\"a\",@}},{{name=\"b\",@,{null}}}")), None);
        assert_eq!(catalog("a", "{name=\"a\",@},{name=\"b\",@,null_in=\"a\"}"), None);
        for (key, columns, fault) in [
            (
                "a",
                format!("{{name=\"b\",@,{null}}},{{name=\"a\",@}}"),
                "the rows are a, b; those of the catalog b, a",
            ),
            ("a", "{name=\"a\",@}".to_owned(), "those of the catalog a"),
            (
                "a",
                "{name=\"a\",@},{name=\"b\",@}".to_owned(),
                "b: the catalog says what a null means",
            ),
            (
                "a",
                format!("{{name=\"a\",@,{null}}},{{name=\"b\",@,{null}}}"),
                "a: the catalog says what a null means",
            ),
            (
                "a",
                "{name=\"a\",@},{name=\"b\",@,null_in=\"c\"}".to_owned(),
                "b: no column is called c",
            ),
            (
                "c",
                format!("{{name=\"a\",@}},{{name=\"b\",@,{null}}}"),
                "no column of the key is called c",
            ),
        ] {
            let found = catalog(key, &columns).unwrap_or_default();
            assert!(found.contains(fault), "{found:?} is not {fault:?}");
        }
        let explained = |values: &str, codes: &str| {
            let columns = format!("{{name=\"a\",title={{}},values=[{values}]}},{{name=\"b\",title={{}},{null}}}");
            let catalog = format!("[t]\ntitle = {{}}\nkey = [\"a\"]\ncolumn = [{columns}]");
            specs(rows, &catalog, codes).err().unwrap_or_default()
        };
        assert_eq!(explained("\"x\"", "[t.a]\nx = {}"), "");
        assert_eq!(
            explained("\"x\"", ""),
            "t: a: its values are not those that are explained"
        );
        assert_eq!(
            explained("", "[t.a]\nx = {}"),
            "t: a: its values are not those that are explained"
        );
        let unknown = "t: values are explained of a column c, which is not there";
        assert_eq!(explained("", "[t.c]\nx = {}"), unknown);
        assert!(
            specs(&[], "[t]\ntitle = {}\nkey = []\ncolumn = []", "")
                .unwrap_err()
                .contains("t has no rows")
        );
    }
}
