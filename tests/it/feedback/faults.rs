//! Corrections without effect: mended at the source, matching nothing, refused, or written wrong.

use super::*;

#[test]
fn what_the_source_has_mended_is_left_alone_and_told() {
    let expecting = |expect: &str| {
        correction(
            "old",
            "override",
            &format!("key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"1000\"\nexpect = \"{expect}\""),
        )
    };
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .beside("corrections.toml", expecting("10"))
        .published();
    assert_eq!(counted(&world)[0], "001 100 1.5 -");
    assert_eq!(corrected(&world), ["old 2 households 100 - - stale"]);
    assert_eq!(found(&world), ["corrections 1 correction-stale open -"]);
    assert!(
        message(&world, "correction-stale").contains("old"),
        "{}",
        message(&world, "correction-stale")
    );
    // With a second revision that mends it: the first one's correction is replaced with it.
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .sent("2020/130102_roster_r1.csv", GOOD.replace("1001,100", "1001,1000"))
        .beside("corrections.toml", expecting("100"))
        .published();
    assert_eq!(counted(&world)[0], "001 1000 1.5 -");
    let mut became = corrected(&world);
    became.sort();
    assert_eq!(
        became,
        [
            "old 2 households 100 1000 - superseded",
            "old 2 households 1000 - - stale"
        ]
    );
    assert_eq!(found(&world), ["corrections 1 correction-stale open -"]);
}

#[test]
fn what_matches_nothing_is_told_with_its_reason() {
    let world = ministry().sent("2020/130102_roster.csv", GOOD.replace(",经费", ",其他"));
    let cell = |id: &str, key: &str, column: &str| {
        correction(
            id,
            "override",
            &format!("key = \"{key}\"\ncolumn = \"{column}\"\nvalue = \"1\""),
        )
    };
    let file = cell("row", "130102001009", "households")
        + &cell("column", "130102001001", "money")
        + &cell("sender", "130108001001", "households").replace("\"130102\"", "\"130108\"")
        + &correction("revision", "drop", "revision = 3")
        + &correction(
            "figure",
            "scale",
            "key = \"130102001001\"\ncolumn = \"households\"\nfactor = \"10\"",
        )
        .replace("\"2020\"", "\"2019\"");
    let world = world.beside("corrections.toml", &file).published();
    let reasons: Vec<String> = (world.table("findings").iter())
        .filter(|row| shown(row, "code") == "correction-unmatched")
        .map(|row| line(row, &["severity", "row", "message_en"]))
        .collect();
    let nothing = "no submission of this form, period and sender was received";
    let mut expected = [
        ("row", 1, "no row has this key"),
        ("column", 13, "the submission has no such column"),
        ("sender", 25, nothing),
        ("revision", 37, nothing),
        ("figure", 47, nothing),
    ]
    .map(|(id, line, why)| format!("hard {line} the correction {id} has no effect: {why}"));
    expected.sort();
    let mut reasons = reasons;
    reasons.sort();
    assert_eq!(reasons, expected);
    assert_eq!(
        corrected(&world),
        [
            "column - - - - - unmatched",
            "figure - - - - - unmatched",
            "revision - - - - - unmatched",
            "row - - - - - unmatched",
            "sender - - - - - unmatched"
        ]
    );
    // A run that leaves the period out says nothing of its corrections. It publishes, since nothing is published yet.
    std::fs::remove_dir_all(world.output()).unwrap();
    let (code, said) = world.run(&["--period", "2020"]);
    assert_eq!(code, 0, "{said}");
    assert!(corrected(&world).iter().all(|row| !row.starts_with("figure")));
}

#[test]
fn a_content_that_the_cleaner_refuses_is_told_as_the_corrections_own() {
    let file = correction(
        "bad",
        "override",
        "key = \"130102001001\"\ncolumn = \"households\"\nvalue = \"约一百\"",
    ) + &correction(
        "rule",
        "override",
        "key = \"130102001002\"\ncolumn = \"money\"\nvalue = \"0.0005\"",
    );
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .beside("corrections.toml", &file)
        .published();
    assert_eq!(
        found(&world),
        ["130102_roster 2 not-an-integer open -", "130102_roster 3 poor open -"]
    );
    let rows = world.table("findings");
    assert_eq!(shown(&rows[0], "raw"), "100", "what the county sent");
    let message = shown(&rows[0], "message_en");
    assert!(
        message.contains("约一百") && message.contains("given by the correction bad"),
        "{message}"
    );
    assert_eq!(
        corrected(&world),
        ["bad 2 households 100 - O refused", "rule 3 money 2.5 0.0005 - held"]
    );
    let held = world.quarantined("roster", "2020");
    let raw: Vec<_> = held.iter().map(|row| line(row, &["households", "money"])).collect();
    assert_eq!(raw, ["100 1.5", "200 2.5"], "as received");
}

#[test]
fn every_fault_of_the_file_is_told_and_the_sound_rest_holds() {
    let file = include_str!("faulty.toml");
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .beside("corrections.toml", file)
        .published();
    assert_eq!(counted(&world)[0], "001 1000 1.5 households");
    let faults: String = (world.table("findings").iter())
        .map(|row| {
            format!(
                "{}\n",
                line(
                    row,
                    &["row", "code", "severity", "raw", "expected", "message_en", "message_zh"]
                )
            )
        })
        .collect();
    let expected = root().join("tests/it/feedback/faulty.txt");
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(&expected, &faults).unwrap();
    }
    let committed = fs::read_to_string(&expected).unwrap_or_default();
    snapbox::assert_data_eq!(committed, snapbox::IntoData::raw(snapbox::Data::text(faults)));
}

#[test]
fn a_file_that_cannot_be_read_stops_the_run() {
    let broken = correction("a", "drop", "").replace("action = \"drop\"", "action = \"drop");
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .beside("corrections.toml", broken);
    let (code, said) = world.run(&[]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("error[toml-syntax]") && said.contains("corrections.toml:3:"),
        "{said}"
    );
    assert!(!world.path("output/current").exists());
    let world = world.beside("corrections.toml", GB18030.encode("# 更正").0);
    let (code, said) = world.run(&[]);
    assert!(code == 2 && said.contains("not UTF-8"), "{said}");
    // A byte-order mark is what editors add, no fault.
    let world = world.beside("corrections.toml", "\u{feff}# 更正\n").published();
    assert!(corrected(&world).is_empty());
}

#[test]
fn a_correction_of_a_submission_that_is_refused_is_held_with_it() {
    let cell = "key = \"130102001001\"\ncolumn = \"money\"\nvalue = \"2\"";
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD.replace("户数", "其他"))
        .beside("corrections.toml", correction("one", "override", cell))
        .published();
    assert_eq!(shown(&world.submission("2020/130102_roster.csv"), "status"), "rejected");
    assert_eq!(corrected(&world), ["one 2 money 1.5 2 - held"]);
}
