//! Numbers with all the decimals of a double, and sums that leave 64 bits.

use std::fmt::Write;
use std::fs;

use crate::support::{Row, World, copy_folder, huizong, indicators, joined, measures, plan, root, said};

fn case() -> World {
    let folder = root().join("tests/cases/numbers-of-many-decimals");
    let world = World::of(&folder.join("pipeline"));
    copy_folder(&folder.join("submissions"), &world.path("input"));
    world
}

fn codes(world: &World) -> Vec<String> {
    let mut codes: Vec<String> = world
        .table("findings")
        .iter()
        .map(|row| joined(row, &["code"], ""))
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

fn row<'r>(rows: &'r [Row], indicator: &str, area: &str) -> &'r Row {
    rows.iter()
        .find(|row| row["indicator"].text() == Some(indicator) && row["area_code"].text() == Some(area))
        .unwrap_or_else(|| panic!("{indicator} of {area}"))
}

/// The decimal that a double is written as, × 10^18.
fn exact(value: f64) -> i128 {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<18}").parse().unwrap()
}

/// The double nearest to an integer × 10^-18.
fn double(sum: i128) -> f64 {
    format!("{sum}e-18").parse().unwrap()
}

/// A nation of three counties and a form with these columns beside the county.
fn small(columns: &str) -> World {
    World::new(
        &plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'"),
        "code,name,level,parent_code\nZZ,Zedland,nation,\na,A,county,ZZ\nb,B,county,ZZ\nc,C,county,ZZ\n",
    )
    .form(
        "f",
        "unit = 'person'\nkey = ['county', 'person']\nfiles = ['{period}*']",
        &format!(
            "county | division_code | county | level = 'county'; required = true\n\
             person | integer | person | required = true\n{columns}"
        ),
    )
}

#[test]
fn estimates_of_fourteen_decimals_are_summed_exactly() {
    let world = case().published();
    assert_eq!(codes(&world), ["column-unknown"]);
    let text = fs::read_to_string(world.path("input/sba_2017.csv")).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let (mut attended, mut births) = (0, 0);
    for cells in &lines {
        let (estimate, population): (f64, f64) = (cells[3].parse().unwrap(), cells[5].parse().unwrap());
        attended += exact(estimate * population);
        births += exact(population);
    }
    let rows = world.table("indicators");
    let nation = row(&rows, "sba_percent", "ID");
    let published = |row: &Row| ["numerator", "denominator"].map(|name| row[name].number().unwrap());
    assert_eq!(published(nation), [double(attended), double(births)]);
    // One area's figure is its own, to the last digit.
    let aceh = row(&rows, "sba_share", "aceh");
    assert_eq!(
        published(aceh),
        [95.11784362792969 * 230.205078125, 230.205078125 * 100.0]
    );
    let facts = world.facts("sba", "2017");
    let estimate = facts
        .iter()
        .find(|row| row["area_code"].text() == Some("aceh"))
        .unwrap();
    assert_eq!(estimate["estimate"].number(), Some(95.11784362792969));

    // Neither the order of the rows nor the number of threads changes a digit.
    let figures = |world: &World, table: &str| {
        fs::read(world.output().join("current/tables").join(format!("{table}.parquet"))).unwrap()
    };
    let turned = case();
    let header = text.lines().next().unwrap();
    let reversed = text.lines().skip(1).collect::<Vec<_>>().into_iter().rev();
    let reversed = reversed.fold(header.to_owned(), |all, line| all + "\n" + line);
    fs::write(turned.path("input/sba_2017.csv"), reversed + "\n").unwrap();
    turned.publish(&["--threads", "1"]);
    for table in ["indicators", "groups", "gaps", "inequality"] {
        assert!(figures(&world, table) == figures(&turned, table), "{table}");
    }

    let traced = huizong([
        "trace".into(),
        "sba_percent".into(),
        world.path("pipeline").into_os_string(),
        "--output".into(),
        world.output().into_os_string(),
        "--area".into(),
        "ID".into(),
        "--period".into(),
        "2017".into(),
    ]);
    assert!(traced.status.success(), "{}", said(&traced));
}

