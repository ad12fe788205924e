//! Pages that are made from the code stay what the code would make.

use std::path::Path;

/// `HUIZONG_ACCEPT=1` writes the page anew.
fn holds(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    snapbox::assert_data_eq!(committed, snapbox::IntoData::raw(snapbox::Data::text(made.to_owned())));
}

#[test]
fn findings_page_is_fresh() {
    holds("findings.md", &huizong::report::findings_page());
}
