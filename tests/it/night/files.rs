//! What a county sends: a bad file is named, a good one counts, and every row is in the account.

use std::collections::BTreeMap;

use super::*;
use crate::support::{joined, measures, plan};

#[test]
fn each_bad_file_is_named_and_the_rest_goes_on() {
    let twice = HEADER.replace("常住户数", "常住户数,居民户数");
    let cases: [(&str, &str, Vec<u8>, &[&str]); 13] = [
        ("an empty file", "130104_communities.csv", vec![], &["file-empty"]),
        (
            "a picture",
            "130104_communities.csv",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            &["file-foreign"],
        ),
        (
            "a cut-off workbook",
            "130104_communities.xlsx",
            b"PK\x03\x04\x14\0\x06\0\x08\0".to_vec(),
            &["file-unreadable"],
        ),
        (
            "no header",
            "130104_communities.csv",
            b"130104001001,x,111,5,9\n130104001002,y,111,5,9\n".to_vec(),
            &["header-missing"],
        ),
        (
            "a column twice",
            "130104_communities.csv",
            format!("{twice}\n130104001001,x,111,5,5,9,1,3.5,1\n").into(),
            &["column-duplicate"],
        ),
        (
            "a required column missing",
            "130104_communities.csv",
            roster("130104", 2).replace("城乡分类", "备忘").into(),
            &["column-missing", "column-unknown"],
        ),
        (
            "an unknown county",
            "139999_communities.csv",
            roster("139999", 2).into(),
            &["area-unknown"],
        ),
        (
            "another province's county",
            "110101_communities.csv",
            roster("110101", 2).into(),
            &["area-contradicted"],
        ),
        (
            "a county nobody expects",
            "130108_communities.csv",
            roster("130108", 2).into(),
            &["area-unexpected"],
        ),
        (
            "last year's sheet",
            "130104_communities.csv",
            format!("2019年社区花名册\n{}", roster("130104", 2)).into(),
            &["period-contradicted"],
        ),
        (
            "a name no form claims",
            "notes.txt",
            b"hello".to_vec(),
            &["file-unclaimed"],
        ),
        (
            "a header and nothing else",
            "130104_communities.csv",
            format!("{HEADER}\n").into(),
            &["rows-missing"],
        ),
        (
            "a county's code for a community's",
            "130104_communities.csv",
            roster("130104", 1).replace("130104001001", "130104001000").into(),
            &["code-malformed"],
        ),
    ];
    for (what, name, content, expected) in cases {
        let path = format!("2020/130000/{name}");
        let night = Night::new().owes("130102", 3).owes("130104", 3).owes("110101", 3);
        let night = night
            .file("2020/130000/130102_communities.csv", roster("130102", 3))
            .file(&path, content);
        night.published();
        assert_eq!(night.codes(&path), expected, "{what}");
        assert_eq!(night.submission(&path)["status"].text(), Some("rejected"), "{what}");
        assert_eq!(
            night.codes("2020/130000/130102_communities.csv"),
            [] as [&str; 0],
            "{what}: the good file"
        );
        assert_eq!(
            night.figure("000000", "urban_facility_coverage"),
            Some(3.0),
            "{what}: the good file's figures"
        );
    }
}

#[test]
fn rows_without_a_header_are_in_the_account() {
    let path = "2020/130000/130102_communities.csv";
    let night = Night::new()
        .owes("130102", 2)
        .file(path, "130102001001,x,111,5\n,,\n130102001002,y,111,5\n")
        .owes("130104", 1)
        .file("2020/130000/130104_communities.csv", roster("130104", 1));
    night.published();
    let row = night.submission(path);
    assert_eq!(
        ["rows_quarantined", "rows_accepted"].map(|name| row[name].number()),
        [Some(2.0), Some(0.0)]
    );
    assert_eq!(row["status"].text(), Some("rejected"));
    let held = night.world.quarantined("communities", "2020");
    let other: Vec<_> = held.iter().map(|row| row["other_cells"].text().unwrap()).collect();
    assert_eq!(
        other,
        [
            r#"{"A":"130102001001","B":"x","C":"111","D":"5"}"#,
            r#"{"A":"130102001002","B":"y","C":"111","D":"5"}"#
        ]
    );
}

#[test]
fn a_line_of_the_sender_itself_is_a_total() {
    let path = "2020/130000/130102_communities.csv";
    let lines = "130102,,,9,9,,9,\n130102000000,某区,111,9,9,是,9,是\n,长 安区,,9,9,,9,\n";
    let night = Night::new()
        .owes("130102", 2)
        .file(path, format!("{}{lines}", roster("130102", 2)));
    night.published();
    let row = night.submission(path);
    let counts = ["rows_read", "rows_accepted", "rows_quarantined", "rows_set_aside"].map(|name| row[name].number());
    assert_eq!(counts, [Some(6.0), Some(2.0), Some(0.0), Some(4.0)]);
    let findings = night.world.table("findings");
    let told: Vec<_> = findings
        .iter()
        .filter(|row| row["code"].text() == Some("row-total"))
        .collect();
    assert_eq!((told.len(), told[0]["n_affected"].number()), (1, Some(3.0)));
    assert_eq!(night.codes(path), [] as [&str; 0]);
    assert_eq!(night.figure("000000", "urban_facility_coverage"), Some(2.0));
}

