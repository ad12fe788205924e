//! `huizong scaffold`: a form that is proposed for a received sheet is sound, and reads every record of that sheet.

use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use rust_xlsxwriter::Workbook;

use crate::support::{community_services, copy_folder, done, root, said, table, within};

/// The form that is proposed for a file, as text and as values.
fn proposed(folder: &Path, args: &[&str]) -> (String, toml::Table) {
    let text = done(folder, &[&["scaffold"], args].concat());
    let form = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (text, form)
}

/// A column of a form.
fn column<'f>(form: &'f toml::Table, id: &str) -> &'f toml::Table {
    let columns = form["column"].as_array().unwrap();
    let found = columns.iter().find(|column| column["id"].as_str() == Some(id));
    found
        .unwrap_or_else(|| panic!("no column {id} in {form}"))
        .as_table()
        .unwrap()
}

/// Type, unit and whether required of a column.
fn kind(form: &toml::Table, id: &str) -> String {
    let column = column(form, id);
    let text = |key: &str| {
        column
            .get(key)
            .map(|value| format!(" {key}={value}"))
            .unwrap_or_default()
    };
    let kind = column["type"].as_str().unwrap();
    format!("{kind}{}{}{}", text("scale"), text("unit"), text("required"))
}

/// Proposes a form for a file, runs it in a pipeline of one period, and returns records and accepted records, which the summary has.
fn accepted(file: &str, bytes: &[u8], period: &str, more: &[&str]) -> (i64, i64) {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (path, content) in [
        (format!("submissions/{file}"), bytes),
        (
            "pipeline.toml".to_owned(),
            format!(
                "[pipeline]\nname = \"proof\"\nperiod = \"year\"\nperiods = [\"{period}\"]\ninput = \"submissions\"\noutput = \"output\"\n\
                 [registry]\ndivisions = \"areas.csv\"\nlevels = [\"country\", \"county\"]\npartition = \"county\"\n"
            )
            .as_bytes(),
        ),
        (
            "areas.csv".to_owned(),
            b"code,name,parent_code\nLL,Lakeland,\nAL,Alder,LL\n",
        ),
    ] {
        let path = here.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    fs::create_dir(here.join("forms")).unwrap();
    let file = format!("submissions/{file}");
    done(
        here,
        &[&["scaffold", &file, "--output", "forms/proposed.toml"], more].concat(),
    );
    // No fault and no warning.
    let checked = done(here, &["check", "."]);
    assert!(checked.starts_with("proof has no errors: 1 form"), "{checked}");
    let ran = within(here, &["run", ".", "--quiet"]);
    let output = here.join("output");
    assert_eq!(ran.status.code(), Some(0), "{file}: {}", said(&ran));
    let submissions = table(&output, "submissions");
    let count = |name: &str| submissions.iter().map(|row| row[name].number().unwrap()).sum::<f64>() as i64;
    let (accepted, quarantined) = (count("rows_accepted"), count("rows_quarantined"));
    (accepted + quarantined, accepted)
}

const CLINICS: &str = "\
Clinics of Lakeland,,,,,,,\n\
Code,Name,Opened,Staff,Floor area (m²),Kind,Open on Sunday,Satisfaction (%)\n\
001,North clinic,2001-05-01,\"1,200\",120.5,public,yes,81.5\n\
002,South clinic,2003-11-30,n/a,98,public,no,90\n\
003,West clinic,1999-01-15,85,77.25,private,yes,77.4\n\
004,East clinic,2010-07-07,-,45,private,no,\n\
005,Hill clinic,2012-02-29,31,60,public,yes,66\n\
006,Lake clinic,2015-09-09,12,61.5,private,no,71\n\
Total,,,\"1,328\",462.25,,,\n";

const COMMUNITIES: &str = "\
社区服务情况表,,,,,\n\
填报单位：和平县,,2020年,,,单位：万元\n\
社区代码,社区名称,人口,,有无服务站,经费（万元）\n\
,,户数（户）,人数（人）,,\n\
甲,乙,1,2,3,4\n\
130102001001,和平社区,820,2400,是,12.5\n\
130102001002,东风社区,610,1800,否,—\n\
130102001003,新华社区,1204,3551,是,0.25\n\
合计,,2634,7751,,12.75\n\
填表说明：按年末数填报。,,,,,\n";

/// A table as the first sheet of a workbook, figures as numbers.
fn workbook(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Data").unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    for (row, record) in reader.records().enumerate() {
        for (column, cell) in record.unwrap().iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            let is_code = cell.starts_with('0') && !cell.contains('.') || cell.len() > 9;
            match cell.replace(',', "").parse::<f64>() {
                Ok(number) if !is_code => drop(sheet.write_number(row, column, number).unwrap()),
                _ if cell.is_empty() => {}
                _ => drop(sheet.write_string(row, column, cell).unwrap()),
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_proposed_form_reads_every_record_of_its_sheet() {
    let gb18030 = GB18030.encode(COMMUNITIES).0.into_owned();
    let json = r#"[{"code": "A1", "beds": 12, "open": true}, {"code": "A2", "beds": null, "open": false}]"#;
    for (file, bytes, records) in [
        ("clinics_2020.csv", CLINICS.as_bytes().to_vec(), 6),
        ("clinics_2020.xlsx", workbook(CLINICS), 6),
        ("communities_2020.csv", COMMUNITIES.as_bytes().to_vec(), 3),
        ("社区2020年.csv", gb18030, 3),
        ("communities.xlsx", workbook(COMMUNITIES), 3),
        (
            "clinics.tsv",
            CLINICS
                .replace("\"1,200\"", "1200")
                .replace("\"1,328\"", "1328")
                .replace(',', "\t")
                .into_bytes(),
            6,
        ),
        ("beds_2020.json", json.into(), 2),
        ("people.csv", b"People\n500\n".to_vec(), 1),
        (
            "betten_2020.csv",
            "Ort;Betten;Fläche (km²);Datum\nAU;1.200;1,25;31.12.2020\nBU;800;0,75;30.11.2020\nCU;1.950;2,50;01.02.2020\n".into(),
            3,
        ),
        // Rows that only two columns tell apart.
        (
            "visits.csv",
            b"State,Month,Visits\nAL,Jan,3\nAL,Feb,3\nBR,Jan,4\nBR,Feb,4\n".to_vec(),
            4,
        ),
    ] {
        assert_eq!(accepted(file, &bytes, "2020", &[]), (records, records), "{file}");
    }
}

#[test]
fn a_proposed_form_reads_the_sheets_of_the_sample() {
    let mut read = 0;
    for path in [
        "2020/420000/421124_communities.csv",
        "2020/610000/610526_communities.csv",
        "2018/430000/430212_communities.xls",
        "2018/110000/110119_communities.xlsx",
        "2018/420000/420203_county_summaries.csv",
        "2020/540000/540124_county_summaries.xls",
    ] {
        let bytes = fs::read(root().join("sample_data/submissions").join(path)).unwrap();
        let (period, name) = (&path[..4], path.rsplit('/').next().unwrap());
        let (records, accepted) = accepted(name, &bytes, period, &[]);
        assert!(records > 0 && accepted == records, "{path}: {accepted} of {records}");
        read += records;
    }
    assert!(read > 150, "{read} records");
}

#[test]
fn types_units_symbols_and_the_key_are_those_of_the_cells() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("clinics_2020.csv"), CLINICS).unwrap();
    let (text, form) = proposed(here, &["clinics_2020.csv"]);
    for (id, expected) in [
        ("code", "text required=true"),
        ("name_value", "text required=true"),
        ("opened", "date required=true"),
        ("staff", "integer"),
        ("floor_area", "decimal scale=2 unit=\"m2\" required=true"),
        ("open_on_sunday", "boolean required=true"),
        ("satisfaction", "decimal scale=1 unit=\"percent\""),
    ] {
        assert_eq!(kind(&form, id), expected, "{id}\n{text}");
    }
    let settings = form["form"].as_table().unwrap();
    assert_eq!(settings["id"].as_str(), Some("clinics"));
    assert_eq!(settings["key"].to_string(), "[\"code\"]");
    assert_eq!(settings["files"].to_string(), "[\"clinics_{period}.csv\"]");
    let missing: Vec<_> = settings["missing"].as_table().unwrap().keys().collect();
    assert_eq!(missing, ["", "-", "n/a"]);
    assert_eq!(
        column(&form, "floor_area")["headers"].to_string(),
        "[\"Floor area (m²)\"]"
    );
    for seen in [
        "header in row 2",
        "6 of 6 records count",
        "Doubtful: in 1 of the cells of staff",
        "division_code",
    ] {
        assert!(text.contains(seen), "{seen}\n{text}");
    }
    // Every line of comments fits a screen, and the same is said in Chinese.
    assert!(
        text.lines()
            .filter(|line| line.starts_with('#'))
            .all(|line| line.chars().count() <= 120),
        "{text}"
    );
    let (chinese, same) = proposed(here, &["clinics_2020.csv", "--lang", "zh"]);
    assert_eq!(same, form);
    assert!(chinese.contains("记录 6 行，其中可计入 6 行"), "{chinese}");
}

#[test]
fn headers_of_two_rows_and_chinese_words_become_columns() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("130102_2020.xlsx"), workbook(COMMUNITIES)).unwrap();
    let (text, form) = proposed(here, &["130102_2020.xlsx"]);
    for (id, header, expected) in [
        ("column_1", "社区代码", "text required=true"),
        (
            "column_3",
            "人口/户数（户）",
            "integer unit=\"household\" required=true",
        ),
        ("column_5", "有无服务站", "boolean required=true"),
        ("column_6", "经费（万元）", "decimal scale=2 unit=\"10000_yuan\""),
    ] {
        assert_eq!(column(&form, id)["title"]["zh"].as_str(), Some(header), "{text}");
        assert_eq!(kind(&form, id), expected, "{id}\n{text}");
    }
    assert!(text.contains("header in rows 3 to 4"), "{text}");
    assert_eq!(form["form"]["files"][0].as_str(), Some("*_{period}.xlsx"));
    assert!(text.contains("130102 may be the code of the area"), "{text}");
}

