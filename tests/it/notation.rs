//! Numbers in the notation of their sheet, percentages, symbols that are codes, and products of many decimals.

mod told;

use std::fs;
use std::path::PathBuf;

use crate::support::{World, copy_folder, huizong, indicators, joined, measures, plan, root, said};

fn case(name: &str) -> World {
    let folder = root().join("tests/cases").join(name);
    let world = World::of(&folder.join("pipeline"));
    copy_folder(&folder.join("submissions"), &world.path("input"));
    world
}

/// Code, severity, row, column, what stood there, what was expected and the mend of each finding.
fn told(world: &World) -> Vec<String> {
    let columns = [
        "code",
        "severity",
        "row",
        "field",
        "raw",
        "expected",
        "mend",
        "n_affected",
    ];
    let line = |row| joined(row, &columns, " | ");
    world.table("findings").iter().map(line).collect()
}

fn values(world: &World, form: &str, columns: &[&str]) -> Vec<String> {
    let rows = world.facts(form, "2020");
    rows.iter().map(|row| joined(row, columns, " ")).collect()
}

/// Two counties and a form of whole numbers, decimals of three and of one digit, and percentages.
fn small(settings: &str) -> World {
    let settings = format!("unit = 'county'\nkey = ['county']\nfiles = ['{{period}}*']\n{settings}");
    World::new(
        &plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'"),
        "code,name,level,parent_code\nZZ,Zedland,nation,\na,A,county,ZZ\nb,B,county,ZZ\nc,C,county,ZZ\nd,D,county,ZZ\n",
    )
    .form(
        "f",
        &settings,
        "county | division_code | county | level = 'county'; required = true\n\
         people | integer | people\n\
         rate | decimal | rate | scale = 3\n\
         share | decimal | share | scale = 3; percent = true",
    )
    .defined("measures.toml", measures("people | f | people"))
    .defined(
        "indicators.toml",
        indicators("one | people | people | unit = '1'; better = 'higher'"),
    )
}

const COLUMNS: [&str; 4] = ["county", "people", "rate", "share"];

fn sent(file: &str, content: &str) -> World {
    small("").sent(file, content).published()
}

#[test]
fn a_file_with_decimal_commas_is_read_in_its_notation() {
    let world = case("point-for-thousands").published();
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(
        values(&world, "clinics", &["area_code", "residents", "rate"]),
        [
            "01001 12000 95.7",
            "01003 20000 1199",
            "06037 30000 1234",
            "48201 900 12.5"
        ]
    );
    let world = case("decimal-comma-of-three-digits").published();
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(
        values(&world, "clinics", &["area_code", "residents", "rate"]),
        [
            "01001 12500 95.725",
            "01003 20000 1.199",
            "06037 30000 12.5",
            "48201 900 7.25"
        ]
    );
}

#[test]
fn what_nothing_decides_is_one_finding_and_no_value() {
    for separator in [",", ";", "\t"] {
        let file = "county,people,rate,share\na,12.000,1,2\nb,20.000,2,3\nc,700,3,4\n".replace(',', separator);
        let world = sent("2020.csv", &file);
        assert_eq!(
            told(&world),
            ["decimal-mark-unclear | explain | - | people | 12.000 | 12|12000 | - | 2"],
            "{separator:?}"
        );
        assert_eq!(values(&world, "f", &COLUMNS), ["a - 1 2", "b - 2 3", "c 700 3 4"]);
        let message = |lang| world.table("findings")[0][lang].text().unwrap().to_owned();
        assert!(
            message("message_en").contains("can be read as 12 or 12000"),
            "{}",
            message("message_en")
        );
        assert!(
            message("message_zh").contains("可读作 12 或 12000"),
            "{}",
            message("message_zh")
        );
    }
}

#[test]
fn what_is_declared_is_not_asked() {
    let file = "county;people;rate;share\na;12.000;1,5;2\nb;20.000;7,125;3\n";
    let comma = small("decimal = ','").sent("2020.csv", file).published();
    assert_eq!(told(&comma), [] as [&str; 0]);
    assert_eq!(values(&comma, "f", &COLUMNS), ["a 12000 1.5 2", "b 20000 7.125 3"]);
    let point = small("decimal = '.'").sent("2020.csv", file).published();
    assert_eq!(
        told(&point),
        [
            "decimal-mark-mixed | explain | 2 | rate | 1,5 | 1234.5 | 1.5 | 1",
            // A comma groups where the point is declared: that is the form's word.
        ]
    );
    assert_eq!(values(&point, "f", &COLUMNS), ["a 12 - 2", "b 20 7125 3"]);
}