#[test]
fn hints_on_scales_lead_to_a_definition_that_holds() {
    let world = case();
    let pipeline = world.path("pipeline");
    let form = pipeline.join("forms/sba.toml");
    let text = fs::read_to_string(&form).unwrap();
    fs::write(
        &form,
        text.replace("type = \"number\"", "type = \"decimal\"\nscale = 14"),
    )
    .unwrap();
    let check = || {
        let checked = huizong(["check".as_ref(), pipeline.as_os_str()]);
        (checked.status.success(), said(&checked))
    };
    let (holds, told) = check();
    assert!(
        !holds && told.contains("a scale of 14 is more than") && told.contains("type = \"number\""),
        "{told}"
    );
    fs::write(&form, text).unwrap();

    let measures = pipeline.join("measures.toml");
    let text = fs::read_to_string(&measures).unwrap();
    let scaled = text.replacen("\"estimate * population\"", "\"estimate * population\"\nscale = 9", 1);
    fs::write(&measures, &scaled).unwrap();
    let (holds, told) = check();
    let rounded = "value = \"ROUND(estimate * population, 9)\"";
    assert!(
        !holds && told.contains("help: scale = 18\n") && told.contains(rounded),
        "{told}"
    );
    for mended in [
        scaled.replacen("scale = 9", "scale = 18", 1),
        scaled.replacen("value = \"estimate * population\"", rounded, 1),
    ] {
        fs::write(&measures, mended).unwrap();
        let (holds, told) = check();
        assert!(holds, "{told}");
    }
    fs::write(&measures, scaled.replacen("scale = 9", "scale = 19", 1)).unwrap();
    let (holds, told) = check();
    assert!(
        !holds && told.contains("help: scale = 18; a sum holds 18 decimals at most"),
        "{told}"
    );
}

#[test]
fn a_number_says_what_it_cannot_keep() {
    let world = small("weight | number | weight\nshort | number | short | scale = 2; rounded = true")
        .defined("measures.toml", measures("weight | f | weight\nshort | f | short | scale = 2"))
        .defined(
            "indicators.toml",
            indicators("mean | weight | short | unit = '1'; better = 'higher'"),
        )
        .sent(
            "2020.csv",
            "county,person,weight,short\na,1,0.1,2.0051\na,2,0.2,1\nb,1,33.333333333333336,1\nb,2,1.2e-05,1\nc,1,0.1234567890123456789,1\nc,2,1.5e-30,1\n",
        )
        .published();
    let told: Vec<String> = (world.table("findings").iter())
        .map(|row| joined(row, &["code", "row", "field", "raw", "n_affected"], " | "))
        .collect();
    assert_eq!(
        told,
        [
            "decimals-rounded | - | weight | 0.1234567890123456789 | 1",
            "decimals-rounded | - | short | 2.0051 | 1",
            "too-precise | 7 | weight | 1.5e-30 | 1",
        ]
    );
    let rows = world.table("indicators");
    let numerator = |area| row(&rows, "mean", area)["numerator"].number();
    assert_eq!(numerator("a"), Some(0.3));
    assert_eq!(numerator("b"), Some(33.333345333333336));
    assert_eq!(numerator("c"), Some(0.12345678901234568));
    assert_eq!(row(&rows, "mean", "a")["denominator"].number(), Some(3.01));
}

#[test]
fn a_number_computed_in_a_workbook_is_the_one_it_holds() {
    let world = small("weight | number | weight")
        .defined("measures.toml", measures("weight | f | weight\npersons | f | 1"))
        .defined(
            "indicators.toml",
            indicators("mean | weight | persons | unit = '1'; better = 'higher'"),
        );
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, header) in ["county", "person", "weight"].into_iter().enumerate() {
        sheet.write(0, at as u16, header).unwrap();
    }
    for (at, (county, weight)) in [("a", 100.0 / 3.0), ("b", 0.1 + 0.2), ("c", 2.0 / 3.0)]
        .into_iter()
        .enumerate()
    {
        let row = at as u32 + 1;
        sheet.write(row, 0, county).unwrap();
        sheet.write(row, 1, 1).unwrap();
        sheet.write(row, 2, weight).unwrap();
    }
    book.save(world.path("input/2020.xlsx")).unwrap();
    let world = world.published();
    assert_eq!(codes(&world), [] as [&str; 0]);
    let facts = world.facts("f", "2020");
    let weights: Vec<f64> = facts.iter().map(|row| row["weight"].number().unwrap()).collect();
    assert_eq!(weights, [100.0 / 3.0, 0.1 + 0.2, 2.0 / 3.0]);
}

