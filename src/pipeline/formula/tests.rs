//! What passes, what does not and where the caret stands; and the evaluator by the laws of three-valued logic.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::pipeline::model::ColumnKind;

fn column(id: &str, kind: ColumnKind, required: bool) -> Column {
    Column {
        headers: vec![id.into()],
        required,
        ..crate::pipeline::testing::column(id, kind)
    }
}

/// `n` and `area` and `flag` must be there; `m`, `money`, `maybe`, `kind`, `name`, `day` may be missing.
fn columns() -> Vec<Column> {
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
        values: vec![("urban".into(), vec![]), ("rural".into(), vec![])],
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
    ]
}

fn parsed(text: &str, usage: Use) -> Formula {
    parse(text, &columns(), usage).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

/// Code and marked text of each fault.
fn faults(text: &str, usage: Use) -> Vec<(&'static str, String)> {
    let Err(faults) = parse(text, &columns(), usage) else {
        panic!("{text} has no fault")
    };
    faults
        .into_iter()
        .map(|fault| (fault.code, text[fault.span].to_owned()))
        .collect()
}

#[test]
fn formulas_have_types_decimals_and_nulls() {
    use ValueType::{Boolean, Date, Decimal, Integer, Text};
    for (text, ty, decimals, nullable) in [
        ("1", Integer, 0, false),
        ("n + 2 * n", Integer, 0, false),
        ("-n", Integer, 0, false),
        ("n - m", Integer, 0, true),
        ("area * 1.25", Decimal, 4, false),
        ("area + money", Decimal, 2, true),
        ("n * 0.50", Decimal, 1, false),
        ("area", Decimal, 2, false),
        ("flag AND n > 0", Boolean, 0, false),
        ("NOT maybe", Boolean, 0, true),
        ("m IS NULL", Boolean, 0, false),
        ("kind IN ('urban', 'rural')", Boolean, 0, true),
        ("n BETWEEN 1 AND 2", Boolean, 0, false),
        ("COALESCE(m, 0)", Integer, 0, false),
        ("COALESCE(m, money)", Decimal, 1, true),
        ("CASE WHEN flag THEN 1 END", Integer, 0, true),
        ("CASE WHEN flag THEN n ELSE area END", Decimal, 2, false),
        (
            "CASE kind WHEN 'urban' THEN 1 WHEN 'rural' THEN 0 END",
            Integer,
            0,
            true,
        ),
        ("name", Text, 0, true),
        ("day", Date, 0, true),
        ("\"n\"", Integer, 0, false),
    ] {
        let formula = parsed(text, Use::Measure);
        assert_eq!(
            (formula.ty, formula.decimals, formula.nullable),
            (ty, decimals, nullable),
            "{text}"
        );
    }
    assert_eq!(parsed("n / 2", Use::Check).ty, Decimal);
    assert_eq!(parsed("ROUND(area, 1)", Use::Check).decimals, 1);
    assert_eq!(parsed("CAST(area AS INTEGER)", Use::Check).ty, Integer);
    assert_eq!(parsed("m + n * m", Use::Measure).columns, [3, 0]);
}

#[test]
fn a_fault_marks_its_place() {
    for (text, code, marked) in [
        ("n + ", "formula-syntax", ""),
        ("n n", "formula-syntax", "n"),
        ("(n", "formula-syntax", ""),
        ("'open", "formula-syntax", "'"),
        ("n +\n  + * m", "formula-syntax", "*"),
        ("n + nn", "unknown-column", "nn"),
        ("n > 0 AND\n面积 > 0", "unknown-column", "面积"),
        ("form.n", "formula-forbidden", "form.n"),
        ("n / 2", "formula-forbidden", "n / 2"),
        ("ABS(n)", "formula-forbidden", "ABS"),
        ("CAST(n AS DOUBLE)", "formula-forbidden", "n"),
        ("SUM(n)", "formula-forbidden", "SUM"),
        ("COALESCE(DISTINCT n, m)", "formula-forbidden", "COALESCE"),
        ("name LIKE 'a%'", "formula-forbidden", "name LIKE 'a%'"),
        ("(SELECT 1)", "formula-forbidden", "SELECT 1"),
        ("n % 2", "formula-forbidden", "n % 2"),
        ("flag IS TRUE", "formula-forbidden", "flag"),
        ("1e3", "formula-forbidden", "1e3"),
        ("flag + 1", "formula-type", "flag"),
        ("name * 2", "formula-type", "name"),
        ("n AND flag", "formula-type", "n"),
        ("NOT n", "formula-type", "n"),
        ("name = 1", "formula-type", "name = 1"),
        ("name < 'b'", "formula-type", "name < 'b'"),
        ("flag > FALSE", "formula-type", "flag > FALSE"),
        ("m = NULL", "formula-type", "m = NULL"),
        ("n IN (1, m)", "formula-type", "m"),
        ("n IN (1, 'a')", "formula-type", "n IN (1, 'a'"),
        ("n IN ()", "formula-syntax", ")"),
        ("NULL", "formula-type", "NULL"),
        ("CASE WHEN n THEN 1 END", "formula-type", "n"),
        ("CASE WHEN flag THEN 1 ELSE 'a' END", "formula-type", "'a'"),
        ("COALESCE(m, 'a')", "formula-type", "'a'"),
        ("kind = 'urbna'", "unknown-member", "'urbna'"),
        ("kind IN ('urban', 'rurl')", "unknown-member", "'rurl'"),
        ("CASE WHEN m > 0 THEN 1 ELSE 0 END", "missing-becomes-value", "0"),
    ] {
        assert_eq!(faults(text, Use::Measure), [(code, marked.to_owned())], "{text}");
    }
}

#[test]
fn all_faults_of_a_formula_are_shown() {
    let all = faults("nn > 0 AND flag + 1 > mm", Use::Check);
    assert_eq!(
        all.iter().map(|(_, marked)| marked.as_str()).collect::<Vec<_>>(),
        ["nn", "flag", "mm"]
    );
}

#[test]
fn else_may_not_turn_missing_into_a_value() {
    let lost = |text: &str| match parse(text, &columns(), Use::Measure) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .into_iter()
            .map(|f| f.message.split('`').nth(1).unwrap_or_default().to_owned())
            .collect(),
    };
    for (text, columns) in [
        ("CASE WHEN m > 0 THEN 1 ELSE 0 END", vec!["m"]),
        ("CASE WHEN m > 0 OR maybe THEN 1 ELSE 0 END", vec!["m", "maybe"]),
        ("CASE kind WHEN 'urban' THEN 1 ELSE 0 END", vec!["kind"]),
        (
            "CASE WHEN m IS NULL THEN NULL WHEN maybe THEN 1 ELSE 0 END",
            vec!["maybe"],
        ),
        (
            "CASE WHEN m IS NULL AND flag THEN NULL WHEN m > 0 THEN 1 ELSE 0 END",
            vec!["m"],
        ),
        ("CASE WHEN m IS NOT NULL AND m > 0 THEN 1 ELSE 0 END", vec!["m"]),
        ("CASE WHEN m > 0 THEN 1 ELSE NULL END", vec![]),
        ("CASE WHEN m > 0 THEN 1 END", vec![]),
        ("CASE WHEN n > 0 THEN 1 ELSE 0 END", vec![]),
        ("CASE WHEN m > 0 THEN 1 WHEN m IS NULL THEN NULL ELSE 0 END", vec![]),
        (
            "CASE WHEN m IS NULL OR maybe IS NULL THEN NULL WHEN m > 0 AND maybe THEN 1 ELSE 0 END",
            vec![],
        ),
        ("CASE WHEN m IS NOT NULL THEN 1 ELSE 0 END", vec![]),
        ("CASE WHEN COALESCE(m, 0) > 0 THEN 1 ELSE 0 END", vec![]),
    ] {
        assert_eq!(lost(text), columns, "{text}");
    }
}

