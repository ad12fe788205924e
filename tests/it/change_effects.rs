//! Why figures changed: what of a change is due to composition, and what to the ratios.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Row, World, indicators, joined, measures, plan, shipped, table};

const AREAS: &str = "code,name,level,parent_code\nN,Nation,nation,\nE,East,province,N\nW,West,province,N\n\
                     E1,Easton,county,E\nW1,Weston,county,W\n";

/// By period and county: kind of place, people who are served, people. West sends nothing in 2018.
const SENT: [(&str, &str, &str); 5] = [
    ("2016", "E1", "a,t,25,100\nb,v,225,300\n"),
    ("2017", "E1", "a,t,75,300\nb,v,75,100\n"),
    ("2018", "E1", "a,t,225,300\nb,v,100,100\n"),
    ("2016", "W1", "a,t,8,16\n"),
    ("2017", "W1", "b,v,4,16\n"),
];

fn world() -> World {
    let mut world = World::new(
        &(plan("plain", &["nation", "province", "county"], &["2016", "2017", "2018"])
            + "[reporters]\nfile = 'reporters.csv'\n"),
        AREAS,
    )
    .form(
        "roster",
        "title = { en = 'Roster' }\nunit = 'place'\nkey = ['place']\nfiles = ['{period}/{county}_*']\nmissing = { '' = 'missing' }",
        "place | text | Place | required = true\nkind | text | Kind | required = true\n\
         served | integer | Served | required = true\npeople | integer | People | required = true",
    )
    .defined("measures.toml", measures("served | roster | served\npeople | roster | people"))
    .defined(
        "dimensions.toml",
        "[[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
         order = ['town', 'village']\n",
    )
    .defined(
        "indicators.toml",
        indicators(
            "served_share | served | people | factor = 100; unit = 'percent'; better = 'higher'; register = 'people'; \
             bounded = true; plausible = { min = 0, max = 100 }",
        ),
    )
    .beside(
        "reporters.csv",
        "area_code,form,period,expected_rows,people\nE1,roster,,2,400\nW1,roster,,1,16\n",
    );
    for (period, county, rows) in SENT {
        world = world.sent(
            &format!("{period}/{county}_1.csv"),
            format!("Place,Kind,Served,People\n{rows}"),
        );
    }
    world.published()
}

/// East moves from villages to towns by 2017 and serves more in both by 2018; West has towns alone, then villages alone, then is silent.
#[test]
fn moves_are_mix_and_better_service_is_rate() {
    let columns = [
        "earlier",
        "later",
        "scope_code",
        "dimension",
        "value_change",
        "mix_effect",
        "rate_effect",
        "lower",
        "upper",
        "sign_identified",
        "n_members",
        "n_borrowed",
        "null_reason",
        "value_later_null_reason",
        "effects_null_reason",
        "bounds_null_reason",
    ];
    let rows = world().table("change_effects");
    let shown: Vec<String> = (rows.iter())
        .filter(|row| row["scope_code"].text() != Some("N"))
        .map(|row| joined(row, &columns, " "))
        .collect();
    assert_eq!(
        shown,
        [
            "2016 2017 E kind -25 -25 0 -25 -25 true 2 0 - - - -",
            "2016 2017 W kind -25 -25 0 -25 -25 true 2 2 - - - -",
            "2016 2018 E kind 18.75 -18.75 37.5 18.75 18.75 true 2 0 - - - -",
            "2016 2018 W kind - - - -50 50 false 1 1 not_reported not_reported not_reported -",
            "2017 2018 E kind 43.75 0 43.75 43.75 43.75 true 2 0 - - - -",
            "2017 2018 W kind - - - -25 75 false 1 1 not_reported not_reported not_reported -",
        ]
    );
}

/// Numerator and denominator by member.
type Members = BTreeMap<String, (f64, f64)>;