#[test]
fn every_format_is_read_by_the_same_evidence() {
    let unclear = "decimal-mark-unclear | explain | - | people | 20.000 | 20|20000 | - | 1";
    let texts =
        r#"[{"county": "a", "people": "20.000", "rate": "12.5"}, {"county": "b", "people": "7", "rate": 3.25}]"#;
    let world = sent("2020.json", texts);
    assert_eq!(told(&world)[1..], [unclear], "{:?}", told(&world));
    // A number of JSON has a point, whatever the texts beside it have.
    let numbers = r#"[{"county": "a", "people": 20.000, "rate": 12.500, "share": 1}, {"county": "b", "people": "7", "rate": "3,5", "share": "2,5"}]"#;
    let world = sent("2020.json", numbers);
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(values(&world, "f", &COLUMNS), ["a 20 12.5 1", "b 7 3.5 2.5"]);
}

#[test]
fn usual_numbers_say_nothing() {
    let world = sent(
        "2020.csv",
        "county,people,rate,share\na,\"1,234,567\",12.5,0.5\nb,\"12,000\",\"1,204.125\",0.9\nc,1 234,0.125,12.3\nd,１２，３４５,7.250,1.5%\n",
    );
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(
        values(&world, "f", &COLUMNS),
        [
            "a 1234567 12.5 0.5",
            "b 12000 1204.125 0.9",
            "c 1234 0.125 12.3",
            "d 12345 7.25 1.5"
        ]
    );
}

#[test]
fn shares_beside_percentages_are_one_finding_without_a_mend() {
    let world = sent(
        "2020.csv",
        "county,people,rate,share\na,1,1,0.123\nb,2,2,12.3\nc,3,3,0.131\nd,4,4,12.8\n",
    );
    assert_eq!(
        told(&world),
        ["percent-mixed | explain | - | share | 0.123 … 12.3 | - | - | 2"]
    );
    assert_eq!(
        values(&world, "f", &["share"]),
        ["0.123", "12.3", "0.131", "12.8"],
        "as written"
    );
}

#[test]
fn a_correction_has_a_point_whatever_the_sheet_has() {
    let entry = |value: &str| {
        format!(
            "[[correction]]\nid = 'x'\naction = 'override'\nform = 'f'\nperiod = '2020'\narea = 'ZZ'\nkey = 'a'\ncolumn = 'rate'\n\
             value = '{value}'\nreason = 'by telephone'\napproved_by = 'office'\nreported = '2021-03-02'\n"
        )
    };
    let file = "county;people;rate;share\na;12.000;1,5;2\nb;20.000;7,125;3\n";
    let with = |value| {
        small("")
            .sent("2020.csv", file)
            .beside("corrections.toml", entry(value))
            .published()
    };
    assert_eq!(
        values(&with("2.125"), "f", &COLUMNS),
        ["a 12000 2.125 2", "b 20000 7.125 3"]
    );
    let refused = with("2,5");
    assert_eq!(values(&refused, "f", &COLUMNS), ["a 12000 - 2", "b 20000 7.125 3"]);
    assert!(
        told(&refused).iter().any(|line| line.starts_with("decimal-mark-mixed")),
        "{:?}",
        told(&refused)
    );
}

#[test]
fn a_symbol_that_is_an_areas_code_is_warned_of_and_read_as_the_area() {
    let world = case("symbol-that-is-a-code");
    let checked = huizong(["check".into(), world.path("pipeline").into_os_string()]);
    assert!(checked.status.success(), "{}", said(&checked));
    let words = said(&checked);
    for part in [
        "warning[symbol-is-an-area]: the symbol `NA` is also the code of Nambia (NA), which the column `county_code` may hold",
        "forms/clinics.toml:9:1",
        "9 | \"NA\" = \"missing\"\n  | ^^^^",
        "agree on another symbol",
        "1 warning\n",
        "clinics has no errors",
    ] {
        assert!(words.contains(part), "{part} is not in\n{words}");
    }
    let world = world.published();
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(
        values(&world, "clinics", &["area_code", "residents", "clinics"]),
        ["01001 12500 8", "01003 20000 -", "NA 30000 12"]
    );
}

