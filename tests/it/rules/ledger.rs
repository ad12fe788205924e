//! The ledger between forms, and between a sheet and its own totals.

use super::*;

#[test]
fn the_ledger_says_how_each_pair_compares() {
    let world = world();
    send(&world, "2020", "A1", "a 10 4; b 20 4", "30");
    send(&world, "2020", "A2", "a 10 4; b 20 4", "31");
    send(&world, "2020", "B1", "a 10 4; b 20 4", "300");
    send(&world, "2020", "B2", "a 10 4; b x 4", "30");
    send(&world, "2020", "B3", "", "7");
    send(&world, "2019", "B1", "a 10 4; b 20 4", "");
    send(&world, "2019", "B2", "a 10 4; a 20 4; c 1 4", "7");
    let out = world.publish(&[]);
    let rule = "reconcile-people";
    assert_eq!(
        ledger(&out, rule, "2020"),
        [
            "A1 agrees as_defined left 30 30",
            "A2 within_tolerance as_defined left 30 31",
            "B1 differs as_defined left 30 300",
            "B2 incomplete cells_unreadable none 10 30",
            "B3 left_missing only_right right - 7",
        ]
    );
    assert_eq!(
        ledger(&out, rule, "2019"),
        ["B1 right_missing only_left left 30 -", "B2 differs as_defined left 1 7"]
    );
    // Of 2019 two rows contradict each other: 1, 11, 21 and 31 are what the three can come to, and no sum is proposed.
    assert_eq!(found(&out, rule), ["2019-B2 2 7|1|", "2020-B1 2 300|30|30"]);
    let rules = table(&out, "rules");
    let of = |period: &str| {
        let row = rules
            .iter()
            .find(|row| text(row, "rule") == rule && text(row, "period") == period);
        let row = row.unwrap();
        ["n_judged", "n_unknown", "n_fired"].map(|column| row[column].number().unwrap())
    };
    assert_eq!(
        (of("2018"), of("2019"), of("2020")),
        ([0., 0., 0.], [1., 1., 1.], [3., 2., 1.])
    );
}

#[test]
fn a_total_may_count_a_row_that_came_twice_once_or_twice() {
    let world = world();
    for (town, total) in [("A1", "30"), ("A2", "40"), ("B1", "31"), ("B2", "44")] {
        let rows = format!("a 10 4; a 10 4; b 20 4; Total {total} 12");
        send(&world, "2020", town, &rows, "");
    }
    let out = world.publish(&[]);
    // Nothing shows which of the two sums is meant, so neither is proposed.
    assert_eq!(found(&out, "total-differs"), ["2020-B1 5 31|30|", "2020-B2 5 44|40|"]);
    let all = table(&out, "findings");
    let said: Vec<&str> = all.iter().map(|row| text(row, "message_en")).collect();
    for sum in [
        "with every identical row counted, the sum is 40",
        "with identical rows counted once, the sum is 30",
    ] {
        assert!(said.iter().any(|message| message.contains(sum)), "{sum}: {said:?}");
    }
}

#[test]
fn the_other_totals_of_a_line_show_how_often_it_counts_identical_rows() {
    let measures = measures("people | roster | people\nrooms | roster | rooms\nhouses | roster | 1");
    let world = world().defined("measures.toml", measures);
    for (town, totals) in [("A1", "30 8"), ("A2", "37 8"), ("B1", "33 12"), ("B2", "37 9")] {
        let rows = format!("a 10 4; a 10 4; b 20 4; Total {totals}");
        send(&world, "2020", town, &rows, "");
    }
    let out = world.publish(&[]);
    // 37 lies nearer to 40, but where the rooms were counted once, the people were, too. 33 is the other way about.
    assert_eq!(
        found(&out, "total-differs"),
        [
            "2020-A2 5 37|30|30",
            "2020-B1 5 33|40|40",
            "2020-B2 5 37|40|",
            "2020-B2 5 9|8|"
        ]
    );
}

#[test]
fn a_sum_that_lacks_cells_is_held_only_to_what_they_cannot_explain() {
    let world = world();
    for (town, stated) in [("A1", "20"), ("A2", "21"), ("B1", "10"), ("B2", "5")] {
        send(&world, "2020", town, "a 10 4; b - 4", stated);
    }
    let out = world.publish(&[]);
    assert_eq!(
        ledger(&out, "reconcile-people", "2020"),
        [
            "A1 incomplete cells_missing none 10 20",
            "A2 differs as_defined left 10 21",
            "B1 agrees as_defined left 10 10",
            "B2 differs as_defined left 10 5",
        ]
    );
    assert_eq!(found(&out, "reconcile-people").len(), 2);
}

