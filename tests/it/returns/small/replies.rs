//! What a county writes into the list of its return: it holds for what it was written for, and nothing of it is lost.

use rust_xlsxwriter::Workbook;

use super::{parks, save};
use crate::returns::{returns, sheets};
use crate::support::{World, joined};

type Cells = Vec<Vec<String>>;

const R0: &str = "Park,Trees\nP1,5000\nP2,6000\nP3,7\n";
const NAME: &str = "input/2020/N_parks_r1.xlsx";

/// District N has sent two parks with too many trees, S one that is right.
fn sent(rows: &str) -> World {
    let world = parks();
    world.put("input/2020/N_parks.csv", rows);
    world.put("input/2020/S_parks.csv", "Park,Trees\nP9,9\n");
    world.publish(&[]);
    world
}

/// The list and the own sheet of the only return of N.
fn list_and_own(world: &World) -> (Cells, Cells) {
    let all = returns(&world.output());
    let (_, bytes) = all
        .iter()
        .find(|(path, _)| path.contains("/N_"))
        .expect("N has a return");
    let mut all = sheets(bytes).into_iter().map(|(_, cells)| cells);
    (all.next().unwrap(), all.next().unwrap())
}

fn put(world: &World, list: &Cells, own: &Cells) {
    let path = world.path(NAME);
    save(
        &path,
        &[("反馈".to_owned(), list.clone()), ("parks".to_owned(), own.clone())],
    );
    world.publish(&[]);
}

/// The line of the list about a cell.
fn line<'a>(list: &'a mut Cells, cell: &str) -> &'a mut Vec<String> {
    let wanted = |row: &&mut Vec<String>| row[3] == cell && row[12] == "out-of-range";
    list.iter_mut().find(wanted).expect("the list has such a line")
}

/// What was found out of range in N: content, status and what is said of it.
fn asked(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let ours = findings.iter().filter(|row| row["code"].text() == Some("out-of-range"));
    let mut all: Vec<String> = ours
        .map(|row| joined(row, &["raw", "status", "explanation"], " "))
        .collect();
    all.sort();
    all
}

/// What is told of words in lists: code, words and cell.
fn told(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let ours = |code: &str| code.starts_with("reply-") || code == "return-list-alone" || code == "file-unclaimed";
    let ours = findings.iter().filter(|row| ours(row["code"].text().unwrap()));
    let mut all: Vec<String> = ours.map(|row| joined(row, &["code", "raw", "severity"], " ")).collect();
    all.sort();
    all
}

#[test]
fn an_explanation_goes_with_its_row_wherever_that_is_sorted() {
    let world = sent(R0);
    let (mut list, mut own) = list_and_own(&world);
    line(&mut list, "B2")[13] = "a forest".into();
    own[1..].reverse();
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 explained a forest", "6000 open -"]);
    assert_eq!(told(&world), [""; 0]);

    // A row is added above, and the list is sorted and no longer begins with its mark.
    own.insert(1, vec!["P0".into(), "3".into()]);
    let lines = list.iter().position(|row| row[0] == "1").unwrap();
    list[lines..].reverse();
    list[0][0] = "N district".into();
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 explained a forest", "6000 open -"]);
    assert_eq!(told(&world), ["reply-misplaced N district info"]);
}

#[test]
fn an_explanation_does_not_hold_for_a_value_it_was_not_written_for() {
    let world = sent(R0);
    let (mut list, mut own) = list_and_own(&world);
    line(&mut list, "B2")[13] = "a forest".into();
    line(&mut list, "B3")[13] = "mended".into();
    own[1][1] = "9000".into();
    own[2][1] = "6".into();
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["9000 open -"]);
    let expected = ["reply-outdated a forest info", "reply-unmatched mended info"];
    assert_eq!(told(&world), expected);
    // The county reads in its next return why it is asked again, but not of what is done.
    let text = format!("{:?}", list_and_own(&world).0);
    assert!(text.contains("说明“a forest”是针对原来的内容写的"), "{text}");
    assert!(!text.contains("说明“mended”"), "{text}");
}

#[test]
fn a_return_that_says_nothing_is_told_nothing() {
    let world = sent(R0);
    let (list, own) = list_and_own(&world);
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 open -", "6000 open -"]);
    assert_eq!(told(&world), [""; 0]);
}

#[test]
fn words_outside_the_column_of_explanations_are_told() {
    let world = sent(R0);
    let (mut list, own) = list_and_own(&world);
    line(&mut list, "B2")[8] = "is right".into();
    line(&mut list, "B3")[13] = "√".into();
    list.push(vec!["Checked by A. B.".into()]);
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 open -", "6000 open -"]);
    let expected = [
        "reply-misplaced Checked by A. B. info",
        "reply-misplaced is right info",
        "reply-wordless √ info",
    ];
    assert_eq!(told(&world), expected);
    let text = format!("{:?}", list_and_own(&world).0);
    assert!(text.contains("“is right”不在说明栏内"), "{text}");

    // Without its hidden column a list says no more which finding is meant.
    let (mut list, own) = (list, own);
    line(&mut list, "B2")[8].clear();
    line(&mut list, "B3")[13] = "a wood".into();
    list.iter_mut().for_each(|row| row.truncate(14));
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 open -", "6000 open -"]);
    assert_eq!(told(&world), ["reply-misplaced a wood info"]);
}

