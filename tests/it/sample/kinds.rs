//! The committed sample holds every kind of fault, and a near miss of it.

use super::*;

/// Codes that no county of the sample gives rise to, nor nearly, and why.
const NOT_PLANTED: [(&str, &str); 57] = [
    (
        "revision-chosen",
        "no file of the sample calls itself old, and two of one revision come on one day; `night`",
    ),
    (
        "text-garbled",
        "texts of the sample are names of its pools, none of them broken; `reading`",
    ),
    (
        "encoding-mixed",
        "two files joined are no file of one county; `reading`",
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
    ("row-equals-sum", "the generator names its totals; `reading`"),
    ("row-short", "rows of the sample have all their cells; `reading`"),
    ("row-key-only", "the generator fills its rows; `reading`"),
    (
        "section-differs",
        "the generator repeats headers as they are; `reading`",
    ),
    (
        "unit-line-contradicted",
        "the generator writes no unit lines that headers contradict; `reading`",
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
        "header-other-figures",
        "headers of the sample name no plans, ranks or other years; `units`",
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
        "codes of the shipped registry begin with no zero; `reading`",
    ),
    (
        "number-shown-otherwise",
        "the generator writes numbers without a number format; `reading`",
    ),
    ("correction-dropped", "what the ministry writes; `feedback`"),
    ("correction-fault", "what the ministry writes; `feedback`"),
    ("correction-stale", "what the ministry writes; `feedback`"),
    ("correction-unmatched", "what the ministry writes; `feedback`"),
    (
        "quote-unclosed",
        "an open quote swallows the rows behind it, of which the truth then knows nothing; `hostile`",
    ),
    (
        "sheet-hidden",
        "a workbook of the sample has one visible sheet for each form, and no other; `hostile`",
    ),
    (
        "sheet-continued",
        "a workbook of the sample has one visible sheet for each form, and no other; `hostile`",
    ),
    (
        "revision-unreadable",
        "faults of files are dealt to those that are sent once; `night`",
    ),
    (
        "formula-uncomputed",
        "the generator writes values and no formulas; `hostile`",
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
        "the generator stores codes as texts or whole numbers, as their sheets show them; `reading`",
    ),
    (
        "code-date",
        "the generator stores codes as texts or whole numbers, as their sheets show them; `reading`",
    ),
    (
        "code-fraction",
        "the generator stores codes as texts or whole numbers, as their sheets show them; `reading`",
    ),
    (
        "code-invisible",
        "the generator puts no characters into a code that are not seen; `reading`",
    ),
    (
        "digits-lost",
        "codes of the shipped registry have twelve digits, and a number keeps fifteen; `reading`",
    ),
    (
        "sheet-of-other-form",
        "a workbook of the sample has one visible sheet for each form, and no other; `night`",
    ),
    (
        "fill-stopped",
        "no column of the shipped forms lets a blank mean the cell above; `reading`",
    ),
    (
        "date-order-converted",
        "the generator writes dates as text, with the year first; `dates`",
    ),
    (
        "date-order-mixed",
        "the generator writes dates with the year first; `dates`",
    ),
    (
        "date-shown-partly",
        "the generator writes dates as text, which hides nothing; `reading`",
    ),
    (
        "date-order-unclear",
        "the generator writes dates with the year first; `dates`",
    ),
    (
        "header-period",
        "the headers of the shipped forms name no year; `reading`",
    ),
    (
        "number-negative",
        "no figure of the shipped forms can be negative; `notation`",
    ),
    (
        "number-shortened",
        "the generator writes its numbers in full; `notation`",
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
