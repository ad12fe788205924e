//! Nights on hand-made input: what goes wrong is named, the rest goes on, and nothing depends on order or threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Published, Row, community_services, null_meanings, published, read_parquet, root, run, table};

const HEADER: &str =
    "社区代码,社区名称,城乡分类,常住户数,常住人口,有无综合服务设施,服务设施面积,是否接入公共服务综合信息平台";

/// An input folder in the making.
struct Night {
    dir: tempfile::TempDir,
    reporters: String,
}

impl Night {
    fn new() -> Night {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("input")).unwrap();
        Night {
            dir,
            reporters: "area_code,form,period,expected_rows\n".into(),
        }
    }

    fn owes(mut self, area: &str, rows: usize) -> Night {
        self.reporters += &format!("{area},communities,,{rows}\n");
        self
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Night {
        let path = self.input().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn input(&self) -> PathBuf {
        self.dir.path().join("input")
    }

    fn output(&self) -> PathBuf {
        self.dir.path().join("output")
    }

    fn run(&self, more: &[&str]) -> (i32, String) {
        fs::write(self.input().join("reporters.csv"), &self.reporters).unwrap();
        let mut args = vec!["--period", "2020"];
        args.extend(more);
        run(&self.pipeline(), &self.input(), &self.output(), &args)
    }

    /// The shipped pipeline without a gate: these nights are small.
    fn pipeline(&self) -> PathBuf {
        let copy = self.dir.path().join("pipeline");
        if !copy.exists() {
            copy_folder(&community_services(), &copy);
            let file = copy.join("pipeline.toml");
            let text = fs::read_to_string(&file).unwrap();
            let kept = text
                .lines()
                .filter(|line| !line.starts_with("min_reporting_share") && !line.starts_with("max_quarantined"));
            fs::write(&file, kept.collect::<Vec<_>>().join("\n")).unwrap();
        }
        copy
    }

    fn published(&self, more: &[&str]) -> &Night {
        let (code, text) = self.run(more);
        assert_eq!(code, 0, "{text}");
        self
    }

    fn submission(&self, path: &str) -> Row {
        let rows = table(&self.output(), "submissions");
        rows.into_iter()
            .find(|row| row["path"].text() == Some(path))
            .unwrap_or_else(|| panic!("{path} is not listed"))
    }

    /// Codes found in a file, hard and explain, without optional columns that these small files do not have.
    fn codes(&self, path: &str) -> Vec<String> {
        let id = self.submission(path)["submission_id"].text().unwrap().to_string();
        let findings = table(&self.output(), "findings");
        let of_file = findings.iter().filter(|row| row["submission_id"].text() == Some(&id));
        let grave = of_file.filter(|row| row["severity"].text() != Some("info"));
        let mut codes: Vec<String> = grave.map(|row| row["code"].text().unwrap().to_string()).collect();
        codes.retain(|code| code != "column-absent");
        codes.sort();
        codes
    }

    fn figure(&self, area: &str, indicator: &str) -> Option<f64> {
        let rows = table(&self.output(), "indicators");
        let wanted = |row: &&Row| row["area_code"].text() == Some(area) && row["indicator"].text() == Some(indicator);
        rows.iter().find(wanted).and_then(|row| row["denominator"].number())
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// A roster of `count` communities whose codes begin with `county`.
fn roster(county: &str, count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{county}001{:03},社区{n},111,{},{},是,300.5,是\n",
            n + 1,
            500 + n,
            1500 + n
        )
    };
    format!("{HEADER}\n") + &(0..count).map(line).collect::<String>()
}

#[test]
fn each_bad_file_is_named_and_the_rest_goes_on() {
    let twice = HEADER.replace("常住户数", "常住户数,居民户数");
    let cases: [(&str, &str, Vec<u8>, &[&str]); 13] = [
        ("an empty file", "130104_communities.csv", vec![], &["file-empty"]),
        (
            "a picture",
            "130104_communities.csv",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            &["file-foreign"],
        ),
        (
            "a cut-off workbook",
            "130104_communities.xlsx",
            b"PK\x03\x04\x14\0\x06\0\x08\0".to_vec(),
            &["file-unreadable"],
        ),
        (
            "no header",
            "130104_communities.csv",
            b"130104001001,x,111,5,9\n130104001002,y,111,5,9\n".to_vec(),
            &["header-missing"],
        ),
        (
            "a column twice",
            "130104_communities.csv",
            format!("{twice}\n130104001001,x,111,5,5,9,1,3.5,1\n").into(),
            &["column-duplicate"],
        ),
        (
            "a required column missing",
            "130104_communities.csv",
            roster("130104", 2).replace("城乡分类", "备忘").into(),
            &["column-missing", "column-unknown"],
        ),
        (
            "an unknown county",
            "139999_communities.csv",
            roster("139999", 2).into(),
            &["area-unknown"],
        ),
        (
            "another province's county",
            "110101_communities.csv",
            roster("110101", 2).into(),
            &["area-contradicted"],
        ),
        (
            "a county nobody expects",
            "130108_communities.csv",
            roster("130108", 2).into(),
            &["area-unexpected"],
        ),
        (
            "last year's sheet",
            "130104_communities.csv",
            format!("2019年社区花名册\n{}", roster("130104", 2)).into(),
            &["period-contradicted"],
        ),
        (
            "a name no form claims",
            "notes.txt",
            b"hello".to_vec(),
            &["file-unclaimed"],
        ),
        (
            "a header and nothing else",
            "130104_communities.csv",
            format!("{HEADER}\n").into(),
            &["rows-missing"],
        ),
        (
            "a county's code for a community's",
            "130104_communities.csv",
            roster("130104", 1).replace("130104001001", "130104001000").into(),
            &["code-malformed"],
        ),
    ];
    for (what, name, content, expected) in cases {
        let path = format!("2020/130000/{name}");
        let night = Night::new().owes("130102", 3).owes("130104", 3).owes("110101", 3);
        let night = night
            .file("2020/130000/130102_communities.csv", roster("130102", 3))
            .file(&path, content);
        night.published(&[]);
        assert_eq!(night.codes(&path), expected, "{what}");
        assert_eq!(night.submission(&path)["status"].text(), Some("rejected"), "{what}");
        assert_eq!(
            night.codes("2020/130000/130102_communities.csv"),
            [] as [&str; 0],
            "{what}: the good file"
        );
        assert_eq!(
            night.figure("000000", "urban_facility_coverage"),
            Some(3.0),
            "{what}: the good file's figures"
        );
    }
}

#[test]
fn rows_without_a_header_are_in_the_account() {
    let path = "2020/130000/130102_communities.csv";
    let night = Night::new()
        .owes("130102", 2)
        .file(path, "130102001001,x,111,5\n,,\n130102001002,y,111,5\n")
        .owes("130104", 1)
        .file("2020/130000/130104_communities.csv", roster("130104", 1));
    night.published(&[]);
    let row = night.submission(path);
    assert_eq!(
        ["rows_quarantined", "rows_accepted"].map(|name| row[name].number()),
        [Some(2.0), Some(0.0)]
    );
    assert_eq!(row["status"].text(), Some("rejected"));
    let held = read_parquet(
        &night
            .output()
            .join("current/quarantine/communities/2020/130000.parquet"),
    );
    let other: Vec<_> = held.iter().map(|row| row["other_cells"].text().unwrap()).collect();
    assert_eq!(
        other,
        [
            r#"{"A":"130102001001","B":"x","C":"111","D":"5"}"#,
            r#"{"A":"130102001002","B":"y","C":"111","D":"5"}"#
        ]
    );
}

#[test]
fn a_line_of_the_sender_itself_is_a_total() {
    let path = "2020/130000/130102_communities.csv";
    let lines = "130102,,,9,9,,9,\n130102000000,某区,111,9,9,是,9,是\n,长 安区,,9,9,,9,\n";
    let night = Night::new()
        .owes("130102", 2)
        .file(path, format!("{}{lines}", roster("130102", 2)));
    night.published(&[]);
    let row = night.submission(path);
    let counts = ["rows_read", "rows_accepted", "rows_quarantined", "rows_set_aside"].map(|name| row[name].number());
    assert_eq!(counts, [Some(6.0), Some(2.0), Some(0.0), Some(4.0)]);
    let findings = table(&night.output(), "findings");
    let told: Vec<_> = findings
        .iter()
        .filter(|row| row["code"].text() == Some("row-total"))
        .collect();
    assert_eq!((told.len(), told[0]["count"].number()), (1, Some(3.0)));
    assert_eq!(night.codes(path), [] as [&str; 0]);
    assert_eq!(night.figure("000000", "urban_facility_coverage"), Some(2.0));
}

#[test]
fn a_period_nobody_asked_for_is_a_finding() {
    let night = Night::new()
        .owes("130102", 3)
        .file("2020/130000/130102_communities.csv", roster("130102", 3));
    let night = night.file("2017/130000/130102_communities.csv", roster("130102", 3));
    night.published(&[]);
    assert_eq!(night.codes("2017/130000/130102_communities.csv"), ["period-unexpected"]);
}

#[test]
fn rows_read_are_accepted_quarantined_superseded_or_set_aside() {
    let rows = "130102001001,甲,111,820,2000,是,300,是\n130102001001,甲,111,280,2000,是,300,是\n\
                130102001002,乙,111,500,1500,是,300,是\n130102001002,乙,111,500,1500,是,300,是\n\
                130202001001,外,111,500,1500,是,300,是\n1.30102E+11,科,111,500,1500,是,300,是\n\
                130102001003,丙,111,约五百,1500,是,300,是\n130102001004,丁,111,500,1500,否,300,是\n\
                合计,,,3000,9000,,1200,\n填表人：某某\n";
    let night = Night::new().owes("130102", 6).file(
        "2020/130000/130102_communities.csv",
        format!("花名册\n{HEADER}\n{rows}"),
    );
    night.published(&[]);
    let path = "2020/130000/130102_communities.csv";
    let row = night.submission(path);
    let count = |name: &str| row[name].number().unwrap();
    assert_eq!(
        [
            "rows_read",
            "rows_accepted",
            "rows_quarantined",
            "rows_superseded",
            "rows_set_aside"
        ]
        .map(count),
        [12.0, 1.0, 6.0, 1.0, 4.0]
    );
    assert_eq!(row["status"].text(), Some("partial"));
    let expected = [
        "area-needs-facility",
        "code-scientific",
        "not-an-integer",
        "outside-jurisdiction",
        "row-conflict",
        "row-conflict",
    ];
    assert_eq!(night.codes(path), expected);
    let held = read_parquet(
        &night
            .output()
            .join("current/quarantine/communities/2020/130000.parquet"),
    );
    let raw: BTreeMap<i64, (&str, &str)> = held
        .iter()
        .map(|row| {
            (
                row["row"].number().unwrap() as i64,
                (row["codes"].text().unwrap(), row["households"].text().unwrap()),
            )
        })
        .collect();
    assert_eq!(raw[&9], ("not-an-integer", "约五百"), "raw cells are kept as received");
    assert_eq!(raw.len(), 6);
}

#[test]
fn a_later_revision_replaces_the_whole_submission_and_a_rejected_one_replaces_nothing() {
    let folder = "2020/130000/130102_communities";
    let night = Night::new()
        .owes("130102", 5)
        .file(&format!("{folder}.csv"), roster("130102", 5));
    let night = night
        .file(&format!("{folder}_r1.csv"), roster("130102", 4))
        .file(&format!("{folder}_r2.csv"), "");
    night.published(&[]);
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(4.0));
    let status = |suffix: &str| {
        night.submission(&format!("{folder}{suffix}.csv"))["status"]
            .text()
            .unwrap()
            .to_string()
    };
    assert_eq!(
        [status(""), status("_r1"), status("_r2")],
        ["superseded", "accepted", "rejected"]
    );
}

