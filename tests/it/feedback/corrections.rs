//! What each kind of correction does, and what was sent beside it.

use super::*;

#[test]
fn each_action_holds_and_what_was_sent_stays_beside_it() {
    // The key as a person may type it: full-width digits, blanks.
    let file = correction(
        "cell",
        "override",
        "key = \"１３０１０２ 001001\"\ncolumn = \"households\"\nvalue = \"１,１００ 户\"\nexpect = \" 100\"",
    ) + &correction(
        "times",
        "scale",
        "key = \"130102001002\"\ncolumn = \"money\"\nfactor = \"1/10000\"",
    ) + &correction("row", "drop", "key = { code = \"130102001003\" }");
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD.replace("200,2.5", "200,\"25,001万元\""))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        counted(&world),
        ["001 1100 1.5 households", "002 200 2.5 money"].map(|row| row.replace("2.5", "2.5001"))
    );
    assert_eq!(
        corrected(&world),
        [
            "cell 2 households 100 1100 E applied",
            "row 4 - code=130102001003; households=300; money=3.5; remark= - O applied",
            "times 3 money 25,001万元 2.5001 E applied",
        ]
    );
    let row = &world.table("corrections")[0];
    assert_eq!(
        line(
            row,
            &[
                "period",
                "form",
                "area_code",
                "action",
                "reason_zh",
                "reason_en",
                "approved_by",
                "reported"
            ]
        ),
        "2020 roster 130102 override 电话核实 confirmed by telephone 统计处处长 2021-03-02"
    );
    let submission = world.submission("2020/130102_roster.csv");
    assert_eq!(
        line(
            &submission,
            &[
                "status",
                "rows_read",
                "rows_accepted",
                "rows_quarantined",
                "rows_set_aside",
                "findings_open"
            ]
        ),
        "accepted 4 2 0 2 0"
    );
    assert_eq!(found(&world), ["130102_roster 4 correction-dropped info -"]);
    let indicators = world.table("indicators");
    let figure = |area: &str, indicator: &str| {
        let row = indicators.iter().find(|row| {
            shown(row, "period") == "2020" && shown(row, "area_code") == area && shown(row, "indicator") == indicator
        });
        line(row.unwrap(), &["numerator", "denominator", "n_corrected"])
    };
    assert_eq!(figure("130102", "size"), "1300 2 1");
    assert_eq!(figure("000000", "money"), "11.5001 5 1");
    assert_eq!(figure("130104", "size"), "600 3 0");
}

#[test]
fn a_whole_column_is_scaled_exactly_and_a_cell_of_its_own_keeps_its_own() {
    let rows = "130102001001,100,\"１２,３４５.６\",\n130102001002,200,12万元,\n130102001003,300,—,\n130102001004,400,约300,\n\
                130102001005,500,0.3,\n130102001006,600,7,\n";
    let file = correction(
        "unit",
        "scale",
        "column = \"money\"\nfactor = \"0.1\"\nexpect = \"12,345.6\"",
    ) + &correction(
        "own",
        "override",
        "key = \"130102001006\"\ncolumn = \"money\"\nvalue = \"8\"",
    );
    let world = ministry()
        .sent("2020/130102_roster.csv", format!("代码,户数,经费,说明\n{rows}"))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        corrected(&world),
        [
            "own 7 money 7 8 E applied",
            "unit 2 money １２,３４５.６ 1234.56 E applied",
            "unit 3 money 12万元 1.2 E applied",
            "unit 6 money 0.3 0.03 E applied",
        ]
    );
    // What is no figure stays what it was, and is told as ever.
    assert_eq!(found(&world), ["130102_roster 5 not-a-number open -"]);
}

#[test]
fn of_two_rows_with_one_key_the_content_tells_which_is_meant() {
    let twice = format!("{GOOD}130102001001,150,1.5,\n");
    let unsaid = correction("one", "drop", "key = \"130102001001\"");
    let world = ministry()
        .sent("2020/130102_roster.csv", &twice)
        .beside("corrections.toml", &unsaid)
        .published();
    assert!(message(&world, "correction-unmatched").contains("2 rows have this key"));
    assert_eq!(counted(&world).len(), 2, "both are out: nobody can tell which is right");
    let said = correction(
        "one",
        "drop",
        "key = \"130102001001\"\ncolumn = \"households\"\nexpect = \"150\"",
    );
    let world = world.beside("corrections.toml", &said).published();
    assert_eq!(counted(&world)[0], "001 100 1.5 -");
    assert_eq!(found(&world), ["130102_roster 5 correction-dropped info -"]);
}

#[test]
fn a_key_that_cannot_be_read_is_corrected_by_what_stands_there() {
    let file = correction(
        "code",
        "override",
        "key = \"1.30102E+11\"\ncolumn = \"code\"\nvalue = \"130102001001\"",
    );
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD.replace("130102001001", "1.30102E+11"))
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(counted(&world)[0], "001 100 1.5 code");
    assert_eq!(found(&world), [] as [&str; 0]);
}

