//! The committed sample holds every kind of fault, and a near miss of it.

use super::*;

/// Codes that no county of the sample gives rise to, nor nearly, and why.
const NOT_PLANTED: [(&str, &str); 44] = [
    (
        "numerator-without-denominator",
        "the sample spoils single records, and the sums of a county stay possible; `impossible_ratios`",
    ),
    (
        "share-outside-bounds",
        "the sample spoils single records, and the sums of a county stay possible; `impossible_ratios`",
    ),
    (
        "cells-unseen",
        "workbooks of the sample have no colours or sizes of fonts; `unseen`",
    ),
    (
        "name-shared",
        "the shipped forms name areas by codes, whose names are not asked; `told`",
    ),
    (
        "encoding-assumed",
        "the headers of the shipped forms prove their encoding; `reading`",
    ),
    (
        "encoding-unproven",
        "the headers of the shipped forms prove their encoding; `reading`",
    ),
    (
        "decimal-mark-assumed",
        "no column of the shipped forms has three decimals; `notation`",
    ),
    (
        "percent-mixed",
        "the one percent column of the shipped forms has one decimal, too few for a share; `notation`",
    ),
    (
        "file-too-large",
        "a file beyond the limits would be larger than the sample; `hostile`",
    ),
    ("register-fault", "the registers are not the counties'; `rules`"),
    ("row-short", "rows of the sample have all their cells; `reading`"),
    (
        "row-equals-sum",
        "the registers that the sample writes say how many rows are owed, and a rule asks for the sums: a total among the records is more than one fault; `reading`",
    ),
    (
        "row-key-only",
        "the shipped forms require more than a key, so such a row is out for that; `reading`",
    ),
    (
        "unit-line-unclear",
        "the headers of the shipped forms name their units, which go before any line; `reading`",
    ),
    (
        "unit-in-column",
        "the forms of the sample have no column for units; `units`",
    ),
    (
        "money-sign-unclear",
        "the headers of the shipped forms name their units; `units`",
    ),
    (
        "unit-undeclared",
        "every column of the shipped forms declares its unit; `notation`",
    ),
    (
        "code-stored-otherwise",
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "code-zeros-lost",
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "code-misnamed",
        "the shipped forms have no names of areas beside their codes; `reading`",
    ),
    (
        "leading-zeros",
        "a column of codes in place of figures has more than one fault; `reading`",
    ),
    ("correction-dropped", "what the ministry writes; `feedback`"),
    ("correction-fault", "what the ministry writes; `feedback`"),
    ("correction-stale", "what the ministry writes; `feedback`"),
    ("correction-unmatched", "what the ministry writes; `feedback`"),
    (
        "quote-unclosed",
        "the generator quotes cells as they must be; `hostile`",
    ),
    (
        "return-contradicted",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-foreign",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-misplaced",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "return-outdated",
        "what comes back after a run, of which a sample has none; `returns`",
    ),
    (
        "rows-without-area",
        "every row of the shipped forms names its area; `belonging`",
    ),
    (
        "value-too-large",
        "the ranges of the shipped forms end below what can be too large; `numbers`",
    ),
    (
        "area-reassigned",
        "of the shipped registry one code has had two bearers, and the first, a zone, sends nothing; `reassigned`",
    ),
    (
        "code-reassigned",
        "of the shipped registry one code has had two bearers, and the first, a zone, sends nothing; `reassigned`",
    ),
    (
        "key-case-differs",
        "keys of the shipped forms are codes of digits; `rules`",
    ),
    (
        "code-boolean",
        "no program takes a code of six or twelve digits for a boolean; `reading`",
    ),
    (
        "code-date",
        "no program takes a code of six or twelve digits for a date; `reading`",
    ),
    (
        "code-fraction",
        "codes of the shipped registry have no decimals to lose, and .0 behind one is left out; `reading`",
    ),
    (
        "code-invisible",
        "what is not seen is left out of a code of twelve digits without a doubt; `reading`",
    ),
    (
        "digits-lost",
        "codes of the shipped registry have twelve digits, and a number keeps fifteen; `reading`",
    ),
    (
        "sheet-of-other-form",
        "a sheet is laid out with all of its form, and the truth knows a form of one sender once; `night`",
    ),
    (
        "fill-stopped",
        "no column of the shipped forms lets a blank mean the cell above; `reading`",
    ),
    (
        "percent-shares",
        "the one percent column of the shipped forms has one decimal, too few for a share; `shares`",
    ),
    (
        "submission-identical",
        "the truth knows nothing of a file that repeats another; `night`",
    ),
];