#[test]
fn a_revision_whose_number_cannot_be_read_is_never_taken_for_an_earlier_one() {
    let folder = "2020/130000/130102_communities";
    let night = Night::new()
        .owes("130102", 5)
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(&format!("{folder}_r1.csv"), roster("130102", 4))
        .file(&format!("{folder}_R2.csv"), roster("130102", 3));
    night.published(&[]);
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(4.0));
    let unread = format!("{folder}_R2.csv");
    assert_eq!(night.codes(&unread), ["revision-unreadable"]);
    assert_eq!(night.submission(&unread)["status"].text(), Some("rejected"));
    let older = night.submission(&format!("{folder}.csv"));
    assert_eq!(older["status"].text(), Some("superseded"));
}

#[test]
fn a_revision_that_loses_every_row_to_the_rules_replaces_nothing() {
    let folder = "2020/130000/130102_communities";
    let broken = roster("130102", 4).replace(",是,300.5", ",否,300.5");
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 2)
        .file("2020/130000/130104_communities.csv", roster("130104", 2));
    let night = night
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(&format!("{folder}_r1.csv"), &broken);
    night.published(&[]);
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(5.0));
    assert_eq!(night.codes(&format!("{folder}_r1.csv")), ["area-needs-facility"; 4]);
    let later = night.submission(&format!("{folder}_r1.csv"));
    assert_eq!(later["status"].text(), Some("rejected"));
    assert_eq!(later["rows_quarantined"].number(), Some(4.0));
    assert_eq!(
        night.submission(&format!("{folder}.csv"))["status"].text(),
        Some("accepted")
    );
}

