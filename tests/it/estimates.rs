//! Estimates of what is missing: a small world by hand, and the sample a second time by plain loops over its published figures.

mod again;

use std::collections::BTreeMap;

use crate::support::{Row, World, indicators, joined, measures, plan, read_csv, root, shipped, table};

/// Three districts of Ash and one of Birk, whose visits are known for 2016; in 2017 a3 and b1 send nothing.
fn world() -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nA,Ash,state,X\nB,Birk,state,X\n\
                 a1,Ashton,district,A\na2,Ashby,district,A\na3,Ashford,district,A\nb1,Birkton,district,B\n";
    let people = [("a1", 10), ("a2", 20), ("a3", 30), ("b1", 40)];
    let owed = people.map(|(district, people)| format!("{district},visits,,1,{people}\n"));
    let mut world = World::new(
        &(plan("plain", &["country", "state", "district"], &["2016", "2017"]) + "[reporters]\nfile = 'reporters.csv'\n"),
        areas,
    )
    .form(
        "visits",
        "title = { en = 'Visits' }\nunit = 'district'\nkey = ['code']\nfiles = ['{period}/{district}_*']\nmissing = { '' = 'missing' }",
        "code | division_code | Code | level = 'district'; required = true\n\
         visits | integer | Visits | required = true\npeople | integer | People | required = true",
    )
    .defined("measures.toml", measures("visits | visits | visits\npeople | visits | people"))
    .defined(
        "indicators.toml",
        indicators(
            "per_head | visits | people | unit = 'visits_per_head'; better = 'lower'; register = 'people'; \
             plausible = { min = 0, max = 3.5 }",
        ),
    )
    .beside("reporters.csv", "area_code,form,period,expected_rows,people\n".to_owned() + &owed.concat());
    let visits = [
        ("2016", "a1", 20),
        ("2016", "a2", 60),
        ("2016", "a3", 30),
        ("2016", "b1", 160),
        ("2017", "a1", 30),
        ("2017", "a2", 50),
    ];
    for (period, district, visits) in visits {
        let people = people.iter().find(|(one, _)| *one == district).unwrap().1;
        world = world.sent(
            &format!("{period}/{district}_1.csv"),
            format!("Code,Visits,People\n{district},{visits},{people}\n"),
        );
    }
    world.published()
}

fn shown(rows: &[Row], columns: &[&str]) -> Vec<String> {
    rows.iter().map(|row| joined(row, columns, " ")).collect()
}

#[track_caller]
fn close(row: &Row, column: &str, expected: Option<f64>) {
    let found = row[column].number();
    let is_close = match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        _ => found.is_none() && expected.is_none(),
    };
    assert!(is_close, "{column} is {found:?}, not {expected:?}: {row:#?}");
}

#[test]
fn a_silent_district_takes_its_own_last_ratio_that_of_its_state_or_that_of_its_like() {
    let rows = world().table("estimates");
    let counted = [
        "period",
        "area_code",
        "method",
        "value_reported",
        "obs_status",
        "imputed_weight_share",
        "n_imputed",
        "n_not_imputable",
        "n_fallback",
        "n_denominators_carried",
        "n_implausible",
        "mean_age_periods",
        "max_age_years",
        "within_bounds",
    ];
    // Nothing is missing in 2016. Birk has no district but the silent one, so that the country must lend it a ratio.
    assert_eq!(
        shown(&rows, &counted),
        [
            "2017 A carried_forward 2.6666666666666665 I 0.5 1 0 0 0 0 1 1 true",
            "2017 A hot_deck 2.6666666666666665 I 0.5 1 0 0 0 0 - - true",
            "2017 A stratum_ratio 2.6666666666666665 I 0.5 1 0 0 0 0 - - true",
            "2017 B carried_forward - I 1 1 0 0 0 1 1 1 false",
            "2017 B hot_deck - I 1 1 0 1 0 0 - - true",
            "2017 B stratum_ratio - I 1 1 0 1 0 0 - - true",
            "2017 X carried_forward 2.6666666666666665 I 0.7 2 0 0 0 1 1 1 true",
            "2017 X hot_deck 2.6666666666666665 I 0.7 2 0 1 0 0 - - true",
            "2017 X stratum_ratio 2.6666666666666665 I 0.7 2 0 1 0 0 - - true",
        ]
    );
    let of_state = 80.0 / 30.0;
    let expected = [
        (80.0 + 30.0) / 60.0,
        (80.0 + 30.0 * 2.5) / 60.0,
        of_state,
        4.0,
        2.5,
        of_state,
        (80.0 + 30.0 + 160.0) / 100.0,
        (80.0 + 70.0 * 2.5) / 100.0,
        of_state,
    ];
    for (row, expected) in rows.iter().zip(expected) {
        close(row, "value_estimated", Some(expected));
    }
}

