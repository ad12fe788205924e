//! Changes over time, shares between groups, ranks and verdicts for the areas of one day.

use std::collections::BTreeMap;
use std::fs;

use super::{Amounts, CHANGES, Ground, OF_2019, OF_2020, TERRAIN, assert_close, assert_same, grounds, rows, sent};
use crate::support::{Row, World, joined, shown};

pub(super) const NEW: [&str; 5] = ["between_shares", "change_effects", "gap_changes", "ranks", "verdicts"];

/// County, amounts and rows sent.
type Sent = (&'static str, Amounts, usize);

/// The same counties with everything sent.
pub(super) fn complete(of: [Sent; 8]) -> [Sent; 8] {
    of.map(|(county, amounts, _)| (county, amounts, 2))
}

/// Two unequal counties of different terrain merge, and one goes to the other province; nobody is divided.
const MERGES: &str = "old_code,new_code,date,kind,share,source\nE1,E9,2020-07-01,merge,1,made up\nE2,E9,2020-07-01,merge,1,made up\n\
                      E3,E5,2020-07-01,recode,1,made up\nW1,W2,2020-07-01,recode,1,made up\nW5,E7,2020-07-01,recode,1,made up\n";

fn merged() -> World {
    merging().published()
}

/// A world with these merges that has not run yet.
pub(super) fn merging() -> World {
    let of = |county: &str| OF_2019.iter().find(|(own, _)| *own == county).unwrap().1;
    let (ash, beech) = (of("E1"), of("E2"));
    let both = [0, 1].map(|kind: usize| (ash[kind].0 + beech[kind].0, ash[kind].1 + beech[kind].1));
    let of_2020 = [
        ("E5", of("E3"), 2),
        ("E6", of("E6"), 2),
        ("E7", of("W5"), 2),
        ("E9", both, 2),
        ("W2", of("W1"), 2),
        ("W4", of("W4"), 2),
    ];
    let terrain = TERRAIN.replace("E2,plain", "E2,hill");
    sent(MERGES, &terrain, "", &of_2020)
}

/// Numbers of a column in the rows about counties in 2020, or about the change to it.
pub(super) fn numbers(world: &World, table: &str, column: &str) -> Vec<f64> {
    let all = world.table(table);
    let is_later = |row: &&Row| row.get("later").or(row.get("period")).and_then(|one| one.text()) == Some("2020");
    let asked = all.iter().filter(is_later);
    asked.filter_map(|row| row[column].number()).collect()
}

#[test]
fn merges_change_nothing_on_constant_boundaries_and_much_as_reported() {
    let world = merged();
    let columns: [(&str, &[&str]); 3] = [
        ("between_shares", &["between_share_change"]),
        ("change_effects", &["value_change", "mix_effect", "rate_effect"]),
        (
            "gap_changes",
            &[
                "gap_change",
                "mix_effect_a",
                "rate_effect_a",
                "mix_effect_b",
                "rate_effect_b",
            ],
        ),
    ];
    for (table, columns) in columns {
        let constant = format!("{table}_constant_boundaries");
        for column in columns {
            let (reported, numbers) = (numbers(&world, table, column), numbers(&world, &constant, column));
            assert!(
                reported.iter().any(|one| one.abs() > 1e-3),
                "{table}.{column} as reported: {reported:?}"
            );
            assert!(numbers.len() > 1, "{table}.{column}: {numbers:?}");
            assert!(numbers.iter().all(|one| *one == 0.0), "{table}.{column}: {numbers:?}");
        }
        for row in world.table(&constant) {
            assert_eq!(joined(&row, &["boundaries_date", "obs_status"], " "), "2020-12-31 A");
        }
    }
    // A county that ceased to exist is not missing: the change is certain.
    for row in world.table("change_effects_constant_boundaries") {
        assert_eq!(
            joined(&row, &["lower", "upper", "n_borrowed"], " "),
            "0 0 0",
            "{row:#?}"
        );
    }
    let ranks = |period| -> Vec<String> {
        let of = rows(&world, "ranks_constant_boundaries", period, &[]).into_iter();
        of.map(|row| joined(&row, &["area_code", "value", "rank_by_value", "rank_worst"], " "))
            .collect()
    };
    assert_eq!(ranks("2019"), ranks("2020"));
    assert_eq!(ranks("2019").len(), 2);
}

/// Where all of 2020 lies, as far as it was sent.
fn of_2020(sent: &[Sent]) -> Vec<Ground> {
    let mut all = Vec::new();
    for (county, amounts, rows) in sent {
        let scope = if county.starts_with('E') { "E" } else { "W" };
        let line = TERRAIN
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{county},")));
        let kinds = ["town", "village"].into_iter().zip(amounts).take(*rows);
        for (kind, (served, people)) in kinds {
            all.push((scope, line.unwrap(), kind, f64::from(*served), f64::from(*people)));
        }
    }
    all
}

/// People whom a scope and a terrain lack in 2020.
fn missing(sent: &[Sent], is_in: impl Fn(&Ground) -> bool) -> f64 {
    let all: Vec<Sent> = sent.iter().map(|(county, amounts, _)| (*county, *amounts, 2)).collect();
    let people = |of: Vec<Ground>| {
        of.iter()
            .filter(|ground| is_in(ground))
            .map(|ground| ground.4)
            .sum::<f64>()
    };
    people(of_2020(&all)) - people(of_2020(sent))
}

type Sum = (f64, f64);

fn sum(of: &[Ground], is_in: impl Fn(&Ground) -> bool) -> Sum {
    let own = of.iter().filter(|ground| is_in(ground));
    own.fold((0.0, 0.0), |sum, ground| (sum.0 + ground.3, sum.1 + ground.4))
}

/// Mix and rate from one period to another over strata, whose sums in both periods `of` gives. Kitagawa 1955.
fn split(strata: &[&str], of: impl Fn(&str) -> [Sum; 2]) -> (f64, f64) {
    let sums: Vec<[Sum; 2]> = strata.iter().map(|stratum| of(stratum)).collect();
    let people = |at: usize| sums.iter().map(|both| both[at].1).sum::<f64>();
    let (mut mix, mut rate) = (0.0, 0.0);
    for [earlier, later] in &sums {
        let ratio = |own: &Sum, other: &Sum| if own.1 > 0.0 { own.0 / own.1 } else { other.0 / other.1 };
        let ratios = (ratio(earlier, later), ratio(later, earlier));
        let shares = (earlier.1 / people(0), later.1 / people(1));
        mix += (shares.1 - shares.0) * (ratios.0 + ratios.1) / 2.0;
        rate += (ratios.1 - ratios.0) * (shares.0 + shares.1) / 2.0;
    }
    (100.0 * mix, 100.0 * rate)
}

const MEMBERS: [(&str, [&str; 2]); 2] = [("terrain", ["plain", "hill"]), ("kind", ["town", "village"])];

fn change(world: &World, table: &str, scope: &str, dimension: &str) -> Row {
    let all = world.table(&format!("{table}_constant_boundaries")).into_iter();
    let is_asked = |row: &Row| shown(row, "scope_code") == scope && shown(row, "dimension") == dimension;
    let found: Vec<Row> = all.filter(is_asked).collect();
    let [row] = &found[..] else {
        panic!("{table} {scope} {dimension}: {found:#?}");
    };
    row.clone()
}

/// Of a value: its lowest and highest if `missing` people are all or none of them served.
fn bounds(sum: Sum, missing: f64) -> [f64; 2] {
    [0.0, missing].map(|served| 100.0 * (sum.0 + served) / (sum.1 + missing))
}

#[test]
fn declared_shares_divide_what_changes_are_computed_of() {
    for sent_of_2020 in [OF_2020, complete(OF_2020)] {
        let world = sent(CHANGES, TERRAIN, "", &sent_of_2020).published();
        let earlier: Vec<Ground> = grounds().into_iter().map(|(_, ground)| ground).collect();
        let later = of_2020(&sent_of_2020);
        let is_complete = sent_of_2020.iter().all(|(_, _, rows)| *rows == 2);
        for scope in ["N", "E", "W"] {
            let within = |ground: &Ground| scope == "N" || ground.0 == scope;
            let both = |is_in: &dyn Fn(&Ground) -> bool| {
                [&earlier, &later].map(|period| sum(period, |ground| within(ground) && is_in(ground)))
            };
            let value = |sum: Sum| 100.0 * sum.0 / sum.1;
            for (dimension, members) in MEMBERS {
                let has = |ground: &Ground, word: &str| [ground.1, ground.2].contains(&word);
                let row = change(&world, "change_effects", scope, dimension);
                let [before, after] = both(&|_| true);
                assert_close(&row, "value_change", value(after) - value(before));
                let (mix, rate) = split(&members, |member| both(&|ground| has(ground, member)));
                assert!(mix.abs() > 1e-3 && rate.abs() > 1e-3);
                assert_close(&row, "mix_effect", mix);
                assert_close(&row, "rate_effect", rate);
                let [lower, upper] = bounds(after, missing(&sent_of_2020, within));
                assert_close(&row, "lower", lower - value(before));
                assert_close(&row, "upper", upper - value(before));
                let status = match (is_complete, dimension) {
                    (false, _) => "P",
                    (true, "terrain") => "E",
                    (true, _) => "A",
                };
                assert_eq!(shown(&row, "obs_status"), status, "{row:#?}");

                let row = change(&world, "gap_changes", scope, dimension);
                let other = MEMBERS.iter().find(|(own, _)| *own != dimension).unwrap().1;
                let [a, b] = members.map(|member| {
                    let values = both(&|ground| has(ground, member)).map(value);
                    let effects = split(&other, |stratum| {
                        both(&|ground| has(ground, member) && has(ground, stratum))
                    });
                    (values[1] - values[0], effects)
                });
                assert_close(&row, "gap_change", a.0 - b.0);
                for (column, expected) in [
                    ("change_a", a.0),
                    ("change_b", b.0),
                    ("mix_effect_a", a.1.0),
                    ("rate_effect_a", a.1.1),
                    ("mix_effect_b", -b.1.0),
                    ("rate_effect_b", -b.1.1),
                ] {
                    assert_close(&row, column, expected);
                }
                assert_eq!(shown(&row, "obs_status"), status, "{row:#?}");
                if is_complete || dimension == "terrain" {
                    let [a, b] = members.map(|member| {
                        let [before, after] = both(&|ground| has(ground, member));
                        let lacks = missing(&sent_of_2020, |ground| within(ground) && has(ground, member));
                        bounds(after, lacks).map(|bound| bound - value(before))
                    });
                    assert_close(&row, "lower", a[0] - b[1]);
                    assert_close(&row, "upper", a[1] - b[0]);
                } else {
                    assert_eq!(shown(&row, "bounds_null_reason"), "register_not_split");
                }
            }
        }
    }
}

#[test]
fn unknown_shares_leave_changes_null_within_wider_bounds() {
    let with = sent(CHANGES, TERRAIN, "", &complete(OF_2020)).published();
    let changes = CHANGES.replace("split,0.3", "split,").replace("split,0.7,", "split,,");
    let without = sent(&changes, TERRAIN, "", &complete(OF_2020)).published();
    for scope in ["N", "W"] {
        // All of Fir is in the scope, and nobody knows in which terrain.
        let row = change(&without, "change_effects", scope, "terrain");
        let known = change(&with, "change_effects", scope, "terrain");
        let columns = ["value_change", "lower", "upper"];
        assert_eq!(joined(&row, &columns, " "), joined(&known, &columns, " "));
        let reasons = ["mix_effect", "effects_null_reason", "obs_status"];
        assert_eq!(joined(&row, &reasons, " "), "- share_unknown A");
        let row = change(&without, "change_effects", scope, "kind");
        assert_close(
            &row,
            "mix_effect",
            change(&with, "change_effects", scope, "kind")["mix_effect"]
                .number()
                .unwrap(),
        );

        let (row, known) = (
            change(&without, "gap_changes", scope, "terrain"),
            change(&with, "gap_changes", scope, "terrain"),
        );
        let reasons = [
            "gap_change",
            "null_reason",
            "effects_null_reason",
            "bounds_null_reason",
            "obs_status",
        ];
        assert_eq!(joined(&row, &reasons, " "), "- share_unknown share_unknown - O");
        let number = |row: &Row, column: &str| row[column].number().unwrap();
        assert_eq!(number(&known, "lower"), number(&known, "upper"));
        assert!(number(&row, "lower") < number(&known, "lower") && number(&known, "upper") < number(&row, "upper"));

        // Towns and villages are known, and not how terrain divides them.
        let row = change(&without, "gap_changes", scope, "kind");
        let columns = ["effects_null_reason", "null_reason", "n_strata", "obs_status"];
        assert_eq!(joined(&row, &columns, " "), "share_unknown - 0 A");
    }
    let row = change(&without, "gap_changes", "E", "terrain");
    assert_eq!(joined(&row, &["null_reason", "obs_status"], " "), "- E");
    let shares = without.table("between_shares_constant_boundaries");
    let of = |period: &str, over: &str| {
        let wanted = [("computed_over", over), ("dimension", "terrain")];
        let is_wanted = |row: &&Row| {
            shown(row, "period") == period && wanted.iter().all(|(column, value)| shown(row, column) == *value)
        };
        joined(
            shares.iter().find(is_wanted).unwrap(),
            &["null_reason", "obs_status"],
            " ",
        )
    };
    assert_eq!(of("2019", "county"), "share_unknown O");
    assert_eq!(of("2020", "county"), "- A");
}

#[test]
fn shares_between_groups_are_those_of_the_parts() {
    let world = sent(CHANGES, TERRAIN, "E6", &OF_2020).published();
    let parts = world.table("inequality_parts_constant_boundaries");
    let mut last: BTreeMap<String, f64> = BTreeMap::new();
    let shares = world.table("between_shares_constant_boundaries");
    assert_eq!(shares.len(), world.table("between_shares").len());
    for row in &shares {
        let key = joined(row, &["indicator", "dimension", "computed_over"], " ");
        let part = |name: &str| {
            let is_asked = |other: &&Row| {
                joined(other, &["scope_code", "inequality_index", "part"], " ") == format!("N theil_t {name}")
                    && ["period", "indicator", "dimension", "computed_over"]
                        .iter()
                        .all(|column| other[*column] == row[*column])
            };
            parts.iter().find(is_asked).unwrap()
        };
        let (between, within) = (part("between"), part("within"));
        assert_eq!(shown(row, "obs_status"), shown(between, "obs_status"), "{row:#?}");
        let (between, within) = (between["value"].number().unwrap(), within["value"].number().unwrap());
        assert_close(row, "theil_t", between + within);
        let share = between / (between + within);
        assert_close(row, "between_share", share);
        if let Some(before) = last.insert(key, share) {
            assert_close(row, "between_share_change", share - before);
        }
    }
    assert!(shares.iter().any(|row| shown(row, "obs_status") == "P"));
}

#[test]
fn ranks_are_among_the_areas_of_the_day() {
    let world = sent(CHANGES, TERRAIN, "E3", &OF_2020).published();
    assert_same(&world, "ranks", "2020", |_| true);
    let figures = world.table("indicators_constant_boundaries");
    for period in ["2019", "2020"] {
        let provinces = figures
            .iter()
            .filter(|row| shown(row, "period") == period && shown(row, "level") == "province");
        let provinces: Vec<&Row> = provinces.collect();
        let ranks = rows(&world, "ranks_constant_boundaries", period, &[]);
        assert_eq!((ranks.len(), provinces.len()), (2, 2));
        for (rank, own) in ranks.iter().zip(&provinces) {
            let ahead = |is_ahead: &dyn Fn(&Row) -> bool| {
                1.0 + provinces
                    .iter()
                    .filter(|row| row["area_code"] != own["area_code"] && is_ahead(row))
                    .count() as f64
            };
            let number = |row: &Row, column: &str| row[column].number().unwrap();
            for column in ["area_code", "area_name", "value", "obs_status"] {
                assert_eq!(rank[column], own[column]);
            }
            assert_close(
                rank,
                "rank_by_value",
                ahead(&|row| number(row, "value") > number(own, "value")),
            );
            assert_close(
                rank,
                "rank_best",
                ahead(&|row| number(row, "lower") > number(own, "upper")),
            );
            assert_close(
                rank,
                "rank_worst",
                ahead(&|row| number(row, "upper") > number(own, "lower")),
            );
        }
    }
    let of_2019 = rows(&world, "ranks_constant_boundaries", "2019", &[]);
    assert_eq!(shown(&of_2019[0], "obs_status"), "P");
    assert!(of_2019.iter().any(|row| row["rank_best"] != row["rank_worst"]));
}

/// Cedar is silent, whose 40 people are a quarter plain and three quarters hill; Fir was divided, too, and is complete.
#[test]
fn verdicts_name_the_reporters_of_the_period() {
    let world = sent(CHANGES, TERRAIN, "E3", &OF_2020).published();
    assert!(assert_same(&world, "verdicts", "2020", |_| true) > 0);
    let gaps = rows(&world, "gaps_constant_boundaries", "2019", &[("dimension", "terrain")]);
    let mut turned = 0;
    for gap in gaps {
        let scope = shown(&gap, "scope_code");
        let set = rows(
            &world,
            "verdicts_constant_boundaries",
            "2019",
            &[("area_code", &scope), ("dimension", "terrain")],
        );
        assert_eq!(set.is_empty(), shown(&gap, "sign_identified") != "false", "{gap:#?}");
        for row in &set {
            let share = if shown(row, "missing_member") == "plain" {
                0.25
            } else {
                0.75
            };
            assert_close(row, "missing_denominator", 40.0 * share);
            let named = ["missing_code", "missing_name", "boundaries_date"];
            assert_eq!(joined(row, &named, " "), "E3 Cedar 2020-12-31");
        }
        let Some(last) = set.last() else { continue };
        let now = gap["gap"].number().unwrap();
        assert_close(last, "value_now", now);
        assert!(last["value_then"].number().unwrap() * now <= 0.0, "{last:#?}");
        turned += 1;
    }
    assert!(turned > 0);
}

/// Periods that a night takes over have what the changes on constant boundaries are computed of.
#[test]
fn a_night_that_computes_one_period_again_has_the_changes_of_a_full_one() {
    let world = sent(CHANGES, TERRAIN, "", &OF_2020).published();
    let tables = |output: &str| {
        let folder = world.path(output).join("current/tables");
        NEW.map(|table| fs::read(folder.join(format!("{table}_constant_boundaries.parquet"))).unwrap())
    };
    let before = tables("output");
    world.put("input/2020/W2_1.csv", "Place,Kind,Served,People\na,t,3,10\nb,v,8,9\n");
    let night = || {
        let (code, said) = world.run(&["--log-format", "json"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("\"computed\":1,\"taken_over\":1"), "{said}");
    };
    night();
    let after = tables("output");
    world.publish_into("full", &[]);
    for (at, table) in NEW.iter().enumerate() {
        assert!(
            after[at] == tables("full")[at],
            "{table}: an incremental night differs from a full one"
        );
        assert!(before[at] != after[at] || *table == "verdicts", "{table}");
    }
    // What is kept of a period is damaged: it is computed again, and the tables are what they were.
    let strata = world.path("output/state/figures/2019/gap_strata_constant_boundaries");
    let mut bytes = fs::read(&strata).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&strata, bytes).unwrap();
    fs::remove_file(world.path("output/state/run")).unwrap();
    night();
    assert!(tables("output") == after);
}
