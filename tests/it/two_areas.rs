//! Rows whose code is that of one area and whose name is that of another.

use rust_xlsxwriter::Workbook;

use crate::support::{World, joined, plan};

const ROWS: [[&str; 4]; 4] = [
    ["A", "Ash", "1037", "Birk"],
    ["B", "Birk", "2037", "Ash"],
    ["C", "Cole", "3037", "Cole"],
    ["D", "Dale", "4037", "Ash"],
];

/// A form whose rows have a code, a name and the district that their visitors come from; `key` determines the area.
fn world(key: &str) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\nA,Ash,district,N\n\
                 B,Birk,district,N\nC,Cole,district,N\nD,Dale,district,N\n";
    World::new(&plan("plain", &["country", "state", "district"], &["2020"]), areas).form(
        "visits",
        &format!(
            "title = {{ en = 'Visits' }}\nunit = 'district'\nkey = ['{key}']\nfiles = ['{{period}}/{{state}}_*']\n\
             missing = {{ '' = 'missing' }}"
        ),
        &format!(
            "code | division_code | Code | level = 'district'; required = {}\n\
             name | division_name | District | level = 'district'; required = {}\n\
             visits | integer | Visits | required = true\norigin | text | From |",
            key == "code",
            key == "name"
        ),
    )
}

/// `code raw expected row` of every finding, and the districts whose rows count, for the same rows as text and as a workbook.
fn read(key: &str, rows: &[[&str; 4]]) -> (Vec<String>, Vec<String>) {
    const HEADER: [&str; 4] = ["Code", "District", "Visits", "From"];
    let lines = std::iter::once(&HEADER).chain(rows).map(|row| row.join(",") + "\n");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADER).unwrap();
    for (at, row) in rows.iter().enumerate() {
        sheet.write_row(at as u32 + 1, 0, *row).unwrap();
    }
    let files = [
        ("csv", lines.collect::<String>().into_bytes()),
        ("xlsx", book.save_to_buffer().unwrap()),
    ];
    let each = files.map(|(extension, content)| {
        let world = world(key).sent(&format!("2020/N_a.{extension}"), content);
        let (_, said) = world.run(&[]);
        if !world.path("output/current").exists() {
            std::fs::rename(world.path("output/withheld"), world.path("output/current")).expect(&said);
        }
        let findings = world.table("findings");
        let of_file = findings.iter().filter(|finding| finding["path"].text().is_some());
        let told = of_file.map(|finding| joined(finding, &["code", "raw", "expected", "row"], " "));
        let facts = world.facts("visits", "2020");
        let counted = facts.iter().map(|fact| joined(fact, &["area_code"], ""));
        (told.collect::<Vec<_>>(), counted.collect::<Vec<_>>())
    });
    let [csv, xlsx] = each;
    assert_eq!(csv, xlsx);
    csv
}

/// The rows with other contents in one of them.
fn with(at: usize, row: [&'static str; 4]) -> Vec<[&'static str; 4]> {
    let mut rows = ROWS.to_vec();
    rows[at] = row;
    rows
}

#[test]
fn a_row_with_the_code_of_one_area_and_the_name_of_another_does_not_count() {
    for (at, row, told) in [
        (1, ["B", "Cole", "2037", ""], "code-misnamed B C 3"),
        (3, ["D", "Ash", "4037", ""], "code-misnamed D A 5"),
    ] {
        let (found, counted) = read("code", &with(at, row));
        assert_eq!(found, [told]);
        assert_eq!(counted.len(), 3, "{counted:?}");
        assert!(!counted.contains(&row[0].to_owned()), "{counted:?}");
    }
    // The name determines the area, and the code contradicts it.
    let (found, counted) = read("name", &with(1, ["C", "Birk", "2037", ""]));
    assert_eq!(found, ["code-misnamed Birk C 3"]);
    assert_eq!(counted, ["A", "C", "D"]);
}

#[test]
fn a_column_of_names_that_was_sorted_alone_is_told_in_each_row() {
    let names = ["Birk", "Cole", "Dale", "Ash"];
    let mut rows = ROWS;
    for (row, name) in rows.iter_mut().zip(names) {
        row[1] = name;
    }
    let (found, counted) = read("code", &rows);
    assert!(
        found.iter().all(|finding| finding.starts_with("code-misnamed")),
        "{found:?}"
    );
    assert_eq!(counted, Vec::<String>::new());
    // A single row has nothing that would contradict it but its own name.
    assert_eq!(read("code", &[["A", "Birk", "1037", ""]]).0, ["code-misnamed A B 2"]);
}

#[test]
fn names_of_other_areas_in_other_columns_are_silent() {
    for key in ["code", "name"] {
        let (found, counted) = read(key, &ROWS);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(counted, ["A", "B", "C", "D"]);
    }
    let (found, counted) = read("code", &with(2, ["C", "", "3037", "Dale"]));
    assert_eq!((found, counted.len()), (Vec::new(), 4));
}