#[test]
fn a_symbol_that_is_an_areas_name_is_the_area_where_names_stand() {
    let settings =
        "unit = 'county'\nkey = ['county']\nfiles = ['{period}*']\n[form.missing]\n'' = 'missing'\n'None' = 'missing'";
    let world = World::new(
        &plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'"),
        "code,name,level,parent_code\nZZ,Zedland,nation,\na,None,county,ZZ\nb,B,county,ZZ\n",
    )
    .form(
        "f",
        settings,
        "county | division_name | county | level = 'county'; required = true\nname | text | name\npeople | integer | people",
    )
    .defined("measures.toml", measures("people | f | people"))
    .defined(
        "indicators.toml",
        indicators("one | people | people | unit = '1'; better = 'higher'"),
    )
    .sent("2020.csv", "county,name,people\nNone,None,7\nB,x,None\n");
    let checked = said(&huizong(["check".into(), world.path("pipeline").into_os_string()]));
    assert!(checked.contains("`None` is also the name of None (a)"), "{checked}");
    let world = world.published();
    assert_eq!(told(&world), [] as [&str; 0]);
    assert_eq!(
        values(&world, "f", &["area_code", "name", "people"]),
        ["a - 7", "b x -"]
    );
}

/// The text of the measures with a hint of every fault that `check` shows in the place of a line: the scale that keeps all, or the
/// rounded value.
fn mended(pipeline: &std::path::Path, is_rounded: bool) -> String {
    let shown = said(&huizong(["check".into(), pipeline.as_os_str().to_owned()]));
    let file = pipeline.join("measures.toml");
    let mut lines: Vec<String> = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    let faults: Vec<&str> = shown.split("error[scale-too-small]").skip(1).collect();
    assert_eq!(faults.len(), 2, "{shown}");
    for fault in faults {
        let place = fault.split("measures.toml:").nth(1).unwrap();
        let line: usize = place.split(':').next().unwrap().parse().unwrap();
        let hint: Vec<&str> = fault.split("help: ").nth(1).unwrap().lines().map(str::trim).collect();
        // The fault stands at the scale; the value stands one line above it.
        if is_rounded {
            lines[line - 2] = hint[2].to_owned();
        } else {
            lines[line - 1] = hint[0].to_owned();
        }
    }
    lines.join("\n") + "\n"
}

/// Columns of type `number`, as the hint says, keep every digit. The national form of the case names no area: the root owes it.
#[test]
fn the_type_number_suits_products_and_a_form_without_areas_is_owed_by_the_root() {
    let world = case("product-of-many-decimals");
    let checked = said(&huizong(["check".into(), world.path("pipeline").into_os_string()]));
    let hint = "in the columns `estimate`, `population`:";
    assert_eq!(checked.matches(hint).count(), 2, "{checked}");
    assert_eq!(checked.matches("type = \"number\"").count(), 2, "{checked}");
    for file in ["forms/sba.toml", "forms/quintiles.toml", "measures.toml"] {
        let path = world.path("pipeline").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let mended = text
            .replace("type = \"decimal\"\nscale = 9\n", "type = \"number\"\n")
            .replace("scale = 9\n", "");
        assert_ne!(text, mended);
        fs::write(path, mended).unwrap();
    }
    let world = world.published();
    assert!(told(&world).iter().all(|line| line.starts_with("column-unknown")));

    let reporting = ["form", "area_code", "expected", "received", "usable"];
    let rows = world.table("reporting");
    let lines: Vec<String> = rows.iter().map(|row| joined(row, &reporting, " ")).collect();
    assert!(lines.contains(&"quintiles ID 1 1 1".to_owned()), "{lines:?}");
    assert!(lines.contains(&"sba ID 34 34 34".to_owned()), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("quintiles")).count(), 1);

    let inequality = world.table("inequality");
    let of_wealth = |row: &&crate::support::Row| row["dimension"].text() == Some("wealth");
    assert!(inequality.iter().filter(of_wealth).count() > 0);
    for row in &inequality {
        assert_ne!(row["null_reason"].text(), Some("no_units"), "{row:?}");
    }
}