/// Effects by plain loops: members of either period, the ratio of the other one where a period lacks it.
fn split(earlier: &Members, later: &Members) -> (f64, f64) {
    let whole = |side: &Members| side.values().map(|(_, denominator)| denominator).sum::<f64>();
    let (mut mix, mut rate) = (0.0, 0.0);
    for member in earlier.keys().chain(later.keys()).collect::<BTreeSet<_>>() {
        let of = |side: &Members| side.get(member).copied().filter(|(_, denominator)| *denominator > 0.0);
        let ratio = |side: &Members| of(side).map(|(numerator, denominator)| numerator / denominator);
        let share = |side: &Members| of(side).map_or(0.0, |(_, denominator)| denominator) / whole(side);
        let Some(before) = ratio(earlier).or(ratio(later)) else {
            continue;
        };
        let after = ratio(later).unwrap_or(before);
        mix += (share(later) - share(earlier)) * (before + after) / 2.0;
        rate += (after - before) * (share(earlier) + share(later)) / 2.0;
    }
    (mix, rate)
}

/// The mix by each dimension of a cross, whose members are `first_second`, and Shapley's three effects, by plain loops. A part that one period lacks
/// borrows the ratio of the other.
fn of_cross(earlier: &Members, later: &Members) -> [f64; 5] {
    let parts = |member: &str| {
        let (first, second) = member.split_once('_').unwrap_or((member, member));
        [first.to_owned(), second.to_owned()]
    };
    let factors = |side: &Members, member: &str| {
        let sum = |is_in: &dyn Fn(&str) -> bool| -> f64 {
            side.iter()
                .filter(|(member, _)| is_in(member))
                .map(|(_, of)| of.1)
                .sum()
        };
        let own = side.get(member).map_or(0.0, |of| of.1);
        if own == 0.0 {
            return [0.0; 2];
        }
        let [first, second] = [0, 1].map(|of| sum(&|other| parts(other)[of] == parts(member)[of]));
        let whole = sum(&|_| true);
        [
            (own / second * first / whole).sqrt(),
            (own / first * second / whole).sqrt(),
        ]
    };
    let mut effects = [0.0; 5];
    for member in earlier.keys().chain(later.keys()).collect::<BTreeSet<_>>() {
        let ratio = |side: &Members| side.get(member).filter(|of| of.1 > 0.0).map(|of| of.0 / of.1);
        let Some(before) = ratio(earlier).or(ratio(later)) else {
            continue;
        };
        let after = ratio(later).unwrap_or(before);
        let rate = (before + after) / 2.0;
        let (b, a) = (factors(earlier, member), factors(later, member));
        effects[0] += (a[0] - b[0]) * (a[1] + b[1]) / 2.0 * rate;
        effects[1] += (a[1] - b[1]) * (a[0] + b[0]) / 2.0 * rate;
        let sides = [[b[0], b[1], before], [a[0], a[1], after]];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut side = [0; 3];
            let value = |side: [usize; 3]| (0..3).map(|of| sides[side[of]][of]).product::<f64>();
            for of in order {
                let earlier = value(side);
                side[of] = 1;
                effects[2 + of] += (value(side) - earlier) / 6.0;
            }
        }
    }
    effects
}

