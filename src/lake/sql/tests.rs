//! Formulas mean in polars what plain Rust makes of them, and what is not in the subset is refused.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::pipeline::formula::{Formula, Scalar, Use, evaluate, parse};
use crate::pipeline::{Column as FormColumn, ColumnKind, testing};

/// Columns of every kind; `m`, `money`, `maybe`, `kind`, `name`, `day` and `until` may be missing.
fn columns() -> Vec<FormColumn> {
    let boolean = || ColumnKind::Boolean {
        yes: vec![],
        no: vec![],
    };
    let decimal = |scale| ColumnKind::Decimal {
        scale,
        unit: None,
        percent: false,
        double: false,
    };
    let kind = ColumnKind::Category {
        values: vec![("urban".into(), vec![]), ("乡村".into(), vec![])],
    };
    let column = |id: &str, kind, required| FormColumn {
        required,
        ..testing::column(id, kind)
    };
    vec![
        column("n", ColumnKind::Integer { unit: None }, true),
        column("area", decimal(2), true),
        column("flag", boolean(), true),
        column("m", ColumnKind::Integer { unit: None }, false),
        column("money", decimal(1), false),
        column("maybe", boolean(), false),
        column("kind", kind, false),
        column("name", ColumnKind::Text, false),
        column("day", ColumnKind::Date, false),
        column("until", ColumnKind::Date, false),
    ]
}

/// A record: the values of the columns in their order.
type Row = Vec<Scalar>;

fn row() -> impl Strategy<Value = Row> {
    let integer = || (-9_i64..10).prop_map(Scalar::Integer);
    let decimal = |places: f64| (-95_i64..96).prop_map(move |n| Scalar::Decimal(n as f64 / places));
    let text = |of: &'static [&str]| prop::sample::select(of).prop_map(|text| Scalar::Text(text.into()));
    let day = || (1_i8..4).prop_map(|day| Scalar::Date(date(2020, 2, 26 + day)));
    let truth = || any::<bool>().prop_map(Scalar::Boolean);
    let maybe = |known: BoxedStrategy<Scalar>| prop_oneof![1 => Just(Scalar::Null), 3 => known];
    (
        (integer(), decimal(20.0), truth()),
        (
            maybe(integer().boxed()),
            maybe(decimal(10.0).boxed()),
            maybe(truth().boxed()),
        ),
        (
            maybe(text(&["urban", "乡村"]).boxed()),
            maybe(text(&["", "3", "-1", "甲乙丙", "o'clock"]).boxed()),
            maybe(day().boxed()),
            maybe(day().boxed()),
        ),
    )
        .prop_map(|((n, area, flag), (m, money, maybe), (kind, name, day, until))| {
            vec![n, area, flag, m, money, maybe, kind, name, day, until]
        })
}

/// The records as the bridge hands them on.
fn frame(rows: &[Row]) -> DataFrame {
    let column = |(at, column): (usize, FormColumn)| {
        let kind = match column.kind {
            ColumnKind::Integer { .. } => DataType::Int64,
            ColumnKind::Decimal { .. } => DataType::Float64,
            ColumnKind::Boolean { .. } => DataType::Boolean,
            ColumnKind::Date => DataType::Date,
            _ => DataType::String,
        };
        let values: Vec<AnyValue> = rows.iter().map(|row| to_polars(&row[at])).collect();
        let values = Series::from_any_values_and_dtype(column.id.as_str().into(), &values, &kind, true);
        values.unwrap().into_column()
    };
    let columns = columns().into_iter().enumerate().map(column).collect();
    DataFrame::new(rows.len(), columns).unwrap()
}

const EPOCH: Date = date(1970, 1, 1);

fn to_polars(value: &Scalar) -> AnyValue<'static> {
    match value {
        Scalar::Null => AnyValue::Null,
        Scalar::Integer(n) => AnyValue::Int64(*n),
        Scalar::Decimal(n) => AnyValue::Float64(*n),
        Scalar::Boolean(b) => AnyValue::Boolean(*b),
        Scalar::Text(text) => AnyValue::StringOwned(text.as_str().into()),
        Scalar::Date(day) => AnyValue::Date((*day - EPOCH).get_days()),
    }
}