#[test]
fn rows_held_back_are_counted_in_and_left_out() {
    let over = "[[row]]\nid = \"rooms\"\nform = \"roster\"\nassert = \"rooms < 90\"\nseverity = \"hard\"\nmessage = { en = \"many\" }\n";
    let people = over.replace("rooms", "people").replace("90", "900");
    let world = world().defined("checks.toml", format!("{over}{people}{CHECKS}"));
    let held = "a 10 4; b 20 99; c 30 99; d 40 99";
    let blamed = "a 10 4; b 20 4; c 950 4";
    for (town, roster, stated) in [
        ("A1", held, "10"),
        ("A2", held, "100"),
        ("B1", held, "61"),
        ("B2", held, "45"),
        ("B3", "a 10 4; - 20 4; c x 99", "9000"),
    ] {
        send(&world, "2020", town, roster, stated);
    }
    for (town, roster, stated) in [
        ("A1", blamed, "500"),
        ("A2", blamed, "981"),
        ("B1", blamed, "20"),
        ("B3", "a 10 4; - 20 4; c x 99", "8"),
    ] {
        send(&world, "2019", town, roster, stated);
    }
    let out = world.publish(&[]);
    let rule = "reconcile-people";
    assert_eq!(
        ledger(&out, rule, "2020"),
        [
            "A1 agrees without_held_rows left 10 10",
            "A2 agrees with_held_rows none 100 100",
            "B1 within_tolerance with_some_held_rows none 60 61",
            "B2 differs as_defined left 10 45",
            "B3 incomplete rows_held_back none 10 9000",
        ]
    );
    assert_eq!(
        ledger(&out, rule, "2019"),
        [
            "A1 incomplete rows_held_back none 30 500",
            "A2 within_tolerance with_held_rows none 980 981",
            "B1 differs as_defined left 30 20",
            "B3 differs as_defined left 10 8",
        ]
    );
    let all = table(&out, "findings");
    let of = |row: &&Row| text(row, "code") == rule && text(row, "submission_id").starts_with("2020-B2");
    let said = text(all.iter().find(of).unwrap(), "message_en");
    let with_all = "with the 3 quarantined rows the sum is 100, which does not agree either";
    assert!(said.ends_with(with_all), "{said}");
}

#[test]
fn a_stated_figure_is_compared_though_its_row_is_held_back() {
    let summary = "people | integer | People\nhouses | integer | Houses";
    let rule = "[[row]]\nid = \"few\"\nform = \"summary\"\nassert = \"houses < 90\"\nseverity = \"hard\"\nmessage = { en = \"many\" }\n";
    let world = world().form("summary", SUMMARY, summary);
    let world = world.defined("checks.toml", format!("{rule}{CHECKS}"));
    for (town, people) in [("A1", "30"), ("A2", "90")] {
        send(&world, "2020", town, "a 10 4; b 20 4", "");
        let sent = format!("People,Houses\n{people},99\n");
        world.put(&format!("input/2020/{town}_summary.csv"), sent);
    }
    let out = world.publish(&[]);
    assert_eq!(
        ledger(&out, "reconcile-people", "2020"),
        [
            "A1 agrees with_held_rows none 30 30",
            "A2 differs as_defined left 30 90"
        ]
    );
}

#[test]
fn figures_are_compared_in_the_finer_of_two_scales() {
    let world = world().form("summary", SUMMARY, "people | decimal | People | scale = 2");
    send(&world, "2019", "A1", "a 10 4; b 20 4", "30");
    // The history asks about the 40: less it may be by 40, and by a hair more the difference is another's.
    send(&world, "2020", "A1", "a 10 4; b 50 4", "9.01");
    send(&world, "2019", "A2", "a 10 4; b 20 4", "30");
    send(&world, "2020", "A2", "a 10 4; b 50 4", "10.01");
    let out = world.publish(&[]);
    assert_eq!(
        ledger(&out, "reconcile-people", "2020"),
        [
            "A1 differs as_defined left 60 9.01",
            "A2 incomplete cells_questioned none 60 10.01",
        ]
    );
}

#[test]
fn a_total_unlike_its_rows_is_found() {
    let world = world();
    send(&world, "2020", "A1", "a 10 4; b 20 4; Total 30 8", "");
    send(&world, "2020", "A2", "a 10 4; b 20 4; Total 50 8", "");
    send(&world, "2020", "B1", "a 10 4; a 11 4; b 20 4; Total 30 8", "");
    send(&world, "2020", "B2", "a 10 4; b 20 4; Subtotal 10 4; Total 1500 9", "");
    let out = world.publish(&[]);
    assert_eq!(
        found(&out, "total-differs"),
        ["2020-A2 4 50|30|30", "2020-B2 4 10|30|30", "2020-B2 5 1500|30|30"]
    );
    assert_eq!(
        ledger(&out, "total-row", "2020"),
        [
            "A1 agrees sum_of_rows left 30 30",
            "A2 differs sum_of_rows left 30 50",
            "B1 agrees with_some_held_rows left 30 30",
            "B2 differs sum_of_rows left 30 10",
            "B2 differs sum_of_rows left 30 1500",
        ]
    );
    let rows = table(&out, "findings");
    let message = |submission: &str| {
        let of = |row: &&Row| text(row, "code") == "total-differs" && text(row, "submission_id").contains(submission);
        text(rows.iter().find(of).unwrap(), "message_en").to_owned()
    };
    assert!(
        message("A2").contains("exactly the figure of row 3"),
        "{}",
        message("A2")
    );
}

#[test]
fn the_ledger_is_the_same_bytes_for_any_number_of_threads() {
    let world = world();
    for period in ["2018", "2019", "2020"] {
        for (at, town) in ["A1", "A2", "B1", "B2", "B3"].into_iter().enumerate() {
            let roster = format!("a {} 4; b 20 4; Total {} 8", 10 + at * 40, 30 + at);
            send(&world, period, town, &roster, "30");
        }
    }
    let (one, two) = (
        world.publish_into("one", &["--threads", "1"]),
        world.publish_into("two", &["--threads", "2"]),
    );
    for name in ["findings", "reconciliation", "rules"] {
        let bytes = |out: &Path| fs::read(out.join(format!("current/tables/{name}.parquet"))).unwrap();
        assert!(bytes(&one) == bytes(&two), "{name}");
    }
}