#[test]
fn words_beside_a_hard_finding_stay_with_it_and_settle_nothing() {
    let world = sent("Park,Trees\nP1,5\nP1,6\n");
    let (mut list, own) = list_and_own(&world);
    for row in list.iter_mut().filter(|row| row[12] == "row-conflict") {
        row[13] = "two gates".into();
    }
    put(&world, &list, &own);
    let findings = world.table("findings");
    let answered = world.submission("2020/N_parks_r1.xlsx")["submission_id"].clone();
    let ours = findings.iter().filter(|row| row["submission_id"] == answered);
    let conflicts = ours.filter(|row| row["code"].text() == Some("row-conflict"));
    let said: Vec<String> = conflicts
        .map(|row| joined(row, &["severity", "status", "explanation"], " "))
        .collect();
    assert!(
        !said.is_empty() && said.iter().all(|said| said == "hard open two gates"),
        "{said:?}"
    );
    assert_eq!(told(&world), [""; 0]);
    // Neither of both counts, so both go back.
    let all = returns(&world.output());
    let mut lines = all.values().flat_map(|bytes| sheets(bytes).swap_remove(0).1);
    assert!(lines.any(|row| row.len() > 13 && row[12] == "row-conflict" && row[13] == "two gates"));
}

#[test]
fn the_list_saved_alone_explains_and_replaces_nothing() {
    let csv = |list: &Cells| {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        list.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    };
    let xlsx = |list: &Cells| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (row, cells) in (0..).zip(list) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    };
    for path in [
        "2020/N_parks_r1.csv",
        "2020/N_parks_r1.xlsx",
        "2020/N_parks.xlsx",
        "反馈.csv",
        "反馈.xlsx",
    ] {
        let world = sent(R0);
        let (mut list, _) = list_and_own(&world);
        line(&mut list, "B2")[13] = "a forest, an old one".into();
        let bytes = if path.ends_with("csv") { csv(&list) } else { xlsx(&list) };
        world.put(&format!("input/{path}"), bytes);
        world.publish(&[]);
        assert_eq!(
            asked(&world),
            ["5000 explained a forest, an old one", "6000 open -"],
            "{path}"
        );
        let told = told(&world);
        assert!(
            told.len() == 1 && told[0].starts_with("return-list-alone 2020-N-parks-r0-"),
            "{path}: {told:?}"
        );
        assert_eq!(
            world.facts("parks", "2020").len(),
            4,
            "{path}: what was sent before counts"
        );
        assert_eq!(
            world.submission("2020/N_parks.csv")["status"].text(),
            Some("accepted"),
            "{path}"
        );
    }
}

#[test]
fn an_explanation_outlives_a_revision_sent_without_a_list() {
    let world = sent(R0);
    let (mut list, own) = list_and_own(&world);
    line(&mut list, "B2")[13] = "a forest".into();
    line(&mut list, "B3")[13] = "a wood".into();
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 explained a forest", "6000 explained a wood"]);
    world.put("input/2020/N_parks_r2.csv", "Park,Trees\nP2,6001\nP1,5000\n");
    world.publish(&[]);
    assert_eq!(asked(&world), ["5000 explained a forest", "6001 open -"]);
    assert_eq!(told(&world), ["reply-outdated a wood info"]);
}

#[test]
fn a_list_sorted_without_its_hidden_column_explains_what_its_visible_cells_say() {
    let world = sent(R0);
    let (mut list, own) = list_and_own(&world);
    line(&mut list, "B2")[13] = "a forest".into();
    let at = |list: &Cells, cell: &str| list.iter().position(|row| row[3] == cell).unwrap();
    let (first, second) = (at(&list, "B2"), at(&list, "B3"));
    // Columns A to N change places, the hidden one stays.
    list.swap(first, second);
    let hidden = list[first][14].clone();
    list[first][14] = list[second][14].clone();
    list[second][14] = hidden;
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 explained a forest", "6000 open -"]);
    assert_eq!(told(&world), ["reply-rematched a forest info"]);

    // Where the hidden cell that belongs to the line is gone, nothing is settled.
    list[first][14] = list[second][14].clone();
    put(&world, &list, &own);
    assert_eq!(asked(&world), ["5000 open -", "6000 open -"]);
    assert_eq!(told(&world), ["reply-misplaced a forest info"]);
}

#[test]
fn a_return_sent_twice_counts_once_with_what_is_said_in_either() {
    let world = sent(R0);
    let (mut list, own) = list_and_own(&world);
    put(&world, &list, &own);
    line(&mut list, "B2")[13] = "a forest".into();
    let sheets = [("反馈".to_owned(), list), ("parks".to_owned(), own.clone())];
    save(&world.path("input/2020/N_parks_r1 (1).xlsx"), &sheets);
    world.publish(&[]);
    assert_eq!(asked(&world), ["5000 explained a forest", "6000 open -"]);
    assert_eq!(told(&world), [""; 0]);
    let tied = |world: &World| {
        let findings = world.table("findings");
        findings
            .iter()
            .filter(|row| row["code"].text() == Some("revision-tied"))
            .count()
    };
    assert_eq!(tied(&world), 0);

    // The same cells as text are no tie either; one other figure is.
    world.put(
        "input/2020/N_parks_r1_x.csv",
        own.iter()
            .map(|row| format!("{},{}\n", row[0], row[1]))
            .collect::<String>(),
    );
    world.publish(&[]);
    assert_eq!(tied(&world), 0);
    world.put("input/2020/N_parks_r1_x.csv", R0.replace("7", "8"));
    world.publish(&[]);
    assert!(tied(&world) > 0);
}
