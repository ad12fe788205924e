//! The tables that set periods, and areas, side by side: convergence, progress and ranks.

use std::collections::BTreeMap;

use huizong::tables::table_specs;

use crate::support::{Published, Row, World, indicators, joined, measures, plan, shipped, table};

/// Three states of one district each, whose visits a head halve their distance from 1 each year, in logarithms; lower is better. `sent`
/// are the periods and districts from which a file came.
fn world(sent: &[(&str, &str)]) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nA,Ash,state,X\nB,Birk,state,X\nC,Cole,state,X\n\
                 a,Ashton,district,A\nb,Birkton,district,B\nc,Coleton,district,C\n";
    let people = [("a", 10), ("b", 20), ("c", 5)];
    let mut reporters = "area_code,form,period,expected_rows,people\n".to_owned();
    for (district, people) in people {
        reporters += &format!("{district},visits,,1,{people}\n");
    }
    let periods = ["2016", "2017", "2018"];
    let mut world = World::new(
        &(plan("plain", &["country", "state", "district"], &periods) + "[reporters]\nfile = 'reporters.csv'\n"),
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
             plausible = { min = 0, max = 100 }; baseline = { '2016' = 16 }; target = { '2020' = 1 }; target_level = 'state'",
        ),
    )
    .beside("reporters.csv", reporters);
    for (period, district) in sent {
        let roots = [("a", [16, 4, 2]), ("b", [1, 1, 1]), ("c", [81, 9, 3])];
        let at = periods.iter().position(|one| one == period).unwrap();
        let (_, ratios) = roots.iter().find(|(one, _)| one == district).unwrap();
        let (_, people) = people.iter().find(|(one, _)| one == district).unwrap();
        world = world.sent(
            &format!("{period}/{district}_1.csv"),
            format!("Code,Visits,People\n{district},{},{people}\n", ratios[at] * people),
        );
    }
    world.published()
}

const ALL: [(&str, &str); 9] = [
    ("2016", "a"),
    ("2016", "b"),
    ("2016", "c"),
    ("2017", "a"),
    ("2017", "b"),
    ("2017", "c"),
    ("2018", "a"),
    ("2018", "b"),
    ("2018", "c"),
];

fn without(period: &str, district: &str) -> World {
    let sent: Vec<_> = ALL.iter().copied().filter(|one| *one != (period, district)).collect();
    world(&sent)
}

/// Rows of a table in which a column has a text.
fn rows(world: &World, name: &str, column: &str, text: &str) -> Vec<Row> {
    let all = world.table(name).into_iter();
    all.filter(|row| row[column].text() == Some(text)).collect()
}

fn shown(rows: &[Row], columns: &[&str]) -> Vec<String> {
    rows.iter().map(|row| joined(row, columns, " ")).collect()
}

#[track_caller]
fn close(row: &Row, column: &str, expected: f64) {
    let found = row[column].number().unwrap_or(f64::NAN);
    assert!((found - expected).abs() < 1e-9, "{column} is {found}, not {expected}");
}

#[test]
fn districts_that_halve_their_distance_every_year_converge_with_a_half_life_of_a_year() {
    let world = world(&ALL);
    let districts = rows(&world, "convergence", "level", "district");
    let counted = shown(
        &districts,
        &[
            "earlier",
            "later",
            "weighting",
            "n_units",
            "n_dropped",
            "n_unmatched",
            "n_incomplete",
            "years",
        ],
    );
    assert_eq!(
        counted,
        [
            "2016 2017 denominator 3 0 0 0 1",
            "2016 2017 unit 3 0 0 0 1",
            "2016 2018 denominator 3 0 0 0 2",
            "2016 2018 unit 3 0 0 0 2",
            "2017 2018 denominator 3 0 0 0 1",
            "2017 2018 unit 3 0 0 0 1",
        ]
    );
    for row in &districts {
        let years = row["years"].number().unwrap();
        close(row, "half_life", 1.0);
        close(row, "convergence_speed", 2f64.ln());
        close(row, "beta", (0.5f64.powf(years) - 1.0) / years);
        close(row, "beta_se", 0.0);
        close(row, "r_squared", 1.0);
        let (earlier, later) = (
            row["sigma_earlier"].number().unwrap(),
            row["sigma_later"].number().unwrap(),
        );
        assert!((later / earlier - 0.5f64.powf(years)).abs() < 1e-9);
        close(row, "sigma_change", later - earlier);
    }
    // ln x of 16, 1 and 81: by itself, and weighted by 10, 20 and 5 people.
    let (ash, cole) = (16f64.ln(), 81f64.ln());
    let mean = (ash + cole) / 3.0;
    let variance = ((ash - mean).powi(2) + mean.powi(2) + (cole - mean).powi(2)) / 3.0;
    close(&districts[1], "sigma_earlier", variance.sqrt());
    let mean = (10.0 * ash + 5.0 * cole) / 35.0;
    let variance = (10.0 * (ash - mean).powi(2) + 20.0 * mean.powi(2) + 5.0 * (cole - mean).powi(2)) / 35.0;
    close(&districts[0], "sigma_earlier", variance.sqrt());
    assert_eq!(
        rows(&world, "convergence", "level", "country").len(),
        0,
        "the root is compared with nobody"
    );
}