#[test]
fn what_is_doubtful_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (name, content, doubts) in [
        (
            "wide.csv",
            "State,2016,2017,2018\nAL,1,2,3\nBR,4,5,6\n",
            &["3 headers name a period", "[unpivot]"][..],
        ),
        (
            "twice.csv",
            "Name,Beds,Beds (m²)\na,1,2\nb,3,4\n",
            &["Column B, “Beds”, is left out: 2 columns have this header"],
        ),
        (
            "typo.csv",
            "Name,Beds\na,110\nb,2l0\nc,310\nd,12\ne,13\n",
            &["1 cannot be read so: “2l0”"],
        ),
        (
            "flags.csv",
            "Name,Open\nNorth,1\nSouth,0\n",
            &["only 0 and 1", "No two of 2 rows"],
        ),
        (
            "words.csv",
            "Name,Beds\na,1\nb,closed\nc,3\n",
            &["“closed” stands among the figures"],
        ),
        (
            "same.csv",
            "Kind,Beds\na,1\na,2\na,2.5\n",
            &["no columns tell the rows apart"],
        ),
        (
            "blank.csv",
            "Name,Beds,Remarks\na,1,\nb,2,\n",
            &["no cell has any content"],
        ),
    ] {
        fs::write(here.join(name), content).unwrap();
        let text = done(here, &["scaffold", name]);
        let words = text.replace("\n#", "");
        for doubt in doubts {
            assert!(words.contains(doubt), "{doubt}\n{text}");
        }
    }
}

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut book = Workbook::new();
    for (name, header) in [("Beds", "Beds"), ("Staff", "Doctors")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, cells) in [["Code", "A1", "A2"], [header, "1", "2"]].iter().enumerate() {
            for (row, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *cell).unwrap();
            }
        }
    }
    book.save(here.join("both.xlsx")).unwrap();
    let (text, form) = proposed(here, &["both.xlsx"]);
    assert!(
        text.contains("sheet “Beds”") && text.contains("Other sheets: Staff"),
        "{text}"
    );
    assert_eq!(form["form"]["files"][0].as_str(), Some("both.xlsx#Beds"));
    let (_, form) = proposed(here, &["both.xlsx", "--sheet", "Staff"]);
    assert_eq!(kind(&form, "doctors"), "integer required=true");
    let none = within(here, &["scaffold", "both.xlsx", "--sheet", "Stuff"]);
    assert_eq!(none.status.code(), Some(2), "{}", said(&none));
    assert!(said(&none).contains("known: Beds, Staff"), "{}", said(&none));
    let bytes = fs::read(here.join("both.xlsx")).unwrap();
    assert_eq!(accepted("both.xlsx", &bytes, "2020", &["--sheet", "Staff"]), (2, 2));
}