#[test]
fn a_dropped_submission_does_not_count_and_an_earlier_one_may() {
    let drop = correction("all", "drop", "revision = 1");
    let world = ministry()
        .sent("2020/130102_roster_r1.csv", GOOD)
        .beside("corrections.toml", &drop)
        .published();
    let columns = [
        "status",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "rows_set_aside",
    ];
    let submission = world.submission("2020/130102_roster_r1.csv");
    assert_eq!(line(&submission, &columns), "rejected 4 0 3 1");
    assert_eq!(found(&world), ["130102_roster_r1 - correction-dropped open -"]);
    assert_eq!(corrected(&world), ["all - - - - O applied"]);
    let held = world.quarantined("roster", "2020");
    assert_eq!(held.len(), 3);
    assert!(held.iter().all(|row| shown(row, "codes") == "correction-dropped"));
    let world = world
        .sent("2020/130102_roster.csv", GOOD.replace(",100", ",101"))
        .published();
    assert_eq!(counted(&world)[0], "001 101 1.5 -");
    assert_eq!(
        line(&world.submission("2020/130102_roster.csv"), &columns),
        "accepted 4 3 0 0 1".replace(" 0 0 ", " 0 ")
    );
}

#[test]
fn a_form_of_one_row_and_one_with_two_keys() {
    let of = |form: &str, area: &str, text: String| {
        text.replace("\"roster\"", &format!("\"{form}\""))
            .replace("\"130102\"", &format!("\"{area}\""))
    };
    let file = of(
        "summary",
        "130102",
        correction("one", "override", "column = \"staff\"\nvalue = \"12\""),
    ) + &of(
        "items",
        "000000",
        correction(
            "two",
            "scale",
            "key = { item = \"甲\", county = \"130104\" }\ncolumn = \"number\"\nfactor = \"10\"",
        ),
    );
    let world = ministry()
        .sent("2020/130102_summary.csv", "人员,备注\n120,\n")
        .sent(
            "2020/items.csv",
            "县,项目,数量\n130102,甲,1\n130104,甲,2\n130104,乙,3\n",
        )
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        corrected(&world),
        ["one 2 staff 120 12 E applied", "two 3 number 2 20 E applied"]
    );
    assert_eq!(found(&world), [] as [&str; 0]);
    let items = world.facts("items", "2020");
    let numbers: Vec<_> = items
        .iter()
        .map(|row| line(row, &["county", "item", "number"]))
        .collect();
    assert_eq!(numbers, ["130102 甲 1", "130104 乙 3", "130104 甲 20"]);
}

#[test]
fn a_correction_may_name_the_file_it_is_for() {
    let of = |path: &str| {
        let more = format!("key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"1000\"\npath = \"{path}\"");
        let world = ministry()
            .sent("2020/130102_roster.csv", GOOD)
            .beside("corrections.toml", correction("one", "override", &more))
            .published();
        (counted(&world)[0].clone(), corrected(&world))
    };
    let (figure, became) = of("2020/130102_roster.csv");
    assert_eq!(
        (figure.as_str(), became[0].as_str()),
        ("001 1000 1.5 households", "one 2 households 100 1000 E applied")
    );
    let (figure, became) = of("2020/130102_roster_r1.csv");
    assert_eq!(
        (figure.as_str(), became[0].as_str()),
        ("001 100 1.5 -", "one - - - - - unmatched")
    );
}

#[test]
fn a_correction_of_a_file_holds_for_whichever_of_equal_files_counts_and_is_shown_once() {
    let override_ = "key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"1000\"\nexpect = \"100\"\n";
    let sheet = GOOD.replace(",", "\t");
    let (plain, copy, again) = (
        "2020/130102_roster.csv",
        "2020/130102_roster (1).csv",
        "2020/130102_roster_r1.csv",
    );
    for (named, other, content) in [
        (plain, copy, GOOD),
        (copy, plain, GOOD),
        // The same cells in other bytes, and the same bytes as the next revision.
        (copy, plain, sheet.as_str()),
        (plain, again, GOOD),
    ] {
        let world = ministry()
            .sent(named, GOOD)
            .sent(other, content)
            .beside(
                "corrections.toml",
                correction("one", "override", &format!("{override_}path = \"{named}\"")),
            )
            .published();
        assert_eq!(
            corrected(&world),
            ["one 2 households 100 1000 E applied"],
            "{named} {other}"
        );
        assert_eq!(counted(&world)[0], "001 1000 1.5 households", "{named} {other}");
    }
    // Another content is another file.
    let world = ministry()
        .sent(plain, GOOD)
        .sent(again, GOOD.replace("200", "201"))
        .beside(
            "corrections.toml",
            correction("one", "override", &format!("{override_}path = \"{plain}\"")),
        )
        .published();
    assert_eq!(counted(&world)[0], "001 100 1.5 -");
    assert_eq!(corrected(&world), ["one 2 households 100 1000 - superseded"]);
    // A drop takes out the content, and no copy takes its place.
    let world = ministry()
        .sent(plain, GOOD)
        .sent(copy, GOOD)
        .beside(
            "corrections.toml",
            correction("one", "drop", &format!("path = \"{copy}\"")),
        )
        .published();
    assert_eq!(counted(&world), [""; 0]);
    assert_eq!(corrected(&world).len(), 1);
}

