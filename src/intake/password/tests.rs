//! Workbooks encrypted by other programs open with the default password alone.

use std::fs;
use std::path::Path;

use super::*;
use crate::intake::archive;

fn case(name: &str, file: &str) -> Vec<u8> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/files-as-systems-write-them");
    fs::read(cases.join(name).join(file)).unwrap()
}

#[test]
fn the_default_password_opens_what_it_has_closed() {
    for name in ["default-password", "default-password-2007"] {
        let plain = decrypted(&case(name, "clinics_2020.xlsx")).unwrap();
        let directory = archive::directory(&plain).unwrap();
        assert!(directory.names.iter().any(|part| part == "xl/workbook.xml"), "{name}");
    }
    for name in ["default-password-2000", "default-password-2003"] {
        let plain = decrypted(&case(name, "clinics_2020.xls")).unwrap();
        assert!(plain.windows(5).any(|word| word == b"Arden"), "{name}");
        assert_eq!(decrypted(&plain), None, "it is not encrypted any more");
    }
}

#[test]
fn another_password_stays_closed() {
    assert_eq!(decrypted(&case("own-password", "clinics_2020.xlsx")), None);
    assert_eq!(decrypted(b"PK\x03\x04"), None);
}

/// No byte of the description makes it panic or hash without end.
#[test]
fn damaged_descriptions_are_refused() {
    let whole = case("default-password", "clinics_2020.xlsx");
    let spins = b"spinCount=\"100000\"";
    let at = whole.windows(spins.len()).position(|part| part == spins).unwrap();
    let mut endless = whole.clone();
    endless[at..at + spins.len()].copy_from_slice(b"spinCount=\"999999999"[..spins.len()].try_into().unwrap());
    assert_eq!(decrypted(&endless), None);
    for name in ["default-password-2000", "default-password-2003"] {
        let whole = case(name, "clinics_2020.xls");
        for at in (512..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xFF;
            let _ = decrypted(&damaged);
        }
        for length in (0..whole.len()).step_by(97) {
            let _ = decrypted(&whole[..length]);
        }
    }
    for header in [
        &[][..],
        &[4, 0, 4, 0],
        &[4, 0, 4, 0, 0, 0, 0, 0, b'<'],
        &[3, 0, 2, 0, 0, 0, 0, 0, 255, 255, 255, 255],
    ] {
        assert_eq!(package::decrypted(header, vec![0; 64], b"x"), None);
    }
}