/// In 2017 Ashford is recoded, Ashton and Ashby are merged, and a part of Birkton goes to a new district. All of them are silent but the last.
#[test]
fn the_last_report_follows_recodes_and_merges_and_no_division() {
    let mut world = World::new(
        &(plan("plain", &["country", "state", "district"], &["2016", "2017"]).replace("[registry]\n", "[registry]\nchanges = 'changes.csv'\n")
            + "[reporters]\nfile = 'reporters.csv'\n"),
        "code,name,level,parent_code,valid_from,valid_to\nX,Land,country,,,\nA,Ash,state,X,,\n\
         a1,Ashton,district,A,,2017-05-31\na2,Ashby,district,A,,2017-05-31\na3,Ashford,district,A,,2017-05-31\n\
         b1,Birkton,district,A,,\nd1,Ash and By,district,A,2017-06-01,\nd3,Ashford,district,A,2017-06-01,\n\
         d4,Birkham,district,A,2017-06-01,\n",
    )
    .form(
        "visits",
        "title = { en = 'Visits' }\nunit = 'district'\nkey = ['code']\nfiles = ['{period}/{district}_*']\nmissing = { '' = 'missing' }",
        "code | division_code | Code | level = 'district'; required = true\n\
         visits | integer | Visits | required = true\npeople | integer | People | required = true",
    )
    .defined(
        "changes.csv",
        "old_code,new_code,date,kind,share\na1,d1,2017-06-01,merge,\na2,d1,2017-06-01,merge,\na3,d3,2017-06-01,recode,\n\
         b1,d4,2017-06-01,split,0.5\n",
    )
    .defined("measures.toml", measures("visits | visits | visits\npeople | visits | people"))
    .defined(
        "indicators.toml",
        indicators("per_head | visits | people | unit = 'visits_per_head'; register = 'people'; plausible = { min = 0, max = 5 }"),
    )
    .beside(
        "reporters.csv",
        "area_code,form,period,expected_rows,people\na1,visits,2016,1,10\na2,visits,2016,1,20\na3,visits,2016,1,30\nb1,visits,2016,1,40\n\
         b1,visits,2017,1,20\nd1,visits,2017,1,30\nd3,visits,2017,1,30\nd4,visits,2017,1,20\n",
    );
    for (period, district, visits, people) in [
        ("2016", "a1", 20, 10),
        ("2016", "a2", 80, 20),
        ("2016", "a3", 30, 30),
        ("2016", "b1", 160, 40),
        ("2017", "d4", 40, 20),
    ] {
        world = world.sent(
            &format!("{period}/{district}_1.csv"),
            format!("Code,Visits,People\n{district},{visits},{people}\n"),
        );
    }
    let rows = world.published().table("estimates");
    let is_carried =
        |row: &&Row| row["method"].text() == Some("carried_forward") && row["area_code"].text() == Some("A");
    let row = rows.iter().find(is_carried).expect("something is missing in Ash");
    let counts = ["n_imputed", "n_not_imputable", "n_fallback", "mean_age_periods"];
    assert_eq!(joined(row, &counts, " "), "3 0 0 1");
    // d1 has the visits of a1 and a2 a head, d3 those of a3; b1 goes on under its code.
    let missing = 30.0 * (100.0 / 30.0) + 30.0 * (30.0 / 30.0) + 20.0 * (160.0 / 40.0);
    close(row, "value_estimated", Some((40.0 + missing) / 100.0));
}