fn from_polars(value: AnyValue) -> Scalar {
    match value {
        AnyValue::Null => Scalar::Null,
        AnyValue::Int64(n) => Scalar::Integer(n),
        AnyValue::Float64(n) => Scalar::Decimal(n),
        AnyValue::Boolean(b) => Scalar::Boolean(b),
        AnyValue::String(text) => Scalar::Text(text.into()),
        AnyValue::StringOwned(text) => Scalar::Text(text.to_string()),
        AnyValue::Date(days) => Scalar::Date(EPOCH + days.days()),
        other => panic!("{other:?} is no value of a formula"),
    }
}

/// What polars makes of a text, record by record; `n` gives constants their height.
fn by_polars(text: &str, frame: &DataFrame) -> Vec<Scalar> {
    let expression = expression(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let selected = frame
        .clone()
        .lazy()
        .select([col("n"), expression.alias("value")])
        .collect();
    let selected = selected.unwrap_or_else(|error| panic!("{text}: {error}"));
    let value = selected.column("value").unwrap();
    (0..frame.height())
        .map(|at| from_polars(value.get(at).unwrap()))
        .collect()
}

fn parsed(text: &str) -> Formula {
    parse(text, &columns(), Use::Check).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

fn by_rust(formula: &Formula, rows: &[Row]) -> Vec<Scalar> {
    rows.iter()
        .map(|row| evaluate(formula, &|at| row[at].clone()))
        .collect()
}

/// A formula that is a number, from columns and literals up.
fn number(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec!["n", "m", "area", "money", "0", "7", "-3", "0.5", "-1.25", "2.50"]);
    let leaf = leaf.prop_map(String::from).boxed();
    if depth == 0 {
        return leaf;
    }
    let (a, b, truth) = (number(depth - 1), number(depth - 1), truth(depth - 1));
    let pair = || (a.clone(), b.clone());
    let one = || a.clone();
    prop_oneof![
        3 => leaf,
        3 => (pair(), prop::sample::select(vec!["+", "-", "*"])).prop_map(|((a, b), op)| format!("({a} {op} {b})")),
        // By a column: polars multiplies by the inverse of a constant, which may differ in the last bit.
        1 => (one(), prop::sample::select(vec!["n", "m", "area", "money"])).prop_map(|(a, b)| format!("({a} / {b})")),
        1 => one().prop_map(|a| format!("-({a})")),
        1 => one().prop_map(|a| format!("ABS({a})")),
        1 => one().prop_map(|a| format!("ROUND({a})")),
        1 => (one(), 0..4).prop_map(|(a, decimals)| format!("ROUND({a}, {decimals})")),
        1 => one().prop_map(|a| format!("CAST({a} AS DOUBLE)")),
        1 => one().prop_map(|a| format!("CAST({a} AS INTEGER)")),
        1 => truth.clone().prop_map(|a| format!("CAST({a} AS INTEGER)")),
        1 => pair().prop_map(|(a, b)| format!("COALESCE({a}, {b})")),
        2 => (truth.clone(), pair(), truth).prop_map(|(first, (a, b), second)| {
            format!("CASE WHEN {first} THEN {a} WHEN {second} THEN {b} END")
        }),
        1 => pair().prop_map(|(a, b)| format!("CASE WHEN flag THEN {a} ELSE {b} END")),
    ]
    .boxed()
}

/// A formula that is true, false or unknown.
fn truth(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "flag",
        "maybe",
        "TRUE",
        "flag = maybe",
        "maybe IN (FALSE)",
        "kind = 'urban'",
        "kind <> '乡村'",
        "kind NOT IN ('urban')",
        "name IN ('甲乙丙', 'o''clock', '')",
        "COALESCE(name, kind) = 'urban'",
        "CAST(n AS VARCHAR) = name",
        "day < until",
        "day = until",
        "day BETWEEN until AND day",
        "COALESCE(day, until) IS NULL",
    ]);
    let leaf = leaf.prop_map(String::from).boxed();
    if depth == 0 {
        return leaf;
    }
    let (a, b, n, m) = (truth(depth - 1), truth(depth - 1), number(depth - 1), number(depth - 1));
    let not = || prop::sample::select(vec!["", "NOT "]);
    let signs = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    prop_oneof![
        2 => leaf,
        2 => (a.clone(), prop::sample::select(vec!["AND", "OR"]), b).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => a.prop_map(|a| format!("(NOT {a})")),
        3 => (n.clone(), signs, m.clone()).prop_map(|(n, sign, m)| format!("({n} {sign} {m})")),
        1 => (n.clone(), not()).prop_map(|(n, not)| format!("({n} IS {not}NULL)")),
        1 => (n.clone(), not()).prop_map(|(n, not)| format!("({n} {not}IN (0, -3, 7))")),
        1 => (n.clone(), not()).prop_map(|(n, not)| format!("({n} {not}IN (1, 0.5, -1.25))")),
        1 => (n, not(), m, -9..9).prop_map(|(n, not, m, to)| format!("({n} {not}BETWEEN {m} AND {to})")),
    ]
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn polars_gives_formulas_the_values_of_plain_rust(
        text in prop_oneof![number(3), truth(3)],
        rows in prop::collection::vec(row(), 2..12),
    ) {
        // What is refused before any run, as an ELSE that turns missing into a value, needs no meaning.
        if let Ok(formula) = parse(&text, &columns(), Use::Check) {
            let sql = formula.to_sql();
            prop_assert_eq!(by_polars(&sql, &frame(&rows)), by_rust(&formula, &rows), "{}", sql);
        }
    }
}

