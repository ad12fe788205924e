//! polars against plain loops over the same records.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::testing::{Record, areas, frame, period, pipeline};
use super::*;
use crate::domain::{Cell, IndicatorCells};
use crate::pipeline::Pipeline;

/// Area × kind × class.
type Key = (String, u16, u16);

/// The member of `kind`, read as the definition says it, with no SQL.
fn kind(record: &Record) -> u16 {
    let digits: Option<String> = record.code.as_ref().map(|code| code.chars().skip(3).take(3).collect());
    match digits
        .as_deref()
        .filter(|d| d.len() == 3)
        .and_then(|d| d.parse::<u32>().ok())
    {
        Some(1..=199 | 400..=499) => 0,
        Some(200..=399) => 1,
        _ => 2,
    }
}

fn class(record: &Record) -> u16 {
    match record.class.as_deref() {
        None => 3,
        Some("112" | "122") => 0,
        Some("220") => 1,
        Some(_) => 2,
    }
}

/// Integers of the four indicators' numerators and denominators.
fn values(record: &Record, indicator: usize) -> (Option<i64>, Option<i64>) {
    match indicator {
        0 | 1 => (record.has_room.map(i64::from), Some(1)),
        2 => (record.area_m2, record.households),
        // Half of hundredths, in thousandths; households × 3 + 2, in tenths.
        _ => (
            record.area_m2.map(|a| a * 5),
            record.households.map(|h| (h * 3 + 2) * 10),
        ),
    }
}

/// Some(true): counted; None: it is unknown whether it counts.
fn holds(record: &Record, indicator: usize) -> Option<bool> {
    match (indicator, kind(record), class(record)) {
        (0 | 1, 2, _) | (3, _, 3) => None,
        (0 | 1, kind, _) => Some(usize::from(kind) == indicator),
        (3, _, class) => Some(class != 1),
        _ => Some(true),
    }
}

/// What the cube has to say, by plain loops.
fn expected(records: &[Record], indicator: usize) -> (BTreeMap<Key, [i64; 4]>, BTreeMap<String, i64>) {
    let (mut cells, mut unknown) = (BTreeMap::new(), BTreeMap::new());
    for record in records {
        let (num, den) = values(record, indicator);
        let counted = holds(record, indicator);
        if counted.is_none() || (counted == Some(true) && den.is_none()) {
            *unknown.entry(record.area.clone()).or_insert(0) += 1;
        }
        if counted != Some(true) {
            continue;
        }
        let cell: &mut [i64; 4] = cells
            .entry((record.area.clone(), kind(record), class(record)))
            .or_default();
        match (num, den) {
            (Some(num), Some(den)) if record.accepted => {
                cell[0] += num;
                cell[1] += den;
                cell[3] += 1;
            }
            (_, Some(den)) => cell[2] += den,
            _ => {}
        }
    }
    (cells, unknown)
}

fn cube(pipeline: &Pipeline, parts: &[&[Record]]) -> Cube {
    let mut cube = Cube::new(pipeline);
    for part in parts {
        cube.add(0, period(), &partition(pipeline, 0, &frame(part)).unwrap());
    }
    cube
}

fn by_key(cells: &IndicatorCells) -> BTreeMap<Key, [i64; 4]> {
    let one = |(area, members, c): (String, Vec<u16>, Cell)| {
        (
            (area, members[0], members[1]),
            [c.numerator, c.denominator, c.rest, c.rows.into()].map(|sum| i64::try_from(sum).unwrap()),
        )
    };
    told(cells).into_iter().map(one).collect()
}

/// Each cell with what its numbers stand for in their place.
fn told(cells: &IndicatorCells) -> Vec<(String, Vec<u16>, Cell)> {
    let one = |(area, cell): (&str, &Cell)| {
        let numbers = Cell {
            area: 0,
            combination: 0,
            ..*cell
        };
        (area.to_owned(), cells.members(cell).to_vec(), numbers)
    };
    let all = cells
        .by_area()
        .flat_map(|(area, cells)| cells.iter().map(move |cell| (area, cell)));
    all.map(one).collect()
}