/// A weighted survey whose sum fits, though its largest value times the number of its rows does not.
#[test]
fn a_weighted_survey_of_many_rows_is_summed() {
    let world = small("income | decimal | income | scale = 2\nweight | decimal | weight | scale = 7")
        .defined(
            "measures.toml",
            measures("weighted | f | income * weight | scale = 9\nweight | f | weight | scale = 7"),
        )
        .defined(
            "indicators.toml",
            indicators("mean | weighted | weight | unit = '1'; better = 'higher'"),
        );
    let mut text = "county,person,income,weight\n".to_owned();
    let (mut weighted, mut weights) = (0_i128, 0_i128);
    for person in 0..14_827_i64 {
        let cents = if person == 77 {
            99_999_999
        } else {
            100_000 + person * 37
        };
        let weight = 1_234_567 + person * 1001;
        let county = ["a", "b", "c"][person as usize % 3];
        writeln!(
            text,
            "{county},{person},{}.{:02},{}.{:07}",
            cents / 100,
            cents % 100,
            weight / 10_000_000,
            weight % 10_000_000
        )
        .unwrap();
        weighted += i128::from(cents) * i128::from(weight);
        weights += i128::from(weight);
    }
    let world = world.sent("2020.csv", text).published();
    assert_eq!(codes(&world), [] as [&str; 0]);
    let rows = world.table("indicators");
    let nation = row(&rows, "mean", "ZZ");
    assert_eq!(
        nation["numerator"].number(),
        Some(format!("{weighted}e-9").parse().unwrap())
    );
    assert_eq!(
        nation["denominator"].number(),
        Some(format!("{weights}e-7").parse().unwrap())
    );
}

#[test]
fn one_value_that_no_sum_can_hold_costs_no_other_figure() {
    let square = small("people | integer | people")
        .defined(
            "measures.toml",
            measures("square | f | people * people\npeople | f | people"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "spread | square | people | unit = '1'; better = 'higher'\n\
                 twice | people | square | unit = '1'; better = 'higher'\n\
                 all | people | people | unit = '1'; better = 'higher'",
            ),
        );
    let world = square
        .sent(
            "2020.csv",
            "county,person,people\na,1,9007199254740992\nb,1,3\nb,2,4\nc,1,5\n",
        )
        .published();
    let findings = world.table("findings");
    let told: Vec<String> = findings
        .iter()
        .map(|row| joined(row, &["code", "severity", "path", "cell", "field", "raw"], " | "))
        .collect();
    assert_eq!(
        told,
        ["value-too-large | explain | 2020.csv | C2 | people | 9007199254740992"]
    );
    let words = joined(&findings[0], &["message_en", "message_zh"], "\n");
    assert!(
        words.contains("not counted in: square") && words.contains("该行不计入：square"),
        "{words}"
    );
    let rows = world.table("indicators");
    let shown =
        |indicator: &str, area: &str| joined(row(&rows, indicator, area), &["numerator", "denominator", "value"], " ");
    assert_eq!(shown("spread", "b"), "25 7 3.5714285714285716");
    assert_eq!(shown("spread", "ZZ"), "50 12 4.166666666666667");
    assert_eq!(shown("all", "ZZ"), "9007199254741004 9007199254741004 1");
    let own = row(&rows, "spread", "a");
    assert_eq!(joined(own, &["numerator", "value", "obs_status"], " "), "- - O");
    assert!(own["null_reason"].text() == Some("nothing_known"), "{own:?}");
}

/// In the mean the value is summed exactly: that it is missing in another figure holds nothing back.
#[test]
fn a_value_too_large_for_one_sum_is_judged_by_no_other() {
    small("people | integer | people\nrooms | integer | rooms")
        .defined(
            "measures.toml",
            measures("square | f | people * people\npeople | f | people\nrooms | f | rooms"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "spread | square | people | unit = '1'; better = 'higher'\n\
                 mean | people | rooms | unit = '1'; better = 'higher'",
            ),
        )
        .sent(
            "2020.csv",
            "county,person,people,rooms\na,1,9007199254740992,1\nb,1,3,1\nb,2,4,1\nc,1,5,1\n",
        )
        .published();
}