/// Codes without a near miss, and why.
const NO_NEIGHBOUR: [(&str, &str); 1] = [(
    "file-encrypted",
    "the lawful file nearest to it is a workbook of the old kind, which no crate at hand writes; `hostile`",
)];

#[test]
fn what_is_not_planted_is_held_by_the_test_that_is_named() {
    let holds = |module: &str, code: &str| {
        let places = [
            format!("it/{module}.rs"),
            format!("it/{module}"),
            format!("cases/{module}"),
        ];
        let mut files = places
            .iter()
            .flat_map(|place| walkdir::WalkDir::new(root().join("tests").join(place)));
        files.any(|entry| {
            entry.is_ok_and(|entry| fs::read_to_string(entry.path()).is_ok_and(|text| text.contains(code)))
        })
    };
    let lacking: Vec<&str> = (NOT_PLANTED.iter().chain(&NO_NEIGHBOUR))
        .filter(|(code, reason)| !holds(reason.split('`').nth(1).unwrap(), code))
        .map(|(code, _)| *code)
        .collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn the_committed_sample_holds_every_kind_of_fault_and_a_near_miss_of_it() {
    let truth = read_csv(&root().join("sample_data/truth/truth.csv"));
    let lines: BTreeSet<(bool, &str, &str)> = truth
        .iter()
        .map(|line| (line["severity"] == "none", line["kind"].as_str(), line["code"].as_str()))
        .collect();
    let holds = |is_near: bool, kind: &str, code: &str| {
        let mut same = lines.iter().filter(|(near, _, of)| (*near, *of) == (is_near, code));
        same.any(|(_, of, _)| *of == kind || of.strip_prefix(kind).is_some_and(|slip| slip.starts_with(", ")))
    };
    let pipeline = huizong::pipeline::load(&community_services()).unwrap();
    let mut lacking = Vec::new();
    for rule in &pipeline.rules {
        let (id, fault, near) = (&rule.id, format!("rule {}", rule.id), format!("near {}", rule.id));
        if rule.severity != huizong::domain::Severity::Info && !holds(false, &fault, id) {
            lacking.push(fault);
        }
        if !holds(true, &near, id) {
            lacking.push(near);
        }
    }
    let is_in = |list: &[(&str, &str)], code: &str| list.iter().any(|(name, _)| *name == code);
    for (code, entry) in huizong::domain::catalog() {
        let code = code.as_str();
        if entry.severity == huizong::domain::Severity::Info || is_in(&NOT_PLANTED, code) {
            continue;
        }
        let kind = if code == "total-differs" {
            "rule total-differs"
        } else {
            code
        };
        if !holds(false, kind, code) {
            lacking.push(code.to_owned());
        }
        let near = format!("near {code}");
        if !is_in(&NO_NEIGHBOUR, code) && !holds(true, &near, code) {
            lacking.push(near);
        }
    }
    // A whole column at fault, and a column in which just too few rows are for that.
    let whole =
        |line: &&BTreeMap<String, String>| line["kind"] == "rule history-facility-area" && line["row"].is_empty();
    let slips = [
        (truth.iter().any(|line| whole(&line)), "a whole column"),
        (
            holds(true, "near whole column history-facility-area", "history-facility-area"),
            "nearly a whole column",
        ),
        (
            holds(
                false,
                "rule social-workers-within-staff, swapped neighbours",
                "social-workers-within-staff",
            ),
            "neighbours",
        ),
        (
            holds(
                false,
                "rule kinds-of-communities, swapped digits",
                "kinds-of-communities",
            ),
            "digits",
        ),
        (
            holds(false, "rule total-differs, swapped digits", "total-differs"),
            "digits of a total",
        ),
    ];
    lacking.extend(
        slips
            .into_iter()
            .filter(|(is_there, _)| !is_there)
            .map(|(_, name)| name.to_owned()),
    );
    assert!(lacking.is_empty(), "not planted: {lacking:?}");
}
