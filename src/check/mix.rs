//! Percent columns of shares beside what else is known: rules that find them a hundred times too small or too large have one cause with
//! the column, and other senders may show that its figures are as small as they are written.

use polars::frame::DataFrame;

use polars::prelude::{DataType, PolarsResult};

use super::error::Error;
use crate::domain::{Code, Finding, Mend, Severity};
use crate::pipeline::Form;

/// The factor between a share and a percentage, as a power of ten.
const HUNDRED: i32 = 2;

/// What a submission's column is told of, where its figures look like shares.
fn is_of_shares(finding: &Finding) -> bool {
    matches!(finding.code.engine(), Some(Code::PercentMixed | Code::PercentShares))
}

/// A finding of a rule, beside what was found in its submission before. Where it says no more than that a figure of a mixed percent
/// column is a hundred times too large or too small, it is told with the column: None, and its row is added there. A hard one
/// stands, as it holds its row back, but proposes nothing: which of the figures are meant cannot be told.
pub fn beside_mix(told: &mut [Finding], finding: Finding) -> Option<Finding> {
    let factor = finding.mend.as_ref().and_then(Mend::power);
    if factor.map(i32::abs) != Some(HUNDRED) {
        return Some(finding);
    }
    let column = finding.place.column.clone();
    let Some(mixed) = (told.iter_mut()).find(|one| is_of_shares(one) && one.place.column == column) else {
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

/// Fewer figures of other senders show nothing.
const FEWEST: usize = 10;

/// Whether the figures of a submission in a column are as small as those of others that came with it, which nothing shows to be shares:
/// `told` are such findings, each with its submission. Then the figures are percentages that are small everywhere.
///
/// # Errors
/// If the frame lacks a column.
pub fn are_small_everywhere(
    form: &Form,
    frame: &DataFrame,
    told: &[(u32, &Finding)],
    of: (&str, u32),
) -> Result<bool, Error> {
    small_everywhere(frame, told, of).map_err(|source| Error::Frame {
        form: form.id.clone(),
        source,
    })
}

fn small_everywhere(
    frame: &DataFrame,
    told: &[(u32, &Finding)],
    (column, submission): (&str, u32),
) -> PolarsResult<bool> {
    let is_shares = |other: u32| {
        told.iter()
            .any(|(of, one)| *of == other && one.place.column.as_deref() == Some(column))
    };
    let submissions = frame.column("submission")?.cast(&DataType::UInt32)?;
    let figures = frame.column(column)?.cast(&DataType::Float64)?;
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for (of, figure) in submissions.u32()?.iter().zip(figures.f64()?.iter()) {
        let (Some(of), Some(figure)) = (of, figure.filter(|figure| *figure != 0.0)) else {
            continue;
        };
        if of == submission {
            own.push(figure.abs());
        } else if !is_shares(of) {
            others.push(figure.abs());
        }
    }
    let middle = |figures: &mut Vec<f64>| {
        figures.sort_unstable_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    };
    let enough = others.len() >= FEWEST;
    let (Some(own), Some(others)) = (middle(&mut own), middle(&mut others)) else {
        return Ok(false);
    };
    // Nearer to the others as written than a hundred times as large, by their ratio.
    Ok(enough && own * own * 100.0 > others * others)
}

#[cfg(test)]
mod tests {
    use super::super::mends::in_place_of;
    use super::*;
    use crate::domain::{CellValue, Place, Text};

    fn of_rule(column: &str, row: u32, value: f64, mend: Option<f64>, severity: Severity) -> Finding {
        let place = Place {
            row: Some(row),
            column: Some(column.into()),
            ..Place::default()
        };
        let cell = CellValue {
            place: place.clone(),
            path: None,
            value: value.to_string(),
        };
        let finding = Finding::of_rule("far", severity, Text::new("远", "far")).at(place);
        Finding {
            mend: mend.map(|figure| in_place_of(value, figure.to_string(), figure)),
            ..finding.cells(vec![cell])
        }
    }

    fn mixed() -> Vec<Finding> {
        let place = Place {
            column: Some("share".into()),
            ..Place::default()
        };
        let finding = Finding::new(Code::PercentMixed).at(place).count(2);
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
            beside_mix(&mut told, of_rule("share", 7, 0.123, Some(12.3), Explain)),
            None
        );
        assert_eq!(
            beside_mix(&mut told, of_rule("share", 4, 15.0, Some(0.15), Explain)),
            None
        );
        assert_eq!((told[0].count, told[0].rows.as_slice()), (3, &[2, 4, 7][..]));
        let hard = beside_mix(&mut told, of_rule("share", 2, 0.123, Some(12.3), Hard)).unwrap();
        assert_eq!(hard.mend, None);
    }

    #[test]
    fn other_senders_show_that_a_rate_is_small() {
        let frame = |others: f64| {
            let mut submissions = vec![1_u32; 3];
            submissions.extend([2; 12]);
            let mut figures = vec![0.6, 0.7, 0.5];
            figures.extend((0..12).map(|at| others + f64::from(at) / 100.0));
            polars::df!("submission" => submissions, "share" => figures).unwrap()
        };
        let place = Place {
            column: Some("share".into()),
            ..Place::default()
        };
        let finding = Finding::new(Code::PercentShares).at(place);
        let told = |submission| (submission, &finding);
        let small = |others, told: &[(u32, &Finding)]| small_everywhere(&frame(others), told, ("share", 1)).unwrap();
        assert!(small(0.9, &[told(1)]) && small(3.0, &[told(1)]));
        assert!(!small(61.0, &[told(1)]) && !small(9.0, &[told(1)]));
        // Senders whose own figures may be shares show nothing.
        assert!(!small(0.9, &[told(1), told(2)]));
    }

    #[test]
    fn everything_else_stands_as_it_is() {
        use Severity::Explain;
        for finding in [
            of_rule("share", 7, 0.123, Some(1.23), Explain),
            of_rule("share", 7, 0.123, None, Explain),
            of_rule("other", 7, 0.123, Some(12.3), Explain),
        ] {
            assert_eq!(beside_mix(&mut mixed(), finding.clone()), Some(finding));
        }
        let alone = of_rule("share", 7, 0.123, Some(12.3), Explain);
        assert_eq!(beside_mix(&mut [], alone.clone()), Some(alone));
    }
}