/// The sample a second time: values are those of `indicators`, effects those of `groups`, and they add up to the change.
#[test]
fn effects_of_the_sample_are_those_of_its_groups() {
    let output = shipped().output.as_path();
    let factors: BTreeMap<String, f64> = (table(output, "indicator_definitions").iter())
        .map(|row| (joined(row, &["indicator"], ""), row["factor"].number().unwrap()))
        .collect();
    let values: BTreeMap<String, Option<f64>> = (table(output, "indicators").iter())
        .map(|row| {
            (
                joined(row, &["period", "indicator", "area_code"], " "),
                row["value"].number(),
            )
        })
        .collect();
    let mut groups: BTreeMap<String, Members> = BTreeMap::new();
    for row in table(output, "groups") {
        let members = groups
            .entry(joined(&row, &["period", "indicator", "scope_code", "dimension"], " "))
            .or_default();
        let parts = row["numerator"].number().zip(row["denominator"].number());
        members.extend(parts.map(|parts| (joined(&row, &["member"], ""), parts)));
    }
    let rows = table(output, "change_effects");
    let (mut split_rows, mut both, mut crossed) = (0, 0, 0);
    for row in &rows {
        let key = |period: &str, columns: &[&str]| joined(row, &[&[period], columns].concat(), " ");
        let value = |period: &str| {
            values
                .get(&key(period, &["indicator", "scope_code"]))
                .copied()
                .flatten()
        };
        let (earlier, later) = (value("earlier"), value("later"));
        assert_eq!(row["value_earlier"].number(), earlier, "{row:?}");
        assert_eq!(row["value_later"].number(), later, "{row:?}");
        let change = earlier.zip(later).map(|(earlier, later)| later - earlier);
        assert_eq!(row["value_change"].number(), change, "{row:?}");
        let (Some(mix), Some(rate)) = (row["mix_effect"].number(), row["rate_effect"].number()) else {
            continue;
        };
        let change = change.expect("effects have a change");
        let scale = earlier.unwrap().abs().max(later.unwrap().abs());
        assert!((mix + rate - change).abs() <= 1e-12 * scale, "{row:?}");
        let side = |period: &str| &groups[&key(period, &["indicator", "scope_code", "dimension"])];
        let expected = split(side("earlier"), side("later"));
        let factor = factors[row["indicator"].text().unwrap()];
        assert!((mix - expected.0 * factor).abs() <= 1e-12 * scale, "{row:?}");
        assert!((rate - expected.1 * factor).abs() <= 1e-12 * scale, "{row:?}");
        const CROSS: [&str; 5] = [
            "mix_effect_first",
            "mix_effect_second",
            "shapley_mix_first",
            "shapley_mix_second",
            "shapley_rate",
        ];
        if row["crossed_null_reason"].text().is_none() {
            let expected = of_cross(side("earlier"), side("later"));
            for (column, expected) in CROSS.into_iter().zip(expected) {
                assert!(
                    (number(row, column) - expected * factor).abs() <= 1e-12 * scale,
                    "{column}: {row:?}"
                );
            }
            crossed += i32::from(expected[0].abs() > 1e-8 && expected[1].abs() > 1e-8);
        } else {
            assert_eq!(row["crossed_null_reason"].text(), Some("not_crossed"));
            assert!(CROSS.iter().all(|column| row[*column].number().is_none()));
        }
        split_rows += 1;
        both += i32::from(mix.abs() > 1e-6 && rate.abs() > 1e-6);
    }
    assert!(split_rows > 500, "{split_rows} of {} rows are split", rows.len());
    assert!(both > 100, "{both} rows have both effects");
    assert!(crossed > 20, "{crossed} rows of a cross have a mix of both dimensions");
    assert!(rows.iter().any(|row| number(row, "n_borrowed") > 0.0));
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].number().unwrap()
}

/// People in thousands, and deaths per 1000 of them, by age group and race, United States, 1970 and 1985.
/// Source: Das Gupta 1993, Standardization and Decomposition of Rates, US Bureau of the Census P23-186, table 5.3.
pub const DEATHS: [[(u32, &str); 11]; 4] = [
    [
        (2968, "18.469"),
        (11484, "0.751"),
        (34614, "0.391"),
        (30992, "1.146"),
        (21983, "1.287"),
        (20314, "2.672"),
        (20928, "6.636"),
        (16897, "15.691"),
        (11339, "34.723"),
        (5720, "79.763"),
        (1315, "176.837"),
    ],
    [
        (535, "36.993"),
        (2162, "1.352"),
        (6120, "0.541"),
        (4781, "2.040"),
        (3096, "3.523"),
        (2718, "6.746"),
        (2363, "12.967"),
        (1767, "24.471"),
        (1149, "45.091"),
        (448, "74.902"),
        (117, "123.205"),
    ],
    [
        (3041, "9.163"),
        (11577, "0.462"),
        (27450, "0.248"),
        (32711, "0.929"),
        (35480, "1.084"),
        (27411, "1.810"),
        (19555, "4.715"),
        (19795, "12.187"),
        (15254, "27.728"),
        (8022, "64.068"),
        (2472, "157.570"),
    ],
    [
        (707, "17.208"),
        (2692, "0.738"),
        (6473, "0.328"),
        (6841, "1.103"),
        (6547, "2.045"),
        (4352, "3.724"),
        (3034, "8.052"),
        (2540, "17.812"),
        (1749, "34.128"),
        (804, "68.276"),
        (236, "125.161"),
    ],
];