#[test]
fn two_different_files_of_one_revision_tie_and_equal_ones_count_once() {
    let folder = "2020/130000/130102_communities";
    let other = "2020/130000/130102_社区花名册.csv";
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 2)
        .file("2020/130000/130104_communities.csv", roster("130104", 2));
    let night = night
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(other, roster("130102", 4));
    night.published(&[]);
    assert_eq!(night.codes(other), ["revision-tied"]);
    assert_eq!(night.figure("130000", "urban_facility_coverage"), Some(2.0));
    let night = night.file(other, roster("130102", 5));
    night.published(&[]);
    assert_eq!(night.figure("130000", "urban_facility_coverage"), Some(7.0));
}

#[test]
fn xpcc_and_planned_cities_are_counted_once() {
    // XPCC's cities lie inside Xinjiang by their codes; Dalian may send beside its province, in a folder of its own.
    let night = Night::new().owes("660000", 3).owes("650102", 2).owes("210202", 4);
    let night = night.file("2020/650000/660000_communities.csv", roster("659001", 3));
    let night = night.file("2020/650000/650102_communities.csv", roster("650102", 2));
    let night = night.file("2020/650000/659001_communities.csv", roster("659001", 3));
    let night = night.file("2020/210000/210202_communities.csv", roster("210202", 4));
    let night = night.file("2020/210200/210202_communities.csv", roster("210202", 4));
    night.published(&[]);
    assert_eq!(night.codes("2020/650000/659001_communities.csv"), ["area-unexpected"]);
    let of = |area: &str| night.figure(area, "urban_facility_coverage");
    assert_eq!(
        [of("660000"), of("650000"), of("210000"), of("210200"), of("000000")],
        [3.0, 5.0, 4.0, 4.0, 9.0].map(Some)
    );
}

