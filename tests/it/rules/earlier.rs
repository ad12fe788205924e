//! Figures and units held against earlier periods and lists.

use super::*;

#[test]
fn figures_are_held_against_the_latest_earlier_period() {
    let world = world();
    send(&world, "2018", "A1", "a 100 4; b 50 4; c 40 4", "");
    send(&world, "2019", "A1", "a 200 4; c 20 4", "");
    send(&world, "2020", "A1", "a 410 4; b 5 4; c - 4", "");
    let out = world.publish(&[]);
    // 200 is exactly twice 100 and 20 half of 40; b is held against 2018.
    assert_eq!(
        found(&out, "history-people"),
        ["2020-A1 2 410|100..400|", "2020-A1 3 5|25..100|50"]
    );
    let cells: Vec<Row> = table(&out, "findings");
    let slip = cells.iter().find(|row| text(row, "raw") == "5").unwrap();
    assert_eq!(text(slip, "cells"), "B3=5; 2018/A1_roster.csv!B3=50");
    assert_eq!(text(slip, "threshold"), "0.5..2");
    // A period left out of the run leaves nothing to look back at beyond it.
    let out = world.publish_into("gap", &["--period", "2018", "--period", "2020"]);
    assert_eq!(found(&out, "history-people"), [""; 0]);
}

#[test]
fn units_are_held_against_the_sender_s_earlier_ones_and_a_list() {
    let world = world();
    send(&world, "2019", "A1", "a 1 4; b 1 4; d 1 4", "");
    send(&world, "2020", "A1", "a 1 4; e 1 4; b 2000 4", "");
    let out = world.publish(&[]);
    assert_eq!(found(&out, "cover-roster-missing"), ["2020-A1  d A1|3|"]);
    assert_eq!(found(&out, "cover-roster-new"), ["2020-A1  e A1|3|"]);
    assert_eq!(found(&out, "cover-list"), ["2020-A1  c A1|3|"]);
    // The row of an unknown area is a fault of the list, which is no submission.
    let faults = found(&out, "register-fault");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(found(&out, "file-unclaimed"), [""; 0]);
}

#[test]
fn a_column_in_another_unit_is_one_finding() {
    let rows = |factor: u32, more: &str| {
        let row = |at: u32| format!("h{at} {} 4", (at + 3) * factor);
        (0..12).map(row).collect::<Vec<_>>().join("; ") + more
    };
    // 3 + … + 14 = 102; a hundred times as much is beyond the range for none.
    for (factor, mend) in [(50, ""), (10, "÷10")] {
        let world = world();
        send(&world, "2019", "A1", &rows(1, ""), "102");
        send(&world, "2020", "A1", &rows(factor, "; Total 102 48"), "102");
        let out = world.publish(&[]);
        let all = table(&out, "findings");
        // The list of houses names none of these.
        let of_list = ["cover-list", "register-fault"];
        let loud: Vec<&str> = all
            .iter()
            .filter(|row| text(row, "severity") != "info" && !of_list.contains(&text(row, "code")))
            .map(|row| text(row, "code"))
            .collect();
        assert_eq!(loud, ["history-people"], "{factor}");
        assert_eq!(
            text(
                all.iter().find(|row| text(row, "code") == "history-people").unwrap(),
                "mend"
            ),
            mend
        );
        let reason = if mend.is_empty() {
            "cells_questioned"
        } else {
            "follows_from_finding"
        };
        let sum = 102 * factor;
        assert_eq!(
            ledger(&out, "reconcile-people", "2020"),
            [format!("A1 incomplete {reason} none {sum} 102")]
        );
        assert_eq!(
            ledger(&out, "total-row", "2020"),
            [format!("A1 incomplete {reason} none {sum} 102")]
        );
    }
}

#[test]
fn rows_without_an_earlier_figure_wait_with_a_column_in_another_unit() {
    let hard = CHECKS.replacen("ratio =", "severity = \"hard\"\nratio =", 1);
    let world = world().defined("checks.toml", hard);
    let row = |at: u32, factor: u32| format!("h{at} {} 4", (at + 3) * factor);
    let rows = |factor: u32| (0..12).map(|at| row(at, factor)).collect::<Vec<_>>().join("; ");
    send(&world, "2019", "A1", &rows(1), "102");
    send(
        &world,
        "2020",
        "A1",
        &format!("{}; m 70 4; n 80 4; o - 4", rows(10)),
        "117",
    );
    let out = world.publish(&[]);
    let all = table(&out, "findings");
    let blamed: Vec<&Row> = all.iter().filter(|row| text(row, "code") == "history-people").collect();
    assert_eq!(blamed.len(), 1);
    assert_eq!(
        (blamed[0]["n_affected"].number(), text(blamed[0], "mend")),
        (Some(12.0), "÷10")
    );
    let counted = |path: &str| {
        let submission = world.submission(path);
        ["rows_accepted", "rows_quarantined"].map(|name| submission[name].number().unwrap())
    };
    assert_eq!(counted("2019/A1_roster.csv"), [12.0, 0.0]);
    assert_eq!(counted("2020/A1_roster.csv"), [1.0, 14.0]);
}

#[test]
fn a_small_base_and_few_units_leave_a_change_unjudged() {
    let judged = |setting: &str, earlier: &str, now: &str| {
        let bounds = "ratio = { min = 0.5, max = 2.0 }";
        let world = world().defined("checks.toml", CHECKS.replace(bounds, &format!("{bounds}\n{setting}")));
        send(&world, "2019", "A1", earlier, "");
        send(&world, "2020", "A1", now, "");
        found(&world.publish(&[]), "history-people")
    };
    let (earlier, now) = ("a 99 4; b 100 4; c 100 4", "a 300 4; b 300 4; c 100 4");
    assert_eq!(judged("", earlier, now).len(), 2);
    assert_eq!(judged("min_base = 100", earlier, now), ["2020-A1 3 300|50..200|"]);
    assert_eq!(judged("min_group = 3", earlier, now).len(), 2);
    assert_eq!(judged("min_group = 4", earlier, now), [""; 0]);
}

#[test]
fn a_share_of_missing_units_may_be_allowed() {
    let missing = |now: &str| {
        let allowed = "against = \"previous\"\nfind = \"missing\"\nmax_share = 0.25";
        let checks = CHECKS.replace("against = \"previous\"\nfind = \"missing\"", allowed);
        let world = world().defined("checks.toml", checks);
        send(&world, "2019", "A1", "a 1 4; b 1 4; c 1 4; d 1 4", "");
        send(&world, "2020", "A1", now, "");
        found(&world.publish(&[]), "cover-roster-missing")
    };
    assert_eq!(missing("a 1 4; b 1 4; c 1 4"), [""; 0]);
    assert_eq!(missing("a 1 4; b 1 4"), ["2020-A1  c A1, d A1|4|"]);
}

/// Rows that contradict each other are held back, and their unit is there all the same.
#[test]
fn a_unit_whose_row_is_held_back_is_neither_missing_nor_new() {
    let world = world();
    send(&world, "2018", "A1", "a 1 4; b 1 4", "");
    send(&world, "2019", "A1", "a 1 4; b 1 4; b 2 4", "");
    send(&world, "2020", "A1", "a 1 4; b 1 4", "");
    let out = world.publish(&[]);
    assert_eq!(found(&out, "row-conflict").len(), 2);
    assert_eq!(found(&out, "cover-roster-missing"), [""; 0]);
    assert_eq!(found(&out, "cover-roster-new"), [""; 0]);
}
