//! Sheets of returns: merged cells, drop-downs, names, and keys that become a header.

use super::*;

#[test]
fn keys_of_json_become_a_header_and_long_lists_a_hidden_sheet() {
    let world = parks();
    let json = r#"[{"Park":"P1","Trees":"many","Open":"perhaps","Kind":"a kind of park, no. 3"},
                   {"Park":"P2","Trees":7,"Open":"no","Kind":"a kind of pork, no. 3"}]"#;
    world.put("input/2020/N_parks.json", json.as_bytes());
    world.publish(&[]);
    let before = outcome(&world);
    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let all = sheets(&bytes);
    assert_eq!(all[1].1[0], ["Park", "Trees", "Open", "Kind"]);
    assert_eq!(all[1].1[1][..3], ["P1", "many", "perhaps"]);
    let cells: Vec<&str> = all[0]
        .1
        .iter()
        .filter(|row| row[0].parse::<u32>().is_ok())
        .map(|row| row[3].as_str())
        .collect();
    assert_eq!(cells, ["", "", "", "B2", "C2", "D3"], "three columns are absent");

    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["反馈", "公园", "选项"]);
    assert!(part(&bytes, "xl/workbook.xml").contains("state=\"hidden\""));
    let own = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(own.contains("<formula1>'选项'!$A$2:$A$41</formula1>"), "{own}");
    assert!(own.contains("<formula1>\"yes,no\"</formula1>"), "{own}");

    world.publish(&[]);
    assert_eq!(outcome(&world), before);
    let manifest = fs::read_to_string(world.output().join("current/manifest.json")).unwrap();
    assert!(manifest.contains("\"sheets_ignored\": 2"), "{manifest}");
}

#[test]
fn a_workbook_keeps_its_merged_cells_its_percentages_and_its_days() {
    let world = parks();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Parks o' North").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 6, "Parks", &plain).unwrap();
    for (column, header) in (0..).zip(["Park", "Trees", "Shade", "Open", "Kind", "Seen", "Remark"]) {
        sheet.write_string(1, column, header).unwrap();
    }
    sheet.merge_range(2, 6, 3, 6, "both", &plain).unwrap();
    for (row, trees) in [(2, 12.0), (3, 3000.0)] {
        sheet.write_string(row, 0, format!("P{row}")).unwrap();
        sheet.write_number(row, 1, trees).unwrap();
        sheet
            .write_number_with_format(row, 2, 0.1 + 0.023, &Format::new().set_num_format("0.0%"))
            .unwrap();
        let day = ExcelDateTime::from_ymd(2020, 12, 31).unwrap();
        sheet
            .write_datetime_with_format(row, 5, &day, &Format::new().set_num_format("yyyy-mm-dd"))
            .unwrap();
    }
    world.put("input/2020/N_parks.xlsx", workbook.save_to_buffer().unwrap());
    world.publish(&[]);
    let before = outcome(&world);
    assert!(before.0.contains("P2|12|12.3|-|-|2020-12-31|both"), "{:?}", before.0);
    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let own = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(
        own.contains("<mergeCell ref=\"A1:G1\"/>") && own.contains("<mergeCell ref=\"G3:G4\"/>"),
        "{own}"
    );
    assert_eq!(sheets(&bytes)[1].0, "Parks o' North");
    world.publish(&[]);
    assert_eq!(outcome(&world), before);
}

/// A spreadsheet of one table, as OpenDocument programs write it.
fn spreadsheet(rows: &str) -> Vec<u8> {
    let names = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<office:document-content xmlns:office=\"{names}:office:1.0\" xmlns:table=\"{names}:table:1.0\" \
         xmlns:text=\"{names}:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"公园 &amp; co\">{rows}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"{names}:manifest:1.0\">\
         <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/></manifest:manifest>"
    );
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", kind),
        ("META-INF/manifest.xml", &manifest),
        ("content.xml", &content),
    ] {
        archive.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_spreadsheet_of_open_document_keeps_its_merged_cells() {
    let world = parks();
    let cell = |text: &str, span: &str| {
        format!("<table:table-cell office:value-type=\"string\"{span}><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let covered = |times: u32| format!("<table:covered-table-cell table:number-columns-repeated=\"{times}\"/>");
    let spans = |rows: u32, columns: u32| {
        format!(" table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{columns}\"")
    };
    let plain = |texts: &[&str]| texts.iter().map(|text| cell(text, "")).collect::<String>();
    let rows = [
        row(&(cell("Parks", &spans(1, 3)) + &covered(2))),
        "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>".to_owned(),
        row(&plain(&["Park", "Trees", "Remark"])),
        row(&(plain(&["P1", "5000"]) + &cell("both", &spans(2, 1)))),
        row(&(plain(&["P2", "7"]) + &covered(1))),
        // What would hide a text is left out of the return. Nobody sees the 8 here, so it does not count.
        row(&(cell("P3", &spans(1, 2)) + &plain(&["8"]))),
    ];
    world.put("input/2020/N_parks.ods", spreadsheet(&rows.concat()));
    world.publish(&[]);
    let before = outcome(&world);
    assert!(before.0.contains("P2|7|-|-|-|-|-"), "{:?}", before.0);
    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let own = part(&bytes, "xl/worksheets/sheet2.xml");
    let merged: Vec<&str> = own.split("<mergeCell ref=").skip(1).map(|rest| &rest[..7]).collect();
    assert_eq!(merged, ["\"A1:C1\"", "\"C5:C6\""], "{own}");
    assert!(before.0.contains("P3|-|-|-|-|-|-"), "{:?}", before.0);
    assert!(
        before.1.contains(&"number-merged trees open -".to_owned()),
        "{:?}",
        before.1
    );
    world.publish(&[]);
    // In the return the 8 is seen: it counts, and the rest is as before.
    let (rows, told) = outcome(&world);
    assert!(rows.contains("P3|8|-|-|-|-|-"), "{rows:?}");
    let others = before.1.into_iter().filter(|told| !told.starts_with("number-merged"));
    assert_eq!(told, others.collect::<Vec<_>>());
}

#[test]
fn words_with_a_comma_stand_on_the_hidden_sheet() {
    let columns = "
        park | text    | Park | required = true
        open | boolean | Open | values = { yes = ['yes, always'], no = ['no'] }
    ";
    let world = parks().form("parks", PARKS, columns);
    world.put("input/2020/N_parks.csv", "Park,Open\nP1,perhaps\n");
    world.publish(&[]);
    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let own = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(own.contains("<formula1>'选项'!$A$2:$A$3</formula1>"), "{own}");
    assert_eq!(sheets(&bytes)[2].1[1..], [["yes, always"], ["no"]]);
}

#[test]
fn a_sheet_of_the_county_s_own_never_takes_the_name_of_the_list() {
    let world = parks();
    let rows = [["Park", "Trees"], ["P1", "5000"]].map(|row| row.map(str::to_owned).to_vec());
    save(&world.path("input/N_parks.xlsx"), &[("反馈".to_owned(), rows.to_vec())]);
    fs::create_dir_all(world.path("input/2020")).unwrap();
    fs::rename(world.path("input/N_parks.xlsx"), world.path("input/2020/N_parks.xlsx")).unwrap();
    world.publish(&[]);
    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let names: Vec<String> = sheets(&bytes).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[..2], ["反馈", "反馈_1"]);
}