#[test]
fn canonical_sql_says_what_is_meant() {
    for (text, sql) in [
        ("n+m*2", "(\"n\" + (\"m\" * 2))"),
        ("n / m", "(CAST(\"n\" AS DOUBLE) / NULLIF(\"m\", 0))"),
        ("name = 'it''s'", "(\"name\" = 'it''s')"),
        ("kind not in ('urban')", "(\"kind\" NOT IN ('urban'))"),
        ("round(area)", "ROUND(\"area\", 0)"),
        ("not flag or maybe", "((NOT \"flag\") OR \"maybe\")"),
        (
            "CASE kind WHEN 'urban' THEN 1 ELSE NULL END",
            "CASE WHEN (\"kind\" = 'urban') THEN 1 ELSE NULL END",
        ),
        ("n not between 1 and 2.50", "(\"n\" NOT BETWEEN 1 AND 2.5)"),
        ("n + 0.1 <= m", "(ROUND((\"n\" + 0.1), 1) <= \"m\")"),
        (
            "n + 1 <= n / m",
            "((\"n\" + 1) <= (CAST(\"n\" AS DOUBLE) / NULLIF(\"m\", 0)))",
        ),
    ] {
        let formula = parsed(text, Use::Check);
        assert_eq!(formula.to_sql(), sql, "{text}");
        assert_eq!(
            parsed(&formula.to_sql().replace("NULLIF(\"m\", 0)", "m"), Use::Check).ty,
            formula.ty,
            "{text}"
        );
    }
}

