//! When a release is published, and what a run says that publishes none.

use super::small::{Sent, manifest, nation, unwrapped};
use super::*;

#[test]
fn a_night_without_a_single_accepted_row_is_withheld() {
    let night = Night::new().owes("130102", 5);
    let (code, text) = night.run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("no row was accepted"), "{text}");
    assert!(!night.world.output().join("current").exists());
    assert!(night.world.output().join("withheld/tables/reporting.parquet").is_file());
}

#[test]
fn files_that_cannot_be_read_are_no_reports() {
    // Nine of ten states send an empty file, or one without a header.
    let case = crate::support::root().join("tests/cases/unreadable-files-are-no-reports");
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(&case.join("pipeline"), &case.join("submissions"), output.path(), &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("10.0 % of the expected reporters sent something usable, below 90.0 %"),
        "{text}"
    );
    // No register says how many rows they owe: each counts as one of ten.
    let held = "2020 f: 90.0 % of the rows are quarantined or in files that cannot be read, above 5.0 %";
    assert!(unwrapped(&text).contains(held), "{text}");
    assert!(!output.path().join("current").exists());
}

/// A date before anything is due opens the gate for nobody: what was sent is judged.
#[test]
fn files_that_cannot_be_read_are_none_before_they_are_due() {
    let case = crate::support::root().join("tests/cases/unreadable-files-are-no-reports");
    for as_of in ["2020-05-01", "2019-05-01"] {
        let output = tempfile::tempdir().unwrap();
        let args = ["--as-of", as_of];
        let (code, text) = run(&case.join("pipeline"), &case.join("submissions"), output.path(), &args);
        assert_eq!(code, 1, "{text}");
        let text = unwrapped(&text);
        for part in [
            format!("2020: forms not due on {as_of} were judged only by what was sent."),
            "2020 f: not due yet; 10.0 % of the reporters that sent something sent something usable, below 90.0 %"
                .into(),
            "2020 f: 90.0 % of the rows are quarantined or in files that cannot be read, above 5.0 %".into(),
        ] {
            assert!(text.contains(&part), "{part} is not in {text}");
        }
        assert!(!output.path().join("current").exists());
    }
}