fn one() -> Row {
    let text = |text: &str| Scalar::Text(text.into());
    let (day, until) = (Scalar::Date(date(2020, 2, 28)), Scalar::Null);
    let (n, area, flag) = (Scalar::Integer(7), Scalar::Decimal(2.5), Scalar::Boolean(true));
    vec![
        n,
        area,
        flag,
        Scalar::Null,
        Scalar::Null,
        Scalar::Null,
        text("urban"),
        text("甲乙丙abc"),
        day,
        until,
    ]
}

#[test]
fn what_only_the_engine_writes_has_its_meaning() {
    let text = |text: &str| Scalar::Text(text.into());
    let frame = frame(&[one()]);
    for (sql, value) in [
        ("LENGTH(\"name\")", Scalar::Integer(6)),
        ("LENGTH(CAST(\"m\" AS VARCHAR))", Scalar::Null),
        ("SUBSTR(\"name\", 2, 3)", text("乙丙a")),
        ("SUBSTR(\"name\", 5, 9)", text("bc")),
        ("SUBSTR(\"name\", 9, 2)", text("")),
        ("SUBSTR(CAST(\"n\" AS VARCHAR), 1, 1)", text("7")),
        ("SUBSTR(CAST(\"day\" AS VARCHAR), 1, 7)", text("2020-02")),
        ("CAST(\"flag\" AS VARCHAR)", text("true")),
        ("CAST(\"area\" AS VARCHAR)", text("2.5")),
        ("CAST(ROUND((\"area\") * 100) AS BIGINT)", Scalar::Integer(250)),
        // As DuckDB and Spark round with the same text.
        ("ROUND(\"area\")", Scalar::Decimal(3.0)),
        ("ROUND(-\"area\")", Scalar::Decimal(-3.0)),
        ("ROUND(\"area\" - 2)", Scalar::Decimal(1.0)),
        ("\"kind\" BETWEEN 'urbaa' AND 'urbzz'", Scalar::Boolean(true)),
        ("NULLIF(\"n\", 7) AS \"a \"\"name\"\"\"", Scalar::Null),
        (
            "CASE WHEN flag AND \"n\" IS NOT NULL THEN \"n\" END AS x",
            Scalar::Integer(7),
        ),
    ] {
        assert_eq!(by_polars(sql, &frame), [value], "{sql}");
    }
    let named = expression("\"n\" + 1 AS \"a \"\"name\"\"\"").unwrap();
    assert_eq!(named, (col("n") + typed(1)).alias("a \"name\""));
}