#[test]
fn the_hint_on_a_product_of_many_decimals_holds() {
    let world = case("product-of-many-decimals");
    let pipeline: PathBuf = world.path("pipeline");
    let sound = |world: World, measures: &str| {
        let world = world.defined("measures.toml", measures);
        let checked = huizong(["check".into(), pipeline.as_os_str().to_owned()]);
        assert!(checked.status.success(), "{}", said(&checked));
        world
    };
    let (exact, measures) = (mended(&pipeline, false), mended(&pipeline, true));
    assert!(
        exact.contains("value = \"estimate * population\"\nscale = 18\n"),
        "{exact}"
    );
    let world = sound(world, &exact);
    assert!(
        measures.contains("value = \"ROUND(estimate * population, 9)\"\nscale = 9\n"),
        "{measures}"
    );
    let world = sound(world, &measures);

    let (code, words) = world.run(&[]);
    assert!(words.contains("too-precise"), "{code}: {words}");
    for form in ["sba", "quintiles"] {
        let file = world.path(&format!("pipeline/forms/{form}.toml"));
        let text = fs::read_to_string(&file)
            .unwrap()
            .replace("scale = 9\n", "scale = 9\nrounded = true\n");
        fs::write(file, text).unwrap();
    }
    let world = world.published();
    let mut codes: Vec<String> = told(&world)
        .iter()
        .map(|line| line.split(" | ").next().unwrap().to_owned())
        .collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes, ["column-unknown", "decimals-rounded"]);

    // Each row's product rounded once to nine decimals, then summed as whole numbers.
    let submission = fs::read_to_string(world.path("input/quintiles_2017.csv")).unwrap();
    let header: Vec<&str> = submission.lines().next().unwrap().split(',').collect();
    let nano = |text: &str| (text.parse::<f64>().unwrap() * 1e9).round() as i128;
    let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (mut attended, mut births) = (0_i128, 0_i128);
    for line in submission.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (estimate, population) = (nano(cells[at("estimate")]), nano(cells[at("population")]));
        let product = estimate * population;
        attended += (product + 500_000_000) / 1_000_000_000;
        births += population;
    }
    let rows = world.table("indicators");
    let row = rows
        .iter()
        .find(|row| row["indicator"].text() == Some("sba_quintile") && row["numerator"].number().is_some())
        .unwrap();
    let close = |name: &str, sum: i128| {
        let published = (row[name].number().unwrap() * 1e9).round();
        assert!(
            (published - sum as f64).abs() <= 4096.0,
            "{name}: {published} for {sum}"
        );
    };
    close("numerator", attended);
    close("denominator", births);
}

#[test]
fn a_rule_on_a_mixed_percent_column_adds_no_finding_a_row() {
    let shares = ["0.121", "0.123", "0.126"];
    let percentages = [
        "11.8", "11.9", "12.0", "12.1", "12.2", "12.3", "12.4", "12.5", "12.6", "12.7",
    ];
    let cells: Vec<&str> = shares.into_iter().chain(percentages).collect();
    let lines: Vec<String> = (cells.iter().zip(1..))
        .map(|(cell, number)| format!("r{number},{number},{cell}"))
        .collect();
    let settings = "unit = 'place'\nkey = ['place']\nfiles = ['{period}_{county}*']";
    let night = World::counties(&["2020"])
        .form(
            "f",
            settings,
            "place | text | place | required = true\npeople | integer | people\n\
             share | decimal | share | scale = 3; percent = true",
        )
        .defined("measures.toml", measures("people | f | people"))
        .defined("indicators.toml", indicators("one | people | people | unit = '1'; better = 'higher'"))
        .defined(
            "checks.toml",
            "[[outlier]]\nid = 'far'\nform = 'f'\ncolumn = 'share'\nmethod = 'modified_z'\nthreshold = 3.5\nby = ['county']\n\
             min_group = 5\nseverity = 'explain'\nmessage = { en = 'far', zh = '远' }\n",
        )
        .sent("2020_130102.csv", format!("place,people,share\n{}\n", lines.join("\n")));
    let night = night.published();
    assert_eq!(
        told(&night),
        ["percent-mixed | explain | - | share | 0.121 … 11.8 | - | - | 3"]
    );
}

#[test]
fn exponents_and_accountants_signs_are_read_or_told() {
    let world = sent(
        "2020.csv",
        "county,people,rate,share\na,1.2e6,1.25e3,1\nb,1.2E+06,(300.5),2\nc,(300),520.25-,3\nd,1.234567E+06,2.5,4\n",
    );
    assert_eq!(
        told(&world),
        [
            "number-shortened | explain | 3 | people | 1.2E+06 | - | - | 1",
            "number-negative | explain | 3 | rate | (300.5) | -300.5 | -300.5 | 1",
            "number-negative | explain | 4 | people | (300) | -300 | -300 | 1",
            "number-negative | explain | 4 | rate | 520.25- | -520.25 | -520.25 | 1",
        ]
    );
    assert_eq!(
        values(&world, "f", &COLUMNS),
        ["a 1200000 1250 1", "b - - 2", "c - - 3", "d 1234567 2.5 4"]
    );
}