#[test]
fn a_period_nobody_asked_for_is_a_finding() {
    let night = Night::new()
        .owes("130102", 3)
        .file("2020/130000/130102_communities.csv", roster("130102", 3));
    let night = night.file("2017/130000/130102_communities.csv", roster("130102", 3));
    night.published();
    assert_eq!(night.codes("2017/130000/130102_communities.csv"), ["period-unexpected"]);
}

#[test]
fn rows_read_are_accepted_quarantined_superseded_or_set_aside() {
    let rows = "130102001001,甲,111,820,2000,是,300,是\n130102001001,甲,111,280,2000,是,300,是\n\
                130102001002,乙,111,500,1500,是,300,是\n130102001002,乙,111,500,1500,是,300,是\n\
                130202001001,外,111,500,1500,是,300,是\n1.30102E+11,科,111,500,1500,是,300,是\n\
                130102001003,丙,111,约五百,1500,是,300,是\n130102001004,丁,111,500,1500,否,300,是\n\
                合计,,,3000,9000,,1200,\n填表人：某某\n";
    let night = Night::new().owes("130102", 6).file(
        "2020/130000/130102_communities.csv",
        format!("花名册\n{HEADER}\n{rows}"),
    );
    night.published();
    let path = "2020/130000/130102_communities.csv";
    let row = night.submission(path);
    let count = |name: &str| row[name].number().unwrap();
    assert_eq!(
        [
            "rows_read",
            "rows_accepted",
            "rows_quarantined",
            "rows_superseded",
            "rows_set_aside"
        ]
        .map(count),
        [12.0, 1.0, 6.0, 1.0, 4.0]
    );
    assert_eq!(row["status"].text(), Some("partial"));
    let expected = [
        "area-needs-facility",
        "code-scientific",
        "not-an-integer",
        "outside-jurisdiction",
        "row-conflict",
        "row-conflict",
    ];
    assert_eq!(night.codes(path), expected);
    let held = night.world.quarantined("communities", "2020");
    let raw: BTreeMap<i64, (&str, &str)> = held
        .iter()
        .map(|row| {
            (
                row["row"].number().unwrap() as i64,
                (row["codes"].text().unwrap(), row["households"].text().unwrap()),
            )
        })
        .collect();
    assert_eq!(raw[&9], ("not-an-integer", "约五百"), "raw cells are kept as received");
    assert_eq!(raw.len(), 6);
    // Whose period and area are known; where the row tells no area, its sender's stands for it.
    for row in &held {
        assert_eq!(
            (row["period"].text(), row["area_code"].text()),
            (Some("2020"), Some("130102"))
        );
    }
}

#[test]
fn xpcc_and_planned_cities_are_counted_once() {
    // XPCC's cities lie inside Xinjiang by their codes; Dalian may send beside its province, in a folder of its own.
    let night = Night::new().owes("660000", 3).owes("650102", 2).owes("210202", 4);
    let night = night.file("2020/650000/660000_communities.csv", roster("659001", 3));
    let night = night.file("2020/650000/650102_communities.csv", roster("650102", 2));
    let night = night.file("2020/650000/659001_communities.csv", roster("659001", 3));
    let night = night.file("2020/210000/210202_communities.csv", roster("210202", 4));
    let night = night.file("2020/210200/210202_communities.csv", roster("210202", 4));
    night.published();
    assert_eq!(night.codes("2020/650000/659001_communities.csv"), ["area-unexpected"]);
    let of = |area: &str| night.figure(area, "urban_facility_coverage");
    assert_eq!(
        [of("660000"), of("650000"), of("210000"), of("210200"), of("000000")],
        [3.0, 5.0, 4.0, 4.0, 9.0].map(Some)
    );
}

