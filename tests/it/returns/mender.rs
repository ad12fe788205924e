//! A county that does what its returns say, and knows the true figures.

mod list;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use huizong::domain::ReturnMark;
use huizong::pipeline::{Form, Pipeline};
pub use list::answer;
use list::{lines, received};
use rust_xlsxwriter::Workbook;
use sheet::Sheet;

use crate::support::{Row, community_services, facts, table};

type Cells = Vec<Vec<String>>;

/// What the counties would have sent without a fault.
pub struct Truth {
    pipeline: Pipeline,
    /// By form, period and key.
    rows: BTreeMap<(String, String, String), Row>,
    /// File of each form, period and county.
    files: BTreeMap<(String, String, String), PathBuf>,
}

impl Truth {
    /// From a faultless sample and the run over it.
    pub fn of(input: &Path, output: &Path) -> Truth {
        let pipeline = huizong::pipeline::load(&community_services()).unwrap();
        let mut rows = BTreeMap::new();
        for form in &pipeline.forms {
            for period in &pipeline.periods {
                let period = period.to_string();
                for row in facts(output, &form.id, &period) {
                    let key = row[&form.columns[form.key[0]].id].text().unwrap().to_owned();
                    rows.insert((form.id.clone(), period.clone(), key), row);
                }
            }
        }
        let mut files = BTreeMap::new();
        for row in table(output, "submissions") {
            if row["status"].text() == Some("accepted") {
                let text = |name: &str| row[name].text().unwrap().to_owned();
                let path = text("path");
                let file = input.join(path.split('#').next().unwrap());
                files.insert((text("form"), text("period"), text("area_code")), file);
            }
        }
        Truth { pipeline, rows, files }
    }

    fn form(&self, id: &str) -> &Form {
        self.pipeline.forms.iter().find(|form| form.id == id).unwrap()
    }
}

/// Mends returns and sends them back.
pub struct Mender {
    truth: Truth,
    input: PathBuf,
    /// Codes of all findings in the lists.
    pub seen: BTreeSet<String>,
}

impl Mender {
    pub fn new(truth: Truth, input: &Path) -> Mender {
        Mender {
            truth,
            input: input.to_owned(),
            seen: BTreeSet::new(),
        }
    }

    /// `path` is that of the return below `returns/`.
    pub fn mend(&mut self, path: &str, sheets: &[(String, Cells)]) {
        let id = ReturnMark::read(&sheets[0].1[0][0]).unwrap().id;
        let [form, county, period] = id.rsplitn(5, '-').skip(2).collect::<Vec<_>>()[..] else {
            panic!("{path}: {id}");
        };
        let form = self.truth.form(form).id.clone();
        let lines = lines(&sheets[0].1);
        assert!(!lines.is_empty(), "{path} lists nothing");
        self.seen.extend(lines.iter().map(|line| line.code.clone()));
        let Some(target) = answer(&sheets[0].1) else {
            let wrong = received(&sheets[0].1);
            fs::remove_file(self.input.join(wrong)).unwrap();
            return;
        };
        // The file is sent under its right name, in place of the one that was not.
        if lines.iter().any(|line| line.code == "revision-unreadable") {
            fs::remove_file(self.input.join(received(&sheets[0].1))).unwrap();
        }
        let target = self.input.join(target);
        assert!(!target.exists(), "{path} asks for a name that is taken");
        // Of cells that were pasted over, and of a sheet without rows, nothing is left to mend; other sheets are written anew.
        let right_file = [
            "header-missing",
            "columns-shifted",
            "rows-missing",
            "sheet-missing",
            "file-empty",
            "file-unreadable",
            "file-encrypted",
            "file-foreign",
            "file-too-large",
            "workbook-foreign",
            "encoding-unproven",
            "date-order-converted",
            "date-order-mixed",
            "date-order-unclear",
            "date-shown-partly",
            "header-other-figures",
            "header-period",
            "number-shown-otherwise",
            "section-differs",
            "unit-line-contradicted",
        ];
        if sheets.len() < 2 || lines.iter().any(|line| right_file.contains(&line.code.as_str())) {
            let right = &self.truth.files[&(form, period.to_owned(), county.to_owned())];
            fs::copy(right, target).unwrap();
            return;
        }
        let mut own = Sheet {
            truth: &self.truth,
            form: self.truth.form(&form),
            period,
            county,
            cells: sheets[1].1.clone(),
        };
        own.mend(&lines);
        let mut all = sheets.to_vec();
        all[1].1 = own.cells;
        save(&target, &all);
    }
}

/// Saves the sheets as an office program would: all of them, with every cell.
fn save(path: &Path, sheets: &[(String, Cells)]) {
    let mut workbook = Workbook::new();
    for (name, cells) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0..).zip(cells) {
            for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    workbook.save(path).unwrap();
}
