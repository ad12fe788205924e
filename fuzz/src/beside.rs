use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use huizong::domain::{Lang, Period, Text};
use huizong::pipeline::Form;
use huizong::pipeline::corrections::{self, Change, Corrections};
use huizong::registry::{Explanations, Receipts, RegisterFault, RegisterFile, Reporters, UnitLists};

use super::definitions::are_shown;
use super::world::{World, cells};

/// The registers an input can be, by its first byte.
pub const REGISTERS: [&str; 4] = ["reporters.csv", "receipts.csv", "explanations.csv", "units.csv"];

/// An input folder, made once a process.
static FOLDER: LazyLock<Mutex<PathBuf>> = LazyLock::new(|| {
    let base = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = base.join(format!("huizong-beside-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for temporary files can be written");
    Mutex::new(folder)
});

fn folder() -> MutexGuard<'static, PathBuf> {
    FOLDER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The input is one register, as it lies beside the submissions.
pub fn run_registers(input: &[u8]) {
    let Some((which, content)) = input.split_first() else {
        return;
    };
    let name = REGISTERS[usize::from(*which) % REGISTERS.len()];
    let (world, folder) = (cells(), folder());
    let said = read(world, &folder, name, content, content);
    let lines = match std::str::from_utf8(content) {
        // Another encoding says the same, unless what is said is about bytes.
        Ok(text) if !text.starts_with('\u{feff}') && !text.contains('\u{feff}') => {
            let marked = [
                b"\xFF\xFE".to_vec(),
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ]
            .concat();
            assert_eq!(
                read(world, &folder, name, &marked, content),
                said,
                "UTF-16 says otherwise"
            );
            moves_down(world, &folder, name, text, &said);
            text.matches(['\n', '\r']).count() + 1
        }
        _ => content.len() + 1,
    };
    for fault in &said.faults {
        assert_eq!(fault.path, name);
        assert!(fault.row as usize <= lines, "{fault:?} lies beyond the file");
        assert!(
            fault.column.is_none() || fault.row > 0,
            "{fault:?} names a column and no row"
        );
        is_told(&fault.message);
    }
    let _ = fs::remove_file(folder.join(name));
}

/// A blank line on top changes no more than the places.
fn moves_down(world: &World, folder: &Path, name: &str, text: &str, said: &Said) {
    let lower = read(world, folder, name, format!("\n{text}").as_bytes(), text.as_bytes());
    assert_eq!(lower.used, said.used, "a blank line changes what is read");
    let rows = |said: &Said| said.faults.iter().map(|fault| fault.row).collect::<Vec<u32>>();
    let moved: Vec<u32> = rows(said)
        .into_iter()
        .map(|row| if row == 0 { 0 } else { row + 1 })
        .collect();
    assert_eq!(rows(&lower), moved, "a blank line moves the places otherwise");
}

/// What a register comes to, in words.
#[derive(Debug, PartialEq)]
struct Said {
    used: Vec<String>,
    faults: Vec<RegisterFault>,
}

/// What is wrong in all of them.
fn faults_of(files: Vec<RegisterFile>) -> Vec<RegisterFault> {
    files.into_iter().flat_map(|file| file.faults).collect()
}

/// Reads `content` as a register; receipts are asked for by the cells of `cells`.
fn read(world: &World, folder: &Path, name: &str, content: &[u8], cells: &[u8]) -> Said {
    fs::write(folder.join(name), content).expect("a temporary file can be written");
    let World { pipeline, registry, .. } = world;
    match name {
        "reporters.csv" => {
            let (reporters, files) = Reporters::load(pipeline, registry, folder).expect("the file can be read");
            let faults = faults_of(files);
            Said {
                used: reporters_hold(world, &reporters),
                faults,
            }
        }
        "receipts.csv" => {
            let (receipts, files) = Receipts::load(pipeline, folder).expect("the file can be read");
            let faults = faults_of(files);
            Said {
                used: receipts_hold(&receipts, cells),
                faults,
            }
        }
        "explanations.csv" => {
            let (found, files) = Explanations::load(pipeline, &[], folder).expect("the file can be read");
            let faults = faults_of(files);
            Said {
                used: explanations_hold(world, &found, &faults),
                faults,
            }
        }
        _ => {
            let (lists, files) = UnitLists::load(pipeline, registry, folder).expect("the file can be read");
            let faults = faults_of(files);
            Said {
                used: units_hold(world, &lists, name),
                faults,
            }
        }
    }
}

/// Only areas of the registry owe anything, and every figure is one.
fn reporters_hold(world: &World, reporters: &Reporters) -> Vec<String> {
    let mut used = Vec::new();
    for form in 0..world.pipeline.forms.len() {
        for &period in &world.pipeline.periods {
            let areas = world.registry.at(period);
            for (area, expected) in reporters.expected(form, period).iter() {
                assert!(areas.get(area).is_some(), "{area:?} owes a form and is no area");
                assert!(expected.rows.is_none_or(|rows| rows >= 0));
                let sound = |figure: &f64| figure.is_finite() && *figure >= 0.0;
                assert!(expected.register.values().all(sound), "{expected:?}");
                used.push(format!("{form} {period} {area} {expected:?}"));
            }
        }
    }
    used
}

/// A file was received on a day that can be.
fn receipts_hold(receipts: &Receipts, content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content);
    let cells = text.split([',', ';', '\t', '\n', '\r', '"']).map(str::trim);
    let known = cells.filter_map(|cell| Some((cell, receipts.received_at(cell)?)));
    known
        .map(|(cell, day)| {
            assert!((1800..=2200).contains(&day.year()), "{cell:?} was received on {day}");
            format!("{cell} {day}")
        })
        .collect()
}

