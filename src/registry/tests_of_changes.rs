//! The table of changes: what it tells of a code, and what is wrong with it.

use super::Registry;
use super::testing::{World, excerpt, year};
use crate::domain::Lang;
use crate::pipeline::CodeScheme;

/// A: recoded to B at the end of 2019, and B to C in 2020. M and N merged into O. P was split into Q and R. Z was abolished.
const DIVISIONS: &str = "code,name,parent_code,valid_from,valid_to
0,root,,,
A,a,0,,2019-12-30
B,a,0,2019-12-31,2020-12-30
C,a,0,2020-12-31,
M,m,0,,2019-12-30
N,n,0,,2019-12-30
O,o,0,2019-12-31,
P,p,0,,2019-12-30
Q,q,0,2019-12-31,
R,r,0,2019-12-31,
S,s,0,,
T,t,0,,
G,g,0,,2019-12-30
G,g2,0,2019-12-31,
H,h,0,,2019-12-30
H,h2,0,2019-12-31,
Z,z,0,,2019-12-30
E,e,0,,2019-12-30
E1,e1,E,,2019-12-30
F,f,0,2019-12-31,
S1,s1,S,,
";

const CHANGES: &str = "old_code,new_code,date,kind,share,source
A,B,2019-12-31,recode,1,x
B,C,2020-12-31,recode,1,x
M,O,2019-12-31,merge,1,x
N,O,2019-12-31,merge,1,x
P,Q,2019-12-31,split,0.4,x
P,R,2019-12-31,split,0.6,x
P,S,2018-12-31,transfer,,x
S,S,2019-12-31,rename,,x
Z,,2019-12-31,abolished,,x
";

fn world(changes: &str) -> World {
    let mut world = World::new(&["nation", "state", "county"], CodeScheme::Plain);
    world.divisions(DIVISIONS);
    world.changes(changes);
    world
}

#[test]
fn a_code_out_of_force_stands_for_others() {
    let registry = Registry::load(&world(CHANGES).pipeline).unwrap();
    // Code, period, what is told, whether it is the same area, whether it went into one with others.
    for (code, period, says, recoded, merged) in [
        ("A", "2019", "A a → B a (2019-12-31)", true, false),
        ("A", "2020", "A a → C a (2020-12-31)", true, false),
        ("B", "2018", "A a → B a (2019-12-31)", true, false),
        ("C", "2018", "A a → C a (2020-12-31)", true, false),
        ("C", "2019", "B a → C a (2020-12-31)", true, false),
        ("M", "2020", "M m + N n → O o (2019-12-31)", false, true),
        ("O", "2018", "M m / N n → O o (2019-12-31)", false, false),
        ("P", "2020", "P p → Q q / R r (2019-12-31)", false, false),
        ("Q", "2018", "P p → Q q (2019-12-31)", false, false),
        ("Z", "2020", "Z z → — (2019-12-31)", false, false),
    ] {
        let areas = registry.at(year(period));
        let moved = areas.moved(code).unwrap_or_else(|| panic!("{code} {period}"));
        assert_eq!(areas.tell(code, &moved).get(Lang::Zh), says, "{code} {period}");
        assert_eq!(
            (moved.is_recoded, moved.is_merged),
            (recoded, merged),
            "{code} {period}"
        );
    }
    assert_eq!(registry.at(year("2020")).moved("X"), None, "never heard of");
}

#[test]
fn without_a_table_nothing_is_known_of_a_code() {
    let mut world = world(CHANGES);
    world.pipeline.registry.changes = None;
    let registry = Registry::load(&world.pipeline).unwrap();
    assert_eq!(registry.at(year("2020")).moved("A"), None);
}