fn row<const N: usize>(values: [(&'static str, Scalar); N]) -> impl Fn(usize) -> Scalar {
    let columns = columns();
    move |at| {
        values
            .iter()
            .find(|(id, _)| *id == columns[at].id)
            .map_or(Scalar::Null, |(_, value)| value.clone())
    }
}

#[test]
fn formulas_are_evaluated() {
    use Scalar::{Boolean, Decimal, Integer, Null};
    let row = row([
        ("n", Integer(7)),
        ("area", Decimal(12.5)),
        ("flag", Boolean(true)),
        ("kind", Scalar::Text("urban".into())),
        ("day", Scalar::Date(date(2020, 12, 31))),
    ]);
    for (text, value) in [
        ("n * 2 - 1", Integer(13)),
        ("-n", Integer(-7)),
        ("n + area", Decimal(19.5)),
        ("n / 2", Decimal(3.5)),
        ("n / 0", Null),
        ("n / m", Null),
        ("n + m", Null),
        ("COALESCE(m, n)", Integer(7)),
        ("COALESCE(m, 1, area)", Decimal(1.0)),
        ("m IS NULL", Boolean(true)),
        ("n IS NULL", Boolean(false)),
        ("m > 0", Null),
        ("m > 0 OR flag", Boolean(true)),
        ("m > 0 AND flag", Null),
        ("m > 0 AND NOT flag", Boolean(false)),
        ("NOT (m > 0)", Null),
        ("n BETWEEN 7 AND 8", Boolean(true)),
        ("n NOT BETWEEN 7 AND 8", Boolean(false)),
        ("n BETWEEN 8 AND m", Boolean(false)),
        ("n BETWEEN 7 AND m", Null),
        ("kind IN ('urban', 'rural')", Boolean(true)),
        ("kind NOT IN ('rural')", Boolean(true)),
        ("name IN ('a')", Null),
        ("CASE WHEN m > 0 THEN 1 WHEN flag THEN 2 END", Integer(2)),
        ("CASE WHEN NOT flag THEN 1 END", Null),
        ("CASE kind WHEN 'rural' THEN 1 WHEN 'urban' THEN 2 END", Integer(2)),
        ("CASE WHEN flag THEN n ELSE area END", Decimal(7.0)),
        ("ABS(n - 10)", Integer(3)),
        ("ROUND(area)", Decimal(13.0)),
        ("ROUND(area + 1)", Decimal(14.0)),
        ("ROUND(area / 3, 2)", Decimal(4.17)),
        ("CAST(area AS INTEGER)", Integer(12)),
        ("CAST(flag AS INTEGER) + 1", Integer(2)),
        ("day = day", Boolean(true)),
        ("n = 7.0", Boolean(true)),
        ("n * 0.1 + 58.2 + 4.2 <= 26.3 + 34.5 + 2.3", Boolean(true)),
        ("n * 0.1 + 58.2 + 4.2 = 63.1", Boolean(true)),
        ("n * 0.1 + 58.2 + 4.3 <= 63.1", Boolean(false)),
        ("0.1 * n IN (0.7)", Boolean(true)),
    ] {
        assert_eq!(evaluate(&parsed(text, Use::Check), &row), value, "{text}");
    }
}

#[test]
fn nothing_overflows() {
    let row = row([("n", Scalar::Integer(i64::MIN)), ("m", Scalar::Integer(i64::MAX))]);
    for text in ["n * n", "n - m", "-n", "ABS(n)", "m + m"] {
        assert!(
            matches!(evaluate(&parsed(text, Use::Check), &row), Scalar::Decimal(_)),
            "{text}"
        );
    }
}

#[test]
fn what_is_too_long_or_deep_is_a_fault() {
    let deep = format!("{}n{}", "(".repeat(400), ")".repeat(400));
    let long = format!("n{}", " + n".repeat(3000));
    let wide = format!("n{}", " + n".repeat(500));
    for text in [deep, long, wide] {
        assert_eq!(
            parse(&text, &columns(), Use::Measure).unwrap_err()[0].code,
            "formula-syntax"
        );
    }
}

fn truth() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        Just(Scalar::Boolean(true)),
        Just(Scalar::Boolean(false))
    ]
}

