//! Rules beside a percent column that mixes shares and percentages: that is one cause, told of the column.

use super::causes::power;
use super::mends::factor_of;
use crate::domain::{Code, Finding, Severity};

/// The factor between a share and a percentage, as a power of ten.
const HUNDRED: i32 = 2;

/// A finding of a rule, beside what was found in its submission before. Where it says no more than that a figure of a mixed percent
/// column is a hundred times too large or too small, it is told with the column: None, and its row is added there. A hard one
/// stands, as it holds its row back, but proposes nothing: which of the figures are meant cannot be told.
pub fn beside_mix(told: &mut [Finding], finding: Finding) -> Option<Finding> {
    let factor = finding.mend.as_deref().and_then(factor_of).or_else(|| power(&finding));
    if factor.map(i32::abs) != Some(HUNDRED) {
        return Some(finding);
    }
    let column = finding.place.column.clone();
    let Some(mixed) = (told.iter_mut()).find(|one| one.code == Code::PercentMixed && one.place.column == column) else {
        return Some(finding);
    };
    if finding.severity == Severity::Hard {
        return Some(Finding { mend: None, ..finding });
    }
    let rows = finding.place.row.into_iter().chain(finding.rows);
    for row in rows {
        if let Err(at) = mixed.rows.binary_search(&row) {
            mixed.rows.insert(at, row);
            mixed.count += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CellValue, Place, Text};

    fn of_rule(column: &str, row: u32, value: &str, mend: Option<&str>, severity: Severity) -> Finding {
        let place = Place {
            row: Some(row),
            column: Some(column.into()),
            ..Place::default()
        };
        let cell = CellValue {
            place: place.clone(),
            path: None,
            value: value.to_owned(),
        };
        let finding = Finding::of_rule("far", severity, Text::new("远", "far"), 0).at(place);
        Finding {
            mend: mend.map(str::to_owned),
            ..finding.cells(vec![cell])
        }
    }

    fn mixed() -> Vec<Finding> {
        let place = Place {
            column: Some("share".into()),
            ..Place::default()
        };
        let finding = Finding::new(Code::PercentMixed, 0).at(place).count(2);
        vec![Finding {
            rows: vec![2, 7],
            ..finding
        }]
    }

    #[test]
    fn a_factor_of_a_hundred_in_the_column_is_the_same_cause() {
        use Severity::{Explain, Hard};
        let mut told = mixed();
        assert_eq!(
            beside_mix(&mut told, of_rule("share", 7, "0.123", Some("12.3"), Explain)),
            None
        );
        assert_eq!(
            beside_mix(&mut told, of_rule("share", 4, "15", Some("0.15"), Explain)),
            None
        );
        assert_eq!((told[0].count, told[0].rows.as_slice()), (3, &[2, 4, 7][..]));
        let hard = beside_mix(&mut told, of_rule("share", 2, "0.123", Some("12.3"), Hard)).unwrap();
        assert_eq!(hard.mend, None);
    }

    #[test]
    fn everything_else_stands_as_it_is() {
        use Severity::Explain;
        for finding in [
            of_rule("share", 7, "0.123", Some("1.23"), Explain),
            of_rule("share", 7, "0.123", None, Explain),
            of_rule("other", 7, "0.123", Some("12.3"), Explain),
        ] {
            assert_eq!(beside_mix(&mut mixed(), finding.clone()), Some(finding));
        }
        let alone = of_rule("share", 7, "0.123", Some("12.3"), Explain);
        assert_eq!(beside_mix(&mut [], alone.clone()), Some(alone));
    }
}