#[test]
fn a_district_that_did_not_report_is_unmatched() {
    let world = without("2017", "c");
    let districts = rows(&world, "convergence", "level", "district");
    let counted = shown(
        &districts,
        &[
            "earlier",
            "later",
            "weighting",
            "n_units",
            "n_unmatched",
            "beta_se",
            "half_life_null_reason",
        ],
    );
    assert_eq!(
        counted[..2],
        ["2016 2017 denominator 2 1 - -", "2016 2017 unit 2 1 - -"],
        "{counted:#?}"
    );
    assert!(counted[2].starts_with("2016 2018 denominator 3 0 "), "{counted:#?}");
}

#[test]
fn a_state_is_told_where_its_pace_leads() {
    let world = world(&ALL);
    let ash = rows(&world, "progress", "area_code", "A");
    let columns = [
        "period",
        "method",
        "since_period",
        "n_points",
        "value",
        "distance_to_target",
        "years_left",
        "required_pace",
        "pace",
        "projected_value",
        "years_to_target",
        "reached_period",
        "outlook",
        "outlook_robust",
    ];
    assert_eq!(
        shown(&ash, &columns),
        [
            "2016 least_squares - 0 16 -15 4 -3.75 - - - - unknown -",
            "2016 since_baseline - 0 16 -15 4 -3.75 - - - - unknown -",
            "2016 since_previous - 0 16 -15 4 -3.75 - - - - unknown -",
            "2017 least_squares - 0 4 -3 3 -1 - - - - unknown -",
            "2017 since_baseline 2016 2 4 -3 3 -1 -12 -32 0.25 2018 on_track true",
            "2017 since_previous 2016 2 4 -3 3 -1 -12 -32 0.25 2018 on_track true",
            "2018 least_squares 2016 3 2 -1 2 -0.5 -7 -13.666666666666668 - - on_track true",
            "2018 since_baseline 2016 2 2 -1 2 -0.5 -7 -12 0.14285714285714285 2019 on_track true",
            "2018 since_previous 2017 2 2 -1 2 -0.5 -2 -2 0.5 2019 on_track true",
        ]
    );
    let reasons = ["pace_null_reason", "projected_null_reason", "reached_null_reason"];
    assert_eq!(
        shown(&ash, &reasons)[..4],
        [
            "too_few_periods too_few_periods too_few_periods",
            "no_time_passed no_time_passed no_time_passed",
            "no_period_before no_period_before no_period_before",
            "too_few_periods too_few_periods too_few_periods",
        ]
    );
    assert_eq!(shown(&ash, &reasons)[6], "- - fit_beyond_target");
    // One degree of freedom: t is 12.7062. The line through 16, 4 and 2 leaves 5/3, −10/3 and 5/3.
    let fitted = -41.0 / 3.0;
    let reach = (0.475 * std::f64::consts::PI).tan() * (150.0_f64 / 9.0 * (1.0 + 1.0 / 3.0 + 9.0 / 2.0)).sqrt();
    close(&ash[6], "prediction_lower", fitted - reach);
    close(&ash[6], "prediction_upper", fitted + reach);
    let birk = rows(&world, "progress", "area_code", "B");
    assert!(birk.iter().all(|row| row["outlook"].text() == Some("reached")));
    assert_eq!(
        rows(&world, "progress", "area_code", "X").len(),
        0,
        "the target is one of states"
    );
}

