//! Terrain of the county crossed with the kind of place, for the areas of one day.

use super::*;

const CROSS: &str =
    "[[dimension]]\nid = 'terrain_kind'\ncross = ['terrain', 'kind']\ncompare = [['plain_town', 'hill_town']]\n";

/// The county that sends nothing for 2019 is a hill on the chosen day.
const SILENT: &str = "E6";

fn crossed() -> World {
    sent(CHANGES, TERRAIN, SILENT, &OF_2020)
        .extended("dimensions.toml", CROSS)
        .published()
}

#[test]
fn a_row_has_the_terrain_of_the_chosen_day() {
    let world = crossed();
    for scope in ["N", "E", "W"] {
        for (terrain, kind) in [
            ("plain", "town"),
            ("plain", "village"),
            ("hill", "town"),
            ("hill", "village"),
        ] {
            let is_here =
                |ground: &Ground| (scope == "N" || ground.0 == scope) && ground.1 == terrain && ground.2 == kind;
            let (mut served, mut people) = sum(is_here);
            let is_silent_here = terrain == "hill" && scope != "W";
            if is_silent_here {
                let of_silent = grounds()
                    .into_iter()
                    .filter(|(code, ground)| *code == SILENT && is_here(ground));
                for (_, ground) in of_silent {
                    (served, people) = (served - ground.3, people - ground.4);
                }
            }
            let name = format!("{terrain}_{kind}");
            let wanted = [
                ("scope_code", scope),
                ("dimension", "terrain_kind"),
                ("member", name.as_str()),
            ];
            let row = one(&world, "groups_constant_boundaries", &wanted);
            assert_close(&row, "numerator", served);
            assert_close(&row, "denominator", people);
            // What the silent county has is on hills, of towns or of villages; of the plains nothing is missing.
            if is_silent_here {
                assert_eq!(shown(&row, "bounds_null_reason"), "register_not_split", "{row:#?}");
            } else {
                assert_close(&row, "lower", 100.0 * served / people);
                assert_close(&row, "upper", 100.0 * served / people);
            }
        }
    }
    let counted = |member: &str, columns: &[&str]| {
        let wanted = [("scope_code", "N"), ("dimension", "terrain_kind"), ("member", member)];
        joined(&one(&world, "groups_constant_boundaries", &wanted), columns, " ")
    };
    // E3 and W1 lie on both; E1, E2 and W5 on plains alone; E6 and W4 on hills.
    assert_eq!(counted("plain_town", &["n_expected", "n_reported"]), "5 5");
    assert_eq!(counted("hill_town", &["n_expected", "n_reported"]), "4 3");
    assert_eq!(counted("mountain_town", &["n_expected", "null_reason"]), "0 no_units");
}

#[test]
fn pairs_of_areas_without_changes_are_those_of_the_table_as_reported() {
    let world = crossed();
    let is_crossed = |row: &Row| shown(row, "dimension") == "terrain_kind";
    for table in TABLES {
        assert!(
            assert_same(&world, table, "2020", is_crossed) > 5 || table == "gaps",
            "{table}"
        );
    }
}
