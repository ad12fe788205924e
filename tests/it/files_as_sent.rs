//! Files as other systems write them: each is read as a spreadsheet program shows it, or refused by name.

use std::path::PathBuf;

use crate::support::{facts, joined, root, run, shown, table};

/// What one file gave.
struct Read {
    exit: i32,
    said: String,
    /// `code residents clinics` of every accepted record.
    records: Vec<String>,
    /// `severity code row column raw` of every finding.
    findings: Vec<String>,
    format: String,
    encoding: String,
}

fn case() -> PathBuf {
    root().join("tests/cases/files-as-systems-write-them")
}

fn read(name: &str) -> Read {
    let output = tempfile::tempdir().unwrap();
    let (exit, said) = run(
        &case().join("pipeline"),
        &case().join(name),
        output.path(),
        &["--lang", "en"],
    );
    let folder = output.path().join("withheld");
    if exit != 0 {
        std::fs::rename(&folder, output.path().join("current"))
            .unwrap_or_else(|error| panic!("{name}: {error}: {said}"));
    }
    let records = facts(output.path(), "clinics", "2020");
    let findings = table(output.path(), "findings");
    let findings = findings
        .iter()
        .filter(|finding| shown(finding, "code") != "column-absent")
        .map(|finding| joined(finding, &["severity", "code", "row", "field", "raw"], " "));
    let submissions = table(output.path(), "submissions");
    Read {
        exit,
        said,
        records: records
            .iter()
            .map(|record| joined(record, &["county_code", "residents", "clinics"], " "))
            .collect(),
        findings: findings.collect(),
        format: shown(&submissions[0], "format"),
        encoding: shown(&submissions[0], "encoding"),
    }
}

const TWO: &[&str] = &["01001 12500 8", "01003 20000 9"];
const THREE: &[&str] = &["01001 12500 8", "01003 20000 9", "06037 30000 12"];

#[test]
fn every_file_is_read_as_it_is_shown_or_refused_by_name() {
    for (name, format, encoding, records, findings) in [
        ("constants-in-formulas", "csv", "utf-8", THREE, &[][..]),
        (
            "formulas",
            "csv",
            "utf-8",
            &["06037 30000 12"],
            &[
                "hard formula-uncomputed 2 residents =HYPERLINK(\"https://example.org\",\"12500\")",
                "hard formula-uncomputed 3 residents =10000*2",
                "info row-remark 5 - =HYPERLINK(\"https://example.org\",\"Open data\")",
            ],
        ),
        (
            "source-below-the-table",
            "tsv",
            "utf-8",
            TWO,
            &["info row-remark 5 - International Statistics Office, October 2020"],
        ),
        (
            "records-like-remarks",
            "csv",
            "utf-8",
            TWO,
            &["hard cell-missing 4 residents -"],
        ),
        ("pipes", "csv", "utf-8", TWO, &[]),
        ("carets", "csv", "utf-8", &[], &["hard header-missing - - ^"]),
        (
            "fee-in-the-total",
            "csv",
            "utf-8",
            TWO,
            &["explain total-differs 4 clinics 18"],
        ),
        (
            "web-page",
            "html",
            "gb18030",
            THREE,
            &[
                "explain text-struck 5 clinics 8",
                "info row-remark 7 - 1/ 含移动诊所 http://example.org/clinics",
                "info rows-hidden - - 6",
                "info text-noted 4 clinics 1",
            ],
        ),
        (
            "spreadsheet-2003",
            "xml2003",
            "utf-8",
            TWO,
            &["info rows-hidden - - 5", "info text-noted 4 clinics 1"],
        ),
        ("web-archive", "unknown", "-", &[], &["hard workbook-foreign - - MHTML"]),
        ("backslashes", "xlsx", "-", TWO, &[]),
        ("strict", "xlsx", "-", TWO, &[]),
        ("default-password", "xlsx", "-", TWO, &[]),
        ("default-password-2007", "xlsx", "-", TWO, &[]),
        ("default-password-2000", "xls", "-", TWO, &[]),
        ("default-password-2003", "xls", "-", TWO, &[]),
        ("own-password", "unknown", "-", &[], &["hard file-encrypted - - -"]),
    ] {
        let read = read(name);
        let mut found = read.findings.clone();
        found.sort();
        assert_eq!(read.records, records, "{name}\n{}", read.said);
        assert_eq!(found, findings, "{name}\n{}", read.said);
        assert_eq!(
            (read.format.as_str(), read.encoding.as_str()),
            (format, encoding),
            "{name}"
        );
        assert_eq!(read.exit, i32::from(records.is_empty()), "{name}\n{}", read.said);
    }
}