/// Who has sent nothing yet is not late: only what was sent is judged.
#[test]
fn a_first_run_before_anything_is_due_is_judged_by_what_was_sent() {
    let gate = "[gate]\nmin_reporting_share = 0.9\nmax_quarantined_row_share = 0.05\n";
    let world = nation("['2020']", "year", gate).county("2020", "130102", "100", &["3"]);
    let (code, text) = world.run(&["--as-of", "2020-06-30"]);
    assert_eq!(code, 0, "{text}");
    let read = manifest(&world, "current");
    let checks: Vec<_> = read["gate"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["check"].clone())
        .collect();
    assert_eq!(
        checks
            .iter()
            .filter(|check| **check == "min_usable_share_of_received")
            .count(),
        2,
        "{checks:?}"
    );
    assert!(
        read["gate_not_due"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["judged_as_sent"] == true)
    );
    // The other county sends what cannot be read.
    let (code, text) = world.sent("2020/130104_people.csv", "").run(&["--as-of", "2020-06-30"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 people: not due yet; 50.0 % of the reporters"),
        "{text}"
    );
}

/// A period that has not begun on the date of the run is judged by what was sent, beside others that are due.
#[test]
fn what_was_sent_of_periods_to_come_is_judged() {
    let gate = "[gate]\nmin_reporting_share = 0.9\n";
    let years = |people: &str| {
        nation("['2018', '2020']", "year", gate)
            .county("2018", "130102", "100", &["3"])
            .county("2018", "130104", "200", &["5"])
            .county("2020", "130102", people, &["3"])
    };
    let args = ["--as-of", "2019-06-30"];
    assert_eq!(years("110").run(&args).0, 0);
    let (code, text) = years("about 110").run(&args);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 people: not due yet; 0.0 % of the reporters"),
        "{text}"
    );
    // The running year is nobody's fault before it is due.
    let (code, text) = years("about 110").run(&["--as-of", "2020-06-30"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        unwrapped(&text).contains("2020: forms not due on 2020-06-30 were not judged by the gate."),
        "{text}"
    );
}

/// What the current release was judged by is judged again, whatever the date of the run.
#[test]
fn an_earlier_date_takes_no_judgement_away() {
    let gate = "[gate]\nmin_reporting_share = 0.9\n";
    let world = nation("['2018', '2020']", "year", gate)
        .county("2018", "130102", "100", &["3"])
        .county("2018", "130104", "200", &["5"])
        .county("2020", "130102", "110", &["3"])
        .county("2020", "130104", "210", &["5"]);
    world.publish(&["--as-of", "2021-03-01"]);
    let (code, text) = world.sent("2020/130104_people.csv", "").run(&["--as-of", "2020-06-30"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 people: 50.0 % of the expected reporters"),
        "{text}"
    );
}

/// A nation whose register expects 5 houses of 130102 and 95 of 130104, with the gate on what is held back alone.
fn with_a_register(gate: &str) -> World {
    let register = "[reporters]\nfile = 'reporters.csv'\n[gate]\nmax_quarantined_row_share = 0.05\n";
    let expected =
        "area_code,form,expected_rows\n130102,houses,5\n130104,houses,95\n130102,people,1\n130104,people,1\n";
    let houses: Vec<&str> = (0..95).map(|_| "3").collect();
    nation("['2020']", "year", &format!("{register}{gate}"))
        .beside("reporters.csv", expected)
        .county("2020", "130102", "100", &["3"; 5])
        .county("2020", "130104", "200", &houses)
}

#[test]
fn files_that_cannot_be_read_are_held_back_with_the_rows_they_owe() {
    let held = |path: &str, content: &str| {
        let (code, text) = with_a_register("").sent(path, content).run(&[]);
        let text = unwrapped(&text);
        let share = text.split(" of the rows are quarantined").next().filter(|_| code == 1);
        share.map(|before| before.split("- ").last().unwrap().to_owned())
    };
    let no_header = "130104001001,3\n130104001002,4\n";
    assert_eq!(held("2020/130104_houses.csv", ""), Some("2020 houses: 95.0 %".into()));
    assert_eq!(
        held("2020/130104_houses.csv", no_header),
        Some("2020 houses: 95.0 %".into())
    );
    assert_eq!(
        held("2020/130104_houses.csv", "代码,间数\n"),
        Some("2020 houses: 95.0 %".into())
    );
    assert_eq!(held("2020/130104_people.csv", ""), Some("2020 people: 50.0 %".into()));
    // 5 of 100 are no more than is allowed, and what another file has brought is not lost.
    assert_eq!(held("2020/130102_houses.csv", ""), None);
    assert_eq!(held("2020/130104_houses_1.csv", ""), None);
}

#[test]
fn a_file_of_a_province_that_cannot_be_read_is_held_back_for_all_its_counties() {
    let world = |more: &[(&str, &str)]| {
        let gate = "[reporters]\nfile = 'reporters.csv'\n[gate]\nmax_quarantined_row_share = 0.05\n";
        let expected = "area_code,form,expected_rows\n130102,people,1\n130104,people,1\n";
        let world = nation("['2020']", "year", gate)
            .beside("reporters.csv", expected)
            .sent("2020/130102_houses.csv", "代码,间数\n130102001001,3\n")
            .sent("2020/130000_all_people.csv", "");
        more.iter()
            .fold(world, |world, (path, content)| world.sent(path, content))
    };
    let (code, text) = world(&[]).run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(unwrapped(&text).contains("2020 people: 100.0 % of the rows"), "{text}");
    // What a county has sent itself is not lost.
    let own = ("2020/130104_people.csv", "代码,人数,贫困人数\n130104,210,10\n");
    let (_, text) = world(&[own]).run(&[]);
    assert!(unwrapped(&text).contains("2020 people: 50.0 % of the rows"), "{text}");
}

#[test]
fn each_form_is_judged_by_itself() {
    // One of two rows about counties; pooled with 100 houses it would be 1 %.
    let broken = "代码,人数,贫困人数\n130104,约五百,10\n";
    let (code, text) = with_a_register("").sent("2020/130104_people.csv", broken).run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 people: 50.0 % of the rows are quarantined"),
        "{text}"
    );
    let wider = "[gate.form.people]\nmax_quarantined_row_share = 0.5\n";
    let world = with_a_register(wider).sent("2020/130104_people.csv", broken);
    world.publish(&[]);
    let checks = manifest(&world, "current")["gate"].as_array().unwrap().clone();
    let threshold = |form: &str| {
        let mut of_rows = checks
            .iter()
            .filter(|check| check["check"] == "max_quarantined_row_share");
        let of_form = of_rows.find(|check| check["about"] == form);
        of_form.unwrap()["threshold"].as_f64()
    };
    assert_eq!((threshold("people"), threshold("houses")), (Some(0.5), Some(0.05)));
    let (code, text) = with_a_register("[gate.form.persons]\nmax_quarantined_row_share = 0.5\n").run(&[]);
    assert_eq!(
        (code, text.contains("unknown-form") && text.contains("people")),
        (2, true),
        "{text}"
    );
}

#[test]
fn what_was_received_and_what_can_be_used_are_two_figures() {
    let world = with_a_register("").sent("2020/130102_houses.csv", "");
    let (code, text) = world.run(&[]);
    assert_eq!(code, 0, "{text}");
    let reporting = world.table("reporting");
    let row = reporting
        .iter()
        .find(|row| row["form"].text() == Some("houses") && row["area_code"].text() == Some("000000"));
    let figures =
        ["expected", "received", "usable", "usable_share", "weighted_share"].map(|name| row.unwrap()[name].number());
    assert_eq!(figures, [2.0, 2.0, 1.0, 0.5, 0.95].map(Some));
    let section = text.split("Reporting · houses").nth(1).unwrap();
    let lines: Vec<String> = section.lines().skip(1).take(3).map(unwrapped).collect();
    assert!(lines[0].starts_with("Area Expected Received Usable Share"), "{section}");
    assert!(lines[2].starts_with("全国 2 2 1 50%"), "{section}");
}

#[test]
fn the_gate_keeps_the_earlier_release() {
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let before = fs::read_link(night.world.output().join("current")).unwrap();
    let (code, text) = run(
        &community_services(),
        &night.world.path("input"),
        &night.world.output(),
        &["--period", "2020"],
    );
    assert_eq!(code, 1, "{text}");
    // The form by its title, not its id.
    let reason = "2020 Community roster: 50.0 % of the expected reporters sent something usable, below 80.0 %";
    assert!(unwrapped(&text).contains(reason), "{text}");
    assert_eq!(fs::read_link(night.world.output().join("current")).unwrap(), before);
}

#[test]
fn the_exit_code_says_whose_fault_it_was() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let nowhere = night.world.path("nowhere");
    assert_eq!(
        run(&nowhere, &night.world.path("input"), &night.world.output(), &[]).0,
        2,
        "no definition"
    );
    assert_eq!(
        run(&night.world.path("pipeline"), &nowhere, &night.world.output(), &[]).0,
        2,
        "no input"
    );
    assert_eq!(
        run(
            &night.world.path("pipeline"),
            &night.world.path("input"),
            &night.world.output(),
            &["--period", "1999"]
        )
        .0,
        2,
        "no such period"
    );
    let inside = night.world.path("input").join("releases");
    assert_eq!(
        run(&night.world.path("pipeline"), &night.world.path("input"), &inside, &[]).0,
        2,
        "output among the submissions"
    );
    assert!(!inside.exists());
    let blocked = night.world.path("blocked");
    fs::write(&blocked, "a file, no folder").unwrap();
    let (code, text) = run(&night.world.path("pipeline"), &night.world.path("input"), &blocked, &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("blocked"), "the path is named: {text}");
    let held = fs::File::options()
        .write(true)
        .open(night.world.output().join("lock"))
        .unwrap();
    held.lock().unwrap();
    assert_eq!(night.run(&[]).0, 4, "locked");
}