#[test]
fn a_night_without_a_single_accepted_row_is_withheld() {
    let night = Night::new().owes("130102", 5);
    let (code, text) = night.run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("no row at all was accepted"), "{text}");
    assert!(!night.output().join("current").exists());
    assert!(night.output().join("withheld/tables/reporting.parquet").is_file());
}

#[test]
fn the_gate_keeps_the_earlier_release() {
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published(&[]);
    let before = fs::read_link(night.output().join("current")).unwrap();
    let (code, text) = run(
        &community_services(),
        &night.input(),
        &night.output(),
        &["--period", "2020"],
    );
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("reporting share 50.0 %, below 80.0 %"), "{text}");
    assert_eq!(fs::read_link(night.output().join("current")).unwrap(), before);
}

#[test]
fn the_exit_code_says_whose_fault_it_was() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published(&[]);
    let nowhere = night.dir.path().join("nowhere");
    assert_eq!(
        run(&nowhere, &night.input(), &night.output(), &[]).0,
        2,
        "no definition"
    );
    assert_eq!(run(&night.pipeline(), &nowhere, &night.output(), &[]).0, 2, "no input");
    assert_eq!(
        run(
            &night.pipeline(),
            &night.input(),
            &night.output(),
            &["--period", "1999"]
        )
        .0,
        2,
        "no such period"
    );
    let inside = night.input().join("releases");
    assert_eq!(
        run(&night.pipeline(), &night.input(), &inside, &[]).0,
        2,
        "output among the submissions"
    );
    assert!(!inside.exists());
    let blocked = night.dir.path().join("blocked");
    fs::write(&blocked, "a file, no folder").unwrap();
    let (code, text) = run(&night.pipeline(), &night.input(), &blocked, &[]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("blocked"), "the path is named: {text}");
    let held = fs::File::options()
        .write(true)
        .open(night.output().join("lock"))
        .unwrap();
    held.lock().unwrap();
    assert_eq!(night.run(&[]).0, 4, "locked");
}

