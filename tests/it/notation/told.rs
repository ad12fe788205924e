//! Numbers and units that little speaks for are told of, and held back where they are required.

use super::*;

#[test]
fn decimals_that_all_look_like_groups_are_read_as_decimals_and_told() {
    let world = sent("2020.csv", "county,people,rate,share\na,1,12.500,2\nb,2,3.250,3\n");
    assert_eq!(
        told(&world),
        ["decimal-mark-assumed | explain | - | rate | 12.500 | - | - | 2"]
    );
    assert_eq!(values(&world, "f", &COLUMNS), ["a 1 12.5 2", "b 2 3.25 3"]);
    // One other decimal in the column shows that the point is its mark.
    let world = sent("2020.csv", "county,people,rate,share\na,1,12.500,2\nb,2,3.25,3\n");
    assert_eq!(told(&world), [""; 0]);
}

#[test]
fn a_unit_of_thousands_in_a_header_is_told_where_the_column_declares_none() {
    let world = sent("2020.csv", "county,people（万）,rate,share\na,1,1,2\nb,2,2,3\n");
    assert_eq!(
        told(&world),
        ["unit-undeclared | explain | 1 | people | 万 | - | - | 1"]
    );
    let world = sent("2020.csv", "county,people（人）,rate,share\na,1,1,2\nb,2,2,3\n");
    assert_eq!(told(&world), [""; 0]);
}

#[test]
fn a_required_number_that_could_be_two_holds_its_row_back() {
    let world = small("").extended("forms/f.toml", "\n");
    let form = fs::read_to_string(world.path("pipeline/forms/f.toml")).unwrap();
    let form = form.replace("id = 'people'", "id = 'people'\nrequired = true");
    let world = world
        .defined("forms/f.toml", form)
        .sent("2020.csv", "county,people,rate,share\na,12.000,1,2\nb,900,2,3\n")
        .published();
    assert_eq!(
        told(&world),
        ["decimal-mark-unclear | hard | - | people | 12.000 | 12|12000 | - | 1"]
    );
    assert_eq!(values(&world, "f", &COLUMNS), ["b 900 2 3"]);
    let held = world.quarantined("f", "2020");
    assert_eq!(joined(&held[0], &["county", "codes"], " "), "a decimal-mark-unclear");
}