#[test]
fn a_pipeline_says_what_codes_and_places_mean() {
    let folder = tempfile::tempdir().unwrap();
    let pipeline = folder.path().join("survey");
    copy_folder(&community_services(), &pipeline);
    let submissions = root().join("sample_data/submissions");
    let settings = fs::read_to_string(pipeline.join("pipeline.toml")).unwrap();
    let settings = settings.replace("../../sample_data/submissions", "../submissions");
    fs::write(pipeline.join("pipeline.toml"), settings).unwrap();
    let place = folder.path().join("submissions/2020/540000");
    fs::create_dir_all(&place).unwrap();
    let name = "540124_county_summaries.xls";
    fs::copy(submissions.join("2020/540000").join(name), place.join(name)).unwrap();
    let file = format!("submissions/2020/540000/{name}");
    let (text, form) = proposed(folder.path(), &[&file, "--pipeline", "survey"]);
    let settings = form["form"].as_table().unwrap();
    assert_eq!(
        settings["files"][0].as_str(),
        Some("{period}/{province}/{county}_county_summaries.xls"),
        "{text}"
    );
    // The pipeline has a form of this name.
    assert_eq!(settings["id"].as_str(), Some("county_summaries_2"));
    assert_eq!(settings["unit"].as_str(), Some("county"));
    assert_eq!(column(&form, "column_1")["type"].as_str(), Some("division_code"));
    assert_eq!(column(&form, "column_1")["level"].as_str(), Some("county"));
    assert!(text.contains("1 of 1 records count"), "{text}");
}

