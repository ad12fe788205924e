//! Spellings, factors and words of the built-in units.

use super::*;

fn ratio(num: i64, den: i64) -> Option<Ratio> {
    Some(Ratio { num, den })
}

#[test]
fn units_are_published_under_their_codes() {
    let units = Units::built_in();
    for (written, code) in [
        ("万元", "10000_yuan"),
        ("㎡", "m2"),
        ("户", "household"),
        ("km", "km"),
        ("万元_per_community", "10000_yuan_per_community"),
        ("m²_per_户", "m2_per_household"),
        ("persons_per_community", "persons_per_community"),
        ("meetings_per_community", "meetings_per_community"),
        ("光年", "光年"),
    ] {
        assert_eq!(units.code(written), code, "{written}");
    }
}

#[test]
fn factors_are_exact() {
    let units = Units::built_in();
    for (from, to, factor) in [
        ("亩", "m2", ratio(2000, 3)),
        ("㎡", "平方米", ratio(1, 1)),
        ("m²", "亩", ratio(3, 2000)),
        ("万平方米", "m2", ratio(10_000, 1)),
        ("公顷", "亩", ratio(15, 1)),
        ("元", "万元", ratio(1, 10_000)),
        ("亿元", "万元", ratio(10_000, 1)),
        ("里", "km", ratio(1, 2)),
        ("万人", "人", ratio(10_000, 1)),
        ("‰", "%", ratio(1, 10)),
        ("千户", "户", ratio(1000, 1)),
        ("thousand yuan", "万元", ratio(1, 10)),
        ("thousands of tonnes", "t", ratio(1000, 1)),
        ("Yuan million", "万元", ratio(100, 1)),
        ("千万元", "元", ratio(10_000_000, 1)),
        ("千公顷", "ha", ratio(1000, 1)),
        ("тыс. m2", "m2", ratio(1000, 1)),
        ("千分", "%", ratio(1, 10)),
        ("1,000 persons", "人", ratio(1000, 1)),
        ("人万", "人", None),
        ("万千户", "户", None),
        ("thousand", "万元", None),
        ("万", "m2", ratio(10_000, 1)),
        ("万", "户", ratio(10_000, 1)),
        ("万", "万元", None),
        ("人", "户", None),
        ("m2", "km", None),
        ("光年", "km", None),
    ] {
        assert_eq!(units.factor(from, to), factor, "{from} → {to}");
    }
}

#[test]
fn a_unit_has_a_word_where_the_language_has_one() {
    let units = Units::built_in();
    for (written, zh, en) in [
        ("percent", Some("%"), Some("%")),
        ("平方米", Some("平方米"), Some("m²")),
        ("m2", Some("平方米"), Some("m²")),
        ("persons", Some("人"), Some("persons")),
        ("km", Some("公里"), Some("km")),
        ("万元", Some("万元"), Some("10,000 yuan")),
        ("organisations", None, Some("organisations")),
        ("sick_days", None, Some("sick days")),
        ("光年", Some("光年"), None),
    ] {
        let word = |lang| units.word(written, lang);
        assert_eq!(word(Lang::Zh).as_deref(), zh, "{written}");
        assert_eq!(word(Lang::En).as_deref(), en, "{written}");
    }
}

#[test]
fn a_column_without_a_unit_takes_counts_only() {
    let units = Units::built_in();
    assert_eq!(units.convert("人", None), ratio(1, 1));
    assert_eq!(units.convert("万", None), ratio(10_000, 1));
    assert_eq!(units.convert("m2", None), None);
    assert_eq!(units.convert("亩", Some("m2")), ratio(2000, 3));
}

#[test]
fn suffixes_come_off() {
    let units = Units::built_in();
    for (cell, parts) in [
        ("12人", Some(("12", "person"))),
        ("35㎡", Some(("35", "m2"))),
        ("35 m2", Some(("35", "m2"))),
        ("35M²", Some(("35", "m2"))),
        ("1.2万", Some(("1.2", "10000"))),
        ("1.2 万 元", Some(("1.2", "10000_yuan"))),
        ("3.5万平方米", Some(("3.5", "10000_m2"))),
        ("１２户", Some(("１２", "household"))),
        ("12.3%", Some(("12.3", "percent"))),
        ("12.3％", Some(("12.3", "percent"))),
        ("2km", Some(("2", "km"))),
        ("2KM", Some(("2", "km"))),
        ("12", None),
        ("m2", None),
        ("约人", None),
        ("", None),
    ] {
        assert_eq!(units.strip_suffix(cell), parts, "{cell}");
    }
}

#[test]
fn ratios_are_read_exactly() {
    for (text, value) in [
        ("10000", ratio(10_000, 1)),
        ("2000/3", ratio(2000, 3)),
        ("0.01", ratio(1, 100)),
        ("4/6", ratio(2, 3)),
        ("0", None),
        ("-1", None),
        ("1/0", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(Ratio::parse(text), value, "{text}");
    }
}

#[test]
fn a_spelling_has_one_meaning() {
    let mut units = Units::built_in().clone();
    let own = UnitDef {
        id: "垧".into(),
        dimension: "area".into(),
        factor: "10000".into(),
        count: false,
        spellings: vec![],
    };
    units.add(&own).unwrap();
    assert_eq!(units.factor("垧", "公顷"), ratio(1, 1));
    assert_eq!(units.add(&own), Err(UnitFault::Taken("垧".into())));
}

proptest::proptest! {
    #[test]
    fn no_cell_breaks_it(cell in "\\PC{0,20}") {
        if let Some((before, unit)) = Units::built_in().strip_suffix(&cell) {
            proptest::prop_assert!(cell.starts_with(before));
            proptest::prop_assert!(Units::built_in().find(unit).is_some());
        }
    }
}
