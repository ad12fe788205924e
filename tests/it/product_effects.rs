//! What each factor of an indicator that is a product adds to its change.

use crate::support::{Row, World, indicators, joined, measures, plan};

/// An indicator that is the ratio of the first to the last of some measures, and has the ratios of neighbouring ones as factors. `sheets`: by period
/// the measures as decimals.
fn world(measured: usize, sheets: &[(&str, Vec<String>)], factor: u32) -> World {
    let columns = |line: &dyn Fn(usize) -> String| (0..measured).map(line).collect::<Vec<_>>();
    let ratio = |at: usize| format!("ratio_{at} | m{at} | m{} | unit = '1'", at + 1);
    let names: Vec<String> = (0..measured - 1).map(|at| format!("'ratio_{at}'")).collect();
    let product = format!(
        "product | m0 | m{} | unit = '1'; factor = {factor}; product_of = [{}]",
        measured - 1,
        names.join(", ")
    );
    let periods: Vec<&str> = sheets.iter().map(|(period, _)| *period).collect();
    let mut world = World::new(
        &plan("plain", &["nation", "land"], &periods),
        "code,name,level,parent_code\nN,Nation,nation,\nA,Land,land,N\n",
    )
    .form(
        "counted",
        "title = { en = 'Counted' }\nunit = 'land'\nkey = ['code']\nfiles = ['{period}/N_*']\nmissing = { '' = 'missing' }",
        &format!(
            "code | division_code | Code | level = 'land'; required = true\n{}",
            columns(&|at| format!("m{at} | decimal | M{at} | scale = 6")).join("\n")
        ),
    )
    .defined(
        "measures.toml",
        measures(&columns(&|at| format!("m{at} | counted | m{at} | scale = 6")).join("\n")),
    )
    .defined(
        "indicators.toml",
        // The product comes before its factors.
        indicators(&[vec![product], (0..measured - 1).map(ratio).collect()].concat().join("\n")),
    );
    for (period, cells) in sheets {
        let head = columns(&|at| format!("M{at}")).join(",");
        world = world.sent(
            &format!("{period}/N_1.csv"),
            format!("Code,{head}\nA,{}\n", cells.join(",")),
        );
    }
    world.published()
}

fn of_nation(world: &World) -> Vec<Row> {
    let rows = world.table("product_effects").into_iter();
    rows.filter(|row| row["area_code"].text() == Some("N")).collect()
}

/// Factors of two populations, their effects, the change of the product, and how exactly these are printed.
type Published = (&'static [[f64; 2]], &'static [f64], f64, f64);

/// Factors of two populations and their effects, of Das Gupta 1993, Standardization and Decomposition of Rates, US Bureau of the Census P23-186:
/// earnings of men; births in Austria and Chile; non-marital births in the United States; fertility in South Korea.
const PUBLISHED: [Published; 4] = [
    (
        &[[10930.0, 16591.0], [0.717_892, 0.825_974]],
        &[4369.913, 1487.262],
        5857.175,
        5e-4,
    ),
    (
        &[[51.787_46, 84.905_02], [0.459_19, 0.757_56], [0.526_38, 0.510_65]],
        &[10.434_033_3, 10.560_847_6, -0.667_008_4],
        20.327_872_6,
        6e-8,
    ),
    (
        &[[25.3, 32.7], [0.214, 0.290], [0.279, 0.473], [0.949, 0.986]],
        &[0.688_941_1, 0.812_538_1, 1.382_905_5, 0.104_754_7],
        2.989_139_4,
        6e-8,
    ),
    (
        &[[0.58, 0.72], [0.76, 0.97], [0.84, 0.97], [0.66, 0.56], [16.573, 16.158]],
        &[1.090_978_5, 1.229_843_8, 0.727_839_9, -0.839_870_7, -0.129_018_7],
        2.079_772_9,
        6e-8,
    ),
];

#[test]
fn factors_have_the_effects_that_das_gupta_published() {
    for (factors, effects, change, within) in PUBLISHED {
        // Each measure is the one after it times a factor; the last is 10,000.
        let cells = |period: usize| {
            let mut measure = 10_000.0;
            let mut cells = vec![format!("{measure:.6}")];
            for factor in factors.iter().rev() {
                measure *= factor[period];
                cells.push(format!("{measure:.6}"));
            }
            cells.reverse();
            cells
        };
        let sheets = [("1970", cells(0)), ("1980", cells(1))];
        let rows = of_nation(&world(factors.len() + 1, &sheets, 1));
        assert_eq!(rows.len(), factors.len());
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(row["factor_indicator"].text(), Some(format!("ratio_{at}").as_str()));
            let number = |column: &str| {
                row[column]
                    .number()
                    .unwrap_or_else(|| panic!("{column} is null: {row:?}"))
            };
            for (column, published, within) in [
                ("factor_effect", effects[at], within),
                ("value_change", change, within),
                ("factor_earlier", factors[at][0], 1e-6),
                ("factor_later", factors[at][1], 1e-6),
            ] {
                let found = number(column);
                assert!(
                    (found - published).abs() <= within,
                    "{column}: {found} is not {published}"
                );
            }
        }
    }
}

/// 2 · 0.5 = 1, then 3 · 0.25 = 0.75, then one factor has no value. In per cent of a half.
#[test]
fn effects_are_of_each_pair_of_periods_and_null_where_a_factor_is() {
    let cell = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let world = world(
        3,
        &[
            ("2016", cell(["8", "4", "8"])),
            ("2017", cell(["6", "2", "8"])),
            ("2018", cell(["6", "", "8"])),
        ],
        100,
    );
    let columns = [
        "earlier",
        "later",
        "factor_indicator",
        "factor_earlier",
        "factor_later",
        "value_change",
        "factor_effect",
        "effects_null_reason",
    ];
    let shown: Vec<String> = of_nation(&world).iter().map(|row| joined(row, &columns, " ")).collect();
    assert_eq!(
        shown,
        [
            // (3 − 2)(0.25 + 0.5) / 2 and (0.25 − 0.5)(3 + 2) / 2.
            "2016 2017 ratio_0 2 3 -25 37.5 -",
            "2016 2017 ratio_1 0.5 0.25 -25 -62.5 -",
            "2016 2018 ratio_0 2 - -25 - nothing_known",
            "2016 2018 ratio_1 0.5 - -25 - nothing_known",
            "2017 2018 ratio_0 3 - 0 - nothing_known",
            "2017 2018 ratio_1 0.25 - 0 - nothing_known",
        ]
    );
}

/// A row without its second measure counts in the product and in no factor.
#[test]
fn factors_of_other_records_have_no_effects() {
    let plain = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let world = world(
        3,
        &[("2016", plain(["8", "4", "8"])), ("2017", plain(["6", "2", "8"]))],
        1,
    );
    world.put("input/2017/N_1.csv", "Code,M0,M1,M2\nA,6,2,8\nB,5,,4\n");
    world.put(
        "pipeline/divisions.csv",
        "code,name,level,parent_code\nN,Nation,nation,\nA,Land,land,N\nB,Other,land,N\n",
    );
    world.publish(&[]);
    let rows = of_nation(&world);
    let reasons: Vec<_> = rows
        .iter()
        .map(|row| (row["area_code"].text(), row["effects_null_reason"].text()))
        .collect();
    assert_eq!(
        reasons,
        [
            (Some("N"), Some("product_differs")),
            (Some("N"), Some("product_differs")),
        ]
    );
}