#[test]
fn a_state_without_figures_has_a_range_of_ranks_and_no_rank() {
    let world = without("2018", "a");
    let of_2018 = rows(&world, "ranks", "period", "2018");
    let columns = [
        "area_code",
        "ranked_by",
        "value",
        "rank_by_value",
        "n_ranked",
        "n_unranked",
        "rank_best",
        "rank_worst",
        "null_reason",
    ];
    assert_eq!(
        shown(&of_2018, &columns),
        [
            "A lower - - 2 1 1 3 not_reported",
            "B lower 1 1 2 1 1 2 -",
            "C lower 3 2 2 1 2 3 -"
        ]
    );
    let of_2017 = rows(&world, "ranks", "period", "2017");
    assert_eq!(
        shown(&of_2017, &["area_code", "rank_by_value", "rank_best", "rank_worst"]),
        ["A 2 2 2", "B 1 1 1", "C 3 3 3"]
    );
}

/// Every null of the sample's tables has its reason, and no other row has one.
#[test]
fn nulls_of_the_sample_have_reasons() {
    let output = shipped().output.as_path();
    for name in [
        "convergence",
        "between_shares",
        "change_effects",
        "gap_changes",
        "progress",
        "ranks",
    ] {
        let rows = table(output, name);
        assert!(rows.len() > 20, "{name} has {} rows", rows.len());
        for column in &table_specs()[name].columns {
            let Some(reason) = &column.null_in else { continue };
            for row in &rows {
                let is_null = row[&column.name] == Published::Null;
                assert_eq!(
                    is_null,
                    row[reason].text().is_some(),
                    "{name}.{}: {row:#?}",
                    column.name
                );
            }
        }
    }
}

/// The share of the sample's table is that of the parts, and its changes add up from period to period.
#[test]
fn between_shares_are_those_of_the_parts() {
    let output = shipped().output.as_path();
    let parts = table(output, "inequality_parts");
    let shares = table(output, "between_shares");
    let mut last = BTreeMap::new();
    for row in &shares {
        let key = joined(row, &["indicator", "dimension", "computed_over"], " ");
        let part = |name: &str| {
            let is_asked = |other: &&Row| {
                other["scope_code"].text() == Some("000000")
                    && other["inequality_index"].text() == Some("theil_t")
                    && other["part"].text() == Some(name)
                    && joined(other, &["period", "indicator", "dimension", "computed_over"], " ")
                        == joined(row, &["period", "indicator", "dimension", "computed_over"], " ")
            };
            parts.iter().find(is_asked).and_then(|found| found["value"].number())
        };
        let share = part("between")
            .zip(part("within"))
            .filter(|(between, within)| between + within > 0.0)
            .map(|(between, within)| between / (between + within));
        assert_eq!(row["between_share"].number().is_some(), share.is_some(), "{key}");
        if let Some(share) = share {
            close(row, "between_share", share);
            if let Some(before) = last.insert(key, share) {
                close(row, "between_share_change", share - before);
            }
        }
    }
    assert!(last.len() > 10, "{} series are too few to mean anything", last.len());
}