#[test]
fn every_flaw_of_the_table_is_shown_in_its_place() {
    for (rows, expected) in [
        ("A,B,2019,recode,", vec![("bad-date", "2019")]),
        ("A,B,2019-12-31,moved,", vec![("unknown-kind", "moved")]),
        ("A,B,2019-12-31,recode,2", vec![("bad-share", "2")]),
        ("A,B,2019-12-31,recode,NaN", vec![("bad-share", "NaN")]),
        ("A,X,2019-12-31,recode,", vec![("unknown-area", "X")]),
        ("X,C,2020-12-31,recode,", vec![("unknown-area", "X")]),
        ("A,B,2018-12-31,recode,", vec![("change-not-valid", "B")]),
        ("A,C,2020-12-31,recode,", vec![("change-not-valid", "A")]),
        (
            "A,B,2019-12-31,created,",
            vec![("change-codes", "A,B,2019-12-31,created,")],
        ),
        ("A,,2019-12-31,recode,", vec![("change-codes", "A,,2019-12-31,recode,")]),
        (
            "A,B,2019-12-31,rename,",
            vec![("change-codes", "A,B,2019-12-31,rename,")],
        ),
        (
            "S,S,2019-12-31,recode,",
            vec![("change-codes", "S,S,2019-12-31,recode,")],
        ),
        (
            "A,B,2019-12-31,recode,1\nA,B,2019-12-31,recode,",
            vec![("duplicate-change", "A,B,2019-12-31,recode,")],
        ),
        // It rose to another level.
        (
            "E1,F,2019-12-31,recode,",
            vec![("different-levels", "E1,F,2019-12-31,recode,")],
        ),
        (
            "S1,F,2019-12-31,split,",
            vec![("different-levels", "S1,F,2019-12-31,split,")],
        ),
        // The divisions know of that time.
        ("X,S,2019-12-31,merge,", vec![("unknown-area", "X")]),
        // The spans of the divisions say otherwise.
        ("S,Q,2019-12-31,recode,", vec![("change-not-ended", "S")]),
        ("S,,2019-12-31,abolished,", vec![("change-not-ended", "S")]),
        ("A,S,2019-12-31,recode,", vec![("change-not-begun", "S")]),
        (",S,2019-12-31,created,", vec![("change-not-begun", "S")]),
        ("S,T,2019-12-31,split,", vec![("change-kind", "split")]),
        ("P,S,2019-12-31,transfer,", vec![("change-kind", "transfer")]),
        ("S,Q,2019-12-31,transfer,", vec![("change-kind", "transfer")]),
        // Shares that do not fit.
        ("A,B,2019-12-31,recode,0.5", vec![("bad-share", "0.5")]),
        ("M,O,2019-12-31,merge,0", vec![("bad-share", "0")]),
        ("P,Q,2019-12-31,split,1", vec![("bad-share", "1")]),
        ("S,S,2019-12-31,rename,1", vec![("bad-share", "1")]),
        (
            "P,Q,2019-12-31,split,0.3\nP,R,2019-12-31,split,0.6",
            vec![("shares-below-whole", "0.3")],
        ),
        // Rows that contradict each other.
        (
            "M,O,2019-12-31,merge,\nM,Q,2019-12-31,split,",
            vec![("change-contradicted", "M,O,2019-12-31,merge,")],
        ),
        (
            "A,B,2019-12-31,recode,\nM,B,2019-12-31,merge,",
            vec![("change-contradicted", "A,B,2019-12-31,recode,")],
        ),
        (
            "G,H,2019-12-31,merge,\nH,G,2019-12-31,merge,",
            vec![("changes-circular", "G,H,2019-12-31,merge,")],
        ),
        (
            "P,Q,2019-12-31,split,0.7\nP,R,2019-12-31,split,0.6",
            vec![("shares-beyond-whole", "0.6")],
        ),
    ] {
        let world = world(&format!("old_code,new_code,date,kind,share\n{rows}\n"));
        let faults = Registry::load(&world.pipeline).expect_err(rows);
        let english: Vec<_> = faults.iter().filter(|fault| !fault.has_chinese()).collect();
        assert!(english.is_empty(), "without a Chinese text: {english:#?}");
        assert!(
            faults.iter().all(|fault| fault.hint.is_some()),
            "without a hint: {faults:#?}"
        );
        let found: Vec<(&str, String)> = faults
            .iter()
            .map(|fault| (fault.code, excerpt(&fault.file, fault.span.clone())))
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
        assert_eq!(found, expected, "{rows}");
    }
}

#[test]
fn near_misses_of_flaws_are_sound() {
    for rows in [
        // Ended before the first day of which the divisions know.
        "X,S,2015-12-31,merge,1",
        "P,Q,2019-12-31,split,0.4\nP,R,2019-12-31,split,0.6",
        "P,Q,2019-12-31,split,0.4\nP,R,2019-12-31,split,",
        "",
        // Before the divisions begin nobody knows what was there.
        "X,S,2015-12-31,recode,1",
        ",S,2015-12-31,created,",
        // Two areas exchange their codes.
        "G,H,2019-12-31,recode,1\nH,G,2019-12-31,recode,1",
        // A code goes to another area on the day its own gets a new one.
        "G,B,2019-12-31,recode,1\nA,G,2019-12-31,recode,1",
        "S,T,2019-12-31,transfer,0.2",
        // It goes on, and gives away no more than a part.
        "S,Q,2019-12-31,split,0.3",
    ] {
        let world = world(&format!("old_code,new_code,date,kind,share\n{rows}\n"));
        assert!(Registry::load(&world.pipeline).is_ok(), "{rows}");
    }
    let world = world("old_code,new_code,kind\nA,B,recode\n");
    let faults = Registry::load(&world.pipeline).unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
        ["column-missing"]
    );
}

