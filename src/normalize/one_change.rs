//! One change of an area, one finding: all cells of a column with the same old code have the same cause, few or many.

use crate::domain::{CellValue, Code, Finding, Lang, Place, Text};

/// Cells of a column that one change explains.
#[derive(Debug, Default)]
pub(super) struct OneChange {
    /// Of the first cell.
    first: Option<Finding>,
    /// The first ones, as many as are listed of any kind.
    cells: Vec<CellValue>,
    /// Rows of all, as the clerk counts.
    rows: Vec<u32>,
    /// Whether some have another mend than the first.
    mends_differ: bool,
    /// Whether all have one.
    is_mended: bool,
}

impl OneChange {
    /// Key by which findings on one change are grouped; None: the finding is on no change.
    pub(super) fn of(finding: &Finding) -> Option<String> {
        let is_of_change = matches!(finding.code.engine(), Some(Code::CodeUnknown | Code::CodeReassigned));
        let change = finding.expected.as_deref().filter(|_| is_of_change)?;
        Some(format!("{} {change}", finding.code))
    }

    /// Adds the finding on a cell; so many cells are named.
    pub(super) fn add(&mut self, finding: Finding, listed: usize) {
        self.rows.extend(finding.place.row);
        if self.cells.len() < listed {
            self.cells.push(CellValue {
                place: finding.place.clone(),
                path: None,
                value: finding.raw.clone().unwrap_or_default(),
            });
        }
        match &self.first {
            None => {
                self.is_mended = finding.mend.is_some();
                self.first = Some(finding);
            }
            Some(first) => {
                self.mends_differ |= first.mend != finding.mend;
                self.is_mended &= finding.mend.is_some();
            }
        }
    }

    /// The one finding: at the cell where it is the only one, else at the column.
    pub(super) fn into_finding(self) -> Option<Finding> {
        let first = self.first?;
        if self.rows.len() < 2 {
            return Some(first);
        }
        let mend = match (&first.mend, &first.raw) {
            (Some(mend), Some(raw)) if self.mends_differ => Some(format!("{raw} → {} …", mend.text()).into()),
            (mend, _) => mend.clone(),
        };
        let said = |lang| first.template(lang).to_owned();
        let message = Text::new(
            said(Lang::Zh) + "；同一变更涉及 {count} 行",
            said(Lang::En) + "; {count} rows of the column have such a code",
        );
        Some(Finding {
            place: Place {
                row: None,
                ..first.place.clone()
            },
            mend: mend.filter(|_| self.is_mended),
            message: Some(message),
            count: self.rows.len() as u64,
            cells: self.cells,
            rows: self.rows,
            ..first
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u32, raw: &str, mend: Option<&str>) -> Finding {
        let place = Place {
            row: Some(row),
            column: Some("code".into()),
            column_index: Some(0),
            sheet: None,
        };
        let finding = Finding::new(Code::CodeUnknown)
            .at(place)
            .raw(raw)
            .expected("A → B (2019-12-31)");
        Finding {
            mend: mend.map(Into::into),
            ..finding
        }
    }

    fn one(members: &[Finding]) -> Finding {
        let mut change = OneChange::default();
        members.iter().for_each(|member| change.add(member.clone(), 2));
        change.into_finding().unwrap()
    }

    #[test]
    fn rows_with_one_old_code_are_one_finding_and_a_single_one_stays_at_its_cell() {
        let single = at(4, "A1", Some("B1"));
        assert_eq!(one(std::slice::from_ref(&single)), single);
        for (mends, expected) in [
            ([Some("B1"), Some("B2"), Some("B3")], Some("A1 → B1 …")),
            ([Some("B"), Some("B"), Some("B")], Some("B")),
            ([Some("B1"), None, Some("B3")], None),
            ([None, None, None], None),
        ] {
            let found = one(&[at(4, "A1", mends[0]), at(6, "A2", mends[1]), at(9, "A3", mends[2])]);
            assert_eq!((found.mend_text().as_deref(), found.count), (expected, 3), "{mends:?}");
            assert_eq!((found.place.row, found.rows.as_slice()), (None, &[4, 6, 9][..]));
            assert_eq!(found.cells.len(), 2, "as many as are listed");
            let said = found.message(Lang::En, None);
            assert!(said.contains("A → B (2019-12-31); 3 rows"), "{said}");
        }
    }

    #[test]
    fn only_findings_of_changes_are_told_together() {
        let unknown = Finding {
            expected: None,
            ..at(4, "A1", None)
        };
        assert_eq!(OneChange::of(&unknown), None);
        let outside = Finding::new(Code::OutsideJurisdiction).expected("130102");
        assert_eq!(OneChange::of(&outside), None);
        assert!(OneChange::of(&at(4, "A1", None)).is_some());
    }
}