fn number() -> impl Strategy<Value = Scalar> {
    prop_oneof![1 => Just(Scalar::Null), 4 => (-50_i64..50).prop_map(Scalar::Integer)]
}

proptest! {
    /// De Morgan, absorption of the constants, and the three forms of the same question.
    #[test]
    fn three_valued_logic_keeps_its_laws(a in truth(), b in truth()) {
        let row = row([("flag", a.clone()), ("maybe", b)]);
        for (left, right) in [
            ("NOT (flag AND maybe)", "NOT flag OR NOT maybe"),
            ("NOT (flag OR maybe)", "NOT flag AND NOT maybe"),
            ("flag AND maybe", "maybe AND flag"),
            ("flag OR maybe", "maybe OR flag"),
            ("NOT NOT flag", "flag"),
            ("flag AND TRUE", "flag"),
            ("flag OR FALSE", "flag"),
            ("flag AND flag", "flag"),
            ("flag = maybe", "(flag AND maybe) OR (NOT flag AND NOT maybe)"),
        ] {
            let value = |text: &str| evaluate(&parsed(text, Use::Check), &row);
            prop_assert_eq!(value(left), value(right), "{} against {}", left, right);
        }
        let decided = evaluate(&parsed("flag OR NOT flag", Use::Check), &row);
        prop_assert_eq!(decided == Scalar::Null, a == Scalar::Null);
    }

    #[test]
    fn comparisons_agree_with_each_other(a in number(), b in number()) {
        let row = row([("n", a.clone()), ("m", b.clone())]);
        let value = |text: &str| evaluate(&parsed(text, Use::Check), &row);
        for (left, right) in [
            ("n < m", "NOT n >= m"),
            ("n <= m", "n < m OR n = m"),
            ("n <> m", "NOT n = m"),
            ("n BETWEEN -3 AND m", "n >= -3 AND n <= m"),
            ("n NOT BETWEEN -3 AND m", "NOT (n BETWEEN -3 AND m)"),
            ("n IN (1, 2, 3)", "n = 1 OR n = 2 OR n = 3"),
            ("n NOT IN (1, 2)", "NOT n IN (1, 2)"),
            ("COALESCE(n, m)", "CASE WHEN n IS NULL THEN m ELSE n END"),
            ("n IS NOT NULL", "NOT n IS NULL"),
            ("n - m", "n + -m"),
            ("ABS(n)", "CASE WHEN n < 0 THEN -n ELSE n END"),
        ] {
            prop_assert_eq!(value(left), value(right), "{} against {}", left, right);
        }
        let unknown = a == Scalar::Null || b == Scalar::Null;
        prop_assert_eq!(value("n + m") == Scalar::Null, unknown);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "[a-z0-9 ()+*/<>=.,'\"-]{0,40}|\\PC{0,30}") {
        if let Err(faults) = parse(&text, &columns(), Use::Check) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(text.get(fault.span.clone()).is_some(), "{:?} in {:?}", fault.span, text);
            }
        }
    }
}

