//! Findings as they are gathered: of one kind in one column of a submission some are listed, the others counted. A file of
//! junk has a fault in every cell, and nobody reads a million lines that say the same.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Finding, Place, Text};

/// Submission, code and column.
type Kind = (u32, Cow<'static, str>, Option<Arc<str>>, Option<u32>);

/// Findings of which, of each kind, no more than so many are kept.
#[derive(Clone, Debug)]
pub struct Findings {
    most: usize,
    kept: Vec<(u32, Finding)>,
    kinds: BTreeMap<Kind, Seen>,
}

/// What has been seen of a kind.
#[derive(Clone, Debug, Default)]
struct Seen {
    kept: usize,
    /// Stands for all that are not kept.
    rest: Option<Finding>,
}

impl Findings {
    /// Keeps `most` of each kind.
    pub fn new(most: usize) -> Findings {
        Findings {
            most,
            kept: Vec::new(),
            kinds: BTreeMap::new(),
        }
    }

    /// Adds a finding; `order` is where it is to stand among the others.
    pub fn push(&mut self, order: u32, finding: Finding) {
        let place = &finding.place;
        let kind = (
            finding.submission,
            finding.code.clone(),
            place.column.clone(),
            place.column_index,
        );
        let seen = self.kinds.entry(kind).or_default();
        if seen.kept < self.most {
            seen.kept += 1;
            self.kept.push((order, finding));
            return;
        }
        match &mut seen.rest {
            None => seen.rest = Some(rest(finding)),
            Some(rest) => {
                rest.severity = rest.severity.max(finding.severity);
                rest.count += finding.count;
                rest.rows.extend(finding.place.row);
                rest.rows.extend(finding.rows);
            }
        }
    }

    /// By their order, those of one order as they came; then those that stand for many.
    pub fn into_vec(self) -> Vec<Finding> {
        let Findings { mut kept, kinds, .. } = self;
        kept.sort_by_key(|(order, _)| *order);
        let rest = kinds.into_values().filter_map(|seen| seen.rest);
        kept.into_iter().map(|(_, finding)| finding).chain(rest).collect()
    }
}

/// A finding that begins to stand for others like it.
fn rest(first: Finding) -> Finding {
    let message = [
        ("zh", "此类问题另有 {count} 处，不再逐一列出"),
        (
            "en",
            "… and {count} more of the same kind, which are not listed one by one",
        ),
    ];
    let mut rows = first.rows;
    rows.extend(first.place.row);
    Finding {
        place: Place {
            row: None,
            ..first.place
        },
        raw: None,
        expected: None,
        mend: None,
        cells: Vec::new(),
        message: Some(Text(
            message.map(|(lang, text)| (lang.to_owned(), text.to_owned())).into(),
        )),
        rows,
        ..first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Lang, Severity};

    fn at(code: &'static str, column: &str, row: u32) -> Finding {
        Finding::new(code, 3).at(Place {
            row: Some(row),
            column: Some(Arc::from(column)),
            ..Place::default()
        })
    }

    #[test]
    fn none_is_uncounted() {
        let mut findings = Findings::new(2);
        for row in (1..=5).rev() {
            findings.push(row, at("cell-missing", "a", row).count(10));
            findings.push(row, at("not-a-number", "a", row));
            findings.push(row, at("cell-missing", "b", row).severity(Severity::Explain));
        }
        findings.push(9, at("cell-missing", "c", 9));
        let all = findings.into_vec();
        assert_eq!(all.iter().map(|finding| finding.count).sum::<u64>(), 50 + 5 + 5 + 1);
        let rest: Vec<_> = all.iter().filter(|finding| finding.place.row.is_none()).collect();
        assert_eq!((all.len(), rest.len()), (2 + 2 + 2 + 1 + 3, 3));
        assert_eq!((rest[0].count, rest[0].rows.as_slice()), (30, &[3, 2, 1][..]));
        assert_eq!(rest[0].place.column.as_deref(), Some("a"));
        assert!(rest[0].message(Lang::En, None).contains("30 more"));
        let listed: Vec<u32> = all.iter().filter_map(|finding| finding.place.row).collect();
        assert!(listed.is_sorted(), "{listed:?}");
    }

    #[test]
    fn the_rest_is_as_grave_as_its_gravest() {
        let mut findings = Findings::new(1);
        for severity in [Severity::Info, Severity::Explain, Severity::Hard, Severity::Info] {
            findings.push(0, at("x", "a", 1).severity(severity));
        }
        assert_eq!(findings.into_vec()[1].severity, Severity::Hard);
    }
}