/// Every reference is to something that is there.
fn explanations_hold(world: &World, found: &Explanations, faults: &[RegisterFault]) -> Vec<String> {
    let mut used = Vec::new();
    for one in &found.list {
        let form = refers(world, one.form, one.period);
        assert!(one.key.is_empty() || one.key.len() == form.key.len(), "{one:?}");
        assert!(
            one.column.as_deref().is_none_or(|id| form.column(id).is_some()),
            "{one:?}"
        );
        assert!(one.text.chars().any(char::is_alphanumeric), "{one:?} explains nothing");
        // What is left out of a row that holds is its date alone.
        let of_row = faults.iter().filter(|fault| fault.row == one.line);
        let mut columns = of_row.filter_map(|fault| fault.column.as_deref());
        assert!(columns.all(|column| column == "date"), "{one:?} is used and not used");
        used.push(format!(
            "{:?}",
            (
                one.form,
                one.period,
                &one.area,
                &one.key,
                &one.column,
                &one.code,
                &one.text
            )
        ));
    }
    used
}

/// Units lie in areas, each once.
fn units_hold(world: &World, lists: &UnitLists, name: &str) -> Vec<String> {
    let mut used = Vec::new();
    for form in 0..world.pipeline.forms.len() {
        let Some(list) = lists.get(form, name) else { continue };
        let root = world.areas.root().code.clone();
        for &period in &world.pipeline.periods {
            let all = list.expected(&root, period, &world.areas);
            for area in world.areas.iter() {
                let own = list.expected(&area.code, period, &world.areas);
                assert!(own.is_sorted() && own.windows(2).all(|pair| pair[0] != pair[1]));
                assert!(
                    own.iter().all(|unit| all.contains(unit)),
                    "{own:?} lies in {} and not in the whole",
                    area.code
                );
                used.extend(own.iter().map(|unit| format!("{form} {period} {} {unit}", area.code)));
            }
        }
    }
    used
}

fn refers(world: &World, form: usize, period: Period) -> &Form {
    assert!(world.pipeline.periods.contains(&period));
    &world.pipeline.forms[form]
}

fn is_told(message: &Text) {
    for lang in [Lang::Zh, Lang::En] {
        assert!(!message.get(lang).trim().is_empty(), "a fault without words");
    }
}

/// The input is `corrections.toml`, as it lies beside the submissions.
pub fn run_corrections(input: &[u8]) {
    let (world, folder) = (cells(), folder());
    let name = &world.pipeline.feedback.corrections;
    let file = folder.join(name);
    let read = |content: &[u8]| {
        fs::write(&file, content).expect("a temporary file can be written");
        corrections::read(&world.pipeline, &[], &folder)
    };
    let read_once = read(input);
    match &read_once {
        Err(faults) => are_shown(&folder, faults),
        Ok(found) => {
            corrections_hold(world, found, input);
            let longer = read(&[input, b"\n# that is all\n"].concat()).expect("a remark changes nothing");
            assert_eq!((&longer.list, &longer.faults), (&found.list, &found.faults));
        }
    }
    let _ = fs::remove_file(&file);
}

/// What holds can be applied, and what does not is told where it stands.
fn corrections_hold(world: &World, found: &Corrections, input: &[u8]) {
    let lines = input.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    for (at, one) in found.list.iter().enumerate() {
        let form = refers(world, one.form, one.period);
        assert!((1..=lines).contains(&one.line));
        assert!(
            one.key.as_ref().is_none_or(|key| key.len() == form.key.len()),
            "{one:?}"
        );
        assert!(one.column.is_none_or(|column| column < form.columns.len()), "{one:?}");
        assert!(
            !one.id.is_empty() && !one.area.is_empty() && !one.approved_by.is_empty(),
            "{one:?}"
        );
        assert!(one.reason.0.values().any(|text| !text.trim().is_empty()), "no reason");
        match &one.change {
            Change::Drop => {}
            Change::Override(_) => assert!(one.column.is_some() && one.key.is_some(), "{one:?}"),
            Change::Scale(factor) => {
                assert!(one.column.is_some() && factor.num > 0 && factor.den > 0, "{one:?}");
                let left = [2, 5].into_iter().fold(factor.den, |den, prime| {
                    std::iter::successors(Some(den), |den| (den % prime == 0).then(|| den / prime))
                        .last()
                        .unwrap_or(den)
                });
                assert_eq!(left, 1, "{one:?} has no finite decimal form");
            }
        }
        let others = || found.list.iter().skip(at + 1);
        assert!(others().all(|other| other.id != one.id), "two of one name hold");
        let place = |of: &corrections::Correction| (of.form, of.period, of.area.clone(), of.key.clone(), of.column);
        let limits = |of: &corrections::Correction| (of.path.clone(), of.revision, of.expect.clone());
        let twice = others().any(|other| place(other) == place(one) && limits(other) == limits(one));
        assert!(!twice, "two correct one place: {one:?}");
    }
    for fault in &found.faults {
        assert!((1..=lines).contains(&fault.line), "{fault:?} lies beyond the file");
        is_told(&fault.message);
    }
}