#[test]
fn a_filter_knows_days_and_the_order_of_texts() {
    let filter = |text: &str| parse_filter(text, &columns());
    let holds = |text: &str| {
        let formula = filter(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        let row = |at: usize| match columns()[at].id.as_str() {
            "day" => Scalar::Date(date(2020, 3, 1)),
            "kind" => Scalar::Text("urban".into()),
            "name" => Scalar::Text("2018Q2".into()),
            _ => Scalar::Null,
        };
        evaluate(&formula, &row)
    };
    for (text, expected) in [
        ("day > DATE '2020-02-29'", Scalar::Boolean(true)),
        ("day IN (DATE '2020-03-02', DATE '2020-03-03')", Scalar::Boolean(false)),
        (
            "day BETWEEN DATE '2020-01-01' AND DATE '2020-03-01'",
            Scalar::Boolean(true),
        ),
        ("name >= '2018Q1' AND name < '2018Q3'", Scalar::Boolean(true)),
        // No member, but in the order of texts all the same.
        ("kind > 'u'", Scalar::Boolean(true)),
        ("ABS(m) / 2 > 1", Scalar::Null),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
    assert_eq!(
        filter("day = DATE '2020-03-01'").unwrap().to_sql(),
        "(\"day\" = DATE '2020-03-01')"
    );
    for (text, code, marked) in [
        ("n", "formula-type", "n"),
        ("day = DATE '2020-02-30'", "formula-type", "'2020-02-30'"),
        ("day = TIME '10:00'", "formula-forbidden", "'10:00'"),
        ("nn > 1", "unknown-column", "nn"),
        ("kind = 'urbane'", "unknown-member", "'urbane'"),
        ("flag > maybe", "formula-type", "flag > maybe"),
        ("name LIKE 'a'", "formula-forbidden", "name LIKE 'a'"),
    ] {
        let faults = filter(text).unwrap_err();
        assert_eq!(
            (faults[0].code, &text[faults[0].span.clone()]),
            (code, marked),
            "{text}"
        );
        let told = crate::domain::Diagnostic {
            code: faults[0].code,
            message: faults[0].message.clone(),
            file: "--where".into(),
            span: faults[0].span.clone(),
            related: None,
            hint: faults[0].hint.clone(),
        };
        assert!(told.has_chinese(), "{told:?}");
    }
    // Rules and measures run in other engines, too.
    assert_eq!(faults("day = DATE '2020-03-01'", Use::Check)[0].0, "formula-forbidden");
}

#[test]
fn texts_that_a_column_must_hold_are_known() {
    let needed = |text: &str| {
        let formula = parse_filter(text, &columns()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        let all = formula.texts_needed().into_iter();
        let told = all.map(|(at, texts)| {
            let texts: Vec<&str> = texts.into_iter().collect();
            format!("{}={}", columns()[at].id, texts.join("|"))
        });
        told.collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        ("name = 'a'", "name=a"),
        ("'a' = name AND n > 1", "name=a"),
        ("name IN ('b', 'a')", "name=a|b"),
        ("kind = 'urban' AND name = 'a'", "kind=urban name=a"),
        ("name = 'a' AND name IN ('a', 'b')", "name=a"),
        ("name = 'a' AND name = 'b'", "name="),
        ("name = 'a' OR name = 'b'", "name=a|b"),
        ("name = 'a' OR n = 1", ""),
        ("(name = 'a' AND kind = 'urban') OR name = 'b'", "name=a|b"),
        ("NOT name = 'a'", ""),
        ("name <> 'a'", ""),
        ("name NOT IN ('a')", ""),
        ("name >= 'a'", ""),
        ("COALESCE(name, 'a') = 'a'", ""),
        ("(name = 'a') IS NULL", ""),
    ] {
        assert_eq!(needed(text), expected, "{text}");
    }
}
