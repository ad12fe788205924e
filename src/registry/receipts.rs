use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;

use super::register::{self, Error, RegisterFault, RegisterFile};
use crate::pipeline::Pipeline;

/// Missing files that a fault names.
const NAMED: usize = 5;

/// When each file was received. Without a table of receipts nobody knows, and nothing is guessed from file times.
#[derive(Debug, Default)]
pub struct Receipts {
    received_at: BTreeMap<String, Date>,
}

impl Receipts {
    /// Reads `path,received_at` from the input folder; empty where the pipeline names no table.
    ///
    /// # Errors
    /// The system fails to read the table.
    pub fn load(pipeline: &Pipeline, input: &Path) -> Result<(Receipts, Vec<RegisterFile>), Error> {
        let mut receipts = Receipts::default();
        let Some(file) = pipeline.reporters.as_ref().and_then(|spec| spec.receipts.as_deref()) else {
            return Ok((receipts, Vec::new()));
        };
        let mut faults = RegisterFile::of(file);
        let Some(table) = register::read(input, &pipeline.limits, &mut faults)? else {
            return Ok((receipts, vec![faults]));
        };
        let columns = [
            ("path", table.column("path")),
            ("received_at", table.column("received_at")),
        ];
        let [(_, Some(path_at)), (_, Some(date_at))] = columns else {
            let missing: Vec<&str> = columns
                .iter()
                .filter(|(_, at)| at.is_none())
                .map(|(name, _)| *name)
                .collect();
            faults.lacks(&table, &missing, "收件日期未用", "no date of receipt is used");
            return Ok((receipts, vec![faults]));
        };
        for record in &table.records {
            let path = normal_path(record.cell(Some(path_at)));
            let date = record.cell(Some(date_at)).parse::<Date>().ok();
            // A year that no receipt can have would make the published table unreadable for Python.
            let date = date.filter(|date| (1800..=2200).contains(&date.year()));
            match date {
                _ if path.is_empty() => faults.cell(
                    record,
                    Some(("path", path_at)),
                    "没有文件路径，该行未用",
                    "no path; the row is not used",
                ),
                None => faults.cell(
                    record,
                    Some(("received_at", date_at)),
                    "不是日期（应写作 2021-01-31），按未知处理",
                    "no date (write it as 2021-01-31); taken as not known",
                ),
                Some(_) if receipts.received_at.contains_key(&path) => {
                    faults.cell(
                        record,
                        Some(("path", path_at)),
                        "同一文件登记两次，以第一次为准",
                        "received twice; the first row counts",
                    );
                }
                Some(date) => {
                    receipts.received_at.insert(path, date);
                }
            }
        }
        Ok((receipts, vec![faults]))
    }

    /// What is wrong with receipts for files that are not among `paths`: something has been received and is lost, or the
    /// receipt names it otherwise.
    pub fn of_missing<'a>(&self, file: &str, paths: impl Iterator<Item = &'a str>) -> Option<RegisterFault> {
        let found: BTreeSet<&str> = paths.collect();
        let bare = |path: &str| {
            path.rsplit_once('#')
                .map_or(path.to_owned(), |(path, _)| path.to_owned())
        };
        let missing: Vec<&str> = self
            .received_at
            .keys()
            .map(String::as_str)
            .filter(|path| !found.contains(path) && !found.contains(bare(path).as_str()))
            .collect();
        let count = missing.len();
        if count == 0 {
            return None;
        }
        let mut faults = RegisterFile::of(file);
        let named: Vec<&str> = missing.into_iter().take(NAMED).collect();
        faults.file(
            named.join(", "),
            &format!("有 {count} 份收件记录找不到对应文件"),
            &format!("{count} receipts are for files that are not there"),
        );
        faults.faults.pop()
    }

    /// The day a file was received; `path` as in [`crate::domain::Submission`], its `#sheet` does not matter.
    pub fn received_at(&self, path: &str) -> Option<Date> {
        let whole = self.received_at.get(path);
        whole
            .or_else(|| self.received_at.get(path.rsplit_once('#')?.0))
            .copied()
    }
}

/// `/` between folders, and no `./` before them.
fn normal_path(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::testing::World;
    use super::*;

    #[test]
    fn good_rows_count_and_bad_ones_are_told() {
        let world = World::plain();
        world.input("receipts.csv", "path,received_at\n.\\2020\\a.csv,2021-01-31\n2020/b.csv,2021-02-01T08:30:00\nc.csv,soon\n2020/a.csv,2021-03-01\n,2021-01-01\n");
        let (receipts, files) = Receipts::load(&world.pipeline, &world.input_dir()).unwrap();
        let faults = &files[0].faults;
        assert_eq!(receipts.received_at("2020/a.csv"), Some(date(2021, 1, 31)));
        assert_eq!(receipts.received_at("2020/b.csv#sheet"), Some(date(2021, 2, 1)));
        assert_eq!(receipts.received_at("c.csv"), None);
        let places: Vec<_> = faults
            .iter()
            .map(|f| (f.row, f.column.as_deref(), f.raw.as_str()))
            .collect();
        assert_eq!(
            places,
            [
                (4, Some("received_at"), "soon"),
                (5, Some("path"), "2020/a.csv"),
                (6, Some("path"), "")
            ]
        );
    }

    #[test]
    fn a_missing_table_is_told() {
        let world = World::plain();
        let (receipts, files) = Receipts::load(&world.pipeline, &world.input_dir()).unwrap();
        assert_eq!(receipts.received_at("2020/a.csv"), None);
        let faults = &files[0].faults;
        assert_eq!((faults.len(), faults[0].row, &files[0].sha256), (1, 0, &None));
    }
}
