//! What the page says where it has no room for all.

use super::groups::crossing;
use super::*;
use crate::pipeline::{DimensionLevel, Member, Pairs};

/// A pipeline with so many pairs and indicators, and tables with a gap of each: the first group is ahead in all.
fn crowded(pairs: usize, indicators: usize) -> (Pipeline, Vec<Table>) {
    let ids = |prefix: &str, count: usize| (0..count).map(|at| format!("{prefix}{at:03}")).collect::<Vec<_>>();
    let (members, names) = (ids("m", pairs), ids("i", indicators));
    let mut crowded = pipeline();
    crowded.indicators = (names.iter())
        .flat_map(|id| {
            let goal = pipeline().indicators.pop();
            goal.map(|goal| crate::pipeline::Indicator {
                id: id.clone(),
                title: Text::new(id, id),
                ..goal
            })
        })
        .collect();
    let dimension = &mut crowded.dimensions[0];
    dimension.members.extend(members.iter().map(|id| Member {
        id: id.clone(),
        title: Text::new(id, id),
    }));
    dimension.compare = members.iter().map(|id| ("east".to_owned(), id.clone())).collect();
    let mut tables = all_tables();
    let gaps = tables.iter_mut().find(|table| table.name == "gaps").unwrap();
    *gaps = gaps.picked(&[]);
    for b in &members {
        for indicator in &names {
            gaps.push(GapRow {
                period: "2020",
                scope_code: "000000",
                indicator,
                dimension: "macro_region",
                a: "east",
                b,
                value_a: Some(70.0),
                value_b: Some(30.0),
                gap: Some(40.0),
                ..GapRow::default()
            });
        }
    }
    (crowded, tables)
}

fn crowded_page(pairs: usize, indicators: usize) -> Context {
    let (pipeline, tables) = crowded(pairs, indicators);
    gathered(&pipeline, &tables, &NOBODY)
}

/// A text as the page has it.
fn escaped(text: &str) -> String {
    text.replace('/', "&#x2f;")
}

#[test]
fn the_headline_of_a_gap_counts_what_the_page_has_no_room_for() {
    let page = crowded_page(17, 42);
    assert_eq!((page.gaps.len(), page.gap_pairs.as_ref()), (17, None));
    let gap = &page.gaps[16];
    assert_eq!(
        gap.about.headline.get(Lang::En),
        "East is ahead of m016 in 42 of 42 indicators with a direction, in 0 of them whatever is missing"
    );
    assert_eq!((gap.blocks[0].lines.len(), gap.about.table.rows.len()), (35, 35));
    let note = "The drawing and the table below have 35 of 42 indicators, goals first; all are in tables/gaps.parquet.";
    let notes: Vec<&str> = gap.about.notes.iter().map(|note| note.get(Lang::En)).collect();
    assert_eq!(notes, [note]);
    let html = render::page(&page);
    assert_eq!(html.matches(&escaped(note)).count(), 17);
    assert_eq!(super::dangling(&html), Vec::<String>::new());
    // Where there is room for all, there is nothing to say.
    assert!(crowded_page(11, 42).gaps[0].about.notes.is_empty());
}

#[test]
fn of_very_many_pairs_the_first_are_shown() {
    let page = crowded_page(827, 3);
    let first: Vec<&str> = page.gaps.iter().map(|gap| gap.b.get(Lang::En)).take(2).collect();
    assert_eq!((page.gaps.len(), &first[..]), (24, &["m000", "m001"][..]));
    assert_eq!(page.gaps[23].about.table.rows.len(), 3);
    let told = page.gap_pairs.as_ref().unwrap();
    assert_eq!(
        told.get(Lang::En),
        "The list has the first 24 of 827 pairs, in the order of the definition; all are in tables/gaps.parquet."
    );
    assert!(told.get(Lang::Zh).contains("前 24 对（共 827 对）"));
    let html = render::page(&page);
    assert_eq!(html.matches(&escaped(told.get(Lang::En))).count(), 1);
}

#[test]
fn every_pair_has_a_row_however_many_indicators_there_are() {
    let page = crowded_page(24, 700);
    let rows = page.gaps.iter().map(|gap| gap.about.table.rows.len());
    assert_eq!(rows.sum::<usize>(), 600);
}

/// Notes on the crossed groups of a pipeline with figures of both indicators, in both languages.
fn cross_notes(pipeline: &Pipeline) -> Vec<[String; 2]> {
    let mut tables = all_tables();
    let groups = tables.iter_mut().find(|table| table.name == "groups").unwrap();
    for indicator in ["rural_facility_coverage", "staff_leaving"] {
        groups.push(GroupRow {
            period: "2020",
            scope_code: "000000",
            indicator,
            dimension: "both",
            member: "east_hill",
            value: Some(60.0),
            ..GroupRow::default()
        });
    }
    let page = gathered(pipeline, &tables, &NOBODY);
    assert_eq!(page.crosses.len(), 1, "the goal alone");
    let html = render::page(&page);
    let both = |note: &Text| [Lang::Zh, Lang::En].map(|lang| note.get(lang).to_owned());
    let notes: Vec<[String; 2]> = page.cross_notes.iter().map(both).collect();
    for note in notes.iter().flatten() {
        assert_eq!(html.matches(&escaped(note)).count(), 1, "{note}");
    }
    notes
}

#[test]
fn crossed_groups_say_what_their_cells_hold_and_what_is_left_out() {
    let notes = cross_notes(&crossing());
    assert!(notes[0][1].starts_with("A cell has the areas that are in both groups"));
    assert_eq!(
        notes[1][1],
        "A drawing is one indicator by one cross. The list has 1 of 2 drawings, goals first; the figures of all are in tables/groups.parquet."
    );
    let mut of_rows = crossing();
    let [first, second, own] = &mut of_rows.dimensions[..] else {
        panic!("two dimensions and their cross")
    };
    let members: Vec<String> = own.members.iter().map(|member| member.id.clone()).collect();
    own.level = DimensionLevel::Pairs(Pairs::new([0, 1], [first, second], &members));
    let [zh, en] = &cross_notes(&of_rows)[0];
    assert!(
        en.starts_with("A cell has the rows (records) that are in both groups"),
        "{en}"
    );
    assert!(zh.starts_with("每格为同时属于两组的行（记录）"), "{zh}");
}