/// Effects of age, of race and of the rates as published, in deaths per 1000. Each cell of age and race is an area here.
#[test]
fn a_cross_of_age_and_race_has_the_effects_that_das_gupta_published() {
    let mut register = "code,name,level,parent_code\nN,Nation,nation,\n".to_owned();
    let mut members = ["code,age\n".to_owned(), "code,race\n".to_owned()];
    let mut sheets = ["Cell,People,Died\n".to_owned(), "Cell,People,Died\n".to_owned()];
    for (side, cells) in DEATHS.iter().enumerate() {
        let race = ["white", "other"][side % 2];
        for (age, (people, rate)) in cells.iter().enumerate() {
            let code = format!("{race}{age:02}");
            // Exact: rates have three decimals.
            let died = u64::from(*people) * rate.replace('.', "").parse::<u64>().unwrap();
            sheets[side / 2] += &format!("{code},{people},{}.{:03}\n", died / 1000, died % 1000);
            if side < 2 {
                register += &format!("{code},{code},cell,N\n");
                members[0] += &format!("{code},a{age:02}\n");
                members[1] += &format!("{code},{race}\n");
            }
        }
    }
    let [ages, races] = members;
    let [earlier, later] = sheets;
    let world = World::new(&plan("plain", &["nation", "cell"], &["1970", "1985"]), &register)
        .form(
            "deaths",
            "title = { en = 'Deaths' }\nunit = 'cell'\nkey = ['cell']\nfiles = ['{period}/N_*']",
            "cell | division_code | Cell | level = 'cell'; required = true\n\
             people | integer | People | required = true\ndied | decimal | Died | scale = 3; required = true",
        )
        .defined(
            "measures.toml",
            measures("died | deaths | died | scale = 3\npeople | deaths | people"),
        )
        .defined("indicators.toml", indicators("death_rate | died | people | unit = '1'"))
        .defined("ages.csv", ages)
        .defined("races.csv", races)
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'age'\nlevel = 'cell'\nsource = 'ages.csv'\n\
             [[dimension]]\nid = 'race'\nlevel = 'cell'\nsource = 'races.csv'\n\
             [[dimension]]\nid = 'age_race'\ncross = ['age', 'race']\n",
        )
        .sent("1970/N_1.csv", earlier)
        .sent("1985/N_1.csv", later)
        .published();
    let rows = world.table("change_effects");
    let crossed = (rows.iter())
        .find(|row| row["dimension"].text() == Some("age_race") && row["scope_code"].text() == Some("N"))
        .expect("the nation has effects of the cross");
    for (column, published) in [
        ("value_earlier", 9.421_833),
        ("value_later", 8.735_618),
        ("value_change", -0.686_215_8),
        ("mix_effect", 1.541_509_6),
        ("mix_effect_first", 1.521_734_7),
        ("mix_effect_second", 0.019_774_9),
        ("rate_effect", -2.227_725_4),
    ] {
        let found = number(crossed, column);
        assert!(
            (found - published).abs() <= 5e-7,
            "{column}: {found} is not {published}"
        );
    }
}