/// A file that two forms may be in has one fault, which both of its submissions refer to.
#[test]
fn a_file_that_cannot_be_read_is_one_finding_for_all_its_forms() {
    let both = World::counties(&["2020"])
        .form(
            "people",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{county}.*#people']",
            "area | division_code | Area | level = 'county'; required = true\npeople | integer | People",
        )
        .form(
            "houses",
            "unit = 'county'\nkey = ['area']\nrevision = '_r{revision}'\nfiles = ['{period}/{county}.*#houses', '{period}/{county}_houses*']",
            "area | division_code | Area | level = 'county'; required = true\nhouses | integer | Houses",
        )
        .defined(
            "measures.toml",
            measures("people | people | people\nhouses | houses | houses"),
        )
        .sent("2020/130102.xlsx", b"PK\x03\x04\x14\0\x06\0\x08\0")
        .sent("2020/130104.csv", "")
        .sent("2020/130104_houses_r1.csv", "Area,Houses\n130104,5\n");
    let (_, said) = both.run(&["--lang", "en"]);
    let output = both.output();
    if !output.join("current").exists() {
        fs::rename(output.join("withheld"), output.join("current")).unwrap();
    }
    let told = |column: &str| -> Vec<String> {
        let columns = ["path", "status", column];
        both.table("submissions")
            .iter()
            .map(|row| joined(row, &columns, " "))
            .collect()
    };
    let first = both.submission("2020/130102.xlsx#houses");
    let first = first["submission_id"].text().unwrap();
    let with = told("rejected_with");
    assert!(
        with.contains(&format!("2020/130102.xlsx#people rejected {first}")),
        "{with:?}"
    );
    assert!(
        with.contains(&"2020/130102.xlsx#houses rejected -".to_owned()),
        "{with:?}"
    );
    let findings = both.table("findings");
    let of_file = |path: &str| -> Vec<String> {
        let of = findings
            .iter()
            .filter(|row| row["path"].text().unwrap().starts_with(path));
        of.map(|row| joined(row, &["path", "code"], " ")).collect()
    };
    assert_eq!(
        of_file("2020/130102"),
        ["2020/130102.xlsx#houses file-unreadable"],
        "{said}"
    );
    let message = findings
        .iter()
        .find(|row| row["code"].text() == Some("file-unreadable"))
        .unwrap()["message_en"]
        .text();
    assert!(
        message.unwrap().ends_with("(forms concerned: houses, people)"),
        "{message:?}"
    );
    // A form whose next revision came has nothing wrong any more; the other one says itself what is wrong.
    assert!(of_file("2020/130104.csv").contains(&"2020/130104.csv#people file-empty".to_owned()));
    assert!(
        with.contains(&"2020/130104.csv#people rejected -".to_owned()),
        "{with:?}"
    );
    // Both go back, and both reporters are told.
    let returned = told("return_path");
    let blank = returned
        .iter()
        .filter(|line| line.contains("130102.xlsx") && line.contains(" returns/"));
    assert_eq!(blank.count(), 2, "{returned:?}");
    let dir = both.path("pipeline");
    let status = crate::support::huizong([
        "status",
        dir.to_str().unwrap(),
        "--counties",
        "--output",
        output.to_str().unwrap(),
    ]);
    let status = crate::support::said(&status);
    assert_eq!(status.matches("file-unreadable").count(), 2, "{status}");
}

/// Where no byte of a file was read there is no digest of it either.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_opened_has_no_digest() {
    let world = super::small::nation("['2020']", "year", "");
    world.put("elsewhere.csv", "代码,人数,贫困人数\n130102,5,1\n");
    fs::create_dir_all(world.path("input/2020")).unwrap();
    std::os::unix::fs::symlink(world.path("elsewhere.csv"), world.path("input/2020/130102_people.csv")).unwrap();
    let world = world
        .sent("2020/130104_people.csv", "代码,人数,贫困人数\n130104,5,1\n")
        .published();
    assert_eq!(world.submission("2020/130102_people.csv")["sha256"].text(), None);
    assert_eq!(
        world.submission("2020/130104_people.csv")["sha256"]
            .text()
            .map(str::len),
        Some(64)
    );
}

#[test]
fn an_input_folder_one_level_off_is_named() {
    let plan = plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'");
    let areas = "code,name,level,parent_code\nZZ,Zedland,nation,\na,Arden,county,ZZ\nb,Birch,county,ZZ\n";
    let settings = "unit = 'county'\nkey = ['county']\nfiles = ['{period}/{county}.csv']";
    let lines = "county | division_code | county | level = 'county'; required = true\nclinics | integer | Clinics";
    let world = World::new(&plan, areas)
        .form("clinics", settings, lines)
        .sent("received/2020/a.csv", "county,Clinics\na,1\n")
        .sent("received/2020/b.csv", "county,Clinics\nb,2\n")
        .sent("letters/2020/a.txt", "a letter");
    let run = |input: &str| run(&world.path("pipeline"), &world.path(input), &world.output(), &[]);

    let (code, said) = run("input");
    assert_eq!(code, 2, "{said}");
    let better = world.path("input/received");
    let expected = format!(
        "has the path of a form; below {}, 2 of 3 would have it",
        better.display()
    );
    assert!(said.contains("no file in ") && said.contains(&expected), "{said}");
    assert!(said.contains("name that folder with --input"), "{said}");
    assert!(!world.output().join("current").exists());

    let (code, said) = run("input/received/2020");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("/input/received, 2 of 2 would have it"), "{said}");

    // Nothing better is known of these: they are reported, and the gate withholds what is left.
    let (code, said) = run("input/letters");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("file-unclaimed") && said.contains("no row was accepted"),
        "{said}"
    );
    assert!(
        !said.contains("Goals"),
        "no table of figures where there is no row: {said}"
    );
    assert_eq!(run("input/received").0, 0);
}
