//! Sheets → typed records and findings.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use huizong::domain::{Code, Grid, Held, Severity};
use huizong::normalize::{Normalized, RequiredCells};
use proptest::prelude::*;

use crate::roster::Roster;

const GOOD: &str = "130102001001|东风社区|820|350.5|是|政府|2020-12-31";

/// Row, column, code and severity of each finding.
fn said(normalized: &Normalized) -> Vec<(Option<u32>, &str, &str, Severity)> {
    normalized
        .findings
        .iter()
        .map(|f| {
            (
                f.place.row,
                f.place.column.as_deref().unwrap_or(""),
                f.code.as_str(),
                f.severity,
            )
        })
        .collect()
}

/// Rows of a roster that 130102 has sent, cells separated by `|`.
fn roster(records: &[&str]) -> Normalized {
    let world = Roster::new();
    let table = world.sheet("roster", records);
    world.normalize("roster", "130102", &table)
}

/// Positions of the quarantined records.
fn quarantined(normalized: &Normalized) -> Vec<usize> {
    let held = normalized.statuses.held().into_iter();
    held.map(|(record, _)| record).collect()
}

fn texts(normalized: &Normalized, column: &str) -> Vec<Option<String>> {
    let array = normalized.batch.column_by_name(column).unwrap().as_string::<i32>();
    array.iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn good_records_become_typed_rows() {
    let world = Roster::new();
    let table = world.sheet("roster", &[GOOD, "130102001002|西 社区|—|||社会组织|"]);
    let done = world.normalize_as("roster", "130102", &table, 7);
    let names: Vec<_> = done
        .batch
        .schema_ref()
        .fields()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    let all = [
        "area_code",
        "code",
        "name",
        "households",
        "area",
        "has_room",
        "operator",
        "filled",
        "submission",
        "row",
    ];
    assert_eq!(names, all);
    let column = |name: &str| done.batch.column_by_name(name).unwrap();
    assert_eq!(
        texts(&done, "area_code"),
        [Some("130102".into()), Some("130102".into())]
    );
    assert_eq!(
        texts(&done, "operator"),
        [Some("government".into()), Some("social".into())]
    );
    assert_eq!(column("households").as_primitive::<Int64Type>().value(0), 820);
    assert_eq!(column("area").as_primitive::<Float64Type>().value(0), 350.5);
    assert!(column("area").is_null(1) && column("has_room").is_null(1));
    assert!(column("has_room").as_boolean().value(0));
    assert_eq!(column("filled").as_primitive::<Date32Type>().value(0), 18_627);
    assert_eq!(column("submission").as_primitive::<Int64Type>().values(), &[7, 7]);
    assert_eq!(column("row").as_primitive::<Int64Type>().values(), &[2, 3]);
    // households is required, and "not applicable" is no answer
    assert_eq!(said(&done), [(Some(3), "households", "cell-missing", Severity::Hard)]);
    assert_eq!(quarantined(&done), [1]);
    assert_eq!(done.required_cells["130102"], RequiredCells { due: 4, answered: 3 });
}

#[test]
fn each_fault_is_found_in_its_cell() {
    use Severity::{Explain, Hard};
    let world = Roster::new();
    for (column, cell, code, severity) in [
        (0, "1.30102E+11", "code-scientific", Hard),
        (0, "13010200100", "code-malformed", Hard),
        (0, "", "cell-missing", Hard),
        (0, "130104001001", "outside-jurisdiction", Hard),
        (0, "999999001001", "code-unknown", Hard),
        (1, "？", "symbol-undeclared", Explain),
        (2, "约300", "not-an-integer", Hard),
        (2, "0", "out-of-range", Hard),
        (2, "无", "out-of-range", Hard),
        (2, "...", "cell-missing", Hard),
        (2, "12人", "unit-unknown", Hard),
        (3, "12.345", "too-precise", Explain),
        (3, "12.3.4", "not-a-number", Explain),
        (3, "200001", "out-of-range", Explain),
        (3, "35间", "unit-unknown", Explain),
        (3, "/", "symbol-undeclared", Explain),
        (4, "在建", "not-a-boolean", Explain),
        (5, "其他", "not-a-category", Explain),
        (6, "2020-13-40", "not-a-date", Explain),
    ] {
        let mut cells: Vec<_> = GOOD.split('|').collect();
        cells[column] = cell;
        let record = cells.join("|");
        let done = world.normalize("roster", "130102", &world.sheet("roster", &[GOOD, &record]));
        let id = &world.pipeline.forms[world.form("roster")].columns[column].id;
        assert_eq!(said(&done), [(Some(3), id.as_str(), code, severity)], "{cell}");
        assert_eq!(
            quarantined(&done),
            if severity == Hard { vec![1] } else { vec![] },
            "{cell}"
        );
        assert!(
            done.batch.column(column + 1).is_null(1) && !done.batch.column(column + 1).is_null(0),
            "{cell}"
        );
        let a1 = format!("{}3", char::from(b'A' + column as u8));
        assert_eq!(done.findings[0].place.a1(), Some(a1));
        assert_eq!(done.findings[0].raw.as_deref().unwrap_or(""), cell);
    }
}

/// A form declares the mathematical minus; a clerk types whichever dash the keyboard has.
#[test]
fn a_symbol_is_known_in_each_of_its_widths() {
    let world = Roster::new();
    for cell in ["\u{2212}", "\u{ff0d}", "-"] {
        let record = GOOD.replace("350.5", cell);
        let done = world.normalize("roster", "130102", &world.sheet("roster", &[&record]));
        assert_eq!(said(&done), [], "{cell}");
        assert!(done.batch.column_by_name("area").unwrap().is_null(0), "{cell}");
    }
}

#[test]
fn several_faults_of_a_row_are_several_findings() {
    let done = roster(&["1.3E+11|—|x1|y2|maybe|其他|soon"]);
    let codes: Vec<_> = done.findings.iter().map(|f| f.code.as_str()).collect();
    let expected = [
        "code-scientific",
        "not-an-integer",
        "not-a-number",
        "not-a-boolean",
        "not-a-category",
        "not-a-date",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn quirks_of_writing_are_no_faults() {
    let done = roster(&[
        "'１３０１０２００１００１| 东风社区\u{3000}|１，２３４|1,350.50|√|“政府”|2020年12月31日",
        "130102001002.0||820 户|350㎡|1|ＳＯＣＩＡＬ|2020/1/5",
        "130102 001 003||\"12\"|无|无||20200105",
    ]);
    assert_eq!(said(&done), []);
    let code = texts(&done, "code");
    assert_eq!(
        code,
        ["130102001001", "130102001002", "130102001003"].map(|c| Some(c.to_owned()))
    );
    let area = done
        .batch
        .column_by_name("area")
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone();
    assert_eq!(area.values(), &[1350.5, 350.0, 0.0]);
}

#[test]
fn a_row_with_cells_beyond_the_header_is_not_read() {
    // "1,234" without quotes shifts every later cell
    let done = roster(&[
        "130102001001|东风社区|1|234|350.5|是|政府|2020-12-31",
        &format!("{GOOD}| |"),
    ]);
    assert_eq!(said(&done), [(Some(2), "", "row-ragged", Severity::Hard)]);
    assert_eq!(done.findings[0].place.a1().as_deref(), Some("H2"));
    assert_eq!(quarantined(&done), [0]);
    assert!((1..8).all(|column| done.batch.column(column).is_null(0)));
    assert_eq!(done.required_cells["130102"], RequiredCells { due: 4, answered: 2 });
}

#[test]
fn conversions_are_counted_by_column_and_unit() {
    let done = roster(&[
        "130102001001||1.2万|3亩",
        "130102001002||0.5万户|3 亩",
        "130102001003||12户|1亩",
    ]);
    let converted = done.findings.iter().filter(|f| f.code == Code::UnitConverted);
    let counts: Vec<_> = converted
        .map(|f| (f.raw.as_deref().unwrap(), f.expected.as_deref().unwrap(), f.count))
        .collect();
    assert_eq!(counts, [("万", "户", 1), ("万户", "户", 1), ("亩", "m2", 3)]);
    let rounded: Vec<_> = done
        .findings
        .iter()
        .filter(|f| f.code == Code::DecimalsRounded)
        .collect();
    assert_eq!(
        rounded.iter().map(|f| f.count).collect::<Vec<_>>(),
        [1],
        "one mu has no end in m²"
    );
    assert_eq!(done.findings.len(), 4);
    assert!(done.findings.iter().all(|f| f.severity == Severity::Info));
    let area = done
        .batch
        .column_by_name("area")
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone();
    assert_eq!(area.values(), &[2000.0, 2000.0, 666.67]);
}

#[test]
fn what_a_conversion_cannot_hold_is_told_and_not_rounded() {
    let world = Roster::new();
    let mut table = world.sheet("provinces", &["河北省|53268|12.3", "新疆|53000|12.3"]);
    table.columns[1].unit = Some("元".into());
    let done = world.normalize("provinces", "000000", &table);
    let money = done
        .batch
        .column_by_name("money")
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone();
    assert!(money.is_null(0));
    assert_eq!(money.value(1), 5.3);
    let finding = done.findings.iter().find(|f| f.code == Code::TooPrecise).unwrap();
    assert_eq!((finding.place.row, finding.severity), (Some(2), Severity::Explain));
    assert_eq!(
        (
            finding.raw.as_deref(),
            finding.expected.as_deref(),
            finding.mend_text().as_deref()
        ),
        (Some("53268"), Some("decimal(1) 万元"), Some("5.3万元"))
    );
    let converted = done.findings.iter().find(|f| f.code == Code::UnitConverted).unwrap();
    assert_eq!(converted.count, 1);
}

#[test]
fn the_unit_of_a_header_holds_for_its_column() {
    let world = Roster::new();
    let mut table = world.sheet("roster", &["130102001001||10|1.5", "130102001002||10|35㎡"]);
    table.columns[3].unit = Some("亩".into());
    let done = world.normalize("roster", "130102", &table);
    let area = done
        .batch
        .column_by_name("area")
        .unwrap()
        .as_primitive::<Float64Type>()
        .clone();
    assert_eq!(area.values(), &[1000.0, 35.0]);
    assert_eq!((done.findings.len(), done.findings[0].count), (1, 1));

    table.columns[3].unit = Some("公斤".into());
    let done = world.normalize("roster", "130102", &table);
    assert_eq!(said(&done), [(None, "area", "unit-unknown", Severity::Explain)]);
    assert_eq!((done.findings[0].count, quarantined(&done).len()), (2, 0));
    table.columns[2].unit = Some("公斤".into());
    assert_eq!(quarantined(&world.normalize("roster", "130102", &table)), [0, 1]);
}

#[test]
fn a_missing_required_column_puts_every_row_out() {
    let world = Roster::new();
    let mut table = world.sheet("roster", &[GOOD, GOOD]);
    table.columns.remove(2);
    let done = world.normalize("roster", "130102", &table);
    assert_eq!((quarantined(&done), done.findings.len()), (vec![0, 1], 0));
    table.columns.remove(2);
    let done = world.normalize("roster", "130102", &table);
    assert!(done.batch.column_by_name("area").unwrap().null_count() == 2);
}

#[test]
fn a_row_belongs_where_its_code_says() {
    let world = Roster::new();
    let rows = ["130102001001||10", "130104001001||10", "650102001001||x"];
    let done = world.normalize("roster", "000000", &world.sheet("roster", &rows));
    assert_eq!(
        texts(&done, "area_code"),
        ["130102", "130104", "650102"].map(|c| Some(c.to_owned()))
    );
    assert_eq!(done.required_cells["650102"], RequiredCells { due: 2, answered: 1 });
    let done = world.normalize("roster", "130000", &world.sheet("roster", &rows));
    assert_eq!(
        said(&done)[0],
        (Some(4), "code", "outside-jurisdiction", Severity::Hard)
    );
    assert_eq!(texts(&done, "area_code")[2].as_deref(), Some("130000"));
}

#[test]
fn the_corps_speaks_for_its_own_cities() {
    let world = Roster::new();
    let table = world.sheet("roster", &["659001001001||10"]);
    let done = world.normalize("roster", "660000", &table);
    assert_eq!(
        (texts(&done, "area_code"), done.findings.len()),
        (vec![Some("660000".into())], 0)
    );
    let done = world.normalize("roster", "650102", &table);
    assert_eq!(said(&done), [(Some(2), "code", "outside-jurisdiction", Severity::Hard)]);
}

#[test]
fn numbers_of_a_workbook_are_whole_and_free_of_noise() {
    let world = Roster::new();
    let mut table = world.sheet("roster", &[GOOD]);
    let mut grid = Grid::new(true);
    grid.end_row(1);
    for cell in ["130102001001", "", "820.0000000000001", "350.49999999999997"] {
        grid.push_cell(cell, if cell.is_empty() { Held::Text } else { Held::Number });
    }
    grid.end_row(2);
    table.grid = grid;
    let done = world.normalize("roster", "130102", &table);
    assert_eq!(said(&done), []);
    let column = |name: &str| done.batch.column_by_name(name).unwrap();
    assert_eq!(texts(&done, "code"), [Some("130102001001".into())]);
    assert_eq!(column("households").as_primitive::<Int64Type>().value(0), 820);
    assert_eq!(column("area").as_primitive::<Float64Type>().value(0), 350.5);
}

#[test]
fn names_of_areas_become_codes() {
    let world = Roster::new();
    let table = world.sheet(
        "provinces",
        &["河 北 省|12.3|12.3%", "新疆|1,234.5|7", "河比省|1|1", "上海|1|1"],
    );
    let done = world.normalize("provinces", "000000", &table);
    assert_eq!(
        texts(&done, "province")[..2],
        ["130000", "650000"].map(|c| Some(c.to_owned()))
    );
    assert_eq!(
        texts(&done, "area_code")[..2],
        ["130000", "650000"].map(|c| Some(c.to_owned()))
    );
    let unknown = |row| (Some(row), "province", "code-unknown", Severity::Hard);
    assert_eq!(said(&done), [unknown(4), unknown(5)]);
    assert_eq!(done.findings[0].mend_text().as_deref(), Some("河北省"));
    let done = world.normalize("provinces", "130000", &table);
    assert_eq!(
        said(&done)[0],
        (Some(3), "province", "outside-jurisdiction", Severity::Hard)
    );
}

#[test]
fn a_sheet_without_records_gives_an_empty_batch() {
    let world = Roster::new();
    let done = world.normalize("roster", "130102", &world.sheet("roster", &[]));
    assert_eq!((done.batch.num_rows(), done.batch.num_columns()), (0, 10));
    assert!(done.findings.is_empty() && done.required_cells.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_record_is_kept_and_is_out_for_a_reason(
        records in prop::collection::vec(prop::collection::vec("[0-9.,%—无万亩是否E+ ]{0,8}|13010[24][0-9]{6}|\\PC{0,6}", 1..9), 0..6)
    ) {
        let world = Roster::new();
        let records: Vec<String> = records.iter().map(|cells| cells.join("|").replace('\n', "")).collect();
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let done = world.normalize("roster", "130102", &world.sheet("roster", &records));
        prop_assert_eq!(done.batch.num_rows(), records.len());
        if done.findings.iter().any(|finding| finding.code == Code::ColumnsShifted) {
            // One finding, which stands at no row, holds all of them.
            prop_assert_eq!(quarantined(&done).len(), records.len());
            return Ok(());
        }
        let hard = done.findings.iter().filter(|f| f.severity == Severity::Hard);
        let mut out: Vec<usize> = hard.map(|f| f.place.row.unwrap() as usize - 2).collect();
        out.dedup();
        prop_assert_eq!(out, quarantined(&done));
    }
}
