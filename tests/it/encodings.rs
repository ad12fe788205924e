//! Files in older encodings, and text that was broken before it came.

use encoding_rs::{Encoding, IBM866, KOI8_R, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253};

use crate::support::{World, joined};

fn world() -> World {
    World::counties(&["2020"]).form(
        "notes",
        "title = { en = 'Notes' }\nunit = 'county'\nkey = ['line']\nfiles = ['{period}/{province}_*']\n\
         missing = { '' = 'missing' }",
        "line | text | Line | required = true\n name | text | Name |\n visits | integer | Visits |",
    )
}

/// The names that were read, and every finding with its proposed content.
fn read(file: &str, content: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let world = world().sent(&format!("2020/130000_{file}"), content);
    let (_, said) = world.run(&[]);
    let release = ["current", "withheld"].map(|part| world.output().join(part));
    let release = release
        .iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{said}"));
    let findings = crate::support::read_parquet(&release.join("tables/findings.parquet"));
    let of_files = findings.iter().filter(|row| row["path"].text().is_some());
    let told = of_files
        .map(|row| joined(row, &["severity", "code", "raw", "mend"], " "))
        .collect();
    let facts = release.join("facts/notes/2020");
    let facts = std::fs::read_dir(facts).map_or_else(
        |_| Vec::new(),
        |files| {
            files
                .flat_map(|file| crate::support::read_parquet(&file.unwrap().path()))
                .collect()
        },
    );
    (facts.iter().map(|row| joined(row, &["name"], "")).collect(), told)
}

fn list(names: &[&str]) -> String {
    let rows = (1..).zip(names).map(|(line, name)| format!("{line},{name},{line}0\n"));
    "Line,Name,Visits\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn a_file_of_another_alphabet_is_refused_by_name() {
    let russian = [
        "Московская область",
        "Тверская область",
        "Нижний Новгород",
        "Екатеринбург",
    ];
    let greek = ["Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Σημείωση"];
    let polish = ["Łódź", "źródło", "Częstochowa", "Gdańsk śródmieście"];
    let thai = ["กรุงเทพ", "หมายเหตุ", "เชียงใหม่", "ภูเก็ต"];
    for (encoding, names, allowed) in [
        (WINDOWS_1251, russian, &["windows-1251"][..]),
        (KOI8_R, russian, &["koi8-r", "koi8-u"]),
        (IBM866, russian, &["ibm866"]),
        (WINDOWS_1253, greek, &["windows-1253", "iso-8859-7"]),
        (WINDOWS_1250, polish, &["windows-1250", "iso-8859-2"]),
        (WINDOWS_874, thai, &["windows-874"]),
    ] {
        let (facts, told) = read("a.csv", encoding.encode(&list(&names)).0);
        let expected: Vec<String> = allowed
            .iter()
            .map(|name| format!("hard encoding-unproven {name} -"))
            .collect();
        assert_eq!(facts, [] as [&str; 0], "{}", encoding.name());
        assert!(
            told.len() == 1 && expected.contains(&told[0]),
            "{}: {told:?}",
            encoding.name()
        );
    }
}

#[test]
fn single_letters_of_another_encoding_refuse_no_file() {
    let names = ["Córdoba", "Bay", "Birk", "Cole"];
    let (facts, told) = read("a.csv", WINDOWS_1252.encode(&list(&names)).0);
    assert_eq!(facts.len(), 4);
    assert_eq!(told, ["explain encoding-damaged C\u{fffd}rdoba Córdoba"]);
    // One line alone, and lines beside UTF-8.
    for names in [&["Тверь", "Bay", "Cole"][..], &["Тверь", "Köln", "Тверь", "Тверь"]] {
        let encoded = |name: &&str| match *name {
            "Тверь" => WINDOWS_1251.encode(name).0.into_owned(),
            other => other.as_bytes().to_vec(),
        };
        let rows = (1..)
            .zip(names)
            .flat_map(|(line, name)| [format!("{line},").into_bytes(), encoded(name), b",1\n".to_vec()].concat());
        let file: Vec<u8> = b"Line,Name,Visits\n".iter().copied().chain(rows).collect();
        assert_eq!(read("a.csv", file).0.len(), names.len(), "{names:?}");
    }
}

#[test]
fn text_that_can_be_restored_is_kept_whole_and_told() {
    let latin =
        |text: &str, encoding: &'static Encoding| encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned();
    // Latin-1, which has control characters where Windows has signs.
    let county: String = "东风县".bytes().map(char::from).collect();
    for (name, mend) in [
        (county.as_str(), "东风县"),
        (&latin("Düren", WINDOWS_1252), "Düren"),
        ("+Z3GYqH4j", "東風縣"),
    ] {
        let (facts, told) = read("a.csv", list(&[name, "Bay"]));
        assert_eq!(facts, [name, "Bay"]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("explain text-garbled ") && told[0].ends_with(mend),
            "{told:?}"
        );
    }
    // A control character within honest text is taken out.
    let (facts, told) = read("a.csv", list(&["Ba\u{9c}y", "+Yes", "+86 10 6588"]));
    assert_eq!(facts, ["Bay", "+Yes", "+86 10 6588"]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("info text-invisible "), "{told:?}");
}
