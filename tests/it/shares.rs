//! Percent columns in which every figure looks like a share of 1.

use crate::support::{World, joined, plan};

/// A state of two districts; each lists its parks with the share of them that is in the shade.
fn parks(shade: &str) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\nA,Ash,district,N\nB,Bay,district,N\n";
    let settings = "title = { en = 'Parks' }\nunit = 'park'\nkey = ['park']\nfiles = ['{period}/{district}_*']\n\
                    missing = { '' = 'missing' }";
    World::new(&plan("plain", &["country", "state", "district"], &["2020"]), areas).form(
        "parks",
        settings,
        &format!(
            "park | text | Park | required = true\n shade | decimal | Shade (%) | scale = 1; percent = true{shade}"
        ),
    )
}

fn list(figures: &[&str]) -> String {
    let rows = (1..).zip(figures).map(|(at, figure)| format!("P{at},{figure}\n"));
    "Park,Shade (%)\n".to_owned() + &rows.collect::<String>()
}

fn told(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let of_files = findings.iter().filter(|row| row["path"].text().is_some());
    of_files
        .map(|row| joined(row, &["code", "cell", "raw", "mend", "n_affected"], " | "))
        .collect()
}

const SHARES: &str = "percent-shares | - | 0.5 … 0.7 | - | 3";

#[test]
fn a_column_of_shares_alone_is_told_once_and_nothing_leads_away_from_them() {
    let world = parks("")
        .sent("2020/A_1.csv", list(&["0.6", "0.7", "0.5", "0"]))
        .published();
    assert_eq!(told(&world), [SHARES]);
    let facts = world.facts("parks", "2020");
    let figures: Vec<String> = facts.iter().map(|row| joined(row, &["shade"], "")).collect();
    assert_eq!(figures, ["0.6", "0.7", "0.5", "0"], "as written");

    let precise = parks("")
        .sent("2020/A_1.csv", list(&["0.6", "0.7", "0.555"]))
        .published();
    assert_eq!(
        told(&precise),
        [
            "percent-shares | - | 0.555 … 0.7 | - | 3",
            "too-precise | B4 | 0.555 | - | 1"
        ]
    );
}

#[test]
fn small_rates_and_clear_cells_say_nothing() {
    let silent = |shade: &str, figures: &[&str]| {
        let world = parks(shade).sent("2020/A_1.csv", list(figures)).published();
        assert_eq!(told(&world), [] as [&str; 0], "{figures:?}");
    };
    silent("; range = { min = 0, max = 5 }", &["0.6", "0.7", "0.5"]);
    silent("", &["0.6%", "0.7%", "0.5%"]);
    silent("", &["0.6", "0.7", "1.5"]);
    silent("", &["0", "1", "1", "1"]);
    silent("", &["0.6", "0.7"]);
}

#[test]
fn other_senders_show_which_is_meant() {
    let of_others = |figure: &str| {
        let others = vec![figure; 12];
        let world = parks("").sent("2020/A_1.csv", list(&["0.6", "0.7", "0.5"]));
        told(&world.sent("2020/B_1.csv", list(&others)).published())
    };
    assert_eq!(of_others("61.5"), [SHARES]);
    assert_eq!(of_others("1.2"), [] as [&str; 0]);
    assert_eq!(of_others("0.8%"), [] as [&str; 0]);
}
