//! Ratios that cannot be: a numerator over nothing, and a part that is larger than its whole.

use crate::support::{World, indicators, joined, measures, plan};

/// A state of three counties, each of which lists its villages: homes, and those of them with a tap.
fn villages(counts: [&[(u32, u32)]; 3]) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\n\
                 A,Ash,county,N\nB,Bay,county,N\nC,Cove,county,N\n";
    let settings = "title = { en = 'Villages' }\nunit = 'village'\nkey = ['village']\nfiles = ['{period}/{county}_*']\n\
                    missing = { '' = 'missing' }";
    let columns = "village | text | Village | required = true\n homes | integer | Homes\n taps | integer | Taps";
    let world = World::new(&plan("plain", &["country", "state", "county"], &["2020"]), areas)
        .form("villages", settings, columns)
        .defined(
            "measures.toml",
            measures("homes | villages | homes\ntaps | villages | taps"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "supplied | taps | homes | bounded = true; factor = 100; unit = 'percent'\n\
                taps_per_home | taps | homes | unit = 'taps'",
            ),
        );
    ["A", "B", "C"]
        .into_iter()
        .zip(counts)
        .fold(world, |world, (county, counts)| {
            let rows = (1..)
                .zip(counts)
                .map(|(at, (homes, taps))| format!("V{at},{homes},{taps}\n"));
            let list = "Village,Homes,Taps\n".to_owned() + &rows.collect::<String>();
            world.sent(&format!("2020/{county}_1.csv"), list)
        })
}

fn told(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    findings
        .iter()
        .map(|row| joined(row, &["path", "code", "severity", "raw"], " | "))
        .collect()
}

#[test]
fn they_are_told_to_the_county_and_count_all_the_same() {
    let world = villages([&[(4, 2), (6, 9)], &[(0, 3)], &[(10, 10), (5, 0)]]).published();
    let expected = [
        "2020/A_1.csv | share-outside-bounds | explain | supplied = 11 ÷ 10",
        "2020/B_1.csv | numerator-without-denominator | explain | supplied = 3 ÷ 0",
        "2020/B_1.csv | numerator-without-denominator | explain | taps_per_home = 3 ÷ 0",
    ];
    assert_eq!(told(&world), expected);
    let figures = world.table("indicators");
    let of_land = figures.iter().filter(|row| row["area_code"].text() == Some("X"));
    let of_land: Vec<String> = of_land
        .map(|row| joined(row, &["indicator", "numerator", "denominator"], " "))
        .collect();
    assert_eq!(of_land, ["supplied 24 25", "taps_per_home 24 25"]);
}

#[test]
fn nothing_over_nothing_and_whole_shares_say_nothing() {
    let world = villages([&[(4, 4)], &[(0, 0)], &[(10, 0)]]).published();
    assert_eq!(told(&world), [] as [&str; 0]);
}

/// The figures of the night before are taken over, and what is told of them with them.
#[test]
fn a_later_night_tells_them_again() {
    let world = villages([&[(4, 5)], &[(1, 1)], &[(1, 0)]]).published();
    let first = told(&world);
    assert_eq!(
        first,
        ["2020/A_1.csv | share-outside-bounds | explain | supplied = 5 ÷ 4"]
    );
    let world = world.sent("2020/C_1.csv", "Village,Homes,Taps\nV1,2,1\n").published();
    assert_eq!(told(&world), first);
}

/// A file of a whole state, in which every county has one: they are named, and the rest is counted.
#[test]
fn a_file_of_many_areas_names_them_and_counts_what_is_beyond_the_limit() {
    let counties: Vec<String> = (0..40).map(|at| format!("C{at:02}")).collect();
    let mut areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\n".to_owned();
    // Without any value the gate would withhold it.
    areas += "Z,Zinnia,county,N\n";
    let mut list = "County,Village,Homes,Taps\nZ,V,4,2\n".to_owned();
    for county in &counties {
        areas += &format!("{county},{county},county,N\n");
        list += &format!("{county},V,0,1\n");
    }
    let settings = "title = { en = 'Villages' }\nunit = 'village'\nkey = ['county', 'village']\nfiles = ['{period}/{state}_*']\n\
                    missing = { '' = 'missing' }";
    let columns = "county | division_code | County | level = 'county'; required = true\nvillage | text | Village | required = true\n\
                   homes | integer | Homes\n taps | integer | Taps";
    let world = World::new(&plan("plain", &["country", "state", "county"], &["2020"]), &areas)
        .extended("pipeline.toml", "[limits]\nfindings = 5\n")
        .form("villages", settings, columns)
        .defined(
            "measures.toml",
            measures("homes | villages | homes\ntaps | villages | taps"),
        )
        .defined(
            "indicators.toml",
            indicators("taps_per_home | taps | homes | unit = 'taps'"),
        )
        .sent("2020/N_1.csv", list)
        .published();
    let found = world.table("findings");
    let found: Vec<String> = found
        .iter()
        .map(|row| joined(row, &["code", "raw", "n_affected"], " | "))
        .collect();
    let told = |at: usize| format!("numerator-without-denominator | C{at:02}: taps_per_home = 1 ÷ 0 | 1");
    let mut expected: Vec<String> = (0..5).map(told).collect();
    expected.push("numerator-without-denominator | … | 35".to_owned());
    assert_eq!(found, expected);
}