#[test]
fn a_factor_for_one_cell_leaves_the_stated_total_alone() {
    let stated = |key: &str, total: &str| {
        let more = format!("{key}column = \"money\"\nfactor = \"10\"");
        let world = ministry()
            .sent("2020/130102_roster.csv", format!("{GOOD}合计,600,{total},\n"))
            .beside("corrections.toml", correction("one", "scale", &more))
            .published();
        let rows = world.table("reconciliation");
        let money = rows.iter().filter(|row| shown(row, "field") == "money");
        money
            .map(|row| line(row, &["status", "left_value", "right_value"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(stated("key = \"130102001001\"\n", "21"), ["agrees 21 21"]);
    assert_eq!(
        stated("", "7.5"),
        ["agrees 75 75"],
        "of the whole column it is in the column's unit"
    );
}

/// Path, row, code and correction of every finding that somebody must act on.
fn asked(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let open = findings.iter().filter(|row| shown(row, "status") == "open");
    let mut all: Vec<String> = open.map(|row| line(row, &["row", "code", "correction"])).collect();
    all.sort();
    all
}

fn returns(world: &World) -> Vec<String> {
    let folder = world.output().join("current/returns/2020");
    let names = std::fs::read_dir(folder).map_or_else(|_| Vec::new(), |all| all.collect());
    let mut names: Vec<String> = names
        .into_iter()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn what_a_correction_made_names_it_and_is_not_sent_to_the_county() {
    // The key of the first row becomes that of the second: both rows conflict.
    let key = "key = \"130102001001\"\ncolumn = \"code\"\nvalue = \"130102001002\"";
    let large = "key = \"130102001003\"\ncolumn = \"households\"\nvalue = \"9000\"";
    let unread = "key = \"130102001003\"\ncolumn = \"households\"\nvalue = \"许多\"";
    let cases: [(&str, &[&str]); 3] = [
        (key, &["2 row-conflict c", "3 row-conflict c"]),
        (large, &["4 large c"]),
        (unread, &["4 symbol-undeclared c"]),
    ];
    for (more, expected) in cases {
        let world = ministry()
            .sent("2020/130102_roster.csv", GOOD)
            .beside("corrections.toml", format!("\n\n{}", correction("c", "override", more)))
            .published();
        let (_, summary) = world.run(&[]);
        assert!(!summary.contains("To be fixed"), "{summary}");
        assert_eq!(asked(&world), expected, "{more}");
        assert_eq!(returns(&world), Vec::<String>::new(), "{more}");
        let code = expected[0].split(' ').nth(1).unwrap();
        let told = message(&world, code);
        let by = "; made by corrections in corrections.toml, not by the sender: c (line 3)";
        assert!(told.ends_with(by), "{told}");
        let (pipeline, output) = (world.path("pipeline"), world.output());
        let status = said(&huizong([
            "status".as_ref(),
            pipeline.as_os_str(),
            "--output".as_ref(),
            output.as_os_str(),
            "--counties".as_ref(),
        ]));
        assert!(!status.contains(&format!("× {code}")), "{status}");
        let files = format!(
            "To fix in the ministry's own files: corrections.toml {}",
            expected.len()
        );
        assert!(status.contains(&files), "{status}");
    }
}

#[test]
fn what_the_county_sent_stays_the_county_s() {
    // Too many households, and a correction of another cell of the row, or another of too many.
    let sent = GOOD.replace("300,3.5", "9000,3.5");
    for more in [
        "key = \"130102001003\"\ncolumn = \"money\"\nvalue = \"4.5\"",
        "key = \"130102001003\"\ncolumn = \"households\"\nvalue = \"9100\"",
        "key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"110\"",
    ] {
        let world = ministry()
            .sent("2020/130102_roster.csv", &sent)
            .beside("corrections.toml", correction("c", "override", more))
            .published();
        assert_eq!(asked(&world), ["4 large -"], "{more}");
        assert_eq!(returns(&world), ["130102_roster_r1.xlsx"], "{more}");
    }
    // Where both have something to mend, the county gets its own part.
    let both = correction(
        "c",
        "override",
        "key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"8000\"",
    );
    let world = ministry()
        .sent("2020/130102_roster.csv", &sent)
        .beside("corrections.toml", both)
        .published();
    assert_eq!(asked(&world), ["2 large c", "4 large -"]);
    assert_eq!(returns(&world), ["130102_roster_r1.xlsx"]);
}