/// Values that fit one by one, and whose sum does not.
#[test]
fn a_sum_beyond_128_bits_is_null_with_its_reason() {
    let mut text = "county,person,x\n".to_owned();
    for person in 0..200 {
        writeln!(text, "a,{person},999999999999999900").unwrap();
    }
    text += "b,1,2.5\nc,1,0.5\n";
    let world = small("x | number | x")
        .defined("measures.toml", measures("x | f | x\npersons | f | 1"))
        .defined(
            "indicators.toml",
            indicators("mean | x | persons | unit = '1'; better = 'higher'"),
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'place'\nlevel = 'county'\nsource = 'places.csv'\ncompare = [['one', 'two']]\n",
        )
        .defined("places.csv", "code,place\na,one\nb,two\nc,two\n")
        .sent("2020.csv", text)
        .published();
    let rows = world.table("indicators");
    for area in ["a", "ZZ"] {
        let lost = row(&rows, "mean", area);
        assert_eq!(
            joined(lost, &["numerator", "value", "null_reason"], " "),
            "- - too_large",
            "{area}"
        );
    }
    assert_eq!(row(&rows, "mean", "b")["value"].number(), Some(2.5));
    let two = |row: &&Row| row["member"].text() == Some("two");
    let groups = world.table("groups");
    assert_eq!(
        joined(groups.iter().find(two).unwrap(), &["numerator", "value"], " "),
        "3 1.5"
    );
    let reasons = |table: &str| {
        let rows = world.table(table);
        rows.iter()
            .filter(|row| row["null_reason"].text() == Some("too_large"))
            .count()
    };
    assert_eq!(reasons("gaps"), 1);
    assert!(reasons("groups") > 0 && reasons("inequality") > 0);
}

/// The last digits of doubles are nobody's fault; what is more than that is told.
#[test]
fn sums_of_numbers_are_held_against_totals_to_twelve_digits() {
    let world = small("x | number | x\ny | number | y\nz | number | z\nall | number | all")
        .defined("measures.toml", measures("all | f | all\npersons | f | 1"))
        .defined(
            "indicators.toml",
            indicators("mean | all | persons | unit = '1'; better = 'higher'"),
        )
        .defined(
            "checks.toml",
            "[[sum]]\nid = 'adds_up'\nform = 'f'\nseverity = 'explain'\ntotal = 'all'\nparts = ['x', 'y', 'z']\n\
             message = { en = 'off' }\n",
        );
    let third = "33.333333333333336";
    let sent = |all: &str, total: &str| {
        format!(
            "county,person,x,y,z,all\na,1,{third},{third},{third},100\nb,1,0.1,0.2,0,0.30000000000000004\n\
             c,1,{third},{third},{third},{all}\nTotal,,,,,{total}\n"
        )
    };
    let told = |world: &World| -> Vec<String> {
        let rows = world.table("findings");
        rows.iter()
            .map(|row| joined(row, &["code", "row", "raw", "mend"], " "))
            .collect()
    };
    let world = world.sent("2020.csv", sent("100", "200.3")).published();
    assert_eq!(told(&world), [] as [&str; 0]);
    let world = world.sent("2020.csv", sent("100.00001", "200.30001")).published();
    assert_eq!(told(&world), ["adds_up 4 100.00001 100.000000000000008"]);
    let world = world.sent("2020.csv", sent("100", "200.30001")).published();
    assert_eq!(told(&world), ["total-differs 5 200.30001 200.3"]);
}

#[test]
fn a_total_with_a_code_is_known_by_its_sum_of_doubles() {
    let told = |total: &str| {
        let world = small("name | text | name\nx | number | x")
            .defined("measures.toml", measures("x | f | x\npersons | f | 1"))
            .defined(
                "indicators.toml",
                indicators("mean | x | persons | unit = '1'; better = 'higher'"),
            )
            .sent(
                "2020.csv",
                format!(
                    "county,person,name,x\na,1,Ann,0.1\na,2,Bob,0.2\nb,1,Cy,33.333333333333336\nc,1,Di,1.5\n\
                     c,9,Total,{total}\n"
                ),
            )
            .published();
        (codes(&world), world.facts("f", "2020").len())
    };
    assert_eq!(told("35.1333333333333"), (vec!["total-with-code".to_owned()], 4));
    assert_eq!(told("35.1334"), (vec!["record-named-total".to_owned()], 5));
}