#[test]
fn a_broken_definition_writes_nothing() {
    let night = Night::new().owes("130102", 5);
    let file = night.pipeline().join("measures.toml");
    fs::write(
        &file,
        fs::read_to_string(&file).unwrap() + "\n[[measure]]\nid = \"x\"\nform = \"nowhere\"\nvalue = \"1\"\n",
    )
    .unwrap();
    let (code, text) = night.run(&[]);
    assert_eq!(code, 2);
    assert!(text.contains("nowhere") && text.contains("measures.toml"), "{text}");
    assert!(!night.output().exists());
}

#[test]
fn a_second_night_on_the_same_input_changes_nothing() {
    let night = Night::new()
        .owes("130102", 5)
        .file("2020/130000/130102_communities.csv", roster("130102", 5));
    night.published(&[]);
    let before = fs::read_link(night.output().join("current")).unwrap();
    let (code, text) = night.run(&[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(fs::read_link(night.output().join("current")).unwrap(), before);
    assert_eq!(fs::read_dir(night.output().join("releases")).unwrap().count(), 1);
}

#[test]
fn tables_are_the_same_bytes_for_any_number_of_threads_and_any_order_of_files() {
    let sample = root().join("sample_data/submissions");
    let dir = tempfile::tempdir().unwrap();
    let shuffled = dir.path().join("shuffled");
    let mut files: Vec<_> = walkdir::WalkDir::new(&sample)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .collect();
    files.retain(|path| path.is_file());
    // The folder then lists them in another order.
    files.sort_by_key(|path| std::cmp::Reverse(path.file_name().map(|name| name.to_os_string())));
    for path in files {
        let target = shuffled.join(path.strip_prefix(&sample).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&path, &target).unwrap();
    }
    let nights: [(&Path, &[&str]); 3] = [
        (&sample, &["--threads", "1"]),
        (&sample, &["--threads", "2"]),
        (&shuffled, &["--threads", "2"]),
    ];
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for (at, (input, more)) in nights.into_iter().enumerate() {
        let output = dir.path().join(format!("output{at}"));
        let (code, text) = run(&community_services(), input, &output, more);
        assert_eq!(code, 0, "{text}");
        let files = published(&output);
        let first = first.get_or_insert_with(|| files.clone());
        assert_eq!(first.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
        let differ: Vec<_> = files
            .iter()
            .filter(|(path, bytes)| first[*path] != **bytes)
            .map(|(path, _)| path)
            .collect();
        assert!(differ.is_empty(), "night {at}: {differ:?}");
    }
}

#[test]
fn every_submission_balances_and_every_null_has_a_reason() {
    let output = tempfile::tempdir().unwrap();
    let (code, text) = run(
        &community_services(),
        &root().join("sample_data/submissions"),
        output.path(),
        &[],
    );
    assert_eq!(code, 0, "{text}");
    for row in table(output.path(), "submissions") {
        let count = |name: &str| row[name].number().unwrap();
        let parts = ["rows_accepted", "rows_quarantined", "rows_superseded", "rows_set_aside"].map(count);
        assert_eq!(count("rows_read"), parts.iter().sum::<f64>(), "{row:?}");
    }
    for name in ["indicators", "groups", "gaps", "inequality"] {
        let meanings = null_meanings(output.path(), name);
        let explained: Vec<&String> = meanings
            .iter()
            .filter(|(_, meaning)| *meaning == "see null_reason")
            .map(|(column, _)| column)
            .collect();
        assert!(explained.len() > 3, "{name}: {meanings:?}");
        for row in table(output.path(), name) {
            let nulls: Vec<_> = explained
                .iter()
                .filter(|column| row[**column] == Published::Null)
                .collect();
            // A reason where something is null, and only there.
            assert_eq!(
                row["null_reason"].text().is_some(),
                !nulls.is_empty(),
                "{name}: {nulls:?} in {row:?}"
            );
        }
    }
    let manifest = fs::read_to_string(output.path().join("current/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let rows = |name: &str| manifest["rows"][name].as_u64().unwrap();
    assert_eq!(
        rows("read"),
        rows("accepted") + rows("quarantined") + rows("superseded") + rows("set_aside")
    );
}