/// Of a pipeline with these rows, the warnings and the notes that `check` gives: code, place and message.
fn doubts(rows: &str) -> [Vec<(&'static str, String, String)>; 2] {
    let world = world(&format!("old_code,new_code,date,kind,share\n{rows}\n"));
    let registry = Registry::load(&world.pipeline).expect(rows);
    let (warnings, notes) = registry.doubts(&world.pipeline);
    [warnings, notes].map(|told| {
        assert!(
            told.iter().all(|one| one.has_chinese() && one.hint.is_some()),
            "{told:#?}"
        );
        let shown = told
            .iter()
            .map(|one| (one.code, excerpt(&one.file, one.span.clone()), one.message.clone()));
        shown.collect()
    })
}

#[test]
fn rows_without_an_effect_are_told() {
    let unknown = "`X` is no area of the registry: the change of 2015-12-31 names its successor, and moves no figure";
    let same = "`S` has the same row of the divisions before and on 2020-12-31, so it keeps its name";
    let by = |word: &str| {
        format!(
            "the change `{word}` of 2015-12-31 has no effect: it has happened by 2019-12-31, the first day on which the pipeline needs areas"
        )
    };
    let not_by = |word: &str| {
        format!(
            "the change `{word}` of 2021-12-31 has no effect: it has not happened by 2020-12-31, the last day on which the pipeline needs areas"
        )
    };
    for (row, code, place, message) in [
        (
            "X,S,2015-12-31,merge,",
            "change-of-unknown-area",
            "X",
            unknown.to_owned(),
        ),
        ("S,S,2020-12-31,rename,", "change-without-effect", "S", same.to_owned()),
    ] {
        let [warnings, notes] = doubts(row);
        assert_eq!(warnings, [(code, place.to_owned(), message)], "{row}");
        assert_eq!(notes, [], "{row}");
    }
    for (row, message) in [
        ("S,T,2015-12-31,transfer,0.5", by("transfer")),
        ("S,T,2021-12-31,transfer,0.5", not_by("transfer")),
        (",S,2015-12-31,created,", by("created")),
    ] {
        let [warnings, notes] = doubts(row);
        assert_eq!(warnings, [], "{row}");
        assert_eq!(notes, [("change-without-effect", row.to_owned(), message)], "{row}");
    }
    // Rows that tell of a code, or move figures between the periods.
    for row in [
        "G,G,2019-12-31,rename,",
        "S,T,2020-12-31,transfer,0.5",
        "B,C,2020-12-31,recode,",
        "A,B,2019-12-31,recode,",
    ] {
        let [warnings, notes] = doubts(row);
        let renamed = notes
            .iter()
            .all(|(_, _, message)| message.starts_with("the change `rename` of 2019-12-31"));
        assert!(warnings.is_empty() && renamed, "{row}: {warnings:?} {notes:?}");
    }
}

#[test]
fn many_codes_older_than_the_divisions_are_one_note() {
    let rows = |count: usize| -> String {
        let rows = (0..count).map(|at| format!("X{at},S,2015-12-31,merge,"));
        rows.collect::<Vec<_>>().join("\n")
    };
    let [warnings, notes] = doubts(&rows(5));
    assert_eq!((warnings.len(), notes.len()), (5, 0));
    let [warnings, notes] = doubts(&rows(6));
    assert_eq!((warnings.len(), notes.len()), (0, 1));
    assert_eq!(notes[0].1, "X0");
    assert!(
        notes[0].2.ends_with("and so it is with 5 others of this table"),
        "{}",
        notes[0].2
    );
}

#[test]
fn an_old_code_that_a_period_needs_must_be_in_the_divisions() {
    let codes = |date: &str| {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        // Nothing is known to have begun or ended before the change.
        world.divisions(&format!("code,name,parent_code,valid_from\n0,root,,\nA,a,0,{date}\n"));
        world.changes(&format!("old_code,new_code,date,kind\nX,A,{date},recode\n"));
        let faults = Registry::load(&world.pipeline).err().unwrap_or_default();
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("2020-06-30"), ["unknown-area"], "the first period is 2019");
    assert!(codes("2019-12-31").is_empty());
}