#[test]
fn errors_are_those_of_leaving_each_district_out() {
    let rows = world().table("estimate_errors");
    let counted = [
        "period",
        "method",
        "n_tested",
        "n_untestable",
        "n_taken_out",
        "n_compared",
        "best",
    ];
    assert_eq!(
        shown(&rows, &counted),
        [
            "2016 carried_forward 0 4 2 0 false",
            "2016 hot_deck 4 0 2 4 false",
            "2016 stratum_ratio 4 0 2 4 true",
            "2017 carried_forward 2 0 0 2 false",
            "2017 hot_deck 2 0 0 2 true",
            "2017 stratum_ratio 2 0 0 2 true",
        ]
    );
    // Predicted less true, of a1, a2, a3 and b1, weighted by their people. The nearest to a2 are a1 and a3, of which a1 comes first.
    let check = |row: &Row, errors: &[f64]| {
        let people = [10.0, 20.0, 30.0, 40.0];
        let total: f64 = people[..errors.len()].iter().sum();
        let mean = |of: fn(f64) -> f64| {
            let all = errors.iter().zip(people).map(|(error, people)| of(*error) * people);
            all.sum::<f64>() / total
        };
        close(row, "mean_error", Some(mean(|error| error)));
        close(row, "mean_absolute_error", Some(mean(f64::abs)));
        close(row, "root_mean_square_error", Some(mean(|error| error * error).sqrt()));
        close(row, "compared_error", Some(mean(|error| error * error).sqrt()));
    };
    check(&rows[1], &[3.0 - 2.0, 2.0 - 3.0, 3.0 - 1.0, 1.0 - 4.0]);
    check(
        &rows[2],
        &[
            90.0 / 50.0 - 2.0,
            50.0 / 40.0 - 3.0,
            80.0 / 30.0 - 1.0,
            110.0 / 60.0 - 4.0,
        ],
    );
    check(&rows[3], &[2.0 - 3.0, 3.0 - 2.5]);
    check(&rows[4], &[2.5 - 3.0, 3.0 - 2.5]);
    check(&rows[5], &[2.5 - 3.0, 3.0 - 2.5]);
    // a3 and b1 are silent in 2017: in 2016 they are estimated from a1 and a2.
    close(&rows[0], "aggregate_error", None);
    close(&rows[1], "aggregate_error", Some((30.0 * 2.0 - 40.0) / 100.0));
    let of_two = 80.0 / 30.0;
    let expected = (30.0 * (of_two - 1.0) + 40.0 * (of_two - 4.0)) / 100.0;
    close(&rows[2], "aggregate_error", Some(expected));
}

/// The sample knows what its communities would have sent without a fault.
#[test]
fn national_estimates_of_the_sample_are_nearer_to_the_truth_than_what_was_reported() {
    let truth: BTreeMap<String, f64> = read_csv(&root().join("sample_data/truth/truth_indicators.csv"))
        .into_iter()
        .filter(|one| one["period"] == "2020" && one["area_code"] == "000000")
        .filter_map(|one| Some((one["indicator"].clone(), one["value"].parse().ok()?)))
        .collect();
    let mut sums: BTreeMap<String, (f64, f64, usize)> = BTreeMap::new();
    for row in table(&shipped().output, "estimates") {
        let figures = row["value_reported"].number().zip(row["value_estimated"].number());
        if let ("2020 000000", Some((reported, estimated))) =
            (joined(&row, &["period", "area_code"], " ").as_str(), figures)
        {
            let truth = truth[row["indicator"].text().unwrap()];
            let sum = sums.entry(joined(&row, &["method"], "")).or_default();
            sum.0 += ((reported - truth) / truth).abs();
            sum.1 += ((estimated - truth) / truth).abs();
            sum.2 += 1;
        }
    }
    for method in ["hot_deck", "stratum_ratio"] {
        let (reported, estimated, count) = sums[method];
        assert!(count >= 30, "{method}: {count} figures are too few to mean anything");
        assert!(
            estimated < reported,
            "{method} is off by {estimated}, the reports by {reported}"
        );
    }
}