fn record() -> impl Strategy<Value = Record> {
    let code = prop_oneof![
        4 => "[0-9]{3}[0-6][0-9]{2}".prop_map(Some),
        1 => "[0-9]{0,5}".prop_map(Some),
        1 => Just(None),
    ];
    let class = prop::option::weighted(
        0.9,
        prop::sample::select(vec!["111", "112", "122", "220", "12", "1120"]),
    );
    let count = || prop::option::weighted(0.8, 0..5_000_i64);
    let area = prop::sample::select(vec!["a1", "a2", "b1", "b"]);
    (
        area,
        prop::bool::weighted(0.85),
        code,
        class,
        any::<Option<bool>>(),
        count(),
        count(),
    )
        .prop_map(|(area, accepted, code, class, has_room, households, area_m2)| Record {
            area: area.into(),
            accepted,
            code,
            class: class.map(str::to_string),
            has_room,
            households,
            area_m2,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_cube_equals_plain_loops(records in prop::collection::vec(record(), 0..120), cut in 0.0..1.0) {
        let pipeline = pipeline();
        let (left, right) = records.split_at((records.len() as f64 * cut) as usize);
        let whole = cube(&pipeline, &[&records]);
        let halves = cube(&pipeline, &[left, right]);
        let swapped = cube(&pipeline, &[right, left]);
        let areas = areas();
        for indicator in 0..pipeline.indicators.len() {
            let cells = whole.indicator(&pipeline, &areas, (period(), indicator), &|_, _| None);
            let (figures, unknown) = expected(&records, indicator);
            prop_assert_eq!(by_key(&cells), figures);
            prop_assert_eq!(&cells.unknown, &unknown);
            for other in [&halves, &swapped] {
                let other = other.indicator(&pipeline, &areas, (period(), indicator), &|_, _| None);
                prop_assert_eq!(told(&other), told(&cells));
                prop_assert_eq!(&other.unknown, &cells.unknown);
            }
        }
    }
}

fn one(area: &str) -> Record {
    Record {
        area: area.into(),
        accepted: true,
        code: Some("000001".into()),
        class: Some("112".into()),
        has_room: Some(true),
        households: Some(10),
        area_m2: Some(29),
    }
}

#[test]
fn pairs_that_differ_in_where_alone_are_summed_once() {
    let sql = cube_sql(&pipeline(), 0, "records", &[]);
    assert_eq!(sql.matches("SUM(\"rooms/communities numerator\")").count(), 1, "{sql}");
    assert_eq!(sql::pairs(&pipeline(), 0).len(), 3);
}

/// What sums that leave 64 bits come to must be what all other records would have given in 64.
#[test]
fn a_large_value_changes_no_other_sum() {
    let pipeline = pipeline();
    let large = |area: &str, households: i64| Record {
        households: Some(households),
        ..one(area)
    };
    let mut records = vec![one("a"), one("a1"), large("a1", -4), one("b1")];
    records[3].area_m2 = None;
    let (plain, is_wide) = (cube(&pipeline, &[&records]), |records: &[Record]| {
        Plan::new(&pipeline, 0)
            .unwrap()
            .partition(&frame(records))
            .unwrap()
            .0
            .is_wide
    });
    assert!(!is_wide(&records));
    records.extend([
        large("a2", i64::MAX / 4),
        large("a2", i64::MAX / 4),
        large("a2", 1 << 60),
    ]);
    assert!(is_wide(&records));
    let (wide, areas) = (cube(&pipeline, &[&records]), areas());
    for indicator in 0..pipeline.indicators.len() {
        let cells = |cube: &Cube| cube.indicator(&pipeline, &areas, (period(), indicator), &|_, _| None);
        let mut found = told(&cells(&wide));
        found.retain(|(area, ..)| area != "a2");
        assert_eq!(found, told(&cells(&plain)), "{indicator}");
    }
    let cells = wide.indicator(&pipeline, &areas, (period(), 2), &|_, _| None);
    let sum = told(&cells)
        .iter()
        .find(|(area, ..)| area == "a2")
        .unwrap()
        .2
        .denominator;
    assert_eq!(sum, i128::from(i64::MAX / 4) * 2 + (1 << 60));
}

#[test]
fn sums_of_many_parts_leave_64_bits() {
    let pipeline = pipeline();
    let large = Record {
        households: Some(1 << 57),
        ..one("a")
    };
    let part = partition(&pipeline, 0, &frame(&[large])).unwrap();
    let mut cube = Cube::new(&pipeline);
    (0..200).for_each(|_| cube.add(0, period(), &part));
    let cells = cube.indicator(&pipeline, &areas(), (period(), 2), &|_, _| None);
    assert_eq!(cells.cells[0].denominator, 200 << 57);
}

#[test]
fn a_value_that_no_sum_can_hold_is_named_and_counts_as_missing() {
    let pipeline = pipeline();
    let large = Record {
        households: Some(i64::MAX / 2),
        ..one("a")
    };
    let plan = Plan::new(&pipeline, 0).unwrap();
    let (frame, accepted) = (frame(&[one("a"), one("a"), large]).drop("accepted").unwrap(), [true; 3]);
    // households × 3 + 2 wraps; households alone do not.
    let weighted = pipeline
        .measures
        .iter()
        .position(|measure| measure.id == "weighted")
        .unwrap();
    let (part, too_large) = plan.judged(&frame, &[false, true, true], &accepted).unwrap();
    let expected = TooLarge {
        measure: weighted,
        record: 2,
    };
    assert_eq!(too_large, [expected]);
    let mut cube = Cube::new(&pipeline);
    cube.add(0, period(), &part);
    let cells = cube.indicator(&pipeline, &areas(), (period(), 3), &|_, _| None);
    assert_eq!((cells.cells[0].rows, cells.cells[0].denominator), (1, 320));
    assert_eq!(cells.unknown, BTreeMap::from([("a".to_owned(), 1)]));
    let cells = cube.indicator(&pipeline, &areas(), (period(), 2), &|_, _| None);
    assert_eq!(cells.cells[0].denominator, i128::from(i64::MAX / 2) + 10);
}

#[test]
fn decimals_are_summed_as_integers() {
    let records: Vec<Record> = (0..1000).map(|_| one("a")).collect();
    let cells = cube(&pipeline(), &[&records]).indicator(&pipeline(), &areas(), (period(), 2), &|_, _| None);
    assert_eq!((cells.cells[0].numerator, cells.cells[0].denominator), (29_000, 10_000));
    assert_eq!(cells.numerator_scale, 2);
}