#[test]
fn whole_numbers_have_64_bits_and_decimals_any_notation() {
    let frame = frame(&[one()]);
    for (text, value) in [
        (
            "CASE WHEN flag THEN 2000000000 ELSE 0 END * 3",
            Scalar::Integer(6_000_000_000),
        ),
        ("2000000000 + 2000000000", Scalar::Integer(4_000_000_000)),
        ("n * 0 - 9223372036854775807 - 1", Scalar::Integer(i64::MIN)),
        ("area * 0.0000001", Scalar::Decimal(2.5e-7)),
    ] {
        let formula = parsed(text);
        assert_eq!(
            by_polars(&formula.to_sql(), &frame),
            std::slice::from_ref(&value),
            "{text}"
        );
        assert_eq!(by_rust(&formula, &[one()]), [value], "{text}");
    }
}

#[test]
fn anything_else_is_refused() {
    let deep = format!("{}n{}", "(".repeat(100), ")".repeat(100));
    for text in [
        deep.as_str(),
        "",
        "n +",
        "n n",
        "n; n",
        "t.n",
        "*",
        "COUNT(*)",
        "SUM(n)",
        "ABS(n, m)",
        "ABS(DISTINCT n)",
        "ABS(n) FILTER (WHERE flag)",
        "SUM(n) OVER ()",
        "ROUND(area, n)",
        "ROUND(area, -1)",
        "SUBSTR(name, n, 1)",
        "SUBSTR(name, 2)",
        "n % 2",
        "name || kind",
        "name LIKE 'a'",
        "n IN (1, m)",
        "n IN (SELECT 1)",
        "CAST(n AS DATE)",
        "CAST(n AS TINYINT)",
        "TRY_CAST(name AS BIGINT)",
        "CASE kind WHEN 'urban' THEN 1 END",
        "-'a'",
        "1 AS a AS b",
    ] {
        let refused = expression(text).map(|read| format!("{read:?}"));
        assert!(
            matches!(refused, Err(PolarsError::SQLInterface(_))),
            "{text}: {refused:?}"
        );
    }
}

#[test]
fn days_are_literals() {
    let frame = frame(&[one()]);
    for (text, value) in [
        ("\"day\" < DATE '2020-03-01'", true),
        ("day IN (DATE '2020-03-01', DATE '2019-12-31')", false),
        ("day BETWEEN DATE '2020-01-01' AND DATE '2020-12-31'", true),
    ] {
        assert_eq!(by_polars(text, &frame), [Scalar::Boolean(value)], "{text}");
    }
    for text in ["DATE '2020-02-30'", "TIME '10:00'", "DATE 'today'"] {
        assert!(expression(text).is_err(), "{text}");
    }
}

#[test]
fn a_condition_selects_the_rows_for_which_it_is_true() {
    let mut rows = vec![one(), one(), one()];
    rows[1][0] = Scalar::Integer(-1);
    rows[2][0] = Scalar::Null;
    let rows_of = |text: &str| Condition::read(text).unwrap().rows(frame(&rows)).unwrap();
    assert_eq!(rows_of("n > 0"), [0]);
    assert_eq!(rows_of("NOT n > 0"), [1]);
    assert_eq!(rows_of("n IS NULL"), [2]);
    // Without a column: one answer for all.
    assert_eq!(rows_of("1 = 1"), [0, 1, 2]);
    assert_eq!(rows_of("1 = 2"), [0_usize; 0]);
    assert_eq!(rows_of("CAST(NULL AS BOOLEAN)"), [0_usize; 0]);
    assert!(Condition::read("nn > 0").unwrap().rows(frame(&rows)).is_err());
}