#[test]
fn a_broken_definition_writes_nothing() {
    let night = Night::new().owes("130102", 5);
    let nowhere = "\n[[measure]]\nid = \"x\"\nform = \"nowhere\"\nvalue = \"1\"\n";
    let night = Night {
        world: night.world.extended("measures.toml", nowhere),
        ..night
    };
    let (code, text) = night.run(&[]);
    assert_eq!(code, 2);
    assert!(text.contains("nowhere") && text.contains("measures.toml"), "{text}");
    assert!(!night.world.output().exists());
}

#[test]
fn a_second_night_on_the_same_input_changes_nothing() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published();
    let before = fs::read_link(night.world.output().join("current")).unwrap();
    let (code, text) = night.run(&[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(fs::read_link(night.world.output().join("current")).unwrap(), before);
    assert_eq!(fs::read_dir(night.world.output().join("releases")).unwrap().count(), 1);
}

/// Every row of the last year is faulty: an earlier year does not stand in its place, and nobody had to ask the gate for it.
#[test]
fn a_period_that_fails_as_a_whole_is_told_and_withheld() {
    let case = crate::support::root().join("tests/cases/plain-codes");
    let sound = |year: &str| fs::read(case.join(format!("submissions/libraries_{year}.csv"))).unwrap();
    let faulty = "State,Residents,Libraries,Libraries/with internet,\nAL,\"1,250,000\",50,45,x\n\
                  ZZ,\"1,000,000\",30,30,\nYY,\"9,000\",3,1,\n";
    let world = World::of(&case.join("pipeline"))
        .sent("libraries_2021.csv", sound("2021"))
        .sent("libraries_2022.csv", faulty);
    let goal = |text: &str| {
        let mut lines = text.lines();
        lines
            .find(|line| line.starts_with("Libraries with internet"))
            .unwrap()
            .to_owned()
    };

    let (code, text) = world.run(&["--as-of", "2023-06-01"]);
    assert_eq!(code, 1, "{text}");
    for part in [
        "Public libraries of Lakeland · Lakeland · 2022",
        "2022: no indicator has any figure.",
        "Reporting · Libraries by state · 2022",
        "2022 Libraries by state: due, but no expected reporter sent anything usable",
    ] {
        assert!(unwrapped(&text).contains(part), "{part} is not in {text}");
    }
    assert!(
        goal(&text).contains("unknown") && !goal(&text).contains("met"),
        "{text}"
    );
    assert!(!world.output().join("current").exists());

    // Before the year is due nothing is lacking.
    let (code, text) = world.run(&["--as-of", "2022-06-01"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("· 2021") && goal(&text).contains("not met"), "{text}");

    // Whoever allows it has the same summary, and a release.
    let world = world.extended("pipeline.toml", "\n[gate]\nmin_reporting_share = 0\n");
    let (code, text) = world.run(&["--as-of", "2023-06-01"]);
    assert_eq!(code, 0, "{text}");
    assert!(goal(&text).contains("unknown"), "{text}");

    let mended = World::of(&case.join("pipeline"))
        .sent("libraries_2021.csv", sound("2021"))
        .sent("libraries_2022.csv", sound("2022"));
    let (code, text) = mended.run(&["--as-of", "2023-06-01"]);
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains("no indicator has any figure"), "{text}");
}
