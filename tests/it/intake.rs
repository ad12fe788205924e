//! Intake with the shipped definitions: what a county really sends, through the public door.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use huizong::domain::{Code, RawTable, SetAside, Severity};
use huizong::intake::{Intake, ReadSubmission};
use huizong::pipeline;

/// The sheet as a clerk fills it in: title block, header over two rows, counting row, sub-total, signature.
const SUMMARY: &str = "\
城乡社区服务体系统计表,,,,,,,,\n\
表    号：民社2表,,,,,,,,\n\
填报单位：长安区,,,2020年,,,,,计量单位：户、人、平方米、元\n\
县（区）代码,单位名称,社区（村）个数,,,居民户数,常住人口,资金来源,\n\
,,合计,其中：城市社区,其中：农村社区,,,中央投入,地方投入\n\
甲,乙,1,2,3,4,5,6,7\n\
130102,长安区,60,45,15,182000,521000,1250000,3400000\n\
,合　计,60,45,15,182000,521000,1250000,3400000\n\
,,,,,,,,\n\
单位负责人：,,填表人：,,,报出日期：2021年1月20日,,,\n";

fn read(path: &str, bytes: &[u8]) -> ReadSubmission {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/community-services");
    let pipeline = pipeline::load(&shipped).expect("the shipped pipeline has no fault");
    let intake = Intake::new(&pipeline, folder.path(), "000000");
    let found = intake.discover().unwrap();
    let mut read = intake.read(&found.files[0]).unwrap();
    assert_eq!(read.submissions.len(), 1);
    read.submissions.remove(0)
}

fn counts(table: &RawTable) -> BTreeMap<SetAside, usize> {
    let mut counts = BTreeMap::new();
    for (_, kind) in &table.set_aside {
        *counts.entry(*kind).or_default() += 1;
    }
    counts
}

#[test]
fn a_summary_as_a_clerk_fills_it_in() {
    let gbk = encoding_rs::GB18030.encode(SUMMARY).0.into_owned();
    for (bytes, encoding) in [(SUMMARY.as_bytes(), "utf-8"), (gbk.as_slice(), "gb18030")] {
        let read = read("2020/130000/130102_county_summaries.csv", bytes);
        assert_eq!(read.submission.encoding.as_deref(), Some(encoding));
        assert!(!read.rejected, "{:?}", read.findings);
        assert!(
            read.findings.iter().all(|finding| finding.code == Code::ColumnAbsent),
            "{:?}",
            read.findings
        );
        let table = read.table.as_ref().unwrap();
        let records: Vec<u32> = table
            .records
            .iter()
            .map(|row| table.grid.number(*row as usize))
            .collect();
        assert_eq!(records, [7]);
        let expected = [
            (SetAside::Title, 3),
            (SetAside::Header, 2),
            (SetAside::HeaderNote, 1),
            (SetAside::Blank, 1),
            (SetAside::Total, 1),
            (SetAside::Footer, 1),
        ];
        assert_eq!(counts(table), BTreeMap::from(expected));
        assert_eq!((table.columns.len(), table.unmatched.len(), table.width), (9, 0, 9));
        assert_eq!(table.columns[7].unit.as_deref(), Some("元"));
    }
}

#[test]
fn last_years_sheet_is_not_taken_for_this_years() {
    let read = read(
        "2020/130000/130102_county_summaries.csv",
        SUMMARY.replace("2020年", "2019年").as_bytes(),
    );
    let hard: Vec<&str> = read
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Hard)
        .map(|f| f.code.as_str())
        .collect();
    assert_eq!(hard, ["period-contradicted"]);
    assert_eq!(read.findings.iter().find_map(|f| f.place.a1()).as_deref(), Some("D3"));
    assert!(read.rejected);
}
