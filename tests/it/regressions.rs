//! Inputs that once broke something, and the sample, under the laws of the fuzz targets (docs/fuzzing.md).

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "libFuzzer needs more than a test does")]
mod targets;

use targets::TARGETS;

/// The files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let all = all.map(|entry| entry.unwrap().into_path());
    all.filter(|path| path.is_file()).collect()
}

fn run(target: &str, path: &Path, input: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    println!("{target}: {}", path.display());
    run(input);
}

#[test]
fn what_once_broke_something_breaks_nothing() {
    let folder = root().join("tests/regressions");
    let kept = files(&folder);
    assert!(!kept.is_empty());
    for path in kept {
        let target = path.strip_prefix(&folder).unwrap().components().next().unwrap();
        run(target.as_os_str().to_str().unwrap(), &path, &fs::read(&path).unwrap());
    }
}

#[test]
fn submissions_hold_the_laws_of_reading() {
    let folder = root().join("sample_data/submissions/2020");
    let mut runs = 0;
    for path in files(&folder)
        .iter()
        .filter(|path| fs::metadata(path).unwrap().len() < 8_000)
    {
        let target = match path.extension().and_then(|name| name.to_str()) {
            Some("xlsx") => "workbook",
            Some("json" | "jsonl") => "json",
            _ => "csv",
        };
        run(target, path, &fs::read(path).unwrap());
        runs += 1;
    }
    assert!(runs > 20, "{runs} small submissions");
}

#[test]
fn faults_of_a_definition_lie_in_its_files() {
    let folder = root().join("tests/definitions");
    for path in files(&folder) {
        let flaw = path.strip_prefix(&folder).unwrap();
        let name: PathBuf = flaw.components().skip(1).collect();
        if let Some(which) = targets::definitions::FILES
            .iter()
            .position(|file| Path::new(file) == name)
        {
            let input = [&[which as u8], fs::read(&path).unwrap().as_slice()].concat();
            run("definitions", &path, &input);
        }
    }
}

#[test]
fn cells_hold_the_laws_of_cleaning() {
    let texts = [
        "",
        "0",
        "-0",
        "１２",
        "1.2万",
        "1亩",
        "0.1亩",
        "12.3%",
        "—",
        "999",
        "1月",
        "2020年2月29日",
        "130102",
        "长丁",
        "社会组职",
    ];
    for text in texts {
        for how in 0..32_u8 {
            run("cleaners", Path::new(text), &[&[how], text.as_bytes()].concat());
        }
    }
    for text in [
        "area > 0 AND people IS NOT NULL",
        "people + count",
        "area / people",
        "CASE WHEN open THEN 1 ELSE 0 END",
        "长丁区 >",
    ] {
        run("formulas", Path::new(text), text.as_bytes());
    }
    let headers = "社区服务情况\n社区代码|社区名称|居民户数|综合服务设施||满意度\n|||有无|建筑面积（亩）|\n130102001001|东风|820|是|1.5|90%\n合计||820\n";
    run("headers", Path::new("sheet"), headers.as_bytes());
}

/// Tables and corrections as somebody keeps them beside the submissions, each with its target.
fn beside() -> Vec<(&'static str, Vec<u8>)> {
    let tables = [
        "area_code,form,period,expected_rows,residents\n130102,cells,2020,12,\"1,234\"\n130100,shadowed,,-1,x\n9,no,2020年,,1e400\n",
        "path,received_at\n2020/130102_cells.csv,2021-01-31\n.\\2020\\a#表,2021-02-30\n2020/130102_cells.csv,9999-12-31\n",
        "form;period;area_code;key;column;explanation;date\ncells;2020;130102;130102001001;人数;拆迁;soon\ncells;2020;130102;\"a;b\";;？;\n",
        "code\tarea_code\tperiod\n130102001001\t130102\t2020\n130102001002\t130100\t\nx\t\t2021\n",
    ];
    let common = "form = \"cells\"\nperiod = \"2020\"\narea = \"130102\"\nkey = \"130102001001\"\nreason = \"x\"\napproved_by = \"director\"\nreported = \"2021-03-02\"\n";
    let entry = |id: &str, what: &str| format!("[[correction]]\nid = \"{id}\"\n{what}{common}\n");
    let value = "action = \"override\"\ncolumn = \"people\"\nvalue = \"1\"\n";
    let scale = "action = \"scale\"\ncolumn = \"area\"\nfactor = \"1/10000\"\n";
    let drop = "action = \"drop\"\n";
    let text = [
        entry("a", value),
        entry(" a", scale),
        entry("b", drop),
        entry("c", drop),
    ]
    .concat();
    let tables = (0_u8..).zip(tables);
    let tables = tables.map(|(which, table)| ("registers", [&[which], table.as_bytes()].concat()));
    tables.chain([("corrections", text.into_bytes())]).collect()
}

#[test]
fn what_lies_beside_the_submissions_holds_its_laws() {
    for (target, whole) in beside() {
        for end in (0..=whole.len()).step_by(5) {
            run(target, Path::new("broken off"), &whole[..end]);
        }
        run(target, Path::new("whole"), &whole);
    }
}

/// Inputs changed blindly, where libFuzzer is not at hand: `HUIZONG_MUTANTS` says how many, their numbers tell them apart.
#[test]
fn what_lies_beside_the_submissions_may_be_changed_in_any_way() {
    let many = std::env::var("HUIZONG_MUTANTS").ok().and_then(|text| text.parse().ok());
    let seeds = beside();
    let tokens: [&[u8]; 16] = [
        b"\"",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"=",
        b"[",
        b"]]",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\0",
        b"130102",
        b"2020",
        b"1e308",
        "\u{3000}".as_bytes(),
    ];
    for number in 0..many.unwrap_or(300_u64) {
        let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below.max(1) as u64) as usize
        };
        let (target, seed) = &seeds[number as usize % seeds.len()];
        let mut input = seed.clone();
        for _ in 0..=next(8) {
            let at = next(input.len());
            match next(5) {
                0 if at < input.len() => input[at] ^= 1 << next(8),
                1 => drop(input.drain(at..(at + next(9)).min(input.len()))),
                2 => {
                    let from = next(input.len());
                    let piece = input[from..(from + next(40)).min(input.len())].to_vec();
                    input.splice(at..at, piece);
                }
                3 => input.truncate(at + 1),
                _ => drop(input.splice(at..at, tokens[next(tokens.len())].iter().copied())),
            }
        }
        let (_, law) = TARGETS.iter().find(|(name, _)| name == target).expect("a target");
        let held = std::panic::catch_unwind(|| law(&input));
        assert!(
            held.is_ok(),
            "{target}, mutant {number}: {:?}",
            String::from_utf8_lossy(&input)
        );
    }
}