/// Convergence of the sample a second time, by plain sums over the published figures.
#[test]
fn convergence_of_the_sample_is_that_of_its_figures() {
    let output = shipped().output.as_path();
    let mut figures: BTreeMap<String, BTreeMap<String, (f64, f64)>> = BTreeMap::new();
    for row in table(output, "indicators_constant_boundaries") {
        let parts = row["numerator"].number().zip(row["denominator"].number());
        if let Some((numerator, denominator)) = parts.filter(|(_, denominator)| *denominator > 0.0) {
            let of = figures
                .entry(joined(&row, &["period", "indicator", "level"], " "))
                .or_default();
            of.insert(joined(&row, &["area_code"], ""), (numerator / denominator, denominator));
        }
    }
    let none = BTreeMap::new();
    let rows = table(output, "convergence");
    for row in &rows {
        let of = |period: &str| {
            figures
                .get(&joined(row, &[period, "indicator", "level"], " "))
                .unwrap_or(&none)
        };
        let (earlier, later) = (of("earlier"), of("later"));
        let both: Vec<(f64, f64, f64)> = (earlier.iter())
            .filter_map(|(code, (x, weight))| Some((*x, later.get(code)?.0, *weight)))
            .collect();
        let unmatched = earlier.len() + later.len() - 2 * both.len();
        let is_weighted = row["weighting"].text() == Some("denominator");
        let units: Vec<(f64, f64, f64)> = (both.iter())
            .filter(|(x_0, x_t, _)| *x_0 > 0.0 && *x_t > 0.0)
            .map(|(x_0, x_t, weight)| (x_0.ln(), x_t.ln(), if is_weighted { *weight } else { 1.0 }))
            .collect();
        close(row, "n_units", units.len() as f64);
        close(row, "n_dropped", (both.len() - units.len()) as f64);
        close(row, "n_unmatched", unmatched as f64);
        let total: f64 = units.iter().map(|unit| unit.2).sum();
        let mean = |of: &dyn Fn(f64, f64) -> f64| units.iter().map(|(x, y, w)| of(*x, *y) * w).sum::<f64>() / total;
        let (x, y) = (mean(&|x, _| x), mean(&|_, y| y));
        let (xx, xy, yy) = (
            mean(&|one, _| (one - x).powi(2)),
            mean(&|one, other| (one - x) * (other - one - y + x)),
            mean(&|_, other| (other - y).powi(2)),
        );
        let years = row["years"].number().unwrap();
        close(row, "sigma_earlier", xx.sqrt());
        close(row, "sigma_later", yy.sqrt());
        close(row, "beta", xy / xx / years);
    }
    assert!(rows.len() > 500, "{} rows are too few to mean anything", rows.len());
}

/// Ranks of the sample a second time: each area is held against each other.
#[test]
fn ranks_of_the_sample_are_those_of_its_figures() {
    let output = shipped().output.as_path();
    let mut bounds: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut fields: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in table(output, "indicators") {
        let ends = row["lower"].number().zip(row["upper"].number());
        if row["level"].text() == Some("province") && row["obs_status"].text() != Some("M") {
            let key = joined(&row, &["period", "indicator", "area_code"], " ");
            bounds.insert(key, ends.unwrap_or((f64::NEG_INFINITY, f64::INFINITY)));
        }
    }
    for row in table(output, "ranks") {
        let key = joined(&row, &["period", "indicator"], " ");
        fields.entry(key).or_default().push(row);
    }
    let mut moved = 0;
    for field in fields.values() {
        for row in field {
            let sign = if row["ranked_by"].text() == Some("lower") {
                -1.0
            } else {
                1.0
            };
            let ends = |row: &Row| {
                let (lower, upper) = *bounds.get(&joined(row, &["period", "indicator", "area_code"], " "))?;
                Some(if sign < 0.0 { (-upper, -lower) } else { (lower, upper) })
            };
            let is_above = |one: f64, other: f64| one > other && one - other > 1e-13 * one.abs().min(1e9);
            let count = |is_ahead: &dyn Fn(&Row) -> bool| {
                let others = field.iter().filter(|other| other["area_code"] != row["area_code"]);
                others.filter(|other| is_ahead(other)).count() as f64
            };
            if let Some(value) = row["value"].number() {
                let is_ahead = |other: &Row| {
                    other["value"]
                        .number()
                        .is_some_and(|other| is_above(sign * other, sign * value))
                };
                close(row, "rank_by_value", 1.0 + count(&is_ahead));
            }
            let Some((low, high)) = ends(row) else {
                assert_eq!(row["rank_best"], Published::Null);
                continue;
            };
            close(
                row,
                "rank_best",
                1.0 + count(&|other| ends(other).is_some_and(|(worst, _)| is_above(worst, high))),
            );
            close(
                row,
                "rank_worst",
                1.0 + count(&|other| ends(other).is_some_and(|(_, best)| is_above(best, low))),
            );
            moved += i32::from(row["rank_best"] != row["rank_worst"]);
        }
    }
    assert!(moved > 100, "{moved} ranges are too few to mean anything");
}