#[test]
fn what_cannot_be_read_is_told_as_its_sender_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("empty.csv"), "").unwrap();
    fs::write(here.join("cut.xlsx"), &workbook(CLINICS)[..400]).unwrap();
    fs::write(here.join("letter.pdf"), "%PDF-1.7\n").unwrap();
    fs::write(here.join("beds.csv"), "Code,Beds\nA,1\n").unwrap();
    for (args, why) in [
        (&["empty.csv"][..], "the file is empty"),
        (&["cut.xlsx"], "damaged"),
        (&["letter.pdf"], "PDF"),
        (&["none.csv"], "there is no file none.csv"),
        (&["beds.csv", "--sheet", "A"], "the file is no workbook"),
        (&["beds.csv", "--pipeline", "nowhere"], "nowhere"),
    ] {
        let refused = within(here, &[&["scaffold"], args].concat());
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {}", said(&refused));
        assert!(said(&refused).contains(why), "{args:?}: {}", said(&refused));
        assert!(refused.stdout.is_empty(), "{args:?}");
    }
    let written = done(here, &["scaffold", "beds.csv", "--output", "wards.toml"]);
    assert!(written.contains("wards.toml (2 columns)"), "{written}");
    let text = fs::read_to_string(here.join("wards.toml")).unwrap();
    assert!(text.contains("id = \"wards\""), "{text}");
    let again = within(here, &["scaffold", "beds.csv", "--output", "wards.toml"]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert_eq!(fs::read_to_string(here.join("wards.toml")).unwrap(), text);
    let nowhere = within(here, &["scaffold", "beds.csv", "--output", "no/where.toml"]);
    assert_eq!(nowhere.status.code(), Some(3), "{}", said(&nowhere));
}
